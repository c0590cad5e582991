"""When a resource works and why it does not, as staff are shown it."""

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.intervals import meets, merged
from chalicelib.domain.opening import closures, doubts, open_time
from chalicelib.domain.settings import TYPES, AvailabilityType, ClosedBy, DateException, Settings
from tests.builders import absence, availability, settings, shown, span

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
LEAVE = AvailabilityType(id="leave", name={"de": "Urlaub", "en": "Leave"}, effect="closes")
NAMES = {WEDNESDAY: {"de": "Buß- und Bettag", "en": "Repentance Day"}}


def told(settings: Settings, first: date = TUESDAY, last: date = TUESDAY) -> list[tuple[str, str, str, str]]:
    found = closures(settings, "cabin-1", first, last, NAMES)
    return [(each.why, each.name.get("de", ""), shown(each.span[0]), shown(each.span[1])) for each in found]


def test_an_absence_is_told_by_the_name_of_its_type() -> None:
    branch_settings = settings(availability("08:00-18:00"), availability("12:00-13:00", type="leave"), types=(*TYPES, LEAVE))
    assert told(branch_settings) == [("absence", "Urlaub", "2026-11-24T11:00", "2026-11-24T12:00")]


def test_an_absence_of_many_days_is_told_for_each_of_them() -> None:
    branch_settings = settings(absence("00:00-24:00", valid_from=TUESDAY, valid_until=WEDNESDAY))
    assert told(branch_settings, TUESDAY, WEDNESDAY) == [
        ("absence", "Abwesenheit", "2026-11-23T23:00", "2026-11-24T23:00"),
        ("absence", "Abwesenheit", "2026-11-24T23:00", "2026-11-25T23:00"),
    ]


def test_closings_are_told_apart_by_their_names() -> None:
    """Those of one type too, where they meet; a closed day by the name of its exception."""
    ill, away = (ClosedBy(id=each, name=each) for each in ("krank", "Messe"))
    branch_settings = settings(
        absence("08:00-10:00", valid_from=TUESDAY, valid_until=TUESDAY, closing=ill),
        absence("10:00-12:00", valid_from=TUESDAY, valid_until=TUESDAY, closing=away),
        absence("12:00-13:00"),
        exceptions=(DateException(resource="cabin-1", day=WEDNESDAY, name="Inventur"),),
    )
    found = closures(branch_settings, "cabin-1", TUESDAY, WEDNESDAY, {})
    told = {(shown(each.span[0]), each.reason, each.closing) for each in found}
    assert told == {
        ("2026-11-24T07:00", "krank", "krank"),
        ("2026-11-24T09:00", "Messe", "Messe"),
        ("2026-11-24T11:00", "", None),
        ("2026-11-24T23:00", "Inventur", None),
        ("2026-11-25T11:00", "", None),
    }
    [doubt] = doubts(branch_settings, "cabin-1", *span("2026-11-24T08:30", 30), {})
    assert (doubt.why, doubt.reason) == ("absence", "krank")


def test_a_holiday_closes_the_day_by_its_name_unless_an_exception_opens_it() -> None:
    opens = DateException(resource="cabin-1", day=WEDNESDAY, hours=(availability("09:00-12:00").hours,))
    closed, opened = (settings(holidays=frozenset({WEDNESDAY}), exceptions=each) for each in ((), (opens,)))
    assert told(closed, WEDNESDAY, WEDNESDAY) == [("holiday", "Buß- und Bettag", "2026-11-24T23:00", "2026-11-25T23:00")]
    assert told(opened, WEDNESDAY, WEDNESDAY) == []


def test_an_exception_without_hours_closes_the_day() -> None:
    branch_settings = settings(availability("08:00-18:00"), exceptions=(DateException(resource="cabin-1", day=TUESDAY),))
    assert told(branch_settings) == [("exception", "", "2026-11-23T23:00", "2026-11-24T23:00")]


def test_a_closed_day_is_as_long_as_its_clock_says_when_the_clocks_change() -> None:
    branch_settings = settings(holidays=frozenset({date(2027, 3, 28), date(2027, 10, 31)}))
    for day, hours in ((date(2027, 3, 28), 23), (date(2027, 10, 31), 25)):
        [only] = closures(branch_settings, "cabin-1", day, day, {})
        assert only.span[1] - only.span[0] == hours * 60


def test_no_time_is_open_and_closed() -> None:
    branch_settings = settings(
        availability("08:00-13:00"),
        availability("13:00-18:00", step=45),
        absence("12:00-12:30"),
        absence("15:00-24:00", valid_until=TUESDAY),
        holidays=frozenset({WEDNESDAY}),
    )
    opened = open_time(branch_settings, "cabin-1", TUESDAY, WEDNESDAY)
    assert span("2026-11-24T07:00", 240) in opened
    assert span("2026-11-24T11:30", 150) in opened, "windows of different steps are one time for staff"
    closed = merged(each.span for each in closures(branch_settings, "cabin-1", TUESDAY, WEDNESDAY, {}))
    assert not any(meets(closed, *each) for each in opened)


def doubted(start: str, length: int = 30, **fields: Any) -> list[tuple[str, str]]:
    """At a resource that works 09:00 to 17:00 UTC, with a break."""
    branch_settings = settings(
        availability("09:00-17:00"), absence("12:00-13:00"), zone="UTC", **{"holidays": frozenset({WEDNESDAY})} | fields
    )
    found = doubts(branch_settings, "cabin-1", *span(start, length), NAMES)
    return [(each.why, each.name.get("de", "")) for each in found]


@pytest.mark.parametrize(
    ("start", "length", "why"),
    [
        ("2026-11-24T09:00", 180, []),
        ("2026-11-24T13:00", 240, []),
        ("2026-11-24T08:30", 30, ["hours"]),
        ("2026-11-24T08:59", 30, ["hours"]),
        ("2026-11-24T17:00", 30, ["hours"]),
        ("2026-11-24T16:31", 30, ["hours"]),
        ("2026-11-24T11:31", 30, ["absence"]),
        ("2026-11-24T12:59", 30, ["absence"]),
        ("2026-11-24T11:30", 30, []),
        ("2026-11-24T13:00", 30, []),
        ("2026-11-24T11:30", 120, ["absence"]),
        ("2026-11-24T08:00", 600, ["absence", "hours"]),
        ("2026-11-24T23:30", 30, ["hours"]),
        ("2026-11-24T23:30", 31, ["holiday", "hours"]),
        ("2026-11-25T10:00", 30, ["holiday"]),
    ],
)
def test_a_time_is_doubted_for_each_reason_once(start: str, length: int, why: list[str]) -> None:
    assert [each for each, _ in doubted(start, length)] == why


def test_a_doubt_has_the_name_of_what_closes() -> None:
    assert doubted("2026-11-24T12:00") == [("absence", "Abwesenheit")]
    assert doubted("2026-11-25T10:00") == [("holiday", "Buß- und Bettag")]


def test_another_resource_s_exception_closes_nothing() -> None:
    other = DateException(resource="cabin-2", day=TUESDAY)
    own = DateException(resource="cabin-1", day=TUESDAY)
    assert doubted("2026-11-24T10:00", exceptions=(other,)) == []
    assert doubted("2026-11-24T10:00", exceptions=(own,)) == [("exception", "")]
