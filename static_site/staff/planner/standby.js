/** A place beyond the capacity that only staff may give, once they are asked. */
import { dialog } from "../../kit/dialog.js";
import { t } from "../../kit/texts.js";

/** What the API is told of it. @typedef {{standby?: true}} Asked */

/**
 * Does something and, where only a stand-by place is left and staff want it, once more with that.
 * @template R @param {(asked: Asked) => Promise<R>} act @returns {Promise<R>}
 */
export async function orStandby(act) {
  try {
    return await act({});
  } catch (refusal) {
    if (!refusal.body?.standby) throw refusal;
    if (!(await isWanted())) throw refusal;
    return act({ standby: true });
  }
}

const isWanted = () =>
  dialog({
    title: t("code_slot_taken"),
    body: t("standby_left"),
    actions: [
      { label: t("standby_take"), kind: "main", value: true },
      { label: t("back"), kind: "quiet", value: false },
    ],
  });
