/** Pieces that several parts of the planner are made of. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { clockOf, dateOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { SIGNS, stateText } from "../shell/words.js";

/** @import { Planned } from "./types" */

export const USUAL = 30; // minutes of an appointment without a template

/** Sign and word of a state. @param {Planned} planned */
export function statusBadge(planned) {
  const { status } = planned;
  return h(
    "span",
    { class: `badge status-${status}` },
    h("span", { "aria-hidden": "true" }, SIGNS[status]),
    ` ${stateText(planned)}`,
  );
}

/**
 * A table under heads that are named by keys of texts.
 * @param {string[]} keys @param {HTMLElement[]} rows @param {Record<string, any>} [attributes] @param {HTMLElement | null} [caption]
 */
export function tableOf(keys, rows, attributes = {}, caption = null) {
  const heads = keys.map((key) => h("th", { scope: "col" }, t(key)));
  return h("table", attributes, caption, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
}

/** When something was, as a text. HTML takes no finer parts of a second. @param {string} at @param {string} text */
export const timeOf = (at, text) => h("time", { datetime: at.replace(/\.\d+/, "") }, text);

/** @param {...any} cells what stands in them */
export const rowOf = (...cells) =>
  h(
    "tr",
    {},
    cells.map((each) => h("td", {}, each)),
  );

/** @param {{id: string, name: string}[]} resources @returns {[string, string][]} */
export const optionsOf = (resources) => resources.map(({ id, name }) => [id, name]);

/** A choice of one, called by the text of its name. @param {string} name @param {any[][]} options @param {string} [value] */
export const select = (name, options, value = "", label = t(name)) => field({ name, label, type: "select", options, value });

/** Date, time and length. @param {string} wall @param {number} length in minutes */
export function whenFields(wall, length) {
  const step = catalogue.limits.unit_minutes;
  return {
    date: field({ name: "date", label: t("date"), type: "date", value: dateOf(wall) }),
    time: field({ name: "time", label: t("time"), type: "time", step: step * 60, value: clockOf(wall) }),
    minutes: field({ name: "minutes", label: t("minutes"), type: "number", min: step, step, value: length }),
  };
}

/** `{note: "…"}` of a field, or nothing where it is empty. @param {string} name @param {import("../../kit/field.js").Field} field */
export const textOf = (name, { value }) => (value.trim() ? { [name]: value.trim() } : {});

/** Why staff answer as they do, for the customer. */
export const reasonField = () => noteField("reason", { hint: t("reason_hint") });

/** Words of the staff's own. @param {string} name @param {object} [rest] of the field */
export const noteField = (name, rest) =>
  field({ name, label: t(name), type: "textarea", rows: 2, maxlength: catalogue.limits.note_characters, ...rest });

/** @param {{email: string | null, phone: string | null}} person */
export const addressesOf = ({ email, phone }) => [email, phone].filter(Boolean).join(", ") || t("write_to_nothing");
