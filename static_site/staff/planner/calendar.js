/**
 * The day of all resources side by side, and the week of one, drawn by the calendar component (vendor/event-calendar.js).
 *
 * The component knows no zones but fixed offsets, so it is told that everything is UTC and given the times that the clock on the
 * branch's wall shows. What comes back is read as text or as a difference, never as a Date: those it makes in the browser's zone.
 * That is right in every browser and over a change of clocks.
 */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { closureLabel } from "./closures.js";
import { SIGNS, isHolding, minutesBetween, wallOf, whoOf } from "../shell/words.js";

const VIEWS = { day: "resourceTimeGridDay", week: "timeGridWeek" };
const SLOT = 30; // minutes of a line
const HEIGHT = 44; // pixels of a line: a quarter of an hour is still readable
const [EARLIEST, LATEST] = [8, 18]; // hours that are always shown
const SECOND = "~"; // marks the copy of an appointment at the resource that it takes beside
const PLAIN = ["table", "rowgroup", "row", "cell", "columnheader"];

const iso = (moment) => new Date(moment).toISOString();
const later = (wall, minutes) => new Date(Date.parse(`${wall}Z`) + minutes * 60_000).toISOString().slice(0, 16);

/**
 * The inside of an appointment wherever it is drawn: sign, time, name, kind. The words that are not seen are heard. `time` is that
 * to which it is being dragged.
 */
export function chip(staff, names, planned, { kind = true, time = staff.time(planned.start) } = {}) {
  const { status, type } = planned;
  const name = names.template(planned.template);
  const state = type === "blocked" ? t("blocked") : t(`status_${status}`);
  const where = names.resource(planned.resource);
  return h(
    "button",
    {
      type: "button",
      class: `ev status-${status} type-${type}`,
      "data-id": planned.id,
      tabindex: "-1",
    },
    h("span", { class: "sign", "aria-hidden": "true" }, type === "blocked" ? "▨" : SIGNS[status]),
    h("time", {}, time),
    h("b", {}, whoOf(planned)),
    kind && name && h("small", {}, name),
    h("span", { class: "unseen" }, `, ${state}, ${where}`),
  );
}

/** All that is known of an appointment, for those who rest the pointer on it. */
export function tooltip(staff, names, planned) {
  const { start, end, template, resource, status } = planned;
  return [staff.range(start, end), whoOf(planned), names.template(template), names.resource(resource), t(`status_${status}`)]
    .filter(Boolean)
    .join("\n");
}

/** @param on `move(planned, change, revert)` and `place({resource, start, end, x, y})`, with walls */
export function makeCalendar(host, staff, names, on) {
  let calendar = null;
  let shown = {};
  let dragged = false;

  const change = (planned, { delta, startDelta, endDelta, newResource }) => {
    const start = moved(planned.start, delta ?? startDelta);
    const length = Date.parse(planned.end) - Date.parse(planned.start);
    const end = delta ? start + length : moved(planned.end, endDelta);
    return { start: iso(start), end: iso(end), resource: newResource?.id ?? planned.resource };
  };
  /** Where nothing is added the instant stays: an hour that comes twice must not become the other one. */
  const moved = (instant, difference) => {
    const minutes = difference ? difference.days * 1440 + difference.seconds / 60 : 0;
    return minutes ? staff.instant(later(wallOf(instant), minutes)) : Date.parse(instant);
  };
  const dropped = (info) => {
    const { planned } = info.event.extendedProps;
    on.move(planned, change(planned, info), info.revert);
  };
  const drag = () => {
    dragged = true;
  };
  const dragEnd = () => setTimeout(() => (dragged = false), 50);
  const place = (start, end, info) =>
    on.place({ resource: info.resource?.id ?? shown.resource, start, end, x: info.jsEvent.clientX, y: info.jsEvent.clientY });

  const options = () => ({
    timeZone: "UTC",
    locale: staff.lang,
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
    eventContent: ({ event, timeText }) => {
      const { planned, closure } = event.extendedProps;
      const dragged = event.display === "preview" && { time: timeText };
      if (planned) return { domNodes: [chip(staff, names, planned, dragged || {})] };
      return closure ? { domNodes: [closureLabel(names, closure)] } : "";
    },
    eventDragStart: drag,
    eventResizeStart: drag,
    eventDragStop: dragEnd,
    eventResizeStop: dragEnd,
    eventDrop: dropped,
    eventResize: dropped,
    dateClick: (info) => place(quarter(info.dateStr.slice(0, 16)), undefined, info),
    select: (info) => {
      place(info.startStr.slice(0, 16), info.endStr.slice(0, 16), info);
      calendar.unselect();
    },
  });

  /** @param {{view: string, date: string, resource: string, appointments: object[], hours: object[]}} next */
  function show(next) {
    shown = next;
    const inView = next.view === "week" ? (each) => [each.resource, each.second].includes(next.resource) : () => true;
    const events = [
      ...next.hours.filter(inView).map(hoursEvent),
      ...next.appointments.filter(inView).flatMap((each) => eventsOf(names, each, next)),
    ];
    const changing = {
      date: next.date,
      resources: names.resources.map(({ id, name }) => ({ id, title: name })),
      ...limits(
        [...next.hours.filter(({ effect }) => effect === "opens"), ...next.appointments],
        next.view === "day" ? next.date : "",
      ),
      view: VIEWS[next.view],
      events,
    };
    if (calendar) Object.entries(changing).forEach(([name, value]) => calendar.setOption(name, value));
    else calendar = EventCalendar.create(host, { ...options(), ...changing });
    host.style.setProperty("--minute", `${HEIGHT / SLOT}px`);
  }

  new MutationObserver(() => quieten(host)).observe(host, { childList: true, subtree: true });
  return { show, wasDragged: () => dragged };
}

/** The component calls itself a table, which it is not one; the list is what reads well, and here each appointment is a button. */
function quieten(host) {
  for (const role of PLAIN) host.querySelectorAll(`[role=${role}]`).forEach((each) => each.removeAttribute("role"));
  host.querySelectorAll("aside:not([role])").forEach((each) => each.setAttribute("role", "presentation"));
  host.querySelectorAll("[aria-colindex]").forEach((each) => each.removeAttribute("aria-colindex"));
  const body = host.querySelector(".ec-main");
  if (body && !body.hasAttribute("tabindex")) {
    body.tabIndex = 0;
    body.setAttribute("role", "group");
    body.setAttribute("aria-label", t("grid"));
  }
}

const quarter = (wall) => `${wall.slice(0, 14)}${String(Math.floor(Number(wall.slice(14)) / 15) * 15).padStart(2, "0")}`;

const hoursEvent = (each, number) => ({
  id: `hours-${number}`,
  display: "background",
  start: `${wallOf(each.start)}:00`,
  end: `${wallOf(each.end)}:00`,
  resourceIds: [each.resource],
  classNames: [each.effect],
  extendedProps: each.effect === "closes" ? { closure: each } : {},
});

/** One event, and a second where it takes a second resource. Two walls of a repeated hour are drawn by their length. */
function eventsOf(names, planned, { view, resource }) {
  const { id, second, start, end, status, type } = planned;
  const [from, until] = [wallOf(start), wallOf(end)];
  const holding = isHolding(planned);
  const event = (its, at, extra) => ({
    id: its,
    start: `${from}:00`,
    end: `${until > from ? until : later(from, minutesBetween(start, end))}:00`,
    resourceIds: [at],
    editable: holding && !extra,
    classNames: [`status-${status}`, `type-${type}`, ...(extra ? [extra] : [])],
    styles: [`--bar: ${names.colour(planned.resource)}`, `--before: ${planned.preparation}`, `--after: ${planned.follow_up}`],
    extendedProps: { planned },
  });
  const both = [event(id, planned.resource), ...(second ? [event(id + SECOND, second, "second")] : [])];
  return view === "week" ? both.filter((each) => each.resourceIds[0] === resource).slice(0, 1) : both;
}

/** From which hour to which is drawn: all that is open or taken. `date` names the one day that is seen, or none. */
function limits(spans, date) {
  let [first, last] = [EARLIEST * 60, LATEST * 60];
  const minute = (wall) => Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14));
  for (const { start, end } of spans) {
    const [from, until] = [wallOf(start), wallOf(end)];
    if (date && from.slice(0, 10) !== date) continue;
    first = Math.min(first, Math.floor(minute(from) / 60) * 60);
    last = until.slice(0, 10) > from.slice(0, 10) ? 1440 : Math.max(last, Math.ceil(minute(until) / 60) * 60);
  }
  const clock = (minutes) => `${String(minutes / 60).padStart(2, "0")}:00`;
  return { slotMinTime: clock(first), slotMaxTime: clock(last) };
}
