/**
 * The booking page: a customer looks at a week, picks a free time, leaves name and e-mail address, is told what comes next.
 *
 * The page is six requests (page, style, script, texts, access, slots), and the last three leave together as soon as the script
 * has arrived. What few ask for, the month and being called back, and what only the form needs, advice on addresses and the
 * proof of work, comes when it is needed. What a customer types stays in memory and goes into the body of one request, never
 * into an address or a storage, so the page works in any iframe. The history keeps what was chosen, so that it outlives a
 * reload.
 */
import { Refusal, randomKey } from "../kit/api.js";
import { paint } from "../kit/colour.js";
import { redraw, setBusy, whisper } from "../kit/dom.js";
import { broken, faultText, safely } from "../kit/fault.js";
import { arrive, attend, frame, giveUp, settle } from "../kit/frame.js";
import { DAY, dateIn, dateOf, noon } from "../kit/moments.js";
import { ANY } from "../kit/names.js";
import { LANGUAGES, pickLanguage, t, wishes } from "../kit/texts.js";
import { footer, header, knowContact, offerCalls, speak } from "../kit/practice.js";
import { newCalendar } from "../times/calendar.js";
import { cost } from "../times/kind.js";
import { DAYS_SHOWN, Times } from "../times/times.js";
import { EMPTY } from "./values.js";
import { Gate } from "./gate.js";
import { newCaller } from "./later.js";
import { STEPS, duration, templateName } from "./steps.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {{start: string, resource?: string}} Pick  `resource`: where it is, if any was asked for
 * @typedef {{step?: string, resource?: string, template?: string, start?: string, at?: string, status?: string, until?: string,
 *   early?: number}} Memory  what the history keeps; `at`: where the start is, if any was asked for
 * @typedef {Partial<Schemas["Created"]> & {email?: string, name?: string, corrected?: boolean}} Result
 *   `email` and `name` are forgotten when the page is loaded anew
 */

const LONGEST_LOOK = 92; // days of free times that one question may ask for

/**
 * Leads through the steps: resource, template (each only where there is a choice), week (or month, then week), form, done.
 * Steps are entries of the browser's history, so that its back button does what people expect.
 */
export class BookingPage extends HTMLElement {
  /** @type {Schemas["AccessView"] | undefined} */
  access;
  /** Why there is no access. @type {Refusal | undefined} */
  refusal;
  step = "loading";
  /** @type {Pick | null} */
  pick = null;
  /** @type {Result | null} */
  result = null;
  /** A time that was chosen and is not to be had. @type {{start: string, heading: string, alternatives: Pick[], unsure: boolean} | null} */
  lost = null;
  /** The start that an unanswered request may have got. @type {string | null} */
  unsure = null;
  values = { ...EMPTY };
  call = { name: "", phone: "", when: "", website: "" };
  /** @type {Record<string, import("../kit/flaws.js").Flaw>} */
  errors = {};
  /** @type {Refusal | null} */
  fault = null;
  sending = false;
  /** Whether to ask past the caches. */
  fresh = false;
  /** @type {HTMLElementTagNameMap["terminwerk-week"]} */
  view;
  /** @type {any} the form, or what stands in its place for who is invited */
  form;
  /** @type {HTMLElement} */
  calendar;
  /** @type {HTMLElement} */
  caller;

  connectedCallback() {
    const query = new URLSearchParams(location.search);
    // What a mail program, or a hand, has put behind an id is none of it.
    const id = (name) => /^[\w-]+/.exec(query.get(name) ?? "")?.[0] ?? null;
    this.alias = id("a") ?? "";
    /** What stands behind the link: an access, or an invitation. @type {any} */
    this.gate = new Gate(encodeURIComponent(this.alias));
    this.resource = id("r");
    this.template = id("t");
    this.times = new Times(
      (from, days) => this.askSlots(from, days),
      () => this.templateItem?.horizon_days ?? this.access.horizon_days,
    );
    this.times.from = dateIn(query.get("d"));
    this.wished = wishes(query.get("l"));
    const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    /** @type {Memory} */
    this.past = (entry?.type !== "navigate" && history.state) || {}; // who follows a link to here begins anew
    addEventListener("popstate", (event) => this.return(event.state?.step));
    this.addEventListener("call", () => this.go("call"));
    this.start().catch((error) => broken(this, error));
  }

  async start() {
    const spoken = speak(pickLanguage(this.wished));
    const access = this.ask(spoken);
    const asked = this.resource && (this.resource !== ANY || this.template); // of any, a kind is asked for first
    this.times.early = this.alias && asked ? this.askSlots(this.times.from) : null;
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
      this.refusal = refusal instanceof Refusal ? refusal : new Refusal(0);
      return this.enter("refused");
    }
    return this.open();
  }

  /** What the link opens. @param {Promise<void>} spoken @returns {Promise<Schemas["AccessView"]>} */
  async ask(spoken) {
    const [, invitation] = /^#i=([\w.]+)/.exec(location.hash) ?? [];
    if (invitation) {
      await spoken;
      const { Invitation } = await import("./invited.js");
      this.gate = new Invitation(invitation);
    } else if (!this.alias) throw new Refusal(404, { code: "unknown_access" });
    return this.gate.open();
  }

  open() {
    const { branch, resources } = this.access;
    paint(branch.accent_colour);
    this.gone = this.resource && !this.resourceItem;
    if (this.gone || !this.resource) {
      this.times.early = null;
      this.resource = resources.length === 1 && !this.gone ? resources[0].id : null;
    }
    const { past } = this;
    if (past.step !== "resource" && this.itemOf(past.resource)) {
      const template = past.step === "template" ? null : past.template;
      if (this.resource !== past.resource || this.template !== template) this.times.early = null;
      Object.assign(this, { resource: past.resource, template });
    }
    this.go(this.kept(this.nextChoice(), past), true);
  }

  /**
   * The step of a page that was loaded anew, with the time that was chosen, or asked for, before.
   * @param {string} choice
   * @param {Memory} past
   */
  kept(choice, { step, start, at: resource, status, until, early }) {
    if (choice !== "week" || !start || !["form", "done"].includes(step)) return choice;
    if (step === "form") this.pick = { start, resource };
    else this.result = { start, resource, status: /** @type {Result["status"]} */ (status), confirm_until: until, early };
    this.times.early = null;
    this.times.from = dateOf(start);
    return step;
  }

  // --- what is chosen

  /** Stands for whichever resource is free first: for all kinds of all of them. */
  get anyItem() {
    const templates = [...new Set(this.access.resources.flatMap((each) => each.templates))];
    return templates.length > 0 ? { id: ANY, name: t("resource_any"), templates } : undefined;
  }

  /** What may be chosen from: also any, where at least two have the same kind. */
  get places() {
    const { resources } = this.access;
    const carried = resources.flatMap((each) => each.templates);
    return new Set(carried).size < carried.length && this.itemOf(ANY) ? [this.itemOf(ANY), ...resources] : resources;
  }

  itemOf(resource) {
    return this.access.resources.find(({ id }) => id === resource) ?? (resource === ANY ? this.anyItem : undefined);
  }

  get resourceItem() {
    return this.itemOf(this.resource);
  }

  /** Where it is; of any, which one a time is at. */
  get place() {
    const time = { form: this.pick, done: this.result }[this.step];
    return this.itemOf(time?.resource ?? this.resource)?.name;
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
    const kind = template && [templateName(this, template), duration(this, template)].filter(Boolean).join(", ");
    return [kind, (!kind || this.access.resources.length > 1) && this.place].filter(Boolean).join(" · ");
  }

  /** "25,00 €, Selbstzahler" */
  get cost() {
    return this.templateItem && cost(this.templateItem);
  }

  // --- steps

  /** @param {boolean} replace true where going back must not lead to the step before */
  go(step, replace = false) {
    history[replace ? "replaceState" : "pushState"](this.memory(step), "");
    this.enter(step);
  }

  /** What the history keeps: the step and what was chosen, nothing of a person. @returns {Memory} */
  memory(step) {
    const { resource, template } = this;
    const {
      start,
      resource: at,
      status,
      confirm_until: until,
      early,
    } = /** @type {Result} */ ((step === "done" ? this.result : this.pick) ?? {});
    return { step, resource, template, start, at, status, until, early };
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
    offerCalls(Boolean(this.contact && this.alias) && step !== "call");
    if (step === "resource") this.resource = this.template = null;
    if (step === "template") this.template = null;
    if (["resource", "template"].includes(step)) {
      this.lost = this.pick = this.result = null;
      this.times.forget(this.times.from);
      this.times.soonest = undefined;
    }
    if (step === "month") this.calendar = this.month();
    if (step === "call") this.caller = newCaller(this);
    this.draw();
    whisper("");
    const heading = this.parts.main.querySelector("h1");
    if (first) document.title = this.titleOf(heading);
    else arrive(heading, this.titleOf(heading));
    if (step === "week" && !this.times.week && !this.times.asked) this.load(this.times.from);
  }

  /** Once more what did not come. */
  enterAgain() {
    this.enter(this.step);
    attend(this.parts.main.querySelector("h1"));
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
    setBusy(this.parts.main, this.step === "loading");
    this.parts.main.className = `step-${this.step}`;
    safely(this, () => redraw(this.parts.main, (this.gate.steps?.[this.step] ?? STEPS[this.step])(this)));
    redraw(this.parts.bottom, footer(branch));
  }

  async switchTo(tag) {
    try {
      await speak(tag);
    } catch (refusal) {
      return whisper(t(faultText(refusal)));
    }
    this.draw();
    document.title = this.titleOf(this.parts.main.querySelector("h1"));
  }

  // --- the week

  /** @param {string | undefined} from a date; left out, the server takes its today */
  askSlots(from, days = DAYS_SHOWN) {
    return this.gate.slots(this.query(from, days));
  }

  /** How many free times each day has, as far as one question reaches and the horizon allows. */
  askDays(from) {
    const left = (noon(this.times.last).getTime() - noon(from).getTime()) / DAY + 1;
    return this.gate.days(this.query(from, Math.min(left, LONGEST_LOOK)));
  }

  query(from, days) {
    const query = new URLSearchParams({ resource: this.resource, days: String(days) });
    if (this.template) query.set("template", this.template);
    if (from) query.set("from", from);
    if (this.fresh) query.set("fresh", randomKey().slice(0, 8)); // part of the caches' key
    return query;
  }

  weekState() {
    const state = this.times.state(this.access.branch.zone);
    return this.lost ? { ...state, soonest: null } : state; // one offer at a time
  }

  async load(from) {
    const again = this.times.seen;
    const wanted = await this.times.load(from, () => this.view.wait(this.weekState()));
    if (wanted && this.step === "week") safely(this, () => this.view.answer(this.weekState(), again));
  }

  month() {
    const leave = (date) => {
      if (date) this.times.forget(date);
      this.go("week");
    };
    return newCalendar(
      this.times,
      (from) => this.askDays(from),
      leave,
      () => this.enterAgain(),
    );
  }

  /** @param {Pick} slot */
  choose(slot) {
    this.pick = slot;
    this.lost = this.fault = this.result = null;
    this.errors = {};
    this.go("form");
  }

  /** Back to the week of the chosen time, which may be another than the one seen last. */
  retime() {
    if (this.sending) return;
    const date = dateOf(this.pick.start);
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
}

settle();
customElements.define("terminwerk-booking", BookingPage);
