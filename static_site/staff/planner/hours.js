/** Opening hours, edited where they are drawn: on one date only, or every week. */
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { flawText } from "../../kit/flaws.js";
import { t } from "../../kit/texts.js";
import { whoOf } from "../shell/words.js";

const weekdayOf = (date) => new Date(`${date}T12:00Z`).getUTCDay() || 7;

/** Weekly hours that open this resource on that date. */
function openings(settings, resource, date) {
  const opens = new Set(settings.types.filter(({ effect }) => effect === "opens").map(({ id }) => id));
  const valid = ({ valid_from: from, valid_until: until }) => (!from || from <= date) && (!until || date <= until);
  return settings.availabilities.filter(
    (each) =>
      each.resources.includes(resource) && each.weekdays.includes(weekdayOf(date)) && opens.has(each.type) && valid(each),
  );
}

/**
 * Edits the hours at a place of the planner. `time` is the wall that was clicked; where nothing opens then, hours are added.
 * @param {{resource: string, date: string, time: string, end?: string, changed: () => void}} given
 */
export async function editHours(staff, names, { resource, date, time, end = "", changed }) {
  const settings = await staff.settings(true);
  const weekly = openings(settings, resource, date);
  const special = settings.exceptions.find((each) => each.resource === resource && each.date === date);
  const now = special?.hours ?? weekly.map(({ hours }) => hours);
  const clicked = weekly.find(({ hours }) => hours.from <= time && time < hours.to);
  const step = clicked?.hours.step ?? now[0]?.step ?? 30;
  const isNew = !now.some(({ from, to }) => from <= time && time < to);
  const start = isNew ? [...now, { from: time, to: end || "24:00", step, minimum_step: null }] : now;
  const day = staff.date(date, { weekday: "long" });
  const scopes = [
    ["date", t("hours_date", { date: staff.longDate(date) })],
    ...(clicked ? [["week", weekText(staff, names, clicked)]] : []),
  ];
  const scope = field({ name: "scope", label: t("hours_scope"), type: "radios", options: scopes, value: "date" });
  const rows = h("div", { class: "rows" });
  const add = (hours) => rows.append(hoursRow(hours));
  const more = h(
    "button",
    { type: "button", class: "plain", onclick: () => add({ from: "09:00", to: "17:00", step }) },
    t("hours_add"),
  );
  const draw = () => {
    rows.replaceChildren();
    (scope.value === "week" ? [clicked.hours] : start).forEach(add);
    more.hidden = scope.value === "week";
    rows.classList.toggle("single", scope.value === "week");
  };
  scope.addEventListener("change", draw);
  draw();
  const run = async (dialog) => {
    const hours = [...rows.children].map((row) => row.hours());
    const change =
      scope.value === "week" ? changedWeek(settings, clicked, hours[0]) : changedDate(settings, resource, date, hours);
    try {
      return await staff.api.put("/settings", { version: settings.version, ...change });
    } catch (error) {
      if (error.code !== "invalid" || !complain(error.codes, [...rows.children])) throw error;
      dialog.summary.show(t("code_invalid"));
      return false;
    }
  };
  const saved = await staff.dialog({
    title: t("hours_title", { name: names.resource(resource), day }),
    body: [
      scope,
      rows,
      more,
      h("p", { class: "small" }, h("a", { href: "settings.html#availabilities" }, t("hours_settings"))),
    ],
    actions: [{ label: t("save"), kind: "main", run }],
  });
  if (!saved) return;
  staff.settings(true);
  staff.announce(t("saved"));
  changed();
  if (saved.outside?.length) await nowOutside(staff, saved.outside);
}

function weekText(staff, names, { weekdays, resources }) {
  const monday = "2026-11-23"; // any Monday
  const day = (number) =>
    staff.date(new Date(Date.parse(`${monday}T12:00Z`) + (number - 1) * 864e5).toISOString().slice(0, 10), {
      weekday: "short",
    });
  return t("hours_week", { days: weekdays.map(day).join(", "), names: resources.map(names.resource).join(", ") });
}

function hoursRow({ from, to, step, minimum_step: minimum = null }) {
  const start = field({ name: "from", label: t("hours_from"), type: "time", value: from });
  const end = field({ name: "to", label: t("hours_to"), type: "time", value: to === "24:00" ? "00:00" : to });
  const every = field({ name: "step", label: t("hours_step"), type: "number", min: 5, step: 5, value: step });
  const drop = h("button", { type: "button", class: "plain drop", onclick: () => row.remove() }, t("hours_drop"));
  const row = h("div", { class: "pair row" }, start, end, every, drop);
  /** @returns {boolean} whether the row has such a field; without a name nothing is wrong in it */
  row.fail = (name, text) => {
    const wrong = [start, end, every].filter((each) => !name || each.name === name);
    for (const each of wrong) each.fail(name ? text : "");
    return wrong.length > 0;
  };
  row.hours = () => ({
    from: start.value,
    to: end.value === "00:00" ? "24:00" : end.value,
    step: Number(every.value),
    minimum_step: minimum,
  });
  return row;
}

/** Puts what is wrong beside it; `exceptions[3].hours[1].to` is of the second row. @returns {boolean} whether all of it has a place */
function complain(codes, rows) {
  for (const each of rows) each.fail();
  const found = Object.entries(codes).map(([path, flaw]) => {
    const [, row, name] = /\.hours(?:\[(\d+)\])?\.(\w+)$/.exec(path) ?? [];
    return name ? rows[Number(row ?? 0)]?.fail(name, flawText(flaw, path)) : false;
  });
  return found.length > 0 && found.every(Boolean);
}

/** Replaces one of the weekly hours; dropping its row takes them away. */
function changedWeek(settings, clicked, hours) {
  const replaced = settings.availabilities.map((each) => (each === clicked ? hours && { ...each, hours } : each));
  return { availabilities: replaced.filter(Boolean) };
}

function changedDate(settings, resource, date, hours) {
  const others = settings.exceptions.filter((each) => each.resource !== resource || each.date !== date);
  return { exceptions: [...others, { resource, date, hours }] };
}

/** Appointments that customers could not choose any more; they stay as they are (R32). */
const nowOutside = (staff, outside) =>
  staff.dialog({
    title: t("outside_title", { count: outside.length }),
    body: [
      h("p", {}, t("outside_text")),
      h(
        "ul",
        {},
        outside.map((each) =>
          h("li", {}, h("a", { href: `#${each.id}` }, `${staff.range(each.start, each.end)} · ${whoOf(each)}`)),
        ),
      ),
    ],
    actions: [{ label: t("close"), kind: "main" }],
  });
