// Reads a list of calendar files, and writes what ical.js and node-ical read in each: see calendars.py.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const byIcalJs = (file) => {
  const calendar = new ICAL.Component(ICAL.parse(file));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const [start, end] = [event.startDate, event.endDate].map((each) => each.toJSDate());
    const { uid, summary, location } = event;
    return { uid, start, end, summary, location: location ?? "" };
  });
};

const byNodeIcal = (file) =>
  Object.values(nodeIcal.sync.parseICS(file))
    .filter(({ type }) => type === "VEVENT")
    .map(({ uid, start, end, summary, location = "" }) => ({ uid, start, end, summary, location }));

const attempt = (read) => (file) => {
  try {
    return read(file);
  } catch (error) {
    return String(error);
  }
};
const named = (name) => {
  const { version } = JSON.parse(
    readFileSync(new URL(`../../../../node_modules/${name}/package.json`, import.meta.url), "utf8"),
  );
  return `${name} ${version}`;
};
const files = JSON.parse(await text(process.stdin));
const readers = { "ical.js": byIcalJs, "node-ical": byNodeIcal };
const read = Object.entries(readers).map(([name, reader]) => [named(name), files.map(attempt(reader))]);
console.log(JSON.stringify(Object.fromEntries(read)));
