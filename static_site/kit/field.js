/** A labelled control that says what is wrong with it. */
import { h } from "./dom.js";

let lastId = 0;

export const newId = (start = "id") => `${start}-${++lastId}`;

/**
 * A labelled control. `type` is that of an input, `textarea`, `select` (with `options` [value, text][]), `checkbox` or `radios`.
 * The element has `value` (a boolean of a checkbox), `control`, and `fail(text)`, which ties an error to it; `fail("")` clears it.
 * @returns {HTMLElement & {value: any, control: HTMLElement, fail: (text: string) => void}}
 */
export function field({ name, label, hint = "", type = "text", value = "", options = [], ...more }) {
  if (type === "radios") return radios({ name, label, hint, value, options, ...more });
  const id = newId(name);
  const control = controlOf(type, { id, name, ...more }, value, options);
  const [note, error] = [h("p", { class: "hint", id: `${id}-hint` }, hint), h("p", { class: "error", id: `${id}-error` })];
  const title = h("label", { for: id }, label);
  const box = type === "checkbox";
  const element = h(
    "div",
    { class: box ? "field box" : "field" },
    box ? [control, title] : [title],
    hint && note,
    error,
    !box && control,
  );
  const describe = () => {
    const ids = [hint && note.id, error.textContent && error.id].filter(Boolean).join(" ");
    if (ids) control.setAttribute("aria-describedby", ids);
    else control.removeAttribute("aria-describedby");
  };
  element.fail = (text) => {
    error.textContent = text;
    element.classList.toggle("wrong", Boolean(text));
    control.setAttribute("aria-invalid", String(Boolean(text)));
    describe();
  };
  describe();
  return withValue(element, control, name, label, box ? "checked" : "value");
}

function controlOf(type, attributes, value, options) {
  if (type === "select") {
    const items = options.map(([each, text]) => h("option", { value: each }, text));
    const control = h("select", attributes, items);
    control.value = value ?? "";
    return control;
  }
  if (type === "textarea") return h("textarea", { rows: 3, ...attributes, ".value": value ?? "" });
  if (type === "checkbox") return h("input", { type, ...attributes, ".checked": Boolean(value) });
  return h("input", { type, ...attributes, ".value": value ?? "" });
}

function withValue(element, control, name, label, property) {
  Object.defineProperty(element, "value", {
    get: () => control[property],
    set: (value) => {
      control[property] = value;
    },
  });
  return Object.assign(element, { control, name, label });
}

/** One of several; an option is [value, text, disabled?]. */
function radios({ name, label, hint, value, options, ...more }) {
  const id = newId(name);
  const inputs = options.map(([each, , disabled]) =>
    h("input", { type: "radio", id: `${id}-${each}`, name: id, value: each, disabled, ".checked": each === value, ...more }),
  );
  const error = h("p", { class: "error", id: `${id}-error` });
  const element = h(
    "fieldset",
    { class: "field radios", "aria-describedby": `${id}-error` },
    h("legend", {}, label),
    hint && h("p", { class: "hint" }, hint),
    error,
    options.map(([, text], index) => h("div", { class: "box" }, inputs[index], h("label", { for: inputs[index].id }, text))),
  );
  element.fail = (text) => {
    error.textContent = text;
    element.classList.toggle("wrong", Boolean(text));
  };
  Object.defineProperty(element, "value", {
    get: () => inputs.find((input) => input.checked)?.value ?? null,
    set: (chosen) => {
      for (const input of inputs) input.checked = input.value === chosen;
    },
  });
  return Object.assign(element, { control: inputs.find((input) => input.checked) ?? inputs[0], name, label });
}
