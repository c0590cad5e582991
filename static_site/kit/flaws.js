/** Refusals and flaws in the reader's words: a flaw is a code with its facts. */
import { Refusal } from "./api.js";
import { LOCALES, hasText, language, t } from "./texts.js";
import { last } from "./values.js";

/** What a refusal means, in the reader's language. */
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
 */
export function flawText({ code, ...facts }, path = "") {
  const field = last(path.match(/\w*[a-z]\w*/g) ?? []);
  const key = [`error_${code}_${field}`, `error_${code}`].find(hasText) ?? "error_other"; // newer than this page
  const called = (kind, name) => (hasText(`${kind}_${name}`) ? t(`${kind}_${name}`) : name);
  const unit = facts.unit ? ` ${t(`unit_${facts.unit}`)}` : "";
  const numbers = Object.entries(facts).filter(([, fact]) => typeof fact === "number");
  const written = Object.fromEntries(
    numbers.map(([name, fact]) => [name, fact.toLocaleString(LOCALES[language], { useGrouping: "min2" })]),
  );
  return t(key, { ...facts, ...written, unit, field: called("label", facts.field), status: called("status", facts.status) });
}
