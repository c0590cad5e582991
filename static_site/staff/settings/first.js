/** The section of the first steps: on one page what a new branch needs, each with a beginning that can be changed where it is at home. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { settingRule } from "../../kit/form.js";
import { outward } from "../../kit/frame.js";
import { idOf } from "../../kit/names.js";
import { button } from "../../kit/pieces.js";
import { hasText, t } from "../../kit/texts.js";
import { withoutHours } from "../shell/begun.js";
import { beforeRelease, contactLacking, linkOf, stepList, stepsOf } from "../shell/first.js";
import { copyable } from "../shell/links.js";
import { newHours } from "./hours.js";
import { idsOf } from "./items.js";
import { employeeOf } from "./person.js";
import { newEmployee } from "./people.js";
import { newResource } from "./resources.js";
import { newTemplate } from "./templates.js";

/** @typedef {import("./editor.js").Editor} Editor */

const HALVES = [
  ["09:00", "12:00"],
  ["13:00", "18:00"],
];
/** Kinds to begin with, and their minutes. */
const KINDS = /** @type {const} */ ([
  ["hearing_test", 45],
  ["sight_test", 30],
  ["first_visit", 30],
]);

/** @param {Editor} page */
export function firstSection(page) {
  const { around, view } = page;
  if (!around) return [h("p", { class: "small", "aria-busy": "true" }, t("loading"))];
  const drafted = () => stepsOf({ ...view, ...page.draft, employees: view.employees }, around);
  const isDrafted = (name) => drafted().find((each) => each.name === name).done;
  const list = stepList(stepsOf(view, around), {
    address: ({ home }) => home,
    state: ({ name, done }) => (done ? "done" : isDrafted(name) ? "draft" : "open"),
    inside: ({ name, done }) => INSIDE[name]?.(page, done),
  });
  page.lines.push(list.draw);
  return [list.element];
}

const INSIDE = { contact, place, hours: ofThese(hours), kind: ofThese(kinds), release: ofThese(release), link };

/** Of what there is nobody for yet, only that is said. @param {(page: Editor, done: boolean) => any} draw */
function ofThese(draw) {
  return (/** @type {Editor} */ page, /** @type {boolean} */ done) =>
    page.draft.resources.length > 0 ? draw(page, done) : h("p", { class: "small" }, t("first_after_place"));
}

/** Draws anew, and leads on. @param {Editor} page @param {string} id */
function lead(page, id) {
  page.render();
  document.getElementById(id)?.focus();
}

/** The stored ones decide, so that no field leaves while it is typed into. @param {Editor} page */
function contact({ base, form }) {
  const kind = (name) => (name.endsWith("_url") ? "url" : undefined);
  const hint = (name) => (hasText(`hint_${name}`) ? t(`hint_${name}`) : undefined);
  const input = (name) => form.field(`branch.${name}`, { kind: kind(name), hint: hint(name), wide: name === "address" });
  const lacking = contactLacking(base);
  return lacking.length > 0 && h("div", { class: "fields" }, lacking.map(input));
}

/** @param {Editor} page */
function place(page) {
  const { resources } = page.draft;
  const input = h("input", {
    type: "text",
    id: "add-place",
    maxlength: settingRule("resources.name").most,
    ".value": page.newPlace,
    oninput: () => (page.newPlace = input.value),
  });
  const make = (/** @type {"place" | "person"} */ kind) => {
    const name = input.value.trim();
    if (!name) return input.focus();
    addResource(page, name, kind);
    page.newPlace = "";
    return lead(page, "add-place");
  };
  const submit = (event) => {
    event.preventDefault();
    make("place");
  };
  return [
    resources.length > 0 && h("p", { class: "added" }, resources.map(({ name }) => name).join(", ")),
    h(
      "form",
      { class: "adder", onsubmit: submit, novalidate: true },
      h("div", { class: "field" }, h("label", { for: "add-place" }, t("label_name")), input),
      h("button", { type: "submit", class: "quiet" }, t("first_add_place")),
      button(t("first_add_person"), () => make("person"), { class: "quiet" }),
    ),
  ];
}

/**
 * A place, or a person with the employee of the same id. New kinds that all others carry, it carries too.
 * @param {Editor} page @param {string} name @param {"place" | "person"} kind
 */
function addResource({ draft, view }, name, kind) {
  const made = { ...newResource(draft, name), kind };
  const all = idsOf(draft.resources);
  const fresh = draft.templates.filter(({ id }) => !idsOf(view.templates).includes(id));
  for (const each of fresh) if (all.every((id) => each.resources.includes(id))) each.resources.push(made.id);
  draft.resources.push(made);
  if (kind === "person" && !employeeOf(draft.employees, made)) draft.employees.push(newEmployee(draft, made));
}

/** @param {Editor} page */
function hours(page) {
  const closed = withoutHours({ ...page.view, ...page.draft });
  if (closed.length === 0) return null;
  const open = () => {
    page.draft.availabilities.push(...HALVES.map(([from, to]) => newHours(idsOf(closed), from, to)));
    lead(page, "first-kind-0");
  };
  return h("p", { class: "actions" }, button(t("first_hours_usual"), open, { class: "quiet", id: "first-hours" }));
}

/** Names of the trade that the branch does not have yet. @param {Editor} page @param {boolean} done */
function kinds(page, done) {
  const { draft } = page;
  if (done) return null;
  const known = idsOf(draft.templates);
  const fresh = KINDS.map(([key, duration]) => ({ name: t(`kind_of_trade_${key}`), duration }));
  const add = ({ name, duration }) => {
    draft.templates.push({ ...newTemplate(page, name), duration, shown: "online", resources: idsOf(draft.resources) });
    lead(page, "first-release");
  };
  return h(
    "p",
    { class: "actions" },
    fresh
      .filter(({ name }) => !known.includes(idOf(name, [])))
      .map((each, place) =>
        button(t("first_kind_of", { name: each.name, count: each.duration }), () => add(each), {
          class: "quiet",
          id: `first-kind-${place}`,
        }),
      ),
  );
}

/** @param {Editor} page @param {boolean} done */
function release(page, done) {
  const { draft } = page;
  if (done || (draft.branch.online && draft.resources.every(({ released }) => released))) return null;
  const open = () => {
    const lacking = beforeRelease(draft);
    if (lacking.length > 0) {
      document.getElementById(`branch.${lacking[0]}`)?.focus();
      return announce(t("release_refused", { fields: lacking.map((name) => t(`label_${name}`)).join(", ") }));
    }
    draft.branch.online = true;
    for (const each of draft.resources) each.released = true;
    return lead(page, "save");
  };
  return h("p", { class: "actions" }, button(t("first_release_all"), open, { class: "quiet", id: "first-release" }));
}

/** @param {Editor} page */
function link({ view, around }) {
  const found = linkOf(view, around);
  return found && copyable("first-link", t("first_link_address"), found.url, outward(found.url, t("first_link_try"), true));
}
