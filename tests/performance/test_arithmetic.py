"""What listing a week costs in arithmetic alone (R16)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import Availability, Resource, Settings, Template
from infra.local import demo
from tests.builders import MONDAY, agenda, at, availability, offer, settings

WEEK = MONDAY + timedelta(days=6)


def cpu_ms(act: Callable[[], object], runs: int) -> float:
    """The least of so many runs: what disturbs only ever adds."""

    def once() -> float:
        start = time.process_time()
        act()
        return (time.process_time() - start) * 1000

    return min(once() for _ in range(runs))


def many(with_minimum_steps: bool) -> list[Availability]:
    """2,000 availabilities, no two of one step and minimum step, so that none merge."""
    return [
        availability(
            f"{8 + n % 10:02}:{n // 10 % 12 * 5:02}-{19 + n % 5:02}:{n // 7 % 12 * 5:02}",
            step=5 * (1 + n % 100),
            minimum_step=5 * (1 + n // 100) if with_minimum_steps else None,
            weekdays=frozenset({1 + n % 7}),
            valid_from=date(2020, 1, 1) + timedelta(days=n),
        )
        for n in range(2000)
    ]


def some_taken() -> Agenda:
    starts = (at("2026-11-23T00:00") + 24 * 60 * day + 90 * number for day in range(7) for number in range(10))
    return agenda(*((start, start + 30) for start in starts))


@pytest.mark.parametrize("minimum_steps", [False, True])
def test_a_week_of_slots_from_2000_availabilities_costs_less_than_50_ms(minimum_steps: bool) -> None:
    rules = many(minimum_steps)
    assert len(set(rules)) == 2000
    its, taken = offer(settings(*rules)), some_taken()
    spent = cpu_ms(lambda: its.days(MONDAY, WEEK, taken), 7)
    found = sum(slot.free for listed in its.days(MONDAY, WEEK, taken).values() for slot in listed)
    kind = "with" if minimum_steps else "without"
    print(f"\n2,000 availabilities {kind} minimum steps: {spent:.1f} ms for a week, {found} free starts (budget: 50 ms)")
    assert spent < 50


def test_a_week_of_the_demo_costs_less_than_half_a_millisecond() -> None:
    its: Settings = demo.shop(date(2026, 11, 27), {"admin": "a-1", "staff": "s-1"})
    cabin: Resource = its.resources[0]
    now = datetime(2026, 11, 23, 6, tzinfo=UTC)
    service: Template = its.shown_on("cabin-1")[0]
    week = Offer(its, cabin, service, now)
    taken = agenda(
        *(
            (at(f"2026-11-{day}T{hour:02}:00"), at(f"2026-11-{day}T{hour:02}:30"))
            for day in range(23, 29)
            for hour in (8, 10, 14)
        )
    )
    listed = week.slots(MONDAY, WEEK, taken)
    spent = cpu_ms(lambda: week.days(MONDAY, WEEK, taken), 200)
    print(f"\nthe demo's week: {spent:.2f} ms of arithmetic for {len(listed)} starts (budget: 0.5 ms)")
    assert spent < 0.5
