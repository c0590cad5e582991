/** Invitations: a link by which the customer books one appointment, sent or copied, and withdrawn. */
import { announce, announceError, confirmDialog, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { fullName, nameIn } from "../../kit/names.js";
import { button } from "../../kit/pieces.js";
import { hasText, language, t } from "../../kit/texts.js";
import { api, settings, staff } from "./branch.js";
import { named, section, small } from "./search.js";

/**
 * @typedef {import("./branch.js").Schemas} Schemas
 * @typedef {Schemas["GivenInvitation"]} Invitation
 * @typedef {Schemas["CustomerView"]} Customer
 */

const ANY = "";

/** Where a kind is booked. @param {string} kind */
function places(kind) {
  const carrying = settings.templates.find(({ id }) => id === kind)?.resources ?? [];
  return settings.resources.filter(({ id, released }) => released && carrying.includes(id));
}

const option = (value, text) => h("option", { value }, text);

/** Asks for what it is good for, and makes it. @param {Customer} customer @param {(text: string) => void} done */
export async function invite(customer, done) {
  const kinds = settings.templates.filter(({ id, shown }) => shown !== "staff" && places(id).length > 0);
  if (kinds.length === 0) return announce(t("invite_no_kind"));
  const options = kinds.map(({ id, name }) => [id, nameIn(name, language)]);
  const template = field({ name: "template", label: t("invite_kind"), type: "select", value: kinds[0].id, options });
  const resource = field({ name: "resource", label: t("invite_place"), type: "select" });
  const drawPlaces = () => {
    const found = places(template.value);
    const several = found.length > 1 ? [option(ANY, t("invite_any"))] : [];
    resource.control.replaceChildren(...several, ...found.map(({ id, name }) => option(id, name)));
  };
  template.control.addEventListener("change", drawPlaces);
  drawPlaces();
  const day = (name, hint = "") => field({ name, label: t(`invite_${name}`), type: "date", hint });
  const dates = [day("until", t("invite_until_hint")), day("earliest"), day("latest")];
  const ways = ["copy", customer.email && "email", customer.phone && "sms"].filter(Boolean);
  const send = field({
    name: "send",
    label: t("invite_send"),
    type: "radios",
    value: "copy",
    options: ways.map((way) => [way, t(`invite_by_${way}`)]),
  });
  const asked = field({ name: "asked_for", label: t("invite_asked"), type: "checkbox", hint: t("invite_asked_hint") });
  const run = () => {
    const given = Object.fromEntries(dates.map(({ name, value }) => [name, value || null]));
    const sent = send.value === "copy" ? {} : { send: send.value, asked_for: asked.value };
    const body = { template: template.value, resource: resource.value || null, ...given, ...sent };
    return api.post(`/customers/${customer.id}/invitations`, body);
  };
  const made = await dialog({
    title: t("invite_heading", { name: fullName(customer) }),
    body: [h("p", { class: "hint" }, t("invite_lead")), template, resource, ...dates, send, asked],
    fields: [template, resource, ...dates, send, asked],
    actions: [{ label: t("invite_do"), kind: "main", run }],
  });
  if (!made) return;
  if (made.channel) return done(t(`invite_${made.delivery}`));
  await copy(made);
  return done(t("invite_made"));
}

/** @param {Invitation} invitation */
async function copy({ url }) {
  try {
    await navigator.clipboard.writeText(url);
    announce(t("invite_copied"));
  } catch {
    const link = h("input", { type: "text", readonly: true, ".value": url, "aria-label": t("invite_link"), autofocus: true });
    await dialog({ title: t("invite_link"), body: [h("p", {}, t("invite_by_hand")), link], setup: () => link.select() });
  }
}

/** Those of a customer, the latest first. @param {Customer} customer @param {(text: string) => void} done */
export function invitations(customer, done) {
  const { invitations: all } = customer;
  return (
    all.length > 0 &&
    section(
      "h3",
      t("invitations"),
      all.map((each) => line(customer, each, done)),
    )
  );
}

/** @param {Customer} customer @param {Invitation} invitation @param {(text: string) => void} done */
function line(customer, invitation, done) {
  const { id, template, resource, until, state, url, appointment, delivery, failure } = invitation;
  const kind = settings.templates.find((each) => each.id === template)?.name;
  const place = resource && (settings.resources.find((each) => each.id === resource)?.name ?? resource);
  const withdraw = async () => {
    if (!(await confirmDialog({ title: t("invite_withdraw"), body: t("invite_withdraw_sure"), yes: t("invite_withdraw") })))
      return;
    try {
      await api.post(`/customers/${customer.id}/invitations/${id}/withdraw`);
      done(t("invite_withdrawn"));
    } catch (error) {
      announceError(error);
    }
  };
  return h(
    "li",
    { class: "invitation" },
    h(
      "div",
      { class: "row" },
      named(kind ? nameIn(kind, language) : template),
      small([place ?? t("invite_any"), t("invite_good", { day: staff.dayOf(until) })].join(", ")),
      h("span", { class: `state ${state === "open" ? "on" : ""}` }, t(`invite_is_${state}`)),
      delivery && small(t(`invite_${delivery}`), failure && hasText(`why_${failure}`) && ` ${t(`why_${failure}`)}`),
      appointment && h("a", { href: `index.html#${appointment}` }, t("invite_appointment")),
      url && button(t("invite_copy"), () => copy(invitation), { class: "quiet" }),
      url && button(t("invite_withdraw"), withdraw),
    ),
  );
}
