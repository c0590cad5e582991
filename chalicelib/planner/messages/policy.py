"""What is asked before a composed message goes to its provider: whether it may, and whether another one speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.limits import Standing, mails_an_hour
from chalicelib.domain.mail import Mail, SendLater, SendNever, Sms, Unanswered, Withheld
from chalicelib.domain.outbox import TO_BRANCHES, Message, digest_at, next_due
from chalicelib.domain.settings import Branch, Settings
from chalicelib.domain.tokens import Mailbox, Secret
from chalicelib.domain.trouble import Digest, name_of

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock

SUPPRESSED, TOO_MANY_SMS, TOO_MANY_MAILS = "suppressed", "sms_limit", "mail_limit"
"""Reasons for which a message fails, or is withheld, here."""


class MessageLog(Protocol):
    """Any call may raise TryAgain. Addresses are keyed hashes, months `2026-11`."""

    def suppressed(self, branch: str, address: str, now: datetime) -> bool:
        """Whether the branch does not write to an address."""

    def digest(self, branch: str, day: str, owner: str, now: datetime) -> Digest:
        """The digest of a day: the first message that asks becomes it."""

    def finish_digest(self, branch: str, day: str, owner: str, provider_id: str | None, failure: str | None) -> None:
        """Writes what became of it."""

    def count_sms(self, branch: str, month: str, parts: int, most: int, now: datetime) -> bool:
        """Counts the parts of an SMS; False, and nothing counted, where they are more than the month allows."""

    def uncount_sms(self, branch: str, month: str, parts: int, now: datetime) -> None:
        """Of one that did not go out."""


class Addresses(Protocol):
    """Any call may raise TryAgain."""

    def standing(self, branch: str, mailbox: Mailbox, now: datetime) -> Standing:
        """What is known of an address, by its keyed hash."""

    def count_mail(self, branch: str | None, most: int, now: datetime) -> bool:
        """Counts a mail to an unproved address in its hour, of a branch or the deployment; False where it is one too many."""


class SendingPolicy:
    """`most_an_hour`: mails that online acts of the whole deployment may cause to addresses that have not proved themselves."""

    def __init__(self, message_log: MessageLog, addresses: Addresses, secret: Secret, now: Clock, most_an_hour: int) -> None:
        self._message_log = message_log
        self._addresses = addresses
        self._most_an_hour = most_an_hour
        self._secret = secret
        self._now = now

    @contextmanager
    def allowing(self, message: Message, composed: Mail | Sms, settings: Settings) -> Iterator[None]:
        """Around the sending. Raises SendNever for a customer's address that is not written to any more, and for an SMS beyond
        what the branch allows in a month; Withheld for a mail beyond what strangers may cause in an hour (R34)."""
        if message.kind in TO_BRANCHES:
            yield
            return
        with self.to_customer(composed, settings):
            anybody = message.caused_by == "anybody" and isinstance(composed, Mail)
            if anybody and not self._may_be_caused(settings.branch, composed.to):
                raise Withheld(TOO_MANY_MAILS)
            yield

    @contextmanager
    def to_customer(self, composed: Mail | Sms, settings: Settings) -> Iterator[None]:
        """The same around what staff send themselves, which no limit of strangers counts."""
        if isinstance(composed, Sms):
            with self._paid_for(composed, settings):
                yield
            return
        if self.is_suppressed(settings.branch.id, composed.to):
            raise SendNever(SUPPRESSED)
        yield

    def is_suppressed(self, branch: str, email: str) -> bool:
        """Whether mails to an address have bounced for good, or were complained about."""
        return any(self._message_log.suppressed(branch, each, self._now()) for each in self._secret.addresses(email))

    def _may_be_caused(self, branch: Branch, email: str) -> bool:
        """The breaker: by branch first, so that one that is attacked does not silence the others, by deployment last."""
        now = self._now()
        if self._addresses.standing(branch.id, self._secret.mailbox(email), now).proved:
            return True
        most = mails_an_hour(branch.most_unproved_an_hour)
        return self._addresses.count_mail(branch.id, most, now) and self._addresses.count_mail(None, self._most_an_hour, now)

    @contextmanager
    def _paid_for(self, sms: Sms, settings: Settings) -> Iterator[None]:
        """What the provider did not take is given back; what it kept silent about may have to be paid."""
        now, branch = self._now(), settings.branch
        month = now.astimezone(settings.zone).strftime("%Y-%m")
        if not self._message_log.count_sms(branch.id, month, sms.parts, branch.most_sms_a_month, now):
            raise SendNever(TOO_MANY_SMS)
        try:
            yield
        except Unanswered:
            raise
        except (SendNever, SendLater):
            self._message_log.uncount_sms(branch.id, month, sms.parts, now)
            raise

    def may_speak_for_others(self, message: Message, settings: Settings) -> bool:
        """Whether the others of a day may wait for this notice: one that was tried before may have become their digest."""
        return is_gathered(message, settings) and message.attempts > 1

    def told_by_another(self, message: Message, appointment: Appointment, settings: Settings) -> Message | None:
        """What becomes of a notice to a branch that wants one mail a day; None: it is to be sent, of itself or as that mail.

        The first notice of a day's is sent, the others are settled as it is.
        """
        if not is_gathered(message, settings):
            return None
        moment, now = digest_at(appointment.made_at, settings.zone), self._now()
        if now < moment:
            return replace(message, state="due", due=moment)
        digest = self._message_log.digest(message.branch, _day(appointment, settings), _owner(message), now)
        if digest.owner == _owner(message):
            return None
        if digest.provider_id:
            return replace(message, state="sent", provider_id=digest.provider_id, failure=None)
        due = None if digest.failure else next_due(message.attempts, now)
        if due is None:
            return replace(message, state="failed", failure=digest.failure or "attempts", due=now)
        return replace(message, state="due", due=due)

    def note(self, message: Message, appointment: Appointment, settings: Settings) -> None:
        """Tells the other notices of the day what became of the one that was sent for all."""
        if is_gathered(message, settings) and message.state in ("sent", "failed"):
            self._message_log.finish_digest(
                message.branch, _day(appointment, settings), _owner(message), message.provider_id, message.failure
            )


def is_gathered(message: Message, settings: Settings) -> bool:
    """Whether one mail a day tells of it and of others."""
    return message.kind == "notice" and settings.branch.notices == "digest"


def _day(appointment: Appointment, settings: Settings) -> str:
    """The digest's day, known from the request alone, so that it is the same at every attempt."""
    return digest_at(appointment.made_at, settings.zone).astimezone(settings.zone).date().isoformat()


def _owner(message: Message) -> str:
    return f"{message.appointment}.{name_of(message).id}"
