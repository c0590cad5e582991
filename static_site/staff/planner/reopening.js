/** Closings as staff entered them: what they are called, by whom and when, and the way back. */
import { announce, announceError, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { dateOf, daysAfter, wallOf } from "../../kit/moments.js";
import { button, facts } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { byText } from "../shell/words.js";
import { whyClosed } from "./closures.js";
import { rowOf, tableOf } from "./pieces.js";
import { momentOf, spanText } from "./spans.js";

/**
 * @import { Desk, Place, Schemas } from "./types"
 * @typedef {Schemas["ClosedView"]} Closed
 */

const UNIT = 300_000; // milliseconds

/** What the menu of a place says of the closings that it lies in. @param {Desk} desk @param {Place} place */
export function closingItems(desk, { resource, start }) {
  return desk
    .hours()
    .filter((each) => each.closing && each.resource === resource && wallOf(each.start) <= start && start < wallOf(each.end))
    .map((each) => ({
      label: t("closing_show", { name: whyClosed(desk.names, each) }),
      run: () => showClosing(desk, each.closing, dateOf(start)),
    }));
}

/** The closings that are not over. @param {Desk} desk */
export async function listClosings(desk) {
  try {
    const { closings } = await desk.staff.api.get("/closings");
    /** @type {any} */
    const id = await dialog({ title: t("closings"), kind: "wide", body: listed(desk, closings), setup: choosing });
    if (id) await showClosing(desk, id);
  } catch (error) {
    announceError(error);
  }
}

/** The buttons of the list close it. @param {import("../../kit/dialog.js").Dialog} element */
function choosing(element) {
  element.addEventListener("click", ({ target }) => {
    const { closing } = /** @type {HTMLElement} */ (target).dataset;
    if (closing) element.finish(closing);
  });
}

/** @param {Desk} desk @param {Closed[]} closings */
function listed({ staff, names }, closings) {
  if (!closings.length) return t("closings_none");
  const row = (/** @type {Closed} */ each) =>
    rowOf(
      each.spans.flatMap((span) => [spanText(staff, span), h("br")]).slice(0, -1),
      names.resource(each.resource),
      nameOf(names, each),
      by(staff, each),
      button(t("closing_open"), null, {
        "data-closing": each.id,
        "aria-label": t("closing_show", { name: nameOf(names, each) }),
      }),
    );
  return tableOf(["closing_when", "resource", "closing_name", "closing_by", "closing_open"], closings.map(row), {
    class: "outcomes",
  });
}

/** @param {Desk["names"]} names @param {Closed} closing */
const nameOf = (names, { name, type }) => whyClosed(names, { why: "absence", name: type, reason: name });

/** "Anna, 27. November, 08:12" @param {Desk["staff"]} staff @param {Closed} closing */
const by = (staff, { by: who, made_at: at }) => [who && byText(who), at && staff.moment(at)].filter(Boolean).join(", ");

/**
 * All of one closing, and what of it can be reopened; `date` is the day that was pointed at.
 * @param {Desk} desk @param {string} id @param {string} [date]
 */
async function showClosing({ staff, names, given }, id, date = "") {
  try {
    const { closings } = await staff.api.get("/closings");
    const closing = closings.find((each) => each.id === id);
    if (!closing) return announce(t("closing_over"));
    const done = await dialog({
      title: nameOf(names, closing),
      body: facts([
        [t("resource"), names.resource(closing.resource)],
        [t("closing_when"), closing.spans.map((span) => spanText(staff, span)).join("; ")],
        [t("closing_by"), by(staff, closing)],
      ]),
      actions: [
        ...parts(staff, closing, date).map(({ label, kind, part }) => ({
          label,
          kind,
          run: () => staff.api.post(`/closings/${id}/reopen`, part),
        })),
        { label: t("back"), kind: "quiet", value: null },
      ],
    });
    if (!done) return;
    announce(t("reopened"));
    given().changed();
  } catch (error) {
    announceError(error);
  }
}

/** What can be reopened: all of it, the day that was pointed at, or what is left of it. @param {Desk["staff"]} staff @param {Closed} closing @param {string} date */
function parts(staff, { spans }, date) {
  const [first, last] = [spans[0].start, spans[spans.length - 1].end];
  const midnight = (/** @type {string} */ day) => momentOf(staff, `${day}T00:00`);
  const now = Math.ceil(Date.now() / UNIT) * UNIT;
  const found = [{ label: t("reopen"), kind: "main", part: {} }];
  const severalDays = daysAfter(dateOf(first), 1) < dateOf(last);
  if (date && severalDays) {
    const part = { start: midnight(date), end: midnight(daysAfter(date, 1)) };
    found.push({ label: t("reopen_day", { day: staff.longDate(date) }), kind: "quiet", part });
  }
  if (Date.parse(first) < now && now < Date.parse(last))
    found.push({ label: t("reopen_now"), kind: "quiet", part: { start: staff.momentAt(now) } });
  return found;
}
