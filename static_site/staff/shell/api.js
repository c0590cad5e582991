/**
 * The staff's routes, asked with the ID token.
 *
 * @typedef {import("../../kit/wire").Headers} Headers
 * @typedef {`/staff/branches/${string}`} Below the address of a branch
 * @typedef {{path: string, tag: string | null, text: string, view: any}} Known an answer with its address and its tag
 */
import { exchange, Refusal } from "../../kit/api.js";
import * as session from "./session.js";

const parsed = (answer) => answer.json();

/**
 * One request with the ID token; once more with a new one where it was refused.
 * @param {import("../../kit/wire").Method} method @param {string} path @param {{body?: object, headers?: Headers}} [sent]
 */
async function request(method, path, { body = undefined, headers = undefined } = {}, read = parsed) {
  const attempt = async () => {
    const Authorization = `Bearer ${await held(session.idToken())}`;
    return exchange(method, path, { body, headers: { Authorization, ...headers } }, read);
  };
  try {
    return await attempt();
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
  }
  await held(session.renew());
  try {
    return await attempt();
  } catch (refusal) {
    if (refusal.status === 401) return session.leaveToSignIn({ why: "over" });
    throw refusal;
  }
}

/**
 * A session that is over leads to the sign-in page; that Cognito does not answer is a fault like others.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export async function held(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.key === "sign_over") return session.leaveToSignIn({ why: "over" });
    throw new Refusal(error.key === "sign_network" ? 0 : 503);
  }
}

/** Who asks, and for which branches. @returns {Promise<import("../../kit/wire").Answer<"GET", "/staff/me">>} */
export const me = () => request("GET", "/staff/me");

/** Requests below one branch. */
export function client(/** @type {string} */ branch) {
  const below = (/** @type {string} */ path) => `/staff/branches/${branch}${path}`;
  /** The last answer of each address that is asked again and again, without its query. @type {Map<string, Known>} */
  const answers = new Map();

  /** @param {string} path */
  async function again(path) {
    const place = path.split("?")[0];
    const known = answers.get(place);
    const headers = known?.path === path && known.tag ? { "If-None-Match": known.tag } : undefined;
    try {
      const [text, tag] = await request("GET", below(path), { headers }, async (answer) => [
        await answer.text(),
        answer.headers.get("ETag"),
      ]);
      if (known?.path === path && known.text === text) return known.view;
      const view = JSON.parse(text);
      answers.set(place, { path, tag, text, view });
      return view;
    } catch (refusal) {
      if (refusal.status !== 304) throw refusal;
      return known.view;
    }
  }

  return {
    /**
     * @template {string} P
     * @param {P} path
     * @param {Headers} [headers]
     * @returns {Promise<import("../../kit/wire").Answer<"GET", `${Below}${P}`>>}
     */
    get: (path, headers) => request("GET", below(path), { headers }),
    /**
     * @template {string} P
     * @param {P} path
     * @param {import("../../kit/wire").Body<"POST", `${Below}${P}`>} [body]
     * @param {Headers} [headers]
     * @returns {Promise<import("../../kit/wire").Answer<"POST", `${Below}${P}`>>}
     */
    post: (path, body, headers) => request("POST", below(path), { body: body ?? {}, headers }),
    /**
     * @template {string} P
     * @param {P} path
     * @param {import("../../kit/wire").Body<"PUT", `${Below}${P}`>} body
     * @param {Headers} [headers]
     * @returns {Promise<import("../../kit/wire").Answer<"PUT", `${Below}${P}`>>}
     */
    put: (path, body, headers) => request("PUT", below(path), { body, headers }),
    /**
     * As `get`, for what is looked at every few seconds: the same object as before as long as nothing has changed.
     * @template {string} P
     * @param {P} path
     * @returns {Promise<import("../../kit/wire").Answer<"GET", `${Below}${P}`>>}
     */
    again: (path) => again(path),
    /** @param {string} path @returns {Promise<string>} */
    text: (path) => request("GET", below(path), {}, (answer) => answer.text()),
  };
}
