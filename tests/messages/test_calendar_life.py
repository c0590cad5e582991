"""The calendar files of an appointment's whole life, as four programs read them: one entry, updated, moved, then gone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from chalicelib.domain.mail import Mail
from chalicelib.domain.settings import Resource
from chalicelib.messages.calendar import calendar_file
from chalicelib.messages.feed import feed
from tests.builders import NOW, appointment, at, message, settings
from tests.messages.test_compose import PERSON, mailed, read

READER = Path(__file__).with_name("read_calendars.mjs")
ASKED, CONFIRMED = {"kind": "receipt", "status": "proposed"}, {"kind": "confirmed", "status": "confirmed"}
MOVED = {"kind": "moved", "status": "confirmed", "start": at("2026-11-25T13:00"), "end": at("2026-11-25T13:30")}
REMINDED = MOVED | {"kind": "reminder"}
CANCELLED = MOVED | {"kind": "cancelled", "status": "cancelled"}
AGAIN = MOVED | {"kind": "confirmed"}
DECLINED, EXPIRED = {"kind": "declined", "status": "declined"}, {"kind": "expired", "status": "expired"}
LIVES: dict[str, list[dict[str, Any]]] = {
    "cancelled": [ASKED, CONFIRMED, MOVED, REMINDED, CANCELLED],
    "cancelled and taken up again": [ASKED, CONFIRMED, MOVED, CANCELLED, AGAIN],
    "declined": [ASKED, DECLINED],
    "expired": [ASKED, EXPIRED],
}
UID = f"{'a' * 32}@terminwerk"
FIRST, THEN = datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 25, 13, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """What a program sees in a file of one event."""

    method: str
    uid: str
    sequence: int
    status: str
    start: datetime
    end: datetime
    stamp: datetime
    summary: str


def mails(life: str, language: str = "de", **of_branch: Any) -> Iterator[Mail]:
    """The mails of a life, each a version and an hour later."""
    for version, each in enumerate(LIVES[life], start=1):
        facts = {name: value for name, value in each.items() if name != "kind"}
        booked = appointment(comment=PERSON, id="a" * 32, version=version, language=language, **facts)
        yield mailed(message(booked, kind=each["kind"]), booked, settings(**of_branch), now=NOW + timedelta(hours=version))


def files(life: str, language: str = "de", **of_branch: Any) -> list[str]:
    return [attachment.text for mail in mails(life, language, **of_branch) for attachment in mail.attachments]


def by_icalendar(texts: list[str]) -> list[Seen]:
    return [_by_icalendar(Calendar.from_ical(each)) for each in texts]


def _by_icalendar(calendar: Any) -> Seen:
    [event] = calendar.walk("VEVENT")
    start, end, stamp = (event.decoded(name) for name in ("dtstart", "dtend", "dtstamp"))
    method, uid, status, summary = (str(each) for each in (calendar["method"], event["uid"], event["status"], event["summary"]))
    return Seen(method, uid, int(event["sequence"]), status, start, end, stamp, summary)


def by_vobject(texts: list[str]) -> list[Seen]:
    return [_by_vobject(vobject.readOne(each)) for each in texts]


def _by_vobject(calendar: Any) -> Seen:
    [event] = calendar.vevent_list
    start, end, stamp = (each.value.astimezone(UTC) for each in (event.dtstart, event.dtend, event.dtstamp))
    sequence, status = int(event.sequence.value), event.status.value
    return Seen(calendar.method.value, event.uid.value, sequence, status, start, end, stamp, event.summary.value)


def by_ical_js(texts: list[str]) -> list[Seen]:
    return by_node("ical.js", texts)


def by_node_ical(texts: list[str]) -> list[Seen]:
    return by_node("node-ical", texts)


def by_node(program: str, texts: list[str]) -> list[Seen]:
    ran = subprocess.run(["node", READER], input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=60)
    return [_by_node(each) for each in json.loads(ran.stdout)[program]]


def _by_node(found: dict[str, Any]) -> Seen:
    [event] = found["events"]
    times = {name: datetime.fromisoformat(event[name]) for name in ("start", "end", "stamp")}
    return Seen(**(event | times), method=found["method"])


READERS = pytest.mark.parametrize("reader", [by_icalendar, by_vobject, by_ical_js, by_node_ical])


def kept(seen: Iterable[Seen]) -> dict[str, Seen]:
    """What stands in a calendar that takes files in as RFC 5546 has it: the highest SEQUENCE counts, and CANCEL removes."""
    known: dict[str, Seen] = {}
    for each in seen:
        if each.uid not in known or known[each.uid].sequence < each.sequence:
            known[each.uid] = each
    return {uid: each for uid, each in known.items() if each.method != "CANCEL"}


@READERS
@pytest.mark.parametrize("language", ["de", "en"])
def test_it_is_one_event_that_is_updated_and_then_cancelled(reader: Any, language: str) -> None:
    half, name = (
        timedelta(minutes=30),
        {"de": "Termin bei Hörakustik Elbufer", "en": "Appointment at Hörakustik Elbufer"}[language],
    )
    asked, gone = {"de": ("Angefragt: Termin", "Abgesagt: Termin"), "en": ("Requested: appointment", "Cancelled: appointment")}[
        language
    ]
    place = name.removeprefix("Termin").removeprefix("Appointment")
    assert reader(files("cancelled", language)) == [
        Seen(method, UID, number, status, start, start + half, NOW + timedelta(hours=number + 1), summary)
        for number, (method, status, start, summary) in enumerate(
            [
                ("PUBLISH", "TENTATIVE", FIRST, asked + place),
                ("PUBLISH", "CONFIRMED", FIRST, name),
                ("PUBLISH", "CONFIRMED", THEN, name),
                ("PUBLISH", "CONFIRMED", THEN, name),
                ("CANCEL", "CANCELLED", THEN, gone + place),
            ]
        )
    ]


@READERS
def test_until_it_is_over_a_calendar_has_one_entry_at_the_newest_time(reader: Any) -> None:
    life = reader(files("cancelled"))
    starts = [[each.start for each in kept(life[:count]).values()] for count in range(1, 6)]
    assert starts == [[FIRST], [FIRST], [THEN], [THEN], []]


@READERS
@pytest.mark.parametrize(
    ("life", "left"), [("cancelled", 0), ("declined", 0), ("expired", 0), ("cancelled and taken up again", 1)]
)
def test_a_calendar_ends_the_same_in_whatever_order_mails_come(reader: Any, life: str, left: int) -> None:
    seen = reader(files(life))
    assert len(kept(seen)) == len(kept(reversed(seen))) == left


@pytest.mark.parametrize("life", LIVES)
def test_the_part_of_the_mail_names_the_method_of_its_file(life: str) -> None:
    """Mail programs go by the part's own word (RFC 6047, 2.4)."""
    for mail in mails(life):
        [part] = read(mail).iter_attachments()
        [seen] = by_icalendar([part.get_content()])
        assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", seen.method)


def test_an_entry_names_the_practice_and_no_treatment_in_the_language_of_the_message() -> None:
    booked = appointment(comment=PERSON, language="de", template="hearing-test", status="confirmed")
    [seen] = by_icalendar([calendar_file(booked, settings(name="Müller, Sohn; Co"), "en", NOW).text])
    assert seen.summary == "Appointment at Müller, Sohn; Co"


def test_a_feed_says_when_it_was_made() -> None:
    booked, later = appointment(status="confirmed"), NOW + timedelta(days=3)
    busy: Any = booked  # it has what a feed reads of an appointment
    [seen] = by_icalendar([feed(settings(), Resource(id="cabin-1", name="Kabine 1"), [busy], "https://site", later)])
    assert (seen.method, seen.stamp) == ("PUBLISH", later)


def test_lines_are_folded_and_end_as_the_standard_asks() -> None:
    for text in files("cancelled", name="Hörakustik " + "Öß" * 40):
        raw = text.encode()
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(map(len, raw.split(b"\r\n"))) <= 75


def test_nobody_is_asked_to_answer() -> None:
    for text in files("cancelled"):
        assert "ATTENDEE" not in text
        assert "RSVP" not in text
