/** A form with an e-mail address: asks about one that looks mistyped before anything is sent to it. */
import { h, redraw } from "../kit/dom.js";
import { attend } from "../kit/frame.js";
import { t } from "../kit/texts.js";
import { CustomerForm, missing } from "./fields.js";

/** Which address a mistyped one probably means; where the module does not come, nobody is advised. */
let advising = null;
const advice = () => (advising ??= import("./advice.js").catch(() => ({ intended: () => null })));

/** @returns {Record<string, import("../kit/flaws.js").Flaw>} */
function check(values, required) {
  const wrong = missing(values, required);
  if (!wrong.email) {
    const email = values.email.trim();
    const character = /[^\w.!#$%&'*+/=?^`{|}~-]/.exec(email.split("@")[0])?.[0]; // "ö", which no address has there
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)) wrong.email = { code: "email" };
    else if (character) wrong.email = { code: "email_character", character };
  }
  return wrong;
}

/** Calls `complete` once nothing is missing, and the customer has answered for an address that looks mistyped. */
export class AddressForm extends CustomerForm {
  /** The address that is probably meant. @type {string | null | undefined} */
  doubt;
  pressed = false;
  /** How many clicks the last press was part of. */
  clicks = 0;

  /** Of the required, those that are asked for now. */
  asked() {
    return this.required;
  }

  /** What is wrong before anything is sent. */
  check() {
    return check(this.values, this.asked());
  }

  /** Also where the address is shown again. */
  echo() {}

  complete() {}

  form(...content) {
    this.doubt = undefined;
    const form = h("form", {
      novalidate: true,
      onsubmit: (event) => this.submit(event),
      oninput: (event) => this.keep(event),
      onclick: ({ detail }) => (this.clicks = detail),
      onpointerdown: () => this.press(),
      onchange: () => this.pressed || this.advise(),
    });
    form.append(...content);
    return form;
  }

  /** @param {any[]} below */
  email(...below) {
    return this.field("email", h("div", { class: "typo", role: "status", tabindex: "-1" }), ...below);
  }

  /** A press that leaves a field must not see its target move away: the advice, which takes room, waits until it is over. */
  press() {
    this.pressed = true;
    const release = () =>
      setTimeout(() => {
        this.pressed = false;
        if (this.isConnected) this.advise();
      });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { once: true });
  }

  /** Asks about an address that looks mistyped; only when a field is left, so that nobody is interrupted. */
  async advise() {
    this.echo();
    const { intended } = await advice();
    const place = this.querySelector(".typo");
    const address = intended(this.values.email);
    if (!place || this.doubt === address) return;
    this.doubt = address;
    const apply = () => h("button", { type: "button", class: "plain", onclick: () => this.correct(address) }, t("typo_apply"));
    redraw(place, address && [h("p", {}, t("typo", { address })), apply()]);
  }

  correct(address) {
    this.values.email = address;
    const input = this.find("#email");
    input.value = address;
    input.focus();
    this.advise();
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return;
    const complained = this.errors;
    this.errors = this.check();
    if (Object.keys(this.errors).length > 0) return this.complain();
    if (Object.keys(complained).length > 0) this.draw(); // what is mended is no longer complained about
    await this.advise();
    if (this.doubt && (this.values.held !== this.values.email || this.clicks > 1)) return this.hold();
    return this.complete();
  }

  /** Once for each address that looks mistyped: nothing is sent before the question was seen. */
  hold() {
    const place = this.find(".typo");
    if (this.values.held !== this.values.email) {
      this.values.held = this.values.email;
      place.prepend(h("p", { class: "held" }, t("typo_held")));
      place.append(h("button", { type: "submit", class: "plain" }, t("typo_keep")));
    }
    attend(place);
  }
}
