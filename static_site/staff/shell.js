/**
 * What every page of the staff's shares: the session, the texts, the API, the header with the inbox, dialogs and forms, and the
 * lock that hides names when nobody has touched the page for a while.
 *
 *   const staff = await start("planner");
 *   const view = await staff.api.get("/planner?from=2026-11-23&days=7");
 *
 * @typedef {{id: string, version: number, type: string, status: string, resource: string, second: string | null,
 *   template: string | null, start: string, end: string, preparation: number, follow_up: number, name: string,
 *   customer: string | null}} Planned
 */

import { LANGUAGES, h, paint, pickLanguage, redraw, wishes } from "../booking.js";
import * as session from "./session.js";

export { h, redraw };

const PRODUCT = "Terminwerk";
const LOCALES = { de: "de-DE", en: "en-GB" };
const LANGUAGE = "terminwerk-language";
const BRANCH = "terminwerk-branch";
const { LOCKED, TOUCHED } = session;
const LOCK_MINUTES = 10;
const LOOK_EVERY = 15_000; // milliseconds between two looks into the inbox
const ANSWER_WITHIN = 30_000;
const MINUTE = 60_000;

const PAGES = [
  ["planner", "index.html"],
  ["customers", "customers.html"],
  ["messages", "messages.html"],
  ["record", "record.html"],
  ["figures", "figures.html"],
  ["settings", "settings.html"],
  ["accesses", "accesses.html"],
];

// --------------------------------------------------------------------------------------------------------------------- texts

let texts = {};
let lang = "de";

async function fetchBeside(name) {
  const answer = await fetch(new URL(name, import.meta.url), { credentials: "omit" });
  if (!answer.ok) throw new ApiError(answer.status);
  return answer.json();
}

/** Loads the texts in the reader's language; `more` names those of one page. */
export async function speak(more) {
  lang = pickLanguage(wishes(sessionStorage.getItem(LANGUAGE) ?? ""));
  const names = [lang, ...(more ? [`${more}.${lang}`] : [])];
  texts = Object.assign({}, ...(await Promise.all(names.map((name) => fetchBeside(`texts/${name}.json`)))));
  document.documentElement.lang = lang;
}

/** The text of a key, `{name}` filled from values; a key with `_one` beside it has a text for count 1. */
export function t(key, values = {}) {
  const text = (values.count === 1 && texts[`${key}_one`]) || texts[key];
  return (text ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const hasText = (key) => key in texts;

/** What the API takes, as it says itself: the settings' fields with ranges, units and choices, and limits. There once a page has started. */
export let catalogue = null;

async function learn() {
  catalogue = await fetchBeside("catalogue.json");
}

/** Buttons for the other languages; choosing one loads the page anew, in it. */
export function languageButtons() {
  const choose = (tag) => {
    sessionStorage.setItem(LANGUAGE, tag);
    location.reload();
  };
  return LANGUAGES.filter((tag) => tag !== lang).map((tag) =>
    h("button", { type: "button", class: "plain", lang: tag, onclick: () => choose(tag) }, t(`language_${tag}`)),
  );
}

// ------------------------------------------------------------------------------------------------------------------- moments

const formats = new Map();

/** Each formatter is made once: making one costs a thousand times what using it costs. */
function format(zone, options) {
  const key = `${lang} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALES[lang], { timeZone: zone, ...options }));
  return formats.get(key);
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DATE = { day: "2-digit", month: "2-digit", year: "numeric" };
const LONG_DATE = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text);

/** Words for moments in the branch's zone, whatever zone the browser is in. */
function moments(zone) {
  const walls = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, ...DATE, ...CLOCK });
  const at = (moment) => new Date(moment).getTime();

  /** "2026-11-24T09:30": what the clock on the branch's wall shows. */
  const wall = (moment) => walls.format(at(moment)).replace(" ", "T");

  /** The instant of a wall time, in milliseconds. One that a changing clock leaves out counts on; of two it is the first. */
  function instant(text) {
    const wanted = Date.parse(`${text.slice(0, 16)}Z`);
    const offset = (moment) => Date.parse(`${wall(moment)}Z`) - moment;
    const [before, after] = [wanted - offset(wanted - 864e5), wanted - offset(wanted + 864e5)];
    const fits = [before, after].filter((moment) => wall(moment) === text.slice(0, 16));
    return fits.length ? Math.min(...fits) : before;
  }

  const known = new Map();

  /** "09:30"; in the night the clocks go back, where 02:30 comes twice, "02:30 MESZ" and "02:30 MEZ". */
  function time(moment) {
    if (!known.has(moment)) known.set(moment, clockOf(moment));
    return known.get(moment);
  }

  function clockOf(moment) {
    const clock = format(zone, CLOCK);
    const name = clock.format(at(moment));
    const twice = [-60, 60].some((shift) => clock.format(at(moment) + shift * MINUTE) === name);
    if (!twice) return name;
    const parts = format(zone, { timeZoneName: "short" }).formatToParts(at(moment));
    return `${name} ${parts.find((part) => part.type === "timeZoneName").value}`;
  }

  /** Of a moment, or of a date YYYY-MM-DD. */
  const date = (value, options = DATE) =>
    isDate(value) ? format("UTC", options).format(Date.parse(`${value}T12:00Z`)) : format(zone, options).format(at(value));
  const longDate = (value) => date(value, LONG_DATE);
  const moment = (value) =>
    t("moment", { date: date(value, { ...LONG_DATE, weekday: "short", month: "short" }), time: time(value) });

  /** "Di., 24. Nov. 2026, 09:30–10:15" */
  const range = (start, end) => `${moment(start)}–${time(end)}`;
  const dateOf = (value) => wall(value).slice(0, 10);
  const today = () => dateOf(Date.now());
  return { zone, wall, instant, time, date, longDate, moment, range, dateOf, today };
}

/** @param {string} date YYYY-MM-DD */
export const daysAfter = (date, count) => new Date(Date.parse(`${date}T12:00Z`) + count * 864e5).toISOString().slice(0, 10);

/** The Monday of a date's week. */
export const mondayOf = (date) => daysAfter(date, -((new Date(`${date}T12:00Z`).getUTCDay() + 6) % 7));

// ----------------------------------------------------------------------------------------------------------------------- API

/** What the API said other than yes. Status 0: no answer came. `codes` maps paths of fields to their flaws (see `flawText`). */
export class ApiError extends Error {
  constructor(status, body = {}) {
    super(body.code ?? String(status));
    this.status = status;
    this.code = body.code ?? (status ? "" : "network");
    this.codes = body.codes ?? {};
    this.alternatives = body.alternatives ?? [];
    this.body = body;
  }
}

/** One request below /api/v1/staff with the ID token; once more with a new one where it was refused. */
async function request(method, path, body, headers = {}) {
  const answer = await attempt(method, path, body, headers);
  if (answer.status !== 401) return answer;
  await held(session.renew());
  const again = await attempt(method, path, body, headers);
  if (again.status === 401) return session.leaveToSignIn({ why: "over" });
  return again;
}

async function attempt(method, path, body, headers) {
  const token = await held(session.idToken());
  try {
    return await fetch(`/api/v1/staff${path}`, {
      method,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_WITHIN),
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0);
  }
}

/** A session that is over leads to the sign-in page; that Cognito does not answer is a fault like others. */
async function held(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.key === "sign_over") return session.leaveToSignIn({ why: "over" });
    throw new ApiError(error.key === "sign_network" ? 0 : 503);
  }
}

async function read(answer, how) {
  if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => ({})));
  try {
    return await (how === "text" ? answer.text() : answer.json());
  } catch {
    throw new ApiError(0); // the answer was cut off
  }
}

/** Requests below one branch, or below the staff's routes where no branch is given. */
function client(branch) {
  const below = (path) => (branch ? `/branches/${branch}${path}` : path);
  const ask = async (method, path, body, headers) => read(await request(method, below(path), body, headers));
  return {
    get: (path, headers) => ask("GET", path, undefined, headers),
    post: (path, body = {}, headers = {}) => ask("POST", path, body, headers),
    put: (path, body, headers = {}) => ask("PUT", path, body, headers),
    text: async (path) => read(await request("GET", below(path)), "text"),
  };
}

/** Random characters for idempotency keys; `crypto.randomUUID` exists in secure contexts only. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What a refusal means, in the reader's language. */
export function errorText(error) {
  if (error?.key) return t(error.key);
  if (!(error instanceof ApiError)) throw error;
  const flaws = Object.entries(error.codes).map(([path, flaw]) => flawText(flaw, path));
  if (error.code === "invalid" && flaws.length > 0) return [...new Set(flaws)].join(" ");
  if (hasText(`code_${error.code}`)) return t(`code_${error.code}`);
  if (error.status === 429 || error.status === 503) return t("code_try_again");
  return t(error.status >= 400 && error.status < 500 ? "code_refused" : "code_other");
}

/** A flaw that the pages see themselves. */
export const REQUIRED = { code: "required" };

/**
 * What is wrong with one field, in the reader's language. A flaw is a code with its facts, `{code: "range", least: 0, most: 168,
 * unit: "hours"}`. What the path ends in may have a text of its own: `error_twice_id`.
 */
export function flawText({ code, ...facts }, path = "") {
  const field = path.match(/\w*[a-z]\w*/g)?.at(-1);
  const key = [`error_${code}_${field}`, `error_${code}`].find(hasText) ?? "error_other"; // newer than this page
  const called = (kind, name) => (hasText(`${kind}_${name}`) ? t(`${kind}_${name}`) : name);
  const unit = facts.unit ? ` ${t(`unit_${facts.unit}`)}` : "";
  const numbers = Object.entries(facts).filter(([, fact]) => typeof fact === "number");
  const written = Object.fromEntries(numbers.map(([name, fact]) => [name, fact.toLocaleString(LOCALES[lang], { useGrouping: "min2" })]));
  return t(key, { ...facts, ...written, unit, field: called("label", facts.field), status: called("status", facts.status) });
}

// --------------------------------------------------------------------------------------------------------------------- forms

let lastId = 0;
export const newId = (start = "id") => `${start}-${++lastId}`;

/**
 * A labelled control. `type` is that of an input, `textarea`, `select` (with `options` [value, text][]), `checkbox` or `radios`.
 * The element has `value` (a boolean of a checkbox), `control`, and `fail(text)`, which ties an error to it; `fail("")` clears it.
 * @returns {HTMLElement & {value: any, control: HTMLElement, fail: (text: string) => void}}
 */
export function field({ name, label, hint = "", type = "text", value = "", options = [], ...more }) {
  if (type === "radios") return radios({ name, label, hint, value, options, ...more });
  const id = newId(name);
  const control = controlOf(type, { id, name, ...more }, value, options);
  const [note, error] = [h("p", { class: "hint", id: `${id}-hint` }, hint), h("p", { class: "error", id: `${id}-error` })];
  const title = h("label", { for: id }, label);
  const box = type === "checkbox";
  const element = h(
    "div",
    { class: box ? "field box" : "field" },
    box ? [control, title] : [title],
    hint && note,
    error,
    !box && control,
  );
  const describe = () => {
    const ids = [hint && note.id, error.textContent && error.id].filter(Boolean).join(" ");
    if (ids) control.setAttribute("aria-describedby", ids);
    else control.removeAttribute("aria-describedby");
  };
  element.fail = (text) => {
    error.textContent = text;
    element.classList.toggle("wrong", Boolean(text));
    control.setAttribute("aria-invalid", String(Boolean(text)));
    describe();
  };
  describe();
  return withValue(element, control, name, label, box ? "checked" : "value");
}

function controlOf(type, attributes, value, options) {
  if (type === "select") {
    const items = options.map(([each, text]) => h("option", { value: each }, text));
    const control = h("select", attributes, items);
    control.value = value ?? "";
    return control;
  }
  if (type === "textarea") return h("textarea", { rows: 3, ...attributes, ".value": value ?? "" });
  if (type === "checkbox") return h("input", { type, ...attributes, ".checked": Boolean(value) });
  return h("input", { type, ...attributes, ".value": value ?? "" });
}

function withValue(element, control, name, label, property) {
  Object.defineProperty(element, "value", {
    get: () => control[property],
    set: (value) => {
      control[property] = value;
    },
  });
  return Object.assign(element, { control, name, label });
}

/** One of several; an option is [value, text, disabled?]. */
function radios({ name, label, hint, value, options, ...more }) {
  const id = newId(name);
  const inputs = options.map(([each, , disabled]) =>
    h("input", { type: "radio", id: `${id}-${each}`, name: id, value: each, disabled, ".checked": each === value, ...more }),
  );
  const error = h("p", { class: "error", id: `${id}-error` });
  const element = h(
    "fieldset",
    { class: "field radios", "aria-describedby": `${id}-error` },
    h("legend", {}, label),
    hint && h("p", { class: "hint" }, hint),
    error,
    options.map(([, text], index) => h("div", { class: "box" }, inputs[index], h("label", { for: inputs[index].id }, text))),
  );
  element.fail = (text) => {
    error.textContent = text;
    element.classList.toggle("wrong", Boolean(text));
  };
  Object.defineProperty(element, "value", {
    get: () => inputs.find((input) => input.checked)?.value ?? null,
    set: (chosen) =>
      inputs.forEach((input) => {
        input.checked = input.value === chosen;
      }),
  });
  return Object.assign(element, { control: inputs.find((input) => input.checked) ?? inputs[0], name, label });
}

/** A summary of what is wrong, with links to the fields; empty and hidden where nothing is. */
export function errorSummary() {
  const element = h("div", { class: "notice fault", tabindex: "-1", role: "alert", hidden: true });
  /** @param {string} text @param {HTMLElement[]} wrong fields made by `field` */
  element.show = (text, wrong = []) => {
    const link = ({ control, label }) => {
      const jump = (event) => {
        event.preventDefault();
        control.focus();
      };
      return h("li", {}, h("a", { href: `#${control.id}`, onclick: jump }, label));
    };
    element.hidden = !text && wrong.length === 0;
    element.replaceChildren(h("p", {}, text), ...(wrong.length ? [h("ul", {}, wrong.map(link))] : []));
    if (!element.hidden) element.focus();
  };
  element.clear = () => {
    element.hidden = true;
    element.replaceChildren();
  };
  return element;
}

/** Ties an ApiError to the fields of the same names and shows the rest above them. */
export function showErrors(error, summary, fields) {
  const flaws = Object.entries(error.codes ?? {});
  const of = ({ name }) => flaws.find(([path]) => path === name || path.endsWith(`.${name}`));
  const wrong = fields.filter(of);
  fields.forEach((each) => each.fail(of(each) ? flawText(of(each)[1], each.name) : ""));
  if (wrong.length === 0) return summary.show(errorText(error));
  const others = flaws.filter((flaw) => !wrong.some((each) => of(each) === flaw)).map(([path, flaw]) => flawText(flaw, path));
  return summary.show([t(`code_${error.code}`), ...others].join(" "), wrong);
}

// ------------------------------------------------------------------------------------------------------------------- dialogs

/**
 * A dialog, in the browser's own element. Resolves to the `value` of the action chosen, or null where it was closed.
 * An action is {label, value, kind?: "main" | "quiet" | "danger", run?}: `run` may be asynchronous; what it returns, where it
 * returns something, is the value, `false` keeps the dialog open, and an ApiError is shown in it.
 * `fields` are those of `field` that an error may speak of. `body` is an element, several, or a text; `setup(dialog)` is called before it is seen, `dialog.finish(value)` closes it.
 */
export function dialog({ title, body, actions = [], kind = "", close = t("close"), fields = [], setup }) {
  const id = newId("dialog");
  const summary = errorSummary();
  const heading = h("h2", { id, tabindex: "-1" }, title);
  const form = h("form", { method: "dialog", novalidate: true }, summary);
  const element = h("dialog", { class: kind, "aria-labelledby": id });
  return new Promise((resolve) => {
    let value = null;
    let pending = null; // an action on its way: closing waits for how it ends
    element.finish = (result) => {
      value = result;
      element.close();
    };
    element.summary = summary;
    const run = async (action, button) => {
      button.setAttribute("aria-busy", "true");
      summary.clear();
      try {
        const result = action.run ? await action.run(element) : undefined;
        if (result !== false) element.finish(result === undefined ? ("value" in action ? action.value : true) : result);
      } catch (error) {
        showErrors(error, summary, fields);
      } finally {
        button.removeAttribute("aria-busy");
      }
    };
    const begin = (event, action, button) => {
      event.preventDefault();
      pending ??= run(action, button).finally(() => {
        pending = null;
      });
    };
    const buttons = actions.map((action) => {
      const attributes = { type: action.kind === "main" ? "submit" : "button", class: action.kind ?? "quiet" };
      const button = h("button", { ...attributes, onclick: (event) => begin(event, action, button) }, action.label);
      return button;
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.append(
      ...[typeof body === "string" ? h("p", {}, body) : body].flat().filter(Boolean),
      ...(buttons.length ? [h("div", { class: "actions" }, buttons)] : []),
    );
    const shut = h(
      "button",
      { type: "button", class: "shut", "aria-label": close, onclick: () => pending ?? element.close() },
      "×",
    );
    element.append(h("header", {}, heading, shut), form, h("p", { class: "voice", role: "status" }));
    element.addEventListener("cancel", (event) => pending && event.preventDefault());
    element.addEventListener("close", async () => {
      await pending;
      element.remove();
      resolve(value);
    });
    document.body.append(element);
    setup?.(element);
    element.showModal();
    (element.querySelector("[autofocus]") ?? heading).focus();
  });
}

/** A yes or no. @returns {Promise<boolean>} */
export async function confirmDialog({ title, body, yes, danger = false }) {
  const actions = [
    { label: yes, value: true, kind: danger ? "danger" : "main" },
    { label: t("back"), value: false },
  ];
  return (await dialog({ title, body, actions })) === true;
}

/** Tells screen readers, and for a moment everybody, something that happened. What an open dialog covers is not heard. */
export function announce(text) {
  const voice = [...document.querySelectorAll("dialog:modal > .voice")].at(-1) ?? document.getElementById("voice");
  voice.textContent = "";
  voice.textContent = text;
  voice.classList.add("seen");
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => voice.classList.remove("seen"), 6000);
}

/** A QR code as a picture that can be printed at any size. */
export async function qrCode(text, label) {
  const { default: qrcode } = await import("./vendor/qrcode.js");
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const cells = [...Array(size * size).keys()].map((cell) => [cell % size, Math.floor(cell / size)]);
  const dark = cells.filter(([x, y]) => code.isDark(y, x)).map(([x, y]) => `M${x + 4} ${y + 4}h1v1h-1z`);
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const [paper, ink] = [svg("rect", { width: size + 8, height: size + 8, fill: "#fff" }), svg("path", { d: dark.join("") })];
  return svg("svg", { class: "qr", viewBox: `0 0 ${size + 8} ${size + 8}`, role: "img", "aria-label": label }, paper, ink);
}

// ---------------------------------------------------------------------------------------------------------------------- inbox

/** Looks into the inbox every few seconds while the page is seen, and tells who wants to know. */
function inboxOf(api) {
  const listeners = new Set();
  let view = { entries: [], count: 0, next: null };
  let known = "";
  let timer;
  let asked = 0;
  let wanted = 1; // entries that are shown at least, where so many wait

  function take(fresh) {
    const text = JSON.stringify(fresh);
    const changed = text !== known;
    [view, known] = [fresh, text];
    if (changed) listeners.forEach((listener) => listener(view));
  }

  /** The first page, and as many of the following ones as somebody has asked for. */
  async function pages() {
    let fresh = await api.get("/inbox");
    while (fresh.next && fresh.entries.length < wanted) {
      const more = await api.get(`/inbox?after=${fresh.next}`);
      fresh = { ...more, entries: [...fresh.entries, ...more.entries] };
    }
    return fresh;
  }

  async function look() {
    clearTimeout(timer);
    const number = ++asked;
    try {
      const fresh = await pages();
      if (number === asked) take(fresh);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the next look may succeed
    }
    if (number === asked) timer = setTimeout(() => document.hidden || look(), LOOK_EVERY);
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  return {
    look,
    /** What an answer says of the first page; where more is shown, that is asked for. */
    take: (fresh) => (fresh.next && fresh.entries.length < wanted ? look() : take(fresh)),
    more() {
      wanted = view.entries.length + 1;
      return look();
    },
    get entries() {
      return view.entries;
    },
    get count() {
      return view.count;
    },
    subscribe: (listener) => listeners.add(listener),
  };
}

// ----------------------------------------------------------------------------------------------------------------------- lock

/** Hides everything after `minutes` without a key or a touch, until the password was given again; also over a reload. */
function lockAfter(minutes) {
  let locked = false;
  const touched = () => Number(sessionStorage.getItem(TOUCHED) ?? Date.now());
  const touch = () => locked || sessionStorage.setItem(TOUCHED, String(Date.now()));
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(kind, touch, { passive: true, capture: true });

  async function lock() {
    if (locked) return;
    locked = true;
    sessionStorage.setItem(LOCKED, "1");
    const title = document.title;
    document.title = PRODUCT;
    document.body.classList.add("locked");
    const covered = [...document.body.children].filter((each) => each.tagName !== "SCRIPT");
    covered.forEach((each) => each.toggleAttribute("inert", true));
    await unlocked();
    covered.forEach((each) => each.toggleAttribute("inert", false));
    document.body.classList.remove("locked");
    document.title = title;
    sessionStorage.removeItem(LOCKED);
    locked = false;
    touch();
  }

  const overdue = () => Date.now() - touched() >= minutes * MINUTE;
  if (sessionStorage.getItem(LOCKED) || overdue()) lock();
  else touch();
  setInterval(() => overdue() && lock(), 5000);
  return lock;
}

/** Resolves once the password of who is signed in was given. */
async function unlocked() {
  const password = field({
    name: "password",
    label: t("password"),
    type: "password",
    autocomplete: "current-password",
    autofocus: true,
  });
  const open = async () => {
    const right = await session.passwordIsRight(password.value);
    password.value = "";
    password.fail(right ? "" : t("lock_wrong"));
    if (!right) password.control.focus();
    return right;
  };
  const leave = async () => {
    await session.signOut();
    return session.leaveToSignIn();
  };
  const shown = () =>
    dialog({
      title: t("lock_title"),
      kind: "lock",
      body: [h("p", {}, t("lock_text", { user: session.userName() })), password],
      actions: [
        { label: t("lock_open"), kind: "main", run: open },
        { label: t("sign_out"), kind: "quiet", run: leave },
      ],
      setup: (element) => element.addEventListener("cancel", (event) => event.preventDefault()),
    });
  while ((await shown()) !== true); // a browser may close a dialog that asked to stay
}

// --------------------------------------------------------------------------------------------------------------------- header

function header(name, staff, branches) {
  const shown = PAGES.filter(([page]) => page !== "settings" || staff.admin);
  const link = ([page, file]) =>
    h("li", {}, h("a", { href: file, "aria-current": page === name ? "page" : null }, t(`page_${page}`)));
  const count = h("b", { class: "count" });
  const inbox = h("a", { href: "index.html#inbox", id: "inbox-link" }, t("inbox"), " ", count);
  const title = document.title;
  staff.inbox.subscribe((view) => {
    count.textContent = view.count ? String(view.count) : "";
    inbox.setAttribute("aria-label", t("inbox_count", { count: view.count }));
    if (!document.body.classList.contains("locked")) document.title = view.count ? `(${view.count}) ${title}` : title;
  });
  return [
    h("p", { class: "product" }, h("a", { href: "index.html" }, PRODUCT)),
    branchChoice(staff, branches),
    h("nav", { "aria-label": t("navigation") }, h("ul", {}, shown.map(link))),
    h("div", { class: "tools" }, inbox, languageButtons(), userMenu(staff)),
  ];
}

/** With one branch its name; with several a choice, kept for this tab. */
function branchChoice(staff, branches) {
  if (branches.length < 2) return h("p", { class: "branch" }, branches[0]?.[1]);
  const choose = (event) => {
    sessionStorage.setItem(BRANCH, event.target.value);
    location.assign(location.pathname); // another branch has no appointment of this one: the fragment goes
  };
  const options = branches.map(([id, name]) => h("option", { value: id, ".selected": id === staff.branch }, name));
  return h("select", { class: "branch", "aria-label": t("branch_choice"), onchange: choose }, options);
}

function userMenu(staff) {
  const item = (key, run) => h("li", {}, h("button", { type: "button", class: "plain", onclick: run }, t(key)));
  const out = async () => {
    await session.signOut();
    return session.leaveToSignIn({ back: false, why: "out" });
  };
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", {}, session.userName()),
    h(
      "ul",
      {},
      item("lock_now", () => staff.lock()),
      item("factor", () => secondFactor()),
      item("sign_out", out),
      item("sign_out_everywhere", () => everywhere()),
    ),
  );
  const shut = () => menu.removeAttribute("open");
  menu.addEventListener("click", (event) => event.target.closest("button") && shut());
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    shut();
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => menu.contains(event.target) || shut());
  return menu;
}

async function everywhere() {
  const run = async () => {
    await session.signOutEverywhere();
    return session.leaveToSignIn({ back: false, why: "out" });
  };
  const actions = [{ label: t("sign_out_everywhere"), kind: "main", run }];
  await dialog({ title: t("sign_out_everywhere"), body: t("sign_out_everywhere_text"), actions });
}

/** Switches one's own second factor on or off. */
async function secondFactor() {
  let on;
  try {
    on = await session.hasSecondFactor();
  } catch (error) {
    announce(errorText(error));
    return;
  }
  const changed = on ? await factorOff() : await factorOn();
  if (changed) announce(t(on ? "factor_is_off" : "factor_is_on"));
}

const factorOff = () =>
  dialog({
    title: t("factor"),
    body: t("factor_on_text"),
    actions: [{ label: t("factor_drop"), kind: "danger", run: () => session.dropSecondFactor() }],
  });

async function factorOn() {
  const secret = await session.newSecret();
  const code = codeField();
  const run = async () => {
    await session.useSecondFactor(code.value.replace(/\s/g, ""));
  };
  return dialog({
    title: t("factor"),
    body: [...(await secretShown(session.userName(), secret)), code],
    actions: [{ label: t("factor_use"), kind: "main", run }],
  });
}

/** How an authenticator app gets to know a secret. */
export async function secretShown(user, secret) {
  return [
    h("p", {}, t("factor_text")),
    await qrCode(session.authenticatorUrl(user, secret), t("factor_qr")),
    h("p", {}, t("factor_secret"), " ", h("code", { class: "secret" }, secret.replace(/(.{4})(?=.)/g, "$1 "))),
  ];
}

export const codeField = () =>
  field({ name: "code", label: t("factor_code"), inputmode: "numeric", autocomplete: "one-time-code", maxlength: 8 });

// ---------------------------------------------------------------------------------------------------------------------- start

/**
 * Starts a page: whoever is not signed in is taken to the sign-in page and comes back.
 * @param {string} name of the page, as in PAGES
 * @param {{texts?: string}} more `texts` names further texts: texts/<texts>.<language>.json
 */
export async function start(name, { texts: more = "" } = {}) {
  if (!session.signedIn()) await session.leaveToSignIn();
  cover();
  const [me] = await Promise.all([client("").get("/me"), speak(more), learn()]).catch((error) => unloaded(error));
  document.querySelector(".skip").textContent = t("skip");
  document.title = `${t(`page_${name}`)} – ${PRODUCT}`;
  const branch = me.branches.find((id) => id === sessionStorage.getItem(BRANCH)) ?? me.branches[0];
  if (!branch) return nothingToDo();
  const api = client(branch);
  let kept = api.get("/settings");
  const staff = {
    api,
    me,
    branch,
    admin: me.groups.includes("admin"),
    t,
    lang,
    /** GET /settings, asked for once; `settings(true)` asks anew. */
    settings: (anew = false) => (anew ? (kept = api.get("/settings")) : kept),
    accessToken: () => held(session.accessToken()),
    inbox: inboxOf(api),
    ...{ announce, dialog, confirmDialog, errorText, field, errorSummary, showErrors, qrCode, hasText },
  };
  const settings = await kept.catch((error) => unloaded(error));
  paint(settings.branch.accent_colour);
  Object.assign(staff, moments(settings.branch.zone));
  const branches = await named(me.branches, branch, settings.branch.name);
  document.getElementById("shell").replaceChildren(...header(name, staff, branches));
  staff.lock = lockAfter(settings.branch.lock_minutes || LOCK_MINUTES);
  staff.inbox.look();
  return staff;
}

/** The parts that every page has, also where its HTML does not name them. */
function cover() {
  const main = document.getElementById("main") ?? document.querySelector("main");
  main.id = "main";
  main.tabIndex = -1;
  document.body.prepend(h("a", { class: "skip", href: "#main" }));
  document.body.append(h("p", { id: "voice", class: "voice", role: "status" }));
}

/** @returns {Promise<[string, string][]>} ids and names of the branches */
async function named(ids, current, name) {
  const nameOf = async (id) =>
    id === current
      ? name
      : (
          await client(id)
            .get("/settings")
            .catch(() => null)
        )?.branch.name;
  return Promise.all(ids.map(async (id) => [id, (await nameOf(id)) || id]));
}

/** Without texts or settings there is no page: says so, and stops. */
function unloaded(error) {
  if (!(error instanceof ApiError)) throw error;
  const text = hasText("code_other") ? errorText(error) : (document.querySelector(".unloaded")?.textContent ?? "");
  const again = h("button", { type: "button", class: "main", onclick: () => location.reload() }, t("again"));
  document.getElementById("main").replaceChildren(h("h1", {}, PRODUCT), h("p", {}, text), ...(hasText("again") ? [again] : []));
  document.getElementById("main").removeAttribute("aria-busy");
  return new Promise(() => {});
}

function nothingToDo() {
  const out = () => session.signOut().then(() => session.leaveToSignIn({ back: false }));
  document.getElementById("main").removeAttribute("aria-busy");
  document
    .getElementById("main")
    .replaceChildren(
      h("h1", {}, PRODUCT),
      h("p", {}, t("no_branch")),
      h("button", { type: "button", class: "quiet", onclick: out }, t("sign_out")),
    );
  return new Promise(() => {});
}
