"""Reads a list of calendar files, and writes what three programs read in each. Runs in the judges' own environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import ics
import vobject
from ical.calendar_stream import CalendarStream

Read = Callable[[str], list[dict[str, str]]]


def event(uid: Any, start: datetime, end: datetime, summary: Any, location: Any) -> dict[str, str]:
    times = {name: each.astimezone(UTC).isoformat() for name, each in (("start", start), ("end", end))}
    return {"uid": str(uid), **times, "summary": str(summary), "location": str(location or "")}


def by_ics(file: str) -> list[dict[str, str]]:
    return [
        event(each.uid, each.begin.datetime, each.end.datetime, each.name, each.location) for each in ics.Calendar(file).events
    ]


def by_ical(file: str) -> list[dict[str, str]]:
    [calendar] = CalendarStream.from_ics(file).calendars
    return [event(each.uid, each.dtstart, each.dtend, each.summary, each.location) for each in calendar.events]


def by_vobject(file: str) -> list[dict[str, str]]:
    events = getattr(vobject.readOne(file), "vevent_list", [])
    return [
        event(each.uid.value, each.dtstart.value, each.dtend.value, each.summary.value, each.getChildValue("location"))
        for each in events
    ]


def attempted(read: Read, file: str) -> Any:
    try:
        return read(file)
    except Exception as error:  # noqa: BLE001 (whatever a reader trips over is what we want to know)
        return f"{type(error).__name__}: {error}"


files = json.load(sys.stdin)
readers: dict[str, Read] = {"ics": by_ics, "ical": by_ical, "vobject": by_vobject}
json.dump({f"{name} {version(name)}": [attempted(read, file) for file in files] for name, read in readers.items()}, sys.stdout)
