/** Names, as they are shown and as ids. */
import { withWider } from "./texts.js";

/**
 * What something is called in the reader's language, or another of its texts, else in the one of which that is a kind, else in
 * the practice's own.
 * @param {Record<string, string>} [names] by language  @param {string} [lang]  @param {string} [own] of the practice
 */
export const nameIn = (names = {}, lang = "", own = "") =>
  [...withWider(lang), own].map((tag) => names[tag]).find(Boolean) ?? Object.values(names).find(Boolean) ?? "";

export const fullName = ({ last_name, first_name }) => [last_name, first_name].filter(Boolean).join(", ");

/** Stands for whichever resource is free. */
export const ANY = "any";

/** A name as an id that may stand in a link: "Kabine Süd" -> "kabine-sued", and another one where it is there already. */
export function idOf(name, taken) {
  const plain = name
    .toLowerCase()
    .replace(/ä/g, "ae")
    .replace(/ö/g, "oe")
    .replace(/ü/g, "ue")
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  const base = plain || "x";
  let id = base;
  for (let number = 2; id === ANY || taken.includes(id); number++) id = `${base}-${number}`;
  return id;
}
