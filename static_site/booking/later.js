/** The forms, which the booking page fetches once a customer is near to the first of them. */
import { h } from "../kit/dom.js";
import { bring } from "../kit/fault.js";
import { learn } from "../kit/practice.js";
import { t } from "../kit/texts.js";
import { EMPTY } from "./values.js";

/** @typedef {import("./page.js").BookingPage} BookingPage */

let coming = null;
let here = false;

/** Fetches them once; again where they did not come. */
export function fetchForms() {
  coming ??= Promise.all([import("./forms.js"), learn("*/form")]);
  coming.then(
    () => (here = true),
    () => (coming = null),
  );
  return coming;
}

/** Fills the place of a form. @param {BookingPage} page  @param {HTMLElement} place  @param {() => void} show */
function fill(page, place, show) {
  bring(
    place,
    "loading",
    () => fetchForms().then(show),
    () => page.enterAgain(),
  );
}

/** @param {BookingPage} page */
export function newForm(page) {
  const heading = h("h1", { id: "heading", tabindex: "-1" }, t("form_heading"));
  const form = h("terminwerk-form", { onretime: () => page.retime(), onchange: () => page.gate.proof() }, heading);
  if (here) form.show(page);
  else fill(page, form, () => form.show(page));
  return form;
}

/** What was typed so far need not be typed again. @param {BookingPage} page */
export function newCaller(page) {
  const { call: kept, values, gate, access, contact: practice } = page;
  kept.name ||= `${values.first_name} ${values.last_name}`.trim();
  kept.phone ||= values.phone;
  const given = { values: kept, gate, practice, privacyUrl: access?.branch.privacy_url, online: Boolean(access) };
  const caller = h("terminwerk-call", { onback: () => history.back(), onweek: () => page.go(page.nextChoice()) });
  fill(page, caller, () => caller.show(given));
  return caller;
}

/** @param {BookingPage} page */
export function newCorrection(page) {
  const { email, manage_url: url } = page.result;
  const correct = ({ detail }) => {
    page.result = { ...page.result, ...detail, corrected: true };
    page.values.email = detail.email;
    page.go("done", true);
  };
  const form = h("terminwerk-correction", { oncorrected: correct });
  fill(page, form, () => form.show({ values: { ...EMPTY, email }, url }));
  return form;
}
