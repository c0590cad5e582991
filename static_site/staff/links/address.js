/** The address of an access, and what it is for. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { copyable } from "../shell/links.js";

/** @param {string} id @param {import("./branch.js").Access} access */
export const addressOf = (id, { kind, url }) => [h("p", {}, t(`url_lead_${kind}`)), copyable(id, t("label_url"), url)];
