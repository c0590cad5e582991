/** The public holidays on which the branch is closed: of a country or a part of it, but those taken out, and those of some only. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { daysAfter } from "../../kit/moments.js";
import { button, equal, selection } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { group, remembered } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas["HolidaysBody"]} Holidays
 */

const PATH = "branch.public_holidays";
const DAYS_LISTED = 366; // of those that lie ahead

/** @param {Editor} page */
export function holidays(page) {
  const chosen = page.draft.branch.public_holidays;
  // Others can be chosen in another state.
  page.onchange = (path) => path === `${PATH}.subdivision` && ((chosen.also = []), page.render());
  return group(t("group_holidays"), countryChoice(page), chosen && [parts(page, chosen), days(page, chosen)]);
}

/** @param {Editor} page */
function countryChoice(page) {
  const country = page.draft.branch.public_holidays?.country;
  const choose = (chosen) => {
    page.draft.branch.public_holidays = chosen ? { country: chosen, subdivision: null, off: [], also: [] } : null;
    page.render();
  };
  const known = [...new Set([...Object.keys(catalogue.holidays), country].filter(Boolean))];
  const options = [["", t("holidays_none")], ...known.map((each) => [each, t(`country_${each}`)])];
  return selection(`${PATH}.country`, t("label_country"), options, { chosen: country ?? "", act: choose });
}

/** The part of the country, and the holidays of a part of that or of some trades. @param {Editor} page @param {Holidays} chosen */
function parts({ form }, { country, subdivision }) {
  const known = catalogue.holidays[country] ?? {};
  const states = Object.keys(known).filter(Boolean);
  /** @type {import("./items.js").Choice[]} */
  const named = states.map((each) => [each, t(`state_${country}_${each}`)]);
  const some = known[subdivision ?? ""] ?? [];
  const key = (name) => `also_${name.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`;
  return [
    states.length > 0 &&
      form.choice(
        `${PATH}.subdivision`,
        named.sort(([, one], [, other]) => one.localeCompare(other)),
        { optional: true, nothing: t("whole_country") },
      ),
    some.length > 0 &&
      form.several(
        `${PATH}.also`,
        some.map((name) => [name, t(key(name))]),
        { hint: t("hint_also") },
      ),
  ];
}

/** The days ahead, each of which may be taken out, and those that are. @param {Editor} page @param {Holidays} chosen */
function days(page, chosen) {
  const { view, words } = page;
  if (view.branch.public_holidays?.country !== chosen.country) return null;
  const keep = (off) => {
    chosen.off = off;
    page.render();
  };
  const line = (day, key, off, ...more) => {
    const name = /^\d{4}-/.test(day) ? words.shortDate(day) : day;
    const change = button(t(key), () => keep(off), { "aria-label": t(`${key}_on`, { day: name }) });
    return h("li", {}, h("span", {}, name, ...more), change);
  };
  const open = (day) => line(day, "holiday_open", [...chosen.off, day]);
  const opened = () => h("span", { class: "state on" }, t("holiday_opened"));
  const close = (day) =>
    line(
      day,
      "holiday_close",
      chosen.off.filter((each) => each !== day),
      " ",
      opened(),
    );
  const ahead = view.holidays.filter((day) => day <= daysAfter(words.today(), DAYS_LISTED) && !chosen.off.includes(day));
  return h(
    "details",
    { class: "wide more", ...remembered(page, "holidays") },
    h("summary", {}, t("holidays_list", { count: ahead.length })),
    !equal(view.branch.public_holidays, chosen) && h("p", { class: "small" }, t("holidays_stale")),
    h("ul", { class: "lines" }, ahead.map(open), chosen.off.map(close)),
  );
}
