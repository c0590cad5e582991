"""Invitations as the bodies that `invitation_schemas` describes."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib.api.invitation_schemas import GivenInvitation, InvitationView
from chalicelib.api.schemas import ResourceView
from chalicelib.api.views import branch_view, template_view
from chalicelib.domain.invitation import masked_email, masked_phone, shown_name
from chalicelib.planner.customer.invited import ReadInvitation
from chalicelib.planner.staff.inviting import Given

UrlOf = Callable[[str], str | None]
"""The link of an invitation, by its id; None where it is not to be told."""


def invitation(read: ReadInvitation) -> InvitationView:
    """Of one that is over nothing is told of the customer: links are forwarded."""
    invitation, settings, customer = read.invitation, read.settings, read.customer
    template = settings.template(invitation.template)
    is_open = read.state == "open"
    return InvitationView(
        state=read.state,
        branch=branch_view(settings.branch, next(iter(settings.good_aliases), None)),
        languages=list(settings.branch.languages),
        resources=[
            ResourceView(each.id, each.name, each.kind, [invitation.template])
            for each in invitation.resources(settings)
            if is_open
        ],
        templates=[replace(template_view(each), questions=[]) for each in [template] if each and is_open],
        instructions=template.instructions if template and is_open else {},
        horizon_days=read.horizon_days,
        until=invitation.until,
        earliest=invitation.earliest,
        latest=invitation.latest,
        starts_as=template.starts_as if template else "proposed",
        who=shown_name(customer) if is_open else None,
        email=masked_email(customer.email) if is_open else None,
        phone=masked_phone(customer.phone) if is_open else None,
        alias=read.alias,
    )


def given_invitation(given: Given, url_of: UrlOf) -> GivenInvitation:
    invitation = given.invitation
    state = invitation.state(given.today)
    return GivenInvitation(
        id=invitation.id,
        template=invitation.template,
        resource=invitation.resource,
        until=invitation.until,
        earliest=invitation.earliest,
        latest=invitation.latest,
        state=state,
        made_at=invitation.made_at.astimezone(given.settings.zone),
        by=given.settings.name_of(invitation.made_by),
        channel=invitation.channel,
        delivery=invitation.delivery,
        failure=invitation.failure,
        appointment=invitation.appointment,
        url=url_of(invitation.id) if state == "open" else None,
    )
