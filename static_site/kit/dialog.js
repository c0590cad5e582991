/** Dialogs, what is wrong in them, and what is said aloud. */
import { h } from "./dom.js";
import { newId, wrongList } from "./field.js";
import { errorText, flawText } from "./flaws.js";
import { hasText, t } from "./texts.js";
import { watchTyped } from "./typed.js";
import { last } from "./values.js";

/**
 * @typedef {import("./field.js").Field} Field
 * @typedef {HTMLDialogElement & {finish: (value: any) => void, summary: Summary}} Dialog
 */

/**
 * A summary of what is wrong, with links to the fields; empty and hidden where nothing is.
 * @typedef {HTMLElement & {show: (text: string, wrong?: Pick<Field, "control" | "label">[]) => void, clear: () => void}} Summary
 * @returns {Summary}
 */
export function errorSummary() {
  const element = h("div", { class: "notice fault", tabindex: "-1", role: "alert", hidden: true });
  const show = (text, wrong = []) => {
    element.hidden = !text && wrong.length === 0;
    /** @type {[string, string, () => void][]} */
    const lines = wrong.map(({ control, label }) => [control.id, label, () => control.focus()]);
    element.replaceChildren(h("p", {}, text), ...(lines.length ? [wrongList(lines)] : []));
    if (!element.hidden) element.focus();
  };
  const clear = () => {
    element.hidden = true;
    element.replaceChildren();
  };
  return Object.assign(element, { show, clear });
}

/**
 * Ties a refusal to the fields of the same names and shows the rest above them.
 * @param {any} error
 * @param {Summary} summary
 * @param {Field[]} fields
 */
export function showErrors(error, summary, fields) {
  const flaws = Object.entries(error.codes ?? {});
  const of = ({ name }) => flaws.find(([path]) => path === name || path.endsWith(`.${name}`));
  const wrong = fields.filter(of);
  fields.forEach((each) => each.fail(of(each) ? flawText(of(each)[1], each.name) : ""));
  if (wrong.length === 0) return summary.show(errorText(error));
  const others = flaws.filter((flaw) => !wrong.some((each) => of(each) === flaw)).map(([path, flaw]) => flawText(flaw, path));
  return summary.show([t(`code_${error.code}`), ...others].join(" "), wrong);
}

/**
 * A dialog, in the browser's own element. Resolves to the `value` of the action chosen, or null where it was closed.
 * An action is {label, value, kind?: "main" | "quiet" | "danger", run?}: `run` may be asynchronous; what it returns, where it
 * returns something, is the value, `false` keeps the dialog open, and a Refusal is shown in it.
 * `fields` are those of `field` that an error may speak of. `body` is an element, several, or a text; `setup(dialog)` is called
 * before it is seen, `dialog.finish(value)` closes it.
 * @template [T=any]
 * @param {{title: any, body?: any, kind?: string, close?: string, fields?: Field[], setup?: (dialog: Dialog) => void,
 *   actions?: {label: any, value?: T, kind?: string, run?: (dialog: Dialog) => Promise<T | false | void> | T | false | void}[]}} given
 * @returns {Promise<([T] extends [void] ? true : T) | null>}
 */
export function dialog({ title, body, actions = [], kind = "", close = t("close"), fields = [], setup }) {
  const id = newId("dialog");
  const summary = errorSummary();
  const heading = h("h2", { id, tabindex: "-1" }, title);
  const form = h("form", { method: "dialog", novalidate: true }, summary);
  return new Promise((resolve) => {
    let value = null;
    let pending = null; // an action on its way: closing waits for how it ends
    const finish = (result) => {
      value = result;
      element.close();
    };
    const element = Object.assign(h("dialog", { class: kind, "aria-labelledby": id }), { finish, summary });
    const run = async (action, button) => {
      button.setAttribute("aria-busy", "true");
      summary.clear();
      try {
        const result = action.run ? await action.run(element) : undefined;
        if (result !== false) element.finish(result === undefined ? ("value" in action ? action.value : true) : result);
      } catch (error) {
        showErrors(error, summary, fields);
      } finally {
        button.removeAttribute("aria-busy");
      }
    };
    const begin = (event, action, button) => {
      event.preventDefault();
      pending ??= run(action, button).finally(() => {
        pending = null;
      });
    };
    const buttons = actions.map((action) => {
      const attributes = { type: action.kind === "main" ? "submit" : "button", class: action.kind ?? "quiet" };
      const button = h("button", { ...attributes, onclick: (event) => begin(event, action, button) }, action.label);
      return button;
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.append(
      ...[typeof body === "string" ? h("p", {}, body) : body].flat().filter(Boolean),
      ...(buttons.length ? [h("div", { class: "actions" }, buttons)] : []),
    );
    const mayLeave = leaving(form, () => pending);
    const shut = h(
      "button",
      { type: "button", class: "shut", "aria-label": close, onclick: () => mayLeave() && element.close() },
      "×",
    );
    element.append(h("div", { class: "title" }, heading, shut), form, h("p", { class: "voice", role: "status" }));
    element.addEventListener("cancel", (event) => mayLeave() || event.preventDefault());
    element.addEventListener("close", async () => {
      await pending;
      element.remove();
      resolve(value);
    });
    document.body.append(element);
    setup?.(element);
    element.showModal();
    /** @type {HTMLElement} */ (element.querySelector("[autofocus]") ?? heading).focus();
  });
}

/**
 * Whether a dialog may be closed: it waits for what is on its way, and asks once before it throws away what was typed.
 * @param {HTMLElement} form @param {() => unknown} isBusy @returns {() => boolean}
 */
function leaving(form, isBusy) {
  const isTyped = watchTyped(form);
  let asked = !hasText("typed"); // pages that have nothing to lose know no words for it
  form.addEventListener("input", () => (asked &&= !hasText("typed")));
  return () => {
    if (isBusy()) return false;
    if (asked || !isTyped()) return true;
    asked = true;
    announce(t("typed"));
    return false;
  };
}

/**
 * A yes or no.
 * @param {{title: any, body?: any, yes: any, danger?: boolean}} given
 * @returns {Promise<boolean>}
 */
export async function confirmDialog({ title, body, yes, danger = false }) {
  const actions = [
    { label: yes, value: true, kind: danger ? "danger" : "main" },
    { label: t("back"), value: false },
  ];
  return (await dialog({ title, body, actions })) === true;
}

let fading;

/** Tells screen readers, and for a moment everybody, something that happened. What an open dialog covers is not heard. */
export function announce(text) {
  const voice = last([...document.querySelectorAll("dialog[open] > .voice")]) ?? document.getElementById("voice");
  voice.textContent = "";
  voice.textContent = text;
  voice.classList.add("seen");
  clearTimeout(fading);
  fading = setTimeout(() => voice.classList.remove("seen"), 6000);
}

/** Tells a refusal that no dialog shows. */
export const announceError = (error) => announce(errorText(error));

/** Takes away what was told and is not true any more. */
export function hush() {
  document.getElementById("voice").textContent = "";
}
