"""What a customer's own page asks, by the token of the link to the appointment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from chalice.app import Response

from chalicelib.api import fields, views, visit_views
from chalicelib.api.http import Request, file, nothing, refuse
from chalicelib.api.schemas import Created, WeekView
from chalicelib.api.visit_schemas import AppointmentView, Confirmation, ErasureRequest, KeptView, NewTime, OtherAddress
from chalicelib.domain.errors import SlotTaken
from chalicelib.planner.customer.shown import Shown


def show_appointment(request: Request, token: str) -> AppointmentView:
    return _view(request, request.use_cases.visit().show(token))


def download_calendar_file(request: Request, token: str) -> Response:
    made = request.use_cases.calendar_file(request.use_cases.booking().appointment(token))
    return file(made.text, made.media_type, made.name)


def list_offered(request: Request, token: str, first: date | None, days: int) -> WeekView:
    return views.week(request.use_cases.visit().offered(token, first, days))


def export_kept(request: Request, token: str) -> KeptView:
    return visit_views.kept(request.use_cases.visit().export(token))


def cancel_appointment(request: Request, token: str) -> AppointmentView:
    return _view(request, request.use_cases.visit().cancel(token))


def move_appointment(request: Request, token: str, body: NewTime) -> AppointmentView | Response:
    return _or_alternatives(request, token, lambda: request.use_cases.visit().move(token, body.start))


def confirm_address(request: Request, token: str, body: Confirmation) -> AppointmentView | Response:
    return _or_alternatives(request, token, lambda: request.use_cases.visit().confirm(token, body.start))


def disown_request(request: Request, token: str) -> AppointmentView | Response:
    shown = request.use_cases.visit().disown(token)
    return _view(request, shown) if shown else nothing()


def own_request(request: Request, token: str) -> AppointmentView | Response:
    return _or_alternatives(request, token, lambda: request.use_cases.visit().own(token))


def correct_address(request: Request, token: str, body: OtherAddress) -> Created:
    corrected = request.use_cases.correction().correct(token, fields.address(body.email))
    return views.created(corrected, request.use_cases.site_url())


def erase_request(request: Request, token: str, body: ErasureRequest) -> AppointmentView:
    return _view(request, request.use_cases.visit().erase(token, confirmed=body.confirm))


def stop_reminders(request: Request, token: str) -> AppointmentView:
    return _view(request, request.use_cases.visit().stop_reminders(token))


def forget_health(request: Request, token: str) -> AppointmentView:
    return _view(request, request.use_cases.visit().forget_health(token))


def _or_alternatives(request: Request, token: str, act: Callable[[], Shown]) -> AppointmentView | Response:
    try:
        return _view(request, act())
    except SlotTaken as refusal:
        return refuse(refusal, request.use_cases.booking().appointment(token).settings.zone)


def _view(request: Request, shown: Shown) -> AppointmentView:
    return visit_views.appointment(shown, request.use_cases.site_url())
