/** What became of each appointment in a time that was closed; from what could not be done there is a way on. */
import { announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { dateOf } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { carriersOf, minutesBetween, whoOf } from "../shell/words.js";
import { perform } from "./changes.js";
import { openAppointment } from "./details.js";
import { offerFree } from "./free.js";
import { move, summaryOf } from "./moving.js";
import { rowOf, statusBadge } from "./pieces.js";

/**
 * @import { Names, Planned, Schemas, Staff, Target } from "./types"
 * @typedef {Schemas["ClosingRequest"]["answers"]} Verdicts
 */

const DONE = ["kept", "moved", "cancelled"];
const MOST = 3; // other times that are offered

/** @param {Staff} staff @param {Names} names @param {Schemas["ClosingView"]} done @param {Verdicts} verdicts @param {() => void} changed */
export function outcomes(staff, names, { appointments }, verdicts, changed) {
  const rows = appointments.map(({ appointment, outcome }) =>
    rowOf(
      staff.range(appointment.start, appointment.end),
      h("strong", {}, whoOf(appointment)),
      DONE.includes(outcome) ? t(`ill_${outcome}`) : failed(staff, names, appointment, outcome, verdicts, changed),
    ),
  );
  return dialog({
    title: t("ill_done"),
    body: rows.length ? h("table", { class: "outcomes" }, h("tbody", {}, rows)) : t("ill_closed", { count: 0 }),
    actions: [{ label: t("close"), kind: "main" }],
  });
}

/**
 * Why it could not be, the appointment to open and, where its time was taken, other times.
 * @param {Staff} staff @param {Names} names @param {Planned} appointment @param {string} code @param {Verdicts} verdicts @param {() => void} changed
 */
function failed(staff, names, appointment, code, verdicts, changed) {
  const { id, version } = appointment;
  const read = () => staff.api.get(`/appointments/${id}`);
  const times = h("ul", { class: "chips" });
  const look = async () => {
    await openAppointment(staff, names, id, { changed });
    const { appointment: now } = await read();
    if (now.version !== version) element.replaceChildren(statusBadge(now), h("br"), summaryOf(staff, names, now));
  };
  const open = button(t("ill_open"), () => look().catch(announceError), {
    class: "quiet",
    "aria-label": t("ill_open_of", { name: whoOf(appointment) }),
  });
  const why = code === "found" ? t("ill_new") : t("ill_failed", { why: t(`code_${code}`) });
  const element = h("div", {}, h("p", {}, why), times, open);
  const take = (/** @type {Target} */ to) =>
    perform(
      async () => move(staff, names, await read(), to),
      changed,
      ({ appointment: now }) => element.replaceChildren(t("ill_moved"), h("br"), summaryOf(staff, names, now)),
    );
  const said = verdicts.find((each) => each.id === id);
  const wanted = (said?.do === "move" && said.start) || appointment.start;
  if (code === "slot_taken" && !appointment.second) offer(staff, names, times, appointment, wanted, take).catch(announceError);
  return element;
}

/** @param {Staff} staff @param {Names} names @param {HTMLElement} list @param {Planned} appointment @param {string} wanted @param {(to: Target) => void} take */
function offer(staff, names, list, { start, end, template }, wanted, take) {
  const minutes = minutesBetween(start, end);
  const resources = carriersOf(names, template).map(({ id }) => id);
  const usual = names.templateOf(template)?.duration === minutes ? template : "";
  const label = (/** @type {Schemas["FreeTime"]} */ each) => `${staff.moment(each.start)} · ${names.resource(each.resource)}`;
  const asked = { resources, template: usual, minutes, date: dateOf(wanted), after: wanted, count: MOST };
  return offerFree(staff, list, asked, label, (each) => take({ start: each.start, end: each.end, resource: each.resource }));
}
