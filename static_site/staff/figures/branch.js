/** The branch whose figures are seen, and how they are written: the page begins with it, and all its modules take it from here. */
import { language, numberText, t } from "../../kit/texts.js";
import { start } from "../shell/start.js";

/** @typedef {import("../../kit/wire").Schemas} Schemas */

export const staff = await start("figures", { texts: "figures" });
export const settings = await staff.settings();

/** Figures of persons are told as one unless an admin wants them apart; of a single person, with those of all resources. */
const persons = settings.branch.figures_by_person ? [] : settings.resources.filter(({ kind }) => kind === "person");
export const isTogether = persons.length > 0;
const isAlone = persons.length === 1;

/** A resource by its name; null stands for those that are told as one. @param {string | null} id */
export const placeName = (id) =>
  settings.resources.find((each) => each.id === id)?.name ?? id ?? t(isAlone ? "all_resources" : "persons");

/** What figures are told of, one by one. @type {(string | null)[]} */
export const places = [
  ...settings.resources.filter((each) => !isAlone && !persons.includes(each)).map(({ id }) => id),
  ...(isTogether ? [null] : []),
];

/** "4,5 Stunden", "1 Stunde" @param {number} hours */
export function hoursText(hours) {
  const count = numberText(hours, 1);
  return t(count === "1" ? "hours_one" : "hours", { count });
}

/** @param {number | null} value */
export const percent = (value) =>
  value === null ? "–" : new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(value);
