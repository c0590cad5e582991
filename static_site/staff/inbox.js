/** What waits for staff: one list, the oldest request first, each thing until it is done or ticked off. */

import { h, t } from "./shell.js";
import { telephone, whoOf } from "./words.js";

const URGENT = ["cancelled_late", "bounced"];

/**
 * Draws the inbox into `place` and keeps it up to date.
 * @param {(id: string) => void} open opens an appointment
 */
export function showInbox(staff, names, place, open) {
  const list = h("ul", { class: "entries" });
  const empty = h("p", { class: "lead" }, t("inbox_empty"));
  place.replaceChildren(h("h2", { tabindex: "-1" }, t("inbox")), empty, list);

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
    const { appointment, kind, overdue, note, phone, proved } = entry;
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
    const content = [what, about, note && h("q", {}, note)].flat().filter(Boolean);
    return h(
      "li",
      { class: `entry ${kind} ${URGENT.includes(kind) || overdue ? "urgent" : ""}` },
      appointment
        ? h("button", { type: "button", class: "open", id: `entry-${entry.id}`, onclick: () => open(appointment.id) }, content)
        : h("div", { class: "open" }, content),
      h(
        "div",
        { class: "actions" },
        phone && h("a", { href: telephone(phone) }, phone),
        kind === "erasure" && h("a", { href: "customers.html" }, t("page_customers")),
        kind !== "request" && h("button", { type: "button", class: "plain", onclick: () => tick(entry) }, t("inbox_tick")),
      ),
    );
  };

  const draw = ({ entries }) => {
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    empty.hidden = entries.length > 0;
    list.replaceChildren(...entries.map(item));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  staff.inbox.subscribe(draw);
  draw(staff.inbox);
}
