/** What staff do with an appointment. Every action says what it will do, and shows the message to the customer before it goes. */
import { catalogue } from "../../kit/catalogue.js";
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { isHolding, whoOf } from "../shell/words.js";
import { sent } from "./changes.js";
import { edit } from "./editing.js";
import { match, whoIsIt } from "./matching.js";
import { move, summaryOf } from "./moving.js";
import { printSlip } from "./paper.js";
import { reasonField, textOf } from "./pieces.js";
import { cancelFollowing, seriesSlip } from "./series.js";
import { orStandby } from "./standby.js";
import { tellChoice } from "./telling.js";
import { undoActions, undoneTo } from "./undoing.js";

/**
 * @import { Detail, Names, Outcome, Schemas, Staff } from "./types"
 * @typedef {Schemas["AppointmentStatus"]} Status
 * @typedef {[key: string, kind: string, run: () => Promise<Outcome | void>]} Action the key of its label, how it looks, what it does
 */

/** The states that a message speaks of. @type {("confirmed" | "declined" | "cancelled")[]} */
const TOLD = ["confirmed", "declined", "cancelled"];
const REASONED = ["declined", "cancelled"];

/** The actions that an appointment allows now. @param {Staff} staff @param {Names} names @param {Detail} detail @returns {Action[]} */
export function actionsOf(staff, names, detail) {
  const { type, status, series } = detail.appointment;
  const blocked = type === "blocked";
  const inSeries = Boolean(series) && !blocked;
  const holding = isHolding(detail.appointment);
  const answers = answersOf(staff, names, detail, status, blocked);
  /** @type {(allowed: any, ...action: Action) => Action[]} */
  const where = (allowed, ...action) => (allowed ? [action] : []);
  return [
    ...answers.filter(([, kind]) => kind === "main"),
    ...undoActions(staff, detail),
    ...where(holding, "do_move", "quiet", () => move(staff, names, detail)),
    ...where(true, "do_edit", "quiet", () => edit(staff, names, detail)),
    ...where(!blocked && detail.reachable.length, "do_tell", "quiet", () => tell(staff, names, detail)),
    ...where(!blocked, "do_customer", "plain", () => match(staff, detail)),
    ...answers.filter(([, kind]) => kind !== "main"),
    ...where(holding && !blocked, "do_slip", "plain", () => printSlip(staff, names, [detail.appointment])),
    ...where(inSeries && holding, "do_series_slip", "plain", () => seriesSlip(staff, names, detail)),
    ...where(inSeries && detail.may.includes("cancelled") && series.number < series.of, "do_series_cancel", "plain", () =>
      cancelFollowing(staff, names, detail),
    ),
    ...where(!blocked, "as_this", "plain", async () => location.assign(`#again=${detail.appointment.id}`)),
    ...where(!blocked, "do_void_link", "plain", () => voidLink(staff, detail)),
  ];
}

/**
 * @param {Staff} staff @param {Names} names @param {Detail} detail @param {Status} status @param {boolean} blocked
 * @returns {Action[]}
 */
function answersOf(staff, names, detail, status, blocked) {
  /** @type {[Status, string][]} */
  const states = [
    ["confirmed", hasBegun(status) ? "plain" : "main"],
    ["declined", "danger"],
    ["cancelled", "danger"],
    ["done", "plain"],
    ["no_show", "plain"],
  ];
  return states
    .filter(([each]) => detail.may.includes(each) && each !== undoneTo(detail)) // the undo leads there, and tells less
    .map(([each, kind]) => [labelOf(each, status, blocked), kind, () => answer(staff, names, detail, each)]);
}

/** @param {Status} status */
const hasBegun = (status) => catalogue.once_begun.includes(status);

/** @param {Status} to @param {Status} from @param {boolean} blocked */
function labelOf(to, from, blocked) {
  if (blocked && to === "cancelled") return "do_unblock";
  if (to === "confirmed" && hasBegun(from)) return "do_open";
  return to === "confirmed" && !["unconfirmed", "proposed"].includes(from) ? "do_again" : `do_${to}`;
}

/**
 * Brings it to another state; where there is nothing to say or to choose, at once. A request without a customer asks first whom
 * it is for.
 * @param {Staff} staff @param {Names} names @param {Detail} detail @param {Status} status
 * @returns {Promise<Outcome>}
 */
async function answer(staff, names, detail, status) {
  const { id, type, status: before } = detail.appointment;
  const silent = type === "blocked" || hasBegun(before); // what was marked by mistake nobody was told of
  let matched = null;
  if (status === "confirmed" && !detail.customer && !silent) {
    matched = await whoIsIt(staff, detail, t("customer_skip"));
    if (!matched) return null;
  }
  const chosen = matched?.customer ? matched : {};
  if (matched?.customer) detail = await readAs(staff, detail, matched);
  const reason = reasonField();
  const what = TOLD.find((each) => each === status);
  const telling = what && !silent ? tellChoice(staff, detail, { what, change: () => chosen }) : null;
  const reasoned = REASONED.includes(status);
  const run = () =>
    sent(staff, detail, (version) => {
      const body = { version, status, ...chosen, tell: telling?.value(), ...(reasoned && textOf("reason", reason)) };
      return orStandby((asked) => staff.api.post(`/appointments/${id}/status`, { ...body, ...asked }));
    });
  if (!telling && !(reasoned && type !== "blocked")) return run();
  const label = t(labelOf(status, before, type === "blocked"));
  return dialog({
    title: label,
    body: [headOf(staff, names, detail), reasoned && type !== "blocked" && reason, telling],
    actions: [
      { label, kind: reasoned ? "danger" : "main", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

/**
 * The details as they would be with the customer chosen.
 * @param {Staff} staff @param {Detail} detail @param {{customer: string | null, write_to?: string}} matched @returns {Promise<Detail>}
 */
async function readAs(staff, detail, matched) {
  const query = new URLSearchParams(matched);
  const { customer, write_to, reachable } = await staff.api.get(`/appointments/${detail.appointment.id}?${query.toString()}`);
  return { ...detail, customer, write_to, reachable };
}

/** Who, when and where, as the first lines of a dialog. @param {Staff} staff @param {Names} names @param {Detail} detail */
const headOf = (staff, names, { appointment }) => h("p", {}, whoOf(appointment), h("br"), summaryOf(staff, names, appointment));

/** Ends the links that were sent until now. @param {Staff} staff @param {Detail} detail @returns {Promise<Outcome>} */
function voidLink(staff, detail) {
  const { id } = detail.appointment;
  const run = () => sent(staff, detail, (version) => staff.api.post(`/appointments/${id}/void-link`, { version }));
  return dialog({
    title: t("do_void_link"),
    body: [h("p", {}, whoOf(detail.appointment)), h("p", {}, t("void_link_text"))],
    actions: [
      { label: t("void_link_sure"), kind: "danger", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

/** Tells the customer how it stands, changing nothing. @param {Staff} staff @param {Names} names @param {Detail} detail */
function tell(staff, names, detail) {
  const { id } = detail.appointment;
  const telling = tellChoice(staff, detail, { what: "told", none: false });
  const run = () =>
    sent(staff, detail, (version) => staff.api.post(`/appointments/${id}/tell`, { version, tell: telling.value() }));
  return dialog({
    title: t("do_tell"),
    body: [headOf(staff, names, detail), telling],
    actions: [{ label: t("tell_send"), kind: "main", run }],
  });
}
