"""What limits count, and the shares in which a branch's bounds are counted (R33, R34).

A counter that every booking of a branch raises would be where they all meet. So a bound is spread over shards with a share
each: a request counts in one of them, and in the next where that is full.
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
"""A branch's requests of addresses that have not proved themselves: those that are open, those of an hour, and on a day those
that nobody need answer; by shard."""
HELD, HELD_DAY = "held", "held_day"
"""Times that unconfirmed requests hold: a branch's, by shard, and those of a resource and local day."""
RINGS_HOUR = "rings_hour"
"""Wishes of an hour to be called back: a branch's, by shard."""
MAILS = "mails"
"""Mails that online acts cause to one mailbox on one day, over all branches of a deployment."""
A_DAY_IS_FULL: Count = ("full",)
"""What `LimitReached` names where a day has as many appointments as the branch allows."""

SHARDS = 5
MOST_HELD = 10
"""Times of a branch that unconfirmed requests hold at once."""
HELD_SHARE = 5
"""One start in so many of a resource's day may be held so, and always one."""
MOST_MAILS_UNPROVED, MOST_MAILS_PROVED = 6, 30
"""A day, to one mailbox: before a link from one of its mails was used, and after."""
KEPT_UNTIL_ANSWERED = frozenset({OPEN, UNPROVED, HELD, HELD_DAY})
"""Counters that a request leaves when it is answered."""


def share(bound: int, shard: int) -> int:
    """How much of a bound a shard has; all shards together have the bound."""
    return bound // SHARDS + (shard < bound % SHARDS)


def shards_from(identity: str) -> list[int]:
    """In the order in which a request tries them: spread over all, each request by its own id."""
    first = int(identity[:8], 16) % SHARDS
    return [(first + step) % SHARDS for step in range(SHARDS)]


def unproved(shard: int) -> Count:
    return (UNPROVED, str(shard))


def unproved_in(hour: datetime, shard: int) -> Count:
    return (UNPROVED_HOUR, hour.astimezone(UTC).strftime("%Y-%m-%dT%H"), str(shard))


def unproved_on(day: date, shard: int) -> Count:
    return (UNPROVED_DAY, day.isoformat(), str(shard))


def rings_in(hour: datetime, shard: int) -> Count:
    return (RINGS_HOUR, hour.astimezone(UTC).strftime("%Y-%m-%dT%H"), str(shard))


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


def once_answered(counts: Iterable[Count]) -> tuple[Count, ...]:
    """The counters that a request still stands in."""
    return tuple(count for count in counts if count[0] not in KEPT_UNTIL_ANSWERED)


@dataclass(frozen=True)
class Standing:
    """What is known of an address: whether a link from one of its mails was used, and whether its owner has stopped online acts
    with it in a branch."""

    proved: bool = False
    stopped: bool = False
