/** Names of what the settings hold, and words for what appointments are and have gone through. */
import { catalogue } from "../../kit/catalogue.js";
import { hasText, t } from "../../kit/texts.js";

/** Signs beside the words, so that a state is told by more than its colour. */
export const SIGNS = {
  unconfirmed: "…",
  proposed: "?",
  confirmed: "✓",
  done: "✓✓",
  no_show: "∅",
  declined: "✕",
  cancelled: "✕",
  expired: "⌛",
};
export const isHolding = ({ status }) => catalogue.holding.includes(status);
/** What the planner draws: beside those, times that are held until an address is confirmed. */
export const isShown = (each) => each.status === "unconfirmed" || isHolding(each);

/** Names by id, in the reader's language. @param settings as GET /settings answers */
export function namesOf(settings, lang) {
  const inLang = (name) => name?.[lang] ?? Object.values(name ?? {})[0] ?? "";
  const resources = new Map(settings.resources.map((each) => [each.id, each]));
  const templates = new Map(settings.templates.map((each) => [each.id, each]));
  const ordered = [...settings.resources].sort((one, other) => one.order - other.order || one.name.localeCompare(other.name));
  return {
    settings,
    resources: ordered,
    templates: [...settings.templates].sort((one, other) => one.order - other.order),
    resource: (id) => resources.get(id)?.name ?? id ?? "",
    colour: (id) => resources.get(id)?.colour ?? "#888888",
    template: (id) => inLang(templates.get(id)?.name),
    templateOf: (id) => templates.get(id),
    named: inLang,
  };
}

/** The resources that carry a kind; all of them where none is chosen. */
export function carriersOf(names, template) {
  const its = names.templateOf(template);
  return its ? names.resources.filter(({ id }) => its.resources.includes(id)) : names.resources;
}

/** Who may come second beside a resource for a kind. */
export function secondsOf(names, template, resource) {
  const its = names.templateOf(template);
  return its ? names.resources.filter(({ id }) => id !== resource && its.second.includes(id)) : [];
}

/** Of blocked time its title; of others the name, or a word where nobody is known any more. */
export function whoOf(planned) {
  return planned.name || t(planned.type === "blocked" ? "blocked" : "nobody");
}

/** "angefragt" of an event's `what`; what this page does not know yet is shown as it came. */
export const whatText = (what) => (hasText(`what_${what}`) ? t(`what_${what}`) : what);

/** Why a message did not arrive; a word of the provider's that this page does not know is shown as it came. */
export const whyText = (failure) => (hasText(`why_${failure}`) ? t(`why_${failure}`) : failure);

/** Who did something: a name, the customer, or the schedule. */
export const byText = (by) => (["customer", "schedule"].includes(by) ? t(`by_${by}`) : by);

/** What the branch's wall clock shows: the API answers with the branch's own offset. */
export const wallOf = (instant) => instant.slice(0, 16);

export const minutesBetween = (start, end) => Math.round((new Date(end) - new Date(start)) / 60_000);
