"""What happened in the demo's shop: its customers, their appointments, and what waits for the staff today."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from chalicelib import wiring
from chalicelib.domain.appointment import Appointment, Change, event_of, released
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.inbox import entry_of
from chalicelib.domain.moments import to_utc, units_of
from chalicelib.domain.owed import due_of
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import ReadVersion
from chalicelib.planner.staff.creating import NewAppointment

CABIN, SECOND = "cabin-1", "cabin-2"
CUSTOMERS = (
    ("Meyer", "Anna", "anna.meyer@example.org", "+49 40 66969 201"),
    ("Schulz", "Else", None, "+49 40 66969 202"),
    ("Ahrens", "Uwe", "uwe.ahrens@example.org", "+49 171 3920 203"),
    ("Behnke", "Gerda", None, "+49 40 66969 204"),
    ("Clasen", "Hinnerk", "hinnerk@example.org", None),
    ("Dierks", "Marianne", "m.dierks@example.org", "+49 40 66969 206"),
    ("Eggers", "Jürgen", "eggers@example.org", "+49 171 3920 207"),
    ("Frahm", "Ilse", None, "+49 40 66969 208"),
    ("Gätjens", "Rolf", "rolf.gaetjens@example.org", "+49 40 66969 209"),
    ("Harms", "Wiebke", "wiebke.harms@example.org", "+49 171 3920 210"),
)
"""Invented; telephone numbers are those kept free for fiction."""


def tell(settings: Settings, days: Mapping[int, date], staff: str) -> None:
    """`days` are working days by their distance from today, `staff` is who did what staff did."""
    story = _Story(settings, staff)
    story.invent_customers()
    story.fill(days)
    story.somebody_did_not_come(days[-1])
    story.three_ask(days)
    story.somebody_cancels_late(days[1])
    story.somebody_is_to_be_called(days[2])
    story.a_day_to_be_ill(days[3])


class _Story:
    def __init__(self, settings: Settings, staff: str) -> None:
        self._settings = settings
        self._branch = settings.branch.id
        self._staff = staff
        self._now = wiring.now()

    def invent_customers(self) -> None:
        for last_name, first_name, email, phone in CUSTOMERS:
            customer = Customer(
                id=_id(last_name),
                branch=self._branch,
                last_name=last_name,
                first_name=first_name,
                email=email,
                phone=phone,
                made_at=self._now - timedelta(days=90),
            )
            line = Line(
                branch=self._branch, kind="customer", id=customer.id, what="created", by=self._staff, at=customer.made_at
            )
            wiring.customers().write(Revision(after=customer, line=line))

    def fill(self, days: Mapping[int, date]) -> None:
        """Some half-hours of the coming days, before 11:00 and from 13:30 to 15:30, not the same ones every day."""
        closed = self._settings.exceptions[0].day
        for number, day in days.items():
            if number >= 0 and day != closed:
                times = sorted({number % 4, (number * 3 + 2) % 4, 9 + number % 4, 9 + (number * 3 + 1) % 4})
                for turn, half_hour in enumerate(times):
                    self._book(day, 9 * 60 + 30 * half_hour, CUSTOMERS[2 + (number + turn) % 8][0])

    def somebody_did_not_come(self, day: date) -> None:
        missed = self._book(day, 10 * 60, "Eggers")
        wiring.office().actions.answer(ReadVersion(self._branch, missed, 1), "no_show", self._staff)
        for minute, name in ((9 * 60, "Dierks"), (14 * 60, "Harms")):
            came = self._book(day, minute, name)
            wiring.office().actions.answer(ReadVersion(self._branch, came, 1), "done", self._staff)

    def three_ask(self, days: Mapping[int, date]) -> None:
        """Somebody whose name was typed otherwise, a daughter for her mother, and somebody new."""
        meier = Comment(last_name="Meier", first_name="Anna", email="anna.meyer@example.org", phone="040 66969201")
        daughter = Comment(
            last_name="Weber",
            first_name="Katrin",
            email="katrin.weber@example.org",
            phone="+49 171 3920 211",
            visitor_last_name="Schulz",
            visitor_first_name="Else",
            channel="phone",
        )
        stranger = Comment(last_name="Yılmaz", first_name="Deniz", email="deniz@example.org", in_writing=True)
        for number, minute, comment in ((2, 11 * 60, meier), (3, 15 * 60 + 30, daughter), (5, 11 * 60 + 30, stranger)):
            self._ask(days[number], minute, comment)

    def somebody_cancels_late(self, day: date) -> None:
        comment = Comment(last_name="Paulsen", first_name="Jens", email="jens.paulsen@example.org", phone="+49 171 3920 212")
        asked = self._ask(day, 11 * 60 + 30, comment)
        desk = wiring.office().actions
        desk.answer(ReadVersion(self._branch, asked, 1), "confirmed", self._staff)
        appointment = desk.appointment(self._branch, asked)
        after = released(appointment, "cancelled")
        after = replace(after, due=due_of(after, self._settings, self._now))
        wiring.store().write(
            Change(
                before=appointment,
                after=after,
                event=event_of(after, "cancelled", "customer", self._now, ("status",)),
                entries=(entry_of("cancelled_late", self._branch, appointment.id, after.version, self._now),),
            )
        )

    def somebody_is_to_be_called(self, day: date) -> None:
        identity = self._book(day, 16 * 60 + 30, "Frahm")
        wiring.office().actions.tell(
            ReadVersion(self._branch, identity, 1), Tell("phone", "Fragt, ob sie ihr Rezept mitbringen soll"), self._staff
        )

    def a_day_to_be_ill(self, day: date) -> None:
        """Four in the second cabin: try what happens when it must close."""
        for number, (minute, name) in enumerate(((9, "Meyer"), (10, "Clasen"), (11, "Gätjens"), (14, "Behnke"))):
            self._book(day, minute * 60 + 15 * (number % 2), name, SECOND)

    def _book(self, day: date, minute: int, last_name: str, resource: str = CABIN) -> str:
        """Made by staff; the appointment's id."""
        start = to_utc(day, minute, self._settings.zone)
        wanted = NewAppointment(type="appointment", resource=resource, start=start, template="advice", customer=_id(last_name))
        key = _id(f"{day} {minute} {resource}")
        [one] = wiring.office().creating.book(self._branch, key, wanted, key.encode(), self._staff)
        assert one.id, f"{resource}, {day}, minute {minute} is taken twice"
        return one.id

    def _ask(self, day: date, minute: int, comment: Comment) -> str:
        """Asked for on the homepage; no mail goes out, so that the outbox begins empty."""
        start = to_utc(day, minute, self._settings.zone)
        appointment = Appointment(
            id=_id(comment.email),
            branch=self._branch,
            resource=CABIN,
            alias=self._settings.accesses[0].alias,
            template="advice",
            start=start,
            end=start + 30,
            day=day.isoformat(),
            status="proposed",
            holds={},
            comment=comment,
            name=comment.name,
            language="de",
            fingerprint="demo",
            made_at=self._now - timedelta(hours=3),
        )
        appointment = replace(
            appointment, holds={(CABIN, utc_day, 0): units for utc_day, units in units_of(start, start + 30).items()}
        )
        appointment = replace(appointment, due=due_of(appointment, self._settings, self._now))
        wiring.store().write(
            Change(
                before=None,
                after=appointment,
                event=event_of(appointment, "requested", "customer", appointment.made_at),
                entries=(entry_of("request", self._branch, appointment.id, appointment.version, appointment.made_at),),
            )
        )
        return appointment.id


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
