/** Small pieces of a page. */
import { h } from "./dom.js";

export const button = (text, onclick, more = {}) => h("button", { type: "button", class: "plain", onclick, ...more }, text);

/** A tinted note with a line; `fault` for what went wrong, which is also said at once. */
export function notice(heading, ...content) {
  return h("div", { class: "notice", tabindex: "-1" }, heading && h("h2", {}, heading), ...content);
}

export function fault(text, ...content) {
  return h("div", { class: "notice fault", role: "alert", tabindex: "-1" }, h("p", {}, text), ...content);
}

/** Facts as pairs; what is empty is left out. */
export function facts(pairs) {
  const pair = ([name, ...value]) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
  return h(
    "dl",
    { class: "facts" },
    pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(pair),
  );
}

/** A table that scrolls by itself where it is too wide, and by the keyboard too. */
export function table(caption, heads, rows, { unseen = false, ...more } = {}) {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      more,
      h("caption", { class: unseen ? "unseen" : null }, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}

/** Says to screen readers what others see happen, without a sign on the page. */
export function whisper(text) {
  let voice = document.getElementById("whisper");
  if (!voice) {
    voice = h("p", { id: "whisper", role: "status", class: "unseen" });
    document.body.append(voice);
  }
  voice.textContent = text;
}

/** Gives a file to keep. The name holds nothing personal: it stays behind in the list of downloads. */
export function download(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Lets `act` run once the typing pauses. */
export function afterPause(act, milliseconds = 250) {
  let timer;
  const soon = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), milliseconds);
  };
  return Object.assign(soon, { cancel: () => clearTimeout(timer) });
}

export const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);
