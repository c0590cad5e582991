/** The page of the accesses: links that open the booking page or a calendar from outside, and who may come by them. */
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { accessesTable } from "./accesses.js";
import { staff } from "./branch.js";
import { linkPart } from "./link.js";
import { maker } from "./maker.js";

const main = document.getElementById("main");
const heading = () => h("h1", {}, t("heading"));

/** @param {import("./branch.js").Access[]} accesses @param {string} [trouble] */
function draw(accesses, trouble) {
  const failed = (text) => draw(accesses, text);
  redraw(
    main,
    heading(),
    linkPart(accesses),
    h(
      "section",
      { class: "list-part" },
      h("h2", { id: "accesses-heading", tabindex: "-1" }, t("accesses_heading")),
      h("p", { class: "lead" }, t("accesses_lead")),
      trouble && fault(trouble),
      accessesTable(accesses, draw, failed),
      staff.admin && maker(accesses, draw),
    ),
  );
}

try {
  draw((await staff.api.get("/accesses")).accesses);
} catch (error) {
  redraw(main, heading(), fault(errorText(error)));
}
main.removeAttribute("aria-busy");
