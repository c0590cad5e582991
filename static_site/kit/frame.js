/** A page, and the page around it: what both are told, where the reader is, what is seen until something comes. */
import { h } from "./dom.js";
import { t } from "./texts.js";

export const framed = window.parent !== window;

/** Whether `embed.js` made our frame as tall as we are, and scrolls. Any other frame scrolls itself. */
const carried = framed && window.name === "terminwerk";

/** Takes a reader to the top of a step: the heading gets the focus and comes into view. */
export function arrive(heading, title) {
  document.title = title;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: carried || !framed });
  scrollTo(0, 0);
  tellParent({ top: 0 });
}

/** Brings something within the page into view, also where a page around us does the scrolling. */
export function attend(element) {
  element.focus({ preventScroll: carried });
  tellParent({ top: element.getBoundingClientRect().top });
}

/** Any parent may know our height and title (no personal data is in either), and we cannot know its origin. */
export function tellParent(message) {
  if (framed) parent.postMessage({ terminwerk: { title: document.title, ...message } }, "*");
}

/** Within a page around us: it hears of our height, and of a key that closes a dialog there. */
export function settle() {
  if (!framed) return;
  document.documentElement.classList.add("framed");
  addEventListener("keydown", ({ key }) => key === "Escape" && tellParent({ escape: true }));
  const tellHeight = () => tellParent({ height: Math.ceil(document.body.getBoundingClientRect().height) });
  tellHeight(); // an observer hears of nothing while the frame is out of sight
  new ResizeObserver(tellHeight).observe(document.body);
}

export function skipTo(id) {
  return (event) => {
    event.preventDefault(); // the fragment would be a step in the history
    attend(document.getElementById(id));
  };
}

/** A link that leaves the page: out of a frame only into a window of its own. */
export function outward(href, content, apart = framed) {
  return h(
    "a",
    { href, ...(apart && { target: "_blank", rel: "noopener" }) },
    content,
    apart && h("span", { class: "unseen" }, ` ${t("new_window")}`),
  );
}

/** The parts of every page; `main` is drawn anew by each step, the voice stays so that it is heard. */
export function frame(host) {
  const parts = {
    top: h("div"),
    main: h("main"),
    bottom: h("div", { class: "bottom" }),
    voice: h("p", { role: "status", class: "unseen" }),
  };
  host.replaceChildren(...Object.values(parts));
  return parts;
}

/** What is seen while something is on its way. */
export function skeleton() {
  return h("div", { class: "skeleton", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

/** The one thing that works without texts: the sentence in the page itself. */
export function giveUp(host) {
  host.querySelector(".skeleton")?.remove();
  host.querySelector(".unloaded").classList.add("now");
  host.querySelector("main").removeAttribute("aria-busy");
}
