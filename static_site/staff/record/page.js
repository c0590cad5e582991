/**
 * The record: who changed what and when, by month, in staff. What stood in the fields is nowhere in it. Admins also see who
 * looked at whose data.
 *
 * @typedef {import("../../kit/wire").Schemas["NamedLine"]} Line
 */
import { monthName } from "../../kit/moments.js";
import { announce } from "../../kit/dialog.js";
import { h, redraw, whisper } from "../../kit/dom.js";
import { download } from "../../kit/download.js";
import { errorText } from "../../kit/flaws.js";
import { nameIn } from "../../kit/names.js";
import { button, fault, present, selection, table } from "../../kit/pieces.js";
import { hasText, inWords, language, t } from "../../kit/texts.js";
import { last } from "../../kit/values.js";
import { start } from "../shell/start.js";

const KINDS = { record: ["appointment", "customer", "setting"], readings: ["appointment", "customer", "list"] };
const NOBODY = ["customer", "schedule"]; // who is no employee, and has done something

const [FEW, MOST_ASKED] = [25, 5]; // lines of a full page at least, and requests that look for them

const staff = await start("record", { texts: "record" });
const { api } = staff;
const main = document.getElementById("main");
const settings = await staff.settings();
const named = { ...settings, accesses: await labels() };

const thisMonth = staff.today().slice(0, 7);
/** @type {{month: string | null, book: string, kinds: Set<string>, by: string, lines: Line[], before: string | null}} */
const shown = { month: null, book: "record", kinds: new Set(KINDS.record), by: "", lines: [], before: null };
let asked = 0;

/** From this month, or a later one that the API knows by its own clock, back to the first. @param {string} since */
function monthsSince(since) {
  const count = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const name = (months) => `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  const newest = Math.max(count(thisMonth), count(since));
  return Array.from({ length: newest - count(since) + 1 }, (_, back) => name(newest - back));
}

/** Accesses by what they are called; the record can be read without. */
async function labels() {
  const { accesses } = await api.get("/accesses").catch(() => ({ accesses: [] }));
  return accesses.map(({ id, label }) => ({ id, name: label || id }));
}

/** A thing of the settings: `resources/cabin-1` by its name, `exceptions/cabin-1/2026-11-27` by resource and day. */
function thingName(path) {
  const [part, own, day] = path.split("/");
  const list = named[part === "exceptions" ? "resources" : part];
  const name = (Array.isArray(list) ? list.find((each) => each.id === own) : null)?.name ?? "";
  return [inWords("part", part), typeof name === "string" ? name : nameIn(name, language), day && staff.shortDate(day)]
    .filter(Boolean)
    .join(" ");
}

/** A changed field in words, of `branch.phone`, `resources/cabin-1.capacity`, `last_name`; null where the line says it all. */
function fieldName(path, id) {
  const [, thing, field] = /^([^.]*)(?:\.(.*))?$/.exec(path);
  const own = field && inWords("named", last(field.split(".")));
  if (thing === id) return own ?? null;
  if (own) return `${thingName(thing)}: ${own}`;
  return hasText(`named_${thing}`) ? t(`named_${thing}`) : thingName(thing);
}

/** What a line is about: whose it is and when, with a link where it can be opened. @param {Line} line */
function subject({ kind, id, name, start: begins, blocked }) {
  if (kind === "list") return inWords("list", id);
  if (kind === "setting") return thingName(id);
  const whose = name || (blocked ? t("blocked_time") : t(name === null && kind === "appointment" ? "gone" : "erased"));
  const page = kind === "customer" ? "customers" : "index";
  return [
    name === null ? whose : h("a", { href: `${page}.html#${id}` }, whose),
    h("span", { class: "small block" }, [t(`kind_${kind}`), begins && staff.moment(begins)].filter(Boolean).join(", ")),
  ];
}

/** @param {Line} line */
function row(line) {
  const fields = [...new Set(line.fields.map((path) => fieldName(path, line.id)).filter(Boolean))];
  return h(
    "tr",
    {},
    h("td", { class: "when" }, staff.moment(line.at)),
    h("td", {}, subject(line)),
    h("td", {}, inWords("what", line.what), fields.length > 0 && h("span", { class: "small block" }, fields.join(", "))),
    h("td", { class: "who" }, inWords("by", line.by)),
  );
}

const list = h("div", { id: "lines" });

function draw() {
  const { lines } = shown;
  const heads = [t("head_at"), t("head_subject"), t("head_what"), t("head_by")];
  const caption = t(`caption_${shown.book}`, { month: monthName(shown.month ?? thisMonth) });
  redraw(
    list,
    lines.length === 0
      ? !shown.before && h("p", { class: "small" }, t("none"))
      : table(caption, heads, lines.map(row), { unseen: true, class: "list" }),
    shown.before &&
      h(
        "p",
        {},
        lines.length < FEW && h("span", { class: "small block" }, t("none_here")),
        button(t("more"), () => load(shown.before), { class: "quiet", id: "more" }),
      ),
  );
}

/** As many pages as have some lines of those that are wanted, where these are rare. @param {URLSearchParams} query */
async function pageOf(query) {
  const ask = () => (shown.book === "record" ? api.get(`/record?${query}`) : api.get(`/readings?${query}`));
  let view = await ask();
  for (let times = 1; view.before && view.lines.length < FEW && times < MOST_ASKED; times++) {
    query.set("before", view.before);
    const { lines, before } = await ask();
    view = { ...view, lines: [...view.lines, ...lines], before };
  }
  return view;
}

/** @param {string | null} before where the next page begins, or null for the first */
async function load(before = null) {
  const turn = ++asked;
  if (shown.kinds.size === 0) {
    Object.assign(shown, { lines: [], before: null });
    return draw();
  }
  list.setAttribute("aria-busy", "true");
  try {
    const { month, by } = shown;
    const kinds = [...shown.kinds].join();
    const query = new URLSearchParams({ kinds, ...(month && { month }), ...(by && { by }), ...(before && { before }) });
    const view = await pageOf(query);
    if (turn !== asked) return;
    const first = before ? shown.lines.length : 0;
    shown.lines = before ? [...shown.lines, ...view.lines] : view.lines;
    shown.before = view.before;
    if (view.since) {
      offerMonths(view.since);
      shown.month = thisMonth;
    }
    draw();
    whisper(t("shown", { count: shown.lines.length - first }));
  } catch (error) {
    if (turn === asked)
      redraw(
        list,
        fault(errorText(error)),
        h(
          "p",
          {},
          button(t("again"), () => load(before), { class: "quiet" }),
        ),
      );
  } finally {
    if (turn === asked) list.removeAttribute("aria-busy");
  }
}

async function keep() {
  try {
    const { book, month } = shown;
    const named = month ?? thisMonth;
    download(`${t(`file_${book}`)}-${named}.csv`, "text/csv;charset=utf-8", await api.text(`/${book}.csv?month=${named}`));
    announce(t("kept"));
  } catch (error) {
    present(trouble, fault(errorText(error)));
  }
}

const trouble = h("div");
const monthPart = h("div");
/** Months that nothing can be of are not offered. @param {string} since */
function offerMonths(since) {
  const months = monthsSince(since).map((month) => /** @type {[string, string]} */ ([month, monthName(month)]));
  const act = (month) => {
    shown.month = month;
    load();
  };
  redraw(monthPart, selection("month", t("month"), months, { chosen: thisMonth, act }));
}
const people = [
  ...settings.employees.filter(({ user }) => user).map(({ id, name }) => [id, name]),
  ...NOBODY.map((by) => [by, t(`by_${by}`)]),
];
const chooseWho = (by) => {
  shown.by = by;
  load();
};
const leadText = () => t(`lead_${shown.book}`, { count: settings.branch.record_months });
const lead = h("p", { class: "lead" }, leadText());
const chooseBook = (book) => {
  Object.assign(shown, { book, month: null });
  shown.kinds = new Set(KINDS[shown.book]);
  lead.textContent = leadText();
  redraw(boxes, KINDS[shown.book].map(tick));
  load();
};
const tick = (kind) => {
  const toggle = ({ target }) => {
    shown.kinds[target.checked ? "add" : "delete"](kind);
    load();
  };
  return h(
    "span",
    { class: "box" },
    h("input", { type: "checkbox", id: `kind-${kind}`, ".checked": true, onchange: toggle }),
    h("label", { for: `kind-${kind}` }, t(`kinds_${kind}`)),
  );
};

const boxes = h("div", { class: "boxes" }, KINDS.record.map(tick));

offerMonths(thisMonth);
redraw(
  main,
  h("h1", {}, t("heading")),
  lead,
  h(
    "div",
    { class: "filters" },
    monthPart,
    selection("by", t("head_by"), [["", t("by_all")], ...people], { act: chooseWho }),
    staff.admin &&
      selection(
        "book",
        t("book"),
        Object.keys(KINDS).map((book) => [book, t(`book_${book}`)]),
        { act: chooseBook },
      ),
    h("fieldset", { class: "several" }, h("legend", {}, t("kinds")), boxes),
    staff.admin && h("p", { class: "ends" }, button(t("csv"), keep, { class: "quiet", id: "csv" })),
  ),
  trouble,
  list,
);
main.removeAttribute("aria-busy");
await load();
