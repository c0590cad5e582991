/**
 * What stands beside the calendar and leaves it usable: one appointment at a time, in a dialog that is not modal. Esc closes it and
 * gives the focus back; what was typed there is not thrown away unasked.
 */
import { confirmDialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { newId } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { watchTyped } from "../../kit/typed.js";

/**
 * @import { Planned } from "./types"
 * @typedef {{element: HTMLElement, id: string, before: Element | null, isTyped: () => boolean, close: () => void,
 *   heed: (planned: Planned) => void}} Panel
 */

/** @type {Panel | null} */
let panel = null;

/**
 * Shows an appointment's details, in the place of what stood there, and resolves once they are gone. `heed` is told how the
 * appointment stands whenever the planner has read it.
 * @param {{id: string, title: string, body: HTMLElement, setup: (element: HTMLElement) => void, heed: Panel["heed"]}} given
 * @returns {Promise<void>}
 */
export async function showBeside({ id, title, body, setup, heed }) {
  const focused = document.activeElement;
  const before = panel?.element.contains(focused) ? panel.before : focused;
  if (!(await leave())) return undefined;
  const heading = h("h2", { id: newId("panel"), tabindex: "-1" }, title);
  const shut = h("button", { type: "button", class: "shut", "aria-label": t("close"), onclick: closeBeside }, "×");
  const attributes = { class: "panel", role: "dialog", "aria-labelledby": heading.id };
  const element = h("section", attributes, h("div", { class: "title" }, heading, shut), body);
  return new Promise((resolve) => {
    panel = { element, id, before, isTyped: watchTyped(element), close: resolve, heed };
    document.querySelector(".board").append(element);
    setup(element);
    mark();
    heading.focus();
  });
}

/** Tells the panel how what it shows stands now, unless somebody is typing there. @param {(id: string) => Planned | undefined} find */
export function refreshBeside(find) {
  const planned = panel && find(panel.id);
  if (planned && !panel.isTyped()) panel.heed(planned);
}

/** Closes what stands beside, if it may. @returns {Promise<boolean>} */
export async function closeBeside() {
  const closing = panel;
  if (!closing || !(await leave())) return !closing;
  const { before, id } = closing;
  const drawn = document.querySelector(`.stage:not([hidden]) [data-id="${id}"]`);
  const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : drawn;
  /** @type {HTMLElement} */ (back ?? document.querySelector("h1")).focus();
  return true;
}

/** Takes it away unless somebody wants to keep what they typed. */
async function leave() {
  if (!panel) return true;
  const given = { title: t("panel_typed"), body: t("panel_typed_text"), yes: t("panel_discard"), danger: true };
  if (panel.isTyped() && !(await confirmDialog(given))) return false;
  panel?.element.remove();
  panel?.close();
  panel = null;
  mark();
  return true;
}

/** The appointment that is shown beside is marked wherever it is drawn. */
function mark() {
  for (const each of document.querySelectorAll(".stage [data-id]")) {
    const isOpen = each.getAttribute("data-id") === panel?.id;
    if (isOpen) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

/** Esc closes the panel wherever the focus is on the page; marks stay while the calendar is drawn anew. @param {HTMLElement} stage */
export function heedPanel(stage) {
  new MutationObserver(() => panel && mark()).observe(stage, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const isElsewhere = target instanceof Element && target.closest("#shell, dialog");
    if (event.key !== "Escape" || !panel || isElsewhere || event.defaultPrevented) return;
    event.preventDefault(); // else it would close the question that this may ask
    closeBeside();
  });
}
