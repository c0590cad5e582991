/** What staff note: on an appointment, and as a hint in the record of its customer. Beside it, which of a series it is. */
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { noteField, textOf } from "./pieces.js";

/** @import { Names, Planned } from "./types" */

/** @typedef {Pick<Planned, "note" | "hint" | "on_paper">} Noted */

/** The customer's hint, where the branch wants hints. @param {Names} names @param {Noted} noted */
const hintOf = (names, { hint }) => (names.settings.branch.customer_hints && hint) || "";

/** Hint and note, as lines. @param {Names} names @param {Noted} noted */
export const noteLines = (names, noted) => [hintOf(names, noted), noted.note].filter(Boolean);

/** What of it may be printed. @param {Names} names @param {Noted} noted */
export const paperLines = (names, noted) => (noted.on_paper ? noteLines(names, noted) : []);

/** "3 von 10", or nothing. @param {Pick<Planned, "series">} planned */
export const seriesText = ({ series }) => (series ? t("series_number", { number: series.number, count: series.of }) : "");

/** Both in the panel, the hint first: it says how to meet the customer. @param {Names} names @param {Noted} noted */
export function noteBlock(names, noted) {
  const hint = hintOf(names, noted);
  return [
    hint && h("p", { class: "notice hinted" }, h("b", {}, `${t("customer_hint")} `), hint),
    noted.note && h("p", { class: "noted" }, h("b", {}, `${t("note")}: `), noted.note),
  ].filter(Boolean);
}

/** A note, and whether it is printed. @param {Partial<Noted>} [noted] */
export function noteFields({ note: before, on_paper: printed } = {}) {
  const note = noteField("note", { value: before, hint: t("note_hint") });
  const paper = field({ name: "on_paper", label: t("on_paper"), type: "checkbox", value: Boolean(printed) });
  return {
    elements: [note, paper],
    /** What differs from before. */
    body: () => ({
      ...((before || note.value.trim()) && { ...textOf("note", note), ...(!note.value.trim() && { note: "" }) }),
      ...(paper.value !== Boolean(printed) && { on_paper: /** @type {boolean} */ (paper.value) }),
    }),
  };
}
