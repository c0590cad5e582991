/** What several sections of the settings draw: groups of fields, and lists whose items can be unfolded, added, moved and removed. */
import { confirmDialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { settingRule } from "../../kit/form.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** Whether to do what cannot be taken back as easily. @param {string} title @param {string} body @param {string} yes */
export const sure = (title, body, yes) => confirmDialog({ title, body, yes, danger: true });

/** Fields that belong together, with a heading. @param {string} heading */
export const group = (heading, ...content) =>
  h("div", { class: "group" }, h("h2", {}, heading), h("div", { class: "fields" }, ...content.flat()));

/** Whether something is in force, in a word. @param {boolean} on @param {string} text */
export const stateSign = (on, text) => h("span", { class: on ? "state on" : "state" }, text);

/**
 * A value and what it is called, in full too where that is short.
 * @typedef {[any, any, string?]} Choice
 */

/** Ids and names as choices. @param {{id: string, name: string}[]} list @returns {Choice[]} */
export const choicesOf = (list) => list.map(({ id, name }) => [id, name]);

/** A part of the page that is unfolded or not, also after it is drawn anew. @param {Editor} page @param {string} key */
export function remembered(page, key) {
  const toggle = ({ currentTarget }) => page.open[currentTarget.open ? "add" : "delete"](key);
  return { open: page.open.has(key), ontoggle: toggle };
}

/**
 * An item of a list, folded up behind one line, which `line` draws anew with each change.
 * @param {Editor} page @param {string} part @param {number} place @param {() => Node[]} line
 */
export function item(page, part, place, line, ...content) {
  const shown = h("span", { class: "line" }, line());
  page.lines.push(() => shown.replaceChildren(...line()));
  const wrong = Object.keys(page.errors).some((path) => path.startsWith(`${part}[${place}]`));
  const kept = remembered(page, `${part}:${place}`);
  return h(
    "details",
    { class: wrong ? "item wrong-item" : "item", ...kept, open: kept.open || wrong },
    h("summary", { id: `item-${part}-${place}` }, shown),
    h("div", { class: "inside" }, idError(page, `${part}[${place}].id`), ...content),
  );
}

/** Ids have no input. @param {Editor} page @param {string} path */
const idError = ({ form }, path) =>
  form.complaint(path) && h("div", { class: "field wrong", id: form.id(path), tabindex: "-1" }, form.error(path));

/** Folds up the items of a list, since their places have changed, and what was wrong at these. @param {Editor} page */
export function foldUp(page, part) {
  page.open = new Set([...page.open].filter((key) => !key.startsWith(`${part}:`)));
  page.setErrors({});
}

/** Draws a list anew and leads to one of its items. @param {Editor} page @param {string} part @param {number} place */
function drawnAt(page, part, place) {
  page.render();
  document.getElementById(`item-${part}-${place}`)?.focus();
}

/**
 * Up, down, remove: `forget(item)` takes what is removed out of what refers to it.
 * @param {Editor} page
 * @param {"types" | "resources" | "templates" | "availabilities" | "employees"} part
 * @param {number} place
 * @param {{name: string, ordered?: boolean, forget?: (id: string) => void}} options
 */
export function moves(page, part, place, { name, ordered = false, forget = () => {} }) {
  const list = /** @type {any[]} */ (page.draft[part]);
  const reorder = () => ordered && list.forEach((each, number) => (each.order = number + 1));
  const swap = (by) => () => {
    [list[place], list[place + by]] = [list[place + by], list[place]];
    const keys = [`${part}:${place}`, `${part}:${place + by}`];
    const were = keys.map((key) => page.open.has(key));
    keys.forEach((key, number) => page.open[were[1 - number] ? "add" : "delete"](key));
    reorder();
    drawnAt(page, part, place + by);
  };
  const remove = async () => {
    if (!(await sure(t("remove_heading"), t("remove_sure", { name }), t("remove")))) return;
    const [gone] = list.splice(place, 1);
    foldUp(page, part);
    forget(gone.id);
    reorder();
    page.render();
    document.getElementById(`add-${part}`)?.focus();
  };
  return h(
    "p",
    { class: "actions" },
    ordered && place > 0 && button(t("up"), swap(-1)),
    ordered && place < list.length - 1 && button(t("down"), swap(1)),
    button(t("remove"), remove, { class: "plain harm" }),
  );
}

/** Puts something at the end of a list, unfolded. @param {Editor} page @param {import("./draft.js").Part} part */
export function add(page, part, made) {
  const list = /** @type {any[]} */ (page.draft[part]);
  const place = list.push(made) - 1;
  page.open.add(`${part}:${place}`);
  drawnAt(page, part, place);
}

/**
 * A line to add something by its name: the rest is filled in where it then stands.
 * @param {Editor} page
 * @param {"types" | "resources" | "templates" | "employees"} part
 * @param {string} label
 * @param {(name: string) => object} make
 */
export function adder(page, part, label, make, id = `add-${part}`) {
  const input = h("input", { type: "text", id, maxlength: settingRule(`${part}.name`).most });
  const submit = (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) return input.focus();
    return add(page, part, make(name));
  };
  return h(
    "form",
    { class: "adder", onsubmit: submit, novalidate: true },
    h("div", { class: "field" }, h("label", { for: id }, label), input),
    h("button", { type: "submit", class: "quiet" }, t("add")),
  );
}

/** The ids of a list, among which a new one must differ. @param {{id: string}[]} list */
export const idsOf = (list) => list.map(({ id }) => id);

/**
 * One input for each language that customers may choose, called `label_hint_in` where the path ends in `hint`. The first has the
 * hint, which is the same for all.
 * @param {Editor} page @param {string} path @param {Parameters<Editor["form"]["field"]>[1]} [options]
 */
export function texts(page, path, { hint, ...options } = {}) {
  const text = (tag, place) => {
    const label = page.label(`${path}.${tag}`);
    return page.form.field(`${path}.${tag}`, { label, dir: "auto", ...options, ...(place === 0 && { hint }) });
  };
  return page.draft.branch.languages.map(text);
}
