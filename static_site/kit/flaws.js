/** Refusals and flaws in the reader's words: a flaw is a code with its facts. */
import { Refusal } from "./api.js";
import { lengthName } from "./moments.js";
import { hasText, inWords, locale, t } from "./texts.js";
import { last } from "./values.js";

/** @typedef {{code?: string} & Record<string, string | number>} Flaw a code with its facts: `{code: "too_long", most: 60}` */

/** What a refusal means, in the reader's language. @param {any} error a Refusal, or anything with the key of a text */
export function errorText(error) {
  if (error?.key) return t(error.key);
  if (!(error instanceof Refusal)) throw error;
  const flaws = Object.entries(error.codes).map(([path, flaw]) => flawText(flaw, path));
  if (error.code === "invalid" && flaws.length > 0) return [...new Set(flaws)].join(" ");
  if (hasText(`code_${error.code}`)) return t(`code_${error.code}`);
  if (error.status === 429 || error.status === 503) return t("code_try_again");
  return t(error.status >= 400 && error.status < 500 ? "code_refused" : "code_other");
}

/** A flaw that the pages see themselves. */
export const REQUIRED = { code: "required" };

/**
 * What is wrong with one field, in the reader's language. A flaw is a code with its facts, `{code: "range", least: 0, most: 168,
 * unit: "hours"}`. What the path ends in may have a text of its own: `error_twice_id`.
 * @param {Flaw} flaw
 * @param {string} [path]
 */
export function flawText({ code, ...facts }, path = "") {
  const field = last(path.match(/\w*[a-z]\w*/g) ?? []);
  const key = [`error_${code}_${field}`, `error_${code}`].find(hasText) ?? "error_other"; // newer than this page
  const isLength = facts.unit === "minutes" && Number(facts.most) > 90 && !("least" in facts);
  const unit = facts.unit && !isLength ? ` ${t(`unit_${facts.unit}`)}` : "";
  const grouping = /** @type {any} */ ({ useGrouping: "min2" }); // newer than what the check of types knows
  const shown = (fact) => (typeof fact === "number" ? fact.toLocaleString(locale, grouping) : fact);
  const written = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, shown(fact)]));
  if (isLength) written.most = lengthName(Number(facts.most));
  return t(key, { ...written, unit, field: inWords("label", facts.field), status: inWords("status", facts.status) });
}
