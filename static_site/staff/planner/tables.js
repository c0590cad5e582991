/**
 * The week of all resources, and the plain list, as tables. The component draws one appointment in two milliseconds on a slow
 * machine; 400 of them must stand there within a second of the click, so the overview is drawn here.
 */
import { h } from "../../kit/dom.js";
import { daysAfter } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { statusBadge } from "./appointment.js";
import { chip } from "./calendar.js";
import { closureLines, whyAllDay } from "./closures.js";
import { isHolding, wallOf, whoOf } from "../shell/words.js";

const DRAGGED = "text/terminwerk";
const daysOf = (monday) => [...Array(7).keys()].map((day) => daysAfter(monday, day));
const byStart = (one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0);

/** Appointments by resource and day: "cabin-1 2026-11-24". */
function byCell(appointments) {
  const cells = new Map();
  const put = (resource, each) => {
    const key = `${resource} ${wallOf(each.start).slice(0, 10)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(each);
  };
  for (const each of [...appointments].sort(byStart)) {
    put(each.resource, each);
    if (each.second) put(each.second, each);
  }
  return cells;
}

/** "09:00–17:00" of each resource and day. */
function hoursByCell(hours) {
  const cells = new Map();
  for (const { resource, start, end, effect } of hours) {
    if (effect !== "opens") continue;
    const key = `${resource} ${wallOf(start).slice(0, 10)}`;
    const span = `${wallOf(start).slice(11)}–${wallOf(end).slice(11)}`;
    cells.set(key, cells.has(key) ? `${cells.get(key)}, ${span}` : span);
  }
  return cells;
}

/**
 * @param {{monday: string, appointments: object[], hours: object[]}} shown
 * @param on `move(planned, change)`, `place({resource, start, x, y})`, `day(date)`, `resource(id)`
 */
export function overview(staff, names, { monday, appointments, hours }, on) {
  const [cells, open] = [byCell(appointments), hoursByCell(hours)];
  const days = daysOf(monday);
  const today = staff.today();
  const known = new Map(appointments.map((each) => [each.id, each]));
  const one = (id) => (each) => {
    const button = chip(staff, names, each, { kind: false });
    button.draggable = isHolding(each) && each.resource === id;
    if (each.resource !== id) button.classList.add("second");
    return button;
  };
  const cell = (id) => (date) => {
    const key = `${id} ${date}`;
    return h(
      "td",
      { "data-date": date, "data-resource": id, class: open.has(key) ? null : "closed" },
      h("small", { class: "open" }, open.get(key) ?? (whyAllDay(names, hours, id, date) || t("closed"))),
      (cells.get(key) ?? []).map(one(id)),
    );
  };
  const row = ({ id, name, colour }) => {
    const head = h(
      "th",
      { scope: "row" },
      h("button", { type: "button", class: "plain", onclick: () => on.resource(id) }, name),
    );
    const line = h("tr", {}, head, days.map(cell(id)));
    line.style.setProperty("--bar", colour);
    return line;
  };
  const head = (date) => {
    const name = staff.date(date, { weekday: "short", day: "numeric", month: "numeric" });
    const button = h("button", { type: "button", class: "plain", onclick: () => on.day(date) }, name);
    return h("th", { scope: "col", class: date === today ? "today" : null }, button);
  };
  const table = h(
    "table",
    { class: "overview" },
    h("caption", { class: "unseen" }, t("overview")),
    h("thead", {}, h("tr", {}, h("td", {}), days.map(head))),
    h("tbody", {}, names.resources.map(row)),
  );
  dragging(staff, table, known, on);
  table.addEventListener("click", (event) => {
    const { target, clientX: x, clientY: y } = event;
    const place = target.closest("td[data-date]");
    if (!place || target.closest("button")) return;
    on.place({ resource: place.dataset.resource, start: `${place.dataset.date}T09:00`, x, y });
  });
  return table;
}

/** An appointment is dragged to another day or resource; it keeps its time of day. */
function dragging(staff, table, known, on) {
  let over = null;
  const mark = (cell) => {
    over?.classList.remove("over");
    over = cell;
    over?.classList.add("over");
  };
  table.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData(DRAGGED, event.target.dataset.id);
    event.dataTransfer.effectAllowed = "move";
  });
  table.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-date]");
    if (!cell || !event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    mark(cell);
  });
  table.addEventListener("dragend", () => mark(null));
  table.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-date]");
    const planned = known.get(event.dataTransfer.getData(DRAGGED));
    mark(null);
    if (!cell || !planned) return;
    event.preventDefault();
    const { date, resource } = cell.dataset;
    const wall = wallOf(planned.start);
    if (wall.slice(0, 10) === date && planned.resource === resource) return;
    const start = wall.slice(0, 10) === date ? Date.parse(planned.start) : staff.instant(date + wall.slice(10));
    const end = start + (Date.parse(planned.end) - Date.parse(planned.start));
    on.move(planned, { start: new Date(start).toISOString(), end: new Date(end).toISOString(), resource }, () => {});
  });
}

/** Every appointment of the week in the order of time, a table for each day. */
export function list(staff, names, { monday, appointments, hours }) {
  const heads = () => ["time", "label_name", "template", "resource", "status"].map((key) => h("th", { scope: "col" }, t(key)));
  const row = (each) =>
    h(
      "tr",
      {},
      h("td", {}, `${staff.time(each.start)}–${staff.time(each.end)}`),
      h("td", {}, h("button", { type: "button", class: "plain ev-line", "data-id": each.id }, whoOf(each))),
      h("td", {}, names.template(each.template)),
      h("td", {}, [each.resource, each.second].filter(Boolean).map(names.resource).join(" + ")),
      h("td", {}, statusBadge(each)),
    );
  const day = (date) => {
    const its = appointments.filter(({ start }) => wallOf(start).slice(0, 10) === date).sort(byStart);
    const table = h(
      "table",
      {},
      h("caption", { class: "unseen" }, staff.longDate(date)),
      h("thead", {}, h("tr", {}, heads())),
      h("tbody", {}, its.map(row)),
    );
    return h(
      "section",
      {},
      h("h2", {}, staff.longDate(date)),
      closureLines(names, hours, date).map((line) => h("p", { class: "away" }, line)),
      its.length ? table : h("p", { class: "lead" }, t("list_empty")),
    );
  };
  return h("div", { class: "list" }, daysOf(monday).map(day));
}
