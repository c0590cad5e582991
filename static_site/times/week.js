/** A week of free times. */
import { faultBox } from "../kit/fault.js";
import { whisper, h, redraw } from "../kit/dom.js";
import { attend, skeleton, skipTo } from "../kit/frame.js";
import {
  LONG_DAY,
  SHORT_DAY,
  dayName,
  dateOf,
  daysAfter,
  elsewhere,
  later,
  momentName,
  rangeName,
  timeName,
  zoneName,
} from "../kit/moments.js";
import { reach } from "../kit/practice.js";
import { rich, t } from "../kit/texts.js";
import { last } from "../kit/values.js";
import { DAYS_SHOWN, freeOf } from "./times.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {import("./times.js").WeekState} WeekState
 * @typedef {{name: string, clock: string, instant: number, cells: Schemas["SlotView"][]}} Row
 */

const FEW = 4; // free times on a phone before the other days stay folded
const wide = matchMedia("(min-width: 37.5em)"); // 600 px at the usual text size

const byClock = (one, other) => one.clock.localeCompare(other.clock) || one.instant - other.instant;

/** The rows of the table: each time of day that occurs in the week. @param {Schemas["WeekView"]} week */
function rowsOf(week) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  week.days.forEach((day, column) => {
    for (const slot of day.slots) {
      const name = timeName(slot.start, week.zone);
      if (!rows.has(name))
        rows.set(name, { name, clock: name.slice(0, 5), instant: new Date(slot.start).getTime(), cells: [] });
      rows.get(name).cells[column] = slot;
    }
  });
  return [...rows.values()].sort(byClock);
}

/**
 * Arrows left and right of what is shown. One that leads nowhere keeps its place, and the focus it may have.
 * @param {"week" | "month"} unit
 * @param {(() => void) | false} back  what they do, if anything
 * @param {(() => void) | false} on
 */
export function pager(unit, shown, back, on) {
  const arrow = (name, sign, turn) =>
    h(
      "button",
      {
        type: "button",
        class: "arrow",
        id: name,
        "aria-label": t(name),
        "aria-disabled": turn ? null : "true",
        onclick: ({ currentTarget }) => turn && !currentTarget.closest("[aria-busy]") && turn(),
      },
      h("span", { "aria-hidden": "true" }, sign),
    );
  return h(
    "div",
    { class: "pager" },
    arrow(`${unit}_back`, "‹", back),
    h("h2", { id: `${unit}-shown`, tabindex: "-1" }, shown),
    arrow(`${unit}_on`, "›", on),
  );
}

/**
 * A week of times: from 600 px on a table (days are columns, times are rows), below a list by day.
 * A plain table with headers, not a `grid`: its cells hold one button each, screen readers read the headers as they move, and
 * every button says its whole name by itself. Arrow keys are an extra, Tab reaches every free time.
 * Fires `choose` (detail: the slot), `turn` (detail: the first date of the week wanted) and `month` (to see one).
 */
export class WeekView extends HTMLElement {
  /** @type {WeekState} */
  view;

  connectedCallback() {
    this.listener = () => this.view?.week && this.draw();
    wide.addEventListener("change", this.listener);
  }

  disconnectedCallback() {
    wide.removeEventListener("change", this.listener);
  }

  /** @param {WeekState} view */
  show(view) {
    this.view = view;
    this.draw();
  }

  /**
   * Shows an answer that was waited for.
   * @param {WeekState} view
   * @param {boolean} again whether a week was seen before, so that the customer has asked for this one
   */
  answer(view, again) {
    this.show(view);
    if (!view.fault) this.say();
    if (again && document.activeElement === document.body) attend(this.querySelector(view.fault ? "#fault" : "h2"));
  }

  say() {
    whisper(t("week_shown", { range: this.range(), count: freeOf(this.view.week.days).length }));
  }

  fire(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  draw() {
    const { fault, from, week } = this.view;
    this.removeAttribute("aria-busy");
    if (fault) return redraw(this, faultBox(fault, { repeat: () => this.fire("turn", from) }));
    if (!week) {
      this.setAttribute("aria-busy", "true");
      return redraw(this, h("p", { class: "unseen" }, t("loading_times")), skeleton());
    }
    const { days } = week;
    const empty = freeOf(days).length === 0;
    const filled = days.some((day) => day.slots.length > 0);
    const taken = days.some((day) => day.slots.some(({ state }) => state !== "free"));
    const legend = taken && h("p", { class: "legend" }, t("legend"));
    return redraw(this, this.bar(), empty && this.nothing(), this.zoneNote(), filled && this.times(), legend);
  }

  /** Puts the week seen so far behind a veil instead of taking it away: nothing jumps. */
  wait(view) {
    this.show(view);
    this.setAttribute("aria-busy", "true");
    whisper(t("loading_times"));
  }

  /** @param {boolean} [short] */
  range(short) {
    const { days } = this.view.week;
    return rangeName(days[0].date, last(days).date, short);
  }

  bar() {
    const { week, today, last } = this.view;
    const first = week.days[0].date;
    const on = daysAfter(first, DAYS_SHOWN);
    const turn = (date) => () => this.fire("turn", date);
    const back = first > today && turn(later(today, daysAfter(first, -DAYS_SHOWN)));
    return h(
      "div",
      { class: "bar" },
      pager("week", this.range(!wide.matches), back, on <= last && turn(on)),
      h("button", { type: "button", class: "plain", id: "month", onclick: () => this.fire("month") }, t("month_show")),
      this.quick(),
    );
  }

  quick() {
    const { week, soonest, zone } = this.view;
    if (!soonest || soonest === week.next_free) return null; // the latter is offered below, large
    const name = momentName(soonest, zone, SHORT_DAY);
    const choose = () => this.fire("choose", { start: soonest });
    return h(
      "button",
      { type: "button", class: "quick", id: "next-free", onclick: choose },
      h("span", {}, t("next_free")),
      " ",
      h("strong", {}, name),
    );
  }

  nothing() {
    const { week, soonest, zone } = this.view;
    const next = week.next_free;
    if (!next) return h("div", { class: "notice" }, h("h3", {}, t("week_empty")), reach("week_empty_none"));
    const date = dateOf(next); // the offset is the branch's, so this is its local date
    const key = next === soonest ? "week_empty_next" : "week_empty_later"; // there may be a free one before this week
    return h(
      "div",
      { class: "notice" },
      h("h3", {}, t("week_empty")),
      h("p", {}, rich(key, { moment: h("strong", {}, momentName(next, zone, LONG_DAY)) })),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "main", onclick: () => this.fire("choose", { start: next }) }, t("take_next")),
        h(
          "button",
          { type: "button", class: "plain", id: "show-next", onclick: () => this.fire("turn", date) },
          t("show_next", { day: dayName(date) }),
        ),
      ),
    );
  }

  /** Whose clock these times are by, where the visitor's shows another. */
  zoneNote() {
    const { week, zone } = this.view;
    const moment = week.days.flatMap(({ slots }) => slots)[0]?.start ?? week.next_free;
    if (!moment || !elsewhere(moment)) return null;
    const place = last(zone.split("/")).replaceAll("_", " ");
    return h("p", { class: "zone" }, t("zone_note", { zone: zoneName(moment, zone), place }));
  }

  times() {
    return wide.matches ? this.table() : this.list();
  }

  table() {
    const { week } = this.view;
    return h(
      "div",
      { class: "times" },
      h("a", { class: "skip", href: "#contact", onclick: skipTo("contact") }, t("skip_times")),
      h(
        "table",
        { onkeydown: moveBetween },
        h("caption", { class: "unseen" }, t("week_caption", { range: this.range() })),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, h("span", { class: "unseen" }, t("time_column"))),
            week.days.map((day) => this.column(day)),
          ),
        ),
        h(
          "tbody",
          {},
          rowsOf(week).map((row) => this.row(row)),
        ),
      ),
    );
  }

  /** @param {Schemas["DayView"]} day */
  column({ date, slots }) {
    const today = date === this.view.today;
    return h(
      "th",
      { scope: "col", class: [today && "today", slots.length === 0 && "closed"].filter(Boolean).join(" ") || null },
      h("span", { class: "unseen" }, today ? t("day_today", { today: t("today"), day: dayName(date) }) : dayName(date)),
      h("span", { "aria-hidden": "true" }, today ? t("today") : dayName(date, { weekday: "short" })),
      h("b", { "aria-hidden": "true" }, dayName(date, { day: "numeric", month: "short" })),
    );
  }

  /** @param {Row} row */
  row({ name, clock, cells }) {
    const hour = clock.endsWith(":00") ? "hour" : null;
    const at = (day, column) => h("td", {}, cells[column] && this.cell(cells[column], day.date));
    return h("tr", { class: hour }, h("th", { scope: "row" }, name), this.view.week.days.map(at));
  }

  /** @param {Schemas["SlotView"]} slot  @param {string} date */
  cell(slot, date) {
    const time = timeName(slot.start, this.view.zone);
    const label = t(slot.state === "free" ? "slot_free" : "slot_taken", { day: dayName(date), time });
    if (slot.state !== "free") return taken(label, wide.matches ? null : time);
    return h("button", { type: "button", class: "slot", "aria-label": label, onclick: () => this.fire("choose", slot) }, time);
  }

  /** Below 600 px: the days one under the other, open as far as it takes to see a few free times. */
  list() {
    let seen = 0;
    const day = (item) => {
      const open = seen < FEW;
      seen += freeOf([item]).length;
      return this.day(item, open && freeOf([item]).length > 0);
    };
    return h("div", { class: "days" }, this.view.week.days.map(day));
  }

  /** @param {Schemas["DayView"]} day  @param {boolean} open */
  day(day, open) {
    const free = freeOf([day]).length;
    const today = { today: h("em", {}, t("today")), day: dayName(day.date) };
    const name = day.date === this.view.today ? rich("day_today", today) : today.day;
    if (day.slots.length === 0) return h("div", { class: "day" }, h("h3", {}, name), h("span", {}, t("day_without_times")));
    const count = free ? t("free_count", { count: free }) : t("day_without_times");
    return h(
      "details",
      { class: "day", open },
      h("summary", {}, h("h3", {}, name), h("span", {}, count)),
      h(
        "ul",
        {},
        day.slots.map((slot) => h("li", {}, this.cell(slot, day.date))),
      ),
    );
  }
}

/** A taken time: an "x", read by its whole name. In the list nothing else shows which time it is. */
function taken(label, time) {
  return h(
    "span",
    { class: "taken" },
    h("span", { "aria-hidden": "true" }, time && `${time} `, t("taken_mark")),
    h("span", { class: "unseen" }, label),
  );
}

/** How many columns an arrow key goes on: where one reads from right to left, the next one is on the left. */
export const across = (key) => ({ ArrowLeft: -1, ArrowRight: 1 })[key] * (document.dir === "rtl" ? -1 : 1);

/** Arrow keys go to the next button of the table in their direction. */
export function moveBetween(event) {
  const aside = across(event.key);
  const step = aside ? [0, aside] : { ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault(); // else the page scrolls as well
  const rows = event.currentTarget.rows;
  let [row, column] = [cell.parentElement.rowIndex + step[0], cell.cellIndex + step[1]];
  while (rows[row]?.cells[column]) {
    const button = rows[row].cells[column].querySelector("button");
    if (button) return attend(button);
    row += step[0];
    column += step[1];
  }
}

customElements.define("terminwerk-week", WeekView);
