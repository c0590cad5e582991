/** The menus of the planner: what can be done with an appointment, with a time that was pointed at, and with the day on screen. */
import { announceError } from "../../kit/dialog.js";
import { clockOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { whoOf } from "../shell/words.js";
import { actionsOf } from "./actions.js";
import { blockTime } from "./blocking.js";
import { closeTime } from "./closing.js";
import { editHours } from "./hours.js";
import { help } from "./keys.js";
import { openMenu } from "./menu.js";
import { quickForm } from "./quick.js";
import { closingItems, listClosings } from "./reopening.js";
import { isNarrow } from "./room.js";

/** @import { Desk, Place } from "./types" */

/** The same actions as in the details, where the pointer is. @param {Desk} desk @param {string} id @param {{x: number, y: number}} place */
export async function appointmentMenu({ staff, names, open, act }, id, place) {
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    const items = actionsOf(staff, names, detail).map(([key, , run]) => ({ label: t(key), run: () => act(run) }));
    openMenu([{ label: t("open"), run: () => open(id) }, ...items], place, whoOf(detail.appointment));
  } catch (error) {
    announceError(error);
  }
}

/** The quick form for a time, with what else can be done there. @param {Desk} desk @param {Place} pointed */
export function placeForm(desk, pointed) {
  const { staff, names, given } = desk;
  const { resource, start, end } = pointed;
  const place = given({ resource, start, end });
  const [date, time] = start.split("T");
  const items = [
    ...closingItems(desk, pointed),
    { label: t("block"), run: () => blockTime(staff, names, place) },
    { label: t("ill"), run: () => closeTime(staff, names, place) },
  ];
  const hours = { resource, date, time, end: end && clockOf(end), changed: place.changed };
  if (staff.admin) items.push({ label: t("hours"), run: () => editHours(staff, names, hours) });
  return quickForm(staff, names, { ...pointed, ...place }, items);
}

/** What else there is. @param {Desk} desk @param {Element} button under which it opens */
export function toolMenu(desk, button) {
  const { staff, names, given, print, go, released } = desk;
  const { left, bottom } = button.getBoundingClientRect();
  const items = [
    { label: t("block"), run: () => blockTime(staff, names, given()) },
    { label: t("ill"), run: () => closeTime(staff, names, given()) },
    { label: t("closings"), run: () => listClosings(desk) },
    { label: t("print_day"), run: print },
    { label: t(released() ? "hide_released" : "show_released"), run: () => go({ released: !released() }) },
    ...(isNarrow() ? [] : [{ label: t("help"), run: help }]), // keys are for who has them
  ];
  openMenu(items, { x: left, y: bottom }, t("more"));
}
