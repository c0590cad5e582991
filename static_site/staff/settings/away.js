/** The closings of a resource, which staff entered in the planner: each in one line, whatever pieces it has. */
import { announce } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { nameIn } from "../../kit/names.js";
import { button } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";
import { grouped, last } from "../../kit/values.js";
import { rangeOf } from "./entry.js";
import { foldUp, group } from "./items.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas["AvailabilityBody"]} Availability
 */

/** Those that are not over; nothing where there are none. @param {Editor} page */
export function closingsGroup(page) {
  const { draft, resource } = page;
  const today = page.words.today();
  const pieces = draft.availabilities.filter((each) => each.closing && each.resources.includes(resource));
  const lines = [...grouped(pieces, ({ closing }) => closing.id).values()]
    .map((each) => each.sort((one, other) => one.valid_from.localeCompare(other.valid_from)))
    .filter((each) => last(each).valid_until >= today)
    .sort(([one], [other]) => one.valid_from.localeCompare(other.valid_from))
    .map((each) => line(page, each));
  return lines.length > 0 && group(t("group_closings"), h("div", { class: "wide" }, h("ul", { class: "lines" }, lines)));
}

/** @param {Editor} page @param {Availability[]} pieces in order */
function line(page, pieces) {
  const { draft, words } = page;
  const [first] = pieces;
  const type = draft.types.find(({ id }) => id === first.type);
  const name = first.closing.name || (type ? nameIn(type.name, language) : first.type);
  const days = rangeOf(words, first.valid_from, last(pieces).valid_until);
  const from = first.hours.from !== "00:00" && t("from_clock", { clock: first.hours.from });
  const until = last(pieces).hours.to !== "24:00" && t("until_clock", { clock: last(pieces).hours.to });
  const take = () => {
    draft.availabilities = draft.availabilities.filter(({ closing }) => closing?.id !== first.closing.id);
    foldUp(page, "availabilities");
    page.render();
    announce(t("closing_taken", { name }));
    document.getElementById("add-availabilities").focus();
  };
  return h(
    "li",
    {},
    h("span", { class: "name" }, name),
    h("span", { class: "small" }, [days, from, until].filter(Boolean).join(" · ")),
    h("span", { class: "ends" }, button(t("reopen"), take, { class: "plain", "aria-label": t("reopen_closing", { name }) })),
  );
}
