/**
 * Puts the booking page into a practice's homepage and makes it as tall as what it holds. Two lines, where it shall appear:
 *
 *   <div data-terminwerk="https://termine.example.org/?a=ALIAS&r=RESOURCE"></div>
 *   <script src="https://termine.example.org/embed.js" defer></script>
 *
 * The address is the resource's link; a relative one ("/?a=ALIAS&r=RESOURCE") is read from where this file lies. What stands
 * inside the div, such as a plain link to the same address, is shown until the page is there and to visitors without scripts.
 * Several such divs may be on one page; the script is needed once.
 * The homepage's own policy (CSP), if it has one, needs this origin in script-src and frame-src.
 */
(() => {
  const TALLEST = 20000; // pixels; more is a mistake, not a page
  const { src: base } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const frames = new Map();

  function embed(place) {
    const address = new URL(place.dataset.terminwerk, base);
    if (!/^https?:$/.test(address.protocol)) return;
    const frame = document.createElement("iframe");
    frame.src = address.href;
    frame.title = place.textContent.trim() || address.hostname; // the page sends its own title as soon as it has one
    frame.setAttribute("scrolling", "no"); // it is as tall as its content; nothing else turns scrollbars off for certain
    frame.style.cssText = "display:block;width:100%;height:48rem;border:0;color-scheme:light"; // as the page in it, or it is opaque
    if (matchMedia("(prefers-color-scheme: dark)").matches) showOnceLight(frame);
    frames.set(frame, address.origin);
    place.replaceChildren(frame);
  }

  /** Within a homepage the page is light for everybody (kit/tokens.css), which its script says: until then it would be dark. */
  function showOnceLight(frame) {
    frame.style.visibility = "hidden";
    frame.addEventListener("load", () => (frame.style.visibility = ""), { once: true });
  }

  /** Believes the pages that were put here, and each of them only from its own origin. */
  function hear(event) {
    for (const [frame, origin] of frames) {
      if (event.source === frame.contentWindow && event.origin === origin) heed(frame, event.data?.terminwerk);
    }
  }

  function heed(frame, message) {
    const { height, title, top } = message ?? {};
    if (height > 0 && height <= TALLEST) frame.style.height = `${height}px`;
    if (typeof title === "string" && title) frame.title = title;
    if (Number.isFinite(top)) show(frame, top);
  }

  /** Scrolls to a place within the frame, if it is out of sight: the frame cannot do it. */
  function show(frame, top) {
    const place = frame.getBoundingClientRect().top + top;
    if (place < 0 || place > innerHeight * 0.7) scrollBy(0, place - 16);
  }

  addEventListener("message", hear);
  document.querySelectorAll("[data-terminwerk]").forEach(embed);
})();
