/**
 * The booking page: a customer looks at a week, picks a free time, leaves name and e-mail address, is told what comes next.
 *
 * The page is six requests (page, style, script, texts, access, slots), and the last three leave together as soon as the script
 * has arrived. What few ask for, the month and being called back, and what only the form needs, advice on addresses and the
 * proof of work, comes when it is needed. What a customer types stays in memory and goes into the body of one request, never
 * into an address or a storage, so the page works in any iframe. The history keeps what was chosen, so that it outlives a
 * reload.
 *
 * @typedef {import("./week.js").Slot} Slot
 * @typedef {import("./week.js").Week} Week
 */
import { Refusal, ask, randomKey } from "../kit/api.js";
import { paint } from "../kit/colour.js";
import { announce, redraw } from "../kit/dom.js";
import { arrive, attend, frame, framed, giveUp, tellHeight } from "../kit/frame.js";
import { DAY, dateIn, noon } from "../kit/moments.js";
import { LANGUAGES, language, pickLanguage, t, wishes } from "../kit/texts.js";
import { EMPTY, FIELDS, mendable } from "./form.js";
import { Gate } from "./gate.js";
import { newCalendar, newCaller } from "./later.js";
import { faultText, footer, header, knowContact, offerCalls, speak } from "./parts.js";
import { STEPS, duration, templateName } from "./steps.js";
import { Times } from "./times.js";
import { DAYS_SHOWN, byTime, freeOf } from "./week.js";

const LONGEST_LOOK = 92; // days of free times that one question may ask for

/** Why a chosen time is not to be had, by the API's code. */
const LOST = {
  slot_taken: "lost_heading",
  too_soon: "gone_heading",
  too_far: "gone_heading",
  outside_availability: "gone_heading",
  not_found: "gone_heading",
};

/**
 * Leads through the steps: resource, template (each only where there is a choice), week (or month, then week), form, done.
 * Steps are entries of the browser's history, so that its back button does what people expect.
 */
export class BookingPage extends HTMLElement {
  connectedCallback() {
    const query = new URLSearchParams(location.search);
    // What a mail program, or a hand, has put behind an id is none of it.
    const id = (name) => /^[\w-]+/.exec(query.get(name) ?? "")?.[0] ?? null;
    this.alias = id("a") ?? "";
    this.resource = id("r");
    this.template = id("t");
    this.times = new Times(
      (from, days) => this.askSlots(from, days),
      () => this.access.horizon_days,
    );
    this.times.from = dateIn(query.get("d"));
    this.wished = wishes(query.get("l"));
    this.gate = new Gate(encodeURIComponent(this.alias));
    this.values = { ...EMPTY };
    this.call = { name: "", phone: "", when: "", website: "" };
    this.step = "loading";
    this.errors = {};
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    this.before = (type !== "navigate" && history.state) || {}; // who follows a link to here begins anew
    addEventListener("popstate", (event) => this.return(event.state?.step));
    this.addEventListener("call", () => this.go("call"));
    this.start();
  }

  async start() {
    const spoken = speak(pickLanguage(this.wished));
    const access = this.alias
      ? ask("GET", `/access/${encodeURIComponent(this.alias)}`)
      : Promise.reject(new Refusal(404, { code: "unknown_access" }));
    this.times.early = this.alias && this.resource ? this.askSlots(this.times.from) : null;
    for (const promise of [access, this.times.early]) promise?.catch(() => {}); // looked at below, after the texts
    try {
      await spoken;
    } catch {
      return giveUp(this);
    }
    this.parts = frame(this);
    this.enter("loading");
    try {
      this.access = await access;
      await speak(pickLanguage(this.wished, this.access.languages));
    } catch (refusal) {
      this.refusal = refusal;
      return this.enter("refused");
    }
    return this.open();
  }

  open() {
    const { branch, resources } = this.access;
    paint(branch.accent_colour);
    this.gone = this.resource && !resources.some(({ id }) => id === this.resource);
    if (this.gone || !this.resource) {
      this.times.early = null;
      this.resource = resources.length === 1 && !this.gone ? resources[0].id : null;
    }
    const { before } = this;
    if (before.step !== "resource" && resources.some(({ id }) => id === before.resource)) {
      const template = before.step === "template" ? null : before.template;
      if (this.resource !== before.resource || this.template !== template) this.times.early = null;
      Object.assign(this, { resource: before.resource, template });
    }
    this.go(this.kept(this.nextChoice(), before), true);
  }

  /** The step of a page that was loaded anew, with the time that was chosen, or asked for, before. */
  kept(choice, { step, start, status, until, early }) {
    if (choice !== "week" || !start || !["form", "done"].includes(step)) return choice;
    if (step === "form") this.pick = { start };
    else this.result = { start, status, confirm_until: until, early };
    this.times.early = null;
    this.times.from = start.slice(0, 10);
    return step;
  }

  // --- what is chosen

  get resourceItem() {
    return this.access.resources.find(({ id }) => id === this.resource);
  }

  get templates() {
    return this.access.templates.filter(({ id }) => this.resourceItem?.templates.includes(id));
  }

  get templateItem() {
    return this.templates.find(({ id }) => id === this.template);
  }

  /** The first choice still open. A choice of one is none. */
  nextChoice() {
    if (!this.resourceItem) return "resource";
    const asked = this.template;
    if (!this.templateItem) this.template = this.templates.length === 1 ? this.templates[0].id : null;
    // Asked without a kind, the first request for slots was answered for the first one: right where there is no other.
    if (asked ? this.template !== asked : this.templates.length > 1) this.times.early = null;
    return this.templates.length > 0 && !this.template ? "template" : "week";
  }

  /** "Hörtest, 45 Minuten", and where it is, if that is a choice: "Hörtest, 45 Minuten · Kabine 1" */
  get what() {
    const template = this.templateItem;
    const kind = template && [templateName(template), duration(template)].filter(Boolean).join(", ");
    return [kind, (!kind || this.access.resources.length > 1) && this.resourceItem?.name].filter(Boolean).join(" · ");
  }

  // --- steps

  /** @param {boolean} replace true where going back must not lead to the step before */
  go(step, replace = false) {
    history[replace ? "replaceState" : "pushState"](this.memory(step), "");
    this.enter(step);
  }

  /** What the history keeps: the step and what was chosen, nothing of a person. */
  memory(step) {
    const { resource, template } = this;
    const { start, status, confirm_until: until, early } = (step === "done" ? this.result : this.pick) ?? {};
    return { step, resource, template, start, status, until, early };
  }

  /** The browser's back or forward. A step whose data is gone (sent, or the page was loaded anew) is the week. */
  return(step) {
    if (!this.access) return this.refusal && this.enter(step === "call" ? step : "refused");
    const choice = this.nextChoice();
    const month = this.times.today && choice === "week";
    const possible = { form: this.pick, done: this.result, resource: true, template: this.resourceItem, month, call: true };
    this.go(possible[step] ? step : choice, true);
  }

  enter(step) {
    const first = this.step === "loading" || this.step === step;
    this.step = step;
    knowContact(this.contact);
    offerCalls(Boolean(this.contact) && step !== "call");
    if (step === "resource") this.resource = this.template = null;
    if (step === "template") this.template = null;
    if (["resource", "template"].includes(step)) {
      this.lost = this.pick = this.result = null;
      this.times.forget(this.times.from);
      this.times.soonest = undefined;
    }
    if (step === "month") this.calendar = newCalendar(this);
    if (step === "call") this.caller = newCaller(this);
    this.draw();
    announce("");
    const heading = this.parts.main.querySelector("h1");
    if (first) document.title = this.titleOf(heading);
    else arrive(heading, this.titleOf(heading));
    if (step === "week" && !this.times.week && !this.times.asked) this.load(this.times.from);
  }

  /** The practice, as far as it is known: of an access that is switched off, name, phone and e-mail address. */
  get contact() {
    return this.access?.branch ?? this.refusal?.body.contact;
  }

  titleOf(heading) {
    const practice = this.contact?.name;
    return practice ? t("title", { step: heading.textContent, practice }) : heading.textContent;
  }

  draw() {
    const branch = this.access?.branch ?? null;
    redraw(
      this.parts.top,
      header(this.contact, this.access?.languages ?? LANGUAGES, (tag) => this.switchTo(tag)),
    );
    this.parts.main.toggleAttribute("aria-busy", this.step === "loading");
    this.parts.main.className = `step-${this.step}`;
    redraw(this.parts.main, STEPS[this.step](this));
    redraw(this.parts.bottom, footer(branch));
  }

  async switchTo(tag) {
    try {
      await speak(tag);
    } catch (refusal) {
      return announce(t(faultText(refusal)));
    }
    this.draw();
    document.title = this.titleOf(this.parts.main.querySelector("h1"));
  }

  // --- the week

  /** @param {string | undefined} from a date; left out, the server takes its today */
  askSlots(from, days = DAYS_SHOWN) {
    return this.askTimes("slots", from, days);
  }

  /** How many free times each day has, as far as one question reaches and the horizon allows. */
  askDays(from) {
    const left = (noon(this.times.last) - noon(from)) / DAY + 1;
    return this.askTimes("days", from, Math.min(left, LONGEST_LOOK));
  }

  askTimes(what, from, days) {
    const query = new URLSearchParams({ resource: this.resource, days: String(days) });
    if (this.template) query.set("template", this.template);
    if (from) query.set("from", from);
    if (this.fresh) query.set("fresh", randomKey().slice(0, 8)); // part of the caches' key
    return ask("GET", `/access/${encodeURIComponent(this.alias)}/${what}?${query}`);
  }

  weekState() {
    const state = this.times.state(this.access.branch.zone);
    return this.lost ? { ...state, soonest: null } : state; // one offer at a time
  }

  async load(from) {
    const again = this.times.seen;
    const wanted = await this.times.load(from, () => this.view.wait(this.weekState()));
    if (wanted && this.step === "week") this.showWeek(again);
  }

  /** @param {boolean} again whether a week was seen before, so that the customer has asked for this one */
  showWeek(again) {
    this.view.show(this.weekState());
    if (!this.times.fault) this.sayWeek();
    const target = this.view.querySelector(this.times.fault ? "#fault" : "h2");
    if (again && document.activeElement === document.body) attend(target);
  }

  sayWeek() {
    const count = freeOf(this.times.week.days).length;
    announce(t(count === 1 ? "week_shown_one" : "week_shown", { range: this.view.range(), count }));
  }

  /** @param {Slot} slot */
  choose(slot) {
    this.pick = slot;
    this.lost = this.fault = this.result = null;
    this.errors = {};
    this.go("form");
  }

  /** Back to the week of the chosen time, which may be another than the one seen last. */
  retime() {
    if (this.sending) return;
    const date = this.pick.start.slice(0, 10);
    if (!this.times.has(date)) this.times.forget(date);
    this.go("week");
  }

  again() {
    const { last_name, first_name, email, phone, in_writing, held } = this.values;
    this.values = { ...EMPTY, last_name, first_name, email, phone, in_writing, held };
    this.go("week");
  }

  /** What the week showed is known to be old: from now on ask past the caches, and show nothing old meanwhile. */
  forgetWeek() {
    this.times.forget(this.times.from);
    this.times.soonest = undefined;
    this.fresh = true;
  }

  // --- the request

  formState() {
    const { access, values, pick, what, errors, fault, sending } = this;
    return { access, values, pick, what, errors, fault, sending, early: this.templateItem?.early };
  }

  details() {
    const filled = { resource: this.resource, start: this.pick.start, language, notice_version: this.access.notice_version };
    if (this.template) filled.template = this.template;
    for (const name of Object.keys(FIELDS)) {
      const value = this.values[name].trim();
      const asked = name === "message" ? this.access.message_field : this.values.for_other || !name.startsWith("visitor_");
      if (value && asked) filled[name] = value;
    }
    for (const name of ["in_writing", "remind"]) if (this.values[name]) filled[name] = true;
    return filled;
  }

  async send() {
    if (this.sending) return;
    const details = this.details();
    const website = this.values.website || undefined;
    this.sending = true;
    this.fault = null;
    this.form.show(this.formState());
    announce(t("sending"));
    try {
      this.finish(await this.gate.post("appointments", details, { website }, { confirm_first: true }));
    } catch (refusal) {
      this.refuse(refusal);
    } finally {
      this.sending = false;
    }
  }

  finish(answer) {
    const { email, for_other: other, ...said } = this.values;
    const name = (of) => `${said[`${of}first_name`]} ${said[`${of}last_name`]}`.trim();
    this.result = { ...answer, email: email.trim(), name: name(other ? "visitor_" : "") };
    this.unsure = null;
    this.pick = null;
    this.forgetWeek();
    this.go("done", true);
  }

  /** @param {Refusal} refusal */
  refuse(refusal) {
    this.sending = false;
    if (refusal.passing) return this.interrupted(refusal);
    const errors = mendable(refusal, FIELDS);
    if (Object.keys(errors).length > 0) return this.mend(errors);
    if (LOST[refusal.code] || refusal.body.codes?.start) return this.lose(refusal);
    return this.interrupted(refusal);
  }

  /** No answer, or one that may be another next time: everything stays, the button repeats. */
  interrupted(refusal) {
    if (refusal.passing && refusal.status !== 429) this.unsure = this.pick.start;
    this.fault = refusal;
    if (this.step !== "form") this.go("form");
    this.form.show(this.formState());
    attend(this.form.querySelector("#fault"));
  }

  mend(errors) {
    this.errors = errors;
    if (this.step !== "form") return;
    this.form.show(this.formState());
    this.form.complain();
  }

  lose(refusal) {
    const { start } = this.pick;
    this.lost = {
      start,
      heading: LOST[refusal.code] ?? "gone_heading",
      alternatives: byTime(refusal.body.alternatives),
      unsure: this.unsure === start,
    };
    this.pick = null;
    if (!this.times.has(start.slice(0, 10))) this.times.from = start.slice(0, 10);
    this.forgetWeek();
    this.go("week", true);
  }
}

if (framed) tellHeight();
customElements.define("terminwerk-booking", BookingPage);
