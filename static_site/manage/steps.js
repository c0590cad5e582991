/** What the customer's own page shows at each step. */
import { h } from "../kit/dom.js";
import { faultBox } from "../kit/fault.js";
import { outward, skeleton } from "../kit/frame.js";
import { momentName } from "../kit/moments.js";
import { button, facts } from "../kit/pieces.js";
import { reach } from "../kit/practice.js";
import { t } from "../kit/texts.js";
import { earlyNote } from "../times/early.js";
import { detailsStep } from "./details.js";
import { lostNotice } from "./lost.js";
import { actions, asked, heading, moment } from "./parts.js";
import { disownStep, eraseStep, stopping } from "./rights.js";

/** @typedef {import("./page.js").AppointmentPage} AppointmentPage */

/** @param {AppointmentPage} page */
export function content(page) {
  if (page.appointment) return STEPS[page.step](page);
  const title = h("h1", {}, t("manage_name"));
  if (page.refusal?.passing) return [title, faultBox(page.refusal, { repeat: () => page.again() })];
  if (page.refusal) return closed(page);
  return [title, h("p", { class: "unseen" }, t("loading")), skeleton()];
}

/** The link opens nothing: how else to reach the practice, and its free times. @param {AppointmentPage} page */
function closed(page) {
  const kind = page.refusal.body.contact ? "void" : "bad_token";
  return [
    h("h1", {}, t(`${kind}_heading`)),
    h("p", { class: "lead" }, t(`${kind}_lead`)),
    page.practice ? reach(kind === "void" ? "manage_contact_only" : "fault_else") : h("p", {}, t("bad_token_else")),
    kind === "void" && page.toDisown && stopping(page),
    page.bookingUrl && actions(outward(page.bookingUrl, t("manage_free"))),
  ];
}

/** @param {AppointmentPage} page */
function cancelStep(page) {
  return asked(page, {
    heading: "cancel_heading",
    consequences: [
      moment(page),
      page.appointment.late && h("p", { class: "notice" }, t("cancel_late")),
      h("p", {}, t("cancel_lead")),
    ],
    path: "cancel",
    yes: ["cancel_sure", () => page.act("cancel", {}, "cancel_done")],
    no: "cancel_not",
  });
}

/** @param {AppointmentPage} page */
function moveStep(page) {
  const { start, zone } = page.appointment;
  page.moving ??= page.newMoving();
  return [
    heading("move_heading"),
    page.lost && lostNotice(page, "move", (slot) => page.choose(slot)),
    h("p", { class: "lead" }, t("move_lead", { moment: momentName(start, zone) })),
    h(
      "p",
      {},
      button(t("manage_back"), () => history.back(), { id: "back" }),
    ),
    page.moving,
    ...reach("manage_contact"),
  ];
}

/** To the time that was picked. @param {AppointmentPage} page */
function movingStep(page) {
  const { start, zone, early } = page.appointment;
  const { start: to } = page.pick;
  return asked(page, {
    heading: "move_sure_heading",
    consequences: [
      facts([
        [t("move_before"), momentName(start, zone)],
        [t("move_after"), h("strong", {}, momentName(to, zone)), earlyNote(early, to, zone)],
      ]),
    ],
    path: "move",
    yes: ["move_sure", () => page.act("move", { start: to }, "move_done")],
    no: "move_other",
  });
}

/** By the step's name. @type {Record<string, (page: AppointmentPage) => any>} */
const STEPS = {
  details: detailsStep,
  cancel: cancelStep,
  move: moveStep,
  moving: movingStep,
  erase: eraseStep,
  disown: disownStep,
};
