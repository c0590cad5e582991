/** The form for an exception of a day, or of several in a row, of one or several resources. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { Form, settingRule } from "../../kit/form.js";
import { daysAfter } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { copyOf } from "../../kit/values.js";
import { choicesOf } from "./items.js";

/**
 * `instead` are the places in the draft of what it replaces.
 * @typedef {{first: string, last: string, resources: string[], closed: boolean, name: string, yearly: boolean,
 *   hours: import("./draft.js").Schemas["HoursBody"][], instead: number[]}} Entry
 * @typedef {import("./editor.js").Editor} Editor
 */

const STEP = 30;
const LONGEST = 366; // days of one exception

/** @param {import("../shell/moments.js").Moments} words @param {string} first @param {string} last */
export const rangeOf = (words, first, last) =>
  first === last ? words.shortDate(first) : `${words.shortDate(first)} – ${words.shortDate(last)}`;

const newHours = () => ({ from: "09:00", to: "13:00", step: STEP, minimum_step: null });

/** @param {Editor["draft"]} draft @returns {Entry} */
function newEntry({ resources }) {
  const only = resources.length === 1 ? [resources[0].id] : [];
  return { first: "", last: "", resources: only, closed: true, hours: [], name: "", yearly: false, instead: [] };
}

/** Walls compare as texts. */
const makesSense = ({ from, to }) => [from, to].every((each) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(each)) && from < to;

/** Which text says what is wrong with an entry, or null. @param {Entry} entry */
function lacking({ first, last, resources, closed, hours }) {
  if (!first || resources.length === 0) return "entry_incomplete";
  if (last && (last < first || daysAfter(first, LONGEST) < last)) return "entry_order";
  return closed || hours.every(makesSense) ? null : "entry_hours";
}

/** The exceptions of an entry: one for each of its days and resources. @param {Entry} entry */
function* exceptionsOf({ first, last, resources, closed, hours, name, yearly }) {
  for (let date = first; date <= (last || first); date = daysAfter(date, 1))
    for (const resource of resources) yield { resource, date, hours: closed ? [] : copyOf(hours), name: name.trim(), yearly };
}

/** Ends the writing of an entry. @param {Editor} page */
function leave(page) {
  page.entry = null;
  page.render();
  document.getElementById("entry.first").focus();
}

/** Takes an entry into the draft. @param {Editor} page @param {Entry} entry */
function put(page, entry) {
  const { draft, words } = page;
  const fresh = [...exceptionsOf(entry)];
  const replaced = (each) => fresh.some(({ resource, date }) => resource === each.resource && date === each.date);
  const kept = draft.exceptions.filter((each, place) => !entry.instead.includes(place) && !replaced(each));
  draft.exceptions = [...kept, ...fresh];
  leave(page);
  announce(t("entry_taken", { day: rangeOf(words, entry.first, entry.last || entry.first) }));
}

/** @param {Editor} page */
export function entryForm(page) {
  page.entry ??= newEntry(page.draft);
  const { entry } = page;
  const trouble = h("p", { class: "error", role: "alert" });
  const changed = (path) => {
    if (path !== "closed") return;
    if (!entry.closed && entry.hours.length === 0) entry.hours.push(newHours());
    page.render();
  };
  const submit = () => {
    const wrong = lacking(entry);
    if (wrong) trouble.textContent = t(wrong);
    else put(page, entry);
  };
  const rules = (path) => settingRule(`exceptions.${path}`);
  const form = new Form({ t, values: entry, prefix: "entry.", changed, rules });
  const more = () => {
    entry.hours.push(newHours());
    page.render();
    document.getElementById(`entry.hours[${entry.hours.length - 1}].from`).focus();
  };
  /** @type {import("./items.js").Choice[]} */
  const kinds = [
    [true, t("entry_closed")],
    [false, t("entry_open")],
  ];
  return h(
    "div",
    { class: "entry" },
    h("h3", {}, t(entry.instead.length > 0 ? "entry_edit" : "entry_new")),
    trouble,
    h(
      "div",
      { class: "fields" },
      form.field("first", { kind: "date", label: t("entry_first") }),
      form.field("last", { kind: "date", label: t("entry_last") }),
      form.field("name", { label: t("entry_name"), hint: t("entry_name_hint") }),
      form.box("yearly", { hint: t("hint_yearly") }),
      form.several("resources", choicesOf(page.draft.resources)),
      form.one("closed", kinds, { label: t("entry_what") }),
    ),
    !entry.closed && entry.hours.map((_, place) => windowRow(page, form, place)),
    !entry.closed && h("p", {}, button(t("entry_more"), more)),
    h(
      "p",
      { class: "actions" },
      button(t("entry_put"), submit, { class: "quiet", id: "entry.put" }),
      entry.instead.length > 0 && button(t("cancel"), () => leave(page)),
    ),
  );
}

/** @param {Editor} page @param {Form} form @param {number} place */
function windowRow(page, form, place) {
  const path = (name) => `hours[${place}].${name}`;
  const drop = () => {
    page.entry.hours.splice(place, 1);
    page.render();
    document.getElementById("entry.put").focus();
  };
  return h(
    "div",
    { class: "fields window" },
    form.field(path("from")),
    form.field(path("to")),
    form.field(path("step")),
    page.entry.hours.length > 1 && button(t("remove"), drop, { class: "plain harm" }),
  );
}
