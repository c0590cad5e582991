"""Half-open intervals `[start, end)` of integers (R1): touching is not overlapping."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

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


def gaps(start: int, end: int, *busy: Iterable[Interval]) -> list[Interval]:
    """What of `[start, end)` no interval of any `busy` covers, in order."""
    free, at = [], start
    for busy_start, busy_end in merged(interval for each in busy for interval in each):
        if busy_end <= at:
            continue
        if busy_start >= end:
            break
        if busy_start > at:
            free.append((at, busy_start))
        at = busy_end
    if at < end:
        free.append((at, end))
    return free
