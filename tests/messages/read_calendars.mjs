// Reads a JSON list of calendar files on stdin, and prints what two programs see in each: method and events.
import { text } from "node:stream/consumers";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const byIcalJs = (file) => {
  const calendar = new ICAL.Component(ICAL.parse(file));
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      start: event.startDate.toJSDate(),
      end: event.endDate.toJSDate(),
      stamp: component.getFirstPropertyValue("dtstamp").toJSDate(),
      summary: event.summary,
    };
  });
  return { method: calendar.getFirstPropertyValue("method"), events };
};

const byNodeIcal = (file) => {
  const parsed = nodeIcal.sync.parseICS(file);
  const events = Object.values(parsed)
    .filter((each) => each.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      sequence: Number(event.sequence),
      status: event.status,
      start: event.start,
      end: event.end,
      stamp: event.dtstamp,
      summary: event.summary,
    }));
  return { method: parsed.vcalendar?.method ?? events[0]?.method ?? null, events };
};

const files = JSON.parse(await text(process.stdin));
console.log(JSON.stringify({ "ical.js": files.map(byIcalJs), "node-ical": files.map(byNodeIcal) }));
