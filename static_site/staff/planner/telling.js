/** Whether a customer is told, and how; the message stands there before it goes. */
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";

const WAYS = ["email", "sms", "phone"];
const PAUSE = 300; // milliseconds without a key before the message is composed anew

/**
 * A choice of none, e-mail, SMS or a call, with a note of one's own and the message as it would go out. `value` is the body's
 * `tell`, or undefined for none.
 * @param staff
 * @param detail as GET /appointments/{appointment} answers
 * @param {{what: string, change?: () => object, none?: boolean}} given `what` is that of MessagePreviewRequest; `change` gives
 *   start, end and resource of a move, or whom it is matched with; `none`: whether nobody may be told; `reachable`: the ways offered; `quiet`: whether nobody is
 *   told unless staff say so
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
    label: question = t("tell_how"),
  },
) {
  const writing = detail.comment?.in_writing || detail.customer?.in_writing;
  const label = (way) => [t(`tell_${way}`), !reachable.includes(way) && whyNoWay(detail, way)].filter(Boolean).join(" – ");
  const ways = reachable.length ? WAYS : []; // where nobody can be reached, one sentence says so
  const options = [
    ...(none ? [["none", t("tell_none")]] : []),
    ...ways.map((way) => [way, label(way), !reachable.includes(way)]),
  ];
  const hint = ways.length ? "" : t("tell_nobody");
  const value = () => (none && quiet() ? "none" : usual(detail, reachable, none));
  const way = field({ name: "tell", label: question, type: "radios", options, value: value(), hint });
  let chosenByHand = false;
  const note = field({ name: "note", label: t("tell_note"), type: "textarea", rows: 2, maxlength: 500 });
  const message = h("div", { class: "message", role: "region", "aria-label": t("tell_message"), tabindex: "0" });
  let number = 0;
  let timer;

  async function draw() {
    const chosen = way.value;
    note.hidden = !chosen || chosen === "none";
    const mine = ++number;
    if (note.hidden || chosen === "phone") {
      message.replaceChildren(...(chosen === "phone" ? [h("p", {}, t("tell_phone_hint", { phone: phoneOf(detail) }))] : []));
      message.hidden = chosen !== "phone";
      return;
    }
    message.hidden = false;
    message.setAttribute("aria-busy", "true");
    try {
      const body = { what, channel: chosen, ...change(), ...noteOf(note) };
      const shown = await staff.api.post(`/appointments/${detail.appointment.id}/message`, body);
      if (mine === number) message.replaceChildren(...asLetter(shown));
    } catch (error) {
      if (mine === number) message.replaceChildren(h("p", { class: "error" }, staff.errorText(error)));
    }
    if (mine === number) message.removeAttribute("aria-busy");
  }

  way.addEventListener("change", () => {
    chosenByHand = true;
    draw();
  });
  note.control.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
  const element = h(
    "div",
    { class: "telling" },
    writing && h("p", { class: "notice" }, t("in_writing_note")),
    way,
    note,
    message,
  );
  element.redraw = () => {
    if (!chosenByHand) way.value = value();
    draw();
  };
  Object.defineProperty(element, "value", {
    get: () => (way.value && way.value !== "none" ? { channel: way.value, ...noteOf(note) } : undefined),
  });
  draw();
  return element;
}

const AT_ONCE = 6; // requests on their way at the same time

/** The details of several appointments by id. @returns {Promise<Map<string, object>>} */
export async function detailsOf(staff, appointments) {
  const details = new Map();
  const waiting = [...appointments];
  const work = async () => {
    for (let each = waiting.pop(); each; each = waiting.pop())
      details.set(each.id, await staff.api.get(`/appointments/${each.id}`));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return details;
}

const noteOf = (note) => (note.value.trim() ? { note: note.value.trim() } : {});
const readerOf = ({ customer, comment, write_to }) => (write_to === "customer" ? customer : comment) ?? {};
const phoneOf = (detail) => readerOf(detail).phone ?? "";

/** Why somebody cannot be told in a way. */
function whyNoWay(detail, way) {
  if (way === "email") return t("tell_no_email");
  return t(phoneOf(detail) ? "tell_no_sms" : "tell_no_phone");
}

/** How somebody asked to be answered, if that is possible; else the first way that is. */
function usual({ comment }, reachable, none) {
  const wished = comment?.channel;
  if (wished && reachable.includes(wished)) return wished;
  return reachable[0] ?? (none ? "none" : null);
}

function asLetter({ to, subject, text }) {
  const line = (key, value) => value && h("p", { class: "small" }, `${t(key)} `, h("b", {}, value));
  return [line("tell_to", to), line("tell_subject", subject), h("pre", {}, text)].filter(Boolean);
}
