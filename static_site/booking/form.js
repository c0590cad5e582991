/**
 * The customer's details.
 *
 * @typedef {{code: string}} Flaw with the code's facts beside it: `{code: "too_long", most: 60}`
 * @typedef {import("../kit/api.js").Refusal} Refusal
 * @typedef {import("./week.js").Slot} Slot
 */
import { h, redraw } from "../kit/dom.js";
import { attend, outward, skipTo } from "../kit/frame.js";
import { LONG_DAY, momentName } from "../kit/moments.js";
import { hasText, rich, t } from "../kit/texts.js";
import { callButton, calls, earlyNote, faultBox, mustAsk } from "./parts.js";

export const FIELDS = {
  last_name: { autocomplete: "family-name", maxlength: 60 },
  first_name: { autocomplete: "given-name", maxlength: 60 },
  email: { type: "email", autocomplete: "email", maxlength: 254, autocapitalize: "off", spellcheck: "false" },
  phone: { type: "tel", autocomplete: "tel", maxlength: 40 },
  visitor_last_name: { autocomplete: "off", maxlength: 60 },
  visitor_first_name: { autocomplete: "off", maxlength: 60 },
  message: { maxlength: 1000, rows: 4 },
};
export const EMPTY = {
  ...Object.fromEntries(Object.keys(FIELDS).map((name) => [name, ""])),
  for_other: false,
  in_writing: false,
  remind: false,
  website: "",
  held: "", // the address that looked mistyped when it was to be sent
};
const LONGEST_CATCH = 200; // characters of the trap that the API takes
const HINTS = ["email", "message", "when"];

/** Which address a mistyped one probably means; where the module does not come, nobody is advised. */
let advising = null;
const advice = () => (advising ??= import("./advice.js").catch(() => ({ intended: () => null })));

/** An address that, where a line is too short for it, breaks after the @ rather than anywhere. */
export function breakable(address) {
  const [name, ...domain] = address.split("@");
  return domain.length > 0 ? [`${name}@`, h("wbr"), domain.join("@")] : [name];
}

/** Which of the `required` are empty. @returns {Record<string, Flaw>} */
export const missing = (values, required) =>
  Object.fromEntries(required.filter((name) => !values[name].trim()).map((name) => [name, { code: "required" }]));

/** @returns {Record<string, Flaw>} */
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

/** What the API says of fields that a form has. @returns {Record<string, Flaw>} */
export const mendable = ({ body }, inputs) =>
  Object.fromEntries(Object.entries(body.codes ?? {}).filter(([name]) => name in inputs));

/**
 * The customer's details. Keeps them in the `values` object it was given, so that no step loses them.
 * Fires `send` when they are complete and `retime` when another time is wanted.
 */
export class BookingForm extends HTMLElement {
  /**
   * @param {{access: object, values: object, pick: Slot, what: string, errors: Record<string, Flaw>, fault: Refusal | null,
   *   sending: boolean, early: number}} view  `what`: the resource and kind in words; `errors`: field -> flaw, a code with facts;
   *   `early`: minutes to come before the start
   */
  show(view) {
    Object.assign(this, view);
    this.draw();
  }

  get inputs() {
    return FIELDS;
  }

  get required() {
    return [...this.access.required, "visitor_last_name"];
  }

  draw() {
    const heading = h("h1", { id: "heading", tabindex: "-1" }, t("form_heading"));
    const form = this.advised(...this.fields().filter(Boolean), ...this.end());
    const early = earlyNote(this.early, this.pick.start, this.access.branch.zone);
    redraw(this, heading, this.chosen(), early && h("p", {}, early), this.summary(), form);
    this.advise();
  }

  /** A form that asks about an address which looks mistyped. */
  advised(...content) {
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

  chosen() {
    const retime = () => this.dispatchEvent(new CustomEvent("retime"));
    return h(
      "div",
      { class: "chosen" },
      h(
        "p",
        {},
        h("span", { class: "small label" }, t("chosen_time")),
        h("strong", {}, this.moment()),
        this.what && h("span", { class: "small" }, this.what),
      ),
      h("button", { type: "button", class: "plain", id: "retime", onclick: retime }, t("change_time")),
    );
  }

  moment() {
    return momentName(this.pick.start, this.access.branch.zone, LONG_DAY);
  }

  /** All that is wrong, on top, each line a way to its field (GOV.UK's error summary). */
  summary() {
    const wrong = Object.entries(this.errors);
    if (wrong.length === 0) return null;
    const line = ([name, flaw]) => h("li", {}, h("a", { href: `#${name}`, onclick: skipTo(name) }, this.complaint(name, flaw)));
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1", id: "errors" },
      h("h2", {}, t("errors_heading")),
      h("ul", {}, wrong.map(line)),
    );
  }

  /** A field may have a text of its own; a code may be newer than this page. */
  complaint(name, { code, ...facts }) {
    const key = [`error_${code}_${name}`, `error_${code}`, "error_other"].find(hasText);
    return t(key, { label: t(`label_${name}`), ...facts });
  }

  fields() {
    return [
      h("div", { class: "pair" }, this.field("last_name"), this.field("first_name")),
      this.field("email"),
      this.field("phone"),
      this.box("in_writing"),
      this.access.reminder_hours.length > 0 && this.box("remind", this.when()),
      this.box("for_other"),
      h("fieldset", { id: "visitor", hidden: !this.values.for_other }, h("legend", {}, t("visitor_legend")), this.visitor()),
      this.access.message_field && this.field("message"),
      this.trap(),
    ];
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

  visitor() {
    return h("div", { class: "pair" }, this.field("visitor_last_name"), this.field("visitor_first_name"));
  }

  field(name) {
    const required = this.required.includes(name);
    const error = this.errors[name];
    const hint = HINTS.includes(name);
    const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || null;
    const attributes = {
      id: name,
      name,
      required,
      "aria-describedby": described,
      "aria-invalid": error ? "true" : null,
      ...this.inputs[name],
    };
    return h(
      "div",
      { class: error ? "field wrong" : "field" },
      h("label", { for: name }, t(`label_${name}`), !required && h("span", { class: "small" }, ` ${t("optional")}`)),
      hint && h("p", { class: "hint", id: `${name}-hint` }, t(`hint_${name}`)),
      error &&
        h(
          "p",
          { class: "error", id: `${name}-error` },
          h("span", { class: "unseen" }, `${t("error")} `),
          this.complaint(name, error),
        ),
      h(this.inputs[name].rows ? "textarea" : "input", { ...attributes, ".value": this.values[name] }),
      name === "email" && [h("div", { class: "typo", role: "status", tabindex: "-1" }), this.noAddress()],
    );
  }

  /** For those who have no address. */
  noAddress() {
    return calls && h("p", { class: "small" }, t("no_email"), callButton("no_email_call"));
  }

  /** Robots fire no events; what they write may be long. */
  readTrap() {
    this.values.website = this.querySelector("#web_reference").value.slice(0, LONGEST_CATCH);
  }

  /** "24 Stunden", "48 und 2 Stunden" */
  when() {
    const hours = this.access.reminder_hours;
    return { when: t(hours[hours.length - 1] > 1 ? "hours" : "hour", { hours: hours.join(` ${t("and")} `) }) };
  }

  box(name, values) {
    const toggle = (event) => {
      this.values[name] = event.target.checked;
      if (name === "for_other") this.querySelector("#visitor").hidden = !event.target.checked;
    };
    const input = h("input", { type: "checkbox", id: name, name, ".checked": this.values[name], onchange: toggle });
    return h("p", { class: "box" }, input, h("label", { for: name }, t(`label_${name}`, values)));
  }

  /** What will happen, once more and large, right above the button that does it. */
  end() {
    const { branch } = this.access;
    const link = branch.privacy_url ? outward(branch.privacy_url, t("privacy_link"), true) : t("privacy_link");
    const label = this.fault && !mustAsk(this.fault) ? "repeat" : "send";
    return [
      h("div", { class: "reply", hidden: true }, h("p", { class: "small" }, t("reply_to")), h("p", { class: "address" })),
      h("p", { class: "privacy" }, rich("privacy", { link })),
      this.fault && faultBox(this.fault), // the button below repeats
      h(
        "p",
        { class: "actions" },
        h(
          "button",
          { type: "submit", class: "main", id: "send", "aria-disabled": this.sending ? "true" : null },
          t(this.sending ? "sending" : label),
        ),
        h("span", { class: "small" }, this.moment()),
      ),
    ].filter(Boolean);
  }

  keep({ target }) {
    if (target.name in this.inputs) this.values[target.name] = target.value;
    if (target.name === "email") this.echo();
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

  /** The address as it will be used, large enough to see a slip. */
  echo() {
    const address = this.values.email.trim();
    this.querySelector(".reply").hidden = !address.includes("@");
    this.querySelector(".address").replaceChildren(...breakable(address));
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
    const input = this.querySelector("#email");
    input.value = address;
    input.focus();
    this.advise();
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return;
    this.readTrap();
    const { for_other: other } = this.values;
    this.errors = check(
      this.values,
      this.required.filter((name) => other || !name.startsWith("visitor_")),
    );
    if (Object.keys(this.errors).length > 0) return this.complain();
    await this.advise();
    if (this.doubt && (this.values.held !== this.values.email || this.clicks > 1)) return this.hold();
    this.dispatchEvent(new CustomEvent("send"));
  }

  /** Once for each address that looks mistyped: nothing is sent before the question was seen. */
  hold() {
    const place = this.querySelector(".typo");
    if (this.values.held !== this.values.email) {
      this.values.held = this.values.email;
      place.prepend(h("p", { class: "held" }, t("typo_held")));
      place.append(h("button", { type: "submit", class: "plain" }, t("typo_keep")));
    }
    attend(place);
  }

  complain() {
    this.draw();
    document.title = t("title_error", { title: document.title.replace(t("title_error", { title: "" }), "") });
    attend(this.querySelector("#errors"));
  }
}
customElements.define("terminwerk-form", BookingForm);
