/** What customers are told of a kind of appointment: its price and who pays, and how to prepare. */
import { h } from "../../kit/dom.js";
import { controlOf, labelled } from "../../kit/field.js";
import { settingRule } from "../../kit/form.js";
import { locale, t } from "../../kit/texts.js";
import { remembered, texts } from "./items.js";

/** @typedef {import("./editor.js").Editor} Editor */

const USUAL = "EUR";

/** An amount of money as cents: "25", "25,00", "25.00 €", "1.250". What is none stays as it is typed. @param {string} text */
function centsOf(text) {
  const found = /^(\d{1,3}(?:[., ]?\d{3})*)(?:[.,](\d\d?))?\s*€?$/.exec(text.trim());
  return found ? Number(found[1].replace(/\D/g, "")) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : text.trim();
}

/** "25,00" @param {number | string | undefined} cents */
const amountOf = (cents) =>
  typeof cents === "number"
    ? (cents / 100).toLocaleString(locale, { minimumFractionDigits: 2, useGrouping: false })
    : (cents ?? "");

/**
 * Folded up, since few kinds need all of it.
 * @param {Editor} page
 * @param {import("./draft.js").Schemas["TemplateBody"]} template
 * @param {number} place
 */
export function toldFields(page, template, place) {
  const { form } = page;
  const path = (name) => `templates[${place}].${name}`;
  const kept = remembered(page, `told:${place}`);
  const fields = ["hint", "price", "price_note", "payer", "instructions"];
  const wrong = Object.keys(page.errors).some((each) => fields.some((name) => each.startsWith(path(name))));
  return h(
    "details",
    { class: "more", ...kept, open: kept.open || wrong },
    h("summary", {}, t("template_told")),
    h(
      "div",
      { class: "fields" },
      texts(page, path("hint"), { hint: t("hint_hint") }),
      price(page, template, path("price")),
      texts(page, path("price_note"), { hint: t("hint_price_note") }),
      form.choice(path("payer"), form.named(path("payer"), "payer"), {
        optional: true,
        nothing: t("payer_unsaid"),
        hint: t("hint_payer"),
      }),
      texts(page, path("instructions"), { hint: t("hint_instructions"), rows: 5, wide: true }),
    ),
  );
}

/**
 * An amount, as people write it, and its currency; without an amount there is no price.
 * @param {Editor} page
 * @param {import("./draft.js").Schemas["TemplateBody"]} template
 * @param {string} path
 */
function price({ form, draft }, template, path) {
  const known = template.price?.currency ?? draft.templates.find((each) => each.price)?.price.currency ?? USUAL;
  const put = () => {
    const cents = /** @type {number} */ (centsOf(amount.value));
    form.set(path, amount.value.trim() ? { cents, currency: currency.value } : null);
  };
  const amount = controlOf(
    "text",
    {
      id: form.id(`${path}.cents`),
      inputmode: "decimal",
      autocomplete: "off",
      oninput: put,
      onchange: () => (amount.value = amountOf(template.price?.cents)),
    },
    amountOf(template.price?.cents),
  );
  const choices = settingRule(`${path}.currency`).choices.map((each) => [each, each]);
  const currency = controlOf("select", { id: form.id(`${path}.currency`), onchange: put }, known, choices);
  return [
    form.told(`${path}.cents`, labelled(amount, { label: t("label_price"), hint: t("hint_price") })),
    form.told(`${path}.currency`, labelled(currency, { label: t("label_currency") })),
  ];
}
