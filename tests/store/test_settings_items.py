"""What is kept beside a branch's settings: how often it turns somebody away, and that its old appointments leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pynamodb.exceptions import PutError

from chalicelib.store import keys
from chalicelib.store.clearing import Clearings
from chalicelib.store.models import CounterItem
from chalicelib.store.settings_items import TURNED_AWAY_KEPT
from chalicelib.store.table import Table
from tests.builders import NOW, new_branch_id
from tests.faults import answered, error

WRONG = error("ValidationException")
DAY = "2026-11-23"


@pytest.fixture
def branch() -> str:
    return new_branch_id()


def test_whoever_was_turned_away_is_counted_by_day_for_some_weeks(table: Table, branch: str) -> None:
    CounterItem(keys.turned_away(branch), "2026-11-24").save()
    for day, count in ((DAY, 2), (DAY, 3), ("2026-11-22", 1)):
        table.count_turned_away(branch, day, count, NOW)
    assert table.turned_away(branch, DAY) == {DAY: 5, "2026-11-24": 0}
    assert CounterItem.get(keys.turned_away(branch), DAY).ttl == (NOW + TURNED_AWAY_KEPT).timestamp()


def test_a_count_of_those_turned_away_may_fail_untold(table: Table, branch: str) -> None:
    with answered("UpdateItem", WRONG) as left:
        table.count_turned_away(branch, DAY, 1, NOW)
    assert left == []
    assert table.turned_away(branch, DAY) == {}


def test_clearing_that_has_begun_does_not_begin_again(table: Table, branch: str) -> None:
    later = NOW + timedelta(hours=1)
    table.begin_clearing(branch)
    Clearings().take_up(branch, NOW, later)
    table.begin_clearing(branch)
    assert Clearings().next_look(branch) == later


def test_a_beginning_that_is_wrong_rises(table: Table, branch: str) -> None:
    with answered("PutItem", WRONG), pytest.raises(PutError):
        table.begin_clearing(branch)
    assert Clearings().next_look(branch) is None
