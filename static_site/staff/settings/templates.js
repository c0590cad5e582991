/** The section of the templates, which are the kinds of appointments. */
import { h } from "../../kit/dom.js";
import { idOf, nameIn } from "../../kit/names.js";
import { language, t } from "../../kit/texts.js";
import { adder, choicesOf, idsOf, item, moves, remembered, stateSign, texts } from "./items.js";
import { toldFields } from "./told.js";
import { followQuestions, questionsGroup } from "./questions.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** A new thing is called the same in every language until somebody says otherwise. @param {Editor} page @param {string} name */
export const named = ({ draft }, name) => Object.fromEntries(draft.branch.languages.map((tag) => [tag, name]));

/** @param {Editor} page */
export function templatesSection(page) {
  const { draft } = page;
  followQuestions(page);
  return [
    h(
      "div",
      { class: "items" },
      draft.templates.map((each, place) => templateItem(page, each, place)),
    ),
    adder(page, "templates", t("add_template"), (name) => newTemplate(page, name)),
  ];
}

/** @param {Editor} page @param {string} name @returns {import("./draft.js").Schemas["TemplateBody"]} */
export const newTemplate = (page, name) => ({
  id: idOf(name, idsOf(page.draft.templates)),
  name: named(page, name),
  duration: 30,
  preparation: 0,
  follow_up: 0,
  early: 0,
  shown: "staff",
  resources: [],
  second: [],
  starts_as: "proposed",
  order: page.draft.templates.length + 1,
  hint: {},
  price: null,
  price_note: {},
  payer: null,
  instructions: {},
  questions: [],
});

/** What holds where a kind has no rule of its own. @param {Editor["draft"]} draft @param {string} name */
const likeBranch = ({ branch }, name) =>
  t("hint_like_branch", { count: branch[name], unit: t(`unit_${name.split("_").pop()}`) });

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
    stateSign(template.shown === "online", t(`shown_${template.shown}`)),
  ];
  return item(
    page,
    "templates",
    place,
    line,
    h(
      "div",
      { class: "fields" },
      texts(page, path("name")),
      minutes("duration"),
      minutes("early"),
      minutes("preparation"),
      minutes("follow_up"),
      form.several(path("resources"), resources, { hint: t("hint_template_resources") }),
      form.several(path("second"), resources, { hint: t("hint_second") }),
      form.one(path("shown"), form.named(path("shown"), "shown"), { hint: t("hint_shown") }),
      form.one(path("starts_as"), form.named(path("starts_as"), "starts_as")),
    ),
    ownRules(page, place),
    toldFields(page, template, place),
    questionsGroup(page, place),
    moves(page, "templates", place, { ordered: true, name: nameIn(template.name, language) }),
  );
}

const RULES = ["lead_hours", "horizon_days", "cut_off_hours"];

/** Folded up, since most kinds follow the branch. @param {Editor} page @param {number} place */
function ownRules(page, place) {
  const { form, draft } = page;
  const path = (name) => `templates[${place}].${name}`;
  const kept = remembered(page, `rules:${place}`);
  const wrong = [...RULES, "most_a_day"].some((name) => page.errors[path(name)]);
  return h(
    "details",
    { class: "more", ...kept, open: kept.open || wrong },
    h("summary", {}, t("heading_rules")),
    h(
      "div",
      { class: "fields" },
      RULES.map((name) => form.field(path(name), { hint: likeBranch(draft, name) })),
      form.field(path("most_a_day"), { hint: t("hint_most_a_day") }),
    ),
  );
}
