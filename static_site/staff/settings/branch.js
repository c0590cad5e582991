/** The section of the branch itself: address, links, look, and how long things are kept. */
import { h } from "../../kit/dom.js";
import { settingRule } from "../../kit/form.js";
import { button } from "../../kit/pieces.js";
import { LANGUAGES, SPOKEN, t } from "../../kit/texts.js";
import { group } from "./items.js";
import { languageName } from "../shell/language.js";

/** @param {import("./editor.js").Editor} page */
export function branchSection({ form }) {
  const path = (name) => `branch.${name}`;
  const text = (name, more) => form.field(path(name), more);
  return [
    group(
      t("group_address"),
      text("name", { wide: true }),
      text("address", { wide: true }),
      text("phone"),
      text("email", { hint: t("hint_email") }),
      text("sender_name", { hint: t("hint_sender_name") }),
      zone(form),
    ),
    group(
      t("group_links"),
      ["imprint_url", "privacy_url", "accessibility_url"].map((name) => text(name, { kind: "url", wide: true })),
      text("accessibility_authority", { hint: t("hint_accessibility_authority"), wide: true }),
    ),
    group(
      t("group_look"),
      form.several(
        path("languages"),
        LANGUAGES.map((tag) => [
          tag,
          SPOKEN[tag].approved ? languageName(tag) : t("language_unapproved", { language: languageName(tag) }),
        ]),
        { hint: t("hint_languages") },
      ),
      form.field(path("accent_colour"), { hint: t("hint_accent_colour") }),
      logo(form),
    ),
    group(t("group_planner"), form.box(path("customer_hints"), { hint: t("hint_customer_hints") })),
    group(
      t("group_retention"),
      form.field(path("comment_days"), { hint: t("hint_comment_days") }),
      form.field(path("record_months"), { hint: t("hint_record_months") }),
      form.field(path("lock_minutes"), { hint: t("hint_lock_minutes") }),
    ),
    group(t("group_figures"), form.box(path("figures_by_person"), { hint: t("hint_figures_by_person") })),
  ];
}

function zone(form) {
  const names = h(
    "datalist",
    { id: "zones" },
    zonesKnown().map((name) => h("option", { value: name })),
  );
  return [form.field("branch.zone", { list: "zones", hint: t("hint_zone") }), names];
}

/** @returns {string[]} */
// eslint-disable-next-line compat/compat -- offered where the browser knows them: Safari does from 15.4 on
const zonesKnown = () => /** @type {any} */ (Intl).supportedValuesOf?.("timeZone") ?? [];

/** A picture of the practice's own, kept in the settings: small, so that it comes with the page. @param {import("../../kit/form.js").Form} form */
function logo(form) {
  const shown = h("p", { class: "logo" });
  const trouble = h("p", { class: "error", role: "alert" });
  const draw = () => {
    const src = form.values.branch.logo;
    if (src)
      shown.replaceChildren(
        h("img", { src, alt: t("logo_alt") }),
        button(t("logo_remove"), () => put("")),
      );
    else shown.replaceChildren(h("span", { class: "small" }, t("logo_none")));
  };
  const { most } = settingRule("branch.logo");
  const put = (address) => {
    trouble.textContent = address.length > most ? t("logo_large") : "";
    if (address.length <= most) form.set("branch.logo", address);
    draw();
  };
  const choose = async ({ target }) => {
    const [file] = target.files;
    if (file) put(await addressOf(file));
  };
  draw();
  const wrong = form.complaint("branch.logo");
  return h(
    "div",
    { class: wrong ? "field wrong" : "field" },
    h("label", { for: "branch.logo" }, t("label_logo")),
    wrong && h("p", { class: "error" }, wrong),
    trouble,
    shown,
    h("input", {
      type: "file",
      id: "branch.logo",
      accept: "image/png,image/jpeg,image/webp",
      "aria-describedby": "branch.logo-hint",
      onchange: choose,
    }),
    h("p", { class: "hint", id: "branch.logo-hint" }, t("hint_logo")),
  );
}

/** @param {File} file @returns {Promise<string>} its content as a `data:` address */
function addressOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
