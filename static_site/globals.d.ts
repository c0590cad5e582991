/** The staff's calendar, which its own script puts beside the pages. */
declare const EventCalendar: any;

/** By tag, what each language is: `language.json` of its folder, filled in by the build (infra/site). */
declare const LANGUAGES_BUILT_IN: Record<
  string,
  { name: string; lang: string; dir: "ltr" | "rtl"; locale: string; approved: boolean }
>;

/** The pages' own elements, so that making one gives its type. */
interface HTMLElementTagNameMap {
  "terminwerk-call": import("./booking/callback.js").CallbackForm;
  "terminwerk-correction": import("./booking/correction.js").CorrectionForm;
  "terminwerk-form": import("./booking/form.js").BookingForm;
  "terminwerk-month": import("./times/month.js").MonthView;
  "terminwerk-moving": import("./manage/moving.js").MovingView;
  "terminwerk-week": import("./times/week.js").WeekView;
}
