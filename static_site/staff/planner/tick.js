/** One tick that tells the customer of what is booked. */
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { isPast } from "../shell/words.js";

/** @import { Channel, Schemas, Staff, Tell } from "./types" */

/** The ways that reach somebody at once, the best one first; a call is the staff's own. @type {Channel[]} */
const AT_ONCE = ["email", "sms"];

/**
 * The tick, hidden where nobody can be told; set, until somebody takes it away. `offer()` says which ways there are, or null while
 * that is being asked, and `begins()` for which time.
 * @param {Staff} staff
 */
export function tellTick(staff) {
  const tick = field({ name: "tell", label: t("do_tell"), type: "checkbox", value: true, hint: [] });
  let byHand = false;
  tick.control.addEventListener("change", () => (byHand = true));
  /** @type {Channel | undefined} */
  let way;
  let [missed, isKnown] = [false, true];
  const offer = (/** @type {Channel[] | null} */ reachable) => {
    isKnown = reachable !== null;
    way = AT_ONCE.find((each) => reachable?.includes(each));
    tick.hidden = !way;
    tick.querySelector("label").textContent = way ? t("tell_by", { way: t(`tell_${way}`) }) : t("do_tell");
  };
  offer([]);
  return Object.assign(tick, {
    offer,
    /** Of a time that has begun nobody is told, unless staff want it. @param {string} start */
    begins(start) {
      const begun = isPast(start);
      if (!byHand) tick.value = !begun;
      tick.querySelector(".hint").textContent = begun ? t("tell_begun") : "";
    },
    /** Whether it was ticked, and nobody could be told after all. */
    isMissed: () => missed,
    /**
     * What goes with the booking. Whether an SMS reaches somebody new is known once they are made; who books before the answer
     * has come means the tick as it would stand there.
     * @param {Schemas["BookRequest"]} body @param {boolean} fresh @returns {Promise<{tell?: Tell}>}
     */
    async told(body, fresh) {
      const hoped = Boolean(way) && tick.value;
      if (!isKnown || (fresh && hoped)) offer((await staff.api.post("/appointments", { ...body, dry: true })).reachable);
      missed = hoped && !way;
      return way && tick.value ? { tell: { channel: way } } : {};
    },
  });
}

/**
 * The ways before the API has said: of somebody new as far as their data say, of a customer not known yet, of nobody none.
 * @param {Partial<Schemas["CustomerBody"]> | null} typed @param {object | null} customer @returns {Channel[] | null}
 */
export function startingWays(typed, customer) {
  if (!typed) return customer ? null : [];
  return AT_ONCE.filter((each) => (each === "email" ? typed.email?.includes("@") : typed.phone?.length > 5));
}
