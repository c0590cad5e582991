/** The list of accesses, each of which may be shown and revoked. */
import { announce, confirmDialog, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { button, table } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { employeeOf, labelOf, resourceOf, staff, standing } from "./branch.js";
import { addressOf } from "./address.js";

/**
 * @typedef {import("./branch.js").Access} Access
 * @typedef {(accesses: Access[]) => void} Changed draws the page with the accesses as they are now
 */

const ORDER = { active: 0, asleep: 1, revoked: 2 };

/** @param {Access[]} accesses @param {Changed} changed @param {(text: string) => void} failed */
export function accessesTable(accesses, changed, failed) {
  if (accesses.length === 0) return h("p", { class: "small" }, t("accesses_none"));
  const heads = [
    t("head_access"),
    t("head_employee"),
    t("head_state"),
    t("head_made"),
    t("head_used"),
    h("span", { class: "unseen" }, t("head_actions")),
  ];
  const sorted = [...accesses].sort((one, other) => ORDER[standing(one)] - ORDER[standing(other)]);
  const rows = sorted.map((each) => accessRow(each, () => revoke(each, changed, failed)));
  return table(t("accesses_heading"), heads, rows, { unseen: true, class: "list" });
}

/**
 * A page of the branch's own is opened by an alias; the address of a calendar is copied here for a calendar program.
 * @param {Access} access @param {() => void} revoke
 */
function accessRow(access, revoke) {
  const { id, kind, employee, resource, url, made_at: made, revoked_at: revoked, last_used: used } = access;
  const name = labelOf(access);
  const state = standing(access);
  const day = (instant) => (instant ? staff.dayOf(instant) : "–");
  const showUrl = () => dialog({ title: name, body: addressOf("access-url", access) });
  const things = [t(`kind_${kind}`), resource && (resourceOf(resource)?.name ?? resource)].filter(Boolean).join(", ");
  return h(
    "tr",
    { id: `access-${id}`, class: state },
    h("th", { scope: "row" }, h("span", { class: "name" }, name), h("span", { class: "small block" }, things)),
    h("td", {}, employeeOf(employee)?.name ?? (employee || "–")),
    h(
      "td",
      {},
      h(
        "span",
        { class: state === "active" ? "state on" : "state" },
        state === "revoked" ? t("revoked_on", { day: day(revoked) }) : t(`state_${state}`),
      ),
    ),
    h("td", {}, day(made)),
    h("td", {}, used ? staff.moment(used) : t("never")),
    h(
      "td",
      { class: "ends" },
      url && button(t("show_url"), showUrl, { "aria-label": t("show_url_of", { name }) }),
      staff.admin &&
        state !== "revoked" &&
        button(t("revoke"), revoke, { class: "plain harm", "aria-label": t("revoke_of", { name }) }),
    ),
  );
}

/** @param {Access} access @param {Changed} changed @param {(text: string) => void} failed */
async function revoke(access, changed, failed) {
  const name = labelOf(access);
  const title = t("revoke_heading", { name });
  if (!(await confirmDialog({ title, body: t(`revoke_sure_${access.kind}`), yes: t("revoke"), danger: true }))) return;
  try {
    const { accesses } = await staff.api.post(`/accesses/${encodeURIComponent(access.id)}/revoke`);
    changed(accesses);
    announce(t("revoked_done", { name }));
  } catch (error) {
    failed(errorText(error));
  }
  document.getElementById("accesses-heading").focus();
}
