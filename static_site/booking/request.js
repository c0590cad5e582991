/** The request: what is sent, and what comes of it. */
import { whisper } from "../kit/dom.js";
import { attend, tellParent } from "../kit/frame.js";
import { dateOf } from "../kit/moments.js";
import { language, t } from "../kit/texts.js";
import { byTime } from "../times/times.js";
import { mendable } from "./fields.js";
import { FIELDS } from "./values.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {import("../kit/api.js").Refusal} Refusal
 * @typedef {import("./page.js").BookingPage} BookingPage
 */

/** Why a chosen time is not to be had, by the API's code. */
const LOST = {
  slot_taken: "lost_heading",
  too_soon: "gone_heading",
  too_far: "gone_heading",
  outside_availability: "gone_heading",
  not_found: "gone_heading",
};

/** @param {BookingPage} page */
function detailsOf({ resource, template, pick, values, access, form }) {
  /** @type {Partial<Schemas["AppointmentRequest"]>} */
  const filled = { resource, start: pick.start, language, notice_version: access.notice_version };
  if (template) filled.template = template;
  for (const name of Object.keys(FIELDS)) {
    const value = values[name].trim();
    const asked = name === "message" ? access.message_field : values.for_other || !name.startsWith("visitor_");
    if (value && asked) filled[name] = value;
  }
  for (const name of ["in_writing", "remind"]) if (values[name]) filled[name] = true;
  return { ...filled, ...form.questions.given() };
}

/** @param {BookingPage} page */
export async function send(page) {
  if (page.sending) return;
  const website = page.values.website || undefined;
  page.sending = true;
  page.fault = null;
  page.form.show(page);
  whisper(t("sending"));
  try {
    finish(page, await page.gate.post("appointments", detailsOf(page), { website }, { confirm_first: true }));
  } catch (refusal) {
    page.sending = false;
    await refused(page, refusal);
  }
  page.sending = false;
}

/** @param {BookingPage} page  @param {Schemas["Created"]} made */
function finish(page, made) {
  const { email, for_other: other, ...said } = page.values;
  const name = (of) => `${said[`${of}first_name`]} ${said[`${of}last_name`]}`.trim();
  page.result = { ...made, email: email.trim(), name: name(other ? "visitor_" : "") };
  page.unsure = null;
  page.pick = null;
  page.forgetWeek();
  page.go("done", true);
  tellParent({ booked: made.confirm_until ? "unconfirmed" : made.status });
}

/**
 * The practice may ask otherwise by now: then the form asks what it asks.
 * @param {BookingPage} page
 * @param {Refusal} refusal
 */
async function renewQuestions(page, { codes }) {
  const { names } = page.form.questions;
  if (!Object.keys(codes).some((name) => /^(answers|consents)\b/.test(name) && !(name in names))) return;
  page.access = await page.gate.open().catch(() => page.access);
  page.form.show(page);
}

/** @param {BookingPage} page  @param {Refusal} refusal */
export async function refused(page, refusal) {
  await renewQuestions(page, refusal);
  const errors = refusal.passing ? {} : mendable(refusal, { ...FIELDS, ...page.form.questions.names });
  if (Object.keys(errors).length > 0) return mend(page, errors);
  if (!refusal.passing && (LOST[refusal.code] || refusal.codes.start)) return lose(page, refusal);
  return interrupted(page, refusal);
}

/**
 * No answer, or one that may be another next time: everything stays, the button repeats.
 * @param {BookingPage} page
 * @param {Refusal} refusal
 */
function interrupted(page, refusal) {
  if (refusal.passing && refusal.status !== 429) page.unsure = page.pick.start;
  page.fault = refusal;
  if (page.step !== "form") page.go("form");
  page.form.show(page);
  attend(page.form.find("#fault"));
}

/** @param {BookingPage} page  @param {BookingPage["errors"]} errors */
function mend(page, errors) {
  page.errors = errors;
  if (page.step !== "form") return;
  page.form.show(page);
  page.form.complain();
}

/** @param {BookingPage} page  @param {Refusal} refusal */
function lose(page, { code, alternatives }) {
  const { start } = page.pick;
  const heading = LOST[code] ?? "gone_heading";
  page.lost = { start, heading, alternatives: byTime(alternatives), unsure: page.unsure === start };
  page.pick = null;
  if (!page.times.has(dateOf(start))) page.times.from = dateOf(start);
  page.forgetWeek();
  page.go("week", true);
}
