/** The day of one resource as a list, for small screens: its appointments and what is free between them. */
import { h } from "../../kit/dom.js";
import { clockOf, dateOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { chip } from "./calendar.js";
import { spanText, whyClosed } from "./closures.js";
import { gapsIn, spanOf, takenBy } from "./gaps.js";
import { isShown } from "../shell/words.js";

/**
 * @import { Hours, Names, On, Planned, Shown, Staff } from "./types"
 * @import { Span } from "./gaps.js"
 */

const SHORTEST = 10; // minutes of a gap that is told
const FAR = 60; // pixels of a swipe

/** @param {Staff} staff @param {Names} names @param {Shown} shown @param {Pick<On, "place">} on */
export function agenda(staff, names, { date, resource, appointments, hours }, on) {
  const ofDay = (/** @type {{start: string}} */ { start }) => dateOf(start) === date;
  const own = hours.filter((each) => each.resource === resource && ofDay(each));
  const booked = appointments.filter((each) => [each.resource, each.second].includes(resource));
  const held = booked.filter(isShown);
  const open = own.filter(({ effect }) => effect === "opens").map(spanOf);
  const room = names.resources.find(({ id }) => id === resource)?.capacity ?? 1;
  const at = (/** @type {{start: string}} */ { start }, /** @type {HTMLElement} */ item) =>
    /** @type {const} */ ([Date.parse(start), item]);
  const items = [
    ...own.filter(({ effect }) => effect === "closes").map((each) => at(each, awayItem(names, each))),
    ...booked.filter(ofDay).map((each) => at(each, chipItem(staff, names, each, resource))),
    ...gapsIn(open, held.map(takenBy), room, Date.now(), SHORTEST).map(
      (gap) => /** @type {const} */ ([gap[0], gapItem(staff, resource, gap, on)]),
    ),
  ];
  items.sort(([one], [other]) => one - other);
  const name = `${names.resource(resource)}, ${staff.longDate(date)}`;
  return h(
    "section",
    { class: "agenda", "aria-label": name },
    items.length ? h("ol", {}, ...items.map(([, item]) => item)) : h("p", { class: "lead" }, t("list_empty")),
  );
}

/** @param {Names} names @param {Hours} closure */
const awayItem = (names, closure) => h("li", { class: "away" }, `${spanText(closure)} ${whyClosed(names, closure)}`);

/** @param {Staff} staff @param {Names} names @param {Planned} planned @param {string} resource */
function chipItem(staff, names, planned, resource) {
  const time = `${staff.time(planned.start)}–${staff.time(planned.end)}`;
  const element = chip(staff, names, planned, { time });
  element.style.setProperty("--bar", names.colour(planned.resource));
  element.classList.toggle("second", planned.resource !== resource);
  return h("li", {}, element);
}

/** @param {Staff} staff @param {string} resource @param {Span} gap @param {Pick<On, "place">} on */
function gapItem(staff, resource, gap, on) {
  const [start, end] = gap.map(staff.wall);
  const text = t("gap", { start: clockOf(start), end: clockOf(end) });
  const point = ({ currentTarget }) => {
    const { left, bottom } = currentTarget.getBoundingClientRect();
    on.place({ resource, start, x: left, y: bottom });
  };
  return h("li", {}, h("button", { type: "button", class: "gap", onclick: point }, text));
}

/** A finger that wipes to the left goes on, one to the right goes back. @param {HTMLElement} element @param {(direction: number) => void} turn */
export function heedSwipe(element, turn) {
  /** @type {Touch | null} */
  let from = null;
  element.addEventListener("touchstart", ({ touches }) => (from = touches.length === 1 ? touches[0] : null), { passive: true });
  element.addEventListener("touchend", ({ changedTouches: [to] }) => {
    if (!from) return;
    const [right, down] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (Math.abs(right) > FAR && Math.abs(right) > 2 * Math.abs(down)) turn(right < 0 ? 1 : -1);
  });
}
