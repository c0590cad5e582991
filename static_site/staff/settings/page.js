/**
 * The settings of a branch, one section at a time. All of them are one draft: what was changed is marked, and saved together,
 * only the parts that differ, with the version that was read.
 */
import { catalogue } from "../../kit/catalogue.js";
import { Words } from "../../kit/days.js";
import { h, redraw } from "../../kit/dom.js";
import { REQUIRED } from "../../kit/flaws.js";
import { Form, settingRule } from "../../kit/form.js";
import { button, equal, fault } from "../../kit/pieces.js";
import { copyOf } from "../../kit/values.js";
import { closingSection } from "./closing.js";
import { hoursSection } from "./hours.js";
import { peopleSection } from "./people.js";
import { branchSection, onlineSection, resourcesSection, templatesSection, typesSection } from "./sections.js";
import { textsSection } from "./texts.js";
import { start } from "../shell/start.js";

/** In which section of the page a field of the branch is, unless in the first. */
const ONLINE = [
  ...["online", "offline_text", "required", "message_field", "notice_version", "lead_hours", "horizon_days"],
  ...["most_open_requests", "most_requests_a_day", "most_appointments_a_day", "expire_after_hours", "expire_warning_hours"],
  ...["most_unproved_an_hour", "most_unproved_open", "confirm_minutes"],
  ...["cut_off_hours", "night_from", "night_until", "reminder_hours", "reminder_gap_hours", "notices", "most_sms_a_month"],
  "sms_countries",
];
const SECTIONS = {
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
const HOME_OF = {
  types: "types",
  resources: "resources",
  templates: "templates",
  availabilities: "hours",
  exceptions: "closing",
  texts: "texts",
};

/** What goes over the wire. */
const parts = () => Object.keys(catalogue.sections);

const inOrder = (one, other) => one.order - other.order || one.id.localeCompare(other.id);

/** The part of a view that can be changed, in the order of the page. */
function draftOf(view) {
  const own = copyOf(Object.fromEntries(parts().map((part) => [part, view[part]])));
  own.resources.sort(inOrder);
  own.templates.sort(inOrder);
  const fields = Object.keys(catalogue.sections.employees.item.fields);
  own.employees = own.employees.map((each) => Object.fromEntries(fields.map((name) => [name, each[name]])));
  return own;
}

/** In which section of the page a path of the draft is shown. */
function sectionOf(path) {
  const [part, field] = path.split(/[.[]/);
  if (part !== "branch") return HOME_OF[part] ?? "people";
  if (field === "public_holidays") return "closing";
  return ONLINE.includes(field) ? "online" : "branch";
}

/** Every path of a draft with its value. */
function* leaves(value, path = "") {
  if (value === null || typeof value !== "object") yield [path, value];
  else if (Array.isArray(value)) for (const [place, each] of value.entries()) yield* leaves(each, `${path}[${place}]`);
  else for (const [name, each] of Object.entries(value)) yield* leaves(each, path ? `${path}.${name}` : name);
}

/** What is open stays open where a stored list has another order than the draft had. */
function movedTo(key, before, after) {
  const [part, place] = key.split(":");
  if (!parts().includes(part)) return key;
  const was = before[part][place];
  const now = after[part].findIndex((each) => was && (each.id ? each.id === was.id : equal(each, was)));
  return now >= 0 && `${part}:${now}`;
}

class Settings {
  constructor(staff, main) {
    Object.assign(this, { staff, main, t: staff.t, open: new Set(), errors: {}, outside: null, trouble: null, busy: false });
    this.sending = h("div"); // filled when it is known
    addEventListener("hashchange", () => NAMES.includes(location.hash.slice(1)) && this.turn());
    addEventListener("beforeunload", (event) => this.changed().length > 0 && event.preventDefault());
  }

  /** @param {object} view a SettingsView; `keep` names the parts of the draft that stay as they are */
  adopt(view, keep = []) {
    const draft = draftOf(view);
    for (const part of keep) draft[part] = this.draft[part];
    if (this.draft) this.open = new Set([...this.open].map((key) => movedTo(key, this.draft, draft)).filter(Boolean));
    this.entry = null; // of an exception that is being written
    this.view = view;
    this.base = draftOf(view);
    this.draft = draft;
    this.words = new Words(this.staff.lang, view.branch.zone);
    this.form = new Form({
      t: this.t,
      values: this.draft,
      errors: this.errors,
      changed: (path) => this.touched(path),
      rules: settingRule,
    });
  }

  get section() {
    const named = location.hash.slice(1);
    return NAMES.includes(named) ? named : "branch";
  }

  /** The parts of the draft that differ from what is stored. */
  changed() {
    return parts().filter((part) => !equal(this.base[part], this.draft[part]));
  }

  /** The sections of the page in which something differs. */
  marked() {
    const fields = Object.keys(this.base.branch).filter((name) => !equal(this.base.branch[name], this.draft.branch[name]));
    const paths = [...fields.map((name) => `branch.${name}`), ...this.changed().filter((part) => part !== "branch")];
    return NAMES.filter((name) => paths.some((path) => sectionOf(path) === name));
  }

  // --- drawing

  turn() {
    this.render();
    this.attend();
  }

  attend() {
    this.main.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  render() {
    this.lines = [];
    this.onchange = null; // a section that draws along with the typing sets it
    const name = this.section;
    this.body = h("section", { class: `part part-${name}` }, this.content(name));
    this.list = h("nav", { class: "parts", "aria-label": this.t("sections") });
    this.bar = h("div", { class: "save-bar" });
    redraw(this.main, this.list, this.body, this.bar);
    this.mark();
  }

  content(name) {
    const names = (path) => `${this.t(`section_${sectionOf(path)}`)}, ${this.label(path)}`;
    const show = (path) => this.reveal(path);
    return [
      h("h1", { tabindex: "-1" }, this.t(`section_${name}`)),
      h("p", { class: "lead" }, this.t(`lead_${name}`)),
      this.sending,
      this.trouble,
      this.form.summary(show, names),
      this.outside && this.outsideNote(),
      ...SECTIONS[name](this).flat(Infinity),
    ];
  }

  /** A branch whose mail does not go out is told before its first customer is. Settings can be changed without knowing. */
  async lookAtSending() {
    const { problems } = await this.staff.api.get("/sender").catch(() => ({ problems: [] }));
    if (problems.length === 0) return;
    redraw(
      this.sending,
      h(
        "div",
        { class: "notice fault" },
        h("p", {}, h("strong", {}, this.t(`sender_${problems[0]}`))),
        h("p", {}, h("a", { href: "messages.html#sender" }, this.t("sender_more"))),
      ),
    );
  }

  /** What an input is called: a name in a language is one of several. */
  label(path) {
    const tag = /\.name\.(\w+)$/.exec(path)?.[1];
    return tag ? this.t("label_name_in", { language: this.t(`language_${tag}`) }) : this.form.label(path);
  }

  /** Brings the input of a path onto the page. */
  reveal(path) {
    const [, part, place] = /^(\w+)\[(\d+)]/.exec(path) ?? [];
    if (part) this.open.add(`${part}:${place}`);
    if (sectionOf(path) !== this.section) history.replaceState(null, "", `#${sectionOf(path)}`);
    this.render();
  }

  touched(path) {
    this.mark();
    this.lines.forEach((draw) => draw());
    this.onchange?.(path);
  }

  mark() {
    const marked = this.marked();
    const wrong = new Set(Object.keys(this.errors).map(sectionOf));
    const link = (name) =>
      h(
        "a",
        { href: `#${name}`, "aria-current": name === this.section ? "page" : null, id: `part-${name}` },
        this.t(`section_${name}`),
        marked.includes(name) && h("span", { class: "mark" }, h("span", { class: "unseen" }, ` ${this.t("changed")}`)),
        wrong.has(name) && h("span", { class: "mark bad" }, h("span", { class: "unseen" }, ` ${this.t("has_errors")}`)),
      );
    redraw(this.list, NAMES.map(link));
    this.bar.hidden = marked.length === 0;
    if (marked.length === 0) return this.bar.replaceChildren();
    const names = marked.map((name) => this.t(`section_${name}`)).join(", ");
    redraw(
      this.bar,
      h("p", {}, h("strong", {}, this.t("unsaved")), ` ${names}`),
      button(this.t("discard"), () => this.discard(), { id: "discard" }),
      h(
        "button",
        { type: "button", class: "main", id: "save", "aria-disabled": this.busy ? "true" : null, onclick: () => this.save() },
        this.t("save"),
      ),
    );
  }

  // --- changing

  discard() {
    this.errors = {};
    this.trouble = null;
    this.adopt(this.view);
    this.render();
    this.staff.announce(this.t("discarded"));
  }

  /** What needs no server to be seen as wrong. */
  lacking() {
    const found = {};
    for (const part of this.changed())
      for (const [path, value] of leaves(this.draft[part], part)) {
        const { type, least = 0, required } = settingRule(path);
        if (required && (type === "number" ? value === null || Number.isNaN(value) : type === "text" && least > 0 && !value))
          found[path] = REQUIRED;
      }
    for (const part of ["templates", "types"].filter((each) => this.changed().includes(each)))
      for (const [place, { name }] of this.draft[part].entries())
        for (const tag of this.draft.branch.languages)
          if (!name[tag]?.trim()) found[`${part}[${place}].name.${tag}`] = REQUIRED;
    return found;
  }

  /** @param {object} more what an answer to a question adds */
  async save(more = {}) {
    if (this.busy) return;
    const lacking = this.lacking();
    if (Object.keys(lacking).length > 0) return this.complain(lacking);
    const parts = Object.fromEntries(this.changed().map((part) => [part, this.draft[part]]));
    this.busy = true;
    this.mark();
    try {
      const saved = await this.staff.api.put("/settings", { version: this.view.version, ...parts, ...more });
      this.saved(saved);
    } catch (error) {
      await this.refused(error);
    } finally {
      this.busy = false;
      this.mark();
    }
  }

  saved({ settings, outside }) {
    this.errors = {};
    this.outside = outside.length > 0 ? outside : null;
    this.trouble = h("div", { class: "notice done", tabindex: "-1", id: "saved" }, h("p", {}, this.t("saved")));
    this.adopt(settings);
    this.render();
    this.main.querySelector("#saved").focus({ preventScroll: true });
    scrollTo(0, 0);
    this.trouble = null; // seen once
  }

  async refused(error) {
    if (error.code === "changed_meanwhile") return this.meet();
    if (error.code === "read_otherwise") return this.askForTimes(error.body.count);
    const named = Object.entries(error.codes ?? {});
    if (named.length > 0) return this.complain(Object.fromEntries(named.map(([path, flaw]) => [this.whole(path), flaw])));
    return this.fail(this.staff.errorText(error));
  }

  /** A new time zone: the appointments ahead would be shown, and reminded of, at another time than was told. */
  async askForTimes(count) {
    this.busy = false;
    const body = this.t("other_times_text", { count });
    if (await this.sure(this.t("other_times_heading"), body, this.t("other_times_save")))
      await this.save({ accept_other_times: true });
  }

  /** A field of the branch may be named without it. */
  whole(path) {
    return parts().includes(path.split(/[.[]/)[0]) ? path : `branch.${path}`;
  }

  complain(errors) {
    this.errors = errors;
    this.form.errors = errors;
    this.trouble = null;
    const shown = Object.keys(errors).find((path) => sectionOf(path) === this.section) ?? Object.keys(errors)[0];
    this.reveal(shown);
    this.main.querySelector("#errors").focus();
  }

  fail(text, ...more) {
    this.trouble = fault(text, ...more);
    this.render();
    this.main.querySelector(".fault").focus();
    this.trouble = null;
  }

  /** Somebody else has saved: what both have changed is told, what only one has changed is put together. */
  async meet() {
    let theirs;
    try {
      theirs = await this.staff.api.get("/settings");
    } catch (error) {
      return this.fail(this.staff.errorText(error));
    }
    const mine = this.changed();
    const both = mine.filter((part) => !equal(draftOf(theirs)[part], this.base[part]));
    const names = (parts) => parts.map((part) => this.t(`part_${part}`)).join(", ");
    const take = (keep, text) => () => {
      this.errors = {};
      this.adopt(theirs, keep);
      this.render();
      this.staff.announce(this.t(text));
      this.attend();
    };
    if (both.length === 0) {
      this.adopt(theirs, mine);
      return this.fail(this.t("met_apart"));
    }
    return this.fail(
      this.t("met", { parts: names(both) }),
      h(
        "p",
        { class: "actions" },
        button(
          this.t("take_theirs"),
          take(
            mine.filter((part) => !both.includes(part)),
            "taken_theirs",
          ),
          { class: "quiet", id: "take-theirs" },
        ),
        button(this.t("keep_mine"), take(mine, "kept_mine"), { id: "keep-mine" }),
      ),
    );
  }

  /** After an action of its own, such as an account: the rest of the draft stays, unless somebody else has changed it too. */
  renew(view) {
    const mine = this.changed();
    const both = mine.filter((part) => !equal(draftOf(view)[part], this.base[part]));
    this.adopt(view, mine);
    if (both.length > 0) return this.fail(this.t("met", { parts: both.map((part) => this.t(`part_${part}`)).join(", ") }));
    return this.render();
  }

  // --- what several sections draw

  /** An item of a list, folded up behind one line, which `line` draws anew with each change. */
  item(part, place, line, ...content) {
    const shown = h("span", { class: "line" }, line());
    this.lines.push(() => shown.replaceChildren(...line().filter(Boolean)));
    const key = `${part}:${place}`;
    const wrong = Object.keys(this.errors).some((path) => path.startsWith(`${part}[${place}]`));
    return h(
      "details",
      {
        class: wrong ? "item wrong-item" : "item",
        open: this.open.has(key) || wrong,
        ontoggle: ({ currentTarget }) => this.open[currentTarget.open ? "add" : "delete"](key),
      },
      h("summary", { id: `item-${part}-${place}` }, shown),
      h("div", { class: "inside" }, this.idError(`${part}[${place}].id`), ...content),
    );
  }

  /** Ids have no input. */
  idError(path) {
    return (
      this.form.complaint(path) &&
      h("div", { class: "field wrong", id: this.form.id(path), tabindex: "-1" }, this.form.error(path))
    );
  }

  /** Up, down, remove: `list` is the draft's own; `forget(item)` takes it out of what refers to it. */
  moves(part, place, { list = this.draft[part], ordered = false, name = "", forget = () => {} } = {}) {
    const reorder = () => ordered && list.forEach((each, number) => (each.order = number + 1));
    const swap = (by) => () => {
      [list[place], list[place + by]] = [list[place + by], list[place]];
      const [one, other] = [`${part}:${place}`, `${part}:${place + by}`];
      const were = [this.open.has(one), this.open.has(other)];
      this.open[were[1] ? "add" : "delete"](one);
      this.open[were[0] ? "add" : "delete"](other);
      reorder();
      this.render();
      document.getElementById(`item-${part}-${place + by}`)?.focus();
    };
    const remove = async () => {
      if (!(await this.sure(this.t("remove_heading"), this.t("remove_sure", { name }), this.t("remove")))) return;
      const [gone] = list.splice(place, 1);
      this.open = new Set([...this.open].filter((key) => !key.startsWith(`${part}:`)));
      this.errors = {};
      this.form.errors = this.errors;
      forget(gone);
      reorder();
      this.render();
      document.getElementById(`add-${part}`)?.focus();
    };
    return h(
      "p",
      { class: "actions" },
      ordered && place > 0 && button(this.t("up"), swap(-1)),
      ordered && place < list.length - 1 && button(this.t("down"), swap(1)),
      button(this.t("remove"), remove, { class: "plain harm" }),
    );
  }

  /** A line to add something by its name: the rest is filled in where it then stands. */
  adder(part, label, make) {
    const input = h("input", { type: "text", id: `add-${part}`, maxlength: settingRule(`${part}.name`).most });
    const add = (event) => {
      event.preventDefault();
      const name = input.value.trim();
      if (!name) return input.focus();
      this.draft[part].push(make(name));
      this.open.add(`${part}:${this.draft[part].length - 1}`);
      this.render();
      document.getElementById(`item-${part}-${this.draft[part].length - 1}`)?.focus();
    };
    return h(
      "form",
      { class: "adder", onsubmit: add, novalidate: true },
      h("div", { class: "field" }, h("label", { for: `add-${part}` }, label), input),
      h("button", { class: "quiet" }, this.t("add")),
    );
  }

  sure(title, body, yes) {
    return this.staff.confirmDialog({ title, body, yes, danger: true });
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
      this.render();
      this.attend();
    };
    return h(
      "div",
      { class: "notice outside" },
      h("h2", {}, this.t("outside_heading", { count: this.outside.length })),
      h("p", {}, this.t("outside_lead")),
      h("ul", {}, this.outside.map(line)),
      h("p", {}, button(this.t("outside_seen"), seen)),
    );
  }
}

const staff = await start("settings", { texts: "settings" });
const main = document.getElementById("main");
if (!staff.admin) {
  redraw(
    main,
    h("section", { class: "part" }, h("h1", {}, staff.t("page_title")), h("p", { class: "lead" }, staff.t("only_admins"))),
  );
} else {
  const page = new Settings(staff, main);
  try {
    page.adopt(await staff.settings());
    page.render();
    page.lookAtSending();
  } catch (error) {
    redraw(main, h("h1", {}, staff.t("page_title")), fault(staff.errorText(error)));
  }
}
main.removeAttribute("aria-busy");
