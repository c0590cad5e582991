/** The page of the settings, for admins. */
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { start } from "../shell/start.js";
import { Editor } from "./editor.js";

const staff = await start("settings", { texts: "settings" });
const main = document.getElementById("main");
if (!staff.admin) {
  redraw(main, h("section", { class: "part" }, h("h1", {}, t("page_title")), h("p", { class: "lead" }, t("only_admins"))));
} else {
  try {
    const page = new Editor(staff, main, await staff.settings());
    page.render();
    page.lookAround();
  } catch (error) {
    redraw(main, h("h1", {}, t("page_title")), fault(errorText(error)));
  }
}
main.removeAttribute("aria-busy");
