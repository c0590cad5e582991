/**
 * The section of the people who work here, and of the technical users. An employee and an account are two steps: the first is saved
 * with the settings, the second acts at once.
 */
import { h } from "../../kit/dom.js";
import { idOf } from "../../kit/names.js";
import { t } from "../../kit/texts.js";
import { accountOf, loadUsers, strangers, technicalAccount } from "./accounts.js";
import { adder, idsOf, item, moves, stateSign } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas["EmployeeBody"]} Employee
 */

/** @param {Editor} page */
export function peopleSection(page) {
  loadUsers(page);
  // Drawn once: a form that comes later would take away what is typed meanwhile.
  if (!page.usersLoaded) return [h("p", { class: "small", "aria-busy": "true" }, t("loading"))];
  return [
    part(page, false),
    part(page, true),
    strangers(page),
    page.usersTrouble && h("p", { class: "notice fault", role: "alert" }, t("users_trouble"), " ", page.usersTrouble),
  ];
}

/** A person of the planner keeps its id, by which the two belong together. @param {Editor["draft"]} draft @param {{id?: string, name: string}} person */
export const newEmployee = ({ employees }, { id, name }) => ({
  id: idOf(id ?? name, idsOf(employees)),
  name,
  email: "",
  technical: false,
  active: true,
});

/** @param {Editor} page @param {boolean} technical */
function part(page, technical) {
  const { employees } = page.draft;
  const mine = [...employees.entries()].filter(([, each]) => each.technical === technical);
  const kind = technical ? "technical" : "persons";
  const make = (name) => ({ ...newEmployee(page.draft, { name }), technical });
  return h(
    "div",
    { class: "group" },
    h("h2", {}, t(`group_${kind}`)),
    h("p", { class: "small" }, t(`lead_${kind}`)),
    h(
      "div",
      { class: "items" },
      mine.map(([place, each]) => employeeItem(page, each, place)),
    ),
    technical
      ? adder(page, "employees", t("add_technical"), make, "add-technical")
      : adder(page, "employees", t("add_person"), make),
  );
}

/** @param {Editor} page @param {Employee} employee @param {number} place */
function employeeItem(page, employee, place) {
  const { form } = page;
  const path = (name) => `employees[${place}].${name}`;
  const stored = page.view.employees.find((each) => each.id === employee.id); // which alone may get an account
  const line = () => [
    h("span", { class: "name" }, employee.name),
    h("span", { class: "small" }, accountText(stored)),
    stateSign(employee.active, t(employee.active ? "active" : "inactive")),
  ];
  const fields = employee.technical
    ? [form.box(path("active"), { hint: t("hint_technical_active") })]
    : [form.field(path("email"), { hint: t("hint_employee_email") }), form.box(path("active"), { hint: t("hint_active") })];
  return item(
    page,
    "employees",
    place,
    line,
    h("div", { class: "fields" }, form.field(path("name")), fields),
    stored
      ? (employee.technical ? technicalAccount : accountOf)(page, stored)
      : h("p", { class: "small second-step" }, t("account_after_saving")),
    !stored?.account && moves(page, "employees", place, { name: employee.name }),
  );
}

/** @param {import("./draft.js").Schemas["EmployeeView"]} [stored] */
export function accountText(stored) {
  if (!stored?.account) return t("no_account");
  return stored.technical ? t("has_account") : t("signs_in_as", { user: stored.user ?? "" });
}
