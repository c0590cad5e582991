/** Against a flood: a wave of requests is declined in one go, and requests are stopped or let in again. */
import { announce, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { nothing } from "../../kit/values.js";
import { select } from "./pieces.js";
import { momentOf } from "./spans.js";

/** @import { Staff } from "./types" */

const HOUR = 3_600_000;

/** Asks which requests, shows how many there are, and declines them. @param {Staff} staff @returns {Promise<boolean>} whether any was declined */
export async function declineWave(staff) {
  const found = await staff.api.get("/accesses").catch(nothing);
  const links = (found?.accesses ?? []).filter(({ kind }) => kind === "alias");
  const options = [["", t("wave_any")], ...links.map(({ id, label }) => [id, label || id])];
  const alias = select("alias", options, "", t("wave_link"));
  const moment = (name, at) =>
    field({ name, label: t(`wave_${name}`), type: "datetime-local", value: staff.wall(at), required: true });
  const [from, until] = [moment("from", Date.now() - HOUR), moment("until", Date.now() + 60_000)];
  const tell = field({ name: "tell", label: t("wave_tell"), type: "checkbox" });
  const momentIn = ({ value }) => (value ? momentOf(staff, value) : "");
  const wave = () => ({ alias: alias.value || null, from: momentIn(from), until: momentIn(until), tell: tell.value });
  const look = async () => ({ wave: wave(), ...(await staff.api.post("/requests/decline", { ...wave(), dry: true })) });
  const asked = await dialog({
    title: t("wave"),
    body: [h("p", {}, t("wave_text")), alias, from, until, tell],
    fields: [alias, from, until],
    actions: [{ label: t("wave_count"), kind: "main", run: look }],
  });
  if (!asked) return false;
  if (asked.count) return settle(staff, asked);
  await dialog({ title: t("wave"), body: t("wave_none") });
  return false;
}

/**
 * As often as it takes: one call ends before the server's time does, and says how many are left.
 * @param {Staff} staff @param {{wave: import("./types").Schemas["WaveRequest"], count: number}} found
 */
async function settle(staff, { wave, count }) {
  const run = async (dialog) => {
    for (let before = Infinity, left = count; left && left < before;) {
      before = left;
      ({ left } = await staff.api.post("/requests/decline", wave));
      dialog.querySelector(".lead").textContent = t("wave_left", { count: left });
    }
  };
  const declined = await dialog({
    title: t("wave_sure", { count }),
    body: h("p", { class: "lead", role: "status" }, t(wave.tell ? "wave_told" : "wave_untold")),
    actions: [{ label: t("wave_decline", { count }), kind: "danger", run }],
  });
  if (declined) announce(t("wave_done"));
  return true; // given up on the way, some were declined all the same
}

/** @param {Staff} staff @param {boolean} online @returns {Promise<boolean>} whether it was done */
export async function switchOnline(staff, online) {
  const which = online ? "start" : "stop";
  const actions = [{ label: t(`online_${which}`), kind: "main", run: () => staff.api.post("/online", { online }) }];
  const done = await dialog({ title: t(`online_${which}`), body: t(`online_${which}_text`), actions });
  if (done) announce(t(online ? "online_started" : "online_stopped"));
  return Boolean(done);
}
