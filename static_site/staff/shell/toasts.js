/**
 * What was just done, with a button that undoes it: for 20 seconds, or as long as somebody is at it. Alt+Z (or Ctrl+Z, where
 * nothing is being typed) undoes the newest.
 */
import { announce, announceError } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { last } from "../../kit/values.js";

/** @typedef {HTMLElement & {undo: () => void}} Toast */

const STAYS = 20_000; // milliseconds, as long as nobody hears of what was done
const LEFT = 4_000; // after somebody was at it
const MOST = 3;
const TYPED = "input:not([type=checkbox], [type=radio]), select, textarea";

const heard = h("div", { role: "status", "aria-live": "polite" });
const place = h("section", { class: "toasts", "aria-label": t("toasts") }, heard);
/** @type {Toast[]} */
let shown = [];

/** What an open dialog covers can neither be heard nor pressed, so it stands in the topmost. */
function settle() {
  if (shown.length === 0) return;
  const home = last([...document.querySelectorAll("dialog:modal")]) ?? document.body;
  if (place.parentElement !== home) home.append(place);
}

/**
 * @param {string} text what was done
 * @param {() => Promise<unknown>} undo tells itself how it went; a refusal is told here
 * @param {[label: string, run: () => Promise<unknown>][]} [others] what else can be done, such as to end the waiting
 * @param {string} [label] of the undo
 */
export function offerUndo(text, undo, others = [], label = t("undo")) {
  let timer;
  const gone = () => {
    clearTimeout(timer);
    shown = shown.filter((each) => each !== toast);
    const focused = toast.contains(document.activeElement);
    toast.remove();
    if (focused) document.getElementById("main").focus({ preventScroll: true });
  };
  const run = (/** @type {() => Promise<unknown>} */ act) => () => {
    gone();
    return act().catch(announceError);
  };
  const wait = (/** @type {number} */ time) => {
    clearTimeout(timer);
    timer = setTimeout(() => (toast.matches(":hover, :focus-within") ? wait(LEFT) : gone()), time);
  };
  const undone = run(undo);
  const element = h(
    "div",
    { class: "toast", onmouseleave: () => wait(LEFT), onfocusout: () => wait(LEFT) },
    h("span", {}, text),
    button(label, undone, { class: "main", "aria-keyshortcuts": "Alt+Z" }),
    others.map(([name, act]) => button(name, run(act), { class: "quiet" })),
    button("×", gone, { class: "shut", "aria-label": t("close") }),
  );
  /** @type {Toast} */
  const toast = Object.assign(element, { undo: undone });
  shown.push(toast);
  settle();
  heard.append(toast);
  while (shown.length > MOST) shown.shift().remove();
  wait(STAYS);
}

/** Undoes what the newest toast tells of. */
export function undoNewest() {
  if (shown.length > 0) last(shown).undo();
  else announce(t("undo_nothing"));
}

document.addEventListener("close", settle, true);
document.addEventListener("toggle", settle, true);
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || event.shiftKey || event.altKey === (event.ctrlKey || event.metaKey)) return;
  const typing = /** @type {Element} */ (event.target).closest?.(TYPED);
  if (shown.length === 0 || (typing && !event.altKey) || document.body.classList.contains("locked")) return;
  event.preventDefault();
  undoNewest();
});
