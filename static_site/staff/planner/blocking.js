/** Time that is kept free of customers. */
import { Refusal } from "../../kit/api.js";
import { catalogue } from "../../kit/catalogue.js";
import { announce, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { lengthName } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { minutesBetween } from "../shell/words.js";
import { tellBooked } from "./booked.js";
import { keyMaker } from "./changes.js";
import { optionsOf, select } from "./pieces.js";
import { spanFields, spanGiven } from "./spans.js";

/** @import { Given, Names, Staff } from "./types" */

const A_DAY = 1440;

/** @param {Staff} staff @param {Names} names @param {Given} given */
export async function blockTime(staff, names, given) {
  const where = select("resource", optionsOf(names.resources), given.resource ?? names.resources[0]?.id);
  const span = spanFields(staff, spanGiven(staff, given));
  const hint = t("block_title_hint");
  const title = field({ name: "title", label: t("block_title"), maxlength: 100, hint, autocomplete: "off" });
  const keyOf = keyMaker();
  const run = async () => {
    const { start, end } = span.span();
    const minutes = minutesBetween(start, end);
    if (minutes < catalogue.limits.unit_minutes || minutes > A_DAY)
      throw new Refusal(400, { code: minutes > A_DAY ? "block_long" : "span_empty" });
    const type = /** @type {const} */ ("blocked");
    const body = { type, resource: where.value, start, minutes, title: title.value.trim() };
    const { appointments, absence } = await staff.api.post("/appointments", body, keyOf(body));
    if (!absence && appointments[0].outcome !== "booked") throw new Refusal(409, { code: "slot_taken" });
    return { absence, id: appointments[0]?.id };
  };
  const done = await dialog({
    title: t("block"),
    body: [
      where,
      span,
      title,
      h("p", { class: "hint" }, t("block_hint", { length: lengthName(catalogue.limits.appointment_minutes) })),
    ],
    actions: [{ label: t("block"), kind: "main", run }],
  });
  if (!done) return;
  if (!done.absence) return tellBooked(staff, names, done.id, "quick_booked", given.changed);
  announce(t("block_absence"));
  given.changed();
}
