/** The forms, which the booking page fetches once a customer is near to the first of them. */
import { h } from "../kit/dom.js";
import { bring } from "../kit/fault.js";
import { learn } from "../kit/practice.js";
import { t } from "../kit/texts.js";
import { preparation } from "../times/kind.js";
import { EMPTY } from "./values.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {import("./page.js").BookingPage} BookingPage
 */

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

/** What else kinds say, by their ids. @type {Map<string, Promise<Schemas["TemplateDetails"] | null>>} */
const details = new Map();

/**
 * What else the chosen kind says, where there is more; asked for once. Where it does not come nobody is kept from booking: the
 * mail has it too.
 * @param {BookingPage} page
 */
export async function learnKind({ templateItem: kind, gate }) {
  if (!kind?.has_details) return null;
  const { id } = kind;
  if (!details.has(id)) {
    const asked = gate.details(id);
    details.set(
      id,
      asked.catch(() => {
        details.delete(id);
        return null;
      }),
    );
  }
  return details.get(id);
}

/** What to bring and how to prepare, in its place once it is known. @param {BookingPage} page */
export function newPreparation(page) {
  if (!page.templateItem?.has_details) return null;
  const place = h("div");
  learnKind(page).then((known) => place.append(preparation(known?.instructions)));
  return place;
}

/**
 * Fills the place of a form.
 * @param {BookingPage} page
 * @param {HTMLElement} place
 * @param {() => void} show
 * @param {Promise<unknown>} [more] what it waits for, too
 */
function fill(page, place, show, more) {
  bring(
    place,
    "loading",
    () => Promise.all([fetchForms(), more]).then(show),
    () => page.enterAgain(),
  );
}

/** @param {BookingPage} page */
export function newForm(page) {
  const heading = h("h1", { id: "heading", tabindex: "-1" }, t("form_heading"));
  const form = h("terminwerk-form", { onretime: () => page.retime(), onchange: () => page.gate.proof() }, heading);
  if (here) form.show(page);
  else fill(page, form, () => form.show(page), learnKind(page));
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

/** Ways into the customer's calendar; where they do not come, the mail has the file. @param {BookingPage} page */
export function newCalendars({ result, access }) {
  const place = h("div", { class: "calendars" });
  fetchForms()
    .then(([part]) => part.offer(place, result, access.branch))
    .catch(() => {});
  return place;
}
