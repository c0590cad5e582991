/** The link to a resource, as a practice gives it to its customers: its address, the lines for a homepage, and the code. */
import { h, redraw } from "../../kit/dom.js";
import { Form } from "../../kit/form.js";
import { outward } from "../../kit/frame.js";
import { ANY, nameIn } from "../../kit/names.js";
import { language, t } from "../../kit/texts.js";
import { employeeOf, labelOf, resourceOf, settings, standing } from "./branch.js";
import { codeOf } from "./code.js";
import { languageName } from "../shell/language.js";
import { copyable } from "../shell/links.js";

/** @typedef {import("./branch.js").Access} Access */

/** What the link is made of; it stays while accesses are made and revoked. */
const link = {
  resource: /** @type {string} */ (null),
  template: /** @type {string | null} */ (null),
  language: /** @type {string | null} */ (null),
  access: /** @type {Access} */ (null),
};

const site = () => settings.site_url.replace(/\/$/, "");

function address() {
  const { access, resource, template } = link;
  const query = new URLSearchParams({
    a: new URL(access.url, location.origin).searchParams.get("a") ?? access.id,
    r: resource,
  });
  if (template) query.set("t", template);
  if (link.language) query.set("l", link.language);
  return `${site()}/?${query}`;
}

const safe = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

const script = () => `<script src="${safe(site())}/embed.js" defer></script>`;

/** A link for visitors without scripts. @param {string} url @param {string} [more] */
const plainLink = (url, more = "") => `<a href="${safe(url)}"${more}>${safe(t("snippet_text"))}</a>`;

/** The two lines that embed.js asks for. @param {string} url */
const snippet = (url) => `<div data-terminwerk="${safe(url)}">${plainLink(url)}</div>\n${script()}`;

/** The same for a link that opens the page in a dialog. @param {string} url */
const dialogSnippet = (url) => `${plainLink(url, " data-terminwerk-dialog")}\n${script()}`;

/**
 * Tells search engines and assistants where an appointment is asked for: the practice, in the words of schema.org.
 * @param {string} url
 */
function machineSnippet(url) {
  const { name, phone, languages } = settings.branch;
  const platforms = ["DesktopWebPlatform", "MobileWebPlatform"].map((each) => `https://schema.org/${each}`);
  const practice = {
    "@context": "https://schema.org",
    "@type": "LocalBusiness",
    name,
    ...(phone && { telephone: phone }),
    potentialAction: {
      "@type": "ReserveAction",
      target: {
        "@type": "EntryPoint",
        urlTemplate: url,
        inLanguage: link.language ?? languages,
        actionPlatform: platforms,
      },
      result: { "@type": "Reservation", name: t("snippet_text") },
    },
  };
  const told = JSON.stringify(practice, null, 2).replace(/</g, "\\u003c"); // a name may not end the script
  return `<script type="application/ld+json">\n${told}\n</script>`;
}

/** What stands against using the link today. */
function warnings() {
  const state = standing(link.access);
  return [
    !placeOf(link.resource).released && t("warn_not_released", { name: placeOf(link.resource).name }),
    state === "revoked" && t("warn_revoked"),
    state === "asleep" && t("warn_asleep", { name: employeeOf(link.access.employee)?.name ?? "" }),
    !settings.branch.online && t("warn_offline"),
  ].filter(Boolean);
}

/** Resources that can be booked come first, then whichever is free where that may be one of several. */
function places() {
  const sorted = [...settings.resources].sort(
    (one, other) => Number(other.released) - Number(one.released) || one.order - other.order,
  );
  const shared = settings.templates.some((each) => each.shown === "online" && each.resources.filter(isReleased).length > 1);
  return shared && !resourceOf(ANY) ? [...sorted, { id: ANY, name: t("link_any"), released: true }] : sorted;
}

const placeOf = (id) => places().find((each) => each.id === id);
const isReleased = (id) => resourceOf(id)?.released;
const isAny = () => link.resource === ANY && !resourceOf(ANY);

/** The kinds of appointments that can be booked at the link's resource. */
const templates = () =>
  settings.templates.filter((each) => {
    const booked = isAny() ? each.resources.some(isReleased) : each.resources.includes(link.resource);
    return each.shown === "online" && booked;
  });

/** @param {Access[]} accesses */
export function linkPart(accesses) {
  const aliases = accesses.filter(({ kind }) => kind === "alias");
  const lacking = (aliases.length === 0 && "link_no_alias") || (settings.resources.length === 0 && "link_no_resource") || null;
  return h(
    "section",
    { class: "link-part", "aria-labelledby": "link-heading" },
    h("h2", { id: "link-heading" }, t("link_heading")),
    h("p", { class: "lead" }, t("link_lead")),
    lacking ? h("p", { class: "notice" }, t(lacking)) : chooser(aliases),
  );
}

/** @param {Access[]} aliases */
function chooser(aliases) {
  link.resource ??= places()[0].id;
  link.access =
    aliases.find(({ id }) => id === link.access?.id) ?? aliases.find((each) => standing(each) === "active") ?? aliases[0];
  const form = new Form({ t, values: { ...link, access: link.access.id }, prefix: "link-", changed });
  const choices = h("div", { class: "fields" });
  const outcome = h("div", { class: "outcome", "aria-live": "polite" });
  const draw = () => redraw(choices, inputs(form, aliases));

  function changed(path) {
    const { values } = form;
    if (path === "resource") values.template = null;
    Object.assign(link, values, { access: aliases.find(({ id }) => id === values.access) });
    if (path === "resource") draw();
    drawOutcome(outcome);
  }

  draw();
  drawOutcome(outcome);
  return [choices, outcome];
}

/** @param {Form} form @param {Access[]} aliases */
function inputs(form, aliases) {
  const state = (each) => (standing(each) === "active" ? "" : ` (${t(`state_${standing(each)}`)})`);
  return [
    form.choice(
      "resource",
      places().map(({ id, name, released }) => [id, released ? name : t("not_yet", { name })]),
    ),
    templates().length > 0 &&
      form.choice(
        "template",
        templates().map(({ id, name }) => [id, nameIn(name, language)]),
        { optional: true, nothing: t("template_any"), label: t("label_template") },
      ),
    form.choice(
      "language",
      settings.branch.languages.map((tag) => [tag, languageName(tag)]),
      { optional: true, nothing: t("language_any") },
    ),
    form.choice(
      "access",
      aliases.map((each) => [each.id, labelOf(each) + state(each)]),
    ),
  ];
}

/** What is made of the choices. @param {HTMLElement} outcome */
async function drawOutcome(outcome) {
  const url = address();
  const wrong = warnings();
  const template = templates().find(({ id }) => id === link.template);
  const name = [placeOf(link.resource).name, template && nameIn(template.name, language)].filter(Boolean).join(", ");
  const figure = h("figure", { class: "code" }, h("figcaption", {}, name));
  const lines = wrong.map((text) => h("li", {}, text));
  redraw(
    outcome,
    wrong.length > 0 && h("div", { class: "notice fault", id: "link-warning" }, h("ul", {}, lines)),
    h(
      "div",
      { class: "carriers" },
      h(
        "div",
        {},
        copyable("link-url", t("label_url"), url, outward(url, t("try_it"), true)),
        copyable("link-snippet", t("label_snippet"), snippet(url)),
        copyable("link-dialog", t("label_dialog"), dialogSnippet(url)),
        copyable("link-machine", t("label_machine"), machineSnippet(url)),
      ),
      figure,
    ),
  );
  const code = await codeOf(url, name, link.resource);
  if (url === address()) figure.replaceChildren(...code); // else another was chosen meanwhile
}
