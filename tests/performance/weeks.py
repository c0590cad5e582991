"""Weeks that are much to reckon (R16)."""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.settings import Availability
from tests.builders import MONDAY, agenda, at, availability

WEEK = MONDAY + timedelta(days=6)
"""The last day of the week that is reckoned."""


def many(count: int, with_minimum_steps: bool) -> list[Availability]:
    """Up to 2,000 availabilities, no two of one step and minimum step, so that none merge."""
    return [
        availability(
            f"{8 + n % 10:02}:{n // 10 % 12 * 5:02}-{19 + n % 5:02}:{n // 7 % 12 * 5:02}",
            step=5 * (1 + n % 100),
            minimum_step=5 * (1 + n // 100) if with_minimum_steps else None,
            weekdays=frozenset({1 + n % 7}),
            valid_from=date(2020, 1, 1) + timedelta(days=n),
        )
        for n in range(count)
    ]


def some_taken() -> Agenda:
    starts = (at("2026-11-23T00:00") + 24 * 60 * day + 90 * number for day in range(7) for number in range(10))
    return agenda(*((start, start + 30) for start in starts))
