/** What is known of an appointment, block by block. */
import { h } from "../../kit/dom.js";
import { fullName } from "../../kit/names.js";
import { facts } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { byText, whatText, whyText } from "../shell/words.js";
import { answersBlock } from "./answers.js";
import { addressesOf, timeOf } from "./pieces.js";

/** @import { Detail, Staff } from "./types" */

/** What came with a request, as it came: who booked, and who comes. @param {Detail["comment"]} comment */
export function commentBlock(comment) {
  if (!comment) return null;
  const visitor = [comment.visitor_last_name, comment.visitor_first_name].filter(Boolean).join(", ");
  return h(
    "section",
    { class: "comment" },
    h("h3", {}, t("comment")),
    comment.in_writing && h("p", { class: "notice" }, t("in_writing_note")),
    facts([
      [t(visitor ? "comment_booked_by" : "comment_name"), fullName(comment)],
      [t("comment_visitor"), visitor],
      [t("label_email"), comment.email_shown],
      [t("label_phone"), comment.phone],
      [t("comment_message"), comment.message],
      [t("comment_channel"), comment.channel && t(`tell_${comment.channel}`)],
    ]),
    answersBlock(comment.answers),
  );
}

/** @param {Detail["customer"]} customer */
export function customerBlock(customer) {
  if (!customer) return null;
  return h(
    "section",
    {},
    h("h3", {}, t("customer")),
    customer.in_writing && h("p", { class: "notice" }, t("in_writing_note")),
    facts([
      [t("label_name"), h("a", { href: `customers.html#${customer.id}` }, fullName(customer))],
      [t("label_email"), customer.email && h("a", { href: `mailto:${customer.email}` }, customer.email_shown)],
      [t("label_phone"), customer.phone && h("a", { href: `tel:${customer.phone_link}` }, customer.phone)],
    ]),
  );
}

/** Whom messages go to, where there is a choice. @param {Detail} detail */
export function writtenTo({ comment, customer, write_to: chosen }) {
  if (!comment || !customer) return null;
  const address = addressesOf(chosen === "customer" ? customer : comment);
  return facts([[t("write_to"), t(`write_to_${chosen}`, { address })]]);
}

/** What happened, and what was sent, each behind its heading. @param {Staff} staff @param {Detail} detail */
export function historyBlocks(staff, { history, messages }) {
  const line = (at, text) => h("li", {}, timeOf(at, staff.moment(at)), ` ${text}`);
  const block = (key, items) =>
    items.length > 0 && h("details", {}, h("summary", {}, t(key, { count: items.length })), h("ul", {}, items));
  const events = history.map(({ at, what, by }) => line(at, `${whatText(what)} – ${byText(by)}`));
  const sent = messages.map(({ at, kind, channel, state, failure }) => {
    const why = failure ? ` – ${whyText(failure)}` : "";
    return line(at, `${t(`kind_${kind}`)} (${t(`tell_${channel}`)}): ${t(`message_${state}`)}${why}`);
  });
  return [block("history", events), block("messages", sent)];
}
