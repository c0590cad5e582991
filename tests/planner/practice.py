"""A practice with its staff's use cases, on a real engine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment, Event
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.outbox import Message
from chalicelib.domain.owed import due_of
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Availability, Resource, Template
from chalicelib.messages.compose import Composer
from chalicelib.messages.numbers import mobile
from chalicelib.planner.admin.settings import BranchSettings
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.planner.staff.actions import ReadVersion
from chalicelib.planner.staff.creating import NewAppointment
from chalicelib.planner.staff.office import Office
from chalicelib.store.callbacks import Callbacks
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from tests.builders import NOW, SECRET, appointment, at, availability, entered, made, new_branch_id, seen, settings
from tests.conftest import TABLE

STAFF = "staff-1"
CABINS = (
    Resource(id="cabin-1", name="Kabine 1", released=True, order=1),
    Resource(id="cabin-2", name="Kabine 2", released=True, order=2),
    Resource(id="group", name="Gruppe", released=True, capacity=2, order=3),
)
ADVICE = Template(
    id="advice", name={"de": "Beratung"}, duration=45, preparation=10, follow_up=5, resources=("cabin-1", "cabin-2")
)


class OneCustomer:
    """A branch with the customers that a test names."""

    def __init__(self) -> None:
        self.all: dict[tuple[str, str], Customer] = {}

    def customer(self, branch: str, customer: str) -> Customer | None:
        return self.all.get((branch, customer))


class Practice:
    """Two cabins and a group of two, open 08:00 to 18:00 UTC+1 every day. `delay`: how long what staff do waits for an undo."""

    def __init__(self, *availabilities: Availability, **fields: Any) -> None:
        self.table = Table(TABLE, sleep=lambda seconds: None)
        self.now = NOW
        opened = availabilities or (availability("08:00-18:00", resources=tuple(each.id for each in CABINS)),)
        delay = fields.pop("delay", timedelta(0))
        given = {"id": new_branch_id(), "resources": CABINS, "templates": (ADVICE,)} | fields
        self.settings = settings(*opened, **given)
        self.branch = self.settings.branch.id
        self.table.replace_settings(self.settings)
        self.customers = OneCustomer()
        clock = self.clock
        self.office = Office(
            self.table,
            self.customers,
            Callbacks(),
            BranchSettings(self.table, clock),
            SECRET,
            clock,
            lambda: Composer("https://site", SECRET, clock),
            mobile,
            delay,
        )
        self.actions, self.calendar, self.creating, self.closing = (
            self.office.actions,
            self.office.calendar,
            self.office.creating,
            self.office.closing,
        )

    def clock(self) -> datetime:
        return self.now

    def request(self, start: str = "2026-11-24T08:00", length: int = 30, **fields: Any) -> Appointment:
        """Asked for by a customer, standing in the planner as proposed."""
        booked = appointment(branch=self.branch, start=at(start), end=at(start) + length, **fields)
        booked = replace(booked, due=due_of(booked, self.settings, self.now))
        self.table.write(replace(made(booked), entries=(entered(booked),)))
        return booked

    def customer(self, **fields: Any) -> Customer:
        given: dict[str, Any] = {"last_name": "Meyer", "first_name": "Anna", "email": "anna.meyer@example.org"} | fields
        customer = Customer(id=secrets.token_hex(8), branch=self.branch, made_at=NOW, **given)
        self.customers.all[self.branch, customer.id] = customer
        line = Line(branch=self.branch, kind="customer", id=customer.id, what="made", by=STAFF, at=NOW)
        Customers().write(Revision(after=customer, line=line))
        return customer

    def book(self, start: str, key: str | None = None, **fields: Any) -> Any:
        """Made by staff; what became of each time."""
        wanted = self.wanted(start, **fields)
        return self.creating.book(self.branch, key or secrets.token_hex(16), wanted, repr(wanted).encode(), STAFF)

    def wanted(self, start: str, **fields: Any) -> NewAppointment:
        given: dict[str, Any] = {"type": "appointment", "resource": "cabin-1", "minutes": 30, "title": "Anna Meyer"} | fields
        return NewAppointment(start=at(start), **given)

    def read(self, identity: Appointment | str) -> Appointment:
        stored = self.table.appointment(identity if isinstance(identity, str) else identity.id)
        assert stored is not None
        return stored

    def seen(self, appointment: Appointment) -> ReadVersion:
        return seen(self.read(appointment))

    def history(self, appointment: Appointment) -> list[Event]:
        return self.table.history(appointment.id)[0]

    def messages(self, appointment: Appointment) -> list[Message]:
        """Beside those that the request owed."""
        return [each for each in self.table.history(appointment.id)[1] if each.event > 1 or appointment.type != "request"]

    def waiting(self) -> list[tuple[str, str]]:
        """The inbox, by kind and appointment."""
        return [(each.kind, each.appointment) for each in self.table.inbox(self.branch)]

    def held(self, resource: str = "cabin-1", day: str = "2026-11-24") -> Holds:
        place = self.settings.resource(resource)
        assert place is not None
        return self.table.agenda(self.branch, [place], day, day).holds

    def is_sound(self) -> bool:
        """Whether the taken units are those of the appointments, lane by lane."""
        first, last = "2026-11-20", (NOW + timedelta(days=120)).date().isoformat()
        return all(
            compare_units(
                self.table, self.branch, each, first, last, [other for other in self.settings.resources if other != each]
            ).sound
            for each in self.settings.resources
        )
