/** Small pieces of a page. */
import { h, redraw } from "./dom.js";
import { controlOf, labelled } from "./field.js";

/** @param {any} text  @param {(event: any) => void} onclick  @param {Record<string, any>} [more] attributes */
export const button = (text, onclick, more = {}) => h("button", { type: "button", class: "plain", onclick, ...more }, text);

/** A tinted note with a line; `fault` for what went wrong, which is also said at once. */
export function notice(heading, ...content) {
  return h("div", { class: "notice", tabindex: "-1" }, heading && h("h2", {}, heading), ...content);
}

export function fault(text, ...content) {
  return h("div", { class: "notice fault", role: "alert", tabindex: "-1" }, h("p", {}, text), ...content);
}

/** Facts as pairs; what is empty is left out. @param {[string, ...any][]} pairs */
export function facts(pairs) {
  const pair = ([name, ...value]) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => ![null, undefined, false, ""].includes(value)).map(pair));
}

/**
 * A table that scrolls by itself where it is too wide, and by the keyboard too.
 * @param {string} caption
 * @param {(string | Node)[]} heads
 * @param {Node[]} rows
 * @param {{unseen?: boolean, [attribute: string]: any}} [options]
 */
export function table(caption, heads, rows, { unseen = false, ...more } = {}) {
  return h(
    "section",
    { class: "scroll", tabindex: "0", "aria-label": caption },
    h(
      "table",
      more,
      h("caption", { class: unseen ? "unseen" : null }, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}

/** Lets `act` run once the typing pauses. */
export function afterPause(act, milliseconds = 250) {
  let timer;
  const soon = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), milliseconds);
  };
  return Object.assign(soon, { cancel: () => clearTimeout(timer) });
}

export const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Puts a note where it is read at once. @param {HTMLElement} place @param {HTMLElement} note */
export function present(place, note) {
  redraw(place, note);
  note.focus();
}

/**
 * One of several, under a label.
 * @param {string} id
 * @param {string} label
 * @param {(string | number)[][]} options values and what they are called
 * @param {{chosen?: string | number, act?: (value: string) => void}} [more] what is chosen, and what a choice does
 */
export const selection = (id, label, options, { chosen = options[0][0], act } = {}) =>
  labelled(controlOf("select", { id, onchange: act && (({ target }) => act(target.value)) }, chosen, options), { label });
