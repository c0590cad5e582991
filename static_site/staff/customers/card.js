/** One customer with all that is known, and what can be done. */
import { catalogue } from "../../kit/catalogue.js";
import { announce, announceError } from "../../kit/dialog.js";
import { h, redraw } from "../../kit/dom.js";
import { fullName } from "../../kit/names.js";
import { button, facts, fault, notice } from "../../kit/pieces.js";
import { inWords, t } from "../../kit/texts.js";
import { api, dateText, hinted, staff, thingsOf } from "./branch.js";
import { detail, inAddress, isAhead } from "./detail.js";
import { erase } from "./erase.js";
import { handOver } from "./export.js";
import { edit } from "./form.js";
import { invitations, invite } from "./invite.js";
import { merge } from "./merge.js";
import { leaveFor } from "../shell/back.js";
import { mark, named, row, searchAgain, section, small } from "./search.js";
import { languageName } from "../shell/language.js";

/**
 * @typedef {import("./branch.js").Schemas} Schemas
 * @typedef {Schemas["CustomerView"]} Customer
 */

/** @param {Customer} customer @param {...Node} first what is told above */
export function show(customer, ...first) {
  redraw(
    detail,
    h("h2", { id: "name", tabindex: "-1" }, fullName(customer)),
    ...first,
    customer.erasure_asked_at &&
      notice(
        null,
        h("p", {}, t("erasure_note", { day: staff.dayOf(customer.erasure_asked_at) })),
        !customer.erasure_proved && h("p", {}, t("erasure_unproved_note")),
      ),
    known(customer),
    actions(customer),
    appointments(customer),
    invitations(customer, (text) => refresh(customer, text)),
    history(customer),
  );
  mark(customer.id);
}

/** What went wrong, above the customer. @param {Customer} customer @param {string} text */
function showFault(customer, text) {
  const note = fault(text);
  show(customer, note);
  note.focus();
}

/** What an action has made of a customer, and says so. @param {Customer} customer @param {string} text */
function showDone(customer, text) {
  inAddress(customer.id);
  show(customer);
  announce(text);
  document.getElementById("name").focus();
}

/** The customer as it is by now. @param {Customer} customer @param {string} text */
async function refresh({ id }, text) {
  try {
    showDone(await api.get(`/customers/${id}`), text);
  } catch (error) {
    announceError(error);
  }
}

/** @param {Customer} customer */
const known = ({
  phone,
  phone_link: dialled,
  email,
  email_shown: shown,
  language,
  in_writing: writing,
  note,
  hint,
  made_at: since,
  birth_date: born,
}) =>
  facts([
    [t("label_birth_date"), born && dateText(born)],
    [t("label_phone"), phone && h("a", { href: `tel:${dialled}` }, phone)],
    [t("label_email"), email && h("a", { href: `mailto:${email}` }, shown)],
    [t("label_language"), language && languageName(language)],
    [t("fact_writing"), writing ? t("yes") : null],
    [t("label_hint"), hinted && hint],
    [t("label_note"), note && h("span", { class: "note" }, note)],
    [t("fact_since"), staff.dayOf(since)],
  ]);

/** The way to the planner's form for a new appointment. @param {"new" | "again"} how @param {string} id @param {string} text */
const begun = (how, id, text) => h("a", { class: "as-button", href: `index.html#${how}=${id}` }, text);

/** @param {Customer} customer */
function actions(customer) {
  const leave = () => show(customer);
  const [last] = customer.appointments; // the latest first
  const refused = (text) => showFault(customer, text);
  const merged = (both) => {
    showDone(both, t("merged"));
    searchAgain();
  };
  return h(
    "p",
    { class: "actions" },
    button(t("edit"), () => write(customer), { class: "quiet", id: "edit" }),
    begun("new", customer.id, t("book_for")),
    last && begun("again", last.id, t("as_last_time")),
    button(t("invite"), () => invite(customer, (text) => refresh(customer, text)), { id: "invite" }),
    button(t("merge"), () => merge(customer, merged, leave), { id: "merge" }),
    button(t("export"), () => handOver(customer, refused), { id: "export" }),
    staff.admin && button(t("erase"), () => erase(customer, refused), { id: "erase", class: "plain harm" }),
  );
}

/** The form for a customer, or for somebody new. @param {Customer} [customer] */
export function write(customer) {
  if (!customer) mark("");
  const leave = () => (customer ? show(customer) : (location.hash = ""));
  const done = (saved) => {
    showDone(saved, t("saved"));
    searchAgain();
  };
  edit(customer, done, leave);
}

/** @param {Customer} customer */
function appointments({ id, appointments: all }) {
  if (all.length === 0) return h("p", { class: "small" }, t("no_appointments"));
  const state = (status) =>
    h("span", { class: `state ${catalogue.ahead.includes(status) ? "on" : ""}` }, t(`status_${status}`));
  const line = (each) => {
    const link = row(`index.html#${each.id}`, named(staff.moment(each.start)), small(thingsOf(each)), state(each.status));
    link.addEventListener("click", () => leaveFor(each.id, id));
    return link;
  };
  const coming = all.filter(isAhead).reverse();
  const others = all.filter((each) => !coming.includes(each));
  return [section("h3", t("coming"), coming.map(line)), section("h3", t("earlier"), others.map(line))];
}

/** @param {Customer} customer */
function history({ history: lines }) {
  const line = ({ at, what, fields, by }) =>
    h(
      "li",
      {},
      small(staff.moment(at)),
      ` ${inWords("what", what)}`,
      fields.length > 0 && `: ${fields.map((name) => inWords("label", name)).join(", ")}`,
      small(` · ${inWords("by", by)}`),
    );
  return (
    lines.length > 0 &&
    h(
      "details",
      { class: "more" },
      h("summary", {}, t("history", { count: lines.length })),
      h("ul", { class: "history" }, lines.map(line)),
    )
  );
}
