/**
 * The week, and the month, in which a customer chooses another time for an appointment.
 *
 * A module of its own, fetched by the customer's own page when it is asked for. Both views are those of the booking page.
 */
import { announce, attend, daysAfter, faultBox, freeOf, h, later, Refusal, redraw, skeleton, t } from "./booking.js";

const WEEK = 7;
const LONGEST_MONTH = 31;

/**
 * Made with: `appointment` as the API gives it, and `ask` (from a date on, how many days; gives the promise of a week).
 * Fires `pick` (detail: the slot).
 */
class MovingView extends HTMLElement {
  /** Also whenever it is put anew: the language may have changed meanwhile. */
  connectedCallback() {
    if (!this.view) {
      this.view = h("terminwerk-week", {
        onchoose: ({ detail }) => this.dispatchEvent(new CustomEvent("pick", { detail })),
        onturn: ({ detail }) => this.load(detail),
        onmonth: () => this.showMonth(),
      });
      this.replaceChildren(this.view);
      this.load(this.appointment.start.slice(0, 10)); // the offset is the branch's, so this is its local date
    } else if (!this.calendar) this.view.show(this.state());
  }

  state() {
    const { week, from, fault, today, soonest, last } = this;
    return { week, from, fault, today, soonest, last, zone: this.appointment.zone };
  }

  /** What is free from a date on; the first time also from today on, which tells what the first free time of all is. */
  async load(from) {
    const again = Boolean(this.week || this.fault);
    const answer = Promise.all([this.ask(from, WEEK), this.week ? null : this.ask(undefined, 1)]);
    this.asked = answer; // an arrow pressed meanwhile makes this answer stale
    this.from = from;
    this.fault = null;
    this.view.wait(this.state());
    const refusal = await answer.then(
      (weeks) => this.asked === answer && this.learn(...weeks),
      (reason) => reason,
    );
    if (this.asked !== answer) return;
    this.asked = null;
    this.fault = refusal || null;
    const due = this.fault ? from : this.within(from);
    if (due !== from) return this.load(due);
    this.view.show(this.state());
    if (!this.fault) this.say();
    if (again && document.activeElement === document.body) attend(this.view.querySelector(this.fault ? "#fault" : "h2"));
  }

  learn(week, start) {
    this.week = week;
    this.today = week.today;
    this.last = daysAfter(this.today, this.appointment.horizon_days);
    if (start) this.soonest = freeOf(start.days)[0]?.start ?? start.next_free;
  }

  /** The date, unless it lies in the past or past the horizon; then the nearest to it. */
  within(date) {
    return date > this.last ? this.last : later(date, this.today);
  }

  say() {
    const count = freeOf(this.week.days).length;
    announce(t(count === 1 ? "week_shown_one" : "week_shown", { range: this.view.range(), count }));
  }

  showMonth() {
    const month = this.from.slice(0, 7);
    const ask = async (from) => {
      const { days } = await this.ask(from, LONGEST_MONTH);
      return { days: days.map((day) => ({ date: day.date, free: freeOf([day]).length })) };
    };
    const early = ask(later(this.today, `${month}-01`));
    early.catch(() => {}); // looked at by the module
    this.calendar = h(
      "terminwerk-month",
      {
        "aria-busy": "true",
        onpick: ({ detail }) => this.showWeek(detail),
        onweek: () => this.showWeek(this.from),
      },
      h("p", { class: "unseen" }, t("loading_times")),
      skeleton(),
    );
    Object.assign(this.calendar, { month, ask, early, today: this.today, last: this.last, free: new Map() });
    import("./month.js").catch(() => this.lackMonth());
    this.replaceChildren(this.calendar);
    this.closest("main").querySelector("h1").focus({ preventScroll: true });
  }

  lackMonth() {
    this.calendar.removeAttribute("aria-busy");
    redraw(
      this.calendar,
      faultBox(new Refusal(0), () => this.showMonth()),
    );
  }

  async showWeek(date) {
    this.calendar = null;
    this.replaceChildren(this.view);
    await this.load(date);
    this.view.querySelector("h2")?.focus();
  }
}

customElements.define("terminwerk-moving", MovingView);
