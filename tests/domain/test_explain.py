"""Why a start is not free, as those hear it who set the hours (R4 to R17)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.explain import REASONS, missing
from chalicelib.domain.intervals import Interval
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import DateException, Resource, Template
from tests.builders import MONDAY, absence, agenda, at, availability, hours, offer, settings, shown, span
from tests.domain.test_offer import offers

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
START = "11:30"


def told(offer: Offer, known: Agenda | None = None, day: date = TUESDAY) -> list[tuple[str, str]]:
    """`[("09:30", "taken"), ...]` of a day, in UTC."""
    return [(shown(start)[-5:], reason) for start, reason in missing(offer, day, day, known or Agenda())[day]]


def closed_by(*reasons: str) -> tuple[Offer, Agenda]:
    """A Tuesday on UTC, open 09:00 to 12:00, on which all the reasons stand against 11:30 at once."""
    fields: dict[str, Any] = {}
    rules = [availability("09:00-12:00")]
    if "absence" in reasons:
        rules.append(absence("11:30-12:00"))
    if "exception" in reasons:
        fields["exceptions"] = (DateException(resource="cabin-1", day=TUESDAY),)
    if "holiday" in reasons:
        fields["holidays"] = frozenset({TUESDAY})
    if "too_soon" in reasons:
        fields["lead_hours"] = 72
    if "too_far" in reasons:
        fields["horizon_days"] = 0
    if "limit" in reasons:
        fields["most_appointments_a_day"] = 1
    template = Template(
        id="test",
        name={},
        duration=45 if "does_not_fit" in reasons else 30,
        resources=("cabin-1",),
        second=("anna",) if "second_resource" in reasons else (),
    )
    resources = (Resource(id="cabin-1", name="", released=True), Resource(id="anna", name=""))
    branch_settings = settings(*rules, zone="UTC", templates=(template,), resources=resources, **fields)
    holds = agenda(span(f"2026-11-24T{START}")).holds if "taken" in reasons else {}
    return offer(branch_settings, template), Agenda(holds, {("cabin-1", "2026-11-24"): 1} if "limit" in reasons else {})


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_told_where_it_alone_stands_against_a_start(reason: str) -> None:
    offer, known = closed_by(reason)
    assert (START, reason) in told(offer, known)


@pytest.mark.parametrize("reason", REASONS)
def test_of_several_reasons_the_first_in_their_order_is_told(reason: str) -> None:
    """The one that would have to go first. An exception opens a holiday, so it is never both (R7)."""
    later = REASONS[REASONS.index(reason) :]
    offer, known = closed_by(*(each for each in later if reason != "holiday" or each != "exception"))
    assert (START, reason) in told(offer, known)


def test_nothing_is_missing_where_all_is_free() -> None:
    offer, known = closed_by()
    assert told(offer, known) == []


def test_a_start_of_several_windows_is_told_once_with_the_reason_that_came_furthest() -> None:
    """The longer appointment does not fit, the shorter one would but for what is taken."""
    offered = offer(settings(availability("09:00-10:00", step=30), availability("09:00-10:00", step=45), zone="UTC"))
    assert told(offered, agenda(span("2026-11-24T09:30"))) == [("09:30", "taken"), ("09:45", "does_not_fit")]


def test_a_start_that_any_window_offers_is_not_missing() -> None:
    offered = offer(settings(availability("09:00-10:00", step=60), availability("09:00-10:00", step=20), zone="UTC"))
    assert told(offered, agenda(span("2026-11-24T09:30"))) == [("09:20", "taken"), ("09:40", "taken")]


def test_with_a_minimum_step_it_is_told_what_moved_the_grid() -> None:
    """Starts of the plain grid that nothing stands against, only that the grid went on elsewhere (R9)."""
    rules = availability("09:00-14:00", step=30, minimum_step=10), absence("12:00-12:10")
    offered = offer(settings(*rules, zone="UTC"))
    assert told(offered, agenda(span("2026-11-24T09:00", 10))) == [
        ("09:00", "taken"),
        ("09:30", "taken"),
        ("10:00", "taken"),
        ("10:30", "taken"),
        ("11:00", "taken"),
        ("11:30", "taken"),
        ("12:00", "absence"),
        ("12:30", "absence"),
        ("13:00", "absence"),
        ("13:30", "absence"),
    ]


def test_a_holiday_tells_the_weekly_hours_that_it_closes_and_leaves_other_days_alone() -> None:
    offered = offer(settings(availability("09:00-10:00"), zone="UTC", holidays=frozenset({TUESDAY})))
    assert told(offered) == [("09:00", "holiday"), ("09:30", "holiday")]
    assert told(offered, day=WEDNESDAY) == []


def test_an_exception_tells_the_weekly_hours_that_it_replaces_but_not_those_it_keeps() -> None:
    kept = DateException(resource="cabin-1", day=TUESDAY, hours=(hours("09:30-11:00"),))
    offered = offer(settings(availability("09:00-10:00"), zone="UTC", exceptions=(kept,), holidays=frozenset({TUESDAY})))
    assert told(offered) == [("09:00", "exception")]


def test_another_resource_s_exception_explains_nothing() -> None:
    other = DateException(resource="cabin-2", day=TUESDAY)
    assert told(offer(settings(availability("09:00-10:00"), zone="UTC", exceptions=(other,)))) == []
    closed = settings(availability("09:00-10:00"), zone="UTC", exceptions=(other,), holidays=frozenset({TUESDAY}))
    assert told(offer(closed)) == [("09:00", "holiday"), ("09:30", "holiday")]


def test_a_taken_second_resource_is_its_reason() -> None:
    offered, _ = closed_by("second_resource")
    at_work = availability("09:00-12:00", resources=("anna",))
    offered = offer(
        settings(*offered.settings.availabilities, at_work, zone="UTC", resources=offered.settings.resources), offered.template
    )
    assert told(offered, agenda(span("2026-11-24T10:00"), resource="anna")) == [("10:00", "second_resource")]


def test_every_asked_day_is_there_in_order() -> None:
    offer, known = closed_by("absence")
    days = missing(offer, MONDAY, MONDAY + timedelta(days=3), known)
    assert list(days) == [MONDAY + timedelta(days=offset) for offset in range(4)]
    assert [shown(start) for start, _ in days[WEDNESDAY]] == ["2026-11-25T11:30"]


@given(offers())
def test_each_start_of_the_plain_grid_is_free_or_has_one_reason(case: tuple[Offer, list[Interval]]) -> None:
    """And explaining changes nothing of the list: what it shows as taken is told as taken."""
    offer, taken = case
    known = agenda(*taken)
    before = offer.slots(TUESDAY, TUESDAY, known)
    found = missing(offer, TUESDAY, TUESDAY, known)[TUESDAY]
    assert offer.slots(TUESDAY, TUESDAY, known) == before
    reasons = dict(found)
    assert len(reasons) == len(found)
    assert found == sorted(found)
    free = {slot.start for slot in before if slot.free}
    midnight, end = at("2026-11-24T00:00"), at("2026-11-25T00:00")
    plain = {
        start
        for window in offer.windows(offer.resource, TUESDAY, TUESDAY)
        for start in range(window.start, window.end, window.step)
        if offer.settings.zone.key == "UTC" and midnight <= start < end
    }
    assert reasons.keys().isdisjoint(free)
    assert plain <= reasons.keys() | free
    assert {reasons[slot.start] for slot in before if not slot.free} <= {"taken"}


def beside(*taken: Interval) -> list[tuple[str, str]]:
    """Of a kind that Anna, who is taken then, must come to. She works until 11."""
    offered, _ = closed_by("second_resource")
    at_work = availability("09:00-11:00", resources=("anna",))
    with_anna = settings(availability("09:00-12:00"), at_work, zone="UTC", resources=offered.settings.resources)
    known = agenda(*taken).learning(agenda(span("2026-11-24T10:00"), resource="anna"))
    return told(offer(with_anna, offered.template), known)


def test_who_is_at_work_and_free_is_no_reason() -> None:
    assert beside(span("2026-11-24T09:30")) == [
        ("09:30", "taken"), ("10:00", "second_resource"), ("11:00", "second_resource"), ("11:30", "second_resource")
    ]  # fmt: skip


def test_the_first_minute_that_is_not_too_soon_is_told_with_what_stands_against_it() -> None:
    """It is 06:00 on Monday."""
    nine = agenda(span("2026-11-24T09:00"))
    for hours_before, reason in ((27, "taken"), (28, "too_soon")):
        offered = offer(settings(availability("09:00-09:30"), zone="UTC", lead_hours=hours_before))
        assert told(offered, nine) == [("09:00", reason)]


def test_what_a_holiday_or_an_exception_keeps_is_told_by_what_stands_against_it() -> None:
    kept = DateException(resource="cabin-1", day=TUESDAY, hours=(hours("09:00-10:00"),))
    offered = offer(settings(availability("09:00-10:00"), zone="UTC", exceptions=(kept,), holidays=frozenset({TUESDAY})))
    assert told(offered, agenda(span("2026-11-24T09:30"))) == [("09:30", "taken")]


def test_the_first_minute_of_a_full_day_is_told_as_full() -> None:
    offered = offer(settings(availability("00:00-00:30"), zone="UTC", most_appointments_a_day=1))
    assert told(offered, Agenda({}, {("cabin-1", "2026-11-24"): 1})) == [("00:00", "limit")]


def test_the_horizon_itself_is_too_far() -> None:
    assert told(offer(settings(availability("00:00-00:30"), zone="UTC", horizon_days=0))) == [("00:00", "too_far")]
