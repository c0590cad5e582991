"""Listing a week takes no more than in proportion to what a branch has set (R16). What it costs, `make bench` measures."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.schedule import windows
from tests.builders import MONDAY, availability, offer, settings
from tests.performance.weeks import WEEK, many, some_taken
from tests.work import instructions

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = 4
"""So many times as many availabilities may be one and a half times as much work for each."""


@pytest.mark.parametrize("minimum_steps", [False, True])
def test_slots_from_four_times_as_many_availabilities_are_about_four_times_the_work(minimum_steps: bool) -> None:
    def work(count: int) -> int:
        rules = many(count, minimum_steps)
        assert len(set(rules)) == count
        offered, taken = offer(settings(*rules)), some_taken()
        offered.days(MONDAY, WEEK, taken)
        return instructions(lambda: offered.days(MONDAY, WEEK, taken))

    few, more = work(250), work(250 * TIMES)
    print(f"\na week of slots: {few:,} instructions for 250 availabilities, {more:,} for {250 * TIMES:,}")
    assert more <= 1.5 * TIMES * few


def test_windows_of_four_times_as_many_availabilities_are_about_four_times_the_work() -> None:
    def work(count: int) -> int:
        start = date(2020, 1, 1)
        rules = [availability("08:00-18:00", step=5 * (1 + n % 12), valid_from=start + timedelta(days=n)) for n in range(count)]
        return instructions(lambda: windows(rules, (), (), BERLIN, MONDAY, WEEK))

    few, more = work(250), work(250 * TIMES)
    print(f"\na week of windows: {few:,} instructions for 250 availabilities, {more:,} for {250 * TIMES:,}")
    assert more <= 1.5 * TIMES * few
