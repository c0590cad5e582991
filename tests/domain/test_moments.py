"""Instants, wall time and units (R2, R3, R5)."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import OutsideAvailability
from chalicelib.domain.moments import (
    can_be_planned,
    days_between,
    has_begun,
    intervals_of,
    next_minute,
    occurs_twice,
    on_the_minute,
    to_local,
    to_utc,
    units_of,
    utc_days,
)
from tests.builders import at, minutes, shown

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def test_24_00_is_the_next_midnight() -> None:
    """R4."""
    assert to_utc(date(2026, 11, 23), minutes("24:00"), BERLIN) == to_utc(date(2026, 11, 24), 0, BERLIN)


def test_a_wall_time_that_is_skipped_is_read_with_the_offset_before_the_gap() -> None:
    """R5."""
    assert shown(to_utc(SPRING, minutes("02:30"), BERLIN)) == "2027-03-28T01:30"
    assert to_local(to_utc(SPRING, minutes("02:30"), BERLIN), BERLIN).strftime("%H:%M") == "03:30"


def test_a_wall_time_that_occurs_twice_means_the_first() -> None:
    """R5."""
    assert shown(to_utc(AUTUMN, minutes("02:30"), BERLIN)) == "2027-10-31T00:30"


def test_the_pinned_table_of_zones_counts_whatever_the_machine_has() -> None:
    """Tables of before 2026 have UTC-08:00 for this winter."""
    assert zoneinfo.TZPATH == ()
    assert to_local(at("2027-01-15T17:00"), ZoneInfo("America/Vancouver")).isoformat() == "2027-01-15T10:00:00-07:00"


def test_a_second_past_the_minute_counts_as_the_next_one() -> None:
    assert next_minute(datetime(2026, 11, 23, 8, 0, 1, tzinfo=UTC)) == at("2026-11-23T08:01")
    assert next_minute(datetime(2026, 11, 23, 8, 0, 0, tzinfo=UTC)) == at("2026-11-23T08:00")


def test_a_start_off_the_minute_is_never_offered() -> None:
    with pytest.raises(OutsideAvailability):
        on_the_minute(datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC))


def test_units_count_five_minutes_from_midnight_utc() -> None:
    """R3."""
    assert units_of(at("2026-11-23T00:00"), at("2026-11-23T00:15")) == {"2026-11-23": {0, 1, 2}}


def test_units_go_over_midnight_utc() -> None:
    assert units_of(at("2026-11-23T23:50"), at("2026-11-24T00:10")) == {"2026-11-23": {286, 287}, "2026-11-24": {0, 1}}


def test_a_day_that_is_only_touched_is_not_met() -> None:
    assert utc_days(at("2026-11-23T08:00"), at("2026-11-24T00:00")) == ["2026-11-23"]


@given(st.integers(0, 10_000_000), st.integers(1, 100))
def test_units_are_the_interval_and_nothing_else(first: int, count: int) -> None:
    start, end = first * 5, (first + count) * 5
    assert intervals_of(units_of(start, end)) == [(start, end)]


def test_a_start_off_the_whole_minute_by_anything_is_on_no_grid() -> None:
    whole = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert on_the_minute(whole) == at("2026-11-24T08:30")
    for off in (whole.replace(second=1), whole.replace(microsecond=1)):
        with pytest.raises(OutsideAvailability):
            on_the_minute(off)


def test_a_span_meets_the_day_of_its_last_minute_and_not_the_one_at_which_it_ends() -> None:
    midnight = at("2026-11-25T00:00")
    assert utc_days(midnight - 30, midnight) == ["2026-11-24"]
    assert utc_days(midnight - 30, midnight + 1) == ["2026-11-24", "2026-11-25"]


def test_only_an_hour_that_comes_back_occurs_twice() -> None:
    at_half_past = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN)
    assert occurs_twice(at_half_past)
    assert occurs_twice(at_half_past.replace(fold=1))
    assert not occurs_twice(at_half_past.replace(hour=3))


def test_what_begins_now_has_begun() -> None:
    start = at("2026-11-24T08:00")
    now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert has_begun(start, now)
    assert not has_begun(start + 1, now)
    assert not has_begun(start, now - timedelta(microseconds=1))


def test_days_between_two_are_told_with_both() -> None:
    assert days_between("2026-11-29", "2026-12-01") == ["2026-11-29", "2026-11-30", "2026-12-01"]
    assert days_between("2026-11-29", "2026-11-29") == ["2026-11-29"]


def test_what_can_be_planned_lies_in_the_years_2000_to_2999() -> None:
    first, last = at("2000-01-01T00:00"), at("2999-12-31T23:59") + 1
    assert can_be_planned(first, last)
    assert can_be_planned(first, first)
    assert not can_be_planned(first - 1, last)
    assert not can_be_planned(first, last + 1)
    assert not can_be_planned(last + 1, first)
    assert not can_be_planned(last, first - 1)
