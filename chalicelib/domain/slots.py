"""Which starts of a resource are free, and which are taken: the one function that lists, and accepts, them (R18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.intervals import Interval, covers, gaps, meets, merged
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
    """What stands around the windows; intervals merged. Starts lie in `[earliest, until)`. `busy` is `taken` and `absences`.

    `limited` are the days on which no further appointment may begin. `partners` None: no second resource is needed.
    """

    earliest: int
    until: int
    absences: Sequence[Interval] = ()
    taken: Sequence[Interval] = ()
    limited: Sequence[Interval] = ()
    partners: Sequence[Partner] | None = None
    busy: Sequence[Interval] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "busy", merged([*self.taken, *self.absences]))

    def at_work(self, start: int, end: int) -> list[Partner]:
        return [partner for partner in self.partners or () if partner.works(start, end)]

    def is_taken(self, demand: Demand, start: int, length: int) -> bool:
        """Whether other appointments stand against it: at the resource itself, or at every second one at work."""
        clashes = demand.clashes(self.taken, start, length)
        if clashes or self.partners is None:
            return clashes
        return all(demand.clashes(each.taken, start, length) for each in self.at_work(start, start + length))


def slots(windows: Iterable[Window], demand: Demand, bounds: Bounds) -> list[Slot]:
    """The starts inside the bounds, in order: free ones, and as taken those that only other appointments stand against (R17).

    A start is free if any window offers it, its end is the longest free one (R4).
    """
    free: dict[int, int] = {}
    blocked: dict[int, int] = {}
    for window in (each for each in windows if each.end > bounds.earliest and each.start < bounds.until):
        length = demand.length or window.step
        for start, taken in _judged(window, length, demand, bounds):
            end = start + length
            if not bounds.earliest <= start < bounds.until or meets(bounds.absences, start, end):
                continue
            if bounds.partners is not None and not bounds.at_work(start, end):
                continue
            if taken:
                blocked[start] = max(blocked.get(start, 0), end)
            elif not meets(bounds.limited, start, start + 1):
                free[start] = max(free.get(start, 0), end)
    return sorted(
        [Slot(start, end, True) for start, end in free.items()]
        + [Slot(start, end, False) for start, end in blocked.items() if start not in free]
    )


def _judged(window: Window, length: int, demand: Demand, bounds: Bounds) -> Iterator[tuple[int, bool]]:
    """Starts, and whether they are taken: the plain grid, or with a minimum step its taken starts and the free ones of each
    gap (R9)."""
    plain = range(window.start, window.end - length + 1, window.step)
    if not window.minimum_step:
        for start in plain:
            yield start, bounds.is_taken(demand, start, length)
        return
    for start in plain:
        if bounds.is_taken(demand, start, length):
            yield start, True
    for gap_start, gap_end in gaps(window.start, window.end, bounds.busy):
        on_minimum_step = gap_start + (window.start - gap_start) % window.minimum_step
        behind = gap_end - length + 1
        tried = range(on_minimum_step, behind, window.minimum_step)
        first = next((start for start in tried if not demand.clashes(bounds.taken, start, length)), behind)
        for start in range(first, behind, window.step):
            if not bounds.is_taken(demand, start, length):
                yield start, False
