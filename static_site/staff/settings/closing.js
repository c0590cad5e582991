/**
 * Days on which the hours of the week do not hold: public holidays, and exceptions of some days and resources.
 */
import { h } from "../../kit/dom.js";
import { Form, settingRule } from "../../kit/form.js";
import { daysAfter } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { copyOf } from "../../kit/values.js";
import { group } from "./sections.js";

const STEP = 30;
const LONGEST = 366; // days of one exception
const DAYS_LISTED = 366; // of the public holidays that lie ahead
const COUNTRIES = ["DE", "AT", "CH"];
const STATES = {
  DE: "BB BE BW BY Augsburg HB HE HH MV NI NW RP SH SL SN ST TH".split(" "),
  AT: "1 2 3 4 5 6 7 8 9".split(" "),
  CH: "AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH".split(" "),
};
const BANK = ["Good Friday", "Christmas Eve", "New Year's Eve"];
const CATHOLIC = ["Easter Monday", "Pentecost Monday", "Saint Berchtold's Day", "Saint Stephen's Day"];
/** Holidays of a part of a state, or of some trades, that an admin may choose: by the English names that the API knows. */
const PARTLY = {
  DE: { BY: ["Assumption Day"], SN: ["Corpus Christi"], TH: ["Corpus Christi"] },
  AT: {
    "": BANK,
    1: [...BANK, "Saint Martin's Day"],
    2: [...BANK, "Saint Joseph's Day", "1920 Carinthian plebiscite"],
    3: [...BANK, "Saint Leopold's Day"],
    4: [...BANK, "Saint Florian's Day"],
    5: [...BANK, "Saint Rupert's Day"],
    6: [...BANK, "Saint Joseph's Day"],
    7: [...BANK, "Saint Joseph's Day"],
    8: [...BANK, "Saint Joseph's Day"],
    9: [...BANK, "Saint Leopold's Day"],
  },
  CH: {
    ...Object.fromEntries(["FR", "NW", "OW", "VS", "ZG"].map((canton) => [canton, CATHOLIC])),
    ...Object.fromEntries(["GL", "SG", "SH"].map((canton) => [canton, ["Saint Berchtold's Day"]])),
    GR: ["Good Friday"],
    SO: ["Saint Berchtold's Day", "Labor Day"],
  },
};

export function closingSection(page) {
  const { t } = page;
  return [
    holidays(page),
    group(
      t("group_exceptions"),
      h("div", { class: "wide" }, exceptions(page), past(page)),
      h("div", { class: "wide" }, entry(page)),
    ),
  ];
}

function holidays(page) {
  const { form, t, draft, view, words } = page;
  const its = draft.branch.public_holidays;
  const states = its ? (STATES[its.country] ?? []) : [];
  const countries = COUNTRIES.includes(its?.country) || !its ? COUNTRIES : [...COUNTRIES, its.country];
  const country = h(
    "select",
    { id: "branch.public_holidays.country", onchange: ({ target }) => change({ country: target.value }) },
    h("option", { value: "" }, t("holidays_none")),
    countries.map((each) => h("option", { value: each, ".selected": each === its?.country }, t(`country_${each}`))),
  );
  const change = ({ country: chosen }) => {
    draft.branch.public_holidays = chosen ? { country: chosen, subdivision: null, off: [], also: [] } : null;
    page.render();
    page.touched("branch.public_holidays");
  };
  // Others can be chosen in another state.
  page.onchange = (path) => path === "branch.public_holidays.subdivision" && ((its.also = []), page.render());
  const partly = PARTLY[its?.country]?.[its.subdivision ?? ""] ?? [];
  const keep = (off) => {
    its.off = off;
    page.render();
    page.touched("branch.public_holidays.off");
  };
  const open = (day) =>
    h(
      "li",
      {},
      h("span", {}, words.day(day)),
      button(t("holiday_open"), () => keep([...its.off, day]), { "aria-label": t("holiday_open_on", { day: words.day(day) }) }),
    );
  const close = (day) => {
    const name = /^\d{4}-/.test(day) ? words.day(day) : day;
    return h(
      "li",
      {},
      h("span", {}, name, " ", h("span", { class: "state on" }, t("holiday_opened"))),
      button(t("holiday_close"), () => keep(its.off.filter((each) => each !== day)), {
        "aria-label": t("holiday_close_on", { day: name }),
      }),
    );
  };
  const listed = its && view.branch.public_holidays?.country === its.country;
  const ahead = view.holidays.filter((day) => day <= daysAfter(words.today, DAYS_LISTED) && !its?.off.includes(day));
  const stale = its && JSON.stringify(view.branch.public_holidays) !== JSON.stringify(its);
  return group(
    t("group_holidays"),
    h("div", { class: "field" }, h("label", { for: "branch.public_holidays.country" }, t("label_country")), country),
    states.length > 0 &&
      form.choice(
        "branch.public_holidays.subdivision",
        states.map((each) => [each, t(`state_${its.country}_${each}`)]),
        { optional: true, nothing: t("whole_country") },
      ),
    partly.length > 0 &&
      form.several(
        "branch.public_holidays.also",
        partly.map((each) => [each, t(`also_${each.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`)]),
        { hint: t("hint_also") },
      ),
    listed &&
      h(
        "details",
        {
          class: "wide more",
          open: page.open.has("holidays"),
          ontoggle: ({ currentTarget }) => page.open[currentTarget.open ? "add" : "delete"]("holidays"),
        },
        h("summary", {}, t("holidays_list", { count: ahead.length })),
        stale && h("p", { class: "small" }, t("holidays_stale")),
        h("ul", { class: "lines" }, ahead.map(open), its.off.map(close)),
      ),
  );
}

/** Exceptions that say the same, of days in a row, as one line. Each line knows the places in the draft that it stands for. */
function lines({ draft }) {
  const days = new Map();
  for (const [place, each] of draft.exceptions.entries()) {
    const key = `${each.date} ${JSON.stringify(each.hours)}`;
    const line = days.get(key) ?? { first: each.date, last: each.date, hours: each.hours, resources: [], places: [] };
    line.resources.push(each.resource);
    line.places.push(place);
    days.set(key, line);
  }
  const sorted = [...days.values()].sort((one, other) => one.first.localeCompare(other.first));
  const same = (one, other) =>
    JSON.stringify([one.hours, [...one.resources].sort()]) === JSON.stringify([other.hours, [...other.resources].sort()]);
  const rows = [];
  for (const line of sorted) {
    const before = rows.find((each) => same(each, line) && daysAfter(each.last, 1) === line.first);
    if (!before) rows.push(line);
    else Object.assign(before, { last: line.first, places: [...before.places, ...line.places] });
  }
  return rows;
}

function range({ words }, { first, last }) {
  return first === last ? words.day(first) : `${words.day(first)} – ${words.day(last)}`;
}

function exceptionLine(page, line) {
  const { t, draft, form } = page;
  const name = (id) => draft.resources.find((each) => each.id === id)?.name ?? id;
  const what = line.hours.length === 0 ? t("closed") : line.hours.map(({ from, to }) => `${from}–${to}`).join(", ");
  const wrong = line.places.find((place) => form.complaint(`exceptions[${place}]`));
  const take = () => {
    draft.exceptions = draft.exceptions.filter((_, place) => !line.places.includes(place));
    page.entry = null; // it may replace what has another place now
    page.render();
    page.touched("exceptions");
  };
  const edit = () => {
    page.entry = {
      first: line.first,
      last: line.last,
      resources: [...line.resources],
      closed: line.hours.length === 0,
      hours: copyOf(line.hours),
      instead: line.places,
    };
    page.render();
    document.getElementById("entry.first").focus();
  };
  const day = range(page, line);
  return h(
    "li",
    { id: `exceptions[${wrong ?? line.places[0]}]`, tabindex: "-1" },
    h("span", { class: "name" }, day),
    h("span", { class: "small" }, line.resources.map(name).join(", ")),
    h("span", { class: line.hours.length ? "state on" : "state" }, what),
    h(
      "span",
      { class: "ends" },
      button(t("edit"), edit, { "aria-label": t("edit_on", { day }) }),
      button(t("remove"), take, { class: "plain harm", "aria-label": t("remove_on", { day }) }),
    ),
    wrong !== undefined && h("p", { class: "error" }, form.complaint(`exceptions[${wrong}]`)),
  );
}

function exceptions(page) {
  const { t, words } = page;
  const coming = lines(page).filter(({ last }) => last >= words.today);
  if (coming.length === 0) return h("p", { class: "small" }, t("exceptions_none"));
  return h(
    "ul",
    { class: "lines" },
    coming.map((line) => exceptionLine(page, line)),
  );
}

function past(page) {
  const { t, words } = page;
  const gone = lines(page).filter(({ last }) => last < words.today);
  if (gone.length === 0) return null;
  return h(
    "details",
    { class: "more" },
    h("summary", {}, t("exceptions_past", { count: gone.length })),
    h(
      "ul",
      { class: "lines" },
      gone.map((line) => exceptionLine(page, line)),
    ),
  );
}

const newHours = () => ({ from: "09:00", to: "13:00", step: STEP, minimum_step: null });

function newEntry({ resources }) {
  const only = resources.length === 1 ? [resources[0].id] : [];
  return { first: "", last: "", resources: only, closed: true, hours: [], instead: [] };
}

/** Walls compare as texts. */
const makesSense = ({ from, to }) => [from, to].every((each) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(each)) && from < to;

/** Which text says what is wrong with an entry, or null. */
function lacking({ first, last, resources, closed, hours }) {
  if (!first || resources.length === 0) return "entry_incomplete";
  if (last && (last < first || daysAfter(first, LONGEST) < last)) return "entry_order";
  return closed || hours.every(makesSense) ? null : "entry_hours";
}

/** The exceptions of an entry: one for each of its days and resources. */
function* exceptionsOf({ first, last, resources, closed, hours }) {
  for (let date = first; date <= (last || first); date = daysAfter(date, 1))
    for (const resource of resources) yield { resource, date, hours: closed ? [] : copyOf(hours) };
}

/** The form for a day, or several in a row, of one or several resources; `instead` are the places of what it replaces. */
function entry(page) {
  const { t, draft } = page;
  page.entry ??= newEntry(draft);
  const its = page.entry;
  const trouble = h("p", { class: "error", role: "alert" });

  function changed(path) {
    if (path !== "closed") return;
    if (!its.closed && its.hours.length === 0) its.hours.push(newHours());
    page.render();
  }

  function put() {
    const wrong = lacking(its);
    if (wrong) {
      trouble.textContent = t(wrong);
      return;
    }
    const fresh = [...exceptionsOf(its)];
    const replaced = (each) => fresh.some(({ resource, date }) => resource === each.resource && date === each.date);
    const kept = draft.exceptions.filter((each, place) => !its.instead.includes(place) && !replaced(each));
    draft.exceptions = [...kept, ...fresh];
    leave();
    page.touched("exceptions");
    page.staff.announce(t("entry_taken", { day: range(page, { first: its.first, last: its.last || its.first }) }));
  }

  function leave() {
    page.entry = null;
    page.render();
    document.getElementById("entry.first").focus();
  }

  const form = new Form({ t, values: its, prefix: "entry.", changed, rules: (path) => settingRule(`exceptions.${path}`) });
  const more = () => {
    its.hours.push(newHours());
    page.render();
    document.getElementById(`entry.hours[${its.hours.length - 1}].from`).focus();
  };
  const what = [
    [true, t("entry_closed")],
    [false, t("entry_open")],
  ];
  return h(
    "div",
    { class: "entry" },
    h("h3", {}, t(its.instead.length > 0 ? "entry_edit" : "entry_new")),
    trouble,
    h(
      "div",
      { class: "fields" },
      form.field("first", { kind: "date", label: t("entry_first") }),
      form.field("last", { kind: "date", label: t("entry_last") }),
      form.several(
        "resources",
        draft.resources.map(({ id, name }) => [id, name]),
      ),
      form.one("closed", what, { label: t("entry_what") }),
    ),
    !its.closed && its.hours.map((_, place) => windowRow(page, form, place)),
    !its.closed && h("p", {}, button(t("entry_more"), more)),
    h(
      "p",
      { class: "actions" },
      button(t("entry_put"), put, { class: "quiet", id: "entry.put" }),
      its.instead.length > 0 && button(t("cancel"), leave),
    ),
  );
}

function windowRow(page, form, place) {
  const { t } = page;
  const path = (name) => `hours[${place}].${name}`;
  const drop = () => {
    form.values.hours.splice(place, 1);
    page.render();
    document.getElementById("entry.put").focus();
  };
  return h(
    "div",
    { class: "fields window" },
    form.field(path("from")),
    form.field(path("to")),
    form.field(path("step")),
    form.values.hours.length > 1 && button(t("remove"), drop, { class: "plain harm" }),
  );
}
