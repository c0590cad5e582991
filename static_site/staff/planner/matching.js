/** Whom an appointment is for, and to whom its messages go: asked before it is confirmed, and whenever staff want to. */
import { dialog } from "../../kit/dialog.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { sent } from "./changes.js";
import { commentBlock } from "./blocks.js";
import { customerChoice, keepingOpen } from "./people.js";
import { addressesOf } from "./pieces.js";

/** @import { Detail, Outcome, Staff } from "./types" */

/**
 * @param {Staff} staff @param {Detail} detail @param {string} none labels the choice of nobody
 * @returns {Promise<{customer: string | null, write_to?: "customer" | "requester"} | null>} null: given up
 */
export async function whoIsIt(staff, detail, none) {
  const { matches } = await staff.api.get(`/appointments/${detail.appointment.id}/matches`);
  const choice = customerChoice(staff, { comment: detail.comment, matches, current: detail.customer, none });
  const writing = detail.comment && writeToChoice(detail, choice);
  const run = keepingOpen(async ({ summary }) => {
    const customer = await choice.settle(summary);
    return { customer, ...(customer && writing && { write_to: writing.value }) };
  });
  return dialog({
    title: t("customer_title"),
    kind: "wide",
    body: [commentBlock(detail.comment), choice, writing],
    actions: [{ label: t("go_on"), kind: "main", run }],
  });
}

/**
 * Whom messages go to from now on: who asked, unless staff say otherwise. Asked only where a customer is chosen.
 * @param {Detail} detail @param {ReturnType<typeof customerChoice>} choice
 */
function writeToChoice({ comment, write_to: value }, choice) {
  const options = ["requester", "customer"].map((each) => [each, ""]);
  const element = field({ name: "write_to", label: t("write_to"), type: "radios", options, value, hint: t("write_to_hint") });
  const [requester, customer] = element.querySelectorAll("label");
  const draw = () => {
    const person = choice.person();
    element.hidden = !person;
    requester.textContent = t("write_to_requester", { address: addressesOf(comment) });
    customer.textContent = t("write_to_customer", { address: addressesOf(person ?? { email: null, phone: null }) });
  };
  for (const event of ["change", "input"]) choice.addEventListener(event, draw);
  draw();
  return element;
}

/** @param {Staff} staff @param {Detail} detail @returns {Promise<Outcome>} */
export async function match(staff, detail) {
  const { id } = detail.appointment;
  const chosen = await whoIsIt(staff, detail, t("customer_nobody"));
  return chosen && sent(staff, detail, (version) => staff.api.post(`/appointments/${id}/customer`, { version, ...chosen }));
}
