/** Changes on their way: each is sent with the version that was seen, so that the second of two learns what the first did. */
import { randomKey } from "../../kit/api.js";
import { announceError } from "../../kit/dialog.js";
import { t } from "../../kit/texts.js";
import { byText, whatText } from "../shell/words.js";

/** @import { Detail, Outcome, Staff } from "./types" */

/** A key for each different body: sent again after a fault it books nothing twice. */
export function keyMaker() {
  let [key, last] = [randomKey(), ""];
  return (body) => {
    const text = JSON.stringify(body);
    if (text !== last) [key, last] = [randomKey(), text];
    return { "Idempotency-Key": key };
  };
}

/**
 * Sends a change; where somebody was faster, gives how it stands now and what happened.
 * @param {Staff} staff @param {Detail} detail @param {(version: number) => Promise<Detail>} post
 * @returns {Promise<Outcome>}
 */
export async function sent(staff, { appointment }, post) {
  try {
    return { detail: await post(appointment.version) };
  } catch (error) {
    if (error.code !== "changed_meanwhile") throw error;
    const fresh = await staff.api.get(`/appointments/${appointment.id}`);
    return { detail: fresh, changed: lastChange(staff, fresh) };
  }
}

/** @param {Staff} staff @param {Detail} detail */
function lastChange(staff, { history }) {
  const [last] = [...history].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  if (!last) return t("code_changed_meanwhile");
  return t("changed_meanwhile", { by: byText(last.by), what: whatText(last.what), time: staff.time(last.at) });
}

/**
 * Runs an action and tells that it happened; a refusal outside its dialog is told too.
 * @param {() => Promise<Outcome | void>} run @param {() => void} changed @param {(detail: Detail) => void} tell
 * @returns {Promise<Outcome>}
 */
export async function perform(run, changed, tell) {
  try {
    const result = await run();
    if (!result) return null;
    if (!result.changed) tell(result.detail);
    changed();
    return result;
  } catch (error) {
    announceError(error);
    return null;
  }
}
