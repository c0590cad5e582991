/** The next times that are free: asked for, offered as buttons, and sought over several resources and weekdays. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { dayName, daysAfter, later } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { carriersOf } from "../shell/words.js";

/**
 * @import { Field } from "../../kit/field.js"
 * @import { Names, Schemas, Staff } from "./types"
 */

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const MONDAY = "2026-11-23"; // any Monday, for the names of weekdays

export const weekdayName = (number) => dayName(daysAfter(MONDAY, number - 1), { weekday: "short" });

/**
 * Offers in a list the times that are free for a kind, or for some minutes; never before today.
 * @param {Staff} staff
 * @param {HTMLElement} list
 * @param {{resources: string[], template?: string, minutes: string, date: string, weekdays?: number[], count: number}} asked
 * @param {(time: Schemas["FreeTime"]) => string} label
 * @param {(time: Schemas["FreeTime"]) => void} take
 * @returns {Promise<number>} how many there are
 */
export async function offerFree(staff, list, { resources, template, minutes, date, weekdays, count }, label, take) {
  const length = template ? `template=${template}` : `minutes=${minutes}`;
  const days = weekdays ? `&weekdays=${weekdays.join(",")}` : "";
  const from = later(date, staff.today());
  const { times } = await staff.api.get(
    `/free?resources=${resources.join(",")}&${length}&from=${from}${days}&count=${count}&all=1`,
  );
  list.replaceChildren(
    ...times.map((each) =>
      h(
        "li",
        {},
        button(label(each), () => take(each), { class: "quiet" }),
      ),
    ),
  );
  return times.length;
}

/** Boxes of which several are ticked. @param {string} name @param {{value: any, label: string, ticked: boolean}[]} choices */
function boxesOf(name, choices) {
  const boxes = choices.map(({ value, label, ticked }) => ({
    value,
    box: field({ name, label, type: "checkbox", value: ticked }),
  }));
  const element = h(
    "fieldset",
    {},
    h("legend", {}, t(`free_${name}`)),
    h(
      "div",
      { class: "boxes" },
      boxes.map(({ box }) => box),
    ),
  );
  return {
    element,
    /** Leaves those that are of use. @param {Set<any>} able */
    limit: (able) => boxes.forEach(({ value, box }) => (box.hidden = !able.has(value))),
    chosen: () => boxes.filter(({ box }) => box.value && !box.hidden).map(({ value }) => value),
  };
}

/**
 * Seeks free times; choosing one fills date, time and resource. `drawKind()` follows the kind chosen.
 * @param {Staff} staff @param {Names} names
 * @param {Record<"where" | "kind" | "minutes" | "date" | "time", Field>} fields
 */
export function freeTimes(staff, names, { where, kind, minutes, date, time }) {
  const resources = boxesOf(
    "resources",
    names.resources.map(({ id, name }) => ({ value: id, label: name, ticked: id === where.value })),
  );
  const weekdays = boxesOf(
    "weekdays",
    WEEKDAYS.map((number) => ({ value: number, label: weekdayName(number), ticked: number < 6 })),
  );
  const list = h("ul", { class: "chips" });
  const fault = h("p", { class: "error", role: "alert" });
  const label = (/** @type {Schemas["FreeTime"]} */ each) => `${staff.moment(each.start)} · ${names.resource(each.resource)}`;
  const take = (/** @type {Schemas["FreeTime"]} */ each) => {
    [date.value, time.value] = staff.wall(each.start).split("T");
    where.value = each.resource;
    announce(t("free_taken", { time: staff.moment(each.start), resource: names.resource(each.resource) }));
  };
  const look = async () => {
    const chosen = resources.chosen();
    const asked = {
      resources: chosen.length ? chosen : [where.value],
      template: kind.value,
      minutes: minutes.value,
      date: date.value,
      weekdays: weekdays.chosen(),
      count: 12,
    };
    try {
      fault.textContent = (await offerFree(staff, list, asked, label, take)) ? "" : t("free_none");
    } catch (error) {
      fault.textContent = errorText(error);
    }
  };
  const element = h(
    "details",
    { class: "free" },
    h("summary", {}, t("free_title")),
    resources.element,
    weekdays.element,
    button(t("free_look"), look, { class: "quiet" }),
    fault,
    list,
  );
  const drawKind = () => resources.limit(new Set(carriersOf(names, kind.value).map(({ id }) => id)));
  return Object.assign(element, { drawKind });
}
