/** Asks what goes on paper: the day or the week on screen, of which resources. */
import { announce, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { rangeName } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { weekOf } from "./days.js";
import { printList } from "./paper.js";

/** @import { Hours, Names, Planned, Staff, State } from "./types" */

/**
 * @param {Staff} staff @param {Names} names @param {State} state
 * @param {{monday: string, view: {appointments: Planned[], hours: Hours[]}}} known the week on screen
 */
export async function choosePrint(staff, names, { date, view, resource }, { monday, view: planner }) {
  const options = [
    ["day", staff.longDate(date)],
    ["week", rangeName(monday, weekOf(monday)[6])],
  ];
  const value = view === "day" ? "day" : "week";
  const span = field({ name: "span", label: t("print_span"), type: "radios", options, value });
  const boxes = names.resources.map(({ id, name }) => ({
    id,
    box: field({ name: "printed", label: name, type: "checkbox", value: view !== "week" || id === resource }),
  }));
  const run = async () => {
    const resources = boxes.filter(({ box }) => box.value).map(({ id }) => id);
    if (resources.length) return { resources };
    announce(t("print_nothing"));
    return /** @type {const} */ (false);
  };
  const chosen = await dialog({
    title: t("print_day"),
    body: [
      span,
      h(
        "fieldset",
        {},
        h("legend", {}, t("print_resources")),
        h(
          "div",
          { class: "boxes" },
          boxes.map(({ box }) => box),
        ),
      ),
      h("p", { class: "hint" }, t("print_hint")),
    ],
    actions: [{ label: t("print"), kind: "main", run }],
  });
  if (!chosen) return;
  const dates = span.value === "day" ? [date] : weekOf(monday);
  await printList(staff, names, planner, { dates, resources: chosen.resources, phones: span.value === "day" });
}
