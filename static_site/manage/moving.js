/**
 * The week, and the month, in which a customer chooses another time for an appointment.
 *
 * A module of its own, fetched by the customer's own page when it is asked for. Both views are those of the booking page.
 */
import { Refusal } from "../kit/api.js";
import { announce, h, redraw } from "../kit/dom.js";
import { attend, skeleton } from "../kit/frame.js";
import { later } from "../kit/moments.js";
import { t } from "../kit/texts.js";
import { faultBox } from "../booking/parts.js";
import { Times } from "../booking/times.js";
import { freeOf } from "../booking/week.js";

const LONGEST_MONTH = 31;

/**
 * Made with: `appointment` as the API gives it, and `ask` (from a date on, how many days; gives the promise of a week).
 * Fires `pick` (detail: the slot).
 */
class MovingView extends HTMLElement {
  /** Also whenever it is put anew: the language may have changed meanwhile. */
  connectedCallback() {
    if (!this.view) {
      this.times = new Times(this.ask, () => this.appointment.horizon_days);
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
    return this.times.state(this.appointment.zone);
  }

  async load(from) {
    const again = this.times.seen;
    if (!(await this.times.load(from, () => this.view.wait(this.state())))) return;
    this.view.show(this.state());
    const { fault } = this.times;
    if (!fault) this.say();
    if (again && document.activeElement === document.body) attend(this.view.querySelector(fault ? "#fault" : "h2"));
  }

  say() {
    const count = freeOf(this.times.week.days).length;
    announce(t(count === 1 ? "week_shown_one" : "week_shown", { range: this.view.range(), count }));
  }

  showMonth() {
    const month = this.times.from.slice(0, 7);
    const ask = async (from) => {
      const { days } = await this.ask(from, LONGEST_MONTH);
      return { days: days.map((day) => ({ date: day.date, free: freeOf([day]).length })) };
    };
    const early = ask(later(this.times.today, `${month}-01`));
    early.catch(() => {}); // looked at by the module
    this.calendar = h(
      "terminwerk-month",
      {
        "aria-busy": "true",
        onpick: ({ detail }) => this.showWeek(detail),
        onweek: () => this.showWeek(this.times.from),
      },
      h("p", { class: "unseen" }, t("loading_times")),
      skeleton(),
    );
    Object.assign(this.calendar, { month, ask, early, today: this.times.today, last: this.times.last, free: new Map() });
    import("../booking/month.js").catch(() => this.lackMonth());
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
