"""What limits count, and the shares in which a branch's bounds are counted (R33, R34).

One counter for a whole branch would be an item where all its bookings meet. So a bound is spread over shards, each with its
share. A request counts in one of them, and in the next where that is full.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

Count = tuple[str, ...]
"""What a limit counts, e.g. `("open", <keyed hash of an e-mail address>)`."""
OPEN, A_DAY = "open", "day"
"""The first part: an address's requests that are not yet answered, and those that it made on one day."""
UNPROVED, UNPROVED_HOUR, UNPROVED_DAY = "unproved", "unproved_hour", "unproved_day"
"""A branch's requests by unproved addresses, by shard: those that are open, those of an hour, and those of a day that nobody
needs to answer."""
UNCONFIRMED_HOUR = "unconfirmed_hour"
"""Requests of an hour that are to be confirmed first; by shard. More than mails may ask for are refused."""
HELD, HELD_DAY = "held", "held_day"
"""Times that unconfirmed requests hold: a branch's, by shard, and those of a resource and local day."""
RINGS_HOUR = "rings_hour"
"""Wishes of an hour to be called back: a branch's, by shard."""
MAILS = "mails"
"""Mails that online acts cause to one mailbox on one day, over all branches of a deployment."""
A_DAY_IS_FULL: Count = ("full",)
"""What `LimitReached` names where a day has as many appointments as the branch allows."""
KIND_IS_FULL: Count = ("full_kind",)
"""The same where it has as many of a kind as that one allows (R38)."""

SHARDS = 5
MOST_HELD = 10
"""Times of a branch that unconfirmed requests hold at once."""
HELD_SHARE = 5
"""Of so many starts in a resource's day one may be held so. One always may."""
MOST_MAILS_UNPROVED, MOST_MAILS_PROVED = 6, 30
"""Mails a day to one mailbox: before a link from one of them was used, and after."""
FURTHER_MAILS = 60
"""An hour, beyond those that a branch's bounds let requests cause at most."""
KEPT_UNTIL_ANSWERED = frozenset({OPEN, UNPROVED, HELD, HELD_DAY})
"""Counters that a request leaves when it is answered."""


def share(bound: int, shard: int) -> int:
    """A shard's part of a bound. The parts add up to the bound."""
    return bound // SHARDS + (shard < bound % SHARDS)


def shards_from(identity: str) -> list[int]:
    """All of them, in the order in which a request tries them. Its id chooses the first, so that requests spread."""
    first = int(identity[:8], 16) % SHARDS
    return [(first + step) % SHARDS for step in range(SHARDS)]


def most_mails(*, proved: bool) -> int:
    """How many mails a day online acts may cause to the mailbox of an address."""
    return MOST_MAILS_PROVED if proved else MOST_MAILS_UNPROVED


def hour_of(moment: datetime) -> str:
    """The hour of UTC, `2026-11-26T17`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def unproved(shard: int) -> Count:
    return (UNPROVED, str(shard))


def unproved_in(hour: datetime, shard: int) -> Count:
    return (UNPROVED_HOUR, hour_of(hour), str(shard))


def unconfirmed_in(hour: datetime, shard: int) -> Count:
    return (UNCONFIRMED_HOUR, hour_of(hour), str(shard))


def unproved_on(day: date, shard: int) -> Count:
    return (UNPROVED_DAY, day.isoformat(), str(shard))


def rings_in(hour: datetime, shard: int) -> Count:
    return (RINGS_HOUR, hour_of(hour), str(shard))


def open_of(address: str) -> Count:
    return (OPEN, address)


def made_on(address: str, day: date) -> Count:
    return (A_DAY, address, day.isoformat())


def held(shard: int) -> Count:
    return (HELD, str(shard))


def held_on(resource: str, day: date) -> Count:
    return (HELD_DAY, resource, day.isoformat())


def mails(mailbox: str, now: datetime) -> Count:
    return (MAILS, mailbox, now.astimezone(UTC).date().isoformat())


def mails_an_hour(most_requests: int) -> int:
    """Mails that online acts in a branch may cause to unproved addresses: a receipt and one more for each request of the hour,
    and those of moves, cancellations and requests to be confirmed."""
    return 2 * most_requests + FURTHER_MAILS


def once_answered(counts: Iterable[Count]) -> tuple[Count, ...]:
    """The counters that a request still stands in."""
    return tuple(count for count in counts if count[0] not in KEPT_UNTIL_ANSWERED)


@dataclass(frozen=True)
class Standing:
    """What is known of an address: whether a link from one of its mails was used, and whether its owner has stopped online acts
    with it in a branch."""

    proved: bool = False
    stopped: bool = False
