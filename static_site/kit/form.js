/** Inputs over the values of a draft, as the catalogue says. */
import { catalogue } from "./catalogue.js";
import { h } from "./dom.js";
import { flawText } from "./flaws.js";
import { last } from "./values.js";

const steps = (path) => path.match(/[^.[\]]+/g);

/** What stands at `resources[0].capacity`. */
export function read(values, path) {
  return steps(path).reduce((value, step) => value?.[step], values);
}

export function write(values, path, value) {
  const names = steps(path);
  const last = names.pop();
  names.reduce((each, name) => (each[name] ??= {}), values)[last] = value;
}

/** A wall time as people type it: "9" -> "09:00", "1730" and "17.30" -> "17:30". What is none stays as it is. */
export function wall(text) {
  const found = /^(\d{1,2}?)[:.,h ]?(\d\d)?$/.exec(text.trim());
  return found ? `${found[1].padStart(2, "0")}:${found[2] ?? "00"}` : text.trim();
}

/** What the API takes at a path of the settings, `resources[0].capacity`: type, range, unit, choices (chalicelib/api/catalogue.py). */
export function settingRule(path) {
  const [part, ...names] = steps(path).filter((step) => !/^\d+$/.test(step));
  return names.reduce((rule, name) => (rule.item ?? rule).fields?.[name] ?? rule, catalogue.sections[part]);
}

const KINDS = {
  number: "number",
  wall: "wall",
  date: "date",
  phone: "tel",
  email: "email",
  colour: "color",
  lines: "area",
  paragraphs: "area",
};

/** The attributes of an input that takes no more than a rule says. */
function limits({ type, least, most, multiple }) {
  if (type === "number") return { min: least, max: most, step: multiple };
  return type === "wall" ? { maxlength: 5, inputmode: "numeric" } : { maxlength: most };
}

/**
 * Inputs over the values of a draft. `errors` maps paths to flaws, as the API names them; an input shows those of its
 * path and of what lies below. `changed(path)` is called after each change, and is where a page draws what depends on it.
 * `rules(path)` tells what the API takes there.
 */
export class Form {
  constructor({ t, values, errors = {}, changed = () => {}, locked = false, prefix = "", rules = () => ({}) }) {
    Object.assign(this, { t, values, errors, changed, locked, prefix, rules });
  }

  id(path) {
    return this.prefix + path;
  }

  /** @returns {string | null} what is wrong with a path, in words */
  complaint(path) {
    const key = Object.keys(this.errors).find(
      (each) => each === path || each.startsWith(`${path}.`) || each.startsWith(`${path}[`),
    );
    return key === undefined ? null : flawText(this.errors[key], key);
  }

  set(path, value) {
    write(this.values, path, value);
    this.changed(path);
  }

  label(path) {
    return this.t(`label_${last(steps(path).filter((step) => !/^\d+$/.test(step)))}`);
  }

  /**
   * A labelled input, as its rule says unless `options` do. `kind` is an input's type, or `area`; `optional` turns an empty one
   * into null, `unit` stands behind it.
   * @param {{kind?: string, label?: string, hint?: string, optional?: boolean, unit?: string, wide?: boolean}} options
   */
  field(path, options = {}) {
    const rule = this.rules(path);
    const usual = {
      kind: KINDS[rule.form] ?? KINDS[rule.type] ?? "text",
      label: this.label(path),
      optional: ["number", "date"].includes(rule.type) && !rule.required,
      unit: rule.unit && this.t(`unit_${rule.unit}`),
      ...limits(rule),
    };
    const { kind, label, hint, optional, unit, wide, ...more } = { ...usual, ...options };
    const id = this.id(path);
    const number = kind === "number";
    const parse = (text) => {
      if (number) return text === "" ? null : Number(text);
      if (kind === "wall") return wall(text);
      return text === "" && optional ? null : text;
    };
    const attributes = {
      id,
      ...this.described(path, hint),
      ...more,
      disabled: this.locked,
      ".value": read(this.values, path) ?? "",
      oninput: ({ target }) => this.set(path, parse(target.value)),
    };
    // The draft has it at once, the input shows it once it is left: a change then would take a button away while it is pressed.
    if (kind === "wall") attributes.onchange = ({ target }) => (target.value = wall(target.value));
    const input =
      kind === "area"
        ? h("textarea", { rows: 3, ...attributes })
        : h("input", { type: kind === "wall" ? "text" : kind, ...attributes });
    return this.row(
      path,
      label,
      hint,
      { wide, kind, optional },
      unit ? h("span", { class: "with-unit" }, input, h("span", {}, unit)) : input,
    );
  }

  /** The choices of a path's rule, with what they are called. @returns {[string, string][]} */
  named(path, kind) {
    const rule = this.rules(path);
    return (rule.choices ?? rule.item.choices).map((name) => [name, this.t(`${kind}_${name}`)]);
  }

  /** @param {[string, string][]} choices values and what they are called */
  choice(path, choices, { label = this.label(path), hint, optional, wide, nothing, ...more } = {}) {
    const value = read(this.values, path) ?? "";
    const option = ([each, name]) => h("option", { value: each, ".selected": each === value }, name);
    const select = h(
      "select",
      {
        id: this.id(path),
        ...this.described(path, hint),
        ...more,
        disabled: this.locked,
        onchange: ({ target }) => this.set(path, target.value === "" && optional ? null : target.value),
      },
      optional && h("option", { value: "" }, nothing ?? "–"),
      choices.map(option),
    );
    return this.row(path, label, hint, { wide }, select);
  }

  described(path, hint) {
    const id = this.id(path);
    const wrong = this.complaint(path);
    const by = [hint && `${id}-hint`, wrong && `${id}-error`].filter(Boolean).join(" ");
    return { "aria-describedby": by || null, "aria-invalid": wrong ? "true" : null };
  }

  hint(path, hint) {
    return hint && h("p", { class: "hint", id: `${this.id(path)}-hint` }, hint);
  }

  error(path) {
    const wrong = this.complaint(path);
    return (
      wrong &&
      h("p", { class: "error", id: `${this.id(path)}-error` }, h("span", { class: "unseen" }, `${this.t("error")} `), wrong)
    );
  }

  row(path, label, hint, { wide, kind = "", optional }, input) {
    const names = ["field", wide && "wide", this.complaint(path) && "wrong", `kind-${kind}`].filter(Boolean).join(" ");
    const more = optional && h("span", { class: "small" }, ` ${this.t("optional")}`);
    return h(
      "div",
      { class: names },
      h("label", { for: this.id(path) }, label, more),
      this.error(path),
      input,
      this.hint(path, hint),
    );
  }

  /** One box to tick. */
  box(path, { label = this.label(path), hint, disabled = false } = {}) {
    const id = this.id(path);
    const input = h("input", {
      type: "checkbox",
      id,
      ...this.described(path, hint),
      ".checked": Boolean(read(this.values, path)),
      disabled: this.locked || disabled,
      onchange: ({ target }) => this.set(path, target.checked),
    });
    return h(
      "div",
      { class: "field tick" },
      h("p", { class: "box" }, input, h("label", { for: id }, label)),
      this.error(path),
      this.hint(path, hint),
    );
  }

  /** Several of a list, kept in the order of the choices. */
  several(path, choices, { label = this.label(path), hint, look = "" } = {}) {
    const id = this.id(path);
    const toggle = (value, on) => {
      const now = new Set(read(this.values, path) ?? []);
      now[on ? "add" : "delete"](value);
      this.set(
        path,
        choices.map(([each]) => each).filter((each) => now.has(each)),
      );
    };
    const one = ([value, name, full], place) => {
      const own = place === 0 ? id : `${id}-${value}`; // the error summary leads to the first
      const input = h("input", {
        type: "checkbox",
        id: own,
        ".checked": (read(this.values, path) ?? []).includes(value),
        disabled: this.locked,
        "aria-label": full,
        onchange: ({ target }) => toggle(value, target.checked),
      });
      return h("span", { class: "box" }, input, h("label", { for: own }, name));
    };
    const wrong = this.complaint(path);
    return h(
      "fieldset",
      { class: `several ${look} ${wrong ? "wrong" : ""}`, ...this.described(path, hint), "aria-invalid": null },
      h("legend", {}, label),
      this.hint(path, hint),
      this.error(path),
      h("div", { class: "boxes" }, choices.map(one)),
    );
  }

  /** One of a few, as radio buttons. */
  one(path, choices, { label = this.label(path), hint } = {}) {
    const id = this.id(path);
    const radio = ([value, name], place) => {
      const own = place === 0 ? id : `${id}-${value}`;
      const input = h("input", {
        type: "radio",
        name: id,
        id: own,
        ".checked": read(this.values, path) === value,
        disabled: this.locked,
        onchange: () => this.set(path, value),
      });
      return h("span", { class: "box" }, input, h("label", { for: own }, name));
    };
    return h(
      "fieldset",
      { class: "several", ...this.described(path, hint), "aria-invalid": null },
      h("legend", {}, label),
      this.hint(path, hint),
      this.error(path),
      h("div", { class: "boxes" }, choices.map(radio)),
    );
  }

  /** What is wrong, on top, each line leading to its input. `open(path)` brings the input onto the page first. */
  summary(open = () => {}, names = (path) => this.label(path)) {
    const paths = Object.keys(this.errors);
    if (paths.length === 0) return null;
    const line = (path) => {
      const go = (event) => {
        event.preventDefault(); // the fragment is the page's own
        open(path);
        focusNear(this, path);
      };
      return h(
        "li",
        {},
        h("a", { href: `#${this.id(path)}`, onclick: go }, `${names(path)}: ${flawText(this.errors[path], path)}`),
      );
    };
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1", id: `${this.prefix}errors` },
      h("h2", {}, this.t("errors_heading")),
      h("ul", {}, paths.map(line)),
    );
  }
}

/** The input of a path, of what lies below it, or of the nearest above: `second[1]` is one of `second`. */
function focusNear(form, path) {
  const below = document.querySelector(`[id^="${CSS.escape(form.id(path))}"]:is(input, select, textarea)`);
  if (below) return below.focus();
  for (let each = path; each; each = each.replace(/[.[]?[^.[]*$/, "")) {
    const input = document.getElementById(form.id(each));
    if (input) return input.focus();
  }
}
