"""Where staff put an appointment: lanes and second resource are chosen, and written under their conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import Appointment, Change, UnitsTaken
from chalicelib.domain.errors import SlotTaken, TryAgain
from chalicelib.domain.moments import units_of
from chalicelib.domain.settings import Resource, Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Store

ROUNDS = 60

Owing = Callable[[Appointment], Change]
"""The write of an appointment that has found its place."""


def place(store: Store, settings: Settings, its: Appointment, ignoring: Holds, owing: Owing) -> Appointment:
    """Staff may choose what customers may not, but never units that are taken beyond the capacity: the write decides.

    `ignoring` are units that it holds already (R23). Raises SlotTaken, TryAgain, or what the write raises.
    """
    resources, days = involved(settings, its)
    agenda = store.agenda(its.branch, resources, days[0], days[-1])
    for _ in range(ROUNDS):
        holds, second = lay(settings, its, agenda.without(ignoring))
        placed = replace(its, holds=holds, second=second)
        try:
            store.write(owing(placed))
        except UnitsTaken as lost:
            agenda = agenda.learning(lost.agenda)
        else:
            return placed
    raise TryAgain


def involved(settings: Settings, its: Appointment) -> tuple[list[Resource], list[str]]:
    """The resources, and the UTC days in order, that an appointment may take units of."""
    seconds = {each.id for each in _seconds(settings, its)}
    resources = [each for each in settings.resources if each.id == its.resource or each.id in seconds]
    return resources, sorted(units_of(its.start - its.preparation, its.end + its.follow_up))


def lay(settings: Settings, its: Appointment, agenda: Agenda) -> tuple[Holds, str | None]:
    """Its lanes, and the second resource where its template asks for one. Raises SlotTaken."""
    resource = settings.resource(its.resource)
    holds = agenda.lay(its.resource, resource.capacity if resource else 1, its.units)
    if holds is None:
        raise SlotTaken
    seconds = _seconds(settings, its)
    if not seconds:
        return holds, None
    for second in seconds:
        if more := agenda.lay(second.id, second.capacity, its.units):
            return {**holds, **more}, second.id
    raise SlotTaken


def _seconds(settings: Settings, its: Appointment) -> list[Resource]:
    """Who may come second; the present one first, since nobody is exchanged without need."""
    template = next((each for each in settings.templates if each.id == its.template), None)
    wanted = template.second if template else ()
    able = (each for each in settings.resources if each.id in wanted and each.id != its.resource)
    return sorted(able, key=lambda each: (each.id != its.second, each.order, each.id))
