"""A resource's busy times as a calendar that programs subscribe to (RFC 5545): when, a link that opens the appointment for
whoever may sign in, and nothing else (R31)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from chalicelib.domain.appointment import Planned
from chalicelib.domain.links import planner_url
from chalicelib.domain.settings import Resource, Settings
from chalicelib.messages.words import words

AGAIN = timedelta(minutes=15)
"""How soon a program may ask again; each has its own idea of it."""


def feed(settings: Settings, resource: Resource, appointments: Iterable[Planned], site_url: str, now: datetime) -> str:
    """Times in UTC. A UID stays with its appointment, so that a program moves its entry instead of adding one."""
    busy: str = words(settings.branch.languages[0])["calendar"]["BUSY"]
    name = f"{settings.branch.name}: {resource.name}"
    calendar = Calendar()
    calendar.add("prodid", "-//Terminwerk//Terminwerk//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.zone.key)
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for each in appointments:
        calendar.add_component(_event(each, busy, site_url, now))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(planned: Planned, busy: str, site_url: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{planned.id}@terminwerk")
    event.add("sequence", planned.version - 1)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", datetime.fromtimestamp(planned.start * 60, UTC))
    event.add("dtend", datetime.fromtimestamp(planned.end * 60, UTC))
    event.add("summary", busy)
    event.add("status", "TENTATIVE" if planned.status == "proposed" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("url", planner_url(site_url, planned.id))
    return event
