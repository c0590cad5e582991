"""Looking after what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.appointment import HOLDING, Appointment
from chalicelib.domain.moments import MOST_UNITS, UNIT, Units, from_text, utc_days


class Books(Protocol):
    def taken(self, branch: str, resource: str, first: str, last: str) -> Units:
        """The units held on the UTC days `first` to `last`."""

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        """Those of a resource that start in `[since, until)`."""


@dataclass(frozen=True)
class Comparison:
    """Units of one resource: `held` by appointments, `unowned` ones that none holds, `untaken` ones that appointments hold in
    vain, and `shared` ones that more than one holds, which is a double booking."""

    held: int
    unowned: Units
    untaken: Units
    shared: Units

    @property
    def sound(self) -> bool:
        return not (self.unowned or self.untaken or self.shared)


class Upkeep:
    def __init__(self, books: Books) -> None:
        self._books = books

    def compare_units(self, branch: str, resource: str, first: str, last: str) -> Comparison:
        """Whether the taken units of the UTC days `first` to `last` are the union of the live appointments' units.

        On a table in use a booking may fall between the two reads: what is found then is gone in the next comparison.
        """
        start, end = from_text(f"{first}T00:00Z"), from_text(f"{last}T00:00Z") + 24 * 60
        days = set(utc_days(start, end))
        longest = MOST_UNITS * UNIT
        owned: dict[str, dict[int, int]] = {day: {} for day in days}
        for appointment in self._books.appointments(branch, resource, start - longest, end + longest):
            for day, units in appointment.units.items() if appointment.status in HOLDING else ():
                for unit in units if day in days else ():
                    owned[day][unit] = owned[day].get(unit, 0) + 1
        taken = self._books.taken(branch, resource, first, last)
        return Comparison(
            held=sum(len(units) for units in owned.values()),
            unowned=_only({day: taken.get(day, frozenset()) - owned[day].keys() for day in days}),
            untaken=_only({day: frozenset(owned[day].keys() - taken.get(day, frozenset())) for day in days}),
            shared=_only({day: frozenset(unit for unit, count in owned[day].items() if count > 1) for day in days}),
        )


def _only(units: Units) -> Units:
    """Without the days that have none."""
    return {day: each for day, each in sorted(units.items()) if each}
