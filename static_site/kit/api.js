/** Asking the API. */
import { within } from "./values.js";

const ANSWER_WITHIN = 30_000; // milliseconds; the gateway gives up at 29 s

/**
 * What the API said other than yes. Status 0: no answer came, so nobody knows whether it happened. `codes` maps paths of fields to
 * their flaws (see flaws.js).
 */
export class Refusal extends Error {
  /** @param {number} status  @param {Partial<import("./wire").Schemas["Refusal"]>} body */
  constructor(status, body = {}) {
    super(body.code ?? String(status));
    this.status = status;
    this.body = body;
    this.code = body.code ?? (status ? "" : "network");
    this.codes = body.codes ?? {};
    this.alternatives = body.alternatives ?? [];
    this.passing = status === 0 || status === 429 || status >= 500;
  }
}

/**
 * One request; the body of its answer, null where it has none, or a Refusal.
 * @template {import("./wire").Method} M
 * @template {string} P
 * @param {M} method
 * @param {P} path below /api/v1
 * @param {{ body?: import("./wire").Body<M, P>, headers?: import("./wire").Headers }} [sent]
 * @returns {Promise<import("./wire").Answer<M, P>>}
 */
export const ask = (method, path, sent) =>
  exchange(method, path, sent, (answer) => (answer.status === 204 ? null : answer.json()));

/**
 * The same for a page that needs more than the body. What was cut off counts as no answer.
 * @template R
 * @param {import("./wire").Method} method
 * @param {string} path below /api/v1
 * @param {{ body?: object, headers?: import("./wire").Headers } | undefined} sent
 * @param {(answer: Response) => R | Promise<R>} read
 * @returns {Promise<R>}
 */
export async function exchange(method, path, { body, headers } = {}, read) {
  const options = {
    method,
    credentials: /** @type {const} */ ("omit"),
    headers: { ...(body && { "Content-Type": "application/json" }), ...headers },
    body: body && JSON.stringify(body),
    signal: within(ANSWER_WITHIN),
  };
  try {
    const answer = await fetch(`/api/v1${path}`, options);
    if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => ({})));
    return await read(answer);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(0);
  }
}

/** What proves a link to the customer's own page. @param {string} url as answers have it */
export const proofOf = (url) => ({ "Appointment-Token": url.split("#")[1].split("&")[0] });

/** A JSON file of the site, by its place there: scripts lie one level below it. */
export async function siteFile(path) {
  const answer = await fetch(new URL(`../${path}`, import.meta.url), { credentials: "omit" });
  if (!answer.ok) throw new Refusal(answer.status);
  return answer.json();
}

/** Random characters for keys; `crypto.randomUUID` exists in secure contexts only. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
