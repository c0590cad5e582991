/**
 * The header of the staff's pages.
 * @typedef {import("./start.js").Staff} Staff
 */
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { secondFactor } from "./factor.js";
import { finder } from "./finder.js";
import { languageButtons } from "./language.js";
import { BRANCH, PRODUCT } from "./names.js";
import * as session from "./session.js";

const PAGES = [
  ["planner", "index.html"],
  ["customers", "customers.html"],
  ["messages", "messages.html"],
  ["record", "record.html"],
  ["figures", "figures.html"],
  ["settings", "settings.html"],
  ["accesses", "accesses.html"],
];

/** @param {string} name of the page @param {Staff} staff @param {[string, string][]} branches ids and names */
export function header(name, staff, branches) {
  const count = h("b", { class: "count" });
  const sign = h("span", { class: "sign", "aria-hidden": "true" }, "✉");
  const inbox = h(
    "a",
    { href: "index.html#inbox", id: "inbox-link" },
    sign,
    h("span", { class: "name" }, t("inbox")),
    " ",
    count,
  );
  const title = document.title;
  staff.inbox.subscribe((view) => {
    count.textContent = view.count ? String(view.count) : "";
    inbox.setAttribute("aria-label", t("inbox_count", { count: view.count }));
    if (!document.body.classList.contains("locked")) document.title = view.count ? `(${view.count}) ${title}` : title;
  });
  return [
    h("p", { class: "product" }, h("a", { href: "index.html" }, PRODUCT)),
    branchChoice(staff, branches),
    navigation(name, staff.admin),
    h("div", { class: "tools" }, finder(staff), inbox, userMenu(staff)),
  ];
}

/** The pages in a row or, where the window is narrow, behind a button. @param {string} name of this one @param {boolean} admin */
export function navigation(name, admin) {
  const shown = PAGES.filter(([page]) => page !== "settings" || admin);
  const link = ([page, file]) =>
    h("li", {}, h("a", { href: file, "aria-current": page === name ? "page" : null }, t(`page_${page}`)));
  const fold = (open = false) => button.setAttribute("aria-expanded", String(open));
  const press = () => fold(button.getAttribute("aria-expanded") === "false");
  const prefix = h("span", { class: "unseen" }, `${t("navigation")}: `);
  const attributes = { type: "button", class: "pages", "aria-expanded": "false", onclick: press };
  const button = h("button", attributes, prefix, t(`page_${name}`));
  const element = h("nav", { "aria-label": t("navigation") }, button, h("ul", {}, shown.map(link)));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") === "false") return;
    fold();
    button.focus();
  });
  document.addEventListener("click", ({ target }) => element.contains(/** @type {Node} */ (target)) || fold());
  return element;
}

/** With one branch its name; with several a choice, kept for this tab. @param {Staff} staff @param {[string, string][]} branches */
function branchChoice(staff, branches) {
  if (branches.length < 2) return h("p", { class: "branch" }, branches[0]?.[1]);
  const choose = (event) => {
    sessionStorage.setItem(BRANCH, event.target.value);
    location.assign(location.pathname); // another branch has no appointment of this one: the fragment goes
  };
  const options = branches.map(([id, name]) => h("option", { value: id, ".selected": id === staff.branch }, name));
  return h("select", { class: "branch", "aria-label": t("branch_choice"), onchange: choose }, options);
}

/** @param {Staff} staff */
function userMenu(staff) {
  const item = (key, run) => h("li", {}, h("button", { type: "button", class: "plain", onclick: run }, t(key)));
  const out = async () => {
    await session.signOut();
    return session.leaveToSignIn({ back: false, why: "out" });
  };
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", {}, session.userName()),
    h(
      "ul",
      {},
      item("lock_now", () => staff.lock()),
      item("factor", () => secondFactor()),
      languageButtons().map((each) => h("li", {}, each)),
      item("sign_out", out),
      item("sign_out_everywhere", () => everywhere()),
    ),
  );
  const shut = () => menu.removeAttribute("open");
  menu.addEventListener("click", ({ target }) => /** @type {Element} */ (target).closest("button") && shut());
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    shut();
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", ({ target }) => menu.contains(/** @type {Node} */ (target)) || shut());
  return menu;
}

async function everywhere() {
  const run = async () => {
    await session.signOutEverywhere();
    return session.leaveToSignIn({ back: false, why: "out" });
  };
  const actions = [{ label: t("sign_out_everywhere"), kind: "main", run }];
  await dialog({ title: t("sign_out_everywhere"), body: t("sign_out_everywhere_text"), actions });
}
