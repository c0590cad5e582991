"""Taking a time for a customer: choosing slot, lanes and second resource, and writing them under their conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import (
    A_DAY,
    OPEN,
    Appointment,
    Change,
    Comment,
    Count,
    LimitReached,
    UnitsTaken,
    event_of,
    message_of,
)
from chalicelib.domain.errors import SlotTaken, TooManyRequests, TryAgain
from chalicelib.domain.inbox import entry_of
from chalicelib.domain.moments import on_the_minute, to_local, utc_days
from chalicelib.domain.offer import Offer, nearest
from chalicelib.domain.outbox import Message, digest_at
from chalicelib.domain.settings import Settings
from chalicelib.domain.slots import Slot
from chalicelib.domain.tokens import Secret

if TYPE_CHECKING:
    from chalicelib.planner.ports import Store

ALTERNATIVES = 5
ONE_DAY = timedelta(days=1)
REACH = timedelta(days=2)
"""How far before a local day a window that reaches into it may begin, in UTC days: joined over midnight, in any zone."""
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


@dataclass(frozen=True)
class Asked:
    """A request with what tells it from every other one."""

    alias: str
    identity: str
    fingerprint: str
    wanted: Wanted


class Taking:
    """`take` is the whole of it; the rest is how."""

    def __init__(self, store: Store, secret: Secret) -> None:
        self._store = store
        self._secret = secret

    def take(self, offer: Offer, asked: Asked) -> Appointment:
        """Chooses, and writes on the condition that the choice is still free; a loser chooses anew from what it learnt."""
        start = on_the_minute(asked.wanted.start)
        counts = self._counts(offer, asked)
        day = offer.day_of(start)
        agenda = agenda_of(self._store, offer, day, day) if offer.needs_a_look(day) else Agenda()
        for _ in range(ROUNDS):
            try:
                slot = offer.choose(start, agenda)
                holds, second = offer.lay(slot, agenda)
            except SlotTaken:
                raise SlotTaken(self._alternatives(offer, start, agenda)) from None
            appointment = replace(_appointment(offer, slot, asked), holds=holds, second=second, counts=counts)
            try:
                self._store.write(_request(offer, appointment))
            except UnitsTaken as lost:
                agenda = agenda.learning(lost.agenda)
            except LimitReached:
                raise TooManyRequests(offer.settings.branch.contact) from None
            else:
                return appointment
        raise TryAgain

    def _counts(self, offer: Offer, asked: Asked) -> tuple[Count, ...]:
        """The counters of the branch's limits that the request stands in: by a keyed hash, so that no address is kept."""
        address = self._secret.address(asked.wanted.comment.email)
        counts: list[Count] = []
        if offer.settings.branch.most_open_requests and _first_status(offer) == "proposed":
            counts.append((OPEN, address))
        if offer.settings.branch.most_requests_a_day:
            counts.append((A_DAY, address, offer.today.isoformat()))
        return tuple(counts)

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
    since, until = first - REACH, last + REACH
    return store.agenda(offer.settings.branch.id, offer.involved, since.isoformat(), until.isoformat())


def _days_of(offer: Offer, start: int, end: int) -> set[str]:
    """The UTC days that an appointment touches with its buffers."""
    return set(utc_days(start - offer.demand.preparation, end + offer.demand.follow_up))


def _first_status(offer: Offer) -> Literal["proposed", "confirmed"]:
    return offer.template.starts_as if offer.template else "proposed"


def _appointment(offer: Offer, slot: Slot, asked: Asked) -> Appointment:
    """Holding nothing yet."""
    from chalicelib.domain.owed import due_of  # who only looks needs it not

    branch, template, comment = offer.settings.branch, offer.template, asked.wanted.comment
    if comment.remind:  # a consent is kept with the version of the text that it was given to (R29)
        comment = replace(comment, notice_version=comment.notice_version or branch.notice_version)
    its = Appointment(
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
        status=_first_status(offer),
        holds={},
        comment=comment,
        name=comment.name,
        language=asked.wanted.language or branch.languages[0],
        fingerprint=asked.fingerprint,
        made_at=offer.now,
    )
    return replace(its, due=due_of(its, offer.settings, offer.now))


def _request(offer: Offer, appointment: Appointment) -> Change:
    """The write that makes the appointment: it owes the customer a receipt, and the branch a notice if it wants any."""
    branch = offer.settings.branch
    limits = {OPEN: branch.most_open_requests, A_DAY: branch.most_requests_a_day}
    return Change(
        before=None,
        after=appointment,
        event=event_of(appointment, "requested", "customer", appointment.made_at, months=branch.record_months),
        entries=(entry_of("request", branch.id, appointment.id, appointment.version, appointment.made_at),),
        messages=tuple(_owed(offer.settings, appointment)),
        most={count: limit for count in appointment.counts if (limit := limits[count[0]])},
        most_a_day=branch.most_appointments_a_day,
        kept_days=branch.comment_days,
    )


def _owed(its: Settings, appointment: Appointment) -> Iterator[Message]:
    branch, now = its.branch, appointment.made_at
    yield message_of(appointment, "receipt", appointment.language, now)
    if branch.notices != "none":
        due = now if branch.notices == "each" else digest_at(now, its.zone)
        yield message_of(appointment, "notice", branch.languages[0], due)
