"""Messages that did not arrive, and whether sending works at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import NotFound
from chalicelib.domain.outbox import TO_BRANCHES, Channel, Message

_NAME = re.compile(r"(?P<event>0|[1-9]\d{0,5})\.(?P<kind>[a-z_]{1,20})\.(?P<channel>email|sms)", re.ASCII)


@dataclass(frozen=True)
class MessageName:
    """What tells a message from the others of its appointment."""

    event: int
    kind: str
    channel: Channel

    @property
    def id(self) -> str:
        """`3.moved.email`"""
        return f"{self.event}.{self.kind}.{self.channel}"


def named(identity: str) -> MessageName:
    """The reverse of `id`. Raises NotFound for what is none."""
    found = _NAME.fullmatch(identity)
    if found is None:
        raise NotFound
    return MessageName(int(found["event"]), found["kind"], "email" if found["channel"] == "email" else "sms")


def name_of(message: Message) -> MessageName:
    return MessageName(message.event, message.kind, message.channel)


def still_holds(message: Message, appointment: Appointment) -> bool:
    """Whether what a message tells a customer is so to this day; a branch is told that something happened, which stays so."""
    return message.kind in TO_BRANCHES or (message.start, message.end, message.status) == (
        appointment.start,
        appointment.end,
        appointment.status,
    )


@dataclass(frozen=True)
class Digest:
    """The mail that tells a branch of a day's requests: the message that became it, and what became of that."""

    owner: str
    provider_id: str | None
    failure: str | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the provider tells of a mail that it took. `for_good`: its address is not to be written to again."""

    appointment: str
    message: MessageName
    provider_id: str
    what: Literal["bounced", "complained"]
    why: str
    for_good: bool
    addresses: tuple[str, ...]


Problem = Literal["unknown", "not_verified", "no_dkim", "sandbox", "paused", "at_risk", "quota"]
"""What stands against sending, or soon will. `unknown`: the provider did not say."""
NEAR_QUOTA = 0.9
"""Of a day's quota: from here on it is told."""


@dataclass(frozen=True, kw_only=True)
class SenderState:
    """Whether mail goes out. None: the provider did not say. `quota` and `sent` count a day's mails of all branches, `bounces`
    is their share of those that bounced lately."""

    address: str
    verified: bool | None = None
    signed: bool | None = None
    production: bool | None = None
    sending: bool | None = None
    healthy: bool | None = None
    quota: int | None = None
    sent: int | None = None
    bounces: float | None = None

    @property
    def problems(self) -> list[Problem]:
        """The worst first."""
        found: list[tuple[Problem, bool]] = [
            ("unknown", self.verified is None or self.production is None),
            ("not_verified", self.verified is False),
            ("paused", self.sending is False),
            ("sandbox", self.production is False),
            ("no_dkim", self.verified is True and self.signed is False),
            ("at_risk", self.healthy is False),
            ("quota", self.quota is not None and self.quota > 0 and (self.sent or 0) >= NEAR_QUOTA * self.quota),
        ]
        return [problem for problem, is_so in found if is_so]
