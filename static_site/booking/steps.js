/** What the booking page shows at each step. */
import { breakable, h } from "../kit/dom.js";
import { faultBox } from "../kit/fault.js";
import { outward, skeleton } from "../kit/frame.js";
import { SHORT_DAY, momentName } from "../kit/moments.js";
import { nameIn } from "../kit/names.js";
import { callButton, ways } from "../kit/practice.js";
import { language, rich, t } from "../kit/texts.js";
import { earlyNote } from "../times/early.js";
import { cost } from "../times/kind.js";
import { fetchForms, learnKind, newCalendars, newCorrection, newForm, newPreparation } from "./later.js";
import "../times/week.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {import("./page.js").BookingPage} BookingPage
 */

function loadingStep() {
  return [h("h1", { class: "unseen" }, t("page_name")), h("p", { class: "unseen" }, t("loading")), skeleton()];
}

/** @param {BookingPage} page */
function refusedStep(page) {
  const { code, body } = page.refusal;
  if (code === "not_released") return closedStep(page, body.contact ?? {}, body.text);
  if (code === "unknown_access" || page.refusal.status === 404)
    return plainStep("unknown_heading", t("unknown_lead"), t("unknown_else"));
  return [h("h1", { class: "unseen" }, t("page_name")), faultBox(page.refusal, { repeat: () => location.reload() })];
}

/** @param {BookingPage} page */
function closedStep(page, contact, text) {
  const said = text ? [h("p", { class: "said", dir: "auto" }, text)] : [];
  if (!contact.phone && !contact.email) return plainStep("closed_heading", ...said, t("closed_else"));
  return plainStep("closed_heading", ...said, t("closed_lead"), ways(contact));
}

/** @param {BookingPage} page */
function resourceStep(page) {
  const { resources } = page.access;
  if (resources.length === 0) return closedStep(page, page.access.branch);
  const choose = (id) => {
    page.resource = id;
    page.go(page.nextChoice());
  };
  return choiceStep(
    t("resource_heading"),
    t(page.gone ? "resource_gone" : "resource_lead"),
    page.places.map(({ id, name }) => ({ name, choose: () => choose(id) })),
  );
}

/** @param {BookingPage} page */
function templateStep(page) {
  const choose = (id) => {
    page.template = id;
    page.go("week");
  };
  const offers = page.templates.map((item) => ({
    name: templateName(page, item),
    detail: duration(page, item),
    more: about(page, item),
    choose: () => choose(item.id),
  }));
  return choiceStep(t("template_heading"), t("template_lead"), offers);
}

/** @param {BookingPage} page */
function weekStep(page) {
  // Whoever points at a time, or moves to one, is near to the form.
  const near = () => {
    fetchForms();
    learnKind(page);
  };
  page.view = h("terminwerk-week", {
    onpointerover: near,
    onfocusin: near,
    onchoose: (event) => page.choose(event.detail),
    onturn: (event) => page.load(event.detail),
    onmonth: () => page.go("month"),
  });
  page.view.show(page.weekState());
  return [page.lost ? lostNotice(page) : weekHeading(page), page.view];
}

/** @param {BookingPage} page */
function weekHeading(page) {
  return h(
    "div",
    { class: "heading" },
    h("h1", { id: "heading" }, t("week_heading")),
    h(
      "p",
      { class: "lead" },
      page.what,
      choiceMade(page) &&
        h("button", { type: "button", class: "plain", id: "rechoose", onclick: () => rechoose(page) }, t("change_choice")),
    ),
    about(page, page.templateItem).map((text) => h("p", {}, text)),
  );
}

/** @param {BookingPage} page */
function choiceMade(page) {
  return page.access.resources.length > 1 || page.templates.length > 1;
}

/** @param {BookingPage} page */
function rechoose(page) {
  page.go(page.access.resources.length > 1 ? "resource" : "template");
}

/** Someone was faster: the nearest times as buttons, the fresh week below. @param {BookingPage} page */
function lostNotice(page) {
  const { start, heading, alternatives, unsure } = page.lost;
  const name = (moment) => momentName(moment, page.access.branch.zone, SHORT_DAY);
  const offer = (slot) =>
    h("li", {}, h("button", { type: "button", class: "slot", onclick: () => page.choose(slot) }, name(slot.start)));
  return h(
    "div",
    { class: "heading lost" },
    h("h1", { id: "heading" }, t(heading)),
    h("p", {}, rich("lost_time", { moment: h("del", {}, name(start)) })),
    unsure && h("p", {}, t("lost_unsure")),
    h("p", { class: "lead" }, t(alternatives.length > 0 ? "lost_lead" : "lost_lead_none")),
    alternatives.length > 0 && [
      h("ul", { class: "alternatives" }, alternatives.map(offer)),
      h("p", { class: "lead" }, t("lost_week")),
    ],
  );
}

/** @param {BookingPage} page */
function monthStep(page) {
  return [
    h(
      "div",
      { class: "heading" },
      h("h1", { id: "heading", tabindex: "-1" }, t("month_heading")),
      h("p", { class: "lead" }, page.what),
    ),
    page.calendar,
  ];
}

/** @param {BookingPage} page */
function formStep(page) {
  page.form = newForm(page);
  page.gate.proof();
  return page.form;
}

/** @param {BookingPage} page */
function callStep(page) {
  return [h("h1", { id: "heading", tabindex: "-1" }, t("call_me")), page.caller];
}

/** @param {BookingPage} page */
function doneStep(page) {
  const { status, start, email, name, manage_url: url, confirm_until: until } = page.result;
  const kind = until ? "done_confirm" : status === "confirmed" ? "done_confirmed" : "done_proposed";
  const { zone, address } = page.access.branch;
  const bold = (text) => h("strong", {}, text);
  return h(
    "div",
    { class: "done" },
    !until && h("span", { class: "success", "aria-hidden": "true" }),
    h("h1", { id: "heading" }, until || email ? t(kind) : t("done_kept", { moment: momentName(start, zone, SHORT_DAY) })),
    email && h("p", { class: "lead" }, rich(`${kind}_lead`, { email: h("strong", { dir: "ltr" }, breakable(email)) })),
    until && h("p", {}, rich("done_confirm_until", { moment: bold(momentName(until, zone)) })),
    h(
      "p",
      { class: "moment" },
      bold(momentName(start, zone)),
      earlyNote(page.result.early, start, zone),
      page.what && h("span", {}, page.what),
      page.cost && h("span", {}, page.cost),
      name && h("span", {}, t("done_for", { name })),
      address && h("span", {}, address),
    ),
    newPreparation(page),
    h("p", {}, t(until ? "done_confirm_mail" : "done_mail")),
    url && email && !page.result.corrected && correctButton(page),
    url && newCalendars(page),
    h(
      "p",
      { class: "actions" },
      until && callButton("call_me", "quiet"),
      url && outward(url, t("done_manage")),
      h("button", { type: "button", class: "plain", onclick: () => page.again() }, t("done_again")),
    ),
  );
}

/** @param {BookingPage} page */
function correctButton(page) {
  const put = ({ currentTarget }) => currentTarget.replaceWith(newCorrection(page));
  return h("button", { type: "button", class: "plain", id: "correct", onclick: put }, t("done_correct"));
}

/** @param {BookingPage} page  @param {Schemas["TemplateView"]} template */
export const templateName = (page, template) => nameIn(template.name, language, page.access.languages[0]);

/** What stands under its name before any time is shown. @param {BookingPage} page  @param {Schemas["TemplateView"]} [template] */
const about = (page, template) =>
  template ? [nameIn(template.hint, language, page.access.languages[0]), cost(template)].filter(Boolean) : [];

/**
 * "45 Minuten"; nothing where the practice has it in the name already.
 * @param {BookingPage} page
 * @param {Schemas["TemplateView"]} template
 */
export const duration = (page, template) =>
  templateName(page, template).includes(String(template.duration)) ? "" : t("minutes", { count: template.duration });

function plainStep(heading, ...content) {
  return [
    h("h1", { id: "heading" }, t(heading)),
    ...content.map((item) => (typeof item === "string" ? h("p", { class: "lead" }, item) : item)),
  ];
}

/**
 * One question, its answers as large buttons.
 * @param {{name: string, detail?: string, more?: string[], choose: () => void}[]} offers  `more` are lines of their own
 */
function choiceStep(heading, lead, offers) {
  const button = ({ name, detail, more = [], choose }) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "offer", onclick: choose },
        h("strong", {}, name),
        detail && h("span", {}, detail),
        more.map((text) => h("span", { class: "more" }, text)),
      ),
    );
  return [
    h("h1", { id: "heading" }, heading),
    h("p", { class: "lead" }, lead),
    h("ul", { class: "offers" }, offers.map(button)),
  ];
}

/** By the step's name, of a page. @type {Record<string, (page: BookingPage) => any>} */
export const STEPS = {
  loading: loadingStep,
  refused: refusedStep,
  resource: resourceStep,
  template: templateStep,
  week: weekStep,
  month: monthStep,
  form: formStep,
  call: callStep,
  done: doneStep,
};
