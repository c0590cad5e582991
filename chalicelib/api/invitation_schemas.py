"""What goes over the wire about invitations: of staff, and of whoever has an invitation's link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from chalicelib.api.schemas import BranchView, Id, Instant, Language, ResourceView, TemplateView
from chalicelib.domain.outbox import Channel

StateName = Literal["open", "used", "withdrawn", "expired"]


class InvitationView(Struct):
    """What an invitation is good for. `who` is the customer by first name and initial; e-mail address and phone are masked.
    These, resources, templates and `instructions`, how to prepare, are told of an open one only. Nothing is asked, so the kind
    has no questions here. `alias` opens the booking page, if the kind can be booked there."""

    state: StateName
    branch: BranchView
    languages: list[str]
    resources: list[ResourceView]
    templates: list[TemplateView]
    instructions: Mapping[str, str]
    horizon_days: int
    until: date
    earliest: date | None
    latest: date | None
    starts_as: Literal["proposed", "confirmed"]
    who: str | None
    email: str | None
    phone: str | None
    alias: str | None


class InvitedRequest(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A time that the invited customer wants. `resource` is one of the invitation's, or `any` of them, as if left out."""

    start: Instant
    resource: Id | None = None
    language: Language | None = None


class InviteCustomerRequest(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Of one kind, at one resource or at any that carries it; good through the day `until`, in four weeks if left out. `send`
    needs `asked_for`: that the customer has asked for it, which is kept in the record."""

    template: Id
    resource: Id | None = None
    until: date | None = None
    earliest: date | None = None
    latest: date | None = None
    send: Channel | None = None
    asked_for: bool = False


class GivenInvitation(Struct):
    """An invitation as staff see it. `url` of an open one; `appointment` of a used one; `delivery` and `failure` of one that
    was sent by `channel`."""

    id: str
    template: str
    resource: str | None
    until: date
    earliest: date | None
    latest: date | None
    state: StateName
    made_at: Instant
    by: str
    channel: Channel | None
    delivery: Literal["sending", "sent", "failed", "bounced"] | None
    failure: str | None
    appointment: str | None
    url: str | None
