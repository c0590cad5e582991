"""An invitation: a link by which one customer books one appointment, once (R39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.domain.any_offer import AnyOffer, Choice
from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import Flaw, NotForThisResource, NotReleased
from chalicelib.domain.offer import Offer
from chalicelib.domain.outbox import Channel
from chalicelib.domain.settings import ANY, Resource, Settings

GOOD_FOR = timedelta(weeks=4)
"""How long an invitation is good unless staff say otherwise."""
LONGEST = timedelta(days=366)
KEPT = timedelta(days=90)
"""How long after its last day staff still see it."""
INVITATION = "invitation"
"""What the message that carries one is called, beside the kinds that appointments owe; its appointment is the invitation."""
State = Literal["open", "used", "withdrawn", "expired"]
Delivery = Literal["sending", "sent", "failed", "bounced"]
"""What became of the message that carried it. `sending` of one whose sender was ended on the way: nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """For one kind (`template`) at one `resource`, or at any that carries it (None); good through the branch-local day `until`,
    for starts from the day `earliest` to the day `latest`. `language` is what the customer is written to in. `channel` is how
    it was sent, None where staff copied the link; `failure` is why it did not arrive. Once used it names the `appointment`.
    """

    id: str
    branch: str
    customer: str
    template: str
    until: date
    made_at: datetime
    made_by: str
    language: str
    resource: str | None = None
    earliest: date | None = None
    latest: date | None = None
    channel: Channel | None = None
    ended: Literal["used", "withdrawn"] | None = None
    appointment: str | None = None
    delivery: Delivery | None = None
    failure: str | None = None

    def state(self, today: date) -> State:
        """`today` is the branch's."""
        return self.ended or ("open" if today <= self.until else "expired")

    def resources(self, settings: Settings) -> list[Resource]:
        """Where it can be used, in the branch's order: what is released and carries the kind, unless it is for staff alone."""
        possible = (each for each in settings.released if self.resource in (None, each.id))
        return [each for each in possible if any(kind.id == self.template for kind in settings.invitable_on(each.id))]

    def offer(self, settings: Settings, resource: str | None, now: datetime) -> Choice:
        """The times that it may be used for, at a resource; at whichever is free if none is named. Raises NotReleased where
        there is none, NotForThisResource."""
        possible = self.resources(settings)
        template = settings.template(self.template)
        if not possible or template is None:
            raise NotReleased(settings.branch.contact)
        offers = {each.id: Offer(settings, each, template, now, self.earliest, self.latest) for each in possible}
        if resource in offers:
            return offers[resource]
        if resource not in (None, ANY):
            raise NotForThisResource({"resource": Flaw("other_kind")})
        return AnyOffer(list(offers.values()))


def shown_name(customer: Customer) -> str:
    """`Erika M.`: links are forwarded, so a page names nobody in full."""
    return " ".join(filter(None, (customer.first_name, f"{customer.last_name[:1]}.")))


def masked_email(email: str | None) -> str | None:
    """`m***@example.org`"""
    if not email:
        return None
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def masked_phone(phone: str | None) -> str | None:
    """`***89`"""
    digits = [each for each in phone or "" if each.isdigit()]
    return f"***{''.join(digits[-2:])}" if digits else None
