/**
 * The customer's own page of an appointment, reached from a message: /manage.html#<token>&a=<alias>.
 *
 * Both are in the fragment, which browsers send to nobody; from here the token goes into a header to our own API, nowhere else.
 * The alias, which old links lack, tells how to reach the practice where the token opens nothing.
 * Opening the page only shows; what changes something is asked once more and then posted. `?stop` leads to the reminders,
 * `?disown` to the question whether somebody else asked.
 */
import { ask, exchange, Refusal } from "../kit/api.js";
import { paint } from "../kit/colour.js";
import { announce, h, redraw } from "../kit/dom.js";
import { arrive, attend, frame, giveUp, outward, skeleton } from "../kit/frame.js";
import { elsewhere, momentName, zoneName } from "../kit/moments.js";
import { LANGUAGES, language, pickLanguage, rich, t, volumes, wishes } from "../kit/texts.js";
import { earlyNote, faultBox, footer, header, knowContact, reach, speak, ways } from "../booking/parts.js";
import { byTime } from "../booking/week.js";

/** A token has one form (`chalicelib/domain/tokens.py`): what a mail program, or a hand, has put behind it is none of it. */
const TOKEN = /^[0-9a-f]{32}\.(?:[0-9a-f]{20}\.)?[0-9a-f]{43}/;
const ALIAS = /&a=([\w-]+)/;
const GOING_ON = ["proposed", "confirmed"];
/** Why a chosen time is not to be had, by the API's code: the end of a text's key; the customer chooses another one. */
const LOST = { slot_taken: "lost", too_soon: "gone", too_far: "gone", outside_availability: "gone" };
const SHORT = { weekday: "short", day: "numeric", month: "long" };

volumes.push("manage.");

/**
 * Steps: the appointment (`details`), and what may be done with it: `cancel`, `move` and `moving` (to the picked time), `erase`,
 * `disown`.
 * They are entries of the browser's history, which hold the step's name only.
 */
class AppointmentPage extends HTMLElement {
  connectedCallback() {
    const query = new URLSearchParams(location.search);
    this.wished = wishes(query.get("l"));
    this.toReminders = query.has("stop");
    this.toDisown = query.has("disown");
    this.step = "details";
    addEventListener("hashchange", () => this.load()); // another link opened in the same window
    addEventListener("popstate", (event) => this.enter(event.state?.step ?? "details"));
    this.start();
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
    this.appointment = this.refusal = this.practice = this.times = this.fault = this.said = this.lost = null;
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
      this.times = `./?a=${alias}`;
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
    announce("");
    arrive(this.parts.main.querySelector("h1"), document.title);
  }

  /** Back to the appointment, with what has come of it. */
  settle(said) {
    history.replaceState({ step: "details" }, "");
    this.pick = this.lost = this.moving = null;
    this.toDisown = false; // answered
    this.said = said;
    this.enter("details");
    announce(t(said));
  }

  draw() {
    const branch = this.appointment?.branch ?? this.practice;
    knowContact(branch);
    redraw(
      this.parts.top,
      header(branch ?? undefined, LANGUAGES, (tag) => this.switchTo(tag)),
    );
    this.parts.main.toggleAttribute("aria-busy", !this.appointment && !this.refusal);
    this.parts.main.className = this.step === "move" ? "step-move" : "step-manage";
    redraw(this.parts.main, this.content());
    redraw(this.parts.bottom, footer(branch));
    const heading = this.parts.main.querySelector("h1").textContent;
    document.title = branch ? t("title", { step: heading, practice: branch.name }) : heading;
  }

  async switchTo(tag) {
    await speak(tag).catch(() => {}); // stays in the language it speaks
    this.draw();
  }

  content() {
    if (this.appointment) return this[`${this.step}Step`]();
    if (this.refusal?.passing) return [h("h1", {}, t("manage_name")), faultBox(this.refusal, () => this.again())];
    if (this.refusal) return this.closed();
    return [h("h1", {}, t("manage_name")), h("p", { class: "unseen" }, t("loading")), skeleton()];
  }

  /** The link opens nothing: how else to reach the practice, and its free times. */
  closed() {
    const kind = this.refusal.body.contact ? "void" : "bad_token";
    return [
      h("h1", {}, t(`${kind}_heading`)),
      h("p", { class: "lead" }, t(`${kind}_lead`)),
      this.practice ? reach(kind === "void" ? "manage_contact_only" : "fault_else") : h("p", {}, t("bad_token_else")),
      kind === "void" && this.toDisown && this.stopping(),
      this.times && h("p", { class: "actions" }, outward(this.times, t("manage_free"))),
    ];
  }

  /** The owner of an address that a request was corrected from: the link shows nothing of it, and stops the address still. */
  stopping() {
    const place = h("div", { class: "notice", role: "status", tabindex: "-1" });
    const told = (key, ...more) => place.replaceChildren(h("p", {}, t(key)), ...more);
    const stop = async () => {
      try {
        await exchange("POST", "/appointment/disown", { body: {}, headers: await this.headers() }, () => null);
        told("disown_stopped");
      } catch {
        told("disown_not_stopped", again());
      }
      attend(place);
    };
    const again = () =>
      h("p", {}, h("button", { type: "button", class: "quiet", id: "stop", onclick: stop }, t("disown_sure")));
    told("disown_void", again());
    return place;
  }

  async again() {
    await this.load();
    arrive(this.parts.main.querySelector("h1"), document.title);
  }

  // --- the appointment

  detailsStep() {
    const { status, disowned, confirm_until: until } = this.appointment;
    if (until && !disowned) return this.confirmation();
    return [
      h("h1", { id: "heading" }, t("manage_name")),
      this.said && h("p", { class: "notice done-note" }, t(this.said)),
      h(
        "p",
        { class: `status ${status}` },
        h("span", { class: "unseen" }, `${t("manage_status")}: `),
        h("strong", {}, t(`status_${status}`)),
      ),
      h("p", { class: "lead" }, t(`about_${status}`)),
      disowned && this.disowned(),
      this.facts(),
      h("p", { class: "actions" }, this.running() && this.calendar(), this.another()),
      this.running() && this.change(),
      this.running() && this.appointment.reminders && this.reminders(),
      this.data(),
    ];
  }

  /** A request that waits for its link to be used: the one thing to do, and nothing else. */
  confirmation() {
    const { status, zone, confirm_until: until } = this.appointment;
    return [
      h("h1", { id: "heading", tabindex: "-1" }, t("confirm_heading")),
      this.lost
        ? this.lostNotice("confirm", (slot) => this.confirm(slot.start))
        : h(
            "p",
            { class: "lead" },
            t(status === "expired" ? "confirm_late" : "confirm_lead", { moment: momentName(until, zone) }),
          ),
      this.facts(),
      this.problem("confirm"),
      h("p", { class: "actions" }, this.lost ? this.another() : this.sure("confirm_sure", () => this.confirm())),
      h("p", { class: "small" }, t("confirm_not")),
    ];
  }

  /** @param {string} [start] instead of the time that was asked for, once that is gone */
  confirm(start) {
    return this.act("confirm", start ? { start } : {}, "confirm_done");
  }

  /** What became of it, and the way back for as long as there is one. */
  disowned() {
    return h(
      "div",
      { class: "notice" },
      h("p", {}, t(this.running() ? "disowned_told" : "disowned_freed")),
      h("p", {}, t("disowned_until")),
      this.problem("disown/undo"),
      h(
        "p",
        { class: "actions" },
        button("quiet", "undo", this.busy ? "manage_doing" : "disown_undo", () => this.act("disown/undo", {}, "disown_undone")),
      ),
    );
  }

  running() {
    return GOING_ON.includes(this.appointment.status);
  }

  facts() {
    const { start, zone, resource, template, branch, early } = this.appointment;
    const what = [template && (template.name[language] ?? Object.values(template.name)[0]), resource?.name]
      .filter(Boolean)
      .join(" · ");
    const away = elsewhere(start, zone);
    return h(
      "dl",
      { class: "facts" },
      fact(
        "manage_time",
        h("strong", {}, momentName(start, zone)),
        this.running() && earlyNote(early, start, zone),
        h("span", { class: away ? "zone" : "small" }, t("manage_zone", { zone: zoneName(start, zone, "long") })),
      ),
      what && fact("manage_what", what),
      fact("manage_place", h("span", {}, branch.name), branch.address && h("span", {}, branch.address)),
    );
  }

  calendar() {
    const read = (answer) => answer.blob();
    const save = () => this.save("calendar.ics", read, "manage_file", "manage_calendar_fault", "calendar");
    return button("main", "calendar", "manage_calendar", save);
  }

  another() {
    const { booking_url: url } = this.appointment;
    return url && outward(url, t(this.running() && !this.lost ? "manage_again" : "manage_new"));
  }

  /** Moving and cancelling, as far as they can be done here; how to reach people, in writing too, in any case. */
  change() {
    const { may, late, cut_off: until, zone, branch } = this.appointment;
    const moves = may.includes("move");
    const cancels = may.includes("cancel");
    const moment = momentName(until, zone);
    const over = cancels && late;
    return h(
      "section",
      { class: "change" },
      h("h2", {}, t("manage_change")),
      (moves || cancels) &&
        h(
          "p",
          { class: "actions" },
          moves && button("quiet", "move", "manage_move", () => this.go("move")),
          cancels && button("quiet", "cancel", "manage_cancel", () => this.go("cancel")),
        ),
      moves && h("p", { class: "small" }, t("manage_move_until", { moment })),
      h("p", {}, over ? t("manage_move_over", { moment }) : t(moves || cancels ? "manage_contact" : "manage_contact_only")),
      ways(branch),
    );
  }

  reminders() {
    return h(
      "section",
      {},
      h("h2", { id: "reminders", tabindex: "-1" }, t("remind_heading")),
      h("p", {}, t("remind_lead")),
      this.problem("reminders/stop"),
      h(
        "p",
        { class: "actions" },
        button("quiet", "stop", "remind_stop", () => this.act("reminders/stop", {}, "remind_done")),
      ),
    );
  }

  data() {
    const { erasure, may } = this.appointment;
    if (erasure) return h("section", {}, h("h2", {}, t("data_heading")), h("p", {}, t(`erase_${erasure}`)));
    const read = (answer) => answer.blob();
    const save = () => this.save("export", read, "data_export_file", "data_export_fault", "export");
    return h(
      "section",
      {},
      h("h2", {}, t("data_heading")),
      h("p", {}, t("data_lead")),
      h(
        "p",
        { class: "actions" },
        button("quiet", "export", "data_export", save),
        may.includes("erase") && button("plain", "erase", "data_erase", () => this.go("erase")),
      ),
    );
  }

  async save(path, read, name, fault, id) {
    try {
      const url = URL.createObjectURL(await exchange("GET", `/appointment/${path}`, { headers: await this.headers() }, read));
      h("a", { href: url, download: t(name) }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000); // some browsers read it only after the click has returned
    } catch {
      const place = this.parts.main.querySelector(`#${id}`).parentElement;
      if (!place.querySelector(".error")) place.append(h("span", { class: "error" }, t(fault)));
      announce(t(fault));
    }
  }

  // --- what is asked once more

  cancelStep() {
    return this.asked(
      "cancel_heading",
      [this.moment(), this.appointment.late && h("p", { class: "notice" }, t("cancel_late")), h("p", {}, t("cancel_lead"))],
      "cancel",
      ["cancel_sure", () => this.act("cancel", {}, "cancel_done")],
      "cancel_not",
    );
  }

  eraseStep() {
    const { may, start, zone, erasure } = this.appointment;
    const ahead = may.includes("cancel");
    const done = () => (this.appointment.erasure === "asked" ? "erase_asked" : "erase_done");
    return this.asked(
      "erase_heading",
      [
        ahead && h("p", { class: "notice fault" }, h("strong", {}, t("erase_ahead", { moment: momentName(start, zone) }))),
        h("p", {}, t("erase_what")),
        !erasure && h("p", {}, t("erase_record")),
      ],
      "erase",
      [ahead ? "erase_sure_ahead" : "erase_sure", () => this.act("erase", { confirm: ahead }, done)],
      "erase_not",
    );
  }

  movingStep() {
    const { start, zone, early } = this.appointment;
    const { start: to } = this.pick;
    return this.asked(
      "move_sure_heading",
      [
        h(
          "dl",
          { class: "facts" },
          fact("move_before", momentName(start, zone)),
          fact("move_after", h("strong", {}, momentName(to, zone)), earlyNote(early, to, zone)),
        ),
      ],
      "move",
      ["move_sure", () => this.act("move", { start: to }, "move_done")],
      "move_other",
    );
  }

  disownStep() {
    const { name, address } = this.appointment.branch;
    return this.asked(
      "disown_heading",
      [
        h("p", {}, t("disown_lead")),
        this.moment(h("span", {}, name), address && h("span", {}, address)),
        h("p", {}, t("disown_what")),
      ],
      "disown",
      ["disown_sure", () => this.act("disown", {}, "disown_done")],
      "disown_not",
    );
  }

  moment(...more) {
    const { start, zone } = this.appointment;
    return h("p", { class: "moment" }, h("strong", {}, momentName(start, zone)), more);
  }

  /** A question, its consequences above the button that does it; the way back leads where the customer came from. */
  asked(heading, consequences, path, [sure, act], not) {
    return [
      h("h1", { id: "heading", tabindex: "-1" }, t(heading)),
      h(
        "div",
        { class: "asked" },
        consequences.filter(Boolean),
        this.problem(path),
        h(
          "p",
          { class: "actions" },
          this.sure(sure, act),
          button("quiet", "not", not, () => this.busy || this.leave()),
        ),
      ),
    ];
  }

  /** Who was led to a question by a link has no step before it. */
  leave() {
    if (!this.toDisown) return history.back();
    this.toDisown = false;
    return this.enter("details");
  }

  sure(key, act) {
    const label = this.busy ? "manage_doing" : this.fault ? "repeat" : key;
    return h(
      "button",
      { type: "button", class: "main", id: "sure", "aria-disabled": this.busy ? "true" : null, onclick: act },
      t(label),
    );
  }

  /** What went wrong with the last attempt; the button below repeats it, which does nothing twice. */
  problem(path) {
    if (this.fault?.path !== path) return null;
    const { refusal } = this.fault;
    const box = faultBox(refusal, () => {});
    box.querySelector("#repeat")?.parentElement.remove();
    if (refusal.status === 403) box.querySelector("p").textContent = t("only_mailed");
    return box;
  }

  // --- moving

  moveStep() {
    const { start, zone, branch } = this.appointment;
    if (!this.moving) {
      this.moving = h(
        "terminwerk-moving",
        { onpick: ({ detail }) => this.choose(detail) },
        h("p", { class: "unseen" }, t("loading_times")),
        skeleton(),
      );
      Object.assign(this.moving, { appointment: this.appointment, ask: (from, days) => this.offered(from, days) });
      import("./moving.js").catch(() => this.lack(this.moving));
    }
    return [
      h("h1", { id: "heading", tabindex: "-1" }, t("move_heading")),
      this.lost && this.lostNotice("move", (slot) => this.choose(slot)),
      h("p", { class: "lead" }, t("move_lead", { moment: momentName(start, zone) })),
      h(
        "p",
        {},
        button("plain", "back", "manage_back", () => history.back()),
      ),
      this.moving,
      h("p", {}, t("manage_contact")),
      ways(branch),
    ];
  }

  async offered(from, days) {
    const query = new URLSearchParams({ days: String(days), ...(from && { from }) });
    return ask("GET", `/appointment/slots?${query}`, { headers: await this.headers() });
  }

  lack(place) {
    redraw(
      place,
      faultBox(new Refusal(0), () => location.reload()),
    );
  }

  /** @param {"move" | "confirm"} what  @param {(slot: object) => void} take */
  lostNotice(what, take) {
    const { start, why, alternatives } = this.lost;
    const { zone } = this.appointment;
    const offer = (slot) =>
      h(
        "li",
        {},
        h("button", { type: "button", class: "slot", onclick: () => take(slot) }, momentName(slot.start, zone, SHORT)),
      );
    return h(
      "div",
      { class: "notice", role: "alert", id: "lost" },
      h("p", {}, h("strong", {}, t(`${what}_${why}`))),
      h("p", {}, rich("lost_time", { moment: h("s", {}, momentName(start, zone, SHORT)) })),
      alternatives.length > 0 || what === "move"
        ? h("p", {}, t(alternatives.length > 0 ? "lost_lead" : "move_none"))
        : reach("confirm_none"),
      alternatives.length > 0 && h("ul", { class: "alternatives" }, alternatives.map(offer)),
    );
  }

  choose(slot) {
    this.pick = slot;
    this.lost = null;
    this.go("moving");
  }

  // --- what changes something

  /** @param {string | (() => string)} said the text of what has come of it */
  async act(path, body, said) {
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    this.draw();
    announce(t("manage_doing"));
    let refusal = null;
    try {
      this.appointment = await ask("POST", `/appointment/${path}`, { body, headers: await this.headers() });
    } catch (reason) {
      refusal = reason;
    }
    this.busy = false;
    if (refusal) return this.refused(path, refusal);
    return this.settle(typeof said === "function" ? said() : said);
  }

  refused(path, refusal) {
    if (refusal.passing) return this.interrupted(path, refusal);
    if (["move", "confirm"].includes(path) && LOST[refusal.code] && !refusal.body.contact) return this.lose(refusal);
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
  lose({ code, body }) {
    const step = this.step === "moving" ? "move" : "details";
    const { start } = this.pick ?? this.appointment;
    this.lost = { start, why: LOST[code], alternatives: byTime(body.alternatives) };
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
    if (this.said) announce(t(this.said));
  }
}

function fact(key, ...content) {
  return h("div", {}, h("dt", {}, t(key)), h("dd", {}, ...content));
}

function button(kind, id, key, onclick) {
  return h("button", { type: "button", class: kind, id, onclick }, t(key));
}

customElements.define("terminwerk-appointment", AppointmentPage);
