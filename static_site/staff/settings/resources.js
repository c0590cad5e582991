/** The section of the resources, with what is still missing before customers may book them. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { idOf } from "../../kit/names.js";
import { t } from "../../kit/texts.js";
import { adder, idsOf, item, moves, stateSign } from "./items.js";
import { personPart } from "./person.js";

/** @typedef {import("./editor.js").Editor} Editor */

const COLOURS = ["#1f6f6b", "#8a4b2f", "#3d5a96", "#7a5195", "#5f7a2c", "#a3476a", "#b07d1a", "#4a5560"];

/** The branch's empty fields that stand against a release, as the draft has them. @param {Editor} page */
function missing({ draft, view }) {
  const others = view.missing.filter((name) => !catalogue.before_release.includes(name));
  return [...catalogue.before_release.filter((name) => !draft.branch[name]), ...others];
}

/** @param {Editor} page */
export function resourcesSection(page) {
  const { draft } = page;
  const lacking = missing(page);
  return [
    lacking.length > 0 && checklist(page, lacking),
    h(
      "div",
      { class: "items" },
      draft.resources.map((each, place) => resourceItem(page, each, place, lacking)),
    ),
    adder(page, "resources", t("add_resource"), (name) => newResource(draft, name)),
  ];
}

/** @param {Editor["draft"]} draft @param {string} name @returns {import("./draft.js").Schemas["ResourceBody"]} */
export const newResource = ({ resources }, name) => ({
  id: idOf(name, idsOf(resources)),
  name,
  kind: "place",
  released: false,
  capacity: 1,
  standby: 0,
  order: resources.length + 1,
  colour: COLOURS[resources.length % COLOURS.length],
});

/** What is still to be filled in before customers may book. @param {Editor} page @param {string[]} lacking */
function checklist(page, lacking) {
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

/** @param {string} colour */
const swatch = (colour) => {
  const dot = h("span", { class: "swatch", "aria-hidden": "true" });
  dot.style.backgroundColor = colour; // by the style object: the policy allows no inline style
  return dot;
};

/**
 * @param {Editor} page
 * @param {import("./draft.js").Schemas["ResourceBody"]} resource
 * @param {number} place
 * @param {string[]} lacking
 */
function resourceItem(page, resource, place, lacking) {
  const { form } = page;
  const path = (name) => `resources[${place}].${name}`;
  const line = () => [
    h("span", { class: "name" }, swatch(resource.colour), resource.name),
    h(
      "span",
      { class: "small" },
      t(`kind_${resource.kind}`),
      resource.capacity > 1 ? `, ${t("for_many", { count: resource.capacity })}` : "",
    ),
    stateSign(resource.released, t(resource.released ? "released" : "not_released")),
  ];
  const closed = lacking.length > 0 && !resource.released;
  return item(
    page,
    "resources",
    place,
    line,
    h(
      "div",
      { class: "fields" },
      form.field(path("name")),
      form.one(path("kind"), form.named(path("kind"), "kind")),
      form.field(path("capacity"), { unit: t("unit_at_once"), hint: t("hint_capacity") }),
      form.field(path("standby"), { hint: t("hint_standby") }),
      form.field(path("colour"), { hint: t("hint_colour") }),
      form.box(path("released"), {
        disabled: closed,
        hint: closed
          ? t("release_refused", { fields: lacking.map((name) => t(`label_${name}`)).join(", ") })
          : t("hint_released"),
      }),
    ),
    resource.kind === "person" && personPart(page, resource),
    h("p", { class: "small" }, t("id_note", { id: resource.id })),
    moves(page, "resources", place, { ordered: true, name: resource.name, forget: (id) => forgetResource(page.draft, id) }),
  );
}

/** What referred to a resource does so no more; hours of nobody else go with it. @param {import("./draft.js").Draft} draft @param {string} id */
function forgetResource(draft, id) {
  const others = (ids) => ids.filter((each) => each !== id);
  for (const each of draft.availabilities) each.resources = others(each.resources);
  draft.availabilities = draft.availabilities.filter((each) => each.resources.length > 0);
  for (const each of draft.templates) Object.assign(each, { resources: others(each.resources), second: others(each.second) });
  draft.exceptions = draft.exceptions.filter((each) => each.resource !== id);
}
