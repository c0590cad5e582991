/**
 * The hours of a week, resource by resource, with what they would offer beside them.
 */
import { weekdayName } from "../../kit/moments.js";
import { h } from "../../kit/dom.js";
import { nameIn } from "../../kit/names.js";
import { language, t } from "../../kit/texts.js";
import { button, selection } from "../../kit/pieces.js";
import { last } from "../../kit/values.js";
import { closingsGroup } from "./away.js";
import { add, choicesOf, item, moves, stateSign } from "./items.js";
import { Preview } from "./preview.js";
import { rhythmFields, rhythmTexts } from "./rhythm.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas["AvailabilityBody"]} Availability
 */

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const STEP = 30;

/** @param {Editor} page */
export function hoursSection(page) {
  const { draft } = page;
  if (draft.resources.length === 0) return [h("p", {}, t("hours_no_resource"))];
  if (!draft.resources.some(({ id }) => id === page.resource)) page.resource = draft.resources[0].id;
  const pick = (resource) => {
    page.resource = resource;
    page.render();
    document.getElementById("hours-resource").focus();
  };
  const preview = new Preview(page);
  page.onchange = (path) => (path.endsWith(".type") ? page.render() : preview.soon()); // an absence has no step
  preview.load();
  return [
    h(
      "div",
      { class: "beside" },
      h(
        "div",
        {},
        selection("hours-resource", t("hours_of"), choicesOf(draft.resources), { chosen: page.resource, act: pick }),
        h("div", { class: "items" }, own(page)),
        h(
          "p",
          { class: "actions" },
          button(t("add_hours"), () => add(page, "availabilities", newHours([page.resource], "09:00", "17:00")), {
            class: "quiet",
            id: "add-availabilities",
          }),
        ),
        closingsGroup(page),
      ),
      preview.element,
    ),
  ];
}

/** The hours of the chosen resource; each keeps its place in the draft, which is what errors name. @param {Editor} page */
function own(page) {
  const { draft } = page;
  const mine = [...draft.availabilities.entries()].filter(
    ([, each]) => !each.closing && each.resources.includes(page.resource),
  );
  if (mine.length === 0) return h("p", { class: "small" }, t("hours_none"));
  const first = ({ weekdays, hours }) => `${Math.min(...weekdays)} ${hours.from}`;
  return mine
    .sort(([, one], [, other]) => first(one).localeCompare(first(other)))
    .map(([place, each]) => availabilityItem(page, each, place));
}

const typeOf = ({ draft }, availability) => draft.types.find(({ id }) => id === availability.type);

/** "Mo. bis Fr." for days in a row, else one after the other. @param {import("../shell/moments.js").Moments} words @param {number[]} weekdays */
function weekdayNames(words, weekdays) {
  const days = [...weekdays].sort();
  const row = days.length > 2 && last(days) - days[0] === days.length - 1;
  if (days.length === 7) return t("every_day");
  return row
    ? t("from_to", { from: weekdayName(days[0]), to: weekdayName(last(days)) })
    : days.map((day) => weekdayName(day)).join(", ");
}

/** @param {Editor} page @param {Availability} availability */
const spanName = ({ words }, { weekdays, hours }) => `${weekdayNames(words, weekdays)} ${hours.from}–${hours.to}`;

/** @param {Editor} page @param {Availability} availability */
function summary(page, availability) {
  const { hours, resources, valid_from: from, valid_until: until } = availability;
  const type = typeOf(page, availability);
  const opens = type?.effect === "opens";
  const more = [
    opens && t("every_minutes", { count: hours.step }),
    resources.length > 1 && t("shared", { count: resources.length }),
    ...rhythmTexts(availability),
    from && t("valid_from", { day: page.words.shortDate(from) }),
    until && t("valid_until", { day: page.words.shortDate(until) }),
  ];
  return [
    h("span", { class: "name" }, spanName(page, availability)),
    h("span", { class: "small" }, more.filter(Boolean).join(" · ")),
    stateSign(opens, type ? nameIn(type.name, language) : availability.type),
  ];
}

/** @param {Editor} page @param {Availability} availability @param {number} place */
function availabilityItem(page, availability, place) {
  const { form, draft } = page;
  const path = (name) => `availabilities[${place}].${name}`;
  const opens = typeOf(page, availability)?.effect === "opens";
  const types = choicesOf(draft.types.map(({ id, name }) => ({ id, name: nameIn(name, language) })));
  return item(
    page,
    "availabilities",
    place,
    () => summary(page, availability),
    form.several(
      path("weekdays"),
      WEEK.map((day) => [day, weekdayName(day), weekdayName(day, "long")]),
      { look: "days" },
    ),
    h(
      "div",
      { class: "fields" },
      form.field(path("hours.from")),
      form.field(path("hours.to")),
      opens && form.field(path("hours.step"), { hint: t("hint_step") }),
      opens && form.field(path("hours.minimum_step"), { hint: t("hint_minimum_step") }),
      form.choice(path("type"), types),
      form.field(path("valid_from")),
      form.field(path("valid_until")),
      form.several(path("resources"), choicesOf(draft.resources), { hint: t("hint_hours_resources") }),
    ),
    rhythmFields(page, availability, place),
    moves(page, "availabilities", place, { name: spanName(page, availability) }),
  );
}

/** Working time from Monday to Friday. @param {string[]} resources @param {string} from @param {string} to @returns {Availability} */
export const newHours = (resources, from, to) => ({
  resources,
  weekdays: [1, 2, 3, 4, 5],
  hours: { from, to, step: STEP, minimum_step: null },
  type: "working_time",
  valid_from: null,
  valid_until: null,
  every_weeks: 1,
  months: [],
  closing: null,
});
