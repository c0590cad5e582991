"""Invitations: staff give them to a customer, and whoever has the link books by one."""

from __future__ import annotations

from datetime import date

import msgspec
from chalice.app import Response

from chalicelib.api import invitation_views, views
from chalicelib.api.http import Request, StaffRequest, refuse
from chalicelib.api.invitation_schemas import GivenInvitation, InvitationView, InviteCustomerRequest, InvitedRequest
from chalicelib.api.schemas import Created, GlanceView, WeekView
from chalicelib.domain.errors import SlotTaken
from chalicelib.domain.settings import ANY
from chalicelib.planner.customer.invited import InvitedTime
from chalicelib.planner.staff.inviting import Wanted


def open_invitation(request: Request, token: str) -> InvitationView:
    return invitation_views.invitation(request.use_cases.invited().look(token))


def list_invited_slots(request: Request, token: str, resource: str | None, first: date | None, days: int) -> WeekView:
    return views.week(request.use_cases.invited().week(token, resource, first, days))


def list_invited_days(request: Request, token: str, resource: str | None, first: date | None, days: int) -> GlanceView:
    return views.glance(request.use_cases.invited().at_a_glance(token, resource, first, days))


def book_by_invitation(request: Request, token: str, key: str, body: InvitedRequest) -> Created | Response:
    wanted = InvitedTime(start=body.start, resource=body.resource, language=body.language)
    pages = request.use_cases.site_url()  # before the booking, which would stand unanswered if this failed
    invited = request.use_cases.invited()
    try:
        booked = invited.book(token, key, wanted, msgspec.json.encode(body))
    except SlotTaken as refusal:
        return refuse(refusal, invited.look(token).settings.zone)
    return views.created(booked, pages, asked=body.resource or ANY)


def invite_customer(request: StaffRequest, branch: str, customer: str, body: InviteCustomerRequest) -> GivenInvitation:
    wanted = Wanted(
        template=body.template,
        resource=body.resource,
        until=body.until,
        earliest=body.earliest,
        latest=body.latest,
        send=body.send,
        asked_for=body.asked_for,
    )
    given = request.use_cases.inviting().invite(branch, customer, wanted, request.caller.id)
    return invitation_views.given_invitation(given, request.use_cases.invitation_url)


def withdraw_invitation(request: StaffRequest, branch: str, customer: str, invitation: str) -> GivenInvitation:
    given = request.use_cases.inviting().withdraw(branch, customer, invitation, request.caller.id)
    return invitation_views.given_invitation(given, request.use_cases.invitation_url)
