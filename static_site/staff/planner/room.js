/** What fits beside what; as in planner.css. */

const NARROW = "(max-width: 56.24em)"; // phones and tablets that stand upright: one resource at a time
const ROOMY = "(min-width: 68.75em)"; // 1100 pixels: the panel beside the calendar
const COVERED = "(max-width: 70em)";

export const isNarrow = () => matchMedia(NARROW).matches;

/** Whether the inbox lies over the calendar. */
export const inboxCovers = () => matchMedia(COVERED).matches;

/** Whether an appointment's details stand beside the calendar. */
export const hasRoom = () => matchMedia(ROOMY).matches;
