/**
 * What every page of the staff's shares: the session, the texts, the API, the header with the inbox, and the lock.
 *
 *   const staff = await start("planner");
 *   const view = await staff.api.get("/planner?from=2026-11-23&days=7");
 *
 * @typedef {Awaited<ReturnType<typeof start>>} Staff who is signed in, and their branch
 */
import { header, navigation } from "./header.js";
import { Refusal } from "../../kit/api.js";
import { learnCatalogue } from "../../kit/catalogue.js";
import { paint } from "../../kit/colour.js";
import { h } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { hasText, t } from "../../kit/texts.js";
import { nothing } from "../../kit/values.js";
import { client, me as caller, held } from "./api.js";
import { inboxOf } from "./inbox.js";
import { speak } from "./language.js";
import { lockAfter } from "./lock.js";
import { moments } from "./moments.js";
import { BRANCH, PRODUCT } from "./names.js";
import * as session from "./session.js";

const LOCK_MINUTES = 10;

/**
 * Starts a page: whoever is not signed in is taken to the sign-in page and comes back.
 * @param {string} name of the page, as in PAGES
 * @param {{texts?: string}} more `texts` names further texts: texts/<texts>.<language>.json
 */
export async function start(name, { texts: more = "" } = {}) {
  document.querySelector(".unloaded").toggleAttribute("hidden", true); // from here on this page says itself what is missing
  if (!session.signedIn()) await session.leaveToSignIn();
  cover();
  const [me] = await Promise.all([caller(), speak(more), learnCatalogue()]).catch((error) => unloaded(error));
  document.querySelector(".skip").textContent = t("skip");
  document.title = `${t(`page_${name}`)} – ${PRODUCT}`;
  const branch = me.branches.find((id) => id === sessionStorage.getItem(BRANCH)) ?? me.branches[0];
  if (!branch) return nothingToDo();
  const api = client(branch);
  let kept = api.get("/settings");
  const settings = await kept.catch((error) => {
    document.getElementById("shell").replaceChildren(navigation(name, me.groups.includes("admin"))); // other pages may have what they need
    return unloaded(error);
  });
  paint(settings.branch.accent_colour);
  const staff = {
    api,
    me,
    branch,
    admin: me.groups.includes("admin"),
    /** GET /settings, asked for once; `settings(true)` asks anew. */
    settings: (anew = false) => (anew ? (kept = api.get("/settings")) : kept),
    accessToken: () => held(session.accessToken()),
    inbox: inboxOf(api),
    lock: () => lock(),
    ...moments(settings.branch.zone),
  };
  const branches = await named(me.branches, branch, settings.branch.name);
  document.getElementById("shell").replaceChildren(...header(name, staff, branches));
  const lock = lockAfter(settings.branch.lock_minutes || LOCK_MINUTES);
  staff.inbox.look();
  return staff;
}

/** The parts that every page has, also where its HTML does not name them. */
function cover() {
  const main = document.getElementById("main") ?? document.querySelector("main");
  main.id = "main";
  main.tabIndex = -1;
  document.body.prepend(h("a", { class: "skip", href: "#main" }));
  document.body.append(h("p", { id: "voice", class: "voice", role: "status" }));
}

/**
 * @param {string[]} ids @param {string} current @param {string} name of the current one
 * @returns {Promise<[string, string][]>} ids and names of the branches
 */
async function named(ids, current, name) {
  const settingsOf = (/** @type {string} */ id) => client(id).get("/settings").catch(nothing);
  const nameOf = async (/** @type {string} */ id) => (id === current ? name : (await settingsOf(id))?.branch.name);
  return Promise.all(ids.map(async (id) => /** @type {[string, string]} */ ([id, (await nameOf(id)) || id])));
}

/** Without texts or settings there is no page: says so, and stops. @returns {Promise<never>} */
function unloaded(error) {
  if (!(error instanceof Refusal)) throw error;
  const text = hasText("code_other") ? errorText(error) : (document.querySelector(".unloaded")?.textContent ?? "");
  const again = h("button", { type: "button", class: "main", onclick: () => location.reload() }, t("again"));
  document
    .getElementById("main")
    .replaceChildren(h("h1", {}, PRODUCT), h("p", {}, text), hasText("again") ? h("p", {}, again) : "");
  document.getElementById("main").removeAttribute("aria-busy");
  return new Promise(() => {});
}

/** @returns {Promise<never>} */
function nothingToDo() {
  const out = () => session.signOut().then(() => session.leaveToSignIn({ back: false }));
  document.getElementById("main").removeAttribute("aria-busy");
  document
    .getElementById("main")
    .replaceChildren(
      h("h1", {}, PRODUCT),
      h("p", {}, t("no_branch")),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: out }, t("sign_out"))),
    );
  return new Promise(() => {});
}
