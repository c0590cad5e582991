/**
 * Whom an appointment is for: likely matches, a search while typing, or a new customer with the data of the request taken over.
 */
import { Refusal } from "../../kit/api.js";
import { h } from "../../kit/dom.js";
import { field, newId } from "../../kit/field.js";
import { fullName } from "../../kit/names.js";
import { t } from "../../kit/texts.js";

const PAUSE = 250; // milliseconds without a key before it is searched
const NEW = "new";
const NONE = "";

/** What a new customer starts with: who comes, reached the way who booked can be. */
export function takenOver(comment) {
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
 * A choice of one customer. `settle()` resolves to the id chosen (making a new customer first), or null for nobody.
 * @param staff
 * @param {{comment?: object, matches?: {customer: object, because: string[]}[], current?: object | null, none: string}} given
 *   `none` labels the choice of nobody
 */
export function customerChoice(staff, { comment = null, matches = [], current = null, none }) {
  const name = newId("customer");
  const found = h("ul", { class: "people" });
  const fields = customerFields(takenOver(comment));
  const form = h(
    "div",
    { class: "new-customer", hidden: true },
    fields.map((each) => each),
  );
  const search = field({
    name: "search",
    label: t("customer_search"),
    type: "search",
    autocomplete: "off",
    hint: t("customer_search_hint"),
  });
  const first = current ? current.id : (matches[0]?.customer.id ?? (comment ? NEW : NONE));
  const people = new Map();

  const chosen = () => element.querySelector(`input[name="${name}"]:checked`)?.value ?? NONE;
  const update = () => {
    form.hidden = chosen() !== NEW;
  };
  const option = (value, title, detail = "", checked = false) => {
    const id = newId("person");
    const input = h("input", { type: "radio", id, name, value, ".checked": checked, onchange: update });
    const label = h("label", { for: id }, h("strong", {}, title), detail && h("span", { class: "small" }, detail));
    return h("li", { class: "box" }, input, label);
  };
  const person = (customer, because = [], checked = false) => {
    people.set(customer.id, customer);
    const reasons = because.length ? t("match_because", { reasons: because.map((each) => t(`match_${each}`)).join(", ") }) : "";
    const details = [customer.email_shown, customer.phone, customer.in_writing && t("in_writing"), reasons].filter(Boolean);
    return option(customer.id, fullName(customer), details.join(" · "), checked);
  };

  const offered = matches.filter(({ customer }) => customer.id !== current?.id);
  const element = h(
    "fieldset",
    { class: "customer-choice" },
    h("legend", {}, t("customer_whom")),
    h(
      "ul",
      { class: "people" },
      current && person(current, [], true),
      offered.map(({ customer, because }) => person(customer, because, customer.id === first)),
    ),
    search,
    found,
    h("ul", { class: "people" }, option(NEW, t("customer_new"), comment ? t("customer_new_hint") : "", first === NEW)),
    form,
    h("ul", { class: "people" }, option(NONE, none, "", first === NONE)),
  );
  const show = (customers) => {
    const kept = chosen();
    const known = [current?.id, ...offered.map(({ customer }) => customer.id)];
    const fresh = customers.filter(({ id }) => !known.includes(id));
    found.replaceChildren(...fresh.map((customer) => person(customer, [], customer.id === kept)));
    if (!chosen()) element.querySelector(`input[name="${name}"][value="${NONE}"]`).checked = true;
    update();
    staff.announce(t("search_found", { count: fresh.length }));
  };
  search.control.addEventListener(
    "input",
    whileTyping(staff, show, (text) => search.fail(text)),
  );
  search.control.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  update();
  element.settle = async (summary) => {
    const id = chosen();
    return id === NEW ? create(staff, fields, summary) : id || null;
  };
  element.person = () => (chosen() === NEW ? valuesOf(fields) : (people.get(chosen()) ?? null));
  return element;
}

/** Searches once a typist pauses; an answer that comes late is dropped. */
function whileTyping(staff, show, fail) {
  let timer;
  let number = 0;
  return (event) => {
    clearTimeout(timer);
    const q = event.target.value.trim();
    const mine = ++number;
    timer = setTimeout(async () => {
      try {
        const { customers } = q.length < 2 ? { customers: [] } : await staff.api.post("/search", { q });
        if (mine !== number) return;
        fail("");
        show(customers);
      } catch (error) {
        if (mine === number) fail(staff.errorText(error));
      }
    }, PAUSE);
  };
}

export function customerFields(given = {}) {
  const text = (name, more = {}) =>
    field({ name, label: t(`label_${name}`), value: given[name] ?? "", autocomplete: "off", ...more });
  return [
    text("last_name"),
    text("first_name"),
    text("email", { type: "email" }),
    text("phone", { type: "tel" }),
    field({ name: "in_writing", label: t("in_writing"), type: "checkbox", value: given.in_writing }),
  ];
}

function valuesOf(fields) {
  const given = Object.fromEntries(fields.map(({ name, value }) => [name, typeof value === "string" ? value.trim() : value]));
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
}

/** Makes the customer once: what fails after it is repeated with the same one. @returns {Promise<string>} its id */
async function create(staff, fields, summary) {
  const body = valuesOf(fields);
  const text = JSON.stringify(body);
  if (fields.made?.text === text) return fields.made.id;
  try {
    const { id } = await staff.api.post("/customers", body);
    fields.made = { text, id };
    return id;
  } catch (error) {
    if (!(error instanceof Refusal) || !Object.keys(error.codes).length) throw error;
    staff.showErrors(error, summary, fields);
    throw new Shown();
  }
}

/** A refusal that has been shown where it belongs. */
export class Shown extends Error {}

/** Runs what an action does; a refusal that has been shown keeps the dialog open. */
export function keepingOpen(run) {
  return async (dialog) => {
    try {
      return await run(dialog);
    } catch (error) {
      if (error instanceof Shown) return false;
      throw error;
    }
  };
}
