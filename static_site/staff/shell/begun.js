/** How far a branch is set up. A branch that was just made has nobody to show, and nothing that customers could book. */

/**
 * @typedef {import("../../kit/wire").Schemas} Schemas
 * @typedef {Pick<Schemas["SettingsView"], "branch" | "types" | "resources" | "templates" | "availabilities" | "exceptions">} Rules
 */

/** The resources that are never open, neither in a week nor on a day of its own. @param {Rules} rules */
export function withoutHours({ types, resources, availabilities, exceptions }) {
  const opening = types.filter(({ effect }) => effect === "opens").map(({ id }) => id);
  const weekly = availabilities.filter(({ type }) => opening.includes(type)).flatMap((each) => each.resources);
  const open = new Set([...weekly, ...exceptions.filter(({ hours }) => hours.length > 0).map(({ resource }) => resource)]);
  return resources.filter(({ id }) => !open.has(id));
}

/** Whether the planner would be grey from top to bottom. @param {Rules} rules */
export const isEmpty = (rules) => withoutHours(rules).length === rules.resources.length;

/** Whether customers find anything by a link. @param {Rules} rules */
export function isOffered(rules) {
  const closed = withoutHours(rules);
  return rules.resources.some((each) => each.released && !closed.includes(each));
}
