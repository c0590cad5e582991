/** The page of the customers: a search, and beside it one customer. `customers.html#<id>` opens one. */
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { api } from "./branch.js";
import { show, write } from "./card.js";
import { detail, inAddress } from "./detail.js";
import { input, mark, searchPart, walk } from "./search.js";

const NEW = "new";

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
    const customer = await api.get(`/customers/${encodeURIComponent(id)}`);
    if (turn !== opened) return;
    if (customer.id !== id) inAddress(customer.id); // it was merged into this one
    show(customer);
  } catch (error) {
    if (turn === opened) redraw(detail, fault(error.status === 404 ? t("gone") : errorText(error)));
  }
  detail.removeAttribute("aria-busy");
}

const wanted = () => (/^#[A-Za-z0-9_-]+$/.test(location.hash) && location.hash !== "#main" ? location.hash.slice(1) : null);

const main = document.getElementById("main");
redraw(
  main,
  h("div", { class: "head" }, h("h1", {}, t("heading")), h("a", { href: `#${NEW}`, class: "as-button", id: "new" }, t("new"))),
  h("div", { class: "split", onkeydown: walk }, searchPart, detail),
);
main.removeAttribute("aria-busy");
addEventListener("hashchange", async () => {
  if (location.hash === "#main") return;
  await open(wanted());
  document.getElementById("name")?.focus();
});
await open(wanted());
if (!wanted()) input.focus();
