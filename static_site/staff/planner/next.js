/** The next free place of the day on screen, for who begins by key. */
import { announceError } from "../../kit/dialog.js";
import { dateOf } from "../../kit/moments.js";
import { askFree } from "./free.js";
import { USUAL } from "./pieces.js";
import { firstWall } from "./spans.js";

/** @import { Desk } from "./types" */

/** Points at it, as a click would. @param {Desk} desk */
export async function atNextFree({ staff, names, stage, given, point }) {
  const { resource, date } = given();
  const one = document.getElementById("main").dataset.view === "week" ? resource : null;
  const resources = one ? [one] : names.resources.map(({ id }) => id);
  const { left, top, width } = stage.getBoundingClientRect();
  const place = { resource, start: firstWall(staff, date), x: left + width / 3, y: top + 80 };
  try {
    const { times } = await askFree(staff, { resources, minutes: USUAL, date, count: 1 });
    const [first] = times;
    if (first && dateOf(first.start) === date)
      Object.assign(place, { resource: first.resource, start: staff.wall(first.start) });
  } catch (error) {
    announceError(error);
  }
  point(place);
}
