/** The section of booking online: whether, when, how much, and what is told. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { group } from "./items.js";

/** @param {import("./editor.js").Editor} page */
export function onlineSection(page) {
  const { form, draft } = page;
  const path = (name) => `branch.${name}`;
  const number = (name) => form.field(path(name), { hint: t(`hint_${name}`) });
  const text = h("div", { class: "wide" });
  const drawText = () =>
    text.replaceChildren(
      draft.branch.online ? "" : form.field(path("offline_text"), { hint: t("hint_offline_text"), wide: true }),
    );
  drawText();
  page.onchange = (changed) => changed === path("online") && drawText();
  return [
    group(t("group_online"), form.box(path("online"), { hint: t("hint_online") }), text),
    group(t("group_when"), number("lead_hours"), number("horizon_days"), number("cut_off_hours")),
    group(
      t("group_form"),
      form.several(path("required"), form.named(path("required"), "asked"), { hint: t("hint_required") }),
      form.box(path("message_field"), { hint: t("hint_message_field") }),
      form.field(path("notice_version"), { hint: t("hint_notice_version") }),
    ),
    group(
      t("group_limits"),
      number("most_open_requests"),
      number("most_requests_a_day"),
      number("most_appointments_a_day"),
      number("most_unproved_an_hour"),
      number("most_unproved_open"),
      number("confirm_minutes"),
    ),
    group(t("group_expiry"), number("expire_after_hours"), number("expire_warning_hours")),
    group(
      t("group_messages"),
      form.choice(path("notices"), form.named(path("notices"), "notices"), { hint: t("hint_notices") }),
      number("most_sms_a_month"),
      countries(form),
      reminders(form),
      number("reminder_gap_hours"),
      form.field(path("night_from"), { kind: "wall", hint: t("hint_night_from") }),
      form.field(path("night_until"), { kind: "wall" }),
    ),
  ];
}

/** "48, 2": whole hours before the start. */
const reminders = (form) =>
  listed(form, "reminder_hours", { inputmode: "numeric" }, (text) =>
    [...new Set((text.match(/\d+/g) ?? []).map(Number))].sort((one, other) => other - one),
  );

/** "AT, CH" */
const countries = (form) =>
  listed(form, "sms_countries", { autocapitalize: "characters" }, (text) => text.toUpperCase().match(/[^\s,;]+/g) ?? []);

/**
 * One line of several values, which `read` takes apart.
 * @param {import("../../kit/form.js").Form} form
 * @param {"reminder_hours" | "sms_countries"} name
 * @param {Record<string, string>} attributes
 * @param {(text: string) => (string | number)[]} read
 */
function listed(form, name, attributes, read) {
  const path = `branch.${name}`;
  const wrong = form.complaint(path);
  const described = [`${path}-hint`, wrong && `${path}-error`].filter(Boolean).join(" ");
  return h(
    "div",
    { class: wrong ? "field wrong" : "field" },
    h("label", { for: path }, t(`label_${name}`)),
    wrong && h("p", { class: "error", id: `${path}-error` }, wrong),
    h("input", {
      type: "text",
      ...attributes,
      id: path,
      ".value": form.values.branch[name].join(", "),
      "aria-describedby": described,
      oninput: ({ target }) => form.set(path, read(target.value)),
    }),
    h("p", { class: "hint", id: `${path}-hint` }, t(`hint_${name}`)),
  );
}
