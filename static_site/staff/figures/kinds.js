/** What kinds of appointments there were, as a table and as a file for a spreadsheet. */
import { h } from "../../kit/dom.js";
import { download } from "../../kit/download.js";
import { nameIn } from "../../kit/names.js";
import { button, table } from "../../kit/pieces.js";
import { language, numberText, t } from "../../kit/texts.js";
import { grouped } from "../../kit/values.js";
import { hoursText, settings } from "./branch.js";
import { sum } from "./sums.js";

/** @typedef {import("./branch.js").Schemas["KindFigures"]} KindFigures */

const COUNTED = /** @type {const} */ (["online", "desk", "confirmed", "cancelled", "no_show"]);

const templates = new Map(settings.templates.map((each) => [each.id, nameIn(each.name, language)]));
/** @param {string | null} id */
const kindName = (id) => templates.get(id) ?? t("no_kind");

/**
 * What kinds of appointments there were, how they came and what became of them, over all the weeks.
 * @param {KindFigures[]} chosen of the resource that is shown @param {KindFigures[]} all for the spreadsheet
 */
export function byKind(chosen, all) {
  if (chosen.length === 0) return null;
  const row = ([template, mine]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, kindName(template)),
      COUNTED.map((name) => h("td", {}, numberText(sum(mine, name)))),
      h("td", {}, hoursText(sum(mine, "held_minutes") / 60)),
    );
  const order = [...templates.keys(), null];
  const rows = [...grouped(chosen, ({ template }) => template)].sort(
    ([one], [other]) => order.indexOf(one) - order.indexOf(other),
  );
  return h(
    "div",
    { class: "figure" },
    h("h2", {}, t("by_kind")),
    h("p", { class: "small" }, t("about_kind")),
    table(t("by_kind"), kindHeads(), rows.map(row), { unseen: true, class: "numbers" }),
    h(
      "p",
      { class: "ends" },
      button(t("csv"), () => keep(all), { class: "quiet", id: "csv" }),
    ),
  );
}

const kindHeads = () => [t("kind"), ...COUNTED.map((name) => t(`series_${name}`)), t("series_held")];

/** The same week by week, for a spreadsheet; a comma stands in a number where the reader's language has one. @param {KindFigures[]} kinds */
function keep(kinds) {
  const names = new Map(settings.resources.map(({ id, name }) => [id, name]));
  const rows = kinds.map((each) => [
    each.week,
    names.get(each.resource) ?? each.resource,
    kindName(each.template),
    ...COUNTED.map((name) => String(each[name])),
    numberText(each.held_minutes / 60, 2),
  ]);
  const heads = [t("week"), t("resource"), ...kindHeads()];
  download(`${t("file")}.csv`, "text/csv;charset=utf-8", csv([heads, ...rows]));
}

/** As the record's: parted by semicolons, marked as UTF-8, no cell read as a formula. @param {string[][]} rows */
function csv(rows) {
  const cell = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return `\ufeff${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}
