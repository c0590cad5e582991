/** What kinds of appointments there were, as a table and as a file for a spreadsheet. */
import { h } from "../../kit/dom.js";
import { nameIn } from "../../kit/names.js";
import { table } from "../../kit/pieces.js";
import { language, numberText, t } from "../../kit/texts.js";
import { grouped } from "../../kit/values.js";
import { hoursText, placeName, settings } from "./branch.js";
import { csvButton, number } from "./csv.js";
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
    csvButton(t("by_kind"), t("file_kinds"), () => [[t("week"), t("resource"), ...kindHeads()], ...all.map(kindRow)]),
  );
}

const kindHeads = () => [t("kind"), ...COUNTED.map((name) => t(`series_${name}`)), t("series_held")];

/** The same week by week. @param {KindFigures} each */
const kindRow = (each) => [
  each.week,
  placeName(each.resource),
  kindName(each.template),
  ...COUNTED.map((name) => String(each[name])),
  number(each.held_minutes / 60),
];
