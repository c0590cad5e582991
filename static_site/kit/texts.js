/** The texts of a page, in the reader's language. Its volumes are files below texts/. */
import { siteFile } from "./api.js";

export const LANGUAGES = ["de", "en"];

export const LOCALES = { de: "de-DE", en: "en-GB" };

let texts = {};
export let language = "de";

/** The languages to try, best first: the one asked for in the link, then the browser's. */
export function wishes(first) {
  return [first, ...navigator.languages.map((tag) => tag.slice(0, 2))];
}

export function pickLanguage(wished, offered = LANGUAGES) {
  const known = offered.filter((tag) => LANGUAGES.includes(tag));
  return wished.find((tag) => known.includes(tag)) ?? known[0] ?? LANGUAGES[0];
}

/** Files of texts, with a * for the language; a module that says more adds its own before it speaks. */
export const volumes = ["*/booking"];

const loaded = new Map();

/** @param {string} tag one of LANGUAGES */
export async function loadTexts(tag) {
  texts = Object.assign({}, ...(await Promise.all(volumes.map((volume) => textsOf(volume.replace("*", tag))))));
  language = tag;
  document.documentElement.lang = tag;
}

/** A file of texts is fetched once; again where it did not come. */
function textsOf(name) {
  if (!loaded.has(name)) {
    loaded.set(name, siteFile(`texts/${name}.json`));
    loaded.get(name).catch(() => loaded.delete(name));
  }
  return loaded.get(name);
}

/** The text of a key, `{name}` filled from values; a key with `_one` beside it has a text for count 1. */
export function t(key, values = {}) {
  const text = (values.count === 1 && texts[`${key}_one`]) || texts[key];
  return (text ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Like `t`, but a value may be an element: the text and the elements in order. */
export function rich(key, values) {
  return texts[key].split(/\{(\w+)\}/).map((part, index) => (index % 2 ? values[part] : part));
}

/** @param {number} value  @param {number} [digits] behind the point, at most */
export const numberText = (value, digits = 0) =>
  new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);

export const hasText = (key) => key in texts;

/** A word of the API's by the text `<kind>_<word>`. One that the page does not know yet is shown as it came. */
export const inWords = (kind, word) => (hasText(`${kind}_${word}`) ? t(`${kind}_${word}`) : word);
