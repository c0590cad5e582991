/** What customers may do with their data: take a copy, have it erased, say that they did not ask. */
import { exchange } from "../kit/api.js";
import { h } from "../kit/dom.js";
import { attend } from "../kit/frame.js";
import { momentName } from "../kit/moments.js";
import { button } from "../kit/pieces.js";
import { saving } from "../kit/saving.js";
import { t } from "../kit/texts.js";
import { actions, asked, moment, problem } from "./parts.js";

/** @typedef {import("./page.js").AppointmentPage} AppointmentPage */

/** @param {AppointmentPage} page */
export function dataRights(page) {
  const { erasure, may } = page.appointment;
  const title = h("h2", {}, t("data_heading"));
  const save = saving("export", () => page.headers(), "data_export_file", "data_export_fault");
  if (erasure) return h("section", {}, title, h("p", {}, t(`erase_${erasure}`)));
  return h(
    "section",
    {},
    title,
    h("p", {}, t("data_lead")),
    actions(
      button(t("data_export"), save, { class: "quiet", id: "export" }),
      may.includes("erase") && button(t("data_erase"), () => page.go("erase"), { id: "erase" }),
    ),
    page.appointment.health && health(page),
  );
}

/** Takes back the consent to keep what was said about health (GDPR Art. 7). @param {AppointmentPage} page */
function health(page) {
  const forget = () => page.act("health/forget", {}, "health_forgotten");
  return h(
    "div",
    {},
    h("p", {}, t("health_lead")),
    problem(page, "health/forget"),
    actions(button(t("health_forget"), forget, { class: "quiet", id: "health" })),
  );
}

/** @param {AppointmentPage} page */
export function eraseStep(page) {
  const { may, start, zone, erasure } = page.appointment;
  const ahead = may.includes("cancel");
  const done = () => (page.appointment.erasure === "asked" ? "erase_asked" : "erase_done");
  return asked(page, {
    heading: "erase_heading",
    consequences: [
      ahead && h("p", { class: "notice fault" }, h("strong", {}, t("erase_ahead", { moment: momentName(start, zone) }))),
      h("p", {}, t("erase_what")),
      !erasure && h("p", {}, t("erase_record")),
    ],
    path: "erase",
    yes: [ahead ? "erase_sure_ahead" : "erase_sure", () => page.act("erase", { confirm: ahead }, done)],
    no: "erase_not",
  });
}

/** @param {AppointmentPage} page */
export function disownStep(page) {
  const { name, address } = page.appointment.branch;
  return asked(page, {
    heading: "disown_heading",
    consequences: [
      h("p", {}, t("disown_lead")),
      moment(page, h("span", {}, name), address && h("span", {}, address)),
      h("p", {}, t("disown_what")),
    ],
    path: "disown",
    yes: ["disown_sure", () => page.act("disown", {}, "disown_done")],
    no: "disown_not",
  });
}

/** What became of it, and the way back for as long as there is one. @param {AppointmentPage} page */
export function disowned(page) {
  const undo = () => page.act("disown/undo", {}, "disown_undone");
  return h(
    "div",
    { class: "notice" },
    h("p", {}, t(page.running() ? "disowned_told" : "disowned_freed")),
    h("p", {}, t("disowned_until")),
    problem(page, "disown/undo"),
    actions(button(t(page.busy ? "manage_doing" : "disown_undo"), undo, { class: "quiet", id: "undo" })),
  );
}

/**
 * The owner of an address that a request was corrected from: the link shows nothing of it, and stops the address still.
 * @param {AppointmentPage} page
 */
export function stopping(page) {
  const place = h("div", { class: "notice", role: "status", tabindex: "-1" });
  const told = (key, ...more) => place.replaceChildren(h("p", {}, t(key)), ...more);
  const again = () => h("p", {}, button(t("disown_sure"), stop, { class: "quiet", id: "stop" }));
  const stop = async () => {
    try {
      await exchange("POST", "/appointment/disown", { body: {}, headers: await page.headers() }, () => null);
      told("disown_stopped");
    } catch {
      told("disown_not_stopped", again());
    }
    attend(place);
  };
  told("disown_void", again());
  return place;
}
