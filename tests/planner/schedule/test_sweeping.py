"""The check of units against appointments finds what is wrong (R19)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.settings import Resource
from chalicelib.planner.schedule.sweep import Comparison, compare_units
from infra.operate.units import told
from tests.builders import appointment, at, in_lane

DAY = "2026-11-24"


class Books:
    """What is written in the two places that must agree."""

    def __init__(self, taken: Holds, *appointments: Appointment) -> None:
        self._taken, self._appointments = taken, appointments

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        return Agenda({place: units for place, units in self._taken.items() if first <= place[1] <= last})

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        return [each for each in self._appointments if each.resource == resource and since <= each.start < until]


def compared(taken: Holds, *appointments: Appointment, kinds: Sequence[str] = ()) -> Comparison:
    cabin, person = Resource(id="cabin-1", name=""), Resource(id="person-1", name="")
    return compare_units(Books(taken, *appointments), "elbe", cabin, DAY, DAY, [person], kinds)


def test_units_that_are_those_of_the_appointments_are_sound() -> None:
    booked = appointment()
    assert compared(booked.holds, booked) == Comparison(held=6, unowned={}, untaken={}, shared={})


def test_units_that_no_appointment_holds_are_found() -> None:
    taken = in_lane(0, "cabin-1", {DAY: frozenset({1, 2})})
    assert compared(taken).unowned == taken


def test_units_that_a_cancelled_appointment_left_behind_are_found() -> None:
    left = appointment().holds
    assert compared(left, appointment(status="cancelled")).unowned == left


def test_units_that_an_appointment_holds_and_that_are_not_taken_are_found() -> None:
    booked = appointment()
    assert compared({}, booked).untaken == booked.holds


def test_a_day_that_counts_others_of_a_kind_than_there_are_is_told() -> None:
    booked = appointment(template="test")
    found = compared(booked.holds, booked, kinds=["test"])
    assert found.miscounted == {("cabin-1", DAY, "test"): (0, 1)}
    assert not found.sound
    assert told("cabin-1", found).endswith(f"NOT sound\n  {DAY}: counts 0 of test instead of 1")


def test_a_double_booking_is_found() -> None:
    one, other = appointment(), appointment()
    assert compared(one.holds, one, other).shared == one.holds


def test_two_lanes_are_no_double_booking() -> None:
    one, other = appointment(), appointment(holds=in_lane(1, "cabin-1", appointment().units))
    assert compared({**one.holds, **other.holds}, one, other).sound


def test_units_held_as_a_second_resource_belong_to_that_appointment() -> None:
    booked = appointment(resource="person-1", holds=in_lane(0, "cabin-1", appointment().units))
    assert compared(booked.holds, booked).sound


def test_only_the_asked_days_count_also_of_an_appointment_over_midnight() -> None:
    booked = appointment(start=at("2026-11-24T23:50"), end=at("2026-11-25T00:10"))
    found = compared(booked.holds, booked)
    assert found.sound
    assert found.held == 2
