/** The page of the figures: what was asked for week by week, what came of it, and how full it was. */
import { h, redraw, svg } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { daysAfter, mondayOf } from "../../kit/moments.js";
import { fault, selection, table } from "../../kit/pieces.js";
import { numberText, t } from "../../kit/texts.js";
import { hoursText, isTogether, percent, placeName, places, staff } from "./branch.js";
import { figure, topOf } from "./charts.js";
import { csvButton, number } from "./csv.js";
import { byKind } from "./kinds.js";
import { share, sum, weeksOf } from "./sums.js";

/** @typedef {import("./branch.js").Schemas} Schemas */

const SPANS = [8, 12, 26, 52]; // weeks up to this one
const AHEAD = 8; // weeks from this one on
const ALL = "";
const PERSONS = "_"; // no id of a resource
const FEWEST = 4; // on an axis that counts, so that its lines are whole numbers

const main = document.getElementById("main");
const shown = {
  weeks: 12,
  ahead: false,
  resource: ALL,
  figures: /** @type {Schemas["Figures"][]} */ ([]),
  kinds: /** @type {Schemas["KindFigures"][]} */ ([]),
};
let asked = 0;

/** @param {ReturnType<typeof weeksOf>} weeks */
function totals(weeks) {
  const answered = sum(weeks, "confirmed");
  const total = (name, value) => h("div", {}, h("dt", {}, t(`series_${name}`)), h("dd", {}, value));
  const used = weeks.filter(({ used: each }) => each !== null);
  return h(
    "dl",
    { class: "totals" },
    total("requests", numberText(sum(weeks, "requests"))),
    total("confirmed", numberText(answered)),
    total("no_show", numberText(sum(weeks, "no_show"))),
    total("used", percent(used.length > 0 ? used.reduce((all, { used: each }) => all + each, 0) / used.length : null)),
  );
}

/** How full each resource was over all the weeks. */
function byResource() {
  const rows = places.map((place) => {
    const mine = shown.figures.filter(({ resource }) => resource === place);
    return {
      name: placeName(place),
      used: share(sum(mine, "held_minutes"), sum(mine, "open_minutes")),
      held: sum(mine, "held_minutes") / 60,
    };
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
  const kept = () => [
    [t("resource"), t("series_used"), t("series_held")],
    ...rows.map(({ name, used, held }) => [name, number(used), number(held)]),
  ];
  return h(
    "div",
    { class: "figure" },
    h("h2", {}, t("by_resource")),
    isTogether && h("p", { class: "small" }, t("about_persons")),
    table(
      t("by_resource"),
      [t("resource"), h("span", { class: "unseen" }, t("series_used")), t("series_used"), t("series_held")],
      rows.map(row),
      { unseen: true, class: "numbers gauges" },
    ),
    csvButton(t("by_resource"), t("file_used"), kept),
  );
}

const body = h("div", { id: "figures" });

function draw() {
  const mine = ({ resource }) => shown.resource === ALL || (resource ?? PERSONS) === shown.resource;
  const weeks = weeksOf(shown.figures.filter(mine));
  if (weeks.length === 0) return redraw(body, h("p", { class: "small" }, t("none")));
  const names = weeks.map(({ week }) => week);
  const series = (key) => ({ name: t(`series_${key}`), values: weeks.map((each) => each[key]) });
  const atLeast = (...keys) => Math.max(FEWEST, topOf(weeks.flatMap((each) => keys.map((key) => each[key]))));
  const whole = (value) => numberText(value, 1);
  return redraw(
    body,
    totals(weeks),
    h(
      "div",
      { class: "figures-grid" },
      figure("requests", names, [series("requests"), series("confirmed")], whole, atLeast("requests", "confirmed")),
      figure("lost", names, [series("cancelled"), series("no_show")], whole, atLeast("cancelled", "no_show")),
      figure("lead", names, [series("lead_days")], whole),
      figure("used", names, [series("used")], percent, Math.max(1, topOf(weeks.map(({ used }) => used)))),
    ),
    shown.resource === ALL && places.length > 1 && byResource(),
    byKind(shown.kinds.filter(mine), shown.kinds),
  );
}

async function load() {
  const turn = ++asked;
  body.setAttribute("aria-busy", "true");
  try {
    const from = daysAfter(mondayOf(staff.today()), shown.ahead ? 0 : -7 * (shown.weeks - 1));
    const view = await staff.api.get(`/figures?from=${from}&weeks=${shown.weeks}`);
    if (turn !== asked) return;
    Object.assign(shown, { figures: view.weeks, kinds: view.kinds });
    draw();
  } catch (error) {
    if (turn === asked) redraw(body, fault(errorText(error)));
  } finally {
    if (turn === asked) body.removeAttribute("aria-busy");
  }
}

const chooseSpan = (span) => {
  shown.ahead = span === "ahead";
  shown.weeks = shown.ahead ? AHEAD : Number(span);
  load();
};
const chooseResource = (resource) => {
  shown.resource = resource;
  draw();
};
const spans = [...SPANS.map((weeks) => [weeks, t("weeks", { count: weeks })]), ["ahead", t("weeks_ahead", { count: AHEAD })]];
const resources = [[ALL, t("all_resources")], ...places.map((place) => [place ?? PERSONS, placeName(place)])];

redraw(
  main,
  h("h1", {}, t("heading")),
  h("p", { class: "lead" }, t("lead")),
  h(
    "div",
    { class: "filters" },
    selection("span", t("span"), spans, { chosen: shown.weeks, act: chooseSpan }),
    places.length > 1 && selection("resource", t("resource"), resources, { act: chooseResource }),
  ),
  body,
);
main.removeAttribute("aria-busy");
await load();
