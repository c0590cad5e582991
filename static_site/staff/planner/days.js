/** The days of a week that are drawn: a Saturday or Sunday on which nobody works and nobody comes folds away. */
import { dateOf, daysAfter, noon } from "../../kit/moments.js";

/** @import { Hours, Planned } from "./types" */

/** Its seven dates. @param {string} monday */
export const weekOf = (monday) => Array.from({ length: 7 }, (_, day) => daysAfter(monday, day));

/** @param {string} monday @param {{appointments: Planned[], hours: Hours[]}} planner @returns {string[]} dates */
export function daysShown(monday, { appointments, hours }) {
  const needed = new Set(
    [...hours.filter(({ effect }) => effect === "opens"), ...appointments].flatMap(({ start }) => dateOf(start)),
  );
  return weekOf(monday).filter((date, day) => day < 5 || needed.has(date));
}

/** The weekdays that are left out, 0 is Sunday. @param {string} monday @param {string[]} days */
export const daysFolded = (monday, days) =>
  weekOf(monday)
    .filter((date) => !days.includes(date))
    .map((date) => noon(date).getUTCDay());
