/** Moments as people read them, in the zone of the branch. */
import { LOCALES, language, t } from "./texts.js";

const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

const formats = new Map();

/** Making an Intl formatter costs a thousand times what using it costs: each is made once per language and zone. */
export function format(zone, options) {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALES[language], { timeZone: zone, ...options }));
  return formats.get(key);
}

export const LONG_DAY = { weekday: "long", day: "numeric", month: "long" };

export const SHORT_DAY = { weekday: "short", day: "numeric", month: "long" };

export const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** A calendar day has no zone: noon UTC, shown in UTC, is that day everywhere. */
export const noon = (date) => new Date(`${date}T12:00Z`);

export const dayName = (date, options = LONG_DAY) => format("UTC", options).format(noon(date));

export const daysAfter = (date, count) => new Date(noon(date).getTime() + count * DAY).toISOString().slice(0, 10);

export const later = (one, other) => (one > other ? one : other);

/** The date in a link, if it is one: years the API knows, no 31 November. */
export function dateIn(text) {
  const known = /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(noon(text).getTime());
  return known && daysAfter(text, 0) === text ? text : undefined;
}

/** "24. – 30. November 2026", or as short as it fits on a phone: "28. Nov. – 4. Dez." */
export function rangeName(from, to, short = false) {
  const name = short ? { day: "numeric", month: "short" } : { day: "numeric", month: "long", year: "numeric" };
  return format("UTC", name).formatRange(noon(from), noon(to));
}

/** How far clocks go back: an hour, on Lord Howe Island half of one. */
const CHANGES = [-60, -30, 30, 60];

/**
 * "09:30"; in the night the clocks go back, where 02:30 comes twice, "02:30 MESZ" and "02:30 MEZ". As the API has written it: the
 * browser may know older rules of the zone.
 */
export function timeName(moment, zone) {
  const clock = format(zone, CLOCK);
  const instant = Date.parse(moment);
  const name = clock.format(instant);
  const twice = CHANGES.some((minutes) => clock.format(instant + minutes * MINUTE) === name);
  return twice ? `${moment.slice(11, 16)} ${zoneName(moment, zone, "short")}` : moment.slice(11, 16);
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

/** "Dienstag, 24. November 2026, 09:30 Uhr" */
export function momentName(moment, zone, options = { ...LONG_DAY, year: "numeric" }) {
  return t("moment", { day: dayName(moment.slice(0, 10), options), time: timeName(moment, zone) });
}

/** Whether the visitor's own clock shows something else at that moment. */
export function elsewhere(moment, zone) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const both = { ...CLOCK, day: "numeric" };
  return format(here, both).format(new Date(moment)) !== format(zone, both).format(new Date(moment));
}
