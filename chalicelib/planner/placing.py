"""Where staff put an appointment: lanes and second resource are chosen, and written under their conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import Appointment, Change, UnitsTaken
from chalicelib.domain.errors import SlotTaken, TryAgain
from chalicelib.domain.moments import units_of, utc_days
from chalicelib.domain.offer import Offer
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
    for second in sorted(seconds, key=lambda each: _reluctance(settings, its, each, agenda)):
        if more := agenda.lay(second.id, second.capacity, its.units):
            return {**holds, **more}, second.id
    raise SlotTaken


def _seconds(settings: Settings, its: Appointment) -> list[Resource]:
    """Who may come second, in the branch's order (R15)."""
    template = settings.template(its.template)
    wanted = template.second if template else ()
    able = (each for each in settings.resources if each.id in wanted and each.id != its.resource)
    return sorted(able, key=lambda each: (each.order, each.id))


def _reluctance(settings: Settings, its: Appointment, second: Resource, agenda: Agenda) -> tuple[bool, bool, int]:
    """Who is there comes first, although staff may choose whom customers may not; then the present one, since nobody is
    exchanged without need; then who has the least to do on the UTC day of the start (R15)."""
    works = Offer(settings, second, None, its.made_at).opens(its.start, its.end)
    [day] = utc_days(its.start, its.start + 1)
    return not works, second.id != its.second, agenda.load(second.id, day)
