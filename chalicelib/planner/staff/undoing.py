"""What staff have done to an appointment is taken back, or told at once (R40)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import AlreadySent, Appointment, Change
from chalicelib.domain.changes import Obligations, OwedEntry, OwedMessage, change_of, fields_that_differ
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound, TryAgain
from chalicelib.domain.outbox import Kind, Message
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import HOLDING
from chalicelib.domain.undo import Undo, less, restored
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.placing import place
from chalicelib.planner.staff.actions import ReadVersion, check_place, stands_for, with_second

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Customers, Store

ROUNDS = 5
NAMED = ("status", "start", "end", "resource", "second", "customer", "write_to", "reason")
"""What the history names of what an undo brings back."""


class Undoing:
    """`by` is who does it: the id in a token of the staff's pool."""

    def __init__(self, store: Store, customers: Customers, notifying: Notifying, now: Clock) -> None:
        self._store = store
        self._customers = customers
        self._notifying = notifying
        self._now = now

    def undo(self, seen: ReadVersion, by: str) -> Appointment:
        """Brings back how an appointment stood before the act of staff's that made the version seen. A message that nobody was
        sent yet is withdrawn in the same write; if it has gone, the customer is told how it stands now.

        Within the delay it always succeeds, since the units are held still. Raises Invalid where there is nothing to undo,
        NotFound, ChangedMeanwhile, SlotTaken or TryAgain.
        """
        unheard = True
        for _ in range(ROUNDS):
            appointment, undo, settings = self._read(seen)
            try:
                return self._bring_back(self._change(appointment, undo, settings, by, unheard=unheard), undo, settings)
            except AlreadySent:
                unheard = False
            except ChangedMeanwhile:  # perhaps the schedule has freed the units just now
                self._read(seen)
        raise TryAgain

    def send_now(self, seen: ReadVersion, by: str) -> Appointment:
        """Ends the delay: what the act owes goes out, and the units are free. Raises as `undo`."""
        for _ in range(ROUNDS):
            appointment, undo, settings = self._read(seen)
            now = self._now()
            waiting = self._waiting(appointment.id, undo)
            if not waiting and not appointment.kept:
                return appointment
            version = appointment.version + 1
            after = replace(appointment, undo=replace(undo, version=version, until=now))
            change = change_of(appointment, after, settings, now, what="sent_now", by=by)
            owed = tuple(replace(each, event=version, due=now) for each in waiting)
            keys = tuple((each.event, each.kind, each.channel) for each in waiting)
            try:
                self._store.write(replace(change, messages=owed, withdrawn=keys))
            except AlreadySent:
                continue
            except ChangedMeanwhile:
                self._read(seen)
                continue
            return change.after
        raise TryAgain

    def _read(self, seen: ReadVersion) -> tuple[Appointment, Undo, Settings]:
        appointment, settings = self._store.appointment(seen.appointment), self._store.settings(seen.branch)
        if appointment is None or appointment.branch != seen.branch or settings is None:
            raise NotFound
        if appointment.version != seen.version:
            raise ChangedMeanwhile
        if appointment.undo is None:
            raise Invalid({"status": Flaw("transition", status=appointment.status)})
        return appointment, appointment.undo, settings

    def _waiting(self, appointment: str, undo: Undo) -> list[Message]:
        """What the act owes and nobody was sent."""
        messages = self._store.history(appointment)[1] if undo.messages else []
        return [each for each in messages if each.event == undo.version and each.state == "due" and not each.attempts]

    def _change(self, before: Appointment, undo: Undo, settings: Settings, by: str, *, unheard: bool) -> Change:
        now = self._now()
        after = self._known(restored(before, undo))
        _check_still_there(settings, after)
        kind: Kind = "cancelled" if undo.what == "booked" else "told"
        late = OwedEntry(kind="call_back") if undo.called and undo.until <= now else None
        owed = Obligations(
            () if unheard else tuple(OwedMessage(kind=kind, channel=channel) for _, channel in undo.messages),
            (late,) if late else (),
        )
        change = change_of(
            before,
            after,
            settings,
            now,
            what="undone",
            by=by,
            fields=fields_that_differ(before, after, *NAMED),
            owed=owed,
            ticked=(undo.called,) if undo.called else (),
        )
        withdrawn = tuple((undo.version, *each) for each in undo.messages) if unheard else ()
        return replace(change, entries=(*change.entries, *undo.ticked), withdrawn=withdrawn)

    def _known(self, appointment: Appointment) -> Appointment:
        """Of a customer it has what the record says today, who may have been renamed, merged or erased."""
        if appointment.customer is None:
            return appointment
        customer = self._customers.customer(appointment.branch, appointment.customer)
        return stands_for(appointment, customer, appointment.write_to)

    def _bring_back(self, change: Change, undo: Undo, settings: Settings) -> Appointment:
        """Where all its units are held still, they are what it holds; else they are taken anew, if they can be had."""
        before = change.before
        if before is None or less(undo.holds, before.occupied):
            lanes = frozenset((resource, lane) for resource, _, lane in undo.holds)
            standby = settings.stands_by(lanes)
            return place(self._store, _with_the_same(settings, change.after), change, standby=standby)
        self._store.write(change)
        return change.after


def _check_still_there(settings: Settings, appointment: Appointment) -> None:
    """Raises Invalid where it would be at a resource that the branch does not have any more."""
    if appointment.status not in HOLDING:
        return
    buffers = appointment.preparation + appointment.follow_up
    check_place(settings, appointment.start, appointment.end, buffers, appointment.resource)
    if appointment.second and settings.resource(appointment.second) is None:
        raise Invalid({"second": Flaw("foreign")})


def _with_the_same(settings: Settings, appointment: Appointment) -> Settings:
    """Who came second comes again, where the kind still allows it."""
    template = settings.template(appointment.template)
    if appointment.second is None or template is None or appointment.second not in template.second:
        return settings
    return with_second(settings, appointment.template, appointment.second, "second")
