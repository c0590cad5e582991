/** Erasing a customer for good, which is refused while an appointment lies ahead. */
import { announce, confirmDialog } from "../../kit/dialog.js";
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fullName } from "../../kit/names.js";
import { notice } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { api, staff } from "./branch.js";
import { detail, inAddress, isAhead } from "./detail.js";
import { input, mark, searchAgain } from "./search.js";

/** @param {import("./branch.js").Schemas["CustomerView"]} customer @param {(text: string) => void} refused */
export async function erase(customer, refused) {
  if (customer.appointments.some(isAhead)) return refused(t("erase_ahead"));
  const title = t("erase_heading", { name: fullName(customer) });
  if (!(await confirmDialog({ title, body: t("erase_sure"), yes: t("erase_do"), danger: true }))) return;
  try {
    await api.post(`/customers/${customer.id}/erase`, { version: customer.version });
  } catch (error) {
    if (error.code === "changed_meanwhile") return refused(t("erase_met"));
    return refused(error.codes?.customer ? t("erase_ahead") : errorText(error));
  }
  inAddress(null);
  announce(t("erased"));
  redraw(detail, notice(null, h("p", {}, t("erased"))));
  mark("");
  searchAgain();
  input.focus();
  staff.inbox.look();
}
