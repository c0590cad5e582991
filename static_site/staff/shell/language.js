/** The language of the staff's pages. */
import { h } from "../../kit/dom.js";
import { LANGUAGES, language, loadTexts, pickLanguage, t, volumes, wishes } from "../../kit/texts.js";

const KEPT = "terminwerk-language";

/** Loads the texts in the reader's language; `more` names those of one page. */
export async function speak(more) {
  volumes.splice(0, volumes.length, "staff/*", ...(more ? [`staff/${more}.*`] : []));
  await loadTexts(pickLanguage(wishes(sessionStorage.getItem(KEPT) ?? "")));
}

/** Buttons for the other languages; choosing one loads the page anew, in it. */
export function languageButtons() {
  const choose = (tag) => {
    sessionStorage.setItem(KEPT, tag);
    location.reload();
  };
  return LANGUAGES.filter((tag) => tag !== language).map((tag) =>
    h("button", { type: "button", class: "plain", lang: tag, onclick: () => choose(tag) }, t(`language_${tag}`)),
  );
}
