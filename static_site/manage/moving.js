/**
 * The week, and the month, in which a customer chooses another time for an appointment.
 *
 * A module of its own, fetched by the customer's own page when it is asked for. Both views are those of the booking page.
 */
import { h } from "../kit/dom.js";
import { dateOf } from "../kit/moments.js";
import { newCalendar } from "../times/calendar.js";
import { Times, freeOf } from "../times/times.js";
import "../times/week.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {{appointment: Schemas["AppointmentView"], ask: (from: string | undefined, days: number) => Promise<Schemas["WeekView"]>}} Moving
 */

const LONGEST_MONTH = 31;

/** Fires `pick` (detail: the slot). */
export class MovingView extends HTMLElement {
  /** @type {Moving} */
  given;
  /** @type {Times} */
  times;
  /** @type {HTMLElementTagNameMap["terminwerk-week"]} */
  week;
  /** @type {HTMLElement | null} */
  calendar = null;

  /** When it is put anew, the language may have changed meanwhile. */
  connectedCallback() {
    if (this.given && !this.calendar) this.week.show(this.state());
  }

  /** @param {Moving} given */
  show(given) {
    this.given = given;
    this.times = new Times(given.ask, () => given.appointment.horizon_days);
    this.week = h("terminwerk-week", {
      onchoose: ({ detail }) => this.dispatchEvent(new CustomEvent("pick", { detail })),
      onturn: ({ detail }) => this.load(detail),
      onmonth: () => this.showMonth(),
    });
    this.removeAttribute("aria-busy");
    this.replaceChildren(this.week);
    return this.load(dateOf(given.appointment.start)); // the offset is the branch's, so this is its local date
  }

  state() {
    return this.times.state(this.given.appointment.zone);
  }

  /** @param {string} from */
  async load(from) {
    const again = this.times.seen;
    if (await this.times.load(from, () => this.week.wait(this.state()))) this.week.answer(this.state(), again);
  }

  /** @param {string} from */
  async days(from) {
    const { days } = await this.given.ask(from, LONGEST_MONTH);
    return { days: days.map((day) => ({ date: day.date, free: freeOf([day]).length })) };
  }

  showMonth() {
    this.calendar = newCalendar(
      this.times,
      (from) => this.days(from),
      (date = this.times.from) => this.showWeek(date),
      () => this.showMonth(),
    );
    this.replaceChildren(this.calendar);
    this.closest("main").querySelector("h1").focus({ preventScroll: true });
  }

  /** @param {string} date */
  async showWeek(date) {
    this.calendar = null;
    this.replaceChildren(this.week);
    await this.load(date);
    this.week.querySelector("h2")?.focus();
  }
}

customElements.define("terminwerk-moving", MovingView);
