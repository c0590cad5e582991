/**
 * The planner: who comes when, to whom. Requests appear by themselves: the inbox is looked into every few seconds, and what is
 * shown is read anew when something has changed.
 */
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { daysAfter } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { actionsOf, move, openAppointment, perform } from "./appointment.js";
import { makeCalendar, tooltip } from "./calendar.js";
import { closeTime } from "./closing.js";
import { editHours } from "./hours.js";
import { showInbox } from "./inbox.js";
import { blockTime, newAppointment } from "./making.js";
import { openMenu } from "./menu.js";
import { printDay } from "./paper.js";
import { list, overview } from "./tables.js";
import { mondayOf } from "../../kit/moments.js";
import { start } from "../shell/start.js";
import { isShown, namesOf, wallOf, whoOf } from "../shell/words.js";

const VIEWS = ["day", "week", "all", "list"];
const REMEMBERED = "terminwerk-planner";
const SHORTCUTS = "terminwerk-shortcuts-off";
const EVERY = 60_000; // milliseconds between looks for what colleagues changed
const ID = /^#([\w-]{16,64})$/; // an appointment in the address, as in mails to the branch

const staff = await start("planner");
const names = namesOf(await staff.settings(), staff.lang);
const state = {
  date: staff.today(),
  view: "day",
  resource: names.resources[0]?.id,
  released: false,
  inbox: innerWidth >= 1200,
  ...remembered(),
};
let known = { text: "", view: { appointments: [], hours: [] }, monday: "" };

function remembered() {
  const kept = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}");
  if (kept.branch !== staff.branch) return {};
  return kept;
}

// ---------------------------------------------------------------------------------------------------------------- the page

const main = document.getElementById("main");
const title = h("h1", { tabindex: "-1" });
const date = h("input", {
  type: "date",
  "aria-label": t("go_to_date"),
  onchange: () => date.value && go({ date: date.value }),
});
const resource = field({
  name: "resource",
  label: t("resource"),
  type: "select",
  options: names.resources.map(({ id, name }) => [id, name]),
  value: state.resource,
});
const released = field({ name: "released", label: t("show_released"), type: "checkbox", value: state.released });
const grid = h("div", { class: "grid", id: "grid" });
const tables = h("div", { class: "tables" });
const aside = h("aside", { class: "inbox", id: "inbox", "aria-label": t("inbox") });
const more = h("button", { type: "button", class: "more", hidden: true, "aria-label": t("actions"), tabindex: "-1" }, "…");
const views = VIEWS.map((view) =>
  h("button", { type: "button", class: "quiet", id: `view-${view}`, onclick: () => go({ view }) }, t(`view_${view}`)),
);

function button(key, run, kind = "quiet", label = "") {
  return h(
    "button",
    { type: "button", class: kind, onclick: run, "aria-label": label || null, title: label || null },
    label ? key : t(key),
  );
}

main.replaceChildren(
  h(
    "div",
    { class: "toolbar" },
    h(
      "div",
      { class: "group" },
      button("today", () => go({ date: staff.today() })),
      button("‹", () => page(-1), "quiet arrow", t("previous")),
      button("›", () => page(1), "quiet arrow", t("next")),
      title,
      date,
    ),
    h("div", { class: "group segments", role: "group", "aria-label": t("view") }, views),
    h(
      "div",
      { class: "group" },
      button("new_appointment", () => newAppointment(staff, names, given()), "main"),
      button("more", (event) => toolMenu(event.currentTarget)),
    ),
  ),
  h("div", { class: "options" }, resource, released),
  h("div", { class: "board" }, h("div", { class: "stage" }, grid, tables), aside),
);
document.body.append(more);

const on = {
  move: dropped,
  place: placeMenu,
  day: (day) => go({ date: day, view: "day" }),
  resource: (id) => go({ resource: id, view: "week" }),
};
const calendar = makeCalendar(grid, staff, names, on);
showInbox(
  staff,
  names,
  aside,
  (id) => open(id),
  () => changed(),
);

// ----------------------------------------------------------------------------------------------------------- what is shown

/** What is to be made begins where somebody pointed at, or on the day on screen. */
const given = (place = {}) => ({ resource: state.resource, date: state.date, changed, ...place });

/** Goes to another date, view or resource; only another week is asked for. */
async function go(change) {
  Object.assign(state, change);
  sessionStorage.setItem(REMEMBERED, JSON.stringify({ ...state, branch: staff.branch }));
  if (mondayOf(state.date) === known.monday) draw();
  else await load();
}

const page = (direction) => go({ date: daysAfter(state.date, direction * (state.view === "day" ? 1 : 7)) });

async function load() {
  if (calendar.wasDragged()) return setTimeout(load, 1000); // not under the hand of who drags
  const monday = mondayOf(state.date);
  try {
    const text = await staff.api.text(`/planner?from=${monday}&days=7`);
    if (monday !== mondayOf(state.date)) return; // somebody has gone on meanwhile
    if (text === known.text && monday === known.monday) return;
    known = { text, monday, view: JSON.parse(text) };
    draw();
  } catch (error) {
    staff.announce(staff.errorText(error));
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
  const focused = document.activeElement?.dataset?.id;
  const inGrid = ["day", "week"].includes(state.view);
  const shown = { ...state, monday, appointments, hours: view.hours };
  title.textContent = heading(monday);
  date.value = state.date;
  views.forEach((each) => each.setAttribute("aria-pressed", String(each.id === `view-${state.view}`)));
  resource.hidden = state.view !== "week";
  resource.value = state.resource;
  aside.hidden = !state.inbox;
  main.dataset.view = state.view;
  [grid.hidden, tables.hidden] = [!inGrid, inGrid];
  if (inGrid) calendar.show(shown);
  tables.replaceChildren(
    ...(inGrid ? [] : [state.view === "all" ? overview(staff, names, shown, on) : list(staff, names, shown)]),
  );
  rove(focused);
}

function heading(monday) {
  if (state.view === "day") return staff.longDate(state.date);
  const options = { day: "numeric", month: "long" };
  return `${staff.date(monday, options)} – ${staff.date(daysAfter(monday, 6), { ...options, year: "numeric" })}`;
}

const find = (id) => known.view.appointments.find((each) => each.id === id);

// ---------------------------------------------------------------------------------------------------------- an appointment

const open = (id, outcome = null) => openAppointment(staff, names, id, { changed, outcome });

/** Runs an action on how the appointment stands now; where somebody was faster, shows what happened. */
async function act(run) {
  const result = await perform(staff, run, changed);
  if (result?.changed) await open(result.detail.appointment.id, result);
  return result;
}

/** Dropped somewhere else: asks, then moves it; given up or refused, it snaps back. */
async function dropped(planned, to, revert) {
  const result = await act(async () => move(staff, names, await staff.api.get(`/appointments/${planned.id}`), to));
  if (result && !result.changed) return;
  revert();
  if (!result) staff.announce(t("moved_back"));
}

/** The same actions as in the details, where the pointer is. */
async function eventMenu(id, place) {
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    const items = actionsOf(staff, names, detail).map(([key, , run]) => ({ label: t(key), run: () => act(run) }));
    openMenu([{ label: t("open"), run: () => open(id) }, ...items], place, whoOf(detail.appointment));
  } catch (error) {
    staff.announce(staff.errorText(error));
  }
}

/** What can be done with a time that was pointed at; walls. */
function placeMenu({ resource: id, start: from, end, x, y }) {
  const place = given({ resource: id, start: from, end });
  const [day, time] = from.split("T");
  const items = [
    { label: t("new_appointment"), run: () => newAppointment(staff, names, place) },
    { label: t("block"), run: () => blockTime(staff, names, place) },
    { label: t("ill"), run: () => closeTime(staff, names, place) },
  ];
  const hours = { resource: id, date: day, time, end: end?.slice(11), changed };
  if (staff.admin) items.push({ label: t("hours"), run: () => editHours(staff, names, hours) });
  openMenu(items, { x, y }, `${staff.longDate(day)}, ${time}`);
}

function toolMenu(from) {
  const { left, bottom } = from.getBoundingClientRect();
  const items = [
    { label: t("block"), run: () => blockTime(staff, names, given()) },
    { label: t("ill"), run: () => closeTime(staff, names, given()) },
    { label: t("print_day"), run: () => printDay(staff, names, state.date, known.view).catch(told) },
    { label: t("help"), run: help },
  ];
  openMenu(items, { x: left, y: bottom }, t("more"));
}

const told = (error) => staff.announce(staff.errorText(error));

// -------------------------------------------------------------------------------------------------------- pointer and keys

const stage = main.querySelector(".stage");
const chips = () => [...(grid.hidden ? tables : grid).querySelectorAll(".ev")];
const idAt = (target) => target.closest?.("[data-id]")?.dataset.id;

stage.addEventListener("click", (event) => {
  const id = idAt(event.target);
  if (id && !calendar.wasDragged()) open(id);
});

stage.addEventListener("contextmenu", (event) => {
  const id = idAt(event.target) ?? event.target.closest(".ec-event")?.querySelector("[data-id]")?.dataset.id;
  if (!id) return;
  event.preventDefault();
  const box = event.target.getBoundingClientRect();
  const byKey = event.clientX === 0 && event.clientY === 0;
  eventMenu(id, byKey ? { x: box.left, y: box.bottom } : { x: event.clientX, y: event.clientY });
});

/** The "…" stands at the appointment under the pointer, or at the one that has the focus. */
function offer(event) {
  const place = event.target.closest?.(".ev, .ev-line");
  if (!place) return;
  const box = place.getBoundingClientRect();
  more.hidden = box.height === 0;
  more.dataset.for = place.dataset.id;
  const planned = find(place.dataset.id);
  if (planned && !place.title) place.title = tooltip(staff, names, planned);
  more.style.left = `${box.right - 30}px`;
  more.style.top = `${box.top + 1}px`;
}

stage.addEventListener("pointerover", (event) => event.pointerType === "mouse" && offer(event));
stage.addEventListener("focusin", offer);
for (const kind of ["scroll", "resize"]) addEventListener(kind, () => (more.hidden = true), { passive: true, capture: true });
stage.addEventListener("pointerleave", (event) => event.relatedTarget !== more && (more.hidden = true));
more.addEventListener("click", () => {
  const { left, bottom } = more.getBoundingClientRect();
  eventMenu(more.dataset.for, { x: left, y: bottom });
});

/** One appointment is reached by Tab, the others by the arrows. */
function rove(id) {
  requestAnimationFrame(() => {
    const all = chips();
    const one = all.find((each) => each.dataset.id === id) ?? all[0];
    if (!one) return;
    one.tabIndex = 0;
    if (id && one.dataset.id === id && (document.activeElement === document.body || !document.activeElement))
      one.focus({ preventScroll: true });
  });
}

const DIRECTIONS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The nearest appointment in a direction, as the eye would go. */
function neighbour(from, [right, down]) {
  const middle = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const [x, y] = middle(from);
  const far = (element) => {
    const [dx, dy] = [middle(element)[0] - x, middle(element)[1] - y];
    const [along, aside_] = right ? [dx * right, Math.abs(dy)] : [dy * down, Math.abs(dx)];
    return along < 4 ? Infinity : along + 3 * aside_;
  };
  const others = chips().filter((each) => each !== from);
  const [best] = others.map((each) => [far(each), each]).sort(([one], [other]) => one - other);
  return best && best[0] < Infinity ? best[1] : null;
}

const ENDS = ["do_cancelled", "do_unblock"];

/** The key that deletes cancels: nothing is ever gone without a trace. */
async function cancel(id) {
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    const action = actionsOf(staff, names, detail).find(([key]) => ENDS.includes(key));
    if (action) await act(action[2]);
  } catch (error) {
    told(error);
  }
}

stage.addEventListener("keydown", (event) => {
  const from = event.target.closest(".ev");
  if (from && event.key === "Delete") cancel(from.dataset.id);
  if (!from || !DIRECTIONS[event.key]) return;
  event.preventDefault();
  const next = neighbour(from, DIRECTIONS[event.key]);
  if (!next) return;
  from.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

const KEYS = {
  t: () => go({ date: staff.today() }),
  p: () => page(-1),
  n: () => page(1),
  d: () => go({ view: "day" }),
  w: () => go({ view: "week" }),
  a: () => go({ view: "all" }),
  l: () => go({ view: "list" }),
  i: () => toInbox(),
  c: () => newAppointment(staff, names, given()),
  "?": () => help(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog, [role=menu]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.body.classList.contains("locked")) return;
  if (sessionStorage.getItem(SHORTCUTS) && event.key !== "?") return;
  const run = KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

async function help() {
  const off = field({
    name: "shortcuts",
    label: t("shortcuts_off"),
    type: "checkbox",
    value: sessionStorage.getItem(SHORTCUTS),
  });
  off.control.addEventListener("change", () =>
    off.value ? sessionStorage.setItem(SHORTCUTS, "1") : sessionStorage.removeItem(SHORTCUTS),
  );
  const rows = [...Object.keys(KEYS), "arrows", "enter", "menu", "delete"];
  const row = (key) =>
    h(
      "div",
      {},
      h("dt", {}, h("kbd", {}, key.length > 1 ? t(`key_name_${key}`) : key)),
      h("dd", {}, t(`key_${key === "?" ? "help" : key}`)),
    );
  await staff.dialog({
    title: t("help"),
    body: [h("p", {}, t("help_text")), h("dl", { class: "facts keys" }, rows.map(row)), off],
  });
}

// ------------------------------------------------------------------------------------------------------------- the address

function toInbox() {
  go({ inbox: true });
  aside.querySelector(".entry button, h2").focus();
}

/** `#inbox` opens the inbox, `#<id>` an appointment on its day. */
async function heed() {
  const { hash } = location;
  if (!hash) return;
  history.replaceState(null, "", location.pathname);
  document.querySelectorAll("dialog[open]").forEach((each) => each.close());
  if (hash === "#inbox") return toInbox();
  const id = ID.exec(hash)?.[1];
  if (!id) return;
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    await go({ date: wallOf(detail.appointment.start).slice(0, 10) });
    await open(id, { detail });
  } catch (error) {
    told(error);
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

staff.inbox.subscribe(() => load());
setInterval(() => document.hidden || load(), EVERY);
await load();
await heed();
