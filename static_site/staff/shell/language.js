/** The language of the staff's pages. */
import { h } from "../../kit/dom.js";
import { SPOKEN, language, loadTexts, pickLanguage, volumes, wishes } from "../../kit/texts.js";

/** Of the staff's own pages. */
const OURS = ["de", "en"];

const KEPT = "terminwerk-language";

/** Loads the texts in the reader's language; `more` names those of one page. */
export async function speak(more) {
  volumes.splice(0, volumes.length, "staff/*", ...(more ? [`staff/${more}.*`] : []));
  await loadTexts(pickLanguage(wishes(sessionStorage.getItem(KEPT)), OURS));
}

/** A language in the reader's own, "Türkisch"; German in plain words, which is a kind of German, by its own name. @param {string} tag */
export const languageName = (tag) =>
  tag.includes("-")
    ? (SPOKEN[tag]?.name ?? tag)
    : /** @type {string} */ (new Intl.DisplayNames([language], { type: "language" }).of(tag));

/** Buttons for the other languages; choosing one loads the page anew, in it. */
export function languageButtons() {
  const choose = (tag) => {
    sessionStorage.setItem(KEPT, tag);
    location.reload();
  };
  return OURS.filter((tag) => tag !== language).map((tag) =>
    h("button", { type: "button", class: "plain", lang: tag, onclick: () => choose(tag) }, SPOKEN[tag].name),
  );
}
