"""How a customer is told: by a message, or by a call, which waits in the inbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Appointment, Change, LimitReached, message_of
from chalicelib.domain.customer import Reach, reach_of
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.inbox import Entry, entry_of
from chalicelib.domain.limits import Count
from chalicelib.domain.outbox import Kind, Message
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import WANTED

if TYPE_CHECKING:
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

    def owed(
        self, after: Appointment, settings: Settings, kind: Kind, tell: Tell | None, now: datetime
    ) -> tuple[tuple[Message, ...], tuple[Entry, ...]]:
        """The message, or the entry of the inbox. Raises Invalid where nobody can be told this way."""
        if tell is None:
            return (), ()
        if tell.channel not in self.ways(self.reach(after), settings):
            raise Invalid({"tell.channel": Flaw("no_way")})
        if tell.channel == "phone":
            return (), (entry_of("call_back", after.branch, after.id, after.version, now, tell.note),)
        return (message_of(after, kind, after.language, now, tell.channel, tell.note),), ()

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


def write_counted(store: Store, change: Change, mailbox: Count, most: int) -> None:
    """Writes a change whose mail counts for its mailbox. One that is too many is withheld, of which staff are told where the
    customer is still expected (R34). Raises as a write."""
    try:
        store.write(replace(change, charged=(*change.charged, mailbox), most={**change.most, mailbox: most}))
    except LimitReached as reached:
        if reached.counts != {mailbox}:
            raise
        store.write(withholding(change))


def withholding(change: Change) -> Change:
    """Without the mail that nobody knows who causes: staff are told where the customer is still expected, or wants to be. No
    later move is told by it, so the next one counts by itself."""
    after = replace(change.after, moves_told_at=None)
    held_back = tuple(replace(each, state="withheld") if each.caused_by == "anybody" else each for each in change.messages)
    entry = entry_of("withheld", after.branch, after.id, after.version, change.event.at)
    entries = (*change.entries, entry) if after.status in WANTED else change.entries
    return replace(change, after=after, messages=held_back, entries=entries)
