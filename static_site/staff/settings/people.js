/**
 * Who works here, and what they sign in with. An employee and an account are two steps: the first is saved with the settings,
 * the second acts at once, through the function that keeps the users.
 */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { Form, settingRule } from "../../kit/form.js";
import { idOf } from "../../kit/names.js";

export function peopleSection(page) {
  const { t } = page;
  if (!page.users && !page.usersTrouble) load(page);
  // Drawn once: a form that comes later would take away what is typed meanwhile.
  if (!page.usersLoaded) return [h("p", { class: "small", "aria-busy": "true" }, t("loading"))];
  return [
    part(page, false),
    part(page, true),
    strangers(page),
    page.usersTrouble && h("p", { class: "notice fault", role: "alert" }, t("users_trouble"), " ", page.usersTrouble),
  ];
}

/** The token that says who asks: that function checks it again. */
const withToken = async ({ staff }) => ({ "Access-Token": await staff.accessToken() });

async function load(page) {
  page.users = [];
  try {
    ({ users: page.users } = await page.staff.api.get("/users", await withToken(page)));
  } catch (error) {
    page.usersTrouble = page.staff.errorText(error);
  }
  page.usersLoaded = true;
  if (page.section === "people") page.render();
}

function part(page, technical) {
  const { draft, t } = page;
  const mine = [...draft.employees.entries()].filter(([, each]) => each.technical === technical);
  const kind = technical ? "technical" : "persons";
  const draw = technical ? machine : person;
  return h(
    "div",
    { class: "group" },
    h("h2", {}, t(`group_${kind}`)),
    h("p", { class: "small" }, t(`lead_${kind}`)),
    h(
      "div",
      { class: "items" },
      mine.map(([place, each]) => draw(page, each, place)),
    ),
    adder(page, technical),
  );
}

function adder(page, technical) {
  const { draft, t } = page;
  const id = technical ? "add-technical" : "add-employees";
  const input = h("input", { type: "text", id, maxlength: settingRule("employees.name").most });
  const add = (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) return input.focus();
    const taken = draft.employees.map((each) => each.id);
    draft.employees.push({ id: idOf(name, taken), name, email: "", technical, active: true });
    const place = draft.employees.length - 1;
    page.open.add(`employees:${place}`);
    page.render();
    document.getElementById(`item-employees-${place}`).focus();
  };
  return h(
    "form",
    { class: "adder", onsubmit: add, novalidate: true },
    h("div", { class: "field" }, h("label", { for: id }, t(technical ? "add_technical" : "add_person")), input),
    h("button", { class: "quiet" }, t("add")),
  );
}

/** The employee as stored, which alone may get an account. */
const stored = ({ view }, { id }) => view.employees.find((each) => each.id === id);

function line(page, its) {
  const { t } = page;
  const known = stored(page, its);
  const account = known?.account
    ? t(its.technical ? "has_account" : "signs_in_as", { user: known.user ?? "" })
    : t("no_account");
  return [
    h("span", { class: "name" }, its.name),
    h("span", { class: "small" }, account),
    h("span", { class: its.active ? "state on" : "state" }, t(its.active ? "active" : "inactive")),
  ];
}

function person(page, its, place) {
  const { form, t } = page;
  const path = (name) => `employees[${place}].${name}`;
  return page.item(
    "employees",
    place,
    () => line(page, its),
    h(
      "div",
      { class: "fields" },
      form.field(path("name")),
      form.field(path("email"), { hint: page.t("hint_employee_email") }),
      form.box(path("active"), { hint: t("hint_active") }),
    ),
    account(page, its),
    !stored(page, its)?.account && page.moves("employees", place, { name: its.name }),
  );
}

function account(page, its) {
  const { t } = page;
  const known = stored(page, its);
  if (!known) return h("p", { class: "small second-step" }, t("account_after_saving"));
  const user = page.users?.find((each) => each.user === known.user);
  if (known.account && !user) return h("p", { class: "small second-step" }, t("account_elsewhere"));
  return user ? rights(page, user, its.id) : invitation(page, known);
}

/** The caller's branches with their names, which the header has already asked for. */
function branches({ staff, view }) {
  const names = new Map(
    [...document.querySelectorAll("#shell select.branch option")].map((each) => [each.value, each.textContent]),
  );
  return staff.me.branches.map((id) => [id, names.get(id) ?? (id === staff.branch ? view.branch.name : id)]);
}

/** Sends something about users; what is wrong stands at its input, and the rest of the draft is left alone. */
async function send(page, form, box, act) {
  const { staff, t } = page;
  box.setAttribute("aria-busy", "true");
  try {
    const { users } = await act(await withToken(page));
    page.users = users;
    page.usersTrouble = null;
    page.renew(await staff.api.get("/settings"));
    staff.announce(t("account_saved"));
  } catch (error) {
    box.removeAttribute("aria-busy");
    form.errors = error.codes ?? {};
    const paths = Object.keys(form.errors);
    const beside = paths.length > 0 && paths.every((path) => path.match(/^\w+/)[0] in form.values);
    form.trouble = beside ? t("code_invalid") : staff.errorText(error);
    form.draw();
    box.querySelector(".fault")?.focus();
  }
}

function invitation(page, its) {
  const { t, staff } = page;
  const taken = (page.users ?? []).map(({ user }) => user);
  const first = idOf(its.name, taken).padEnd(3, "0");
  const values = { user: first, groups: ["staff"], branches: [staff.branch] };
  const form = new Form({ t, values, prefix: `invite-${its.id}-` });
  const box = h("div", { class: "second-step" });
  const invite = () =>
    send(page, form, box, (headers) =>
      staff.api.post("/users", { employee: its.id, ...values, user: values.user.trim() }, headers),
    );
  form.draw = () =>
    box.replaceChildren(
      h("h3", {}, t("invite_heading")),
      h("p", { class: "small" }, its.email ? t("invite_lead", { email: its.email }) : t("invite_email_first")),
      ...trouble(form),
      h(
        "div",
        { class: "fields" },
        form.field("user", { maxlength: 40, autocapitalize: "none", spellcheck: "false", hint: t("hint_user") }),
        form.several("groups", groups(t)),
        branches(page).length > 1 && form.several("branches", branches(page)),
      ),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: invite, disabled: !its.email }, t("invite"))),
    );
  form.draw();
  return box;
}

const groups = (t) => catalogue.groups.map((name) => [name, t(`group_${name}`)]);
const trouble = ({ trouble: text }) => (text ? [h("p", { class: "notice fault", role: "alert", tabindex: "-1" }, text)] : []);

/** What an account may; kept at once, by a button of its own. */
function rights(page, account, key) {
  const { t, staff } = page;
  const values = {
    groups: [...account.groups],
    branches: [...account.branches],
    enabled: account.enabled,
    version: account.version,
  };
  const form = new Form({ t, values, prefix: `user-${key}-` });
  const box = h("div", { class: "second-step" });
  const keep = () =>
    send(page, form, box, (headers) => staff.api.put(`/users/${encodeURIComponent(account.user)}`, values, headers));
  form.draw = () =>
    box.replaceChildren(
      h("h3", {}, t("account_heading", { user: account.user })),
      h(
        "p",
        { class: "small" },
        [t(`user_${account.status}`), t(account.second_factor ? "factor_yes" : "factor_no")].join(" · "),
      ),
      ...trouble(form),
      h(
        "div",
        { class: "fields" },
        form.several("groups", groups(t)),
        branches(page).length > 1 && form.several("branches", branches(page)),
        form.box("enabled", { hint: t("hint_enabled") }),
      ),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: keep }, t("account_save"))),
    );
  form.draw();
  return box;
}

/** Accounts of the branch that belong to no employee here. */
function strangers(page) {
  const { t, view } = page;
  const known = new Set(view.employees.map(({ user }) => user));
  const others = (page.users ?? []).filter(({ user }) => !known.has(user));
  if (others.length === 0) return null;
  const one = (its, place) =>
    page.item(
      "users",
      place,
      () => [
        h("span", { class: "name" }, its.user),
        h("span", { class: "small" }, its.groups.map((name) => t(`group_${name}`)).join(", ")),
        h("span", { class: its.enabled ? "state on" : "state" }, t(its.enabled ? "active" : "inactive")),
      ],
      rights(page, its, `other-${place}`),
    );
  return h(
    "div",
    { class: "group" },
    h("h2", {}, t("group_strangers")),
    h("p", { class: "small" }, t("lead_strangers")),
    h("div", { class: "items" }, others.map(one)),
  );
}

// --------------------------------------------------------------------------------------------------------- technical users

function machine(page, its, place) {
  const { form, t } = page;
  const path = (name) => `employees[${place}].${name}`;
  return page.item(
    "employees",
    place,
    () => line(page, its),
    h("div", { class: "fields" }, form.field(path("name")), form.box(path("active"), { hint: t("hint_technical_active") })),
    technicalAccount(page, its),
    !stored(page, its)?.account && page.moves("employees", place, { name: its.name }),
  );
}

function technicalAccount(page, its) {
  const { t, staff } = page;
  const known = stored(page, its);
  if (!known) return h("p", { class: "small second-step" }, t("account_after_saving"));
  const change = (account) => async () => {
    if (
      !account &&
      !(await page.sure(t("account_take_heading"), t("account_take_sure", { name: its.name }), t("account_take")))
    )
      return;
    try {
      page.renew(await staff.api.post(`/employees/${its.id}/account`, { account }));
      staff.announce(t("account_saved"));
    } catch (error) {
      page.fail(staff.errorText(error));
    }
  };
  return h(
    "div",
    { class: "second-step" },
    h("p", { class: "small" }, t(known.account ? "technical_account" : "technical_no_account")),
    h(
      "p",
      {},
      h(
        "button",
        { type: "button", class: known.account ? "danger" : "quiet", onclick: change(!known.account) },
        t(known.account ? "account_take" : "account_give"),
      ),
    ),
  );
}
