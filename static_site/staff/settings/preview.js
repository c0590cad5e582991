/**
 * What customers would see of some days if the draft of the settings were saved: asked of the API, which knows the rules.
 */
import { h, redraw } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { clockOf, dayName, daysAfter } from "../../kit/moments.js";
import { nameIn } from "../../kit/names.js";
import { afterPause, button, selection } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";
import { grouped, last } from "../../kit/values.js";
import { previewBody } from "./preview-body.js";

/** @typedef {import("./draft.js").Schemas} Schemas */

const DAYS = 7;

/** Beside the hours: `element` is the panel, `load` asks at once, `soon` once the typing pauses. */
export class Preview {
  /** @param {import("./editor.js").Editor} page */
  constructor(page) {
    this.page = page;
    this.turn = 0;
    page.previewFrom ||= page.words.today();
    this.soon = afterPause(() => this.load(), 350);
    this.days = h("div", { class: "preview-days", "aria-live": "polite" });
    this.range = h("span", { class: "range" });
    const turn = (by) => () => {
      page.previewFrom = daysAfter(page.previewFrom, by);
      this.load();
    };
    this.element = h(
      "aside",
      { class: "preview", "aria-labelledby": "preview-heading" },
      h("h2", { id: "preview-heading" }, t("preview_heading")),
      h("p", { class: "small" }, t("preview_lead")),
      this.templates(),
      h(
        "p",
        { class: "turns" },
        button("‹", turn(-DAYS), { class: "turn", "aria-label": t("week_back"), id: "preview-back" }),
        this.range,
        button("›", turn(DAYS), { class: "turn", "aria-label": t("week_on"), id: "preview-on" }),
      ),
      this.days,
    );
  }

  get resource() {
    const { draft, resource } = this.page;
    return draft.resources.find(({ id }) => id === resource);
  }

  templates() {
    const { page } = this;
    const { draft } = page;
    const mine = draft.templates.filter(({ resources }) => resources.includes(page.resource));
    if (!mine.some(({ id }) => id === page.previewTemplate))
      page.previewTemplate = mine.find(({ shown }) => shown === "online")?.id ?? "";
    if (mine.length === 0) return null;
    const called = ({ name, duration }) => `${nameIn(name, language)} (${t("minutes", { count: duration })})`;
    const options = [...mine.map((each) => [each.id, called(each)]), ["", t("preview_no_template")]];
    const act = (template) => {
      page.previewTemplate = template;
      this.load();
    };
    return selection("preview-template", t("preview_template"), options, { chosen: page.previewTemplate, act });
  }

  async load() {
    const { page } = this;
    const { previewFrom: from } = page;
    const turn = ++this.turn; // an older answer that comes later is not drawn
    const short = (date) => dayName(date, { day: "numeric", month: "short" });
    this.range.textContent = `${short(from)} – ${short(daysAfter(from, DAYS - 1))}`;
    this.days.setAttribute("aria-busy", "true");
    let content;
    try {
      const template = page.draft.templates.find(({ id }) => id === page.previewTemplate);
      const body = previewBody(page.draft, this.resource, template, from, DAYS);
      content = this.draw(await page.staff.api.post("/preview", body));
    } catch (error) {
      const text = error.status === 400 || error.status === 422 ? t("preview_wrong") : errorText(error);
      content = [h("p", { class: "small" }, text)];
    }
    if (turn !== this.turn) return;
    this.days.removeAttribute("aria-busy");
    redraw(this.days, content);
  }

  /** @param {Schemas["PreviewView"]} view */
  draw({ days, next_free: next }) {
    const { words } = this.page;
    const none = days.every(({ slots }) => !slots.some(({ state }) => state === "free"));
    const later = next ? t("preview_next", { moment: words.moment(next) }) : t("preview_nothing");
    return [none && h("p", { class: "small" }, later), ...days.map((day) => this.day(day))];
  }

  /** @param {Schemas["PreviewDay"]} day */
  day({ date, slots, missing = [] }) {
    const free = slots.filter(({ state }) => state === "free");
    const reasons = grouped(missing, ({ reason }) => reason);
    const grid = [...new Set([...slots, ...missing].map(({ start }) => clockOf(start)))].sort();
    return h(
      "div",
      { class: "preview-day" },
      h(
        "h3",
        {},
        dayName(date, { weekday: "short", day: "numeric", month: "short" }),
        h("span", { class: "small" }, ` ${t(free.length === 1 ? "free_one" : "free_count", { count: free.length })}`),
      ),
      free.length > 0 &&
        h(
          "ul",
          { class: "starts" },
          free.map(({ start }) => h("li", {}, clockOf(start))),
        ),
      [...reasons].map(([reason, starts]) =>
        h(
          "p",
          { class: "reason" },
          h("strong", {}, `${t(`reason_${reason}`)}: `),
          spans(
            starts.map(({ start }) => clockOf(start)),
            grid,
          ).join(", "),
        ),
      ),
    );
  }
}

/**
 * Times in a row as one: 12:30, 12:45, 13:00 -> "12:30–13:00". Those are in a row between which the day has no other.
 * @param {string[]} times @param {string[]} grid all times of the day, in order
 */
function spans(times, grid) {
  const rows = [];
  for (const time of times) {
    const before = last(rows)?.last;
    if (before && grid.indexOf(time) === grid.indexOf(before) + 1) last(rows).last = time;
    else rows.push({ first: time, last: time });
  }
  return rows.map(({ first, last }) => (first === last ? first : `${first}–${last}`));
}
