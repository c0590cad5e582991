"""What the provider tells of a mail after it took it: that it bounced, or that its reader complained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.inbox import Entry, entry_of
from chalicelib.domain.outbox import TO_BRANCHES, Message
from chalicelib.domain.tokens import Secret
from chalicelib.domain.trouble import MessageName, Report

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock


class MessageLog(Protocol):
    """Any call may raise TryAgain."""

    def message(self, appointment: str, named: MessageName) -> Message | None:
        """As of now."""

    def mark(self, message: Message, provider_id: str, entry: Entry | None) -> bool:
        """Writes what the provider has told of the sending with its id, once."""

    def suppress(self, branch: str, address: str, why: str, now: datetime) -> None:
        """`address` is a keyed hash."""


class Bounces:
    def __init__(self, message_log: MessageLog, secret: Secret, now: Clock) -> None:
        self._message_log = message_log
        self._secret = secret
        self._now = now

    def hear(self, report: Report) -> None:
        """Marks the message, tells staff where a customer did not get it, and keeps the branch from writing to the address
        again. Repeats change nothing, and neither does a message that nobody knows.

        The address comes first: where this fails on the way, the provider tells it again.
        """
        message = self._message_log.message(report.appointment, report.message)
        if message is None:
            return
        now, to_customer = self._now(), message.kind not in TO_BRANCHES
        if report.for_good and to_customer:
            for address in report.addresses:
                self._message_log.suppress(message.branch, self._secret.address(address), report.what, now)
        told = replace(message, state=report.what, failure=report.why, due=now)
        waits = to_customer and not self._was_sent_anew(message)
        entry = entry_of("bounced", message.branch, message.appointment, message.event, now) if waits else None
        self._message_log.mark(told, report.provider_id, entry)

    def _was_sent_anew(self, message: Message) -> bool:
        """Whether the receipt of a request went to another address since: a corrected one."""
        if message.kind != "receipt":
            return False
        next_one = MessageName(message.event + 1, message.kind, message.channel)
        return self._message_log.message(message.appointment, next_one) is not None
