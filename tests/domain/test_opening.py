"""When a resource works and why it does not, as staff are shown it."""

from datetime import date

from chalicelib.domain.intervals import meets, merged
from chalicelib.domain.opening import closures, open_time
from chalicelib.domain.settings import TYPES, AvailabilityType, DateException, Settings
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
