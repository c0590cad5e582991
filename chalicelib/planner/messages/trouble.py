"""Messages that did not arrive, sending them again, and whether sending works at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.domain.addresses import written
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import reach_of
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound
from chalicelib.domain.inbox import Waiting, entry_of
from chalicelib.domain.mail import Mail, SendLater, SendNever
from chalicelib.domain.outbox import TO_BRANCHES, TOO_LATE, TROUBLE, Message
from chalicelib.domain.settings import Settings
from chalicelib.domain.trouble import MessageName, SenderState, named, still_holds
from chalicelib.planner.messages.policy import SendingPolicy

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Customers, Store

LOOKS_BACK = timedelta(days=60)
"""How long trouble is shown: longer than anybody can still do something about most of it."""
MOST_TROUBLES = 100
Again = Literal["may", "changed", "suppressed", "unreachable"]
"""Whether a message can be sent again. `changed`: the appointment is not any more as it tells; `suppressed`: its address is not
written to until it is another one; `unreachable`: there is nobody to send it to."""
WHY_NOT: Mapping[Again, Flaw] = {
    "changed": Flaw("outdated"),
    "suppressed": Flaw("suppressed"),
    "unreachable": Flaw("unreachable"),
}


class MessageLog(Protocol):
    """Any call may raise TryAgain."""

    def message(self, appointment: str, named: MessageName) -> Message | None:
        """As of now."""

    def troubles(self, branch: str, since: datetime, limit: int) -> list[Message]:
        """The branch's messages that are in trouble since then, without those that nobody waits for, the latest first."""

    def again(self, message: Message, now: datetime, entry: str) -> bool:
        """Makes a message in trouble due again, and removes its entry of the inbox. False if it is in trouble no more."""


class Health(Protocol):
    def __call__(self) -> SenderState:
        """What the provider says of our sender; never raises."""


Trial = Callable[[Settings, str, str], Mail]
"""The mail that tells nothing but that mail arrives: of a branch, to an address, with an id."""


@dataclass(frozen=True)
class Trouble:
    """A message with its appointment, if that is still there."""

    message: Message
    appointment: Appointment | None
    again: Again


class MessageTrouble:
    def __init__(
        self,
        store: Store,
        customers: Customers,
        message_log: MessageLog,
        policy: SendingPolicy,
        now: Clock,
        health: Health,
        trial: Trial,
        send: Callable[[Mail], str],
    ) -> None:
        self._store = store
        self._customers = customers
        self._message_log = message_log
        self._policy = policy
        self._now = now
        self._health = health
        self._trial = trial
        self._send = send

    def troubles(self, branch: str) -> tuple[Settings, list[Trouble]]:
        """The last hundred of sixty days, the latest first, without those that nobody waits for. Raises NotFound."""
        settings = self._settings(branch)
        found = self._message_log.troubles(branch, self._now() - LOOKS_BACK, MOST_TROUBLES)
        about = self._store.several(each.appointment for each in found)
        return settings, [
            Trouble(each, about.get(each.appointment), self._again(each, about.get(each.appointment))) for each in found
        ]

    def again(self, branch: str, appointment: str, message: str) -> None:
        """Makes a message in trouble due: it goes out within a minute.

        Raises NotFound, Invalid where it cannot go out again, or ChangedMeanwhile where somebody else has seen to it.
        """
        booked = self._store.appointment(appointment)
        found = self._message_log.message(appointment, named(message))
        if booked is None or found is None or booked.branch != branch:
            raise NotFound
        if found.state not in TROUBLE:
            raise ChangedMeanwhile
        if (verdict := self._again(found, booked)) != "may":
            raise Invalid({"message": WHY_NOT[verdict]})
        now = self._now()
        kind: Waiting = "withheld" if found.state == "withheld" else "bounced"
        if not self._message_log.again(found, now, entry_of(kind, branch, appointment, found.event, now).id):
            raise ChangedMeanwhile

    def sender(self, branch: str) -> SenderState:
        """Raises NotFound."""
        self._settings(branch)
        return self._health()

    def test(self, branch: str, to: str | None) -> tuple[str, str | None]:
        """Sends a mail to an address of the branch or of its employees, to the branch's own one if none is said: to whom, and
        why it could not be sent. Raises NotFound or Invalid."""
        settings = self._settings(branch)
        to = _own_addresses(settings).get((to or settings.branch.email).lower(), "")
        if not to:
            raise Invalid({"to": Flaw("not_own_address")})
        try:
            self._send(self._trial(settings, to, f"test.{secrets.token_hex(8)}"))
        except (SendNever, SendLater) as refusal:
            return to, refusal.reason
        return to, None

    def _again(self, message: Message, appointment: Appointment | None) -> Again:
        if appointment is None:
            return "unreachable"
        if message.failure == TOO_LATE or not still_holds(message, appointment):
            return "changed"
        if message.kind in TO_BRANCHES:
            return "may"
        customer = self._customers.customer(appointment.branch, appointment.customer) if appointment.customer else None
        reach = reach_of(appointment.comment, customer, message.reader or appointment.reader)
        address = reach and (reach.phone if message.channel == "sms" else reach.email)
        if not address:
            return "unreachable"
        if message.channel == "email" and self._policy.is_suppressed(appointment.branch, address):
            return "suppressed"
        return "may"

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings


def _own_addresses(settings: Settings) -> dict[str, str]:
    """By how they may be written, in lower case."""
    addresses: Iterable[str] = (settings.branch.email, *(each.email for each in settings.employees if each.active))
    return {form.lower(): each for each in addresses if each for form in (each, written(each))}
