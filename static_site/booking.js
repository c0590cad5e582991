/**
 * The booking page: a customer looks at a week, picks a free time, leaves name and e-mail address, is told what comes next.
 *
 * One module on purpose: the page is six requests (page, style, this, texts, access, slots), and the last three leave together
 * as soon as this one has arrived. Modules of their own are what few ask for, the month and being called back, and what only
 * the form needs: advice on addresses, and the proof of work, which is made while a customer types. No public text is in here;
 * they are in texts/<language>.json. What a customer types stays in memory and goes into the body of one request, never into an
 * address or a storage, so the page works in any iframe. The history keeps what was chosen, so that it outlives a reload.
 *
 * @typedef {{start: string, end?: string, state?: "free" | "taken"}} Slot
 * @typedef {{date: string, slots: Slot[]}} Day
 * @typedef {{code: string}} Flaw with the code's facts beside it: `{code: "too_long", most: 60}`
 * @typedef {{zone: string, today: string, days: Day[], next_free: string | null}} Week
 * @typedef {{id: string, name: string, address?: string, phone?: string, email?: string, zone: string, imprint_url?: string,
 *   privacy_url?: string, accessibility_url?: string, accent_colour?: string}} Branch
 */

export const LANGUAGES = ["de", "en"];
const LOCALES = { de: "de-DE", en: "en-GB" };
const DAYS_SHOWN = 7;
const FEW = 4; // free times on a phone before the other days stay folded
const ANSWER_WITHIN = 30_000; // milliseconds; the gateway gives up at 29 s
const PROOF_WITHIN = 20_000; // milliseconds after the tap; then the request goes without
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const LONGEST_LOOK = 92; // days of free times that one question may ask for

const framed = window.parent !== window;
const wide = matchMedia("(min-width: 37.5em)"); // 600 px at the usual text size

// ---------------------------------------------------------------------------------------------------------------- elements

/**
 * An element with attributes, listeners (`onclick`), properties (`.value`) and children; what is null or false is left out.
 * Strings become text, never markup.
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith(".")) element[name.slice(1)] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).flatMap(whole));
  return element;
}

/** "E-Mail" in one line: browsers break after its hyphen. Staff's pages have texts and layouts of their own. */
function whole(child) {
  if (typeof child !== "string" || !texts.email) return child;
  const parts = child.split(new RegExp(`(${texts.email})`, "i"));
  return parts.map((part, index) => (index % 2 ? h("span", { class: "whole", ".textContent": part }) : part));
}

/** Replaces what an element holds and gives the focus back to the control of the same id, so that it is never lost. */
export function redraw(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceChildren(...children.flat(2).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Tells screen readers something that others see happen. */
export function announce(text) {
  const voice = document.querySelector("[role=status].unseen");
  if (voice) voice.textContent = text;
}

/** Takes a reader to the top of a step: the heading gets the focus, the frame around us scrolls it into view. */
export function arrive(heading, title) {
  document.title = title;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  if (framed) tellParent({ top: 0 });
  else scrollTo(0, 0);
}

/** Brings something within the page into view, also where a page around us does the scrolling. */
export function attend(element) {
  element.focus({ preventScroll: framed });
  if (framed) tellParent({ top: element.getBoundingClientRect().top });
}

/** Lets what has been drawn be seen before more is drawn. Frames out of sight are not painted: it does not wait for ever. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}

/** Any parent may know our height and title (no personal data is in either), and we cannot know its origin. */
function tellParent(message) {
  parent.postMessage({ terminwerk: { title: document.title, ...message } }, "*");
}

function tellHeight() {
  document.documentElement.classList.add("framed");
  new ResizeObserver(() => tellParent({ height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(
    document.body,
  );
}

// ------------------------------------------------------------------------------------------------------- texts and moments

let texts = {};
export let language = "de";

/** The languages to try, best first: the one asked for in the link, then the browser's. */
export function wishes(first) {
  return [first, ...navigator.languages.map((tag) => tag.slice(0, 2))];
}

export function pickLanguage(wished, offered = LANGUAGES) {
  const known = offered.filter((tag) => LANGUAGES.includes(tag));
  return wished.find((tag) => known.includes(tag)) ?? known[0] ?? LANGUAGES[0];
}

/** What the files of texts are called before the language; a module that says more adds its own before it speaks. */
export const volumes = [""];
const loaded = new Map();

/** @param {string} tag one of LANGUAGES */
export async function speak(tag) {
  texts = Object.assign({}, ...(await Promise.all(volumes.map((volume) => textsOf(volume + tag)))));
  language = tag;
  document.documentElement.lang = tag;
}

/** A file of texts is fetched once; again where it did not come. */
function textsOf(name) {
  if (!loaded.has(name)) {
    loaded.set(name, fetchTexts(name));
    loaded.get(name).catch(() => loaded.delete(name));
  }
  return loaded.get(name);
}

async function fetchTexts(name) {
  const answer = await fetch(new URL(`texts/${name}.json`, import.meta.url), { credentials: "omit" });
  if (!answer.ok) throw new Refusal(answer.status);
  return answer.json();
}

/** The text of a key, `{name}` filled from values. */
export function t(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Like `t`, but a value may be an element: the text and the elements in order. */
export function rich(key, values) {
  return texts[key].split(/\{(\w+)\}/).map((part, index) => (index % 2 ? values[part] : part));
}

const formats = new Map();

/** Making an Intl formatter costs a thousand times what using it costs: each is made once per language and zone. */
function format(zone, options) {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALES[language], { timeZone: zone, ...options }));
  return formats.get(key);
}

const LONG_DAY = { weekday: "long", day: "numeric", month: "long" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** A calendar day has no zone: noon UTC, shown in UTC, is that day everywhere. */
const noon = (date) => new Date(`${date}T12:00Z`);
export const dayName = (date, options = LONG_DAY) => format("UTC", options).format(noon(date));
export const daysAfter = (date, count) => new Date(noon(date).getTime() + count * DAY).toISOString().slice(0, 10);
export const later = (one, other) => (one > other ? one : other);

/** The date in a link, if it is one: years the API knows, no 31 November. */
function dateIn(text) {
  const known = /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(noon(text).getTime());
  return known && daysAfter(text, 0) === text ? text : undefined;
}

/** "24. – 30. November 2026", or as short as it fits on a phone: "28. Nov. – 4. Dez." */
function rangeName(from, to, short = false) {
  const name = short ? { day: "numeric", month: "short" } : { day: "numeric", month: "long", year: "numeric" };
  return format("UTC", name).formatRange(noon(from), noon(to));
}

/** How far clocks go back: an hour, on Lord Howe Island half of one. */
const CHANGES = [-60, -30, 30, 60];

/**
 * "09:30"; in the night the clocks go back, where 02:30 comes twice, "02:30 MESZ" and "02:30 MEZ". As the API has written it: the
 * browser may know older rules of the zone.
 */
function timeName(moment, zone) {
  const clock = format(zone, CLOCK);
  const instant = Date.parse(moment);
  const name = clock.format(instant);
  const twice = CHANGES.some((minutes) => clock.format(instant + minutes * MINUTE) === name);
  return twice ? `${moment.slice(11, 16)} ${zoneName(moment, zone, "short")}` : moment.slice(11, 16);
}

export function zoneName(moment, zone, style = "longGeneric") {
  const parts = format(zone, { timeZoneName: style }).formatToParts(new Date(moment));
  return parts.find((part) => part.type === "timeZoneName").value;
}

/** "Dienstag, 24. November 2026, 09:30 Uhr" */
export function momentName(moment, zone, options = { ...LONG_DAY, year: "numeric" }) {
  return t("moment", { day: dayName(moment.slice(0, 10), options), time: timeName(moment, zone) });
}

/** "Bitte kommen Sie 10 Minuten früher, um 09:20 Uhr." */
export function earlyNote(minutes, start, zone) {
  if (!minutes) return null;
  const [now, then] = [0, minutes].map((early) => format(zone, CLOCK).format(Date.parse(start) - early * MINUTE));
  const known = now === start.slice(11, 16); // else the browser's rules are others than the API's
  const time = known ? then : new Date(Date.parse(`${start.slice(0, 16)}Z`) - minutes * MINUTE).toISOString().slice(11, 16);
  return h("span", { class: "early" }, t("early", { count: minutes, time }));
}

const SHORT_DAY = { weekday: "short", day: "numeric", month: "long" };

/** Whether the visitor's own clock shows something else at that moment. */
export function elsewhere(moment, zone) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const both = { ...CLOCK, day: "numeric" };
  return format(here, both).format(new Date(moment)) !== format(zone, both).format(new Date(moment));
}

// --------------------------------------------------------------------------------------------------------------------- API

/** What the API said other than yes. Status 0: no answer came, so nobody knows whether it happened. */
export class Refusal extends Error {
  constructor(status, body = {}) {
    super(body.code ?? String(status));
    this.status = status;
    this.body = body;
    this.code = body.code ?? "";
    this.passing = status === 0 || status === 429 || status >= 500;
  }
}

/** One request below /api/v1; the answer's body, or a Refusal. */
export async function ask(path, options = {}, read = (answer) => answer.json()) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_WITHIN);
  try {
    const answer = await fetch(`/api/v1${path}`, { credentials: "omit", signal: stop.signal, ...options });
    if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => ({})));
    return await read(answer);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(0);
  } finally {
    clearTimeout(timer);
  }
}

/** Random characters for keys; `crypto.randomUUID` exists in secure contexts only. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What robots have to work for: each request carries a proof of work, which the page makes while its form is filled. Where that
 * fails, or takes too long, the request goes without it. Nobody is told: a customer can do nothing about it.
 */
export class Gate {
  /** @param {string} path of the access, below /api/v1 */
  constructor(path) {
    this.path = path;
    this.sent = {};
  }

  /** Begins the work if it has not begun. */
  async proof() {
    try {
      this.prover ??= import("./proof.js").then(({ Prover }) => new Prover(() => this.challenge()));
      return await (await this.prover).proof();
    } catch {
      this.prover = null;
      return null;
    }
  }

  challenge() {
    const read = async (answer) => ({ challenge: await answer.json(), now: Date.parse(answer.headers.get("Date")) });
    return ask(`${this.path}/challenge`, {}, read);
  }

  /** The same details keep their key, so that a repeat after a lost answer does nothing twice; others are another request. */
  keyFor(what, details) {
    const text = JSON.stringify(details);
    if (this.sent[what]?.text !== text) this.sent[what] = { text, key: randomKey() };
    return this.sent[what].key;
  }

  /**
   * Posts details under their key. A proof that is refused is made anew, once; after that the request goes without.
   * @param {object} apart  what is sent with the details and is none
   * @param {object} without  what is sent instead of a proof
   */
  async post(what, details, apart, without) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": this.keyFor(what, details) };
    const late = new Promise((resolve) => setTimeout(resolve, PROOF_WITHIN, null));
    for (const attempt of [1, 2, 3]) {
      const proof = attempt < 3 ? await Promise.race([this.proof(), late]) : null;
      const body = JSON.stringify({ ...details, ...apart, ...(proof ? { proof } : without) });
      try {
        const answer = await ask(`${this.path}/${what}`, { method: "POST", headers, body });
        if (proof) this.drop();
        this.sent[what] = null;
        return answer;
      } catch (refusal) {
        if (proof && refusal.code === "proof_needed") this.drop();
        else {
          if (!refusal.passing) this.sent[what] = null; // only a 201 is remembered for a key
          throw refusal;
        }
      }
    }
  }

  /** A proof is good for one request. */
  drop() {
    this.prover?.then((prover) => prover.drop());
  }
}

/** Refusals that leave a customer nothing but the practice itself; they carry its contact. */
const ASK_US = { too_many_requests: "limit_lead", not_released: "closed_lead" };
const mustAsk = ({ code, body }) => Boolean(ASK_US[code] && body.contact);

/** Which text says what went wrong on the way. */
function faultText(refusal) {
  if (mustAsk(refusal)) return ASK_US[refusal.code];
  if (refusal.status === 0) return "fault_network";
  return refusal.status === 429 || refusal.status === 503 ? "fault_busy" : "fault_server";
}

// ----------------------------------------------------------------------------------------------------------- accent colour

const WHITE = [255, 255, 255];

function channels(colour) {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour ?? "")?.[1];
  if (!digits) return null;
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g);
  return pairs.map((pair) => Number.parseInt(pair, 16));
}

/** WCAG 2.2, relative luminance. */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const mix = (rgb, other, share) => rgb.map((value, index) => Math.round(value * share + other[index] * (1 - share)));

/** Any colour a practice may have: text on it and text in it keep 4.5:1, the latter by growing darker. */
export function paint(colour) {
  const accent = channels(colour);
  if (!accent) return;
  const tint = mix(accent, WHITE, 0.1);
  let ink = accent;
  while (contrast(ink, tint) < 5) ink = mix(ink, [0, 0, 0], 0.92);
  const on = contrast(accent, WHITE) >= 4.5 ? WHITE : contrast(accent, [20, 20, 20]) >= 4.5 ? [20, 20, 20] : [0, 0, 0];
  const style = document.documentElement.style;
  for (const [name, rgb] of Object.entries({ accent, tint, edge: mix(ink, tint, 0.2), ink, on }))
    style.setProperty(`--${name}`, `rgb(${rgb})`);
}

// -------------------------------------------------------------------------------------------------------- header and footer

/** A link that leaves the page: out of a frame only into a window of its own. */
export function outward(href, content, apart = framed) {
  return h(
    "a",
    { href, ...(apart && { target: "_blank", rel: "noopener" }) },
    content,
    apart && h("span", { class: "unseen" }, ` ${t("new_window")}`),
  );
}

/** Whether this step can lead to being called back. */
let calls = false;

/** How to reach the practice, as far as it is known: phone and e-mail. */
let contact = null;

export function knowContact(branch) {
  contact = branch ?? null;
}

/** Asks for a call or a letter, with number and address; where they are not known, it says where they are. */
export const reach = (key) => (contact ? [h("p", {}, t(key)), ways(contact)] : h("p", {}, t("reach")));

/** Leads to the form for being called back, where there is one: the page hears the event. */
function callButton(key = "call_me", kind = "plain") {
  const fire = ({ target }) => target.dispatchEvent(new Event("call", { bubbles: true }));
  return calls && h("button", { type: "button", class: kind, onclick: fire }, t(key));
}

/** Phone and e-mail side by side: wherever a phone helps, something written stands beside it. */
export function ways({ phone, phone_link, email, email_shown }) {
  return h(
    "ul",
    { class: "ways" },
    phone && h("li", {}, `${t("phone")} `, h("a", { href: `tel:${phone_link}` }, phone)),
    email && h("li", {}, `${t("email")} `, h("a", { href: `mailto:${email}` }, email_shown)),
    calls && h("li", {}, callButton()),
  );
}

/** @param {Branch | null} branch */
export function footer(branch) {
  if (!branch) return null;
  const pages = [
    ["imprint", branch.imprint_url],
    ["privacy_page", branch.privacy_url],
    ["accessibility", branch.accessibility_url],
  ].filter(([, url]) => url);
  return h(
    "footer",
    { id: "contact", tabindex: "-1" },
    h("h2", { class: "unseen" }, t("contact")),
    h("p", { class: "place" }, h("strong", {}, branch.name), branch.address && h("span", {}, branch.address)),
    ways(branch),
    pages.length > 0 && h("ul", { class: "legal" }, pages.map(([key, url]) => h("li", {}, outward(url, t(key))))),
  );
}

/** Practice on the left, with its logo if it has one, the other languages on the right. */
export function header({ name, logo } = {}, offered, choose) {
  const others = offered.filter((tag) => LANGUAGES.includes(tag) && tag !== language);
  const button = (tag, index) =>
    h(
      "button",
      { type: "button", class: "plain", id: `language-${index}`, lang: tag, onclick: () => choose(tag) },
      t(`language_${tag}`),
    );
  return h(
    "header",
    {},
    name && h("p", { class: "practice" }, logo && h("img", { src: logo, alt: "" }), name),
    others.length > 0 && h("nav", { "aria-label": t("language_choice") }, others.map(button)),
  );
}

/** The parts of every page; `main` is drawn anew by each step, the voice stays so that it is heard. */
export function frame(host) {
  const parts = {
    top: h("div"),
    main: h("main"),
    bottom: h("div", { class: "bottom" }),
    voice: h("p", { role: "status", class: "unseen" }),
  };
  host.replaceChildren(...Object.values(parts));
  return parts;
}

/** What is seen while something is on its way. */
export function skeleton() {
  return h("div", { class: "skeleton", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

/** The one thing that works without texts: the sentence in the page itself. */
export function giveUp(host) {
  host.querySelector(".skeleton")?.remove();
  host.querySelector(".unloaded").hidden = false;
  host.querySelector("main").removeAttribute("aria-busy");
}

// -------------------------------------------------------------------------------------------------------------- the week

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
    const place = this.zone.split("/").at(-1).replaceAll("_", " ");
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

function skipTo(id) {
  return (event) => {
    event.preventDefault(); // the fragment would be a step in the history
    attend(document.getElementById(id));
  };
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

/** Says in plain words that something did not work. @param {() => void} [repeat] makes a button; without it the data is kept */
export function faultBox(refusal, repeat) {
  const button = () => h("p", {}, h("button", { type: "button", class: "main", id: "repeat", onclick: repeat }, t("repeat")));
  return h(
    "div",
    { class: "notice fault", role: "alert", tabindex: "-1", id: "fault" },
    h("h2", {}, t("fault_heading")),
    h("p", {}, t(faultText(refusal))),
    mustAsk(refusal) ? ways(refusal.body.contact) : reach("fault_else"),
    repeat ? button() : !mustAsk(refusal) && h("p", {}, t("fault_kept")),
  );
}

// --------------------------------------------------------------------------------------------------------------- the form

export const FIELDS = {
  last_name: { autocomplete: "family-name", maxlength: 60 },
  first_name: { autocomplete: "given-name", maxlength: 60 },
  email: { type: "email", autocomplete: "email", maxlength: 254, autocapitalize: "off", spellcheck: "false" },
  phone: { type: "tel", autocomplete: "tel", maxlength: 40 },
  visitor_last_name: { autocomplete: "off", maxlength: 60 },
  visitor_first_name: { autocomplete: "off", maxlength: 60 },
  message: { maxlength: 1000, rows: 4 },
};
const EMPTY = {
  ...Object.fromEntries(Object.keys(FIELDS).map((name) => [name, ""])),
  for_other: false,
  in_writing: false,
  remind: false,
  website: "",
  held: "", // the address that looked mistyped when it was to be sent
};
const LONGEST_CATCH = 200; // characters of the trap that the API takes
const HINTS = ["email", "message", "when"];

/** Which address a mistyped one probably means; where the module does not come, nobody is advised. */
let advising = null;
const advice = () => (advising ??= import("./advice.js").catch(() => ({ intended: () => null })));

/** An address that, where a line is too short for it, breaks after the @ rather than anywhere. */
function breakable(address) {
  const [name, ...domain] = address.split("@");
  return domain.length > 0 ? [`${name}@`, h("wbr"), domain.join("@")] : [name];
}

/** Which of the `required` are empty. @returns {Record<string, Flaw>} */
export const missing = (values, required) =>
  Object.fromEntries(required.filter((name) => !values[name].trim()).map((name) => [name, { code: "required" }]));

/** @returns {Record<string, Flaw>} */
function check(values, required) {
  const wrong = missing(values, required);
  if (!wrong.email) {
    const email = values.email.trim();
    const character = /[^\w.!#$%&'*+/=?^`{|}~-]/.exec(email.split("@")[0])?.[0]; // "ö", which no address has there
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)) wrong.email = { code: "email" };
    else if (character) wrong.email = { code: "email_character", character };
  }
  return wrong;
}

/** What the API says of fields that a form has. @returns {Record<string, Flaw>} */
export const mendable = ({ body }, inputs) => Object.fromEntries(Object.entries(body.codes ?? {}).filter(([name]) => name in inputs));

/**
 * The customer's details. Keeps them in the `values` object it was given, so that no step loses them.
 * Fires `send` when they are complete and `retime` when another time is wanted.
 */
export class BookingForm extends HTMLElement {
  /**
   * @param {{access: object, values: object, pick: Slot, what: string, errors: Record<string, Flaw>, fault: Refusal | null,
   *   sending: boolean, early: number}} view  `what`: the resource and kind in words; `errors`: field -> flaw, a code with facts;
   *   `early`: minutes to come before the start
   */
  show(view) {
    Object.assign(this, view);
    this.draw();
  }

  get inputs() {
    return FIELDS;
  }

  get required() {
    return [...this.access.required, "visitor_last_name"];
  }

  draw() {
    const heading = h("h1", { id: "heading", tabindex: "-1" }, t("form_heading"));
    const form = this.advised(...this.fields().filter(Boolean), ...this.end());
    const early = earlyNote(this.early, this.pick.start, this.access.branch.zone);
    redraw(this, heading, this.chosen(), early && h("p", {}, early), this.summary(), form);
    this.advise();
  }

  /** A form that asks about an address which looks mistyped. */
  advised(...content) {
    this.doubt = undefined;
    const form = h("form", {
      novalidate: true,
      onsubmit: (event) => this.submit(event),
      oninput: (event) => this.keep(event),
      onclick: ({ detail }) => (this.clicks = detail),
      onpointerdown: () => this.press(),
      onchange: () => this.pressed || this.advise(),
    });
    form.append(...content);
    return form;
  }

  chosen() {
    const retime = () => this.dispatchEvent(new CustomEvent("retime"));
    return h(
      "div",
      { class: "chosen" },
      h(
        "p",
        {},
        h("span", { class: "small label" }, t("chosen_time")),
        h("strong", {}, this.moment()),
        this.what && h("span", { class: "small" }, this.what),
      ),
      h("button", { type: "button", class: "plain", id: "retime", onclick: retime }, t("change_time")),
    );
  }

  moment() {
    return momentName(this.pick.start, this.access.branch.zone, LONG_DAY);
  }

  /** All that is wrong, on top, each line a way to its field (GOV.UK's error summary). */
  summary() {
    const wrong = Object.entries(this.errors);
    if (wrong.length === 0) return null;
    const line = ([name, flaw]) => h("li", {}, h("a", { href: `#${name}`, onclick: skipTo(name) }, this.complaint(name, flaw)));
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1", id: "errors" },
      h("h2", {}, t("errors_heading")),
      h("ul", {}, wrong.map(line)),
    );
  }

  /** A field may have a text of its own; a code may be newer than this page. */
  complaint(name, { code, ...facts }) {
    const key = [`error_${code}_${name}`, `error_${code}`, "error_other"].find((each) => each in texts);
    return t(key, { label: t(`label_${name}`), ...facts });
  }

  fields() {
    return [
      h("div", { class: "pair" }, this.field("last_name"), this.field("first_name")),
      this.field("email"),
      this.field("phone"),
      this.box("in_writing"),
      this.access.reminder_hours.length > 0 && this.box("remind", this.when()),
      this.box("for_other"),
      h("fieldset", { id: "visitor", hidden: !this.values.for_other }, h("legend", {}, t("visitor_legend")), this.visitor()),
      this.access.message_field && this.field("message"),
      this.trap(),
    ];
  }

  /** Neither seen, read nor reached, by a name that no browser fills: what is in it, a robot wrote. */
  trap() {
    const input = { id: "web_reference", name: "web_reference", tabindex: "-1", autocomplete: "off" };
    return h(
      "div",
      { class: "aside", "aria-hidden": "true" },
      h("label", { for: input.id }, t("label_website")),
      h("input", { ...input, ".value": this.values.website }),
    );
  }

  visitor() {
    return h("div", { class: "pair" }, this.field("visitor_last_name"), this.field("visitor_first_name"));
  }

  field(name) {
    const required = this.required.includes(name);
    const error = this.errors[name];
    const hint = HINTS.includes(name);
    const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || null;
    const attributes = {
      id: name,
      name,
      required,
      "aria-describedby": described,
      "aria-invalid": error ? "true" : null,
      ...this.inputs[name],
    };
    return h(
      "div",
      { class: error ? "field wrong" : "field" },
      h("label", { for: name }, t(`label_${name}`), !required && h("span", { class: "small" }, ` ${t("optional")}`)),
      hint && h("p", { class: "hint", id: `${name}-hint` }, t(`hint_${name}`)),
      error &&
        h(
          "p",
          { class: "error", id: `${name}-error` },
          h("span", { class: "unseen" }, `${t("error")} `),
          this.complaint(name, error),
        ),
      h(this.inputs[name].rows ? "textarea" : "input", { ...attributes, ".value": this.values[name] }),
      name === "email" && [h("div", { class: "typo", role: "status", tabindex: "-1" }), this.noAddress()],
    );
  }

  /** For those who have no address. */
  noAddress() {
    return calls && h("p", { class: "small" }, t("no_email"), callButton("no_email_call"));
  }

  /** Robots fire no events; what they write may be long. */
  readTrap() {
    this.values.website = this.querySelector("#web_reference").value.slice(0, LONGEST_CATCH);
  }

  /** "24 Stunden", "48 und 2 Stunden" */
  when() {
    const hours = this.access.reminder_hours;
    return { when: t(hours[hours.length - 1] > 1 ? "hours" : "hour", { hours: hours.join(` ${t("and")} `) }) };
  }

  box(name, values) {
    const toggle = (event) => {
      this.values[name] = event.target.checked;
      if (name === "for_other") this.querySelector("#visitor").hidden = !event.target.checked;
    };
    const input = h("input", { type: "checkbox", id: name, name, ".checked": this.values[name], onchange: toggle });
    return h("p", { class: "box" }, input, h("label", { for: name }, t(`label_${name}`, values)));
  }

  /** What will happen, once more and large, right above the button that does it. */
  end() {
    const { branch } = this.access;
    const link = branch.privacy_url ? outward(branch.privacy_url, t("privacy_link"), true) : t("privacy_link");
    const label = this.fault && !mustAsk(this.fault) ? "repeat" : "send";
    return [
      h("div", { class: "reply", hidden: true }, h("p", { class: "small" }, t("reply_to")), h("p", { class: "address" })),
      h("p", { class: "privacy" }, rich("privacy", { link })),
      this.fault && faultBox(this.fault), // the button below repeats
      h(
        "p",
        { class: "actions" },
        h(
          "button",
          { type: "submit", class: "main", id: "send", "aria-disabled": this.sending ? "true" : null },
          t(this.sending ? "sending" : label),
        ),
        h("span", { class: "small" }, this.moment()),
      ),
    ].filter(Boolean);
  }

  keep({ target }) {
    if (target.name in this.inputs) this.values[target.name] = target.value;
    if (target.name === "email") this.echo();
  }

  /** A press that leaves a field must not see its target move away: the advice, which takes room, waits until it is over. */
  press() {
    this.pressed = true;
    const release = () =>
      setTimeout(() => {
        this.pressed = false;
        if (this.isConnected) this.advise();
      });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { once: true });
  }

  /** The address as it will be used, large enough to see a slip. */
  echo() {
    const address = this.values.email.trim();
    this.querySelector(".reply").hidden = !address.includes("@");
    this.querySelector(".address").replaceChildren(...breakable(address));
  }

  /** Asks about an address that looks mistyped; only when a field is left, so that nobody is interrupted. */
  async advise() {
    this.echo();
    const { intended } = await advice();
    const place = this.querySelector(".typo");
    const address = intended(this.values.email);
    if (!place || this.doubt === address) return;
    this.doubt = address;
    const apply = () =>
      h("button", { type: "button", class: "plain", onclick: () => this.correct(address) }, t("typo_apply"));
    redraw(place, address && [h("p", {}, t("typo", { address })), apply()]);
  }

  correct(address) {
    this.values.email = address;
    const input = this.querySelector("#email");
    input.value = address;
    input.focus();
    this.advise();
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return;
    this.readTrap();
    const { for_other: other } = this.values;
    this.errors = check(
      this.values,
      this.required.filter((name) => other || !name.startsWith("visitor_")),
    );
    if (Object.keys(this.errors).length > 0) return this.complain();
    await this.advise();
    if (this.doubt && (this.values.held !== this.values.email || this.clicks > 1)) return this.hold();
    this.dispatchEvent(new CustomEvent("send"));
  }

  /** Once for each address that looks mistyped: nothing is sent before the question was seen. */
  hold() {
    const place = this.querySelector(".typo");
    if (this.values.held !== this.values.email) {
      this.values.held = this.values.email;
      place.prepend(h("p", { class: "held" }, t("typo_held")));
      place.append(h("button", { type: "submit", class: "plain" }, t("typo_keep")));
    }
    attend(place);
  }

  complain() {
    this.draw();
    document.title = t("title_error", { title: document.title.replace(t("title_error", { title: "" }), "") });
    attend(this.querySelector("#errors"));
  }
}

// --------------------------------------------------------------------------------------------------------------- the page

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
class BookingPage extends HTMLElement {
  connectedCallback() {
    const query = new URLSearchParams(location.search);
    // What a mail program, or a hand, has put behind an id is none of it.
    const id = (name) => /^[\w-]+/.exec(query.get(name) ?? "")?.[0] ?? null;
    this.alias = id("a") ?? "";
    this.resource = id("r");
    this.template = id("t");
    this.from = dateIn(query.get("d"));
    this.wished = wishes(query.get("l"));
    this.gate = new Gate(this.path);
    this.values = { ...EMPTY };
    this.call = { name: "", phone: "", when: "", website: "" };
    this.step = "loading";
    this.week = null;
    this.errors = {};
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    this.before = (type !== "navigate" && history.state) || {}; // who follows a link to here begins anew
    addEventListener("popstate", (event) => this.return(event.state?.step));
    this.addEventListener("call", () => this.go("call"));
    this.start();
  }

  /** Of the access, below /api/v1. */
  get path() {
    return `/access/${encodeURIComponent(this.alias)}`;
  }

  async start() {
    const spoken = speak(pickLanguage(this.wished));
    const access = this.alias ? ask(this.path) : Promise.reject(new Refusal(404, { code: "unknown_access" }));
    this.early = this.alias && this.resource ? this.askSlots(this.from) : null;
    for (const promise of [access, this.early]) promise?.catch(() => {}); // looked at below, after the texts
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
      this.early = null;
      this.resource = resources.length === 1 && !this.gone ? resources[0].id : null;
    }
    const { before } = this;
    if (before.step !== "resource" && resources.some(({ id }) => id === before.resource)) {
      const template = before.step === "template" ? null : before.template;
      if (this.resource !== before.resource || this.template !== template) this.early = null;
      Object.assign(this, { resource: before.resource, template });
    }
    this.go(this.kept(this.nextChoice(), before), true);
  }

  /** The step of a page that was loaded anew, with the time that was chosen, or asked for, before. */
  kept(choice, { step, start, status, until, early }) {
    if (choice !== "week" || !start || !["form", "done"].includes(step)) return choice;
    if (step === "form") this.pick = { start };
    else this.result = { start, status, confirm_until: until, early };
    this.early = null;
    this.from = start.slice(0, 10);
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
    if (asked ? this.template !== asked : this.templates.length > 1) this.early = null;
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
    const month = this.today && choice === "week";
    const possible = { form: this.pick, done: this.result, resource: true, template: this.resourceItem, month, call: true };
    this.go(possible[step] ? step : choice, true);
  }

  enter(step) {
    const first = this.step === "loading" || this.step === step;
    this.step = step;
    knowContact(this.contact);
    calls = Boolean(this.contact) && step !== "call";
    if (step === "resource") this.resource = this.template = null;
    if (step === "template") this.template = null;
    if (["resource", "template"].includes(step)) {
      this.lost = this.pick = this.result = null;
      this.forget(this.from);
      this.soonest = undefined;
    }
    if (step === "month") this.calendar = this.newCalendar();
    if (step === "call") this.caller = this.newCaller();
    this.draw();
    announce("");
    const heading = this.parts.main.querySelector("h1");
    if (first) document.title = this.titleOf(heading);
    else arrive(heading, this.titleOf(heading));
    if (step === "week" && !this.week && !this.asked) this.load(this.from);
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
    redraw(this.parts.main, this[`${this.step}Step`]());
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

  loadingStep() {
    return [h("h1", { class: "unseen" }, t("page_name")), h("p", { class: "unseen" }, t("loading")), skeleton()];
  }

  refusedStep() {
    const { code, body } = this.refusal;
    if (code === "not_released") return this.closedStep(body.contact ?? {}, body.text);
    if (code === "unknown_access" || this.refusal.status === 404)
      return plainStep("unknown_heading", t("unknown_lead"), t("unknown_else"));
    return [h("h1", { class: "unseen" }, t("page_name")), faultBox(this.refusal, () => location.reload())];
  }

  closedStep(contact, text) {
    const said = text ? [h("p", { class: "said" }, text)] : [];
    if (!contact.phone && !contact.email) return plainStep("closed_heading", ...said, t("closed_else"));
    return plainStep("closed_heading", ...said, t("closed_lead"), ways(contact));
  }

  resourceStep() {
    const { resources } = this.access;
    if (resources.length === 0) return this.closedStep(this.access.branch);
    const choose = (id) => {
      this.resource = id;
      this.go(this.nextChoice());
    };
    return choiceStep(
      t("resource_heading"),
      t(this.gone ? "resource_gone" : "resource_lead"),
      resources.map(({ id, name }) => [name, "", () => choose(id)]),
    );
  }

  templateStep() {
    const choose = (id) => {
      this.template = id;
      this.go("week");
    };
    const offers = this.templates.map((item) => [templateName(item), duration(item), () => choose(item.id)]);
    return choiceStep(t("template_heading"), t("template_lead"), offers);
  }

  weekStep() {
    this.view = h("terminwerk-week", {
      onchoose: (event) => this.choose(event.detail),
      onturn: (event) => this.load(event.detail),
      onmonth: () => this.go("month"),
    });
    this.view.show(this.weekState());
    return [this.lost ? this.lostNotice() : this.weekHeading(), this.view];
  }

  weekHeading() {
    return h(
      "div",
      { class: "heading" },
      h("h1", { id: "heading" }, t("week_heading")),
      h(
        "p",
        { class: "lead" },
        this.what,
        this.choiceMade() &&
          h("button", { type: "button", class: "plain", id: "rechoose", onclick: () => this.rechoose() }, t("change_choice")),
      ),
    );
  }

  choiceMade() {
    return this.access.resources.length > 1 || this.templates.length > 1;
  }

  rechoose() {
    this.go(this.access.resources.length > 1 ? "resource" : "template");
  }

  /** Someone was faster: the nearest times as buttons, the fresh week below. */
  lostNotice() {
    const { start, heading, alternatives, unsure } = this.lost;
    const name = (moment) => momentName(moment, this.access.branch.zone, SHORT_DAY);
    const offer = (slot) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "slot", onclick: () => this.choose(slot) },
          name(slot.start),
        ),
      );
    return h(
      "div",
      { class: "heading lost" },
      h("h1", { id: "heading" }, t(heading)),
      h("p", {}, rich("lost_time", { moment: h("s", {}, name(start)) })),
      unsure && h("p", {}, t("lost_unsure")),
      h("p", { class: "lead" }, t(alternatives.length > 0 ? "lost_lead" : "lost_lead_none")),
      alternatives.length > 0 && [
        h("ul", { class: "alternatives" }, alternatives.map(offer)),
        h("p", { class: "lead" }, t("lost_week")),
      ],
    );
  }

  monthStep() {
    return [
      h(
        "div",
        { class: "heading" },
        h("h1", { id: "heading", tabindex: "-1" }, t("month_heading")),
        h("p", { class: "lead" }, this.what),
      ),
      this.calendar,
    ];
  }

  formStep() {
    const prepare = () => this.gate.proof();
    this.form = h("terminwerk-form", { onsend: () => this.send(), onretime: () => this.retime(), onchange: prepare });
    this.form.show(this.formState());
    prepare();
    return this.form;
  }

  callStep() {
    return [h("h1", { id: "heading", tabindex: "-1" }, t("call_me")), this.caller];
  }

  doneStep() {
    const { status, start, email, name, manage_url: url, confirm_until: until } = this.result;
    const kind = until ? "done_confirm" : status === "confirmed" ? "done_confirmed" : "done_proposed";
    const { zone, address } = this.access.branch;
    const bold = (text) => h("strong", {}, text);
    return h(
      "div",
      { class: "done" },
      !until && h("span", { class: "tick", "aria-hidden": "true" }),
      h("h1", { id: "heading" }, until || email ? t(kind) : t("done_kept", { moment: momentName(start, zone, SHORT_DAY) })),
      email && h("p", { class: "lead" }, rich(`${kind}_lead`, { email: bold(breakable(email)) })),
      until && h("p", {}, rich("done_confirm_until", { moment: bold(momentName(until, zone)) })),
      h(
        "p",
        { class: "moment" },
        bold(momentName(start, zone)),
        earlyNote(this.result.early, start, zone),
        this.what && h("span", {}, this.what),
        name && h("span", {}, t("done_for", { name })),
        address && h("span", {}, address),
      ),
      h("p", {}, t(until ? "done_confirm_mail" : "done_mail")),
      url && email && !this.result.corrected && this.correctButton(),
      h(
        "p",
        { class: "actions" },
        until && callButton("call_me", "quiet"),
        url && outward(url, t("done_manage")),
        h("button", { type: "button", class: "plain", onclick: () => this.again() }, t("done_again")),
      ),
    );
  }

  correctButton() {
    const put = ({ currentTarget }) => currentTarget.replaceWith(this.newCorrection());
    return h("button", { type: "button", class: "plain", id: "correct", onclick: put }, t("done_correct"));
  }

  // --- the week

  get last() {
    return this.today && daysAfter(this.today, this.access.horizon_days);
  }

  weekState() {
    const { week, from, weekFault: fault } = this;
    const soonest = this.lost ? null : this.soonest; // one offer at a time
    return {
      week,
      soonest,
      from,
      fault,
      today: this.today,
      last: this.last,
      zone: week?.zone ?? this.access.branch.zone,
    };
  }

  /** @param {string | undefined} from a date; left out, the server takes its today */
  askSlots(from, days = DAYS_SHOWN) {
    return this.askTimes("slots", from, days);
  }

  /** How many free times each day has, as far as one question reaches and the horizon allows. */
  askDays(from) {
    const left = (noon(this.last) - noon(from)) / DAY + 1;
    return this.askTimes("days", from, Math.min(left, LONGEST_LOOK));
  }

  askTimes(what, from, days) {
    const query = new URLSearchParams({ resource: this.resource, days: String(days) });
    if (this.template) query.set("template", this.template);
    if (from) query.set("from", from);
    if (this.fresh) query.set("fresh", randomKey().slice(0, 8)); // part of the caches' key
    return ask(`${this.path}/${what}?${query}`);
  }

  async load(from) {
    // A week that begins later says nothing of the first free time: one day from today on tells it.
    const beside = from && from !== this.today && this.soonest === undefined ? this.askSlots(undefined, 1) : null;
    const answer = Promise.all([this.early ?? this.askSlots(from), beside]);
    const again = Boolean(this.week || this.weekFault);
    this.early = this.weekFault = null;
    this.asked = answer; // an arrow pressed meanwhile makes this answer stale
    this.from = from;
    this.view.wait(this.weekState());
    const refusal = await answer.then(
      (weeks) => this.asked === answer && this.learn(...weeks),
      (reason) => reason,
    );
    if (!again) await painted();
    if (this.asked !== answer) return;
    this.asked = null;
    this.weekFault = refusal || null;
    const due = this.weekFault ? from : this.within(from);
    if (due !== from) {
      this.forget(due);
      return this.load(due);
    }
    if (this.step === "week") this.showWeek(again);
  }

  /** The date, unless it lies in the past or past the horizon; then the nearest to it. */
  within(date) {
    if (!date) return date;
    return date > this.last ? this.last : later(date, this.today);
  }

  /** @param {Week} week  @param {Week | null} start one that begins with today */
  learn(week, start) {
    const first = week.days[0].date;
    const firstFree = ({ days, next_free }) => freeOf(days)[0]?.start ?? next_free;
    this.week = week;
    this.today = week.today;
    this.from = first;
    if (start) this.soonest = firstFree(start);
    // Nothing was free before this week: the first free time may have changed, but not to one before it.
    else if (first <= this.today || this.soonest === null || this.soonest >= first) this.soonest = firstFree(week);
  }

  /** @param {boolean} again whether a week was seen before, so that the customer has asked for this one */
  showWeek(again) {
    this.view.show(this.weekState());
    if (!this.weekFault) this.sayWeek();
    const target = this.view.querySelector(this.weekFault ? "#fault" : "h2");
    if (again && document.activeElement === document.body) attend(target);
  }

  sayWeek() {
    const count = freeOf(this.week.days).length;
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
    const shown = this.week?.days.some((day) => day.date === date);
    if (!shown) this.forget(date);
    this.go("week");
  }

  /** The next week to be seen begins with this date. */
  forget(date) {
    this.week = this.weekFault = this.asked = null;
    this.from = date;
  }

  /** The days of a month are asked for while the module that shows them is on its way. */
  newCalendar() {
    const month = this.from.slice(0, 7);
    const ask = (from) => this.askDays(from);
    const early = ask(later(this.today, `${month}-01`));
    early.catch(() => {}); // looked at by the module
    const pick = ({ detail: date }) => {
      this.forget(date);
      this.go("week");
    };
    const calendar = h("terminwerk-month", { onpick: pick, onweek: () => this.go("week") });
    this.bring(calendar, "loading_times", () => import("./month.js"));
    return Object.assign(calendar, { month, ask, early, today: this.today, last: this.last, free: new Map() });
  }

  /** What was typed so far need not be typed again. */
  newCaller() {
    const { call, values, gate } = this;
    call.name ||= `${values.first_name} ${values.last_name}`.trim();
    call.phone ||= values.phone;
    const caller = h("terminwerk-call", { onback: () => history.back(), onweek: () => this.go(this.nextChoice()) });
    this.bring(caller, "loading", () => import("./callback.js").then(({ learn }) => learn()));
    return Object.assign(caller, { values: call, gate, branch: this.contact, online: Boolean(this.access) });
  }

  newCorrection() {
    const { email, manage_url: url } = this.result;
    const correct = ({ detail }) => {
      this.result = { ...this.result, ...detail, corrected: true };
      this.values.email = detail.email;
      this.go("done", true);
    };
    const form = h("terminwerk-correction", { oncorrected: correct });
    this.bring(form, "loading", () => import("./correction.js").then(({ learn }) => learn()));
    return Object.assign(form, { values: { ...EMPTY, email }, url });
  }

  /** What fills a place is a module of its own: what is seen until it is there, and where it does not come. */
  bring(place, waiting, load) {
    place.setAttribute("aria-busy", "true");
    place.append(h("p", { class: "unseen" }, t(waiting)), skeleton());
    load().catch(() => this.lack(place));
  }

  lack(place) {
    const repeat = () => {
      this.enter(this.step);
      attend(this.parts.main.querySelector("h1"));
    };
    place.removeAttribute("aria-busy");
    redraw(place, faultBox(new Refusal(0), repeat));
  }

  again() {
    const { last_name, first_name, email, phone, in_writing, held } = this.values;
    this.values = { ...EMPTY, last_name, first_name, email, phone, in_writing, held };
    this.go("week");
  }

  /** What the week showed is known to be old: from now on ask past the caches, and show nothing old meanwhile. */
  forgetWeek() {
    this.forget(this.from);
    this.soonest = undefined;
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
    if (!this.week?.days.some(({ date }) => date === start.slice(0, 10))) this.from = start.slice(0, 10);
    this.forgetWeek();
    this.go("week", true);
  }
}

const templateName = (template) => template.name[language] ?? Object.values(template.name)[0];

/** "45 Minuten"; nothing where the practice has it in the name already. */
const duration = (template) =>
  templateName(template).includes(template.duration) ? "" : t("minutes", { count: template.duration });

function plainStep(heading, ...content) {
  return [
    h("h1", { id: "heading" }, t(heading)),
    ...content.map((item) => (typeof item === "string" ? h("p", { class: "lead" }, item) : item)),
  ];
}

/** One question, its answers as large buttons. @param {[string, string, () => void][]} offers */
function choiceStep(heading, lead, offers) {
  const button = ([name, detail, choose]) =>
    h(
      "li",
      {},
      h("button", { type: "button", class: "offer", onclick: choose }, h("strong", {}, name), detail && h("span", {}, detail)),
    );
  return [
    h("h1", { id: "heading" }, heading),
    h("p", { class: "lead" }, lead),
    h("ul", { class: "offers" }, offers.map(button)),
  ];
}

// ----------------------------------------------------------------------------------------------------------- registration

if (framed) tellHeight();
customElements.define("terminwerk-week", WeekView);
customElements.define("terminwerk-form", BookingForm);
customElements.define("terminwerk-booking", BookingPage);
