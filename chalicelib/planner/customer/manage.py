"""What customers do with an appointment of theirs, by the link that their messages carry (R27, R28, R30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment, LimitReached, released
from chalicelib.domain.changes import Obligations, OwedEntry, OwedMessage
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Forbidden, Invalid, TooManyRequests, TryAgain, Unauthorized
from chalicelib.domain.inbox import answered_entries, withheld_entry
from chalicelib.domain.limits import Standing
from chalicelib.domain.moments import on_the_minute
from chalicelib.planner.customer.booking import Week
from chalicelib.planner.customer.confirming import Confirming
from chalicelib.planner.customer.erasing import Erasing, Records
from chalicelib.planner.customer.moving import Moving
from chalicelib.planner.customer.shown import KeptData, ReadAppointment, Shown
from chalicelib.planner.customer.terms import refusal
from chalicelib.planner.messages.notifying import write_counted
from chalicelib.planner.placing import ROUNDS

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.customer.booking import Booking
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.ports import Addresses, Clock, Store


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
        notifying: Notifying,
        booking: Booking,
        secret: Secret,
        now: Clock,
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._secret = secret
        self._notifying = notifying
        self._booking = booking
        self._now = now
        self._moving = Moving(store, notifying, secret)
        self._confirming = Confirming(store, self._moving, secret)
        self._erasing = Erasing(store, records, secret)

    def show(self, token: str) -> Shown:
        return self._shown(self._read(token))

    def cancel(self, token: str) -> Shown:
        """Frees the time, and tells staff and the customer. Past the cut-off staff are told that it is late.

        Raises Invalid for what has begun or is over, or TryAgain.
        """
        return self._do(token, lambda read: self._cancel(read, tell=True))

    def offered(self, token: str, first: date | None, days: int) -> Week:
        """The starts to which it may be moved, as the booking page lists them but for its own units; its own start is taken.

        Raises Invalid, PastCutOff, or NotReleased where no time can be chosen online.
        """
        return self._moving.offered(self._read(token), first, days)

    def move(self, token: str, start: datetime) -> Shown:
        """To a start that `offered` lists, in the same state; the old units are freed in the same write (R23).

        Raises as `offered`, SlotTaken with alternatives, the other refusals of a time, TooManyRequests, or TryAgain.
        """
        wanted = on_the_minute(start)
        return self._do(token, lambda read: self._moving.move(read, wanted))

    def confirm(self, token: str, start: datetime | None = None) -> Shown:
        """Confirms the address of a request that waits for it: the request stands then, at its time or at another `start`.
        Where its time was not held, or not any more, it is taken if it is still free.

        Raises Forbidden for a link that was not mailed, SlotTaken with alternatives, NotReleased, TooManyRequests or TryAgain.
        """
        wanted = on_the_minute(start) if start else None
        return self._do(token, lambda read: self._confirming.confirm(read, wanted), first=self._read_by_mail(token))

    def disown(self, token: str) -> Shown | None:
        """The owner of the address did not ask. A request that nobody has answered is cancelled, of a confirmed appointment
        staff are told. Online acts with the address end in this branch. It can be taken back. Raises Forbidden or TryAgain.

        By a link that has ended since, as when the address was corrected, they end all the same: None.
        """
        try:
            read = self._read_by_mail(token)
        except Unauthorized:
            ended = self._booking.ended_link(token)
            if ended is None:
                raise
            self._addresses.stop(*ended, self._now())
            return None
        shown = self._do(token, self._confirming.disown, first=read, proves=False)
        self._addresses.stop(read.appointment.branch, read.booked.mailbox or (), read.at)
        return shown

    def own(self, token: str) -> Shown:
        """Takes that back, within 24 hours. Raises Forbidden, Invalid where it is too late, SlotTaken or TryAgain."""
        return self._do(token, self._confirming.own, first=self._read_by_mail(token))

    def erase(self, token: str, *, confirmed: bool) -> Shown:
        """Erases what came with the request. A visit that lies ahead is cancelled with it, if that is `confirmed`. For a record
        of the practice's own it files a request, which staff decide.

        The link stays good and tells that it has been done; of an online request no more, since whoever asked in another's name
        would learn that there is a record. Raises Invalid or TryAgain; repeated, it is brought to an end.
        """
        if self._read(token).is_ahead:
            if not confirmed:
                raise Invalid({"confirm": Flaw("confirm")})
            self._do(token, lambda read: self._cancel(read, tell=False))  # soon there is no address to write to
        self._do(token, self._erasing.erase)
        read = self._read(token)
        self._erasing.bring_to_an_end(read)
        return self._shown(read)

    def stop_reminders(self, token: str) -> Shown:
        """Takes back the consent to be reminded of the appointment."""
        return self._do(token, self._stop_reminders, withdraws=True)

    def forget_health(self, token: str) -> Shown:
        """Takes back the consent to keep the answers about health, which are erased at once."""
        return self._do(token, self._forget_health, withdraws=True)

    def export(self, token: str) -> KeptData:
        """What is kept of the person with this appointment, as far as its link may tell."""
        read = self._read(token)
        return read.kept(*self._store.history(read.appointment.id))

    def _read(self, token: str) -> ReadAppointment:
        return ReadAppointment(self._booking.appointment(token), self._now())

    def _read_by_mail(self, token: str) -> ReadAppointment:
        """Raises Forbidden where the link was not mailed."""
        read = self._read(token)
        if read.booked.mailbox is None:
            raise Forbidden
        return read

    def _standing(self, read: ReadAppointment, *, proves: bool, withdraws: bool) -> Standing:
        """Of the address that asked. Acting by a link from a mail proves it. Raises TooManyRequests where its owner has stopped
        online acts, and this one is not by the owner; taking a consent back is nobody's to stop."""
        branch = read.settings.branch
        if read.booked.mailbox:
            if proves:
                self._addresses.prove(branch.id, read.booked.mailbox, read.at)
            return Standing(proved=True)
        if read.appointment.comment is None:
            return Standing()
        standing = self._addresses.standing(branch.id, self._secret.mailbox(read.appointment.comment.email), read.at)
        if standing.stopped and not withdraws:
            raise TooManyRequests(branch.contact)
        return standing

    def _do(
        self,
        token: str,
        act: Callable[[ReadAppointment], Appointment],
        *,
        first: ReadAppointment | None = None,
        proves: bool = True,
        withdraws: bool = False,
    ) -> Shown:
        """`first` is the appointment as it was read, if it was."""
        read = first or self._read(token)
        standing = self._standing(read, proves=proves, withdraws=withdraws)
        for _ in range(ROUNDS):
            try:
                after = act(replace(read, standing=standing))
            except ChangedMeanwhile:
                read = self._read(token)
            except LimitReached as reached:
                raise refusal(reached.counts, read.settings.branch) from None
            else:
                return self._shown(ReadAppointment(replace(read.booked, appointment=after), read.at))
        raise TryAgain

    def _shown(self, read: ReadAppointment) -> Shown:
        return read.shown(self._erasing.customer(read.appointment) if read.appointment.type != "request" else None)

    def _cancel(self, read: ReadAppointment, *, tell: bool) -> Appointment:
        appointment = read.appointment
        if appointment.status == "cancelled":
            return appointment
        read.check_ahead()
        # A reason that staff gave before, perhaps to another, is not that of this message.
        after = replace(released(appointment, "cancelled"), reason=None, confirm_until=None, disowned_at=None)
        entry = OwedEntry(kind="cancelled_late" if read.is_late else "cancelled")
        messages: tuple[OwedMessage, ...] = ()
        if tell and appointment.status != "unconfirmed":
            message = OwedMessage(kind="cancelled", caused_by=read.caused_by)
            messages = self._notifying.written(after, read.settings, message)
        change = read.change(
            after,
            "cancelled",
            ("status",),
            Obligations(messages, () if read.is_unseen else (entry,)),
            answered_entries(appointment.id) if read.is_unseen else (withheld_entry(appointment.id),),
        )
        write_counted(self._store, change, self._secret, proved=read.standing.proved)
        return change.after

    def _stop_reminders(self, read: ReadAppointment) -> Appointment:
        comment = read.appointment.comment
        if comment is None or not comment.remind:
            return read.appointment
        change = read.change(
            replace(read.appointment, comment=replace(comment, remind=False)), "reminders_stopped", ("remind",)
        )
        self._store.write(change)
        return change.after

    def _forget_health(self, read: ReadAppointment) -> Appointment:
        comment = read.appointment.comment
        if comment is None or not comment.tells_of_health:
            return read.appointment
        kept = replace(comment, answers=tuple(each for each in comment.answers if not each.health))
        change = read.change(replace(read.appointment, comment=kept), "health_forgotten", ("answers",))
        self._store.write(change)
        return change.after
