"""Old appointments that leave while others let them leave too, or change them: each counts once, and nothing is lost."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.appointment import Appointment, Change, event_of
from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.settings import Resource
from chalicelib.domain.sums import WeekSum, counted, sum_of, summed
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store import keys
from chalicelib.store.audit import Books
from chalicelib.store.clearing import Clearings
from chalicelib.store.models import MessageItem
from chalicelib.store.table import Table
from tests.builders import MONDAY, NOW, appointment, at, made, new_branch_id, settings
from tests.race import together
from tests.repeated import OFTEN, rounds

SETTINGS = settings()
LATER = NOW + timedelta(days=2000)
CABIN = Resource(id="cabin-1", name="")


def past(table: Table, branch: str, count: int) -> list[Appointment]:
    """Appointments one after the other on a day, which nobody needs any more."""
    found = [
        appointment(branch=branch, start=start, end=start + 5, status="confirmed", comment=None, fingerprint="", due=None)
        for start in range(at("2026-11-24T08:00"), at("2026-11-24T08:00") + 5 * count, 5)
    ]
    for each in found:
        table.write(made(each))
        for item in MessageItem.query(keys.appointment(each.id), MessageItem.sk.startswith(keys.MESSAGE)):
            item.update([MessageItem.gsi3pk.remove(), MessageItem.gsi3sk.remove()])
    return found


def in_all(table: Table, branch: str, appointments: list[Appointment]) -> dict[tuple[date, str], WeekSum]:
    """The sums that are stored, with those of the appointments that are still there."""
    left = table.several(each.id for each in appointments).values()
    stored = Books().sums(branch, MONDAY, MONDAY)
    return summed([*stored, *(sum_of(counted(each), SETTINGS) for each in left)])


@pytest.mark.chance
def test_of_several_sweeps_at_once_each_appointment_counts_in_one(table: Table) -> None:
    for _ in range(rounds(2, 20)):
        branch = new_branch_id()
        old = past(table, branch, 8)
        before = in_all(table, branch, old)

        def sweep(number: int, old: list[Appointment] = old) -> int:
            mine = random.Random(number).sample(old, len(old))
            return sum(Clearings().leave(each, sum_of(counted(each), SETTINGS), LATER) for each in mine)

        results = together(4, sweep)
        while table.several(each.id for each in old):
            results.append(sweep(0))
        assert sum(each for each in results if isinstance(each, int)) == len(old)
        assert in_all(table, branch, old) == before
        assert compare_units(table, branch, CABIN, "2026-11-23", "2026-11-26", []).sound
        assert table.agenda(branch, [CABIN], "2026-11-23", "2026-11-26").holds == {}


@pytest.mark.chance
def test_a_change_at_that_moment_is_either_refused_or_kept_with_its_appointment(table: Table) -> None:
    outcomes: set[bool] = set()
    for looks in range(rounds(4, 60)):
        branch = new_branch_id()
        [old] = past(table, branch, 1)
        after = replace(old, status="no_show", version=2)
        change = replace(made(after), before=old, event=event_of(after, "no_show", "anna", LATER), messages=())

        def act(number: int, old: Appointment = old, change: Change = change, looks: int = looks % 4) -> bool:
            if number == 0:
                return Clearings().leave(old, sum_of(counted(old), SETTINGS), LATER)
            for _ in range(looks):  # now it comes before, now after
                table.history(old.id)
            table.write(change)
            return True

        left, changed = together(2, act)
        stored, [found] = table.appointment(old.id), in_all(table, branch, [old]).values()
        refused = isinstance(changed, ChangedMeanwhile)
        assert (stored is None) == (left is True) == refused
        assert found.numbers.get(("no_show", ""), 0) == (0 if refused else 1)
        assert found.numbers["online", ""] == 1
        assert compare_units(table, branch, CABIN, "2026-11-23", "2026-11-26", []).sound
        outcomes.add(refused)
    assert outcomes == {True, False} or not OFTEN
