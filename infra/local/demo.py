"""The demo's data: an invented shop in Hamburg, with some appointments in the days to come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib import wiring
from chalicelib.domain.appointment import Appointment, Comment, Event
from chalicelib.domain.moments import to_utc
from chalicelib.domain.settings import Access, Availability, Branch, DateException, Hours, Resource, Settings
from chalicelib.store.models import Item

BRANCH, ALIAS, CABIN = "demo", "demo-showroom", "cabin-1"
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
NAMES = ("Ahrens", "Behnke", "Clasen", "Dierks", "Eggers", "Frahm", "Gätjens", "Harms")


def ensure() -> None:
    """Writes the demo where there is none yet."""
    if wiring.store().settings(BRANCH) is None:
        _write()


def reset() -> None:
    """Removes all that the local table holds, and writes the demo anew, from today on."""
    wiring.store()  # binds the models to the table
    with Item.batch_write() as batch:
        for item in Item.scan(attributes_to_get=["pk", "sk"]):
            batch.delete(item)
    _write()


def _write() -> None:
    store, now = wiring.store(), wiring.now()
    today = now.date()
    its = _settings(closed=_working_day(today, 4))
    store.replace_settings(its)
    for appointment in _appointments(its, today, now):
        store.take(appointment, _event(appointment), messages=())


def _settings(closed: date) -> Settings:
    morning_to_evening = Hours(start=9 * 60, end=17 * 60, step=30)
    lunch = Hours(start=12 * 60 + 30, end=13 * 60 + 30, step=30)
    saturday = Hours(start=9 * 60, end=13 * 60, step=30)
    return Settings(
        branch=Branch(
            id=BRANCH,
            name="Hörakustik Elbufer",
            address="Elbuferweg 12, 20457 Hamburg",
            phone="+49 40 66969 120",
            email="praxis@example.org",
            zone="Europe/Berlin",
            imprint_url="https://example.org/impressum",
            privacy_url="https://example.org/datenschutz",
            accessibility_url="https://example.org/barrierefreiheit",
            lead_hours=2,
        ),
        resources=(
            Resource(id=CABIN, name="Kabine 1", released=True, order=1),
            Resource(id="cabin-2", name="Kabine 2", order=2),
        ),
        availabilities=tuple(
            availability
            for resource in (CABIN, "cabin-2")
            for availability in (
                Availability(resource=resource, weekdays=WEEKDAYS, hours=morning_to_evening),
                Availability(resource=resource, weekdays=WEEKDAYS, hours=lunch, effect="closes"),
                Availability(resource=resource, weekdays=frozenset({6}), hours=saturday),
            )
        ),
        exceptions=(DateException(resource=CABIN, day=closed),),
        accesses=(Access(alias=ALIAS),),
    )


def _appointments(its: Settings, today: date, now: datetime) -> Iterator[Appointment]:
    """On each of the next ten open working days some half-hours, not the same ones every day."""
    closed = its.exceptions[0].day
    days = [day for day in (_working_day(today, number) for number in range(1, 11)) if day != closed]
    for number, day in enumerate(days):
        for turn, half_hour in enumerate(sorted({number % 5, (number * 3 + 4) % 7, 9 + number % 4, 12 + number % 3})):
            start = to_utc(day, 9 * 60 + 30 * half_hour, its.zone)
            status: Literal["proposed", "confirmed"] = "proposed" if turn == 1 else "confirmed"
            yield Appointment(
                id=hashlib.sha256(f"{day}{half_hour}".encode()).hexdigest()[:32],
                branch=BRANCH,
                resource=CABIN,
                alias=ALIAS,
                start=start,
                end=start + 30,
                status=status,
                comment=Comment(last_name=NAMES[(number + turn) % len(NAMES)], email="kundschaft@example.org"),
                language="de",
                fingerprint="demo",
                made_at=now,
            )


def _event(appointment: Appointment) -> Event:
    return Event(
        appointment=appointment.id,
        version=appointment.version,
        what="requested",
        by="customer",
        at=appointment.made_at,
        start=appointment.start,
        end=appointment.end,
        status=appointment.status,
    )


def _working_day(today: date, number: int) -> date:
    """The `number`-th working day after today."""
    day = today
    while number:
        day += timedelta(days=1)
        number -= day.isoweekday() in WEEKDAYS
    return day
