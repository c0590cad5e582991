/** What somebody has typed is not thrown away without a question. */
import { confirmDialog } from "../../kit/dialog.js";
import { t } from "../../kit/texts.js";

/** @import { Dialog } from "../../kit/dialog.js" */

const TYPED = "input:not([type=radio], [type=checkbox]), textarea";

/** Esc, the button that shuts and a press beside it ask first, once something is `typed`. @param {Dialog} element */
export function askBeforeLosing(element, typed = false) {
  const leave = async (/** @type {Event} */ event) => {
    if (!typed || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    if (await confirmDialog({ title: t("discard_title"), yes: t("discard"), danger: true })) element.finish(null);
  };
  element.addEventListener("input", ({ target }) => {
    if (target instanceof Element && target.matches(TYPED)) typed = true;
  });
  element.addEventListener("keydown", (event) => event.key === "Escape" && leave(event));
  element.addEventListener("cancel", leave);
  const shut = (/** @type {Event} */ event) => event.target instanceof Element && event.target.closest(".shut") && leave(event);
  element.addEventListener("click", shut, { capture: true });
}
