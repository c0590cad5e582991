"""What a customer does with an invitation: see what it is good for, and book by it, once (R39)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.any_offer import Choice
from chalicelib.domain.appointment import Appointment, AppointmentExists, Change, InvitationEnded
from chalicelib.domain.changes import Obligations, OwedMessage, change_of
from chalicelib.domain.customer import Customer, reach_of
from chalicelib.domain.errors import (
    CustomerLeaving,
    Flaw,
    Invalid,
    InvitationExpired,
    InvitationUsed,
    Refused,
    TryAgain,
    Unauthorized,
)
from chalicelib.domain.invitation import Invitation, State
from chalicelib.domain.moments import on_the_minute, to_local
from chalicelib.domain.offer import Placed
from chalicelib.domain.settings import Settings
from chalicelib.domain.tokens import Secret, appointment_id, appointment_of, clipped
from chalicelib.planner.customer.booking import (
    MOST_DAYS,
    MOST_DAYS_AT_A_GLANCE,
    Booked,
    Week,
    asked_days,
    first_answer,
    listed,
)
from chalicelib.planner.customer.taking import Taking, agenda_of, first_status, owed_once_it_stands

if TYPE_CHECKING:
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.ports import Addresses, Clock, Invitations, Store


@dataclass(frozen=True)
class ReadInvitation:
    """An invitation as it was read at `now`, with whom it is for."""

    invitation: Invitation
    customer: Customer
    settings: Settings
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.zone).date()

    @property
    def state(self) -> State:
        return self.invitation.state(self.today)

    @property
    def horizon_days(self) -> int:
        """The last day that can be booked, counted from today."""
        rules = self.settings.rules(self.settings.template(self.invitation.template))
        horizon, latest = rules.horizon_days, self.invitation.latest
        return min(horizon, max(0, (latest - self.today).days)) if latest else horizon

    @property
    def alias(self) -> str | None:
        """What opens the booking page, where customers find the kind there too."""
        template = self.settings.template(self.invitation.template)
        if not self.settings.branch.online or template is None or template.shown != "online":
            return None
        return next(iter(self.settings.good_aliases), None)

    def offer(self, resource: str | None) -> Choice:
        """Raises InvitationUsed, InvitationExpired, NotReleased or NotForThisResource."""
        contact = self.settings.branch.contact
        if self.state == "used":
            raise InvitationUsed(contact)
        if self.state != "open":
            raise InvitationExpired(contact)
        return self.invitation.offer(self.settings, resource, self.now)


@dataclass(frozen=True, kw_only=True)
class InvitedTime:
    """What is asked for by an invitation: a start, at the resource that it names unless there is a choice."""

    start: datetime
    resource: str | None = None
    language: str | None = None


class Invited:
    """It works also where online booking is switched off, and needs no proof of work: staff have chosen who may book."""

    def __init__(
        self, store: Store, invitations: Invitations, addresses: Addresses, notifying: Notifying, secret: Secret, now: Clock
    ) -> None:
        self._store = store
        self._invitations = invitations
        self._taking = Taking(store, addresses, secret)
        self._notifying = notifying
        self._secret = secret
        self._now = now

    def look(self, token: str) -> ReadInvitation:
        """What a token opens, in whatever state. Raises Unauthorized, also of a customer who is erased."""
        token = clipped(token)
        identity = appointment_of(token)
        if identity is None or not self._secret.opens_invitation(token, identity):
            raise Unauthorized
        invitation = self._invitations.invitation(identity)
        settings = self._store.settings(invitation.branch) if invitation else None
        if invitation is None or settings is None:
            raise Unauthorized
        customer = self._invitations.customer(invitation.branch, invitation.customer)
        if customer is None:
            raise Unauthorized(contact=settings.branch.contact)
        return ReadInvitation(invitation, customer, settings, self._now())

    def week(self, token: str, resource: str | None, first: date | None, days: int) -> Week:
        """The times that it may be used for. Raises what `look` and `ReadInvitation.offer` raise."""
        offer = self.look(token).offer(resource)
        first, last = asked_days(offer, first, days, MOST_DAYS)
        return listed(offer, first, last, lambda start, end: agenda_of(self._store, offer, start, end))

    def at_a_glance(self, token: str, resource: str | None, first: date | None, days: int) -> Week:
        """The same for up to three months. Nothing is sought beyond them."""
        offer = self.look(token).offer(resource)
        first, last = asked_days(offer, first, days, MOST_DAYS_AT_A_GLANCE)
        return Week(offer.settings, offer.today, offer.days(first, last, agenda_of(self._store, offer, first, last)), None)

    def book(self, token: str, idempotency_key: str, wanted: InvitedTime, body: bytes) -> Booked:
        """Takes the time for the customer, and uses the invitation up in the same write. The same key with the same `body`
        returns the first answer, though the invitation is used by then (R22).

        Raises SlotTaken with alternatives, InvitationUsed, the other refusals of R24, or TryAgain when it could not be decided.
        """
        read = self.look(token)
        identity = appointment_id(f"invitation {read.invitation.id}", idempotency_key)
        fingerprints = self._secret.fingerprints(body)
        try:
            appointment = self._take(read, identity, fingerprints[0], wanted)
        except AppointmentExists as earlier:
            appointment = first_answer(self._store, earlier.appointment, fingerprints)
        except TryAgain:
            raise  # the same key will tell
        except Refused:
            first = self._store.appointment(identity)
            if first is None:
                self.look(token).offer(wanted.resource)  # whoever lost the time may have lost the invitation with it
                raise
            appointment = first_answer(self._store, first, fingerprints)
        return Booked(appointment, read.settings, self._secret.token(appointment.id, 1))

    def _take(self, read: ReadInvitation, identity: str, fingerprint: str, wanted: InvitedTime) -> Appointment:
        offer, contact = read.offer(wanted.resource), read.settings.branch.contact
        if wanted.language is not None and wanted.language not in read.settings.branch.languages:
            raise Invalid({"language": Flaw("foreign")})

        language, owed = wanted.language or read.invitation.language, self._owed(read)

        def changed(placed: Placed) -> Change:
            held = _appointment(read, placed, id=identity, language=language, fingerprint=fingerprint)
            made = change_of(None, held, read.settings, read.now, what="booked", by="customer", owed=owed)
            return replace(made, invitation=read.invitation.id)

        try:
            return self._taking.put(offer, on_the_minute(wanted.start), changed, lambda _: None)
        except InvitationEnded:
            now = self._invitations.invitation(read.invitation.id)
            raise (InvitationUsed if now and now.ended == "used" else InvitationExpired)(contact) from None
        except CustomerLeaving:
            raise Unauthorized(contact=contact) from None

    def _owed(self, read: ReadInvitation) -> Obligations:
        """As of any request; the receipt goes to the address of the customer's record, or by SMS, if there is any way."""
        owed = owed_once_it_stands(read.settings, read.now)
        reach = reach_of(None, read.customer, "customer")
        receipt = self._notifying.in_writing(reach, read.settings, OwedMessage(kind="receipt"))
        return replace(owed, messages=(*receipt, *(each for each in owed.messages if each.kind != "receipt")))


def _appointment(read: ReadInvitation, placed: Placed, **more: Any) -> Appointment:
    """It is the customer's at once, so nothing of the person stands with it."""
    offer, slot = placed.offer, placed.slot
    return Appointment(
        branch=read.settings.branch.id,
        resource=offer.resource.id,
        alias="",
        template=read.invitation.template,
        start=slot.start,
        end=slot.end,
        day=to_local(slot.start, read.settings.zone).date().isoformat(),
        preparation=offer.demand.preparation,
        follow_up=offer.demand.follow_up,
        status=first_status(offer),
        holds=placed.holds,
        second=placed.second,
        type="appointment",
        name=read.customer.name,
        customer=read.customer.id,
        hint=read.customer.hint,
        made_at=read.now,
        **more,
    )
