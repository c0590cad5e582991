"""How a branch is used, counted by week and resource."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.figures import Figures, by_kind, figures
from chalicelib.domain.settings import Resource, Template
from chalicelib.domain.sums import CountedAppointment, WeekSum, sum_of
from tests.builders import MONDAY, absence, at, availability, settings

CABINS = (Resource(id="cabin-1", name="", order=1), Resource(id="cabin-2", name="", order=2))


def visit(start: str, **fields: Any) -> CountedAppointment:
    given: dict[str, Any] = {
        "resource": "cabin-1",
        "second": None,
        "start": at(start),
        "end": at(start) + 30,
        "preparation": 0,
        "follow_up": 0,
        "type": "request",
        "status": "confirmed",
        "made_at": at("2026-11-20T08:00"),
    } | fields
    return CountedAppointment(**given)


def sums(*counted: CountedAppointment) -> list[WeekSum]:
    return [sum_of(each, settings()) for each in counted]


def week(*counted: CountedAppointment, **fields: Any) -> Figures:
    """Of the first cabin in the week of MONDAY."""
    branch_settings = settings(availability("09:00-12:00"), **{"resources": CABINS} | fields)
    return figures(branch_settings, MONDAY, 1, sums(*counted))[0]


def test_each_week_has_each_resource_in_the_branchs_order() -> None:
    found = figures(settings(resources=CABINS), MONDAY, 2, [])
    after = MONDAY + timedelta(days=7)
    assert [(each.week, each.resource) for each in found] == [
        (MONDAY, "cabin-1"), (MONDAY, "cabin-2"), (after, "cabin-1"), (after, "cabin-2")
    ]  # fmt: skip


def test_states_and_kinds_are_counted() -> None:
    figures = week(
        visit("2026-11-23T08:00"),
        visit("2026-11-23T09:00", status="no_show"),
        visit("2026-11-23T10:00", status="done", type="appointment"),
        visit("2026-11-24T08:00", status="cancelled"),
        visit("2026-11-24T09:00", status="declined"),
        visit("2026-11-24T10:00", status="proposed"),
        visit("2026-11-25T10:00", type="blocked"),
    )
    assert (figures.requests, figures.confirmed, figures.cancelled, figures.no_show) == (5, 3, 1, 1)


def test_an_appointment_counts_in_the_local_week_of_its_start() -> None:
    late, early = visit("2026-11-22T22:59"), visit("2026-11-22T23:00")  # Monday begins at 23:00 UTC
    assert week(late).requests == 0
    assert week(early).requests == 1


def test_the_lead_is_the_median_of_requests_in_days() -> None:
    figures = week(visit("2026-11-23T08:00"), visit("2026-11-24T20:00"), visit("2026-11-23T09:00", type="appointment"))
    assert figures.lead_days == 3.8
    assert week(visit("2026-11-23T09:00", type="appointment")).lead_days is None


def test_held_minutes_have_buffers_and_count_for_the_second_resource_too() -> None:
    one = visit("2026-11-23T08:00", preparation=5, follow_up=10)
    beside = visit("2026-11-23T08:00", resource="cabin-2", second="cabin-1")
    released = visit("2026-11-23T10:00", status="cancelled")
    assert week(one, beside, released).held_minutes == 45 + 30


def test_open_minutes_are_those_of_the_hours_less_absences_and_blocked_time() -> None:
    branch_settings = settings(availability("09:00-12:00"), absence("11:30-13:00"), resources=CABINS)
    blocked = visit("2026-11-23T08:00", type="blocked", follow_up=30)
    evening = visit("2026-11-23T18:00", type="blocked")
    [found, _] = figures(branch_settings, MONDAY, 1, sums(blocked, evening))
    assert found.open_minutes == 7 * 150 - 60
    assert found.held_minutes == 0


def test_a_resource_that_holds_several_is_open_for_each() -> None:
    resources = (Resource(id="cabin-1", name="", capacity=3),)
    assert week(resources=resources).open_minutes == 3 * 7 * 180


def test_a_closed_day_is_not_open() -> None:
    assert week(holidays=frozenset({date(2026, 11, 25)})).open_minutes == 6 * 180


def test_hours_past_midnight_are_parted_between_the_weeks() -> None:
    night = availability("22:00-24:00", weekdays=frozenset({7})), availability("00:00-02:00", weekdays=frozenset({1}))
    found = figures(settings(*night), MONDAY, 2, [])
    assert [each.open_minutes for each in found] == [240, 240]


ANNA, BODO = (Resource(id=each, name="", kind="person", order=5) for each in ("anna", "bodo"))


@pytest.mark.parametrize(
    ("persons", "by_person", "told"),
    [
        ((ANNA, BODO), False, [("cabin-1", 1, 0), (None, 2, 60)]),
        ((ANNA, BODO), True, [("cabin-1", 1, 0), ("anna", 1, 30), ("bodo", 1, 30)]),
        ((ANNA,), False, [(None, 2, 30)]),
    ],
)
def test_nobodys_own_figures_are_told_unless_they_are_switched_on(
    persons: tuple[Resource, ...], by_person: bool, told: list[tuple[str | None, int, int]]
) -> None:
    """Of a single person the figures are those of all resources together."""
    branch_settings = settings(
        availability("09:00-12:00", resources=("anna",)), resources=(CABINS[0], *persons), figures_by_person=by_person
    )
    counted = sums(
        visit("2026-11-23T08:00", status="cancelled"),
        *(visit("2026-11-23T09:00", resource=each.id, template="test") for each in persons),
    )
    found = figures(branch_settings, MONDAY, 1, counted)
    assert [(each.resource, each.requests, each.held_minutes) for each in found] == told
    assert sum(each.open_minutes for each in found) == 7 * 180
    kinds = by_kind(branch_settings, MONDAY, 1, counted)
    assert {each.resource for each in kinds} == {place for place, *_ in told}
    assert sum(each.online for each in kinds) == 1 + len(persons)


def test_kinds_are_counted_by_the_way_they_came_and_by_what_became_of_them() -> None:
    test = Template(id="test", name={"de": "Hörtest"}, duration=30)
    found = by_kind(
        settings(resources=CABINS, templates=(test,)),
        MONDAY,
        2,
        sums(
            visit("2026-11-23T08:00", template="test"),
            visit("2026-11-23T09:00", template="test", type="appointment", status="no_show", follow_up=15),
            visit("2026-11-24T09:00", template="test", status="cancelled"),
            visit("2026-11-24T10:00", template="gone", type="appointment"),
            visit("2026-11-24T11:00", type="blocked"),
            visit("2026-11-30T08:00", template="test", resource="cabin-2"),
        ),
    )
    assert [(each.week, each.resource, each.template, each.online, each.desk) for each in found] == [
        (MONDAY, "cabin-1", "test", 2, 1),
        (MONDAY, "cabin-1", None, 0, 1),
        (MONDAY + timedelta(days=7), "cabin-2", "test", 1, 0),
    ]
    first = found[0]
    assert (first.confirmed, first.cancelled, first.no_show, first.held_minutes) == (2, 1, 1, 75)


def test_the_week_ends_where_the_next_one_begins() -> None:
    """Monday begins at 23:00 UTC."""
    found = figures(settings(resources=CABINS), MONDAY, 2, sums(visit("2026-11-29T23:00")))
    assert [each.requests for each in found] == [0, 0, 1, 0]
    assert [each.week for each in by_kind(settings(resources=CABINS), MONDAY, 2, sums(visit("2026-11-29T23:00")))] == [
        MONDAY + timedelta(days=7)
    ]


def test_kinds_are_counted_from_the_first_week_to_the_last() -> None:
    first, before, after = visit("2026-11-22T23:00"), visit("2026-11-22T22:30"), visit("2026-11-29T23:00")
    found = by_kind(settings(resources=CABINS), MONDAY, 1, sums(first, before, after))
    assert [(each.week, each.online) for each in found] == [(MONDAY, 1)]


def test_each_resource_counts_its_own() -> None:
    mine, others = visit("2026-11-23T08:00"), visit("2026-11-23T09:00", resource="cabin-2", status="declined")
    [first, second] = figures(settings(resources=CABINS), MONDAY, 1, sums(mine, others))
    assert (first.requests, first.confirmed, first.held_minutes) == (1, 1, 30)
    assert (second.requests, second.confirmed, second.held_minutes) == (1, 0, 0)


def test_of_a_resource_that_is_gone_no_kind_is_counted() -> None:
    assert by_kind(settings(resources=CABINS), MONDAY, 1, sums(visit("2026-11-23T08:00", resource="gone"))) == []


def test_only_what_is_blocked_is_taken_off_the_open_time() -> None:
    assert week(visit("2026-11-23T08:00"), visit("2026-11-23T09:00", type="blocked")).open_minutes == 7 * 180 - 30


@pytest.mark.parametrize(("second", "blocked"), [(None, 0), ("cabin-1", 30)])
def test_what_is_blocked_elsewhere_is_taken_off_where_it_holds_the_second_resource(second: str | None, blocked: int) -> None:
    elsewhere = visit("2026-11-23T09:00", type="blocked", resource="cabin-2", second=second)
    assert week(elsewhere).open_minutes == 7 * 180 - blocked


def test_weeks_that_are_over_were_not_open() -> None:
    branch_settings = settings(availability("09:00-12:00"))
    second = at("2026-11-29T23:00")
    found = figures(branch_settings, MONDAY, 2, [], since=second)
    assert [each.open_minutes for each in found] == [0, 7 * 180]


def test_kinds_come_in_the_branchs_order_and_those_that_are_gone_last() -> None:
    templates = (
        Template(id="a", name={}, duration=30, order=2),
        Template(id="b", name={}, duration=30, order=1),
    )
    counted = [visit("2026-11-23T08:00", template=each) for each in ("gone", "a", "b")]
    found = by_kind(settings(resources=CABINS, templates=templates), MONDAY, 1, sums(*counted))
    assert [each.template for each in found] == ["b", "a", None]


def test_what_stands_by_is_told_apart_and_never_raises_the_utilisation() -> None:
    """Two at once where there is room for one (R36): a half of the second is in a regular lane."""
    beyond = visit("2026-11-23T08:00", lanes={("cabin-1", 1): 15})
    found = week(visit("2026-11-23T08:00"), beyond)
    assert (found.held_minutes, found.standby_minutes) == (45, 15)
    assert week(visit("2026-11-23T08:00"), visit("2026-11-23T08:00", lanes={("cabin-1", 1): 30})).held_minutes == 30


def test_blocked_time_that_stands_by_takes_nothing_from_what_is_open() -> None:
    blocked = visit("2026-11-23T08:00", type="blocked", lanes={("cabin-1", 1): 30})
    assert week(blocked).open_minutes == week().open_minutes
