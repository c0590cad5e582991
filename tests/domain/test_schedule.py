"""From weekly hours to windows on the UTC line (R4 to R7, R16)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import settings as domain
from chalicelib.domain.errors import Invalid
from chalicelib.domain.schedule import absences, windows
from chalicelib.domain.settings import Availability, DateException
from tests.builders import MONDAY, absence, availability, hours, settings, shown

TYPES = (*domain.TYPES, domain.AvailabilityType(id="note", name={"de": "Notiz"}, effect="neither"))
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)


def opened(*rules: Availability, day: date = MONDAY, zone: str = "UTC", **more: Sequence[object]) -> list[tuple[str, str]]:
    """The windows that begin on `day`, as clock times of UTC with their day where it is another."""
    exceptions: Sequence[DateException] = more.get("exceptions", ())  # type: ignore[assignment]
    holidays: Sequence[date] = more.get("holidays", ())  # type: ignore[assignment]
    found = windows(settings(*rules, types=TYPES).hours("cabin-1", "opens"), exceptions, holidays, ZoneInfo(zone), day, day)
    texts = [(shown(each.start), shown(each.end)) for each in found]
    return [(start, end) for start, end in texts if start.startswith(day.isoformat())]


def on(day: str, *clocks: str) -> list[tuple[str, str]]:
    return [(f"{day}T{clock.split('-')[0]}", f"{day}T{clock.split('-')[1]}") for clock in clocks]


def test_windows_that_touch_or_overlap_merge() -> None:
    """R4."""
    rules = availability("09:00-10:00"), availability("10:00-11:00"), availability("10:30-12:00")
    assert opened(*rules) == on("2026-11-23", "09:00-12:00")


def test_windows_of_different_steps_stay_apart() -> None:
    rules = availability("09:00-10:00", step=30), availability("10:00-11:00", step=20)
    assert opened(*rules) == on("2026-11-23", "09:00-10:00", "10:00-11:00")


def test_windows_of_different_minimum_steps_stay_apart() -> None:
    rules = availability("09:00-10:00", minimum_step=15), availability("09:30-11:00")
    assert opened(*rules) == on("2026-11-23", "09:00-10:00", "09:30-11:00")


def test_the_same_hours_with_a_minimum_step_and_without_are_two_windows() -> None:
    rules = availability("09:00-10:00", minimum_step=15), availability("09:00-10:00")
    found = windows(rules, (), (), BERLIN, MONDAY, MONDAY)
    assert [each.minimum_step for each in found] == [0, 15] * 3


@pytest.mark.parametrize(
    ("zone", "day", "clocks"),
    [
        ("America/Nuuk", date(2027, 3, 27), ("21:00-23:00", "00:00-02:00")),
        ("America/Santiago", date(2027, 9, 4), ("22:00-24:00", "01:00-03:00")),
    ],
)
def test_windows_between_which_the_clock_skips_an_hour_stay_apart(zone: str, day: date, clocks: tuple[str, ...]) -> None:
    """Before midnight, or after it."""
    found = windows([availability(each) for each in clocks], (), (), ZoneInfo(zone), day, day)
    assert {each.end - each.start for each in found} == {120}
    assert any(one.end == next_one.start for one, next_one in pairwise(found))


def test_a_window_that_ends_at_midnight_goes_on_in_one_that_starts_there() -> None:
    rules = availability("22:00-24:00"), availability("00:00-02:00")
    assert opened(*rules) == [("2026-11-23T22:00", "2026-11-24T02:00")]


def test_a_window_from_the_day_before_keeps_its_grid_after_midnight() -> None:
    rules = availability("22:15-24:00"), availability("00:00-02:00")
    found = windows(rules, (), (), ZoneInfo("UTC"), TUESDAY, TUESDAY)
    assert ("2026-11-23T22:15", "2026-11-24T02:00") in [(shown(each.start), shown(each.end)) for each in found]


def test_a_whole_day_stays_its_own_window() -> None:
    assert opened(availability("00:00-24:00")) == [("2026-11-23T00:00", "2026-11-24T00:00")]


def test_a_whole_day_does_not_merge_with_the_evening_before() -> None:
    monday_evening = availability("20:00-24:00", weekdays=frozenset({1}))
    tuesday = availability("00:00-24:00", weekdays=frozenset({2}))
    assert opened(monday_evening, tuesday) == [("2026-11-23T20:00", "2026-11-24T00:00")]


@pytest.mark.parametrize("monday", [("00:00-24:00",), ("00:00-12:00", "12:00-24:00")])
def test_a_whole_day_does_not_merge_with_the_next_morning(monday: tuple[str, ...]) -> None:
    """Also one that is made of parts (R4)."""
    whole = [availability(span, weekdays=frozenset({1})) for span in monday]
    morning = availability("00:00-02:00", weekdays=frozenset({2}))
    assert opened(*whole, morning) == [("2026-11-23T00:00", "2026-11-24T00:00")]
    assert opened(*whole, morning, day=TUESDAY) == on("2026-11-24", "00:00-02:00")


@pytest.mark.parametrize("other", [{"step": 20}, {"minimum_step": 15}])
def test_windows_of_other_steps_do_not_merge_over_midnight(other: dict[str, int]) -> None:
    evening = availability("22:00-24:00", weekdays=frozenset({1}))
    morning = availability("00:00-02:00", weekdays=frozenset({2}), **other)
    assert opened(evening, morning) == [("2026-11-23T22:00", "2026-11-24T00:00")]
    assert opened(evening, morning, day=TUESDAY) == on("2026-11-24", "00:00-02:00")


def test_a_window_that_does_not_reach_midnight_ends_where_it_ends() -> None:
    assert opened(availability("22:00-23:55"), availability("00:00-02:00")) == on("2026-11-23", "00:00-02:00", "22:00-23:55")


def test_an_exception_replaces_the_weekly_hours_of_its_date() -> None:
    """R7."""
    exception = DateException(resource="cabin-1", day=MONDAY, hours=(hours("14:00-15:00"),))
    assert opened(availability("09:00-12:00"), exceptions=[exception]) == on("2026-11-23", "14:00-15:00")


def test_an_empty_exception_closes_its_date_only() -> None:
    exception = DateException(resource="cabin-1", day=MONDAY)
    rule = availability("09:00-12:00")
    assert opened(rule, exceptions=[exception]) == []
    assert opened(rule, exceptions=[exception], day=TUESDAY) == on("2026-11-24", "09:00-12:00")


def test_a_holiday_closes_the_day() -> None:
    """R7."""
    assert opened(availability("09:00-12:00"), holidays=[MONDAY]) == []


def test_an_exception_opens_a_holiday() -> None:
    exception = DateException(resource="cabin-1", day=MONDAY, hours=(hours("10:00-11:00"),))
    assert opened(availability("09:00-12:00"), exceptions=[exception], holidays=[MONDAY]) == on("2026-11-23", "10:00-11:00")


def test_only_working_time_opens() -> None:
    """R6."""
    assert opened(availability("09:00-12:00", type="note"), absence("13:00-14:00")) == []


def test_a_rule_holds_on_its_weekdays_and_in_its_validity_both_ends_included() -> None:
    rule = availability("09:00-12:00", weekdays=frozenset({1}), valid_from=MONDAY, valid_until=MONDAY)
    assert opened(rule) == on("2026-11-23", "09:00-12:00")
    assert opened(rule, day=TUESDAY) == []
    assert opened(rule, day=date(2026, 11, 30)) == []


def test_a_rule_returns_every_so_many_weeks_from_the_week_in_which_it_begins() -> None:
    """Whatever weekday it begins on."""
    rule = availability("09:00-12:00", weekdays=frozenset({1, 2}), valid_from=TUESDAY, every_weeks=2)
    days = [day for number in range(-7, 30) if opened(rule, day=(day := MONDAY + timedelta(days=number)))]
    assert [each.isoformat()[5:] for each in days] == ["11-24", "12-07", "12-08", "12-21", "12-22"]


def test_a_rule_holds_in_the_months_of_its_season() -> None:
    rule = availability("09:00-12:00", months=frozenset({12, 1}))
    days = (date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 31), date(2027, 2, 1))
    assert [bool(opened(rule, day=day)) for day in days] == [False, True, True, False]


def test_a_rhythm_has_a_week_from_which_it_counts() -> None:
    with pytest.raises(Invalid) as refused:
        availability("09:00-12:00", every_weeks=2)
    assert list(refused.value.fields) == ["valid_from"]


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 8),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(st.integers(1, 12)),
)
def test_a_rhythm_is_what_counting_week_by_week_says(begins: date, every: int, weekdays: set[int], months: set[int]) -> None:
    """Against an oracle that goes from one week to the next."""
    monday = begins - timedelta(days=begins.weekday())
    weeks = [monday + timedelta(weeks=number * every) for number in range(60 // every)]
    hit = {week + timedelta(days=weekday - 1) for week in weeks for weekday in weekdays}
    expected = sorted(day for day in hit if day >= begins and (not months or day.month in months))
    rule = absence("09:00-10:00", weekdays=frozenset(weekdays), valid_from=begins, every_weeks=every, months=frozenset(months))
    last = monday + timedelta(weeks=60 // every * every, days=-1)
    found = absences([rule], ZoneInfo("UTC"), monday, last - timedelta(days=1))
    assert [shown(start)[:10] for start, _ in found] == [day.isoformat() for day in expected]


def test_a_yearly_exception_returns_and_one_of_the_very_date_goes_before_it() -> None:
    yearly = DateException(resource="cabin-1", day=date(2024, 12, 24), hours=(hours("09:00-12:00"),), yearly=True)
    newer = DateException(resource="cabin-1", day=date(2027, 12, 24), yearly=True)
    dated = DateException(resource="cabin-1", day=date(2026, 12, 24), hours=(hours("10:00-11:00"),))
    on_eve = {
        year: opened(availability("08:00-18:00"), day=date(year, 12, 24), exceptions=[newer, yearly, dated])
        for year in (2023, 2025, 2026, 2027, 2028)
    }
    assert {year: [start[11:] for start, _ in found] for year, found in on_eve.items()} == {
        2023: ["08:00"],
        2025: ["09:00"],
        2026: ["10:00"],
        2027: [],
        2028: [],
    }


def test_absences_are_laid_on_the_utc_line_and_merged() -> None:
    rules = absence("12:00-13:00"), absence("12:30-14:00")
    found = [(shown(start), shown(end)) for start, end in absences(rules, BERLIN, MONDAY, MONDAY)]
    assert ("2026-11-23T11:00", "2026-11-23T13:00") in found
    assert all(end.endswith("13:00") for _, end in found)


def test_absences_of_the_days_before_and_after_are_known() -> None:
    """What crosses the zone's midnight meets them (R6)."""
    rules = absence("23:00-24:00", weekdays=frozenset({7})), absence("00:00-01:00", weekdays=frozenset({2}))
    found = [(shown(start), shown(end)) for start, end in absences(rules, BERLIN, MONDAY, MONDAY)]
    assert found == [("2026-11-22T22:00", "2026-11-22T23:00"), ("2026-11-23T23:00", "2026-11-24T00:00")]


def test_an_absence_holds_on_its_weekdays_and_in_its_validity() -> None:
    rule = absence("12:00-13:00", weekdays=frozenset({1, 2}), valid_from=TUESDAY)
    found = [shown(start) for start, _ in absences([rule], ZoneInfo("UTC"), MONDAY, date(2026, 11, 30))]
    assert found == ["2026-11-24T12:00", "2026-11-30T12:00", "2026-12-01T12:00"]


def test_a_window_that_only_a_clock_change_empties_opens_nothing() -> None:
    assert opened(availability("02:00-03:00"), day=date(2027, 3, 28), zone="Europe/Berlin") == []


@pytest.mark.parametrize(
    ("zone", "day", "hours_open"),
    [
        ("Europe/Berlin", date(2027, 3, 28), 2),
        ("Europe/Berlin", date(2027, 10, 31), 4),
        ("America/New_York", date(2027, 3, 14), 2),
        ("America/New_York", date(2027, 11, 7), 4),
        ("Australia/Lord_Howe", date(2027, 4, 4), 3.5),
        ("Australia/Lord_Howe", date(2027, 10, 3), 2.5),
    ],
)
def test_a_window_over_a_clock_change_is_as_long_as_the_clock_ran(zone: str, day: date, hours_open: float) -> None:
    lengths = {each.end - each.start for each in windows([availability("01:00-04:00")], (), (), ZoneInfo(zone), day, day)}
    assert hours_open * 60 in lengths


rules_strategy = st.lists(
    st.builds(
        lambda start, length, step, minimum_step, days: availability(
            f"{start // 12:02}:{start % 12 * 5:02}-{(start + length) // 12:02}:{(start + length) % 12 * 5:02}",
            step,
            minimum_step,
            weekdays=frozenset(days),
        ),
        st.integers(0, 200),
        st.integers(1, 88),
        st.sampled_from([15, 30, 45]),
        st.sampled_from([None, 15]),
        st.sets(st.integers(1, 7), min_size=1),
    ),
    max_size=12,
)


@given(rules_strategy, st.randoms())
def test_order_and_duplicates_of_availabilities_change_nothing(rules: list[Availability], chance: random.Random) -> None:
    """R16."""
    again = [*rules, *rules]
    chance.shuffle(again)
    assert windows(again, (), (), BERLIN, MONDAY, TUESDAY) == windows(rules, (), (), BERLIN, MONDAY, TUESDAY)
