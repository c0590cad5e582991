/** What each part of the kit's page shares: its language and scheme, as the address asks, and how it names its components. */
import { paint } from "../../../static_site/kit/colour.js";
import { h } from "../../../static_site/kit/dom.js";
import { loadTexts, volumes } from "../../../static_site/kit/texts.js";

const asked = new URLSearchParams(location.search);
const language = asked.get("l") ?? "de";
export const show = asked.get("show");

/** This page's own words: German and English beside each other. */
export const say = (german, english) => (language === "en" ? english : german);

/** The style sheets' own rules for a scheme, whatever the visitor prefers. */
function fix(scheme) {
  document.documentElement.style.colorScheme = scheme;
  for (const sheet of document.styleSheets)
    for (const { media } of sheet.cssRules)
      if (media?.mediaText.includes("prefers-color-scheme")) media.mediaText = scheme === "dark" ? "screen" : "not all";
}

/** @param {string[]} named the volumes of texts */
export async function begin(named) {
  fix(asked.get("scheme") ?? "light");
  paint("#1f6f6b");
  addEventListener("message", ({ origin, data }) => origin === location.origin && paint(data.accent));
  volumes.splice(0, volumes.length, ...named);
  await loadTexts(language);
}

export const section = (name, ...content) => h("section", {}, h("h2", {}, name), ...content);

/** Several states of one thing beside each other. */
export const states = (...content) => h("div", { class: "states" }, ...content);

export function end(title, ...sections) {
  const main = document.querySelector("main");
  main.append(title && h("h1", {}, title), ...sections);
  main.removeAttribute("aria-busy");
}
