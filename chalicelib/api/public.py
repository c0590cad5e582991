"""The customers' routes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from chalice.app import Response

from chalicelib.api import fields, views
from chalicelib.api.http import SECURITY, Routes, answer, refuse
from chalicelib.api.schemas import AppointmentRequest, Health, SignInView
from chalicelib.domain.errors import Flaw, Forbidden, Invalid, SlotTaken
from chalicelib.planner.customer.booking import Booked, Booking
from chalicelib.planner.customer.taking import Manner, RequestFields

if TYPE_CHECKING:
    from chalicelib.domain.mail import Attachment
    from chalicelib.planner.customer.callbacks import CallMe
    from chalicelib.planner.customer.correction import Correction
    from chalicelib.planner.customer.manage import OwnAppointment
    from chalicelib.planner.customer.shown import Shown

SHARED = "public, max-age=0, s-maxage=3"
"""Slots may be seconds old at the edge: the write decides."""
FOR_ONE_READER = "private, max-age=300"
"""A calendar program asks again and again; nobody else may keep what it gets."""


class PublicRoutes(Routes):
    """`booking`, `visit` and `calendar_file` are asked for when the first request needs them. What only a customer's own page
    needs is imported by the first of its requests."""

    def __init__(
        self,
        booking: Callable[[], Booking],
        visit: Callable[[], OwnAppointment],
        correction: Callable[[], Correction],
        call_me: Callable[[], CallMe],
        calendar_file: Callable[[Booked], Attachment],
        site_url: Callable[[], str],
        sign_in: Callable[[], tuple[str, str]],
        calendar_feed: Callable[[str], str],
    ) -> None:
        super().__init__(__name__)
        self._sign_in = sign_in
        self._calendar_feed = calendar_feed
        self._booking = booking
        self._visit = visit
        self._correction = correction
        self._call_me = call_me
        self._calendar_file = calendar_file
        self._site_url = site_url
        self.add("GET", "/v1/health", self.health)
        self.add("GET", "/v1/openapi.json", self.openapi)
        self.add("GET", "/v1/sign-in", self.sign_in)
        self.add("POST", "/v1/sign-out", self.sign_out)
        self.add("GET", "/v1/access/{alias}", self.access)
        self.add("GET", "/v1/access/{alias}/slots", self.slots)
        self.add("GET", "/v1/access/{alias}/days", self.days)
        self.add("GET", "/v1/access/{alias}/challenge", self.challenge)
        self.add("POST", "/v1/access/{alias}/appointments", self.request)
        self.add("POST", "/v1/access/{alias}/callbacks", self.call_me)
        self.add("GET", "/v1/appointment", self.appointment)
        self.add("GET", "/v1/appointment/calendar.ics", self.calendar)
        self.add("GET", "/v1/appointment/slots", self.offered)
        self.add("GET", "/v1/appointment/export", self.export)
        self.add("POST", "/v1/appointment/cancel", self.cancel)
        self.add("POST", "/v1/appointment/move", self.move)
        self.add("POST", "/v1/appointment/confirm", self.confirm)
        self.add("POST", "/v1/appointment/disown", self.disown)
        self.add("POST", "/v1/appointment/disown/undo", self.own)
        self.add("POST", "/v1/appointment/address", self.correct)
        self.add("POST", "/v1/appointment/erase", self.erase)
        self.add("POST", "/v1/appointment/reminders/stop", self.stop_reminders)
        self.add("GET", "/v1/calendar/{token}", self.feed)

    def health(self) -> Response:
        return answer(Health("ok"))

    def openapi(self) -> Response:
        return answer(self._description)

    def sign_in(self) -> Response:
        return answer(SignInView(*self._sign_in()))

    def sign_out(self) -> Response:
        """Has the browser forget what its pages keep, also what *Back* would show. No other site's page can ask for it: it
        would have to send JSON, and say so."""
        if not self.header("Content-Type"):
            raise Forbidden
        return answer({}, headers={"Clear-Site-Data": '"cache", "storage"'})

    def access(self, alias: str) -> Response:
        return answer(views.access(self._booking().open(alias)))

    def slots(self, alias: str) -> Response:
        week = self._booking().week(alias, *self._asked_for(), self.query_number("days", 7))
        return answer(views.week(week), headers={"Cache-Control": SHARED})

    def days(self, alias: str) -> Response:
        week = self._booking().at_a_glance(alias, *self._asked_for(), self.query_number("days", 31))
        return answer(views.glance(week), headers={"Cache-Control": SHARED})

    def _asked_for(self) -> tuple[str, str | None, date | None]:
        """Resource, template and first day, as both lists are asked."""
        resource = self.query("resource")
        if not resource:
            raise Invalid({"resource": Flaw("required")})
        return resource, self.query("template"), self.query_date("from")

    def challenge(self, alias: str) -> Response:
        return answer(views.challenge(self._booking().challenge(alias)))

    def request(self, alias: str) -> Response:
        """What tells how it came is no part of what was asked: a repeat may bring another proof (R22)."""
        body = self.body(AppointmentRequest)
        manner = Manner(proof=body.proof, confirm_first=body.confirm_first, trapped=bool(body.website))
        body.proof, body.confirm_first, body.website = None, False, None
        wanted = RequestFields(
            resource=body.resource,
            template=body.template,
            start=body.start,
            comment=fields.comment(body),
            language=body.language,
        )
        booking, pages = self._booking(), self._site_url()  # before the booking, which would stand without an answer
        try:
            booked = booking.request(alias, self.header("Idempotency-Key"), wanted, msgspec.json.encode(body), manner)
        except SlotTaken as refusal:
            return refuse(refusal, ZoneInfo(booking.access(alias).branch.zone))
        return answer(views.created(booked, pages), 201)

    def call_me(self, alias: str) -> Response:
        """What tells how it came is no part of what was asked, as with a request (R22)."""
        from chalicelib.api.callback_schemas import CallbackMade, CallbackRequest
        from chalicelib.planner.customer.callbacks import Wish

        body = self.body(CallbackRequest)
        proof, body.proof, body.website = body.proof, None, None
        name, phone, when = fields.whom_to_call(body.name, body.phone, body.when)
        wish = Wish(name=name, phone=phone, when=when, language=body.language)
        made = self._call_me().ask(alias, self.header("Idempotency-Key"), wish, msgspec.json.encode(body), proof)
        return answer(CallbackMade(made.id), 201)

    def appointment(self) -> Response:
        return self._shown(self._visit().show(self._token))

    def offered(self) -> Response:
        return answer(views.week(self._visit().offered(self._token, self.query_date("from"), self.query_number("days", 7))))

    def export(self) -> Response:
        from chalicelib.api import visit_views

        return answer(visit_views.kept(self._visit().export(self._token)))

    def cancel(self) -> Response:
        return self._shown(self._visit().cancel(self._token))

    def move(self) -> Response:
        from chalicelib.api.visit_schemas import NewTime

        start = self.body(NewTime).start
        return self._or_alternatives(lambda: self._visit().move(self._token, start))

    def _or_alternatives(self, act: Callable[[], Shown]) -> Response:
        try:
            return self._shown(act())
        except SlotTaken as refusal:
            return refuse(refusal, self._booking().appointment(self._token).settings.zone)

    def confirm(self) -> Response:
        from chalicelib.api.visit_schemas import Confirmation

        start = self.body(Confirmation).start
        return self._or_alternatives(lambda: self._visit().confirm(self._token, start))

    def disown(self) -> Response:
        shown = self._visit().disown(self._token)
        return self._shown(shown) if shown else Response("", status_code=204, headers={**SECURITY, "Cache-Control": "no-store"})

    def own(self) -> Response:
        return self._or_alternatives(lambda: self._visit().own(self._token))

    def correct(self) -> Response:
        from chalicelib.api.visit_schemas import OtherAddress

        email = fields.address(self.body(OtherAddress).email)
        return answer(views.created(self._correction().correct(self._token, email), self._site_url()))

    def erase(self) -> Response:
        from chalicelib.api.visit_schemas import ErasureRequest

        return self._shown(self._visit().erase(self._token, confirmed=self.body(ErasureRequest).confirm))

    def stop_reminders(self) -> Response:
        return self._shown(self._visit().stop_reminders(self._token))

    @property
    def _token(self) -> str:
        return self.header("Appointment-Token")

    def _shown(self, shown: Shown) -> Response:
        from chalicelib.api import visit_views

        return answer(visit_views.appointment(shown, self._site_url()))

    def calendar(self) -> Response:
        file = self._calendar_file(self._booking().appointment(self._token))
        headers: dict[str, str | list[str]] = {
            "Content-Type": f"{file.media_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "no-store",
            **SECURITY,
        }
        return Response(body=file.text, headers=headers)

    def feed(self, token: str) -> Response:
        headers: dict[str, str | list[str]] = {
            "Content-Type": "text/calendar; charset=utf-8",
            "Cache-Control": FOR_ONE_READER,
            **SECURITY,
        }
        return Response(body=self._calendar_feed(token), headers=headers)

    @cached_property
    def _description(self) -> dict[str, object]:
        from chalicelib.api.openapi import description  # with the schemas of routes that customers do not use

        return description()
