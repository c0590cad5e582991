/** What the build fills in: a module of the pages that speaks is imported after this one. */
import { readFileSync } from "node:fs";

const about = (tag) =>
  JSON.parse(readFileSync(new URL(`../../../chalicelib/texts/${tag}/language.json`, import.meta.url), "utf8"));

globalThis.LANGUAGES_BUILT_IN = { de: about("de"), en: about("en") };
