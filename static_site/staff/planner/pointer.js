/** What is under the pointer: a click opens an appointment, a right click, a long press or "…" its menu. */
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { tooltip } from "./calendar.js";
import { appointmentMenu } from "./menus.js";

/** @import { Desk } from "./types" */

/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
const near = ({ target }, selector) => (target instanceof Element ? target.closest(selector) : null);
const idAt = (/** @type {Event} */ event) => near(event, "[data-id]")?.dataset.id;

/** @param {Desk} desk */
export function heedPointer(desk) {
  const { stage } = desk;
  stage.addEventListener("click", (event) => {
    const id = idAt(event);
    if (id && !desk.wasDragged()) desk.open(id);
  });
  stage.addEventListener("contextmenu", (event) => {
    const inside = /** @type {HTMLElement | null} */ (near(event, ".ec-event")?.querySelector("[data-id]"));
    const id = idAt(event) ?? inside?.dataset.id;
    if (!id) return;
    event.preventDefault();
    const byKey = event.clientX === 0 && event.clientY === 0;
    const box = /** @type {Element} */ (event.target).getBoundingClientRect();
    appointmentMenu(desk, id, byKey ? { x: box.left, y: box.bottom } : { x: event.clientX, y: event.clientY });
  });
  offerMore(desk);
}

/** "…" stands at the appointment under the mouse, or at the one that keys have reached: under a finger it would take its tap. @param {Desk} desk */
function offerMore(desk) {
  const { stage, staff, names } = desk;
  const attributes = { type: "button", class: "more", hidden: true, "aria-label": t("actions"), tabindex: "-1" };
  const more = h("button", attributes, "…");
  document.body.append(more);
  const hide = () => {
    more.hidden = true;
  };
  const put = (/** @type {HTMLElement} */ place) => {
    const box = place.getBoundingClientRect();
    more.hidden = box.height === 0; // also where it has been drawn anew meanwhile
    more.style.left = `${box.right - 30}px`;
    more.style.top = `${box.top + 1}px`;
  };
  /** What comes beside the calendar makes it narrower. @type {HTMLElement | null} */
  let place = null;
  const sizes = new ResizeObserver(() => place && !more.hidden && put(place));
  const offer = (/** @type {Event} */ event) => {
    const next = near(event, ".ev, .ev-line");
    if (!next) return;
    sizes.disconnect();
    place = next;
    more.dataset.for = place.dataset.id;
    const planned = desk.find(place.dataset.id);
    if (planned && !place.title) place.title = tooltip(staff, names, planned);
    put(place);
    for (const each of [stage, place]) sizes.observe(each);
  };
  stage.addEventListener("pointerover", (event) => event.pointerType === "mouse" && !event.buttons && offer(event));
  stage.addEventListener("pointerdown", hide); // it would cover the time of what is dragged
  stage.addEventListener("focusin", (event) => /** @type {Element} */ (event.target).matches(":focus-visible") && offer(event));
  stage.addEventListener("pointerleave", (event) => event.relatedTarget !== more && hide());
  for (const kind of ["scroll", "resize"]) addEventListener(kind, hide, { passive: true, capture: true });
  more.addEventListener("click", () => {
    const { left, bottom } = more.getBoundingClientRect();
    appointmentMenu(desk, more.dataset.for, { x: left, y: bottom });
  });
}
