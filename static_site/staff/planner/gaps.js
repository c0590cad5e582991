/** Where something still fits in: on the page, from the hours and appointments that it has. What can be booked, the API decides. */
import { clockOf, dateOf } from "../../kit/moments.js";
import { USUAL } from "./pieces.js";

/**
 * @import { Hours, Names, Planned } from "./types"
 * @typedef {[number, number]} Span two instants
 */

const MINUTE = 60_000;
const ROUNDED = 5 * MINUTE; // a gap that has begun counts from the next full five minutes

/** Minutes of the shortest kind at a resource, buffers included. @param {Names} names @param {string} resource */
function shortest(names, resource) {
  const carried = names.templates.filter(({ resources }) => resources.includes(resource));
  const lengths = carried.map(({ duration, preparation, follow_up: after }) => duration + preparation + after);
  return lengths.length ? Math.min(...lengths) : USUAL;
}

/** @param {{start: string, end: string}} given @returns {Span} */
export const spanOf = ({ start, end }) => [Date.parse(start), Date.parse(end)];

/** With the time before and after it. @param {Planned} planned @returns {Span} */
export function takenBy(planned) {
  const [start, end] = spanOf(planned);
  return [start - planned.preparation * MINUTE, end + planned.follow_up * MINUTE];
}

/**
 * The parts of what is open in which fewer than `capacity` are taken, in order, from `now` on.
 * @param {Span[]} open @param {Span[]} taken @param {number} capacity @param {number} now an instant @param {number} least minutes
 * @returns {Span[]}
 */
export function gapsIn(open, taken, capacity, now, least) {
  const earliest = Math.ceil(now / ROUNDED) * ROUNDED;
  /** @type {Span[]} */
  const gaps = [];
  for (const [first, last] of open) {
    const begin = Math.max(first, earliest);
    const inside = taken.flat().filter((each) => begin < each && each < last);
    const points = [...new Set([begin, ...inside, last])].sort((one, other) => one - other);
    for (const [place, start] of points.slice(0, -1).entries()) {
      const end = points[place + 1];
      const isFull = taken.filter(([since, until]) => since < end && start < until).length >= capacity;
      const before = gaps[gaps.length - 1];
      if (isFull || end <= begin) continue;
      if (before?.[1] === start) before[1] = end;
      else gaps.push([start, end]);
    }
  }
  return gaps.filter(([start, end]) => end - start >= least * MINUTE);
}

/**
 * Each gap of a day in which the shortest kind of its resource fits, in order: `time` is "10:30". `now` is an instant: what lies
 * before it is no gap. The appointments are those that hold their time.
 * @param {Names} names @param {{appointments: Planned[], hours: Hours[]}} planner @param {string} date @param {number} now
 * @param {(instant: number) => string} momentAt writes an instant as the API does
 */
export function gapsOf(names, { appointments, hours }, date, now, momentAt) {
  const ofDay = (/** @type {{start: string}} */ { start }) => dateOf(start) === date;
  const held = appointments.filter(ofDay);
  const gaps = names.resources.flatMap(({ id, capacity }) => {
    const open = hours.filter((each) => each.resource === id && each.effect === "opens" && ofDay(each)).map(spanOf);
    const taken = held.filter(({ resource, second }) => [resource, second].includes(id)).map(takenBy);
    return gapsIn(open, taken, capacity, now, shortest(names, id)).map(([from]) => ({ resource: id, from }));
  });
  gaps.sort((one, other) => one.from - other.from);
  return gaps.map(({ resource, from }) => ({ resource, time: clockOf(momentAt(from)) }));
}
