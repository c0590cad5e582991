"""What staff have closed: pieces that close the time, told as one closing, and reopened in part."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.closings import closing, closings, reopened
from chalicelib.domain.intervals import Interval, gaps
from chalicelib.domain.moments import UNIT
from chalicelib.domain.settings import ABSENCE, ClosedBy, Settings
from tests.builders import absence, at, availability, settings

ILL = ClosedBy(id="ill", name="krank", by="anna")
FIRST = at("2027-03-26T00:00")
"""A Friday; the clocks change on the Sunday."""


def closed(start: int, end: int, by: ClosedBy = ILL, before: Settings | None = None) -> Settings:
    before = before or settings(availability("08:00-18:00"), absence("12:00-13:00"))
    added = closing(before, "cabin-1", start, end, ABSENCE, by)
    return replace(before, availabilities=(*before.availabilities, *added))


def spans(settings: Settings, since: int = 0) -> list[tuple[str, tuple[Interval, ...]]]:
    return [(each.closing.id, each.spans) for each in closings(settings, since)]


instants = (
    st.integers(0, 5 * 288)
    .map(lambda units: FIRST + units * UNIT)
    .filter(
        lambda at: (
            not FIRST + 2940 <= at < FIRST + 3060
        )  # the hour that clocks skip, and what is near it, has no wall of its own
    )
)


@given(st.tuples(instants, instants).map(sorted).filter(lambda pair: pair[0] < pair[1]), st.tuples(instants, instants))
def test_what_is_reopened_of_a_closing_is_open_and_the_rest_is_closed(span: list[int], opened: tuple[int, int]) -> None:
    start, end = span
    first, last = min(opened), max(opened)
    made = closed(start, end)
    assert spans(made) == [("ill", ((start, end),))]
    left = tuple(gaps(start, end, [(first, last)] if first < last else []))
    after = replace(made, availabilities=reopened(made, "ill", first, last))
    assert spans(after) == ([("ill", left)] if left else [])
    assert after.availabilities[:2] == made.availabilities[:2], "the hours of the week stay"


def test_closings_are_told_by_their_beginning_without_those_that_are_over() -> None:
    day, noon = FIRST + 1440, FIRST + 720
    away = ClosedBy(id="away")
    both = closed(FIRST, noon, away, closed(day, day + 1440))
    assert [each for each, _ in spans(both, since=noon - 1)] == ["away", "ill"]
    assert [each for each, _ in spans(both, since=noon)] == ["ill"]
    assert spans(both, since=day + 1440) == []
