"""Which units of which resources are held: by UTC day and lane, a lane for each unit of capacity (R14), and behind these
one for each stand-by (R36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import Units, intervals_of

Place = tuple[str, str, int]
"""Resource, UTC day (ISO date), lane."""

Holds = Mapping[Place, frozenset[int]]
"""Units by place; a place that is missing holds none."""

NO_HOLDS: Holds = MappingProxyType({})
NO_UNITS: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Agenda:
    """What is known of some days. `starts` counts the appointments of a resource that begin on a branch-local day, `kinds`
    those of a kind among them, if it was asked for."""

    holds: Holds = field(default_factory=dict)
    starts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    kinds: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    def full(self, resource: str, capacity: int) -> list[Interval]:
        """Where the resource has no lane left."""
        return intervals_of({day: _crowded(held, capacity) for day, held in self._lanes.get(resource, {}).items()})

    def load(self, resource: str, day: str) -> int:
        """Units taken on a UTC day, over all lanes."""
        return sum(map(len, self._lanes_of(resource, day)))

    def lay(self, resource: str, most: int, units: Units, lanes: int | None = None, own: Holds = NO_HOLDS) -> Holds | None:
        """Lanes for the units: one lane for all of a day if there is one, else the first free lane of each unit. They are of
        the first `lanes`, of `most` if it is None; of those behind them only the `own` units, which are not known as held.

        None if a unit finds no lane, or if `most` lanes hold it, also lanes above them: they were once more.
        """
        laid: dict[Place, frozenset[int]] = {}
        first = most if lanes is None else lanes
        for day, wanted in units.items():
            if not wanted.isdisjoint(_crowded(self._lanes_of(resource, day), most)):
                return None
            left = set(wanted)
            free = [(lane, wanted - self.holds.get((resource, day, lane), NO_UNITS)) for lane in range(first)]
            free += [(lane, wanted & own.get((resource, day, lane), NO_UNITS)) for lane in range(first, most)]
            whole = [(lane, able) for lane, able in free if able == wanted]
            for lane, able in whole[:1] or free:
                if chosen := frozenset(left & able):
                    laid[resource, day, lane] = chosen
                    left -= chosen
            if left:
                return None
        return laid

    def spare(self, resource: str, capacity: int, standby: int, laid: Holds) -> Holds:
        """As many further lanes as there are stand-by ones for each unit that is `laid`, the stand-by ones first: while all of
        them stay free, fewer than the capacity hold it beside what is laid, however many are stand-by (R36)."""
        spare: dict[Place, frozenset[int]] = {}
        needed: Counter[tuple[str, int]] = Counter()
        for (of, day, _), units in laid.items():
            if of == resource:
                needed.update({(day, unit): standby for unit in units})
        for day in sorted({day for day, _ in needed}):
            for lane in (*range(capacity, capacity + standby), *range(capacity)):
                place = (resource, day, lane)
                taken = self.holds.get(place, NO_UNITS) | laid.get(place, NO_UNITS)
                wanted = {unit for (on, unit), count in needed.items() if on == day and count}
                if free := frozenset(wanted - taken):
                    spare[place] = free
                    needed.subtract((day, unit) for unit in free)
        return spare

    def learning(self, other: Agenda) -> Agenda:
        """With what `other` knows better."""
        return Agenda({**self.holds, **other.holds}, {**self.starts, **other.starts}, {**self.kinds, **other.kinds})

    def without(self, holds: Holds) -> Agenda:
        """As if these holds were not there: a move ignores its own units (R23)."""
        kept = {place: units - holds.get(place, frozenset()) for place, units in self.holds.items()}
        return Agenda(kept, self.starts, self.kinds)

    def _lanes_of(self, resource: str, day: str) -> list[frozenset[int]]:
        return self._lanes.get(resource, {}).get(day, [])

    @cached_property
    def _lanes(self) -> Mapping[str, Mapping[str, list[frozenset[int]]]]:
        """What each lane holds, by resource and day; looked at once, since many resources may be asked for."""
        found: dict[str, dict[str, list[frozenset[int]]]] = {}
        for (resource, day, _), units in self.holds.items():
            found.setdefault(resource, {}).setdefault(day, []).append(units)
        return found


NOTHING_KNOWN = Agenda()


def _crowded(lanes: Sequence[frozenset[int]], capacity: int) -> Iterable[int]:
    """The units that so many lanes hold. There are more lanes than that where the capacity was once larger."""
    if len(lanes) < capacity:
        return ()
    if len(lanes) == capacity:
        return frozenset.intersection(*lanes)
    counts = Counter(chain.from_iterable(lanes))
    return [unit for unit, count in counts.items() if count >= capacity]


def held_more_than_once(holds: list[Holds]) -> Holds:
    """Units that stand in more than one of the given: double bookings."""
    counts: Counter[tuple[Place, int]] = Counter()
    for each in holds:
        counts.update((place, unit) for place, units in each.items() for unit in units)
    twice: dict[Place, frozenset[int]] = {}
    for (place, unit), count in counts.items():
        if count > 1:
            twice[place] = twice.get(place, frozenset()) | {unit}
    return twice
