/** The next free place of the day on screen, for who begins by key. */
import { announceError } from "../../kit/dialog.js";
import { dateOf, later } from "../../kit/moments.js";
import { USUAL } from "./making.js";
import { firstWall } from "./spans.js";

/** @import { Desk } from "./types" */

/** Points at it, as a click would. @param {Desk} desk */
export async function atNextFree({ staff, names, stage, given, point }) {
  const { resource, date } = given();
  const one = document.getElementById("main").dataset.view === "week" ? resource : null;
  const asked = one ?? names.resources.map(({ id }) => id).join(",");
  const { left, top, width } = stage.getBoundingClientRect();
  const place = { resource, start: firstWall(staff, date), x: left + width / 3, y: top + 80 };
  try {
    const from = later(date, staff.today());
    const { times } = await staff.api.get(`/free?resources=${asked}&minutes=${USUAL}&from=${from}&count=1&all=1`);
    const [first] = times;
    if (first && dateOf(first.start) === date)
      Object.assign(place, { resource: first.resource, start: staff.wall(first.start) });
  } catch (error) {
    announceError(error);
  }
  point(place);
}
