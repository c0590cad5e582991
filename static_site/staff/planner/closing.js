/** Somebody is ill: a time is closed, and each appointment in it is kept, moved or cancelled, in one action. */
import { catalogue } from "../../kit/catalogue.js";
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field, newId } from "../../kit/field.js";
import { dateOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { fates } from "./fates.js";
import { outcomes } from "./outcomes.js";
import { optionsOf, select, textOf } from "./pieces.js";
import { spanFields, spanText } from "./spans.js";
import { WAYS, detailsOf, tellChoice } from "./telling.js";
import { tellClosed } from "./undoing.js";

/**
 * @import { Closing, Found } from "./fates.js"
 * @import { Given, Names, Staff } from "./types"
 */

const USUAL = ["ill", "leave", "holidays", "training"];

/** Closes what was pointed at, else the whole day on screen. @param {Staff} staff @param {Names} names @param {Given} given */
export async function closeTime(staff, names, { resource, date = staff.today(), start, end, changed }) {
  const day = start ? dateOf(start) : date;
  const where = select("resource", optionsOf(names.resources), resource ?? names.resources[0]?.id, t("ill_resource"));
  const [name, suggestions] = nameField();
  const span = spanFields(staff, { start: start ?? `${day}T00:00`, end: end ?? `${day}T23:55`, allDay: !start });
  const run = () => affected(staff, { resource: where.value, ...span.span(), ...textOf("name", name) });
  const found = await dialog({
    title: t("ill"),
    body: [h("p", {}, t("ill_text")), where, name, suggestions, span],
    fields: [name],
    actions: [{ label: t("ill_show"), kind: "main", run }],
  });
  if (!found) return;
  const done = await settle(staff, names, found.closing, found.found);
  if (!done) return;
  changed();
  tellClosed(staff, done.view, changed);
  await outcomes(staff, names, done.view, done.answers, changed);
}

/** What staff call it: usual words are suggested. @returns {[import("../../kit/field.js").Field, HTMLElement]} */
function nameField() {
  const list = newId("names");
  const { most } = catalogue.sections.availabilities.item.fields.closing.fields.name;
  const more = { maxlength: most, list, hint: t("ill_name_hint"), autocomplete: "off" };
  return [
    field({ name: "name", label: t("ill_name"), ...more }),
    h(
      "datalist",
      { id: list },
      USUAL.map((each) => h("option", { value: t(`ill_usual_${each}`) })),
    ),
  ];
}

/** The appointments in that time, with how each customer can be reached. @param {Staff} staff @param {Closing} closing */
async function affected(staff, closing) {
  const { appointments } = await staff.api.post("/closings", closing);
  const details = await detailsOf(
    staff,
    appointments.map(({ appointment }) => appointment),
  );
  const found = appointments.map(({ appointment: { id }, suggested }) => ({ detail: details.get(id), suggested }));
  return { closing, found };
}

/**
 * Asks what becomes of each appointment, and sends it all at once.
 * @param {Staff} staff @param {Names} names @param {Closing} closing @param {Found[]} found
 */
function settle(staff, names, closing, found) {
  const details = found.map(({ detail }) => detail);
  const canReach = (way) => details.find(({ reachable }) => (way ? reachable.includes(way) : reachable.length));
  const example = canReach("email") ?? canReach();
  /** @type {ReturnType<typeof fates> | null} */
  let each = null; // until it is made, which asks how they are told
  const telling =
    example &&
    tellChoice(staff, example, {
      what: "cancelled",
      reachable: WAYS,
      label: t("ill_tell"),
      examples: (tell) => each?.examples(tell) ?? [],
    });
  each = fates(
    staff,
    names,
    closing,
    found,
    () => telling?.value(),
    () => telling?.redraw(),
  );
  telling?.addEventListener("change", each.redraw);
  const range = spanText(staff, closing);
  const run = async (/** @type {import("../../kit/dialog.js").Dialog} */ element) => {
    const open = each.open();
    if (open.length) {
      element.summary.show(t("ill_open_rows"), open);
      return false;
    }
    const answers = each.verdicts(telling?.value());
    return { answers, view: await staff.api.post("/closings", { ...closing, answers }) };
  };
  const what = [names.resource(closing.resource), closing.name].filter(Boolean).join(", ");
  return dialog({
    title: t("ill"),
    kind: "wide",
    body: [
      h("p", {}, t("ill_closes", { name: what, range })),
      h("p", { class: found.length ? "notice" : "" }, t("ill_found", { count: found.length })),
      found.length > 0 && [...each.elements, telling],
      telling && h("p", { class: "hint" }, t("ill_tell_hint")),
    ].flat(),
    actions: [
      { label: each.sum, kind: "main", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}
