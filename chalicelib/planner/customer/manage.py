"""What customers do with an appointment of theirs, by the link that their messages carry (R27, R28, R30)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import (
    Appointment,
    Change,
    Event,
    LimitReached,
    UnitsTaken,
    event_of,
    message_of,
    released,
)
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import (
    ChangedMeanwhile,
    Flaw,
    Forbidden,
    Invalid,
    NotOffered,
    NotReleased,
    PastCutOff,
    SlotTaken,
    TooManyRequests,
    TryAgain,
)
from chalicelib.domain.inbox import Waiting, entry_of, request_entry, withheld_entry
from chalicelib.domain.limits import (
    MOST_MAILS_PROVED,
    MOST_MAILS_UNPROVED,
    UNPROVED,
    Count,
    Standing,
    mails,
    open_of,
)
from chalicelib.domain.moments import next_minute, on_the_minute, to_local
from chalicelib.domain.offer import Offer, nearest
from chalicelib.domain.outbox import MOVES_TOLD_AFTER, NOTICE_AFTER, TO_BRANCHES, WITH_REASON, Cause, Channel, Kind, Message
from chalicelib.domain.owed import due_of
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Resource, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.domain.status import AHEAD, WANTED, Status
from chalicelib.domain.tokens import is_one_of
from chalicelib.planner.customer.booking import MOST_DAYS, Booked, Week, asked_days, listed
from chalicelib.planner.customer.taking import ALTERNATIVES, agenda_of, begun
from chalicelib.planner.messages.notifying import write_counted
from chalicelib.planner.placing import place

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.customer.booking import Booking
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.ports import Addresses, Clock, Store

Act = Literal["cancel", "move", "erase"]
CONFIRMABLE: frozenset[Status] = frozenset({"unconfirmed", "expired"})
"""States of a request that its address may still confirm: late too, if the time is free."""
OF_RECORDS = frozenset({"matched", "erasure_asked"})
"""Lines of the history by which one could tell that the practice has a record of somebody."""
SHOWN_FIELDS = frozenset({"status", "start", "end", "resource", "second", "comment", "remind"})
"""Names of what changed; that others did would tell the same."""
ROUNDS = 60
"""How often a move chooses anew; how often anything is done anew because staff changed the appointment at the same time."""
UNKNOWN = Standing()
MOST_VERSIONS, MOST_VERSIONS_UNPROVED = 20, 5
"""Who has moved an appointment as often as this is asked to call: each move tells staff and customer. Before a link from a mail
was used, anybody may have made it in the name of somebody else."""
UNDO_WITHIN = timedelta(hours=24)
"""How long the owner of an address may take back that somebody else had asked."""
AROUND = (timedelta(days=3), timedelta(days=7))


class Records(Protocol):
    """Where customers are kept. Any call may raise TryAgain."""

    def customer(self, branch: str, customer: str) -> Customer | None:
        """As of now; one who was merged into another answers as that one."""

    def write(self, revision: Revision) -> None:
        """Writes all of a revision, or nothing and raises ChangedMeanwhile."""

    def forget_notes(self, appointment: str) -> None:
        """Removes what staff have written to the customer from an appointment's messages."""


@dataclass(frozen=True)
class Shown:
    """An appointment as its customer sees it, and what the customer may do with it now.

    `cut_off` is the last instant at which it may be moved, `late` whether that is past. `erasure` is `done` where nothing is
    left of what was typed, `asked` where staff decide, of an appointment that they made. `confirm_until`: until when it waits,
    or has waited, for its address to be confirmed, which can still be done. `disowned`: that can still be taken back.
    """

    booked: Booked
    may: tuple[Act, ...]
    cut_off: int
    late: bool
    erasure: Literal["asked", "done"] | None
    confirm_until: datetime | None
    disowned: bool


@dataclass(frozen=True)
class KeptData:
    """What is kept with an appointment and its link may tell (R34), the oldest first. `reason` is None where nobody told it to
    who asked, a message's `note` where it went to another."""

    booked: Booked
    reason: str | None
    history: list[Event]
    messages: list[Message]
    at: datetime


@dataclass(frozen=True)
class ReadAppointment:
    """An appointment as it was read just now."""

    booked: Booked
    at: datetime
    standing: Standing = UNKNOWN

    @property
    def appointment(self) -> Appointment:
        return self.booked.appointment

    @property
    def settings(self) -> Settings:
        return self.booked.settings

    @property
    def caused_by(self) -> Cause:
        """A link from a mail proves who uses it; the one of the booking's answer does not (R33)."""
        return "mailbox" if self.booked.mailbox else "anybody"

    @property
    def is_ahead(self) -> bool:
        """Whether it can be cancelled: until its start."""
        return self.appointment.status in WANTED and next_minute(self.at) <= self.appointment.start

    @property
    def is_unseen(self) -> bool:
        """Whether staff need not hear that it is cancelled: nobody has answered it, or it was confirmed by itself just now."""
        if self.appointment.status != "confirmed":
            return True
        return self.appointment.version == 1 and self.at < self.appointment.made_at + NOTICE_AFTER

    @property
    def cut_off(self) -> int:
        return self.appointment.start - self.settings.branch.cut_off_hours * 60

    @property
    def is_late(self) -> bool:
        return next_minute(self.at) > self.cut_off

    @property
    def place(self) -> Resource | None:
        """Where it may be moved: within what the practice shows to customers, whether booking is switched on or not."""
        resource = self.settings.resource(self.appointment.resource)
        return resource if resource and resource.released else None


class OwnAppointment:
    """A token opens one appointment; Unauthorized where it opens none.

    Staff may change the appointment at the same moment: then it is read again, and what was asked is done if it still may be.
    Asking twice does nothing twice and is answered as before.
    """

    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        records: Records,
        telling: Notifying,
        booking: Booking,
        secret: Secret,
        now: Clock,
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._secret = secret
        self._records = records
        self._telling = telling
        self._booking = booking
        self._now = now

    def show(self, token: str) -> Shown:
        return self._shown(self._read(token))

    def cancel(self, token: str) -> Shown:
        """Frees the time, and tells staff and the customer. Past the branch's cut-off staff are told that it is late.

        Raises Invalid for what has begun or is over, or TryAgain.
        """
        return self._do(token, lambda seen: self._cancel(seen, tell=True))

    def offered(self, token: str, first: date | None, days: int) -> Week:
        """The starts to which it may be moved, as the booking page lists them but for its own units; its own start is taken.

        Raises Invalid, PastCutOff, or NotReleased where no time can be chosen online.
        """
        seen = self._read(token)
        offer = self._offer(seen)
        first, last = asked_days(offer, first, days, MOST_DAYS)
        return listed(offer, first, last, lambda since, until: self._days(seen.appointment, offer, since, until))

    def move(self, token: str, start: datetime) -> Shown:
        """To a start that `offered` lists, in the same state; the old units are freed in the same write (R23).

        Raises as `offered`, SlotTaken with alternatives, the other refusals of a time, or TryAgain.
        """
        wanted = on_the_minute(start)
        return self._do(token, lambda seen: self._move(seen, wanted))

    def confirm(self, token: str, start: datetime | None = None) -> Shown:
        """Confirms the address of a request that waits for it: the request stands then, at its time or at another `start`.
        Where its time was not held, or not any more, it is taken if it is still free.

        Raises Forbidden for a link that was not mailed, SlotTaken with alternatives, NotReleased, TooManyRequests or TryAgain.
        """
        self._check_mailed(token)
        wanted = on_the_minute(start) if start else None
        return self._do(token, lambda seen: self._confirm(seen, wanted))

    def disown(self, token: str) -> Shown | None:
        """The owner of the address did not ask. A request that nobody has answered is cancelled, of a confirmed appointment
        staff are told. Online acts with the address end in this branch. It can be taken back. Raises Forbidden or TryAgain.

        By a link that has ended since, as when the address was corrected, they end all the same: None.
        """
        if ended := self._booking.ended_link(token):
            self._addresses.stop(*ended, self._now())
            return None
        seen = self._check_mailed(token)
        shown = self._do(token, self._disown, proves=False)
        self._addresses.stop(seen.appointment.branch, seen.booked.mailbox or (), seen.at)
        return shown

    def own(self, token: str) -> Shown:
        """Takes that back, within 24 hours. Raises Forbidden, Invalid where it is too late, SlotTaken or TryAgain."""
        self._check_mailed(token)
        return self._do(token, self._own)

    def erase(self, token: str, *, confirmed: bool) -> Shown:
        """Erases what came with the request. A visit that lies ahead is cancelled with it, if that is `confirmed`. For a record
        of the practice's own it files a request, which staff decide.

        The link stays good and tells that it has been done; of an online request no more, since whoever asked in another's name
        would learn that there is a record. Raises Invalid or TryAgain; repeated, it is brought to an end.
        """
        seen = self._read(token)
        if seen.is_ahead:
            if not confirmed:
                raise Invalid({"confirm": Flaw("confirm")})
            self._do(token, lambda seen: self._cancel(seen, tell=False))  # soon there is no address to write to
        self._do(token, self._erase)
        seen = self._read(token)
        self._ask_for_erasure(seen)
        self._records.forget_notes(seen.appointment.id)
        return self._shown(seen)

    def stop_reminders(self, token: str) -> Shown:
        """Takes back the consent to be reminded of the appointment."""
        return self._do(token, self._stop_reminders)

    def export(self, token: str) -> KeptData:
        """What is kept of the person with this appointment. Whoever has the link may have booked for somebody else, or in
        somebody else's name: it tells nothing of the practice's own record, nor what was written to another address (R34)."""
        seen = self._read(token)
        appointment = seen.appointment
        history, messages = self._store.history(appointment.id)
        told = [each for each in messages if each.kind in WITH_REASON and each.status == appointment.status]
        return KeptData(
            seen.booked,
            appointment.reason if any(each.reader == "requester" for each in told) else None,
            [replace(each, fields=_shown_fields(each)) for each in history if each.what not in OF_RECORDS],
            [_shown_message(each) for each in messages if _is_shown(each, appointment)],
            seen.at,
        )

    def _read(self, token: str) -> ReadAppointment:
        return ReadAppointment(self._booking.appointment(token), self._now())

    def _check_mailed(self, token: str) -> ReadAppointment:
        seen = self._read(token)
        if seen.booked.mailbox is None:
            raise Forbidden
        return seen

    def _standing(self, seen: ReadAppointment, *, proves: bool) -> Standing:
        """Of the address that asked. Acting by a link from a mail proves it. Raises TooManyRequests where its owner has stopped
        online acts, and this one is not by the owner."""
        branch = seen.settings.branch
        if seen.booked.mailbox:
            if proves:
                self._addresses.prove(branch.id, seen.booked.mailbox, seen.at)
            return Standing(proved=True)
        if seen.appointment.comment is None:
            return Standing()
        standing = self._addresses.standing(branch.id, self._secret.mailbox(seen.appointment.comment.email), seen.at)
        if standing.stopped:
            raise TooManyRequests(branch.contact)
        return standing

    def _do(self, token: str, act: Callable[[ReadAppointment], Appointment], *, proves: bool = True) -> Shown:
        standing = self._standing(self._read(token), proves=proves)
        for _ in range(ROUNDS):
            seen = replace(self._read(token), standing=standing)
            try:
                after = act(seen)
            except ChangedMeanwhile:
                continue
            return self._shown(ReadAppointment(replace(seen.booked, appointment=after), seen.at))
        raise TryAgain

    def _shown(self, seen: ReadAppointment) -> Shown:
        appointment = seen.appointment
        asked, erasable = False, appointment.comment is not None
        if appointment.type != "request":
            customer = self._customer(appointment)
            asked = customer is not None and customer.erasure_asked_at is not None
            erasable = _is_known(appointment) or (customer is not None and not asked)
        may: dict[Act, bool] = {
            "cancel": seen.is_ahead,
            "move": seen.is_ahead and appointment.status in AHEAD and not seen.is_late and seen.place is not None,
            "erase": erasable,
        }
        return Shown(
            booked=seen.booked,
            may=tuple(act for act, allowed in may.items() if allowed),
            cut_off=seen.cut_off,
            late=seen.is_late,
            erasure=None if erasable else "asked" if asked else "done",
            confirm_until=appointment.confirm_until if appointment.status in CONFIRMABLE else None,
            disowned=can_be_owned(appointment, seen.at),
        )

    def _cancel(self, seen: ReadAppointment, *, tell: bool) -> Appointment:
        appointment = seen.appointment
        if appointment.status == "cancelled":
            return appointment
        _check_ahead(seen)
        # A reason that staff gave before, perhaps to another, is not that of this message.
        after = _looked_after(
            seen, replace(released(appointment, "cancelled"), reason=None, confirm_until=None, disowned_at=None)
        )
        waiting: Waiting = "cancelled_late" if seen.is_late else "cancelled"
        unseen = seen.is_unseen
        self._write(
            seen,
            Change(
                before=appointment,
                after=after,
                event=_event(seen, after, "cancelled", ("status",)),
                messages=tuple(self._message(seen, after, "cancelled")) if tell and appointment.status != "unconfirmed" else (),
                entries=() if unseen else (entry_of(waiting, appointment.branch, appointment.id, after.version, seen.at),),
                ticked=(request_entry(appointment.id), withheld_entry(appointment.id))
                if unseen
                else (withheld_entry(appointment.id),),
                kept_days=seen.settings.branch.comment_days,
            ),
        )
        return after

    def _move(self, seen: ReadAppointment, start: int) -> Appointment:
        appointment = seen.appointment
        if appointment.start == start and appointment.status in WANTED:
            return appointment  # asked before, or where it is
        offer = self._offer(seen)
        if appointment.version >= (MOST_VERSIONS if seen.standing.proved else MOST_VERSIONS_UNPROVED):
            raise TooManyRequests(seen.settings.branch.contact)
        day = offer.day_of(start)
        agenda = agenda_of(self._store, offer, day, day)
        for _ in range(ROUNDS):
            others = _others(agenda, appointment)
            try:
                slot = offer.choose(start, others)
                holds, second = offer.lay(slot, others)
            except SlotTaken:
                raise SlotTaken(self._alternatives(appointment, offer, start, day)) from None
            after = replace(
                appointment,
                start=slot.start,
                end=slot.end,
                day=day.isoformat(),
                holds=holds,
                second=second,
                counts=_proved(appointment.counts) if seen.booked.mailbox else appointment.counts,
                moves_told_at=_moves_told_at(seen),
                version=appointment.version + 1,
            )
            after = _looked_after(seen, after)
            try:
                self._write(seen, self._moving(seen, after))
            except UnitsTaken as lost:
                agenda = agenda.learning(lost.agenda)
            except LimitReached:
                raise TooManyRequests(seen.settings.branch.contact) from None
            else:
                return after
        raise TryAgain

    def _moving(self, seen: ReadAppointment, after: Appointment) -> Change:
        """One that nobody has answered yet stays a request for staff, wherever it is moved."""
        waiting: Waiting = "request" if after.status == "proposed" else "moved"
        return Change(
            before=seen.appointment,
            after=after,
            event=_event(seen, after, "moved", ("start", "end")),
            messages=tuple(self._message(seen, after, "moved")),
            entries=(entry_of(waiting, after.branch, after.id, after.version, seen.at),),
            most_a_day=seen.settings.branch.most_appointments_a_day,
        )

    def _write(self, seen: ReadAppointment, change: Change) -> None:
        """Counts the mail that it owes where nobody knows who causes it; one that is too many is withheld (R34). Moves that are
        told together count once."""
        email = change.after.comment.email if change.after.comment else None
        told_already = change.event.what == "moved" and change.after.moves_told_at == seen.appointment.moves_told_at
        if not email or told_already or not any(each.caused_by == "anybody" for each in change.messages):
            self._store.write(change)
            return
        most = MOST_MAILS_PROVED if seen.standing.proved else MOST_MAILS_UNPROVED
        write_counted(self._store, change, mails(self._secret.counted(email), seen.at), most)

    def _confirm(self, seen: ReadAppointment, start: int | None) -> Appointment:
        waiting = seen.appointment
        if waiting.confirm_until is None or waiting.status not in CONFIRMABLE:
            return waiting  # confirmed before, or decided by staff
        if waiting.holds and start in (None, waiting.start):
            return self._stand(seen, waiting)
        if seen.place is None:
            raise NotReleased(seen.settings.branch.contact)
        offer = Offer(seen.settings, seen.place, _template(seen), seen.at)
        wanted = waiting.start if start is None else start
        try:
            return self._take(seen, offer, wanted)
        except (SlotTaken, NotOffered):
            day = to_local(max(wanted, offer.earliest), seen.settings.zone).date()
            raise SlotTaken(self._alternatives(waiting, offer, wanted, day)) from None

    def _take(self, seen: ReadAppointment, offer: Offer, start: int) -> Appointment:
        """Raises SlotTaken or NotOffered."""
        day = offer.day_of(start)
        agenda = agenda_of(self._store, offer, day, day)
        for _ in range(ROUNDS):
            others = _others(agenda, seen.appointment)
            slot = offer.choose(start, others)
            holds, second = offer.lay(slot, others)
            placed = replace(seen.appointment, start=slot.start, end=slot.end, day=day.isoformat(), holds=holds, second=second)
            try:
                return self._stand(seen, placed)
            except UnitsTaken as lost:
                agenda = agenda.learning(lost.agenda)
        raise TryAgain

    def _stand(self, seen: ReadAppointment, placed: Appointment) -> Appointment:
        change = self._standing_from_now(seen, placed, "address_confirmed")
        try:
            self._store.write(change)
        except LimitReached:
            raise TooManyRequests(seen.settings.branch.contact) from None
        return change.after

    def _standing_from_now(self, seen: ReadAppointment, placed: Appointment, what: str) -> Change:
        """The write by which a request stands, as one of an address that has proved itself: with that one's limits."""
        branch, template = seen.settings.branch, _known_template(seen)
        status = template.starts_as if template else "proposed"
        address = self._secret.address(placed.comment.email) if placed.comment else ""
        opened = open_of(address) if status == "proposed" and branch.most_open_requests else None
        after = replace(
            placed,
            status=status,
            counts=(opened,) if opened else (),
            made_at=seen.at,
            confirm_until=None,
            disowned_at=None,
            due=None,
            version=seen.appointment.version + 1,
        )
        after = _looked_after(seen, after)
        owed = begun(seen.settings, after, caused_by="mailbox")
        return Change(
            before=seen.appointment,
            after=after,
            event=_event(seen, after, what, ("status",)),
            messages=owed.messages,
            entries=owed.entries,
            most={opened: branch.most_open_requests or 0} if opened else {},
            most_a_day=branch.most_appointments_a_day,
            kept_days=branch.comment_days,
        )

    def _disown(self, seen: ReadAppointment) -> Appointment:
        asked = seen.appointment
        if asked.disowned_at or not seen.is_ahead or asked.comment is None:
            return asked
        confirmed = asked.status == "confirmed"
        after = asked if confirmed else released(asked, "cancelled")
        after = replace(after, disowned_at=seen.at, version=asked.version + 1)
        after = _looked_after(seen, after)
        entry = entry_of("disowned", asked.branch, asked.id, after.version, seen.at)
        self._store.write(
            Change(
                before=asked,
                after=after,
                event=_event(seen, after, "disowned", () if confirmed else ("status",)),
                entries=(entry,) if confirmed else (),
                ticked=() if confirmed else (request_entry(asked.id), withheld_entry(asked.id)),
                kept_days=seen.settings.branch.comment_days,
            )
        )
        return after

    def _own(self, seen: ReadAppointment) -> Appointment:
        asked = seen.appointment
        if asked.disowned_at is None:
            return asked
        if not can_be_owned(asked, seen.at):
            raise Invalid({"status": Flaw("take_back", most=UNDO_WITHIN // timedelta(hours=1), unit="hours")})
        if asked.status == "cancelled":
            change = self._standing_from_now(seen, asked, "owned")
            try:
                return place(self._store, seen.settings, change.after, {}, lambda placed: replace(change, after=placed))
            except LimitReached:
                raise TooManyRequests(seen.settings.branch.contact) from None
        after = replace(asked, disowned_at=None, version=asked.version + 1)
        entry = entry_of("disowned", asked.branch, asked.id, after.version, seen.at)
        event = _event(seen, after, "owned", ())
        self._store.write(Change(before=asked, after=after, event=event, ticked=(entry.id,)))
        return after

    def _offer(self, seen: ReadAppointment) -> Offer:
        """Of the appointment's own length, whatever its template says by now (R32)."""
        _check_ahead(seen)
        if seen.appointment.status not in AHEAD:
            raise Invalid({"status": Flaw("unmovable", status=seen.appointment.status)})
        contact = seen.settings.branch.contact
        if seen.is_late:
            raise PastCutOff(contact)
        if seen.place is None:
            raise NotReleased(contact)
        return Offer(seen.settings, seen.place, _template(seen), seen.at)

    def _days(self, appointment: Appointment, offer: Offer, first: date, last: date) -> dict[date, list[Slot]]:
        others = _others(agenda_of(self._store, offer, first, last), appointment)
        found = offer.days(first, last, others)
        return {
            day: [replace(slot, free=slot.free and slot.start != appointment.start) for slot in slots]
            for day, slots in found.items()
        }

    def _alternatives(self, appointment: Appointment, offer: Offer, start: int, day: date) -> list[tuple[int, int]]:
        before, after = AROUND
        found = self._days(appointment, offer, max(offer.today, day - before), day + after)
        return nearest([slot for slots in found.values() for slot in slots], start, ALTERNATIVES)

    def _erase(self, seen: ReadAppointment) -> Appointment:
        """Of what staff wrote in the inbox too, unless they know the customer themselves."""
        appointment, customer = seen.appointment, self._customer(seen.appointment)
        asks = customer is not None and self._can_ask(seen, customer)
        proved = customer is not None and self._proves(seen, customer)
        if not asks and not _is_known(appointment):
            return appointment
        after = replace(
            appointment,
            comment=None,
            reason=None,
            name=appointment.name if customer else "",
            customer=appointment.customer if customer else None,
            counts=(),
            fingerprint="",
            version=appointment.version + 1,
        )
        # The clock that would have erased it ends the link instead.
        after = _looked_after(seen, after)
        fields = tuple(name for name in ("comment", "reason", "name") if getattr(appointment, name) != getattr(after, name))
        self._store.write(
            Change(
                before=appointment,
                after=after,
                event=_event(seen, after, "erased" if fields else "erasure_asked", fields),
                entries=(entry_of("erasure", appointment.branch, appointment.id, after.version, seen.at, proved=proved),)
                if asks
                else (),
                ticked=() if customer else tuple(self._noted(appointment)),
                kept_days=seen.settings.branch.comment_days,
            )
        )
        return after

    def _noted(self, appointment: Appointment) -> Iterator[str]:
        """Entries of the inbox in which staff have written something about the person."""
        return (
            entry.id for entry in self._store.inbox(appointment.branch) if entry.appointment == appointment.id and entry.note
        )

    def _ask_for_erasure(self, seen: ReadAppointment) -> None:
        for _ in range(ROUNDS):
            customer = self._customer(seen.appointment)
            if customer is None or not self._can_ask(seen, customer):
                return
            line = Line(
                branch=customer.branch,
                kind="customer",
                id=customer.id,
                what="erasure_asked",
                by="customer",
                at=seen.at,
                fields=("erasure_asked_at",),
                months=seen.settings.branch.record_months,
            )
            proved = self._proves(seen, customer)
            after = replace(customer, erasure_asked_at=seen.at, erasure_proved=proved, version=customer.version + 1)
            try:
                self._records.write(Revision(before=(customer,), after=after, line=line))
            except ChangedMeanwhile:
                continue
            return
        raise TryAgain

    def _can_ask(self, seen: ReadAppointment, customer: Customer) -> bool:
        """Once, and once more where only the second wish is proved."""
        return customer.erasure_asked_at is None or (self._proves(seen, customer) and not customer.erasure_proved)

    def _proves(self, seen: ReadAppointment, customer: Customer) -> bool:
        """Whether the link was mailed to the record's own address: who asked in another's name has one from a mail too."""
        mailed, own = seen.booked.mailbox or (), self._secret.mailbox(customer.email) if customer.email else ()
        return any(is_one_of(each, own) for each in mailed)

    def _stop_reminders(self, seen: ReadAppointment) -> Appointment:
        appointment = seen.appointment
        if appointment.comment is None or not appointment.comment.remind:
            return appointment
        after = replace(appointment, comment=replace(appointment.comment, remind=False), version=appointment.version + 1)
        after = _looked_after(seen, after)
        self._store.write(Change(before=appointment, after=after, event=_event(seen, after, "reminders_stopped", ("remind",))))
        return after

    def _message(self, seen: ReadAppointment, after: Appointment, kind: Kind) -> Iterator[Message]:
        """Written where there is an address, since a mail brings the calendar's file; nobody is called about what he did."""
        ways = self._telling.ways(self._telling.reach(after), seen.settings)
        written: tuple[Channel, ...] = ("email", "sms")
        due = after.moves_told_at if kind == "moved" and after.moves_told_at else seen.at
        for channel in written:
            if channel in ways:
                yield message_of(after, kind, after.language, due, channel, caused_by=seen.caused_by)
                return

    def _customer(self, appointment: Appointment) -> Customer | None:
        return self._records.customer(appointment.branch, appointment.customer) if appointment.customer else None


def _check_ahead(seen: ReadAppointment) -> None:
    if seen.appointment.status not in WANTED:
        raise Invalid({"status": Flaw("unchangeable", status=seen.appointment.status)})
    if not seen.is_ahead:
        raise Invalid({"status": Flaw("begun")})


def _shown_fields(event: Event) -> tuple[str, ...]:
    return tuple(name for name in event.fields if name in SHOWN_FIELDS)


def _is_shown(message: Message, appointment: Appointment) -> bool:
    """What went to another says by its channel and its state what the practice knows of that one."""
    return message.kind not in TO_BRANCHES and (message.reader == "requester" or appointment.type != "request")


def _shown_message(message: Message) -> Message:
    return message if message.reader == "requester" else replace(message, note=None)


def _is_known(appointment: Appointment) -> bool:
    """Whether anything of the person stands with the appointment itself."""
    return appointment.comment is not None or bool(appointment.reason) or bool(appointment.name and not appointment.customer)


def _others(agenda: Agenda, appointment: Appointment) -> Agenda:
    """As if the appointment were not there: its units, and that it begins on its day (R23)."""
    kept, own = agenda.without(appointment.holds), (appointment.resource, appointment.day)
    if own not in kept.starts:
        return kept
    return Agenda(kept.holds, {**kept.starts, own: kept.starts[own] - 1})


def _proved(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    """Without those of addresses that have not proved themselves."""
    return tuple(count for count in counts if count[0] != UNPROVED)


def _moves_told_at(seen: ReadAppointment) -> datetime:
    """A move falls to the message of those just before it, if that is still to come."""
    planned = seen.appointment.moves_told_at
    return planned if planned and planned > seen.at else seen.at + MOVES_TOLD_AFTER


def can_be_owned(disowned: Appointment, now: datetime) -> bool:
    """Whether its customer can still take back that somebody else had asked."""
    within = disowned.disowned_at is not None and now - disowned.disowned_at <= UNDO_WITHIN
    return within and disowned.status in ("cancelled", "confirmed") and next_minute(now) <= disowned.start


def _known_template(seen: ReadAppointment) -> Template | None:
    return next((each for each in seen.settings.templates if each.id == seen.appointment.template), None)


def _template(seen: ReadAppointment) -> Template:
    appointment, known = seen.appointment, _known_template(seen)
    return Template(
        id=appointment.template or "",
        name={},
        duration=appointment.end - appointment.start,
        preparation=appointment.preparation,
        follow_up=appointment.follow_up,
        second=known.second if known else (),
    )


def _looked_after(seen: ReadAppointment, after: Appointment) -> Appointment:
    """With the moment at which the schedule has something to do with it."""
    return replace(after, due=due_of(after, seen.settings, seen.at))


def _event(seen: ReadAppointment, after: Appointment, what: str, fields: tuple[str, ...]) -> Event:
    return event_of(after, what, "customer", seen.at, fields, seen.settings.branch.record_months)
