/** An appointment, or a series, that staff put into the planner themselves. */
import { announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { carriersOf, secondsOf } from "../shell/words.js";
import { bookedKey, tellBooked } from "./booked.js";
import { keyMaker } from "./changes.js";
import { clashNote } from "./clash.js";
import { doubtTexts } from "./closures.js";
import { freeTimes } from "./free.js";
import { noteFields } from "./notes.js";
import { printSlip } from "./paper.js";
import { keepingOpen } from "./people.js";
import { USUAL, optionsOf, rowOf, select, tableOf, whenFields } from "./pieces.js";
import { firstWall, momentOf } from "./spans.js";
import { likelyWays, tellTick } from "./tick.js";
import { MEANT, whoField } from "./who.js";

/**
 * @import { Field } from "../../kit/field.js"
 * @import { Begun, Given, Names, Schemas, Staff } from "./types"
 */

/** Other options; what was chosen stays where it is one of them. @param {Field} choice @param {[string, string][]} options */
function offer(choice, options) {
  const { value } = choice;
  choice.control.replaceChildren(...options.map(([each, text]) => h("option", { value: each }, text)));
  choice.value = options.some(([each]) => each === value) ? value : (options[0]?.[0] ?? "");
}

/**
 * The full form. Where nobody pointed at a time, free ones are sought at once.
 * @param {Staff} staff @param {Names} names @param {Given} given @param {Begun} [begun]
 */
export async function newAppointment(staff, names, { resource, date, start, end, changed }, begun = {}) {
  const wall = start ?? firstWall(staff, date);
  const length = start && end ? (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60_000 : (begun.minutes ?? USUAL);
  const what = whatFields(staff, names, { resource, wall, length, begun, seeks: !start });
  const series = seriesFields();
  const notes = noteFields();
  const who = begun.who ?? whoField(staff, begun.customer);
  const tick = tellTick(staff);
  what.heed((start) => tick.begins(start));
  const clash = clashNote(staff, names, what.take);
  const ways = async () => {
    const [customer, fresh] = [who.customer(), who.fresh()];
    tick.offer(fresh ? likelyWays(fresh) : []);
    if (!customer || series.isOn()) return;
    const { reachable } = await staff.api.post("/appointments", { ...what.body(), customer: customer.id, dry: true });
    if (customer === who.customer()) tick.offer(reachable);
  };
  who.addEventListener(MEANT, () => ways().catch(announceError));
  series.element.addEventListener("change", () => ways().catch(announceError));
  if (who.entry.value) ways().catch(announceError);
  const keyOf = keyMaker();
  const run = keepingOpen(async ({ summary }) => {
    clash.hide();
    const fresh = Boolean(who.fresh());
    const body = { ...what.body(), ...(await who.settle(summary)), ...series.body(), ...notes.body() };
    const asked = await bookable(staff, names, body);
    if (asked === null) await clash.show(body);
    if (!asked) return false;
    const whole = { ...body, ...asked, ...(series.isOn() ? {} : await tick.told(body, fresh)) };
    const { appointments } = await staff.api.post("/appointments", whole, keyOf(whole));
    return { appointments, said: bookedKey("tell" in whole, tick.isMissed()) };
  });
  const booked = await dialog({
    title: t("new_appointment"),
    kind: "wide booking",
    body: [...what.elements, who, tick, series.element, ...notes.elements, clash, what.seek],
    fields: [...what.fields, ...series.fields, who.entry, notes.elements[0]],
    actions: [{ label: t("book"), kind: "main", run }],
  });
  if (!booked) return;
  const [one, ...others] = booked.appointments;
  if (one.outcome === "booked" && !others.length) return tellBooked(staff, names, one.id, booked.said, changed);
  changed();
  const noted = booked.appointments.map((each) => ({ ...each, ...notes.body() }));
  await bookedDialog(staff, names, noted);
}

/**
 * Kind or length, resource and who comes beside, and when.
 * @param {Staff} staff @param {Names} names
 * @param {{resource: string | undefined, wall: string, length: number, begun: Begun, seeks: boolean}} given
 */
function whatFields(staff, names, { resource, wall, length, begun, seeks }) {
  const kinds = names.templates.map(({ id, name }) => [id, names.named(name)]);
  const known = names.templateOf(begun.template) ? begun.template : "";
  const kind = select("template", [["", t("template_none")], ...kinds], known);
  const where = select("resource", optionsOf(names.resources), resource ?? names.resources[0]?.id);
  const beside = select("second", []);
  const { date, time, minutes } = whenFields(wall, length);
  const seek = freeTimes(staff, names, { where, beside, kind, minutes, date, time }, seeks);
  const drawWhere = () => {
    const others = secondsOf(names, kind.value, where.value);
    beside.hidden = others.length === 0;
    offer(beside, [["", t("second_any")], ...optionsOf(others)]);
  };
  const draw = () => {
    minutes.hidden = Boolean(kind.value);
    offer(where, optionsOf(carriersOf(names, kind.value)));
    drawWhere();
    seek.drawKind();
  };
  kind.control.addEventListener("change", draw);
  where.control.addEventListener("change", drawWhere);
  draw();
  if (begun.second && [...beside.control.options].some(({ value }) => value === begun.second)) beside.value = begun.second;
  return {
    elements: [h("div", { class: "pair" }, kind, minutes, where, beside), h("div", { class: "pair" }, date, time)],
    seek,
    fields: [kind, minutes, where, beside],
    /** @param {Schemas["FreeTime"]} free */
    take(free) {
      [date.value, time.value] = staff.wall(free.start).split("T");
      where.value = free.resource;
      where.control.dispatchEvent(new Event("change"));
    },
    /** Tells when it begins, now and whenever that is another moment. @param {(start: string) => void} tell */
    heed(tell) {
      const told = () => date.value && time.value && tell(momentOf(staff, `${date.value}T${time.value}`));
      for (const each of [date, time, where]) each.control.addEventListener("change", told);
      told();
    },
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
    element: h("div", {}, series, repeat),
    fields: [times, weeks],
    isOn: () => Boolean(series.value),
    body: () => (series.value ? { repeat: { times: Number(times.value), weeks: Number(weeks.value) } } : {}),
  };
}

/**
 * What to ask for, where staff want what is free of it; null where nothing is.
 * @param {Staff} staff @param {Names} names @param {Schemas["BookRequest"]} body
 * @returns {Promise<import("./standby.js").Asked | false | null>}
 */
async function bookable(staff, names, body) {
  const { appointments } = await staff.api.post("/appointments", { ...body, dry: true });
  const free = appointments.filter(({ outcome }) => outcome === "free");
  const beyond = appointments.some(({ outcome, standby }) => outcome === "slot_taken" && standby);
  if (!free.length && !beyond) return null;
  const doubtful = appointments.some((each) => each.outcome !== "free" || doubtTexts(names, each).length);
  return doubtful ? ((await sure(staff, names, appointments, free.length, beyond)) ?? false) : {};
}

const OUTCOMES = { booked: "outcome_booked", free: "outcome_free", slot_taken: "outcome_taken", absence: "outcome_absence" };

/** @param {Staff} staff @param {Names} names @param {Schemas["BookedOne"][]} appointments */
function outcomeTable(staff, names, appointments) {
  const rows = appointments.map((one) => {
    const { start, end, outcome, standby } = one;
    const left = standby && t(outcome === "slot_taken" ? "standby_free" : "standby");
    const words = [t(OUTCOMES[outcome]), ...(left ? [left] : []), ...(outcome === "slot_taken" ? [] : doubtTexts(names, one))];
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
 * What became of several times, or of one that was refused; with a slip to take along.
 * @param {Staff} staff @param {Names} names @param {Schemas["BookedOne"][]} appointments
 */
async function bookedDialog(staff, names, appointments) {
  const taken = appointments.filter(({ outcome }) => outcome === "booked");
  const print = async () => {
    await printSlip(staff, names, taken);
    return /** @type {const} */ (false);
  };
  const slip = { label: t("do_slip"), kind: "main", run: print };
  await dialog({
    title: t("booked", { count: taken.length }),
    body: outcomeTable(staff, names, appointments),
    actions: taken.length ? [slip] : [],
  });
}
