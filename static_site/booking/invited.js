/**
 * What the booking page is by an invitation: whom it is for is known, so there is nothing to fill in. Only who has such a link
 * fetches it.
 */
import { Refusal, ask, randomKey } from "../kit/api.js";
import { breakable, h, redraw, whisper } from "../kit/dom.js";
import { faultBox } from "../kit/fault.js";
import { outward } from "../kit/frame.js";
import { LONG_DAY, momentName, noon } from "../kit/moments.js";
import { button } from "../kit/pieces.js";
import { learn, reach } from "../kit/practice.js";
import { language, locale, rich, t } from "../kit/texts.js";
import { earlyNote } from "../times/early.js";
import { newCalendars, newPreparation } from "./later.js";
import { STEPS } from "./steps.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {import("./page.js").BookingPage} BookingPage
 */

/** What an access tells besides, of a form that there is not. */
const NOTHING_ASKED = {
  required: [],
  message_field: false,
  notice_version: "",
  reminder_hours: [],
  country: "",
  accessibility_authority: "",
};
/** Refusals after which the link books nothing any more. */
const ENDS = ["invitation_used", "invitation_expired", "unauthorized", "not_released", "not_for_this_resource"];

/** Stands in the place of an access's gate: asks, and books, by the token. */
export class Invitation {
  steps = { refused: endedStep, week: weekStep, form: confirmStep, done: doneStep };
  /** @type {Schemas["InvitationView"] | undefined} */
  view;
  /** The details that were sent, and their key. @type {{text: string, key: string} | null} */
  sent = null;

  constructor(token) {
    this.headers = { "Invitation-Token": token };
    addEventListener("hashchange", () => location.reload()); // another link opened in the same window
  }

  /** @returns {Promise<Schemas["AccessView"]>} */
  async open() {
    await learn("*/invited");
    this.view = await ask("GET", "/invitation", { headers: this.headers });
    const { state, branch } = this.view;
    if (state !== "open") throw new Refusal(410, { code: `invitation_${state}`, contact: branch });
    return { ...this.view, ...NOTHING_ASKED };
  }

  slots(query) {
    return ask("GET", `/invitation/slots?${query}`, { headers: this.headers });
  }

  days(query) {
    return ask("GET", `/invitation/days?${query}`, { headers: this.headers });
  }

  /** The same details keep their key, so that a repeat after a lost answer does nothing twice. @param {Schemas["InvitedRequest"]} body */
  async book(body) {
    const text = JSON.stringify(body);
    if (this.sent?.text !== text) this.sent = { text, key: randomKey() };
    const headers = { ...this.headers, "Idempotency-Key": this.sent.key };
    return ask("POST", "/invitation/appointments", { headers, body });
  }

  /** @returns {Promise<Schemas["TemplateDetails"]>} */
  async details() {
    return { instructions: this.view.instructions };
  }

  /** Nothing to prove: the invitation is the proof. */
  async proof() {}
}

const dayName = (date) =>
  noon(date).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** @param {BookingPage} page */
function weekStep(page) {
  const { who, until } = page.gate.view;
  const [heading, ...week] = STEPS.week(page);
  return [heading, h("p", { class: "small" }, t("invited_lead", { who, day: dayName(until) })), ...week];
}

/** The time that was chosen, for whom it is, and the button that books it. */
class ConfirmView extends HTMLElement {
  /** The practice knows whom it is for, and asks nothing. */
  questions = { names: {} };

  /** @param {BookingPage} page */
  show(page) {
    const { pick, access, templateItem, fault, sending, what } = page;
    const { who, email, phone, starts_as } = page.gate.view;
    const { zone } = access.branch;
    const note = earlyNote(templateItem?.early, pick.start, zone);
    const address = email ?? phone;
    redraw(
      this,
      h("h1", { id: "heading", tabindex: "-1" }, t("invited_heading")),
      h(
        "div",
        { class: "chosen" },
        h(
          "p",
          {},
          h("strong", {}, momentName(pick.start, zone, LONG_DAY)),
          h("span", { class: "small" }, [what, t("done_for", { name: who })].filter(Boolean).join(" · ")),
        ),
        button(t("invited_change"), () => page.retime(), { class: "plain", id: "retime" }),
      ),
      note && h("p", {}, note),
      newPreparation(page),
      address && h("p", {}, rich("invited_reply", { address: h("strong", { dir: "ltr" }, breakable(address)) })),
      h("p", { class: "small" }, t("invited_known")),
      fault && faultBox(fault),
      h(
        "p",
        { class: "actions" },
        button(t(sending ? "invited_sending" : fault ? "repeat" : `invited_send_${starts_as}`), () => book(page), {
          class: "main",
          id: "book",
          "aria-disabled": String(sending),
        }),
      ),
    );
  }

  find(selector) {
    return this.querySelector(selector);
  }
}

/** @param {BookingPage} page */
function confirmStep(page) {
  const view = /** @type {ConfirmView} */ (h("terminwerk-confirm"));
  page.form = view;
  view.show(page);
  return view;
}

/** @param {BookingPage} page */
async function book(page) {
  if (page.sending) return;
  page.sending = true;
  page.fault = null;
  page.form.show(page);
  whisper(t("invited_sending"));
  try {
    page.result = await page.gate.book({ start: page.pick.start, resource: page.resource, language });
    page.sending = false;
    page.pick = null;
    page.go("done", true);
  } catch (refusal) {
    page.sending = false;
    if (!ENDS.includes(refusal.code)) return (await import("./forms.js")).refused(page, refusal);
    page.access = null;
    page.refusal = refusal;
    page.go("refused", true);
  }
}

/** @param {BookingPage} page */
function doneStep(page) {
  const { status, start, manage_url: url } = page.result;
  const { zone, address } = page.access.branch;
  const { who, email } = page.gate.view;
  return h(
    "div",
    { class: "done" },
    h("span", { class: "success", "aria-hidden": "true" }),
    h("h1", { id: "heading" }, t(status === "confirmed" ? "done_confirmed" : "done_proposed")),
    h(
      "p",
      { class: "moment" },
      h("strong", {}, momentName(start, zone)),
      earlyNote(page.result.early, start, zone),
      page.what && h("span", {}, page.what),
      h("span", {}, t("done_for", { name: who })),
      address && h("span", {}, address),
    ),
    newPreparation(page),
    email && h("p", {}, rich("invited_reply", { address: h("strong", { dir: "ltr" }, breakable(email)) })),
    url && newCalendars(page),
    url && h("p", { class: "actions" }, outward(url, t("done_manage"))),
  );
}

/** What to do with a link that books nothing. @param {BookingPage} page */
function endedStep(page) {
  const { code, body, passing } = page.refusal;
  if (passing) return [h("h1", {}, t("page_name")), faultBox(page.refusal, { repeat: () => location.reload() })];
  const used = code === "invitation_used";
  const alias = page.gate.view?.alias;
  return [
    h("h1", { id: "heading" }, t(used ? "invited_used" : "invited_over")),
    used && h("p", { class: "lead" }, t("invited_used_lead")),
    reach(used ? "invited_used_else" : "invited_over_lead", { known: body.contact }),
    alias && h("p", { class: "actions" }, h("a", { href: `./?a=${alias}` }, t("invited_free"))),
  ];
}

customElements.define("terminwerk-confirm", ConfirmView);
