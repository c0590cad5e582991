/**
 * The list of all customers by last name, some at a time. What asks for the next ones holds a name, so it goes into a body.
 *
 * @typedef {import("./branch.js").Schemas} Schemas
 */
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { button, fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { api } from "./branch.js";

const FEWEST = 20; // rows that one press brings, as long as there are more

/** @param {(person: Schemas["PersonView"]) => HTMLElement} rowOf @param {() => void} drawn after each change */
export function listOf(rowOf, drawn) {
  const rows = h("ul", { class: "rows", id: "all" });
  const end = h("div");
  const place = h("section", { id: "all-customers" }, h("h2", {}, t("all_customers")), rows, end);
  let turn = 0;

  const more = (/** @type {string} */ after) =>
    button(t("more_customers"), () => load(after), { class: "quiet", id: "more-customers" });

  /** From the beginning, as it is now, or behind a page. @param {string | null} [after] */
  async function load(after = null) {
    const mine = ++turn;
    try {
      const { people, next } = await several(after);
      if (mine !== turn) return;
      const added = people.map(rowOf);
      if (after) rows.append(...added);
      else rows.replaceChildren(...added);
      redraw(end, next ? more(next) : rows.childElementCount === 0 && h("p", { class: "small" }, t("no_customers")));
      if (after) added[0]?.querySelector("a").focus();
      drawn();
    } catch (error) {
      if (mine === turn) redraw(end, fault(errorText(error)), after && more(after));
    }
  }

  return { place, load };
}

/** A page may have few, and yet a next one. @param {string | null} after */
async function several(after) {
  /** @type {Schemas["PersonView"][]} */
  const people = [];
  let next = after;
  do {
    const page = await api.post("/customers/list", next ? { after: next } : {});
    people.push(...page.customers);
    ({ next } = page);
  } while (next && people.length < FEWEST);
  return { people, next };
}
