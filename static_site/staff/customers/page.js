/** The page of the customers: a search, and beside it one customer. `customers.html#<id>` opens one. */
import { Refusal } from "../../kit/api.js";
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { api, staff } from "./branch.js";
import { show, write } from "./card.js";
import { detail, inAddress } from "./detail.js";
import { input, mark, searchPart, walk } from "./search.js";

const NEW = "new";
const IMPORT = "import";

let opened = 0;

function close() {
  mark("");
  redraw(detail, h("p", { class: "small empty" }, t("nothing_open")));
}

/** @param {string | null} id */
async function open(id) {
  const turn = ++opened;
  if (!id) return close();
  if (id === NEW) return write();
  detail.setAttribute("aria-busy", "true");
  try {
    if (id === IMPORT && staff.admin) return await openImport(turn);
    const customer = await api.get(`/customers/${encodeURIComponent(id)}`);
    if (turn !== opened) return;
    if (customer.id !== id) inAddress(customer.id); // it was merged into this one
    show(customer);
  } catch (error) {
    if (turn === opened) redraw(detail, fault(error.status === 404 ? t("gone") : errorText(error)));
  } finally {
    detail.removeAttribute("aria-busy");
  }
}

/** Its module is fetched by those who want it. @param {number} turn */
async function openImport(turn) {
  const { showImport } = await import("./import.js").catch(() => {
    throw new Refusal(0);
  });
  if (turn === opened) showImport();
}

const wanted = () => (/^#[A-Za-z0-9_-]+$/.test(location.hash) && location.hash !== "#main" ? location.hash.slice(1) : null);

/** @param {string} id also what the address says behind # @param {string} text */
const way = (id, text) => h("a", { href: `#${id}`, class: "as-button", id }, text);

const main = document.getElementById("main");
redraw(
  main,
  h(
    "div",
    { class: "head" },
    h("h1", {}, t("heading")),
    h("p", { class: "actions" }, way(NEW, t("new")), staff.admin && way(IMPORT, t("import_open"))),
  ),
  h("div", { class: "split", onkeydown: walk }, searchPart, detail),
);
main.removeAttribute("aria-busy");
addEventListener("hashchange", async () => {
  if (location.hash === "#main") return;
  await open(wanted());
  document.getElementById("name")?.focus();
});
// Not awaited here: a module that is fetched later waits until this one has ended.
open(wanted()).then(() => wanted() || input.focus());
