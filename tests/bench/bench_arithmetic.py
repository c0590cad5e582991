"""What the rules cost by themselves, where a branch has set much (R16)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.offer import Offer
from chalicelib.domain.schedule import windows
from infra.local import demo
from tests.bench.clock import QUIET_MS, least
from tests.bench.conftest import Note
from tests.builders import MONDAY, agenda, at, availability, offer, settings
from tests.performance.weeks import WEEK, many, some_taken

GROUP = "rules"


def bench_fixed_work(note: Note) -> None:
    """On a quiet machine of the same make, this is what `QUIET_MS` says."""
    offered, taken = offer(settings(*many(20, False))), some_taken()
    cost = least(lambda: offered.days(MONDAY, WEEK, taken), 1000)
    note(f"the fixed work, which takes {QUIET_MS} ms on the machine of the budgets", cost.fixed_ms, None, "CPU ms", group=GROUP)


@pytest.mark.parametrize("kind", ["without", "with"])
def bench_week_of_2000_availabilities(kind: str, note: Note) -> None:
    offered, taken = offer(settings(*many(2000, kind == "with"))), some_taken()
    cost = least(lambda: offered.days(MONDAY, WEEK, taken), 7)
    note.cpu(f"a week of slots, 2,000 availabilities {kind} minimum steps", cost, 50, group=GROUP)


def bench_windows_of_2000_availabilities(note: Note) -> None:
    zone, start = ZoneInfo("Europe/Berlin"), date(2020, 1, 1)
    rules = [availability("08:00-18:00", step=5 * (1 + n % 12), valid_from=start + timedelta(days=n)) for n in range(2000)]
    cost = least(lambda: windows(rules, (), (), zone, MONDAY, WEEK), 5)
    note.cpu("a week of windows, 2,000 availabilities", cost, 50, group=GROUP)


def bench_week_of_the_demo(note: Note) -> None:
    settings = demo.shop(date(2026, 11, 27), {"admin": "a-1", "staff": "s-1"})
    week = Offer(settings, settings.resources[0], settings.shown_on("cabin-1")[0], datetime(2026, 11, 23, 6, tzinfo=UTC))
    starts = (at(f"2026-11-{day}T{hour:02}:00") for day in range(23, 29) for hour in (8, 10, 14))
    taken = agenda(*((start, start + 30) for start in starts))
    note.cpu("a week of slots, the demo", least(lambda: week.days(MONDAY, WEEK, taken), 200), 0.5, group=GROUP)
