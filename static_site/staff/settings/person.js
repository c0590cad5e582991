/** Who a person of the planner is among the employees, with the account that belongs to it. */
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { accountOf, loadUsers } from "./accounts.js";
import { accountText, newEmployee } from "./people.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas} Schemas
 */

/**
 * The employee of the same id or, where both were made apart, of the same name.
 * @template {Schemas["EmployeeBody"]} T
 * @param {T[]} employees @param {{id: string, name: string}} person
 */
export function employeeOf(employees, { id, name }) {
  const people = employees.filter(({ technical }) => !technical);
  return people.find((each) => each.id === id) ?? people.find((each) => each.name === name);
}

/** @param {Editor} page @param {Schemas["ResourceBody"]} person */
export function personPart(page, person) {
  const found = employeeOf(page.draft.employees, person);
  return h("div", { class: "person" }, h("h3", {}, t("person_heading")), found ? known(page, found) : unknown(page, person));
}

/** @param {Editor} page @param {Schemas["ResourceBody"]} person */
function unknown(page, person) {
  const make = () => {
    page.draft.employees.push(newEmployee(page.draft, person));
    page.render();
    document.getElementById(`employees[${page.draft.employees.length - 1}].email`)?.focus();
  };
  return [h("p", { class: "small" }, t("person_no_employee")), h("p", {}, button(t("person_make"), make, { class: "quiet" }))];
}

/** @param {Editor} page @param {Schemas["EmployeeBody"]} employee */
function known(page, employee) {
  const stored = page.view.employees.find(({ id }) => id === employee.id);
  const place = page.draft.employees.indexOf(employee);
  const account = h("div", {});
  const draw = () => account.replaceChildren(...(stored ? [accountOf(page, stored)] : []));
  if (page.usersLoaded) draw();
  else loadUsers(page).then(draw);
  return [
    h("p", {}, h("a", { href: `#people/item-employees-${place}` }, employee.name), ` · ${accountText(stored)}`),
    h("div", { class: "fields" }, page.form.field(`employees[${place}].email`, { hint: t("hint_employee_email") })),
    stored ? account : h("p", { class: "small" }, t("account_after_saving")),
  ];
}
