/** Where something still fits in: on the page, from the hours and appointments that it has. What can be booked, the API decides. */
import { clockOf, dateOf } from "../../kit/moments.js";

/** @import { Hours, Names, Planned } from "./types" */

const MINUTE = 60_000;
const ROUNDED = 5 * MINUTE; // a gap that has begun counts from the next full five minutes
const USUAL = 15; // minutes of an appointment at a resource that carries no kind

/** Minutes of the shortest kind at a resource, buffers included. @param {Names} names @param {string} resource */
function shortest(names, resource) {
  const carried = names.templates.filter(({ resources }) => resources.includes(resource));
  const lengths = carried.map(({ duration, preparation, follow_up: after }) => duration + preparation + after);
  return lengths.length ? Math.min(...lengths) : USUAL;
}

/**
 * The parts of a span in which fewer than `capacity` are taken.
 * @param {[number, number]} span @param {[number, number][]} taken @param {number} capacity @returns {[number, number][]}
 */
function freeIn([start, end], taken, capacity) {
  const edges = [start, end, ...taken.flat()].filter((each) => start <= each && each <= end);
  const marks = [...new Set(edges)].sort((one, other) => one - other);
  /** @type {[number, number][]} */
  const free = [];
  for (let place = 0; place + 1 < marks.length; place++) {
    const [from, until] = [marks[place], marks[place + 1]];
    if (taken.filter(([begun, over]) => begun <= from && until <= over).length >= capacity) continue;
    const last = free[free.length - 1];
    if (last?.[1] === from) last[1] = until;
    else free.push([from, until]);
  }
  return free;
}

/**
 * "10:30" of each gap of a day in which the shortest kind of its resource fits, in order, each once. `now` is an instant: what lies
 * before it is no gap. The appointments are those that hold their time.
 * @param {Names} names @param {{appointments: Planned[], hours: Hours[]}} planner @param {string} date @param {number} now
 * @param {(instant: number) => string} momentAt writes an instant as the API does
 */
export function gapsOf(names, { appointments, hours }, date, now, momentAt) {
  const earliest = Math.ceil(now / ROUNDED) * ROUNDED;
  const held = appointments.filter(({ start }) => dateOf(start) === date);
  const gaps = names.resources.flatMap(({ id, capacity }) => {
    const taken = held
      .filter(({ resource, second }) => resource === id || second === id)
      .map(
        (each) =>
          /** @type {[number, number]} */ ([
            Date.parse(each.start) - each.preparation * MINUTE,
            Date.parse(each.end) + each.follow_up * MINUTE,
          ]),
      );
    const least = shortest(names, id) * MINUTE;
    return hours
      .filter(({ resource, effect, start }) => resource === id && effect === "opens" && dateOf(start) === date)
      .flatMap(({ start, end }) => freeIn([Math.max(Date.parse(start), earliest), Date.parse(end)], taken, capacity))
      .filter(([from, until]) => until - from >= least)
      .map(([from]) => from);
  });
  return [...new Set(gaps)].sort((one, other) => one - other).map((each) => clockOf(momentAt(each)));
}
