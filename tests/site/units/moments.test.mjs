import assert from "node:assert/strict";
import { test } from "node:test";
import "./languages.mjs";
import { dateIn, daysAfter, elsewhere, minutesAfter, momentName, timeName, wallOf } from "../../../static_site/kit/moments.js";
import { daysOf, moments } from "../../../static_site/staff/shell/moments.js";

const BERLIN = "Europe/Berlin";
/** A zone whose clocks differ from Berlin's, as that of a device with old rules may. */
const WRONG = "Europe/London";

test("a moment shows the digits that the API wrote, whatever the device knows of the zone", () => {
  assert.equal(timeName("2026-11-24T09:30:00+01:00", WRONG), "09:30");
  assert.equal(moments(WRONG).wall("2026-11-24T09:30:00+01:00"), "2026-11-24T09:30");
  assert.equal(moments(WRONG).time("2026-11-24T09:30:00+01:00"), "09:30");
  assert.equal(moments(WRONG).date("2026-11-25T00:15:00+01:00"), "25.11.2026");
});

test("the hour that comes twice is told apart by the name of its clock", () => {
  assert.deepEqual(
    ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"].map((moment) => timeName(moment, BERLIN)),
    ["02:30 MESZ", "02:30 MEZ"],
  );
  assert.equal(timeName("2026-10-25T03:30:00+01:00", BERLIN), "03:30");
});

test("a wall time means the offset that the API wrote for its day", () => {
  const staff = moments(WRONG);
  staff.wall("2026-11-24T08:00:00+01:00");
  assert.equal(staff.instant("2026-11-24T09:30"), Date.parse("2026-11-24T09:30:00+01:00"));
});

test("a wall time of a day that the API has not written follows the rules of the zone", () => {
  assert.equal(moments(BERLIN).instant("2026-07-01T09:30"), Date.parse("2026-07-01T09:30:00+02:00"));
});

test("a wall time on the day of a changing clock follows the rules of the zone", () => {
  const staff = moments(BERLIN);
  staff.wall("2026-10-25T01:00:00+02:00");
  staff.wall("2026-10-25T09:00:00+01:00");
  assert.equal(staff.instant("2026-10-25T10:00"), Date.parse("2026-10-25T10:00:00+01:00"));
  assert.equal(staff.instant("2026-10-25T02:30"), Date.parse("2026-10-25T02:30:00+02:00"));
  assert.equal(moments(BERLIN).instant("2026-03-29T02:30"), Date.parse("2026-03-29T03:30:00+02:00"));
});

test("an instant is written as the API writes it", () => {
  assert.equal(moments(BERLIN).momentAt(Date.parse("2026-11-24T08:30:00Z")), "2026-11-24T09:30:00+01:00");
  assert.equal(moments(BERLIN).momentAt(Date.parse("2026-11-24T08:30:59Z")), "2026-11-24T09:30:00+01:00");
  assert.equal(moments("America/St_Johns").momentAt(Date.parse("2026-11-24T08:30:00Z")), "2026-11-24T05:00:00-03:30");
});

test("days and minutes are counted over the ends of months and days", () => {
  assert.equal(daysAfter("2026-02-27", 2), "2026-03-01");
  assert.equal(minutesAfter("2026-11-24T23:45", 30), "2026-11-25T00:15");
  assert.equal(minutesAfter("2026-11-24T00:05", -10), "2026-11-23T23:55");
  assert.equal(wallOf("2026-11-24T09:30:00+01:00"), "2026-11-24T09:30");
});

test("a date in a link is one that exists", () => {
  assert.deepEqual(["2026-11-30", "2026-11-31", "1999-01-01", "24.11.2026"].map(dateIn), [
    "2026-11-30",
    undefined,
    undefined,
    undefined,
  ]);
});

test("a visitor whose clock shows something else is told so", () => {
  const here = new Date("2026-11-24T09:30:00").getTimezoneOffset();
  const offset = (minutes) =>
    `${minutes > 0 ? "-" : "+"}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0")}:${String(Math.abs(minutes) % 60).padStart(2, "0")}`;
  assert.equal(elsewhere(`2026-11-24T09:30:00${offset(here)}`), false);
  assert.equal(elsewhere(`2026-11-24T09:30:00${offset(here + 60)}`), true);
});

test("a moment without texts still names its key", () =>
  assert.equal(momentName("2026-11-24T09:30:00+01:00", BERLIN), "moment"));

test("the longest series fits into a note: each year stands once", () => {
  const staff = moments(BERLIN);
  const first = "2026-12-01T10:00:00+01:00";
  const [next, afterNewYear] = ["2026-12-15T10:00:00+01:00", "2027-01-12T10:00:00+01:00"];
  assert.equal(daysOf(staff, first, [next, afterNewYear, "2027-01-26T10:00:00+01:00"]), "15.12., 12.1.2027, 26.1.");
  const most = Array.from({ length: 51 }, (_, number) => `${daysAfter("2026-12-01", (number + 1) * 56)}T10:00:00+01:00`);
  assert.ok(daysOf(staff, first, most).length <= 440, daysOf(staff, first, most));
});
