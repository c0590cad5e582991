/** All parts of the kit's page: each a document of its own, since a document has one language and one scheme. */
import { h } from "../../../static_site/kit/dom.js";

const PARTS = [
  ["Kundenseiten · Customers’ pages", "kit-customers.html"],
  ["Formular der Anfrage · The request’s form", "kit-customers.html?show=form"],
  ["Seiten der Verwaltung · Office pages", "kit-office.html"],
  ["Dialog", "kit-office.html?show=dialog"],
  ["Planer · Planner", "kit-planner.html"],
  ["Menü · Menu", "kit-planner.html?show=menu"],
];
const LANGUAGES = ["de", "en"];
const SCHEMES = ["light", "dark"];

const frames = [];

function part(name, address) {
  const frame = (language, scheme) => {
    const made = h("iframe", { title: `${name}, ${language}, ${scheme}`, scrolling: "no" });
    made.addEventListener("load", () => grow(made));
    made.src = `${address}${address.includes("?") ? "&" : "?"}l=${language}&scheme=${scheme}`;
    frames.push(made);
    return made;
  };
  const all = LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => frame(language, scheme)));
  return [h("h2", {}, name), h("div", { class: "parts" }, all)];
}

/** As tall as what it holds, but where something lies over the page, which has the room that a frame begins with. */
function grow(frame) {
  const { body } = frame.contentDocument;
  const fit = () => {
    const bottoms = [...body.children].map((child) => child.getBoundingClientRect().bottom);
    frame.style.height = `${Math.ceil(Math.max(...bottoms)) + 2}px`;
  };
  if (!/show=(dialog|menu)/.test(frame.src)) new ResizeObserver(fit).observe(body.querySelector("main"));
}

document.querySelector("main").append(...PARTS.flatMap(([name, address]) => part(name, address)));
document.getElementById("accent").addEventListener("input", ({ target }) => {
  for (const { contentWindow } of frames) contentWindow.postMessage({ accent: target.value }, location.origin);
});
