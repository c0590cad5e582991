/**
 * The section of the branch's own words: which messages have some, the editor, and the message as it would go out.
 */
import { catalogue } from "../../kit/catalogue.js";
import { announce } from "../../kit/dialog.js";
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { afterPause, button, selection } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { foldUp, item } from "./items.js";
import { languageName } from "../shell/language.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./draft.js").Schemas} Schemas
 * @typedef {Schemas["TextBody"]} Text
 */

const PAUSE = 400; // milliseconds without a key before the message is composed anew

const same = (one, other) => ["kind", "status", "channel", "language"].every((name) => one[name] === other[name]);

/** @param {Editor} page */
export function textsSection(page) {
  const { draft } = page;
  const previews = new Map();
  page.onchange = (path) => previews.get(path)?.();
  return [
    h("p", { class: "notice", id: "consent" }, t("texts_consent")),
    draft.texts.length === 0 && h("p", { class: "small" }, t("texts_none")),
    h(
      "div",
      { class: "items" },
      draft.texts.map((each, place) => textItem(page, each, place, previews)),
    ),
    adder(page),
  ];
}

/** @param {Pick<Text, "kind" | "status">} text */
const nameOf = ({ kind, status }) => t(`text_${kind}_${status}`);

/** @param {Editor} page @param {Text} text @param {number} place @param {Map<string, () => void>} previews */
function textItem(page, text, place, previews) {
  const { form, draft } = page;
  const path = `texts[${place}].text`;
  const shown = h("section", { class: "letter", "aria-label": t("text_preview"), tabindex: "0" });
  const draw = () => letter(page, text, shown);
  previews.set(path, afterPause(draw, PAUSE));
  const line = () => [
    h("span", { class: "name" }, nameOf(text)),
    h("span", { class: "small" }, [t(`channel_${text.channel}`), languageName(text.language)].join(" · ")),
  ];
  const reset = () => {
    draft.texts.splice(place, 1);
    foldUp(page, "texts");
    page.render();
    announce(t("text_was_reset"));
    document.getElementById("add-text").focus();
  };
  const element = item(
    page,
    "texts",
    place,
    line,
    form.field(path, {
      rows: text.channel === "sms" ? 4 : 8,
      maxlength: catalogue.texts.most[text.channel],
      hint: t(`hint_text_${text.channel}`),
      wide: true,
    }),
    places(form, text, path),
    h("p", { class: "small letter-heading" }, t("text_preview")),
    shown,
    h("p", { class: "actions" }, button(t("text_reset"), reset)),
  );
  element.addEventListener("toggle", () => element.open && draw());
  return element;
}

/** What is filled in: each is put where the cursor is. @param {Editor["form"]} form @param {Text} text @param {string} path */
function places(form, { channel }, path) {
  const put = (name) => () => {
    const input = /** @type {HTMLTextAreaElement} */ (document.getElementById(form.id(path)));
    input.setRangeText(`{{ ${name} }}`, input.selectionStart, input.selectionEnd, "end");
    form.set(path, input.value);
    input.focus();
  };
  return h(
    "div",
    { class: "places", role: "group", "aria-label": t("text_places") },
    h("span", { class: "small" }, t("text_places")),
    catalogue.texts.places[channel].map((name) => button(t(`place_${name}`), put(name), { title: `{{ ${name} }}` })),
  );
}

/** The message as it would go out. An older answer that comes later is not drawn. @param {Editor} page @param {Text} text @param {HTMLElement} shown */
async function letter(page, text, shown) {
  const asked = text.text;
  shown.setAttribute("aria-busy", "true");
  let content;
  try {
    content = drawn(text, await page.staff.api.post("/texts/preview", text));
  } catch (error) {
    content = [h("p", { class: "error" }, errorText(error))];
  }
  if (text.text !== asked) return;
  shown.removeAttribute("aria-busy");
  redraw(shown, content);
}

/** @param {Text} text @param {Schemas["TextPreview"]} preview */
function drawn({ channel }, { subject, text, parts }) {
  const told = channel === "sms" ? t(parts === 1 ? "text_part" : "text_parts", { count: parts }) : subject;
  return [
    h("p", { class: "small" }, channel === "email" && `${t("text_subject")} `, h("strong", {}, told)),
    h("pre", {}, text),
  ];
}

/** Which message shall have words of its own; it begins with ours. @param {Editor} page */
function adder(page) {
  const { draft } = page;
  const value = (id) => /** @type {HTMLSelectElement} */ (document.getElementById(id)).value;
  const trouble = h("p", { class: "error", role: "alert" });
  const write = async (event) => {
    event.preventDefault();
    const [kind, status] = value("add-text").split(".");
    const text = /** @type {Text} */ ({
      kind,
      status,
      channel: value("add-channel"),
      language: value("add-language"),
      text: "",
    });
    let place = draft.texts.findIndex((each) => same(each, text));
    if (place < 0) {
      try {
        text.text = (await page.staff.api.post("/texts/preview", text)).default;
      } catch (error) {
        trouble.textContent = errorText(error);
        return;
      }
      place = draft.texts.push(text) - 1;
    }
    page.open.add(`texts:${place}`);
    page.render();
    document.getElementById(`texts[${place}].text`).focus();
  };
  return h(
    "form",
    { class: "adder", onsubmit: write, novalidate: true },
    selection(
      "add-text",
      t("add_text"),
      catalogue.texts.own.map((each) => [`${each.kind}.${each.status}`, nameOf(each)]),
    ),
    selection(
      "add-channel",
      t("add_channel"),
      catalogue.channels.map((name) => [name, t(`channel_${name}`)]),
    ),
    selection(
      "add-language",
      t("add_language"),
      draft.branch.languages.map((tag) => [tag, languageName(tag)]),
    ),
    h("button", { type: "submit", class: "quiet" }, t("text_write")),
    trouble,
  );
}
