/**
 * Another e-mail address for the request that was just made. A module of its own, with texts of its own: few need it.
 */
import { ask } from "../kit/api.js";
import { announce, h, redraw } from "../kit/dom.js";
import { attend } from "../kit/frame.js";
import { language, t, volumes } from "../kit/texts.js";
import { BookingForm, FIELDS, mendable } from "./form.js";
import { faultBox, reach, speak } from "./parts.js";

const INPUTS = { email: FIELDS.email };
const LATE = [401, 409, 429]; // something has happened to the request, it is too old, or nobody may act with this address

/** Made with: `values` (email), `url` (the link of the answer). Fires `corrected`, with the address and the new link. */
class CorrectionForm extends BookingForm {
  errors = {};
  fault = null;
  sending = false;

  connectedCallback() {
    this.addEventListener("send", () => this.send());
    this.removeAttribute("aria-busy");
    this.draw();
    attend(this.querySelector("#email"));
  }

  get inputs() {
    return INPUTS;
  }

  get required() {
    return Object.keys(INPUTS);
  }

  draw() {
    const label = this.sending ? "sending" : "correct_send";
    const button = h("button", { type: "submit", class: "quiet", "aria-disabled": this.sending ? "true" : null }, t(label));
    const form = this.advised(this.field("email"), ...this.problem(), h("p", { class: "actions" }, button));
    redraw(this, this.summary(), form);
  }

  problem() {
    if (!this.fault) return [];
    if (!LATE.includes(this.fault.status)) return [faultBox(this.fault)];
    return [h("div", { class: "notice fault", role: "alert", tabindex: "-1", id: "fault" }, reach("correct_late"))];
  }

  /** Nothing is said twice here, and no robot comes this far. */
  noAddress() {
    return null;
  }

  echo() {}

  readTrap() {}

  async send() {
    const email = this.values.email.trim();
    this.sending = true;
    this.fault = null;
    this.draw();
    announce(t("sending"));
    const headers = { "Appointment-Token": this.url.split("#")[1].split("&")[0] };
    try {
      const { manage_url } = await ask("POST", "/appointment/address", { headers, body: { email } });
      this.dispatchEvent(new CustomEvent("corrected", { detail: { email, manage_url } }));
    } catch (refusal) {
      this.refuse(refusal);
    }
  }

  refuse(refusal) {
    this.sending = false;
    this.errors = mendable(refusal, INPUTS);
    if (!this.errors.email) this.fault = refusal;
    if (!this.isConnected) return;
    if (!this.fault) return this.complain();
    this.draw();
    attend(this.querySelector("#fault"));
  }
}

/** Speaks before it draws: the element fills the place that waits for it as soon as it is defined. */
export async function learn() {
  if (!volumes.includes("correction.")) volumes.push("correction.");
  await speak(language);
  if (!customElements.get("terminwerk-correction")) customElements.define("terminwerk-correction", CorrectionForm);
}
