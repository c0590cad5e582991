/** What went wrong, in plain words, and how to go on: what customers' pages share. */
import { Refusal } from "./api.js";
import { h } from "./dom.js";
import { giveUp, skeleton } from "./frame.js";
import { button } from "./pieces.js";
import { reach } from "./practice.js";
import { t } from "./texts.js";

/** Refusals that leave a customer nothing but the practice itself; they carry its contact. */
const ASK_US = { too_many_requests: "limit_lead", not_released: "closed_lead" };

/** @param {Refusal} refusal */
export const mustAsk = ({ code, body }) => Boolean(ASK_US[code] && body.contact);

/** Which text says what went wrong on the way. @param {Refusal} refusal */
export function faultText(refusal) {
  if (mustAsk(refusal)) return ASK_US[refusal.code];
  if (refusal.status === 0) return "fault_network";
  return refusal.status === 429 || refusal.status === 503 ? "fault_busy" : "fault_server";
}

/** A notice of what went wrong, said at once. */
export const alarm = (...content) =>
  h("div", { class: "notice fault", role: "alert", tabindex: "-1", id: "fault" }, ...content);

/**
 * Says that something did not work.
 * @param {Refusal} refusal
 * @param {{repeat?: () => void, kept?: boolean, lead?: string}} [more] `repeat` makes a button; `kept`: what was typed is still there
 */
export function faultBox(refusal, { repeat, kept, lead = faultText(refusal) } = {}) {
  const ask = mustAsk(refusal);
  return alarm(
    h("h2", {}, t("fault_heading")),
    ask ? reach(lead, { known: refusal.body.contact }) : [h("p", {}, t(lead)), ...reach("fault_else")],
    repeat && h("p", {}, button(t("repeat"), repeat, { class: "main", id: "repeat" })),
    kept && !ask && h("p", {}, t("fault_kept")),
  );
}

/**
 * Draws, or whatever else must not leave a skeleton for ever: where it fails by a mistake of ours, or in a browser that lacks
 * something, the page says that it did not work.
 * @param {HTMLElement} host @param {() => void} act
 */
export function safely(host, act) {
  try {
    act();
  } catch (error) {
    broken(host, error);
  }
}

/** Where not even texts have come, the page's own sentence is seen. @param {HTMLElement} host @param {unknown} error */
export function broken(host, error) {
  console.error(error);
  const main = host.querySelector("main");
  main.removeAttribute("aria-busy");
  if (main.querySelector(".unloaded")) return giveUp(host);
  const heading = h("h1", { class: "unseen" }, document.title);
  return main.replaceChildren(heading, faultBox(new Refusal(500), { repeat: () => location.reload() }));
}

/**
 * Fills a place whose element is defined by a module that is fetched now: with what is seen until it is there, and where it does
 * not come.
 * @param {HTMLElement} place
 * @param {string} waiting the key of a text
 * @param {() => Promise<unknown>} load
 * @param {() => void} repeat
 */
export function bring(place, waiting, load, repeat) {
  place.setAttribute("aria-busy", "true");
  place.append(h("p", { class: "unseen" }, t(waiting)), skeleton());
  load().catch(() => {
    place.removeAttribute("aria-busy");
    place.replaceChildren(...place.querySelectorAll("h1"), faultBox(new Refusal(0), { repeat }));
  });
}
