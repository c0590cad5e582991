/**
 * A week of free times.
 *
 * @typedef {{start: string, end?: string, state?: "free" | "taken"}} Slot
 * @typedef {{date: string, slots: Slot[]}} Day
 * @typedef {{zone: string, today: string, days: Day[], next_free: string | null}} Week
 * @typedef {import("../kit/api.js").Refusal} Refusal
 */
import { last } from "../kit/values.js";
import { announce, h, redraw } from "../kit/dom.js";
import { attend, skeleton, skipTo } from "../kit/frame.js";
import {
  LONG_DAY,
  SHORT_DAY,
  dayName,
  daysAfter,
  elsewhere,
  later,
  momentName,
  rangeName,
  timeName,
  zoneName,
} from "../kit/moments.js";
import { rich, t } from "../kit/texts.js";
import { faultBox, reach } from "./parts.js";

export const DAYS_SHOWN = 7;
const FEW = 4; // free times on a phone before the other days stay folded
const wide = matchMedia("(min-width: 37.5em)"); // 600 px at the usual text size

const byClock = (one, other) => one.clock.localeCompare(other.clock) || one.instant - other.instant;

/** The rows of the table: each time of day that occurs in the week. @param {Week} week */
function rowsOf(week) {
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

/** The nearest come first from the API; people look for them by day and hour. @param {Slot[]} [slots] */
export const byTime = (slots = []) => [...slots].sort((one, other) => Date.parse(one.start) - Date.parse(other.start));

export const freeOf = (days) => days.flatMap((day) => day.slots).filter((slot) => slot.state === "free");

/**
 * A week of times: from 600 px on a table (days are columns, times are rows), below a list by day.
 * A plain table with headers, not a `grid`: its cells hold one button each, screen readers read the headers as they move, and
 * every button says its whole name by itself. Arrow keys are an extra, Tab reaches every free time.
 * Fires `choose` (detail: the slot), `turn` (detail: the first date of the week wanted) and `month` (to see one).
 */
class WeekView extends HTMLElement {
  connectedCallback() {
    this.listener = () => this.week && this.draw();
    wide.addEventListener("change", this.listener);
  }

  disconnectedCallback() {
    wide.removeEventListener("change", this.listener);
  }

  /**
   * @param {{week: Week | null, today: string, last: string, soonest: string | null, zone: string, from: string,
   *   fault: Refusal | null}} view  dates: the first and the last that may be shown; `soonest`: the first free time of all
   */
  show(view) {
    Object.assign(this, view);
    this.draw();
  }

  fire(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  draw() {
    this.removeAttribute("aria-busy");
    if (this.fault)
      return redraw(
        this,
        faultBox(this.fault, () => this.fire("turn", this.from)),
      );
    if (!this.week) {
      this.setAttribute("aria-busy", "true");
      return redraw(this, h("p", { class: "unseen" }, t("loading_times")), skeleton());
    }
    const { days } = this.week;
    const empty = freeOf(days).length === 0;
    const filled = days.some((day) => day.slots.length > 0);
    const legend = filled && h("p", { class: "legend" }, t("legend"));
    return redraw(this, this.bar(), empty && this.nothing(), this.zoneNote(), filled && this.times(), legend);
  }

  /** Puts the week seen so far behind a veil instead of taking it away: nothing jumps. */
  wait(view) {
    this.show(view);
    this.setAttribute("aria-busy", "true");
    announce(t("loading_times"));
  }

  range(short) {
    return rangeName(this.week.days[0].date, this.week.days[this.week.days.length - 1].date, short);
  }

  bar() {
    const first = this.week.days[0].date;
    const on = daysAfter(first, DAYS_SHOWN);
    const turn = (date) => () => this.fire("turn", date);
    const back = first > this.today && turn(later(this.today, daysAfter(first, -DAYS_SHOWN)));
    return h(
      "div",
      { class: "bar" },
      pager("week", this.range(!wide.matches), back, on <= this.last && turn(on)),
      h("button", { type: "button", class: "plain", id: "month", onclick: () => this.fire("month") }, t("month_show")),
      this.quick(),
    );
  }

  quick() {
    if (!this.soonest || this.soonest === this.week.next_free) return null; // the latter is offered below, large
    const name = momentName(this.soonest, this.zone, SHORT_DAY);
    const choose = () => this.fire("choose", { start: this.soonest });
    return h(
      "button",
      { type: "button", class: "quick", id: "next-free", onclick: choose },
      h("span", {}, `${t("next_free")} `),
      h("strong", {}, name),
    );
  }

  nothing() {
    const next = this.week.next_free;
    if (!next) return h("div", { class: "notice" }, h("h3", {}, t("week_empty")), reach("week_empty_none"));
    const date = next.slice(0, 10); // the offset is the branch's, so this is its local date
    const key = next === this.soonest ? "week_empty_next" : "week_empty_later"; // there may be a free one before this week
    return h(
      "div",
      { class: "notice" },
      h("h3", {}, t("week_empty")),
      h("p", {}, rich(key, { moment: h("strong", {}, momentName(next, this.zone, LONG_DAY)) })),
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
    const noonish = `${this.week.days[0].date}T12:00Z`;
    if (!elsewhere(noonish, this.zone)) return null;
    const place = last(this.zone.split("/")).replaceAll("_", " ");
    return h("p", { class: "zone" }, t("zone_note", { zone: zoneName(noonish, this.zone), place }));
  }

  times() {
    return wide.matches ? this.table() : this.list();
  }

  table() {
    const rows = rowsOf(this.week);
    const { days } = this.week;
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
            days.map((day) => this.column(day)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row) => this.row(row)),
        ),
      ),
    );
  }

  /** @param {Day} day */
  column({ date, slots }) {
    const today = date === this.today;
    return h(
      "th",
      { scope: "col", class: [today && "today", slots.length === 0 && "closed"].filter(Boolean).join(" ") || null },
      h("span", { class: "unseen" }, today ? `${t("today")}, ` : "", dayName(date)),
      h("span", { "aria-hidden": "true" }, today ? t("today") : dayName(date, { weekday: "short" })),
      h("b", { "aria-hidden": "true" }, dayName(date, { day: "numeric", month: "short" })),
    );
  }

  row({ name, clock, cells }) {
    const hour = clock.endsWith(":00") ? "hour" : null;
    const at = (day, column) => h("td", {}, cells[column] && this.cell(cells[column], day.date));
    return h("tr", { class: hour }, h("th", { scope: "row" }, name), this.week.days.map(at));
  }

  /** @param {Slot} slot */
  cell(slot, date) {
    const time = timeName(slot.start, this.zone);
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
    return h("div", { class: "days" }, this.week.days.map(day));
  }

  day(day, open) {
    const free = freeOf([day]).length;
    const name = [day.date === this.today && h("em", {}, `${t("today")}, `), dayName(day.date)];
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

/** Arrow keys go to the next button of the table in their direction. */
export function moveBetween(event) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
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
