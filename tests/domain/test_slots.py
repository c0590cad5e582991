"""Starts of single windows, minute by minute, at the edges of what stands around them (R4, R9 to R11, R15)."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.schedule import Window
from chalicelib.domain.slots import Bounds, Demand, Partner, slots

WINDOW = Window(60, 180, 30)
HALF_AN_HOUR = Demand(length=30)


def found(window: Window = WINDOW, demand: Demand = HALF_AN_HOUR, **bounds: Any) -> list[tuple[int, bool]]:
    """Starts, and whether they are free."""
    return [(slot.start, slot.free) for slot in slots([window], demand, Bounds(**{"earliest": 0, "until": 1000} | bounds))]


def free(*given: Any, **bounds: Any) -> list[int]:
    return [start for start, is_free in found(*given, **bounds) if is_free]


def partner(name: str, *open: tuple[int, int], taken: tuple[tuple[int, int], ...] = ()) -> Partner:
    return Partner(id=name, open=open, absences=(), taken=taken)


def test_what_is_asked_begins_with_its_first_minute_and_ends_before_its_last() -> None:
    assert free(earliest=90, until=150) == [90, 120]


def test_a_last_appointment_that_is_a_minute_too_long_is_none() -> None:
    assert free(Window(60, 121, 31), Demand(length=30)) == [60, 91]
    assert free(Window(60, 120, 31), Demand(length=30)) == [60]


def test_with_a_minimum_step_a_last_appointment_that_is_a_minute_too_long_is_none() -> None:
    assert free(Window(60, 120, 31, 1), Demand(length=30)) == [60]
    assert free(Window(60, 91, 30, 1), Demand(length=31), taken=((0, 60),)) == [60]


def test_in_a_gap_the_grid_begins_at_the_first_minimum_step_that_fits() -> None:
    assert free(Window(60, 150, 30, 10), taken=((60, 65),)) == [70, 100]


def test_in_a_gap_that_is_a_minute_too_short_nothing_fits() -> None:
    assert free(Window(60, 150, 30, 10), taken=((89, 150),)) == []
    assert free(Window(60, 150, 30, 10), taken=((90, 150),)) == [60]


def test_with_a_minimum_step_a_time_at_which_the_second_resource_is_taken_is_not_free() -> None:
    anna = partner("anna", (0, 500), taken=((90, 120),))
    assert free(Window(60, 150, 30, 10), partners=(anna,)) == [60, 120]


def test_on_a_day_that_is_full_nothing_begins_and_just_before_it_something_does() -> None:
    assert free(limited=((90, 120),)) == [60, 120, 150]
    assert free(limited=((91, 120),)) == [60, 90, 120, 150]


def test_a_second_resource_that_leaves_meanwhile_does_not_stand_in_for_one_that_is_taken() -> None:
    leaving, taken = partner("ben", (0, 100)), partner("anna", (0, 500), taken=((90, 120),))
    assert (90, False) in found(partners=(leaving, taken))


def test_a_second_resource_that_has_gone_before_is_none() -> None:
    assert free(partners=(partner("anna", (0, 120)),)) == [60, 90]


def test_of_windows_that_offer_the_same_start_the_longer_time_counts() -> None:
    both = [Window(60, 180, 60), Window(60, 180, 30)]
    assert [(each.start, each.end) for each in slots(both, Demand(), Bounds(earliest=0, until=90))] == [(60, 120)]
    taken = slots(both, Demand(), Bounds(earliest=0, until=90, taken=((60, 70),)))
    assert [(each.start, each.end, each.free) for each in taken] == [(60, 120, False)]
