/**
 * The customer's own page of an appointment, reached from a mail: /manage.html#<token>.
 *
 * The token is in the fragment, which browsers send to nobody; from here it goes into a header to our own API, nowhere else.
 */
import {
  LANGUAGES,
  Refusal,
  announce,
  arrive,
  ask,
  earlyNote,
  elsewhere,
  faultBox,
  footer,
  frame,
  giveUp,
  h,
  header,
  language,
  momentName,
  outward,
  paint,
  pickLanguage,
  redraw,
  skeleton,
  speak,
  t,
  ways,
  wishes,
  zoneName,
} from "./booking.js";

const GOING_ON = ["proposed", "confirmed"];

class AppointmentPage extends HTMLElement {
  connectedCallback() {
    this.wished = wishes(new URLSearchParams(location.search).get("l"));
    addEventListener("hashchange", () => this.load()); // another link opened in the same window
    this.start();
  }

  async start() {
    const answer = this.request();
    answer.catch(() => {}); // looked at below, after the texts
    try {
      await speak(pickLanguage(this.wished));
    } catch {
      return giveUp(this);
    }
    this.parts = frame(this);
    this.draw();
    return this.load(answer);
  }

  request(path = "", read) {
    const token = location.hash.slice(1);
    if (!/^[\w.~-]+$/.test(token)) return Promise.reject(new Refusal(401, { code: "unauthorized" }));
    return ask(`/appointment${path}`, { headers: { "Appointment-Token": token } }, read);
  }

  async load(answer = this.request()) {
    this.appointment = this.refusal = null;
    try {
      this.appointment = await answer;
      paint(this.appointment.branch.accent_colour);
      // The mail came in this language; a language asked for in the link comes first.
      await speak(pickLanguage([this.wished[0], this.appointment.language, ...this.wished]));
    } catch (refusal) {
      this.refusal = refusal;
    }
    this.draw();
  }

  draw() {
    const branch = this.appointment?.branch ?? null;
    redraw(
      this.parts.top,
      header(branch ?? {}, LANGUAGES, (tag) => this.switchTo(tag)),
    );
    this.parts.main.toggleAttribute("aria-busy", !this.appointment && !this.refusal);
    this.parts.main.className = "step-manage";
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
    if (this.appointment) return this.details();
    if (this.refusal?.passing) return [h("h1", {}, t("manage_name")), faultBox(this.refusal, () => this.again())];
    if (this.refusal)
      return [
        h("h1", {}, t("bad_token_heading")),
        h("p", { class: "lead" }, t("bad_token_lead")),
        h("p", {}, t("bad_token_else")),
      ];
    return [h("h1", {}, t("manage_name")), h("p", { class: "unseen" }, t("loading")), skeleton()];
  }

  async again() {
    await this.load();
    arrive(this.parts.main.querySelector("h1"), document.title);
  }

  details() {
    const { status } = this.appointment;
    return [
      h("h1", { id: "heading" }, t("manage_name")),
      h(
        "p",
        { class: `status ${status}` },
        h("span", { class: "unseen" }, `${t("manage_status")}: `),
        h("strong", {}, t(`status_${status}`)),
      ),
      h("p", { class: "lead" }, t(`about_${status}`)),
      this.facts(),
      h("p", { class: "actions" }, this.running() && this.calendar(), this.another()),
      this.running() && this.change(),
    ];
  }

  running() {
    return GOING_ON.includes(this.appointment.status);
  }

  facts() {
    const { start, zone, resource, template, branch, early } = this.appointment;
    const what = [resource?.name, template && (template.name[language] ?? Object.values(template.name)[0])]
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
    return h("button", { type: "button", class: "main", id: "calendar", onclick: () => this.download() }, t("manage_calendar"));
  }

  another() {
    const { booking_url: url } = this.appointment;
    return url && outward(url, t("manage_again"));
  }

  /** Cancelling and moving are done by people: how to reach them, in writing too. */
  change() {
    return h(
      "section",
      { class: "change" },
      h("h2", {}, t("manage_change")),
      h("p", {}, t("manage_contact")),
      ways(this.appointment.branch),
    );
  }

  async download() {
    try {
      const file = await this.request("/calendar.ics", (answer) => answer.blob());
      const url = URL.createObjectURL(file);
      h("a", { href: url, download: t("manage_file") }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000); // some browsers read it only after the click has returned
    } catch {
      this.complain();
    }
  }

  complain() {
    const text = t("manage_calendar_fault");
    const place = this.parts.main.querySelector(".actions");
    if (!place.querySelector(".error")) place.append(h("span", { class: "error" }, text));
    announce(text);
  }
}

function fact(key, ...content) {
  return h("div", {}, h("dt", {}, t(key)), h("dd", {}, ...content));
}

customElements.define("terminwerk-appointment", AppointmentPage);
