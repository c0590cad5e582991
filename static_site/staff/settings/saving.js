/** Saving the draft of the settings: only the parts that differ, with the version that was read. */
import { announce, hush } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { inFull, lackingIn } from "./draft.js";
import { sure } from "./items.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} page @param {{accept_other_times?: true}} [more] what an answer to a question adds */
export async function save(page, more = {}) {
  if (page.busy) return;
  const changed = page.changed();
  const lacking = lackingIn(page.draft, changed);
  if (Object.keys(lacking).length > 0) return page.complain(lacking);
  const parts = Object.fromEntries(changed.map((part) => [part, page.draft[part]]));
  page.busy = true;
  page.mark();
  try {
    saved(page, await page.staff.api.put("/settings", { version: page.view.version, ...parts, ...more }));
  } catch (error) {
    await refused(page, error);
  } finally {
    page.busy = false;
    page.mark();
  }
}

/** @param {Editor} page @param {import("./draft.js").Schemas["SavedView"]} answer */
function saved(page, { settings, outside }) {
  hush(); // as that something is not saved yet
  page.errors = {};
  page.outside = outside.length > 0 ? outside : null;
  page.trouble = h("div", { class: "notice done", tabindex: "-1", id: "saved" }, h("p", {}, t("saved")));
  page.adopt(settings);
  page.render();
  page.trouble.focus({ preventScroll: true });
  scrollTo(0, 0);
  page.trouble = null; // seen once
}

/** @param {Editor} page */
async function refused(page, error) {
  if (error.code === "changed_meanwhile") return meet(page);
  if (error.code === "read_otherwise") return askForTimes(page, error.body.count);
  const named = Object.entries(error.codes ?? {});
  if (named.length === 0) return page.fail(errorText(error));
  return page.complain(Object.fromEntries(named.map(([path, flaw]) => [inFull(path), flaw])));
}

/**
 * A new time zone: the appointments ahead would be shown, and reminded of, at another time than was told.
 * @param {Editor} page @param {number} count
 */
async function askForTimes(page, count) {
  page.busy = false;
  if (await sure(t("other_times_heading"), t("other_times_text", { count }), t("other_times_save")))
    await save(page, { accept_other_times: true });
}

/** Somebody else has saved: what both have changed is told, what only one has changed is put together. @param {Editor} page */
async function meet(page) {
  let theirs;
  try {
    theirs = await page.staff.api.get("/settings");
  } catch (error) {
    return page.fail(errorText(error));
  }
  const mine = page.changed();
  const both = page.metIn(theirs);
  if (both.length === 0) {
    page.adopt(theirs, mine);
    return page.fail(t("met_apart"));
  }
  const take = (keep, text) => () => {
    page.errors = {};
    page.adopt(theirs, keep);
    page.render();
    announce(t(text));
    page.attend();
  };
  const only = mine.filter((part) => !both.includes(part));
  return page.fail(
    t("met", { parts: both.map((part) => t(`part_${part}`)).join(", ") }),
    h(
      "p",
      { class: "actions" },
      button(t("take_theirs"), take(only, "taken_theirs"), { class: "quiet", id: "take-theirs" }),
      button(t("keep_mine"), take(mine, "kept_mine"), { id: "keep-mine" }),
    ),
  );
}
