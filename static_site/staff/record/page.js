/**
 * The record: who changed what and when, by month, in staff. What stood in the fields is nowhere in it. Admins also see who
 * looked at whose data.
 *
 * @typedef {import("../../kit/wire").Schemas["RecordLine"]} Line
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
const MONTHS = 60; // that can be chosen at most

const staff = await start("record", { texts: "record" });
const { api } = staff;
const main = document.getElementById("main");
const settings = await staff.settings();
const named = { ...settings, accesses: await labels() };

/** @type {{month: string, book: string, kinds: Set<string>, lines: Line[], before: string | null}} */
const shown = { month: staff.today().slice(0, 7), book: "record", kinds: new Set(KINDS.record), lines: [], before: null };
let asked = 0;

/** "2026-11" and `count` months before it. @param {string} month @param {number} count */
function monthBefore(month, count) {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 - count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
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

/** What a line is about: a link where it can be opened. @param {Line} line */
function subject({ kind, id }) {
  if (kind === "appointment") return h("a", { href: `index.html#${id}` }, t("kind_appointment"));
  if (kind === "customer") return h("a", { href: `customers.html#${id}` }, t("kind_customer"));
  return kind === "list" ? inWords("list", id) : thingName(id);
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
  const lines = shown.lines.filter(({ kind }) => shown.kinds.has(kind));
  const heads = [t("head_at"), t("head_subject"), t("head_what"), t("head_by")];
  const caption = t(`caption_${shown.book}`, { month: monthName(shown.month) });
  redraw(
    list,
    lines.length === 0
      ? h("p", { class: "small" }, t(shown.before ? "none_here" : "none"))
      : table(caption, heads, lines.map(row), { unseen: true, class: "list" }),
    shown.before &&
      h(
        "p",
        {},
        button(t("more"), () => load(shown.before), { class: "quiet", id: "more" }),
      ),
  );
}

/** @param {string | null} before where the next page begins, or null for the first */
async function load(before = null) {
  const turn = ++asked;
  list.setAttribute("aria-busy", "true");
  try {
    const query = new URLSearchParams({ month: shown.month, ...(before && { before }) });
    const view = await (shown.book === "record" ? api.get(`/record?${query}`) : api.get(`/readings?${query}`));
    if (turn !== asked) return;
    const first = before ? shown.lines.length : 0;
    shown.lines = before ? [...shown.lines, ...view.lines] : view.lines;
    shown.before = view.before;
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
    download(`${t(`file_${book}`)}-${month}.csv`, "text/csv;charset=utf-8", await api.text(`/${book}.csv?month=${month}`));
    announce(t("kept"));
  } catch (error) {
    present(trouble, fault(errorText(error)));
  }
}

const trouble = h("div");
const months = Array.from({ length: Math.min(MONTHS, settings.branch.record_months + 1) }, (_, count) =>
  monthBefore(shown.month, count),
);
const chooseMonth = (month) => {
  shown.month = month;
  load();
};
const leadText = () => t(`lead_${shown.book}`, { count: settings.branch.record_months });
const lead = h("p", { class: "lead" }, leadText());
const chooseBook = (book) => {
  shown.book = book;
  shown.kinds = new Set(KINDS[shown.book]);
  lead.textContent = leadText();
  redraw(boxes, KINDS[shown.book].map(tick));
  load();
};
const tick = (kind) => {
  const toggle = ({ target }) => {
    shown.kinds[target.checked ? "add" : "delete"](kind);
    draw();
  };
  return h(
    "span",
    { class: "box" },
    h("input", { type: "checkbox", id: `kind-${kind}`, ".checked": true, onchange: toggle }),
    h("label", { for: `kind-${kind}` }, t(`kinds_${kind}`)),
  );
};

const boxes = h("div", { class: "boxes" }, KINDS.record.map(tick));

redraw(
  main,
  h("h1", {}, t("heading")),
  lead,
  h(
    "div",
    { class: "filters" },
    selection(
      "month",
      t("month"),
      months.map((month) => [month, monthName(month)]),
      { act: chooseMonth },
    ),
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
