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
 * @typedef {Found & {becomes: HTMLSelectElement, told: HTMLSelectElement | null, note: HTMLElement, byHand: boolean}} Row
 */

const OPEN = ""; // until staff decide
const KEEP = "keep";
const CANCEL = "cancel";
const LATER = "later"; // on the day that is suggested
const NOBODY = "none";

/**
 * A row for each, which staff decide; `verdicts(tell)` says what was chosen, with the note of `tell`. `usual()` is how they are told
 * unless staff say otherwise in a row: `redraw()` follows it. `sum` says in words how many of each there are, `open()` names the rows
 * that wait, and `examples(tell)` are messages of each sort. `changed()` is called after each decision.
 * @param {Staff} staff @param {Names} names @param {Closing} closing @param {Found[]} found
 * @param {() => Tell | undefined} usual @param {() => void} changed
 */
export function fates(staff, names, closing, found, usual, changed) {
  const rows = found.map((each) => rowFor(staff, names, closing, each));
  const sum = h("span", {});
  const left = h("p", { class: "hint", role: "status" });
  const nameOf = (/** @type {Detail["appointment"]} */ each) => `${whoOf(each)}, ${staff.moment(each.start)}`;
  const open = () =>
    rows.filter(isOpen).map(({ becomes, detail }) => ({ control: becomes, label: nameOf(detail.appointment) }));
  const redraw = () => {
    for (const row of rows) follow(row, usual());
    sum.textContent = sumOf(rows);
    const count = open().length;
    left.textContent = count ? t("ill_left", { count, all: rows.length }) : "";
    all.redraw();
    changed();
  };
  const all = forAll(names, closing, rows, redraw);
  for (const row of rows) {
    row.becomes.addEventListener("change", () => {
      all.element.value = "";
      mark(row, "");
      redraw();
    });
    row.told?.addEventListener("change", () => {
      row.byHand = true;
      redraw();
    });
  }
  redraw();
  return {
    elements: [all.element, left, table(staff, rows), anotherDay(staff, closing, rows, redraw)],
    sum,
    redraw,
    open,
    verdicts: (/** @type {Tell | undefined} */ tell) => rows.map((row) => verdict(row, tell)),
    examples: (/** @type {Tell | undefined} */ tell) => examples(closing, rows, tell),
  };
}

const isOpen = (/** @type {Row} */ { becomes }) => becomes.value === OPEN;

/** What is done with an appointment. @param {Row} row @returns {"open" | "keep" | "cancel" | "move"} */
function deedOf({ becomes: { value } }) {
  if (value === OPEN) return "open";
  return value === KEEP || value === CANCEL ? value : "move";
}

/** "3 verschieben, 1 absagen, 2 behalten" @param {Row[]} rows */
function sumOf(rows) {
  const deeds = rows.map(deedOf);
  const counts = ["move", "cancel", "keep", "open"].map((deed) => [deed, deeds.filter((each) => each === deed).length]);
  const words = counts.filter(([, count]) => count).map(([deed, count]) => t(`ill_sum_${deed}`, { count }));
  return words.length ? t("ill_do_sum", { sum: words.join(", ") }) : t("ill_do");
}

/**
 * Who goes to somebody else at the same time is not told unless staff say so; who stays is not told.
 * @param {Row} row @param {Tell | undefined} usual
 */
function follow(row, usual) {
  const { told, becomes, byHand, detail } = row;
  if (!told) return;
  told.hidden = ["open", "keep"].includes(deedOf(row));
  if (!byHand) told.value = [CANCEL, LATER].includes(becomes.value) ? wayTo(detail, usual) : NOBODY;
}

/** As is usual, or by a call where that does not reach somebody. @param {Detail} detail @param {Tell | undefined} tell */
function wayTo({ reachable }, tell) {
  if (!tell || !reachable.length) return NOBODY;
  if (reachable.includes(tell.channel)) return tell.channel;
  return reachable.includes("phone") ? "phone" : reachable[0];
}

/** Says why a row could not follow, or takes it away. @param {Row} row @param {string} why */
function mark({ note, becomes }, why) {
  note.textContent = why;
  note.hidden = !why;
  if (why) becomes.setAttribute("aria-invalid", "true");
  else becomes.removeAttribute("aria-invalid");
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
  const option = ([value, text]) => h("option", { value }, text);
  const note = h("p", { class: "error", id: newId("why"), hidden: true });
  const becomes = h(
    "select",
    { id: newId("becomes"), "aria-describedby": note.id },
    [[OPEN, t("ill_choose")], ...choices(others), [LATER, ""]].map(option),
  );
  const ways = [[NOBODY, t("tell_none")], ...found.detail.reachable.map((each) => [each, t(`tell_${each}`)])];
  const told = type !== "blocked" && ways.length > 1 ? h("select", { id: newId("told") }, ways.map(option)) : null;
  const row = { ...found, becomes, told, note, byHand: false };
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
  if (!suggested && row.becomes.value === LATER) {
    row.becomes.value = OPEN;
    mark(row, t("ill_no_later"));
  }
  row.suggested = suggested;
}

const offers = (/** @type {Row} */ { becomes }, value) =>
  [...becomes.options].some((option) => option.value === value && !option.disabled);

/**
 * One choice for all of them, of what some at least can follow; who cannot is marked and waits.
 * @param {Names} names @param {Closing} closing @param {Row[]} rows @param {() => void} changed
 */
function forAll(names, closing, rows, changed) {
  const others = names.resources.filter(({ id }) => id !== closing.resource && rows.some((row) => offers(row, id)));
  const options = [...choices(others), [LATER, t("ill_all_later")]];
  const counted = ([value, what]) => {
    const count = rows.filter((row) => offers(row, value)).length;
    return [value, 0 < count && count < rows.length ? t("ill_all_some", { what, count, all: rows.length }) : what];
  };
  const element = select("all", [["", t("ill_each")], ...options.map(counted)], "", t("ill_all"));
  const later = element.control.options[options.length];
  element.control.addEventListener("change", () => {
    if (!element.value) return;
    const why = element.value === LATER ? t("ill_no_later") : t("ill_not_carried", { name: names.resource(element.value) });
    for (const row of rows) {
      const can = offers(row, element.value);
      row.becomes.value = can ? element.value : OPEN;
      mark(row, can ? "" : why);
    }
    changed();
  });
  const redraw = () => {
    later.hidden = later.disabled = !rows.some((row) => offers(row, LATER));
    if (later.disabled && element.value === LATER) element.value = "";
  };
  return { element, redraw };
}

/** @param {Staff} staff @param {Row[]} rows */
function table(staff, rows) {
  const lines = rows.map(({ detail: { appointment }, becomes, told, note }) => {
    const name = whoOf(appointment);
    const label = (control, key) => h("label", { for: control.id, class: "unseen" }, t(key, { name }));
    const unreachable = h("span", { class: "small" }, appointment.type === "blocked" ? "" : t("ill_unreachable"));
    return rowOf(
      staff.range(appointment.start, appointment.end),
      [h("strong", {}, name), h("br"), statusBadge(appointment)],
      [label(becomes, "ill_becomes"), becomes, note],
      told ? [label(told, "ill_tells"), told] : unreachable,
    );
  });
  return tableOf(["time", "label_name", "ill_what", "ill_told"], lines, { class: "outcomes" });
}

/** Seeks a day that has room for all, from a day on. @param {Staff} staff @param {Closing} closing @param {Row[]} rows @param {() => void} changed */
function anotherDay(staff, closing, rows, changed) {
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
      changed();
      say();
      announce(said.textContent);
    } catch (error) {
      announceError(error);
    }
  };
  say();
  return h("div", {}, said, h("div", { class: "pair" }, from, button(t("ill_seek"), look, { class: "quiet" })));
}

/** Where an appointment goes. @param {Row} row */
const goes = ({ suggested, becomes: { value } }) => (value === LATER ? { start: suggested } : { resource: value });

/** How a row's customer is told. @param {Row} row @param {Tell | undefined} tell @returns {Tell | null} */
function tellOf({ told }, tell) {
  const channel = /** @type {Tell["channel"]} */ (told?.value ?? NOBODY);
  return channel === /** @type {string} */ (NOBODY) ? null : { ...tell, channel };
}

/**
 * @param {Row} row decided
 * @param {Tell | undefined} tell
 * @returns {Schemas["ClosingRequest"]["answers"][number]}
 */
function verdict(row, tell) {
  const { id, version } = row.detail.appointment;
  const deed = deedOf(row);
  if (deed === "open" || deed === "keep") return { do: "keep", id };
  const told = tellOf(row, tell);
  const telling = told ? { tell: told } : {};
  return deed === "cancel" ? { do: deed, id, version, ...telling } : { do: deed, id, version, ...goes(row), ...telling };
}

/**
 * The first message of each sort: to whom it is cancelled, whose time changes, and who comes to somebody else.
 * @param {Closing} closing @param {Row[]} rows @param {Tell | undefined} tell @returns {import("./telling.js").Example[]}
 */
function examples(closing, rows, tell) {
  const sorts = [CANCEL, LATER, "move"];
  const sortOf = (/** @type {Row} */ row) => (row.becomes.value === LATER ? LATER : deedOf(row));
  const firsts = sorts.map((sort) => rows.find((row) => sortOf(row) === sort && tellOf(row, tell)));
  return firsts.filter(Boolean).map((row) => {
    const { detail } = row;
    const what = deedOf(row) === "cancel" ? "cancelled" : "moved";
    const isSecond = what === "moved" && row.becomes.value !== LATER && detail.appointment.second === closing.resource;
    const place = what === "cancelled" || isSecond ? {} : goes(row);
    const head = t(`ill_example_${what}`, { name: whoOf(detail.appointment) });
    return { detail, tell: tellOf(row, tell), about: { what, ...place }, head };
  });
}
