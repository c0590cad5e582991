/** What somebody typed and nobody has saved yet. */

const held = (control) => (["checkbox", "radio"].includes(control.type) ? control.checked : control.value);

/**
 * Watches the fields in an element, each from the moment that somebody comes to it.
 * @param {HTMLElement} element
 * @returns {() => boolean} whether one of them holds something else now
 */
export function watchTyped(element) {
  const before = new Map();
  element.addEventListener("focusin", ({ target }) => {
    const isField = /** @type {Element} */ (target).matches("input, textarea, select");
    if (isField && !before.has(target)) before.set(target, held(target));
  });
  return () => [...before].some(([control, value]) => control.isConnected && held(control) !== value);
}
