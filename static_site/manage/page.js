/**
 * The customer's own page of an appointment, reached from a message: /manage.html#<token>&a=<alias>.
 *
 * Both are in the fragment, which browsers send to nobody; from here the token goes into a header to our own API, nowhere else.
 * The alias, which old links lack, tells how to reach the practice where the token opens nothing.
 * Opening the page only shows; what changes something is asked once more and then posted. `?stop` leads to the reminders,
 * `?disown` to the question whether somebody else asked.
 */
import { Refusal, ask } from "../kit/api.js";
import { paint } from "../kit/colour.js";
import { h, redraw, setBusy, whisper } from "../kit/dom.js";
import { bring, broken, safely } from "../kit/fault.js";
import { arrive, attend, frame, giveUp } from "../kit/frame.js";
import { footer, header, knowContact, speak } from "../kit/practice.js";
import { LANGUAGES, pickLanguage, t, volumes, wishes } from "../kit/texts.js";
import { isLost, lostTime } from "./lost.js";
import { content } from "./steps.js";

/**
 * @typedef {import("../kit/wire").Schemas} Schemas
 * @typedef {"confirm" | "disown" | "disown/undo" | "reminders/stop" | "health/forget" | "cancel" | "erase" | "move"} Act
 */

/** A token has one form (`chalicelib/domain/tokens.py`): what a mail program, or a hand, has put behind it is none of it. */
const TOKEN = /^[0-9a-f]{32}\.(?:[0-9a-f]{20}\.)?[0-9a-f]{43}/;
const ALIAS = /&a=([\w-]+)/;
const GOING_ON = ["proposed", "confirmed"];

volumes.push("*/manage");
volumes.push("*/calendar");

/**
 * Steps: the appointment (`details`), and what may be done with it: `cancel`, `move` and `moving` (to the picked time), `erase`,
 * `disown`.
 * They are entries of the browser's history, which hold the step's name only.
 */
export class AppointmentPage extends HTMLElement {
  step = "details";
  /** @type {Schemas["AppointmentView"] | null} */
  appointment = null;
  /** Why there is no appointment. @type {Refusal | null} */
  refusal = null;
  /** Whose link it is, where it opens nothing. @type {import("../kit/practice.js").Practice | null} */
  practice = null;
  /** To the free times, where the link opens nothing. @type {string | null} */
  bookingUrl = null;
  /** The new time. @type {import("./lost.js").Pick | null} */
  pick = null;
  /** @type {import("./lost.js").Lost | null} */
  lost = null;
  /** What went wrong with an act. @type {{path: Act, refusal: Refusal} | null} */
  fault = null;
  /** The key of a text: what has come of an act. @type {string | null} */
  said = null;
  /** Whether an act is on its way. */
  busy = false;
  /** @type {HTMLElementTagNameMap["terminwerk-moving"] | null} */
  moving = null;

  connectedCallback() {
    const query = new URLSearchParams(location.search);
    this.wished = wishes(query.get("l"));
    this.toReminders = query.has("stop");
    this.toDisown = query.has("disown");
    addEventListener("hashchange", () => this.load()); // another link opened in the same window
    addEventListener("popstate", (event) => this.enter(event.state?.step ?? "details"));
    this.start().catch((error) => broken(this, error));
  }

  async start() {
    const answer = this.look();
    answer.catch(() => {}); // looked at below, after the texts
    try {
      await speak(pickLanguage(this.wished));
    } catch {
      return giveUp(this);
    }
    this.parts = frame(this);
    this.draw();
    await this.load(answer);
    const stop = this.toReminders && this.parts.main.querySelector("#reminders");
    if (stop) attend(stop);
  }

  /** What the link carries, or a Refusal where it carries nothing. */
  async headers() {
    const [token] = TOKEN.exec(location.hash.slice(1)) ?? [];
    if (!token) throw new Refusal(401, { code: "unauthorized" });
    return { "Appointment-Token": token };
  }

  async look() {
    return ask("GET", "/appointment", { headers: await this.headers() });
  }

  async load(answer = this.look()) {
    this.appointment = this.refusal = this.practice = this.bookingUrl = this.fault = this.said = this.lost = null;
    this.step = "details";
    try {
      this.appointment = await answer;
      if (this.toDisown && !this.appointment.disowned) this.step = "disown";
      paint(this.appointment.branch.accent_colour);
      // The message came in this language; a language asked for in the link comes first.
      await speak(pickLanguage([this.wished[0], this.appointment.language, ...this.wished]));
    } catch (refusal) {
      this.refusal = refusal;
      await this.meet(refusal);
    }
    this.draw();
  }

  /** Which practice it is, where the link opens nothing: by the refusal, or by the alias that the link carries. */
  async meet({ status, body }) {
    const [, alias] = ALIAS.exec(location.hash) ?? [];
    this.practice = body.contact ?? null;
    if (!alias || status === 0) return;
    try {
      this.practice = (await ask("GET", `/access/${alias}`)).branch;
      this.bookingUrl = `./?a=${alias}`;
      paint(this.practice.accent_colour);
    } catch (refused) {
      this.practice ??= refused.body.contact ?? null;
    }
  }

  // --- steps

  go(step) {
    history.pushState({ step }, "");
    this.enter(step);
  }

  /** A step that is not possible (any more) is the appointment itself. */
  enter(step) {
    if (!this.appointment || this.busy) return;
    const { may } = this.appointment;
    const possible = {
      cancel: may.includes("cancel"),
      erase: may.includes("erase"),
      move: may.includes("move"),
      moving: may.includes("move") && this.pick,
      disown: this.toDisown && !this.appointment.disowned,
    };
    this.fault = null;
    if (step !== "details") this.said = null;
    if (step === "move" && this.step !== "moving") this.moving = null;
    this.step = possible[step] ? step : "details";
    this.draw();
    whisper("");
    arrive(this.parts.main.querySelector("h1"), document.title);
  }

  /** Back to the appointment, with what has come of it. */
  settle(said) {
    history.replaceState({ step: "details" }, "");
    this.pick = this.lost = this.moving = null;
    this.toDisown = false; // answered
    this.said = said;
    this.enter("details");
    whisper(t(said));
  }

  draw() {
    const branch = this.appointment?.branch ?? this.practice;
    knowContact(branch);
    redraw(
      this.parts.top,
      header(branch, this.appointment?.languages ?? LANGUAGES, (tag) => this.switchTo(tag)),
    );
    setBusy(this.parts.main, !this.appointment && !this.refusal);
    this.parts.main.className = this.step === "move" ? "step-move" : "step-manage";
    safely(this, () => redraw(this.parts.main, content(this)));
    redraw(this.parts.bottom, footer(branch));
    const heading = this.parts.main.querySelector("h1").textContent;
    document.title = branch ? t("title", { step: heading, practice: branch.name }) : heading;
  }

  async switchTo(tag) {
    await speak(tag).catch(() => {}); // stays in the language it speaks
    this.draw();
  }

  async again() {
    await this.load();
    arrive(this.parts.main.querySelector("h1"), document.title);
  }

  /** Who was led to a question by a link has no step before it. */
  leave() {
    if (!this.toDisown) return history.back();
    this.toDisown = false;
    return this.enter("details");
  }

  running() {
    return GOING_ON.includes(this.appointment.status);
  }

  // --- another time

  newMoving() {
    const { appointment } = this;
    const ask = (from, days) => this.offered(from, days);
    const moving = h("terminwerk-moving", { onpick: ({ detail }) => this.choose(detail) });
    const load = () => import("./moving.js").then(() => void moving.show({ appointment, ask }));
    bring(moving, "loading_times", load, () => location.reload());
    return moving;
  }

  /** @param {string | undefined} from */
  async offered(from, days) {
    const query = new URLSearchParams({ days: String(days), ...(from && { from }) });
    return ask("GET", `/appointment/slots?${query}`, { headers: await this.headers() });
  }

  /** @param {import("./lost.js").Pick} slot */
  choose(slot) {
    this.pick = slot;
    this.lost = null;
    this.go("moving");
  }

  // --- what changes something

  /**
   * @param {Act} path
   * @param {object} body
   * @param {string | (() => string)} said the text of what has come of it
   */
  async act(path, body, said) {
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    this.draw();
    whisper(t("manage_doing"));
    let answer = null;
    let refusal = null;
    try {
      answer = await ask("POST", `/appointment/${path}`, { body, headers: await this.headers() });
    } catch (reason) {
      refusal = reason;
    }
    this.busy = false;
    if (refusal) return this.refused(path, refusal);
    if (!answer) return this.load(); // the link was blocked meanwhile
    this.appointment = answer;
    return this.settle(typeof said === "function" ? said() : said);
  }

  /** @param {Act} path  @param {Refusal} refusal */
  refused(path, refusal) {
    if (refusal.passing) return this.interrupted(path, refusal);
    if (["move", "confirm"].includes(path) && isLost(refusal)) return this.lose(refusal);
    if ([403, 404].includes(refusal.status)) return this.interrupted(path, refusal);
    return this.changed(path === "disown/undo" ? "undo_late" : "manage_changed");
  }

  /** No answer, or one that may be another next time: everything stays, the button repeats. */
  interrupted(path, refusal) {
    this.fault = { path, refusal };
    this.draw();
    attend(this.parts.main.querySelector("#fault"));
  }

  /** The time is gone, the appointment where it was: another one is chosen, by who moves from a fresh week. */
  lose(refusal) {
    const step = this.step === "moving" ? "move" : "details";
    this.lost = lostTime((this.pick ?? this.appointment).start, refusal);
    this.pick = this.moving = null;
    history.replaceState({ step }, "");
    this.enter(step);
  }

  /** What was possible when the page was opened is not any more: staff were faster, or the time has come. */
  async changed(said) {
    history.replaceState({ step: "details" }, "");
    this.toDisown = false;
    await this.load();
    this.said = this.appointment && said;
    this.draw();
    arrive(this.parts.main.querySelector("h1"), document.title);
    if (this.said) whisper(t(this.said));
  }
}

customElements.define("terminwerk-appointment", AppointmentPage);
