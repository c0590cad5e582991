/**
 * The section of the branch's own words: which messages have some, the editor, and the message as it would go out.
 */
import { catalogue } from "../../kit/catalogue.js";
import { h, redraw } from "../../kit/dom.js";
import { afterPause, button } from "../../kit/pieces.js";

const PAUSE = 400; // milliseconds without a key before the message is composed anew

const same = (one, other) => ["kind", "status", "channel", "language"].every((name) => one[name] === other[name]);

export function textsSection(page) {
  const { draft, t } = page;
  const previews = new Map();
  page.onchange = (path) => previews.get(path)?.();
  return [
    h("p", { class: "notice", id: "consent" }, t("texts_consent")),
    draft.texts.length === 0 && h("p", { class: "small" }, t("texts_none")),
    h(
      "div",
      { class: "items" },
      draft.texts.map((each, place) => text(page, each, place, previews)),
    ),
    adder(page),
  ];
}

const nameOf = ({ t }, { kind, status }) => t(`text_${kind}_${status}`);

function text(page, its, place, previews) {
  const { form, t, draft } = page;
  const path = `texts[${place}].text`;
  const shown = h("div", { class: "letter", role: "region", "aria-label": t("text_preview"), tabindex: "0" });
  const draw = () => letter(page, its, shown);
  previews.set(path, afterPause(draw, PAUSE));
  const line = () => [
    h("span", { class: "name" }, nameOf(page, its)),
    h("span", { class: "small" }, [t(`channel_${its.channel}`), t(`language_${its.language}`)].join(" · ")),
  ];
  const reset = () => {
    draft.texts.splice(place, 1);
    page.open = new Set([...page.open].filter((key) => !key.startsWith("texts:")));
    page.errors = page.form.errors = {};
    page.render();
    page.staff.announce(t("text_was_reset"));
    document.getElementById("add-text").focus();
  };
  const item = page.item(
    "texts",
    place,
    line,
    form.field(path, {
      rows: its.channel === "sms" ? 4 : 8,
      maxlength: catalogue.texts.most[its.channel],
      hint: t(`hint_text_${its.channel}`),
      wide: true,
    }),
    places(page, its, path),
    h("p", { class: "small letter-heading" }, t("text_preview")),
    shown,
    h("p", { class: "actions" }, button(t("text_reset"), reset)),
  );
  item.addEventListener("toggle", () => item.open && draw());
  return item;
}

/** What is filled in: each is put where the cursor is. */
function places({ form, t }, its, path) {
  const put = (name) => () => {
    const input = document.getElementById(form.id(path));
    input.setRangeText(`{{ ${name} }}`, input.selectionStart, input.selectionEnd, "end");
    form.set(path, input.value);
    input.focus();
  };
  return h(
    "div",
    { class: "places", role: "group", "aria-label": t("text_places") },
    h("span", { class: "small" }, t("text_places")),
    catalogue.texts.places[its.channel].map((name) => button(t(`place_${name}`), put(name), { title: `{{ ${name} }}` })),
  );
}

/** The message as it would go out. An older answer that comes later is not drawn. */
async function letter(page, its, shown) {
  const asked = its.text;
  shown.setAttribute("aria-busy", "true");
  let content;
  try {
    content = drawn(page, its, await page.staff.api.post("/texts/preview", its));
  } catch (error) {
    content = [h("p", { class: "error" }, page.staff.errorText(error))];
  }
  if (its.text !== asked) return;
  shown.removeAttribute("aria-busy");
  redraw(shown, content);
}

function drawn({ t }, { channel }, { subject, text: content, parts }) {
  const told = channel === "sms" ? t(parts === 1 ? "text_part" : "text_parts", { count: parts }) : subject;
  return [
    h("p", { class: "small" }, channel === "email" && `${t("text_subject")} `, h("strong", {}, told)),
    h("pre", {}, content),
  ];
}

/** Which message shall have words of its own; it begins with ours. */
function adder(page) {
  const { t, draft, staff } = page;
  const choice = (id, label, options) =>
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, label),
      h(
        "select",
        { id },
        options.map(([value, name]) => h("option", { value }, name)),
      ),
    );
  const value = (id) => document.getElementById(id).value;
  const trouble = h("p", { class: "error", role: "alert" });
  const add = async (event) => {
    event.preventDefault();
    const [kind, status] = value("add-text").split(".");
    const its = { kind, status, channel: value("add-channel"), language: value("add-language"), text: "" };
    let place = draft.texts.findIndex((each) => same(each, its));
    if (place < 0) {
      try {
        its.text = (await staff.api.post("/texts/preview", its)).default;
      } catch (error) {
        trouble.textContent = staff.errorText(error);
        return;
      }
      place = draft.texts.push(its) - 1;
    }
    page.open.add(`texts:${place}`);
    page.render();
    document.getElementById(`texts[${place}].text`).focus();
  };
  return h(
    "form",
    { class: "adder", onsubmit: add, novalidate: true },
    choice(
      "add-text",
      t("add_text"),
      catalogue.texts.own.map((each) => [`${each.kind}.${each.status}`, nameOf(page, each)]),
    ),
    choice(
      "add-channel",
      t("add_channel"),
      catalogue.channels.map((name) => [name, t(`channel_${name}`)]),
    ),
    choice(
      "add-language",
      t("add_language"),
      draft.branch.languages.map((tag) => [tag, t(`language_${tag}`)]),
    ),
    h("button", { class: "quiet" }, t("text_write")),
    trouble,
  );
}
