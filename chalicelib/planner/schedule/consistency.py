"""Making taken units, and the counts of kinds, agree with appointments again, beside live bookings: by the day as it was
read, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.agenda import Holds, Place
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.settings import Settings
from chalicelib.planner.schedule.counting import OfKind, begun
from chalicelib.planner.schedule.sweep import Books, Comparison, compare_units

LOOKS = 5
"""How often a day is looked at that somebody books on meanwhile; what is wrong then is left for another time."""
MOST_OWNERS = 90
"""Appointments that one write can name."""

Units = dict[Place, frozenset[int]]


class Days(Books, Protocol):
    def count_kind(self, branch: str, place: OfKind, before: int | None, after: int) -> bool:
        """As the store's."""


class Ledger(Protocol):
    """The table itself: no index, which may lag behind, stands between. Any call may raise TryAgain."""

    def appointments(self, branch: str) -> Iterator[Appointment]:
        """All of a branch, also of resources that it has no more, as of now."""

    def put_right(
        self, branch: str, place: Place, before: frozenset[int], after: frozenset[int], owners: Iterable[Appointment]
    ) -> bool:
        """Sets the units of a day's lane, if they are still `before` and `owners` unchanged. False if not."""


@dataclass
class MendResult:
    """Units `given_back` that no appointment held, `taken` that appointments held in vain, and `left` as they are: double
    bookings, which people must decide, and days that were booked on at every look. `counted`: how many of a kind days count
    now that counted others."""

    given_back: Units = field(default_factory=dict)
    taken: Units = field(default_factory=dict)
    left: Units = field(default_factory=dict)
    counted: dict[OfKind, int] = field(default_factory=dict)

    def __str__(self) -> str:
        numbers = {"given back": self.given_back, "taken": self.taken, "left as they are": self.left}
        told = [f"{sum(map(len, units.values()))} units {what}" for what, units in numbers.items()]
        return ", ".join([*told, *([f"{len(self.counted)} counts of kinds corrected"] if self.counted else [])])


def mend(books: Days, ledger: Ledger, settings: Settings, first: str, last: str) -> MendResult:
    """Of the UTC days `first` to `last`. Reads the whole table, but only where something is wrong.

    Given back is what two looks have found to be nobody's: one by the index, one by the appointments themselves that begins
    after the day was read. One look alone could miss who takes a unit in the moment in which another one releases it.
    """
    mending = _Mending(books, ledger, settings)
    for found in _compared(books, settings, first, last):
        _add(mending.mended.left, found.shared)
        _add(mending.nobodys, found.unowned)
        _add(mending.wrong, found.unowned)
        _add(mending.wrong, found.untaken)
        mending.miscounted |= found.miscounted.keys()
    for _ in range(LOOKS):
        if mending.wrong or mending.miscounted:
            mending.look()
    _add(mending.mended.left, mending.wrong)
    return mending.mended


class _Mending:
    """`nobodys` is what the first look has found to be held by none, `wrong` what is still to be looked at, as are the counts
    of the days in `miscounted`."""

    def __init__(self, books: Days, ledger: Ledger, settings: Settings) -> None:
        self._books = books
        self._ledger = ledger
        self._settings = settings
        self._branch = settings.branch.id
        self.mended = MendResult()
        self.nobodys: Units = {}
        self.wrong: Units = {}
        self.miscounted: set[OfKind] = set()

    def look(self) -> None:
        taken, counted = self._taken(), self._counted()
        owners: dict[Place, list[Appointment]] = {place: [] for place in self.wrong}
        there: Counter[OfKind] = Counter()
        for appointment in self._ledger.appointments(self._branch):  # after the days were read
            for place in appointment.occupied.keys() & owners.keys():
                owners[place].append(appointment)
            there += begun([appointment])
        self.wrong = {place: units for place in self.wrong if (units := self._put_right(place, taken[place], owners[place]))}
        self.miscounted = {place for place in self.miscounted if not self._count(place, counted.get(place), there[place])}

    def _count(self, place: OfKind, counted: int | None, there: int) -> bool:
        """Whether it is right now."""
        if (counted or 0) == there:
            return True
        if not self._books.count_kind(self._branch, place, counted, there):
            return False
        self.mended.counted[place] = there
        return True

    def _put_right(self, place: Place, taken: frozenset[int], owners: list[Appointment]) -> frozenset[int]:
        """What is still wrong."""
        owned = frozenset[int]().union(*(appointment.occupied[place] for appointment in owners))
        free = (taken - owned) & self.nobodys.get(place, frozenset())
        robbed = [appointment for appointment in owners if appointment.occupied[place] - taken]
        wanted = frozenset[int]().union(*(appointment.occupied[place] for appointment in robbed[:MOST_OWNERS])) - taken
        left = owned - taken - wanted
        if not free and not wanted:
            return left
        after = (taken - free) | wanted
        if not self._ledger.put_right(self._branch, place, taken, after, robbed[:MOST_OWNERS]):
            return free | wanted | left
        _add(self.mended.given_back, {place: free})
        _add(self.mended.taken, {place: wanted})
        return left

    def _taken(self) -> Units:
        """What is held as of now in the places that are looked at."""
        found = dict.fromkeys(self.wrong, frozenset[int]())
        for resource in self._settings.resources:
            if days := sorted(day for identity, day, _ in self.wrong if identity == resource.id):
                held = self._books.agenda(self._branch, [resource], days[0], days[-1]).holds
                found.update({place: held[place] for place in found if place in held})
        return found

    def _counted(self) -> Mapping[OfKind, int]:
        """What days count as of now, of those that are looked at."""
        found: dict[OfKind, int] = {}
        for resource in self._settings.resources:
            if days := sorted(day for identity, day, _ in self.miscounted if identity == resource.id):
                found |= self._books.agenda(self._branch, [resource], days[0], days[-1], self._settings.limited_kinds).kinds
        return found


def _compared(books: Books, settings: Settings, first: str, last: str) -> Iterator[Comparison]:
    for resource in settings.resources:
        others = [other for other in settings.resources if other is not resource]
        yield compare_units(books, settings.branch.id, resource, first, last, others, settings.limited_kinds)


def _add(units: Units, more: Holds) -> None:
    for place, each in more.items():
        if each:
            units[place] = units.get(place, frozenset()) | each
