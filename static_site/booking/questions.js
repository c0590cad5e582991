/** The questions of a kind of appointment: which are asked, how they look, and what was answered. */
import { h } from "../kit/dom.js";
import { controlOf, group, labelled } from "../kit/field.js";
import { language, t, withWider } from "../kit/texts.js";

/**
 * @typedef {import("../kit/wire").Schemas["QuestionView"]} Question
 * @typedef {import("../kit/flaws.js").Flaw} Flaw
 */

const LONGEST_LINE = 200; // characters of an answer
const PREFIX = "answers."; // as the API calls what is wrong with an answer

const answerOf = ({ id }) => PREFIX + id;
const consentOf = ({ id }) => `consents.${id}`;

/** Texts by language, in the reader's, a wider one or the first of the practice's that they have: the language and the text. */
const found = (texts, languages) =>
  [language, ...languages]
    .flatMap(withWider)
    .map((tag) => [tag, texts[tag]])
    .find(([, text]) => text) ?? ["", ""];

/** The questions of the kind that was chosen. Answers and consents lie among the form's values, by the API's names. */
export class Questions {
  /** By question, what stands for it on the page. @type {Map<Question, HTMLElement>} */
  blocks = new Map();

  /** @param {import("./page.js").BookingPage} page */
  constructor({ templateItem, template, values, access }) {
    /** @type {Question[]} */
    this.all = templateItem?.questions ?? [];
    this.values = values;
    this.practice = access.branch.name;
    this.languages = access.languages;
    if (values.kind !== template) this.forget(); // another kind may call another question the same
    values.kind = template;
  }

  forget() {
    for (const name of Object.keys(this.values)) if (/^(answers|consents)\./.test(name)) delete this.values[name];
  }

  /** What is asked now: what depends on a question that is not asked is not asked either. */
  get asked() {
    const asked = /** @type {Question[]} */ ([]);
    const holds = ({ question, is }) =>
      asked.some(({ id }) => id === question) && (this.values[PREFIX + question] || false) === is;
    for (const each of this.all) if (!each.when || holds(each.when)) asked.push(each);
    return asked;
  }

  /** The names of all answers that the API may find wrong. */
  get names() {
    return Object.fromEntries(this.all.map((each) => [answerOf(each), true]));
  }

  get required() {
    return this.asked.filter(({ required }) => required).map(answerOf);
  }

  /** With what was answered. An empty line, and a tick that is not set, are no answer. @returns {[Question, string | true][]} */
  get answered() {
    const value = (each) => this.values[answerOf(each)] ?? "";
    const said = (each) => (typeof value(each) === "string" ? value(each).trim() : value(each));
    return /** @type {[Question, string | true][]} */ (this.asked.map((each) => [each, said(each)]).filter(([, each]) => each));
  }

  /** What goes over the wire. */
  given() {
    const { answered } = this;
    if (answered.length === 0) return {};
    const consents = answered.filter(([each]) => this.values[consentOf(each)]).map(([{ id }]) => id);
    return {
      answers: Object.fromEntries(answered.map(([{ id }, value]) => [id, value])),
      ...(consents.length > 0 && { consents }),
    };
  }

  /** Answers about health that must not be kept yet. @returns {Record<string, Flaw>} */
  lacking() {
    const without = this.answered.filter(([each]) => each.health && !this.values[consentOf(each)]);
    return Object.fromEntries(without.map(([each]) => [answerOf(each), { code: "consent" }]));
  }

  /** @param {string} name */
  labelOf(name) {
    const question = this.all.find((each) => answerOf(each) === name);
    return question && found(question.label, this.languages)[1];
  }

  /** A text of the practice's, marked where it is in another language than the page. */
  words(texts) {
    const [tag, text] = found(texts, this.languages);
    return tag === language ? text : h("span", { lang: tag, dir: "auto" }, text);
  }

  /** @param {(name: string) => string | null | undefined} wrong says what is wrong with an answer */
  draw(wrong) {
    const block = (each) => {
      const control = each.type === "choice" ? this.choice(each) : this.single(each);
      control.fail(wrong(answerOf(each)));
      if (!each.health) return h("div", { class: "question" }, control);
      const label = this.labelOf(answerOf(each)); // which question the consent belongs to
      return h("div", { class: "question", role: "group", "aria-label": label }, control, this.consent(each));
    };
    this.blocks = new Map(this.all.map((each) => [each, block(each)]));
    this.update();
    return [...this.blocks.values()];
  }

  /** Shows what is asked now. */
  update() {
    const { asked } = this;
    for (const [each, block] of this.blocks) block.hidden = !asked.includes(each);
  }

  /** @param {Question} question */
  naming({ label, purpose, required }) {
    return { label: this.words(label), hint: this.words(purpose), optional: !required };
  }

  /** @param {Question} question */
  choice(question) {
    const { options, required } = question;
    const name = answerOf(question);
    const value = this.values[name] ?? "";
    const onchange = ({ target }) => this.keep(name, target.value);
    const offered = options.map(({ id, label }) => ({ value: id, text: this.words(label) }));
    if (!required) offered.push({ value: "", text: t("no_answer") }); // a radio button cannot be taken back
    const choices = offered.map((each) => ({ ...each, ".checked": each.value === value }));
    return group(name, this.naming(question), choices, { type: "radio", name, required, onchange });
  }

  /** @param {Question} question */
  single(question) {
    const name = answerOf(question);
    const { type, required } = question;
    const tick = type === "tick";
    const oninput = ({ target }) => this.keep(name, tick ? target.checked : target.value);
    const attributes = { id: name, name, required, oninput, ...(!tick && { maxlength: LONGEST_LINE, autocomplete: "off" }) };
    return labelled(controlOf(tick ? "checkbox" : "text", attributes, this.values[name]), this.naming(question));
  }

  /** Express, in words, and never ticked in advance (GDPR Art. 9). @param {Question} question */
  consent(question) {
    const name = consentOf(question);
    const onchange = ({ target }) => this.keep(name, target.checked);
    const label = t("health_consent", { practice: this.practice });
    const input = h("input", { type: "checkbox", id: name, name, ".checked": Boolean(this.values[name]), onchange });
    return h("p", { class: "box" }, input, h("label", { for: name }, label));
  }

  keep(name, value) {
    this.values[name] = value;
    this.update();
  }
}
