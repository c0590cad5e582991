/**
 * The record: who changed what and when, by month, in words. What stood in the fields is nowhere in it. Admins also see who
 * looked at whose data.
 */
import { Words } from "../../kit/days.js";
import { h, redraw } from "../../kit/dom.js";
import { nameIn } from "../../kit/names.js";
import { button, download, fault, table, whisper } from "../../kit/pieces.js";
import { last } from "../../kit/values.js";
import { start } from "../shell/start.js";

const KINDS = { record: ["appointment", "customer", "setting"], readings: ["appointment", "customer", "list"] };
const MONTHS = 60; // that can be chosen at most

const staff = await start("record", { texts: "record" });
const { t, api } = staff;
const main = document.getElementById("main");
const settings = await staff.settings();
const words = new Words(staff.lang, settings.branch.zone);
const named = { ...settings, accesses: await labels() };

const shown = { month: words.today.slice(0, 7), book: "record", kinds: new Set(KINDS.record), lines: [], before: null };
let asked = 0;

/** "2026-11" and `count` months before it. */
function monthBefore(month, count) {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 - count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}

const inWords = (start, name) => (staff.hasText(`${start}_${name}`) ? t(`${start}_${name}`) : name);

/** Accesses by what they are called; the record can be read without. */
async function labels() {
  const { accesses } = await api.get("/accesses").catch(() => ({ accesses: [] }));
  return accesses.map(({ id, label }) => ({ id, name: label || id }));
}

/** A thing of the settings: `resources/cabin-1` by its name, `exceptions/cabin-1/2026-11-27` by resource and day. */
function thingName(path) {
  const [part, own, day] = path.split("/");
  const list = named[part === "exceptions" ? "resources" : part];
  const its = Array.isArray(list) ? list.find((each) => each.id === own) : null;
  const name = typeof its?.name === "string" ? its.name : nameIn(its?.name ?? {}, staff.lang);
  return [inWords("part", part), name, day && words.day(day)].filter(Boolean).join(" ");
}

/** A changed field in words, of `branch.phone`, `resources/cabin-1.capacity`, `last_name`; null where the line says it all. */
function fieldName(path, id) {
  const [, thing, field] = /^([^.]*)(?:\.(.*))?$/.exec(path);
  const own = field && inWords("named", last(field.split(".")));
  if (thing === id) return own ?? null;
  if (own) return `${thingName(thing)}: ${own}`;
  return staff.hasText(`named_${thing}`) ? t(`named_${thing}`) : thingName(thing);
}

/** What a line is about: a link where it can be opened. */
function subject({ kind, id }) {
  if (kind === "appointment") return h("a", { href: `index.html#${id}` }, t("kind_appointment"));
  if (kind === "customer") return h("a", { href: `customers.html#${id}` }, t("kind_customer"));
  return kind === "list" ? inWords("list", id) : thingName(id);
}

function row(line) {
  const fields = [...new Set(line.fields.map((path) => fieldName(path, line.id)).filter(Boolean))];
  return h(
    "tr",
    {},
    h("td", { class: "when" }, words.moment(line.at)),
    h("td", {}, subject(line)),
    h("td", {}, inWords("what", line.what), fields.length > 0 && h("span", { class: "small block" }, fields.join(", "))),
    h("td", { class: "who" }, inWords("by", line.by)),
  );
}

const list = h("div", { id: "lines" });

function draw() {
  const lines = shown.lines.filter(({ kind }) => shown.kinds.has(kind));
  const heads = [t("head_at"), t("head_subject"), t("head_what"), t("head_by")];
  const caption = t(`caption_${shown.book}`, { month: words.month(shown.month) });
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
    const view = await api.get(`/${shown.book}?${query}`);
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
        fault(staff.errorText(error)),
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
    staff.announce(t("kept"));
  } catch (error) {
    redraw(trouble, fault(staff.errorText(error)));
    trouble.firstChild.focus();
  }
}

const trouble = h("div");
const months = Array.from({ length: Math.min(MONTHS, settings.branch.record_months + 1) }, (_, count) =>
  monthBefore(shown.month, count),
);
const choose = ({ target }) => {
  shown.month = target.value;
  load();
};
const leadText = () => t(`lead_${shown.book}`, { count: settings.branch.record_months });
const lead = h("p", { class: "lead" }, leadText());
const chooseBook = ({ target }) => {
  shown.book = target.value;
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
    h(
      "div",
      { class: "field" },
      h("label", { for: "month" }, t("month")),
      h(
        "select",
        { id: "month", onchange: choose },
        months.map((month) => h("option", { value: month }, words.month(month))),
      ),
    ),
    staff.admin &&
      h(
        "div",
        { class: "field" },
        h("label", { for: "book" }, t("book")),
        h(
          "select",
          { id: "book", onchange: chooseBook },
          Object.keys(KINDS).map((book) => h("option", { value: book }, t(`book_${book}`))),
        ),
      ),
    h("fieldset", { class: "several" }, h("legend", {}, t("kinds")), boxes),
    staff.admin && h("p", { class: "ends" }, button(t("csv"), keep, { class: "quiet", id: "csv" })),
  ),
  trouble,
  list,
);
main.removeAttribute("aria-busy");
await load();
