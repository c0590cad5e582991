"""The conditions of the writes, each with its reason. Whatever is scarce is decided here, never by a look before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import and_

from pynamodb.expressions.condition import Condition

from chalicelib.domain.outbox import Message
from chalicelib.store.items import stamp
from chalicelib.store.models import AppointmentItem, DayItem, MessageItem


def none_is_held(units: Iterable[int]) -> Condition:
    """None of the units is taken: what makes a double booking impossible.

    The day's item need not exist: `contains` is false of a missing attribute. An expression holds 100 of these at most (R3).
    """
    conditions: Iterable[Condition] = (~DayItem.taken.contains(unit) for unit in sorted(units))
    return reduce(and_, conditions)


def not_made_before() -> Condition:
    """No appointment has this id, which comes from alias and Idempotency-Key: a repeated request makes nothing twice (R22)."""
    return AppointmentItem.pk.does_not_exist()


def can_be_claimed(now: datetime) -> Condition:
    """The message is due, or its sender's lease has run out; a settled message has left the index and has no due time."""
    due: Condition = MessageItem.gsi3sk <= stamp(now)
    return due


def is_still_ours(message: Message) -> Condition:
    """Nobody has claimed the message since we did: each claim counts one attempt up."""
    sending: Condition = MessageItem.state == "sending"
    our_attempt: Condition = MessageItem.attempts == message.attempts
    both: Condition = sending & our_attempt
    return both
