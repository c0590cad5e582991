"""Races at the store, on a real engine: whatever happens at once, the units are those of the appointments (R19, R20)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.appointment import Appointment, AppointmentExists, Change, UnitsTaken, event_of
from chalicelib.domain.settings import Resource
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, at, made, new_branch_id
from tests.race import together
from tests.store.bookings import FIRST, LAST, anywhere, take


def outcomes(results: Sequence[object]) -> Counter[str]:
    return Counter("won" if result is None else type(result).__name__ for result in results)


def test_of_many_at_one_slot_one_wins_and_the_others_learn_what_is_taken(table: Table) -> None:
    for _ in range(20):
        branch = new_branch_id()
        appointments = [appointment(branch=branch) for _ in range(16)]
        results = together(16, lambda number, found=appointments: take(table, found[number]))  # type: ignore[misc]
        assert outcomes(results) == {"won": 1, "UnitsTaken": 15}
        assert all(result.agenda.holds == appointments[0].holds for result in results if isinstance(result, UnitsTaken))


def test_a_request_sent_twice_at_once_is_made_once(table: Table) -> None:
    for _ in range(20):
        booked = appointment(branch=new_branch_id())
        results = together(4, lambda _, found=booked: take(table, found))  # type: ignore[misc]
        assert outcomes(results) == {"won": 1, AppointmentExists.__name__: 3}


def test_at_two_resources_all_win(table: Table) -> None:
    branch = new_branch_id()
    results = together(16, lambda number: take(table, appointment(branch=branch, resource=f"cabin-{number}")))
    assert outcomes(results) == {"won": 16}


def test_after_a_race_of_overlapping_starts_the_units_are_those_of_the_appointments(table: Table) -> None:
    for seed in range(10):
        branch, chance = new_branch_id(), random.Random(seed)
        appointments = [anywhere(branch, chance) for _ in range(32)]
        results = together(32, lambda number, found=appointments: take(table, found[number]))  # type: ignore[misc]
        won = outcomes(results)
        assert won["won"] + won["UnitsTaken"] == 32
        comparison = compare_units(table, branch, Resource(id="cabin-1", name=""), FIRST, LAST, [])
        assert comparison.sound
        assert comparison.held == sum(
            (one.end - one.start) // 5 for one, done in zip(appointments, results, strict=True) if done is None
        )


def elsewhere(appointment: Appointment, chance: random.Random) -> Change:
    other = anywhere(appointment.branch, chance)
    after = replace(appointment, start=other.start, end=other.end, day=other.day, holds=other.holds, version=2)
    return Change(before=appointment, after=after, event=event_of(after, "moved", "staff-1", NOW))


def test_after_moves_and_bookings_at_once_the_units_are_those_of_the_appointments(table: Table) -> None:
    """Each move swaps units of a day that others change meanwhile."""
    seen = Counter[str]()
    for seed in range(10):
        branch, chance, midnight = new_branch_id(), random.Random(seed), at("2026-11-25T00:00")
        starts = [midnight + 30 * number for number in range(-4, 4)]
        first = [appointment(branch=branch, start=start, end=start + 30) for start in starts]
        for each in first:
            take(table, each)
        changes = [elsewhere(each, chance) for each in first] + [made(anywhere(branch, chance)) for _ in range(8)]
        results = together(16, lambda number, changes=changes: table.write(changes[number]))  # type: ignore[misc]
        seen += outcomes(results)
        ended = [each.after if done is None else each.before for each, done in zip(changes, results, strict=True)]
        live = [each for each in ended if each]
        assert [table.appointment(each.id) for each in live] == live
        comparison = compare_units(table, branch, Resource(id="cabin-1", name=""), FIRST, LAST, [])
        assert comparison.sound
        assert comparison.held == sum((each.end - each.start) // 5 for each in live)
    print(f"\n10 rounds of 8 moves and 8 bookings: {dict(seen)}")
    assert seen.keys() <= {"won", "UnitsTaken", "TryAgain"}
    assert seen["won"] > 0
