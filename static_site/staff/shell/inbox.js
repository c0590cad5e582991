/**
 * The inbox, looked into every few seconds.
 * @typedef {import("../../kit/wire").Schemas["InboxView"]} InboxView
 */
import { Refusal } from "../../kit/api.js";
import { TOUCHED } from "./session.js";

const LOOK_EVERY = 5_000; // milliseconds between two looks into the inbox while somebody works with the page
const REST_EVERY = 60_000; // between two looks else
const AT_WORK = 600_000; // after the last key or touch

/**
 * When the next look is due: soon while somebody works with the page, and not while it is hidden.
 * @param {() => void} look
 */
function paceOf(look) {
  const opened = Date.now();
  let looked = opened;
  let timer;
  const isAtWork = () => Date.now() - Math.max(opened, Number(sessionStorage.getItem(TOUCHED))) < AT_WORK;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.hidden) return;
      if (isAtWork() || Date.now() - looked >= REST_EVERY) look();
      else again();
    }, LOOK_EVERY);
  };
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("online", look);
  return {
    wait() {
      looked = Date.now();
      again();
    },
  };
}

/**
 * The first page, and as many of the following ones as somebody has asked for.
 * @param {ReturnType<typeof import("./api.js").client>} api @param {number} wanted
 * @returns {Promise<InboxView>}
 */
async function pagesOf(api, wanted) {
  let fresh = await api.again("/inbox");
  while (fresh.next && fresh.entries.length < wanted) {
    const more = await api.get(`/inbox?after=${fresh.next}`);
    fresh = { ...more, entries: [...fresh.entries, ...more.entries] };
  }
  return fresh;
}

/**
 * Looks into the inbox every few seconds while the page is seen, and tells the listeners.
 * @param {ReturnType<typeof import("./api.js").client>} api
 */
export function inboxOf(api) {
  /** @type {Set<(view: InboxView) => void>} */
  const listeners = new Set();
  /** @type {Set<(view: InboxView | null) => void>} */
  const watchers = new Set();
  /** @type {InboxView} */
  let view = { entries: [], count: 0, next: null, latest: "" };
  let known = "";
  let asked = 0;
  let wanted = 1; // entries that are shown at least, where so many wait

  /** @param {InboxView} fresh */
  function take(fresh) {
    if (fresh === view) return;
    const text = JSON.stringify({ ...fresh, latest: "" }); // what else has changed in the branch changes nothing here
    const changed = text !== known;
    [view, known] = [fresh, text];
    if (changed) listeners.forEach((listener) => listener(view));
  }

  async function look() {
    const number = ++asked;
    let fresh = null;
    try {
      fresh = await pagesOf(api, wanted);
      if (number === asked) take(fresh);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the next look may succeed
    }
    if (number !== asked) return;
    watchers.forEach((watcher) => watcher(fresh));
    pace.wait();
  }

  const pace = paceOf(look);
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
    /** After each change of what waits. @param {(view: InboxView) => void} listener */
    subscribe: (listener) => listeners.add(listener),
    /** After each look; null where it failed. @param {(view: InboxView | null) => void} watcher */
    watch: (watcher) => watchers.add(watcher),
  };
}
