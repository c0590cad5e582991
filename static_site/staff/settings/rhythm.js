/** In which weeks and months hours return: "jede 2. Woche", "nur Dez., Jan.". */
import { h } from "../../kit/dom.js";
import { dayName } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { remembered } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas["AvailabilityBody"]} Availability
 */

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** @param {number} month @param {"short" | "long"} [style] */
const monthName = (month, style = "short") => dayName(`2024-${String(month).padStart(2, "0")}-01`, { month: style });

/** What the line of an availability says of it; nothing where it holds all the year. @param {Availability} availability */
export function rhythmTexts({ every_weeks: weeks, months }) {
  return [
    weeks > 1 && t("every_weeks", { count: weeks }),
    months?.length > 0 && t("only_months", { months: months.map((each) => monthName(each)).join(", ") }),
  ];
}

/** Folded up, since most hours return every week. @param {Editor} page @param {Availability} availability @param {number} place */
export function rhythmFields(page, availability, place) {
  const { form } = page;
  const path = (name) => `availabilities[${place}].${name}`;
  const kept = remembered(page, `rhythm:${place}`);
  const isSet = rhythmTexts(availability).some(Boolean);
  const wrong = ["every_weeks", "months"].some((name) => form.complaint(path(name)));
  return h(
    "details",
    { class: "more", ...kept, open: kept.open || isSet || wrong },
    h("summary", {}, t("heading_rhythm")),
    h("div", { class: "fields" }, form.field(path("every_weeks"), { hint: t("hint_every_weeks") })),
    form.several(
      path("months"),
      MONTHS.map((month) => [month, monthName(month), monthName(month, "long")]),
      { hint: t("hint_months") },
    ),
  );
}
