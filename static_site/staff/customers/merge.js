/** Two customers that are one: the other is chosen by a search, then both stand side by side, and one stays. */
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fullName } from "../../kit/names.js";
import { button, fault, present } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { api, dateText } from "./branch.js";
import { detail, FIELDS } from "./detail.js";
import { nothingFound, personLine, searching } from "./search.js";
import { languageName } from "../shell/language.js";

/** @typedef {import("./branch.js").Schemas["CustomerView"]} Customer */

/** @param {Customer} customer @param {(both: Customer) => void} done @param {() => void} leave */
export function merge(customer, done, leave) {
  const list = h("div", { class: "choices" });
  const choose = (other) => () => compare(customer, other.id, done, leave);
  const pick = (other) => h("li", {}, button(personLine(other), choose(other), { class: "row" }));
  const show = (found, q) => {
    const others = (found?.customers ?? []).filter(({ id }) => id !== customer.id);
    const rows = others.length > 0 && h("ul", { class: "rows" }, others.map(pick));
    redraw(list, rows || (found && nothingFound(q)));
  };
  const find = searching(show, (error) => redraw(list, fault(errorText(error))));
  const input = h("input", {
    type: "search",
    id: "other",
    autocomplete: "off",
    ".value": customer.last_name,
    oninput: () => find(input.value),
  });
  redraw(
    detail,
    h("h2", { id: "merge-heading", tabindex: "-1" }, t("merge_heading", { name: fullName(customer) })),
    h("p", { class: "lead" }, t("merge_lead")),
    h("div", { class: "field" }, h("label", { for: "other" }, t("merge_search")), input),
    list,
    h("p", { class: "actions" }, button(t("cancel"), leave)),
  );
  input.focus();
  input.select();
  find(customer.last_name);
}

/** @param {Customer} one @param {string} id @param {(both: Customer) => void} done @param {() => void} leave */
async function compare(one, id, done, leave) {
  let other;
  try {
    other = await api.get(`/customers/${id}`);
  } catch (error) {
    return redraw(detail, fault(errorText(error)));
  }
  const both = [one, other];
  let stays = one;
  const trouble = h("div");
  const act = async () => {
    const [gone] = both.filter((each) => each !== stays);
    const body = { version: stays.version, other: gone.id, other_version: gone.version };
    try {
      done(await api.post(`/customers/${stays.id}/merge`, body));
    } catch (error) {
      present(trouble, fault(error.code === "changed_meanwhile" ? t("merge_met") : errorText(error)));
    }
  };
  const heading = h("h2", { id: "compare-heading", tabindex: "-1" }, t("compare_heading"));
  redraw(
    detail,
    heading,
    h("p", { class: "lead" }, t("compare_lead")),
    trouble,
    comparison(both, (each) => (stays = each)),
    h("p", { class: "actions" }, button(t("merge_do"), act, { class: "main", id: "merge-do" }), button(t("cancel"), leave)),
  );
  return heading.focus();
}

/** Both side by side, with the choice of the one that stays. @param {Customer[]} both @param {(stays: Customer) => void} choose */
function comparison(both, choose) {
  const [one, other] = both;
  const words = { language: languageName, birth_date: dateText, in_writing: () => t("yes") };
  const said = (name, value) => (value ? (words[name]?.(value) ?? value) : "–");
  const row = (heading, cell, differs = false) =>
    h("tr", { class: differs ? "differs" : null }, h("th", { scope: "row" }, heading), both.map(cell));
  const field = (name) => row(t(`label_${name}`), (each) => h("td", {}, said(name, each[name])), one[name] !== other[name]);
  const stays = (each, place) => {
    const id = `stays-${place}`;
    const input = h("input", { type: "radio", name: "stays", id, ".checked": place === 0, onchange: () => choose(each) });
    return h("td", {}, h("span", { class: "box" }, input, h("label", { for: id }, t("stays"))));
  };
  const names = both.map((each) => h("th", { scope: "col" }, fullName(each)));
  return h(
    "table",
    { class: "compare" },
    h("thead", {}, h("tr", {}, h("td"), names)),
    h(
      "tbody",
      {},
      FIELDS.map(field),
      row(t("fact_appointments"), (each) => h("td", {}, String(each.appointments.length))),
      row(t("which_stays"), stays),
    ),
  );
}
