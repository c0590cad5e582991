/** What was just put into the planner: said on its day, with the ways to undo and to open it. */
import { announceError } from "../../kit/dialog.js";
import { dateOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { whoOf } from "../shell/words.js";
import { perform } from "./changes.js";
import { openAppointment } from "./details.js";
import { tellDone } from "./undoing.js";

/**
 * @import { Action } from "./actions.js"
 * @import { Given, Names, Staff } from "./types"
 */

/** The words of a booking: whether its customer hears of it, and a tick that came to nothing too. @param {boolean} told @param {boolean} missed */
export const bookedKey = (told, missed) => {
  if (told) return "quick_told";
  return missed ? "quick_untold" : "quick_booked";
};

/**
 * @param {Staff} staff @param {Names} names @param {string} id @param {string} key of the text, with `name` and `time`
 * @param {Given["changed"]} changed
 */
export async function tellBooked(staff, names, id, key, changed) {
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    const { appointment } = detail;
    changed(dateOf(appointment.start));
    const open = (outcome = null) => openAppointment(staff, names, id, { changed, outcome });
    const act = async (/** @type {Action[2]} */ run) => {
      const result = await perform(run, changed, (done) => tellDone(staff, done, act));
      if (result?.changed) await open(result);
    };
    const said = t(key, { name: whoOf(appointment), time: staff.range(appointment.start, appointment.end) });
    tellDone(staff, detail, act, said, [[t("open"), () => open()]]);
  } catch (error) {
    changed();
    announceError(error);
  }
}
