/** What staff have done to an appointment is undone, or told at once. */
import { announce, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { hasText, t } from "../../kit/texts.js";
import { offerUndo } from "../shell/toasts.js";
import { whoOf } from "../shell/words.js";
import { sent } from "./changes.js";
import { rowOf } from "./pieces.js";

/**
 * @import { Action } from "./actions.js"
 * @import { Detail, Outcome, Schemas, Staff } from "./types"
 */

/** Whether nobody has heard of it. @param {Schemas["UndoView"]} undo */
const isUnheard = ({ told, waits, until }) => !told || waits || Date.now() < Date.parse(until);

/** What undoes an act on several, by the appointment and version whose message tells of all. @type {Map<string, Schemas["ClosingUndoRequest"]>} */
const together = new Map();
const keyOf = (/** @type {Detail} */ { appointment: { id, version } }) => `${id} ${version}`;

/** Remembers that others were done with it, so that one undo brings all of them back. @param {Detail} detail @param {Schemas["Acted"][]} others */
export function doneTogether(detail, others) {
  const { id, version } = detail.appointment;
  together.set(keyOf(detail), { closing: null, appointments: [...others, { id, version }] });
}

/** @param {Staff} staff @param {Detail} detail @param {"undo" | "send-now"} what @returns {Promise<Outcome>} */
async function ended(staff, detail, what) {
  const { id } = detail.appointment;
  const whole = what === "undo" && together.get(keyOf(detail));
  if (whole) {
    await undoTogether(staff, whole);
    return { detail: await staff.api.get(`/appointments/${id}`) };
  }
  return sent(staff, detail, (version) => staff.api.post(`/appointments/${id}/${what}`, { version }));
}

/** Whether it is a booking that has been told, which is cancelled instead. @param {Schemas["UndoView"]} undo */
const isOver = (undo) => undo.what === "booked" && !undo.waits && Date.now() >= Date.parse(undo.until);

/** The state that the offered undo leads to; null where none is offered. @param {Detail} detail */
export const undoneTo = ({ undo }) => (undo && !isOver(undo) ? undo.status : null);

/** What can be done about the last act, as actions of its appointment. @param {Staff} staff @param {Detail} detail @returns {Action[]} */
export const undoActions = (staff, detail) => (detail.undo && isOver(detail.undo) ? [] : endings(staff, detail));

/** How the last act is undone, and its delay ended. @param {Staff} staff @param {Detail} detail @returns {Action[]} */
function endings(staff, detail) {
  const { undo } = detail;
  if (!undo) return [];
  const key = isUnheard(undo) ? "do_undo" : "do_undo_told";
  /** @type {Action} */
  const back = [key, "quiet", () => ended(staff, detail, "undo")];
  if (!undo.waits && !undo.held) return [back];
  return [back, [undo.waits ? "do_send_now" : "do_free_now", "plain", () => ended(staff, detail, "send-now")]];
}

/**
 * Tells what was done, and offers to undo it.
 * @param {Staff} staff @param {Detail} detail @param {(run: Action[2]) => unknown} act
 * @param {string} [said] instead of the usual words @param {[string, () => Promise<unknown>][]} [others] what else can be done
 */
export function tellDone(staff, detail, act, said = "", others = []) {
  const { appointment, undo } = detail;
  const [back, now] = endings(staff, detail);
  if (!back) return announce(t("saved_state", { name: whoOf(appointment), moment: staff.moment(appointment.start) }));
  const text = said || t("toast_done", { what: t(`what_${undo.what}`), name: whoOf(appointment) });
  const run = (/** @type {Action} */ action) => async () => act(action[2]);
  /** @type {[string, () => Promise<unknown>][]} */
  const ending = now ? [[t(now[0]), run(now)]] : [];
  offerUndo(text, run(back), [...ending, ...others], t(back[0] === "do_undo" ? "undo" : back[0]));
}

/**
 * Offers to undo a closing with all that was done in it, and says what could not be.
 * @param {Staff} staff @param {Schemas["ClosingView"]} done @param {() => void} changed
 */
export function tellClosed(staff, { undo }, changed) {
  if (!undo) return;
  offerUndo(t("toast_closed"), async () => {
    if (await undoTogether(staff, undo, changed)) announce(t("undone"));
  });
}

/** Undoes what was done with several; false where some could not be, which is shown. @param {Staff} staff @param {Schemas["ClosingUndoRequest"]} undo */
async function undoTogether(staff, undo, changed = () => {}) {
  const { appointments } = await staff.api.post("/closings/undo", undo);
  changed();
  const left = appointments.filter(({ outcome }) => outcome !== "undone");
  if (left.length === 0) return true;
  const why = (code) => (hasText(`code_${code}`) ? t(`code_${code}`) : code);
  const rows = left.map(({ appointment, outcome }) =>
    rowOf(staff.range(appointment.start, appointment.end), h("strong", {}, whoOf(appointment)), why(outcome)),
  );
  await dialog({ title: t("undo_left"), body: h("table", { class: "outcomes" }, h("tbody", {}, rows)) });
  return false;
}
