/**
 * The inbox, looked into every few seconds.
 * @typedef {import("../../kit/wire").Schemas["InboxView"]} InboxView
 */
import { Refusal } from "../../kit/api.js";

const LOOK_EVERY = 15_000; // milliseconds between two looks into the inbox

/**
 * Looks into the inbox every few seconds while the page is seen, and tells the listeners.
 * @param {ReturnType<typeof import("./api.js").client>} api
 */
export function inboxOf(api) {
  /** @type {Set<(view: InboxView, first: boolean) => void>} */
  const listeners = new Set();
  /** @type {InboxView} */
  let view = { entries: [], count: 0, next: null };
  let known = "";
  let timer;
  let asked = 0;
  let wanted = 1; // entries that are shown at least, where so many wait

  /** @param {InboxView} fresh */
  function take(fresh) {
    if (fresh === view) return;
    const text = JSON.stringify(fresh);
    const [changed, first] = [text !== known, !known && asked === 1];
    [view, known] = [fresh, text];
    if (changed) listeners.forEach((listener) => listener(view, first));
  }

  /** The first page, and as many of the following ones as somebody has asked for. */
  async function pages() {
    let fresh = await api.again("/inbox");
    while (fresh.next && fresh.entries.length < wanted) {
      const more = await api.get(`/inbox?after=${fresh.next}`);
      fresh = { ...more, entries: [...fresh.entries, ...more.entries] };
    }
    return fresh;
  }

  async function look() {
    clearTimeout(timer);
    const number = ++asked;
    try {
      const fresh = await pages();
      if (number === asked) take(fresh);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the next look may succeed
    }
    if (number === asked) timer = setTimeout(() => document.hidden || look(), LOOK_EVERY);
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  return {
    look,
    /** What an answer says of the first page; where more is shown, that is asked for. @param {InboxView} fresh */
    take: (fresh) => (fresh.next && fresh.entries.length < wanted ? look() : take(fresh)),
    more() {
      wanted = view.entries.length + 1;
      return look();
    },
    get entries() {
      return view.entries;
    },
    get count() {
      return view.count;
    },
    /** `first`: what the page found as it opened. @param {(view: InboxView, first: boolean) => void} listener */
    subscribe: (listener) => listeners.add(listener),
  };
}
