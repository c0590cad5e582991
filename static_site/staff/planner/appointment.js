/**
 * One appointment: its details, and what staff do with it. Every action says what it will do, asks whether the customer is told,
 * and shows the message before it goes. Whoever comes second is told what happened instead.
 *
 * @typedef {{appointment: import("../shell/start.js").Planned, comment: object | null, customer: object | null, may: string[],
 *   write_to: "requester" | "customer", reachable: string[], language: string, reason: string | null, history: object[], messages: object[]}} Detail
 * @typedef {{detail: Detail, changed?: string} | null} Outcome `changed`: what somebody else did meanwhile; null: given up
 */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { fullName } from "../../kit/names.js";
import { t } from "../../kit/texts.js";
import { last } from "../../kit/values.js";
import { whyNot } from "./closures.js";
import { printSlip } from "./paper.js";
import { customerChoice, keepingOpen } from "./people.js";
import { tellChoice } from "./telling.js";
import { SIGNS, byText, carriersOf, minutesBetween, secondsOf, whatText, whoOf, whyText } from "../shell/words.js";

const TOLD = ["confirmed", "declined", "cancelled"]; // the states that a message speaks of
const REASONED = ["declined", "cancelled"];

const pathOf = ({ appointment }) => `/appointments/${appointment.id}`;

/** Sends a change; where somebody was faster, gives how it stands now and what happened. @returns {Promise<Outcome>} */
async function sent(staff, detail, path, body) {
  try {
    return { detail: await staff.api.post(pathOf(detail) + path, { version: detail.appointment.version, ...body }) };
  } catch (error) {
    if (error.code !== "changed_meanwhile") throw error;
    const fresh = await staff.api.get(pathOf(detail));
    return { detail: fresh, changed: lastChange(staff, fresh) };
  }
}

function lastChange(staff, { history }) {
  const last = [...history].sort((one, other) => new Date(other.at) - new Date(one.at))[0];
  if (!last) return t("code_changed_meanwhile");
  return t("changed_meanwhile", { by: byText(last.by), what: whatText(last.what), time: staff.time(last.at) });
}

/** "Di., 24. Nov. 2026, 09:30–10:15 · Kabine 1 · Hörtest" */
function summaryOf(staff, names, { start, end, resource, template }) {
  return [staff.range(start, end), names.resource(resource), names.template(template)].filter(Boolean).join(" · ");
}

// ------------------------------------------------------------------------------------------------------------------- actions

/** The actions that an appointment allows now: [key of its label, how it looks, what it does]. */
export function actionsOf(staff, names, detail) {
  const { type, status } = detail.appointment;
  const blocked = type === "blocked";
  const states = {
    confirmed: catalogue.once_begun.includes(status) ? "plain" : "main",
    declined: "danger",
    cancelled: "danger",
    done: "plain",
    no_show: "plain",
  };
  const answers = Object.keys(states)
    .filter((each) => detail.may.includes(each))
    .map((each) => [labelOf(each, status, blocked), states[each], () => answer(staff, names, detail, each)]);
  const holding = catalogue.holding.includes(status);
  return [
    ...answers.filter(([, kind]) => kind === "main"),
    ...(holding ? [["do_move", "quiet", () => move(staff, names, detail)]] : []),
    ...(!blocked && detail.reachable.length ? [["do_tell", "quiet", () => tell(staff, names, detail)]] : []),
    ...(blocked ? [] : [["do_customer", "plain", () => match(staff, detail)]]),
    ...answers.filter(([, kind]) => kind !== "main"),
    ...(holding && !blocked ? [["do_slip", "plain", () => printSlip(staff, names, [detail.appointment])]] : []),
    ...(blocked ? [] : [["do_void_link", "plain", () => voidLink(staff, detail)]]),
  ];
}

function labelOf(to, from, blocked) {
  if (blocked && to === "cancelled") return "do_unblock";
  if (to === "confirmed" && catalogue.once_begun.includes(from)) return "do_open";
  return to === "confirmed" && !["unconfirmed", "proposed"].includes(from) ? "do_again" : `do_${to}`;
}

/** Brings it to another state. A request without a customer asks first whom it is for. @returns {Promise<Outcome>} */
async function answer(staff, names, detail, status) {
  const blocked = detail.appointment.type === "blocked";
  const takenBack = catalogue.once_begun.includes(detail.appointment.status); // what was marked by mistake, of which nobody was told
  let matched = {};
  if (status === "confirmed" && !detail.customer && !blocked && !takenBack) {
    const chosen = await whoIsIt(staff, detail, t("customer_skip"));
    if (!chosen) return null;
    if (chosen.customer) {
      matched = chosen;
      const { customer, write_to, reachable } = await staff.api.get(`${pathOf(detail)}?${new URLSearchParams(matched)}`);
      detail = { ...detail, customer, write_to, reachable };
    }
  }
  const label = t(labelOf(status, detail.appointment.status, blocked));
  const reason = field({
    name: "reason",
    label: t("reason"),
    type: "textarea",
    rows: 2,
    maxlength: 500,
    hint: t("reason_hint"),
  });
  const telling =
    TOLD.includes(status) && !blocked && !takenBack ? tellChoice(staff, detail, { what: status, change: () => matched }) : null;
  const run = () => {
    const body = { status, ...matched, tell: telling?.value, ...(REASONED.includes(status) && textOf("reason", reason)) };
    return sent(staff, detail, "/status", body);
  };
  return staff.dialog({
    title: label,
    body: [
      h("p", {}, whoOf(detail.appointment), h("br"), summaryOf(staff, names, detail.appointment)),
      REASONED.includes(status) && !blocked && reason,
      telling,
    ],
    actions: [
      { label, kind: REASONED.includes(status) ? "danger" : "main", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

const textOf = (name, { value }) => (value.trim() ? { [name]: value.trim() } : {});

/** @returns {Promise<{customer: string | null, write_to?: string} | null>} null: given up */
async function whoIsIt(staff, detail, none) {
  const { matches } = await staff.api.get(`${pathOf(detail)}/matches`);
  const choice = customerChoice(staff, { comment: detail.comment, matches, current: detail.customer, none });
  const writing = detail.comment && writeToChoice(detail, choice);
  const run = keepingOpen(async (dialog) => {
    const customer = await choice.settle(dialog.summary);
    return { customer, ...(customer && writing && { write_to: writing.value }) };
  });
  return staff.dialog({
    title: t("customer_title"),
    kind: "wide",
    body: [commentBlock(detail.comment), choice, writing],
    actions: [{ label: t("go_on"), kind: "main", run }],
  });
}

/** Whom messages go to from now on: who asked, unless staff say otherwise. Asked only where a customer is chosen. */
function writeToChoice({ comment, write_to: value }, choice) {
  const options = ["requester", "customer"].map((each) => [each, ""]);
  const element = field({ name: "write_to", label: t("write_to"), type: "radios", options, value, hint: t("write_to_hint") });
  const [requester, customer] = element.querySelectorAll("label");
  const draw = () => {
    const person = choice.person();
    element.hidden = !person;
    requester.textContent = t("write_to_requester", { address: addressesOf(comment) });
    customer.textContent = t("write_to_customer", { address: addressesOf(person ?? {}) });
  };
  for (const event of ["change", "input"]) choice.addEventListener(event, draw);
  draw();
  return element;
}

const addressesOf = ({ email, phone }) => [email, phone].filter(Boolean).join(", ") || t("write_to_nothing");

async function match(staff, detail) {
  const chosen = await whoIsIt(staff, detail, t("customer_nobody"));
  return chosen && sent(staff, detail, "/customer", chosen);
}

/** Ends the links that were sent until now. @returns {Promise<Outcome>} */
function voidLink(staff, detail) {
  return staff.dialog({
    title: t("do_void_link"),
    body: [h("p", {}, whoOf(detail.appointment)), h("p", {}, t("void_link_text"))],
    actions: [
      { label: t("void_link_sure"), kind: "danger", run: () => sent(staff, detail, "/void-link", {}) },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

/** Tells the customer how it stands, changing nothing. @returns {Promise<Outcome>} */
async function tell(staff, names, detail) {
  const telling = tellChoice(staff, detail, { what: "told", none: false });
  return staff.dialog({
    title: t("do_tell"),
    body: [h("p", {}, whoOf(detail.appointment), h("br"), summaryOf(staff, names, detail.appointment)), telling],
    actions: [{ label: t("tell_send"), kind: "main", run: () => sent(staff, detail, "/tell", { tell: telling.value }) }],
  });
}

/**
 * Moves it: to where it was dragged (`to`: start, end and resource), or to what is chosen here. @returns {Promise<Outcome>}
 */
export async function move(staff, names, detail, to = null) {
  const { appointment } = detail;
  const place = to ? null : placeFields(staff, names, appointment);
  const target = () => to ?? place.target();
  /** Only to another person or room: of that nobody is told unless staff say so. */
  const keepsTime = () => {
    const { start, end, resource, second } = target();
    const elsewhere = resource !== appointment.resource || Boolean(second);
    return elsewhere && Date.parse(start) === Date.parse(appointment.start) && Date.parse(end) === Date.parse(appointment.end);
  };
  const telling =
    appointment.type === "blocked" ? null : tellChoice(staff, detail, { what: "moved", change: target, quiet: keepsTime });
  const warning = h("p", { class: "notice", role: "status", hidden: true });
  const warn = () => warned(staff, names, warning, { ...appointment, ...target() });
  place?.addEventListener("change", () => {
    if (!place.isComplete()) return;
    telling?.redraw();
    warn();
  });
  if (to) warn();
  const run = () => sent(staff, detail, "/move", { ...target(), tell: telling?.value });
  return staff.dialog({
    title: t("do_move"),
    body: [
      h("p", {}, h("b", {}, whoOf(appointment)), h("br"), t("move_from", { place: summaryOf(staff, names, appointment) })),
      to && h("p", { class: "target" }, t("move_to", { place: summaryOf(staff, names, { ...appointment, ...to }) })),
      place,
      warning,
      telling,
    ],
    actions: [
      { label: t("do_move"), kind: "main", run },
      { label: t("move_not"), kind: "quiet", value: null },
    ],
  });
}

/** Says where somebody is moved to a time that is closed; where that cannot be learnt, says nothing. */
async function warned(staff, names, place, { start, end, resource, second, type }) {
  const mine = (place.turn = (place.turn ?? 0) + 1);
  const from = staff.wall(start).slice(0, 10);
  const planner = await staff.api.get(`/planner?from=${from}&days=2`).catch(() => null);
  if (mine !== place.turn) return;
  const whom = type === "blocked" || !planner ? [] : [resource, second].filter(Boolean);
  const reasons = whom
    .map((id) => [names.resource(id), whyNot(names, planner.hours, id, { start, end })])
    .filter(([, why]) => why)
    .map(([name, why]) => t("doubt", { name, why }));
  place.textContent = [t("book_check"), ...reasons].join(" – ");
  place.hidden = reasons.length === 0;
}

/** Date, time, length, resource and who comes beside, and the next times that are free; `target()` gives them to the API. */
function placeFields(staff, names, { start, end, resource, second, template }) {
  const wall = staff.wall(start);
  const date = field({ name: "date", label: t("date"), type: "date", value: wall.slice(0, 10) });
  const time = field({
    name: "time",
    label: t("time"),
    type: "time",
    step: catalogue.limits.unit_minutes * 60,
    value: wall.slice(11),
  });
  const minutes = field({
    name: "minutes",
    label: t("minutes"),
    type: "number",
    min: catalogue.limits.unit_minutes,
    step: catalogue.limits.unit_minutes,
    value: minutesBetween(start, end),
  });
  const where = field({
    name: "resource",
    label: t("resource"),
    type: "select",
    options: names.resources
      .filter(({ id }) => id === resource || carriersOf(names, template).some((each) => each.id === id))
      .map(({ id, name }) => [id, name]),
    value: resource,
  });
  const others = second ? secondsOf(names, template, "").map(({ id, name }) => [id, name]) : [];
  const beside = field({ name: "second", label: t("second"), type: "select", options: others, value: second });
  beside.hidden = others.length < 2;
  const times = h("ul", { class: "chips" });
  const choose = (each) => {
    const [day, clock] = staff.wall(each.start).split("T");
    [date.value, time.value, where.value] = [day, clock, each.resource];
    element.dispatchEvent(new Event("change"));
  };
  const look = async () => {
    const from = last([date.value, staff.today()].sort());
    const kind =
      template && Number(minutes.value) === minutesBetween(start, end) ? `template=${template}` : `minutes=${minutes.value}`;
    const query = `resources=${where.value}&${kind}&from=${from}&count=8&all=1`;
    const free = await staff.api.get(`/free?${query}`);
    const chip = (each) =>
      h("button", { type: "button", class: "quiet", onclick: () => choose(each) }, staff.moment(each.start));
    times.replaceChildren(...free.times.map((each) => h("li", {}, chip(each))));
    staff.announce(t("free_found", { count: free.times.length }));
  };
  const seek = h("button", {
    type: "button",
    class: "plain",
    onclick: () => look().catch((error) => staff.announce(staff.errorText(error))),
  });
  seek.textContent = t("free_look");
  const element = h("div", { class: "place" }, h("div", { class: "pair" }, date, time, minutes, where, beside), seek, times);
  element.isComplete = () => Boolean(date.value && time.value && Number(minutes.value) > 0);
  element.target = () => {
    const from = staff.instant(`${date.value}T${time.value}`);
    const until = new Date(from + Number(minutes.value) * 60_000);
    const other = beside.value && beside.value !== second ? { second: beside.value } : {};
    return { start: new Date(from).toISOString(), end: until.toISOString(), resource: where.value, ...other };
  };
  return element;
}

// ------------------------------------------------------------------------------------------------------------------- details

/** What came with a request, as it came: who booked, and who comes. */
export function commentBlock(comment) {
  if (!comment) return null;
  const visitor = [comment.visitor_last_name, comment.visitor_first_name].filter(Boolean).join(", ");
  const rows = [
    [visitor ? "comment_booked_by" : "comment_name", fullName(comment)],
    ["comment_visitor", visitor],
    ["label_email", comment.email_shown],
    ["label_phone", comment.phone],
    ["comment_message", comment.message],
    ["comment_channel", comment.channel && t(`tell_${comment.channel}`)],
  ];
  return h(
    "section",
    { class: "comment" },
    h("h3", {}, t("comment")),
    comment.in_writing && h("p", { class: "notice" }, t("in_writing_note")),
    facts(rows),
  );
}

function facts(rows) {
  const row = ([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value));
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(row));
}

export function statusBadge({ status, type }) {
  const word = type === "blocked" && status === "confirmed" ? t("blocked") : t(`status_${status}`);
  return h("span", { class: `badge status-${status}` }, h("span", { "aria-hidden": "true" }, SIGNS[status]), ` ${word}`);
}

function customerBlock(customer) {
  if (!customer) return null;
  const link = h("a", { href: `customers.html#${customer.id}` }, fullName(customer));
  return h(
    "section",
    {},
    h("h3", {}, t("customer")),
    customer.in_writing && h("p", { class: "notice" }, t("in_writing_note")),
    facts([
      ["label_name", link],
      ["label_email", customer.email && h("a", { href: `mailto:${customer.email}` }, customer.email_shown)],
      ["label_phone", customer.phone && h("a", { href: `tel:${customer.phone_link}` }, customer.phone)],
    ]),
  );
}

/** Whom messages go to, where there is a choice. */
function writtenTo({ comment, customer, write_to: chosen }) {
  if (!comment || !customer) return null;
  const address = addressesOf(chosen === "customer" ? customer : comment);
  return facts([["write_to", t(`write_to_${chosen}`, { address })]]);
}

function historyBlock(staff, { history, messages }) {
  const event = (each) =>
    h("li", {}, h("time", { datetime: each.at }, staff.moment(each.at)), ` ${whatText(each.what)} – ${byText(each.by)}`);
  const message = (each) =>
    h(
      "li",
      {},
      h("time", { datetime: each.at }, staff.moment(each.at)),
      ` ${t(`kind_${each.kind}`)} (${t(`tell_${each.channel}`)}): ${t(`message_${each.state}`)}${each.failure ? ` – ${whyText(each.failure)}` : ""}`,
    );
  const block = (key, items) =>
    items.length > 0 && h("details", {}, h("summary", {}, t(key, { count: items.length })), h("ul", {}, items));
  return [block("history", history.map(event)), block("messages", messages.map(message))].filter(Boolean);
}

/** Opens the details beside the planner. `changed()` is called after each change. Resolves when they are closed. */
export async function openAppointment(staff, names, id, { changed = () => {}, outcome = null } = {}) {
  let shown;
  try {
    shown = outcome?.detail ?? (await staff.api.get(`/appointments/${id}`));
  } catch (error) {
    staff.announce(staff.errorText(error));
    return;
  }
  const place = h("div", { class: "details" });
  let heading;
  const draw = (said = "") => {
    if (heading) heading.textContent = whoOf(shown.appointment);
    place.replaceChildren(...detailOf(staff, names, shown, said, act));
  };
  const act = async (run) => {
    const result = await perform(staff, run, changed);
    if (!result) return;
    shown = result.detail;
    draw(result.changed);
    place.querySelector("h3, .notice")?.focus();
  };
  draw(outcome?.changed);
  const setup = (element) => {
    heading = element.querySelector("h2");
  };
  await staff.dialog({ title: whoOf(shown.appointment), kind: "side", body: place, setup });
}

function detailOf(staff, names, detail, said, act) {
  const { appointment } = detail;
  const { preparation, follow_up: followUp } = appointment;
  const buffers = [preparation && t("preparation", { count: preparation }), followUp && t("follow_up", { count: followUp })];
  const actions = actionsOf(staff, names, detail);
  const isMain = ([, kind]) => kind !== "plain";
  const button = ([key, kind, run]) => h("button", { type: "button", class: kind, onclick: () => act(run) }, t(key));
  return [
    said ? h("p", { class: "notice", tabindex: "-1", role: "alert" }, said) : null,
    h("p", {}, statusBadge(appointment), appointment.type === "request" && ` ${t("type_request")}`),
    h("h3", { tabindex: "-1" }, staff.range(appointment.start, appointment.end)),
    facts([
      ["resource", [appointment.resource, appointment.second].filter(Boolean).map(names.resource).join(" + ")],
      ["template", names.template(appointment.template)],
      ["buffers", buffers.filter(Boolean).join(", ")],
      ["reason", detail.reason],
    ]),
    h("div", { class: "actions" }, actions.filter(isMain).map(button)),
    h("div", { class: "actions other" }, actions.filter((action) => !isMain(action)).map(button)),
    customerBlock(detail.customer),
    commentBlock(detail.comment),
    writtenTo(detail),
    ...historyBlock(staff, detail),
  ].filter(Boolean);
}

/** Runs an action and tells that it happened; a refusal outside its dialog is told too. @returns {Promise<Outcome>} */
export async function perform(staff, run, changed) {
  try {
    const result = await run();
    if (!result?.detail) return null;
    if (!result.changed) staff.announce(t("saved_state", { status: t(`status_${result.detail.appointment.status}`) }));
    changed();
    return result;
  } catch (error) {
    staff.announce(staff.errorText(error));
    return null;
  }
}
