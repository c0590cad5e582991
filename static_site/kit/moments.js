/**
 * Moments as people read them, in the zone of the branch.
 *
 * The API writes each moment with the offset that the branch's clock has then: "2026-11-24T09:30:00+01:00". Its digits are shown,
 * so a device that knows older rules of the zone shows the same hour as the mail.
 */
import { language, locale, t } from "./texts.js";

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

const formats = new Map();

/**
 * Making an Intl formatter costs a thousand times what using it costs: each is made once per language and zone.
 * @param {string} zone @param {Intl.DateTimeFormatOptions} options
 */
export function format(zone, options) {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return formats.get(key);
}

/** @type {Intl.DateTimeFormatOptions} */
export const LONG_DAY = { weekday: "long", day: "numeric", month: "long" };

/** @type {Intl.DateTimeFormatOptions} */
export const SHORT_DAY = { weekday: "short", day: "numeric", month: "long" };

/** @type {Intl.DateTimeFormatOptions} */
export const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** A calendar day has no zone: noon UTC, shown in UTC, is that day everywhere. */
export const noon = (date) => new Date(`${date}T12:00Z`);

/** @param {string} date  @param {Intl.DateTimeFormatOptions} [options] */
export const dayName = (date, options = LONG_DAY) => format("UTC", options).format(noon(date));

export const daysAfter = (date, count) => new Date(noon(date).getTime() + count * DAY).toISOString().slice(0, 10);

export const later = (one, other) => (one > other ? one : other);

/** The date in a link, if it is one: years the API knows, no 31 November. */
export function dateIn(text) {
  const known = /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(noon(text).getTime());
  return known && daysAfter(text, 0) === text ? text : undefined;
}

/** "2026-11-24T09:30": what the clock on the branch's wall shows. */
export const wallOf = (moment) => moment.slice(0, 16);

/** "2026-11-24", of a moment or a wall time. */
export const dateOf = (moment) => moment.slice(0, 10);

/** "8 Stunden 20 Minuten", of 500. @param {number} minutes */
export function lengthName(minutes) {
  const part = (count, unit) => count.toLocaleString(locale, { style: "unit", unit, unitDisplay: "long" });
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && part(hours, "hour"), (rest || !hours) && part(rest, "minute")].filter(Boolean).join(" ");
}

/** "09:30", of a moment or a wall time. */
export const clockOf = (moment) => moment.slice(11, 16);

/** The wall time so many minutes later, by a clock that is not changed in between. */
export const minutesAfter = (wall, minutes) => new Date(Date.parse(`${wall}Z`) + minutes * MINUTE).toISOString().slice(0, 16);

/** "24. – 30. November 2026", or as short as it fits on a phone: "28. Nov. – 4. Dez." */
export function rangeName(from, to, short = false) {
  /** @type {Intl.DateTimeFormatOptions} */
  const name = short ? { day: "numeric", month: "short" } : { day: "numeric", month: "long", year: "numeric" };
  return format("UTC", name).formatRange(noon(from), noon(to));
}

/** "23. – 29. Nov. 2026" */
export const weekName = (from, to) =>
  format("UTC", { day: "numeric", month: "short", year: "numeric" }).formatRange(noon(from), noon(to));

/** How far clocks go back: an hour, on Lord Howe Island half of one. */
const CHANGES = [-60, -30, 30, 60];

/**
 * "09:30"; in the night the clocks go back, where 02:30 comes twice, "02:30 MESZ" and "02:30 MEZ".
 */
export function timeName(moment, zone) {
  const clock = format(zone, CLOCK);
  const instant = Date.parse(moment);
  const name = clock.format(instant);
  const twice = CHANGES.some((minutes) => clock.format(instant + minutes * MINUTE) === name);
  const shown = clockOf(moment);
  return twice ? `${shown} ${zoneName(moment, zone, "short")}` : shown;
}

/** Safari knows the generic names of zones from 15.4 on. */
function named(zone, style) {
  try {
    return format(zone, { timeZoneName: style });
  } catch {
    return format(zone, { timeZoneName: "long" });
  }
}

export function zoneName(moment, zone, style = "longGeneric") {
  const parts = named(zone, style).formatToParts(new Date(moment));
  return parts.find((part) => part.type === "timeZoneName").value;
}

/**
 * "Dienstag, 24. November 2026, 09:30 Uhr"
 * @param {string} moment
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function momentName(moment, zone, options = { ...LONG_DAY, year: "numeric" }) {
  return t("moment", { day: dayName(dateOf(moment), options), time: timeName(moment, zone) });
}

/** Whether the visitor's own clock shows something else at that moment. */
export function elsewhere(moment) {
  const here = new Date(moment);
  const wall = new Date(here.getTime() - here.getTimezoneOffset() * MINUTE).toISOString();
  return wallOf(wall) !== wallOf(moment);
}

/** The Monday of a date's week. */
export const mondayOf = (date) => daysAfter(date, -((noon(date).getUTCDay() + 6) % 7));

/** "November 2026", of "2026-11" */
export const monthName = (month) => dayName(`${month}-01`, { month: "long", year: "numeric" });

/** @param {number} number 1 is Monday  @param {"short" | "long"} [style] */
export const weekdayName = (number, style = "short") => dayName(daysAfter("2024-01-01", number - 1), { weekday: style });
