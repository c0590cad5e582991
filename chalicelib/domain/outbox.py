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

Kind = Literal["receipt", "notice", "expiring", "expired", "confirmed", "declined", "cancelled", "moved", "told"]
"""`told`: how the appointment stands, without any change."""
TO_BRANCHES: frozenset[Kind] = frozenset({"notice", "expiring"})
"""The others go to customers."""
Channel = Literal["email", "sms"]

LEASE = timedelta(minutes=2)
"""How long a sender may take before another one tries: longer than the function may run."""

BACKOFF = (1, 2, 5, 15, 30, 60, 120, 240, 480, 960)
"""Minutes until the next attempt after the first, second, ... that failed; after the last one the message has failed."""
MOST_ATTEMPTS = len(BACKOFF) + 1


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message owed. `note` is what staff add in their own words.

    `event` is the appointment's version that owes it; the facts are those of that event, whatever came later.

    `due` is the earliest time of the next attempt; while `sending` it is the end of the lease.
    """

    appointment: str
    event: int
    kind: Kind
    channel: Channel
    branch: str
    resource: str
    start: int
    end: int
    status: Status
    language: str
    due: datetime
    note: str | None = None
    state: Literal["due", "sending", "sent", "failed"] = "due"
    attempts: int = 0
    provider_id: str | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Due:
    """What is owed by now: keys of messages, ids of appointments."""

    messages: list[tuple[str, str]]
    appointments: list[str]


def next_due(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones; None: never."""
    if attempts > len(BACKOFF):
        return None
    return now + timedelta(minutes=BACKOFF[attempts - 1])
