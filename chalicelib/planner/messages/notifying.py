"""How a customer is told: by a message, or by a call, which waits in the inbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Appointment, Change, LimitReached
from chalicelib.domain.changes import NOTHING, Obligations, OwedEntry, OwedMessage, withholding
from chalicelib.domain.customer import Reach, reach_of
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.limits import mails, most_mails
from chalicelib.domain.outbox import Channel, Kind
from chalicelib.domain.settings import Settings

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.ports import Customers, Mobile, Store

Way = Literal["email", "sms", "phone"]


@dataclass(frozen=True)
class Tell:
    """`note` is what staff add in their own words: to the customer in a message, to whoever calls in the inbox."""

    channel: Way
    note: str | None = None


class Notifying:
    """`mobile` tells the telephone numbers that an SMS reaches."""

    def __init__(self, customers: Customers, mobile: Mobile) -> None:
        self._customers = customers
        self._mobile = mobile

    def reach(self, appointment: Appointment) -> Reach | None:
        """Whoever asked, or the customer; None of blocked time, and once that one is erased."""
        customer = self._customers.customer(appointment.branch, appointment.customer) if appointment.customer else None
        return reach_of(appointment.comment, customer, appointment.reader)

    def owed(self, after: Appointment, settings: Settings, kind: Kind, tell: Tell | None) -> Obligations:
        """The message, or the entry of the inbox. Raises Invalid where nobody can be told this way."""
        if tell is None:
            return NOTHING
        if tell.channel not in self.ways(self.reach(after), settings):
            raise Invalid({"tell.channel": Flaw("no_way")})
        if tell.channel == "phone":
            return Obligations(entries=(OwedEntry(kind="call_back", note=tell.note),))
        return Obligations((OwedMessage(kind=kind, channel=tell.channel, note=tell.note),))

    def written(self, after: Appointment, settings: Settings, message: OwedMessage) -> tuple[OwedMessage, ...]:
        """A message about what the customer did, by mail where there is an address, since that brings the calendar's file, else
        by SMS, if any way is open: nobody is called about what he did."""
        return self.in_writing(self.reach(after), settings, message)

    def in_writing(self, reach: Reach | None, settings: Settings, message: OwedMessage) -> tuple[OwedMessage, ...]:
        """The same to a person."""
        ways = self.ways(reach, settings)
        channels: tuple[Channel, ...] = ("email", "sms")
        return tuple(replace(message, channel=channel) for channel in channels if channel in ways)[:1]

    def is_entered(self, appointment: Appointment, reach: Reach | None, settings: Settings) -> bool:
        """Whether staff have entered the telephone number in the customer's record: whoever asks online can type anybody's."""
        customer = self._customers.customer(appointment.branch, appointment.customer) if appointment.customer else None
        if reach is None or reach.phone is None or customer is None or customer.phone is None:
            return False
        return self._mobile(customer.phone, settings) == self._mobile(reach.phone, settings)

    def ways(self, reach: Reach | None, settings: Settings) -> list[Way]:
        """How a person can be told."""
        if reach is None:
            return []
        found: dict[Way, str | None] = {
            "email": reach.email,
            "sms": self._mobile(reach.phone, settings) if reach.phone else None,
            "phone": reach.phone,
        }
        return [way for way, address in found.items() if address]


def write_counted(store: Store, change: Change, secret: Secret, *, proved: bool) -> None:
    """Writes a change, and counts its mail for the requester's mailbox where nobody knows who causes it. One that is too many
    is withheld, of which staff are told where the customer is still expected (R34). Moves that are told together count once.
    Raises as a write."""
    before, after = change.before, change.after
    told_already = change.event.what == "moved" and before is not None and before.moves_told_at == after.moves_told_at
    if after.comment is None or told_already or not any(each.caused_by == "anybody" for each in change.messages):
        store.write(change)
        return
    mailbox = mails(secret.counted(after.comment.email), change.event.at)
    try:
        store.write(
            replace(change, charged=(*change.charged, mailbox), most={**change.most, mailbox: most_mails(proved=proved)})
        )
    except LimitReached as reached:
        if reached.counts != {mailbox}:
            raise
        store.write(withholding(change))
