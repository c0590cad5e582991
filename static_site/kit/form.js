/** Inputs over the values of a draft, as the catalogue says. */
import { catalogue } from "./catalogue.js";
import { h } from "./dom.js";
import { controlOf, errorNote, group, labelled, wrongList } from "./field.js";
import { flawText } from "./flaws.js";
import { last } from "./values.js";

/**
 * @typedef {import("./flaws.js").Flaw} Flaw
 * @typedef {[any, any, string?]} Choice a value, what it is called, and its full name where that is short
 */

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

/** What an input is whose kind is none of HTML's types. */
const TYPES = { area: "textarea", wall: "text" };

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
  /**
   * @param {{t: (key: string, values?: object) => string, values: any, errors?: Record<string, Flaw>, changed?: (path: string) => void, locked?: boolean,
   *   prefix?: string, rules?: (path: string) => any}} given
   */
  constructor({ t, values, errors = {}, changed = () => {}, locked = false, prefix = "", rules = () => ({}) }) {
    this.t = t;
    this.values = values;
    this.errors = errors;
    this.changed = changed;
    this.locked = locked;
    this.prefix = prefix;
    this.rules = rules;
  }

  /** @param {string} path */
  id(path) {
    return this.prefix + path;
  }

  /** @param {string} path  @returns {string | null} what is wrong with it, in words */
  complaint(path) {
    const key = Object.keys(this.errors).find(
      (each) => each === path || each.startsWith(`${path}.`) || each.startsWith(`${path}[`),
    );
    return key === undefined ? null : flawText(this.errors[key], key);
  }

  /** @param {string} path */
  set(path, value) {
    write(this.values, path, value);
    this.changed(path);
  }

  /** @param {string} path */
  label(path) {
    return this.t(`label_${last(steps(path).filter((step) => !/^\d+$/.test(step)))}`);
  }

  /** @param {string} path */
  error(path) {
    return errorNote(this.id(path), this.complaint(path));
  }

  /** @param {string} path  @param {import("./field.js").Labelled} element */
  told(path, element) {
    element.fail(this.complaint(path));
    return element;
  }

  /**
   * A labelled input, as its rule says unless `options` do. `kind` is an input's type, or `area`; `optional` turns an empty one
   * into null, `unit` stands behind it.
   * @param {string} path
   * @param {{kind?: string, label?: string, hint?: string, optional?: boolean, unit?: string, wide?: boolean,
   *   [attribute: string]: any}} [options]
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
    const parse = (text) => {
      if (kind === "wall") return wall(text);
      if (text === "" && (optional || kind === "number")) return null;
      return kind === "number" ? Number(text) : text;
    };
    const attributes = {
      id: this.id(path),
      ...more,
      disabled: this.locked,
      oninput: ({ target }) => this.set(path, parse(target.value)),
      // The draft has it at once, the input shows it once it is left: a change then would take a button away while it is pressed.
      onchange: kind === "wall" && (({ target }) => (target.value = wall(target.value))),
    };
    const input = controlOf(TYPES[kind] ?? kind, attributes, read(this.values, path));
    const place = unit && h("span", { class: "with-unit" }, input, h("span", {}, unit));
    const names = [wide && "wide", `kind-${kind}`].filter(Boolean).join(" ");
    return this.told(path, labelled(input, { label, hint, optional, kind: names }, ...(place ? [place] : [])));
  }

  /**
   * The choices of a path's rule, with what they are called.
   * @param {string} path
   * @param {string} kind
   * @returns {Choice[]}
   */
  named(path, kind) {
    const rule = this.rules(path);
    return (rule.choices ?? rule.item.choices).map((name) => [name, this.t(`${kind}_${name}`)]);
  }

  /**
   * @param {string} path
   * @param {Choice[]} choices
   * @param {{label?: string, hint?: string, optional?: boolean, wide?: boolean, nothing?: string, [attribute: string]: any}} [options]
   */
  choice(path, choices, { label = this.label(path), hint, optional, wide, nothing = "–", ...more } = {}) {
    const attributes = {
      id: this.id(path),
      ...more,
      disabled: this.locked,
      onchange: ({ target }) => this.set(path, target.value === "" && optional ? null : target.value),
    };
    const options = [...(optional ? [["", nothing]] : []), ...choices];
    const value = options.find(([each]) => each === read(this.values, path)) ?? options[0];
    const select = controlOf("select", attributes, value?.[0], options);
    return this.told(path, labelled(select, { label, hint, kind: wide ? "wide" : "" }));
  }

  /** One box to tick. @param {string} path  @param {{label?: string, hint?: string, disabled?: boolean}} [options] */
  box(path, { label = this.label(path), hint, disabled = false } = {}) {
    const onchange = ({ target }) => this.set(path, target.checked);
    const attributes = { id: this.id(path), disabled: this.locked || disabled, onchange };
    return this.told(path, labelled(controlOf("checkbox", attributes, read(this.values, path)), { label, hint }));
  }

  /**
   * Several of a list, kept in the order of the choices.
   * @param {string} path
   * @param {Choice[]} choices
   * @param {{label?: string, hint?: string, look?: string}} [options]
   */
  several(path, choices, { label = this.label(path), hint, look = "" } = {}) {
    const chosen = () => new Set(read(this.values, path) ?? []);
    const toggle = ({ target: { value, checked } }) => {
      const now = chosen();
      now[checked ? "add" : "delete"](value);
      const all = choices.map(([each]) => each);
      this.set(
        path,
        all.filter((each) => now.has(each) || now.has(String(each))),
      );
    };
    return this.group(path, { label, hint, kind: `several ${look}` }, choices, (each) => chosen().has(each), {
      type: "checkbox",
      onchange: toggle,
    });
  }

  /**
   * One of a few, as radio buttons.
   * @param {string} path
   * @param {Choice[]} choices
   * @param {{label?: string, hint?: string}} [options]
   */
  one(path, choices, { label = this.label(path), hint } = {}) {
    const pick = ({ target }) => this.set(path, choices.find(([each]) => String(each) === target.value)[0]);
    const attributes = { type: "radio", name: this.id(path), onchange: pick };
    return this.group(path, { label, hint, kind: "several" }, choices, (each) => read(this.values, path) === each, attributes);
  }

  /** @param {Choice[]} choices  @param {(value: any) => boolean} isChosen */
  group(path, naming, choices, isChosen, attributes) {
    const shown = choices.map(([value, text, full]) => ({ value, text, full, ".checked": isChosen(value) }));
    return this.told(path, group(this.id(path), naming, shown, { disabled: this.locked, ...attributes }));
  }

  /**
   * What is wrong, on top, each line leading to its input, below the form's own heading. `open(path)` brings the input onto the
   * page first.
   * @param {{level?: "h2" | "h3" | "h4", open?: (path: string) => void, names?: (path: string) => string}} [given]
   */
  summary({ level = "h2", open = () => {}, names = (path) => this.label(path) } = {}) {
    const paths = Object.keys(this.errors);
    if (paths.length === 0) return null;
    /** @returns {[string, string, () => void]} */
    const line = (path) => {
      const go = () => {
        open(path);
        focusNear(this, path);
      };
      return [this.id(path), `${names(path)}: ${flawText(this.errors[path], path)}`, go];
    };
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1", id: `${this.prefix}errors` },
      h(level, {}, this.t("errors_heading")),
      wrongList(paths.map(line)),
    );
  }
}

/** The input of a path, of what lies below it, or of the nearest above: `second[1]` is one of `second`. */
function focusNear(form, path) {
  /** @type {HTMLElement | null} */
  const below = document.querySelector(`[id^="${CSS.escape(form.id(path))}"]:is(input, select, textarea)`);
  if (below) return below.focus();
  for (let each = path; each; each = each.replace(/[.[]?[^.[]*$/, "")) {
    const input = document.getElementById(form.id(each));
    if (input) return input.focus();
  }
}
