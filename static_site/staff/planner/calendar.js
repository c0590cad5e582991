/**
 * The day of all resources side by side, and the week of one, drawn by the calendar component (vendor/event-calendar.js).
 *
 * The component knows no zones but fixed offsets, so it is told that everything is UTC and given the times that the clock on the
 * branch's wall shows. What comes back is read as text or as a difference, never as a Date: those it makes in the browser's zone.
 * That is right in every browser and over a change of clocks.
 */
import { h } from "../../kit/dom.js";
import { MINUTE, clockOf, dateOf, minutesAfter, wallOf } from "../../kit/moments.js";
import { language, t } from "../../kit/texts.js";
import { SIGNS, isHolding, minutesBetween, stateText, whoOf } from "../shell/words.js";
import { closureLabel } from "./closures.js";

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
  snapDuration: "00:05",
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
 * to which it is being dragged.
 * @param {Staff} staff @param {Names} names @param {Planned} planned @param {{kind?: boolean, time?: string}} [shown]
 */
export function chip(staff, names, planned, { kind = true, time = staff.time(planned.start) } = {}) {
  const { status, type, standby } = planned;
  const name = [standby && t("standby"), names.template(planned.template)].filter(Boolean).join(" · ");
  const where = names.resource(planned.resource);
  return h(
    "button",
    {
      type: "button",
      class: `ev status-${status} type-${type} ${standby ? "standby" : ""}`,
      "data-id": planned.id,
      tabindex: "-1",
    },
    h("span", { class: "sign", "aria-hidden": "true" }, type === "blocked" ? "▨" : SIGNS[status]),
    h("time", {}, time),
    h("b", {}, whoOf(planned)),
    kind && name && h("small", {}, name),
    h("span", { class: "unseen" }, `, ${stateText(planned)}, ${where}`),
  );
}

/** All that is known of an appointment, for those who rest the pointer on it. @param {Staff} staff @param {Names} names @param {Planned} planned */
export function tooltip(staff, names, planned) {
  const { start, end, template, resource } = planned;
  return [staff.range(start, end), whoOf(planned), names.template(template), names.resource(resource), stateText(planned)]
    .filter(Boolean)
    .join("\n");
}

/** @param {HTMLElement} host @param {Staff} staff @param {Names} names @param {Pick<On, "move" | "place">} on */
export function makeCalendar(host, staff, names, on) {
  let calendar = null;
  /** @type {Shown} */
  let shown;
  let dragged = false;

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
    locale: language,
    eventContent: ({ event, timeText }) => {
      const { planned, closure } = event.extendedProps;
      const moving = event.display === "preview" ? { time: timeText } : {};
      if (planned) return { domNodes: [chip(staff, names, planned, moving)] };
      return closure ? { domNodes: [closureLabel(names, closure)] } : "";
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
    const changing = changingOf(names, next);
    if (calendar) Object.entries(changing).forEach(([name, value]) => calendar.setOption(name, value));
    else calendar = EventCalendar.create(host, { ...options(), ...changing });
    host.style.setProperty("--minute", `${HEIGHT / SLOT}px`);
  }

  new MutationObserver(() => quieten(host)).observe(host, { childList: true, subtree: true });
  return { show, wasDragged: () => dragged };
}

/** What the component is told anew with each view. @param {Names} names @param {Shown} shown */
function changingOf(names, { view, date, resource, appointments, hours }) {
  const one = view === "week" ? resource : null;
  const open = hours.filter(({ effect }) => effect === "opens");
  return {
    date,
    resources: names.resources.map(({ id, name }) => ({ id, title: name })),
    ...limits([...open, ...appointments], view === "day" ? date : ""),
    view: VIEWS[view],
    events: [
      ...hours.filter((each) => !one || each.resource === one).map(hoursEvent),
      ...appointments.flatMap((each) => eventsOf(names, each, one)),
    ],
  };
}

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

/** From which hour to which is drawn: all that is open or taken. `date` names the one day that is seen, or none. @param {{start: string, end: string}[]} spans */
function limits(spans, date) {
  let [first, last] = [EARLIEST * 60, LATEST * 60];
  const minute = (wall) => Date.parse(`1970-01-01T${clockOf(wall)}Z`) / MINUTE;
  for (const { start, end } of spans) {
    const [from, until] = [wallOf(start), wallOf(end)];
    if (date && dateOf(from) !== date) continue;
    first = Math.min(first, Math.floor(minute(from) / 60) * 60);
    last = dateOf(until) > dateOf(from) ? 1440 : Math.max(last, Math.ceil(minute(until) / 60) * 60);
  }
  const clock = (minutes) => `${String(minutes / 60).padStart(2, "0")}:00`;
  return { slotMinTime: clock(first), slotMaxTime: clock(last) };
}
