"""Staff invite a customer to book one appointment: by a link that they send or copy, and may withdraw (R39)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from chalicelib.domain.appointment import InvitationEnded
from chalicelib.domain.customer import Customer, Reach, reach_of
from chalicelib.domain.errors import Flaw, Invalid, InvitationUsed, NotFound
from chalicelib.domain.invitation import GOOD_FOR, LONGEST, Delivery, Invitation
from chalicelib.domain.mail import Mail, SendLater, SendNever, Sms
from chalicelib.domain.outbox import Channel
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.planner.staff.actions import check_kind

if TYPE_CHECKING:
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.messages.policy import SendingPolicy
    from chalicelib.planner.ports import Clock, Invitations, Store

Compose = Callable[[Invitation, Settings, Reach], Mail | Sms]
"""The message that carries an invitation. Raises SendNever."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The fields are those of an invitation. `send` says how it is sent, None: staff copy the link. `asked_for`: the customer
    has asked for it, without which none is sent."""

    template: str
    resource: str | None = None
    until: date | None = None
    earliest: date | None = None
    latest: date | None = None
    send: Channel | None = None
    asked_for: bool = False


@dataclass(frozen=True)
class Given:
    """An invitation with what is needed to show it."""

    invitation: Invitation
    settings: Settings
    today: date


class Inviting:
    """`by` is who does it: the id in a token of the staff's pool. Ids of other branches are NotFound or Invalid."""

    def __init__(
        self,
        store: Store,
        invitations: Invitations,
        notifying: Notifying,
        compose: Compose,
        send: Callable[[Mail | Sms], str],
        policy: SendingPolicy,
        now: Clock,
    ) -> None:
        self._store = store
        self._invitations = invitations
        self._notifying = notifying
        self._compose = compose
        self._send = send
        self._policy = policy
        self._now = now

    def invite(self, branch: str, customer: str, wanted: Wanted, by: str) -> Given:
        """Makes an invitation and sends it at once, if it is to be sent: whoever asked for it sees what became of that.

        Raises NotFound, Invalid, NotForThisResource, CustomerLeaving or TryAgain.
        """
        settings, person = self._settings(branch), self._customer(branch, customer)
        given = Given(self._made(settings, person, wanted, by), settings, self._today(settings))
        reach = reach_of(None, person, "customer")
        self._check(given, wanted, reach)
        fields = [name for name in ("template", "resource", "until", "earliest", "latest") if getattr(wanted, name)]
        sent = [f"by_{wanted.send}", "asked_for"] if wanted.send else []
        self._invitations.invite(given.invitation, self._line(given, "invited", by, (*fields, *sent)))
        return replace(given, invitation=self._sent(given.invitation, settings, reach)) if reach and wanted.send else given

    def withdraw(self, branch: str, customer: str, invitation: str, by: str) -> Given:
        """Its link books nothing from now on; again it changes nothing. Raises NotFound, InvitationUsed or TryAgain."""
        settings, person = self._settings(branch), self._customer(branch, customer)
        given = Given(self._read(person, invitation), settings, self._today(settings))
        if given.invitation.ended is None:
            with suppress(InvitationEnded):  # by whom, the next look tells
                self._invitations.withdraw(given.invitation, self._line(given, "invitation_withdrawn", by))
            given = replace(given, invitation=self._read(person, invitation))
        if given.invitation.ended == "used":
            raise InvitationUsed(settings.branch.contact)
        return given

    def _made(self, settings: Settings, person: Customer, wanted: Wanted, by: str) -> Invitation:
        languages = settings.branch.languages
        return Invitation(
            id=uuid4().hex,
            branch=settings.branch.id,
            customer=person.id,
            template=wanted.template,
            resource=wanted.resource,
            until=wanted.until or self._today(settings) + GOOD_FOR,
            earliest=wanted.earliest,
            latest=wanted.latest,
            language=person.language if person.language in languages else languages[0],
            made_at=self._now(),
            made_by=by,
            channel=wanted.send,
            delivery="sending" if wanted.send else None,
        )

    def _check(self, given: Given, wanted: Wanted, reach: Reach | None) -> None:
        """Raises Invalid or NotForThisResource."""
        invitation, settings, today = given.invitation, given.settings, given.today
        wrong: dict[str, Flaw] = {}
        template = settings.template(invitation.template)
        if template is None:
            wrong["template"] = Flaw("foreign")
        elif template.shown == "staff":
            wrong["template"] = Flaw("for_staff")
        elif invitation.resource and settings.resource(invitation.resource) is None:
            wrong["resource"] = Flaw("foreign")
        elif invitation.resource:
            check_kind(template, invitation.resource)
        if not wrong and not invitation.resources(settings):
            wrong["resource"] = Flaw("not_released")
        dates = {name: getattr(invitation, name) for name in ("until", "earliest", "latest") if getattr(invitation, name)}
        wrong |= {name: Flaw("not_plannable") for name, day in dates.items() if not today <= day <= today + LONGEST}
        if invitation.earliest and invitation.latest and invitation.latest < invitation.earliest:
            wrong["latest"] = Flaw("not_before", field="earliest")
        if wanted.send and wanted.send not in self._notifying.ways(reach, settings):
            wrong["send"] = Flaw("no_way")
        if wanted.send and not wanted.asked_for:
            wrong["asked_for"] = Flaw("not_asked_for")
        if wrong:
            raise Invalid(wrong)

    def _sent(self, invitation: Invitation, settings: Settings, reach: Reach) -> Invitation:
        delivery: Delivery = "sent"
        failure: str | None = None
        try:
            composed = self._compose(invitation, settings, reach)
            with self._policy.to_customer(composed, settings):
                self._send(composed)
        except (SendNever, SendLater) as refusal:
            delivery, failure = "failed", refusal.reason
        self._invitations.delivered(invitation.id, delivery, failure)
        return replace(invitation, delivery=delivery, failure=failure)

    def _line(self, given: Given, what: str, by: str, fields: tuple[str, ...] = ()) -> Line:
        return Line(
            branch=given.invitation.branch,
            kind="customer",
            id=given.invitation.customer,
            what=what,
            by=by,
            at=self._now(),
            fields=fields,
            months=given.settings.branch.record_months,
        )

    def _read(self, person: Customer, invitation: str) -> Invitation:
        """One that is the customer's, or was of somebody who was merged into the customer."""
        found = self._invitations.invitation(invitation)
        if found is None or found.branch != person.branch or found.customer not in (person.id, *person.absorbed):
            raise NotFound
        return found

    def _customer(self, branch: str, customer: str) -> Customer:
        person = self._invitations.customer(branch, customer)
        if person is None:
            raise NotFound
        return person

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings

    def _today(self, settings: Settings) -> date:
        return self._now().astimezone(settings.zone).date()
