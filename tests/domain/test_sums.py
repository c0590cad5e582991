"""Sums that take the place of appointments that have left: figures come out the same."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chalicelib.domain.figures import by_kind, figures
from chalicelib.domain.moments import to_utc
from chalicelib.domain.settings import Resource, Template
from chalicelib.domain.status import TRANSITIONS
from chalicelib.domain.sums import CountedAppointment, sum_of, summed, week_of
from tests.builders import MONDAY, at, availability, settings

CABINS = tuple(Resource(id=f"cabin-{number}", name="", order=number) for number in (1, 2, 3))
ADVICE = Template(id="advice", name={"de": "Beratung"}, duration=30)
BRANCH = settings(availability("08:00-18:00"), resources=CABINS, templates=(ADVICE,))
WEEKS = 3
PLACES = st.sampled_from([each.id for each in CABINS])


@st.composite
def visits(draw: st.DrawFn) -> CountedAppointment:
    start = at("2026-11-22T22:00") + 5 * draw(st.integers(0, WEEKS * 7 * 288))
    resource = draw(PLACES)
    return CountedAppointment(
        resource=resource,
        second=draw(st.none() | PLACES.filter(lambda each: each != resource)),
        start=start,
        end=start + 5 * draw(st.integers(1, 60)),
        preparation=draw(st.sampled_from([0, 5])),
        follow_up=draw(st.sampled_from([0, 10])),
        type=draw(st.sampled_from(["request", "appointment", "blocked"])),
        status=draw(st.sampled_from(sorted(TRANSITIONS))),
        made_at=start - draw(st.integers(-60, 100_000)),
        template=draw(st.sampled_from([None, "advice", "gone"])),
    )


@hypothesis_settings(max_examples=40)
@given(st.lists(visits(), max_size=20), st.data())
def test_figures_are_the_same_whichever_appointments_have_left(
    all_of_them: list[CountedAppointment], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(all_of_them))))) if all_of_them else set()
    alone = [sum_of(each, BRANCH) for each in all_of_them]
    left = summed(each for number, each in enumerate(alone) if number in gone).values()
    after = [*(each for number, each in enumerate(alone) if number not in gone), *left]
    for first, weeks in ((MONDAY, WEEKS), (MONDAY + timedelta(days=7), 1)):
        assert figures(BRANCH, first, weeks, after) == figures(BRANCH, first, weeks, alone)
        assert by_kind(BRANCH, first, weeks, after) == by_kind(BRANCH, first, weeks, alone)


@given(
    st.integers(0, 3000), st.integers(0, 7 * 24 * 60 - 1), st.sampled_from(["Europe/Berlin", "Africa/Cairo", "America/Havana"])
)
def test_an_instant_lies_in_the_week_between_two_mondays(week: int, minute: int, zone: str) -> None:
    there = ZoneInfo(zone)
    instant = to_utc(date(2000, 1, 3) + week * timedelta(days=7), 0, there) + minute
    monday = week_of(instant, there)
    assert monday.isoweekday() == 1
    assert to_utc(monday, 0, there) <= instant < to_utc(monday + timedelta(days=7), 0, there)
