"""What customers do: see what is free, ask for a time, see what they asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Appointment, AppointmentExists, Comment, Event, UnitsTaken
from chalicelib.domain.errors import (
    IdempotencyKeyReused,
    Invalid,
    NotFound,
    NotReleased,
    Refused,
    SlotTaken,
    TryAgain,
    Unauthorized,
    UnknownAccess,
)
from chalicelib.domain.moments import Units, intervals_of, on_the_minute, to_local, units_of, utc_days
from chalicelib.domain.offer import Offer, nearest
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.domain.tokens import Secret, appointment_id, appointment_of

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

ALTERNATIVES = 5
LONGEST_LOOK = 31
"""Days of slots that one question may ask for."""
LONGEST_ID = 64
ROUNDS = 5
"""How often a request chooses anew, having lost the units of what it chose before."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A customer's request, its fields checked for form but not yet against the branch's settings."""

    resource: str
    start: datetime
    comment: Comment
    template: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Week:
    """`days` in order, empty ones too; `next_free` only if none of them has a free start."""

    settings: Settings
    days: Mapping[date, list[Slot]]
    next_free: int | None


@dataclass(frozen=True)
class Booked:
    """An appointment as its customer sees it, with what is needed to show it. `token` opens it again."""

    appointment: Appointment
    settings: Settings
    token: str


class Booking:
    """The customers' use cases. `now` is asked once for each of them, so that one answer has one time."""

    def __init__(self, store: Store, now: Clock, secret: Secret) -> None:
        self._store = store
        self._now = now
        self._secret = secret

    def access(self, alias: str) -> Settings:
        """The settings behind an alias. Raises UnknownAccess, or NotReleased where online booking is off."""
        branch = alias.rpartition("-")[0]
        settings = self._store.settings(branch) if 0 < len(branch) <= LONGEST_ID else None
        if settings is None or all(access.alias != alias for access in settings.accesses):
            raise UnknownAccess
        if not settings.branch.online:
            raise NotReleased(settings.branch.contact)
        return settings

    def week(self, alias: str, resource: str, template: str | None, first: date | None, days: int) -> Week:
        """The list of slots from the local day `first` (default: today) on. One request to the store if any is free."""
        offer = self._offer(self.access(alias), resource, template)
        first = first or offer.today
        if not 1 <= days <= LONGEST_LOOK:
            raise Invalid({"days": f"must be 1 to {LONGEST_LOOK}"})
        if not date(2000, 1, 1) <= first <= date(2999, 12, 31):
            raise Invalid({"from": "is not a date to book"})
        last = first + timedelta(days=days - 1)
        listed = self._days(offer, first, last)
        some_free = any(slot.free for day in listed.values() for slot in day)
        return Week(offer.settings, listed, None if some_free else self._next_free(offer, last + timedelta(days=1)))

    def request(self, alias: str, idempotency_key: str, wanted: Wanted, body: bytes) -> Booked:
        """Takes the wanted time at once and owes a receipt and a notice.

        The same key with the same `body` returns the first answer, whatever has changed since, and takes nothing twice (R22).
        Raises SlotTaken with alternatives, the other refusals of R24, or TryAgain when it could not be decided.
        """
        identity = appointment_id(alias, idempotency_key)
        fingerprint = self._secret.fingerprint(body)
        try:
            settings = self.access(alias)
            offer = self._offer(settings, wanted.resource, wanted.template)
            _check_fields(settings, wanted)
            appointment = self._take(offer, alias, identity, fingerprint, wanted)
        except AppointmentExists as earlier:
            appointment = self._first_answer(earlier.appointment, fingerprint)
        except Refused:
            # What was asked before may be refused today: the time has come near, booking was switched off, the slot is our own.
            first = self._store.appointment(identity)
            if first is None:
                raise
            appointment = self._first_answer(first, fingerprint)
        return self._booked(appointment, token_version=1)

    def appointment(self, token: str) -> Booked:
        """What the customer's token opens; also when online booking is off (R27). Raises Unauthorized."""
        identity = appointment_of(token)
        appointment = self._store.appointment(identity) if identity else None
        if appointment is None or not self._secret.fits(token, appointment.id, appointment.token_version):
            raise Unauthorized
        return self._booked(appointment, appointment.token_version)

    def _first_answer(self, appointment: Appointment, fingerprint: str) -> Appointment:
        """The appointment as its request was answered, whatever happened to it since."""
        if appointment.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        first = self._store.requested(appointment.id)
        return replace(appointment, start=first.start, end=first.end, status=first.status)

    def _booked(self, appointment: Appointment, token_version: int) -> Booked:
        settings = self._store.settings(appointment.branch)
        if settings is None:
            raise NotFound
        return Booked(appointment, settings, self._secret.token(appointment.id, token_version))

    def _offer(self, settings: Settings, resource_id: str, template_id: str | None) -> Offer:
        resource = next((each for each in settings.resources if each.id == resource_id), None)
        if resource is None:
            raise NotFound("There is no such resource.")
        if not resource.released:
            raise NotReleased(settings.branch.contact)
        return Offer(settings, resource, _template(settings.shown_on(resource_id), template_id), self._now())

    def _take(self, offer: Offer, alias: str, identity: str, fingerprint: str, wanted: Wanted) -> Appointment:
        """Chooses, and writes on the condition that the choice is still free; a loser chooses anew from what it learnt."""
        start = on_the_minute(wanted.start)
        taken: Units = self._read_around(offer, start) if offer.needs_a_look(start) else {}
        for _ in range(ROUNDS):
            try:
                slot = offer.choose(start, intervals_of(taken))
            except SlotTaken:
                raise SlotTaken(self._alternatives(offer, start, taken)) from None
            appointment = _appointment(offer, slot, alias, identity, fingerprint, wanted)
            try:
                self._store.take(appointment, _requested(appointment), _messages(appointment, offer.settings))
            except UnitsTaken as lost:
                taken = {**taken, **lost.days}
            else:
                return appointment
        raise TryAgain

    def _alternatives(self, offer: Offer, start: int, taken: Units) -> list[tuple[int, int]]:
        """The nearest free times: from the days that losing told of, and where they have too few, from one look around."""
        day = to_local(start, offer.settings.zone).date()
        known = [
            slot
            for slot in offer.slots(day, day, intervals_of(taken))
            if units_of(slot.start - offer.demand.preparation, slot.end + offer.demand.follow_up).keys() <= taken.keys()
        ]
        found = nearest(known, start, ALTERNATIVES)
        if len(found) == ALTERNATIVES:
            return found
        first, last = max(offer.today, day - timedelta(days=3)), day + timedelta(days=7)
        around = [slot for listed in self._days(offer, first, last).values() for slot in listed]
        return nearest(around, start, ALTERNATIVES)

    def _next_free(self, offer: Offer, first: date) -> int | None:
        first = max(first, offer.today)
        if first > offer.last_day:
            return None
        rest = self._days(offer, first, offer.last_day)
        return next((slot.start for day in rest.values() for slot in day if slot.free), None)

    def _days(self, offer: Offer, first: date, last: date) -> dict[date, list[Slot]]:
        read = self._store.taken(
            offer.settings.branch.id,
            offer.resource.id,
            # UTC days, with one on either side for zones far from UTC and for buffers
            (first - timedelta(days=1)).isoformat(),
            (last + timedelta(days=1)).isoformat(),
        )
        return offer.days(first, last, intervals_of(read))

    def _read_around(self, offer: Offer, start: int) -> Units:
        """What is taken in reach of a window around `start`; days without anything taken are known to be empty."""
        days = utc_days(start - 2 * 24 * 60, start + 2 * 24 * 60)
        read = self._store.taken(offer.settings.branch.id, offer.resource.id, days[0], days[-1])
        return {day: read.get(day, frozenset()) for day in days}


def _template(shown: list[Template], wanted: str | None) -> Template | None:
    """The wanted one of what the resource shows. Raises Invalid: it must be named where any is shown, and be shown."""
    if not shown and wanted is None:
        return None
    for template in shown:
        if template.id == wanted:
            return template
    raise Invalid({"template": "choose what the appointment is for"})


def _check_fields(settings: Settings, wanted: Wanted) -> None:
    """What the branch asks for beside last name and e-mail, which the form itself requires (R25)."""
    wrong: dict[str, str] = {name: "is required" for name in settings.branch.required if not getattr(wanted.comment, name)}
    if wanted.comment.message and not settings.branch.message_field:
        wrong["message"] = "this practice takes no messages here"
    if wanted.language is not None and wanted.language not in settings.branch.languages:
        wrong["language"] = "must be one of the branch's languages"
    if wrong:
        raise Invalid(wrong)


def _appointment(offer: Offer, slot: Slot, alias: str, identity: str, fingerprint: str, wanted: Wanted) -> Appointment:
    branch = offer.settings.branch
    return Appointment(
        id=identity,
        branch=branch.id,
        resource=offer.resource.id,
        alias=alias,
        template=offer.template.id if offer.template else None,
        start=slot.start,
        end=slot.end,
        preparation=offer.demand.preparation,
        follow_up=offer.demand.follow_up,
        status=offer.template.starts_as if offer.template else "proposed",
        comment=wanted.comment,
        language=wanted.language or branch.languages[0],
        fingerprint=fingerprint,
        made_at=offer.now,
    )


def _requested(appointment: Appointment) -> Event:
    return Event(
        appointment=appointment.id,
        version=appointment.version,
        what="requested",
        by="customer",
        at=appointment.made_at,
        start=appointment.start,
        end=appointment.end,
        status=appointment.status,
    )


def _messages(appointment: Appointment, settings: Settings) -> list[Message]:
    """The customer's receipt and the branch's notice, owed by the request, each in its reader's language."""
    readers: tuple[tuple[Literal["receipt", "notice"], str], ...] = (
        ("receipt", appointment.language),
        ("notice", settings.branch.languages[0]),
    )
    return [
        Message(
            appointment=appointment.id,
            event=appointment.version,
            kind=kind,
            channel="email",
            branch=appointment.branch,
            resource=appointment.resource,
            start=appointment.start,
            end=appointment.end,
            status=appointment.status,
            language=language,
            due=appointment.made_at,
        )
        for kind, language in readers
    ]
