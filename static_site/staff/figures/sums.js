/** Sums over the figures of the weeks. Nothing here touches the page. */
import { grouped } from "../../kit/values.js";

/** @typedef {import("../../kit/wire").Schemas["Figures"]} Figures */

/** @template {string} N @param {Record<N, number>[]} rows @param {N} name */
export const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);
/** @param {number} part @param {number} whole */
export const share = (part, whole) => (whole > 0 ? part / whole : null);

/** Over several resources: the mean of their medians, each by the requests it is of. @param {Figures[]} rows */
function leadOf(rows) {
  const known = rows.filter(({ lead_days: days }) => days !== null);
  const requests = sum(known, "requests");
  return requests > 0 ? known.reduce((total, row) => total + row.lead_days * row.requests, 0) / requests : null;
}

/** The weeks in order, each with the figures of all its rows together. @param {Figures[]} rows */
export function weeksOf(rows) {
  const weeks = [...grouped(rows, ({ week }) => week)].sort(([one], [other]) => one.localeCompare(other));
  return weeks.map(([week, mine]) => ({
    week,
    requests: sum(mine, "requests"),
    confirmed: sum(mine, "confirmed"),
    cancelled: sum(mine, "cancelled"),
    no_show: sum(mine, "no_show"),
    lead_days: leadOf(mine),
    used: share(sum(mine, "held_minutes"), sum(mine, "open_minutes")),
  }));
}
