/** An appointment is moved: to where it was dragged, or to a time, a resource and somebody beside that are chosen here. */
import { announce, announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { nothing } from "../../kit/values.js";
import { carriersOf, carries, isPast, minutesBetween, secondsOf, whoOf } from "../shell/words.js";
import { sent } from "./changes.js";
import { whyNot } from "./closures.js";
import { offerFree } from "./free.js";
import { optionsOf, select, whenFields } from "./pieces.js";
import { orStandby } from "./standby.js";
import { tellChoice } from "./telling.js";

/** @import { Detail, Names, Outcome, Planned, Schemas, Staff, Target } from "./types" */

/**
 * "Di., 24. Nov. 2026, 09:30–10:15 · Kabine 1 · Hörtest"
 * @param {Staff} staff @param {Names} names @param {Pick<Planned, "start" | "end" | "resource" | "template">} place
 */
export function summaryOf(staff, names, { start, end, resource, template }) {
  return [staff.range(start, end), names.resource(resource), names.template(template)].filter(Boolean).join(" · ");
}

/** @param {Staff} staff @param {Names} names @param {Detail} detail @param {Target | null} [to] @returns {Promise<Outcome>} */
export async function move(staff, names, detail, to = null) {
  const { appointment } = detail;
  const place = to ? null : placeFields(staff, names, appointment);
  const target = () => to ?? place.target();
  const telling =
    appointment.type === "blocked"
      ? null
      : tellChoice(staff, detail, { what: "moved", change: target, quiet: () => keepsTime(appointment, target()) });
  const warning = warningOf(staff, names, appointment);
  place?.addEventListener("change", () => {
    if (!place.isComplete()) return;
    telling?.redraw();
    warning.draw(target());
  });
  if (to) warning.draw(to);
  const run = () =>
    sent(staff, detail, (version) => {
      const body = { version, ...target(), tell: telling?.value() };
      return orStandby((asked) => staff.api.post(`/appointments/${appointment.id}/move`, { ...body, ...asked }));
    });
  const isRefused = to && to.resource !== appointment.resource && !carries(names, appointment.template, to.resource);
  return dialog({
    title: t("do_move"),
    setup: (element) => {
      element.querySelector("button[type=submit]").toggleAttribute("disabled", Boolean(isRefused));
    },
    body: [
      h("p", {}, h("b", {}, whoOf(appointment)), h("br"), t("move_from", { place: summaryOf(staff, names, appointment) })),
      to && h("p", { class: "target" }, t("move_to", { place: summaryOf(staff, names, { ...appointment, ...to }) })),
      place,
      isRefused ? h("p", { class: "notice fault", role: "alert" }, t("error_other_kind")) : warning.element,
      !isRefused && telling,
    ],
    actions: [
      { label: t("do_move"), kind: "main", run },
      { label: t("move_not"), kind: "quiet", value: null },
    ],
  });
}

/** Only to another person or room: of that nobody is told unless staff say so. @param {Planned} planned @param {Target} target */
function keepsTime(planned, { start, end, resource, second }) {
  const elsewhere = resource !== planned.resource || Boolean(second);
  return elsewhere && Date.parse(start) === Date.parse(planned.start) && Date.parse(end) === Date.parse(planned.end);
}

/**
 * Says where somebody is moved to a time that is closed; where that cannot be learnt, says nothing.
 * @param {Staff} staff @param {Names} names @param {Planned} planned
 */
function warningOf(staff, names, planned) {
  const element = h("p", { class: "notice", role: "status", hidden: true });
  let turn = 0;
  /** @param {Target} target */
  const draw = async (target) => {
    const mine = ++turn;
    const { start, end, resource, second } = { ...planned, ...target };
    const planner = await staff.api.get(`/planner?from=${staff.dateOf(start)}&days=2`).catch(nothing);
    if (mine !== turn) return;
    const whom = planned.type === "blocked" || !planner ? [] : [resource, second].filter(Boolean);
    const reasons = whom
      .map((id) => ({ name: names.resource(id), why: whyNot(names, planner.hours, id, { start, end }) }))
      .filter(({ why }) => why)
      .map((doubt) => t("doubt", doubt));
    const over = planned.type !== "blocked" && isPast(end) ? [t("time_over")] : [];
    element.textContent = [t("book_check"), ...over, ...reasons].join(" – ");
    element.hidden = over.length + reasons.length === 0;
  };
  return { element, draw };
}

/**
 * Date, time, length, resource and who comes beside, and the next times that are free; `target()` gives them to the API.
 * @param {Staff} staff @param {Names} names @param {Planned} planned
 */
function placeFields(staff, names, { start, end, resource, second, template }) {
  const length = minutesBetween(start, end);
  const { date, time, minutes } = whenFields(staff.wall(start), length);
  const able = carriersOf(names, template);
  const where = select(
    "resource",
    optionsOf(names.resources.filter((each) => each.id === resource || able.includes(each))),
    resource,
  );
  const others = second ? optionsOf(secondsOf(names, template, "")) : [];
  const beside = select("second", others, second);
  beside.hidden = others.length < 2;
  const times = h("ul", { class: "chips" });
  const choose = (/** @type {Schemas["FreeTime"]} */ each) => {
    [date.value, time.value] = staff.wall(each.start).split("T");
    where.value = each.resource;
    element.dispatchEvent(new Event("change"));
  };
  const look = async () => {
    const usual = Number(minutes.value) === length;
    const asked = {
      resources: [where.value],
      template: usual ? template : "",
      minutes: minutes.value,
      date: date.value,
      count: 8,
    };
    const count = await offerFree(staff, times, asked, (each) => staff.moment(each.start), choose);
    announce(t("free_found", { count }));
  };
  const element = h(
    "div",
    { class: "place" },
    h("div", { class: "pair" }, date, time, minutes, where, beside),
    button(t("free_look"), () => look().catch(announceError)),
    times,
  );
  /** @returns {Target} */
  const target = () => {
    const from = staff.instant(`${date.value}T${time.value}`);
    const until = from + Number(minutes.value) * 60_000;
    const other = beside.value && beside.value !== second ? { second: beside.value } : {};
    return { start: staff.momentAt(from), end: staff.momentAt(until), resource: where.value, ...other };
  };
  const isComplete = () => Boolean(date.value && time.value && Number(minutes.value) > 0);
  return Object.assign(element, { isComplete, target });
}
