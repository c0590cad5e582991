/** The appointment as it stands, and the request that waits for its link to be used. */
import { fileButton, otherCalendars } from "../kit/calendars.js";
import { h } from "../kit/dom.js";
import { outward } from "../kit/frame.js";
import { elsewhere, momentName, zoneName } from "../kit/moments.js";
import { nameIn } from "../kit/names.js";
import { button, facts } from "../kit/pieces.js";
import { reach } from "../kit/practice.js";
import { language, t } from "../kit/texts.js";
import { earlyNote } from "../times/early.js";
import { cost, preparation } from "../times/kind.js";
import { lostNotice } from "./lost.js";
import { actions, heading, problem, sure } from "./parts.js";
import { dataRights, disowned } from "./rights.js";

/** @typedef {import("./page.js").AppointmentPage} AppointmentPage */

/** @param {AppointmentPage} page */
export function detailsStep(page) {
  const { status, template, disowned: disownedNow, confirm_until: until, reminders } = page.appointment;
  if (until && !disownedNow) return confirmation(page);
  const running = page.running();
  return [
    h("h1", { id: "heading" }, t("manage_name")),
    page.said && h("p", { class: "notice done-note" }, t(page.said)),
    h(
      "p",
      { class: `status ${status}` },
      h("span", { class: "unseen" }, `${t("manage_status")}: `),
      h("strong", {}, t(`status_${status}`)),
    ),
    h("p", { class: "lead" }, t(`about_${status}`)),
    disownedNow && disowned(page),
    factsOf(page),
    running && preparation(template?.instructions),
    running && actions(fileButton(() => page.headers())),
    running && otherCalendars(page.appointment, page.appointment.branch),
    actions(another(page)),
    running && change(page),
    running && reminders && reminding(page),
    dataRights(page),
  ];
}

/** A request that waits for its link to be used: the one thing to do, and nothing else. @param {AppointmentPage} page */
function confirmation(page) {
  const { status, zone, confirm_until: until } = page.appointment;
  const confirm = (more) => page.act("confirm", more, "confirm_done");
  const lead = t(status === "expired" ? "confirm_late" : "confirm_lead", { moment: momentName(until, zone) });
  return [
    heading("confirm_heading"),
    page.lost ? lostNotice(page, "confirm", ({ start }) => confirm({ start })) : h("p", { class: "lead" }, lead),
    factsOf(page),
    problem(page, "confirm"),
    actions(page.lost ? another(page) : sure(page, "confirm_sure", () => confirm({}))),
    h("p", { class: "small" }, t("confirm_not")),
  ];
}

/** @param {AppointmentPage} page */
function factsOf(page) {
  const { start, zone, resource, template, branch, early, languages } = page.appointment;
  const kind = template && nameIn(template.name, language, languages[0]);
  return facts([
    [
      t("manage_time"),
      h("strong", {}, momentName(start, zone)),
      page.running() && earlyNote(early, start, zone),
      elsewhere(start) && h("span", { class: "zone" }, t("manage_zone", { zone: zoneName(start, zone, "long") })),
    ],
    [t("manage_what"), [kind, resource?.name].filter(Boolean).join(" · "), template && h("span", {}, cost(template))],
    [t("manage_place"), h("span", {}, branch.name), branch.address && h("span", {}, branch.address)],
  ]);
}

/** @param {AppointmentPage} page */
function another(page) {
  const { booking_url: url } = page.appointment;
  return url && outward(url, t(page.running() && !page.lost ? "manage_again" : "manage_new"));
}

/**
 * Moving and cancelling, as far as they can be done here; how to reach people, in writing too, in any case.
 * @param {AppointmentPage} page
 */
function change(page) {
  const { may, late, cut_off: until, zone } = page.appointment;
  const moves = may.includes("move");
  const cancels = may.includes("cancel");
  const moment = momentName(until, zone);
  const go = (step) => button(t(`manage_${step}`), () => page.go(step), { class: "quiet", id: step });
  const contact = moves || cancels ? "manage_contact" : "manage_contact_only";
  return h(
    "section",
    { class: "change" },
    h("h2", {}, t("manage_change")),
    (moves || cancels) && actions(moves && go("move"), cancels && go("cancel")),
    moves && h("p", { class: "small" }, t("manage_move_until", { moment })),
    reach(cancels && late ? "manage_move_over" : contact, { moment }),
  );
}

/** @param {AppointmentPage} page */
function reminding(page) {
  const stop = () => page.act("reminders/stop", {}, "remind_done");
  return h(
    "section",
    {},
    h("h2", { id: "reminders", tabindex: "-1" }, t("remind_heading")),
    h("p", {}, t("remind_lead")),
    problem(page, "reminders/stop"),
    actions(button(t("remind_stop"), stop, { class: "quiet", id: "stop" })),
  );
}
