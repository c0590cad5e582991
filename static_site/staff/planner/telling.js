/** Whether a customer is told, and how; the message stands there before it goes. */
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { afterPause } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { isPast } from "../shell/words.js";
import { noteField, textOf } from "./pieces.js";

/**
 * @import { Channel, Detail, Planned, Schemas, Staff, Tell } from "./types"
 * @typedef {Omit<Schemas["MessagePreviewRequest"], "channel" | "note">} About what a message is to be about
 * @typedef {{detail: Detail, tell: Tell, about: About, head?: string}} Example a message, and what stands above it
 */

/** @type {Channel[]} */
export const WAYS = ["email", "sms", "phone"];
const PAUSE = 300; // milliseconds without a key before the message is composed anew

/**
 * A choice of none, e-mail, SMS or a call, with a note of one's own and the message as it would go out. `value()` is the body's
 * `tell`, or undefined for none.
 * @param {Staff} staff
 * @param {Detail} detail
 * @param {object} given
 * @param {About["what"]} given.what
 * @param {() => Omit<About, "what">} [given.change] start, end and resource of a move, or whom it is matched with
 * @param {boolean} [given.none] whether nobody may be told
 * @param {Channel[]} [given.reachable] the ways offered
 * @param {() => boolean} [given.quiet] whether nobody is told unless staff say so
 * @param {string} [given.label]
 * @param {string} [given.words] the note to begin with
 * @param {(tell: Tell | undefined) => Example[]} [given.examples] the messages that stand there instead of the one to `detail`
 */
export function tellChoice(
  staff,
  detail,
  {
    what,
    change = () => ({}),
    none = true,
    reachable = detail.reachable,
    quiet = () => false,
    label = t("tell_how"),
    words = "",
    examples = (tell) => (tell ? [{ detail, tell, about: { what, ...change() } }] : []),
  },
) {
  const ways = reachable.length ? WAYS : []; // where nobody can be reached, one sentence says so
  const options = [...(none ? [["none", t("tell_none")]] : []), ...ways.map((each) => optionOf(detail, each, reachable))];
  const hasBegun = () => none && isPast(change().start ?? detail.appointment.start);
  const usualWay = () => (none && (quiet() || hasBegun()) ? "none" : usual(detail, reachable, none));
  const hint = ways.length ? [] : t("tell_nobody");
  const way = field({ name: "tell", label, type: "radios", options, value: usualWay(), hint });
  const note = noteField("note", { label: t("tell_note"), value: words });
  const message = messageOf(staff);
  let chosenByHand = false;

  /** @returns {Tell | undefined} */
  const value = () => (way.value && way.value !== "none" ? { channel: way.value, ...textOf("note", note) } : undefined);
  const draw = () => {
    const tell = value();
    note.hidden = !tell;
    if (ways.length) way.querySelector(".hint").textContent = hasBegun() ? t("tell_begun") : "";
    message.draw(examples(tell));
  };
  const redraw = () => {
    if (!chosenByHand) way.value = usualWay();
    draw();
  };
  way.addEventListener("change", () => {
    chosenByHand = true;
    draw();
  });
  note.control.addEventListener("input", afterPause(draw, PAUSE));
  draw();
  const writing = detail.comment?.in_writing || detail.customer?.in_writing;
  const warning = writing && h("p", { class: "notice" }, t("in_writing_note"));
  return Object.assign(h("div", { class: "telling" }, warning, way, note, message.element), { value, redraw });
}

/** Messages as they would go out, or how to call. @param {Staff} staff */
function messageOf(staff) {
  const element = h("section", { class: "message", "aria-label": t("tell_message"), tabindex: "0" });
  let turn = 0;
  /** @param {Example} example */
  const written = async ({ detail, tell: { channel, note }, about, head }) => {
    const title = head ? [h("h3", {}, head)] : [];
    if (channel === "phone") return [...title, h("p", {}, t("tell_phone_hint", { phone: phoneOf(detail) }))];
    element.setAttribute("aria-busy", "true");
    try {
      const body = { ...about, channel, note };
      return [...title, ...asLetter(await staff.api.post(`/appointments/${detail.appointment.id}/message`, body))];
    } catch (error) {
      return [...title, h("p", { class: "error" }, errorText(error))];
    }
  };
  /** @param {Example[]} examples */
  const draw = async (examples) => {
    const mine = ++turn;
    element.hidden = !examples.length;
    const lines = await Promise.all(examples.map(written));
    if (mine !== turn) return;
    element.replaceChildren(...lines.flat());
    element.removeAttribute("aria-busy");
  };
  return { element, draw };
}

const AT_ONCE = 6; // requests on their way at the same time

/** The details of several appointments by id. @param {Staff} staff @param {Planned[]} appointments */
export async function detailsOf(staff, appointments) {
  /** @type {Map<string, Detail>} */
  const details = new Map();
  const waiting = [...appointments];
  const work = async () => {
    for (let each = waiting.pop(); each; each = waiting.pop())
      details.set(each.id, await staff.api.get(`/appointments/${each.id}`));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return details;
}

/** The number to call. @param {Detail} detail */
const phoneOf = ({ customer, comment, write_to }) => (write_to === "customer" ? customer : comment)?.phone ?? "";

/** A way with the reason why it is not open. @param {Detail} detail @param {Channel} way @param {Channel[]} reachable */
function optionOf(detail, way, reachable) {
  const open = reachable.includes(way);
  return [way, open ? t(`tell_${way}`) : `${t(`tell_${way}`)} – ${whyNoWay(detail, way)}`, !open];
}

/** @param {Detail} detail @param {Channel} way */
function whyNoWay(detail, way) {
  if (way === "email") return t("tell_no_email");
  return t(phoneOf(detail) ? "tell_no_sms" : "tell_no_phone");
}

/** How somebody asked to be answered, if that is possible; else the first way that is. */
function usual(/** @type {Detail} */ { comment }, /** @type {Channel[]} */ reachable, none) {
  const wished = comment?.channel;
  if (wished && reachable.includes(wished)) return wished;
  return reachable[0] ?? (none ? "none" : null);
}

/** @param {Schemas["MessagePreview"]} message */
function asLetter({ to, subject, text }) {
  const line = (key, value) => value && h("p", { class: "small" }, `${t(key)} `, h("b", {}, value));
  return [line("tell_to", to), line("tell_subject", subject), h("pre", {}, text)].filter(Boolean);
}
