/** Elements: making them, and drawing them anew without losing the focus. */

/**
 * An element with attributes, listeners (`onclick`), properties (`.value`) and children; what is null or false is left out.
 * Strings become text, never markup.
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith(".")) element[name.slice(1)] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children
      .flat()
      .filter((child) => child !== null && child !== undefined && child !== false)
      .flatMap(whole),
  );
  return element;
}

/** A word that is kept in one line, since browsers break after its hyphen ("E-Mail"); none until a page names it. */
let unbroken = "";

export function keepWhole(word) {
  unbroken = word;
}

function whole(child) {
  if (typeof child !== "string" || !unbroken) return child;
  const parts = child.split(new RegExp(`(${unbroken})`, "i"));
  return parts.map((part, index) => (index % 2 ? h("span", { class: "whole", ".textContent": part }) : part));
}

/** Replaces what an element holds and gives the focus back to the control of the same id, so that it is never lost. */
export function redraw(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceChildren(...children.flat(2).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Tells screen readers something that others see happen. */
export function announce(text) {
  const voice = document.querySelector("[role=status].unseen");
  if (voice) voice.textContent = text;
}

/** Lets what has been drawn be seen before more is drawn. Frames out of sight are not painted: it does not wait for ever. */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}
