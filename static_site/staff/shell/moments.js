/**
 * Days, moments and numbers as staff read them. A `day` is a date YYYY-MM-DD, a `moment` is written by the API with the offset of
 * the branch's clock (kit/moments.js), an instant is in milliseconds since 1970.
 */
import { CLOCK, dateOf, dayName, timeName, wallOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";

/** @type {Intl.DateTimeFormatOptions} */
const DATE = { day: "2-digit", month: "2-digit", year: "numeric" };
/** @type {Intl.DateTimeFormatOptions} */
const LONG_DATE = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
/** @type {Intl.DateTimeFormatOptions} */
const SHORT_DATE = { weekday: "short", day: "numeric", month: "short", year: "numeric" };

/** "+01:00" */
function offsetText(minutes) {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${minutes < 0 ? "-" : "+"}${hours}:${rest}`;
}

/** @typedef {ReturnType<typeof moments>} Moments */

/** @param {string} zone of the branch */
export function moments(zone) {
  const walls = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...DATE, ...CLOCK });
  const wallAt = (instant) => walls.format(instant).replace(" ", "T");
  /** By date, the offsets that the API has written: "+01:00". @type {Map<string, Set<string>>} */
  const offsets = new Map();
  const times = new Map();

  /** "2026-11-24T09:30": what the clock on the branch's wall shows at a moment, or at an instant. @param {string | number} when */
  function wall(when) {
    if (typeof when === "number") return wallAt(when);
    const date = dateOf(when);
    if (!offsets.has(date)) offsets.set(date, new Set());
    offsets.get(date).add(when.slice(19).replace(/^\.\d+/, ""));
    return wallOf(when);
  }

  /**
   * The instant of a wall time: by the offset that the API has written for moments of that day; on others, and where clocks
   * change, by the browser's rules. A time that a changing clock leaves out counts on; of two it is the first.
   */
  function instant(text) {
    const wanted = wallOf(text);
    const known = [...(offsets.get(dateOf(wanted)) ?? [])];
    if (known.length === 1) return Date.parse(`${wanted}:00${known[0]}`);
    const utc = Date.parse(`${wanted}Z`);
    const offset = (when) => Date.parse(`${wallAt(when)}Z`) - when;
    const [before, after] = [utc - offset(utc - 864e5), utc - offset(utc + 864e5)];
    const fits = [before, after].filter((when) => wallAt(when) === wanted);
    return fits.length ? Math.min(...fits) : before;
  }

  /** An instant as the API writes it. */
  function momentAt(when) {
    const shown = wallAt(when);
    return `${shown}:00${offsetText(Math.ceil((Date.parse(`${shown}Z`) - when) / 60_000))}`;
  }

  /** "09:30"; in the night the clocks go back "02:30 MESZ" and "02:30 MEZ". */
  function time(moment) {
    if (!times.has(moment)) times.set(moment, timeName(moment, zone));
    return times.get(moment);
  }

  const dateAt = (when) => dateOf(wall(when));
  /** Of a day or a moment. */
  const date = (value, options = DATE) => dayName(value.length > 10 ? dateAt(value) : value, options);
  const longDate = (value) => date(value, LONG_DATE);
  /** "Fr., 27. Nov. 2026" */
  const shortDate = (value) => date(value, SHORT_DATE);
  /** "Di., 24. Nov. 2026, 09:30 Uhr" */
  const moment = (value) => t("moment", { date: shortDate(value), time: time(value) });
  /** "Di., 24. Nov. 2026, 09:30–10:15" */
  const range = (start, end) => `${moment(start)}–${time(end)}`;
  /** "27. Nov. 2026" */
  const dayOf = (value) => date(value, { ...SHORT_DATE, weekday: undefined });
  const today = () => dateAt(Date.now());
  return { zone, wall, instant, momentAt, time, date, longDate, shortDate, moment, range, dateOf: dateAt, dayOf, today };
}

/** "8.12., 15.12., 5.1.2027": each year once, and none where it is that of `first`. @param {Moments} staff @param {string} first @param {string[]} others */
export function daysOf(staff, first, others) {
  const year = (moment) => staff.dateOf(moment).slice(0, 4);
  const before = (index) => others[index - 1] ?? first;
  const shown = (moment, index) =>
    staff.date(moment, { day: "numeric", month: "numeric", ...(year(moment) !== year(before(index)) && { year: "numeric" }) });
  return others.map(shown).join(", ");
}
