"""What a customer may choose at one resource: the settings, read for one resource and one template."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from chalicelib.domain.agenda import NO_HOLDS, Agenda, Holds, Place
from chalicelib.domain.errors import OutsideAvailability, SlotTaken, TooFar, TooManyRequests, TooSoon
from chalicelib.domain.hours import absences_of, windows_of
from chalicelib.domain.intervals import Interval, gaps, meets, merged
from chalicelib.domain.moments import Units, midnight, next_minute, to_local, units_of, utc_days
from chalicelib.domain.schedule import Window, in_turn, local_days
from chalicelib.domain.settings import Resource, Rules, Settings, Template
from chalicelib.domain.slots import Bounds, Demand, Partner, Slot, slots

ONE_DAY = timedelta(days=1)
STRIDE = timedelta(days=28)
"""Days whose free starts are sought at once."""


@dataclass(frozen=True)
class Placed:
    """A free slot, and what an appointment there takes: lanes, and the second resource where one is needed. `spare` must stay
    free meanwhile."""

    offer: Offer
    slot: Slot
    holds: Holds
    second: str | None
    spare: Holds = NO_HOLDS


@dataclass(frozen=True)
class Offer:
    """Times of one resource, as its branch has set them, seen at `now` (aware)."""

    settings: Settings
    resource: Resource
    template: Template | None
    now: datetime
    first_day: date | None = None
    final_day: date | None = None
    """Branch-local days before and after which nothing is offered, where an invitation says so."""

    @cached_property
    def rules(self) -> Rules:
        return self.settings.rules(self.template)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.zone).date()

    @property
    def last_day(self) -> date:
        """The horizon counts branch-local days from today (R13)."""
        horizon = self.today + timedelta(days=self.rules.horizon_days)
        return min(horizon, self.final_day) if self.final_day else horizon

    @property
    def demand(self) -> Demand:
        template = self.template
        if template is None:
            return Demand()
        return Demand(length=template.duration, preparation=template.preparation, follow_up=template.follow_up)

    @property
    def earliest(self) -> int:
        """Lead time is elapsed hours, the boundary included (R12)."""
        leads = next_minute(self.now) + self.rules.lead_hours * 60
        return max(leads, self._midnight(self.first_day)) if self.first_day else leads

    @property
    def horizon(self) -> int:
        """The first instant past the last bookable day."""
        return self._midnight(self.last_day + ONE_DAY)

    @property
    def seconds(self) -> list[Resource]:
        """The resources that may come second, in the branch's order (R15)."""
        return seconds(self.settings, self.template, self.resource.id)

    @property
    def involved(self) -> list[Resource]:
        """Whose days must be read."""
        return [self.resource, *self.seconds]

    @property
    def counted(self) -> tuple[str, ...]:
        """The kind whose appointments of a day must be read, if it has a limit of its own."""
        return (self.rules.kind,) if self.rules.kind else ()

    def slots(self, first: date, last: date, agenda: Agenda) -> list[Slot]:
        """The list of the local days `first` to `last`, both included."""
        return slots(self.windows(self.resource, first, last), self.demand, self.bounds(first, last, agenda))

    def days(self, first: date, last: date, agenda: Agenda) -> dict[date, list[Slot]]:
        """The same list by local day, every asked day in order, empty ones too."""
        return by_day(self.slots(first, last, agenda), first, last, self.settings.zone)

    def next_free(self, first: date, last: date, agenda: Agenda, own: int | None = None) -> int | None:
        """The first start that the list of these local days shows as free, but for the `own` one of an appointment. Windows
        that are booked up have none, so no start of theirs is looked at, nor of those behind the first that has one: a booked
        year costs little more than its reading."""
        bounds = self.bounds(first, last, agenda)
        with_gaps = [each for each in self.windows(self.resource, first, last) if gaps(each.start, each.end, bounds.busy)]
        listed = (slot for together in in_turn(with_gaps) for slot in slots(together, self.demand, bounds))
        return next((slot.start for slot in listed if slot.free and slot.start != own), None)

    def day_of(self, start: int) -> date:
        """The branch-local day of a start between lead time and horizon. Raises TooSoon or TooFar."""
        if start < self.earliest:
            raise TooSoon
        if start >= self.horizon:
            raise TooFar
        return to_local(start, self.settings.zone).date()

    def choose(self, start: int, agenda: Agenda) -> Slot:
        """The free slot that begins at `start`: accepts exactly what the list shows (R18).

        Raises TooSoon, TooFar, OutsideAvailability, SlotTaken or, where the branch's limit of the day is reached,
        TooManyRequests. On a day that is full of its kind there is no start at all.
        """
        day = self.day_of(start)
        slot = next((slot for slot in self.slots(day, day, agenda) if slot.start == start), None)
        if slot and slot.free:
            return slot
        is_limited = self._is_limited(day, agenda)
        if is_limited and self.rules.kind:
            raise OutsideAvailability
        if slot or self._was_moved_away(start, day, agenda):
            raise SlotTaken
        if is_limited:
            raise TooManyRequests(self.settings.branch.contact)
        raise OutsideAvailability

    def place(self, start: int, agenda: Agenda) -> Placed:
        """The free slot that begins at `start`, and what an appointment takes there. Raises as `choose`."""
        slot = self.choose(start, agenda)
        holds, second = self.lay(slot, agenda)
        return Placed(self, slot, holds, second, spare(agenda, self.involved, holds))

    def lay(self, slot: Slot, agenda: Agenda) -> tuple[Holds, str | None]:
        """What `lay` chooses for a free slot, of those second resources that work then."""
        units = units_of(slot.start - self.demand.preparation, slot.end + self.demand.follow_up)
        able = self._able(slot, agenda) if self.template and self.template.second else None
        return lay(agenda, self.resource, units, slot.start, able)

    def beside(self, slot: Slot, agenda: Agenda) -> tuple[str, ...]:
        """Who may come second at a free slot, in the branch's order; nobody where no second resource is needed (R15)."""
        if not self.seconds:
            return ()
        day, length = to_local(slot.start, self.settings.zone).date(), slot.end - slot.start
        partners = (each for each in self._partners(day, day, agenda) if each.works(slot.start, slot.end))
        return tuple(each.id for each in partners if not self.demand.clashes(each.taken, slot.start, length))

    def needs_a_look(self, day: date) -> bool:
        """Whether choosing without reading what is taken would be guessing: it moves the grid, or there are lanes, a second
        resource or a day's limit to choose by."""
        if self.resource.lanes > 1 or self.seconds or self.rules.most_a_day is not None:
            return True
        return any(window.minimum_step for window in self.windows(self.resource, day, day))

    def windows(self, resource: Resource, first: date, last: date) -> Sequence[Window]:
        return windows_of(self.settings, resource.id, first, last)

    def bounds(self, first: date, last: date, agenda: Agenda) -> Bounds:
        """What stands around the windows of the local days `first` to `last`."""
        return Bounds(
            earliest=max(self.earliest, self._midnight(first)),
            until=min(self.horizon, self._midnight(last + ONE_DAY)),
            absences=self.absences(self.resource, first, last),
            taken=agenda.full(self.resource.id, self.resource.capacity),
            limited=self._limited(first, last, agenda),
            hides_taken=self.rules.kind is not None,
            partners=self._partners(first, last, agenda) if self.template and self.template.second else None,
        )

    def opens(self, start: int, end: int) -> bool:
        """Whether hours and absences alone leave room for an appointment at this time, whatever else stands there."""
        first, last = (to_local(instant, self.settings.zone).date() for instant in (start, end))
        within = any(window.start <= start and end <= window.end for window in self.windows(self.resource, first, last))
        return within and not meets(self.absences(self.resource, first, last), start, end)

    def _partners(self, first: date, last: date, agenda: Agenda) -> list[Partner]:
        return [
            Partner(
                id=each.id,
                open=merged((window.start, window.end) for window in self.windows(each, first, last)),
                absences=self.absences(each, first, last),
                taken=agenda.full(each.id, each.capacity),
            )
            for each in self.seconds
        ]

    def _able(self, slot: Slot, agenda: Agenda) -> list[Resource]:
        day = to_local(slot.start, self.settings.zone).date()
        able = {partner.id for partner in self._partners(day, day, agenda) if partner.works(slot.start, slot.end)}
        return [each for each in self.seconds if each.id in able]

    def absences(self, resource: Resource, first: date, last: date) -> Sequence[Interval]:
        return absences_of(self.settings, resource.id, first, last)

    def _was_moved_away(self, start: int, day: date, agenda: Agenda) -> bool:
        """Whether the start might be offered but for appointments in its window, which move a grid with a minimum step: who
        saw it free a moment ago was not wrong, but late."""
        bounds = self.bounds(day, day, agenda)
        for window in self.windows(self.resource, day, day):
            end = start + (self.demand.length or window.step)
            fits = window.minimum_step and window.start <= start and end <= window.end
            on_a_grid = fits and (start - window.start) % math.gcd(window.minimum_step, window.step) == 0
            if on_a_grid and meets(bounds.taken, window.start, window.end) and not meets(bounds.absences, start, end):
                return True
        return False

    def _limited(self, first: date, last: date, agenda: Agenda) -> list[Interval]:
        if self.rules.most_a_day is None:
            return []
        limited = (day for day in local_days(first, last) if self._is_limited(day, agenda))
        return merged((self._midnight(day), self._midnight(day + ONE_DAY)) for day in limited)

    def _is_limited(self, day: date, agenda: Agenda) -> bool:
        most, place = self.rules.most_a_day, (self.resource.id, day.isoformat())
        if most is None:
            return False
        begun = agenda.kinds.get((*place, self.rules.kind), 0) if self.rules.kind else agenda.starts.get(place, 0)
        return most == 0 or begun >= most

    def _midnight(self, day: date) -> int:
        return midnight(day, self.settings.zone)


def by_day(listed: Iterable[Slot], first: date, last: date, zone: ZoneInfo) -> dict[date, list[Slot]]:
    """A list in order, by local day: every day from `first` to `last`, empty ones too."""
    rest = iter(listed)
    result: dict[date, list[Slot]] = {}
    waiting = next(rest, None)
    for day in local_days(first, last):
        end = midnight(day + ONE_DAY, zone)
        result[day] = []
        while waiting and waiting.start < end:
            result[day].append(waiting)
            waiting = next(rest, None)
    return result


def seconds(settings: Settings, template: Template | None, resource: str) -> list[Resource]:
    """The resources that may come second beside one, in the branch's order (R15)."""
    wanted = template.second if template else ()
    able = (each for each in settings.resources if each.id in wanted and each.id != resource)
    return sorted(able, key=lambda each: (each.order, each.id))


Lay = Callable[[Agenda, Resource, Units], Holds | None]
"""Chooses lanes of a resource; None where there are none."""


def for_customers(agenda: Agenda, resource: Resource, units: Units) -> Holds | None:
    """Where fewer than the capacity hold each unit, whichever lanes these are: a stand-by counts (R36)."""
    return agenda.lay(resource.id, resource.capacity, units)


def regular(own: Holds) -> Lay:
    """For staff: lanes of the capacity, whatever the stand-by ones hold, and those of its `own` that it is in already."""
    return lambda agenda, resource, units: agenda.lay(resource.id, resource.lanes, units, resource.capacity, own)


def with_standby(agenda: Agenda, resource: Resource, units: Units) -> Holds | None:
    """For staff: any lane."""
    return agenda.lay(resource.id, resource.lanes, units)


def lay(
    agenda: Agenda,
    resource: Resource,
    units: Units,
    start: int,
    able: Sequence[Resource] | None,
    reluctance: Callable[[Resource], tuple[bool, ...]] | None = None,
    ways: Sequence[Lay] = (for_customers,),
) -> tuple[Holds, str | None]:
    """The lanes that an appointment takes at its resource and, where one is needed, at a second resource, and which that is, by
    the first of the `ways` that finds any.

    Of those that are `able` (None: none is needed) the least reluctant one, then the one with the least taken units on the UTC
    day of the start, then the first (R15). Raises SlotTaken.
    """
    holds = next((found for way in ways if (found := way(agenda, resource, units))), None)
    if holds is None:
        raise SlotTaken
    if able is None:
        return holds, None
    [day] = utc_days(start, start + 1)
    order = sorted(able, key=lambda each: (reluctance(each) if reluctance else (), agenda.load(each.id, day)))
    for way in ways:
        for second in order:
            if more := way(agenda, second, units):
                return {**holds, **more}, second.id
    raise SlotTaken


def spare(agenda: Agenda, resources: Iterable[Resource], holds: Holds) -> Holds:
    """What must stay free for a customer to take these `holds`, at those of the resources that allow stand-by (R36)."""
    found: dict[Place, frozenset[int]] = {}
    for each in resources:
        if each.standby:
            found |= agenda.spare(each.id, each.capacity, each.standby, holds)
    return found


def nearest(slots: Iterable[Slot], start: int, count: int) -> list[Slot]:
    """The `count` free slots that begin nearest to `start`, the nearest first, the earlier of two at the same distance."""
    return sorted((slot for slot in slots if slot.free), key=lambda slot: (abs(slot.start - start), slot.start))[:count]
