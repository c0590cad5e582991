"""What a change of settings changes, and whom it leaves outside of the hours (R32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.appointment import Planned
from chalicelib.domain.difference import left_outside, names
from chalicelib.domain.settings import TYPES, Access, DateException, Employee, Resource, Settings
from tests.builders import NOW, absence, appointment, at, availability, settings, words

CABINS = (Resource(id="cabin-1", name="1"), Resource(id="cabin-2", name="2"))
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"phone": "+49 40 1"}, "branch.phone"),
        ({"types": (TYPES[0], replace(TYPES[1], name={"de": "Pause"}))}, "types"),
        ({"resources": (CABINS[0],)}, "resources/cabin-2"),
        ({"resources": (*CABINS, Resource(id="cabin-3", name="3"))}, "resources/cabin-3"),
        ({"resources": (CABINS[0], replace(CABINS[1], capacity=2))}, "resources/cabin-2.capacity"),
        ({"employees": (Employee(id="anna", name="Anna"),)}, "employees/anna"),
        ({"exceptions": (DateException(resource="cabin-1", day=TUESDAY),)}, "exceptions/cabin-1/2026-11-24"),
        ({"texts": (words("Bis bald"),)}, "texts/confirmed-confirmed-email-de"),
        ({"accesses": (Access(alias="elbe-b"),)}, "accesses/elbe-b"),
    ],
)
def test_what_differs_is_named(change: dict[str, Any], named: str) -> None:
    before: dict[str, Any] = {"resources": CABINS, "accesses": ()}
    assert names(settings(**before), settings(**before | change)) == (named,)


def test_the_order_of_availabilities_means_nothing() -> None:
    """R16."""
    one, other = availability("08:00-12:00"), availability("13:00-18:00")
    assert names(settings(one, other), settings(other, one)) == ()
    assert names(settings(one, other), settings(one)) == ("availabilities",)


def planned(start: str, identity: str = "a", **fields: Any) -> Planned:
    booked = appointment(id=identity, start=at(start), end=at(start) + 30)
    given = {name: getattr(booked, name) for name in Planned.__dataclass_fields__}
    return Planned(**given | fields)


def outside(after: Settings, *appointments: Planned, before: Settings | None = None) -> list[str]:
    """Ids of those that customers could have chosen before, and cannot any more; hours are those of UTC."""
    return [each.id for each in left_outside(before or opened("08:00-18:00"), after, appointments, NOW)]


def opened(*spans: str, **fields: Any) -> Settings:
    return settings(*(availability(each) for each in spans), zone="UTC", **{"resources": CABINS} | fields)


@pytest.mark.parametrize(
    ("hours", "left"),
    [
        ("08:00-18:00", []),
        ("10:00-10:30", []),
        ("10:05-18:00", ["a"]),
        ("08:00-10:25", ["a"]),
        ("11:00-18:00", ["a"]),
        ("08:00-09:00", ["a"]),
    ],
)
def test_an_appointment_is_left_outside_where_the_hours_do_not_hold_all_of_it(hours: str, left: list[str]) -> None:
    assert outside(opened(hours), planned("2026-11-24T10:00")) == left


def test_one_of_several_hours_is_enough() -> None:
    assert outside(opened("08:00-09:00", "10:00-11:00", "12:00-13:00"), planned("2026-11-24T10:00")) == []


def test_what_an_absence_closes_is_left_outside() -> None:
    closed = settings(availability("08:00-18:00"), absence("10:15-11:00"), zone="UTC", resources=CABINS)
    assert outside(closed, planned("2026-11-24T10:00"), planned("2026-11-24T11:00", "b")) == ["a"]


def test_what_was_outside_before_is_not_left_there_by_the_change() -> None:
    assert outside(opened("08:00-09:00"), planned("2026-11-24T19:00"), planned("2026-11-24T10:00", "b")) == ["b"]


def test_they_come_by_start_and_each_day_counts() -> None:
    found = outside(
        opened(),
        planned("2026-11-26T10:00", "c"),
        planned("2026-11-24T10:00", "b"),
        planned("2026-11-24T10:00", "a"),
        planned("2026-11-25T10:00", "d"),
    )
    assert found == ["a", "b", "d", "c"]


def test_where_nothing_is_planned_nothing_is_left_outside() -> None:
    assert outside(opened()) == []


def test_the_second_resource_must_be_open_too() -> None:
    both = settings(availability("08:00-18:00", resources=("cabin-1", "cabin-2")), zone="UTC", resources=CABINS)
    beside = planned("2026-11-24T10:00", second="cabin-2")
    assert outside(opened("08:00-18:00"), beside, before=both) == ["a"]
    assert outside(both, beside, before=both) == []


def test_a_resource_that_is_gone_is_open_no_more() -> None:
    assert outside(opened("08:00-18:00", resources=CABINS[1:]), planned("2026-11-24T10:00")) == ["a"]
