/**
 * An appointment into the customer's own calendar: as a file, or by a link that fills in an entry at Google or Outlook. The links
 * carry the practice's name and address, start and end (R31). Nothing is loaded from there before one is followed.
 */
import { proofOf } from "./api.js";
import { h } from "./dom.js";
import { outward } from "./frame.js";
import { button } from "./pieces.js";
import { learn } from "./practice.js";
import { saving } from "./saving.js";
import { rich, t } from "./texts.js";

/**
 * @typedef {{start: string, end: string, status: string}} Booked
 * @typedef {{name: string, address: string}} Place
 */

/** @param {Parameters<typeof saving>[1]} prove */
export const fileButton = (prove, kind = "main") =>
  button(t("calendar_save"), saving("calendar.ics", prove, "calendar_file", "calendar_fault"), { class: kind, id: "calendar" });

/** @param {Booked} booked  @param {Place} place */
export function otherCalendars({ start, end, status }, { name, address }) {
  const title = t(status === "confirmed" ? "calendar_confirmed" : "calendar_requested", { practice: name });
  const [from, to] = [start, end].map((moment) => new Date(moment).toISOString().replace(".000", ""));
  const digits = (moment) => moment.replace(/[-:]/g, "");
  const where = { location: [name, address].filter(Boolean).join(", ") };
  const google = { action: "TEMPLATE", text: title, dates: `${digits(from)}/${digits(to)}`, ...where };
  const outlook = { rru: "addevent", subject: title, startdt: from, enddt: to, ...where };
  return h(
    "p",
    { class: "small calendars-else" },
    rich("calendar_else", {
      google: entry("https://calendar.google.com/calendar/render", google, t("calendar_google")),
      outlook: entry("https://outlook.live.com/calendar/0/action/compose", outlook, "Outlook"),
    }),
  );
}

/** Outlook takes a "+" for what it is, so spaces are "%20". */
const entry = (address, query, name) =>
  outward(`${address}?${String(new URLSearchParams(query)).replaceAll("+", "%20")}`, name, true);

/**
 * Fills a place with all ways, once their texts are there.
 * @param {HTMLElement} place
 * @param {Partial<Booked> & {manage_url?: string | null}} result
 * @param {Place} at
 */
export async function offer(place, result, at) {
  await learn("*/calendar");
  const file = fileButton(() => proofOf(result.manage_url), "quiet");
  place.append(h("p", { class: "actions" }, file), otherCalendars(/** @type {Booked} */ (result), at));
}
