/** What keeps resources from working: absences, holidays and closed days, in words. Each lies within one day. */
import { h } from "../../kit/dom.js";
import { clockOf, dateOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { isPast } from "../shell/words.js";

/** @import { Hours, Names, Schemas } from "./types" */

const HALF_DAY = 240; // minutes; what is shorter, as a break, is no reason why a day is closed
const LONG = 120; // minutes; what is shorter is a break, of which the week of all has no room to speak

const startsOn = (/** @type {Hours} */ { start }) => dateOf(start);
const minutesIn = (/** @type {Hours} */ { start, end }) => (Date.parse(end) - Date.parse(start)) / 60_000;
export const spanText = (/** @type {Hours} */ { start, end }) =>
  clockOf(start) === "00:00" && clockOf(end) === "00:00" ? t("all_day") : `${clockOf(start)}–${clockOf(end)}`;
const closing = (/** @type {Hours[]} */ hours) => hours.filter(({ effect }) => effect === "closes");

/**
 * "Messe" as staff call it, else "Urlaub", "Neujahr", or a word for what has no name.
 * @param {Names} names @param {Hours | Pick<Schemas["DoubtView"], "why" | "name" | "reason">} closure
 */
export function whyClosed(names, closure) {
  const { why, name, reason } = closure;
  const isBreak = why === "absence" && "start" in closure && minutesIn(closure) < LONG;
  return reason || names.named(name) || t(isBreak ? "closed_break" : `closed_${why}`);
}

/** What stands against a time before it is booked. @param {Names} names @param {Pick<Schemas["BookedOne"], "end" | "doubts">} one */
export const doubtTexts = (names, { end, doubts }) => [
  ...(isPast(end) ? [t("time_over")] : []),
  ...doubts.map((each) => t("doubt", { name: names.resource(each.resource), why: whyClosed(names, each) })),
];

/** The words in what is drawn: "Urlaub" is seen, ", Kabine 1, ganztägig" is heard. @param {Names} names @param {Hours} closure */
export const closureLabel = (names, closure) =>
  h(
    "span",
    { class: "why" },
    whyClosed(names, closure),
    h("span", { class: "unseen" }, `, ${names.resource(closure.resource)}, ${spanText(closure)}`),
  );

/** Why a resource does not work on a day at all; "" where its weekly hours alone say so. @param {Names} names @param {Hours[]} hours */
export function whyAllDay(names, hours, resource, date) {
  const reasons = closing(hours).filter(
    (each) => each.resource === resource && startsOn(each) === date && (each.why !== "absence" || minutesIn(each) >= HALF_DAY),
  );
  return [...new Set(reasons.map((each) => whyClosed(names, each)))].join(", ");
}

/** "Fortbildung 14:00–18:00" for what keeps a resource from part of a day. @param {Names} names @param {Hours[]} hours */
export const longClosures = (names, hours, resource, date) =>
  closing(hours)
    .filter((each) => each.resource === resource && startsOn(each) === date && minutesIn(each) >= LONG)
    .map((each) => `${whyClosed(names, each)} ${spanText(each)}`);

/** "Urlaub, ganztägig: Kabine 1, Kabine 2" for all that is closed on a day, the longest first. @param {Names} names @param {Hours[]} hours */
export function closureLines(names, hours, date) {
  /** @type {Map<string, Set<string>>} */
  const lines = new Map();
  const ofDay = closing(hours).filter((one) => startsOn(one) === date);
  for (const each of ofDay.sort((one, other) => minutesIn(other) - minutesIn(one))) {
    const what = `${whyClosed(names, each)}, ${spanText(each)}`;
    lines.set(what, (lines.get(what) ?? new Set()).add(each.resource));
  }
  const whom = (/** @type {Set<string>} */ ids) =>
    names.resources.every(({ id }) => ids.has(id)) ? t("everyone") : [...ids].map(names.resource).join(", ");
  return [...lines].map(([what, ids]) => `${what}: ${whom(ids)}`);
}

/**
 * What stands against a time of a resource, in words; "" where it works.
 * @param {Names} names @param {Hours[]} hours @param {string} resource @param {{start: string, end: string}} time moments
 */
export function whyNot(names, hours, resource, time) {
  const [start, end] = [Date.parse(time.start), Date.parse(time.end)];
  const own = hours.filter((each) => each.resource === resource);
  const reasons = closing(own).filter((each) => Date.parse(each.start) < end && start < Date.parse(each.end));
  if (reasons.length) return [...new Set(reasons.map((each) => whyClosed(names, each)))].join(", ");
  const open = own.some(
    ({ effect, start: from, end: until }) => effect === "opens" && Date.parse(from) <= start && end <= Date.parse(until),
  );
  return open ? "" : t("closed_hours");
}
