/**
 * The day of all resources side by side, and the week of one, drawn by the calendar component (vendor/event-calendar.js).
 *
 * The component knows no zones but fixed offsets, so it is told that everything is UTC and given the times that the clock on the
 * branch's wall shows. What comes back is read as text or as a difference, never as a Date: those it makes in the browser's zone.
 * That is right in every browser and over a change of clocks. Only the warning under the hand of who drags reads a Date.
 */
import { h } from "../../kit/dom.js";
import { MINUTE, clockOf, dateOf, minutesAfter, wallOf } from "../../kit/moments.js";
import { locale, t } from "../../kit/texts.js";
import { SIGNS, carries, isHolding, minutesBetween, stateText, whoOf } from "../shell/words.js";
import { clockOn, minuteOf } from "./clock.js";
import { closureLabel, whyNot } from "./closures.js";
import { daysFolded, daysShown } from "./days.js";
import { noteLines, seriesText } from "./notes.js";

/** @import { Hours, Names, On, Planned, Shown, Staff, Target } from "./types" */

const VIEWS = { day: "resourceTimeGridDay", week: "timeGridWeek" };
const SLOT = 30; // minutes of a line
const HEIGHT = 44; // pixels of a line: a quarter of an hour is still readable
const [EARLIEST, LATEST] = [8, 18]; // hours that are always shown
const SECOND = "~"; // marks the copy of an appointment at the resource that it takes beside
const PLAIN = ["table", "rowgroup", "row", "cell", "columnheader"];

/** What the component is told once. */
const FIXED = {
  timeZone: "UTC",
  firstDay: 1,
  headerToolbar: { start: "", center: "", end: "" },
  allDaySlot: false,
  height: "100%",
  nowIndicator: false, // the component's clock is the browser's, not the branch's
  slotDuration: `00:${SLOT}`,
  slotHeight: HEIGHT,
  columnWidth: "minmax(5.5rem, 1fr)", // where there is less room it scrolls sideways, beside the hours
  snapDuration: "00:05",
  slotLabelInterval: `00:${SLOT}`,
  slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  dayHeaderFormat: { weekday: "short", day: "numeric", month: "numeric" },
  slotEventOverlap: false,
  editable: true,
  selectable: true,
  selectMinDistance: 8,
  longPressDelay: 500,
  eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

/**
 * The inside of an appointment wherever it is drawn: sign, time, name, kind. The words that are not seen are heard. `time` is that
 * to which it is being dragged, and `warning` what stands against it there.
 * @param {Staff} staff @param {Names} names @param {Planned} planned
 * @param {{kind?: boolean, time?: string, warning?: string}} [shown]
 */
export function chip(staff, names, planned, { kind = true, time = staff.time(planned.start), warning = "" } = {}) {
  const { status, type, standby } = planned;
  const name = [standby && t("standby"), names.template(planned.template)].filter(Boolean).join(" · ");
  const where = names.resource(planned.resource);
  const more = `${warning ? " warned" : ""}${Date.parse(planned.end) < Date.now() ? " past" : ""}`;
  // The week of all has hundreds of these: no sign says what is usual, and a label takes no layout.
  const isShort = !kind && status === "confirmed" && type !== "blocked";
  const [who, state] = [whoOf(planned), `, ${stateText(planned)}, ${where}`];
  const inside = [
    h("time", {}, time),
    h("b", {}, who),
    warning ? h("small", { class: "warning" }, warning) : kind && name && h("small", {}, name),
  ];
  return h(
    "button",
    {
      type: "button",
      class: `ev status-${status} type-${type}${standby ? " standby" : ""}${more}`,
      "data-id": planned.id,
      tabindex: "-1",
      "aria-label": isShort && `${time} ${who}${state}`,
    },
    !isShort && h("span", { class: "sign", "aria-hidden": "true" }, type === "blocked" ? "▨" : SIGNS[status]),
    kind ? h("span", { class: "lines" }, inside) : inside,
    !isShort && h("span", { class: "unseen" }, state),
  );
}

/** All that is known of an appointment, for those who rest the pointer on it. @param {Staff} staff @param {Names} names @param {Planned} planned */
export function tooltip(staff, names, planned) {
  const { start, end, template, resource } = planned;
  const known = [
    staff.range(start, end),
    whoOf(planned),
    names.template(template),
    names.resource(resource),
    stateText(planned),
  ];
  return [...known, seriesText(planned), ...noteLines(names, planned)].filter(Boolean).join("\n");
}

/** @param {HTMLElement} host @param {Staff} staff @param {Names} names @param {Pick<On, "move" | "place">} on */
export function makeCalendar(host, staff, names, on) {
  let calendar = null;
  /** @type {Shown} */
  let shown;
  let dragged = false;
  const clock = clockOn(host, staff);
  /** What the component was told last, by option: for what it hears again it draws all again. @type {Record<string, string>} */
  const told = {};
  const isNews = ([name, value]) => name === "events" || told[name] !== (told[name] = JSON.stringify(value));

  const dropped = (info) => {
    const { planned } = info.event.extendedProps;
    on.move(planned, targetOf(staff, planned, info), info.revert);
  };
  const drag = () => {
    dragged = true;
  };
  const dragEnd = () => setTimeout(() => (dragged = false), 50);
  const place = (start, end, info) =>
    on.place({ resource: info.resource?.id ?? shown.resource, start, end, x: info.jsEvent.clientX, y: info.jsEvent.clientY });

  const options = () => ({
    ...FIXED,
    locale,
    eventContent: ({ event, timeText }) => {
      const { planned, closure } = event.extendedProps;
      const moving = event.display === "preview" && { time: spanOf(event), warning: warningOf(staff, names, shown, event) };
      if (planned) return { domNodes: [chip(staff, names, planned, moving || {})] };
      if (closure) return { domNodes: [closureLabel(names, closure)] };
      return moving ? timeText : "";
    },
    eventDragStart: drag,
    eventResizeStart: drag,
    eventDragStop: dragEnd,
    eventResizeStop: dragEnd,
    eventDrop: dropped,
    eventResize: dropped,
    dateClick: (info) => place(quarter(wallOf(info.dateStr)), undefined, info),
    select: (info) => {
      place(wallOf(info.startStr), wallOf(info.endStr), info);
      calendar.unselect();
    },
  });

  /** @param {Shown} next */
  function show(next) {
    shown = next;
    const days = next.view === "week" ? daysShown(next.monday, ofResource(next)) : [next.date];
    const limited = limits([...next.hours.filter(isOpen), ...next.appointments], next.view === "day" ? next.date : "");
    const changing = { ...placeOf(names, next, days, limited), events: eventsIn(names, next) };
    host.style.setProperty("--minute", `${HEIGHT / SLOT}px`);
    const news = Object.entries(changing).filter(isNews);
    if (calendar) news.forEach(([name, value]) => calendar.setOption(name, value));
    else calendar = EventCalendar.create(host, { ...options(), ...changing });
    clock.show(next, days, limited);
  }

  new MutationObserver(() => quieten(host)).observe(host, { childList: true, subtree: true });
  return { show, wasDragged: () => dragged };
}

const isOpen = (/** @type {Hours} */ { effect }) => effect === "opens";

/** What is drawn in the week of one resource. @param {Shown} shown */
const ofResource = ({ resource, appointments, hours }) => ({
  appointments: appointments.filter((each) => each.resource === resource || each.second === resource),
  hours: hours.filter((each) => each.resource === resource),
});

/**
 * Which days, hours and resources are drawn. The component leaves a date that it is to hide: it hears of one before of the other.
 * @param {Names} names @param {Shown} shown @param {string[]} days @param {{first: number, last: number}} limited
 */
function placeOf(names, { view, monday, date }, days, { first, last }) {
  const clock = (minutes) => `${String(minutes / 60).padStart(2, "0")}:00`;
  const hiddenDays = view === "week" ? daysFolded(monday, days) : [];
  const when = hiddenDays.length ? { date: monday, hiddenDays } : { hiddenDays, date: view === "week" ? monday : date };
  const resources = names.resources.map(({ id, name }) => ({ id, title: name }));
  return { ...when, resources, slotMinTime: clock(first), slotMaxTime: clock(last), view: VIEWS[view] };
}

/** Of one day or one resource only what is seen: the component prepares all that it is given. @param {Names} names @param {Shown} shown */
function eventsIn(names, { view, date, resource, appointments, hours }) {
  const one = view === "week" ? resource : null;
  const isSeen = (/** @type {{start: string, end: string}} */ { start, end }) =>
    view === "week" || (dateOf(start) <= date && date <= dateOf(end));
  return [
    ...hours.filter((each) => isSeen(each) && (!one || each.resource === one)).map(hoursEvent),
    ...appointments.filter(isSeen).flatMap((each) => eventsOf(names, each, one)),
  ];
}

/**
 * What stands against the place over which something is held; "" where it is open.
 * @param {Staff} staff @param {Names} names @param {Shown} shown
 * @param {{start: Date, end: Date, resourceIds: string[], extendedProps: {planned?: Planned}}} event in the browser's zone, with the digits of the branch's wall
 */
function warningOf(staff, names, { view, resource, hours }, { start, end, resourceIds, extendedProps: { planned } }) {
  const moment = (/** @type {Date} */ date) =>
    staff.momentAt(staff.instant(new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString()));
  const at = view === "week" ? resource : resourceIds[0];
  if (planned && at !== planned.resource && !carries(names, planned.template, at)) return t("error_other_kind");
  return whyNot(names, hours, at, { start: moment(start), end: moment(end) });
}

/** "11:30–12:00" of what is dragged, with the digits of the branch's wall. @param {{start: Date, end: Date}} event */
const spanOf = ({ start, end }) => [start, end].map((date) => date.toTimeString().slice(0, 5)).join("–");

/** Where it was dropped, or how long it was drawn. @param {Staff} staff @param {Planned} planned @returns {Target} */
function targetOf(staff, planned, { delta, startDelta, endDelta, newResource }) {
  /** Where nothing is added the instant stays: an hour that comes twice must not become the other one. */
  const moved = (moment, difference) => {
    const minutes = difference ? difference.days * 1440 + difference.seconds / 60 : 0;
    return minutes ? staff.instant(minutesAfter(wallOf(moment), minutes)) : Date.parse(moment);
  };
  const start = moved(planned.start, delta ?? startDelta);
  const end = delta ? start + Date.parse(planned.end) - Date.parse(planned.start) : moved(planned.end, endDelta);
  return { start: staff.momentAt(start), end: staff.momentAt(end), resource: newResource?.id ?? planned.resource };
}

/** The component calls itself a table, which it is not one; the list is what reads well, and here each appointment is a button. */
function quieten(/** @type {HTMLElement} */ host) {
  for (const role of PLAIN) host.querySelectorAll(`[role=${role}]`).forEach((each) => each.removeAttribute("role"));
  host.querySelectorAll("aside:not([role])").forEach((each) => each.setAttribute("role", "presentation"));
  host.querySelectorAll("[aria-colindex]").forEach((each) => each.removeAttribute("aria-colindex"));
  /** @type {HTMLElement} */
  const body = host.querySelector(".ec-main");
  if (body && !body.hasAttribute("tabindex")) {
    body.tabIndex = 0;
    body.setAttribute("role", "group");
    body.setAttribute("aria-label", t("grid"));
  }
}

const quarter = (wall) => `${wall.slice(0, 14)}${String(Math.floor(Number(wall.slice(14)) / 15) * 15).padStart(2, "0")}`;

const hoursEvent = (/** @type {Hours} */ each, /** @type {number} */ number) => ({
  id: `hours-${number}`,
  display: "background",
  start: `${wallOf(each.start)}:00`,
  end: `${wallOf(each.end)}:00`,
  resourceIds: [each.resource],
  classNames: [each.effect],
  extendedProps: each.effect === "closes" ? { closure: each } : {},
});

/**
 * One event, and another where it takes a second resource; of `one` resource that alone. Two walls of a repeated hour are drawn by
 * their length.
 * @param {Names} names @param {Planned} planned @param {string | null} one
 */
function eventsOf(names, planned, one) {
  const { id, resource, second, start, end, status, type } = planned;
  const [from, until] = [wallOf(start), wallOf(end)];
  const event = (name, at, beside) => ({
    id: name,
    start: `${from}:00`,
    end: `${until > from ? until : minutesAfter(from, minutesBetween(start, end))}:00`,
    resourceIds: [at],
    editable: isHolding(planned) && !beside,
    classNames: [`status-${status}`, `type-${type}`, ...(beside ? ["second"] : [])],
    styles: [`--bar: ${names.colour(resource)}`, `--before: ${planned.preparation}`, `--after: ${planned.follow_up}`],
    extendedProps: { planned },
  });
  const both = [event(id, resource, false), ...(second ? [event(id + SECOND, second, true)] : [])];
  return both.filter((each) => !one || each.resourceIds[0] === one).slice(0, one ? 1 : 2);
}

/**
 * From which hour to which is drawn, in minutes of the day: all that is open or taken. `date` names the one day that is seen, or none.
 * @param {{start: string, end: string}[]} spans
 */
function limits(spans, date) {
  let [first, last] = [EARLIEST * 60, LATEST * 60];
  for (const { start, end } of spans) {
    const [from, until] = [wallOf(start), wallOf(end)];
    if (date && dateOf(from) !== date) continue;
    first = Math.min(first, Math.floor(minuteOf(clockOf(from)) / 60) * 60);
    last = dateOf(until) > dateOf(from) ? 1440 : Math.max(last, Math.ceil(minuteOf(clockOf(until)) / 60) * 60);
  }
  return { first, last };
}
