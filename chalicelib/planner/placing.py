"""Where an appointment is put: lanes and second resource are chosen, and written under their conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import NO_HOLDS, Agenda, Holds
from chalicelib.domain.appointment import Appointment, Change, LimitReached, UnitsTaken
from chalicelib.domain.errors import SlotTaken, TryAgain
from chalicelib.domain.limits import Count
from chalicelib.domain.offer import Offer, lay, regular, seconds, spare, with_standby
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.undo import keeping

if TYPE_CHECKING:
    from chalicelib.planner.ports import Store

REACH = timedelta(days=2)
"""How far before a local day a window that reaches into it may begin, in UTC days: joined over midnight, in any zone."""
ROUNDS = 60
"""How often a write chooses anew what it lost before: each time it has learnt of more that is held."""


def write_anew(
    write: Callable[[Change], None],
    choose: Callable[[Agenda], Change],
    agenda: Agenda,
    learn: Callable[[frozenset[Count]], None] | None = None,
) -> Appointment:
    """Chooses by what is known to be held, and writes on the condition that it is still free; a loser chooses anew from what it
    learnt. `learn` hears of limits that were reached; without it LimitReached is raised. That a day has as many appointments as
    the branch allows is learnt like units that are taken. Raises TryAgain, or what these raise.
    """
    for _ in range(ROUNDS):
        change = choose(agenda)
        try:
            write(change)
        except UnitsTaken as lost:
            agenda = agenda.learning(lost.agenda)
        except LimitReached as reached:
            if learn is None:
                raise
            agenda = agenda.learning(reached.agenda)
            learn(reached.counts)
        else:
            return change.after
    raise TryAgain


def place(store: Store, settings: Settings, change: Change, *, standby: bool = False, by_customer: bool = False) -> Appointment:
    """Writes a change with the appointment in its place. Staff may choose what customers may not, but never units that are
    taken beyond the capacity, unless they ask for a `standby`: the write decides. Units that it holds already are ignored
    (R23).

    Raises SlotTaken, TryAgain, or what the write raises.
    """
    held_before = change.before.occupied if change.before else {}

    def choose(agenda: Agenda) -> Change:
        others = agenda.without(held_before)
        holds, second = laid(settings, change.after, others, held_before, standby=standby, by_customer=by_customer)
        after = keeping(change.before, replace(change.after, holds=holds, second=second), change.event.at)
        placed = replace(change, after=after)
        return guarded(placed, spare(others, settings.resources, holds)) if by_customer else placed

    return write_anew(store.write, choose, agenda_of_staff(store, settings, change.after))


def guarded(change: Change, spare: Holds) -> Change:
    """A customer's change, on the condition that its `spare` units stay free (R36). One that holds nothing has none."""
    return replace(change, spare=spare) if change.after.holds else change


def agenda_of_staff(store: Store, settings: Settings, appointment: Appointment) -> Agenda:
    """What is held where an appointment may take units. One request."""
    wanted = {appointment.resource, *(each.id for each in _seconds(settings, appointment))}
    days = sorted(appointment.units)
    return store.agenda(appointment.branch, [each for each in settings.resources if each.id in wanted], days[0], days[-1])


def laid(
    settings: Settings,
    appointment: Appointment,
    agenda: Agenda,
    own: Holds = NO_HOLDS,
    *,
    standby: bool = False,
    by_customer: bool = False,
) -> tuple[Holds, str | None]:
    """Its lanes, and the second resource where its template asks for one. `own` are units that it has already, which `agenda`
    does not know as held. Stand-by lanes are taken only where all others are held, and `standby` asks for them (R36). Raises
    SlotTaken, which tells whether a stand-by one is there.
    """
    resource = settings.resource(appointment.resource) or Resource(id=appointment.resource, name="")

    def reluctance(second: Resource) -> tuple[bool, bool]:
        """Who is there comes first, although staff may choose whom customers may not; then the present one, since nobody is
        exchanged without need."""
        works = Offer(settings, second, None, appointment.made_at).opens(appointment.start, appointment.end)
        return not works, second.id != appointment.second

    wanted = (agenda, resource, appointment.units, appointment.start, _seconds(settings, appointment) or None, reluctance)
    if by_customer:
        return lay(*wanted)
    try:
        return lay(*wanted, (regular(own),))
    except SlotTaken:
        beyond = lay(*wanted, (regular(own), with_standby))
        if standby:
            return beyond
        raise SlotTaken(standby=True) from None


def _seconds(settings: Settings, appointment: Appointment) -> list[Resource]:
    return seconds(settings, settings.template(appointment.template), appointment.resource)


def held_near(
    store: Store, branch: str, resources: Sequence[Resource], first: date, last: date, kinds: Sequence[str] = ()
) -> Agenda:
    """What these resources hold, in the same reach, with the counts of these `kinds`."""
    return store.agenda(branch, resources, (first - REACH).isoformat(), (last + REACH).isoformat(), kinds)
