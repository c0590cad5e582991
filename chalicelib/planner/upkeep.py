"""What the schedule does, and what looks after the stored data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.domain.agenda import Agenda, Holds, held_more_than_once
from chalicelib.domain.appointment import Appointment, Change, event_of, message_of, released
from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.inbox import request_entry
from chalicelib.domain.moments import MOST_UNITS, UNIT, days_between, from_text
from chalicelib.domain.outbox import ENOUGH, TimeLeft
from chalicelib.domain.settings import Branch, Resource
from chalicelib.planner.delivery import Delivery

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store


@dataclass(frozen=True)
class Comparison:
    """Units of one resource: `held` by appointments, `unowned` ones that none holds, `untaken` ones that appointments hold in
    vain, and `shared` ones that more than one holds in the same lane, which is a double booking."""

    held: int
    unowned: Holds
    untaken: Holds
    shared: Holds

    @property
    def sound(self) -> bool:
        return not (self.unowned or self.untaken or self.shared)


class Books(Protocol):
    """The two places in the store that must agree."""

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str) -> Agenda: ...

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]: ...


class Upkeep:
    def __init__(self, store: Store, now: Clock, delivery: Delivery) -> None:
        self._store = store
        self._now = now
        self._delivery = delivery

    def sweep(self, time_left: TimeLeft) -> None:
        """Does what is due: warns of requests, lets them expire, sends messages that the stream missed.

        Takes up no more when less than `ENOUGH` seconds are left, since a mail that went out must be marked. What fails keeps
        nothing else from being done, and rises in the end.
        """
        due = self._store.due(self._now())
        with ExitStack() as tasks:  # calls all of them, the last first, whatever one raises
            for key in reversed(due.messages):
                tasks.callback(self._in_time, time_left, self._delivery.deliver, key)
            for identity in reversed(due.appointments):
                tasks.callback(self._in_time, time_left, self.expire, identity)

    @staticmethod
    def _in_time(time_left: TimeLeft, act: Callable[[Any], None], about: Any) -> None:
        if time_left() >= ENOUGH:
            act(about)

    def expire(self, identity: str) -> None:
        """Warns the branch of a request that nobody answered or, once warned, lets it expire: its units are free then, and the
        customer is told (R26). Does nothing if it was answered meanwhile."""
        its, now = self._store.appointment(identity), self._now()
        settings = self._store.settings(its.branch) if its else None
        if its is None or settings is None or its.status != "proposed" or its.due is None or its.due > now:
            return
        change = _expiry(its, settings.branch, now) if its.warned else _warning(its, settings.branch, now)
        try:
            self._store.write(change)
        except ChangedMeanwhile:
            return  # somebody has answered it


def compare_units(books: Books, branch: str, resource: Resource, first: str, last: str, others: list[Resource]) -> Comparison:
    """Whether the taken units of a resource on the UTC days `first` to `last` are those of the live appointments, lane by lane.

    `others` are the branch's other resources: an appointment of theirs may hold this one as its second. On a table in use a
    booking may fall between the reads: what is found then is gone in the next comparison.
    """
    days = set(days_between(first, last))
    start, end = from_text(f"{first}T00:00Z"), from_text(f"{last}T00:00Z") + 24 * 60
    longest = MOST_UNITS * UNIT
    owned: list[Holds] = [
        {place: units for place, units in appointment.holds.items() if place[0] == resource.id and place[1] in days}
        for each in (resource, *others)
        for appointment in books.appointments(branch, each.id, start - longest, end + longest)
    ]
    held: dict[tuple[str, str, int], frozenset[int]] = {}
    for holds in owned:
        for place, units in holds.items():
            held[place] = held.get(place, frozenset()) | units
    taken = books.agenda(branch, [resource], first, last).holds
    return Comparison(
        held=sum(len(units) for units in held.values()),
        unowned=_difference(taken, held),
        untaken=_difference(held, taken),
        shared=held_more_than_once(owned),
    )


def _difference(these: Holds, those: Holds) -> Holds:
    left = {place: units - those.get(place, frozenset()) for place, units in these.items()}
    return {place: units for place, units in sorted(left.items()) if units}


def _warning(its: Appointment, branch: Branch, now: datetime) -> Change:
    expires = its.made_at + timedelta(hours=branch.expire_after_hours or branch.expire_warning_hours)
    # Staff get the whole time of the warning, also where it comes late.
    after = replace(
        its, warned=True, due=max(expires, now + timedelta(hours=branch.expire_warning_hours)), version=its.version + 1
    )
    return Change(
        before=its,
        after=after,
        event=event_of(after, "warned", "schedule", now, months=branch.record_months),
        messages=(message_of(after, "expiring", branch.languages[0], now),),
    )


def _expiry(its: Appointment, branch: Branch, now: datetime) -> Change:
    after = released(its, "expired")
    return Change(
        before=its,
        after=after,
        event=event_of(after, "expired", "schedule", now, months=branch.record_months),
        ticked=(request_entry(its.id),),
        messages=(message_of(after, "expired", its.language, now),),
    )
