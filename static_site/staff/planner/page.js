/**
 * The planner: who comes when, to whom. What colleagues and customers do appears by itself: the inbox is looked into every few
 * seconds, and what is shown is read anew when something has changed (following.js).
 */
import { announce, announceError, hush } from "../../kit/dialog.js";
import { h, painted } from "../../kit/dom.js";
import { dateOf, daysAfter, mondayOf, weekName } from "../../kit/moments.js";
import { errorText } from "../../kit/flaws.js";
import { button, fault } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";
import { isEmpty, isOffered } from "../shell/begun.js";
import { start } from "../shell/start.js";
import { isShown, namesOf } from "../shell/words.js";
import { agenda, heedSwipe } from "./agenda.js";
import { makeCalendar } from "./calendar.js";
import { perform } from "./changes.js";
import { openAppointment } from "./details.js";
import { following } from "./following.js";
import { showInbox } from "./inbox.js";
import { heedKeys, rove } from "./keys.js";
import { newAppointment } from "./making.js";
import { placeForm, toolMenu } from "./menus.js";
import { move } from "./moving.js";
import { closeBeside, heedPanel, refreshBeside } from "./panel.js";
import { optionsOf, select } from "./pieces.js";
import { inboxCovers, isNarrow } from "./room.js";
import { heedPointer } from "./pointer.js";
import { choosePrint } from "./printing.js";
import { forCustomer, likeThis } from "./repeating.js";
import { standingLine } from "./standing.js";
import { list, overview } from "./tables.js";
import { tellDone } from "./undoing.js";

/** @import { Desk, On, Planned, Schemas, Shown, State, Target } from "./types" */

const VIEWS = ["agenda", "day", "week", "all", "list"];
const IN_GRID = ["day", "week"];
const OF_ONE = ["agenda", "week"]; // views of one resource
const OF_A_DAY = ["agenda", "day"];
const REMEMBERED = "terminwerk-planner";
const BEGUN = /^#(new|again)=([\w-]{1,64})$/; // a form that begins with a customer, or as an appointment was
const ID = /^#([\w-]{16,64})$/; // an appointment in the address, as in mails to the branch

const staff = await start("planner");
const names = namesOf(await staff.settings(), language);
/** @type {State} */
const state = {
  date: staff.today(),
  view: isNarrow() ? "agenda" : "day",
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
const asOf = following(staff, load);
const title = h("h1", { tabindex: "-1" });
const date = h("input", {
  type: "date",
  "aria-label": t("go_to_date"),
  onchange: () => date.value && go({ date: date.value }),
});
const resource = select("resource", optionsOf(names.resources), state.resource);
const viewChoice = select("view", [...VIEWS.map((view) => [view, t(`view_${view}`)])], state.view);
const grid = h("div", { class: "grid", id: "grid" });
const tables = h("div", { class: "tables" });
const standing = standingLine(staff, names);
const stage = h("div", { class: "stage" }, standing.element, grid, tables);
const aside = h("aside", { class: "inbox", id: "inbox", "aria-label": t("inbox") });
const views = VIEWS.map((view) => button(t(`view_${view}`), () => go({ view }), { class: "quiet", id: `view-${view}` }));
const make = button(t("new_appointment"), () => newAppointment(staff, names, given()), { class: "main make" });
const arrow = (sign, direction, name) =>
  button(sign, () => turn(direction), { class: "quiet arrow", "aria-label": name, title: name });

main.replaceChildren(
  h(
    "div",
    { class: "toolbar" },
    h(
      "div",
      { class: "group" },
      button(t("today"), () => go({ date: staff.today() }), { class: "quiet to-today" }),
      arrow("‹", -1, t("previous")),
      arrow("›", 1, t("next")),
      title,
      date,
    ),
    h("div", { class: "group segments", role: "group", "aria-label": t("view") }, views),
    h("div", { class: "group choices" }, viewChoice, resource),
    h(
      "div",
      { class: "group acts" },
      make,
      button(t("more"), ({ currentTarget }) => toolMenu(desk, currentTarget), { class: "quiet" }),
    ),
  ),
  h("div", { class: "board" }, stage, aside),
  asOf.element,
);

/** @type {On} */
const on = {
  move: dropped,
  place: (place) => placeForm(desk, place),
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
  hours: () => known.view.hours,
  wasDragged: calendar.wasDragged,
  go,
  turn,
  toInbox,
  released: () => state.released,
  given,
  point: on.place,
  open,
  act,
  async print() {
    if (!known.monday) await load();
    if (known.monday) await choosePrint(staff, names, state, known).catch(announceError);
  },
};
stage.classList.toggle("begins", isEmpty(names.settings));
if (!isOffered(names.settings)) import("./beginning.js").then(({ begin }) => begin(staff, names, stage)).catch(announceError);
heedPointer(desk);
heedKeys(desk);
heedPanel(stage);
heedSwipe(tables, (direction) => state.view === "agenda" && turn(direction));
showInbox(staff, names, aside, { open: showOnItsDay, close: () => go({ inbox: false }) }, changed);

// ----------------------------------------------------------------------------------------------------------- what is shown

/** What is to be made begins where somebody pointed at, or on the day on screen. @type {Desk["given"]} */
function given(place = {}) {
  return { resource: state.resource, date: state.date, changed, ...place };
}

/** @param {Partial<State>} change */
function remember(change) {
  Object.assign(state, change);
  sessionStorage.setItem(REMEMBERED, JSON.stringify({ ...state, branch: staff.branch }));
}

/** Goes to another date, view or resource; only another week is asked for. @param {Partial<State>} change */
async function go(change) {
  remember(change);
  if (mondayOf(state.date) === known.monday) draw();
  else await load();
}

/** A day or a week on or back. @param {number} direction */
function turn(direction) {
  return go({ date: daysAfter(state.date, direction * (OF_A_DAY.includes(state.view) ? 1 : 7)) });
}

async function load() {
  if (calendar.wasDragged()) return setTimeout(load, 1000); // not under the hand of who drags
  const monday = mondayOf(state.date);
  try {
    const view = await staff.api.again(`/planner?from=${monday}&days=7`);
    if (asOf.was(true)) hush(); // what was told of the connection
    if (monday !== mondayOf(state.date)) return; // somebody has gone on meanwhile
    if (view === known.view) return;
    known = { monday, view };
    draw();
  } catch (error) {
    asOf.was(false);
    if (known.monday) announceError(error);
    else drawFault(error);
  } finally {
    main.removeAttribute("aria-busy");
  }
}

/** After a change of one's own, which is seen on its day. */
function changed(day = state.date) {
  remember({ date: day });
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
  viewChoice.value = state.view;
  resource.hidden = !OF_ONE.includes(state.view);
  resource.value = state.resource;
  aside.hidden = !state.inbox;
  main.dataset.view = state.view;
  [grid.hidden, tables.hidden] = [!inGrid, inGrid];
  tables.replaceChildren();
  standing.show(shown);
  if (inGrid) calendar.show(shown);
  else tables.append(tableOf(shown));
  rove(desk, focused);
  refreshBeside(desk.find);
}

/** Where nothing could be read yet: which days these would be, what is wrong, and the way on. */
function drawFault(error) {
  title.textContent = heading(mondayOf(state.date));
  grid.hidden = true;
  const again = h("p", {}, button(t("again"), load, { class: "main" }));
  tables.replaceChildren(fault(errorText(error)), again);
}

/** @param {Shown} shown */
function tableOf(shown) {
  if (state.view === "agenda") return agenda(staff, names, shown, on);
  return state.view === "all" ? overview(staff, names, shown, on) : list(staff, names, shown);
}

function heading(monday) {
  if (OF_A_DAY.includes(state.view))
    return isNarrow()
      ? staff.date(state.date, { weekday: "short", day: "numeric", month: "short" })
      : inboxCovers()
        ? staff.shortDate(state.date)
        : staff.longDate(state.date);
  return weekName(monday, daysAfter(monday, 6));
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

/** Opens an appointment on its day, where its neighbours are in view. @param {string} id */
async function showOnItsDay(id) {
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    const { start, resource: of } = detail.appointment;
    const change = { date: dateOf(start), ...(OF_ONE.includes(state.view) && { resource: of }) };
    await go({ ...change, ...(inboxCovers() && { inbox: false }) });
    open(id, { detail });
    await painted();
    desk
      .chips()
      .find((each) => each.dataset.id === id)
      ?.scrollIntoView({ block: "center", inline: "nearest" });
  } catch (error) {
    announceError(error);
  }
}

// ------------------------------------------------------------------------------------------------------------- the address

async function toInbox() {
  if (!(await closeBeside())) return;
  go({ inbox: true });
  /** @type {HTMLElement} */ (aside.querySelector(".entry button, h2")).focus();
}

/** `#inbox` opens the inbox, `#<id>` an appointment on its day, `#new=` and `#again=` a form. */
async function heed() {
  const { hash } = location;
  if (!hash) return;
  history.replaceState(null, "", location.pathname);
  for (const each of document.querySelectorAll("dialog")) each.close();
  if (hash === "#inbox") return toInbox();
  const [, begun, about] = BEGUN.exec(hash) ?? [];
  if (begun) return (begun === "new" ? forCustomer : likeThis)(staff, names, given(), about).catch(announceError);
  const id = ID.exec(hash)?.[1];
  if (id) await showOnItsDay(id);
}

resource.control.addEventListener("change", () => go({ resource: resource.value }));
viewChoice.control.addEventListener("change", () => go({ view: viewChoice.value }));
document.getElementById("inbox-link").addEventListener("click", (event) => {
  event.preventDefault();
  if (aside.getClientRects().length) go({ inbox: false });
  else toInbox();
});
addEventListener("hashchange", heed);

await load();
await heed();
