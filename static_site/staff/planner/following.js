/** What colleagues do appears by itself: where a look into the inbox tells of something new, the days are read again. */
import { h } from "../../kit/dom.js";
import { clockOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";

/** @import { Staff } from "./types" */

const READS = 2; // the index, and settings in memory, may be some seconds behind what tells of something new

/**
 * Calls `read` where something is new. `element` says from when what is on screen is, while that may be old; `read` tells by
 * `was(right)` whether it was read.
 * @param {Staff} staff @param {() => void} read
 */
export function following(staff, read) {
  const element = h("p", { class: "as-of", role: "status", hidden: true });
  let [known, due, right] = ["", 0, Date.now()];
  /** Whether it is so anew. @param {boolean} isRight */
  const was = (isRight) => {
    const isNews = isRight !== element.hidden;
    if (isRight) right = Date.now();
    element.hidden = isRight;
    element.textContent = isRight ? "" : t("as_of", { time: clockOf(staff.wall(right)) });
    return isNews;
  };
  staff.inbox.watch((view) => {
    if (!view) {
      was(false);
      return;
    }
    if (element.hidden) right = Date.now();
    else due = Math.max(due, 1);
    if (known && known !== view.latest) due = READS;
    known = view.latest;
    if (due > 0) {
      due -= 1;
      read();
    }
  });
  return { element, was };
}
