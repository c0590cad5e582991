"""What the customers' page asks: free times, and a time for an appointment."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from chalice.app import Response

from chalicelib.api import fields, views
from chalicelib.api.http import Request, answer, refuse
from chalicelib.api.schemas import AccessView, AppointmentRequest, ChallengeView, Created, TemplateDetails
from chalicelib.domain.errors import SlotTaken
from chalicelib.planner.customer.taking import Manner, RequestFields

SHARED = "public, max-age=0, s-maxage=3"
"""Slots may be seconds old at the edge: the write decides."""


def open_access(request: Request, alias: str) -> AccessView:
    return views.access(request.use_cases.booking().open(alias), alias)


def show_template(request: Request, alias: str, template: str) -> TemplateDetails:
    return TemplateDetails(request.use_cases.booking().template(alias, template).instructions)


def list_slots(request: Request, alias: str, resource: str, template: str | None, first: date | None, days: int) -> Response:
    week = request.use_cases.booking().week(alias, resource, template, first, days)
    return answer(views.week(week), headers={"Cache-Control": SHARED})


def list_days(request: Request, alias: str, resource: str, template: str | None, first: date | None, days: int) -> Response:
    week = request.use_cases.booking().at_a_glance(alias, resource, template, first, days)
    return answer(views.glance(week), headers={"Cache-Control": SHARED})


def make_challenge(request: Request, alias: str) -> ChallengeView:
    return views.challenge(request.use_cases.booking().challenge(alias))


def request_appointment(request: Request, alias: str, key: str, body: AppointmentRequest) -> Created | Response:
    """What tells how it came is no part of what was asked: a repeat may bring another proof (R22)."""
    manner = Manner(proof=body.proof, confirm_first=body.confirm_first, trapped=bool(body.website))
    body.proof, body.confirm_first, body.website = None, False, None
    wanted = RequestFields(
        resource=body.resource,
        template=body.template,
        start=body.start,
        comment=fields.comment(body),
        language=body.language,
        answers=fields.answers(body.answers),
        consents=body.consents,
    )
    pages = request.use_cases.site_url()  # before the booking, which would stand unanswered if this failed
    booking = request.use_cases.booking()
    try:
        booked = booking.request(alias, key, wanted, msgspec.json.encode(body, order="deterministic"), manner)
    except SlotTaken as refusal:
        return refuse(refusal, ZoneInfo(booking.access(alias).branch.zone))
    return views.created(booked, pages, asked=body.resource)
