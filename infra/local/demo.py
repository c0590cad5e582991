"""The demo's data: an invented shop in Hamburg, with some appointments in the days to come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib import wiring
from chalicelib.domain.appointment import Appointment, Change, Comment, event_of
from chalicelib.domain.moments import to_utc, units_of
from chalicelib.domain.settings import (
    ABSENCE,
    Access,
    Availability,
    Branch,
    DateException,
    Hours,
    PublicHolidays,
    Resource,
    Settings,
    Template,
)
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
    now = wiring.now()
    today = now.date()
    its = wiring.setup().save(shop(closed=_working_day(today, 4)))
    wiring.setup().save(practice())
    for appointment in _appointments(its, today, now):
        event = event_of(appointment, "requested", "customer", now)
        wiring.store().write(Change(before=None, after=appointment, event=event))


def shop(closed: date) -> Settings:
    """A hearing-aid acoustician's: two cabins, one of them released, and two acousticians who come second."""
    cabins, persons = (CABIN, "cabin-2"), ("acoustician-1", "acoustician-2")
    weekday = Hours(start=9 * 60, end=17 * 60, step=30)
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
            public_holidays=PublicHolidays(country="DE", subdivision="HH"),
            lead_hours=2,
        ),
        resources=(
            Resource(id=CABIN, name="Kabine 1", released=True, order=1),
            Resource(id="cabin-2", name="Kabine 2", order=2),
            Resource(id="acoustician-1", name="Frau Petersen", kind="person", order=3),
            Resource(id="acoustician-2", name="Herr Lüders", kind="person", order=4),
        ),
        templates=(
            _template("service", "Service 15 Minuten", "Service, 15 minutes", 15, (CABIN,), order=1),
            _template("advice", "Beratung 30 Minuten", "Advice, 30 minutes", 30, cabins, order=2),
            _template("hearing-test", "Hörtest 45 Minuten", "Hearing test, 45 minutes", 45, cabins, order=3, second=persons),
        ),
        availabilities=(
            Availability(resources=(*cabins, *persons), weekdays=WEEKDAYS, hours=weekday),
            Availability(resources=(*cabins, *persons), weekdays=WEEKDAYS, hours=lunch, type=ABSENCE),
            Availability(resources=(*cabins, "acoustician-1"), weekdays=frozenset({6}), hours=saturday),
        ),
        exceptions=(DateException(resource=CABIN, day=closed),),
        accesses=(Access(alias=ALIAS),),
    )


def practice() -> Settings:
    """A therapist's: a room for three, with time to prepare and to air it."""
    morning = Hours(start=8 * 60, end=12 * 60, step=30, minimum_step=10)
    afternoon = Hours(start=13 * 60, end=18 * 60, step=30, minimum_step=10)
    return Settings(
        branch=Branch(
            id="praxis",
            name="Physiotherapie Alsterbogen",
            address="Alsterbogen 3, 20354 Hamburg",
            phone="+49 40 66969 340",
            email="therapie@example.org",
            zone="Europe/Berlin",
            imprint_url="https://example.org/therapie/impressum",
            privacy_url="https://example.org/therapie/datenschutz",
            accessibility_url="https://example.org/therapie/barrierefreiheit",
            accent_colour="#8a4b2f",
            public_holidays=PublicHolidays(country="DE", subdivision="HH"),
            required=("phone",),
            lead_hours=24,
        ),
        resources=(Resource(id="gym", name="Übungsraum", released=True, capacity=3),),
        templates=(
            _template(
                "exercise", "Krankengymnastik 30 Minuten", "Physiotherapy, 30 minutes", 30, ("gym",), buffers=(5, 10), early=10
            ),
            _template(
                "exercise-long",
                "Krankengymnastik 60 Minuten",
                "Physiotherapy, 60 minutes",
                60,
                ("gym",),
                buffers=(5, 10),
                order=1,
            ),
        ),
        availabilities=(
            Availability(resources=("gym",), weekdays=WEEKDAYS, hours=morning),
            Availability(resources=("gym",), weekdays=frozenset({1, 2, 4}), hours=afternoon),
        ),
        accesses=(Access(alias="praxis-therapie"),),
    )


def _template(
    identity: str,
    german: str,
    english: str,
    duration: int,
    resources: tuple[str, ...],
    *,
    order: int = 0,
    second: tuple[str, ...] = (),
    buffers: tuple[int, int] = (0, 0),
    early: int = 0,
) -> Template:
    return Template(
        id=identity,
        name={"de": german, "en": english},
        duration=duration,
        preparation=buffers[0],
        follow_up=buffers[1],
        early=early,
        resources=resources,
        second=second,
        order=order,
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
                template="advice",
                start=start,
                end=start + 30,
                day=day.isoformat(),
                status=status,
                holds={(CABIN, utc_day, 0): units for utc_day, units in units_of(start, start + 30).items()},
                comment=Comment(last_name=NAMES[(number + turn) % len(NAMES)], email="kundschaft@example.org"),
                language="de",
                fingerprint="demo",
                made_at=now,
            )


def _working_day(today: date, number: int) -> date:
    """The `number`-th working day after today."""
    day = today
    while number:
        day += timedelta(days=1)
        number -= day.isoweekday() in WEEKDAYS
    return day
