"""Another day for several appointments at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.appointment import Planned
from chalicelib.domain.settings import Resource, Template
from chalicelib.domain.shifting import involved, room_for_all
from tests.builders import MONDAY, NOW, absence, agenda, at, availability, settings, shown

TUESDAY = MONDAY + timedelta(days=1)
KIND = Template(id="test", name={"de": "Test"}, duration=60, resources=("cabin-1",), second=("anna", "berta"))
PLACES = (
    Resource(id="cabin-1", name="Kabine 1"),
    Resource(id="anna", name="Anna", kind="person"),
    Resource(id="berta", name="Berta", kind="person"),
)
ALL = tuple(each.id for each in PLACES)


def planned(clock: str, length: int = 60, **fields: object) -> Planned:
    start = at(f"2026-11-23T{clock}")
    made = Planned(
        id=clock,
        version=1,
        type="appointment",
        status="confirmed",
        resource="cabin-1",
        start=start,
        end=start + length,
        preparation=0,
        follow_up=10,
        name="",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


AFTERNOON = [planned("13:00"), planned("15:00"), planned("16:00")]
SET = settings(availability("08:00-18:00", resources=ALL), zone="UTC", resources=PLACES, templates=(KIND,))


def moved(*taken: tuple[str, int], planneds: list[Planned] = AFTERNOON, resource: str = "cabin-1", **more: object) -> list[str]:
    held = agenda(*((at(start), at(start) + length) for start, length in taken), resource=resource)
    made = replace(SET, **more)  # type: ignore[arg-type]
    found = room_for_all(made, planneds, held, TUESDAY, TUESDAY + timedelta(days=5), NOW)
    return [shown(each)[5:] for each in found]


def test_they_come_at_the_same_times_of_the_next_day_where_that_is_free() -> None:
    assert moved() == ["11-24T13:00", "11-24T15:00", "11-24T16:15"], "one after the other, with what follows each"


@pytest.mark.parametrize(
    ("taken", "starts"),
    [
        (("13:30", 60), ("12:15", "15:00", "16:15")),  # the others keep theirs
        (("12:30", 60), ("13:30", "15:00", "16:15")),
        (("16:00", 120), ("12:15", "13:30", "14:45")),  # and leave room for who comes last
        (("12:00", 360), ("08:15", "09:30", "10:45")),  # the morning is better than a later day
    ],
)
def test_whoever_finds_the_time_taken_comes_as_near_to_it_as_can_be_in_the_same_order(
    taken: tuple[str, int], starts: tuple[str, ...]
) -> None:
    clock, length = taken
    assert moved((f"2026-11-24T{clock}", length)) == [f"11-24T{each}" for each in starts]


def test_a_day_without_room_for_all_is_passed_over() -> None:
    absent = absence("00:00-24:00", valid_from=TUESDAY + timedelta(days=1), valid_until=TUESDAY + timedelta(days=1))
    found = moved(("2026-11-24T10:00", 480), availabilities=(*SET.availabilities, absent))
    assert found[0] == "11-26T13:00"
    everywhere = absence("00:00-24:00")
    assert moved(availabilities=(*SET.availabilities, everywhere)) == []


def test_a_second_resource_must_be_there_too() -> None:
    tests = [replace(each, template="test", second="anna") for each in AFTERNOON[:1]]
    assert [each.id for each in involved(SET, tests)] == list(ALL)
    away = [absence("12:00-24:00", resources=(who,), valid_until=TUESDAY) for who in ("anna", "berta")]
    assert moved(planneds=tests, availabilities=(*SET.availabilities, away[0])) == ["11-24T13:00"], "another one is there"
    assert moved(planneds=tests, availabilities=(*SET.availabilities, *away)) == ["11-24T11:00"]
