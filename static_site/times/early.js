/** How much earlier than the start a customer should come. */
import { h } from "../kit/dom.js";
import { CLOCK, MINUTE, clockOf, format, minutesAfter, wallOf } from "../kit/moments.js";
import { t } from "../kit/texts.js";

/** "Bitte kommen Sie 10 Minuten früher, um 09:20 Uhr." @param {number} minutes  @param {string} start */
export function earlyNote(minutes, start, zone) {
  if (!minutes) return null;
  const [now, then] = [0, minutes].map((early) => format(zone, CLOCK).format(Date.parse(start) - early * MINUTE));
  const known = now === clockOf(start); // else the browser's rules are others than the API's
  const time = known ? then : clockOf(minutesAfter(wallOf(start), -minutes));
  return h("span", { class: "early" }, t("early", { count: minutes, time }));
}
