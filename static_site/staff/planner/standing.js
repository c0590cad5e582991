/** How the day on screen stands, in one line: "Heute: 3 warten, 2 anrufen, Lücken: 10:30, 14:00". */
import { h } from "../../kit/dom.js";
import { dateOf, mondayOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { isShown } from "../shell/words.js";
import { gapsOf } from "./gaps.js";

/** @import { Names, Shown, Staff } from "./types" */

const NAMED = 4; // gaps that are told by their times
const FEW = 3; // gaps whose resources are told too
const EVERY = 60_000; // milliseconds, as the clock eats into the gaps
const CALLS = ["ring", "call_back"];

/** @param {Staff} staff @param {Names} names */
export function standingLine(staff, names) {
  const element = h("p", { class: "standing" });
  /** @type {Shown | undefined} */
  let shown;

  /** Of the entries that are loaded; where there are more, "20+". @param {string[]} kinds @param {string} key */
  const waiting = (kinds, key) => {
    const { entries, count: all } = staff.inbox;
    const count = entries.filter(({ kind }) => kinds.includes(kind)).length;
    return count > 0 && h("a", { href: "#inbox" }, t(key, { count, more: entries.length < all ? "+" : "" }));
  };

  /** In the day, that on screen; else today, where it is in sight. */
  const dayOf = (/** @type {Shown} */ { view, date, monday }) => {
    const today = staff.today();
    if (view === "day") return date;
    return mondayOf(today) === monday ? today : "";
  };

  const gapsText = (/** @type {Shown} */ planner, date) => {
    const now = Date.now();
    const isAhead = ({ effect, start, end }) => effect === "opens" && dateOf(start) === date && now < Date.parse(end);
    if (!planner.hours.some(isAhead)) return "";
    const held = { ...planner, appointments: planner.appointments.filter(isShown) };
    const gaps = gapsOf(names, held, date, now, staff.momentAt);
    if (!gaps.length) return t("standing_full");
    if (gaps.length <= FEW && names.resources.length > 1) {
      const each = gaps.map(({ resource, time }) => `${names.resource(resource)} ${time}`);
      return t("standing_gaps", { count: gaps.length, times: each.join(", ") });
    }
    const times = [...new Set(gaps.map(({ time }) => time))];
    const more = times.length > NAMED ? " …" : "";
    return t("standing_gaps", { count: times.length, times: times.slice(0, NAMED).join(", ") + more });
  };

  function draw() {
    if (!shown) return;
    const date = dayOf(shown);
    const parts = [waiting(["request"], "standing_waiting"), waiting(CALLS, "standing_calls"), gapsText(shown, date)];
    const told = parts.filter(Boolean).flatMap((part, place) => (place ? [", ", part] : [part]));
    const today = date && date === staff.today();
    element.hidden = !told.length;
    element.replaceChildren(...(today && told.length ? [h("b", {}, `${t("today")}: `)] : []), ...told);
  }

  staff.inbox.subscribe(draw);
  setInterval(draw, EVERY);
  return {
    element,
    /** @param {Shown} next */
    show(next) {
      shown = next;
      draw();
    },
  };
}
