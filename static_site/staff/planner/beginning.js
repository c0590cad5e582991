/** The planner of a branch that is not set up yet: the first steps in place of an empty grid, or a line above one that is in use. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { isEmpty } from "../shell/begun.js";
import { lookAround, stepList, stepsOf } from "../shell/first.js";

/** @import { Names, Staff } from "./types" */

/** @param {Staff} staff @param {Names} names @param {HTMLElement} stage */
export async function begin(staff, { settings }, stage) {
  if (isEmpty(settings)) stage.prepend(h("section", { class: "first" }, ...(await content(staff, settings))));
  else if (staff.admin && settings.branch.online) stage.prepend(reminder());
}

const reminder = () =>
  h(
    "p",
    { class: "notice first-open" },
    t("first_not_offered"),
    " ",
    h("a", { href: "settings.html#first" }, t("first_title")),
  );

/** @param {Staff} staff @param {Names["settings"]} settings */
async function content({ admin, api }, settings) {
  if (!admin) return [h("h2", {}, t("first_not_yet")), h("p", { class: "lead" }, t("first_ask_admin"))];
  const steps = stepsOf(settings, await lookAround(api));
  return [h("h2", {}, t("first_title")), h("p", { class: "lead" }, t("first_lead")), stepList(steps).element];
}
