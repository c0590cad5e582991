/** Days and times in the reader's words and the branch's zone. */
import { CLOCK, daysAfter, format, noon } from "./moments.js";
import { LOCALES, language } from "./texts.js";

/** Days and times in the reader's words and the branch's zone. `date` is a calendar day, `instant` a moment. */
export class Words {
  /** @param {string} lang  @param {string} zone */
  constructor(lang, zone) {
    this.lang = lang;
    this.zone = zone;
  }

  /** @param {string} date  @param {Intl.DateTimeFormatOptions} [options] */
  day(date, options = { weekday: "short", day: "numeric", month: "short", year: "numeric" }) {
    return format("UTC", options).format(noon(date));
  }

  month(month) {
    return this.day(`${month}-01`, { month: "long", year: "numeric" });
  }

  /** @param {number} number  @param {"short" | "long"} [style] */
  weekday(number, style = "short") {
    return this.day(daysAfter("2024-01-01", number - 1), { weekday: style }); // that was a Monday
  }

  /** "Mo., 23. Nov. 2026, 09:30" */
  moment(instant) {
    return format(this.zone, { weekday: "short", day: "numeric", month: "short", year: "numeric", ...CLOCK }).format(
      new Date(instant),
    );
  }

  date(instant) {
    return format(this.zone, { day: "numeric", month: "short", year: "numeric" }).format(new Date(instant));
  }

  time(instant) {
    return format(this.zone, CLOCK).format(new Date(instant));
  }

  number(value, digits = 0) {
    return new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);
  }

  /** Today in the branch, as YYYY-MM-DD. */
  get today() {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: this.zone, dateStyle: "short" }).format(new Date());
  }
}
