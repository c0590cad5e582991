"""How many online requests were turned away is counted, without a write for each of a flood."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.planner.customer.turned_away import EVERY, TurnedAway
from chalicelib.store.models import CounterItem
from infra.local.engine import Engine
from tests.builders import NOW
from tests.faults import answered, counted, error
from tests.planner.practice import Practice


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def note(practice: Practice, turned_away: TurnedAway, times: int = 1) -> None:
    for _ in range(times):
        turned_away.note(practice.settings.branch)


def test_a_flood_is_counted_and_written_every_ten_seconds(practice: Practice) -> None:
    turned_away = TurnedAway(practice.table, practice.clock)
    with counted() as requests:
        note(practice, turned_away, 500)
        practice.now += EVERY - timedelta(seconds=1)
        note(practice, turned_away, 499)
    assert requests.operations == ["UpdateItem"]
    practice.now += timedelta(seconds=1)
    note(practice, turned_away)
    assert practice.calendar.turned_away(practice.branch) == {"2026-11-23": 1000}


def test_days_are_the_branch_s_own_and_seven_are_shown(practice: Practice) -> None:
    for moment in ("2026-11-15T22:30", "2026-11-17T22:30", "2026-11-17T23:30", "2026-11-23T12:00"):
        practice.now = datetime.fromisoformat(f"{moment}+00:00")
        note(practice, TurnedAway(practice.table, practice.clock))
    assert practice.calendar.turned_away(practice.branch) == {"2026-11-17": 1, "2026-11-18": 1, "2026-11-23": 1}


def test_processes_add_up_and_a_day_is_kept_for_sixty(practice: Practice) -> None:
    for _ in range(2):
        note(practice, TurnedAway(practice.table, practice.clock))
    item = CounterItem.get(f"TURNED_AWAY#{practice.branch}", "2026-11-23")
    assert (item.used, item.ttl) == (2, (NOW + timedelta(days=60)).timestamp())


def test_a_database_that_refuses_keeps_nobody_waiting(practice: Practice) -> None:
    with answered("UpdateItem", *[error("ThrottlingException")] * 2):
        note(practice, TurnedAway(practice.table, practice.clock))
    assert practice.calendar.turned_away(practice.branch) == {}
