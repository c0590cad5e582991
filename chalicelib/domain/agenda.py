"""Which units of which resources are held: by UTC day and lane, a lane for each unit of capacity (R14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import Units, intervals_of

Place = tuple[str, str, int]
"""Resource, UTC day (ISO date), lane."""

Holds = Mapping[Place, frozenset[int]]
"""Units by place; a place that is missing holds none."""


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

    def lay(self, resource: str, capacity: int, units: Units) -> Holds | None:
        """Lanes for the units: one lane for all of a day if there is one, else the first free lane of each unit.

        None if as many lanes as the capacity hold some unit, also lanes above it: it was once larger.
        """
        laid: dict[Place, frozenset[int]] = {}
        for day, wanted in units.items():
            if not wanted.isdisjoint(_crowded(self._lanes_of(resource, day), capacity)):
                return None
            left = set(wanted)
            lanes = [(lane, wanted - self.holds.get((resource, day, lane), frozenset())) for lane in range(capacity)]
            whole = [(lane, free) for lane, free in lanes if free == wanted]
            for lane, free in whole[:1] or lanes:
                if chosen := frozenset(left & free):
                    laid[resource, day, lane] = chosen
                    left -= chosen
        return laid

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
