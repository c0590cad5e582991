/** The search for customers, while somebody types. What is typed goes into a body, never into an address: names stand in no log. */
import { afterPause } from "../../kit/pieces.js";

/** @typedef {import("../../kit/wire").Schemas["SearchView"]} Found */

export const SHORTEST = 2; // letters before a search begins

/**
 * Finds while somebody types. Answers may overtake each other: only that of the last question is drawn.
 * @param {ReturnType<typeof import("./api.js").client>} api
 * @param {(found: Found | null, q: string) => void} show null where too little was typed
 * @param {(error: unknown) => void} fail
 * @returns {(text: string) => void}
 */
export function searching(api, show, fail) {
  let turn = 0;
  const ask = afterPause(async (q) => {
    const mine = ++turn;
    try {
      const found = await api.post("/search", { q });
      if (mine === turn) show(found, q);
    } catch (error) {
      if (mine === turn) fail(error);
    }
  }, 180);
  return (text) => {
    const q = text.trim();
    if (q.length >= SHORTEST) return ask(q);
    turn++; // what is on its way is not wanted any more
    ask.cancel();
    return show(null, q);
  };
}
