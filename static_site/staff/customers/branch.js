/** The branch whose customers are seen: the page begins with it, and all its modules take it from here. */
import { dayName } from "../../kit/moments.js";
import { nameIn } from "../../kit/names.js";
import { language } from "../../kit/texts.js";
import { start } from "../shell/start.js";

/** @typedef {import("../../kit/wire").Schemas} Schemas */

export const staff = await start("customers", { texts: "customers" });
export const { api } = staff;
export const settings = await staff.settings();
/** Whether the branch wants a line about its customers beside their appointments. */
export const hinted = settings.branch.customer_hints;

/** "17.05.1950" @param {string} day */
export const dateText = (day) => dayName(day, { day: "2-digit", month: "2-digit", year: "numeric" });

/** The template and the resource of an appointment, by name. @param {Schemas["PlannedView"]} planned */
export function thingsOf({ template, resource }) {
  const name = settings.templates.find(({ id }) => id === template)?.name;
  const place = settings.resources.find(({ id }) => id === resource)?.name ?? resource;
  return [name && nameIn(name, language), place].filter(Boolean).join(", ");
}
