/**
 * Accesses and resource links: what opens the booking page or a calendar from outside, and the link, the lines for the
 * practice's homepage and the QR code that carry it.
 */
import { Words } from "../../kit/days.js";
import { h, redraw } from "../../kit/dom.js";
import { REQUIRED } from "../../kit/flaws.js";
import { Form } from "../../kit/form.js";
import { nameIn } from "../../kit/names.js";
import { button, download, fault, notice, table } from "../../kit/pieces.js";
import { start } from "../shell/start.js";

const staff = await start("accesses", { texts: "accesses" });
const { t, api } = staff;
const main = document.getElementById("main");
const settings = await staff.settings();
const words = new Words(staff.lang, settings.branch.zone);
const employee = (id) => settings.employees.find((each) => each.id === id);
const resource = (id) => settings.resources.find((each) => each.id === id);

/** Those of the first version have no label. */
const labelOf = ({ label, id }) => label || id;

let accesses = [];

/** What opens it, with a button that copies it. */
function copyable(id, label, text, ...more) {
  const copy = async ({ currentTarget }) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      document.getElementById(id).select(); // the browser may not let us: what is chosen can be copied by hand
      return staff.announce(t("copy_by_hand"));
    }
    staff.announce(t("copied"));
    currentTarget?.focus();
  };
  return h(
    "div",
    { class: "field copyable" },
    h("label", { for: id }, label),
    h("textarea", { id, readonly: true, rows: text.includes("\n") ? 3 : 2, ".value": text, spellcheck: "false" }),
    h(
      "p",
      { class: "actions" },
      button(t("copy"), copy, { class: "quiet", "aria-label": t("copy_what", { what: label }) }),
      ...more,
    ),
  );
}

// --------------------------------------------------------------------------------------------------------- the resource link

const link = { resource: null, template: null, language: null, access: null };

/** Whether an access opens something: it is not revoked, and whom it acts as may act. */
function standing(access) {
  if (access.revoked_at) return "revoked";
  const its = employee(access.employee);
  return its && !(its.active && its.account) ? "asleep" : "active";
}

function address() {
  const query = new URLSearchParams({
    a: new URL(link.access.url, location.origin).searchParams.get("a") ?? link.access.id,
    r: link.resource,
  });
  if (link.template) query.set("t", link.template);
  if (link.language) query.set("l", link.language);
  return `${settings.site_url.replace(/\/$/, "")}/?${query}`;
}

/** The two lines that embed.js asks for; inside them a plain link for visitors without scripts. */
function snippet(url) {
  const safe = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  const site = settings.site_url.replace(/\/$/, "");
  return [
    `<div data-terminwerk="${safe(url)}"><a href="${safe(url)}">${safe(t("snippet_text"))}</a></div>`,
    `<script src="${safe(site)}/embed.js" defer></script>`,
  ].join("\n");
}

/** What stands against using the link today. */
function warnings() {
  const its = resource(link.resource);
  const state = standing(link.access);
  return [
    !its.released && t("warn_not_released", { name: its.name }),
    state === "revoked" && t("warn_revoked"),
    state === "asleep" && t("warn_asleep", { name: employee(link.access.employee)?.name ?? "" }),
    !settings.branch.online && t("warn_offline"),
  ].filter(Boolean);
}

function linkPart() {
  const aliases = accesses.filter(({ kind }) => kind === "alias");
  const resources = [...settings.resources].sort(
    (one, other) => Number(other.released) - Number(one.released) || one.order - other.order,
  );
  const place = h("section", { class: "link-part", "aria-labelledby": "link-heading" });
  const head = [h("h2", { id: "link-heading" }, t("link_heading")), h("p", { class: "lead" }, t("link_lead"))];
  if (resources.length === 0 || aliases.length === 0) {
    place.append(...head, h("p", { class: "notice" }, t(aliases.length === 0 ? "link_no_alias" : "link_no_resource")));
    return place;
  }
  link.resource ??= resources[0].id;
  link.access =
    aliases.find(({ id }) => id === link.access?.id) ?? aliases.find((each) => standing(each) === "active") ?? aliases[0];
  const form = new Form({
    t,
    values: { resource: link.resource, template: link.template, language: link.language, access: link.access.id },
    prefix: "link-",
    changed,
  });
  const outcome = h("div", { class: "outcome", "aria-live": "polite" });

  function changed(path) {
    const { values } = form;
    Object.assign(link, values, { access: aliases.find(({ id }) => id === values.access) });
    if (path === "resource") {
      link.template = values.template = null;
      drawChoices();
    }
    drawOutcome();
  }

  const choices = h("div", { class: "fields" });
  const templates = () => settings.templates.filter((each) => each.online && each.resources.includes(link.resource));
  function drawChoices() {
    const notYet = (each) => (each.released ? each.name : t("not_yet", { name: each.name }));
    redraw(
      choices,
      form.choice(
        "resource",
        resources.map((each) => [each.id, notYet(each)]),
      ),
      templates().length > 0 &&
        form.choice(
          "template",
          templates().map((each) => [each.id, nameIn(each.name, staff.lang)]),
          { optional: true, nothing: t("template_any"), label: t("label_template") },
        ),
      form.choice(
        "language",
        settings.branch.languages.map((tag) => [tag, staff.hasText(`language_${tag}`) ? t(`language_${tag}`) : tag]),
        { optional: true, nothing: t("language_any") },
      ),
      form.choice(
        "access",
        aliases.map((each) => [
          each.id,
          standing(each) === "active" ? labelOf(each) : `${labelOf(each)} (${t(`state_${standing(each)}`)})`,
        ]),
      ),
    );
  }

  async function drawOutcome() {
    const url = address();
    const wrong = warnings();
    const name = [
      resource(link.resource).name,
      link.template && nameIn(settings.templates.find(({ id }) => id === link.template).name, staff.lang),
    ]
      .filter(Boolean)
      .join(", ");
    const code = h("figure", { class: "code" }, h("figcaption", {}, name));
    redraw(
      outcome,
      wrong.length > 0 &&
        h(
          "div",
          { class: "notice fault", id: "link-warning" },
          h(
            "ul",
            {},
            wrong.map((text) => h("li", {}, text)),
          ),
        ),
      h(
        "div",
        { class: "carriers" },
        h(
          "div",
          {},
          copyable(
            "link-url",
            t("label_url"),
            url,
            h(
              "a",
              { href: url, target: "_blank", rel: "noopener" },
              t("try_it"),
              h("span", { class: "unseen" }, ` ${t("new_window")}`),
            ),
          ),
          copyable("link-snippet", t("label_snippet"), snippet(url)),
        ),
        code,
      ),
    );
    const picture = await staff.qrCode(url, t("code_alt", { name })).catch(() => null);
    if (url !== address()) return; // another was chosen meanwhile
    if (!picture) return code.replaceChildren(h("p", { class: "small" }, t("code_missing")));
    const keep = () =>
      download(`${t("code_file")}-${link.resource}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(picture));
    code.prepend(picture);
    code.append(
      h(
        "p",
        { class: "actions" },
        button(t("code_keep"), keep, { class: "quiet", id: "code-keep" }),
        button(t("code_print"), printCode, { id: "code-print" }),
      ),
    );
  }

  drawChoices();
  drawOutcome();
  place.append(...head, choices, outcome);
  return place;
}

/** Prints the code and what it opens, nothing else of the page. */
function printCode() {
  document.body.classList.add("print-code");
  addEventListener("afterprint", () => document.body.classList.remove("print-code"), { once: true });
  window.print();
}

// -------------------------------------------------------------------------------------------------------------- the accesses

/** A page of the branch's own is opened by an alias; what it is for a calendar program is copied there. */
function accessRow(its) {
  const state = standing(its);
  const day = (instant) => (instant ? words.date(instant) : "–");
  const actions = [
    its.url && button(t("show_url"), () => showUrl(its), { "aria-label": t("show_url_of", { name: labelOf(its) }) }),
    staff.admin &&
      state !== "revoked" &&
      button(t("revoke"), () => revoke(its), { class: "plain harm", "aria-label": t("revoke_of", { name: labelOf(its) }) }),
  ];
  return h(
    "tr",
    { id: `access-${its.id}`, class: state },
    h(
      "th",
      { scope: "row" },
      h("span", { class: "name" }, labelOf(its)),
      h(
        "span",
        { class: "small block" },
        [t(`kind_${its.kind}`), its.resource && (resource(its.resource)?.name ?? its.resource)].filter(Boolean).join(", "),
      ),
    ),
    h("td", {}, employee(its.employee)?.name ?? (its.employee || "–")),
    h(
      "td",
      {},
      h(
        "span",
        { class: state === "active" ? "state on" : "state" },
        state === "revoked" ? t("revoked_on", { day: day(its.revoked_at) }) : t(`state_${state}`),
      ),
    ),
    h("td", {}, day(its.made_at)),
    h("td", {}, its.last_used ? words.moment(its.last_used) : t("never")),
    h("td", { class: "ends" }, actions),
  );
}

async function showUrl(its) {
  await staff.dialog({
    title: labelOf(its),
    body: [h("p", {}, t(`url_lead_${its.kind}`)), copyable("access-url", t("label_url"), its.url)],
  });
}

async function revoke(its) {
  const sure = await staff.confirmDialog({
    title: t("revoke_heading", { name: labelOf(its) }),
    body: t(`revoke_sure_${its.kind}`),
    yes: t("revoke"),
    danger: true,
  });
  if (!sure) return;
  try {
    ({ accesses } = await api.post(`/accesses/${encodeURIComponent(its.id)}/revoke`));
    drawPage();
    staff.announce(t("revoked_done", { name: labelOf(its) }));
  } catch (error) {
    drawPage(fault(staff.errorText(error)));
  }
  document.getElementById("accesses-heading").focus();
}

function accessesPart(trouble) {
  const heads = [
    t("head_access"),
    t("head_employee"),
    t("head_state"),
    t("head_made"),
    t("head_used"),
    h("span", { class: "unseen" }, t("head_actions")),
  ];
  const order = { active: 0, asleep: 1, revoked: 2 };
  const sorted = [...accesses].sort((one, other) => order[standing(one)] - order[standing(other)]);
  return h(
    "section",
    { class: "list-part" },
    h("h2", { id: "accesses-heading", tabindex: "-1" }, t("accesses_heading")),
    h("p", { class: "lead" }, t("accesses_lead")),
    trouble,
    accesses.length === 0
      ? h("p", { class: "small" }, t("accesses_none"))
      : table(t("accesses_heading"), heads, sorted.map(accessRow), { unseen: true, class: "list" }),
    staff.admin && maker(),
  );
}

const fresh = () => ({ kind: "alias", label: "", employee: null, resource: null });
let made = null; // the access that was just made: its address stands below

/** A new access. Its address comes with the answer and stands below. */
function maker() {
  const machines = settings.employees.filter((each) => each.technical && each.account && each.active);
  const values = { ...fresh(), employee: machines[0]?.id ?? null, resource: settings.resources[0]?.id ?? null };
  const box = h("div", { class: "maker" });
  const form = new Form({
    t,
    values,
    prefix: "new-",
    changed: (path) => path === "kind" && draw(), // a calendar has a resource
  });
  let sending = false;

  async function make(event) {
    event.preventDefault();
    if (sending) return;
    if (!values.label.trim()) return complain({ label: REQUIRED });
    sending = true;
    const before = new Set(accesses.map(({ id }) => id));
    const body = {
      kind: values.kind,
      label: values.label.trim(),
      employee: values.employee,
      ...(values.kind === "calendar" && { resource: values.resource }),
    };
    try {
      ({ accesses } = await api.post("/accesses", body));
      made = accesses.find(({ id }) => !before.has(id));
      drawPage();
      staff.announce(t("made", { name: made.label }));
      document.getElementById("made").focus();
    } catch (error) {
      if (Object.keys(error.codes ?? {}).length > 0) complain(error.codes);
      else {
        draw(fault(staff.errorText(error)));
        box.querySelector(".fault").focus();
      }
    } finally {
      sending = false;
    }
  }

  function complain(errors) {
    form.errors = errors;
    draw();
    box.querySelector(".fault").focus();
  }

  function draw(trouble) {
    const nobody = machines.length === 0;
    redraw(
      box,
      h("h3", {}, t("new_heading")),
      trouble,
      nobody && notice(null, h("p", {}, t("new_nobody"), " ", h("a", { href: "settings.html#people" }, t("new_nobody_link")))),
      !nobody &&
        h(
          "form",
          { novalidate: true, onsubmit: make },
          form.summary(),
          h(
            "div",
            { class: "fields" },
            form.one(
              "kind",
              ["alias", "calendar"].map((kind) => [kind, t(`kind_${kind}_long`)]),
            ),
            form.field("label", { maxlength: 100, hint: t("hint_label") }),
            form.choice(
              "employee",
              machines.map(({ id, name }) => [id, name]),
              { hint: t("hint_employee") },
            ),
            values.kind === "calendar" &&
              form.choice(
                "resource",
                settings.resources.map(({ id, name }) => [id, name]),
              ),
          ),
          h("p", {}, h("button", { class: "main", id: "make" }, t("make"))),
        ),
      made &&
        h(
          "div",
          { class: "notice", id: "made", tabindex: "-1" },
          h("h4", {}, t("made", { name: made.label })),
          h("p", {}, t(`url_lead_${made.kind}`)),
          copyable("made-url", t("label_url"), made.url),
        ),
    );
  }

  draw();
  return box;
}

// --------------------------------------------------------------------------------------------------------------- the page

function drawPage(trouble = null) {
  redraw(main, h("h1", {}, t("heading")), linkPart(), accessesPart(trouble));
}

try {
  ({ accesses } = await api.get("/accesses"));
  drawPage();
} catch (error) {
  redraw(main, h("h1", {}, t("heading")), fault(staff.errorText(error)));
}
main.removeAttribute("aria-busy");
