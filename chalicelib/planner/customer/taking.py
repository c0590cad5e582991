"""Taking a time for a customer: choosing slot, lanes and second resource, and writing them under their conditions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import (
    Appointment,
    Change,
    Comment,
    LimitReached,
    Proof,
    ProofUsed,
    UnitsTaken,
    event_of,
    message_of,
)
from chalicelib.domain.errors import ProofNeeded, SlotTaken, TooManyRequests, TryAgain
from chalicelib.domain.inbox import Entry, entry_of
from chalicelib.domain.moments import on_the_minute, to_local, utc_days
from chalicelib.domain.offer import Offer, nearest
from chalicelib.domain.outbox import NOTICE_AFTER, Cause, Message, digest_at
from chalicelib.domain.settings import Settings
from chalicelib.domain.slots import Slot
from chalicelib.domain.tokens import Secret
from chalicelib.planner.customer.terms import Terms
from chalicelib.planner.messages.notifying import withholding
from chalicelib.planner.placing import held_near

if TYPE_CHECKING:
    from chalicelib.planner.ports import Addresses, Store

ALTERNATIVES = 5
ONE_DAY = timedelta(days=1)
ROUNDS = 60
"""How often a request chooses anew, having lost what it chose before: each time it has learnt of more that is held."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A customer's request, its fields checked for form but not yet against the branch's settings."""

    resource: str
    start: datetime
    comment: Comment
    template: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a request came. `proof` is the proof of work as it was sent, `confirm_first` says that none could be made, `trapped`
    that a field was filled which only programs see."""

    proof: str | None = None
    confirm_first: bool = False
    trapped: bool = False


@dataclass(frozen=True)
class IdentifiedRequest:
    """A request with what tells it from every other one. `unconfirmed`: it is confirmed first, whatever the limits say."""

    alias: str
    identity: str
    fingerprints: tuple[str, ...]
    wanted: Wanted
    proof: Proof | None = None
    unconfirmed: bool = False


class Taking:
    """`take` is the whole of it; the rest is how."""

    def __init__(self, store: Store, addresses: Addresses, secret: Secret) -> None:
        self._store = store
        self._addresses = addresses
        self._secret = secret

    def take(self, offer: Offer, asked: IdentifiedRequest) -> Appointment:
        """Chooses, and writes on the condition that the choice is still free; a loser chooses anew from what it learnt.

        Raises SlotTaken with alternatives, TooManyRequests, ProofNeeded for a proof that is used up, or what the write raises.
        """
        start = on_the_minute(asked.wanted.start)
        day = offer.day_of(start)
        terms = self._terms(offer, asked, day)
        agenda = agenda_of(self._store, offer, day, day) if offer.needs_a_look(day) else Agenda()
        for _ in range(ROUNDS):
            try:
                slot = offer.choose(start, agenda)
                holds, second = offer.lay(slot, agenda)
            except SlotTaken:
                raise SlotTaken(self._alternatives(offer, start, agenda)) from None
            appointment = _appointment(offer, slot, asked, terms)
            if terms.holding or not terms.unconfirmed:
                appointment = replace(appointment, holds=holds, second=second)
            try:
                self._store.write(_request(offer, appointment, asked, terms))
            except UnitsTaken as lost:
                agenda = agenda.learning(lost.agenda)
            except LimitReached as reached:
                terms.learn(reached.counts)
            except ProofUsed:
                raise ProofNeeded from None
            else:
                return appointment
        raise TryAgain

    def _terms(self, offer: Offer, asked: IdentifiedRequest, day: date) -> Terms:
        """By keyed hashes, so that no address is kept. Raises TooManyRequests where the address's owner has stopped this."""
        email, branch = asked.wanted.comment.email, offer.settings.branch
        standing = self._addresses.standing(branch.id, self._secret.mailbox(email), offer.now)
        if standing.stopped:
            raise TooManyRequests(branch.contact)
        return Terms(
            branch=branch,
            identity=asked.identity,
            address=self._secret.address(email),
            counted=self._secret.counted(email),
            standing=standing,
            now=offer.now,
            today=offer.today,
            is_request=_first_status(offer) == "proposed",
            unconfirmed=asked.unconfirmed,
            starts=lambda: len(offer.slots(day, day, Agenda())),
            resource=offer.resource.id,
            day=day,
        )

    def _alternatives(self, offer: Offer, start: int, agenda: Agenda) -> list[tuple[int, int]]:
        """The nearest free times: from the days that losing told of, and where they have too few, from one look around."""
        day = to_local(start, offer.settings.zone).date()
        if not offer.needs_a_look(day):
            known = {on for _, on, _ in agenda.holds}
            found = nearest(offer.slots(day - ONE_DAY, day + ONE_DAY, agenda), start, ALTERNATIVES)
            if len(found) == ALTERNATIVES and all(_days_of(offer, begin, end) <= known for begin, end in found):
                return found
        first, last = max(offer.today, day - timedelta(days=3)), day + timedelta(days=7)
        around = offer.slots(first, last, agenda_of(self._store, offer, first, last))
        return nearest(around, start, ALTERNATIVES)


def agenda_of(store: Store, offer: Offer, first: date, last: date) -> Agenda:
    """What is held in reach of the windows of the local days `first` to `last`. One request."""
    return held_near(store, offer.settings.branch.id, offer.involved, first, last)


def _days_of(offer: Offer, start: int, end: int) -> set[str]:
    """The UTC days that an appointment touches with its buffers."""
    return set(utc_days(start - offer.demand.preparation, end + offer.demand.follow_up))


def _first_status(offer: Offer) -> Literal["proposed", "confirmed"]:
    return offer.template.starts_as if offer.template else "proposed"


def _appointment(offer: Offer, slot: Slot, asked: IdentifiedRequest, terms: Terms) -> Appointment:
    """Holding nothing yet."""
    from chalicelib.domain.owed import due_of  # who only looks needs it not

    branch, template, comment = offer.settings.branch, offer.template, asked.wanted.comment
    if comment.remind:  # a consent is kept with the version of the text that it was given to (R29)
        comment = replace(comment, notice_version=comment.notice_version or branch.notice_version)
    appointment = Appointment(
        id=asked.identity,
        branch=branch.id,
        resource=offer.resource.id,
        alias=asked.alias,
        template=template.id if template else None,
        start=slot.start,
        end=slot.end,
        day=to_local(slot.start, offer.settings.zone).date().isoformat(),
        preparation=offer.demand.preparation,
        follow_up=offer.demand.follow_up,
        status="unconfirmed" if terms.unconfirmed else _first_status(offer),
        holds={},
        comment=comment,
        name=comment.name,
        counts=terms.counts,
        language=asked.wanted.language or branch.languages[0],
        fingerprint=asked.fingerprints[0],
        made_at=offer.now,
        confirm_until=_confirm_until(offer, slot) if terms.unconfirmed else None,
    )
    return replace(appointment, due=due_of(appointment, offer.settings, offer.now))


def _confirm_until(offer: Offer, slot: Slot) -> datetime:
    """The start ends it, where that comes earlier."""
    start = datetime.fromtimestamp(slot.start * 60, UTC)
    return min(offer.now.replace(microsecond=0) + timedelta(minutes=offer.settings.branch.confirm_minutes), start)


def _request(offer: Offer, appointment: Appointment, asked: IdentifiedRequest, terms: Terms) -> Change:
    """The write that makes the appointment, with what it owes at once."""
    branch = offer.settings.branch
    owed = _to_be_confirmed(appointment) if terms.unconfirmed else begun(offer.settings, appointment)
    change = Change(
        before=None,
        after=appointment,
        event=event_of(appointment, "requested", "customer", appointment.made_at, months=branch.record_months),
        entries=owed.entries,
        messages=owed.messages,
        charged=terms.charged,
        most=terms.most,
        most_a_day=branch.most_appointments_a_day,
        kept_days=branch.comment_days,
        proof=asked.proof,
    )
    return withholding(change) if terms.withheld else change


@dataclass(frozen=True)
class Obligations:
    messages: tuple[Message, ...]
    entries: tuple[Entry, ...]


def begun(settings: Settings, appointment: Appointment, caused_by: Cause = "anybody") -> Obligations:
    """What a request owes once it stands: the customer a receipt, and the branch a notice if it wants any, and an entry."""
    branch, now = settings.branch, appointment.made_at
    messages = [message_of(appointment, "receipt", appointment.language, now, caused_by=caused_by)]
    if branch.notices != "none":
        due = now + NOTICE_AFTER if branch.notices == "each" else digest_at(now, settings.zone)
        messages.append(message_of(appointment, "notice", branch.languages[0], due))
    return Obligations(tuple(messages), (entry_of("request", branch.id, appointment.id, appointment.version, now),))


def _to_be_confirmed(appointment: Appointment) -> Obligations:
    """A mail with the one link, and nothing to the branch."""
    return Obligations(
        (message_of(appointment, "confirm", appointment.language, appointment.made_at, caused_by="anybody"),), ()
    )
