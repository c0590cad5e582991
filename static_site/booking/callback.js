/**
 * "Please call me": a name, a number, when it suits. For those who have no e-mail address, or whose mail does not come. No time is
 * reserved.
 */
import { h, redraw } from "../kit/dom.js";
import { alarm } from "../kit/fault.js";
import { arrive } from "../kit/frame.js";
import { ways } from "../kit/practice.js";
import { language, rich, t } from "../kit/texts.js";
import { CustomerForm, missing } from "./fields.js";
import { FIELDS } from "./values.js";

const INPUTS = {
  name: { autocomplete: "name", maxlength: 60 },
  phone: FIELDS.phone,
  when: { autocomplete: "off", maxlength: 200 },
};

/**
 * @typedef {{values: {name: string, phone: string, when: string, website: string}, gate: import("./gate.js").Gate,
 *   practice: import("../kit/practice.js").Contact, privacyUrl?: string, online: boolean}} CallState
 *   `values` keeps what is typed; `online`: whether there are free times to look at
 */

/** Fires `back` (to where the customer came from) and `week` (to the free times). */
export class CallbackForm extends CustomerForm {
  /** @type {CallState} */
  view;
  done = false;

  /** When it is put anew, the language may have changed meanwhile. */
  connectedCallback() {
    if (this.view) this.draw();
  }

  /** @param {CallState} view */
  show(view) {
    Object.assign(this, { view, values: view.values });
    view.gate.proof();
    this.removeAttribute("aria-busy");
    this.draw();
  }

  get inputs() {
    return INPUTS;
  }

  get required() {
    return ["name", "phone"];
  }

  draw() {
    if (this.done) return this.drawDone();
    const form = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.submit(event), oninput: (event) => this.keep(event) },
      ...Object.keys(INPUTS).map((name) => this.field(name)),
      this.trap(),
      this.privacy("call_privacy", this.view.privacyUrl),
      this.fault && this.problem(),
      h(
        "p",
        { class: "actions" },
        this.sender(this.fault ? "repeat" : "call_send"),
        h("button", { type: "button", class: "quiet", id: "back", onclick: () => this.fire("back") }, t("call_back")),
      ),
    );
    return redraw(this, h("p", { class: "lead" }, t("call_lead")), this.summary(), form);
  }

  /** How else to reach the practice, whatever went wrong. */
  problem() {
    const { status, body } = this.fault;
    return alarm(
      h("h2", {}, t("fault_heading")),
      h("p", {}, t(status === 0 ? "fault_network" : "call_fault")),
      ways(body.contact ?? this.view.practice),
    );
  }

  fire(name) {
    this.dispatchEvent(new CustomEvent(name));
  }

  submit(event) {
    event.preventDefault();
    if (this.sending) return undefined;
    this.readTrap();
    this.fault = null;
    this.errors = missing(this.values, this.required);
    if (Object.keys(this.errors).length > 0) return this.complain();
    const { gate, values } = this.view;
    return this.attempt(async () => {
      await gate.post("callbacks", this.details(), { website: values.website || undefined }, {});
      this.finish();
    });
  }

  details() {
    const { name, phone, when } = this.view.values;
    return { name: name.trim(), phone: phone.trim(), when: when.trim() || undefined, language };
  }

  finish() {
    this.sending = false;
    this.done = true;
    this.values.when = "";
    if (!this.isConnected) return;
    this.draw();
    arrive(this.heading, t("title", { step: this.heading.textContent, practice: this.view.practice.name }));
  }

  get heading() {
    return this.closest("main").querySelector("h1");
  }

  drawDone() {
    const { values, practice, online } = this.view;
    this.heading.textContent = t("call_done");
    redraw(
      this,
      h("p", { class: "lead" }, rich("call_done_lead", { number: h("strong", { dir: "ltr" }, values.phone.trim()) })),
      h("p", {}, t("call_done_else")),
      ways(practice),
      online &&
        h(
          "p",
          { class: "actions" },
          h("button", { type: "button", class: "quiet", id: "week", onclick: () => this.fire("week") }, t("call_week")),
        ),
    );
  }
}

customElements.define("terminwerk-call", CallbackForm);
