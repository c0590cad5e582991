"""Messages that an appointment's event owes. They are put by the write that makes the event, and sent afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.moments import next_wall
from chalicelib.domain.status import Status

TimeLeft = Callable[[], float]
"""Seconds until the function is ended."""
ENOUGH = 15.0
"""Seconds that one message may need: the provider's time-outs and ours."""

Kind = Literal[
    "receipt", "confirm", "lapsed", "notice", "expiring", "expired", "confirmed", "declined", "cancelled", "moved",
    "reassigned", "told", "reminder",
]  # fmt: skip
"""`confirm` asks the address to confirm a request, `lapsed` tells that nobody did in time, `reassigned` that a move has kept
the time; `told`: how the appointment stands, without any change."""
TO_BRANCHES: frozenset[Kind] = frozenset({"notice", "expiring"})
"""The others go to customers."""
WITH_REASON: frozenset[Kind] = frozenset({"declined", "cancelled"})
"""They tell the reason that staff have given."""
FIRST_MAILS: frozenset[Kind] = frozenset({"receipt", "confirm"})
"""The first mail of a request: the owner of the address can say in it that somebody else asked."""
Reader = Literal["requester", "customer"]
"""Whom a message is for: who asked, at the address typed then, or the customer, at that of the practice's record now (R34)."""
Channel = Literal["email", "sms"]
Cause = Literal["practice", "mailbox", "anybody"]
"""`practice`: staff or the schedule. `mailbox`: the owner of the address, by a link from a mail. `anybody`: whoever else uses
the customers' pages."""
State = Literal["due", "sending", "sent", "failed", "bounced", "complained", "withheld"]
"""`bounced`: the provider took it and could not hand it over; `complained`: its reader called it unwanted; `withheld`: it would
have been one too many to its mailbox, or to unproved addresses (R34)."""
TROUBLE: frozenset[State] = frozenset({"failed", "bounced", "complained", "withheld"})
"""States in which it has not reached anybody, or was not wanted: staff see those."""
TOO_LATE = "too_late"
NOBODY_WAITS = frozenset({"gone", "erased", TOO_LATE})
"""Failures of messages whose reader is not known any more, or that have lost their sense: there is nothing left to do."""
DIGEST_AT = 7 * 60
"""When the day's one notice goes out to branches that want no more: minutes of the branch's wall."""
NOTICE_AFTER = timedelta(minutes=3)
"""How long after a request its notice goes out to branches that want each: what is undone by then is told to nobody."""
WRITTEN_WITHIN = timedelta(minutes=1)
"""After which a request stands in the table, or never will: what was made just before a digest is told in the next one."""

MOVES_TOLD_AFTER = timedelta(minutes=5)
"""After which a customer's moves are told, once for all of them (R34)."""

LEASE = timedelta(minutes=2)
"""How long a sender may take before another one tries: longer than the function may run."""

BACKOFF = (1, 2, 5, 15, 30, *(60,) * 31)
"""Minutes until the next attempt after the first, second, ... that failed; after the last one the message or the task has
failed: 32 hours in all. None is longer than an hour, since after an outage all that the appointment owes later waits for it."""
MOST_ATTEMPTS = len(BACKOFF) + 1


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message owed. `note` is what staff add in their own words.

    `event` is the appointment's version that owes it; the facts are those of that event, whatever came later.

    `reader` is fixed when it is owed, so that words meant for the one never reach the other; None of a message to the branch,
    and of one owed before there was a choice: that goes to whom the appointment says.

    `due` is the earliest time of the next attempt; while `sending` it is the end of the lease, in trouble the time since when.
    From `until` on it does not go out any more.
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
    reader: Reader | None = None
    state: State = "due"
    attempts: int = 0
    provider_id: str | None = None
    until: datetime | None = None
    failure: str | None = None
    caused_by: Cause = "practice"

    @property
    def is_gathered(self) -> bool:
        """Whether it tells of a customer's moves, once for all within some minutes. A later message tells more and need not
        wait for it."""
        return self.kind == "moved" and self.caused_by != "practice"

    @property
    def in_trouble(self) -> bool:
        """Whether staff can still do something about it."""
        return self.state in TROUBLE and self.failure not in NOBODY_WAITS


@dataclass(frozen=True)
class Duty:
    """What the schedule is to do, apart from sending: to look after an `appointment`, or to `recount` those of a branch."""

    kind: Literal["appointment", "recount"]
    id: str


@dataclass(frozen=True)
class Attempt:
    """The first, second, ... attempt at a duty of a branch."""

    duty: Duty
    number: int
    branch: str


@dataclass(frozen=True)
class Due:
    """What is owed by now: keys of messages, ids of appointments, and of branches whose coming appointments are to be reckoned
    anew."""

    messages: list[tuple[str, str]]
    appointments: list[str]
    recounts: list[str]
    unsent: int = 0
    """How many of the messages were tried before, and could not be sent."""
    since: datetime | None = None
    """When the oldest of all was due."""

    def late(self, now: datetime) -> int:
        """Seconds for which the oldest has been waiting."""
        return int((now - self.since).total_seconds()) if self.since else 0


def digest_at(made_at: datetime, zone: ZoneInfo) -> datetime:
    """When the digest goes out that tells of a request."""
    return next_wall(made_at + WRITTEN_WITHIN, DIGEST_AT, zone)


def next_due(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones; None: never."""
    if attempts > len(BACKOFF):
        return None
    return now + timedelta(minutes=BACKOFF[attempts - 1])
