/** The questions of a kind of appointment: what customers are asked on the form. */
import { randomKey } from "../../kit/api.js";
import { h } from "../../kit/dom.js";
import { controlOf, labelled } from "../../kit/field.js";
import { settingRule } from "../../kit/form.js";
import { nameIn } from "../../kit/names.js";
import { button } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";
import { remembered, stateSign, sure, texts } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas["QuestionBody"]} Question
 */

const FEWEST_OPTIONS = 2;

/** Never used before: a form that is open meanwhile must not answer another question. */
const newId = () => randomKey().slice(0, 8);
const newOption = () => ({ id: newId(), label: {} });
const newQuestion = () => ({
  id: newId(),
  type: /** @type {const} */ ("line"),
  label: {},
  purpose: {},
  options: [],
  required: false,
  health: false,
  when: null,
});

/** @param {Question} question */
const nameOf = (question) => nameIn(question.label, language) || t("question_new");

/** What a question may depend on: the possible answers of earlier ones, as [id, answer, text]. @param {Question[]} earlier */
const conditionsOf = (earlier) =>
  earlier.flatMap((each) => {
    const answers = each.type === "tick" ? [true, false].map((is) => [is, t(is ? "ticked" : "not_ticked")]) : [];
    const options = each.options.map(({ id, label }) => [id, nameIn(label, language)]);
    return [...answers, ...options].map(([is, text]) => ({ question: each.id, is, text: `${nameOf(each)} – ${text}` }));
  });

/** Takes away what cannot hold any more. @param {Question[]} questions */
function mend(questions) {
  for (const [place, each] of questions.entries()) {
    const { type, options } = each;
    if (type !== "choice") each.options = [];
    else while (options.length < FEWEST_OPTIONS) options.push(newOption());
    if (each.health) each.required = false;
    const possible = conditionsOf(questions.slice(0, place));
    if (!possible.some(({ question, is }) => question === each.when?.question && is === each.when.is)) each.when = null;
  }
}

/**
 * @param {Editor} page @param {number} place of the kind
 */
export function questionsGroup(page, place) {
  const { questions } = page.draft.templates[place];
  const path = `templates[${place}].questions`;
  const most = settingRule(path).most_items;
  const add = () => {
    const made = newQuestion();
    const number = questions.push(made) - 1;
    page.open.add(keyOf(made));
    page.render();
    document.getElementById(`${path}[${number}].label.${page.draft.branch.languages[0]}`)?.focus();
  };
  return h(
    "div",
    { class: "questions", role: "group", "aria-labelledby": `${path}-heading` },
    h("p", { id: `${path}-heading`, class: "label" }, t("label_questions")),
    h("p", { class: "small" }, t("hint_questions")),
    h(
      "div",
      { class: "items" },
      questions.map((_, number) => questionItem(page, place, number)),
    ),
    questions.length < most && h("p", {}, button(t("add_question"), add, { class: "quiet", id: `${path}-add` })),
  );
}

/** @param {Question} question */
const keyOf = ({ id }) => `question:${id}`;

/** @param {Editor} page @param {number} place @param {number} number */
function questionItem(page, place, number) {
  const { questions } = page.draft.templates[place];
  const question = questions[number];
  const path = `templates[${place}].questions[${number}]`;
  const line = () => [
    h("span", { class: "name" }, nameOf(question)),
    h("span", { class: "small" }, t(`question_${question.type}`)),
    question.health && stateSign(true, t("question_health")),
  ];
  const shown = h("span", { class: "line" }, line().filter(Boolean));
  page.lines.push(() => shown.replaceChildren(...line().filter(Boolean)));
  const wrong = Object.keys(page.errors).some((each) => each.startsWith(path));
  const kept = remembered(page, keyOf(question));
  return h(
    "details",
    { class: wrong ? "item wrong-item" : "item", ...kept, open: kept.open || wrong },
    h("summary", { id: `item-${path}` }, shown),
    h(
      "div",
      { class: "inside" },
      inputs(page, path, questions, number),
      optionsOf(page, path, question),
      moves(page, place, number),
    ),
  );
}

/** @param {Editor} page @param {string} path @param {Question[]} questions @param {number} number */
function inputs(page, path, questions, number) {
  const { form } = page;
  const question = questions[number];
  return h(
    "div",
    { class: "fields" },
    texts(page, `${path}.label`, { wide: true }),
    texts(page, `${path}.purpose`, { wide: true }),
    form.one(`${path}.type`, form.named(`${path}.type`, "question"), { label: t("label_question_type") }),
    form.box(`${path}.health`, { label: t("label_health"), hint: t("hint_health") }),
    form.box(`${path}.required`, { label: t("label_question_required"), disabled: question.health }),
    conditionChoice(page, path, questions, number),
  );
}

/** @param {Editor} page @param {string} path @param {Question[]} questions @param {number} number */
function conditionChoice({ form }, path, questions, number) {
  const possible = conditionsOf(questions.slice(0, number));
  if (possible.length === 0) return null;
  const { when } = questions[number];
  const chosen = possible.findIndex(({ question, is }) => question === when?.question && is === when.is);
  const options = [["", t("when_always")], ...possible.map(({ text }, place) => [String(place), text])];
  const onchange = ({ target }) => {
    const { question, is } = possible[target.value] ?? {};
    form.set(`${path}.when`, question ? { question, is } : null);
  };
  const attributes = { id: `${path}.when`, disabled: form.locked, onchange };
  const select = controlOf("select", attributes, chosen < 0 ? "" : String(chosen), options);
  return form.told(`${path}.when`, labelled(select, { label: t("label_when"), kind: "wide" }));
}

/** @param {Editor} page @param {string} path @param {Question} question */
function optionsOf(page, path, { type, options }) {
  if (type !== "choice") return null;
  const again = (id) => {
    mendAll(page);
    page.render();
    document.getElementById(id)?.focus();
  };
  const add = () => {
    const place = options.push(newOption()) - 1;
    again(`${path}.options[${place}].label.${page.draft.branch.languages[0]}`);
  };
  const drop = (place) => () => {
    options.splice(place, 1);
    page.setErrors({});
    again(`${path}.options-add`);
  };
  const row = (_, place) =>
    h(
      "div",
      { class: "fields" },
      texts(page, `${path}.options[${place}].label`),
      options.length > FEWEST_OPTIONS &&
        button(t("remove"), drop(place), { class: "plain harm", "aria-label": t("remove_option", { number: place + 1 }) }),
    );
  return h(
    "fieldset",
    { class: "options" },
    h("legend", {}, t("options")),
    options.map(row),
    options.length < settingRule(`${path}.options`).most_items &&
      h("p", {}, button(t("add_option"), add, { id: `${path}.options-add` })),
  );
}

/** Up, down, remove. A question stays behind the one that it depends on. @param {Editor} page @param {number} place @param {number} number */
function moves(page, place, number) {
  const { questions } = page.draft.templates[place];
  const path = `templates[${place}].questions`;
  const question = questions[number];
  const again = (id) => {
    page.setErrors({});
    page.render();
    document.getElementById(id)?.focus();
  };
  const swap = (by) => () => {
    [questions[number], questions[number + by]] = [questions[number + by], questions[number]];
    again(`item-${path}[${number + by}]`);
  };
  const remove = async () => {
    if (!(await sure(t("remove_heading"), t("remove_question_sure", { name: nameOf(question) }), t("remove")))) return;
    questions.splice(number, 1);
    mend(questions);
    again(`${path}-add`);
  };
  const mayPass = (later, earlier) => later && earlier && later.when?.question !== earlier.id;
  return h(
    "p",
    { class: "actions" },
    mayPass(question, questions[number - 1]) && button(t("up"), swap(-1)),
    mayPass(questions[number + 1], question) && button(t("down"), swap(1)),
    button(t("remove"), remove, { class: "plain harm" }),
  );
}

/** @param {Editor} page */
const mendAll = ({ draft }) => draft.templates.forEach(({ questions }) => mend(questions));

/** What depends on the form of a question is drawn anew with it. @param {Editor} page */
export function followQuestions(page) {
  page.onchange = (path) => {
    if (!/\.questions\[\d+]\.(type|health)$/.test(path)) return;
    mendAll(page);
    page.render();
  };
}
