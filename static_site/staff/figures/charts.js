/** Charts of the weeks, drawn by hand, each with its table. */
import { dayName } from "../../kit/moments.js";
import { h, svg } from "../../kit/dom.js";
import { table } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { csvButton, number } from "./csv.js";

/** @typedef {{name: string, values: (number | null)[]}} Series */

const [WIDTH, HEIGHT, BOTTOM, LEFT] = [600, 190, 24, 50];

/** @param {string} week */
const weekName = (week) => t("week_of", { day: dayName(week, { day: "numeric", month: "short" }) });

/** A round number at or above the highest: 1, 2, 5 times a power of ten. @param {(number | null)[]} values */
export function topOf(values) {
  const most = Math.max(...values.filter((value) => value !== null), 0);
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 10].map((factor) => factor * power).find((each) => each >= most);
}

/**
 * Bars of one or several series beside each other, a column for each week. The picture says its heading only; every number of
 * it is in the table below, so that nothing hangs on seeing it.
 * @param {string} label @param {string[]} weeks @param {Series[]} series @param {(value: number) => string} say @param {number} highest
 */
function bars(label, weeks, series, say, highest) {
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
          dayName(week, { day: "numeric", month: "numeric" }),
        ),
      );
  });
  return picture;
}

/**
 * A chart with its heading, and its numbers as a table.
 * @param {string} key of its texts @param {string[]} weeks @param {Series[]} series @param {(value: number) => string} say
 * @param {number} [highest] on its axis
 */
export function figure(key, weeks, series, say, highest = topOf(series.flatMap(({ values }) => values))) {
  const heading = t(`chart_${key}`);
  const legend =
    series.length > 1 &&
    h(
      "ul",
      { class: "legend" },
      series.map(({ name }, number) => h("li", {}, h("span", { class: `key series-${number}`, "aria-hidden": "true" }), name)),
    );
  const cell = (value) => h("td", {}, value === null ? "–" : say(value));
  const heads = [t("week"), ...series.map(({ name }) => name)];
  const kept = () => [heads, ...weeks.map((week, place) => [week, ...series.map(({ values }) => number(values[place]))])];
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
    bars(heading, weeks, series, say, highest),
    h(
      "details",
      { class: "more" },
      h("summary", {}, t("as_table"), h("span", { class: "unseen" }, `: ${heading}`)),
      table(heading, heads, rows, { unseen: true, class: "numbers" }),
      csvButton(heading, t(`file_${key}`), kept),
    ),
  );
}
