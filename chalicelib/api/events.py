"""What wakes a function besides HTTP: the table's stream, and the schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from logging import Logger
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib import lazily
from chalicelib.api.logs import FIGURES
from chalicelib.domain.errors import Refused, TryAgain
from chalicelib.domain.outbox import ENOUGH, Due, TimeLeft

with lazily.at_first_use():
    from chalicelib.api import reports
    from chalicelib.domain import accounts

if TYPE_CHECKING:
    from chalicelib.planner.admin.users import Users
    from chalicelib.planner.messages.bounces import Bounces
    from chalicelib.planner.messages.delivery import Delivery
    from chalicelib.planner.schedule.clearing import Clearing
    from chalicelib.planner.schedule.sweep import Sweep

SES_TROUBLES = ["Email Bounced", "Email Complaint Received", "Email Rejected"]
"""What SES calls them on EventBridge."""
Failures = dict[str, list[dict[str, str]]]


def time_left(event: Any) -> TimeLeft:
    """Seconds until Lambda ends the function that this event woke."""
    return lambda: event.context.get_remaining_time_in_millis() / 1000


def deliver(records: list[dict[str, Any]], delivery: Delivery, time_left: TimeLeft) -> Failures:
    """Sends the messages that a batch of the stream's records put. The event source lets only new messages through.

    A record whose message the database kept from us, or that there is no time left for, is reported, so that the stream comes
    again from there; a repeat sends nothing twice. A mail that could not be sent is due later, and the stream goes on.
    """
    for record in records:
        key = record["dynamodb"]["Keys"]
        again: Failures = {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        if time_left() < ENOUGH:
            return again
        try:
            delivery.deliver((key["pk"]["S"], key["sk"]["S"]))
        except TryAgain:
            return again
    return {"batchItemFailures": []}


def sweep(upkeep: Sweep, clearing: Clearing, time_left: TimeLeft, log: Logger) -> None:
    """Does what is due, and then lets some old appointments leave, whether or not all could be done.

    The figures that it logs first are those that the deployment's alarms read: how many messages could not be sent when they
    were tried before, and for how many seconds the oldest of all that is due has been waiting.
    """

    def tell(due: Due, now: datetime) -> None:
        log.info("sweep", extra={FIGURES: {"unsent": due.unsent, "late": due.late(now)}})

    try:
        upkeep.sweep(time_left, tell)
    finally:
        clearing.run(time_left)


def hear(detail: Mapping[str, Any], bounces: Callable[[], Bounces]) -> None:
    """What SES tells of a mail that it took: most of it is no trouble, and asks for nothing."""
    report = reports.report_of(detail)
    if report:
        bounces().hear(report)


def manage_users(errand: dict[str, Any], users: Users) -> dict[str, Any]:
    """What another function of ours asks for: `{"accounts": [...]}`, or `{"refused": {...}}` as the API would tell it."""
    try:
        managed = users(msgspec.convert(errand, accounts.Errand))
    except Refused as refusal:
        return {"refused": {"code": refusal.code, "message": str(refusal), **refusal.details()}}
    found: list[dict[str, Any]] = msgspec.to_builtins(managed)
    return {"accounts": found}
