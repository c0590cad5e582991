/**
 * The quick form: beside the place of the calendar that was pointed at. Kind, who, Enter. What stands against the time is said in one
 * line before it is booked.
 */
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { minutesAfter } from "../../kit/moments.js";
import { button } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { secondsOf } from "../shell/words.js";
import { bookedKey, tellBooked } from "./booked.js";
import { keyMaker } from "./changes.js";
import { clashNote } from "./clash.js";
import { doubtTexts } from "./closures.js";
import { newAppointment } from "./making.js";
import { keepingOpen } from "./people.js";
import { USUAL, optionsOf, select } from "./pieces.js";
import { again } from "./repeating.js";
import { momentOf } from "./spans.js";
import { startingWays, tellTick } from "./tick.js";
import { MEANT, whoField } from "./who.js";

/**
 * @import { Dialog, Summary } from "../../kit/dialog.js"
 * @import { Begun, Given, Names, Place, Schemas, Staff } from "./types"
 * @typedef {Schemas["BookedOne"]} One
 */

const GAP = 12; // pixels between the place and the form

/**
 * @param {Staff} staff @param {Names} names
 * @param {Given & Place} place where it was pointed at
 * @param {{label: string, run: () => void}[]} others what else can be done there
 */
export async function quickForm(staff, names, place, others) {
  const what = placeFields(staff, names, place);
  const who = whoField(staff);
  const tick = tellTick(staff);
  const notes = notesOf(staff, names, what, who, tick);
  const keyOf = keyMaker();
  /** @type {(() => void) | null} */
  let next = null;
  /** @type {Dialog} */
  let element;
  const leave = (/** @type {() => void} */ run) => {
    next = run;
    element.finish(null);
  };
  const run = keepingOpen(({ summary }) => book(staff, { what, who, tick, notes, keyOf }, summary));
  const repeat = button(t("as_last_time"), () => leave(() => again(staff, names, place, who.customer())), {
    hidden: true,
    class: "plain again",
  });
  who.addEventListener(MEANT, () => {
    repeat.hidden = !who.customer();
    notes.look();
  });
  const booked = await dialog({
    title: t("new_appointment"),
    kind: "quick",
    body: [what.when, what.kinds, what.beside, who, repeat, tick, notes.element, notes.clash],
    fields: [what.kinds, what.beside, who.entry],
    setup: (made) => {
      element = made;
      anchored(element, place);
      notes.heed(element.querySelector("button[type=submit]"));
      who.entry.control.setAttribute("autofocus", "");
      element.append(
        h(
          "p",
          { class: "others" },
          others.map(({ label, run: act }) => button(label, () => leave(act))),
        ),
      );
    },
    actions: [
      { label: t("book"), kind: "main", run },
      { label: t("quick_more"), run: () => leave(() => newAppointment(staff, names, ...what.begun(place, who))) },
    ],
  });
  if (next) return next();
  if (!booked) return;
  await tellBooked(staff, names, booked.id, booked.said, place.changed);
}

/**
 * Books, unless there is something to be read first.
 * @param {Staff} staff @param {any} parts of the form @param {Summary} summary
 */
async function book(staff, { what, who, tick, notes, keyOf }, summary) {
  if (!(await notes.agreed())) return /** @type {const} */ (false);
  const fresh = Boolean(who.fresh());
  const body = { ...what.body(), ...(await who.settle(summary)), ...notes.asked() };
  const told = await tick.told(body, fresh);
  const whole = { ...body, ...told };
  const { appointments } = await staff.api.post("/appointments", whole, keyOf(whole));
  if (appointments[0].outcome === "booked")
    return { id: appointments[0].id, said: bookedKey(Boolean(told.tell), tick.isMissed()) };
  await notes.look(); // somebody was faster
  return /** @type {const} */ (false);
}

/**
 * Where and when, as it was pointed at, and which kind with whom beside.
 * @param {Staff} staff @param {Names} names @param {Given & Place} place
 */
function placeFields(staff, names, { resource: first, start: pointed, end }) {
  let [resource, start] = [first, pointed];
  const length = end ? (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60_000 : USUAL;
  const carried = () => names.templates.filter(({ resources }) => resources.includes(resource));
  const kinds = kindChips(names, length, end || carried().length !== 1 ? "" : carried()[0].id);
  const beside = select("second", []);
  const when = h("p", { class: "when" });
  const minutes = () => names.templateOf(kinds.value)?.duration ?? length;
  const draw = () => {
    const able = new Set(["", ...carried().map(({ id }) => id)]);
    for (const input of kinds.querySelectorAll("input"))
      input.closest(".box").toggleAttribute("hidden", !able.has(input.value));
    const others = secondsOf(names, kinds.value, resource);
    const kept = others.some(({ id }) => id === beside.value) ? beside.value : "";
    beside.hidden = others.length === 0;
    const options = [["", t("second_any")], ...optionsOf(others)].map(([each, text]) => h("option", { value: each }, text));
    beside.control.replaceChildren(...options);
    beside.value = kept;
    const from = momentOf(staff, start);
    when.replaceChildren(
      h("b", {}, staff.range(from, momentOf(staff, minutesAfter(start, minutes())))),
      ` · ${names.resource(resource)}`,
    );
  };
  kinds.addEventListener("change", draw);
  draw();
  return {
    when,
    kinds,
    beside,
    /** @param {Schemas["FreeTime"]} time another one, perhaps elsewhere */
    move(time) {
      [resource, start] = [time.resource, staff.wall(time.start)];
      draw();
    },
    body: () => ({
      type: /** @type {const} */ ("appointment"),
      resource,
      start: momentOf(staff, start),
      ...(kinds.value ? { template: kinds.value } : { minutes: length }),
      ...(beside.value && { second: beside.value }),
    }),
    /** What the full form begins with. @param {Given} place @param {Begun["who"]} who @returns {[Given, Begun]} */
    begun: ({ changed }, who) => [
      { resource, start, end: minutesAfter(start, length), changed },
      { template: kinds.value, second: beside.value, who },
    ],
  };
}

/** The kinds as chips. @param {Names} names @param {number} length minutes without one @param {string} value */
function kindChips(names, length, value) {
  const options = [
    ...names.templates.map(({ id, name }) => [id, names.named(name)]),
    ["", t("quick_minutes", { count: length })],
  ];
  const kinds = field({ name: "template", label: t("template"), type: "radios", options, value });
  kinds.classList.add("picks");
  return kinds;
}

/** Whether only a place beyond the capacity is left. @param {One | null} one */
const isBeyond = (one) => one?.outcome === "slot_taken" && one.standby;

/** @param {One} one @param {boolean} doubtful */
function bookText(one, doubtful) {
  if (isBeyond(one)) return t("standby_take");
  return doubtful ? t("book_free", { count: 1 }) : t("book");
}

/** What stands against it in one line, or nothing. @param {Names} names @param {One} one */
function doubtText(names, one) {
  if (one.outcome === "slot_taken") return isBeyond(one) ? t("standby_left") : "";
  const reasons = doubtTexts(names, one);
  return reasons.length ? t("quick_doubt", { reasons: reasons.join(", ") }) : "";
}

/**
 * What stands against the time: looked at whenever it is another one. `agreed()` is true once there is nothing, or once somebody has
 * read it and books all the same.
 * @param {Staff} staff @param {Names} names @param {ReturnType<typeof placeFields>} what @param {ReturnType<typeof whoField>} who
 * @param {ReturnType<typeof tellTick>} tick
 */
function notesOf(staff, names, what, who, tick) {
  const element = h("p", { class: "notice", role: "status", hidden: true });
  const clash = clashNote(staff, names, (time) => {
    what.move(time);
    look();
    who.entry.control.focus();
  });
  /** @type {HTMLElement} */
  let submit;
  let [turn, read] = [0, ""]; // the latter is what was looked at and stands there to be read
  /** @type {One | null} */
  let one = null;
  const about = () => JSON.stringify(what.body());
  /** @param {One} found */
  const show = (found) => {
    one = found;
    read = about();
    const taken = found.outcome === "slot_taken";
    element.textContent = doubtText(names, found);
    element.hidden = !element.textContent;
    submit.textContent = bookText(found, !element.hidden);
    return taken ? clash.show(what.body()) : clash.hide();
  };
  async function look() {
    const mine = ++turn;
    const customer = who.customer();
    const fresh = who.fresh();
    tick.offer(startingWays(fresh, customer));
    tick.begins(what.body().start);
    try {
      const asked = { ...what.body(), ...(customer && { customer: customer.id }), dry: true };
      const { appointments, reachable } = await staff.api.post("/appointments", asked);
      if (mine !== turn) return;
      if (!fresh) tick.offer(reachable);
      await show(appointments[0]);
    } catch (error) {
      if (mine === turn) Object.assign(element, { textContent: errorText(error), hidden: false });
    }
  }
  for (const each of [what.kinds, what.beside]) each.addEventListener("change", look);
  return {
    element,
    clash,
    look,
    /** What to ask for: a place beyond the capacity where no other one is left. */
    asked: () => (isBeyond(one) ? { standby: true } : {}),
    heed(/** @type {HTMLElement} */ button) {
      submit = button;
      look();
    },
    async agreed() {
      const wasRead = read === about();
      if (!wasRead) await look();
      if (one?.outcome === "free") return wasRead || element.hidden;
      if (isBeyond(one) && wasRead) return true;
      clash.focus();
      return false;
    },
  };
}

/** Puts the form beside the place, inside the window; however tall it grows. @param {Dialog} element @param {Place} place */
function anchored(element, { x, y }) {
  const put = () => {
    const { width, height } = element.getBoundingClientRect();
    const left = x + GAP + width < innerWidth ? x + GAP : Math.max(GAP, x - GAP - width);
    element.style.left = `${Math.min(left, innerWidth - width)}px`;
    element.style.top = `${Math.max(GAP, Math.min(y - 60, innerHeight - height - GAP))}px`;
  };
  new ResizeObserver(put).observe(element);
  element.addEventListener("click", (event) => {
    if (event.target !== element) return;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const inside = left <= event.clientX && event.clientX <= right && top <= event.clientY && event.clientY <= bottom;
    if (!inside && element.dispatchEvent(new Event("cancel", { cancelable: true }))) element.finish(null); // as Esc does
  });
}
