/** Accounts of those who work here: given, changed and taken away at once, by the function that keeps the users. */
import { catalogue } from "../../kit/catalogue.js";
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { Form } from "../../kit/form.js";
import { idOf } from "../../kit/names.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { item, stateSign, sure } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas} Schemas
 * @typedef {Schemas["EmployeeView"]} Employee
 */

/** The token that says who asks: that function checks it again. @param {Editor} page */
const withToken = async ({ staff }) => ({ "Access-Token": await staff.accessToken() });

/** @param {Editor} page */
export function loadUsers(page) {
  page.usersAsked ??= askForUsers(page);
  return page.usersAsked;
}

/** @param {Editor} page */
async function askForUsers(page) {
  page.users = [];
  try {
    ({ users: page.users } = await page.staff.api.get("/users", await withToken(page)));
  } catch (error) {
    page.usersTrouble = errorText(error);
  }
  page.usersLoaded = true;
  if (page.section === "people") page.render();
}

/** What a person's account may, or an invitation where there is none. @param {Editor} page @param {Employee} employee */
export function accountOf(page, employee) {
  const user = page.users.find((each) => each.user === employee.user);
  if (employee.account && !user) return h("p", { class: "small second-step" }, t("account_elsewhere"));
  return user ? rights(page, user, employee.id) : invitation(page, employee);
}

/** The caller's branches with their names, which the header has already asked for. @param {Editor} page @returns {import("./items.js").Choice[]} */
function branches({ staff, view }) {
  const options = /** @type {NodeListOf<HTMLOptionElement>} */ (document.querySelectorAll("#shell select.branch option"));
  const names = new Map([...options].map((each) => [each.value, each.textContent]));
  return staff.me.branches.map((id) => [id, names.get(id) ?? (id === staff.branch ? view.branch.name : id)]);
}

/** The choices of groups, and of branches where there are several. @param {Editor} page @param {Form} form */
const groupsAndBranches = (page, form) => [
  form.several(
    "groups",
    catalogue.groups.map((name) => [name, t(`group_${name}`)]),
  ),
  branches(page).length > 1 && form.several("branches", branches(page)),
];

/**
 * A form that is sent by a button of its own. A flaw stands at its input, and the rest of the draft is left alone.
 * @param {Editor} page
 * @param {Form} form
 * @param {(headers: Record<string, string>) => Promise<Schemas["UsersView"]>} act
 * @param {{heading: string, lead: string, fields: () => any[], label: string, disabled?: boolean}} shown
 */
function sentAlone(page, form, act, { heading, lead, fields, label, disabled = false }) {
  const box = h("div", { class: "second-step" });
  const draw = (trouble = "") =>
    box.replaceChildren(
      h("h3", {}, heading),
      h("p", { class: "small" }, lead),
      ...(trouble ? [h("p", { class: "notice fault", role: "alert", tabindex: "-1" }, trouble)] : []),
      h("div", { class: "fields" }, fields()),
      h("p", {}, button(label, send, { class: "quiet", disabled })),
    );
  async function send() {
    box.setAttribute("aria-busy", "true");
    try {
      ({ users: page.users } = await act(await withToken(page)));
      page.usersTrouble = "";
      page.renew(await page.staff.api.get("/settings"));
      announce(t("account_saved"));
    } catch (error) {
      box.removeAttribute("aria-busy");
      form.errors = error.codes ?? {};
      const paths = Object.keys(form.errors);
      const beside = paths.length > 0 && paths.every((path) => path.match(/^\w+/)[0] in form.values);
      draw(beside ? t("code_invalid") : errorText(error));
      /** @type {HTMLElement} */ (box.querySelector(".fault")).focus();
    }
  }
  draw();
  return box;
}

/** @param {Editor} page @param {Employee} employee */
function invitation(page, { id, name, email }) {
  const { api, branch } = page.staff;
  const user = idOf(
    name,
    page.users.map((each) => each.user),
  ).padEnd(3, "0");
  const values = /** @type {Omit<Schemas["InviteRequest"], "employee">} */ ({ user, groups: ["staff"], branches: [branch] });
  const form = new Form({ t, values, prefix: `invite-${id}-` });
  const invite = (headers) => api.post("/users", { employee: id, ...values, user: values.user.trim() }, headers);
  const hint = t("hint_user");
  return sentAlone(page, form, invite, {
    heading: t("invite_heading"),
    lead: email ? t("invite_lead", { email }) : t("invite_email_first"),
    fields: () => [
      form.field("user", { maxlength: 40, autocapitalize: "none", spellcheck: "false", hint }),
      groupsAndBranches(page, form),
    ],
    label: t("invite"),
    disabled: !email,
  });
}

/** What an account may. @param {Editor} page @param {Schemas["UserView"]} account @param {string} key */
function rights(page, { user, groups, branches, enabled, version, status, second_factor: factor }, key) {
  const values = { groups: [...groups], branches: [...branches], enabled, version };
  const form = new Form({ t, values, prefix: `user-${key}-` });
  const keep = (headers) => page.staff.api.put(`/users/${encodeURIComponent(user)}`, values, headers);
  return sentAlone(page, form, keep, {
    heading: t("account_heading", { user }),
    lead: [t(`user_${status}`), t(factor ? "factor_yes" : "factor_no")].join(" · "),
    fields: () => [groupsAndBranches(page, form), form.box("enabled", { hint: t("hint_enabled") })],
    label: t("account_save"),
  });
}

/** Accounts of the branch that belong to no employee here. @param {Editor} page */
export function strangers(page) {
  const known = new Set(page.view.employees.map(({ user }) => user));
  const others = page.users.filter(({ user }) => !known.has(user));
  if (others.length === 0) return null;
  const line = ({ user, groups, enabled }) => [
    h("span", { class: "name" }, user),
    h("span", { class: "small" }, groups.map((name) => t(`group_${name}`)).join(", ")),
    stateSign(enabled, t(enabled ? "active" : "inactive")),
  ];
  const one = (user, place) => item(page, "users", place, () => line(user), rights(page, user, `other-${place}`));
  return h(
    "div",
    { class: "group" },
    h("h2", {}, t("group_strangers")),
    h("p", { class: "small" }, t("lead_strangers")),
    h("div", { class: "items" }, others.map(one)),
  );
}

/** Whether accesses may act as a technical user. @param {Editor} page @param {Employee} employee */
export function technicalAccount(page, { id, name, account }) {
  const change = async () => {
    if (account && !(await sure(t("account_take_heading"), t("account_take_sure", { name }), t("account_take")))) return;
    try {
      page.renew(await page.staff.api.post(`/employees/${id}/account`, { account: !account }));
      announce(t("account_saved"));
    } catch (error) {
      page.fail(errorText(error));
    }
  };
  const label = t(account ? "account_take" : "account_give");
  return h(
    "div",
    { class: "second-step" },
    h("p", { class: "small" }, t(account ? "technical_account" : "technical_no_account")),
    h("p", {}, button(label, change, { class: account ? "danger" : "quiet" })),
  );
}
