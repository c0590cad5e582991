/** What the steps of the customer's own page share: a question asked once more, the button that does it, what went wrong. */
import { h } from "../kit/dom.js";
import { faultBox } from "../kit/fault.js";
import { momentName } from "../kit/moments.js";
import { button } from "../kit/pieces.js";
import { t } from "../kit/texts.js";

/** @typedef {import("./page.js").AppointmentPage} AppointmentPage */

export const heading = (key) => h("h1", { id: "heading", tabindex: "-1" }, t(key));

export const actions = (...buttons) => h("p", { class: "actions" }, ...buttons);

/** The time of the appointment, large. @param {AppointmentPage} page */
export function moment(page, ...more) {
  const { start, zone } = page.appointment;
  return h("p", { class: "moment" }, h("strong", {}, momentName(start, zone)), more);
}

/** The button that does it. @param {AppointmentPage} page  @param {() => void} act */
export function sure(page, key, act) {
  const label = page.busy ? "manage_doing" : page.fault ? "repeat" : key;
  return button(t(label), act, { class: "main", id: "sure", "aria-disabled": page.busy ? "true" : null });
}

/** What went wrong with the last attempt; the button below repeats it, which does nothing twice. @param {AppointmentPage} page */
export function problem(page, path) {
  if (page.fault?.path !== path) return null;
  const { refusal } = page.fault;
  return faultBox(refusal, refusal.status === 403 ? { lead: "only_mailed" } : {});
}

/**
 * A question, its consequences above the button that does it; the way back leads where the customer came from.
 * @param {AppointmentPage} page
 * @param {{heading: string, consequences: any[], path: string, yes: [string, () => void], no: string}} question
 */
export function asked(page, { heading: key, consequences, path, yes, no }) {
  return [
    heading(key),
    h(
      "div",
      { class: "asked" },
      consequences,
      problem(page, path),
      actions(
        sure(page, ...yes),
        button(t(no), () => page.busy || page.leave(), { class: "quiet", id: "not" }),
      ),
    ),
  ];
}
