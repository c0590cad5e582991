/** The free times that a page has asked for: a week, and the first free time of all. */
import { painted } from "../kit/dom.js";
import { daysAfter, later } from "../kit/moments.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {Schemas["WeekView"]} Week
 * @typedef {import("../kit/api.js").Refusal} Refusal
 * @typedef {{week: Week | null, from?: string, fault: Refusal | null, today?: string, last?: string, soonest?: string | null,
 *   zone: string}} WeekState  what a week's view shows; `today` and `last`: the first and the last date that may be shown;
 *   `soonest`: the first free time of all
 */

export const DAYS_SHOWN = 7;

/** @param {Schemas["DayView"][]} days */
export const freeOf = (days) => days.flatMap((day) => day.slots).filter((slot) => slot.state === "free");

/** The nearest come first from the API; people look for them by day and hour. @param {Schemas["Alternative"][]} slots */
export const byTime = (slots) => [...slots].sort((one, other) => Date.parse(one.start) - Date.parse(other.start));

/** @param {Week} week */
const firstFree = ({ days, next_free }) => freeOf(days)[0]?.start ?? next_free;

export class Times {
  /** @type {Week | null} */
  week = null;
  /** @type {Refusal | null} */
  fault = null;
  /** @type {string | undefined} the first date of the week; left out, the server takes its today */
  from = undefined;
  /** @type {string | undefined} */
  today = undefined;
  /** @type {string | null | undefined} the first free time of all; undefined until it is known */
  soonest = undefined;
  /** @type {Promise<Week> | null} an answer on its way that the next week is to be taken from */
  early = null;
  /** @type {Promise<Week[]> | null} */
  asked = null;

  /**
   * @param {(from: string | undefined, days: number) => Promise<Week>} ask
   * @param {() => number} horizon  how many days ahead may be chosen
   */
  constructor(ask, horizon) {
    this.ask = ask;
    this.horizon = horizon;
  }

  get last() {
    return this.today && daysAfter(this.today, this.horizon());
  }

  /** Whether anything was seen before, so that the customer has asked for what comes. */
  get seen() {
    return Boolean(this.week || this.fault);
  }

  /** @param {string} zone of the branch  @returns {WeekState} */
  state(zone) {
    const { week, from, fault, today, last, soonest } = this;
    return { week, from, fault, today, last, soonest, zone: week?.zone ?? zone };
  }

  /**
   * Asks for the week from a date on, and calls `wait` meanwhile.
   * @param {string | undefined} from
   * @param {() => void} wait
   * @returns {Promise<boolean>} whether it is still wanted
   */
  async load(from, wait) {
    // A week that begins later says nothing of the first free time: one day from today on tells it.
    const beside = from && from !== this.today && this.soonest === undefined ? this.ask(undefined, 1) : null;
    const answer = Promise.all([this.early ?? this.ask(from, DAYS_SHOWN), beside]);
    const { seen } = this;
    this.early = this.fault = null;
    this.asked = answer; // an arrow pressed meanwhile makes this answer stale
    this.from = from;
    wait();
    const refusal = await answer.then(
      ([week, start]) => (this.asked === answer && this.learn(week, start), null),
      (/** @type {Refusal} */ reason) => reason,
    );
    if (!seen) await painted();
    if (this.asked !== answer) return false;
    this.asked = null;
    this.fault = refusal;
    const due = this.fault ? from : this.within(from);
    if (due === from) return true;
    this.forget(due);
    return this.load(due, wait);
  }

  /** The date, unless it lies in the past or past the horizon; then the nearest to it. */
  within(date) {
    if (!date) return date;
    return date > this.last ? this.last : later(date, this.today);
  }

  /** @param {Week} week  @param {Week | null} start one that begins with today */
  learn(week, start) {
    const first = week.days[0].date;
    this.week = week;
    this.today = week.today;
    this.from = first;
    if (start) this.soonest = firstFree(start);
    // Nothing was free before this week: the first free time may have changed, but not to one before it.
    else if (first <= this.today || this.soonest === null || this.soonest >= first) this.soonest = firstFree(week);
  }

  has(date) {
    return Boolean(this.week?.days.some((day) => day.date === date));
  }

  /** The next week to be seen begins with this date. */
  forget(date) {
    this.week = this.fault = this.asked = null;
    this.from = date;
  }
}
