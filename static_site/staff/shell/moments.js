/** Moments by the clock on the branch's wall. */
import { CLOCK, daysAfter, format } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";

const DATE = { day: "2-digit", month: "2-digit", year: "numeric" };

const LONG_DATE = { weekday: "long", day: "numeric", month: "long", year: "numeric" };

const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text);

/** Words for moments in the branch's zone, whatever zone the browser is in. */
export function moments(zone) {
  const walls = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...DATE, ...CLOCK });
  const at = (moment) => new Date(moment).getTime();

  /** "2026-11-24T09:30": what the clock on the branch's wall shows. */
  const wall = (moment) => walls.format(at(moment)).replace(" ", "T");

  /** The instant of a wall time, in milliseconds. One that a changing clock leaves out counts on; of two it is the first. */
  function instant(text) {
    const wanted = Date.parse(`${text.slice(0, 16)}Z`);
    const offset = (moment) => Date.parse(`${wall(moment)}Z`) - moment;
    const [before, after] = [wanted - offset(wanted - 864e5), wanted - offset(wanted + 864e5)];
    const fits = [before, after].filter((moment) => wall(moment) === text.slice(0, 16));
    return fits.length ? Math.min(...fits) : before;
  }

  const known = new Map();

  /** "09:30"; in the night the clocks go back, where 02:30 comes twice, "02:30 MESZ" and "02:30 MEZ". */
  function time(moment) {
    if (!known.has(moment)) known.set(moment, clockOf(moment));
    return known.get(moment);
  }

  function clockOf(moment) {
    const clock = format(zone, CLOCK);
    const name = clock.format(at(moment));
    const twice = [-60, 60].some((shift) => clock.format(at(moment) + shift * 60_000) === name);
    if (!twice) return name;
    const parts = format(zone, { timeZoneName: "short" }).formatToParts(at(moment));
    return `${name} ${parts.find((part) => part.type === "timeZoneName").value}`;
  }

  /** Of a moment, or of a date YYYY-MM-DD. */
  const date = (value, options = DATE) =>
    isDate(value) ? format("UTC", options).format(Date.parse(`${value}T12:00Z`)) : format(zone, options).format(at(value));
  const longDate = (value) => date(value, LONG_DATE);
  const moment = (value) =>
    t("moment", { date: date(value, { ...LONG_DATE, weekday: "short", month: "short" }), time: time(value) });

  /** "Di., 24. Nov. 2026, 09:30–10:15" */
  const range = (start, end) => `${moment(start)}–${time(end)}`;
  const dateOf = (value) => wall(value).slice(0, 10);
  const today = () => dateOf(Date.now());
  return { zone, wall, instant, time, date, longDate, moment, range, dateOf, today };
}

/** The Monday of a date's week. */
export const mondayOf = (date) => daysAfter(date, -((new Date(`${date}T12:00Z`).getUTCDay() + 6) % 7));
