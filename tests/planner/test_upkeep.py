"""The check of units against appointments finds what is wrong (R19)."""

from __future__ import annotations

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.moments import Units
from chalicelib.planner.upkeep import Comparison, Upkeep
from tests.builders import appointment, at

DAY = "2026-11-24"


class Books:
    """What is written in the two places that must agree."""

    def __init__(self, taken: Units, *appointments: Appointment) -> None:
        self._taken, self._appointments = taken, appointments

    def taken(self, branch: str, resource: str, first: str, last: str) -> Units:
        return {day: units for day, units in self._taken.items() if first <= day <= last}

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        return [each for each in self._appointments if since <= each.start < until]


def compared(taken: Units, *appointments: Appointment) -> Comparison:
    return Upkeep(Books(taken, *appointments)).compare_units("elbe", "cabin-1", DAY, DAY)


def test_units_that_are_those_of_the_appointments_are_sound() -> None:
    its = appointment()
    assert compared(its.units, its) == Comparison(held=6, unowned={}, untaken={}, shared={})


def test_units_that_no_appointment_holds_are_found() -> None:
    assert compared({DAY: frozenset({1, 2})}).unowned == {DAY: {1, 2}}


def test_units_of_a_cancelled_appointment_are_found() -> None:
    its = appointment(status="cancelled")
    assert compared(its.units, its).unowned == its.units


def test_units_that_an_appointment_holds_and_that_are_not_taken_are_found() -> None:
    its = appointment()
    assert compared({}, its).untaken == its.units


def test_a_double_booking_is_found() -> None:
    one, other = appointment(), appointment()
    assert compared(one.units, one, other).shared == one.units


def test_only_the_asked_days_count_also_of_an_appointment_over_midnight() -> None:
    its = appointment(start=at("2026-11-24T23:50"), end=at("2026-11-25T00:10"))
    found = compared({DAY: frozenset({286, 287}), "2026-11-25": frozenset({0, 1})}, its)
    assert found.sound
    assert found.held == 2
