/** Appointments that were made together: a slip of all, and this one cancelled with all that follow. */
import { catalogue } from "../../kit/catalogue.js";
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { daysOf } from "../shell/moments.js";
import { isHolding, whoOf } from "../shell/words.js";
import { sent } from "./changes.js";
import { printSlip } from "./paper.js";
import { reasonField, textOf } from "./pieces.js";
import { tellChoice } from "./telling.js";
import { doneTogether } from "./undoing.js";

/** @import { Detail, Names, Outcome, Planned, Schemas, Staff } from "./types" */

/** @param {Staff} staff @param {Planned} planned @returns {Promise<Planned[]>} in order of time */
const together = async (staff, { id }) => (await staff.api.get(`/appointments/${id}/series`)).appointments;

/** All of the series that stand, on one page. @param {Staff} staff @param {Names} names @param {Detail} detail */
export async function seriesSlip(staff, names, { appointment }) {
  await printSlip(staff, names, (await together(staff, appointment)).filter(isHolding));
}

/** Those behind it that can still be cancelled. @param {Staff} staff @param {Planned} planned */
async function following(staff, planned) {
  const all = await together(staff, planned);
  return all.filter(
    ({ id, start, status }) =>
      id !== planned.id && catalogue.ahead.includes(status) && Date.parse(start) >= Date.parse(planned.start),
  );
}

/**
 * Cancels it and all that follow, each by itself, the shown one last: its message names the others, so that there is one in all.
 * Where it breaks off nobody was told, and what is left is cancelled by doing it again.
 * @param {Staff} staff @param {Names} names @param {Detail} detail @returns {Promise<Outcome>}
 */
export async function cancelFollowing(staff, names, detail) {
  const { appointment } = detail;
  const others = await following(staff, appointment);
  const days = daysOf(
    staff,
    appointment.start,
    others.map(({ start }) => start),
  );
  const reason = reasonField();
  const words = others.length ? t("series_also", { days }) : "";
  const telling = tellChoice(staff, detail, { what: "cancelled", words });
  /** @type {Schemas["Acted"][]} */
  const gone = [];
  const run = async () => {
    const given = { status: /** @type {const} */ ("cancelled"), ...textOf("reason", reason) };
    for (const { id, version } of await following(staff, appointment)) {
      const after = await staff.api.post(`/appointments/${id}/status`, { version, ...given });
      gone.push({ id, version: after.appointment.version });
    }
    const last = (/** @type {number} */ version) =>
      staff.api.post(`/appointments/${appointment.id}/status`, { version, ...given, tell: telling.value() });
    const done = await sent(staff, detail, last);
    // Whatever a colleague changed of it meanwhile: without its message nobody would hear of the others.
    const whole =
      done.changed && done.detail.may.includes("cancelled") ? { detail: await last(done.detail.appointment.version) } : done;
    if (!whole.changed) doneTogether(whole.detail, gone);
    return whole;
  };
  const line = (/** @type {Planned} */ { start, end }) => h("li", {}, staff.range(start, end));
  return dialog({
    title: t("do_series_cancel"),
    body: [h("p", {}, whoOf(appointment)), h("ul", {}, [appointment, ...others].map(line)), reason, telling],
    actions: [
      { label: t("series_cancel", { count: others.length + 1 }), kind: "danger", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}
