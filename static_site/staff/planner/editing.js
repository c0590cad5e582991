/** Kind, name and note of an appointment are changed here; another kind keeps start and resource, and takes its own length. */
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { isHolding, secondsOf, whoOf } from "../shell/words.js";
import { sent } from "./changes.js";
import { summaryOf } from "./moving.js";
import { noteFields } from "./notes.js";
import { optionsOf, select } from "./pieces.js";
import { tellChoice } from "./telling.js";

/** @import { Detail, Names, Outcome, Planned, Staff } from "./types" */

/** @param {Staff} staff @param {Names} names @param {Detail} detail @returns {Promise<Outcome>} */
export function edit(staff, names, detail) {
  const { appointment } = detail;
  const kind = kindFields(names, appointment);
  const title = field({
    name: "title",
    label: t("label_name"),
    value: appointment.name,
    maxlength: 100,
    autocomplete: "off",
  });
  const notes = noteFields(appointment);
  const blocked = appointment.type === "blocked";
  const telling = blocked ? null : tellChoice(staff, detail, { what: "told", change: kind.body, quiet: () => true });
  kind.element.addEventListener("change", () => telling?.redraw());
  const run = () =>
    sent(staff, detail, (version) => {
      const name = title.value.trim();
      const named = name === appointment.name || appointment.customer ? {} : { title: name };
      const body = { version, ...kind.body(), ...kind.beside(), ...named, ...notes.body(), tell: telling?.value() };
      return staff.api.post(`/appointments/${appointment.id}/details`, body);
    });
  return dialog({
    title: t("do_edit"),
    body: [
      h("p", {}, h("b", {}, whoOf(appointment)), h("br"), summaryOf(staff, names, appointment)),
      kind.element,
      !appointment.customer && title,
      ...notes.elements,
      telling,
    ],
    fields: [...kind.fields, title, notes.elements[0]],
    actions: [
      { label: t("save"), kind: "main", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

/** Another kind that the resource carries, and who comes beside then. @param {Names} names @param {Planned} appointment */
function kindFields(names, appointment) {
  const { template, resource, second, type } = appointment;
  const able = names.templates.filter(({ id, resources }) => id === template || resources.includes(resource));
  const none = template ? [] : [["", t("template_none")]];
  const kind = select("template", [...none, ...able.map(({ id, name }) => [id, names.named(name)])], template ?? "");
  const beside = select("second", []);
  const element = h("div", { class: "pair" }, kind, beside);
  const changed = () => kind.value && kind.value !== template;
  const draw = () => {
    const others = optionsOf(changed() ? secondsOf(names, kind.value, resource) : []);
    beside.control.replaceChildren(
      ...[["", t("second_any")], ...others].map(([value, text]) => h("option", { value, selected: value === second }, text)),
    );
    beside.hidden = others.length === 0;
  };
  kind.control.addEventListener("change", draw);
  draw();
  element.hidden = type === "blocked" || !isHolding(appointment);
  return {
    element,
    fields: [kind, beside],
    /** @returns {{template?: string}} */
    body: () => (changed() ? { template: kind.value } : {}),
    /** @returns {{second?: string}} */
    beside: () => (changed() && beside.value ? { second: beside.value } : {}),
  };
}
