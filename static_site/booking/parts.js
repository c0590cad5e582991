/**
 * What customers' pages share: who the practice is, how to reach it, and what went wrong.
 *
 * @typedef {{id: string, name: string, address?: string, phone?: string, email?: string, zone: string, imprint_url?: string,
 *   privacy_url?: string, accessibility_url?: string, accent_colour?: string}} Branch
 */
import { h, keepWhole } from "../kit/dom.js";
import { outward } from "../kit/frame.js";
import { CLOCK, format } from "../kit/moments.js";
import { LANGUAGES, language, loadTexts, t } from "../kit/texts.js";

const MINUTE = 60_000;

/** @param {string} tag one of LANGUAGES */
export async function speak(tag) {
  await loadTexts(tag);
  keepWhole(t("email"));
}

/** Whether this step can lead to being called back. */
export let calls = false;

export function offerCalls(wanted) {
  calls = wanted;
}

/** How to reach the practice, as far as it is known: phone and e-mail. */
let contact = null;

export function knowContact(branch) {
  contact = branch ?? null;
}

/** Asks for a call or a letter, with number and address; where they are not known, it says where they are. */
export const reach = (key) => (contact ? [h("p", {}, t(key)), ways(contact)] : h("p", {}, t("reach")));

/** Leads to the form for being called back, where there is one: the page hears the event. */
export function callButton(key = "call_me", kind = "plain") {
  const fire = ({ target }) => target.dispatchEvent(new Event("call", { bubbles: true }));
  return calls && h("button", { type: "button", class: kind, onclick: fire }, t(key));
}

/** Phone and e-mail side by side: wherever a phone helps, something written stands beside it. */
export function ways({ phone, phone_link, email, email_shown }) {
  return h(
    "ul",
    { class: "ways" },
    phone && h("li", {}, `${t("phone")} `, h("a", { href: `tel:${phone_link}` }, phone)),
    email && h("li", {}, `${t("email")} `, h("a", { href: `mailto:${email}` }, email_shown)),
    calls && h("li", {}, callButton()),
  );
}

/** @param {Branch | null} branch */
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

/** Practice on the left, with its logo if it has one, the other languages on the right. */
export function header({ name, logo } = {}, offered, choose) {
  const others = offered.filter((tag) => LANGUAGES.includes(tag) && tag !== language);
  const button = (tag, index) =>
    h(
      "button",
      { type: "button", class: "plain", id: `language-${index}`, lang: tag, onclick: () => choose(tag) },
      t(`language_${tag}`),
    );
  return h(
    "header",
    {},
    name && h("p", { class: "practice" }, logo && h("img", { src: logo, alt: "" }), name),
    others.length > 0 && h("nav", { "aria-label": t("language_choice") }, others.map(button)),
  );
}

/** Refusals that leave a customer nothing but the practice itself; they carry its contact. */
const ASK_US = { too_many_requests: "limit_lead", not_released: "closed_lead" };

export const mustAsk = ({ code, body }) => Boolean(ASK_US[code] && body.contact);

/** Which text says what went wrong on the way. */
export function faultText(refusal) {
  if (mustAsk(refusal)) return ASK_US[refusal.code];
  if (refusal.status === 0) return "fault_network";
  return refusal.status === 429 || refusal.status === 503 ? "fault_busy" : "fault_server";
}

/** Says in plain words that something did not work. @param {() => void} [repeat] makes a button; without it the data is kept */
export function faultBox(refusal, repeat) {
  const button = () => h("p", {}, h("button", { type: "button", class: "main", id: "repeat", onclick: repeat }, t("repeat")));
  return h(
    "div",
    { class: "notice fault", role: "alert", tabindex: "-1", id: "fault" },
    h("h2", {}, t("fault_heading")),
    h("p", {}, t(faultText(refusal))),
    mustAsk(refusal) ? ways(refusal.body.contact) : reach("fault_else"),
    repeat ? button() : !mustAsk(refusal) && h("p", {}, t("fault_kept")),
  );
}

/** "Bitte kommen Sie 10 Minuten früher, um 09:20 Uhr." */
export function earlyNote(minutes, start, zone) {
  if (!minutes) return null;
  const [now, then] = [0, minutes].map((early) => format(zone, CLOCK).format(Date.parse(start) - early * MINUTE));
  const known = now === start.slice(11, 16); // else the browser's rules are others than the API's
  const time = known ? then : new Date(Date.parse(`${start.slice(0, 16)}Z`) - minutes * MINUTE).toISOString().slice(11, 16);
  return h("span", { class: "early" }, t("early", { count: minutes, time }));
}
