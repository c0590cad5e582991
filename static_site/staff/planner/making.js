/** An appointment, or a series, that staff put into the planner themselves. */
import { announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { t } from "../../kit/texts.js";
import { daysOf } from "../shell/moments.js";
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
import { startingWays, tellTick } from "./tick.js";
import { MEANT, whoField } from "./who.js";

/**
 * @import { Field } from "../../kit/field.js"
 * @import { Begun, Given, Names, Schemas, Staff, Tell } from "./types"
 * @typedef {Pick<Schemas["BookRequest"], "repeat" | "standby">} Asked what staff say to what stands against it
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
    tick.offer(startingWays(fresh, customer));
    if (!customer) return;
    const { reachable } = await staff.api.post("/appointments", { ...what.body(), customer: customer.id, dry: true });
    if (customer === who.customer()) tick.offer(reachable);
  };
  who.addEventListener(MEANT, () => ways().catch(announceError));
  if (who.entry.value) ways().catch(announceError);
  const keyOf = keyMaker();
  /** @type {{asked: string, whole: Schemas["BookRequest"]} | null} what went out and was not answered: it may have been booked */
  let unanswered = null;
  const run = keepingOpen(async ({ summary }) => {
    clash.hide();
    const fresh = Boolean(who.fresh());
    const body = { ...what.body(), ...(await who.settle(summary)), ...series.body(), ...notes.body() };
    const told = await tick.told(body, fresh);
    const asked = JSON.stringify([body, told]);
    if (unanswered?.asked !== asked) {
      const more = await bookable(staff, names, body);
      if (more === null) await clash.show(body);
      if (!more) return false;
      unanswered = { asked, whole: { ...body, ...more, ...(series.isOn() ? {} : told) } };
    }
    const { whole } = unanswered;
    const { appointments } = await staff.api.post("/appointments", whole, keyOf(whole));
    unanswered = null;
    const heard = series.isOn() ? await tellSeries(staff, appointments, told) : "";
    return { appointments, told: "tell" in told, missed: tick.isMissed(), heard };
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
  if (one.outcome === "booked" && !others.length)
    return tellBooked(staff, names, one.id, bookedKey(booked.told, booked.missed), changed);
  changed();
  const noted = booked.appointments.map((each) => ({ ...each, ...notes.body() }));
  await bookedDialog(staff, names, noted, booked.heard);
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
 * @returns {Promise<Asked | false | null>}
 */
async function bookable(staff, names, body) {
  const { appointments } = await staff.api.post("/appointments", { ...body, dry: true });
  const free = appointments.filter(({ outcome }) => outcome === "free");
  const beyond = appointments.some(({ outcome, standby }) => outcome === "slot_taken" && standby);
  if (!free.length && !beyond) return null;
  const doubtful = appointments.some((each) => each.outcome !== "free" || doubtTexts(names, each).length);
  return doubtful ? ((await sure(staff, names, body, appointments, beyond)) ?? false) : {};
}

const OUTCOMES = { booked: "outcome_booked", free: "outcome_free", slot_taken: "outcome_taken", absence: "outcome_absence" };

/**
 * One message for all: the first one's, whose note names the others. They are booked whatever becomes of it.
 * @param {Staff} staff @param {Schemas["BookedOne"][]} appointments @param {{tell?: Tell}} told
 * @returns {Promise<string>} what to say of it to staff
 */
async function tellSeries(staff, appointments, { tell }) {
  const [first, ...others] = appointments.filter(({ outcome }) => outcome === "booked");
  if (!first || !tell) return "";
  const starts = others.map(({ start }) => start);
  const note = others.length ? { note: t("series_told", { days: daysOf(staff, first.start, starts) }) } : {};
  try {
    await staff.api.post(`/appointments/${first.id}/tell`, { version: 1, tell: { ...tell, ...note } });
    return t("series_is_told");
  } catch (error) {
    return `${t("series_untold")} ${errorText(error)}`;
  }
}

/**
 * @param {Staff} staff @param {Names} names @param {Schemas["BookedOne"][]} appointments
 * @param {(one: Schemas["BookedOne"]) => HTMLElement | string} [mark] what stands before the time
 */
function outcomeTable(staff, names, appointments, mark = () => "") {
  const rows = appointments.map((one) => {
    const { start, end, outcome, standby } = one;
    const left = standby && t(outcome === "slot_taken" ? "standby_free" : "standby");
    const words = [t(OUTCOMES[outcome]), ...(left ? [left] : []), ...(outcome === "slot_taken" ? [] : doubtTexts(names, one))];
    const row = rowOf([mark(one), staff.range(start, end)], words.join(" – "));
    row.className = outcome;
    return row;
  });
  return tableOf(["time", "outcome"], rows, { class: "outcomes" });
}

/**
 * Shows clashes, and times at which somebody is away or closed, before anything is booked. Of a series staff take single ones out;
 * those at which nobody is expected are out at first.
 * @param {Staff} staff @param {Names} names @param {Schemas["BookRequest"]} body @param {Schemas["BookedOne"][]} appointments
 * @param {boolean} beyond
 * @returns {Promise<Asked | null>}
 */
function sure(staff, names, body, appointments, beyond) {
  const { repeat } = body;
  const free = appointments.filter(({ outcome }) => outcome === "free");
  const out = new Set(repeat ? free.filter(isClosed).map(({ start }) => staff.dateOf(start)) : []);
  const label = h("span", {});
  const draw = () => (label.textContent = t("book_free", { count: free.length - out.size }));
  const mark = (/** @type {Schemas["BookedOne"]} */ { start, end, outcome }) => {
    if (!repeat || outcome !== "free") return "";
    const day = staff.dateOf(start);
    const onchange = ({ target }) => {
      if (target.checked) out.delete(day);
      else out.add(day);
      draw();
    };
    return h("input", { type: "checkbox", "aria-label": staff.range(start, end), ".checked": !out.has(day), onchange });
  };
  draw();
  const without = () => (repeat && out.size ? { repeat: { ...repeat, left_out: [...out].sort() } } : {});
  const take = () => (out.size < free.length ? without() : /** @type {const} */ (false));
  const standby = () => ({ standby: /** @type {const} */ (true), ...without() });
  return dialog({
    title: t("book_check"),
    body: outcomeTable(staff, names, appointments, mark),
    actions: [
      ...(free.length ? [{ label, kind: "main", run: take }] : []),
      ...(beyond ? [{ label: t("standby_take"), kind: free.length ? "quiet" : "main", run: standby }] : []),
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

/** Whether nobody is expected then, and not only outside the weekly hours. @param {Schemas["BookedOne"]} one */
const isClosed = ({ doubts }) => doubts.some(({ why }) => why !== "hours");

/**
 * What became of several times, or of one that was refused; with a slip to take along.
 * @param {Staff} staff @param {Names} names @param {Schemas["BookedOne"][]} appointments
 * @param {string} heard whether the customer was told
 */
async function bookedDialog(staff, names, appointments, heard) {
  const taken = appointments.filter(({ outcome }) => outcome === "booked");
  const print = async () => {
    await printSlip(staff, names, taken);
    return /** @type {const} */ (false);
  };
  const slip = { label: t("do_slip"), kind: "main", run: print };
  await dialog({
    title: t("booked", { count: taken.length }),
    body: [heard && h("p", {}, heard), outcomeTable(staff, names, appointments)],
    actions: taken.length ? [slip] : [],
  });
}
