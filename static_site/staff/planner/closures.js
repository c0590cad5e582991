/** What keeps resources from working: absences, holidays and closed days, in words. Each lies within one day. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { wallOf } from "../shell/words.js";

const HALF_DAY = 240; // minutes; what is shorter, as a break, is no reason why a day is closed

const dayOf = ({ start }) => wallOf(start).slice(0, 10);
const clock = (instant) => wallOf(instant).slice(11);
const minutesIn = ({ start, end }) => (Date.parse(end) - Date.parse(start)) / 60_000;
const spanText = ({ start, end }) =>
  clock(start) === "00:00" && clock(end) === "00:00" ? t("all_day") : `${clock(start)}–${clock(end)}`;
const closing = (hours) => hours.filter(({ effect }) => effect === "closes");

/** "Urlaub", "Neujahr", or a word for what has no name. @param {{why: string, name: object}} closure */
export const whyClosed = (names, { why, name }) => names.named(name) || t(`closed_${why}`);

/** The words in what is drawn: "Urlaub" is seen, ", Kabine 1, ganztägig" is heard. */
export const closureLabel = (names, closure) =>
  h(
    "span",
    { class: "why" },
    whyClosed(names, closure),
    h("span", { class: "unseen" }, `, ${names.resource(closure.resource)}, ${spanText(closure)}`),
  );

/** Why a resource does not work on a day at all; "" where its weekly hours alone say so. */
export function whyAllDay(names, hours, resource, date) {
  const reasons = closing(hours).filter(
    (each) => each.resource === resource && dayOf(each) === date && (each.why !== "absence" || minutesIn(each) >= HALF_DAY),
  );
  return [...new Set(reasons.map((each) => whyClosed(names, each)))].join(", ");
}

/** "Urlaub, ganztägig: Kabine 1, Kabine 2" for all that is closed on a day, the longest first. */
export function closureLines(names, hours, date) {
  const lines = new Map();
  const ofDay = closing(hours).filter((one) => dayOf(one) === date);
  for (const each of ofDay.sort((one, other) => minutesIn(other) - minutesIn(one))) {
    const what = `${whyClosed(names, each)}, ${spanText(each)}`;
    lines.set(what, (lines.get(what) ?? new Set()).add(each.resource));
  }
  const who = (its) => (its.size === names.resources.length ? t("everyone") : [...its].map(names.resource).join(", "));
  return [...lines].map(([what, its]) => `${what}: ${who(its)}`);
}

/** What stands against a time of a resource, in words; "" where it works. @param {{start: string, end: string}} time instants */
export function whyNot(names, hours, resource, time) {
  const [start, end] = [Date.parse(time.start), Date.parse(time.end)];
  const its = hours.filter((each) => each.resource === resource);
  const reasons = closing(its).filter((each) => Date.parse(each.start) < end && start < Date.parse(each.end));
  if (reasons.length) return [...new Set(reasons.map((each) => whyClosed(names, each)))].join(", ");
  const open = its.some(
    ({ effect, start: from, end: until }) => effect === "opens" && Date.parse(from) <= start && end <= Date.parse(until),
  );
  return open ? "" : t("closed_hours");
}
