"""What customers do: see what is free, ask for a time, see what they asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.any_offer import Choice, any_offer
from chalicelib.domain.appointment import Appointment, AppointmentExists
from chalicelib.domain.errors import (
    Flaw,
    IdempotencyKeyReused,
    Invalid,
    NotFound,
    NotReleased,
    ProofNeeded,
    Refused,
    SlotTaken,
    TooManyRequests,
    TryAgain,
    Unauthorized,
    UnknownAccess,
)
from chalicelib.domain.offer import ONE_DAY, Offer
from chalicelib.domain.questions import answered
from chalicelib.domain.settings import ANY, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.domain.tokens import Mailbox, Secret, appointment_id, appointment_of, clipped, is_mailed, is_one_of
from chalicelib.domain.work import Challenge, steps
from chalicelib.planner.customer.taking import IdentifiedRequest, Manner, RequestFields, Taking, agenda_of
from chalicelib.planner.customer.turned_away import TurnedAway
from chalicelib.planner.usage import Usage

if TYPE_CHECKING:
    from chalicelib.domain.agenda import Agenda
    from chalicelib.planner.ports import Addresses, Clock, Proofs, Store

MOST_DAYS, MOST_DAYS_AT_A_GLANCE = 31, 92
"""Days that one question may ask for: with their slots, with their numbers of free ones."""
FIRST_STRIDE = timedelta(days=7)
"""Where the next free start is sought first behind the asked days."""
LONGEST_ID = 64


@dataclass(frozen=True)
class Week:
    """`days` in order, empty ones too; `next_free` only if none of them has a free start. `today` is the branch's."""

    settings: Settings
    today: date
    days: Mapping[date, list[Slot]]
    next_free: int | None


@dataclass(frozen=True)
class Booked:
    """An appointment as its customer sees it, with what is needed to show it. `token` opens it again. `mailbox` is the address
    that a link was mailed to, as `Secret.mailbox` knows it, if it was opened by such a one."""

    appointment: Appointment
    settings: Settings
    token: str
    mailbox: Mailbox | None = None


class Booking:
    """The customers' use cases. `now` is asked once for each of them, so that one answer has one time."""

    def __init__(self, store: Store, addresses: Addresses, proofs: Callable[[], Proofs], now: Clock, secret: Secret) -> None:
        self._store = store
        self._addresses = addresses
        self._proofs = proofs
        self._now = now
        self._secret = secret
        self._usage = Usage(store, now)
        self._turned_away = TurnedAway(store, now)

    def access(self, alias: str) -> Settings:
        """The same where customers may book. Raises NotReleased also where online booking is off."""
        settings = self.known(alias)
        if not settings.branch.online:
            raise NotReleased(settings.branch.contact, settings.branch.offline_text)
        return settings

    def known(self, alias: str) -> Settings:
        """The settings behind an alias, by which customers can reach the practice. Raises UnknownAccess, or NotReleased where
        it is revoked."""
        branch = alias.rpartition("-")[0]
        settings = self._store.settings(branch) if 0 < len(branch) <= LONGEST_ID else None
        access = settings.access(alias) if settings else None
        if settings is None or access is None or access.kind != "alias":
            raise UnknownAccess
        if not settings.is_good(access):
            raise NotReleased(settings.branch.contact)
        return settings

    def open(self, alias: str) -> Settings:
        """The same for whoever opens the page, which is noted as a use of the access."""
        settings = self.access(alias)
        self._usage.note(settings.branch.id, alias)
        return settings

    def template(self, alias: str, identity: str) -> Template:
        """One that customers may choose. Raises as `access`, or NotFound."""
        settings = self.access(alias)
        shown = (each for resource in settings.released for each in settings.shown_on(resource.id))
        found = next((each for each in shown if each.id == identity), None)
        if found is None:
            raise NotFound
        return found

    def week(self, alias: str, resource: str, template: str | None, first: date | None, days: int) -> Week:
        """The list of slots from the local day `first` (default: today) on. One request to the store if any is free."""
        offer = self._offer(self.access(alias), resource, template, to_book=False)
        first, last = asked_days(offer, first, days, MOST_DAYS)
        return listed(offer, first, last, self._agenda(offer))

    def at_a_glance(self, alias: str, resource: str, template: str | None, first: date | None, days: int) -> Week:
        """The same list for up to three months. Nothing is sought beyond it."""
        offer = self._offer(self.access(alias), resource, template, to_book=False)
        first, last = asked_days(offer, first, days, MOST_DAYS_AT_A_GLANCE)
        return Week(offer.settings, offer.today, offer.days(first, last, self._agenda(offer)(first, last)), None)

    def challenge(self, alias: str) -> Challenge:
        """What a booking must answer: little work when the branch is calm, more when many ask. Raises as `known`."""
        settings, now = self.known(alias), self._now()
        branch = settings.branch
        return self._proofs().challenge(
            alias, steps(self._addresses.requests(branch.id, now), branch.most_unproved_an_hour), now
        )

    def request(self, alias: str, idempotency_key: str, wanted: RequestFields, body: bytes, manner: Manner) -> Booked:
        """Takes the wanted time at once and owes a receipt and a notice; or, beyond the branch's bounds, asks the address to
        confirm first (R33).

        The same key with the same `body` returns the first answer, whatever has changed since, and takes nothing twice (R22).
        Raises SlotTaken with alternatives, ProofNeeded, the other refusals of R24, or TryAgain when it could not be decided.
        """
        asked = IdentifiedRequest(alias, appointment_id(alias, idempotency_key), self._secret.fingerprints(body), wanted)
        try:
            settings = self.access(alias)
            offer = self._offer(settings, wanted.resource, wanted.template, to_book=True)
            asked = replace(asked, wanted=_checked(offer, wanted))
            asked = self._proved(asked, manner, offer.now)
            appointment = Taking(self._store, self._addresses, self._secret).take(offer, asked)
        except AppointmentExists as earlier:
            appointment = first_answer(self._store, earlier.appointment, asked.fingerprints)
        except TryAgain:
            raise  # the same key will tell
        except Refused as refusal:
            # What was asked before may be refused today: the time has come near, booking was switched off, the slot is our own.
            never = isinstance(refusal, SlotTaken) and refusal.written
            first = None if never else self._store.appointment(asked.identity)
            if first is None:
                if isinstance(refusal, ProofNeeded | TooManyRequests):
                    self._turned_away.note(settings.branch)
                raise
            appointment = first_answer(self._store, first, asked.fingerprints)
        return self._booked(appointment, token_version=1)

    def _proved(self, asked: IdentifiedRequest, manner: Manner, now: datetime) -> IdentifiedRequest:
        """With its proof; without one it is confirmed first if it says that none could be made. Raises ProofNeeded."""
        proof = self._proofs().read(asked.alias, manner.proof, now)
        if proof is None and not manner.confirm_first:
            raise ProofNeeded
        return replace(asked, proof=proof, unconfirmed=proof is None or manner.confirm_first or manner.trapped)

    def appointment(self, token: str) -> Booked:
        """What the customer's token opens; also when online booking is off (R27). Raises Unauthorized, with how to reach the
        branch where it is an earlier token of the appointment."""
        token = clipped(token)
        identity = appointment_of(token)
        appointment = self._store.appointment(identity) if identity else None
        if appointment is None:
            raise Unauthorized
        if not self._secret.fits(token, appointment.id, appointment.token_version):
            raise Unauthorized(contact=self._contact(token, appointment))
        email = appointment.comment.email if appointment.comment else None
        booked = self._booked(appointment, appointment.token_version)
        return replace(booked, mailbox=self._secret.mailbox_of(token, email))

    def ended_link(self, token: str) -> tuple[str, Mailbox] | None:
        """The branch and the address of a link from a mail that was good before: it opens nothing, but its owner is known."""
        token = clipped(token)
        identity = appointment_of(token)
        appointment = self._store.appointment(identity) if identity and is_mailed(token) else None
        mailbox = self._secret.mailbox_of(token, None)
        if appointment is None or mailbox is None or self._contact(token, appointment) is None:
            return None
        return appointment.branch, mailbox

    def _contact(self, token: str, appointment: Appointment) -> Mapping[str, str] | None:
        earlier = range(1, appointment.token_version)
        if not any(self._secret.fits(token, appointment.id, version) for version in earlier):
            return None
        settings = self._store.settings(appointment.branch)
        return settings.branch.contact if settings else None

    def _booked(self, appointment: Appointment, token_version: int) -> Booked:
        settings = self._store.settings(appointment.branch)
        if settings is None:
            raise NotFound
        return Booked(appointment, settings, self._secret.token(appointment.id, token_version))

    def _offer(self, settings: Settings, resource_id: str, template_id: str | None, *, to_book: bool) -> Choice:
        """Where the resource shows templates, who books must name one; who looks sees the first one's times. Any resource is
        asked for by a template."""
        resource = settings.resource(resource_id)
        if resource is None and resource_id == ANY:
            return _of_any(settings, template_id, self._now())
        if resource is None:
            raise NotFound("There is no such resource.")
        if not resource.released:
            raise NotReleased(settings.branch.contact)
        shown = settings.shown_on(resource_id)
        if template_id is None and shown and not to_book:
            template_id = shown[0].id
        return Offer(settings, resource, _template(shown, template_id), self._now())

    def _agenda(self, offer: Choice) -> Callable[[date, date], Agenda]:
        return lambda first, last: agenda_of(self._store, offer, first, last)


def first_answer(store: Store, appointment: Appointment, fingerprints: tuple[str, ...]) -> Appointment:
    """The appointment as its request was answered, whatever happened to it since (R22). Raises IdempotencyKeyReused."""
    if not is_one_of(appointment.fingerprint, fingerprints):
        raise IdempotencyKeyReused
    first = store.requested(appointment.id)
    if first is None:  # no longer kept
        return appointment
    resource = first.resource or appointment.resource
    return replace(appointment, resource=resource, start=first.start, end=first.end, status=first.status)


def listed(offer: Choice, first: date, last: date, agenda: Callable[[date, date], Agenda], own: int | None = None) -> Week:
    """The list of the local days `first` to `last`; `agenda` reads what is held on them, and where none of them is free on the
    days behind them. The `own` start of an appointment that is moved is none to move it to."""
    found = without(own, offer.days(first, last, agenda(first, last)))
    if any(slot.free for day in found.values() for slot in day):
        return Week(offer.settings, offer.today, found, None)
    parts = _strides(max(last + ONE_DAY, offer.today), offer.last_day)
    starts = (offer.next_free(*part, agenda(*part), own) for part in parts)
    return Week(offer.settings, offer.today, found, next((start for start in starts if start is not None), None))


def without(own: int | None, days: dict[date, list[Slot]]) -> dict[date, list[Slot]]:
    """The days with this start as taken."""
    if own is None:
        return days
    return {day: [replace(slot, free=slot.free and slot.start != own) for slot in found] for day, found in days.items()}


def _strides(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days part by part, each of twice as many days as the one before. Mostly the first has a free start; growing ones keep
    the requests few where none has."""
    stride = FIRST_STRIDE
    while first <= last:
        until = min(first + stride - ONE_DAY, last)
        yield first, until
        first, stride = until + ONE_DAY, stride * 2


def asked_days(offer: Choice, first: date | None, days: int, most: int) -> tuple[date, date]:
    """The first and last of the asked days; from today on unless said otherwise. Raises Invalid."""
    first = first or offer.today
    if not 1 <= days <= most:
        raise Invalid({"days": Flaw("range", least=1, most=most)})
    if not date(2000, 1, 1) <= first <= date(2999, 12, 31):
        raise Invalid({"from": Flaw("not_plannable")})
    return first, first + timedelta(days=days - 1)


def _of_any(settings: Settings, template: str | None, now: datetime) -> Choice:
    """Raises Invalid where no released resource shows the template, or none is named; or NotReleased."""
    if not settings.released:
        raise NotReleased(settings.branch.contact)
    offer = any_offer(settings, template, now)
    if offer is None:
        raise Invalid({"template": Flaw("required")})
    return offer


def _template(shown: list[Template], wanted: str | None) -> Template | None:
    """The wanted one of what the resource shows. Raises Invalid: it must be named where any is shown, and be shown."""
    if not shown and wanted is None:
        return None
    for template in shown:
        if template.id == wanted:
            return template
    raise Invalid({"template": Flaw("required")})


def _checked(offer: Choice, wanted: RequestFields) -> RequestFields:
    """The request with the answers to its kind's questions. Raises Invalid: the branch may ask for more than last name and
    e-mail, which the form itself requires (R25)."""
    settings = offer.settings
    wrong: dict[str, Flaw] = {name: Flaw("required") for name in settings.branch.required if not getattr(wanted.comment, name)}
    if wanted.comment.message and not settings.branch.message_field:
        wrong["message"] = Flaw("no_messages")
    if wanted.language is not None and wanted.language not in settings.branch.languages:
        wrong["language"] = Flaw("foreign")
    languages = [*([wanted.language] if wanted.language else []), *settings.branch.languages]
    try:
        answers = answered(offer.template.questions if offer.template else (), wanted.answers, wanted.consents, languages)
    except Invalid as refusal:
        wrong |= refusal.flaws
    if wrong:
        raise Invalid(wrong)
    return replace(wanted, comment=replace(wanted.comment, answers=answers))
