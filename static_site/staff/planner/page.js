/**
 * The planner: who comes when, to whom. Requests appear by themselves: the inbox is looked into every few seconds, and what is
 * shown is read anew when something has changed.
 */
import { announce, announceError } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { dateOf, daysAfter, mondayOf } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";
import { start } from "../shell/start.js";
import { isShown, namesOf } from "../shell/words.js";
import { makeCalendar } from "./calendar.js";
import { perform } from "./changes.js";
import { openAppointment } from "./details.js";
import { showInbox } from "./inbox.js";
import { heedKeys, rove } from "./keys.js";
import { newAppointment } from "./making.js";
import { placeMenu, toolMenu } from "./menus.js";
import { move } from "./moving.js";
import { printDay } from "./paper.js";
import { optionsOf, select } from "./pieces.js";
import { heedPointer } from "./pointer.js";
import { list, overview } from "./tables.js";
import { tellDone } from "./undoing.js";

/** @import { Desk, On, Planned, Schemas, State, Target } from "./types" */

const VIEWS = ["day", "week", "all", "list"];
const IN_GRID = ["day", "week"];
const REMEMBERED = "terminwerk-planner";
const EVERY = 60_000; // milliseconds between looks for what colleagues changed
const ID = /^#([\w-]{16,64})$/; // an appointment in the address, as in mails to the branch

const staff = await start("planner");
const names = namesOf(await staff.settings(), language);
/** @type {State} */
const state = {
  date: staff.today(),
  view: "day",
  resource: names.resources[0]?.id,
  released: false,
  inbox: innerWidth >= 1200,
  ...remembered(),
};
/** @type {{monday: string, view: Pick<Schemas["PlannerView"], "appointments" | "hours">}} */
let known = { monday: "", view: { appointments: [], hours: [] } };

function remembered() {
  const kept = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}");
  return kept.branch === staff.branch ? kept : {};
}

// ---------------------------------------------------------------------------------------------------------------- the page

const main = document.getElementById("main");
const title = h("h1", { tabindex: "-1" });
const date = h("input", {
  type: "date",
  "aria-label": t("go_to_date"),
  onchange: () => date.value && go({ date: date.value }),
});
const resource = select("resource", optionsOf(names.resources), state.resource);
const released = field({ name: "released", label: t("show_released"), type: "checkbox", value: state.released });
const grid = h("div", { class: "grid", id: "grid" });
const tables = h("div", { class: "tables" });
const stage = h("div", { class: "stage" }, grid, tables);
const aside = h("aside", { class: "inbox", id: "inbox", "aria-label": t("inbox") });
const views = VIEWS.map((view) => button(t(`view_${view}`), () => go({ view }), { class: "quiet", id: `view-${view}` }));
const arrow = (sign, direction, name) =>
  button(sign, () => turn(direction), { class: "quiet arrow", "aria-label": name, title: name });

main.replaceChildren(
  h(
    "div",
    { class: "toolbar" },
    h(
      "div",
      { class: "group" },
      button(t("today"), () => go({ date: staff.today() }), { class: "quiet" }),
      arrow("‹", -1, t("previous")),
      arrow("›", 1, t("next")),
      title,
      date,
    ),
    h("div", { class: "group segments", role: "group", "aria-label": t("view") }, views),
    h(
      "div",
      { class: "group" },
      button(t("new_appointment"), () => newAppointment(staff, names, given()), { class: "main" }),
      button(t("more"), ({ currentTarget }) => toolMenu(desk, currentTarget), { class: "quiet" }),
    ),
  ),
  h("div", { class: "options" }, resource, released),
  h("div", { class: "board" }, stage, aside),
);

/** @type {On} */
const on = {
  move: dropped,
  place: (place) => placeMenu(desk, place),
  day: (day) => go({ date: day, view: "day" }),
  resource: (id) => go({ resource: id, view: "week" }),
};
const calendar = makeCalendar(grid, staff, names, on);

/** @type {Desk} */
const desk = {
  staff,
  names,
  stage,
  chips: () => [...(grid.hidden ? tables : grid).querySelectorAll(".ev")].map((each) => /** @type {HTMLElement} */ (each)),
  find: (id) => known.view.appointments.find((each) => each.id === id),
  wasDragged: calendar.wasDragged,
  go,
  turn,
  toInbox,
  given,
  open,
  act,
  print: () => printDay(staff, names, state.date, known.view).catch(announceError),
};
heedPointer(desk);
heedKeys(desk);
showInbox(staff, names, aside, open, changed);

// ----------------------------------------------------------------------------------------------------------- what is shown

/** What is to be made begins where somebody pointed at, or on the day on screen. @type {Desk["given"]} */
function given(place = {}) {
  return { resource: state.resource, date: state.date, changed, ...place };
}

/** Goes to another date, view or resource; only another week is asked for. @param {Partial<State>} change */
async function go(change) {
  Object.assign(state, change);
  sessionStorage.setItem(REMEMBERED, JSON.stringify({ ...state, branch: staff.branch }));
  if (mondayOf(state.date) === known.monday) draw();
  else await load();
}

/** A day or a week on or back. @param {number} direction */
function turn(direction) {
  return go({ date: daysAfter(state.date, direction * (state.view === "day" ? 1 : 7)) });
}

async function load() {
  if (calendar.wasDragged()) return setTimeout(load, 1000); // not under the hand of who drags
  const monday = mondayOf(state.date);
  try {
    const view = await staff.api.again(`/planner?from=${monday}&days=7`);
    if (monday !== mondayOf(state.date)) return; // somebody has gone on meanwhile
    if (view === known.view) return;
    known = { monday, view };
    draw();
  } catch (error) {
    announceError(error);
  } finally {
    main.removeAttribute("aria-busy");
  }
}

/** After a change of one's own. */
function changed() {
  load();
  staff.inbox.look();
}

function draw() {
  const { view, monday } = known;
  const appointments = view.appointments.filter((each) => state.released || isShown(each));
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.id;
  const inGrid = IN_GRID.includes(state.view);
  const shown = { ...state, monday, appointments, hours: view.hours };
  title.textContent = heading(monday);
  date.value = state.date;
  views.forEach((each) => each.setAttribute("aria-pressed", String(each.id === `view-${state.view}`)));
  resource.hidden = state.view !== "week";
  resource.value = state.resource;
  aside.hidden = !state.inbox;
  main.dataset.view = state.view;
  [grid.hidden, tables.hidden] = [!inGrid, inGrid];
  tables.replaceChildren();
  if (inGrid) calendar.show(shown);
  else tables.append(state.view === "all" ? overview(staff, names, shown, on) : list(staff, names, shown));
  rove(desk, focused);
}

function heading(monday) {
  if (state.view === "day") return staff.longDate(state.date);
  const options = /** @type {const} */ ({ day: "numeric", month: "long" });
  return `${staff.date(monday, options)} – ${staff.date(daysAfter(monday, 6), { ...options, year: "numeric" })}`;
}

// ---------------------------------------------------------------------------------------------------------- an appointment

/** @type {Desk["open"]} */
function open(id, outcome = null) {
  return openAppointment(staff, names, id, { changed, outcome });
}

/** Runs an action on how the appointment stands now; where somebody was faster, shows what happened. @type {Desk["act"]} */
async function act(run) {
  const result = await perform(run, changed, (detail) => tellDone(staff, detail, act));
  if (result?.changed) await open(result.detail.appointment.id, result);
  return result;
}

/**
 * Dropped somewhere else: asks, then moves it; given up or refused, it snaps back.
 * @param {Planned} planned @param {Target} to @param {() => void} revert
 */
async function dropped(planned, to, revert) {
  const result = await act(async () => move(staff, names, await staff.api.get(`/appointments/${planned.id}`), to));
  if (result && !result.changed) return;
  revert();
  if (!result) announce(t("moved_back"));
}

// ------------------------------------------------------------------------------------------------------------- the address

function toInbox() {
  go({ inbox: true });
  /** @type {HTMLElement} */ (aside.querySelector(".entry button, h2")).focus();
}

/** `#inbox` opens the inbox, `#<id>` an appointment on its day. */
async function heed() {
  const { hash } = location;
  if (!hash) return;
  history.replaceState(null, "", location.pathname);
  for (const each of document.querySelectorAll("dialog")) each.close();
  if (hash === "#inbox") return toInbox();
  const id = ID.exec(hash)?.[1];
  if (!id) return;
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    await go({ date: dateOf(detail.appointment.start) });
    await open(id, { detail });
  } catch (error) {
    announceError(error);
  }
}

resource.control.addEventListener("change", () => go({ resource: resource.value }));
released.control.addEventListener("change", () => go({ released: released.value }));
document.getElementById("inbox-link").addEventListener("click", (event) => {
  event.preventDefault();
  if (state.inbox) go({ inbox: false });
  else toInbox();
});
addEventListener("hashchange", heed);

staff.inbox.subscribe((_, first) => first || load());
setInterval(() => document.hidden || load(), EVERY);
await load();
await heed();
