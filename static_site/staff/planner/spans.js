/** From one wall time to another: where something begins that nobody pointed at, and the fields of a span. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { clockOf, dateOf, daysAfter, minutesAfter } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";

/** @import { Given, Staff } from "./types" */

const MORNING = "09:00";
const HALF_HOUR = 1_800_000; // milliseconds

/** Soon, or in the morning of another day. @param {Staff} staff @param {string} [date] */
export const firstWall = (staff, date) =>
  date && date !== staff.today() ? `${date}T${MORNING}` : staff.wall(Math.ceil(Date.now() / HALF_HOUR) * HALF_HOUR);

/** A span from what was pointed at, or an hour of the day on screen. @param {Staff} staff @param {Given} given */
export function spanGiven(staff, { date, start, end }) {
  const from = start ?? firstWall(staff, date);
  return { start: from, end: end ?? minutesAfter(from, 60) };
}

/** The moment of a wall time. @param {Staff} staff @param {string} wall */
export const momentOf = (staff, wall) => staff.momentAt(staff.instant(wall));

/** Whole days without their midnights, and the last day's name only where it is another. @param {Staff} staff @param {{start: string, end: string}} span moments */
export function spanText(staff, { start, end }) {
  const [from, until] = [dateOf(start), dateOf(end)];
  if (clockOf(start) !== "00:00" || clockOf(end) !== "00:00")
    return from === until ? staff.range(start, end) : `${staff.moment(start)} – ${staff.moment(end)}`;
  const last = daysAfter(until, -1);
  const days = from === last ? staff.longDate(from) : `${staff.longDate(from)} – ${staff.longDate(last)}`;
  return `${days}, ${t("all_day")}`;
}

/**
 * Perhaps on another day; whole days where `allDay` is given and ticked. `span()` gives the moments.
 * @param {Staff} staff @param {{start: string, end: string, allDay?: boolean}} given walls
 */
export function spanFields(staff, { start, end, allDay }) {
  const step = catalogue.limits.unit_minutes * 60;
  const make = (name, type, value) => field({ name, label: t(`span_${name}`), type, value, ...(type === "time" && { step }) });
  const [fromDate, fromTime, toDate, toTime] = [
    make("from_date", "date", dateOf(start)),
    make("from_time", "time", clockOf(start)),
    make("to_date", "date", dateOf(end)),
    make("to_time", "time", clockOf(end)),
  ];
  const whole = field({ name: "all_day", label: t("span_all_day"), type: "checkbox", value: allDay });
  const draw = () => {
    for (const each of [fromTime, toTime]) each.hidden = whole.value;
  };
  whole.control.addEventListener("change", draw);
  draw();
  const walls = () =>
    whole.value
      ? [`${fromDate.value}T00:00`, `${daysAfter(toDate.value, 1)}T00:00`]
      : [`${fromDate.value}T${fromTime.value}`, `${toDate.value}T${toTime.value}`];
  const span = () => {
    const [from, until] = walls().map((wall) => momentOf(staff, wall));
    return { start: from, end: until };
  };
  const fields = h("div", { class: "pair" }, fromDate, fromTime, toDate, toTime);
  return Object.assign(h("div", {}, allDay !== undefined && whole, fields), { span });
}
