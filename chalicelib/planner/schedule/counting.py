"""How many appointments of a kind begin on a day: what its item counts, and what there is (R38).

Each write counts its own. What was made before kinds were counted is not: once a kind has a limit, all are counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.moments import from_text
from chalicelib.domain.outbox import ENOUGH, TimeLeft
from chalicelib.domain.settings import FURTHEST, Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Store

OfKind = tuple[str, str, str]
"""Resource, branch-local day (ISO date) and kind."""
Miscounts = Mapping[OfKind, tuple[int, int]]
"""How many a day counts, and how many there are."""
A_DAY = 24 * 60


def begun(appointments: Iterable[Appointment]) -> Counter[OfKind]:
    return Counter((each.resource, each.day, each.template) for each in appointments if each.holds and each.template)


def miscounts(agenda: Agenda, there: Mapping[OfKind, int], resource: str, kinds: Sequence[str]) -> Miscounts:
    """Of a resource's days, as they were read with these kinds."""
    of_kinds = {place for place in {*agenda.kinds, *there} if place[0] == resource and place[2] in kinds}
    found = {place: (agenda.kinds.get(place, 0), there.get(place, 0)) for place in sorted(of_kinds)}
    return {place: numbers for place, numbers in found.items() if numbers[0] != numbers[1]}


def count_anew(store: Store, settings: Settings, now: datetime, time_left: TimeLeft) -> bool:
    """Makes the coming days count the limited kinds that there are. False where some are left: somebody booked meanwhile, the
    index does not show all of a day's appointments yet, or time ran out."""
    kinds, done = settings.limited_kinds, True
    first, last = ((now + timedelta(days=offset)).date().isoformat() for offset in (-1, FURTHEST + 1))
    since, until = from_text(f"{first}T00:00Z") - A_DAY, from_text(f"{last}T00:00Z") + 2 * A_DAY
    for resource in settings.resources if kinds else ():
        agenda = store.agenda(settings.branch.id, [resource], first, last, kinds)  # before the appointments
        listed = store.appointments(settings.branch.id, resource.id, since, until)
        coming = [each for each in listed if first <= each.day <= last]
        for place in miscounts(agenda, begun(coming), resource.id, kinds):
            ids = [each.id for each in coming if each.day == place[1]]
            done &= time_left() >= ENOUGH and _count(store, settings.branch.id, place, agenda, ids)
    return done


def _count(store: Store, branch: str, place: OfKind, agenda: Agenda, listed: Iterable[str]) -> bool:
    """Of one day, by its appointments as of now. Whoever books or cancels one of the kind since the day was read changes its
    count, so the write is refused."""
    day = place[:2]
    of_day = [each for each in store.several(listed).values() if each.holds and (each.resource, each.day) == day]
    if len(of_day) < agenda.starts.get(day, 0):  # some are not listed yet
        return False
    return store.count_kind(branch, place, agenda.kinds.get(place), begun(of_day)[place])
