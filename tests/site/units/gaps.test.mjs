import assert from "node:assert/strict";
import { test } from "node:test";
import "./languages.mjs";
import { gapsOf } from "../../../static_site/staff/planner/gaps.js";

const at = (clock) => `2026-12-02T${clock}:00+00:00`;
const kind = (duration, resources) => ({ duration, preparation: 0, follow_up: 0, resources });
const opens = (start, end, resource = "one") => ({ resource, start: at(start), end: at(end), effect: "opens" });
const taken = (start, end, more = {}) => ({
  resource: "one",
  second: null,
  start: at(start),
  end: at(end),
  preparation: 0,
  follow_up: 0,
  ...more,
});
const namesOf = (capacity = 1) => ({
  resources: [
    { id: "one", capacity },
    { id: "two", capacity: 1 },
  ],
  templates: [kind(30, ["one"]), kind(60, ["one", "two"])],
});
const gaps = (hours, appointments, { now = "00:00", capacity = 1 } = {}) =>
  gapsOf(namesOf(capacity), { hours, appointments }, "2026-12-02", Date.parse(at(now)), (instant) =>
    new Date(instant).toISOString(),
  ).map(({ resource, time }) => `${time} ${resource}`);

test("a gap begins where an appointment ends and holds the shortest kind", () => {
  assert.deepEqual(gaps([opens("09:00", "12:00")], [taken("09:00", "10:30"), taken("10:50", "11:30")]), ["11:30 one"]);
});

test("buffers, the second resource and the hours bound a gap", () => {
  assert.deepEqual(gaps([opens("09:00", "12:00")], [taken("10:00", "11:00", { preparation: 30, follow_up: 15 })]), [
    "09:00 one",
    "11:15 one",
  ]);
  const beside = taken("09:00", "10:00", { second: "two" });
  assert.deepEqual(gaps([opens("09:00", "10:00"), opens("09:00", "11:00", "two")], [beside]), ["10:00 two"]);
});

test("what has passed is no gap, and now is taken to the next five minutes", () => {
  assert.deepEqual(gaps([opens("09:00", "10:00"), opens("11:00", "12:00")], [], { now: "11:12" }), ["11:15 one"]);
});

test("time is free where fewer are taken than the resource holds", () => {
  const hours = [opens("09:00", "11:00")];
  assert.deepEqual(gaps(hours, [taken("09:00", "10:00"), taken("09:30", "11:00")], { capacity: 2 }), [
    "09:00 one",
    "10:00 one",
  ]);
});
