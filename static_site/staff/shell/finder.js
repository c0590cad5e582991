/**
 * The search box of every page: `/` leads to it, Enter opens the first that was found, the arrows go through the others.
 * @typedef {import("./start.js").Staff} Staff
 */
import { h, whisper } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fullName } from "../../kit/names.js";
import { t } from "../../kit/texts.js";
import { SHORTCUTS_OFF } from "./names.js";
import { searching } from "./searching.js";

const MOST = 6; // of a kind

/** @param {string} href @param {string} name @param {string} more */
const line = (href, name, more) => h("li", {}, h("a", { href }, h("b", {}, name), h("span", { class: "small" }, more)));

/** @param {Staff} staff */
export function finder(staff) {
  const list = h("ul", { class: "found", hidden: true });
  const input = h("input", {
    type: "search",
    id: "find",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 100,
    "aria-label": t("find"),
    placeholder: t("find"),
    oninput: () => find(input.value),
  });
  const show = (/** @type {Node[]} */ lines) => {
    list.replaceChildren(...lines);
    list.hidden = lines.length === 0;
  };
  const find = searching(
    staff.api,
    (found) => {
      if (!found) return show([]);
      const planned = [...found.requests, ...found.appointments].slice(0, MOST);
      const lines = [
        ...found.customers
          .slice(0, MOST)
          .map((each) => line(`customers.html#${each.id}`, fullName(each), each.phone ?? each.email ?? "")),
        ...planned.map((each) => line(`index.html#${each.id}`, each.name, staff.moment(each.start))),
      ];
      whisper(t("find_count", { count: lines.length }));
      return show(lines.length ? lines : [h("li", { class: "small" }, t("find_none"))]);
    },
    (error) => show([h("li", { class: "small" }, errorText(error))]),
  );
  const close = () => {
    input.value = "";
    find("");
  };
  const element = h("div", { class: "finder", role: "search", "aria-label": t("find") }, input, list);
  element.addEventListener("keydown", (event) => steer(event, input, list, close));
  element.addEventListener("click", ({ target }) => /** @type {Element} */ (target).closest("a") && close());
  document.addEventListener("pointerdown", ({ target }) => {
    if (!element.contains(/** @type {Node} */ (target))) list.hidden = true;
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (!element.contains(/** @type {Node | null} */ (relatedTarget))) list.hidden = true;
  });
  input.addEventListener("focus", () => (list.hidden = list.children.length === 0));
  heedSlash(input);
  return element;
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} input @param {HTMLElement} list @param {() => void} close */
function steer(event, input, list, close) {
  const stops = [input, .../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("a"))];
  const place = stops.findIndex((each) => each === document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) (stops[place + step] ?? input).focus();
  else if (event.key === "Enter" && place === 0) stops[1]?.click();
  else if (event.key === "Escape") {
    close();
    input.focus();
  } else return;
  event.preventDefault();
}

/** @param {HTMLElement} input */
function heedSlash(input) {
  document.addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).closest?.("input, select, textarea, dialog, [role=menu]");
    const isOff = sessionStorage.getItem(SHORTCUTS_OFF) || document.body.classList.contains("locked");
    if (event.key !== "/" || typing || isOff || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
}
