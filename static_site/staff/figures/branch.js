/** The branch whose figures are seen, and how they are written: the page begins with it, and all its modules take it from here. */
import { language, numberText, t } from "../../kit/texts.js";
import { start } from "../shell/start.js";

/** @typedef {import("../../kit/wire").Schemas} Schemas */

export const staff = await start("figures", { texts: "figures" });
export const settings = await staff.settings();

/** "4,5 Stunden", "1 Stunde" @param {number} hours */
export function hoursText(hours) {
  const count = numberText(hours, 1);
  return t(count === "1" ? "hours_one" : "hours", { count });
}

/** @param {number | null} value */
export const percent = (value) =>
  value === null ? "–" : new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(value);
