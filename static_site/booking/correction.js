/** Another e-mail address for the request that was just made. */
import { ask, proofOf } from "../kit/api.js";
import { h, redraw } from "../kit/dom.js";
import { alarm, faultBox } from "../kit/fault.js";
import { attend } from "../kit/frame.js";
import { reach } from "../kit/practice.js";
import { AddressForm } from "./address.js";
import { FIELDS } from "./values.js";

const INPUTS = { email: FIELDS.email };
const LATE = [401, 409, 429]; // something has happened to the request, it is too old, or nobody may act with this address

/** Fires `corrected`, with the address and the new link. */
export class CorrectionForm extends AddressForm {
  /** The link of the answer. @type {string} */
  url;

  /** @param {{values: import("./values.js").Values, url: string}} given */
  show(given) {
    Object.assign(this, given);
    this.removeAttribute("aria-busy");
    this.draw();
    attend(this.find("#email"));
  }

  get inputs() {
    return INPUTS;
  }

  draw() {
    const form = this.form(this.email(), ...this.problem(), h("p", { class: "actions" }, this.sender("correct_send", "quiet")));
    redraw(this, this.summary(), form);
  }

  problem() {
    if (!this.fault) return [];
    return [LATE.includes(this.fault.status) ? alarm(reach("correct_late")) : faultBox(this.fault, { kept: true })];
  }

  complete() {
    const email = this.values.email.trim();
    return this.attempt(async () => {
      const { manage_url } = await ask("POST", "/appointment/address", { headers: proofOf(this.url), body: { email } });
      this.dispatchEvent(new CustomEvent("corrected", { detail: { email, manage_url } }));
    });
  }
}

customElements.define("terminwerk-correction", CorrectionForm);
