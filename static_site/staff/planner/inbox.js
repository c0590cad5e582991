/** What waits for staff: one list, the oldest request first, each thing until it is done or ticked off. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { declineWave, switchOnline } from "./waves.js";
import { whoOf } from "../shell/words.js";

const URGENT = ["cancelled_late", "bounced", "withheld", "disowned", "stuck"];
const TURNED_AWAY_EVERY = 300_000; // milliseconds between looks at how many were turned away

/**
 * Draws the inbox into `place` and keeps it up to date.
 * @param {(id: string) => void} open opens an appointment
 * @param {() => void} changed is called after appointments were changed here
 */
export function showInbox(staff, names, place, open, changed) {
  const languageName = (tag) => new Intl.DisplayNames([staff.lang], { type: "language" }).of(tag);
  const list = h("ul", { class: "entries" });
  const empty = h("p", { class: "lead" }, t("inbox_empty"));
  const title = h("h2", { tabindex: "-1" }, t("inbox"));
  const more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => staff.inbox.more() });
  const turnedAway = h("p", { class: "small", hidden: true });
  const online = h("button", { type: "button", class: "quiet", id: "inbox-online" });
  const wave = h("button", { type: "button", class: "quiet", onclick: () => decline() }, t("wave"));
  place.replaceChildren(title, empty, list, more, turnedAway, h("div", { class: "actions" }, wave, online));

  const decline = async () => {
    if (await declineWave(staff)) changed();
  };

  const drawOnline = ({ branch }) => {
    online.textContent = t(branch.online ? "online_stop" : "online_start");
    online.onclick = async () => {
      if (await switchOnline(staff, !branch.online)) drawOnline(await staff.settings(true));
    };
  };
  drawOnline(names.settings);

  const lookTurnedAway = async () => {
    if (document.hidden) return;
    const { count } = await staff.api.get("/requests/turned-away").catch(() => ({ count: 0 })); // the next look may succeed
    turnedAway.hidden = count === 0;
    turnedAway.textContent = t("turned_away", { count });
  };
  lookTurnedAway();
  setInterval(lookTurnedAway, TURNED_AWAY_EVERY);

  const tick = async (entry) => {
    try {
      staff.inbox.take(await staff.api.post(`/inbox/${entry.id}/done`));
      staff.announce(t("inbox_ticked"));
    } catch (error) {
      staff.announce(staff.errorText(error));
    }
    (list.querySelector("button") ?? place.querySelector("h2")).focus();
  };

  const item = (entry) => {
    const { appointment, kind, overdue, note, phone, proved, name, when, language } = entry;
    const what = h(
      "span",
      { class: "what" },
      t(`entry_${kind}`),
      kind === "erasure" && !proved && ` ${t("erasure_unproved")}`,
      overdue && h("b", { class: "overdue" }, ` ${t("overdue")}`),
      h(
        "time",
        { datetime: entry.at },
        ` ${staff.dateOf(entry.at) === staff.today() ? staff.time(entry.at) : staff.moment(entry.at)}`,
      ),
    );
    const about = appointment && [
      h("strong", {}, whoOf(appointment)),
      h("span", {}, staff.range(appointment.start, appointment.end)),
      h(
        "span",
        { class: "small" },
        [names.resource(appointment.resource), names.template(appointment.template)].filter(Boolean).join(" · "),
      ),
    ];
    const caller = kind === "ring" && [
      h("strong", {}, name ?? t("nobody")),
      when && h("span", {}, t("ring_when", { when })),
      language && language !== names.settings.branch.languages[0] && h("span", { class: "small" }, languageName(language)),
    ];
    const content = [what, about || caller, note && h("q", {}, note)].flat().filter(Boolean);
    return h(
      "li",
      { class: `entry ${kind} ${URGENT.includes(kind) || overdue ? "urgent" : ""}` },
      appointment
        ? h("button", { type: "button", class: "open", id: `entry-${entry.id}`, onclick: () => open(appointment.id) }, content)
        : h("div", { class: "open" }, content),
      h(
        "div",
        { class: "actions" },
        phone && h("a", { href: `tel:${entry.phone_link}` }, phone),
        kind === "erasure" && h("a", { href: "customers.html" }, t("page_customers")),
        kind !== "request" && h("button", { type: "button", class: "plain", onclick: () => tick(entry) }, t("inbox_tick")),
      ),
    );
  };

  const draw = ({ entries, count }) => {
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    empty.hidden = entries.length > 0;
    title.textContent = count ? t("inbox_title", { count }) : t("inbox");
    more.hidden = entries.length >= count;
    more.textContent = t("inbox_more", { count: count - entries.length });
    list.replaceChildren(...entries.map(item));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  staff.inbox.subscribe(draw);
  draw(staff.inbox);
}
