/** Customers from a file of another program: chosen, seen with what each column is, and then written. */
import { catalogue } from "../../kit/catalogue.js";
import { downloadTable } from "../../kit/csv.js";
import { announce } from "../../kit/dialog.js";
import { h, redraw, setBusy, whisper } from "../../kit/dom.js";
import { controlOf, labelled } from "../../kit/field.js";
import { errorText, flawText } from "../../kit/flaws.js";
import { button, facts, fault, notice, selection, table } from "../../kit/pieces.js";
import { numberText, t } from "../../kit/texts.js";
import { api } from "./branch.js";
import { detail } from "./detail.js";
import { Import, textOf } from "./importing.js";
import { mark, searchAgain } from "./search.js";

/** @typedef {import("./importing.js").Row} Row */

const FIRST = 5;
const MOST_SHOWN = 100;
const TOLD = 10; // how often a screen reader hears how far it is

/** The file in hand. It stays while staff look at a customer meanwhile. */
const file = {
  text: "",
  anyway: false,
  /** @type {import("./importing.js").Schemas["ReadView"] | null} */
  read: null,
  /** @type {Import | null} */
  run: null,
};

const place = h("div", { id: "importing" });
addEventListener("beforeunload", (event) => file.run?.going && event.preventDefault());

/** Draws the import where a customer is seen. */
export function showImport() {
  mark("");
  redraw(detail, h("h2", { id: "name", tabindex: "-1" }, t("import_heading")), place);
  draw();
}

/** @param {HTMLElement | null} [trouble] what went wrong */
function draw(trouble = null) {
  const step = file.run ? (file.run.ended ? end(file.run) : progress(file.run)) : file.read ? check() : choice();
  redraw(place, trouble, step);
  trouble?.focus();
}

const drawFault = (error) => draw(fault(errorText(error)));

function begin() {
  Object.assign(file, { text: "", anyway: false, read: null, run: null });
  draw();
  document.getElementById("import-file").focus();
}

// --- the file

function choice() {
  const take = async ({ target }) => {
    const [chosen] = target.files;
    if (!chosen) return;
    try {
      file.text = await textOf(chosen);
      await look();
      document.getElementById("import-columns").focus();
    } catch (error) {
      drawFault(error);
    }
  };
  const most = { most: numberText(catalogue.import.most_rows) };
  const input = h("input", { type: "file", id: "import-file", accept: ".csv,.txt,text/csv", onchange: take });
  return [
    h("p", { class: "lead" }, t("import_lead")),
    labelled(input, { label: t("import_file"), hint: t("import_file_hint", most) }),
  ];
}

/** Reads the file anew; nothing is written. @param {(string | null)[]} [columns] what each stands for */
async function look(columns) {
  setBusy(place, true);
  try {
    file.read = await api.post("/customers/import/read", { text: file.text, .../** @type {any} */ (columns && { columns }) });
    draw();
  } finally {
    setBusy(place, false);
  }
}

// --- what it says

function check() {
  const { rows } = file.read;
  const flawed = rows.filter(({ codes }) => codes);
  const count = rows.length - flawed.length;
  return [
    h(
      "p",
      {},
      t("import_found", { count: rows.length }),
      flawed.length > 0 && ` ${t("import_flawed", { count: flawed.length })}`,
    ),
    h("h3", { id: "import-columns", tabindex: "-1" }, t("import_columns")),
    h("p", { class: "hint" }, t("import_columns_hint")),
    h("div", { class: "fields" }, file.read.columns.map(columnChoice)),
    firstRows(rows),
    flawedRows(flawed),
    anyway(),
    count === 0 && notice(null, h("p", {}, t("import_none"))),
    h(
      "p",
      { class: "actions" },
      count > 0 && button(t("import_do", { count }), () => start(), { class: "main", id: "import-do" }),
      button(t("cancel"), begin),
    ),
  ];
}

/** @param {{heading: string, column?: string | null}} found @param {number} index */
function columnChoice({ heading, column }, index) {
  const act = async (value) => {
    const columns = file.read.columns.map((each, at) => (at === index ? value || null : (each.column ?? null)));
    await look(columns).catch(drawFault);
  };
  const options = [["", t("import_nothing")], ...catalogue.import.columns.map((name) => [name, t(`label_${name}`)])];
  const label = heading || t("import_unnamed", { number: index + 1 });
  return selection(`import-column-${index}`, label, options, { chosen: column ?? "", act });
}

/** The fields that the file fills, in their order. */
const filled = () => catalogue.import.columns.filter((name) => file.read.columns.some(({ column }) => column === name));

const headsOf = (names) => [t("import_row"), ...names.map((name) => t(`label_${name}`))];

/** @param {Row} row @param {string[]} names */
const cellsOf = ({ number, given }, names) => [String(number), ...names.map((name) => given[name] ?? "")];

/** @param {string[]} cells */
const lineOf = (cells) =>
  h(
    "tr",
    {},
    cells.map((cell) => h("td", { class: "note" }, cell)),
  );

/** @param {Row[]} rows */
const firstRows = (rows) =>
  table(
    t("import_first"),
    headsOf(filled()),
    rows.slice(0, FIRST).map((row) => lineOf(cellsOf(row, filled()))),
  );

/** @param {Row["codes"]} codes */
const reasonOf = (codes) =>
  Object.entries(codes)
    .map(([path, flaw]) => `${path === "cells" ? "" : `${t(`label_${path}`)}: `}${flawText(flaw, path)}`)
    .join(" ");

/** @param {Row[]} rows */
function flawedRows(rows) {
  if (rows.length === 0) return null;
  const line = (row) =>
    lineOf([...cellsOf(row, filled()).slice(0, 1), reasonOf(row.codes), ...cellsOf(row, filled()).slice(1)]);
  const [number, ...labels] = headsOf(filled());
  return [
    table(t("import_flaws"), [number, t("import_reason"), ...labels], rows.slice(0, MOST_SHOWN).map(line), { class: "flawed" }),
    rows.length > MOST_SHOWN && h("p", { class: "small" }, t("import_more", { count: rows.length - MOST_SHOWN })),
    downloadOf(rows),
  ];
}

/** @param {Row[]} rows refused, with their reasons */
function downloadOf(rows) {
  const all = [
    [...headsOf(filled()), t("import_reason")],
    ...rows.map((row) => [...cellsOf(row, filled()), reasonOf(row.codes)]),
  ];
  const keep = () => downloadTable(t("import_refused_name"), all);
  return h("p", { class: "actions" }, button(t("import_download"), keep, { class: "quiet", id: "import-download" }));
}

function anyway() {
  const change = ({ target }) => (file.anyway = target.checked);
  const box = controlOf("checkbox", { id: "import-anyway", onchange: change }, file.anyway);
  return labelled(box, { label: t("import_anyway"), hint: t("import_anyway_hint") });
}

// --- writing it

/** Begins, or goes on. */
async function start() {
  const { rows } = file.read;
  const run = (file.run ??= new Import(
    rows.filter(({ codes }) => !codes),
    file.anyway,
  ));
  let told = 0;
  const moved = () => {
    if (!place.isConnected) run.stop();
    const part = Math.floor((run.results.length * TOLD) / run.rows.length);
    if (part > told) whisper(progressText(run));
    told = part;
    if (!run.ended) draw();
  };
  const going = run.go(moved);
  draw();
  document.getElementById("import-stop").focus();
  await going.then(() => draw(), drawFault);
  tell(run);
  if (run.ended) searchAgain();
}

/** How it ended: staff who work elsewhere on the page meanwhile stay there. @param {Import} run */
function tell(run) {
  const free = document.activeElement === document.body || place.contains(document.activeElement);
  if (free) document.getElementById("import-result")?.focus();
  else announce(t(run.ended ? "import_ended" : "import_stopped"));
}

/** @param {Import} run */
const progressText = ({ results, rows }) =>
  t("import_progress", { done: numberText(results.length), all: numberText(rows.length) });

/** @param {Import} run */
function progress(run) {
  const stop = ({ currentTarget }) => {
    run.stop();
    setBusy(currentTarget, true);
  };
  return [
    h("p", { id: "import-text" }, progressText(run)),
    h("progress", { max: run.rows.length, ".value": run.results.length, "aria-labelledby": "import-text" }),
    run.waiting && h("p", { class: "hint", role: "status" }, t("import_waiting")),
    !run.going && h("p", { id: "import-result", tabindex: "-1" }, t("import_stopped")),
    h(
      "p",
      { class: "actions" },
      run.going
        ? button(t("import_stop"), stop, { class: "quiet", id: "import-stop" })
        : button(t("import_go_on"), start, { class: "main", id: "import-go-on" }),
      !run.going && button(t("cancel"), begin),
    ),
  ];
}

/** @param {Import} run */
function end(run) {
  const written = run.results.map(({ codes }, index) => ({ ...run.rows[index], codes }));
  const refused = [...file.read.rows, ...written].filter(({ codes }) => codes);
  return [
    h("h3", { id: "import-result", tabindex: "-1" }, t("import_ended")),
    facts([
      [t("import_created"), numberText(run.count("created"))],
      [t("import_present"), numberText(run.count("present"))],
      [t("import_refused"), numberText(refused.length)],
    ]),
    refused.length > 0 && downloadOf(refused),
    h("p", { class: "actions" }, button(t("import_another"), begin, { id: "import-another" })),
  ];
}
