/** The details of one appointment, beside the calendar where there is room, with what staff can do with it. */
import { announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { button, facts } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { nothing } from "../../kit/values.js";
import { wayBack } from "../shell/back.js";
import { whoOf } from "../shell/words.js";
import { actionsOf } from "./actions.js";
import { copyButton } from "./answers.js";
import { commentBlock, customerBlock, historyBlocks, writtenTo } from "./blocks.js";
import { perform } from "./changes.js";
import { noteBlock, seriesText } from "./notes.js";
import { showBeside } from "./panel.js";
import { statusBadge } from "./pieces.js";
import { hasRoom } from "./room.js";
import { tellDone } from "./undoing.js";

/**
 * @import { Action } from "./actions.js"
 * @import { Detail, Names, Outcome, Planned, Staff } from "./types"
 */

/**
 * Opens the details. `changed()` is called after each change. Resolves when they are closed.
 * @param {Staff} staff @param {Names} names @param {string} id
 * @param {{changed?: () => void, outcome?: Outcome}} [given] `outcome`: how it stands, where that is known already
 */
export async function openAppointment(staff, names, id, { changed = () => {}, outcome = null } = {}) {
  /** @type {Detail} */
  let shown;
  try {
    shown = outcome?.detail ?? (await staff.api.get(`/appointments/${id}`));
  } catch (error) {
    return announceError(error);
  }
  const place = h("div", { class: "details" });
  /** @type {HTMLElement} */
  let heading;
  const draw = (said = "") => {
    if (heading) heading.textContent = whoOf(shown.appointment);
    place.replaceChildren(...detailOf(staff, names, shown, said, act));
  };
  const act = async (/** @type {Action[2]} */ run) => {
    const result = await perform(run, changed, (detail) => tellDone(staff, detail, act));
    if (!result) return;
    shown = result.detail;
    draw(result.changed);
    /** @type {HTMLElement} */ (place.querySelector("h3, .notice"))?.focus();
  };
  draw(outcome?.changed);
  const setup = (element) => {
    heading = element.querySelector("h2");
  };
  const heed = async (/** @type {Planned} */ { version }) => {
    if (version <= shown.appointment.version) return;
    shown = await staff.api.get(`/appointments/${id}`);
    const isInside = place.contains(document.activeElement);
    draw();
    if (isInside) /** @type {HTMLElement} */ (place.querySelector("h3")).focus();
  };
  const given = { title: whoOf(shown.appointment), body: place, setup };
  const isCovered = Boolean(document.querySelector("dialog[open]")); // what stands beside would lie under it
  if (hasRoom() && !isCovered) await showBeside({ ...given, id, heed: (planned) => heed(planned).catch(nothing) });
  else await dialog({ ...given, kind: "side" });
}

/**
 * @param {Staff} staff @param {Names} names @param {Detail} detail @param {string} said what somebody else did meanwhile
 * @param {(run: Action[2]) => void} act
 */
function detailOf(staff, names, detail, said, act) {
  const { appointment } = detail;
  const { preparation, follow_up: followUp } = appointment;
  const buffers = [preparation && t("preparation", { count: preparation }), followUp && t("follow_up", { count: followUp })];
  const actions = actionsOf(staff, names, detail);
  const isMain = (/** @type {Action} */ [, kind]) => kind !== "plain";
  const buttonOf = (/** @type {Action} */ [key, kind, run]) => button(t(key), () => act(run), { class: kind });
  const back = wayBack(appointment.id);
  return [
    back && h("p", {}, h("a", { href: back, id: "back-to-customer" }, t("back_to_customer"))),
    said && h("p", { class: "notice", tabindex: "-1", role: "alert" }, said),
    h("p", {}, statusBadge(appointment), appointment.type === "request" && ` ${t("type_request")}`),
    ...noteBlock(names, appointment),
    h("h3", { tabindex: "-1" }, staff.range(appointment.start, appointment.end)),
    facts([
      [t("resource"), [appointment.resource, appointment.second].filter(Boolean).map(names.resource).join(" + ")],
      [t("template"), names.template(appointment.template)],
      [t("series"), seriesText(appointment)],
      [t("buffers"), buffers.filter(Boolean).join(", ")],
      [t("reason"), detail.reason],
    ]),
    h("div", { class: "actions" }, actions.filter(isMain).map(buttonOf)),
    h("div", { class: "actions other" }, actions.filter((action) => !isMain(action)).map(buttonOf)),
    customerBlock(detail.customer),
    commentBlock(detail.comment),
    copyButton(staff, detail),
    writtenTo(detail),
    ...historyBlocks(staff, detail),
  ].filter(Boolean);
}
