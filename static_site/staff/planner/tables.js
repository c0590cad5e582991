/**
 * The week of all resources, and the plain list, as tables. The component draws one appointment in two milliseconds on a slow
 * machine; 400 of them must stand there within a second of the click, so the overview is drawn here.
 */
import { h } from "../../kit/dom.js";
import { clockOf, dateOf, wallOf } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { isHolding, whoOf } from "../shell/words.js";
import { chip } from "./calendar.js";
import { closureLines, longClosures, whyAllDay, whyNot } from "./closures.js";
import { daysShown, weekOf } from "./days.js";
import { noteLines, seriesText } from "./notes.js";
import { rowOf, statusBadge, tableOf } from "./pieces.js";

/** @import { Hours, Names, On, Planned, Shown, Staff, Target } from "./types" */

const DRAGGED = "text/terminwerk";
const byStart = (/** @type {Planned} */ one, /** @type {Planned} */ other) =>
  one.start < other.start ? -1 : one.start > other.start ? 1 : 0;

/** Appointments by resource and day: "cabin-1 2026-11-24". @param {Planned[]} appointments */
function byCell(appointments) {
  /** @type {Map<string, Planned[]>} */
  const cells = new Map();
  const put = (/** @type {string} */ resource, /** @type {Planned} */ each) => {
    const key = `${resource} ${dateOf(each.start)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(each);
  };
  for (const each of [...appointments].sort(byStart)) {
    put(each.resource, each);
    if (each.second) put(each.second, each);
  }
  return cells;
}

/** "09:00–17:00" of each resource and day. @param {Hours[]} hours @returns {Map<string, string>} */
function hoursByCell(hours) {
  const cells = new Map();
  for (const { resource, start, end, effect } of hours) {
    if (effect !== "opens") continue;
    const key = `${resource} ${dateOf(start)}`;
    const span = `${clockOf(start)}–${clockOf(end)}`;
    cells.set(key, cells.has(key) ? `${cells.get(key)}, ${span}` : span);
  }
  return cells;
}

/** The week of all resources. @param {Staff} staff @param {Names} names @param {Shown} shown @param {On} on */
export function overview(staff, names, { monday, appointments, hours }, on) {
  const [cells, open] = [byCell(appointments), hoursByCell(hours)];
  const days = daysShown(monday, { appointments, hours });
  const today = staff.today();
  const cell = (id, date) => {
    const key = `${id} ${date}`;
    const isOpen = open.has(key);
    const classes = [!isOpen && "closed", date < today && "past"].filter(Boolean).join(" ");
    return h(
      "td",
      { "data-date": date, "data-resource": id, class: classes || null },
      h("small", { class: "open" }, open.get(key) ?? (whyAllDay(names, hours, id, date) || t("closed"))),
      isOpen && longClosures(names, hours, id, date).map((text) => h("small", { class: "why" }, text)),
      (cells.get(key) ?? []).map((each) => draggable(staff, names, each, id)),
    );
  };
  const row = ({ id, name, colour }) => {
    const head = h(
      "th",
      { scope: "row" },
      button(name, () => on.resource(id)),
    );
    const line = h(
      "tr",
      {},
      head,
      days.map((date) => cell(id, date)),
    );
    line.style.setProperty("--bar", colour);
    return line;
  };
  const head = (date) => {
    const name = staff.date(date, { weekday: "short", day: "numeric", month: "numeric" });
    return h(
      "th",
      { scope: "col", class: date === today ? "today" : null },
      button(name, () => on.day(date)),
    );
  };
  const table = h(
    "table",
    { class: "overview" },
    h("caption", { class: "unseen" }, t("overview")),
    h("thead", {}, h("tr", {}, h("td", {}), days.map(head))),
    h("tbody", {}, names.resources.map(row)),
  );
  const warning = (planned, to) => whyNot(names, hours, to.resource, to);
  dragging(staff, table, new Map(appointments.map((each) => [each.id, each])), { ...on, warning });
  table.addEventListener("click", (event) => {
    const place = cellAt(event);
    if (!place || /** @type {Element} */ (event.target).closest("button")) return;
    const { resource, date } = place.dataset;
    on.place({ resource, start: `${date}T09:00`, x: event.clientX, y: event.clientY });
  });
  return table;
}

/** An appointment at a resource; only from the one that carries it can it be dragged. */
function draggable(/** @type {Staff} */ staff, /** @type {Names} */ names, /** @type {Planned} */ planned, resource) {
  const element = chip(staff, names, planned, { kind: false });
  element.draggable = isHolding(planned) && planned.resource === resource;
  element.classList.toggle("second", planned.resource !== resource);
  return element;
}

/** @param {Event} event @returns {HTMLElement | null} the day of a resource at which it happened */
const cellAt = ({ target }) => /** @type {Element} */ (target).closest("td[data-date]");

/** Where an appointment would be that is dropped on a cell: it keeps its time of day. @param {Staff} staff @param {Planned} planned @param {HTMLElement} cell @returns {Target} */
function targetOf(staff, planned, cell) {
  const { date, resource } = cell.dataset;
  const sameDay = dateOf(planned.start) === date;
  const start = sameDay ? Date.parse(planned.start) : staff.instant(date + wallOf(planned.start).slice(10));
  const end = start + Date.parse(planned.end) - Date.parse(planned.start);
  return { start: staff.momentAt(start), end: staff.momentAt(end), resource };
}

/**
 * An appointment is dragged to another day or resource. The cell under it says if nobody works there at that time.
 * @param {Staff} staff @param {HTMLElement} table @param {Map<string, Planned>} known
 * @param {Pick<On, "move"> & {warning: (planned: Planned, to: Target) => string}} on
 */
function dragging(staff, table, known, on) {
  let over = null;
  /** @type {Planned | undefined} */
  let held;
  const warning = h("small", { class: "warning" });
  const mark = (cell) => {
    if (cell === over) return;
    over?.classList.remove("over", "warned");
    warning.remove();
    over = cell;
    if (!cell || !held) return;
    const why = on.warning(held, targetOf(staff, held, cell));
    cell.classList.add("over");
    cell.classList.toggle("warned", Boolean(why));
    warning.textContent = why;
    if (why) cell.append(warning);
  };
  table.addEventListener("dragstart", (event) => {
    const { id } = /** @type {HTMLElement} */ (event.target).dataset;
    held = known.get(id);
    event.dataTransfer.setData(DRAGGED, id);
    event.dataTransfer.effectAllowed = "move";
  });
  table.addEventListener("dragover", (event) => {
    const cell = cellAt(event);
    if (!cell || !event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    mark(cell);
  });
  table.addEventListener("dragend", () => mark(null));
  table.addEventListener("drop", (event) => {
    const cell = cellAt(event);
    const planned = known.get(event.dataTransfer.getData(DRAGGED));
    mark(null);
    if (!cell || !planned) return;
    event.preventDefault();
    const to = targetOf(staff, planned, cell);
    if (dateOf(to.start) !== dateOf(planned.start) || to.resource !== planned.resource) on.move(planned, to, () => {});
  });
}

/** Every appointment of the week in the order of time, a table for each day. @param {Staff} staff @param {Names} names @param {Shown} shown */
export function list(staff, names, { monday, appointments, hours }) {
  const today = staff.today();
  const row = (/** @type {Planned} */ each) =>
    rowOf(
      `${staff.time(each.start)}–${staff.time(each.end)}`,
      [
        button(whoOf(each), null, { class: "plain ev-line", "data-id": each.id }),
        noteLines(names, each).map((line) => h("p", { class: "small noted" }, line)),
      ],
      [names.template(each.template), seriesText(each)].filter(Boolean).join(", "),
      [each.resource, each.second].filter(Boolean).map(names.resource).join(" + "),
      statusBadge(each),
    );
  const day = (date) => {
    const rows = appointments
      .filter(({ start }) => dateOf(start) === date)
      .sort(byStart)
      .map(row);
    const caption = h("caption", { class: "unseen" }, staff.longDate(date));
    return h(
      "section",
      { class: date < today ? "past" : null },
      h("h2", {}, staff.longDate(date)),
      closureLines(names, hours, date).map((line) => h("p", { class: "away" }, line)),
      rows.length
        ? tableOf(["time", "label_name", "template", "resource", "status"], rows, {}, caption)
        : h("p", { class: "lead" }, t("list_empty")),
    );
  };
  return h("div", { class: "list" }, weekOf(monday).map(day));
}
