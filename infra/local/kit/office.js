/** The components of the office's pages in each of their states, with given data. */
import { learnCatalogue } from "../../../static_site/kit/catalogue.js";
import { confirmDialog } from "../../../static_site/kit/dialog.js";
import { h } from "../../../static_site/kit/dom.js";
import { Form, settingRule } from "../../../static_site/kit/form.js";
import { button, facts, fault, notice, table } from "../../../static_site/kit/pieces.js";
import { qrCode } from "../../../static_site/kit/qr.js";
import { t } from "../../../static_site/kit/texts.js";
import { begin, end, say, section, show, states } from "./part.js";

const NAME = "templates[0].name.de";
const DURATION = "templates[0].duration";

function draft() {
  const templates = [{ name: { de: "Hörtest", en: "Hearing test" }, duration: 47, text: "", resources: ["cabin-1"] }];
  return { templates, branch: { accent_colour: "#1f6f6b" }, availabilities: [{ hours: { from: "08:00" }, weekdays: [1, 3] }] };
}

/** A form's fields as they are, wrong, or locked. */
function fields(prefix, { errors = {}, locked = false } = {}) {
  const form = new Form({ t, values: draft(), errors, locked, prefix, rules: settingRule });
  const cabins = ["1", "2"].map((number) => [`cabin-${number}`, `${say("Kabine", "Cabin")} ${number}`]);
  const weekdays = say("Mo Di Mi Do Fr Sa So", "Mo Tu We Th Fr Sa Su").split(" ");
  const label = (german, english) => ({ label: say(german, english) });
  return h(
    "form",
    {},
    form.summary({ names: () => say("Angabe", "Entry") }),
    h(
      "div",
      { class: "fields" },
      form.field(NAME, { ...label("Name", "Name"), hint: say("So sehen ihn Kunden.", "Customers see it like this.") }),
      form.field(DURATION, label("Dauer", "Duration")),
      form.field("availabilities[0].hours.from", { ...label("Von", "From"), kind: "wall" }),
      form.field("branch.accent_colour", { ...label("Farbe", "Colour"), kind: "color" }),
      form.field("templates[0].text", { ...label("Notiz", "Note"), kind: "area", optional: true }),
      form.choice("templates[0].resources[0]", cabins, label("Ressource", "Resource")),
      form.box("branch.online", label("Online buchbar", "Can be booked online")),
      form.several("templates[0].resources", cabins, label("Ressourcen", "Resources")),
      form.several(
        "availabilities[0].weekdays",
        weekdays.map((name, index) => [index + 1, name]),
        { ...label("Wochentage", "Weekdays"), look: "days" },
      ),
      form.one("templates[0].first", cabins, label("Zuerst", "First")),
    ),
  );
}

const KINDS = ["main", "quiet", "danger", "plain", "plain harm"];

function buttons() {
  const name = say("Speichern", "Save");
  const all = (more) => states(KINDS.map((kind) => button(name, () => {}, { class: kind, ...more })));
  return [all({}), all({ disabled: true }), all({ "aria-busy": "true" })];
}

function pieces(code) {
  const state = (on, text) => h("span", { class: on ? "state on" : "state" }, text);
  return [
    states(state(true, say("gilt", "valid")), state(false, say("widerrufen", "revoked"))),
    facts([
      [say("Telefon", "Phone"), "+49 40 66969 123"],
      [say("Angelegt am", "Made on"), say("27. Nov. 2026", "27 Nov 2026")],
    ]),
    table(
      say("Zugänge", "Accesses"),
      [say("Zugang", "Access"), say("Stand", "State")],
      [h("tr", {}, h("th", { scope: "row" }, "Homepage"), h("td", {}, say("gilt", "valid")))],
    ),
    code,
  ];
}

/** In a function: what a module imports later waits for the module itself (infra/site/bundle.mjs). */
async function showAll() {
  await begin(["staff/*", "staff/settings.*"]);
  await learnCatalogue();
  const code = await qrCode("https://termine.example.org/?a=elbufer", say("Code der Adresse", "Code of the address"));
  const errors = { [NAME]: { code: "required" }, [DURATION]: { code: "multiple", of: 5, unit: "minutes" } };
  end(
    say("Verwaltung", "Office"),
    section(say("Schaltflächen: gewöhnlich, gesperrt, beschäftigt", "Buttons: normal, disabled, busy"), buttons()),
    section(
      say("Hinweise", "Notices"),
      notice(say("Gespeichert", "Saved"), h("p", {}, t("code_other"))),
      fault(t("code_other")),
    ),
    section(say("Angaben", "Fields"), fields("plain.")),
    section(say("Angaben mit Fehlern", "Fields with errors"), fields("wrong.", { errors })),
    section(say("Gesperrte Angaben", "Locked fields"), fields("locked.", { locked: true })),
    section(say("Stand, Tabelle und Code", "State, table and code"), pieces(code)),
  );
  const title = say("Meier, Anna löschen?", "Erase Meier, Anna?");
  const body = say("Das lässt sich nicht rückgängig machen.", "This cannot be undone.");
  if (show === "dialog") confirmDialog({ title, body, yes: say("Endgültig löschen", "Erase for good"), danger: true });
}

showAll();
