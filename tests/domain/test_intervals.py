"""Half-open intervals of minutes."""

from __future__ import annotations

import pytest

from chalicelib.domain.intervals import covers, gaps, meets, merged


def test_intervals_that_touch_or_overlap_become_one_and_empty_ones_vanish() -> None:
    assert merged([(5, 9), (1, 3), (3, 4), (6, 7), (20, 20), (30, 25)]) == [(1, 4), (5, 9)]


@pytest.mark.parametrize(("start", "end", "met"), [(1, 2, True), (0, 1, False), (4, 5, False), (3, 5, True), (0, 9, True)])
def test_what_only_touches_does_not_meet(start: int, end: int, met: bool) -> None:
    assert meets([(1, 4)], start, end) is met


@pytest.mark.parametrize(("start", "end", "covered"), [(1, 4, True), (0, 2, False), (3, 5, False), (4, 5, False), (2, 3, True)])
def test_covered_is_what_lies_in_one_interval_whole(start: int, end: int, covered: bool) -> None:
    assert covers([(1, 4)], start, end) is covered


@pytest.mark.parametrize(
    ("busy", "free"),
    [
        ([], [(0, 10)]),
        ([(0, 5)], [(5, 10)]),
        ([(5, 10)], [(0, 5)]),
        ([(2, 3), (3, 4)], [(0, 2), (4, 10)]),
        ([(-5, 1), (9, 20)], [(1, 9)]),
        ([(-5, -1), (10, 12)], [(0, 10)]),
        ([(-5, 20)], []),
    ],
)
def test_gaps_are_what_is_left_and_none_is_empty(busy: list[tuple[int, int]], free: list[tuple[int, int]]) -> None:
    assert gaps(0, 10, busy) == free
