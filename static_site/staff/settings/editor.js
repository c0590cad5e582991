/** The editor of a branch's settings: one draft of all, drawn a section at a time, with what is changed and what is wrong marked. */
import { announce } from "../../kit/dialog.js";
import { moments } from "../shell/moments.js";
import { h, redraw } from "../../kit/dom.js";
import { Form, settingRule } from "../../kit/form.js";
import { button, fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { branchSection } from "./branch.js";
import { closingSection } from "./closing.js";
import { differing, draftOf, movedTo, sectionOf, sectionsDiffering } from "./draft.js";
import { firstSection } from "./first.js";
import { hoursSection } from "./hours.js";
import { onlineSection } from "./online.js";
import { peopleSection } from "./people.js";
import { resourcesSection } from "./resources.js";
import { save } from "./saving.js";
import { templatesSection } from "./templates.js";
import { textsSection } from "./texts.js";
import { typesSection } from "./types.js";
import { isOver, lookAround, stepsOf } from "../shell/first.js";
import { languageName } from "../shell/language.js";

const SECTIONS = {
  first: firstSection,
  branch: branchSection,
  online: onlineSection,
  resources: resourcesSection,
  hours: hoursSection,
  closing: closingSection,
  types: typesSection,
  templates: templatesSection,
  texts: textsSection,
  people: peopleSection,
};
const NAMES = Object.keys(SECTIONS);
/** A question and each of its options have a label. */
const OPTION = /\.options\[\d+]\.label$/;

/** @typedef {Awaited<ReturnType<typeof import("../shell/start.js").start>>} Staff */

export class Editor {
  /** @param {Staff} staff @param {HTMLElement} main @param {import("./draft.js").View} view */
  constructor(staff, main, view) {
    this.staff = staff;
    this.main = main;
    this.open = /** @type {Set<string>} */ (new Set()); // the items that are unfolded, "resources:0"
    this.errors = /** @type {Record<string, import("../../kit/form.js").Flaw>} */ ({});
    this.outside = /** @type {import("./draft.js").Schemas["PlannedView"][]} */ (null); // appointments, after a saving
    this.trouble = /** @type {HTMLElement} */ (null);
    this.busy = false;
    this.sending = h("div"); // filled when it is known
    this.around = /** @type {import("../shell/first.js").Around} */ (null); // the same
    this.wanted = this.address[1]; // the id of what shall have the focus once it is there
    this.lines = /** @type {(() => void)[]} */ ([]); // what draws the lines of folded items anew
    this.onchange = /** @type {(path: string) => void} */ (null); // a section that draws along with the typing sets it
    // What sections keep while another one is seen:
    this.entry = /** @type {import("./entry.js").Entry} */ (null); // an exception that is being written
    this.resource = ""; // the one whose hours are shown
    this.previewFrom = "";
    this.previewTemplate = "";
    this.users = /** @type {import("./draft.js").Schemas["UserView"][]} */ (null);
    this.usersAsked = /** @type {Promise<void>} */ (null);
    this.usersTrouble = "";
    this.newPlace = ""; // what is typed of a room or person to be added
    this.usersLoaded = false;
    this.adopt(view);
    addEventListener("hashchange", () => NAMES.includes(this.address[0]) && this.turn());
    addEventListener("beforeunload", (event) => this.changed().length > 0 && event.preventDefault());
  }

  /**
   * Begins a draft of what is stored.
   * @param {import("./draft.js").View} view
   * @param {import("./draft.js").Part[]} [keep] the parts of the draft that stay as they are
   */
  adopt(view, keep = []) {
    const draft = draftOf(view);
    for (const part of keep) Object.assign(draft, { [part]: this.draft[part] });
    if (this.draft) this.open = new Set([...this.open].map((key) => movedTo(key, this.draft, draft)).filter(Boolean));
    this.entry = null;
    this.view = view;
    this.base = draftOf(view);
    this.draft = draft;
    this.words = moments(view.branch.zone);
    this.form = new Form({
      t,
      values: draft,
      errors: this.errors,
      changed: (path) => this.touched(path),
      rules: settingRule,
    });
  }

  /** A section, and the id of one of its inputs: `#people/add-employees`. */
  get address() {
    return location.hash.slice(1).split("/");
  }

  get section() {
    const [named] = this.address;
    return NAMES.includes(named) ? named : "branch";
  }

  /** The parts of the draft that differ from what is stored. */
  changed() {
    return differing(this.base, this.draft);
  }

  /** Of these, those in which what is stored now differs too. @param {import("./draft.js").View} stored */
  metIn(stored) {
    const theirs = differing(this.base, draftOf(stored));
    return this.changed().filter((part) => theirs.includes(part));
  }

  /** @param {Editor["errors"]} errors by path */
  setErrors(errors) {
    this.errors = errors;
    this.form.errors = errors;
  }

  // --- drawing

  turn() {
    this.wanted = this.address[1];
    this.render();
    if (!document.getElementById(this.address[1])) this.attend();
  }

  attend() {
    this.main.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  render() {
    this.lines = [];
    this.onchange = null;
    const name = this.section;
    const body = h("section", { class: `part part-${name}` }, this.content(name));
    this.list = h("nav", { class: "parts", "aria-label": t("sections") });
    this.bar = h("div", { class: "save-bar" });
    redraw(this.main, this.list, body, this.bar);
    this.mark();
    const wanted = this.wanted && document.getElementById(this.wanted);
    if (!wanted) return;
    wanted.focus();
    this.wanted = "";
  }

  content(name) {
    const names = (path) => `${t(`section_${sectionOf(path)}`)}, ${this.label(path)}`;
    return [
      h("h1", { tabindex: "-1" }, t(`section_${name}`)),
      h("p", { class: "lead" }, t(`lead_${name}`)),
      this.sending,
      this.trouble,
      this.form.summary({ open: (path) => this.reveal(path), names }),
      this.outside && this.outsideNote(),
      ...SECTIONS[name](this).flat(Infinity),
    ];
  }

  /** A branch whose mail does not go out is told before its first customer is. Settings can be changed without knowing. */
  async lookAround() {
    this.around = await lookAround(this.staff.api);
    if (this.section === "first") this.render();
    else this.mark();
    const { problems } = this.around;
    if (!problems?.length) return;
    redraw(
      this.sending,
      h(
        "div",
        { class: "notice fault" },
        h("p", {}, h("strong", {}, t(`sender_${problems[0]}`))),
        h("p", {}, h("a", { href: "messages.html#sender" }, t("sender_more"))),
      ),
    );
  }

  /** What an input is called: a name or another text in a language is one of several. */
  label(path) {
    const [, above, tag] = (settingRule(path).type === "by_language" && /^(.*)\.([\w-]+)$/.exec(path)) || [];
    if (!tag) return this.form.label(path);
    const label = OPTION.test(above) ? t("label_option") : this.form.label(above);
    return t("label_in_language", { label, language: languageName(tag) });
  }

  /** Brings the input of a path onto the page. @param {string} path */
  reveal(path) {
    const [, part, place] = /^(\w+)\[(\d+)]/.exec(path) ?? [];
    if (part) this.open.add(`${part}:${place}`);
    if (sectionOf(path) !== this.section) history.replaceState(null, "", `#${sectionOf(path)}`);
    this.render();
  }

  /** @param {string} path */
  touched(path) {
    this.mark();
    this.lines.forEach((draw) => draw());
    this.onchange?.(path);
  }

  /** Marks the sections with changes and with errors, and shows the bar to save by. */
  mark() {
    const marked = NAMES.filter((name) => sectionsDiffering(this.base, this.draft).has(name));
    const wrong = new Set(Object.keys(this.errors).map(sectionOf));
    const sign = (look, key) => h("span", { class: look }, h("span", { class: "unseen" }, ` ${t(key)}`));
    const link = (name) =>
      h(
        "a",
        { href: `#${name}`, "aria-current": name === this.section ? "page" : null, id: `part-${name}` },
        t(`section_${name}`),
        marked.includes(name) && sign("mark", "changed"),
        wrong.has(name) && sign("mark bad", "has_errors"),
      );
    redraw(this.list, NAMES.filter((name) => name !== "first" || this.isBeginning()).map(link));
    this.bar.hidden = marked.length === 0;
    if (marked.length === 0) return this.bar.replaceChildren();
    const names = marked.map((name) => t(`section_${name}`)).join(", ");
    return redraw(
      this.bar,
      h("p", {}, h("strong", {}, t("unsaved")), ` ${names}`),
      button(t("discard"), () => this.discard(), { id: "discard" }),
      button(t("save"), () => save(this), { class: "main", id: "save", "aria-disabled": this.busy ? "true" : null }),
    );
  }

  /** Whether there are first steps to take, or to look at. */
  isBeginning() {
    return this.section === "first" || (this.around && !isOver(stepsOf(this.view, this.around)));
  }

  // --- changing

  discard() {
    this.errors = {};
    this.trouble = null;
    this.adopt(this.view);
    this.render();
    announce(t("discarded"));
  }

  /** Shows what is wrong, in the section seen where there is something. @param {Editor["errors"]} errors */
  complain(errors) {
    this.setErrors(errors);
    this.trouble = null;
    const shown = Object.keys(errors).find((path) => sectionOf(path) === this.section) ?? Object.keys(errors)[0];
    this.reveal(shown);
    document.getElementById("errors").focus();
  }

  /** Says once what went wrong. @param {string} text @param {...Node} more */
  fail(text, ...more) {
    this.trouble = fault(text, ...more);
    this.render();
    this.trouble.focus();
    this.trouble = null;
  }

  /**
   * After an action of its own, such as an account: the rest of the draft stays, unless somebody else has changed it too.
   * @param {import("./draft.js").View} view
   */
  renew(view) {
    const both = this.metIn(view);
    this.adopt(view, this.changed());
    if (both.length > 0) this.fail(t("met", { parts: both.map((part) => t(`part_${part}`)).join(", ") }));
    else this.render();
  }

  outsideNote() {
    const name = (id) => this.draft.resources.find((each) => each.id === id)?.name ?? id;
    const line = (each) =>
      h(
        "li",
        {},
        h("a", { href: `index.html#${each.id}` }, this.words.moment(each.start)),
        ` ${[name(each.resource), each.name].filter(Boolean).join(", ")}`,
      );
    const seen = () => {
      this.outside = null;
      this.turn();
    };
    return h(
      "div",
      { class: "notice outside" },
      h("h2", {}, t("outside_heading", { count: this.outside.length })),
      h("p", {}, t("outside_lead")),
      h("ul", {}, this.outside.map(line)),
      h("p", {}, button(t("outside_seen"), seen)),
    );
  }
}
