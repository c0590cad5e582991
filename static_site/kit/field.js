/** Labelled controls that say what is wrong with them: the one markup of all forms. */
import { h } from "./dom.js";
import { t } from "./texts.js";

let lastId = 0;

export const newId = (start = "id") => `${start}-${++lastId}`;

/**
 * @typedef {{label: any, hint?: any, kind?: string, optional?: boolean}} Naming
 * @typedef {HTMLElement & {fail: (text: string | null | undefined) => void}} Labelled `fail` says what is wrong; nothing takes it away
 * @typedef {Labelled & {value: any, control: any, name: string, label: any}} Field
 */

/** What is wrong with the control of an id. */
export const errorNote = (id, text) =>
  h("p", { class: "error", id: `${id}-error` }, h("span", { class: "unseen" }, `${t("error")} `), text);

/**
 * What stands around a control, or a group of some: its name, a hint, and what is wrong with it.
 * @param {HTMLElement} element
 * @param {HTMLElement} control
 * @param {HTMLElement | false | "" | null | undefined} note
 * @param {HTMLElement} title
 * @returns {Labelled}
 */
function telling(element, control, note, title) {
  const id = control.id;
  /** @type {HTMLElement | undefined} */
  let error;
  const fail = (text) => {
    error?.remove();
    error = text ? errorNote(id, text) : undefined;
    if (error) (note || title).after(error);
    element.classList.toggle("wrong", Boolean(text));
    for (const [name, value] of [
      ["aria-describedby", [note && note.id, error?.id].filter(Boolean).join(" ")],
      ["aria-invalid", text && control !== element ? "true" : ""], // no group has it
    ])
      if (value) control.setAttribute(name, value);
      else control.removeAttribute(name);
  };
  fail("");
  return Object.assign(element, { fail });
}

/** The space stands between the parts, so that it stays in the name that a screen reader says. */
const freely = () => [" ", h("span", { class: "small" }, t("optional"))];

const noteOf = (id, hint) => hint && h("p", { class: "hint", id: `${id}-hint` }, hint);

/**
 * A control with its label.
 * @param {HTMLElement & {type?: string}} control
 * @param {Naming} naming
 * @param {any[]} place what stands where the control does, and holds it; a box stands before its label
 */
export function labelled(control, { label, hint, kind = "", optional = false }, ...place) {
  const { id } = control;
  const box = control.type === "checkbox";
  const note = noteOf(id, hint);
  const title = h("label", { for: id }, label, optional && freely());
  const head = box ? h("p", { class: "box" }, control, title) : title;
  const names = ["field", box && "tick", kind].filter(Boolean).join(" ");
  const inside = place.length ? place : [control];
  return telling(h("div", { class: names }, head, note, !box && inside), control, note, head);
}

/**
 * Boxes or radio buttons that belong together, each with its label. The first has the group's id: what leads to the group leads there.
 * @param {string} id
 * @param {Naming} naming
 * @param {{value: any, text: any, full?: string, [attribute: string]: any}[]} choices  `full`: the name where `text` is short
 * @param {Record<string, any>} attributes of each input
 */
export function group(id, { label, hint, kind = "", optional = false }, choices, attributes) {
  const title = h("legend", {}, label, optional && freely());
  const note = noteOf(id, hint);
  const one = ({ value, text, full, ...more }, place) => {
    const own = place === 0 ? id : `${id}-${value}`;
    const input = h("input", {
      id: own,
      value: String(value),
      "aria-label": full === text ? null : full,
      ...attributes,
      ...more,
    });
    return h("span", { class: "box" }, input, h("label", { for: own }, text));
  };
  const element = h("fieldset", { class: kind }, title, note, h("div", { class: "boxes" }, choices.map(one)));
  return telling(Object.assign(element, { id: `${id}-group` }), element, note, title);
}

/** A control by its kind: that of an input, `textarea` or `select` (with `options` [value, text][]). */
export function controlOf(type, attributes, value, options = []) {
  if (type === "select") {
    const items = options.map(([each, text]) => h("option", { value: each }, text));
    return Object.assign(h("select", attributes, items), { value: value ?? "" });
  }
  if (type === "textarea") return h("textarea", { rows: 3, ...attributes, ".value": value ?? "" });
  const shown = type === "checkbox" ? { ".checked": Boolean(value) } : { ".value": value ?? "" };
  return h("input", { type, ...attributes, ...shown });
}

/**
 * A labelled control that holds its value itself. `type` is that of an input, `textarea`, `select`, `checkbox` or `radios`.
 * The element has `value` (a boolean of a checkbox) and `control`.
 * @param {{name: string, label: any, hint?: any, type?: string, value?: any, options?: any[][], [attribute: string]: any}} given
 * @returns {Field}
 */
export function field({ name, label, hint = "", type = "text", value = "", options = [], ...more }) {
  if (type === "radios") return radios({ name, label, hint, value, options, ...more });
  const control = controlOf(type, { id: newId(name), name, ...more }, value, options);
  const property = type === "checkbox" ? "checked" : "value";
  return holding(
    labelled(control, { label, hint }),
    { control, name, label },
    () => control[property],
    (given) => {
      control[property] = given;
    },
  );
}

/** One of several; an option is [value, text, disabled?]. */
function radios({ name, label, hint, value, options, ...more }) {
  const id = newId(name);
  const choices = options.map(([each, text, disabled]) => ({ value: each, text, disabled, ".checked": each === value }));
  const element = group(id, { label, hint, kind: "field radios" }, choices, { type: "radio", name: id, ...more });
  const inputs = [...element.querySelectorAll("input")];
  const control = inputs.find((input) => input.checked) ?? inputs[0];
  return holding(
    element,
    { control, name, label },
    () => inputs.find((input) => input.checked)?.value ?? null,
    (chosen) => {
      for (const input of inputs) input.checked = input.value === chosen;
    },
  );
}

/** @returns {Field} */
function holding(element, more, get, set) {
  return Object.defineProperty(Object.assign(element, more), "value", { get, set });
}

/**
 * What is wrong, each line a way to its control.
 * @param {[string, string, () => void][]} lines id, text, and the way there
 */
export function wrongList(lines) {
  const line = ([id, text, go]) => {
    const jump = (event) => {
      event.preventDefault(); // the fragment is the page's own
      go();
    };
    return h("li", {}, h("a", { href: `#${encodeURIComponent(id)}`, onclick: jump }, text));
  };
  return h("ul", {}, lines.map(line));
}
