/** Somebody is ill: a time is closed, and each appointment in it is kept, moved or cancelled, in one action. */
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { newId } from "../../kit/field.js";
import { dateOf } from "../../kit/moments.js";
import { hasText, t } from "../../kit/texts.js";
import { carriersOf, secondsOf, whoOf } from "../shell/words.js";
import { optionsOf, rowOf, select, statusBadge, tableOf } from "./pieces.js";
import { spanFields } from "./spans.js";
import { WAYS, detailsOf, tellChoice } from "./telling.js";
import { tellClosed } from "./undoing.js";

/**
 * @import { Detail, Given, Names, Planned, Schemas, Staff, Tell } from "./types"
 * @typedef {{resource: string, start: string, end: string}} Closing
 * @typedef {Map<Detail, HTMLSelectElement>} Choices what becomes of each appointment
 */

const KEEP = "keep";
const CANCEL = "cancel";

/** Closes what was pointed at, else the whole day on screen. @param {Staff} staff @param {Names} names @param {Given} given */
export async function closeTime(staff, names, { resource, date = staff.today(), start, end, changed }) {
  const day = start ? dateOf(start) : date;
  const where = select("resource", optionsOf(names.resources), resource ?? names.resources[0]?.id, t("ill_resource"));
  const span = spanFields(staff, { start: start ?? `${day}T00:00`, end: end ?? `${day}T23:55`, allDay: !start });
  const found = await dialog({
    title: t("ill"),
    body: [h("p", {}, t("ill_text")), where, span],
    actions: [{ label: t("ill_show"), kind: "main", run: () => affected(staff, { resource: where.value, ...span.span() }) }],
  });
  if (!found) return;
  const done = await settle(staff, names, found.closing, found.details);
  if (!done) return;
  changed();
  tellClosed(staff, done, changed);
  await outcomes(staff, done);
}

/** The appointments in that time, with how each customer can be reached. @param {Staff} staff @param {Closing} closing */
async function affected(staff, closing) {
  const { appointments } = await staff.api.post("/closings", closing);
  const planned = appointments.map(({ appointment }) => appointment);
  const details = await detailsOf(staff, planned);
  return { closing, details: planned.map(({ id }) => details.get(id)) };
}

/**
 * Asks what becomes of each appointment, and sends it all at once.
 * @param {Staff} staff @param {Names} names @param {Closing} closing @param {Detail[]} details
 */
function settle(staff, names, closing, details) {
  const canReach = (way) => details.find(({ reachable }) => (way ? reachable.includes(way) : reachable.length));
  const example = canReach("email") ?? canReach();
  const telling = example && tellChoice(staff, example, { what: "cancelled", reachable: WAYS, label: t("ill_tell") });
  /** @type {Choices} */
  const choices = new Map(details.map((each) => [each, choiceOf(names, closing, each.appointment)]));
  const range = `${staff.moment(closing.start)} – ${staff.moment(closing.end)}`;
  const run = () => {
    const answers = details.map((each) => verdict(each.appointment, choices.get(each).value, tellOf(each, telling?.value())));
    return staff.api.post("/closings", { ...closing, answers });
  };
  return dialog({
    title: t("ill"),
    kind: "wide",
    body: [
      h("p", {}, t("ill_closes", { name: names.resource(closing.resource), range })),
      h("p", { class: details.length ? "notice" : "" }, t("ill_found", { count: details.length })),
      details.length > 0 && [forAll(names, closing, choices), affectedTable(staff, choices), telling],
      telling && h("p", { class: "hint" }, t("ill_tell_hint", { name: whoOf(example.appointment) })),
    ].flat(),
    actions: [
      { label: t("ill_do"), kind: "main", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

/** @param {{id: string, name: string}[]} resources that can take it over @returns {[string, string][]} */
const fates = (resources) => [
  [KEEP, t("ill_keep")],
  [CANCEL, t("ill_cancel")],
  .../** @type {[string, string][]} */ (resources.map(({ id, name }) => [id, t("ill_move", { name })])),
];

/**
 * What becomes of one: another takes over. Where a second was to come beside, a second comes instead.
 * @param {Names} names @param {Closing} closing @param {Planned} planned
 */
function choiceOf(names, closing, { template, second, resource }) {
  const able = second === closing.resource ? secondsOf(names, template, resource) : carriersOf(names, template);
  const options = fates(able.filter(({ id }) => id !== closing.resource));
  return h(
    "select",
    { id: newId("becomes") },
    options.map(([value, text]) => h("option", { value, ".selected": value === CANCEL }, text)),
  );
}

/** One choice for each of them that has it. @param {Names} names @param {Closing} closing @param {Choices} choices */
function forAll(names, closing, choices) {
  const others = names.resources.filter(({ id }) => id !== closing.resource);
  const options = [["", t("ill_each")], ...fates(others)];
  const all = select("all", options, "", t("ill_all"));
  all.control.addEventListener("change", () => {
    for (const choice of choices.values())
      if ([...choice.options].some(({ value }) => value === all.value)) choice.value = all.value;
  });
  return all;
}

/** @param {Staff} staff @param {Choices} choices */
function affectedTable(staff, choices) {
  const rows = [...choices].map(([{ appointment, reachable }, choice]) => {
    const ways = reachable.map((each) => t(`tell_${each}`)).join(", ") || t("ill_unreachable");
    const label = h("label", { for: choice.id, class: "unseen" }, t("ill_becomes", { name: whoOf(appointment) }));
    return rowOf(
      staff.range(appointment.start, appointment.end),
      [h("strong", {}, whoOf(appointment)), h("br"), statusBadge(appointment)],
      h("span", { class: "small" }, appointment.type === "blocked" ? "" : ways),
      [label, choice],
    );
  });
  return tableOf(["time", "label_name", "ill_reachable", "ill_what"], rows, { class: "outcomes" });
}

/** As was chosen, or by a call where that does not reach somebody. @param {Detail} detail @param {Tell | undefined} tell */
function tellOf({ reachable }, tell) {
  if (!tell || !reachable.length) return undefined;
  if (reachable.includes(tell.channel)) return tell;
  return { ...tell, channel: reachable.includes("phone") ? /** @type {const} */ ("phone") : reachable[0] };
}

/**
 * @param {Planned} planned @param {string} choice @param {Tell | undefined} tell
 * @returns {Schemas["ClosingRequest"]["answers"][number]}
 */
function verdict({ id, version, type }, choice, tell) {
  if (choice === KEEP) return { do: KEEP, id };
  const told = type === "blocked" ? {} : { tell };
  return choice === CANCEL ? { do: CANCEL, id, version, ...told } : { do: "move", id, version, resource: choice, ...told };
}

/** @param {Staff} staff @param {Schemas["ClosingView"]} done */
function outcomes(staff, { appointments }) {
  const word = (outcome) => (hasText(`ill_${outcome}`) ? t(`ill_${outcome}`) : t("ill_failed", { why: t(`code_${outcome}`) }));
  const rows = appointments.map(({ appointment, outcome }) =>
    rowOf(staff.range(appointment.start, appointment.end), h("strong", {}, whoOf(appointment)), word(outcome)),
  );
  return dialog({
    title: t("ill_done"),
    body: rows.length ? h("table", { class: "outcomes" }, h("tbody", {}, rows)) : t("ill_closed", { count: 0 }),
    actions: [{ label: t("close"), kind: "main" }],
  });
}
