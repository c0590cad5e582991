/** What links carry: whether one opens something, and its address to copy. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";

/**
 * A text to copy, with a button that does so.
 * @param {string} id @param {string} label @param {string} text @param {...Node} more beside the button
 */
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

/**
 * Whether an access opens something: it is not revoked, and whom it acts as may act.
 * @param {import("../../kit/wire").Schemas["AccessSetting"]} access
 * @param {import("../../kit/wire").Schemas["EmployeeView"][]} employees
 */
export function standing({ revoked_at: revoked, employee }, employees) {
  if (revoked) return "revoked";
  const acting = employees.find(({ id }) => id === employee);
  return acting && !(acting.active && acting.account) ? "asleep" : "active";
}
