/** What customers' forms share: their fields, what is wrong with them, what is on its way. */
import { whisper, h } from "../kit/dom.js";
import { controlOf, labelled, wrongList } from "../kit/field.js";
import { attend, outward } from "../kit/frame.js";
import { hasText, language, rich, t } from "../kit/texts.js";
import { FIELDS } from "./values.js";

/**
 * @typedef {import("../kit/api.js").Refusal} Refusal
 * @typedef {import("../kit/flaws.js").Flaw} Flaw
 */

const LONGEST_CATCH = 200; // characters of the trap that the API takes
const HINTS = ["email", "message", "when"];

/** Which of the `required` are empty. @returns {Record<string, Flaw>} */
export const missing = (values, required) =>
  Object.fromEntries(required.filter((name) => isEmpty(values[name])).map((name) => [name, { code: "required" }]));

const isEmpty = (value) => (typeof value === "string" ? !value.trim() : !value);

/** What the API says of fields that a form has. @param {Refusal} refusal  @returns {Record<string, Flaw>} */
export const mendable = ({ codes }, inputs) => Object.fromEntries(Object.entries(codes).filter(([name]) => name in inputs));

/** A form that keeps what is typed in the `values` it was given, so that no step loses it. */
export class CustomerForm extends HTMLElement {
  /** @type {Record<string, any>} */
  values;
  /** What is wrong, by field. @type {Record<string, Flaw>} */
  errors = {};
  /** What went wrong when it was sent. @type {Refusal | null} */
  fault = null;
  sending = false;

  /** By name of a field, the attributes of its input. @type {Record<string, Record<string, any>>} */
  get inputs() {
    return FIELDS;
  }

  /** @type {string[]} */
  get required() {
    return Object.keys(this.inputs);
  }

  draw() {}

  /** All that is wrong, on top, each line a way to its field (GOV.UK's error summary). */
  summary() {
    const wrong = Object.entries(this.errors);
    if (wrong.length === 0) return null;
    /** @returns {[string, string, () => void]} */
    const line = ([name, flaw]) => [name, this.complaint(name, flaw), () => attend(this.find(`#${CSS.escape(name)}`))];
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1", id: "errors" },
      h("h2", {}, t("errors_heading")),
      wrongList(wrong.map(line)),
    );
  }

  /**
   * A field may have a text of its own; a code may be newer than this page.
   * @param {string} name
   * @param {Flaw} flaw
   */
  complaint(name, { code, ...facts }) {
    const key = [`error_${code}_${name.split(".")[0]}`, `error_${code}`, "error_other"].find(hasText);
    return t(key, { label: this.labelOf(name), ...facts });
  }

  /** @param {string} name */
  labelOf(name) {
    return t(`label_${name}`);
  }

  /** @param {string} name  @param {any[]} below what stands below the input */
  field(name, ...below) {
    const required = this.required.includes(name);
    const flaw = this.errors[name];
    const { type = "text", ...more } = this.inputs[name];
    const control = controlOf(type, { id: name, name, required, ...more }, this.values[name]);
    const hint = HINTS.includes(name) && t(`hint_${name}`);
    const element = labelled(control, { label: t(`label_${name}`), hint, optional: !required });
    element.fail(flaw && this.complaint(name, flaw));
    element.append(...below.filter(Boolean));
    return element;
  }

  /** Neither seen, read nor reached, by a name that no browser fills: what is in it, a robot wrote. */
  trap() {
    const input = { id: "web_reference", name: "web_reference", tabindex: "-1", autocomplete: "off" };
    return h(
      "div",
      { class: "aside", "aria-hidden": "true" },
      h("label", { for: input.id }, t("label_website")),
      h("input", { ...input, ".value": this.values.website }),
    );
  }

  /** Robots fire no events; what they write may be long. */
  readTrap() {
    this.values.website = this.find("#web_reference").value.slice(0, LONGEST_CATCH);
  }

  /** Of a notice in several languages the German one binds. @param {string} url of the practice's notice, if it has one */
  privacy(key, url) {
    const link = (text, more = {}) => (url ? outward(url, h("span", more, text), true) : h("span", more, text));
    const binding =
      language !== "de" &&
      h("span", { class: "binding" }, rich("privacy_binding", { link: link("Datenschutzerklärung", { lang: "de" }) }));
    return h("p", { class: "privacy" }, rich(key, { link: link(t("privacy_link")) }), binding && [h("br"), binding]);
  }

  /** The button that sends. */
  sender(key, kind = "main") {
    const label = t(this.sending ? "sending" : key);
    return h("button", { type: "submit", class: kind, id: "send", "aria-disabled": this.sending ? "true" : null }, label);
  }

  /** @returns {HTMLInputElement} */
  find(selector) {
    return this.querySelector(selector);
  }

  keep({ target }) {
    if (target.name in this.inputs) this.values[target.name] = target.value;
  }

  complain() {
    this.draw();
    document.title = t("title_error", { title: document.title.replace(t("title_error", { title: "" }), "") });
    attend(this.find("#errors"));
  }

  /** Sends something, and shows what is wrong with it. @param {() => Promise<void>} post */
  async attempt(post) {
    this.sending = true;
    this.fault = null;
    this.draw();
    whisper(t("sending"));
    try {
      await post();
    } catch (refusal) {
      this.refuse(refusal);
    }
  }

  /** @param {Refusal} refusal */
  refuse(refusal) {
    this.sending = false;
    this.errors = mendable(refusal, this.inputs);
    const wrong = Object.keys(this.errors).length > 0;
    if (!wrong) this.fault = refusal;
    if (!this.isConnected) return;
    if (wrong) return this.complain();
    this.draw();
    attend(this.find("#fault"));
  }
}
