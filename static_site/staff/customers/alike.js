/** Who may be there already, told before a customer is made twice. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { api } from "./branch.js";
import { personLine, row } from "./search.js";

/** @typedef {import("./branch.js").Schemas["CustomerBody"]} Body */

/** Of somebody new; each is told once, and whoever saves the same again means it. */
export function doubtsOf() {
  let told = "";
  return {
    get told() {
      return told !== "";
    },
    /** @param {Body} body @returns {Promise<HTMLElement | null>} null where nobody is like it, or it was told */
    async about(body) {
      const asked = JSON.stringify(body);
      const note = asked === told ? null : await alikeNote(body);
      if (note) told = asked;
      return note;
    },
  };
}

/** @param {Body} body */
async function alikeNote(body) {
  const { matches } = await api.post("/customers/alike", body);
  if (matches.length === 0) return null;
  return h(
    "div",
    { class: "notice", role: "alert", tabindex: "-1", id: "alike" },
    h("h3", {}, t("alike_heading")),
    h("p", {}, t("alike_lead")),
    h(
      "ul",
      { class: "rows" },
      matches.map(({ customer }) => row(`#${customer.id}`, ...personLine(customer))),
    ),
  );
}
