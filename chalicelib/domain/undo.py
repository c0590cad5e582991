"""What staff have just done to an appointment can be undone (R40): what stood before, and until when nobody hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Holds
from chalicelib.domain.inbox import Entry
from chalicelib.domain.limits import Count
from chalicelib.domain.outbox import Channel, Kind, Reader
from chalicelib.domain.status import Status

if TYPE_CHECKING:
    from chalicelib.domain.appointment import Appointment, Change

RESTORED = (
    *("status", "start", "end", "day", "resource", "second", "name", "hint", "customer", "write_to", "reason", "counts"),
    *("confirm_until", "disowned_at"),
)
"""What of an appointment an act of staff's may change, and its undo brings back."""
Rows = tuple[tuple[str, str, int, tuple[int, ...]], ...]
"""Holds, in order: resource, UTC day, lane, units."""


@dataclass(frozen=True, kw_only=True)
class Undo:
    """How an appointment stood before the last act, `what`, which made its `version`; any later change ends it.

    Until `until` what the act owes its customer waits, and so do the units that it frees. `messages` are those that it owes;
    `called` is its entry of the inbox where somebody is to call; `ticked` are the entries that it ticked off. `rows` are the
    units held before. `due` is when the schedule looks at the appointment once the units are free. The other fields are the
    appointment's.
    """

    what: str
    version: int
    until: datetime
    status: Status
    start: int
    end: int
    day: str
    resource: str
    second: str | None
    name: str
    hint: str | None = None
    customer: str | None
    write_to: Reader
    reason: str | None
    counts: tuple[Count, ...]
    confirm_until: datetime | None
    disowned_at: datetime | None
    rows: Rows
    messages: tuple[tuple[Kind, Channel], ...] = ()
    called: str | None = None
    ticked: tuple[Entry, ...] = ()
    due: datetime | None = None

    @property
    def holds(self) -> Holds:
        return {(resource, day, lane): frozenset(units) for resource, day, lane, units in self.rows}


def undo_of(before: Appointment, what: str, until: datetime) -> Undo:
    """Of an act that is about to be done. What the record of a customer says is read anew by whoever undoes it: so nothing of
    somebody erased remains here."""
    rows = tuple((*place, tuple(sorted(units))) for place, units in sorted(before.holds.items()))
    was = {name: getattr(before, name) for name in RESTORED}
    if before.customer:
        was |= {"name": "", "hint": None}
    return Undo(what=what, version=before.version + 1, until=until, rows=rows, **was)


def undoable(change: Change, ticked: Iterable[Entry]) -> Change:
    """The act with what it owes written down, so that an undo finds it."""
    if change.after.undo is None:
        return change
    undo = replace(
        change.after.undo,
        due=change.after.due,
        messages=tuple((each.kind, each.channel) for each in change.messages),
        called=next((each.id for each in change.entries), None),
        ticked=tuple(ticked),
    )
    return replace(change, after=keeping(change.before, replace(change.after, undo=undo), change.event.at))


def keeping(before: Appointment | None, after: Appointment, now: datetime) -> Appointment:
    """Units that it gives up stay held as long as the act can be taken back unheard. The schedule does nothing else with it
    meanwhile, since any change would end that."""
    undo = after.undo
    if undo is None or undo.until <= now:
        return after
    kept = less(before.holds, after.holds) if before else {}
    waits = bool(kept) or (undo.due is not None and undo.due < undo.until)
    return replace(after, kept=kept, due=undo.until if waits else undo.due)


def ended(before: Appointment, after: Appointment) -> Appointment:
    """Whatever else is done to an appointment ends what was possible before, and lets go what was kept for it."""
    due = before.undo.due if before.undo and before.kept and after.due else after.due
    return replace(after, kept={}, due=due, undo=None if after.undo == before.undo else after.undo)


def freed(appointment: Appointment) -> Appointment:
    """Once the delay is over; what was done can be undone still, if the units can be had again."""
    due = appointment.undo.due if appointment.undo else appointment.due
    return replace(appointment, kept={}, due=due)


def restored(appointment: Appointment, undo: Undo) -> Appointment:
    """As it stood before the act, with the units that it held then."""
    was = {name: getattr(undo, name) for name in RESTORED}
    due = undo.due if undo.status == appointment.status else None
    return replace(appointment, **was, holds=undo.holds, kept={}, undo=None, due=due)


def less(these: Holds, those: Holds) -> Holds:
    """What the one holds beyond the other."""
    left = {place: units - those.get(place, frozenset()) for place, units in these.items()}
    return {place: units for place, units in sorted(left.items()) if units}


def joined(these: Holds, those: Holds) -> Holds:
    """What either holds."""
    return {place: these.get(place, frozenset()) | those.get(place, frozenset()) for place in these.keys() | those.keys()}
