/**
 * A month at a glance: each day with free times is a button that leads to them.
 *
 * A module of its own, fetched when a customer asks for it, so that the first view does not pay for it. Like the week it is a
 * plain table, not a `grid`: every button says its whole name by itself, Tab reaches each of them, arrow keys are an extra.
 */
import { whisper, h, redraw } from "../kit/dom.js";
import { faultBox } from "../kit/fault.js";
import { attend } from "../kit/frame.js";
import { dayName, daysAfter } from "../kit/moments.js";
import { reach } from "../kit/practice.js";
import { rich, t } from "../kit/texts.js";
import { across, moveBetween, pager } from "./week.js";

/**
 * @typedef {import("../kit/api.js").Refusal} Refusal
 * @typedef {{days: import("../kit/wire").Schemas["DayAtAGlance"][]}} Glance
 * @typedef {{month: string, today: string, last: string, ask: (from: string) => Promise<Glance>, early: Promise<Glance>}} MonthState
 *   `month`: "2026-11"; `today` and `last`: the first and the last date to choose; `early`: an answer on its way already
 */

const A_MONDAY = "2024-01-01";
/** @type {Intl.DateTimeFormatOptions} */
const MONTH = { month: "long", year: "numeric" };
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

const firstOf = (month) => `${month}-01`;
const monthBefore = (month) => daysAfter(firstOf(month), -1).slice(0, 7);
const monthAfter = (month) => daysAfter(firstOf(month), 31).slice(0, 7);

/** @param {string} month "2026-11" */
function datesOf(month) {
  const dates = [];
  for (let date = firstOf(month); date.startsWith(month); date = daysAfter(date, 1)) dates.push(date);
  return dates;
}

/** The dates by week, Mondays first, with gaps for the days of the months around. */
function weeksOf(month) {
  const gaps = (new Date(firstOf(month)).getUTCDay() + 6) % 7;
  const cells = [...Array(gaps).fill(null), ...datesOf(month)];
  const weeks = [];
  for (let start = 0; start < cells.length; start += 7) weeks.push(WEEKDAYS.map((day) => cells[start + day] ?? null));
  return weeks;
}

/** Fires `pick` (detail: the date) and `week` (to go back to it). */
export class MonthView extends HTMLElement {
  /** Free times by date, as far as they are known. @type {Map<string, number>} */
  free = new Map();
  /** @type {MonthState} */
  view;
  /** @type {string} */
  month;
  /** @type {Refusal | null} */
  fault = null;
  drawn = false;

  /** When it is put anew, the language may have changed meanwhile. */
  connectedCallback() {
    if (this.view) this.turn(this.month);
  }

  /** @param {MonthState} view */
  show(view) {
    this.view = view;
    return this.turn(view.month);
  }

  /** @param {string} month */
  async turn(month) {
    const again = this.drawn;
    this.month = month;
    const unknown = this.offered().find((date) => !this.free.has(date));
    this.fault = unknown ? await this.load(unknown) : null;
    this.draw();
    this.drawn = true;
    if (again && document.activeElement === document.body) attend(this.querySelector(this.fault ? "#fault" : "h2"));
  }

  /** @param {string} from  @returns {Promise<Refusal | null>} */
  async load(from) {
    this.setAttribute("aria-busy", "true");
    whisper(t("loading_times"));
    try {
      const { days } = await (this.view.early ?? this.view.ask(from));
      for (const { date, free } of days) this.free.set(date, free);
      return null;
    } catch (refusal) {
      return refusal;
    } finally {
      this.view.early = null;
      this.removeAttribute("aria-busy");
    }
  }

  offers(date) {
    return date >= this.view.today && date <= this.view.last;
  }

  /** The dates of this month that can have free times. */
  offered() {
    return datesOf(this.month).filter((date) => this.offers(date));
  }

  name() {
    return dayName(firstOf(this.month), MONTH);
  }

  draw() {
    if (this.fault) return redraw(this, faultBox(this.fault, { repeat: () => this.turn(this.month) }));
    const count = this.offered().filter((date) => this.free.get(date)).length;
    const legend = count > 0 && h("p", { class: "legend" }, t("month_legend"));
    redraw(this, this.bar(), count === 0 && this.nothing(), this.table(), legend);
    whisper(t("month_shown", { month: this.name(), count }));
  }

  bar() {
    const turn = (possible, month) => possible && (() => this.turn(month));
    const leave = () => this.dispatchEvent(new CustomEvent("week"));
    const back = turn(firstOf(this.month) > this.view.today, monthBefore(this.month));
    const on = turn(firstOf(monthAfter(this.month)) <= this.view.last, monthAfter(this.month));
    return h(
      "div",
      { class: "bar" },
      pager("month", this.name(), back, on),
      h("button", { type: "button", class: "plain", id: "week", onclick: leave }, t("week_show")),
    );
  }

  /** Where the month has nothing free: the next day that has, or how else to get an appointment, as far as is known. */
  nothing() {
    const later = [...this.free.keys()].filter((date) => this.free.get(date) && date > this.month).sort();
    const [date] = later;
    const offer = () => [
      h("p", {}, rich("month_next", { day: h("strong", {}, dayName(date)) })),
      h("p", { class: "actions" }, this.button(date, "main", t("show_next", { day: dayName(date) }))),
    ];
    const none = this.free.has(this.view.last) && reach("week_empty_none");
    return h("div", { class: "notice" }, h("h3", {}, t("month_empty")), date ? offer() : none);
  }

  table() {
    const heading = (weekday) => {
      const name = (style) => dayName(daysAfter(A_MONDAY, weekday), { weekday: style });
      return h(
        "th",
        { scope: "col" },
        h("span", { class: "unseen" }, name("long")),
        h("span", { "aria-hidden": "true" }, name("short")),
      );
    };
    const row = (week) =>
      h(
        "tr",
        {},
        week.map((date) => h("td", {}, date && this.day(date))),
      );
    return h(
      "table",
      { onkeydown: move },
      h("caption", { class: "unseen" }, t("month_caption", { month: this.name() })),
      h("thead", {}, h("tr", {}, WEEKDAYS.map(heading))),
      h("tbody", {}, weeksOf(this.month).map(row)),
    );
  }

  day(date) {
    const count = this.free.get(date) ?? 0;
    const isToday = date === this.view.today;
    const plain = dayName(date);
    const day = isToday ? t("day_today", { today: t("today"), day: plain }) : plain;
    const name = (key) => h("span", { class: "unseen" }, t(key, { day, count }));
    const today = isToday && h("small", {}, t("today"));
    const seen = (free = null) => h("span", { "aria-hidden": "true" }, h("b", {}, Number(date.slice(8))), today, free);
    if (count > 0) {
      const free = h("small", { class: "count" }, t("free_count", { count }));
      return this.button(date, "slot date", [name("day_free"), seen(free)]);
    }
    return h("span", { class: "date" }, this.offers(date) ? name("day_full") : h("span", { class: "unseen" }, day), seen());
  }

  button(date, kind, content) {
    const pick = () => this.dispatchEvent(new CustomEvent("pick", { detail: date }));
    return h("button", { type: "button", class: kind, onclick: pick }, content);
  }
}

/** Left and right go on from Sunday to Monday, as days do; up and down stay on the weekday. */
function move(event) {
  const step = across(event.key);
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return moveBetween(event);
  event.preventDefault(); // else the page scrolls as well
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const next = buttons[buttons.indexOf(event.target) + step];
  if (next) attend(next);
}

customElements.define("terminwerk-month", MonthView);
