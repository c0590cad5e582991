/**
 * What the booking page loads when it is asked for, with what is seen until it is there.
 *
 * @typedef {import("./page.js").BookingPage} BookingPage
 */
import { Refusal } from "../kit/api.js";
import { h, redraw } from "../kit/dom.js";
import { attend, skeleton } from "../kit/frame.js";
import { later } from "../kit/moments.js";
import { t } from "../kit/texts.js";
import { EMPTY } from "./form.js";
import { faultBox } from "./parts.js";

/** The days of a month are asked for while the module that shows them is on its way. */
export function newCalendar(page) {
  const month = page.times.from.slice(0, 7);
  const ask = (from) => page.askDays(from);
  const early = ask(later(page.times.today, `${month}-01`));
  early.catch(() => {}); // looked at by the module
  const pick = ({ detail: date }) => {
    page.times.forget(date);
    page.go("week");
  };
  const calendar = h("terminwerk-month", { onpick: pick, onweek: () => page.go("week") });
  bring(page, calendar, "loading_times", () => import("./month.js"));
  return Object.assign(calendar, { month, ask, early, today: page.times.today, last: page.times.last, free: new Map() });
}

/** What was typed so far need not be typed again. */
export function newCaller(page) {
  const { call, values, gate } = page;
  call.name ||= `${values.first_name} ${values.last_name}`.trim();
  call.phone ||= values.phone;
  const caller = h("terminwerk-call", { onback: () => history.back(), onweek: () => page.go(page.nextChoice()) });
  bring(page, caller, "loading", () => import("./callback.js").then(({ learn }) => learn()));
  return Object.assign(caller, { values: call, gate, branch: page.contact, online: Boolean(page.access) });
}

export function newCorrection(page) {
  const { email, manage_url: url } = page.result;
  const correct = ({ detail }) => {
    page.result = { ...page.result, ...detail, corrected: true };
    page.values.email = detail.email;
    page.go("done", true);
  };
  const form = h("terminwerk-correction", { oncorrected: correct });
  bring(page, form, "loading", () => import("./correction.js").then(({ learn }) => learn()));
  return Object.assign(form, { values: { ...EMPTY, email }, url });
}

/** What fills a place is a module of its own: what is seen until it is there, and where it does not come. */
function bring(page, place, waiting, load) {
  place.setAttribute("aria-busy", "true");
  place.append(h("p", { class: "unseen" }, t(waiting)), skeleton());
  load().catch(() => lack(page, place));
}

function lack(page, place) {
  const repeat = () => {
    page.enter(page.step);
    attend(page.parts.main.querySelector("h1"));
  };
  place.removeAttribute("aria-busy");
  redraw(place, faultBox(new Refusal(0), repeat));
}
