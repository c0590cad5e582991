/** What goes on paper: the list of a day for each resource, and a slip in large print that names no treatment. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { closureLines } from "./closures.js";
import { detailsOf } from "./telling.js";
import { isShown, whoOf } from "../shell/words.js";

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

/** A slip for each appointment, to take along. @param {{start: string, end: string}[]} appointments */
export async function printSlip(staff, names, appointments) {
  const { branch } = names.settings;
  const line = ({ start }) =>
    h("p", { class: "when" }, staff.longDate(start), h("br"), t("clock", { time: staff.time(start) }));
  const contact = [branch.name, branch.address, branch.phone, branch.email].filter(Boolean);
  print(
    h(
      "section",
      { class: "paper slip" },
      h("h1", {}, t(appointments.length > 1 ? "slip_many" : "slip_one")),
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

/** The list of a day: who is away, then time, name, phone and kind, a table for each resource. Phones stand with the appointments. */
export async function printDay(staff, names, date, { appointments, hours }) {
  const ofDay = appointments.filter((each) => isShown(each) && staff.dateOf(each.start) === date);
  const details = await detailsOf(
    staff,
    ofDay.filter(({ type }) => type !== "blocked"),
  );
  const phoneOf = ({ id }) => details.get(id)?.customer?.phone ?? details.get(id)?.comment?.phone ?? "";
  const row = (each) =>
    h(
      "tr",
      {},
      h("td", {}, `${staff.time(each.start)}–${staff.time(each.end)}`),
      h("td", {}, whoOf(each)),
      h("td", {}, phoneOf(each)),
      h(
        "td",
        {},
        names.template(each.template),
        ["unconfirmed", "proposed"].includes(each.status) && ` (${t(`status_${each.status}`)})`,
      ),
    );
  const heads = () => ["time", "label_name", "label_phone", "template"].map((key) => h("th", { scope: "col" }, t(key)));
  const table = ({ id, name }) => {
    const its = ofDay.filter(({ resource, second }) => resource === id || second === id);
    if (!its.length) return null;
    return h("table", {}, h("caption", {}, name), h("thead", {}, h("tr", {}, heads())), h("tbody", {}, its.map(row)));
  };
  const title = h("h1", {}, `${names.settings.branch.name} – ${staff.longDate(date)}`);
  const away = closureLines(names, hours, date).map((line) => h("p", { class: "away" }, line));
  print(
    h("section", { class: "paper list" }, title, away, ofDay.length ? names.resources.map(table) : h("p", {}, t("list_empty"))),
  );
}
