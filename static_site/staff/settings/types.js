/** The section of the types of hours: working time, absence, and those that a branch adds. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { idOf, nameIn } from "../../kit/names.js";
import { language, t } from "../../kit/texts.js";
import { adder, idsOf, item, moves, texts } from "./items.js";
import { named } from "./templates.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} page */
export function typesSection(page) {
  const { draft } = page;
  return [
    h(
      "div",
      { class: "items" },
      draft.types.map((each, place) => typeItem(page, each, place)),
    ),
    adder(page, "types", t("add_type"), (name) => ({
      id: idOf(name, idsOf(draft.types)),
      name: named(page, name),
      effect: "closes",
    })),
  ];
}

/** @param {Editor} page @param {import("./draft.js").Schemas["TypeBody"]} type @param {number} place */
function typeItem(page, type, place) {
  const { form } = page;
  const path = (name) => `types[${place}].${name}`;
  const fixed = catalogue.fixed_types.includes(type.id);
  const used = page.draft.availabilities.some((each) => each.type === type.id);
  return item(
    page,
    "types",
    place,
    () => [
      h("span", { class: "name" }, nameIn(type.name, language)),
      h("span", { class: "small" }, t(`effect_${type.effect}`)),
    ],
    h(
      "div",
      { class: "fields" },
      texts(page, path("name")),
      fixed ? h("p", { class: "small" }, t("type_fixed")) : form.one(path("effect"), form.named(path("effect"), "effect")),
    ),
    !fixed &&
      (used ? h("p", { class: "small" }, t("type_used")) : moves(page, "types", place, { name: nameIn(type.name, language) })),
  );
}
