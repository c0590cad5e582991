/**
 * The draft of a branch's settings: the part of a view that can be changed, and in which it differs. Nothing here touches the page.
 *
 * @typedef {import("../../kit/wire").Schemas} Schemas
 * @typedef {Schemas["SettingsView"]} View
 * @typedef {Pick<View, "branch" | "types" | "resources" | "templates" | "availabilities" | "exceptions" | "texts"> &
 *   {employees: Schemas["EmployeeBody"][]}} Draft
 * @typedef {keyof Draft} Part
 */
import { catalogue } from "../../kit/catalogue.js";
import { REQUIRED } from "../../kit/flaws.js";
import { settingRule } from "../../kit/form.js";
import { equal } from "../../kit/pieces.js";
import { copyOf } from "../../kit/values.js";

/** In which section of the page a field of the branch is, unless in the first. */
const ONLINE = [
  ...["online", "offline_text", "required", "message_field", "notice_version", "lead_hours", "horizon_days"],
  ...["most_open_requests", "most_requests_a_day", "most_appointments_a_day", "expire_after_hours", "expire_warning_hours"],
  ...["most_unproved_an_hour", "most_unproved_open", "confirm_minutes"],
  ...["cut_off_hours", "night_from", "night_until", "reminder_hours", "reminder_gap_hours", "notices", "most_sms_a_month"],
  "sms_countries",
];
const HOME_OF = {
  types: "types",
  resources: "resources",
  templates: "templates",
  availabilities: "hours",
  exceptions: "closing",
  texts: "texts",
};

/** The parts that go over the wire. */
const parts = () => /** @type {Part[]} */ (Object.keys(catalogue.sections));

/** @param {string} path */
const partOf = (path) => path.split(/[.[]/)[0];

const inOrder = (one, other) => one.order - other.order || one.id.localeCompare(other.id);

/** The part of a view that can be changed, in the order of the page. @param {View} view @returns {Draft} */
export function draftOf(view) {
  const draft = copyOf(Object.fromEntries(parts().map((part) => [part, view[part]])));
  draft.resources.sort(inOrder);
  draft.templates.sort(inOrder);
  const fields = Object.keys(catalogue.sections.employees.item.fields);
  draft.employees = draft.employees.map((each) => Object.fromEntries(fields.map((name) => [name, each[name]])));
  return draft;
}

/** In which section of the page a path of the draft is shown. @param {string} path */
export function sectionOf(path) {
  const [part, field] = path.split(/[.[]/);
  if (part !== "branch") return HOME_OF[part] ?? "people";
  if (field === "public_holidays") return "closing";
  return ONLINE.includes(field) ? "online" : "branch";
}

/** A path in full: a refusal may name a field of the branch without it. @param {string} path */
export const inFull = (path) => (parts().some((part) => part === partOf(path)) ? path : `branch.${path}`);

/** The parts in which a draft differs. @param {Draft} one @param {Draft} other */
export const differing = (one, other) => parts().filter((part) => !equal(one[part], other[part]));

/** The sections of the page in which a draft differs. @param {Draft} one @param {Draft} other */
export function sectionsDiffering(one, other) {
  const fields = Object.keys(one.branch).filter((name) => !equal(one.branch[name], other.branch[name]));
  const others = differing(one, other).filter((part) => part !== "branch");
  return new Set([...fields.map((name) => `branch.${name}`), ...others].map(sectionOf));
}

/**
 * What is open stays open where a stored list has another order than the draft had.
 * @param {string} key part and place, "resources:0" @param {Draft} before @param {Draft} after
 */
export function movedTo(key, before, after) {
  const [part, place] = key.split(":");
  if (!(part in before)) return key;
  const was = before[part][place];
  const now = after[part].findIndex((each) => was && (each.id ? each.id === was.id : equal(each, was)));
  return now >= 0 && `${part}:${now}`;
}

/** Every path of a draft with its value. @returns {Generator<[string, any]>} */
function* leaves(value, path = "") {
  if (value === null || typeof value !== "object") yield [path, value];
  else if (Array.isArray(value)) for (const [place, each] of value.entries()) yield* leaves(each, `${path}[${place}]`);
  else for (const [name, each] of Object.entries(value)) yield* leaves(each, path ? `${path}.${name}` : name);
}

/** What is wrong with an amount of money: one that is none is kept as it was typed. */
function wrongAmount({ least, most }, cents) {
  if (typeof cents === "string") return { code: "number" };
  return cents <= most ? null : { code: "range", least: least / 100, most: most / 100 };
}

const isLacking = ({ type, least = 0, required }, value) =>
  required && (type === "number" ? value === null || Number.isNaN(value) : type === "text" && least > 0 && !value);

/**
 * What needs no server to be seen as wrong in some parts of a draft.
 * @param {Draft} draft @param {Part[]} changed @returns flaws by path
 */
export function lackingIn(draft, changed) {
  const found = /** @type {Record<string, import("../../kit/flaws.js").Flaw>} */ ({});
  for (const part of changed)
    for (const [path, value] of leaves(draft[part], part)) {
      const rule = settingRule(path);
      const flaw = isLacking(rule, value) ? REQUIRED : path.endsWith(".cents") && wrongAmount(rule, value);
      if (flaw) found[path] = flaw;
    }
  for (const part of /** @type {const} */ (["templates", "types"]).filter((each) => changed.includes(each)))
    for (const [place, { name }] of draft[part].entries())
      for (const tag of draft.branch.languages) if (!name[tag]?.trim()) found[`${part}[${place}].name.${tag}`] = REQUIRED;
  return found;
}
