/** An appointment, or a series, that staff put into the planner themselves. */
import { Refusal } from "../../kit/api.js";
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { REQUIRED, flawText } from "../../kit/flaws.js";
import { t } from "../../kit/texts.js";
import { carriersOf, secondsOf } from "../shell/words.js";
import { keyMaker } from "./changes.js";
import { whyClosed } from "./closures.js";
import { openAppointment } from "./details.js";
import { freeTimes } from "./free.js";
import { printSlip } from "./paper.js";
import { Shown, customerChoice, keepingOpen } from "./people.js";
import { optionsOf, rowOf, select, tableOf, whenFields } from "./pieces.js";
import { firstWall, momentOf } from "./spans.js";

/**
 * @import { Field } from "../../kit/field.js"
 * @import { Given, Names, Schemas, Staff } from "./types"
 */

const USUAL = 30; // minutes of an appointment without a template

/** Other options; what was chosen stays where it is one of them. @param {Field} choice @param {[string, string][]} options */
function offer(choice, options) {
  const { value } = choice;
  choice.control.replaceChildren(...options.map(([each, text]) => h("option", { value: each }, text)));
  choice.value = options.some(([each]) => each === value) ? value : (options[0]?.[0] ?? "");
}

/** @param {Staff} staff @param {Names} names @param {Given} given */
export async function newAppointment(staff, names, { resource, date, start, end, changed }) {
  const wall = start ?? firstWall(staff, date);
  const length = start && end ? (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60_000 : USUAL;
  const what = whatFields(staff, names, resource, wall, length);
  const series = seriesFields();
  const title = field({ name: "title", label: t("appointment_title"), maxlength: 100, autocomplete: "off" });
  const customer = customerChoice(staff, { none: t("customer_title_only") });
  const update = () => {
    title.hidden = Boolean(customer.person());
  };
  customer.addEventListener("change", update);
  update();
  const keyOf = keyMaker();
  const run = keepingOpen(async ({ summary }) => {
    const body = { ...what.body(), ...(await whom(customer, title, summary)), ...series.body() };
    const asked = await bookable(staff, names, { ...body, dry: true }, keyOf);
    if (!asked) return false;
    Object.assign(body, asked);
    return staff.api.post("/appointments", body, keyOf(body));
  });
  const booked = await dialog({
    title: t("new_appointment"),
    kind: "wide",
    body: [...what.elements, ...series.elements, customer, title],
    fields: [...what.fields, ...series.fields, title],
    actions: [{ label: t("book"), kind: "main", run }],
  });
  if (!booked) return;
  changed();
  await bookedDialog(staff, names, booked.appointments, changed);
}

/**
 * Kind or length, resource and who comes beside, and when.
 * @param {Staff} staff @param {Names} names @param {string | undefined} resource @param {string} wall @param {number} length
 */
function whatFields(staff, names, resource, wall, length) {
  const kinds = names.templates.map(({ id, name }) => [id, names.named(name)]);
  const kind = select("template", [["", t("template_none")], ...kinds]);
  const where = select("resource", optionsOf(names.resources), resource ?? names.resources[0]?.id);
  const beside = select("second", []);
  const { date, time, minutes } = whenFields(wall, length);
  const seek = freeTimes(staff, names, { where, kind, minutes, date, time });
  const draw = () => {
    minutes.hidden = Boolean(kind.value);
    offer(where, optionsOf(carriersOf(names, kind.value)));
    const others = secondsOf(names, kind.value, where.value);
    beside.hidden = others.length === 0;
    offer(beside, [["", t("second_any")], ...optionsOf(others)]);
    seek.drawKind();
  };
  for (const each of [kind, where]) each.control.addEventListener("change", draw);
  draw();
  return {
    elements: [h("div", { class: "pair" }, kind, minutes, where, beside), h("div", { class: "pair" }, date, time), seek],
    fields: [kind, minutes, where, beside],
    body: () => ({
      type: /** @type {const} */ ("appointment"),
      resource: where.value,
      start: momentOf(staff, `${date.value}T${time.value}`),
      ...(kind.value ? { template: kind.value } : { minutes: Number(minutes.value) }),
      ...(beside.value && { second: beside.value }),
    }),
  };
}

/** Whether it comes more than once, and how often. */
function seriesFields() {
  const series = field({ name: "series", label: t("series"), type: "checkbox" });
  const times = field({ name: "times", label: t("series_times"), type: "number", min: 2, max: 52, value: 10 });
  const weeks = field({ name: "weeks", label: t("series_weeks"), type: "number", min: 1, max: 8, value: 1 });
  const repeat = h("div", { class: "pair", hidden: true }, times, weeks);
  series.control.addEventListener("change", () => {
    repeat.hidden = !series.value;
  });
  return {
    elements: [series, repeat],
    fields: [times, weeks],
    body: () => (series.value ? { repeat: { times: Number(times.value), weeks: Number(weeks.value) } } : {}),
  };
}

/** A customer, or a name of the staff's own. @param {ReturnType<typeof customerChoice>} customer @param {Field} title */
async function whom(customer, title, summary) {
  const id = await customer.settle(summary);
  if (id) return { customer: id };
  const name = title.value.trim();
  if (name) return { title: name };
  title.fail(flawText(REQUIRED));
  summary.show(t("code_invalid"), [title]);
  throw new Shown();
}

/**
 * What to ask for, where any of it has a place and staff want it; else null.
 * @param {Staff} staff @param {Names} names @param {Schemas["BookRequest"]} body
 * @returns {Promise<import("./standby.js").Asked | null>}
 */
async function bookable(staff, names, body, keyOf) {
  const { appointments } = await staff.api.post("/appointments", body, keyOf(body));
  const free = appointments.filter(({ outcome }) => outcome === "free");
  const beyond = appointments.some(({ outcome, standby }) => outcome === "slot_taken" && standby);
  if (!free.length && !beyond) throw new Refusal(409, { code: "slot_taken" });
  const doubtful = appointments.some(({ outcome, doubts }) => outcome !== "free" || doubts.length);
  return doubtful ? sure(staff, names, appointments, free.length, beyond) : {};
}

const OUTCOMES = { booked: "outcome_booked", free: "outcome_free", slot_taken: "outcome_taken", absence: "outcome_absence" };

/** @param {Staff} staff @param {Names} names @param {Schemas["BookedOne"][]} appointments */
function outcomeTable(staff, names, appointments) {
  const doubt = (/** @type {Schemas["DoubtView"]} */ each) =>
    t("doubt", { name: names.resource(each.resource), why: whyClosed(names, each) });
  const rows = appointments.map(({ start, end, outcome, doubts, standby }) => {
    const left = standby && t(outcome === "slot_taken" ? "standby_free" : "standby");
    const words = [t(OUTCOMES[outcome]), ...(left ? [left] : []), ...(outcome === "slot_taken" ? [] : doubts.map(doubt))];
    const row = rowOf(staff.range(start, end), words.join(" – "));
    row.className = outcome;
    return row;
  });
  return tableOf(["time", "outcome"], rows, { class: "outcomes" });
}

/** Shows clashes, and times at which somebody is away or closed, before anything is booked. */
const sure = (
  /** @type {Staff} */ staff,
  /** @type {Names} */ names,
  /** @type {Schemas["BookedOne"][]} */ appointments,
  /** @type {number} */ count,
  /** @type {boolean} */ beyond,
) =>
  dialog({
    title: t("book_check"),
    body: outcomeTable(staff, names, appointments),
    actions: [
      ...(count ? [{ label: t("book_free", { count }), kind: "main", value: {} }] : []),
      ...(beyond
        ? [{ label: t("standby_take"), kind: count ? "quiet" : "main", value: { standby: /** @type {const} */ (true) } }]
        : []),
      { label: t("back"), kind: "quiet", value: null },
    ],
  });

/**
 * What was booked, and what usually comes next: a slip to take along, or telling the customer.
 * @param {Staff} staff @param {Names} names @param {Schemas["BookedOne"][]} appointments @param {() => void} changed
 */
async function bookedDialog(staff, names, appointments, changed) {
  const taken = appointments.filter(({ outcome }) => outcome === "booked");
  const print = async () => {
    await printSlip(staff, names, taken);
    return /** @type {const} */ (false);
  };
  const slip = { label: t("do_slip"), kind: "main", run: print };
  const open = { label: t("open_and_tell"), kind: "quiet", value: "open" };
  const next = await dialog({
    title: t("booked", { count: taken.length }),
    body: outcomeTable(staff, names, appointments),
    actions: taken.length ? [slip, open] : [],
  });
  if (next === "open") await openAppointment(staff, names, taken[0].id, { changed });
}
