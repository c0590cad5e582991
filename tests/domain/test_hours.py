"""Windows and absences are reckoned once for each version of the settings, and what is kept of them has its bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.hours import MOST_KEPT, absences_of, kept_in_all, windows_of
from chalicelib.domain.schedule import absences, windows
from chalicelib.domain.settings import DateException
from tests.builders import MONDAY, absence, availability, hours, new_branch_id, settings
from tests.performance.weeks import WEEK

SET = settings(availability("09:00-17:00"), absence("12:00-13:00"), id=new_branch_id())


def test_they_are_what_the_rules_say() -> None:
    opens, closes = SET.hours("cabin-1", "opens"), SET.hours("cabin-1", "closes")
    for _ in range(2):
        assert list(windows_of(SET, "cabin-1", MONDAY, WEEK)) == windows(opens, (), (), SET.zone, MONDAY, WEEK)
        assert list(absences_of(SET, "cabin-1", MONDAY, WEEK)) == absences(closes, SET.zone, MONDAY, WEEK)


def test_they_are_reckoned_once_as_long_as_nothing_is_changed_that_they_come_from() -> None:
    first = windows_of(SET, "cabin-1", MONDAY, WEEK)
    otherwise = replace(SET, branch=replace(SET.branch, lead_hours=0), version=2)
    assert windows_of(otherwise, "cabin-1", MONDAY, WEEK) is first
    assert absences_of(SET, "cabin-1", MONDAY, WEEK) is absences_of(otherwise, "cabin-1", MONDAY, WEEK)


def test_each_thing_that_they_come_from_makes_them_others() -> None:
    before = windows_of(SET, "cabin-1", MONDAY, WEEK)
    changes = (
        replace(SET, availabilities=(availability("10:00-11:00"),)),
        replace(SET, exceptions=(DateException(resource="cabin-1", day=MONDAY, hours=(hours("10:00-11:00"),)),)),
        replace(SET, branch=replace(SET.branch, holidays=frozenset({MONDAY}))),
        replace(SET, branch=replace(SET.branch, zone="America/New_York")),
        replace(SET, branch=replace(SET.branch, id=new_branch_id()), availabilities=()),
    )
    for changed in changes:
        assert windows_of(changed, "cabin-1", MONDAY, WEEK) != before
        assert windows_of(SET, "cabin-1", MONDAY, WEEK) == before


def test_other_resources_and_other_days_have_their_own() -> None:
    week = windows_of(SET, "cabin-1", MONDAY, WEEK)
    assert windows_of(SET, "cabin-2", MONDAY, WEEK) == ()
    assert windows_of(SET, "cabin-1", MONDAY, MONDAY) != week
    assert windows_of(SET, "cabin-1", MONDAY + timedelta(days=7), WEEK + timedelta(days=7)) != week


def test_whoever_asks_for_everything_does_not_fill_the_memory() -> None:
    for branch in (SET, *(replace(SET, branch=replace(SET.branch, id=new_branch_id())) for _ in range(3))):
        for resource in range(40):
            for week in range(3):
                windows_of(branch, f"cabin-{resource}", MONDAY + timedelta(weeks=week), WEEK + timedelta(weeks=week))
                assert kept_in_all() <= MOST_KEPT


def test_of_a_branch_the_present_settings_alone_are_kept() -> None:
    """Others may have thousands of availabilities."""
    before = kept_in_all()
    for number in range(20):
        changed = replace(SET, availabilities=(availability(f"{number:02}:00-22:00"),))
        windows_of(changed, "cabin-1", MONDAY, WEEK)
    assert kept_in_all() <= before + 1
