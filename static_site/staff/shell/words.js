/**
 * Names of what the settings hold, and words for what appointments are and have gone through.
 *
 * @typedef {import("../../kit/wire").Schemas} Schemas
 * @typedef {Schemas["PlannedView"]} Planned
 * @typedef {ReturnType<typeof namesOf>} Names
 */
import { catalogue } from "../../kit/catalogue.js";
import { nameIn } from "../../kit/names.js";
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
export const isHolding = (/** @type {Planned} */ { status }) => catalogue.holding.includes(status);
/** What the planner draws: beside those, times that are held until an address is confirmed. */
export const isShown = (/** @type {Planned} */ each) => each.status === "unconfirmed" || isHolding(each);

/** @param {string} moment */
export const isPast = (moment) => Date.parse(moment) <= Date.now();

/** Names by id, in the reader's language. @param {Schemas["SettingsView"]} settings @param {string} lang */
export function namesOf(settings, lang) {
  /** @param {Record<string, string>} [name] */
  const named = (name) => nameIn(name ?? {}, lang);
  const resources = new Map(settings.resources.map((each) => [each.id, each]));
  const templates = new Map(settings.templates.map((each) => [each.id, each]));
  return {
    settings,
    resources: [...settings.resources].sort((one, other) => one.order - other.order || one.name.localeCompare(other.name)),
    templates: [...settings.templates].sort((one, other) => one.order - other.order),
    /** @param {string} id */
    resource: (id) => resources.get(id)?.name ?? id ?? "",
    /** @param {string} id */
    colour: (id) => resources.get(id)?.colour ?? "#888888",
    /** @param {string | null} id */
    template: (id) => named(templates.get(id)?.name),
    /** @param {string | null} id */
    templateOf: (id) => templates.get(id),
    named,
  };
}

/** The resources that carry a kind; all of them where none is chosen. @param {Names} names @param {string | null} template */
export function carriersOf(names, template) {
  const kind = names.templateOf(template);
  return kind ? names.resources.filter(({ id }) => kind.resources.includes(id)) : names.resources;
}

/** Whether a resource carries a kind, or there is none. @param {Names} names @param {string | null} template @param {string} resource */
export const carries = (names, template, resource) => names.templateOf(template)?.resources.includes(resource) ?? true;

/**
 * The resources that may come second beside another for a kind.
 * @param {Names} names @param {string | null} template @param {string} resource
 */
export function secondsOf(names, template, resource) {
  const kind = names.templateOf(template);
  return kind ? names.resources.filter(({ id }) => id !== resource && kind.second.includes(id)) : [];
}

/** Of blocked time its title; of others the name, or a word where nobody is known any more. @param {Planned} planned */
export function whoOf(planned) {
  return planned.name || t(planned.type === "blocked" ? "blocked" : "nobody");
}

/** "Bestätigt, Zusatzplatz" of a state; time that is kept free is just that. @param {Planned} planned */
export const stateText = ({ status, type, standby }) =>
  (type === "blocked" && status === "confirmed" ? t("blocked") : t(`status_${status}`)) + (standby ? `, ${t("standby")}` : "");

/** "angefragt" of an event's `what`; what this page does not know yet is shown as it came. */
export const whatText = (what) => (hasText(`what_${what}`) ? t(`what_${what}`) : what);

/** Why a message did not arrive; a word of the provider's that this page does not know is shown as it came. */
export const whyText = (failure) => (hasText(`why_${failure}`) ? t(`why_${failure}`) : failure);

const BY = new Map([
  ["customer", "by_customer"],
  ["schedule", "by_schedule"],
  ["?", "by_unknown"],
]);

/** Who did something: the customer, the schedule, or an employee by name. */
export const byText = (by) => (BY.has(by) ? t(BY.get(by)) : by);

export const minutesBetween = (start, end) => Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
