/** Elements: making them, and drawing them anew without losing the focus. */

/**
 * An element with attributes, listeners (`onclick`), properties (`.value`) and children; what is null or false is left out.
 * Strings become text, never markup.
 * @template {string} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {any[]} children
 * @returns {T extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[T] : HTMLElement}
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
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false)
      .flatMap(whole),
  );
  return /** @type {any} */ (element);
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

/** An address that, where a line is too short for it, breaks after the @ rather than anywhere. @param {string} address */
export function breakable(address) {
  const [name, ...domain] = address.split("@");
  return domain.length > 0 ? [`${name}@`, h("wbr"), domain.join("@")] : [name];
}

/** Replaces what an element holds and gives the focus back to the control of the same id, so that it is never lost. */
export function redraw(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceChildren(...children.flat(2).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Whether an element waits for something. Without a value the attribute would say that it does not. */
export function setBusy(element, busy) {
  if (busy) element.setAttribute("aria-busy", "true");
  else element.removeAttribute("aria-busy");
}

/** Says to screen readers what others see happen. */
export function whisper(text) {
  let voice = document.querySelector("[role=status].unseen");
  if (!voice) document.body.append((voice = h("p", { role: "status", class: "unseen" })));
  voice.textContent = text;
}

/** Lets what has been drawn be seen before more is drawn. Frames out of sight are not painted: it does not wait for ever. */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}

/** An element of a picture. @param {string} tag @param {Record<string, string | number>} [attributes] @param {...(Node | string)} children */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
