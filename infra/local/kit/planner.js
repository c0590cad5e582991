/** The components of the planner in each of their states, with given data. */
import { h } from "../../../static_site/kit/dom.js";
import { field } from "../../../static_site/kit/field.js";
import { clockOf } from "../../../static_site/kit/moments.js";
import { t } from "../../../static_site/kit/texts.js";
import { statusBadge } from "../../../static_site/staff/planner/pieces.js";
import { chip } from "../../../static_site/staff/planner/calendar.js";
import { openMenu } from "../../../static_site/staff/planner/menu.js";
import { SIGNS } from "../../../static_site/staff/shell/words.js";
import { begin, end, say, section, show, states } from "./part.js";

const COLOURS = { "cabin-1": "#2f6d8f", "cabin-2": "#b07d1a" };
const names = { template: () => say("Hörtest", "Hearing test"), resource: () => say("Kabine 1", "Cabin 1") };
const staff = { time: (start) => clockOf(start) };

const planned = (status, type = "request") => ({
  id: status,
  status,
  type,
  name: type === "blocked" ? "" : "Petersen, Uwe",
  start: "2026-11-23T09:30:00+01:00",
});

/** As the calendar shows an appointment, by the colour of the resource. */
function event(each, colour) {
  const made = chip(staff, names, each);
  made.tabIndex = 0;
  made.style.setProperty("--bar", colour);
  return made;
}

const everyStatus = [...Object.keys(SIGNS).map((status) => planned(status)), planned("confirmed", "blocked")];

function fields(wrong) {
  const options = [
    ["one", say("Kabine 1", "Cabin 1")],
    ["two", say("Kabine 2", "Cabin 2")],
  ];
  const made = [
    field({ name: "name", label: say("Name", "Name"), value: "Petersen" }),
    field({ name: "where", label: say("Ressource", "Resource"), type: "select", value: "one", options }),
    field({ name: "note", label: say("Notiz", "Note"), type: "textarea", hint: say("Nur für uns.", "For us only.") }),
    field({ name: "series", label: say("Als Reihe", "As a series"), type: "checkbox" }),
    field({ name: "way", label: say("Nachricht", "Message"), type: "radios", value: "one", options }),
  ];
  if (wrong) for (const each of made) each.fail(t("error_required"));
  return made;
}

const items = () => ["do_confirmed", "do_move", "do_declined"].map((key) => ({ label: t(key), run() {} }));

function segments() {
  const segment = (key, index) => h("button", { type: "button", class: "quiet", "aria-pressed": String(index === 1) }, t(key));
  return h("div", { class: "group segments" }, ["view_day", "view_week", "view_list"].map(segment));
}

/** Of the times that are offered and of what narrows them: one is chosen. */
function choices() {
  const choice = (text, pressed) => h("button", { type: "button", class: "quiet", "aria-pressed": String(pressed) }, text);
  const pair = (one, other) => [choice(one, true), choice(other, false)];
  return [
    h("div", { class: "day-time" }, pair(t("free_morning"), t("free_afternoon"))),
    h(
      "ul",
      { class: "starts" },
      h("li", {}, h("time", {}, "09:30"), pair(say("Kabine 1", "Cabin 1"), say("Kabine 2", "Cabin 2"))),
    ),
  ];
}

async function showAll() {
  await begin(["staff/*"]);
  end(
    say("Planer", "Planner"),
    section(say("Wörter für den Status", "Words for the status"), states(everyStatus.map(statusBadge))),
    ...Object.values(COLOURS).map((colour, index) =>
      section(
        `${say("Termine, Farbe", "Appointments, colour")} ${index + 1}`,
        states(everyStatus.map((each) => event(each, colour))),
      ),
    ),
    section(say("Auswahl", "Choice"), states(segments(), ...choices())),
    section(say("Felder", "Fields"), h("form", {}, fields(false))),
    section(say("Felder mit Fehlern", "Fields with errors"), h("form", {}, fields(true))),
  );
  if (show === "menu") openMenu(items(), { x: 60, y: 120 }, say("Termin", "Appointment"));
}

showAll();
