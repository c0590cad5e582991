/** The texts of a page, in the reader's language. Its volumes are files below texts/. */
import { siteFile } from "./api.js";

/** By tag, what each language is: its files are in texts/<tag>/. */
export const SPOKEN = LANGUAGES_BUILT_IN;

/** The tags of all languages that customers may read. */
export const LANGUAGES = Object.keys(SPOKEN);

let texts = {};
export let language = "de";

/** For Intl. */
export let { locale } = SPOKEN.de;
let plural = new Intl.PluralRules(locale);

/** A language, and the one of which it is a kind: where there is no `de-simple` or `fr-CA`, there may be `de` or `fr`. */
export const withWider = (tag) => [tag, tag.split("-")[0]];

/** The languages to try, best first: the one asked for in the link, then the browser's. @param {string | null} first */
export function wishes(first) {
  return [first ?? "", ...navigator.languages].flatMap(withWider);
}

/** @param {string[]} wished  @param {string[]} [offered] */
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
  ({ locale } = SPOKEN[tag]);
  plural = new Intl.PluralRules(locale);
  const { lang, dir } = SPOKEN[tag];
  Object.assign(document.documentElement, { lang, dir });
}

/** A file of texts is fetched once; again where it did not come. */
function textsOf(name) {
  if (!loaded.has(name)) {
    loaded.set(name, siteFile(`texts/${name}.json`));
    loaded.get(name).catch(() => loaded.delete(name));
  }
  return loaded.get(name);
}

/** In a page that reads from right to left, what is put into a text keeps its own direction. */
const placed = (value) => (document.dir === "rtl" && value !== "" ? `\u2068${value}\u2069` : value);

/**
 * The text of a key, `{name}` filled from values; a key may have others beside it for some counts: `_one`, `_few`.
 * @param {string} key  @param {Record<string, any>} [values]
 */
export function t(key, values = {}) {
  const text = ("count" in values && texts[`${key}_${plural.select(values.count)}`]) || texts[key];
  return (text ?? key).replace(/\{(\w+)\}/g, (_, name) => placed(values[name] ?? ""));
}

/** Like `t`, but a value may be an element: the text and the elements in order. */
export function rich(key, values) {
  return texts[key].split(/\{(\w+)\}/).map((part, index) => (index % 2 ? values[part] : part));
}

/** @param {number} value  @param {number} [digits] behind the point, at most */
export const numberText = (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

export const hasText = (key) => key in texts;

/** A word of the API's by the text `<kind>_<word>`. One that the page does not know yet is shown as it came. */
export const inWords = (kind, word) => (hasText(`${kind}_${word}`) ? t(`${kind}_${word}`) : word);
