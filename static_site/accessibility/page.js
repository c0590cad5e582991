/**
 * The accessibility statement of a practice that has none of its own: /accessibility.html?a=<alias>. What was checked, when, and
 * what is missing stands in accessibility.json; how to reach the practice, and who supervises it, comes from its settings.
 */
import { ask, siteFile } from "../kit/api.js";
import { paint } from "../kit/colour.js";
import { h, redraw, setBusy } from "../kit/dom.js";
import { faultBox } from "../kit/fault.js";
import { frame, giveUp, settle } from "../kit/frame.js";
import { dayName } from "../kit/moments.js";
import { footer, header, knowContact, reach, speak } from "../kit/practice.js";
import { LANGUAGES, pickLanguage, rich, t, volumes, wishes } from "../kit/texts.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {{id: string, on: string, tools?: {name: string, version: string}[]}} Check
 * @typedef {{checks: Check[], gaps: string[]}} Facts
 */

volumes.push("*/accessibility");

const FULL = /** @type {const} */ ({ day: "numeric", month: "long", year: "numeric" });

export class AccessibilityPage extends HTMLElement {
  /** @type {Schemas["AccessView"] | undefined} */
  access;
  /** Why there is no access. @type {import("../kit/api.js").Refusal | undefined} */
  refusal;
  /** @type {Facts | undefined} */
  facts;

  async connectedCallback() {
    const query = new URLSearchParams(location.search);
    const wished = wishes(query.get("l"));
    const [alias] = /^[\w-]+/.exec(query.get("a") ?? "") ?? ["-"];
    const access = ask("GET", `/access/${alias}`);
    access.catch(() => {}); // looked at below, after the texts
    try {
      [, this.facts] = await Promise.all([speak(pickLanguage(wished)), siteFile("accessibility.json")]);
    } catch {
      return giveUp(this);
    }
    this.parts = frame(this);
    try {
      this.access = await access;
      paint(this.access.branch.accent_colour);
      await speak(pickLanguage(wished, this.access.languages));
    } catch (refusal) {
      this.refusal = refusal;
    }
    return this.draw();
  }

  /** The practice, as far as it is known: of one that takes no requests online now, name, phone and e-mail address. */
  get practice() {
    return this.access?.branch ?? this.refusal?.body.contact;
  }

  draw() {
    const { practice } = this;
    const change = async (tag) => {
      await speak(tag).catch(() => {}); // stays in the language it speaks
      this.draw();
    };
    knowContact(practice);
    redraw(this.parts.top, header(practice, this.access?.languages ?? LANGUAGES, change));
    setBusy(this.parts.main, false);
    this.parts.main.className = "step-statement";
    redraw(this.parts.main, practice ? this.statement(practice) : this.nobody());
    redraw(this.parts.bottom, footer(this.access?.branch));
    const heading = this.parts.main.querySelector("h1").textContent;
    document.title = practice ? t("title", { step: heading, practice: practice.name }) : heading;
  }

  /** The link leads to no practice, or nothing came. */
  nobody() {
    if (this.refusal.passing) {
      return [h("h1", {}, t("statement_name")), faultBox(this.refusal, { repeat: () => location.reload() })];
    }
    return [h("h1", {}, t("unknown_heading")), h("p", { class: "lead" }, t("unknown_lead")), h("p", {}, t("unknown_else"))];
  }

  /** @param {import("../kit/practice.js").Practice} practice */
  statement({ name }) {
    const { checks, gaps } = this.facts;
    return [
      h("h1", {}, t("statement_name")),
      h("p", { class: "lead" }, t("statement_lead", { practice: name })),
      h("p", {}, t("statement_claim")),
      part("service", h("p", {}, t("statement_service"))),
      part("checked", list(checks.map(checked))),
      part("gaps", list(gaps.map((gap) => t(`gap_${gap}`)))),
      part("help", reach("statement_help")),
      this.authority(),
    ];
  }

  /** Who supervises the practice: what it has set, else what is known of its country. */
  authority() {
    const { accessibility_authority: own, country } = this.access ?? {};
    if (own) return part("authority", h("p", { class: "said", dir: "auto" }, own));
    const address = "MLBF@ms.sachsen-anhalt.de";
    const link = h("a", { href: `mailto:${address}` }, address);
    return (
      country === "DE" && part("authority", h("p", {}, rich("authority_de", { link })), h("p", {}, t("authority_de_small")))
    );
  }
}

const part = (id, ...content) => h("section", {}, h("h2", {}, t(`statement_${id}_heading`)), ...content.flat());

const list = (items) =>
  h(
    "ul",
    { class: "plain-list" },
    items.map((item) => h("li", {}, item)),
  );

/** @param {Check} check */
function checked({ id, on, tools = [] }) {
  const named = tools.map(({ name, version }) => `${name} ${version}`).join(", ");
  return t(`checked_${id}`, { date: dayName(on, FULL), tools: named });
}

settle();
customElements.define("terminwerk-accessibility", AccessibilityPage);
