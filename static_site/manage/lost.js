/** A time that is not to be had any more, and those that lie nearest to it. */
import { h } from "../kit/dom.js";
import { SHORT_DAY, momentName } from "../kit/moments.js";
import { button } from "../kit/pieces.js";
import { reach } from "../kit/practice.js";
import { rich, t } from "../kit/texts.js";
import { byTime } from "../times/times.js";

/**
 * @typedef {{start: string}} Pick
 * @typedef {{start: string, why: string, alternatives: Pick[]}} Lost
 */

/** Why a chosen time is not to be had, by the API's code: the end of a text's key; the customer chooses another one. */
const SAID = {
  confirm: { lost: "confirm_lost", gone: "confirm_gone" },
  move: { lost: "move_lost", gone: "move_gone" },
};
const WHY = { slot_taken: "lost", too_soon: "gone", too_far: "gone", outside_availability: "gone" };

/** @param {import("../kit/api.js").Refusal} refusal */
export const isLost = ({ code, body }) => code in WHY && !body.contact;

/** @param {string} start  @param {import("../kit/api.js").Refusal} refusal  @returns {Lost} */
export const lostTime = (start, { code, alternatives }) => ({ start, why: WHY[code], alternatives: byTime(alternatives) });

/**
 * @param {import("./page.js").AppointmentPage} page
 * @param {"move" | "confirm"} what
 * @param {(slot: Pick) => void} take
 */
export function lostNotice({ lost, appointment }, what, take) {
  const { start, why, alternatives } = lost;
  const name = (moment) => momentName(moment, appointment.zone, SHORT_DAY);
  const offer = (slot) =>
    h(
      "li",
      {},
      button(name(slot.start), () => take(slot), { class: "slot" }),
    );
  const some = alternatives.length > 0;
  return h(
    "div",
    { class: "notice", role: "alert", id: "lost" },
    h("p", {}, h("strong", {}, t(SAID[what][why]))),
    h("p", {}, rich("lost_time", { moment: h("del", {}, name(start)) })),
    some || what === "move" ? h("p", {}, t(some ? "lost_lead" : "move_none")) : reach("confirm_none"),
    some && h("ul", { class: "alternatives" }, alternatives.map(offer)),
  );
}
