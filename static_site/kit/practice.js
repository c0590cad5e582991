/** Who the practice is and how to reach it: what customers' pages share. */
import { h, keepWhole } from "./dom.js";
import { outward } from "./frame.js";
import { LANGUAGES, SPOKEN, language, loadTexts, t, volumes } from "./texts.js";

/**
 * @typedef {import("./wire").Schemas} Schemas
 * @typedef {Schemas["Contact"]} Contact
 * @typedef {Contact & Partial<Schemas["BranchView"]>} Practice a branch, or as much of it as is known
 */

/** @param {string} tag one of LANGUAGES */
export async function speak(tag) {
  await loadTexts(tag);
  keepWhole(t("email"));
}

/** Learns the texts of a part that few ask for. @param {string} volume as in `volumes` */
export function learn(volume) {
  if (!volumes.includes(volume)) volumes.push(volume);
  return speak(language);
}

/** Whether this step can lead to being called back. */
export let calls = false;

export function offerCalls(wanted) {
  calls = wanted;
}

/**
 * How to reach the practice, as far as it is known: phone and e-mail.
 * @type {Contact | null}
 */
let contact = null;

/** @param {Contact | null | undefined} known */
export function knowContact(known) {
  contact = known ?? null;
}

/**
 * Asks for a call or a letter, with number and address; where none is known, it says where they are.
 * @param {string} key
 * @param {{known?: Contact | null, [value: string]: any}} [values] of the text; `known` in place of what the page knows
 */
export function reach(key, { known = contact, ...values } = {}) {
  if (!known?.phone && !known?.email) return [h("p", {}, t("reach"))];
  return [h("p", {}, t(key, values)), ways(known)];
}

/** Leads to the form for being called back, where there is one: the page hears the event. */
export function callButton(key = "call_me", kind = "plain") {
  const fire = ({ target }) => target.dispatchEvent(new Event("call", { bubbles: true }));
  return calls && h("button", { type: "button", class: kind, onclick: fire }, t(key));
}

/** Phone and e-mail side by side: wherever a phone helps, something written stands beside it. @param {Contact} contact */
export function ways({ phone, phone_link, email, email_shown }) {
  return h(
    "ul",
    { class: "ways" },
    phone && h("li", {}, `${t("phone")} `, h("a", { href: `tel:${phone_link}`, dir: "ltr" }, phone)),
    email && h("li", {}, `${t("email")} `, h("a", { href: `mailto:${email}`, dir: "ltr" }, email_shown)),
    calls && h("li", {}, callButton()),
  );
}

/** @param {Practice | null | undefined} branch */
export function footer(branch) {
  if (!branch) return null;
  const pages = [
    ["imprint", branch.imprint_url],
    ["privacy_page", branch.privacy_url],
    ["accessibility", branch.accessibility_url],
  ].filter(([, url]) => url);
  return h(
    "footer",
    { id: "contact", tabindex: "-1" },
    h("h2", { class: "unseen" }, t("contact")),
    h("p", { class: "place" }, h("strong", {}, branch.name), branch.address && h("span", {}, branch.address)),
    ways(branch),
    pages.length > 0 &&
      h(
        "ul",
        { class: "legal" },
        pages.map(([key, url]) => h("li", {}, outward(url, t(key)))),
      ),
  );
}

const MOST_BESIDE = 2; // languages that stand beside the practice's name; more of them unfold

/** The other languages, each by its own name. @param {string[]} others  @param {(tag: string) => void} choose */
function languages(others, choose) {
  const button = (tag, index) =>
    h(
      "button",
      { type: "button", class: "plain", id: `language-${index}`, lang: SPOKEN[tag].lang, onclick: () => choose(tag) },
      SPOKEN[tag].name,
    );
  if (others.length <= MOST_BESIDE) return others.map(button);
  const summary = h(
    "summary",
    { id: "languages" },
    h("span", { class: "unseen" }, `${t("language_choice")}: `),
    SPOKEN[language].name,
  );
  // Whoever has chosen is at the place where one chooses: what was unfolded is drawn anew, folded.
  return h(
    "details",
    { class: "languages", onclick: ({ target }) => target.lang && summary.focus() },
    summary,
    h("div", {}, others.map(button)),
  );
}

/**
 * Practice at the start, with its logo if it has one, the other languages at the end.
 * @param {Practice | null | undefined} practice
 * @param {string[]} offered
 * @param {(tag: string) => void} choose
 */
export function header(practice, offered, choose) {
  const others = offered.filter((tag) => LANGUAGES.includes(tag) && tag !== language);
  return h(
    "header",
    {},
    practice && h("p", { class: "practice" }, practice.logo && h("img", { src: practice.logo, alt: "" }), practice.name),
    others.length > 0 && h("nav", { "aria-label": t("language_choice") }, languages(others, choose)),
  );
}
