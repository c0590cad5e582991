"""Appointments that nobody needs any more leave the table: a few at a time, each with its sum in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import msgspec
from pynamodb.exceptions import DeleteError, TransactWriteError, UpdateError
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.moments import to_text
from chalicelib.domain.sums import WeekSum
from chalicelib.store import items, keys
from chalicelib.store.conditions import is_empty_day, is_unchanged, nothing_is_owed
from chalicelib.store.faults import translated
from chalicelib.store.models import AppointmentItem, ClearingItem, DayItem, Item, SumItem, first_version
from chalicelib.store.plan import freed
from chalicelib.store.raw import RawItem, batch, query
from chalicelib.store.verdict import is_undecided, was_refused

MOST = 100
"""Items of one transaction. What an appointment holds fits into one, since it was taken in one."""
DUE = ("pk", "gsi3sk")

Place = tuple[str, int, str]
"""How far a round has come: the resource, and start and id of its last appointment that was looked at."""
_PLACE = msgspec.json.Decoder(Place)


@dataclass(frozen=True)
class Round:
    """A branch's turn. `resources` are all that earlier rounds have known."""

    branch: str
    place: Place | None
    resources: frozenset[str]


class Clearings:
    """Of the table that `Table` has bound. Any call may raise TryAgain."""

    def next_look(self, branch: str) -> datetime | None:
        """When the branch has its turn; None: never."""
        with translated():
            found = next(query(keys.clearing(branch), None, DUE), None)
        return datetime.fromisoformat(found["gsi3sk"]["S"]) if found else None

    def unfinished_since(self, branch: str) -> datetime | None:
        """Since when no round has come to its end; NEVER before the first begins. None: the branch has none.

        An item of an older version tells its next turn instead, until that comes.
        """
        with translated():
            found = next(query(keys.clearing(branch), None, ("gsi3sk", "finished")), None)
        return datetime.fromisoformat(found.get("finished", found["gsi3sk"])["S"]) if found else None

    def due(self, now: datetime, most: int) -> list[str]:
        """Branches whose turn it is, the one that has waited longest first. One query."""
        by_now = ClearingItem.gsi3sk <= items.stamp(now)
        with translated():
            found = list(query(keys.CLEARING, by_now, DUE, index="gsi3", limit=most))
        return [keys.branch_of_clearing(raw["pk"]["S"]) for raw in found]

    def take_up(self, branch: str, now: datetime, until: datetime) -> Round | None:
        """Begins or continues a branch's turn, which nobody else does until then; None if it is not due."""
        item = ClearingItem(keys.clearing(branch), keys.CLEARING)
        since: Action = ClearingItem.finished.set(ClearingItem.finished | items.stamp(now))
        taken = [ClearingItem.gsi3sk.set(items.stamp(until)), since]
        with translated():
            try:
                item.update(taken, condition=ClearingItem.gsi3sk <= items.stamp(now))
            except UpdateError as error:
                if was_refused(error):
                    return None
                raise
        place = _PLACE.decode(item.place) if item.place else None
        return Round(branch, place, frozenset(item.resources or ()))

    def go_on(
        self, branch: str, due: datetime, place: Place | None, resources: Iterable[str], finished: datetime | None = None
    ) -> None:
        """The branch has its next turn at `due`, from this place on; None: from the beginning. `finished` is when a round has
        come to its end by this."""
        item = ClearingItem(keys.clearing(branch), keys.CLEARING)
        actions: list[Action] = [
            ClearingItem.gsi3sk.set(items.stamp(due)),
            ClearingItem.place.set(msgspec.json.encode(place).decode()) if place else ClearingItem.place.remove(),
        ]
        if finished:
            actions.append(ClearingItem.finished.set(items.stamp(finished)))
        if known := set(resources):
            actions.append(ClearingItem.resources.add(known))
        with translated():
            item.update(actions)

    def past(self, branch: str, resource: str, until: int, after: Place | None, most: int) -> list[Appointment]:
        """Appointments that started before `until` and that the schedule is not to look at, those after a place first; may lag
        behind by moments."""
        start = None
        if after:
            key = keys.appointment(after[2]), keys.APPOINTMENT, keys.agenda(branch, resource), to_text(after[1])
            start = {name: {"S": value} for name, value in zip(("pk", "sk", "gsi1pk", "gsi1sk"), key, strict=True)}
        with translated():
            found = query(
                keys.agenda(branch, resource),
                AppointmentItem.gsi1sk < to_text(until),
                index="gsi1",
                limit=most,
                only=AppointmentItem.gsi3pk.does_not_exist(),
                after=start,
            )
            return [items.to_appointment(each) for each in found]

    def recorded(self, appointments: Sequence[Appointment], now: datetime) -> set[str]:
        """The ids of those whose last line of history is still kept. One request for each hundred."""
        last = [(keys.appointment(each.id), keys.event(each.version)) for each in appointments]
        with translated():
            found = batch(last, ("ttl",)) if last else []
        return {keys.appointment_of(raw["pk"]["S"]) for raw in found if _is_kept(raw, now)}

    def leave(self, appointment: Appointment, added: WeekSum, now: datetime) -> bool:
        """Removes an appointment with its history and messages, frees what it held, and adds it to the sum of its week: all in
        one transaction, or nothing. False where it stays: somebody has changed it, it has left already, a message is still
        owed, a line of its history still kept, or it could not be decided. The next round looks at what is left.

        An appointment with more messages than the transaction has room for loses the oldest before.
        """
        pk = keys.appointment(appointment.id)
        with translated():
            own = [raw for raw in query(pk, None, ("gsi3pk", "ttl")) if raw["sk"]["S"] != keys.APPOINTMENT]
        if any("gsi3pk" in raw or _is_kept(raw, now) for raw in own):
            return False
        parts = [AppointmentItem(pk, raw["sk"]["S"]) for raw in own]
        days = freed(appointment)
        before = max(0, len(parts) + len(days) + 2 - MOST)  # with the appointment and the sum
        as_read = is_unchanged(appointment) & nothing_is_owed()
        try:
            for first in range(0, before, MOST - 1):
                with TransactWrite(connection=Item._get_connection().connection) as write:
                    write.condition_check(AppointmentItem, pk, keys.APPOINTMENT, condition=as_read)
                    for each in parts[first : min(first + MOST - 1, before)]:
                        write.delete(each)
            with TransactWrite(connection=Item._get_connection().connection) as write:
                write.delete(AppointmentItem(pk, keys.APPOINTMENT), condition=as_read)
                for each in parts[before:]:
                    write.delete(each)
                week = SumItem(keys.sums(appointment.branch), keys.sum_of_week(added.week.isoformat(), added.resource))
                write.update(week, actions=_actions(week, added))
                for day in days:
                    write.update(day.item, actions=day.actions)
        except TransactWriteError as error:
            if was_refused(error) or is_undecided(error):
                return False
            raise
        return True

    def empty_days(self, branch: str, resource: str, before: str, most: int) -> Iterator[str]:
        """The keys of days before a UTC day, lane by lane, on which nothing is held."""
        with translated():
            days = query(keys.agenda(branch, resource), DayItem.sk < keys.day(before), (), only=is_empty_day())
            yield from (raw["sk"]["S"] for raw in islice(days, most))

    def remove_day(self, branch: str, resource: str, day: str) -> bool:
        """If nothing is held on it still."""
        with translated():
            try:
                DayItem(keys.agenda(branch, resource), day).delete(condition=is_empty_day())
            except DeleteError as error:
                if was_refused(error):
                    return False
                raise
        return True


def _is_kept(raw: RawItem, now: datetime) -> bool:
    """Whether it is a line of history whose time is not over."""
    return int(raw.get("ttl", {"N": "0"})["N"]) > now.timestamp()


def _actions(item: SumItem, more: WeekSum) -> list[Action]:
    actions: list[Action] = [Path([keys.number(*name)]).add(number) for name, number in sorted(more.numbers.items())]
    if more.blocked:
        actions.append(SumItem.blocked.add({keys.blocked(*each) for each in more.blocked}))
    return [*actions, first_version(item)]
