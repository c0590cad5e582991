/**
 * Whom an appointment is for: likely matches, a search while typing, or a new customer with the data of the request taken over.
 */
import { Refusal } from "../../kit/api.js";
import { announce, showErrors } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field, newId } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { fullName } from "../../kit/names.js";
import { t } from "../../kit/texts.js";
import { searching } from "../shell/searching.js";

/**
 * @import { Dialog, Summary } from "../../kit/dialog.js"
 * @import { Field } from "../../kit/field.js"
 * @import { Detail, Schemas, Staff } from "./types"
 * @typedef {Schemas["PersonView"]} Person
 * @typedef {Schemas["MatchView"]} Match
 */

const NEW = "new";
const NONE = "";

/** What a new customer starts with: who comes, reached the way who booked can be. @param {Detail["comment"]} comment */
function takenOver(comment) {
  if (!comment) return {};
  const other = comment.visitor_last_name || comment.visitor_first_name;
  return {
    last_name: other ? comment.visitor_last_name || comment.last_name : comment.last_name,
    first_name: (other ? comment.visitor_first_name : comment.first_name) ?? "",
    email: comment.email,
    phone: comment.phone ?? "",
    in_writing: comment.in_writing,
  };
}

/**
 * The one who is meant; undefined where several may be, or where the name alone speaks for somebody with another address or number.
 * @param {Match[]} matches @param {Detail["comment"]} comment
 */
function clearly(matches, comment) {
  const most = Math.max(...matches.map(({ because }) => because.length));
  const [best, rival] = matches.filter(({ because }) => because.length === most);
  if (!best || rival) return undefined;
  const { customer, because } = best;
  const differs = /** @type {const} */ (["email", "phone"]).some(
    (each) => comment?.[each] && customer[each] && !because.includes(each),
  );
  return differs && because.every((each) => each === "name") ? undefined : customer.id;
}

/**
 * A choice of one customer. `settle()` resolves to the id chosen (making a new customer first), or null for nobody.
 * @param {Staff} staff
 * @param {{comment?: Detail["comment"], matches?: Match[], current?: Person | null, none: string}} given `none` labels the choice of
 *   nobody
 */
export function customerChoice(staff, { comment = null, matches = [], current = null, none }) {
  const offered = matches.filter(({ customer }) => customer.id !== current?.id);
  const known = [...(current ? [{ customer: current, because: [] }] : []), ...offered];
  const first = current?.id ?? clearly(matches, comment) ?? (comment ? NEW : NONE);
  const name = newId("customer");
  /** @type {Map<string, Person>} */
  const people = new Map();
  const option = (value, title, detail, marked) =>
    optionOf({ name, value, ".checked": value === marked, onchange: () => update() }, title, detail);
  const person = (/** @type {Pick<Match, "customer" | "because">} */ { customer, because }, marked) => {
    people.set(customer.id, customer);
    return option(customer.id, fullName(customer), personLine(customer, because), marked);
  };
  const list = (...items) => h("ul", { class: "people" }, items);
  const inputs = () => /** @type {HTMLInputElement[]} */ ([...element.querySelectorAll(`input[name="${name}"]`)]);
  const chosen = () => inputs().find(({ checked }) => checked)?.value ?? NONE;
  const fields = customerFields(takenOver(comment));
  const form = h("div", { class: "new-customer" }, fields);
  const update = () => {
    form.hidden = chosen() !== NEW;
  };
  const found = list();
  found.hidden = true; // a list of nothing is none
  /** @param {Person[]} customers */
  const show = (customers) => {
    const kept = chosen();
    const fresh = customers.filter(({ id }) => !known.some(({ customer }) => customer.id === id));
    found.replaceChildren(...fresh.map((customer) => person({ customer, because: [] }, kept)));
    found.hidden = fresh.length === 0;
    if (!chosen()) inputs().find(({ value }) => value === NONE).checked = true;
    update();
  };
  const element = h(
    "fieldset",
    { class: "customer-choice" },
    h("legend", {}, t("customer_whom")),
    known.length > 0 && list(known.map((each) => person(each, first))),
    searchField(staff, show),
    found,
    list(option(NEW, t("customer_new"), comment ? t("customer_new_hint") : "", first)),
    form,
    list(option(NONE, none, "", first)),
  );
  update();
  const create = creating(staff, fields);
  return Object.assign(element, {
    /** @param {Summary} summary @returns {Promise<string | null>} */
    settle: async (summary) => (chosen() === NEW ? create(summary) : chosen() || null),
    /** @returns {Pick<Person, "email" | "phone"> | null} */
    person: () => (chosen() === NEW ? /** @type {any} */ (valuesOf(fields)) : (people.get(chosen()) ?? null)),
  });
}

function optionOf(attributes, title, detail) {
  const id = newId("person");
  const label = h("label", { for: id }, h("strong", {}, title), detail && h("span", { class: "small" }, detail));
  return h("li", { class: "box" }, h("input", { type: "radio", id, ...attributes }), label);
}

/** How to reach somebody, and why it may be them. @param {Person} customer @param {Match["because"]} because */
export function personLine({ email_shown: email, phone, in_writing: inWriting }, because) {
  const reasons = because.length && t("match_because", { reasons: because.map((each) => t(`match_${each}`)).join(", ") });
  return [email, phone, inWriting && t("in_writing"), reasons].filter(Boolean).join(" · ");
}

/** @param {Staff} staff @param {(found: Person[]) => void} show is told of nobody where too little was typed */
function searchField(staff, show) {
  const hint = t("customer_search_hint");
  const search = field({ name: "search", label: t("customer_search"), type: "search", autocomplete: "off", hint });
  const find = searching(
    staff.api,
    (found) => {
      search.fail("");
      show(found?.customers ?? []);
      if (found) announce(t("search_found", { count: found.customers.length }));
    },
    (error) => search.fail(errorText(error)),
  );
  search.control.addEventListener("input", () => find(search.value));
  search.control.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  return search;
}

/** @param {Partial<Schemas["CustomerBody"]>} given */
export function customerFields(given) {
  const text = (name, type = "text") =>
    field({ name, label: t(`label_${name}`), value: given[name] ?? "", autocomplete: "off", type });
  return [
    text("last_name"),
    text("first_name"),
    text("email", "email"),
    text("phone", "tel"),
    field({ name: "in_writing", label: t("in_writing"), type: "checkbox", value: given.in_writing }),
  ];
}

/** What the fields hold, without what is empty. @param {Field[]} fields */
export function valuesOf(fields) {
  const given = fields.map(({ name, value }) => [name, typeof value === "string" ? value.trim() : value]);
  return Object.fromEntries(given.filter(([, value]) => value !== ""));
}

/**
 * Makes the customer once: what fails after it is repeated with the same one.
 * @param {Staff} staff @param {Field[]} fields
 */
export function creating(staff, fields) {
  const made = { text: "", id: "" };
  /** @param {Summary} summary */
  return async (summary) => {
    const body = valuesOf(fields);
    const text = JSON.stringify(body);
    if (made.text === text) return made.id;
    try {
      const { id } = await staff.api.post("/customers", body);
      Object.assign(made, { text, id });
      return id;
    } catch (error) {
      if (!(error instanceof Refusal) || !Object.keys(error.codes).length) throw error;
      showErrors(error, summary, fields);
      throw new Shown();
    }
  };
}

/** A refusal that has been shown where it belongs. */
export class Shown extends Error {}

/**
 * Runs what an action does; a refusal that has been shown keeps the dialog open.
 * @template T
 * @param {(dialog: Dialog) => Promise<T>} run
 */
export function keepingOpen(run) {
  /** @param {Dialog} dialog @returns {Promise<T | false>} */
  return async (dialog) => {
    try {
      return await run(dialog);
    } catch (error) {
      if (error instanceof Shown) return false;
      throw error;
    }
  };
}
