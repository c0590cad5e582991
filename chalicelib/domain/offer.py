"""What a customer may choose at one resource: the settings, read for one resource and one template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.errors import OutsideAvailability, SlotTaken, TooFar, TooSoon
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import next_minute, to_local, to_utc
from chalicelib.domain.schedule import Window, absences, windows
from chalicelib.domain.settings import Availability, Resource, Settings, Template
from chalicelib.domain.slots import Demand, Slot, slots


@dataclass(frozen=True)
class Offer:
    """Times of one resource, as its branch has set them, seen at `now` (aware)."""

    settings: Settings
    resource: Resource
    template: Template | None
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.zone).date()

    @property
    def last_day(self) -> date:
        """The horizon counts branch-local days from today (R13)."""
        return self.today + timedelta(days=self.settings.branch.horizon_days)

    @property
    def demand(self) -> Demand:
        if self.template is None:
            return Demand()
        return Demand(length=self.template.duration, preparation=self.template.preparation, follow_up=self.template.follow_up)

    @property
    def earliest(self) -> int:
        """Lead time is elapsed hours, the boundary included (R12)."""
        return next_minute(self.now) + self.settings.branch.lead_hours * 60

    @property
    def horizon(self) -> int:
        """The first instant past the last bookable day."""
        return self._midnight(self.last_day + timedelta(days=1))

    def slots(self, first: date, last: date, taken: Sequence[Interval]) -> list[Slot]:
        """The list of the local days `first` to `last`, both included. `taken` is merged and covers at least these days."""
        return slots(
            self._windows(first, last),
            self.demand,
            absences=absences(self._availabilities, self.settings.zone, first, last),
            taken=taken,
            earliest=max(self.earliest, self._midnight(first)),
            until=min(self.horizon, self._midnight(last + timedelta(days=1))),
        )

    def days(self, first: date, last: date, taken: Sequence[Interval]) -> dict[date, list[Slot]]:
        """The same list by local day, every asked day in order, empty ones too."""
        listed = iter(self.slots(first, last, taken))
        result: dict[date, list[Slot]] = {}
        waiting = next(listed, None)
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            end = self._midnight(day + timedelta(days=1))
            result[day] = []
            while waiting and waiting.start < end:
                result[day].append(waiting)
                waiting = next(listed, None)
        return result

    def choose(self, start: int, taken: Sequence[Interval]) -> Slot:
        """The free slot that begins at `start`: accepts exactly what the list shows (R18).

        Raises TooSoon, TooFar, OutsideAvailability or SlotTaken.
        """
        if start < self.earliest:
            raise TooSoon
        if start >= self.horizon:
            raise TooFar
        day = to_local(start, self.settings.zone).date()
        for slot in self.slots(day, day, taken):
            if slot.start == start:
                if slot.free:
                    return slot
                raise SlotTaken
        raise OutsideAvailability

    def needs_a_look(self, start: int) -> bool:
        """Whether what is taken moves the grid around `start`, so that choosing without reading it would be guessing."""
        if not self.earliest <= start < self.horizon:
            return False
        day = to_local(start, self.settings.zone).date()
        return any(window.minimum_step for window in self._windows(day, day))

    def _windows(self, first: date, last: date) -> list[Window]:
        exceptions = (each for each in self.settings.exceptions if each.resource == self.resource.id)
        return windows(self._availabilities, exceptions, self.settings.branch.holidays, self.settings.zone, first, last)

    @property
    def _availabilities(self) -> list[Availability]:
        return [each for each in self.settings.availabilities if each.resource == self.resource.id]

    def _midnight(self, day: date) -> int:
        return to_utc(day, 0, self.settings.zone)


def nearest(slots: Sequence[Slot], start: int, count: int) -> list[tuple[int, int]]:
    """The `count` free slots that begin nearest to `start`, the nearest first, the earlier of two at the same distance."""
    free = sorted((abs(slot.start - start), slot.start, slot.end) for slot in slots if slot.free)
    return [(begin, end) for _, begin, end in free[:count]]
