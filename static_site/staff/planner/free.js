/** The next times that are free: offered as buttons, and sought by weekday and time of day at several resources. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { LONG_DAY, dateOf, dayName, daysAfter, later } from "../../kit/moments.js";
import { afterPause, button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { carriersOf } from "../shell/words.js";

/**
 * @import { Field } from "../../kit/field.js"
 * @import { Names, Schemas, Staff } from "./types"
 * @typedef {Schemas["FreeTime"]} FreeTime
 * @typedef {{resources: string[], template?: string, minutes: string | number, date: string, count: number, weekdays?: number[],
 *   earliest?: string, latest?: string, after?: string}} Asked `after`: behind this instant
 */

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const MONDAY = "2026-11-23"; // any Monday, for the names of weekdays
const A_PAGE = 12; // starts that are asked for at once
/** Times of day by name: from when, until when. @type {[string, string, string][]} */
const PRESETS = [
  ["free_morning", "", "12:00"],
  ["free_afternoon", "12:00", ""],
];

export const weekdayName = (number) => dayName(daysAfter(MONDAY, number - 1), { weekday: "short" });

/**
 * What is free for a kind, or for some minutes where there is none; never before today.
 * @param {Staff} staff @param {Asked} asked @returns {Promise<Schemas["FreeView"]>}
 */
export function askFree(staff, { resources, template, minutes, date, ...more }) {
  const length = template ? { template } : { minutes };
  const given = { resources, ...length, from: later(date, staff.today()), all: 1, ...more };
  const filled = Object.entries(given).filter(([, value]) => String(value) !== "");
  const query = new URLSearchParams(filled.map(([name, value]) => [name, String(value)]));
  return staff.api.get(`/free?${query.toString()}`);
}

/**
 * Offers in a list the times that are free for a kind, or for some minutes; never before today.
 * @param {Staff} staff
 * @param {HTMLElement} list
 * @param {Asked} asked
 * @param {(time: FreeTime) => string} label
 * @param {(time: FreeTime) => void} take
 * @returns {Promise<number>} how many there are
 */
export async function offerFree(staff, list, asked, label, take) {
  const { times } = await askFree(staff, asked);
  list.replaceChildren(
    ...times.map((each) =>
      h(
        "li",
        {},
        button(label(each), () => take(each), { class: "quiet" }),
      ),
    ),
  );
  return times.length;
}

/** Chips of which none, some or all are chosen; none is any. @param {string} name @param {{value: any, label: string}[]} choices */
function chipsOf(name, choices) {
  const boxes = choices.map(({ value, label }) => ({ value, box: field({ name, label, type: "checkbox" }) }));
  const element = h(
    "fieldset",
    { class: "picks" },
    h("legend", {}, t(`free_${name}`)),
    h(
      "div",
      { class: "boxes" },
      boxes.map(({ box }) => box),
    ),
  );
  return {
    element,
    /** Leaves those that are of use. @param {Set<any>} able */
    limit: (able) => boxes.forEach(({ value, box }) => (box.hidden = !able.has(value))),
    chosen: () => boxes.filter(({ box }) => box.value && !box.hidden).map(({ value }) => value),
  };
}

/** From which time of day to which, by name or by the clock. */
function timeOfDay() {
  const [from, until] = ["earliest", "latest"].map((name) =>
    field({ name, label: t(`free_${name}`), type: "time", step: 300 }),
  );
  const presets = PRESETS.map(([name, first, last]) => {
    const is = () => from.value === first && until.value === last;
    const set = () => {
      [from.value, until.value] = is() ? ["", ""] : [first, last];
      element.dispatchEvent(new Event("change", { bubbles: true }));
    };
    return { is, button: button(t(name), set, { class: "quiet" }) };
  });
  const element = h(
    "div",
    { class: "day-time" },
    from,
    until,
    presets.map((each) => each.button),
  );
  const draw = () => presets.forEach((each) => each.button.setAttribute("aria-pressed", String(each.is())));
  element.addEventListener("change", draw);
  draw();
  return { element, chosen: () => ({ earliest: from.value, latest: until.value }) };
}

/**
 * Seeks free times while it is open; choosing one fills date, time, resource and who comes beside. `drawKind()` follows the kind.
 * @param {Staff} staff @param {Names} names
 * @param {Record<"where" | "beside" | "kind" | "minutes" | "date" | "time", Field>} fields
 * @param {boolean} open from the first
 */
export function freeTimes(staff, names, { where, beside, kind, minutes, date, time }, open) {
  const resources = chipsOf(
    "resources",
    names.resources.map(({ id, name }) => ({ value: id, label: name })),
  );
  const weekdays = chipsOf(
    "weekdays",
    WEEKDAYS.map((number) => ({ value: number, label: weekdayName(number) })),
  );
  const clock = timeOfDay();
  const able = () => carriersOf(names, kind.value).map(({ id }) => id);
  const take = (/** @type {FreeTime} */ each, /** @type {string} */ second) => {
    [date.value, time.value] = staff.wall(each.start).split("T");
    where.value = each.resource;
    where.control.dispatchEvent(new Event("change"));
    if (second) beside.value = second;
    announce(t("free_taken", { time: staff.moment(each.start), resource: names.resource(each.resource) }));
  };
  const list = freeList(staff, names, take);
  let turn = 0;
  const look = async (after = "") => {
    const mine = ++turn;
    const chosen = resources.chosen();
    const what = { resources: chosen.length ? chosen : able(), template: kind.value, minutes: minutes.value, date: date.value };
    const when = { weekdays: weekdays.chosen(), ...clock.chosen(), after };
    try {
      const found = await askFree(staff, { ...what, ...when, count: A_PAGE });
      if (mine === turn) list.show(found, Boolean(after), () => look(found.next));
    } catch (error) {
      if (mine === turn) list.fail(errorText(error));
    }
  };
  const element = h(
    "details",
    { class: "free", open },
    h("summary", {}, t("free_title")),
    weekdays.element,
    clock.element,
    resources.element,
    list.element,
  );
  const again = afterPause(() => element.open && look());
  const soon = () => {
    turn++; // what is on its way answers another question
    list.outdate();
    again();
  };
  for (const each of [element, date.control, minutes.control]) each.addEventListener("change", soon);
  element.addEventListener("toggle", soon);
  const drawKind = () => {
    resources.limit(new Set(able()));
    soon();
  };
  return Object.assign(element, { drawKind });
}

/** @param {FreeTime[]} times @param {(time: FreeTime) => string} by @returns {Map<string, FreeTime[]>} */
function grouped(times, by) {
  const groups = new Map();
  for (const each of times) groups.set(by(each), [...(groups.get(by(each)) ?? []), each]);
  return groups;
}

/** What was found: by day, one line a start. @param {Staff} staff @param {Names} names @param {(time: FreeTime, second: string) => void} take */
function freeList(staff, names, take) {
  const days = h("div", { class: "free-days" });
  const fault = h("p", { class: "error", role: "alert" });
  const foot = h("p", { class: "small" });
  const heard = h("p", { class: "unseen", role: "status" });
  const element = h("div", { class: "free-found" }, fault, days, foot, heard);
  const press = (each, second, { currentTarget }) => {
    for (const other of days.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === currentTarget));
    take(each, second);
  };
  const chip = (/** @type {FreeTime} */ each, second = "") => {
    const who = [each.resource, second].filter(Boolean).map(names.resource).join(" + ");
    const name = `${staff.time(each.start)}, ${who}`;
    return button(who, (event) => press(each, second, event), { class: "quiet", "aria-label": name, "aria-pressed": "false" });
  };
  const chips = (/** @type {FreeTime} */ each) =>
    each.second.length ? each.second.map((second) => chip(each, second)) : [chip(each)];
  const line = (/** @type {FreeTime[]} */ together) =>
    h("li", {}, h("time", {}, staff.time(together[0].start)), h("div", { class: "chips" }, together.flatMap(chips)));
  /** What is drawn: the list of each day. @type {Map<string, HTMLElement>} */
  const drawn = new Map();
  const listOf = (/** @type {string} */ date) => {
    if (!drawn.has(date)) {
      drawn.set(date, h("ul", { class: "starts" }));
      days.append(h("section", {}, h("h3", {}, dayName(date, LONG_DAY)), drawn.get(date)));
    }
    return drawn.get(date);
  };
  const clear = () => {
    drawn.clear();
    days.replaceChildren();
  };
  return {
    element,
    /** What is asked for has changed: more of the old would be lost. */
    outdate: () => foot.replaceChildren(),
    fail(text) {
      fault.textContent = text;
      clear();
      foot.replaceChildren();
    },
    /** @param {Schemas["FreeView"]} found @param {boolean} further behind what is shown @param {() => void} more */
    show({ times, next }, further, more) {
      fault.textContent = "";
      if (!further) clear();
      for (const [start, together] of grouped(times, (each) => each.start)) listOf(dateOf(start)).append(line(together));
      const none = next ? t("free_none_until", { day: staff.shortDate(next) }) : t(further ? "free_no_more" : "free_none");
      foot.replaceChildren(times.length ? "" : `${none} `, next ? button(t("free_more"), more, { class: "quiet" }) : "");
      heard.textContent = t("free_found", { count: days.querySelectorAll("li").length });
    },
  };
}
