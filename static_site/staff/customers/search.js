/**
 * The search for customers, while somebody types. What is typed goes into the body of a request, never into an address: names stand
 * in no log.
 */
import { h, redraw, whisper } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { fullName } from "../../kit/names.js";
import { fault } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { SHORTEST, searching as searchingBy } from "../shell/searching.js";
import { api, dateText, staff, thingsOf } from "./branch.js";
import { listOf } from "./list.js";

/**
 * @typedef {import("./branch.js").Schemas} Schemas
 * @typedef {Schemas["SearchView"]} Found
 */

/** @param {(found: Found | null, q: string) => void} show @param {(error: unknown) => void} fail */
export const searching = (show, fail) => searchingBy(api, show, fail);

/** @param {string} name */
export const named = (name) => h("span", { class: "name" }, name);
export const small = (...content) => h("span", { class: "small" }, ...content);

/** A line that leads somewhere. @param {string} href @param {...Node} content */
export const row = (href, ...content) => h("li", {}, h("a", { href, class: "row" }, ...content));

/** A person by name and how to reach them. @param {Schemas["PersonView"]} person */
export const personLine = (person) => [
  named(fullName(person)),
  small([person.birth_date && dateText(person.birth_date), person.phone, person.email].filter(Boolean).join(" · ")),
];

/** Rows under a heading; nothing without rows. @param {"h2" | "h3"} level @param {string} heading @param {Node[]} rows */
export const section = (level, heading, rows) =>
  rows.length > 0 && h("section", {}, h(level, {}, heading), h("ul", { class: "rows" }, rows));

export const nothingFound = (q) => h("p", { class: "small" }, t("found_none", { q }));

/** @param {Schemas["PersonView"]} person */
const personRow = (person) => row(`#${person.id}`, ...personLine(person));

/** @param {Schemas["PlannedView"]} planned */
const plannedRow = (planned) =>
  row(`index.html#${planned.id}`, named(planned.name), small(`${staff.moment(planned.start)} · ${thingsOf(planned)}`));

/** @param {Found | null} found @param {string} q */
function show(found, q) {
  if (!found) {
    redraw(results, waiting());
    return mark();
  }
  const { customers, appointments, requests } = found;
  const count = customers.length + appointments.length + requests.length;
  whisper(t("found", { count }));
  redraw(
    results,
    count === 0 && nothingFound(q),
    section("h2", t("found_customers"), customers.map(personRow)),
    section("h2", t("found_requests"), requests.map(plannedRow)),
    section("h2", t("found_appointments"), appointments.map(plannedRow)),
  );
  return mark();
}

/** Customers who have asked to be forgotten come first, then all of them. */
function waiting() {
  const line = ({ at, appointment, proved }) =>
    row(
      appointment?.customer ? `#${appointment.customer}` : `index.html#${appointment?.id ?? "inbox"}`,
      named(appointment?.name ?? t("erasure_unknown")),
      small(t("erasure_asked", { day: staff.dayOf(at) }), !proved && `, ${t("erasure_unproved")}`),
    );
  const part = section("h2", t("erasures"), staff.inbox.entries.filter(({ kind }) => kind === "erasure").map(line));
  if (part) part.className = "erasures";
  return [part, h("p", { class: "small" }, t("search_hint")), list.place];
}

let marked = "";

/** Shows in the list who is open. @param {string} id */
export function mark(id = marked) {
  marked = id;
  for (const link of results.querySelectorAll("a.row")) {
    if (id && link.getAttribute("href") === `#${id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Down and up go through what was found; up from the first leads back to the search. @param {KeyboardEvent} event */
export function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [input, .../** @type {NodeListOf<HTMLElement>} */ (results.querySelectorAll("a.row"))];
  const next = stops[stops.findIndex((each) => each === document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const find = searching(show, (error) => redraw(results, fault(errorText(error))));
const results = h("div", { id: "results" });
const list = listOf(personRow, () => mark());
export const input = h("input", {
  type: "search",
  id: "search",
  autocomplete: "off",
  spellcheck: "false",
  maxlength: 100,
  "aria-describedby": "search-hint",
  oninput: () => find(input.value),
});

/** Finds what stands in the search, and who is on the list, as it is now. */
export function searchAgain() {
  list.load();
  find(input.value);
}

export const searchPart = h(
  "div",
  { class: "find" },
  h(
    "div",
    { class: "field", role: "search" },
    h("label", { for: "search" }, t("search")),
    h("p", { class: "hint", id: "search-hint" }, t("search_by")),
    input,
  ),
  results,
);
searchAgain();
staff.inbox.subscribe(() => input.value.trim().length < SHORTEST && find(input.value));
