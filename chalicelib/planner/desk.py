"""What staff do with an appointment: answer it, and move it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import OPEN, Appointment, Change, UnitsTaken, event_of, released
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, NotFound, SlotTaken, TryAgain
from chalicelib.domain.moments import UNIT, to_local, units_of
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.status import HOLDING, TRANSITIONS, Status

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

ROUNDS = 60


class Desk:
    """Each call says the version that it has read; whoever comes second hears ChangedMeanwhile. `by` is who does it."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def answer(self, identity: str, version: int, status: Status, by: str) -> Appointment:
        """Brings an appointment to another state, as the table of states allows (R19); back from a released one only if its
        units can be had again. Raises Invalid, ChangedMeanwhile, SlotTaken or TryAgain."""
        its = self._read(identity, version)
        if status not in TRANSITIONS[its.status]:
            raise Invalid({"status": f"cannot follow {its.status}"})
        if status not in HOLDING:
            return self._write(its, released(its, status), status, by)
        answered = tuple(count for count in its.counts if count[0] != OPEN)
        after = replace(its, status=status, counts=answered, due=None, version=its.version + 1)
        if its.status in HOLDING:
            return self._write(its, after, status, by)
        return self._place(its, after, status, by)

    def move(self, identity: str, version: int, start: int, by: str, resource: str | None = None) -> Appointment:
        """Takes the new units and frees the old ones in one write, ignoring its own (R23). Raises as `answer`."""
        its = self._read(identity, version)
        settings = self._settings(its)
        resource = resource or its.resource
        if its.status not in HOLDING:
            raise Invalid({"status": f"{its.status} appointments hold no time to move"})
        if start % UNIT:
            raise Invalid({"start": f"must be on the grid of {UNIT} minutes"})
        if settings.resource(resource) is None:
            raise Invalid({"resource": "is not one of the branch's"})
        after = replace(
            its,
            resource=resource,
            start=start,
            end=start + its.end - its.start,
            day=to_local(start, settings.zone).date().isoformat(),
            version=its.version + 1,
        )
        return self._place(its, after, "moved", by)

    def _place(self, its: Appointment, after: Appointment, what: str, by: str) -> Appointment:
        """Chooses lanes, and the second resource where there is one, and writes on the condition that they are still free."""
        settings = self._settings(its)
        seconds = _seconds(settings, after)
        days = sorted(units_of(after.start - after.preparation, after.end + after.follow_up))
        involved = [each for each in settings.resources if each.id == after.resource or each in seconds]
        agenda = self._store.agenda(its.branch, involved, days[0], days[-1])
        for _ in range(ROUNDS):
            holds, second = _lay(settings, after, seconds, agenda.without(its.holds))
            try:
                return self._write(its, replace(after, holds=holds, second=second), what, by)
            except UnitsTaken as lost:
                agenda = agenda.learning(lost.agenda)
        raise TryAgain

    def _write(self, its: Appointment, after: Appointment, what: str, by: str) -> Appointment:
        self._store.write(Change(before=its, after=after, event=event_of(after, what, by, self._now())))
        return after

    def _read(self, identity: str, version: int) -> Appointment:
        its = self._store.appointment(identity)
        if its is None:
            raise NotFound
        if its.version != version:
            raise ChangedMeanwhile
        return its

    def _settings(self, its: Appointment) -> Settings:
        settings = self._store.settings(its.branch)
        if settings is None:
            raise NotFound
        return settings


def _seconds(settings: Settings, its: Appointment) -> list[Resource]:
    """Who may come second; the present one first, since nobody is exchanged without need."""
    template = next((each for each in settings.templates if each.id == its.template), None)
    wanted = template.second if template else ()
    able = (each for each in settings.resources if each.id in wanted and each.id != its.resource)
    return sorted(able, key=lambda each: (each.id != its.second, each.order, each.id))


def _lay(settings: Settings, its: Appointment, seconds: list[Resource], agenda: Agenda) -> tuple[Holds, str | None]:
    resource = settings.resource(its.resource)
    holds = agenda.lay(its.resource, resource.capacity if resource else 1, its.units)
    if holds is None:
        raise SlotTaken
    if not seconds:
        return holds, None
    for second in seconds:
        if more := agenda.lay(second.id, second.capacity, its.units):
            return {**holds, **more}, second.id
    raise SlotTaken
