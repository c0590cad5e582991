/** The answers to a kind's questions, as staff see them beside a request. */
import { Refusal } from "../../kit/api.js";
import { announce, announceError } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { button, facts } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";

/**
 * @import { Detail, Staff } from "./types"
 * @typedef {Detail["comment"]["answers"][number]} Answer
 */

/** @param {Answer} answer */
const textOf = ({ answer }) => (answer === true ? t("answer_yes") : String(answer));

/** @param {Answer[]} answers */
export function answersBlock(answers) {
  if (answers.length === 0) return [];
  const health = h("span", { class: "small" }, ` ${t("answer_health")}`);
  return [
    h("h4", {}, t("answers")),
    facts(answers.map((each) => [each.label, textOf(each), each.health && health.cloneNode(true)])),
  ];
}

/**
 * Keeps the answers beyond the request, in the customer's note: but for those about health, which their consent does not cover.
 * @param {Staff} staff @param {Detail} detail
 */
export function copyButton(staff, { comment, customer }) {
  const lines = (comment?.answers ?? []).filter(({ health }) => !health).map((each) => `${each.label} ${textOf(each)}`);
  if (!customer || lines.length === 0) return null;
  const copy = async () => {
    try {
      announce(t((await copied(staff, customer.id, lines)) ? "answers_copied" : "answers_there", { name: customer.last_name }));
    } catch (error) {
      announceError(error instanceof Refusal && error.codes.note ? { key: "answers_too_long" } : error);
    }
  };
  const why = h("span", { class: "small" }, t("answers_copy_hint"));
  return h("p", { class: "actions" }, button(t("answers_copy"), copy, { class: "quiet" }), why);
}

/** Whether anything was new to the note. @param {Staff} staff @param {string} id @param {string[]} lines */
async function copied(staff, id, lines) {
  const { version, note, hint, last_name, first_name, email, phone, language, in_writing } = await staff.api.get(
    `/customers/${id}`,
  );
  const known = (note ?? "").split("\n");
  const fresh = lines.filter((line) => !known.includes(line));
  if (fresh.length === 0) return false;
  const kept = { first_name, email, phone, language, hint, note: [...(note ? [note] : []), ...fresh].join("\n") };
  const given = Object.fromEntries(Object.entries(kept).filter(([, value]) => value));
  await staff.api.put(`/customers/${id}`, { last_name, in_writing, ...given, version });
  return true;
}
