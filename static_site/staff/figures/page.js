/**
 * Figures of the weeks: what was asked for, what came of it, how full it was. Each chart is drawn by hand and has its table.
 */
import { grouped } from "../../kit/values.js";
import { Words } from "../../kit/days.js";
import { h, redraw } from "../../kit/dom.js";
import { daysAfter } from "../../kit/moments.js";
import { nameIn } from "../../kit/names.js";
import { button, download, fault, table } from "../../kit/pieces.js";
import { start } from "../shell/start.js";

const SPANS = [8, 12, 26, 52]; // weeks up to this one
const AHEAD = 8; // weeks from this one on
const [WIDTH, HEIGHT, BOTTOM, LEFT] = [600, 190, 24, 50];
const FEWEST = 4; // on an axis that counts, so that its lines are whole numbers

const staff = await start("figures", { texts: "figures" });
const { t, api } = staff;
const main = document.getElementById("main");
const settings = await staff.settings();
const words = new Words(staff.lang, settings.branch.zone);
const shown = { weeks: 12, ahead: false, resource: "" };
let asked = 0;
let figures = [];
let kinds = [];

// ---------------------------------------------------------------------------------------------------------------- figures

const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);
const share = (part, whole) => (whole > 0 ? part / whole : null);

/** Over several resources: the mean of their medians, each by the requests it is of. */
function leadOf(rows) {
  const known = rows.filter(({ lead_days: days }) => days !== null);
  const requests = sum(known, "requests");
  return requests > 0 ? known.reduce((total, row) => total + row.lead_days * row.requests, 0) / requests : null;
}

/** The weeks in order, each with the figures of the chosen resource, or of all together. */
function weeksOf(rows) {
  const chosen = rows.filter(({ resource }) => !shown.resource || resource === shown.resource);
  const weeks = [...grouped(chosen, ({ week }) => week)].sort(([one], [other]) => one.localeCompare(other));
  return weeks.map(([week, its]) => ({
    week,
    requests: sum(its, "requests"),
    confirmed: sum(its, "confirmed"),
    cancelled: sum(its, "cancelled"),
    no_show: sum(its, "no_show"),
    lead_days: leadOf(its),
    used: share(sum(its, "held_minutes"), sum(its, "open_minutes")),
  }));
}

/** "4,5 Stunden", "1 Stunde" */
const hoursText = (hours) => {
  const count = words.number(hours, 1);
  return t(count === "1" ? "hours_one" : "hours", { count });
};
const percent = (value) =>
  value === null ? "–" : new Intl.NumberFormat(staff.lang, { style: "percent", maximumFractionDigits: 0 }).format(value);
const weekName = (week) => t("week_of", { day: words.day(week, { day: "numeric", month: "short" }) });

// ----------------------------------------------------------------------------------------------------------------- charts

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A round number at or above the highest: 1, 2, 5 times a power of ten. */
function topOf(values) {
  const most = Math.max(...values.filter((value) => value !== null), 0);
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 10].map((factor) => factor * power).find((each) => each >= most);
}

/**
 * Bars of one or several series beside each other, a column for each week. The picture says its heading only; every number of
 * it is in the table below, so that nothing hangs on seeing it.
 * @param {{name: string, values: (number | null)[]}[]} series  @param {(value: number) => string} say
 */
function bars(label, weeks, series, say, top) {
  const highest = top ?? topOf(series.flatMap(({ values }) => values));
  const column = (WIDTH - LEFT) / weeks.length;
  const bar = (column * 0.74) / series.length;
  const y = (value) => (HEIGHT - BOTTOM) * (1 - value / highest) + 6;
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 6}`, class: "chart", role: "img", "aria-label": label });
  for (const part of [0, 0.5, 1]) {
    const line = y(highest * part);
    picture.append(
      svg("line", { x1: LEFT, x2: WIDTH, y1: line, y2: line, class: "rule" }),
      svg("text", { x: LEFT - 6, y: line + 4, class: "axis end" }, say(highest * part)),
    );
  }
  const every = Math.ceil(weeks.length / 9);
  weeks.forEach((week, place) => {
    const x = LEFT + place * column + column * 0.13;
    series.forEach(({ values }, number) => {
      const value = values[place];
      if (!value) return;
      const rect = svg("rect", {
        x: x + number * bar,
        width: Math.max(bar - 1, 1),
        y: y(value),
        height: HEIGHT - BOTTOM + 6 - y(value),
        rx: 2,
        class: `series-${number}`,
      });
      rect.append(svg("title", {}, `${weekName(week)}: ${say(value)}`));
      picture.append(rect);
    });
    if (place % every === 0)
      picture.append(
        svg(
          "text",
          { x: LEFT + place * column + column / 2, y: HEIGHT + 2, class: "axis middle" },
          words.day(week, { day: "numeric", month: "numeric" }),
        ),
      );
  });
  return picture;
}

function figure(key, weeks, series, say, top) {
  const heading = t(`chart_${key}`);
  const legend =
    series.length > 1 &&
    h(
      "ul",
      { class: "legend" },
      series.map(({ name }, number) => h("li", {}, h("span", { class: `key series-${number}`, "aria-hidden": "true" }), name)),
    );
  const cell = (value) => h("td", {}, value === null ? "–" : say(value));
  const rows = weeks.map((week, place) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, weekName(week)),
      series.map(({ values }) => cell(values[place])),
    ),
  );
  return h(
    "figure",
    { class: "figure" },
    h("figcaption", {}, h("h2", {}, heading), h("p", { class: "small" }, t(`about_${key}`))),
    legend,
    bars(heading, weeks, series, say, top),
    h(
      "details",
      { class: "more" },
      h("summary", {}, t("as_table"), h("span", { class: "unseen" }, `: ${heading}`)),
      table(heading, [t("week"), ...series.map(({ name }) => name)], rows, { unseen: true, class: "numbers" }),
    ),
  );
}

function totals(weeks) {
  const answered = sum(weeks, "confirmed");
  const total = (name, value) => h("div", {}, h("dt", {}, t(`series_${name}`)), h("dd", {}, value));
  const used = weeks.filter(({ used: each }) => each !== null);
  return h(
    "dl",
    { class: "totals" },
    total("requests", words.number(sum(weeks, "requests"))),
    total("confirmed", words.number(answered)),
    total("no_show", words.number(sum(weeks, "no_show"))),
    total("used", percent(used.length > 0 ? used.reduce((all, { used: each }) => all + each, 0) / used.length : null)),
  );
}

/** How full each resource was over all the weeks. */
function byResource() {
  const rows = settings.resources.map(({ id, name }) => {
    const mine = figures.filter(({ resource }) => resource === id);
    return { name, used: share(sum(mine, "held_minutes"), sum(mine, "open_minutes")), held: sum(mine, "held_minutes") / 60 };
  });
  const row = ({ name, used, held }) => {
    const bar = svg("svg", { viewBox: "0 0 100 8", class: "gauge", preserveAspectRatio: "none", "aria-hidden": "true" });
    bar.append(
      svg("rect", { width: 100, height: 8, class: "ground" }),
      svg("rect", { width: Math.min(used ?? 0, 1) * 100, height: 8, class: "series-0" }),
    );
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", { class: "bar" }, bar),
      h("td", {}, percent(used)),
      h("td", {}, hoursText(held)),
    );
  };
  return h(
    "div",
    { class: "figure" },
    h("h2", {}, t("by_resource")),
    table(
      t("by_resource"),
      [t("resource"), h("span", { class: "unseen" }, t("series_used")), t("series_used"), t("series_held")],
      rows.map(row),
      { unseen: true, class: "numbers gauges" },
    ),
  );
}

const WAYS = ["online", "desk"];
const ENDS = ["confirmed", "cancelled", "no_show"];

const templates = new Map(settings.templates.map((each) => [each.id, nameIn(each.name, staff.lang)]));
const kindName = (id) => templates.get(id) ?? t("no_kind");

/** What kinds of appointments there were, how they came and what became of them, over all the weeks. */
function byKind() {
  const chosen = kinds.filter(({ resource }) => !shown.resource || resource === shown.resource);
  if (chosen.length === 0) return null;
  const row = ([template, its]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, kindName(template)),
      [...WAYS, ...ENDS].map((name) => h("td", {}, words.number(sum(its, name)))),
      h("td", {}, hoursText(sum(its, "held_minutes") / 60)),
    );
  const order = [...templates.keys(), null];
  const rows = [...grouped(chosen, ({ template }) => template)].sort(
    ([one], [other]) => order.indexOf(one) - order.indexOf(other),
  );
  return h(
    "div",
    { class: "figure" },
    h("h2", {}, t("by_kind")),
    h("p", { class: "small" }, t("about_kind")),
    table(t("by_kind"), kindHeads(), rows.map(row), { unseen: true, class: "numbers" }),
    h("p", { class: "ends" }, button(t("csv"), keep, { class: "quiet", id: "csv" })),
  );
}

const kindHeads = () => [t("kind"), ...[...WAYS, ...ENDS].map((name) => t(`series_${name}`)), t("series_held")];

/** The same week by week, for a spreadsheet; a comma stands in a number where the reader's language has one. */
function keep() {
  const names = new Map(settings.resources.map(({ id, name }) => [id, name]));
  const rows = kinds.map((each) => [
    each.week,
    names.get(each.resource) ?? each.resource,
    kindName(each.template),
    ...[...WAYS, ...ENDS].map((name) => String(each[name])),
    words.number(each.held_minutes / 60, 2),
  ]);
  const heads = [t("week"), t("resource"), ...kindHeads()];
  download(`${t("file")}.csv`, "text/csv;charset=utf-8", csv([heads, ...rows]));
}

/** As the record's: parted by semicolons, marked as UTF-8, no cell read as a formula. */
function csv(rows) {
  const cell = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return `\ufeff${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}

// --------------------------------------------------------------------------------------------------------------- the page

const body = h("div", { id: "figures" });

function draw() {
  const weeks = weeksOf(figures);
  if (weeks.length === 0) return redraw(body, h("p", { class: "small" }, t("none")));
  const names = weeks.map(({ week }) => week);
  const series = (key) => ({ name: t(`series_${key}`), values: weeks.map((each) => each[key]) });
  const atLeast = (...keys) => Math.max(FEWEST, topOf(weeks.flatMap((each) => keys.map((key) => each[key]))));
  const whole = (value) => words.number(value, 1);
  const days = (value) => words.number(value, 1);
  return redraw(
    body,
    totals(weeks),
    h(
      "div",
      { class: "figures-grid" },
      figure("requests", names, [series("requests"), series("confirmed")], whole, atLeast("requests", "confirmed")),
      figure("lost", names, [series("cancelled"), series("no_show")], whole, atLeast("cancelled", "no_show")),
      figure("lead", names, [series("lead_days")], days),
      figure("used", names, [series("used")], percent, Math.max(1, topOf(weeks.map(({ used }) => used)))),
    ),
    !shown.resource && settings.resources.length > 1 && byResource(),
    byKind(),
  );
}

/** The Monday of the branch's week. */
function monday(date) {
  const day = new Date(`${date}T12:00Z`).getUTCDay() || 7;
  return daysAfter(date, 1 - day);
}

async function load() {
  const turn = ++asked;
  body.setAttribute("aria-busy", "true");
  try {
    const from = daysAfter(monday(words.today), shown.ahead ? 0 : -7 * (shown.weeks - 1));
    const view = await api.get(`/figures?from=${from}&weeks=${shown.weeks}`);
    if (turn !== asked) return;
    [figures, kinds] = [view.weeks, view.kinds];
    draw();
  } catch (error) {
    if (turn === asked) redraw(body, fault(staff.errorText(error)));
  } finally {
    if (turn === asked) body.removeAttribute("aria-busy");
  }
}

const chooseSpan = ({ target }) => {
  shown.ahead = target.value === "ahead";
  shown.weeks = shown.ahead ? AHEAD : Number(target.value);
  load();
};
const chooseResource = ({ target }) => {
  shown.resource = target.value;
  draw();
};
const option = (value, name, chosen) => h("option", { value, ".selected": value === chosen }, name);

redraw(
  main,
  h("h1", {}, t("heading")),
  h("p", { class: "lead" }, t("lead")),
  h(
    "div",
    { class: "filters" },
    h(
      "div",
      { class: "field" },
      h("label", { for: "span" }, t("span")),
      h(
        "select",
        { id: "span", onchange: chooseSpan },
        SPANS.map((weeks) => option(String(weeks), t("weeks", { count: weeks }), String(shown.weeks))),
        option("ahead", t("weeks_ahead", { count: AHEAD }), ""),
      ),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "resource" }, t("resource")),
      h(
        "select",
        { id: "resource", onchange: chooseResource },
        option("", t("all_resources"), shown.resource),
        settings.resources.map(({ id, name }) => option(id, name, shown.resource)),
      ),
    ),
  ),
  body,
);
main.removeAttribute("aria-busy");
await load();
