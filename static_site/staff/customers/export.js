/** All that is kept of one customer, as a file for handing over. */
import { announce } from "../../kit/dialog.js";
import { errorText } from "../../kit/flaws.js";
import { download } from "../../kit/download.js";
import { t } from "../../kit/texts.js";
import { api } from "./branch.js";

/** @param {import("./branch.js").Schemas["CustomerView"]} customer @param {(text: string) => void} refused */
export async function handOver({ id }, refused) {
  try {
    const all = await api.get(`/customers/${id}/export`);
    download(`${t("export_file")}-${id.slice(0, 8)}.json`, "application/json", JSON.stringify(all, null, 2));
    announce(t("exported"));
  } catch (error) {
    refused(errorText(error));
  }
}
