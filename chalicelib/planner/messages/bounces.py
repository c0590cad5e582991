"""What the provider tells of a mail after it took it: that it bounced, or that its reader complained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.inbox import Entry, entry_of
from chalicelib.domain.invitation import INVITATION, Delivery, Invitation
from chalicelib.domain.outbox import TO_BRANCHES, Message
from chalicelib.domain.tokens import Secret
from chalicelib.domain.trouble import MessageName, Report

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock


class Invitations(Protocol):
    """Any call may raise TryAgain."""

    def invitation(self, invitation: str) -> Invitation | None:
        """As of now."""

    def delivered(self, invitation: str, delivery: Delivery, failure: str | None) -> None:
        """Notes what became of the message that carries an invitation, unless it is erased."""


class MessageLog(Protocol):
    """Any call may raise TryAgain."""

    def message(self, appointment: str, named: MessageName) -> Message | None:
        """As of now."""

    def mark(self, message: Message, provider_id: str, entry: Entry | None) -> bool:
        """Writes what the provider has told of the sending with its id, once."""

    def suppress(self, branch: str, address: str, why: str, now: datetime) -> None:
        """`address` is a keyed hash."""


class Bounces:
    def __init__(self, message_log: MessageLog, invitations: Invitations, secret: Secret, now: Clock) -> None:
        self._message_log = message_log
        self._invitations = invitations
        self._secret = secret
        self._now = now

    def hear(self, report: Report) -> None:
        """Marks the message, tells staff where a customer did not get it, and keeps the branch from writing to the address
        again. Of an invitation staff see it at the customer. Repeats change nothing, and neither does a message that nobody
        knows.

        The address comes first: where this fails on the way, the provider tells it again.
        """
        if report.message.kind == INVITATION:
            if invitation := self._invitations.invitation(report.appointment):
                self._suppress(report, invitation.branch, self._now())
                self._invitations.delivered(invitation.id, "bounced", report.why)
            return
        message = self._message_log.message(report.appointment, report.message)
        if message is None:
            return
        now, to_customer = self._now(), message.kind not in TO_BRANCHES
        if to_customer:
            self._suppress(report, message.branch, now)
        told = replace(message, state=report.what, failure=report.why, due=now)
        waits = to_customer and not self._was_sent_anew(message)
        entry = entry_of("bounced", message.branch, message.appointment, message.event, now) if waits else None
        self._message_log.mark(told, report.provider_id, entry)

    def _suppress(self, report: Report, branch: str, now: datetime) -> None:
        if report.for_good:
            for address in report.addresses:
                self._message_log.suppress(branch, self._secret.address(address), report.what, now)

    def _was_sent_anew(self, message: Message) -> bool:
        """Whether the receipt of a request went to another address since: a corrected one."""
        if message.kind != "receipt":
            return False
        next_one = MessageName(message.event + 1, message.kind, message.channel)
        return self._message_log.message(message.appointment, next_one) is not None
