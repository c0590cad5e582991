"""Where an appointment is put: lanes and second resource are chosen, and written under their conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import Appointment, Change, UnitsTaken
from chalicelib.domain.errors import SlotTaken, TryAgain
from chalicelib.domain.moments import units_of, utc_days
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import Resource, Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Store

REACH = timedelta(days=2)
"""How far before a local day a window that reaches into it may begin, in UTC days: joined over midnight, in any zone."""
ROUNDS = 60

Owing = Callable[[Appointment], Change]
"""The write of an appointment that has found its place."""


def place(store: Store, settings: Settings, appointment: Appointment, ignoring: Holds, owing: Owing) -> Appointment:
    """Staff may choose what customers may not, but never units that are taken beyond the capacity: the write decides.

    `ignoring` are units that it holds already (R23). Raises SlotTaken, TryAgain, or what the write raises.
    """
    resources, days = involved(settings, appointment)
    agenda = store.agenda(appointment.branch, resources, days[0], days[-1])
    for _ in range(ROUNDS):
        holds, second = lay(settings, appointment, agenda.without(ignoring))
        placed = replace(appointment, holds=holds, second=second)
        try:
            store.write(owing(placed))
        except UnitsTaken as lost:
            agenda = agenda.learning(lost.agenda)
        else:
            return placed
    raise TryAgain


def involved(settings: Settings, appointment: Appointment) -> tuple[list[Resource], list[str]]:
    """The resources, and the UTC days in order, that an appointment may take units of."""
    seconds = {each.id for each in _seconds(settings, appointment)}
    resources = [each for each in settings.resources if each.id == appointment.resource or each.id in seconds]
    return resources, sorted(units_of(appointment.start - appointment.preparation, appointment.end + appointment.follow_up))


def lay(settings: Settings, appointment: Appointment, agenda: Agenda) -> tuple[Holds, str | None]:
    """Its lanes, and the second resource where its template asks for one. Raises SlotTaken."""
    resource = settings.resource(appointment.resource)
    holds = agenda.lay(appointment.resource, resource.capacity if resource else 1, appointment.units)
    if holds is None:
        raise SlotTaken
    seconds = _seconds(settings, appointment)
    if not seconds:
        return holds, None
    for second in sorted(seconds, key=lambda each: _reluctance(settings, appointment, each, agenda)):
        if more := agenda.lay(second.id, second.capacity, appointment.units):
            return {**holds, **more}, second.id
    raise SlotTaken


def _seconds(settings: Settings, appointment: Appointment) -> list[Resource]:
    """Who may come second, in the branch's order (R15)."""
    template = settings.template(appointment.template)
    wanted = template.second if template else ()
    able = (each for each in settings.resources if each.id in wanted and each.id != appointment.resource)
    return sorted(able, key=lambda each: (each.order, each.id))


def _reluctance(settings: Settings, appointment: Appointment, second: Resource, agenda: Agenda) -> tuple[bool, bool, int]:
    """Who is there comes first, although staff may choose whom customers may not; then the present one, since nobody is
    exchanged without need; then who has the least to do on the UTC day of the start (R15)."""
    works = Offer(settings, second, None, appointment.made_at).opens(appointment.start, appointment.end)
    [day] = utc_days(appointment.start, appointment.start + 1)
    return not works, second.id != appointment.second, agenda.load(second.id, day)


def held_near(store: Store, branch: str, resources: Sequence[Resource], first: date, last: date) -> Agenda:
    """What these resources hold, in the same reach."""
    return store.agenda(branch, resources, (first - REACH).isoformat(), (last + REACH).isoformat())
