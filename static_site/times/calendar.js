/** The month in which a day is chosen, for pages that show a week. The view of it is fetched when it is asked for. */
import { h } from "../kit/dom.js";
import { bring } from "../kit/fault.js";
import { later } from "../kit/moments.js";

/**
 * @param {import("./times.js").Times} times
 * @param {(from: string) => Promise<import("./month.js").Glance>} ask
 * @param {(date?: string) => void} leave to the week, of a date where one was picked
 * @param {() => void} repeat where the view does not come
 */
export function newCalendar({ from, today, last }, ask, leave, repeat) {
  const month = from.slice(0, 7);
  const early = ask(later(today, `${month}-01`)); // asked while the view is on its way
  early.catch(() => {}); // looked at by the view
  const calendar = h("terminwerk-month", { onpick: ({ detail }) => leave(detail), onweek: () => leave() });
  const load = () => import("./month.js").then(() => calendar.show({ month, today, last, ask, early }));
  bring(calendar, "loading_times", load, repeat);
  return calendar;
}
