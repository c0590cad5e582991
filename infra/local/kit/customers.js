/** The components of the customers' pages in each of their states, with given data. */
import { Refusal } from "../../../static_site/kit/api.js";
import { h } from "../../../static_site/kit/dom.js";
import { skeleton } from "../../../static_site/kit/frame.js";
import { daysAfter } from "../../../static_site/kit/moments.js";
import { t } from "../../../static_site/kit/texts.js";
import { faultBox } from "../../../static_site/kit/fault.js";
import { footer, header, knowContact } from "../../../static_site/kit/practice.js";
import "../../../static_site/times/month.js";
import "../../../static_site/times/week.js";
import "../../../static_site/booking/form.js";
import { EMPTY } from "../../../static_site/booking/values.js";
import { begin, end, say, section, show, states } from "./part.js";

const ZONE = "Europe/Berlin";
const MONDAY = "2026-11-23";
const LAST = "2027-01-31";
const BRANCH = {
  id: "elbufer",
  name: "Hörakustik Elbufer",
  address: "Elbuferweg 12, 20457 Hamburg",
  phone: "+49 40 66969 123",
  phone_link: "+494066969123",
  email: "praxis@example.org",
  email_shown: "praxis@example.org",
  zone: ZONE,
  imprint_url: "https://example.org/impressum",
  privacy_url: "https://example.org/datenschutz",
};

const slot = (date, time, state) => ({ start: `${date}T${time}:00+01:00`, end: `${date}T${time}:00+01:00`, state });

/** Free, taken and closed: Saturday and Sunday have no times. */
function days() {
  const times = ["09:00", "09:30", "11:00"];
  return [0, 1, 2, 3, 4, 5, 6].map((count) => {
    const date = daysAfter(MONDAY, count);
    const slots = count < 5 ? times.map((time, index) => slot(date, time, (count + index) % 3 ? "free" : "taken")) : [];
    return { date, slots };
  });
}

function week(more) {
  const element = document.createElement("terminwerk-week");
  const next = `${MONDAY}T09:30:00+01:00`;
  const full = { zone: ZONE, today: MONDAY, days: days(), next_free: null };
  element.show({ week: full, today: MONDAY, last: LAST, soonest: next, zone: ZONE, from: MONDAY, fault: null, ...more });
  return element;
}

function emptyWeek() {
  const none = days().map(({ date }) => ({ date, slots: [] }));
  return { zone: ZONE, today: MONDAY, days: none, next_free: "2026-12-01T09:00:00+01:00" };
}

function month() {
  const element = document.createElement("terminwerk-month");
  const free = [0, 1, 2, 3, 4, 5, 6, 7].map((count) => ({ date: daysAfter(MONDAY, count), free: count % 3 }));
  element.show({ month: MONDAY.slice(0, 7), today: MONDAY, last: "2026-11-30", ask: async () => ({ days: free }) });
  return element;
}

function form() {
  const element = document.createElement("terminwerk-form");
  const values = { ...EMPTY, email: "jansen@gmial.com", for_other: true, remind: true };
  const access = { branch: BRANCH, required: ["last_name", "email", "phone"], reminder_hours: [24], message_field: true };
  const errors = { last_name: { code: "required" }, phone: { code: "required" } };
  const pick = slot(MONDAY, "09:30", "free");
  const what = say("Hörtest, 45 Minuten", "Hearing test, 45 minutes");
  element.show({ access, values, pick, what, errors, templateItem: { early: 10 } });
  return element;
}

function buttons() {
  const button = (kind, text, more) => h("button", { type: "button", class: kind, ...more }, text);
  return states(
    button("main", t("send")),
    button("main", t("sending"), { "aria-disabled": "true" }),
    button("quiet", t("change_time")),
    button("plain", t("month_show")),
    button("offer", h("strong", {}, say("Hörtest", "Hearing test"))),
  );
}

function notices() {
  const gone = h(
    "p",
    { class: "unloaded now" },
    say("Diese Seite konnte nicht geladen werden.", "This page could not be loaded."),
  );
  return [
    h("div", { class: "notice" }, h("h3", {}, t("week_empty")), h("p", {}, t("legend"))),
    faultBox(new Refusal(0), () => {}),
    states(gone),
    skeleton(),
  ];
}

function appointment() {
  const pair = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, h("strong", {}, value)));
  const status = (kind, name) => h("p", { class: `status ${kind}` }, h("strong", {}, name));
  return [
    status("proposed", say("Angefragt – noch nicht bestätigt", "Requested – not yet confirmed")),
    status("confirmed", say("Bestätigt", "Confirmed")),
    status("cancelled", say("Abgesagt", "Cancelled")),
    h("dl", { class: "facts" }, pair(say("Zeit", "Time"), "23.11.2026, 09:30"), pair(say("Ort", "Place"), BRANCH.address)),
  ];
}

async function showAll() {
  await begin(["*/booking", "*/form", "*/manage"]);
  knowContact(BRANCH);
  if (show === "form") {
    document.querySelector("main").className = "step-form";
    end("", form());
  } else {
    document.body.prepend(header(BRANCH, ["de", "en"], () => {}));
    document.body.append(h("div", { class: "bottom" }, footer(BRANCH)));
    end(
      say("Kundenseiten", "Customers’ pages"),
      section(say("Schaltflächen", "Buttons"), buttons()),
      section(say("Hinweise und Warten", "Notices and waiting"), notices()),
      section(say("Eine Woche", "A week"), week()),
      section(say("Eine Woche ohne freie Zeiten", "A week without free times"), week({ week: emptyWeek() })),
      section(say("Zeiten auf dem Weg", "Times on their way"), week({ week: null })),
      section(say("Zeiten, die nicht kamen", "Times that did not come"), week({ fault: new Refusal(503) })),
      section(say("Ein Monat", "A month"), month()),
      section(say("Ein Termin", "An appointment"), appointment()),
    );
  }
}

showAll();
