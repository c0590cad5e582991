/** Opening hours, edited where they are drawn: on one date only, or every week. */
import { announce, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { flawText } from "../../kit/flaws.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { whoOf } from "../shell/words.js";
import { weekdayName } from "./free.js";
import { exceptionOn, holdsOn } from "./rhythm.js";

/**
 * @import { Names, Planned, Schemas, Staff } from "./types"
 * @typedef {Schemas["SettingsView"]} Settings
 * @typedef {Schemas["AvailabilityBody"]} Weekly
 * @typedef {Schemas["HoursBody"]} Hours
 */

/** Weekly hours that open this resource on that date. @param {Settings} settings @param {string} resource @param {string} date */
function openings(settings, resource, date) {
  const opens = new Set(settings.types.filter(({ effect }) => effect === "opens").map(({ id }) => id));
  return settings.availabilities.filter(
    (each) => each.resources.includes(resource) && opens.has(each.type) && holdsOn(each, date),
  );
}

/**
 * Edits the hours at a place of the planner. `time` is the wall that was clicked; where nothing opens then, hours are added.
 * @param {Staff} staff
 * @param {Names} names
 * @param {{resource: string, date: string, time: string, end?: string, changed: () => void}} given
 */
export async function editHours(staff, names, { resource, date, time, end = "", changed }) {
  const settings = await staff.settings(true);
  const weekly = openings(settings, resource, date);
  const special = exceptionOn(
    settings.exceptions.filter((each) => each.resource === resource),
    date,
  );
  const now = special?.hours ?? weekly.map(({ hours }) => hours);
  const clicked = weekly.find(({ hours }) => hours.from <= time && time < hours.to);
  const step = clicked?.hours.step ?? now[0]?.step ?? 30;
  const isNew = !now.some(({ from, to }) => from <= time && time < to);
  const start = isNew ? [...now, { from: time, to: end || "24:00", step, minimum_step: null }] : now;
  const scope = scopeChoice(staff, names, date, clicked);
  const list = hoursList(step);
  const draw = () => (scope.value === "week" ? list.draw([clicked.hours], true) : list.draw(start, false));
  scope.addEventListener("change", draw);
  draw();
  const run = async ({ summary }) => {
    const hours = list.rows.map((row) => row.hours());
    const change =
      scope.value === "week" ? changedWeek(settings, clicked, hours[0]) : changedDate(settings, resource, date, hours);
    try {
      return await staff.api.put("/settings", { version: settings.version, ...change });
    } catch (error) {
      if (error.code !== "invalid" || !complain(error.codes, list.rows)) throw error;
      summary.show(t("code_invalid"));
      return /** @type {const} */ (false);
    }
  };
  const more = h("p", { class: "small" }, h("a", { href: "settings.html#availabilities" }, t("hours_settings")));
  const saved = await dialog({
    title: t("hours_title", { name: names.resource(resource), day: staff.date(date, { weekday: "long" }) }),
    body: [scope, ...list.elements, more],
    actions: [{ label: t("save"), kind: "main", run }],
  });
  if (!saved) return;
  staff.settings(true);
  announce(t("saved"));
  changed();
  if (saved.outside.length) await nowOutside(staff, saved.outside);
}

/** @param {Staff} staff @param {Names} names @param {string} date @param {Weekly | undefined} clicked */
function scopeChoice(staff, names, date, clicked) {
  const days = clicked?.weekdays.map(weekdayName).join(", ");
  const options = [
    ["date", t("hours_date", { date: staff.longDate(date) })],
    ...(clicked ? [["week", t("hours_week", { days, names: clicked.resources.map(names.resource).join(", ") })]] : []),
  ];
  return field({ name: "scope", label: t("hours_scope"), type: "radios", options, value: "date" });
}

/** Rows of hours; of a single one there cannot be more. @param {number} step of hours that are added */
function hoursList(step) {
  const element = h("div", { class: "rows" });
  /** @type {ReturnType<typeof hoursRow>[]} */
  let rows = [];
  const add = (/** @type {Hours} */ hours) => {
    const row = hoursRow(hours, () => {
      rows = rows.filter((each) => each !== row);
      row.element.remove();
    });
    rows.push(row);
    element.append(row.element);
  };
  const more = button(t("hours_add"), () => add({ from: "09:00", to: "17:00", step, minimum_step: null }));
  return {
    elements: [element, more],
    get rows() {
      return rows;
    },
    /** @param {Hours[]} hours @param {boolean} single */
    draw(hours, single) {
      rows = [];
      element.replaceChildren();
      hours.forEach(add);
      more.hidden = single;
      element.classList.toggle("single", single);
    },
  };
}

/** @param {Hours} hours @param {() => void} drop */
function hoursRow({ from, to, step, minimum_step: minimum }, drop) {
  const start = field({ name: "from", label: t("hours_from"), type: "time", value: from });
  const end = field({ name: "to", label: t("hours_to"), type: "time", value: to === "24:00" ? "00:00" : to });
  const every = field({ name: "step", label: t("hours_step"), type: "number", min: 5, step: 5, value: step });
  const fields = [start, end, every];
  return {
    element: h("div", { class: "pair row" }, fields, button(t("hours_drop"), drop, { class: "plain drop" })),
    clear: () => fields.forEach((each) => each.fail("")),
    /** @param {string} name @param {string} text @returns {boolean} whether the row has such a field */
    fail(name, text) {
      const wrong = fields.find((each) => each.name === name);
      wrong?.fail(text);
      return Boolean(wrong);
    },
    /** @returns {Hours} */
    hours: () => ({
      from: start.value,
      to: end.value === "00:00" ? "24:00" : end.value,
      step: Number(every.value),
      minimum_step: minimum,
    }),
  };
}

/**
 * Puts what is wrong beside it; `exceptions[3].hours[1].to` is of the second row.
 * @param {ReturnType<typeof hoursRow>[]} rows
 * @returns {boolean} whether all of it has a place
 */
function complain(codes, rows) {
  for (const each of rows) each.clear();
  const found = Object.entries(codes).map(([path, flaw]) => {
    const [, row, name] = /\.hours(?:\[(\d+)\])?\.(\w+)$/.exec(path) ?? [];
    return name ? rows[Number(row ?? 0)]?.fail(name, flawText(flaw, path)) : false;
  });
  return found.length > 0 && found.every(Boolean);
}

/** Replaces one of the weekly hours; dropping its row takes them away. @param {Settings} settings @param {Weekly} clicked @param {Hours} [hours] */
function changedWeek(settings, clicked, hours) {
  const replaced = settings.availabilities.map((each) => (each === clicked ? hours && { ...each, hours } : each));
  return { availabilities: replaced.filter(Boolean) };
}

/** @param {Settings} settings @param {string} resource @param {string} date @param {Hours[]} hours */
function changedDate(settings, resource, date, hours) {
  const isOwn = (each) => each.resource === resource && each.date === date;
  const own = settings.exceptions.find(isOwn); // keeps its name, and whether it returns
  return { exceptions: [...settings.exceptions.filter((each) => !isOwn(each)), { ...own, resource, date, hours }] };
}

/** Appointments that customers could not choose any more; they stay as they are (R32). @param {Staff} staff @param {Planned[]} outside */
function nowOutside(staff, outside) {
  const line = (/** @type {Planned} */ each) =>
    h("li", {}, h("a", { href: `#${each.id}` }, `${staff.range(each.start, each.end)} · ${whoOf(each)}`));
  return dialog({
    title: t("outside_title", { count: outside.length }),
    body: [h("p", {}, t("outside_text")), h("ul", {}, outside.map(line))],
    actions: [{ label: t("close"), kind: "main" }],
  });
}
