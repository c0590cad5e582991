"""Where a customer's appointment may be: the times that it may have instead, and taking one of them (R23, R28)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.changes import Obligations, OwedEntry, OwedMessage
from chalicelib.domain.errors import Flaw, Invalid, NotReleased, PastCutOff, SlotTaken, TooManyRequests
from chalicelib.domain.limits import UNPROVED, Count
from chalicelib.domain.moments import UNIT
from chalicelib.domain.offer import Offer, nearest
from chalicelib.domain.outbox import MOVES_TOLD_AFTER
from chalicelib.domain.settings import Template
from chalicelib.domain.status import AHEAD, WANTED
from chalicelib.planner.customer.booking import MOST_DAYS, Week, asked_days, listed, without
from chalicelib.planner.customer.shown import ReadAppointment
from chalicelib.planner.customer.taking import ALTERNATIVES, AROUND, agenda_of
from chalicelib.planner.messages.notifying import write_counted
from chalicelib.planner.placing import guarded, write_anew

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.ports import Store

Counted = TypeVar("Counted", tuple[str, str], tuple[str, str, str])
MOST_VERSIONS, MOST_VERSIONS_UNPROVED = 20, 5
"""Who has moved an appointment as often as this is asked to call: each move tells staff and customer. Before a link from a mail
was used, anybody may have made it in the name of somebody else."""


class Moving:
    def __init__(self, store: Store, notifying: Notifying, secret: Secret) -> None:
        self._store = store
        self._notifying = notifying
        self._secret = secret

    def offered(self, read: ReadAppointment, first: date | None, days: int) -> Week:
        """The starts to which it may be moved. Raises Invalid, PastCutOff, or NotReleased."""
        offer = _offer_to_move(read)
        first, last = asked_days(offer, first, days, MOST_DAYS)
        return listed(offer, first, last, self._agenda(read.appointment, offer), read.appointment.start)

    def move(self, read: ReadAppointment, start: int) -> Appointment:
        """Raises as `offered`, SlotTaken with alternatives, TooManyRequests, or what the write raises."""
        appointment = read.appointment
        if appointment.start == start and appointment.status in WANTED:
            return appointment  # asked before, or where it is
        offer = _offer_to_move(read)
        if appointment.version >= (MOST_VERSIONS if read.standing.proved else MOST_VERSIONS_UNPROVED):
            raise TooManyRequests(read.settings.branch.contact)
        try:
            return self.put(
                read,
                offer,
                start,
                lambda placed: self._change(read, placed),
                lambda change: write_counted(self._store, change, self._secret, proved=read.standing.proved),
            )
        except SlotTaken:
            raise self.taken(appointment, offer, start, offer.day_of(start)) from None

    def put(
        self,
        read: ReadAppointment,
        offer: Offer,
        start: int,
        change: Callable[[Appointment], Change],
        write: Callable[[Change], None],
    ) -> Appointment:
        """Chooses the start as if the appointment were not there yet, and writes the change of it in its new place. Raises
        SlotTaken, the other refusals of a time, or what the write raises."""
        appointment, day = read.appointment, offer.day_of(start)

        def choose(agenda: Agenda) -> Change:
            others = _others(agenda, appointment)
            placed = offer.place(start, others)
            slot = placed.slot
            moved = replace(appointment, start=slot.start, end=slot.end, day=day.isoformat())
            return guarded(change(replace(moved, holds=placed.holds, second=placed.second)), placed.spare)

        return write_anew(write, choose, agenda_of(self._store, offer, day, day))

    def taken(self, appointment: Appointment, offer: Offer, start: int, day: date) -> SlotTaken:
        """The refusal of a start, with alternatives around a day."""
        before, after = AROUND
        around = max(offer.today, day - before), day + after
        found = without(appointment.start, offer.days(*around, self._agenda(appointment, offer)(*around)))
        return SlotTaken(nearest([slot for slots in found.values() for slot in slots], start, ALTERNATIVES))

    def _change(self, read: ReadAppointment, placed: Appointment) -> Change:
        """One that nobody has answered yet stays a request for staff, wherever it is moved."""
        told_at = _moves_told_at(read)
        counts = _proved(placed.counts) if read.booked.mailbox else placed.counts
        message = OwedMessage(kind="moved", due=told_at, caused_by=read.caused_by)
        owed = Obligations(
            self._notifying.written(placed, read.settings, message),
            (OwedEntry(kind="request" if placed.status == "proposed" else "moved"),),
        )
        return read.change(replace(placed, counts=counts, moves_told_at=told_at), "moved", ("start", "end"), owed)

    def _agenda(self, appointment: Appointment, offer: Offer) -> Callable[[date, date], Agenda]:
        return lambda first, last: _others(agenda_of(self._store, offer, first, last), appointment)


def offer_of(read: ReadAppointment) -> Offer:
    """Of the appointment's own length, whatever its template says by now (R32), by the template's rules of today (R38). Raises
    NotReleased."""
    appointment, known = read.appointment, read.settings.template(read.appointment.template)
    if read.place is None:
        raise NotReleased(read.settings.branch.contact)
    template = replace(
        known or Template(id="", name={}, duration=UNIT),
        duration=appointment.end - appointment.start,
        preparation=appointment.preparation,
        follow_up=appointment.follow_up,
    )
    return Offer(read.settings, read.place, template, read.at)


def _offer_to_move(read: ReadAppointment) -> Offer:
    read.check_ahead()
    if read.appointment.status not in AHEAD:
        raise Invalid({"status": Flaw("unmovable", status=read.appointment.status)})
    if read.is_late:
        raise PastCutOff(read.settings.branch.contact)
    return offer_of(read)


def _others(agenda: Agenda, appointment: Appointment) -> Agenda:
    """As if the appointment were not there: its units, and that it begins on its day (R23)."""
    if not appointment.holds:  # it counts in no day
        return agenda
    day = appointment.resource, appointment.day
    kept, of_kind = agenda.without(appointment.occupied), (*day, appointment.template or "")
    return Agenda(kept.holds, _one_less(kept.starts, day), _one_less(kept.kinds, of_kind))


def _one_less(counts: Mapping[Counted, int], of: Counted) -> Mapping[Counted, int]:
    return {**counts, of: counts[of] - 1} if of in counts else counts


def _proved(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    """Without those of addresses that have not proved themselves."""
    return tuple(count for count in counts if count[0] != UNPROVED)


def _moves_told_at(read: ReadAppointment) -> datetime:
    """A move falls to the message of those just before it, if that is still to come."""
    planned = read.appointment.moves_told_at
    return planned if planned and planned > read.at else read.at + MOVES_TOLD_AFTER
