"""Taking a time for a customer: choosing slot, lanes and second resource, and writing them under their conditions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.any_offer import Choice
from chalicelib.domain.appointment import Appointment, Change, Proof, ProofUsed
from chalicelib.domain.changes import Obligations, OwedEntry, OwedMessage, change_of, withholding
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import ProofNeeded, SlotTaken
from chalicelib.domain.limits import Count
from chalicelib.domain.moments import on_the_minute, to_local, utc_days
from chalicelib.domain.offer import Offer, Placed, nearest
from chalicelib.domain.outbox import NOTICE_AFTER, Cause, digest_at
from chalicelib.domain.questions import Given
from chalicelib.domain.settings import Settings
from chalicelib.domain.slots import Slot
from chalicelib.domain.tokens import Secret
from chalicelib.planner.customer.terms import Terms, terms_for
from chalicelib.planner.placing import guarded, held_near, write_anew

if TYPE_CHECKING:
    from chalicelib.planner.ports import Addresses, Store

ALTERNATIVES = 5
ONE_DAY = timedelta(days=1)
AROUND = (timedelta(days=3), timedelta(days=7))
"""How far before and after a wanted day free times are offered instead."""


@dataclass(frozen=True, kw_only=True)
class RequestFields:
    """A customer's request, its fields checked for form but not yet against the branch's settings. `consents` names the
    questions about health whose answers may be kept."""

    resource: str
    start: datetime
    comment: Comment
    template: str | None = None
    language: str | None = None
    answers: Given = field(default_factory=dict)
    consents: Collection[str] = ()


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
    wanted: RequestFields
    proof: Proof | None = None
    unconfirmed: bool = False


class Taking:
    """`take` is the whole of a request; `put` is how a time is taken, on whatever terms."""

    def __init__(self, store: Store, addresses: Addresses, secret: Secret) -> None:
        self._store = store
        self._addresses = addresses
        self._secret = secret

    def take(self, offer: Choice, asked: IdentifiedRequest) -> Appointment:
        """Chooses, and writes on the condition that the choice is still free; a loser chooses anew from what it learnt.

        Raises SlotTaken with alternatives, TooManyRequests, ProofNeeded for a proof that is used up, or what the write raises.
        """
        start = on_the_minute(asked.wanted.start)
        day = offer.day_of(start)
        terms = terms_for(
            asked.wanted.comment.email,
            self._addresses,
            self._secret,
            offer.settings,
            offer.now,
            identity=asked.identity,
            is_request=first_status(offer) == "proposed",
            unconfirmed=asked.unconfirmed,
            day=day,
        )

        def changed(placed: Placed) -> Change:
            terms.resource = placed.offer.resource.id
            terms.starts = lambda: len(placed.offer.slots(day, day, Agenda()))
            appointment = _appointment(placed.offer, placed.slot, asked, terms)
            if terms.holding or not terms.unconfirmed:
                appointment = replace(appointment, holds=placed.holds, second=placed.second)
            return _request(offer.settings, appointment, asked, terms)

        try:
            return self.put(offer, start, changed, terms.learn)
        except ProofUsed:
            raise ProofNeeded from None

    def put(
        self,
        offer: Choice,
        start: int,
        changed: Callable[[Placed], Change],
        learn: Callable[[frozenset[Count]], None],
    ) -> Appointment:
        """Chooses, and writes what `changed` makes of the choice. `learn` hears of limits that were reached. Raises SlotTaken
        with alternatives, the other refusals of a time, or what the write or `learn` raises."""
        day = offer.day_of(start)

        def choose(agenda: Agenda) -> Change:
            try:
                placed = offer.place(start, agenda)
                return guarded(changed(placed), placed.spare)
            except SlotTaken:
                raise SlotTaken(self._alternatives(offer, start, agenda), written=agenda is not seen) from None

        seen = agenda_of(self._store, offer, day, day) if offer.needs_a_look(day) else Agenda()
        return write_anew(self._store.write, choose, seen, learn)

    def _alternatives(self, offer: Choice, start: int, agenda: Agenda) -> list[Slot]:
        """The nearest free times: from the days that losing told of, and where they have too few, from one look around."""
        day = to_local(start, offer.settings.zone).date()
        if not offer.needs_a_look(day):
            known = {on for _, on, _ in agenda.holds}
            found = nearest(offer.slots(day - ONE_DAY, day + ONE_DAY, agenda), start, ALTERNATIVES)
            if len(found) == ALTERNATIVES and all(_days_of(offer, each) <= known for each in found):
                return found
        before, after = AROUND
        first, last = max(offer.today, day - before), day + after
        around = offer.slots(first, last, agenda_of(self._store, offer, first, last))
        return nearest(around, start, ALTERNATIVES)


def agenda_of(store: Store, offer: Choice, first: date, last: date) -> Agenda:
    """What is held in reach of the windows of the local days `first` to `last`. One request."""
    return held_near(store, offer.settings.branch.id, offer.involved, first, last, offer.counted)


def _days_of(offer: Choice, slot: Slot) -> set[str]:
    """The UTC days that an appointment touches with its buffers."""
    return set(utc_days(slot.start - offer.demand.preparation, slot.end + offer.demand.follow_up))


def first_status(offer: Choice) -> Literal["proposed", "confirmed"]:
    return offer.template.starts_as if offer.template else "proposed"


def _appointment(offer: Offer, slot: Slot, asked: IdentifiedRequest, terms: Terms) -> Appointment:
    """Holding nothing yet."""
    branch, template, comment = offer.settings.branch, offer.template, asked.wanted.comment
    if comment.consents:
        comment = replace(comment, notice_version=comment.notice_version or branch.notice_version)
    return Appointment(
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
        status="unconfirmed" if terms.unconfirmed else first_status(offer),
        holds={},
        comment=comment,
        name=comment.name,
        counts=terms.counts,
        language=asked.wanted.language or branch.languages[0],
        fingerprint=asked.fingerprints[0],
        made_at=offer.now,
        confirm_until=_confirm_until(offer, slot) if terms.unconfirmed else None,
    )


def _confirm_until(offer: Offer, slot: Slot) -> datetime:
    """The start ends it, where that comes earlier."""
    start = datetime.fromtimestamp(slot.start * 60, UTC)
    return min(offer.now.replace(microsecond=0) + timedelta(minutes=offer.settings.branch.confirm_minutes), start)


def _request(settings: Settings, appointment: Appointment, asked: IdentifiedRequest, terms: Terms) -> Change:
    """The write that makes the appointment, with what it owes at once."""
    change = change_of(
        None,
        appointment,
        settings,
        appointment.made_at,
        what="requested",
        by="customer",
        owed=TO_BE_CONFIRMED if terms.unconfirmed else owed_once_it_stands(settings, appointment.made_at),
        charged=terms.charged,
        most=terms.most,
        proof=asked.proof,
    )
    return withholding(change) if terms.withheld else change


TO_BE_CONFIRMED = Obligations((OwedMessage(kind="confirm", caused_by="anybody"),))
"""A mail with the one link, and nothing to the branch."""


def owed_once_it_stands(settings: Settings, now: datetime, caused_by: Cause = "anybody") -> Obligations:
    """What a request owes once it stands: the customer a receipt, and the branch a notice if it wants any, and an entry."""
    messages = [OwedMessage(kind="receipt", caused_by=caused_by)]
    if settings.branch.notices != "none":
        due = now + NOTICE_AFTER if settings.branch.notices == "each" else digest_at(now, settings.zone)
        messages.append(OwedMessage(kind="notice", due=due))
    return Obligations(tuple(messages), (OwedEntry(kind="request"),))
