/** The section of the days on which the hours of the week do not hold: public holidays, and exceptions of days and resources. */
import { h } from "../../kit/dom.js";
import { daysAfter } from "../../kit/moments.js";
import { button, equal } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { copyOf } from "../../kit/values.js";
import { entryForm, rangeOf } from "./entry.js";
import { holidays } from "./holidays.js";
import { group, stateSign } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {{first: string, last: string, hours: import("./draft.js").Schemas["HoursBody"][], resources: string[],
 *   name: string, yearly: boolean, places: number[]}} Line exceptions that say the same, with their places in the draft
 */

/** @param {Editor} page */
export function closingSection(page) {
  const lines = linesOf(page.draft);
  const coming = lines.filter(({ last, yearly }) => yearly || last >= page.words.today());
  const gone = lines.filter((line) => !coming.includes(line));
  const list = (some) =>
    h(
      "ul",
      { class: "lines" },
      some.map((line) => exceptionLine(page, line)),
    );
  return [
    holidays(page),
    group(
      t("group_exceptions"),
      h(
        "div",
        { class: "wide" },
        coming.length > 0 ? list(coming) : h("p", { class: "small" }, t("exceptions_none")),
        gone.length > 0 &&
          h("details", { class: "more" }, h("summary", {}, t("exceptions_past", { count: gone.length })), list(gone)),
      ),
      h("div", { class: "wide" }, entryForm(page)),
    ),
  ];
}

/** The exceptions of days in a row that say the same, as one line. @param {import("./draft.js").Draft} draft */
function linesOf({ exceptions }) {
  const days = /** @type {Map<string, Line>} */ (new Map());
  for (const [place, { date, hours, resource, name = "", yearly = false }] of exceptions.entries()) {
    const key = `${date} ${JSON.stringify([hours, name, yearly])}`;
    if (!days.has(key)) days.set(key, { first: date, last: date, hours, name, yearly, resources: [], places: [] });
    days.get(key).resources.push(resource);
    days.get(key).places.push(place);
  }
  const said = ({ hours, name, yearly, resources }) => ({ hours, name, yearly, resources: [...resources].sort() });
  const same = (one, other) => equal(said(one), said(other));
  const rows = /** @type {Line[]} */ ([]);
  for (const line of [...days.values()].sort((one, other) => one.first.localeCompare(other.first))) {
    const before = rows.find((each) => same(each, line) && daysAfter(each.last, 1) === line.first);
    if (!before) rows.push(line);
    else Object.assign(before, { last: line.first, places: [...before.places, ...line.places] });
  }
  return rows;
}

/** @param {Editor} page @param {Line} line */
function exceptionLine(page, line) {
  const { draft, form } = page;
  const { first, last, resources, hours, name, yearly, places } = line;
  const nameOf = (id) => draft.resources.find((each) => each.id === id)?.name ?? id;
  const closed = hours.length === 0;
  const wrong = places.find((place) => form.complaint(`exceptions[${place}]`));
  const take = () => {
    draft.exceptions = draft.exceptions.filter((_, place) => !places.includes(place));
    page.entry = null; // it may replace what has another place now
    page.render();
  };
  const edit = () => {
    page.entry = { first, last, resources: [...resources], closed, hours: copyOf(hours), name, yearly, instead: places };
    page.render();
    document.getElementById("entry.first").focus();
  };
  const day = rangeOf(page.words, first, last);
  return h(
    "li",
    { id: `exceptions[${wrong ?? places[0]}]`, tabindex: "-1" },
    h("span", { class: "name" }, [day, name].filter(Boolean).join(" · ")),
    h("span", { class: "small" }, [resources.map(nameOf).join(", "), yearly && t("every_year")].filter(Boolean).join(" · ")),
    stateSign(!closed, closed ? t("closed") : hours.map(({ from, to }) => `${from}–${to}`).join(", ")),
    h(
      "span",
      { class: "ends" },
      button(t("edit"), edit, { "aria-label": t("edit_on", { day }) }),
      button(t("remove"), take, { class: "plain harm", "aria-label": t("remove_on", { day }) }),
    ),
    wrong !== undefined && h("p", { class: "error" }, form.complaint(`exceptions[${wrong}]`)),
  );
}
