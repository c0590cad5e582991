/** The QR code of a link, to keep and to print. */
import { h } from "../../kit/dom.js";
import { download } from "../../kit/download.js";
import { button } from "../../kit/pieces.js";
import { qrCode } from "../../kit/qr.js";
import { t } from "../../kit/texts.js";

/** @param {string} url @param {string} name of the link @param {string} resource its id, which names the file */
export async function codeOf(url, name, resource) {
  const picture = await qrCode(url, t("code_alt", { name })).catch(() => null);
  if (!picture) return [h("p", { class: "small" }, t("code_missing"))];
  const keep = () =>
    download(`${t("code_file")}-${resource}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(picture));
  const actions = h(
    "p",
    { class: "actions" },
    button(t("code_keep"), keep, { class: "quiet", id: "code-keep" }),
    button(t("code_print"), print, { id: "code-print" }),
  );
  return [h("figcaption", {}, name), picture, actions];
}

/** Prints the code and what it opens, nothing else of the page. */
function print() {
  document.body.classList.add("print-code");
  addEventListener("afterprint", () => document.body.classList.remove("print-code"), { once: true });
  window.print();
}
