/** What becomes of each appointment in a time that is closed, and how its customer is told. */
import { announce, announceError } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field, newId } from "../../kit/field.js";
import { dateOf } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { carriersOf, secondsOf, whoOf } from "../shell/words.js";
import { rowOf, select, statusBadge, tableOf } from "./pieces.js";

/**
 * @import { Detail, Names, Schemas, Staff, Tell } from "./types"
 * @typedef {{resource: string, start: string, end: string, name?: string}} Closing
 * @typedef {{detail: Detail, suggested: string | null}} Found an appointment, and when it could be instead
 * @typedef {Found & {becomes: HTMLSelectElement, told: HTMLSelectElement | null, byHand: boolean}} Row
 */

const KEEP = "keep";
const CANCEL = "cancel";
const LATER = "later"; // on the day that is suggested
const NOBODY = "none";

/**
 * A row for each; `verdicts(tell)` says what was chosen, with the note of `tell`. `usual()` is how they are told unless staff say
 * otherwise in a row: `redraw()` follows it.
 * @param {Staff} staff @param {Names} names @param {Closing} closing @param {Found[]} found @param {() => Tell | undefined} usual
 */
export function fates(staff, names, closing, found, usual) {
  const rows = found.map((each) => rowFor(staff, names, closing, each));
  const follow = (/** @type {Row} */ row) => {
    if (row.told && !row.byHand) row.told.value = keepsTime(row) ? NOBODY : wayTo(row.detail, usual());
  };
  const redraw = () => rows.forEach(follow);
  for (const row of rows) {
    row.becomes.addEventListener("change", () => follow(row));
    row.told?.addEventListener("change", () => (row.byHand = true));
  }
  redraw();
  const verdicts = (/** @type {Tell | undefined} */ tell) => rows.map((row) => verdict(row, tell));
  return {
    elements: [forAll(names, closing, rows, redraw), table(staff, rows), anotherDay(staff, closing, rows)],
    redraw,
    verdicts,
  };
}

/** Of an appointment that stays, or goes to somebody else at the same time, nobody is told unless staff say so. @param {Row} row */
const keepsTime = ({ becomes }) => ![CANCEL, LATER].includes(becomes.value);

/** As is usual, or by a call where that does not reach somebody. @param {Detail} detail @param {Tell | undefined} tell */
function wayTo({ reachable }, tell) {
  if (!tell || !reachable.length) return NOBODY;
  if (reachable.includes(tell.channel)) return tell.channel;
  return reachable.includes("phone") ? "phone" : reachable[0];
}

/** @param {{id: string, name: string}[]} resources that can take it over @returns {[string, string][]} */
const choices = (resources) => [
  [KEEP, t("ill_keep")],
  [CANCEL, t("ill_cancel")],
  .../** @type {[string, string][]} */ (resources.map(({ id, name }) => [id, t("ill_move", { name })])),
];

/**
 * Another takes over. Where a second was to come beside, a second comes instead.
 * @param {Staff} staff @param {Names} names @param {Closing} closing @param {Found} found
 * @returns {Row}
 */
function rowFor(staff, names, closing, found) {
  const { template, second, resource, type } = found.detail.appointment;
  const able = second === closing.resource ? secondsOf(names, template, resource) : carriersOf(names, template);
  const others = able.filter(({ id }) => id !== closing.resource);
  const option = ([value, text]) => h("option", { value, ".selected": value === CANCEL }, text);
  const becomes = h("select", { id: newId("becomes") }, choices(others).map(option), option([LATER, ""]));
  const ways = [[NOBODY, t("tell_none")], ...found.detail.reachable.map((each) => [each, t(`tell_${each}`)])];
  const told = type !== "blocked" && ways.length > 1 ? h("select", { id: newId("told") }, ways.map(option)) : null;
  const row = { ...found, becomes, told, byHand: false };
  suggest(staff, row, found.suggested);
  return row;
}

/** Without the year: the time must be seen. @param {Staff} staff @param {string} moment */
const shortDay = (staff, moment) => staff.date(dateOf(moment), { weekday: "short", day: "numeric", month: "short" });

/** Offers another time, or takes the offer away. @param {Staff} staff @param {Row} row @param {string | null} suggested */
function suggest(staff, row, suggested) {
  const option = row.becomes.options[row.becomes.options.length - 1];
  option.hidden = option.disabled = !suggested;
  option.textContent = suggested ? t("ill_later", { moment: `${shortDay(staff, suggested)}, ${staff.time(suggested)}` }) : "";
  if (!suggested && row.becomes.value === LATER) row.becomes.value = CANCEL;
  row.suggested = suggested;
}

/** One choice for each of them that has it. @param {Names} names @param {Closing} closing @param {Row[]} rows @param {() => void} redraw */
function forAll(names, closing, rows, redraw) {
  const others = names.resources.filter(({ id }) => id !== closing.resource);
  const options = [["", t("ill_each")], ...choices(others), [LATER, t("ill_all_later")]];
  const all = select("all", options, "", t("ill_all"));
  all.control.addEventListener("change", () => {
    for (const { becomes } of rows)
      if ([...becomes.options].some(({ value, disabled }) => value === all.value && !disabled)) becomes.value = all.value;
    redraw();
  });
  return all;
}

/** @param {Staff} staff @param {Row[]} rows */
function table(staff, rows) {
  const lines = rows.map(({ detail: { appointment }, becomes, told }) => {
    const name = whoOf(appointment);
    const label = (control, key) => h("label", { for: control.id, class: "unseen" }, t(key, { name }));
    const unreachable = h("span", { class: "small" }, appointment.type === "blocked" ? "" : t("ill_unreachable"));
    return rowOf(
      staff.range(appointment.start, appointment.end),
      [h("strong", {}, name), h("br"), statusBadge(appointment)],
      [label(becomes, "ill_becomes"), becomes],
      told ? [label(told, "ill_tells"), told] : unreachable,
    );
  });
  return tableOf(["time", "label_name", "ill_what", "ill_told"], lines, { class: "outcomes" });
}

/** Seeks a day that has room for all, from a day on. @param {Staff} staff @param {Closing} closing @param {Row[]} rows */
function anotherDay(staff, closing, rows) {
  const from = field({ name: "from", label: t("ill_from"), type: "date" });
  const said = h("p", { class: "hint", role: "status" });
  const say = () => {
    const [first] = rows;
    said.textContent = first?.suggested ? t("ill_day", { day: staff.longDate(dateOf(first.suggested)) }) : t("ill_no_day");
  };
  const look = async () => {
    try {
      const { appointments } = await staff.api.post("/closings", { ...closing, ...(from.value && { from: from.value }) });
      const starts = new Map(appointments.map((each) => [each.appointment.id, each.suggested]));
      for (const row of rows) suggest(staff, row, starts.get(row.detail.appointment.id) ?? null);
      say();
      announce(said.textContent);
    } catch (error) {
      announceError(error);
    }
  };
  say();
  return h("div", {}, said, h("div", { class: "pair" }, from, button(t("ill_seek"), look, { class: "quiet" })));
}

/**
 * @param {Row} row @param {Tell | undefined} tell
 * @returns {Schemas["ClosingRequest"]["answers"][number]}
 */
function verdict({ detail, suggested, becomes, told }, tell) {
  const { id, version } = detail.appointment;
  if (becomes.value === KEEP) return { do: KEEP, id };
  const channel = /** @type {Tell["channel"]} */ (told?.value ?? NOBODY);
  const telling = channel === /** @type {string} */ (NOBODY) ? {} : { tell: { ...tell, channel } };
  if (becomes.value === CANCEL) return { do: CANCEL, id, version, ...telling };
  const to = becomes.value === LATER ? { start: suggested } : { resource: becomes.value };
  return { do: "move", id, version, ...to, ...telling };
}
