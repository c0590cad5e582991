/** A menu at a place of the page: by right click, long press, the menu key or a button. */
import { h } from "../../kit/dom.js";

/** @type {{menu: HTMLElement, before: Element | null} | null} */
let shown = null;

/**
 * Shows a menu and gives the focus back when it is closed.
 * @param {{label: string, run: () => void}[]} items
 * @param {{x: number, y: number}} place in the window
 * @param {string} name for screen readers
 */
export function openMenu(items, { x, y }, name) {
  closeMenu();
  const before = document.activeElement;
  const buttons = items.map(({ label, run }) => {
    const choose = () => {
      closeMenu();
      run();
    };
    return h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: choose }, label);
  });
  const menu = h(
    "div",
    { class: "popup", role: "menu", "aria-label": name, onkeydown: (event) => steer(event, buttons) },
    buttons,
  );
  // A dialog that is open covers the page: what belongs to it stands inside it.
  (document.querySelector("dialog:modal") ?? document.getElementById("main")).append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
  shown = { menu, before };
  buttons[0]?.focus();
  setTimeout(() => document.addEventListener("pointerdown", outside));
}

function closeMenu() {
  if (!shown) return;
  const { menu, before } = shown;
  shown = null;
  document.removeEventListener("pointerdown", outside);
  const inside = menu.contains(document.activeElement);
  menu.remove();
  if (inside && before instanceof HTMLElement) before.focus();
}

/** @param {PointerEvent} event */
function outside(event) {
  if (!shown?.menu.contains(/** @type {Node} */ (event.target))) closeMenu();
}

/** @param {KeyboardEvent} event @param {HTMLElement[]} buttons */
function steer(event, buttons) {
  const place = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to !== undefined) buttons[(to + buttons.length) % buttons.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
