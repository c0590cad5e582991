"""Half-open intervals `[start, end)` of integers (R1): touching is not overlapping."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

Interval = tuple[int, int]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same points as sorted, disjoint, non-touching intervals; empty ones vanish."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def meets(busy: Sequence[Interval], start: int, end: int) -> bool:
    """Whether `[start, end)` overlaps one of `busy`, which must be merged. O(log n)."""
    before_end = bisect_left(busy, (end,))
    return before_end > 0 and busy[before_end - 1][1] > start


def covers(open_time: Sequence[Interval], start: int, end: int) -> bool:
    """Whether `[start, end)` lies in one of `open_time`, which must be merged. O(log n)."""
    after_start = bisect_right(open_time, start, key=itemgetter(0))
    return after_start > 0 and end <= open_time[after_start - 1][1]


def gaps(start: int, end: int, busy: Sequence[Interval]) -> list[Interval]:
    """What of `[start, end)` no interval of `busy` covers, which must be merged; in order."""
    free, at = [], start
    first = max(bisect_left(busy, (start,)) - 1, 0)
    for busy_start, busy_end in busy[first : bisect_left(busy, (end,))]:
        if busy_start > at:
            free.append((at, busy_start))
        at = max(at, busy_end)
    if at < end:
        free.append((at, end))
    return free
