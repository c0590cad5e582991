/** The customer's details for the time that was chosen. */
import { breakable, h, redraw } from "../kit/dom.js";
import { faultBox, mustAsk } from "../kit/fault.js";
import { LONG_DAY, momentName } from "../kit/moments.js";
import { callButton, calls } from "../kit/practice.js";
import { t } from "../kit/texts.js";
import { last } from "../kit/values.js";
import { earlyNote } from "../times/early.js";
import { AddressForm } from "./address.js";
import { newPreparation } from "./later.js";
import { Questions } from "./questions.js";
import { send } from "./request.js";

/** Fires `retime` when another time is wanted. */
export class BookingForm extends AddressForm {
  /** @type {import("./page.js").BookingPage} */
  page;
  /** @type {Questions} */
  questions;

  /** @param {import("./page.js").BookingPage} page with what was typed, and what is wrong with it */
  show(page) {
    const { values, errors, fault, sending } = page;
    Object.assign(this, { page, values, errors, fault, sending, questions: new Questions(page) });
    this.removeAttribute("aria-busy");
    this.draw();
  }

  get required() {
    return [...this.page.access.required, "visitor_last_name"];
  }

  asked() {
    const required = this.required.filter((name) => this.values.for_other || !name.startsWith("visitor_"));
    return [...required, ...this.questions.required];
  }

  check() {
    return { ...super.check(), ...this.questions.lacking() };
  }

  labelOf(name) {
    return this.questions.labelOf(name) ?? super.labelOf(name);
  }

  draw() {
    const { templateItem, pick, access } = this.page;
    const heading = h("h1", { id: "heading", tabindex: "-1" }, t("form_heading"));
    const form = this.form(...this.fields().filter(Boolean), ...this.end());
    const note = earlyNote(templateItem?.early, pick.start, access.branch.zone);
    const told = [this.page.cost, note].filter(Boolean).map((each) => h("p", {}, each));
    redraw(this, heading, this.chosen(), ...told, newPreparation(this.page), this.summary(), form);
    this.advise();
  }

  chosen() {
    const { what } = this.page;
    const retime = () => this.dispatchEvent(new CustomEvent("retime"));
    return h(
      "div",
      { class: "chosen" },
      h(
        "p",
        {},
        h("span", { class: "small label" }, t("chosen_time")),
        h("strong", {}, this.moment()),
        what && h("span", { class: "small" }, what),
      ),
      h("button", { type: "button", class: "plain", id: "retime", onclick: retime }, t("change_time")),
    );
  }

  moment() {
    return momentName(this.page.pick.start, this.page.access.branch.zone, LONG_DAY);
  }

  fields() {
    const { reminder_hours: hours, message_field: message } = this.page.access;
    return [
      h("div", { class: "pair" }, this.field("last_name"), this.field("first_name")),
      this.email(calls && h("p", { class: "small" }, t("no_email"), callButton("no_email_call"))), // for those who have none
      this.field("phone"),
      this.box("in_writing"),
      hours.length > 0 && this.box("remind", whenOf(hours)),
      this.box("for_other"),
      this.visitor(),
      ...this.questions.draw((name) => this.errors[name] && this.complaint(name, this.errors[name])),
      message && this.field("message"),
      this.trap(),
    ];
  }

  visitor() {
    return h(
      "fieldset",
      { id: "visitor", hidden: !this.values.for_other },
      h("legend", {}, t("visitor_legend")),
      h("div", { class: "pair" }, this.field("visitor_last_name"), this.field("visitor_first_name")),
    );
  }

  /** @param {object} [values] that its label names */
  box(name, values) {
    const toggle = (event) => {
      this.values[name] = event.target.checked;
      if (name === "for_other") this.find("#visitor").hidden = !event.target.checked;
    };
    const input = h("input", { type: "checkbox", id: name, name, ".checked": this.values[name], onchange: toggle });
    return h("p", { class: "box" }, input, h("label", { for: name }, t(`label_${name}`, values)));
  }

  /** What will happen, once more and large, right above the button that does it. */
  end() {
    return [
      h(
        "div",
        { class: "reply", hidden: true },
        h("p", { class: "small" }, t("reply_to")),
        h("p", {}, h("bdi", { class: "address" })),
      ),
      this.privacy("privacy", this.page.access.branch.privacy_url),
      this.fault && faultBox(this.fault, { kept: true }), // the button below repeats
      h(
        "p",
        { class: "actions" },
        this.sender(this.fault && !mustAsk(this.fault) ? "repeat" : "send"),
        h("span", { class: "small" }, this.moment()),
      ),
    ].filter(Boolean);
  }

  keep(event) {
    super.keep(event);
    if (event.target.name === "email") this.echo();
  }

  /** The address as it will be used, large enough to see a slip. */
  echo() {
    const address = this.values.email.trim();
    this.find(".reply").hidden = !address.includes("@");
    this.find(".address").replaceChildren(...breakable(address));
  }

  submit(event) {
    this.readTrap();
    return super.submit(event);
  }

  complete() {
    return send(this.page);
  }
}

/** "24 Stunden", "48 und 2 Stunden" @param {number[]} hours */
const whenOf = (hours) => ({ when: t("hours", { count: last(hours), hours: hours.join(` ${t("and")} `) }) });

customElements.define("terminwerk-form", BookingForm);
