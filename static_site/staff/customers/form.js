/** The form for a customer, also where somebody else saves the same one meanwhile. */
import { catalogue } from "../../kit/catalogue.js";
import { h, redraw } from "../../kit/dom.js";
import { REQUIRED, errorText } from "../../kit/flaws.js";
import { Form } from "../../kit/form.js";
import { fullName } from "../../kit/names.js";
import { button, fault } from "../../kit/pieces.js";
import { LANGUAGES, t } from "../../kit/texts.js";
import { doubtsOf } from "./alike.js";
import { api, dateText, hinted } from "./branch.js";
import { detail, FIELDS } from "./detail.js";
import { languageName } from "../shell/language.js";

/**
 * @typedef {import("./branch.js").Schemas} Schemas
 * @typedef {Schemas["CustomerView"]} Customer
 * @typedef {Pick<Customer, typeof FIELDS[number]>} Values
 */

/** @type {Values} */
const EMPTY = {
  last_name: "",
  first_name: null,
  birth_date: null,
  email: null,
  phone: null,
  language: null,
  in_writing: false,
  note: null,
  hint: null,
};

/** @param {Values} of @returns {Values} */
const valuesOf = (of) => Object.assign({}, ...FIELDS.map((name) => ({ [name]: of[name] })));

/**
 * @param {Customer | undefined} customer who is changed; somebody new without
 * @param {(saved: Customer) => void} done
 * @param {() => void} leave
 */
export function edit(customer, done, leave) {
  const values = valuesOf(customer ?? EMPTY);
  const stored = { version: customer?.version, values: { ...values } };
  const rules = (name) => ({ most: catalogue.lengths.customer[name] });
  const form = new Form({ t, values, rules });
  let sending = false;
  const doubts = doubtsOf();

  const draw = (trouble = null) =>
    redraw(
      detail,
      h(
        "form",
        { novalidate: true, onsubmit: send, "aria-labelledby": "edit-heading" },
        heading(customer),
        trouble,
        form.summary({ level: "h3" }),
        inputs(form),
        h("p", { class: "actions" }, keep(doubts.told), button(t("cancel"), leave)),
      ),
    );

  async function send(event) {
    event.preventDefault();
    if (sending) return;
    if (!values.last_name.trim()) return complain({ last_name: REQUIRED });
    sending = true;
    const body = written(values);
    try {
      const note = customer ? null : await doubts.about(body);
      if (note) return told(note);
      const { version } = stored;
      done(customer ? await api.put(`/customers/${customer.id}`, { ...body, version }) : await api.post("/customers", body));
    } catch (error) {
      await refused(error);
    } finally {
      sending = false;
    }
  }

  function complain(errors) {
    form.errors = errors;
    draw();
    document.getElementById("errors").focus();
  }

  async function refused(error) {
    if (Object.keys(error.codes ?? {}).length > 0) return complain(error.codes);
    told(error.code === "changed_meanwhile" ? await met(customer, stored, values) : fault(errorText(error)));
  }

  function told(note) {
    form.errors = {};
    draw(note);
    note.focus();
  }

  draw();
  document.getElementById(customer ? "edit-heading" : "last_name").focus();
}

/** @param {Customer} [customer] */
const heading = (customer) =>
  h(
    "h2",
    { id: "edit-heading", tabindex: "-1" },
    customer ? t("edit_heading", { name: fullName(customer) }) : t("new_heading"),
  );

/** @param {boolean} anyway although others are like them */
const keep = (anyway) => h("button", { type: "submit", class: "main", id: "keep" }, t(anyway ? "save_anyway" : "save"));

/** @param {Form} form */
const inputs = (form) =>
  h(
    "div",
    { class: "fields" },
    form.field("last_name", { autocomplete: "off", required: true }),
    form.field("first_name", { autocomplete: "off", optional: true }),
    form.field("birth_date", { kind: "date", autocomplete: "off", optional: true, hint: t("hint_birth_date") }),
    form.field("phone", { kind: "tel", autocomplete: "off", optional: true }),
    form.field("email", { kind: "email", autocomplete: "off", optional: true }),
    form.choice(
      "language",
      LANGUAGES.map((tag) => [tag, languageName(tag)]),
      { optional: true, nothing: t("language_unknown") },
    ),
    form.box("in_writing"),
    hinted && form.field("hint", { autocomplete: "off", optional: true, wide: true, hint: t("hint_hint") }),
    form.field("note", { kind: "area", optional: true, wide: true, hint: t("hint_note") }),
  );

/** What goes over the wire: empty fields stay out. @param {Values} values @returns {Schemas["CustomerBody"]} */
const written = (values) =>
  Object.assign(
    { last_name: "" },
    ...FIELDS.filter((name) => values[name] !== null && values[name] !== "").map((name) => ({ [name]: values[name] })),
  );

/**
 * Somebody else has saved: tells what, takes over what only they have changed, keeps what was typed here.
 * @param {Customer} customer @param {{version: number, values: Values}} stored as it was read @param {Values} values
 */
async function met({ id }, stored, values) {
  let theirs;
  try {
    theirs = await api.get(`/customers/${id}`);
  } catch (error) {
    return fault(error.status === 404 ? t("gone") : errorText(error));
  }
  const changed = FIELDS.filter((name) => theirs[name] !== stored.values[name]);
  for (const name of changed) if (values[name] === stored.values[name]) Object.assign(values, { [name]: theirs[name] });
  Object.assign(stored, { version: theirs.version, values: valuesOf(theirs) });
  const said = (value) => (typeof value === "boolean" ? t(value ? "yes" : "no") : value || t("empty"));
  const shown = (name) => (name === "birth_date" && theirs[name] ? dateText(theirs[name]) : said(theirs[name]));
  const line = (name) => h("li", {}, `${t(`label_${name}`)}: ${shown(name)}`);
  return h(
    "div",
    { class: "notice fault", role: "alert", tabindex: "-1" },
    h("h3", {}, t("met_heading")),
    h("p", {}, t("met_lead")),
    h("ul", {}, changed.map(line)),
  );
}
