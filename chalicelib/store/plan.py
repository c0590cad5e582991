"""What a change of an appointment does to days and counters: one update for each item that it touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.agenda import NO_HOLDS, NO_UNITS, Holds, Place
from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.limits import A_DAY, A_DAY_IS_FULL, KIND_IS_FULL, MAILS, Count
from chalicelib.store import keys
from chalicelib.store.conditions import day_has_room, is_as_read, kind_has_room, limit_has_room, none_is_held
from chalicelib.store.models import CounterItem, DayItem, Item, first_version, starts_of
from chalicelib.store.raw import RawItem

A_DAY_KEPT = timedelta(days=2)
"""How long a counter of one day outlives its last change; a local day and a UTC day are never further apart."""


@dataclass(frozen=True)
class Update:
    """An update of one item: of a day, whose `most` is the limit of its appointments if it counts, of those of a `kind` alone
    if it has one, or of a counter. `wanted` are the units that nobody else may hold. Without `actions` the condition alone is
    checked."""

    item: Item
    actions: list[Action]
    condition: Condition | None
    place: Place | None = None
    wanted: frozenset[int] = frozenset()
    most: int | None = None
    kind: str | None = None
    count: Count | None = None

    def full(self, old: RawItem) -> Count | None:
        """Which counter refused it, if one did."""
        if self.count:
            return self.count
        if self.most is None or self.begun(old) < self.most:
            return None
        return KIND_IS_FULL if self.kind else A_DAY_IS_FULL

    def begun(self, old: RawItem) -> int:
        """How many appointments begin on the day, of its `kind` if it has one."""
        return int(old.get(keys.starts_of(self.kind) if self.kind else "starts", {}).get("N", 0))


def updates(change: Change, known: Holds) -> list[Update]:
    """In a fixed order, what is checked alone first. `known` must hold the present units of the places in `swapped`."""
    after, spare = change.after, change.spare
    days = list(_days(after.branch, change.before, after, known, change.most_a_day, change.limited_kind, spare))
    checked = [each for each in days if not each.actions]
    return [*checked, *(each for each in days if each.actions), *_counters(change), *_charged(change)]


def freed(appointment: Appointment) -> list[Update]:
    """What days get back of an appointment that leaves the table."""
    return list(_days(appointment.branch, appointment, None, {}))


def let_go(before: Appointment, after: Appointment) -> list[Update]:
    """What days get back of the units that an appointment has kept for an undo."""
    return list(_days(after.branch, before, after, {}))


def swapped(change: Change) -> list[Place]:
    """Places where a move both takes and frees units."""
    old, new = _held(change.before), _held(change.after)
    return [place for place in old.keys() & new.keys() if old[place] - new[place] and new[place] - old[place]]


def units_in(day: DayItem) -> frozenset[int]:
    return frozenset(int(unit) for unit in day.taken or ())


def _held(appointment: Appointment | None) -> Holds:
    return appointment.occupied if appointment else {}


def _days(
    branch: str,
    before: Appointment | None,
    after: Appointment | None,
    known: Holds,
    most_a_day: int | None = None,
    kind: str | None = None,
    spare: Holds = NO_HOLDS,
) -> Iterator[Update]:
    old, new = _held(before), _held(after)
    starts = _starts(before, after)
    for place in sorted(old.keys() | new.keys() | starts.keys() | spare.keys()):
        wanted = new.get(place, NO_UNITS) - old.get(place, NO_UNITS)
        freed = old.get(place, NO_UNITS) - new.get(place, NO_UNITS)
        unheld = wanted | (spare.get(place, NO_UNITS) - old.get(place, NO_UNITS))
        actions: list[Action] = []
        conditions: list[Condition] = []
        if wanted and freed:
            held = known.get(place, frozenset())
            actions.append(DayItem.taken.set(set((held - freed) | wanted)))
            conditions.append(is_as_read(held))
        elif wanted:
            actions.append(DayItem.taken.add(set(wanted)))
        elif freed:
            actions.append(DayItem.taken.delete(set(freed)))
        if unheld:
            conditions.append(none_is_held(unheld))
        steps = starts.get(place, {})
        most = most_a_day if steps.get(kind, 0) > 0 else None
        actions += [(starts_of(each) if each else DayItem.starts).add(step) for each, step in steps.items() if step]
        if most is not None:
            conditions.append(kind_has_room(kind, most) if kind else day_has_room(most))
        if actions or conditions:
            resource, day, lane = place
            item = DayItem(keys.agenda(branch, resource), keys.day(day, lane))
            if actions:
                actions.append(first_version(item))
            yield Update(item, actions, _all(conditions), place, unheld, most, kind)


def _starts(before: Appointment | None, after: Appointment | None) -> dict[Place, dict[str | None, int]]:
    """By how much the counts of appointments by resource and branch-local day change, of all (None) and of each kind. They are
    in lane 0. A kind without a limit is counted too: so one that is set later holds at once."""
    steps: dict[Place, dict[str | None, int]] = {}
    for appointment, step in ((before, -1), (after, 1)):
        if appointment and appointment.holds:
            of_day = steps.setdefault((appointment.resource, appointment.day, 0), {})
            for kind in (None, appointment.template) if appointment.template else (None,):
                of_day[kind] = of_day.get(kind, 0) + step
    return steps


def _counters(change: Change) -> Iterator[Update]:
    """They know addresses by keyed hashes, and are kept no longer than they are needed (R30): that of open requests is
    forgotten where for as long as requests are kept no other one was made. Then it counts too little, and refuses nobody.

    That of a day is never given back: else whoever asks and cancels by turns could have mails sent to anybody for ever. Version
    0.1 kept it with the appointment; what a write alone raises is `charged` since."""
    old = set(change.before.counts) if change.before else set()
    new = set(change.after.counts)
    at = change.event.at
    for count in sorted(new ^ old):
        rises = count in new
        if count[0] == A_DAY and not rises:
            continue
        longer = timedelta(days=change.kept_days) if rises else A_DAY_KEPT
        until = int((at + longer).timestamp())
        ttl = CounterItem.ttl.set(until if rises else CounterItem.ttl | until)  # giving back keeps nothing alive
        item = CounterItem(keys.counter(change.after.branch, count), keys.COUNTER)
        actions: list[Action] = [CounterItem.used.add(1 if rises else -1), ttl, first_version(item)]
        condition = limit_has_room(change.most[count]) if rises and count in change.most else None
        yield Update(item, actions, condition, count=count)


def _charged(change: Change) -> Iterator[Update]:
    """Counters that only ever rise, until they no longer matter: those of a day or an hour. One that is named twice rises by
    two."""
    until = CounterItem.ttl.set(int((change.event.at + A_DAY_KEPT).timestamp()))
    for count in sorted(set(change.charged)):
        times = change.charged.count(count)
        pk = keys.mails(count[1:]) if count[0] == MAILS else keys.counter(change.after.branch, count)
        item = CounterItem(pk, keys.COUNTER)
        actions: list[Action] = [CounterItem.used.add(times), until, first_version(item)]
        condition = limit_has_room(change.most[count], times) if count in change.most else None
        yield Update(item, actions, condition, count=count)


def _all(conditions: list[Condition]) -> Condition | None:
    if not conditions:
        return None
    joined = conditions[0]
    for each in conditions[1:]:
        joined = joined & each
    return joined
