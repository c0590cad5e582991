/** What goes on paper: the list of a day for each resource, and a slip in large print that names no treatment. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { closureLines } from "./closures.js";
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

/** A slip for each appointment, to take along. @param {Staff} staff @param {Names} names @param {{start: string}[]} appointments */
export async function printSlip(staff, names, appointments) {
  const { branch } = names.settings;
  const line = ({ start }) =>
    h("p", { class: "when" }, staff.longDate(start), h("br"), t("clock", { time: staff.time(start) }));
  const contact = [branch.name, branch.address, branch.phone, branch.email].filter(Boolean);
  print(
    h(
      "section",
      { class: "paper slip" },
      h("h1", {}, t("slip", { count: appointments.length })),
      appointments.map(line),
      h(
        "p",
        { class: "who" },
        contact.flatMap((text) => [text, h("br")]),
      ),
      h("p", {}, t("slip_cancel")),
    ),
  );
}

/**
 * The list of a day: who is away, then time, name, phone and kind, a table for each resource. Phones stand with the appointments.
 * @param {Staff} staff @param {Names} names @param {string} date @param {{appointments: Planned[], hours: Hours[]}} planner
 */
export async function printDay(staff, names, date, { appointments, hours }) {
  const ofDay = appointments.filter((each) => isShown(each) && staff.dateOf(each.start) === date);
  const details = await detailsOf(
    staff,
    ofDay.filter(({ type }) => type !== "blocked"),
  );
  const phoneOf = (/** @type {Planned} */ { id }) => details.get(id)?.customer?.phone ?? details.get(id)?.comment?.phone ?? "";
  const row = (/** @type {Planned} */ each) => {
    const open = (each.standby || ["unconfirmed", "proposed"].includes(each.status)) && ` (${stateText(each)})`;
    const span = `${staff.time(each.start)}–${staff.time(each.end)}`;
    return rowOf(span, whoOf(each), phoneOf(each), [names.template(each.template), open]);
  };
  const table = ({ id, name }) => {
    const rows = ofDay.filter(({ resource, second }) => resource === id || second === id).map(row);
    return rows.length > 0 && tableOf(["time", "label_name", "label_phone", "template"], rows, {}, h("caption", {}, name));
  };
  const title = h("h1", {}, `${names.settings.branch.name} – ${staff.longDate(date)}`);
  const away = closureLines(names, hours, date).map((line) => h("p", { class: "away" }, line));
  print(
    h("section", { class: "paper list" }, title, away, ofDay.length ? names.resources.map(table) : h("p", {}, t("list_empty"))),
  );
}
