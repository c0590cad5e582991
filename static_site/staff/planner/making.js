/** What staff put into the planner themselves: appointments, series of them, and time that is kept free. */
import { Refusal, randomKey } from "../../kit/api.js";
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { REQUIRED, flawText } from "../../kit/flaws.js";
import { daysAfter } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { last } from "../../kit/values.js";
import { openAppointment } from "./appointment.js";
import { whyClosed } from "./closures.js";
import { printSlip } from "./paper.js";
import { Shown, customerChoice, keepingOpen } from "./people.js";
import { carriersOf, minutesBetween, secondsOf } from "../shell/words.js";

const USUAL = 30; // minutes of an appointment without a template
const A_DAY = 1440;
const MORNING = "09:00";
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const MONDAY = "2026-11-23"; // any Monday, for the names of weekdays

const iso = (moment) => new Date(moment).toISOString();
const select = (name, options, value) => field({ name, label: t(name), type: "select", options, value });
const optionsOf = (resources) => resources.map(({ id, name }) => [id, name]);

/** Other options; what was chosen stays where it is one of them. */
function offer(choice, options) {
  const { value } = choice;
  choice.control.replaceChildren(...options.map(([each, text]) => h("option", { value: each }, text)));
  choice.value = options.some(([each]) => each === value) ? value : (options[0]?.[0] ?? "");
}
const nextHalfHour = (staff) => staff.wall(Math.ceil(Date.now() / 1_800_000) * 1_800_000);
/** The wall at which something begins that nobody pointed at: soon, or in the morning of another day. */
const firstWall = (staff, date) => (date && date !== staff.today() ? `${date}T${MORNING}` : nextHalfHour(staff));

/** A key for each different body: sent again after a fault it books nothing twice. */
function keys() {
  let [key, last] = [randomKey(), ""];
  return (body) => {
    const text = JSON.stringify(body);
    if (text !== last) [key, last] = [randomKey(), text];
    return { "Idempotency-Key": key };
  };
}

// ------------------------------------------------------------------------------------------------------------ an appointment

/**
 * Makes an appointment, or a series.
 * @param {{resource?: string, date?: string, start?: string, end?: string, changed: () => void}} given `start`, `end`: walls, where a
 *   time was pointed at; `date`: the day on screen
 */
export async function newAppointment(staff, names, { resource, date: shown, start, end, changed }) {
  const [day, clock] = (start ?? firstWall(staff, shown)).split("T");
  const minutesGiven = start && end ? (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60_000 : USUAL;
  const kind = select(
    "template",
    [["", t("template_none")], ...names.templates.map(({ id, name }) => [id, names.named(name)])],
    "",
  );
  const minutes = field({
    name: "minutes",
    label: t("minutes"),
    type: "number",
    min: catalogue.limits.unit_minutes,
    step: catalogue.limits.unit_minutes,
    value: minutesGiven,
  });
  const where = select("resource", optionsOf(names.resources), resource ?? names.resources[0]?.id);
  const beside = select("second", [], "");
  const date = field({ name: "date", label: t("date"), type: "date", value: day });
  const time = field({ name: "time", label: t("time"), type: "time", step: catalogue.limits.unit_minutes * 60, value: clock });
  const series = field({ name: "series", label: t("series"), type: "checkbox" });
  const times = field({ name: "times", label: t("series_times"), type: "number", min: 2, max: 52, value: 10 });
  const weeks = field({ name: "weeks", label: t("series_weeks"), type: "number", min: 1, max: 8, value: 1 });
  const repeat = h("div", { class: "pair", hidden: true }, times, weeks);
  const title = field({ name: "title", label: t("appointment_title"), maxlength: 100, autocomplete: "off" });
  const customer = customerChoice(staff, { none: t("customer_title_only") });
  const seek = freeTimes(staff, names, { where, kind, minutes, date, time });
  const keyOf = keys();

  const drawKind = () => {
    minutes.hidden = Boolean(kind.value);
    offer(where, optionsOf(carriersOf(names, kind.value)));
    const others = secondsOf(names, kind.value, where.value);
    beside.hidden = others.length === 0;
    offer(beside, [["", t("second_any")], ...optionsOf(others)]);
    seek.drawKind();
  };
  for (const each of [kind, where]) each.control.addEventListener("change", drawKind);
  drawKind();
  series.control.addEventListener("change", () => {
    repeat.hidden = !series.value;
  });
  const update = () => {
    title.hidden = Boolean(customer.person());
  };
  customer.addEventListener("change", update);
  update();

  const bodyOf = async (summary) => ({
    type: "appointment",
    resource: where.value,
    start: iso(staff.instant(`${date.value}T${time.value}`)),
    ...(kind.value ? { template: kind.value } : { minutes: Number(minutes.value) }),
    ...(beside.value && { second: beside.value }),
    ...(await whom(customer, title, summary)),
    ...(series.value && { repeat: { times: Number(times.value), weeks: Number(weeks.value) } }),
  });
  const run = keepingOpen(async (dialog) => {
    const body = await bodyOf(dialog.summary);
    const dry = await staff.api.post("/appointments", { ...body, dry: true }, keyOf({ ...body, dry: true }));
    const free = dry.appointments.filter(({ outcome }) => outcome === "free");
    if (!free.length) throw new Refusal(409, { code: "slot_taken" });
    const doubtful = dry.appointments.some(({ outcome, doubts }) => outcome !== "free" || doubts.length);
    if (doubtful && !(await sure(staff, names, dry.appointments, free.length))) return false;
    return staff.api.post("/appointments", body, keyOf(body));
  });
  const booked = await staff.dialog({
    title: t("new_appointment"),
    kind: "wide",
    body: [
      h("div", { class: "pair" }, kind, minutes, where, beside),
      h("div", { class: "pair" }, date, time),
      seek,
      series,
      repeat,
      customer,
      title,
    ],
    fields: [kind, minutes, where, beside, times, weeks, title],
    actions: [{ label: t("book"), kind: "main", run }],
  });
  if (!booked) return;
  changed();
  await bookedDialog(staff, names, booked.appointments, changed);
}

/** A customer, or a name of the staff's own. */
async function whom(customer, title, summary) {
  const id = await customer.settle(summary);
  if (id) return { customer: id };
  const name = title.value.trim();
  if (name) return { title: name };
  title.fail(flawText(REQUIRED));
  summary.show(t("code_invalid"), [title]);
  throw new Shown();
}

const OUTCOMES = { booked: "outcome_booked", free: "outcome_free", slot_taken: "outcome_taken", absence: "outcome_absence" };

function outcomeTable(staff, names, appointments) {
  const doubt = (each) => t("doubt", { name: names.resource(each.resource), why: whyClosed(names, each) });
  const row = ({ start, end, outcome, doubts }) =>
    h(
      "tr",
      { class: outcome },
      h("td", {}, staff.range(start, end)),
      h("td", {}, [t(OUTCOMES[outcome]), ...(outcome === "slot_taken" ? [] : doubts.map(doubt))].join(" – ")),
    );
  const heads = ["time", "outcome"].map((key) => h("th", { scope: "col" }, t(key)));
  return h("table", { class: "outcomes" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, appointments.map(row)));
}

/** Shows clashes, and times at which somebody is away or closed, before anything is booked. */
const sure = (staff, names, appointments, count) =>
  staff.dialog({
    title: t("book_check"),
    body: outcomeTable(staff, names, appointments),
    actions: [
      { label: t("book_free", { count }), kind: "main", value: true },
      { label: t("back"), kind: "quiet", value: false },
    ],
  });

/** What was booked, and what usually comes next: a slip to take along, or telling the customer. */
async function bookedDialog(staff, names, appointments, changed) {
  const taken = appointments.filter(({ outcome }) => outcome === "booked");
  const slip = { label: t("do_slip"), kind: "main", run: async () => (await printSlip(staff, names, taken), false) };
  const open = { label: t("open_and_tell"), kind: "quiet", value: "open" };
  const next = await staff.dialog({
    title: t("booked", { count: taken.length }),
    body: outcomeTable(staff, names, appointments),
    actions: taken.length ? [slip, open] : [],
  });
  if (next === "open") await openAppointment(staff, names, taken[0].id, { changed });
}

/** The next free times over several resources and weekdays; choosing one fills date, time and resource. */
function freeTimes(staff, names, { where, kind, minutes, date, time }) {
  const weekdayName = (number) => staff.date(daysAfter(MONDAY, number - 1), { weekday: "short" });
  const box = (name, value, label, checked) => {
    const each = field({ name, label, type: "checkbox", value: checked });
    each.choice = value;
    return each;
  };
  const resources = names.resources.map(({ id, name }) => box("resources", id, name, id === where.value));
  const weekdays = WEEKDAYS.map((number) => box("weekdays", number, weekdayName(number), number < 6));
  const list = h("ul", { class: "chips" });
  const fault = h("p", { class: "error", role: "alert" });
  const chosen = (boxes) => boxes.filter(({ value, hidden }) => value && !hidden).map(({ choice }) => choice);
  const take = (each) => {
    [date.value, time.value] = staff.wall(each.start).split("T");
    where.value = each.resource;
    staff.announce(t("free_taken", { time: staff.moment(each.start), resource: names.resource(each.resource) }));
  };
  const look = async () => {
    const length = kind.value ? `template=${kind.value}` : `minutes=${minutes.value}`;
    const from = last([date.value, staff.today()].sort());
    const query = `resources=${chosen(resources).join(",") || where.value}&${length}&from=${from}&weekdays=${chosen(weekdays).join(",")}`;
    try {
      const { times } = await staff.api.get(`/free?${query}&count=12&all=1`);
      const label = (each) => `${staff.moment(each.start)} · ${names.resource(each.resource)}`;
      const chip = (each) => h("button", { type: "button", class: "quiet", onclick: () => take(each) }, label(each));
      list.replaceChildren(...times.map((each) => h("li", {}, chip(each))));
      fault.textContent = times.length ? "" : t("free_none");
    } catch (error) {
      fault.textContent = staff.errorText(error);
    }
  };
  const element = h(
    "details",
    { class: "free" },
    h("summary", {}, t("free_title")),
    h("fieldset", {}, h("legend", {}, t("free_resources")), h("div", { class: "boxes" }, resources)),
    h("fieldset", {}, h("legend", {}, t("free_weekdays")), h("div", { class: "boxes" }, weekdays)),
    h("button", { type: "button", class: "quiet", onclick: look }, t("free_look")),
    fault,
    list,
  );
  element.drawKind = () => {
    const able = new Set(carriersOf(names, kind.value).map(({ id }) => id));
    for (const each of resources) each.hidden = !able.has(each.choice);
  };
  return element;
}

// --------------------------------------------------------------------------------------------------------------- blocked time

/** From one wall time to another, perhaps on another day; whole days where `allDay` is given and checked. */
export function spanFields(staff, { start, end, allDay }) {
  const [day, clock] = start.split("T");
  const [lastDay, lastClock] = end.split("T");
  const make = (name, type, value) =>
    field({
      name,
      label: t(`span_${name}`),
      type,
      value,
      ...(type === "time" && { step: catalogue.limits.unit_minutes * 60 }),
    });
  const fields = [
    make("from_date", "date", day),
    make("from_time", "time", clock),
    make("to_date", "date", lastDay),
    make("to_time", "time", lastClock),
  ];
  const [fromDate, fromTime, toDate, toTime] = fields;
  const whole = field({ name: "all_day", label: t("span_all_day"), type: "checkbox", value: allDay });
  const draw = () => {
    for (const each of [fromTime, toTime]) each.hidden = whole.value;
  };
  whole.control.addEventListener("change", draw);
  draw();
  const element = h("div", {}, allDay !== undefined && whole, h("div", { class: "pair" }, fields));
  const walls = () =>
    whole.value
      ? [`${fromDate.value}T00:00`, `${daysAfter(toDate.value, 1)}T00:00`]
      : [`${fromDate.value}T${fromTime.value}`, `${toDate.value}T${toTime.value}`];
  element.span = () => {
    const [from, until] = walls().map((wall) => iso(staff.instant(wall)));
    return { start: from, end: until };
  };
  return element;
}

const laterBy = (wall, minutes) => new Date(Date.parse(`${wall}Z`) + minutes * 60_000).toISOString().slice(0, 16);

/** A span from what was pointed at, or an hour of the day on screen. */
function spanGiven(staff, { date, start, end }, length = 60) {
  const from = start ?? firstWall(staff, date);
  return { start: from, end: end ?? laterBy(from, length) };
}

/** Keeps time free of customers. @param given as of `newAppointment` */
export async function blockTime(staff, names, { resource, changed, ...given }) {
  const where = select("resource", optionsOf(names.resources), resource ?? names.resources[0]?.id);
  const span = spanFields(staff, spanGiven(staff, given));
  const title = field({
    name: "title",
    label: t("block_title"),
    maxlength: 100,
    hint: t("block_title_hint"),
    autocomplete: "off",
  });
  const keyOf = keys();
  const run = async () => {
    const { start, end } = span.span();
    const minutes = minutesBetween(start, end);
    if (minutes < catalogue.limits.unit_minutes || minutes > A_DAY)
      throw new Refusal(400, { code: minutes > A_DAY ? "block_long" : "span_empty" });
    const body = { type: "blocked", resource: where.value, start, minutes, title: title.value.trim() };
    const { appointments, absence } = await staff.api.post("/appointments", body, keyOf(body));
    if (!absence && appointments[0].outcome !== "booked") throw new Refusal(409, { code: "slot_taken" });
    return { absence };
  };
  const done = await staff.dialog({
    title: t("block"),
    body: [where, span, title, h("p", { class: "hint" }, t("block_hint", { count: catalogue.limits.appointment_minutes }))],
    actions: [{ label: t("block"), kind: "main", run }],
  });
  if (!done) return;
  staff.announce(t(done.absence ? "block_absence" : "blocked_now"));
  changed();
}
