/** A text to copy, with a button that does so. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";

/** @param {string} id @param {string} label @param {string} text @param {...Node} more beside the button */
export function copyable(id, label, text, ...more) {
  const rows = text.includes("\n") ? 3 : 2;
  const area = h("textarea", { id, readonly: true, rows, ".value": text, spellcheck: "false" });
  const copy = async ({ currentTarget }) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      area.select(); // the browser may not let us: what is chosen can be copied by hand
      return announce(t("copy_by_hand"));
    }
    announce(t("copied"));
    return currentTarget?.focus();
  };
  return h(
    "div",
    { class: "field copyable" },
    h("label", { for: id }, label),
    area,
    h(
      "p",
      { class: "actions" },
      button(t("copy"), copy, { class: "quiet", "aria-label": t("copy_what", { what: label }) }),
      ...more,
    ),
  );
}

/** The address of an access, and what it is for. @param {string} id @param {import("./branch.js").Access} access */
export const addressOf = (id, { kind, url }) => [h("p", {}, t(`url_lead_${kind}`)), copyable(id, t("label_url"), url)];
