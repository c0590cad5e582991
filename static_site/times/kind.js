/** What there is to know of a kind of appointment: what it costs, who pays, and how to prepare. */
import { h } from "../kit/dom.js";
import { nameIn } from "../kit/names.js";
import { language, locale, t } from "../kit/texts.js";

/** @typedef {import("../kit/wire").Schemas} Schemas */

/**
 * "25,00 €, Selbstzahler", and what the practice notes beside it; empty where it has said nothing.
 * @param {Pick<Schemas["TemplateView"], "price" | "price_note" | "payer">} kind
 */
export function cost({ price, price_note: note, payer }) {
  const money = (currency) => new Intl.NumberFormat(locale, { style: "currency", currency });
  const amount = price && money(price.currency).format(price.cents / 100);
  const said = payer ? t(`payer_${payer}${amount ? "_price" : ""}`, { price: amount }) : amount;
  return [said, nameIn(note, language)].filter(Boolean).join(" · ");
}

/** What to bring and how to prepare, if anything. @param {Record<string, string>} [instructions] */
export function preparation(instructions) {
  const text = nameIn(instructions, language);
  return (
    text && h("section", { class: "preparation" }, h("h2", {}, t("preparation")), h("p", { class: "said", dir: "auto" }, text))
  );
}
