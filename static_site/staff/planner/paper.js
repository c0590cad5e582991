/** What goes on paper: the lists of a day or a week, and a slip in large print that names no treatment. */
import { h } from "../../kit/dom.js";
import { dateOf } from "../../kit/moments.js";
import { t } from "../../kit/texts.js";
import { closureLines } from "./closures.js";
import { paperLines } from "./notes.js";
import { detailsOf } from "./telling.js";
import { rowOf, tableOf } from "./pieces.js";
import { isShown, stateText, whoOf } from "../shell/words.js";

/** @import { Hours, Names, Planned, Staff } from "./types" */

/** Prints what is given and nothing else of the page. */
function print(paper) {
  document.body.append(paper);
  document.body.classList.add("printing");
  const done = () => {
    document.body.classList.remove("printing");
    paper.remove();
  };
  addEventListener("afterprint", done, { once: true });
  window.print();
}

/**
 * A slip for each appointment, to take along, with the note where it is ticked.
 * @param {Staff} staff @param {Names} names @param {(Partial<Planned> & {start: string})[]} appointments
 */
export async function printSlip(staff, names, appointments) {
  const { branch } = names.settings;
  const line = ({ start }) =>
    h("p", { class: "when" }, staff.longDate(start), h("br"), t("clock", { time: staff.time(start) }));
  const notes = new Set(appointments.flatMap((each) => paperLines(names, each)));
  const contact = [branch.name, branch.address, branch.phone, branch.email].filter(Boolean);
  print(
    h(
      "section",
      { class: "paper slip" },
      h("h1", {}, t("slip", { count: appointments.length })),
      appointments.map(line),
      [...notes].map((text) => h("p", { class: "noted" }, text)),
      h(
        "p",
        { class: "contact" },
        contact.flatMap((text) => [text, h("br")]),
      ),
      h("p", {}, t("slip_cancel")),
    ),
  );
}

const UNUSUAL = ["unconfirmed", "proposed", "no_show"];

/**
 * The lists of some days: who is away, then time, name, phone, kind, ticked note and room for more, a table for each resource. Phones
 * stand with the appointments, so each is read; without `phones` none is.
 * @param {Staff} staff @param {Names} names @param {{appointments: Planned[], hours: Hours[]}} planner
 * @param {{dates: string[], resources: string[], phones: boolean}} chosen
 */
export async function printList(staff, names, { appointments, hours }, { dates, resources, phones }) {
  const isMeant = (/** @type {{resource: string, second?: string}} */ each) =>
    resources.includes(each.resource) || resources.includes(each.second);
  const listed = appointments
    .filter((each) => isShown(each) && isMeant(each) && dates.includes(dateOf(each.start)))
    .sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
  const details = await detailsOf(staff, phones ? listed.filter(({ type }) => type !== "blocked") : []);
  const phoneOf = (/** @type {Planned} */ { id }) => details.get(id)?.customer?.phone ?? details.get(id)?.comment?.phone ?? "";
  const heads = ["time", "label_name", ...(phones ? ["label_phone"] : []), "template", "paper_note"];
  const noteOf = (/** @type {Planned} */ each) => paperLines(names, each).map((line) => h("p", { class: "noted" }, line));
  const row = (/** @type {Planned} */ each) => {
    const state = (each.standby || UNUSUAL.includes(each.status)) && h("b", {}, ` (${stateText(each)})`);
    const span = `${staff.time(each.start)}–${staff.time(each.end)}`;
    const kind = [names.template(each.template), state];
    const line = rowOf(span, whoOf(each), ...(phones ? [phoneOf(each)] : []), kind, noteOf(each));
    line.className = each.status;
    return line;
  };
  const table = (/** @type {Planned[]} */ ofDay, { id, name }) => {
    const rows = ofDay.filter(({ resource, second }) => resource === id || second === id).map(row);
    return rows.length > 0 && tableOf(heads, rows, {}, h("caption", {}, name));
  };
  const day = (/** @type {string} */ date) => {
    const ofDay = listed.filter(({ start }) => dateOf(start) === date);
    const chosen = names.resources.filter(({ id }) => resources.includes(id));
    const away = closureLines(names, hours.filter(isMeant), date).map((line) => h("p", { class: "away" }, line));
    const tables = ofDay.length ? chosen.map((each) => table(ofDay, each)) : h("p", {}, t("list_empty"));
    return h("section", {}, h("h2", {}, staff.longDate(date)), away, tables);
  };
  print(h("section", { class: "paper list" }, h("h1", {}, names.settings.branch.name), dates.map(day)));
}
