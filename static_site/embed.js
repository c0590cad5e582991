/**
 * Puts the booking page into a practice's homepage and makes it as tall as what it holds. Two lines, where it shall appear:
 *
 *   <div data-terminwerk="https://termine.example.org/?a=ALIAS&r=RESOURCE"><a href="(the same)">Termin buchen</a></div>
 *   <script src="https://termine.example.org/embed.js" defer></script>
 *
 * What stands inside the div stays until the page within the frame has spoken. A link with `data-terminwerk-dialog` opens its
 * page in a dialog. All else that a homepage's developer needs is in docs/embedding.md.
 */
(() => {
  const TALLEST = 20000; // pixels; more is a mistake, not a page
  const PATIENCE = 10000; // milliseconds in which a frame speaks, or the room for it is given back
  const GAP = 16; // pixels above what is scrolled to
  const CLOSE = {
    de: "Schließen",
    en: "Close",
    tr: "Kapat",
    uk: "Закрити",
    pl: "Zamknij",
    fr: "Fermer",
    ar: "إغلاق",
  };

  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  // A module has no current script: where it came from stands in the stack of an error alone.
  const own = new URL(script?.src || /https?:\/\/\S+?\/embed\.js/.exec(new Error().stack)?.[0] || "", location.href);
  const once = `terminwerk ${own.origin}`;
  if (window[once]) return; // the lines are on this page more than once
  window[once] = true;

  /**
   * @typedef {{host: HTMLElement, holder: HTMLElement, frame: HTMLIFrameElement, mark: HTMLElement, spoken: boolean,
   *   dialog?: HTMLDialogElement}} Shown  `host` hears the events
   */

  /** @type {Map<HTMLIFrameElement, Shown>} */
  const frames = new Map();
  const known = new WeakSet();
  /** @type {WeakMap<Element, HTMLDialogElement>} */
  const dialogs = new WeakMap();

  function made(tag, style) {
    const element = document.createElement(tag);
    element.style.cssText = style;
    return element;
  }

  /** Only from where this file came: what others may write on a homepage shall show nobody else's page. */
  function ours(address) {
    try {
      const url = new URL(address, own);
      if (url.origin === own.origin && /^https?:$/.test(url.protocol)) return url;
    } catch {
      // said below
    }
    console.warn(`terminwerk: "${address}" is no page of ${own.origin}`);
    return null;
  }

  function embed(place) {
    if (known.has(place)) return;
    known.add(place);
    const address = ours(place.dataset.terminwerk);
    if (address) put(place, address, place);
  }

  /**
   * @param {HTMLElement} place  what it holds stays until the frame has spoken
   * @param {URL} address
   * @param {HTMLElement} host
   * @param {HTMLDialogElement} [dialog]  where the frame is as tall as this, and scrolls
   */
  function put(place, address, host, dialog) {
    const height = dialog ? "100%" : "48rem";
    const holder = made("div", `position:relative;height:${dialog ? height : "auto"}`);
    // The scheme is the page's, else the frame is opaque. Until it speaks there may be nothing, or a browser's page of an error.
    const frame = made("iframe", `display:block;width:100%;height:${height};border:0;color-scheme:light;visibility:hidden`);
    frame.title = place.textContent.trim() || address.hostname; // the page sends its own title as soon as it has one
    if (!dialog) {
      frame.name = "terminwerk"; // tells the page that it need not scroll itself
      frame.setAttribute("scrolling", "no"); // nothing else turns scrollbars off for certain
    }
    frame.src = address.href;
    const mark = made("div", "position:absolute;left:0;width:100%;height:0");
    const shown = { host, holder, frame, mark, spoken: false, dialog };
    frames.set(frame, shown);
    holder.append(frame, mark);
    place.append(holder);
    setTimeout(() => shown.spoken || withdraw(place, holder, address), PATIENCE);
  }

  /** Leaves what stood there before, at least a link. The frame may still speak. */
  function withdraw(place, holder, address) {
    holder.style.cssText = "height:0;overflow:hidden";
    if (place.textContent.trim()) return;
    const link = made("a", "");
    link.href = address.href;
    link.textContent = address.hostname;
    place.prepend(link);
  }

  /** The page is there. @param {Shown} shown */
  function welcome(shown) {
    const { host, holder, frame, dialog } = shown;
    shown.spoken = true;
    holder.style.cssText = `position:relative;height:${dialog ? "100%" : "auto"}`;
    frame.style.visibility = "";
    [...holder.parentNode.childNodes].forEach((node) => node !== holder && node.remove());
    fire(host, "ready");
  }

  function fire(host, name, detail = {}) {
    host.dispatchEvent(new CustomEvent(`terminwerk:${name}`, { bubbles: true, detail }));
  }

  /** Believes the pages that were put here, and those only from where they were put. */
  function hear({ source, origin, data }) {
    if (!source || origin !== own.origin || !data?.terminwerk) return;
    for (const shown of frames.values()) if (shown.frame.contentWindow === source) heed(shown, data.terminwerk);
  }

  /** @param {Shown} shown */
  function heed(shown, { height, title, top, booked, escape }) {
    const { frame, dialog, host } = shown;
    if (!shown.spoken) welcome(shown);
    if (typeof title === "string" && title) frame.title = title;
    if (typeof booked === "string" && /^[a-z]{1,20}$/.test(booked)) fire(host, "booked", { status: booked });
    if (dialog) return escape && dialog.close();
    if (height > 0 && height <= TALLEST) frame.style.height = `${height}px`;
    if (Number.isFinite(top)) show(shown, top);
  }

  /** Scrolls to a place within the frame, if it is out of sight: the frame cannot do it. @param {Shown} shown */
  function show({ frame, mark }, top) {
    mark.style.top = `${top}px`;
    mark.style.scrollMarginTop = `${GAP}px`;
    const { y, over } = sight(mark);
    if (over === frame && y <= innerHeight * 0.7) return;
    mark.scrollIntoView({ behavior: "instant" });
    const now = sight(mark);
    const lid = now.over !== frame && fixed(now.over)?.getBoundingClientRect();
    if (!lid || lid.bottom > innerHeight / 2) return;
    mark.style.scrollMarginTop = `${lid.bottom - now.y + 2 * GAP}px`;
    mark.scrollIntoView({ behavior: "instant" });
  }

  /** Where a mark is in the window, and what is seen there: nothing, or something else, where it is out of sight. */
  function sight(mark) {
    const { left, width, top: y } = mark.getBoundingClientRect();
    return { y, over: document.elementFromPoint(left + width / 2, y + 1) };
  }

  /** What stays where it is when the homepage scrolls, such as its header. @param {Element | null} element */
  function fixed(element) {
    if (!element || /fixed|sticky/.test(getComputedStyle(element).position)) return element;
    return fixed(element.parentElement);
  }

  /** A link opens its page in a dialog, unless it is wanted in a window of its own. @param {MouseEvent} event */
  function follow(event) {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
    const link = target instanceof Element && target.closest("a[data-terminwerk-dialog]");
    if (!link || defaultPrevented || button || ctrlKey || metaKey || shiftKey || altKey) return;
    const address = "HTMLDialogElement" in window && ours(/** @type {HTMLAnchorElement} */ (link).href);
    if (!address) return;
    event.preventDefault();
    if (!dialogs.has(link)) dialogs.set(link, dialogOf(/** @type {HTMLAnchorElement} */ (link), address));
    document.documentElement.style.overflow = "hidden"; // what lies behind stays where it is
    dialogs.get(link).showModal();
  }

  /** It is made once, so that what was typed is still there when it is opened again. */
  function dialogOf(link, address) {
    const dialog = made(
      "dialog",
      "width:min(66rem,100%);height:min(60rem,100%);max-width:none;max-height:none;margin:auto;padding:0;border:0;overflow:hidden;" +
        "background:#fffdf9;color:#2a2622;color-scheme:light;box-shadow:0 0 0 100vmax rgb(0 0 0/45%)",
    );
    const name = link.textContent.trim() || address.hostname;
    dialog.setAttribute("aria-label", name);
    const close = made(
      "button",
      "min-height:3rem;padding:0 1rem;font:inherit;color:inherit;background:none;border:0;cursor:pointer;text-decoration:underline",
    );
    const language = address.searchParams.get("l") || link.closest("[lang]")?.getAttribute("lang") || "";
    close.type = "button";
    close.textContent = link.dataset.terminwerkDialog || CLOSE[language.slice(0, 2)] || CLOSE.de;
    close.addEventListener("click", () => dialog.close());
    const bar = made("div", "display:flex;justify-content:flex-end");
    const place = made("div", "flex:1;min-height:0");
    const plain = made("a", "display:block;padding:1rem;color:inherit");
    plain.href = address.href;
    plain.textContent = name;
    bar.append(close);
    place.append(plain);
    const column = made("div", "display:flex;flex-direction:column;height:100%");
    column.append(bar, place);
    dialog.append(column);
    const { overflow } = document.documentElement.style;
    dialog.addEventListener("close", () => {
      document.documentElement.style.overflow = overflow;
      link.focus();
    });
    document.body.append(dialog);
    put(place, address, link, dialog);
    return dialog;
  }

  const look = () => document.querySelectorAll("[data-terminwerk]").forEach(embed);
  addEventListener("message", hear);
  addEventListener("click", follow);
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: ["data-terminwerk"] });
  look();
})();
