/**
 * "Please call me": a name, a number, when it suits. For those who have no e-mail address, or whose mail does not come.
 *
 * A module of its own with texts of its own, fetched by the booking page when it is asked for. No time is reserved.
 */
import { announce, h, redraw } from "../kit/dom.js";
import { arrive, attend, outward } from "../kit/frame.js";
import { language, rich, t, volumes } from "../kit/texts.js";
import { BookingForm, FIELDS, mendable, missing } from "./form.js";
import { speak, ways } from "./parts.js";

const INPUTS = {
  name: { autocomplete: "name", maxlength: 60 },
  phone: FIELDS.phone,
  when: { autocomplete: "off", maxlength: 200 },
};

const REQUIRED = ["name", "phone"];

/**
 * Made with: `values` (name, phone, when, website; what is typed is kept in there), `gate`, `branch` (name, phone, email,
 * privacy_url), `online` (whether there are free times to look at).
 * Fires `back` (to where the customer came from) and `week` (to the free times).
 */
class CallbackForm extends BookingForm {
  errors = {};
  fault = null;
  sending = false;
  done = false;

  /** Also whenever it is put anew: the language may have changed meanwhile. */
  connectedCallback() {
    this.gate.proof();
    this.removeAttribute("aria-busy");
    this.draw();
  }

  get inputs() {
    return INPUTS;
  }

  get required() {
    return REQUIRED;
  }

  draw() {
    if (this.done) return this.drawDone();
    const form = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.submit(event), oninput: (event) => this.keep(event) },
      ...Object.keys(INPUTS).map((name) => this.field(name)),
      this.trap(),
      this.end(),
    );
    return redraw(this, h("p", { class: "lead" }, t("call_lead")), this.summary(), form);
  }

  end() {
    const url = this.branch.privacy_url;
    const link = url ? outward(url, t("privacy_link"), true) : t("privacy_link");
    const label = this.sending ? "sending" : this.fault ? "repeat" : "call_send";
    return [
      h("p", { class: "privacy" }, rich("call_privacy", { link })),
      this.fault && this.problem(),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "submit", class: "main", id: "send", "aria-disabled": this.sending ? "true" : null }, t(label)),
        h("button", { type: "button", class: "quiet", id: "back", onclick: () => this.fire("back") }, t("call_back")),
      ),
    ].filter(Boolean);
  }

  /** How else to reach the practice, whatever went wrong. */
  problem() {
    const { status, body } = this.fault;
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1", id: "fault" },
      h("h2", {}, t("fault_heading")),
      h("p", {}, t(status === 0 ? "fault_network" : "call_fault")),
      ways(body.contact ?? this.branch),
    );
  }

  fire(name) {
    this.dispatchEvent(new CustomEvent(name));
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return;
    this.readTrap();
    this.fault = null;
    this.errors = missing(this.values, REQUIRED);
    if (Object.keys(this.errors).length > 0) return this.complain();
    this.sending = true;
    this.draw();
    announce(t("sending"));
    try {
      await this.gate.post("callbacks", this.details(), { website: this.values.website || undefined }, {});
      this.finish();
    } catch (refusal) {
      this.refuse(refusal);
    }
  }

  details() {
    const { name, phone, when } = this.values;
    return { name: name.trim(), phone: phone.trim(), when: when.trim() || undefined, language };
  }

  finish() {
    this.sending = false;
    this.done = true;
    this.values.when = "";
    if (!this.isConnected) return;
    this.draw();
    arrive(this.heading, t("title", { step: this.heading.textContent, practice: this.branch.name }));
  }

  refuse(refusal) {
    this.sending = false;
    this.errors = mendable(refusal, INPUTS);
    const wrong = Object.keys(this.errors).length > 0;
    if (!wrong) this.fault = refusal;
    if (!this.isConnected) return;
    if (wrong) return this.complain();
    this.draw();
    attend(this.querySelector("#fault"));
  }

  get heading() {
    return this.closest("main").querySelector("h1");
  }

  drawDone() {
    this.heading.textContent = t("call_done");
    const number = h("strong", {}, this.values.phone.trim());
    redraw(
      this,
      h("p", { class: "lead" }, rich("call_done_lead", { number })),
      h("p", {}, t("call_done_else")),
      ways(this.branch),
      this.online &&
        h(
          "p",
          { class: "actions" },
          h("button", { type: "button", class: "quiet", id: "week", onclick: () => this.fire("week") }, t("call_week")),
        ),
    );
  }
}

/** Speaks before it draws: the element fills the places that wait for it as soon as it is defined. */
export async function learn() {
  if (!volumes.includes("call.")) volumes.push("call.");
  await speak(language);
  if (!customElements.get("terminwerk-call")) customElements.define("terminwerk-call", CallbackForm);
}
