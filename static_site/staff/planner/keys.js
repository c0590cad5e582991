/** The planner by keyboard: arrows go from one appointment to the next, letters to dates and views. */
import { announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { facts } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { SHORTCUTS_OFF } from "../shell/names.js";
import { undoNewest } from "../shell/toasts.js";
import { actionsOf } from "./actions.js";
import { atNextFree } from "./next.js";

/** @import { Desk } from "./types" */

const DIRECTIONS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const ENDS = ["do_cancelled", "do_unblock"];

/** @type {Record<string, (desk: Desk) => void>} */
const SHORTCUTS = {
  t: ({ go, staff }) => go({ date: staff.today() }),
  p: ({ turn }) => turn(-1),
  n: ({ turn }) => turn(1),
  d: ({ go }) => go({ view: "day" }),
  w: ({ go }) => go({ view: "week" }),
  a: ({ go }) => go({ view: "all" }),
  l: ({ go }) => go({ view: "list" }),
  i: ({ toInbox }) => toInbox(),
  c: (desk) => atNextFree(desk),
  z: undoNewest,
  "?": () => help(),
};

/** @param {Desk} desk */
export function heedKeys(desk) {
  desk.stage.addEventListener("keydown", (event) => {
    const from = /** @type {HTMLElement} */ (event.target).closest(".ev");
    if (!(from instanceof HTMLElement)) return;
    if (event.key === "Delete") cancel(desk, from.dataset.id);
    if (!DIRECTIONS[event.key]) return;
    event.preventDefault();
    const next = neighbour(desk.chips(), from, DIRECTIONS[event.key]);
    if (!next) return;
    from.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).closest?.("input, select, textarea, dialog, [role=menu]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.body.classList.contains("locked")) return;
    if (sessionStorage.getItem(SHORTCUTS_OFF) && event.key !== "?") return;
    const run = SHORTCUTS[event.key];
    if (!run) return;
    event.preventDefault();
    run(desk);
  });
}

/** One appointment is reached by Tab, the others by the arrows. @param {Desk} desk @param {string | undefined} id that had the focus */
export function rove(desk, id) {
  requestAnimationFrame(() => {
    const chips = desk.chips();
    const one = chips.find((each) => each.dataset.id === id) ?? chips[0];
    if (!one) return;
    one.tabIndex = 0;
    const isLost = document.activeElement === document.body || !document.activeElement;
    if (id && one.dataset.id === id && isLost) one.focus({ preventScroll: true });
  });
}

/**
 * The nearest appointment in a direction, as the eye would go.
 * @param {HTMLElement[]} chips @param {HTMLElement} from @param {number[]} direction
 */
function neighbour(chips, from, [right, down]) {
  const middle = (/** @type {HTMLElement} */ element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const [x, y] = middle(from);
  let [best, least] = [/** @type {HTMLElement | null} */ (null), Infinity];
  for (const each of chips) {
    const [dx, dy] = [middle(each)[0] - x, middle(each)[1] - y];
    const [along, across] = right ? [dx * right, Math.abs(dy)] : [dy * down, Math.abs(dx)];
    const far = along + 3 * across;
    if (each !== from && along >= 4 && far < least) [best, least] = [each, far];
  }
  return best;
}

/** The key that deletes cancels: nothing is ever gone without a trace. @param {Desk} desk @param {string} id */
async function cancel({ staff, names, act }, id) {
  try {
    const detail = await staff.api.get(`/appointments/${id}`);
    const action = actionsOf(staff, names, detail).find(([key]) => ENDS.includes(key));
    if (action) await act(action[2]);
  } catch (error) {
    announceError(error);
  }
}

/** Says which keys there are, and switches them off or on. */
export async function help() {
  const value = sessionStorage.getItem(SHORTCUTS_OFF);
  const off = field({ name: "shortcuts", label: t("shortcuts_off"), type: "checkbox", value });
  off.control.addEventListener("change", () =>
    off.value ? sessionStorage.setItem(SHORTCUTS_OFF, "1") : sessionStorage.removeItem(SHORTCUTS_OFF),
  );
  /** @returns {[any, string]} */
  const row = (key) => [h("kbd", {}, key.length > 1 ? t(`key_name_${key}`) : key), t(`key_${key === "?" ? "help" : key}`)];
  const keys = facts([...Object.keys(SHORTCUTS), "find", "arrows", "enter", "menu", "delete"].map(row));
  keys.classList.add("keys");
  await dialog({ title: t("help"), body: [h("p", {}, t("help_text")), keys, off] });
}
