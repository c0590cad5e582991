/**
 * The hours of a week, resource by resource, with what they would offer beside them.
 */
import { h } from "../../kit/dom.js";
import { nameIn } from "../../kit/names.js";
import { last } from "../../kit/values.js";
import { Preview } from "./preview.js";

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const STEP = 30;

export function hoursSection(page) {
  const { draft, t } = page;
  if (draft.resources.length === 0) return [h("p", {}, t("hours_no_resource"))];
  if (!draft.resources.some(({ id }) => id === page.resource)) page.resource = draft.resources[0].id;
  const pick = ({ target }) => {
    page.resource = target.value;
    page.render();
    document.getElementById("hours-resource").focus();
  };
  const option = ({ id, name }) => h("option", { value: id, ".selected": id === page.resource }, name);
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
        h(
          "div",
          { class: "field" },
          h("label", { for: "hours-resource" }, t("hours_of")),
          h("select", { id: "hours-resource", onchange: pick }, draft.resources.map(option)),
        ),
        h("div", { class: "items" }, own(page)),
        h(
          "p",
          { class: "actions" },
          h("button", { type: "button", class: "quiet", id: "add-availabilities", onclick: () => add(page) }, t("add_hours")),
        ),
      ),
      preview.element,
    ),
  ];
}

/** The hours of the chosen resource; each keeps its place in the draft, which is what errors name. */
function own(page) {
  const { draft, t } = page;
  const mine = [...draft.availabilities.entries()].filter(([, each]) => each.resources.includes(page.resource));
  if (mine.length === 0) return h("p", { class: "small" }, t("hours_none"));
  const first = ({ weekdays, hours }) => `${Math.min(...weekdays)} ${hours.from}`;
  return mine
    .sort(([, one], [, other]) => first(one).localeCompare(first(other)))
    .map(([place, each]) => availability(page, each, place));
}

const effectOf = ({ draft }, its) => draft.types.find(({ id }) => id === its.type)?.effect ?? "neither";

/** "Mo. bis Fr." for days in a row, else one after the other. */
function weekdayNames(words, t, weekdays) {
  const days = [...weekdays].sort();
  const row = days.length > 2 && last(days) - days[0] === days.length - 1;
  if (days.length === 7) return t("every_day");
  return row
    ? t("from_to", { from: words.weekday(days[0]), to: words.weekday(last(days)) })
    : days.map((day) => words.weekday(day)).join(", ");
}

const spanName = ({ t, words }, { weekdays, hours }) => `${weekdayNames(words, t, weekdays)} ${hours.from}–${hours.to}`;

function summary(page, its) {
  const { t, words, draft, staff } = page;
  const type = draft.types.find(({ id }) => id === its.type);
  const days = [
    its.valid_from && t("valid_from", { day: words.day(its.valid_from) }),
    its.valid_until && t("valid_until", { day: words.day(its.valid_until) }),
  ];
  const more = [
    effectOf(page, its) === "opens" && t("every_minutes", { count: its.hours.step }),
    its.resources.length > 1 && t("shared", { count: its.resources.length }),
    ...days,
  ];
  return [
    h("span", { class: "name" }, spanName(page, its)),
    h("span", { class: "small" }, more.filter(Boolean).join(" · ")),
    h(
      "span",
      { class: effectOf(page, its) === "opens" ? "state on" : "state" },
      type ? nameIn(type.name, staff.lang) : its.type,
    ),
  ];
}

function availability(page, its, place) {
  const { form, t, draft, words, staff } = page;
  const path = (name) => `availabilities[${place}].${name}`;
  const opens = effectOf(page, its) === "opens";
  const types = draft.types.map(({ id, name }) => [id, nameIn(name, staff.lang)]);
  return page.item(
    "availabilities",
    place,
    () => summary(page, its),
    form.several(
      path("weekdays"),
      WEEK.map((day) => [day, words.weekday(day), words.weekday(day, "long")]),
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
      form.several(
        path("resources"),
        draft.resources.map(({ id, name }) => [id, name]),
        { hint: t("hint_hours_resources") },
      ),
    ),
    page.moves("availabilities", place, { name: spanName(page, its) }),
  );
}

function add(page) {
  const { draft } = page;
  draft.availabilities.push({
    resources: [page.resource],
    weekdays: [1, 2, 3, 4, 5],
    hours: { from: "09:00", to: "17:00", step: STEP, minimum_step: null },
    type: "working_time",
    valid_from: null,
    valid_until: null,
  });
  const place = draft.availabilities.length - 1;
  page.open.add(`availabilities:${place}`);
  page.render();
  page.touched(`availabilities[${place}]`);
  document.getElementById(`item-availabilities-${place}`).focus();
}
