/** A time that is taken: by whom, and which free times come next. */
import { h } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { askFree } from "./free.js";
import { takenBy } from "./gaps.js";
import { carriersOf, isShown, secondsOf, whoOf } from "../shell/words.js";

/**
 * @import { Names, Planned, Schemas, Staff } from "./types"
 * @typedef {Pick<Schemas["BookRequest"], "resource" | "second" | "template" | "minutes" | "start">} Wanted
 * @typedef {Schemas["FreeTime"]} FreeTime
 */

const MOST = 5; // other times that are offered
const MINUTE = 60_000;

/** From when to when it would take its resources, buffers and all. @param {Names} names @param {Wanted} wanted */
function taking(names, { template, minutes, start }) {
  const kind = names.templateOf(template);
  const from = Date.parse(start);
  const until = from + (kind ? kind.duration : minutes) * MINUTE;
  return [from - (kind?.preparation ?? 0) * MINUTE, until + (kind?.follow_up ?? 0) * MINUTE];
}

/** What stands in its way, at its resource or else at who would come second. @param {Names} names @param {Planned[]} all @param {Wanted} wanted */
export function inTheWay(names, all, wanted) {
  const [from, until] = taking(names, wanted);
  const meets = all.filter((each) => {
    const [begun, over] = takenBy(each);
    return isShown(each) && begun < until && from < over;
  });
  const at = (/** @type {string[]} */ ids) => meets.filter((each) => ids.includes(each.resource) || ids.includes(each.second));
  const first = at([wanted.resource]);
  if (first.length) return first;
  return at(wanted.second ? [wanted.second] : secondsOf(names, wanted.template, wanted.resource).map(({ id }) => id));
}

/** "09:00–09:30 Mustermann, Anpassung (Kabine 1)" @param {Staff} staff @param {Names} names @param {Planned} each */
const nameOf = (staff, names, each) =>
  t("clash_with", {
    time: `${staff.time(each.start)}–${staff.time(each.end)}`,
    what: [whoOf(each), names.template(each.template)].filter(Boolean).join(", "),
    resource: [each.resource, each.second].filter(Boolean).map(names.resource).join(" + "),
  });

/**
 * A note that `show()` fills with whom the time is taken by, and with other times as buttons.
 * @param {Staff} staff @param {Names} names @param {(time: FreeTime) => void} take what a button does
 */
export function clashNote(staff, names, take) {
  const element = h("div", { class: "notice fault clash", role: "alert", tabindex: "-1", hidden: true });
  const hide = () => {
    element.hidden = true;
    element.replaceChildren();
  };
  const choice = (/** @type {FreeTime} */ each) => {
    const choose = () => {
      hide();
      take(each);
    };
    return h("li", {}, button(`${staff.moment(each.start)} · ${names.resource(each.resource)}`, choose, { class: "quiet" }));
  };
  /** @param {Wanted} wanted */
  const show = async (wanted) => {
    const { template, minutes } = wanted;
    const date = staff.dateOf(wanted.start);
    const resources = [wanted.resource, ...carriersOf(names, wanted.template).map(({ id }) => id)];
    try {
      const [planner, free] = await Promise.all([
        staff.api.get(`/planner?from=${date}&days=1`),
        askFree(staff, {
          resources: [...new Set(resources)],
          template,
          minutes,
          date,
          after: earlier(wanted.start),
          count: MOST,
        }),
      ]);
      const standing = inTheWay(names, planner.appointments, wanted).map((each) => nameOf(staff, names, each));
      element.replaceChildren(
        h("p", {}, [t("code_slot_taken"), standing.join("; ")].filter(Boolean).join(" ")),
        free.times.length ? h("p", { class: "small" }, t("clash_other")) : "",
        h("ul", { class: "chips" }, free.times.slice(0, MOST).map(choice)),
      );
    } catch (error) {
      element.replaceChildren(h("p", {}, errorText(error)));
    }
    element.hidden = false;
  };
  return Object.assign(element, { show, hide });
}

/** The minute before, so that the same start elsewhere is offered too. @param {string} moment */
const earlier = (moment) => new Date(Date.parse(moment) - MINUTE).toISOString();
