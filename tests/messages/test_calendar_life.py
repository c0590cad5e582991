"""The calendar files of an appointment's whole life, as two programs read them: one event, updated, then cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from tests.builders import appointment, at, message
from tests.messages.test_compose import PERSON, mailed

ASKED, CONFIRMED = {"kind": "receipt", "status": "proposed"}, {"kind": "confirmed", "status": "confirmed"}
MOVED = {"kind": "moved", "status": "confirmed", "start": at("2026-11-25T13:00"), "end": at("2026-11-25T13:30")}
REMINDED = MOVED | {"kind": "reminder"}
CANCELLED = MOVED | {"kind": "cancelled", "status": "cancelled"}
LIFE: list[dict[str, Any]] = [ASKED, CONFIRMED, MOVED, REMINDED, CANCELLED]

Read = tuple[str, int, str, datetime, datetime, str]
"""UID, SEQUENCE, STATUS, start, end, METHOD."""


def files(language: str = "de") -> list[str]:
    """What the mails of a life bring, each a version later."""
    found: list[str] = []
    for version, each in enumerate(LIFE, start=1):
        facts = {name: value for name, value in each.items() if name != "kind"}
        its = appointment(comment=PERSON, id="a" * 32, version=version, language=language, **facts)
        [attachment] = mailed(message(its, kind=each["kind"]), its).attachments
        found.append(attachment.text)
    return found


def by_icalendar(text: str) -> Read:
    calendar = Calendar.from_ical(text)
    event: Any
    [event] = calendar.walk("VEVENT")
    start, end = event.decoded("dtstart"), event.decoded("dtend")
    return str(event["uid"]), int(event["sequence"]), str(event["status"]), start, end, str(calendar["method"])


def by_vobject(text: str) -> Read:
    calendar = vobject.readOne(text)
    [event] = calendar.vevent_list
    start, end = (each.value.astimezone(UTC) for each in (event.dtstart, event.dtend))
    return event.uid.value, int(event.sequence.value), event.status.value, start, end, calendar.method.value


READERS = pytest.mark.parametrize("reader", [by_icalendar, by_vobject])


@READERS
@pytest.mark.parametrize("language", ["de", "en"])
def test_it_is_one_event_that_is_updated_and_then_cancelled(reader: Any, language: str) -> None:
    life = [reader(each) for each in files(language)]
    first, then = datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 25, 13, tzinfo=UTC)
    half = timedelta(minutes=30)
    uid = f"{'a' * 32}@terminwerk"
    assert life == [
        (uid, 0, "TENTATIVE", first, first + half, "PUBLISH"),
        (uid, 1, "CONFIRMED", first, first + half, "PUBLISH"),
        (uid, 2, "CONFIRMED", then, then + half, "PUBLISH"),
        (uid, 3, "CONFIRMED", then, then + half, "PUBLISH"),
        (uid, 4, "CANCELLED", then, then + half, "PUBLISH"),
    ]


@READERS
def test_a_program_that_keeps_the_highest_sequence_ends_with_a_cancelled_event_in_whatever_order_mails_come(
    reader: Any,
) -> None:
    calendar: dict[str, Read] = {}
    for each in [files()[place] for place in (2, 0, 4, 1, 3)]:
        its = reader(each)
        if its[0] not in calendar or calendar[its[0]][1] < its[1]:
            calendar[its[0]] = its
    assert [each[2] for each in calendar.values()] == ["CANCELLED"]


def test_lines_are_folded_and_end_as_the_standard_asks() -> None:
    for text in files():
        raw = text.encode()
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(map(len, raw.split(b"\r\n"))) <= 75


def test_nobody_is_asked_to_answer() -> None:
    for text in files():
        assert "ATTENDEE" not in text
        assert "RSVP" not in text
