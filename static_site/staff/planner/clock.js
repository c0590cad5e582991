/**
 * What time adds to the day and the week: a line for now, a veil over what has passed, and the place to which they open. The
 * component's own line follows the browser's clock; this one follows the branch's.
 */
import { h } from "../../kit/dom.js";
import { clockOf, dateOf } from "../../kit/moments.js";

/** @import { Shown, Staff } from "./types" */

const EVERY = 60_000; // milliseconds
const ABOVE = 1 / 4; // of the window lies before now, when the view opens

/** Minutes since midnight. @param {string} clock */
export const minuteOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** @param {HTMLElement} host of the calendar @param {Staff} staff */
export function clockOn(host, staff) {
  const layer = h("div", { class: "clock", "aria-hidden": "true" });
  let opened = "";
  /** @type {{days: string[], first: number, last: number, key: string}} */
  let grid = { days: [], first: 0, last: 0, key: "" };

  /** A veil over a day until a minute, and under it a line where that is now. @param {number} column @param {number} until */
  function column(column, until, isNow) {
    const veil = h("div", { class: isNow ? "gone now" : "gone" });
    veil.style.gridColumn = String(column + 1);
    veil.style.blockSize = `calc(${until - grid.first} * var(--minute))`;
    return veil;
  }

  function draw() {
    const wall = staff.wall(Date.now());
    const [today, now] = [dateOf(wall), minuteOf(clockOf(wall))];
    const until = (/** @type {string} */ date) => (date < today ? grid.last : date === today ? Math.min(now, grid.last) : 0);
    layer.style.gridTemplateColumns = `repeat(${grid.days.length}, minmax(0, 1fr))`;
    layer.replaceChildren(
      ...grid.days.flatMap((date, place) =>
        until(date) > grid.first ? [column(place, until(date), date === today && now < grid.last)] : [],
      ),
    );
    return { today, now };
  }

  /** The component has drawn its body by the next frame. */
  function attach() {
    host.querySelector(".ec-body")?.append(layer);
    const { today, now } = draw();
    if (opened === grid.key) return; // nobody is moved who has scrolled
    opened = grid.key;
    const main = host.querySelector(".ec-main");
    if (!grid.days.includes(today) || !main) return;
    const minute = parseFloat(getComputedStyle(host).getPropertyValue("--minute"));
    main.scrollTop = (now - grid.first) * minute - main.clientHeight * ABOVE;
  }

  setInterval(draw, EVERY);
  return {
    /**
     * @param {Shown} shown @param {string[]} days that are drawn, one a column, or the one of all columns
     * @param {{first: number, last: number}} limits minutes of the day that are drawn
     */
    show({ view, date, resource, monday }, days, { first, last }) {
      grid = { days, first, last, key: view === "day" ? date : `${monday} ${resource}` };
      requestAnimationFrame(attach);
    },
  };
}
