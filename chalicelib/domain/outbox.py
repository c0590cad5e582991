"""Messages that an appointment's event owes. They are put by the write that makes the event, and sent afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.status import Status

TimeLeft = Callable[[], float]
"""Seconds until the function is ended."""
ENOUGH = 15.0
"""Seconds that one message may need: the provider's time-outs and ours."""

Kind = Literal["receipt", "notice", "expiring", "expired"]
TO_CUSTOMERS: frozenset[Kind] = frozenset({"receipt", "expired"})
"""The others go to the branch."""

LEASE = timedelta(minutes=2)
"""How long a sender may take before another one tries: longer than the function may run."""

BACKOFF = (1, 2, 5, 15, 30, 60, 120, 240, 480, 960)
"""Minutes until the next attempt after the first, second, ... that failed; after the last one the message has failed."""
MOST_ATTEMPTS = len(BACKOFF) + 1


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail owed. `event` is the appointment's version that owes it; the facts are those of that event, whatever came later.

    `due` is the earliest time of the next attempt; while `sending` it is the end of the lease.
    """

    appointment: str
    event: int
    kind: Kind
    channel: Literal["email"]
    branch: str
    resource: str
    start: int
    end: int
    status: Status
    language: str
    due: datetime
    state: Literal["due", "sending", "sent", "failed"] = "due"
    attempts: int = 0
    provider_id: str | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Due:
    """What is owed by now: keys of messages, ids of appointments."""

    messages: list[tuple[str, str]]
    appointments: list[str]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """`media_type` with its parameters, e.g. `text/calendar; method=PUBLISH`."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What goes out. `id` is the same for every attempt, so that a repeat can be recognised by the receiving program."""

    id: str
    to: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class SendLater(Exception):
    """The provider could not take it now, or did not say: another attempt may succeed. `reason` names no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SendNever(Exception):
    """The provider refuses this message for good. `reason` names no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def next_due(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones; None: never."""
    if attempts > len(BACKOFF):
        return None
    return now + timedelta(minutes=BACKOFF[attempts - 1])
