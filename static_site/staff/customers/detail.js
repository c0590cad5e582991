/** The place beside the search, where one customer is seen, changed or merged, and the address that names who is open. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";

export const detail = h("div", { id: "detail" });

/** The address names who is open, without opening them anew. @param {string | null} id */
export const inAddress = (id) => history.replaceState(null, "", id ? `#${id}` : location.pathname);

/** What staff write of a customer. */
export const FIELDS = /** @type {const} */ ([
  "last_name",
  "first_name",
  "birth_date",
  "email",
  "phone",
  "language",
  "in_writing",
  "note",
  "hint",
]);

/** Whether an appointment lies ahead. @param {import("./branch.js").Schemas["PlannedView"]} planned */
export const isAhead = ({ end, status }) => Date.parse(end) >= Date.now() && catalogue.ahead.includes(status);
