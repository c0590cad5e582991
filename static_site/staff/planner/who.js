/** One field for whom an appointment is: it finds a customer while somebody types, makes a new one, or takes the text as a name. */
import { h } from "../../kit/dom.js";
import { field, newId } from "../../kit/field.js";
import { REQUIRED, errorText, flawText } from "../../kit/flaws.js";
import { fullName } from "../../kit/names.js";
import { t } from "../../kit/texts.js";
import { SHORTEST, searching } from "../shell/searching.js";
import { Shown, creating, customerFields, personLine, valuesOf } from "./people.js";

/**
 * @import { Summary } from "../../kit/dialog.js"
 * @import { Schemas, Staff } from "./types"
 * @typedef {Schemas["PersonView"]} Person
 * @typedef {{title: string, detail?: string, choose: () => void}} Choice
 */

export const MEANT = "meant"; // the event of the field: somebody else is meant now
const MOST = 6; // customers in the list: who is not among them is found by more letters
const TITLES = /^(frau|herr|mrs?|ms)\.?\s+/i;

/** "Meyer, Anna", "Anna Meyer" and "Frau Meyer" as last and first name. @param {string} typed */
export function namesIn(typed) {
  const plain = typed.trim().replace(TITLES, "");
  const [last, first = ""] = plain.includes(",") ? plain.split(/\s*,\s*/, 2) : plain.split(/\s+(?=\S+$)/).reverse();
  return { last_name: last, first_name: first };
}

const spelled = (/** @type {string} */ text) =>
  text
    .replace(TITLES, "")
    .replace(/[\s,]+/g, " ")
    .trim()
    .toLowerCase();

/** The place of the only one who is called just so, in either order; -1 for none. @param {Person[]} people @param {string} typed */
function placeOf(people, typed) {
  const isCalled = (/** @type {Person} */ { last_name: last, first_name: first }) =>
    [`${last} ${first ?? ""}`, `${first ?? ""} ${last}`].some((name) => spelled(name) === spelled(typed));
  return people.filter(isCalled).length === 1 ? people.findIndex(isCalled) : -1;
}

/** Says that nobody was named. @param {import("../../kit/field.js").Field} entry @param {Summary} summary */
function nobody(entry, summary) {
  entry.fail(flawText(REQUIRED));
  summary.show(t("code_invalid"), [entry]);
  return new Shown();
}

/**
 * `settle()` resolves to the `customer` or the `title` of the booking, making a new customer first. The event MEANT is told
 * whenever somebody else is meant, or more is known of somebody new.
 * @param {Staff} staff @param {Person | null} [known] who is meant at first
 */
export function whoField(staff, known = null) {
  let chosen = known;
  const value = known ? fullName(known) : "";
  const entry = field({ name: "who", label: t("who"), autocomplete: "off", maxlength: 100, value });
  const line = h("p", { class: "small" }, known && personLine(known, []));
  const fresh = freshPart(staff);
  const typed = () => entry.value.trim();
  const describe = () => {
    const bare = typed() && !fresh.values() ? t("who_bare") : "";
    line.textContent = chosen ? personLine(chosen, []) : bare;
  };
  const tell = () => {
    describe();
    element.dispatchEvent(new Event(MEANT));
  };
  /** @param {Person | null} person @param {boolean} isNew */
  const mean = (person, isNew) => {
    find(""); // what was asked for before is not wanted any more
    chosen = person;
    if (person) entry.value = fullName(person);
    fresh.show(isNew ? namesIn(typed()) : null);
    tell();
  };
  const choices = (/** @type {Person[]} */ people) => choicesOf(people, typed(), mean);
  const list = suggestions(entry.control);
  const { find, heard } = finding(staff, entry, list, (people) => {
    const place = placeOf(people.slice(0, MOST), typed());
    list.show(choices(people), place);
    if (place >= 0) line.textContent = "";
  });
  entry.control.addEventListener("input", () => {
    entry.fail("");
    if (chosen || fresh.values()) mean(null, false);
    describe();
    if (typed()) list.show(choices([]));
    else list.hide();
    find(typed());
  });
  fresh.element.addEventListener("input", tell);
  const search = h("div", { class: "suggesting" }, entry, list.element, heard);
  const element = h("div", { class: "who" }, search, line, fresh.element);
  return Object.assign(element, {
    /** @param {Summary} summary @returns {Promise<{customer?: string, title?: string}>} */
    async settle(summary) {
      list.hide();
      if (chosen) return { customer: chosen.id };
      if (fresh.values()) return { customer: await fresh.create(summary) };
      if (typed()) return { title: typed() };
      throw nobody(entry, summary);
    },
    /** Who is known already. */
    customer: () => chosen,
    /** What is typed of somebody new; null where nobody new is meant. */
    fresh: fresh.values,
    entry,
  });
}

/**
 * Who was found, somebody new, or just the name.
 * @param {Person[]} people @param {string} typed @param {(person: Person | null, isNew: boolean) => void} mean @returns {Choice[]}
 */
const choicesOf = (people, typed, mean) => [
  ...people
    .slice(0, MOST)
    .map((each) => ({ title: fullName(each), detail: personLine(each, []), choose: () => mean(each, false) })),
  { title: t("who_new", { name: fullName(namesIn(typed)) }), choose: () => mean(null, true) },
  { title: t("who_plain", { name: typed }), choose: () => mean(null, false) },
];

/** The fields of somebody new, hidden until they are wanted. @param {Staff} staff */
function freshPart(staff) {
  const fields = customerFields({});
  const element = h("div", { class: "new-customer", hidden: true }, fields);
  return {
    element,
    create: creating(staff, fields),
    /** @returns {Partial<Schemas["CustomerBody"]> | null} */
    values: () => (element.hidden ? null : valuesOf(fields)),
    /** @param {Record<string, string> | null} names null hides them */
    show(names) {
      element.hidden = !names;
      if (!names) return;
      for (const each of fields) if (each.name in names) each.value = names[each.name];
      fields.find(({ name }) => name === "phone").control.focus();
    },
  };
}

/**
 * Finds customers while the field has the focus, and says how many. Enter before the answer has come means what it would after it: who
 * knows the name by heart is faster than any search.
 * @param {Staff} staff @param {ReturnType<typeof suggestions>} list @param {(found: Person[]) => void} show
 */
function finding(staff, entry, list, show) {
  const heard = h("p", { class: "unseen", role: "status" });
  let [isAsking, isEntered] = [false, false];
  const answered = (/** @type {() => void} */ draw) => {
    const wasEntered = isEntered;
    [isAsking, isEntered] = [false, false];
    if (document.activeElement !== entry.control) return;
    draw();
    if (wasEntered && !list.choose()) entry.control.form.querySelector("[type=submit]").click();
  };
  const search = searching(
    staff.api,
    (found) => {
      if (!found) return;
      answered(() => {
        show(found.customers);
        heard.textContent = t("search_found", { count: found.customers.length });
      });
    },
    (error) => answered(() => entry.fail(errorText(error))),
  );
  const wait = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || !isAsking || list.isMarked()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isEntered = true;
  };
  entry.control.addEventListener("keydown", wait, { capture: true });
  const find = (/** @type {string} */ text) => {
    [isAsking, isEntered] = [text.length >= SHORTEST, false];
    search(text);
  };
  return { find, heard };
}

/**
 * The list of a combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Arrows go through it, Enter takes what is marked. It
 * covers nothing, and stays when the field is left: a button that moves away under the pointer is not pressed.
 * @param {HTMLInputElement} input
 */
function suggestions(input) {
  const id = newId("suggested");
  const element = h("ul", { id, role: "listbox", class: "suggested", "aria-label": t("customer"), hidden: true });
  /** @type {Choice[]} */
  let shown = [];
  let marked = -1;
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  const mark = (/** @type {number} */ place) => {
    marked = place;
    [...element.children].forEach((each, number) => each.setAttribute("aria-selected", String(number === place)));
    element.children[place]?.scrollIntoView({ block: "nearest" });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", element.children[place].id);
  };
  const hide = () => {
    element.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const choose = (/** @type {Choice} */ { choose: chosen }) => {
    hide();
    chosen();
  };
  const isMarked = () => !element.hidden && marked >= 0;
  /** Takes what is marked; false where nothing is. */
  const chooseMarked = () => isMarked() && (choose(shown[marked]), true);
  const option = (/** @type {Choice} */ each) =>
    h(
      "li",
      { id: newId("choice"), role: "option", "aria-selected": "false", onclick: () => choose(each) },
      h("strong", {}, each.title),
      each.detail && h("span", { class: "small" }, each.detail),
    );
  const show = (/** @type {Choice[]} */ choices, first = -1) => {
    shown = choices;
    element.replaceChildren(...choices.map(option));
    element.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(first);
  };
  element.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
  input.addEventListener("keydown", (event) => {
    if (element.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((marked + step + shown.length + (marked < 0 && step < 0 ? 1 : 0)) % shown.length);
    else if (event.key === "Escape") hide();
    else if (event.key !== "Enter" || !chooseMarked()) return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { element, show, hide, isMarked, choose: chooseMarked };
}
