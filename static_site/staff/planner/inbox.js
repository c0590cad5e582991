/** What waits for staff: one list, the oldest request first, each thing until it is done or ticked off. */
import { announceError } from "../../kit/dialog.js";
import { h, redraw } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { nothing } from "../../kit/values.js";
import { offerUndo } from "../shell/toasts.js";
import { whoOf } from "../shell/words.js";
import { timeOf } from "./pieces.js";
import { declineWave, switchOnline } from "./waves.js";
import { languageName } from "../shell/language.js";

/**
 * @import { Names, Planned, Schemas, Staff } from "./types"
 * @typedef {Schemas["EntryView"]} Entry
 */

const URGENT = ["cancelled_late", "bounced", "withheld", "disowned", "stuck"];
const TURNED_AWAY_EVERY = 300_000; // milliseconds between looks at how many were turned away

/**
 * Draws the inbox into `place` and keeps it up to date.
 * @param {Staff} staff
 * @param {Names} names
 * @param {HTMLElement} place
 * @param {{open: (id: string) => void, close: () => void}} act opens an appointment, closes the inbox
 * @param {() => void} changed is called after appointments were changed here
 */
export function showInbox(staff, names, place, { open, close }, changed) {
  const list = h("ul", { class: "entries" });
  const empty = h("p", { class: "lead" }, t("inbox_empty"));
  const title = h("h2", { tabindex: "-1" }, t("inbox"));
  const more = button("", () => staff.inbox.more(), { class: "quiet", hidden: true });
  const decline = async () => {
    if (await declineWave(staff)) changed();
  };
  const tools = h("div", { class: "actions" }, button(t("wave"), decline, { class: "quiet" }), onlineButton(staff, names));
  const shut = button("×", close, { class: "plain shut", "aria-label": t("inbox_close") });
  place.replaceChildren(h("div", { class: "title" }, title, shut), empty, list, more, turnedAway(staff), tools);

  const tick = async (/** @type {Entry} */ { id }) => {
    try {
      staff.inbox.take(await staff.api.post(`/inbox/${id}/done`));
      offerUndo(t("inbox_ticked"), async () => staff.inbox.take(await staff.api.post(`/inbox/${id}/undo`)));
    } catch (error) {
      announceError(error);
    }
    (list.querySelector("button") ?? title).focus();
  };
  const draw = (/** @type {Pick<Schemas["InboxView"], "entries" | "count">} */ { entries, count }) => {
    empty.hidden = entries.length > 0;
    place.classList.toggle("empty", entries.length === 0);
    title.textContent = count ? t("inbox_title", { count }) : t("inbox");
    more.hidden = entries.length >= count;
    more.textContent = t("inbox_more", { count: count - entries.length });
    redraw(
      list,
      entries.map((each) => item(staff, names, each, open, tick)),
    );
  };
  staff.inbox.subscribe(draw);
  draw(staff.inbox);
}

/** Stops requests over the internet, or lets them in again. @param {Staff} staff @param {Names} names */
function onlineButton(staff, names) {
  let { branch } = names.settings;
  const element = button(
    "",
    async () => {
      if (!(await switchOnline(staff, !branch.online))) return;
      ({ branch } = await staff.settings(true));
      draw();
    },
    { class: "quiet", id: "inbox-online" },
  );
  const draw = () => {
    element.textContent = t(branch.online ? "online_stop" : "online_start");
  };
  draw();
  return element;
}

/** How many were turned away, where any were. @param {Staff} staff */
function turnedAway(staff) {
  const element = h("p", { class: "small", hidden: true });
  const look = async () => {
    if (document.hidden) return;
    const found = await staff.api.get("/requests/turned-away").catch(nothing); // the next look may succeed
    const count = found?.count ?? 0;
    element.hidden = count === 0;
    element.textContent = t("turned_away", { count });
  };
  look();
  setInterval(look, TURNED_AWAY_EVERY);
  return element;
}

/**
 * @param {Staff} staff @param {Names} names @param {Entry} entry
 * @param {(id: string) => void} open @param {(entry: Entry) => void} tick
 */
function item(staff, names, entry, open, tick) {
  const { id, appointment, kind, overdue, note, phone, phone_link } = entry;
  const content = [
    whatLine(staff, entry),
    appointment ? aboutAppointment(staff, names, appointment) : kind === "ring" && aboutCaller(staff, names, entry),
    note && h("q", {}, note),
  ].flat();
  return h(
    "li",
    { class: `entry ${kind} ${URGENT.includes(kind) || overdue ? "urgent" : ""}` },
    appointment
      ? button(content, () => open(appointment.id), { class: "open", id: `entry-${id}` })
      : h("div", { class: "open" }, content),
    h(
      "div",
      { class: "actions" },
      phone && h("a", { href: `tel:${phone_link}` }, phone),
      kind === "erasure" && h("a", { href: "customers.html" }, t("page_customers")),
      kind !== "request" && button(t("inbox_tick"), () => tick(entry)),
    ),
  );
}

/** What happened, and when. @param {Staff} staff @param {Entry} entry */
function whatLine(staff, { kind, proved, overdue, at }) {
  const time = staff.dateOf(at) === staff.today() ? staff.time(at) : staff.moment(at);
  return h(
    "span",
    { class: "what" },
    t(`entry_${kind}`),
    kind === "erasure" && !proved && ` ${t("erasure_unproved")}`,
    overdue && h("b", { class: "overdue" }, ` ${t("overdue")}`),
    timeOf(at, ` ${time}`),
  );
}

/** @param {Staff} staff @param {Names} names @param {Planned} planned */
function aboutAppointment(staff, names, planned) {
  const where = [names.resource(planned.resource), names.template(planned.template)].filter(Boolean).join(" · ");
  return [
    h("strong", {}, whoOf(planned)),
    h("span", {}, staff.range(planned.start, planned.end)),
    h("span", { class: "small" }, where),
  ];
}

/** Somebody to call back. @param {Staff} staff @param {Names} names @param {Entry} entry */
function aboutCaller(staff, names, { name, when, language: wanted }) {
  const foreign = wanted && wanted !== names.settings.branch.languages[0];
  return [
    h("strong", {}, name ?? t("nobody")),
    when && h("span", {}, t("ring_when", { when })),
    foreign && h("span", { class: "small" }, languageName(wanted)),
  ];
}
