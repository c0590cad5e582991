/** What robots have to work for, and what a lost answer does not repeat. */
import { ask, exchange, randomKey } from "../kit/api.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {{appointments: Schemas["Created"], callbacks: Schemas["CallbackMade"]}} Answers
 * @typedef {{appointments: Schemas["AppointmentRequest"], callbacks: Schemas["CallbackRequest"]}} Bodies
 */

const PROOF_WITHIN = 20_000; // milliseconds after the tap; then the request goes without

/**
 * What robots have to work for: each request carries a proof of work, which the page makes while its form is filled. Where that
 * fails, or takes too long, the request goes without it. Nobody is told: a customer can do nothing about it.
 */
export class Gate {
  /** @param {string} alias of the access, as addresses have it */
  constructor(alias) {
    this.alias = alias;
    /** @type {Record<string, {text: string, key: string} | null>} */
    this.sent = {};
  }

  open() {
    return ask("GET", `/access/${this.alias}`);
  }

  slots(query) {
    return ask("GET", `/access/${this.alias}/slots?${query}`);
  }

  /** How many free times each day has. */
  days(query) {
    return ask("GET", `/access/${this.alias}/days?${query}`);
  }

  /** What else a kind says. @param {string} kind its id  @returns {Promise<Schemas["TemplateDetails"]>} */
  details(kind) {
    return ask("GET", `/access/${this.alias}/templates/${kind}`);
  }

  /** Begins the work if it has not begun. */
  async proof() {
    try {
      this.prover ??= import("./proof.js").then(({ Prover }) => new Prover(() => this.challenge()));
      return await (await this.prover).proof();
    } catch {
      this.prover = null;
      return null;
    }
  }

  challenge() {
    const read = async (answer) => ({ challenge: await answer.json(), now: Date.parse(answer.headers.get("Date")) });
    return exchange("GET", `/access/${this.alias}/challenge`, {}, read);
  }

  /** The same details keep their key, so that a repeat after a lost answer does nothing twice; others are another request. */
  keyFor(what, details) {
    const text = JSON.stringify(details);
    if (this.sent[what]?.text !== text) this.sent[what] = { text, key: randomKey() };
    return this.sent[what].key;
  }

  /**
   * Posts details under their key. A proof that is refused is made anew, once; after that the request goes without.
   * @template {keyof Answers} W
   * @param {W} what
   * @param {Partial<Bodies[W]>} details
   * @param {object} apart  what is sent with the details and is none
   * @param {object} without  what is sent instead of a proof
   * @returns {Promise<Answers[W]>}
   */
  async post(what, details, apart, without) {
    const headers = { "Idempotency-Key": this.keyFor(what, details) };
    const late = new Promise((resolve) => setTimeout(resolve, PROOF_WITHIN, null));
    for (const attempt of [1, 2, 3]) {
      const proof = attempt < 3 ? await Promise.race([this.proof(), late]) : null;
      const body = { ...details, ...apart, ...(proof ? { proof } : without) };
      try {
        /** @type {Answers[W]} */
        const made = await exchange("POST", `/access/${this.alias}/${what}`, { headers, body }, (answer) => answer.json());
        if (proof) this.drop();
        this.sent[what] = null;
        return made;
      } catch (refusal) {
        if (proof && refusal.code === "proof_needed") this.drop();
        else {
          if (!refusal.passing) this.sent[what] = null; // only a 201 is remembered for a key
          throw refusal;
        }
      }
    }
  }

  /** A proof is good for one request. */
  drop() {
    this.prover?.then((prover) => prover.drop());
  }
}
