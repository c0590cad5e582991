/**
 * The sections branch, online booking, resources, templates and types. Each takes the page and gives what it draws.
 */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { settingRule } from "../../kit/form.js";
import { idOf, nameIn } from "../../kit/names.js";
import { button } from "../../kit/pieces.js";
import { LANGUAGES } from "../../kit/texts.js";

const COLOURS = ["#1f6f6b", "#8a4b2f", "#3d5a96", "#7a5195", "#5f7a2c", "#a3476a", "#b07d1a", "#4a5560"];

/** Fields that belong together, with a heading. */
export const group = (heading, ...content) =>
  h("div", { class: "group" }, h("h2", {}, heading), h("div", { class: "fields" }, ...content.flat()));

export function branchSection({ form, t, draft }) {
  const path = (name) => `branch.${name}`;
  const text = (name, more) => form.field(path(name), more);
  return [
    group(
      t("group_address"),
      text("name", { wide: true }),
      text("address", { wide: true }),
      text("phone"),
      text("email", { hint: t("hint_email") }),
      text("sender_name", { hint: t("hint_sender_name") }),
      zone(form, t),
    ),
    group(
      t("group_links"),
      text("imprint_url", { kind: "url", wide: true }),
      text("privacy_url", { kind: "url", wide: true }),
      text("accessibility_url", { kind: "url", wide: true }),
    ),
    group(
      t("group_look"),
      form.several(
        path("languages"),
        LANGUAGES.map((tag) => [tag, t(`language_${tag}`)]),
        { hint: t("hint_languages") },
      ),
      form.field(path("accent_colour"), { hint: t("hint_accent_colour") }),
      logo({ form, t, draft }),
    ),
    group(
      t("group_retention"),
      form.field(path("comment_days"), { hint: t("hint_comment_days") }),
      form.field(path("record_months"), { hint: t("hint_record_months") }),
      form.field(path("lock_minutes"), { hint: t("hint_lock_minutes") }),
    ),
  ];
}

function zone(form, t) {
  const names = h(
    "datalist",
    { id: "zones" },
    // eslint-disable-next-line compat/compat -- offered where the browser knows them: Safari does from 15.4 on
    (Intl.supportedValuesOf?.("timeZone") ?? []).map((name) => h("option", { value: name })),
  );
  return [form.field("branch.zone", { list: "zones", hint: t("hint_zone") }), names];
}

/** A picture of the practice's own, kept in the settings: small, so that it comes with the page. */
function logo({ form, t, draft }) {
  const shown = h("p", { class: "logo" });
  const trouble = h("p", { class: "error", role: "alert" });
  const draw = () =>
    shown.replaceChildren(
      draft.branch.logo
        ? h("img", { src: draft.branch.logo, alt: t("logo_alt") })
        : h("span", { class: "small" }, t("logo_none")),
      ...(draft.branch.logo ? [button(t("logo_remove"), () => put(""))] : []),
    );
  const { most } = settingRule("branch.logo");
  const put = (address) => {
    trouble.textContent = address.length > most ? t("logo_large") : "";
    if (address.length <= most) form.set("branch.logo", address);
    draw();
  };
  const choose = async ({ target }) => {
    const [file] = target.files;
    if (file) put(await addressOf(file));
  };
  draw();
  const wrong = form.complaint("branch.logo");
  return h(
    "div",
    { class: wrong ? "field wrong" : "field" },
    h("label", { for: "branch.logo" }, t("label_logo")),
    wrong && h("p", { class: "error" }, wrong),
    trouble,
    shown,
    h("input", {
      type: "file",
      id: "branch.logo",
      accept: "image/png,image/jpeg,image/webp",
      "aria-describedby": "branch.logo-hint",
      onchange: choose,
    }),
    h("p", { class: "hint", id: "branch.logo-hint" }, t("hint_logo")),
  );
}

function addressOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

export function onlineSection(page) {
  const { form, t, draft } = page;
  const path = (name) => `branch.${name}`;
  const number = (name) => form.field(path(name), { hint: t(`hint_${name}`) });
  const text = h("div", { class: "wide" });
  const drawText = () =>
    text.replaceChildren(
      draft.branch.online ? "" : form.field(path("offline_text"), { hint: t("hint_offline_text"), wide: true }),
    );
  drawText();
  page.onchange = (changed) => changed === path("online") && drawText();
  return [
    group(t("group_online"), form.box(path("online"), { hint: t("hint_online") }), text),
    group(t("group_when"), number("lead_hours"), number("horizon_days"), number("cut_off_hours")),
    group(
      t("group_form"),
      form.several(path("required"), form.named(path("required"), "asked"), { hint: t("hint_required") }),
      form.box(path("message_field"), { hint: t("hint_message_field") }),
      form.field(path("notice_version"), { hint: t("hint_notice_version") }),
    ),
    group(
      t("group_limits"),
      number("most_open_requests"),
      number("most_requests_a_day"),
      number("most_appointments_a_day"),
      number("most_unproved_an_hour"),
      number("most_unproved_open"),
      number("confirm_minutes"),
    ),
    group(t("group_expiry"), number("expire_after_hours"), number("expire_warning_hours")),
    group(
      t("group_messages"),
      form.choice(path("notices"), form.named(path("notices"), "notices"), { hint: t("hint_notices") }),
      number("most_sms_a_month"),
      countries(form, t),
      reminders(form, t),
      number("reminder_gap_hours"),
      form.field(path("night_from"), { kind: "wall", hint: t("hint_night_from") }),
      form.field(path("night_until"), { kind: "wall" }),
    ),
  ];
}

/** "48, 2": whole hours before the start. */
const reminders = (form, t) =>
  listed(form, t, "reminder_hours", { inputmode: "numeric" }, (text) =>
    [...new Set((text.match(/\d+/g) ?? []).map(Number))].sort((one, other) => other - one),
  );

/** "AT, CH" */
const countries = (form, t) =>
  listed(form, t, "sms_countries", { autocapitalize: "characters" }, (text) => text.toUpperCase().match(/[^\s,;]+/g) ?? []);

/** One line of several values, which `read` takes apart. */
function listed(form, t, name, attributes, read) {
  const path = `branch.${name}`;
  const wrong = form.complaint(path);
  const described = [`${path}-hint`, wrong && `${path}-error`].filter(Boolean).join(" ");
  return h(
    "div",
    { class: wrong ? "field wrong" : "field" },
    h("label", { for: path }, t(`label_${name}`)),
    wrong && h("p", { class: "error", id: `${path}-error` }, wrong),
    h("input", {
      type: "text",
      ...attributes,
      id: path,
      ".value": form.values.branch[name].join(", "),
      "aria-describedby": described,
      oninput: ({ target }) => form.set(path, read(target.value)),
    }),
    h("p", { class: "hint", id: `${path}-hint` }, t(`hint_${name}`)),
  );
}

// -------------------------------------------------------------------------------------------------------------- resources

/** The branch's empty fields that stand against a release, as the draft has them. */
function missing({ draft, view }) {
  const others = view.missing.filter((name) => !catalogue.before_release.includes(name));
  return [...catalogue.before_release.filter((name) => !draft.branch[name]), ...others];
}

export function resourcesSection(page) {
  const { draft, t } = page;
  const lacking = missing(page);
  return [
    lacking.length > 0 && checklist(page, lacking),
    h(
      "div",
      { class: "items" },
      draft.resources.map((each, place) => resource(page, each, place, lacking)),
    ),
    page.adder("resources", t("add_resource"), (name) => ({
      id: idOf(
        name,
        draft.resources.map(({ id }) => id),
      ),
      name,
      kind: "place",
      released: false,
      capacity: 1,
      order: draft.resources.length + 1,
      colour: COLOURS[draft.resources.length % COLOURS.length],
    })),
  ];
}

/** What is still to be filled in before customers may book. */
function checklist(page, lacking) {
  const { t } = page;
  const go = (name) => (event) => {
    event.preventDefault();
    page.reveal(`branch.${name}`);
    document.getElementById(`branch.${name}`)?.focus();
  };
  const line = (name) => h("li", {}, h("a", { href: "#branch", onclick: go(name) }, t(`label_${name}`)));
  return h(
    "div",
    { class: "notice", id: "checklist" },
    h("h2", {}, t("missing_heading")),
    h("p", {}, t("missing_lead")),
    h("ul", { class: "checklist" }, lacking.map(line)),
  );
}

export const swatch = (colour) => {
  const dot = h("span", { class: "swatch", "aria-hidden": "true" });
  dot.style.backgroundColor = colour; // by the style object: the policy allows no inline style
  return dot;
};

function resource(page, its, place, lacking) {
  const { form, t } = page;
  const path = (name) => `resources[${place}].${name}`;
  const line = () => [
    h("span", { class: "name" }, swatch(its.colour), its.name),
    h("span", { class: "small" }, t(`kind_${its.kind}`), its.capacity > 1 ? `, ${t("for_many", { count: its.capacity })}` : ""),
    h("span", { class: its.released ? "state on" : "state" }, t(its.released ? "released" : "not_released")),
  ];
  const closed = lacking.length > 0 && !its.released;
  return page.item(
    "resources",
    place,
    line,
    h(
      "div",
      { class: "fields" },
      form.field(path("name")),
      form.one(path("kind"), form.named(path("kind"), "kind")),
      form.field(path("capacity"), { unit: t("unit_at_once"), hint: t("hint_capacity") }),
      form.field(path("colour"), { hint: t("hint_colour") }),
      form.box(path("released"), {
        disabled: closed,
        hint: closed
          ? t("release_refused", { fields: lacking.map((name) => t(`label_${name}`)).join(", ") })
          : t("hint_released"),
      }),
    ),
    h("p", { class: "small" }, t("id_note", { id: its.id })),
    page.moves("resources", place, { ordered: true, name: its.name, forget: ({ id }) => forgetResource(page.draft, id) }),
  );
}

/** What referred to a resource does so no more; hours of nobody else go with it. */
function forgetResource(draft, id) {
  const others = (ids) => ids.filter((each) => each !== id);
  for (const each of draft.availabilities) each.resources = others(each.resources);
  draft.availabilities = draft.availabilities.filter((each) => each.resources.length > 0);
  for (const each of draft.templates) Object.assign(each, { resources: others(each.resources), second: others(each.second) });
  draft.exceptions = draft.exceptions.filter((each) => each.resource !== id);
}

// -------------------------------------------------------------------------------------------------------------- templates

/** One input for each language that customers may choose. */
function names(page, path) {
  const { form, t, draft } = page;
  const name = (tag) => form.field(`${path}.${tag}`, { label: t("label_name_in", { language: t(`language_${tag}`) }) });
  return draft.branch.languages.map(name);
}

/** A new thing is called the same in every language until somebody says otherwise. */
const named = (draft, name) => Object.fromEntries(draft.branch.languages.map((tag) => [tag, name]));

export function templatesSection(page) {
  const { draft, t } = page;
  return [
    h(
      "div",
      { class: "items" },
      draft.templates.map((each, place) => template(page, each, place)),
    ),
    page.adder("templates", t("add_template"), (name) => ({
      id: idOf(
        name,
        draft.templates.map(({ id }) => id),
      ),
      name: named(draft, name),
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

function template(page, its, place) {
  const { form, t, draft, staff } = page;
  const path = (name) => `templates[${place}].${name}`;
  const minutes = (name) => form.field(path(name), { hint: t(`hint_${name}`) });
  const resources = draft.resources.map(({ id, name }) => [id, name]);
  const carriers = () => draft.resources.filter(({ id }) => its.resources.includes(id)).map(({ name }) => name);
  const line = () => [
    h("span", { class: "name" }, nameIn(its.name, staff.lang)),
    h("span", { class: "small" }, [t("minutes", { count: its.duration }), carriers().join(", ")].filter(Boolean).join(" · ")),
    h("span", { class: its.online ? "state on" : "state" }, t(its.online ? "template_online" : "template_offline")),
  ];
  return page.item(
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
    page.moves("templates", place, { ordered: true, name: nameIn(its.name, staff.lang) }),
  );
}

// ------------------------------------------------------------------------------------------------------------------ types

export function typesSection(page) {
  const { draft, t } = page;
  return [
    h(
      "div",
      { class: "items" },
      draft.types.map((each, place) => type(page, each, place)),
    ),
    page.adder("types", t("add_type"), (name) => ({
      id: idOf(
        name,
        draft.types.map(({ id }) => id),
      ),
      name: named(draft, name),
      effect: "closes",
    })),
  ];
}

function type(page, its, place) {
  const { form, t, staff } = page;
  const path = (name) => `types[${place}].${name}`;
  const fixed = catalogue.fixed_types.includes(its.id);
  const used = page.draft.availabilities.some((each) => each.type === its.id);
  return page.item(
    "types",
    place,
    () => [
      h("span", { class: "name" }, nameIn(its.name, staff.lang)),
      h("span", { class: "small" }, t(`effect_${its.effect}`)),
    ],
    h(
      "div",
      { class: "fields" },
      names(page, path("name")),
      fixed ? h("p", { class: "small" }, t("type_fixed")) : form.one(path("effect"), form.named(path("effect"), "effect")),
    ),
    !fixed &&
      (used ? h("p", { class: "small" }, t("type_used")) : page.moves("types", place, { name: nameIn(its.name, staff.lang) })),
  );
}
