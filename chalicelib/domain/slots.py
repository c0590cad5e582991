"""Which starts of a resource are free, and which are taken: the one function that lists, and accepts, them (R18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.domain.intervals import Interval, gaps, meets
from chalicelib.domain.schedule import Window


@dataclass(frozen=True, order=True)
class Slot:
    """A start of the list and where it ends, in UTC minutes."""

    start: int
    end: int
    free: bool


@dataclass(frozen=True, kw_only=True)
class Demand:
    """How long an appointment is, in minutes. `length` None means the window's step (R8); buffers as in R11."""

    length: int | None = None
    preparation: int = 0
    follow_up: int = 0

    def clashes(self, taken: Sequence[Interval], start: int, length: int) -> bool:
        """Whether the appointment with its buffers would need what another holds. Length decides, never the step (R10)."""
        return meets(taken, start - self.preparation, start + length + self.follow_up)


def slots(
    windows: Iterable[Window],
    demand: Demand,
    *,
    absences: Sequence[Interval],
    taken: Sequence[Interval],
    earliest: int,
    until: int,
) -> list[Slot]:
    """The starts in `[earliest, until)`, in order: free ones, and as taken those that only other appointments stand against.

    `absences` and `taken` must be merged. A start is free if any window offers it, its end is the longest free one (R4).
    """
    free: dict[int, int] = {}
    blocked: dict[int, int] = {}
    for window in windows:
        length = demand.length or window.step
        for start in _candidates(window, length, demand, absences, taken):
            if not earliest <= start < until or meets(absences, start, start + length):
                continue
            ends = blocked if demand.clashes(taken, start, length) else free
            ends[start] = max(ends.get(start, 0), start + length)
    return sorted(
        [Slot(start, end, True) for start, end in free.items()]
        + [Slot(start, end, False) for start, end in blocked.items() if start not in free]
    )


def _candidates(
    window: Window, length: int, demand: Demand, absences: Sequence[Interval], taken: Sequence[Interval]
) -> Iterator[int]:
    """The starts worth judging: the plain grid, or with a minimum step its taken starts and the free ones of each gap (R9)."""
    plain = range(window.start, window.end - length + 1, window.step)
    if not window.minimum_step:
        yield from plain
        return
    yield from (start for start in plain if demand.clashes(taken, start, length))
    for gap_start, gap_end in gaps(window.start, window.end, taken, absences):
        on_minimum_step = gap_start + (window.start - gap_start) % window.minimum_step
        tried = range(on_minimum_step, gap_end - length + 1, window.minimum_step)
        first = next((start for start in tried if not demand.clashes(taken, start, length)), gap_end)
        further = range(first, gap_end - length + 1, window.step)
        yield from (start for start in further if not demand.clashes(taken, start, length))
