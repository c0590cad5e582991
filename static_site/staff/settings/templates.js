/** The section of the templates, which are the kinds of appointments. */
import { h } from "../../kit/dom.js";
import { idOf, nameIn } from "../../kit/names.js";
import { language, t } from "../../kit/texts.js";
import { adder, choicesOf, idsOf, item, moves, stateSign } from "./items.js";
import { languageName } from "../shell/language.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** One input for each language that customers may choose. @param {Editor} page @param {string} path */
export function names({ form, draft }, path) {
  const name = (tag) => form.field(`${path}.${tag}`, { label: t("label_name_in", { language: languageName(tag) }) });
  return draft.branch.languages.map(name);
}

/** A new thing is called the same in every language until somebody says otherwise. @param {Editor} page @param {string} name */
export const named = ({ draft }, name) => Object.fromEntries(draft.branch.languages.map((tag) => [tag, name]));

/** @param {Editor} page */
export function templatesSection(page) {
  const { draft } = page;
  return [
    h(
      "div",
      { class: "items" },
      draft.templates.map((each, place) => templateItem(page, each, place)),
    ),
    adder(page, "templates", t("add_template"), (name) => ({
      id: idOf(name, idsOf(draft.templates)),
      name: named(page, name),
      duration: 30,
      preparation: 0,
      follow_up: 0,
      early: 0,
      online: false,
      resources: [],
      second: [],
      starts_as: "proposed",
      order: draft.templates.length + 1,
    })),
  ];
}

/** @param {Editor} page @param {import("./draft.js").Schemas["TemplateBody"]} template @param {number} place */
function templateItem(page, template, place) {
  const { form, draft } = page;
  const path = (name) => `templates[${place}].${name}`;
  const minutes = (name) => form.field(path(name), { hint: t(`hint_${name}`) });
  const resources = choicesOf(draft.resources);
  const carriers = () => draft.resources.filter(({ id }) => template.resources.includes(id)).map(({ name }) => name);
  const line = () => [
    h("span", { class: "name" }, nameIn(template.name, language)),
    h(
      "span",
      { class: "small" },
      [t("minutes", { count: template.duration }), carriers().join(", ")].filter(Boolean).join(" · "),
    ),
    stateSign(template.online, t(template.online ? "template_online" : "template_offline")),
  ];
  return item(
    page,
    "templates",
    place,
    line,
    h(
      "div",
      { class: "fields" },
      names(page, path("name")),
      minutes("duration"),
      minutes("early"),
      minutes("preparation"),
      minutes("follow_up"),
      form.several(path("resources"), resources, { hint: t("hint_template_resources") }),
      form.several(path("second"), resources, { hint: t("hint_second") }),
      form.box(path("online"), { label: t("label_template_online"), hint: t("hint_template_online") }),
      form.one(path("starts_as"), form.named(path("starts_as"), "starts_as")),
    ),
    moves(page, "templates", place, { ordered: true, name: nameIn(template.name, language) }),
  );
}
