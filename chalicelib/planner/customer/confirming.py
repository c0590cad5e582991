"""What the owner of an address says of a request: that it was theirs, or that somebody else asked (R33)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment, Change, released
from chalicelib.domain.changes import NOTHING, Obligations, OwedEntry
from chalicelib.domain.errors import Flaw, Invalid, NotOffered, SlotTaken, TooManyRequests
from chalicelib.domain.inbox import answered_entries, entry_of
from chalicelib.domain.limits import open_of
from chalicelib.domain.moments import to_local
from chalicelib.planner.customer.moving import Moving, offer_of
from chalicelib.planner.customer.shown import CONFIRMABLE, UNDO_WITHIN, ReadAppointment
from chalicelib.planner.customer.taking import owed_once_it_stands
from chalicelib.planner.placing import place

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.ports import Store


class Confirming:
    """Each raises LimitReached where the address has as many open requests as the branch allows, or what the write raises."""

    def __init__(self, store: Store, moving: Moving, secret: Secret) -> None:
        self._store = store
        self._moving = moving
        self._secret = secret

    def confirm(self, read: ReadAppointment, start: int | None) -> Appointment:
        """Raises SlotTaken with alternatives, or NotReleased."""
        waiting = read.appointment
        if waiting.confirm_until is None or waiting.status not in CONFIRMABLE:
            return waiting  # confirmed before, or decided by staff
        if waiting.holds and start in (None, waiting.start):
            change = self._standing(read, waiting, "address_confirmed")
            self._store.write(change)
            return change.after
        offer, wanted = offer_of(read), waiting.start if start is None else start
        try:
            return self._moving.put(
                read,
                offer,
                wanted,
                lambda placed: self._standing(read, placed, "address_confirmed"),
                self._store.write,
            )
        except (SlotTaken, NotOffered, TooManyRequests):  # the last one: of that day, which others may not be
            day = to_local(max(wanted, offer.earliest), read.settings.zone).date()
            raise self._moving.taken(waiting, offer, wanted, day) from None

    def disown(self, read: ReadAppointment) -> Appointment:
        """A request that nobody has answered is cancelled; of a confirmed appointment staff are told."""
        appointment = read.appointment
        if appointment.disowned_at or not read.is_ahead or appointment.comment is None:
            return appointment
        confirmed = appointment.status == "confirmed"
        after = replace(appointment if confirmed else released(appointment, "cancelled"), disowned_at=read.at)
        change = read.change(
            after,
            "disowned",
            () if confirmed else ("status",),
            Obligations(entries=(OwedEntry(kind="disowned"),)) if confirmed else NOTHING,
            () if confirmed else answered_entries(appointment.id),
        )
        self._store.write(change)
        return change.after

    def own(self, read: ReadAppointment) -> Appointment:
        """Raises Invalid where it is too late, or SlotTaken."""
        appointment = read.appointment
        if appointment.disowned_at is None:
            return appointment
        if not read.can_be_owned:
            raise Invalid({"status": Flaw("take_back", most=UNDO_WITHIN // timedelta(hours=1), unit="hours")})
        if appointment.status == "cancelled":
            return place(self._store, read.settings, self._standing(read, appointment, "owned"), by_customer=True)
        entry = entry_of("disowned", appointment.branch, appointment.id, appointment.version, read.at)
        change = read.change(replace(appointment, disowned_at=None), "owned", ticked=(entry.id,))
        self._store.write(change)
        return change.after

    def _standing(self, read: ReadAppointment, placed: Appointment, what: str) -> Change:
        """The write by which a request stands, as one of an address that has proved itself: with that one's limits."""
        branch, template = read.settings.branch, read.settings.template(placed.template)
        status = template.starts_as if template else "proposed"
        address = self._secret.address(placed.comment.email) if placed.comment else ""
        opened = open_of(address) if status == "proposed" and branch.most_open_requests else None
        after = replace(
            placed,
            status=status,
            counts=(opened,) if opened else (),
            made_at=read.at,
            confirm_until=None,
            disowned_at=None,
            due=None,
        )
        change = read.change(after, what, ("status",), owed_once_it_stands(read.settings, read.at, caused_by="mailbox"))
        return replace(change, most={opened: branch.most_open_requests or 0} if opened else {})
