"""Which starts of a resource are free, and which are taken: the one function that lists, and accepts, them (R18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter

from chalicelib.domain.intervals import Interval, covers, gaps, meets, merged
from chalicelib.domain.schedule import Window


@dataclass(frozen=True, order=True)
class Slot:
    """A start of the list and where it ends, in UTC minutes. `resource`: which one it is at, where any of several will do."""

    start: int
    end: int
    free: bool
    resource: str | None = None


@dataclass(frozen=True, kw_only=True)
class Demand:
    """How long an appointment is, in minutes. `length` None means the window's step (R8); buffers as in R11."""

    length: int | None = None
    preparation: int = 0
    follow_up: int = 0

    def clashes(self, taken: Sequence[Interval], start: int, length: int) -> bool:
        """Whether the appointment with its buffers would need what another holds. Length decides, never the step (R10)."""
        return meets(taken, start - self.preparation, start + length + self.follow_up)


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A resource that may come second (R15): it must be at work during the appointment, whatever its steps are."""

    id: str
    open: Sequence[Interval]
    absences: Sequence[Interval]
    taken: Sequence[Interval]

    def works(self, start: int, end: int) -> bool:
        return covers(self.open, start, end) and not meets(self.absences, start, end)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What stands around the windows; intervals merged. Starts lie in `[earliest, until)`.

    `limited` are the days on which no further appointment may begin; `hides_taken`: what is taken is absent on them too.
    `partners` None: no second resource is needed.
    """

    earliest: int
    until: int
    absences: Sequence[Interval] = ()
    taken: Sequence[Interval] = ()
    limited: Sequence[Interval] = ()
    hides_taken: bool = False
    partners: Sequence[Partner] | None = None

    @cached_property
    def busy(self) -> Sequence[Interval]:
        """What is taken, and the absences."""
        return merged([*self.taken, *self.absences])

    def at_work(self, start: int, end: int) -> list[Partner]:
        return [partner for partner in self.partners or () if partner.works(start, end)]

    def is_taken(self, demand: Demand, start: int, length: int) -> bool:
        """Whether other appointments stand against it: at the resource itself, or at every second one at work."""
        clashes = demand.clashes(self.taken, start, length)
        if clashes or self.partners is None:
            return clashes
        return all(demand.clashes(each.taken, start, length) for each in self.at_work(start, start + length))


Starts = dict[int, int]
"""Where each begins and ends, in UTC minutes."""


def slots(windows: Iterable[Window], demand: Demand, bounds: Bounds) -> list[Slot]:
    """The list: what `starts` finds, in order."""
    free, taken = starts(windows, demand, bounds)
    found = [Slot(start, end, True) for start, end in free.items()]
    found += [Slot(start, end, False) for start, end in taken.items() if start not in free]
    return sorted(found, key=attrgetter("start"))


def starts(windows: Iterable[Window], demand: Demand, bounds: Bounds) -> tuple[Starts, Starts]:
    """The starts inside the bounds: free ones, and as taken those that only other appointments stand against (R17).

    A start is free if any window offers it, its end is the longest free one (R4).
    """
    free: Starts = {}
    taken: Starts = {}
    reach = cache(lambda length: Reach.of(bounds, demand, length))
    asked = (each for each in windows if each.end > bounds.earliest and each.start < bounds.until)
    for window in sorted(asked, key=attrgetter("step")):  # of a start's ends the longest is the last
        length = demand.length or window.step
        for found, listed in zip(_judged(window, demand, reach(length), bounds), (free, taken), strict=True):
            listed |= {start: start + length for start in found}
    return free, taken


@dataclass(frozen=True)
class Reach:
    """From which starts an appointment of so many minutes would meet something: an absence, another appointment (with buffers
    on either side), one of both."""

    length: int
    absences: Sequence[Interval]
    taken: Sequence[Interval]
    busy: Sequence[Interval]

    @classmethod
    def of(cls, bounds: Bounds, demand: Demand, length: int) -> Reach:
        absences = merged((start - length + 1, end) for start, end in bounds.absences)
        ahead, behind = length + demand.follow_up - 1, demand.preparation
        taken = merged((start - ahead, end + behind) for start, end in bounds.taken)
        return cls(length, absences, taken, merged([*absences, *taken]) if absences else taken)


def _judged(window: Window, demand: Demand, reach: Reach, bounds: Bounds) -> tuple[Iterable[int], Iterable[int]]:
    """The free starts of a window, and the taken ones of its plain grid. With a minimum step the free ones are those of each
    gap (R9)."""
    first, behind = max(window.start, bounds.earliest), min(window.end - reach.length + 1, bounds.until)
    plain = _on_grid(window.start, window.step, gaps(first, behind, reach.absences))
    unheld = _on_grid(window.start, window.step, gaps(first, behind, reach.busy))
    free = _of_gaps(window, reach, bounds) if window.minimum_step else unheld
    taken: Iterable[int] = set(plain).difference(unheld)
    if bounds.partners is not None:
        together = {start: _second_is_free(bounds, demand, start, reach.length) for start in {*plain, *free}}
        taken = [start for start in plain if together[start] is not None and (start in taken or not together[start])]
        free = [start for start in free if together[start]]
    if bounds.limited:
        free = [start for start in free if not meets(bounds.limited, start, start + 1)]
        if bounds.hides_taken:
            taken = [start for start in taken if not meets(bounds.limited, start, start + 1)]
    return free, taken


def _on_grid(origin: int, step: int, runs: Iterable[Interval]) -> list[int]:
    return [on_it for start, end in runs for on_it in range(start + (origin - start) % step, end, step)]


def _of_gaps(window: Window, reach: Reach, bounds: Bounds) -> list[int]:
    """In each gap the grid begins at the first multiple of the minimum step that fits with its buffers (R9)."""
    found: list[int] = []
    for start, end in gaps(window.start, window.end, bounds.busy):
        runs = gaps(start, end - reach.length + 1, reach.taken)
        if tried := _on_grid(window.start, window.minimum_step, runs[:1]) or _on_grid(window.start, window.minimum_step, runs):
            found += _on_grid(tried[0], window.step, [(max(run_start, tried[0]), run_end) for run_start, run_end in runs])
    return [start for start in found if bounds.earliest <= start < bounds.until]


def _second_is_free(bounds: Bounds, demand: Demand, start: int, length: int) -> bool | None:
    """Of those at work then, one at least; None where nobody is."""
    able = bounds.at_work(start, start + length)
    return any(not demand.clashes(each.taken, start, length) for each in able) if able else None
