/** The forms of the booking page: one module, fetched with its texts when the first of them is near. */
import "./callback.js";
import "./correction.js";
import "./form.js";
export { offer } from "../kit/calendars.js";
export { refused } from "./request.js";
