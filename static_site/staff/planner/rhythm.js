/** On which days weekly hours hold, and which exception does, as chalicelib/domain/schedule.py says. */
import { DAY, mondayOf, noon } from "../../kit/moments.js";

/** @import { Schemas } from "./types" */

/** @param {Schemas["AvailabilityBody"]} availability @param {string} date */
export function holdsOn({ weekdays, valid_from: from, valid_until: until, every_weeks: every = 1, months = [] }, date) {
  const weeks = () => Math.round((noon(mondayOf(date)).getTime() - noon(mondayOf(from)).getTime()) / (7 * DAY));
  return (
    weekdays.includes(noon(date).getUTCDay() || 7) &&
    (!from || from <= date) &&
    (!until || date <= until) &&
    (!months.length || months.includes(Number(date.slice(5, 7)))) &&
    (every === 1 || weeks() % every === 0)
  );
}

/**
 * That of the very date before one that returns yearly; of these the latest.
 * @param {Schemas["ExceptionBody"][]} exceptions of one resource @param {string} date
 */
export function exceptionOn(exceptions, date) {
  const returning = exceptions.filter((each) => each.yearly && each.date <= date && each.date.slice(5) === date.slice(5));
  const [latest] = returning.sort((one, other) => other.date.localeCompare(one.date));
  return exceptions.find((each) => each.date === date) ?? latest;
}
