/** Customers of a file on their way: its text, and its rows in portions, which can be stopped, continued and repeated. */
import { Refusal } from "../../kit/api.js";
import { catalogue } from "../../kit/catalogue.js";
import { nothing } from "../../kit/values.js";
import { api } from "./branch.js";

/**
 * @typedef {import("./branch.js").Schemas} Schemas
 * @typedef {Schemas["ReadRow"]} Row
 */

const PAUSES = [1, 2, 4, 8, 16]; // seconds before a portion that nobody answered is sent again

/** UTF-8, or else as spreadsheets in Germany write. @param {File} file */
export async function textOf(file) {
  if (file.size > catalogue.import.most_characters) throw { key: "import_large" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw { key: "import_workbook" }; // "PK", as archives begin
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Rows that become customers, from the first to the last. */
export class Import {
  /** @param {Row[]} rows without flaws @param {boolean} anyway also those who are there */
  constructor(rows, anyway) {
    this.rows = rows;
    this.anyway = anyway;
    /** @type {Schemas["ImportedRow"][]} */
    this.results = [];
    this.going = false;
    this.waiting = false;
    /** Its last run, which may wait for an answer still. @type {Promise<void>} */
    this.last = Promise.resolve();
  }

  get ended() {
    return this.results.length === this.rows.length;
  }

  /** @param {"created" | "present" | "refused"} what */
  count(what) {
    return this.results.filter(({ done }) => done === what).length;
  }

  stop() {
    this.going = false;
  }

  /** Until all are written or it is stopped; raises a Refusal. @param {() => void} moved after each step */
  go(moved) {
    this.going = true;
    this.last = this.last.catch(nothing).then(() => this.portions(moved));
    return this.last;
  }

  /** @param {() => void} moved */
  async portions(moved) {
    this.going = true;
    try {
      while (this.going && !this.ended) {
        this.results.push(...(await this.portion(moved)));
        moved();
      }
    } finally {
      this.going = false;
      this.waiting = false;
    }
  }

  /** Sent again where nobody knows whether it was done: that makes nobody twice. @param {() => void} moved */
  async portion(moved) {
    const from = this.results.length;
    const rows = this.rows.slice(from, from + catalogue.import.portion).map(({ given }) => given);
    for (const pause of [...PAUSES, null]) {
      try {
        const answer = await api.post("/customers/import", { rows, anyway: this.anyway });
        this.waiting = false;
        return answer.rows;
      } catch (error) {
        if (!(error instanceof Refusal && error.passing) || pause === null) throw error;
        this.waiting = true;
        moved();
        await new Promise((resolve) => setTimeout(resolve, pause * 1000));
        if (!this.going) return [];
      }
    }
  }
}
