"""What tests are made of: values with sensible defaults, of which a test states what it is about."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.domain.agenda import Agenda, Holds, Place
from chalicelib.domain.appointment import Appointment, Change, Event, Proof, event_of
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.comment import Comment
from chalicelib.domain.inbox import Entry, entry_of
from chalicelib.domain.moments import Units, from_text, to_text, units_of
from chalicelib.domain.offer import Offer
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import (
    ABSENCE,
    Access,
    Availability,
    Branch,
    Hours,
    Option,
    Question,
    Resource,
    Settings,
    Template,
    Text,
)
from chalicelib.domain.status import HOLDING
from chalicelib.domain.tokens import Secret
from chalicelib.domain.work import Challenge
from chalicelib.planner.customer.booking import Booking
from chalicelib.planner.customer.erasing import Records
from chalicelib.planner.customer.manage import OwnAppointment
from chalicelib.planner.customer.taking import Manner
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.messages.policy import SendingPolicy
from chalicelib.planner.ports import Clock, Store
from chalicelib.planner.schedule.sweep import Sweep
from chalicelib.planner.staff.actions import Actions, ReadVersion
from chalicelib.store.addresses import Addresses
from chalicelib.store.customers import Customers
from chalicelib.store.message_log import MessageLog

EVERY_DAY = frozenset(range(1, 8))
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""A Monday, 07:00 in Berlin."""

_number = count(1)


def minutes(clock: str) -> int:
    """`09:30` -> 570."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def hours(span: str, step: int = 30, minimum_step: int | None = None) -> Hours:
    """`hours("09:00-12:00", step=30)`."""
    start, end = span.split("-")
    return Hours(start=minutes(start), end=minutes(end), step=step, minimum_step=minimum_step)


def availability(span: str, step: int = 30, minimum_step: int | None = None, **fields: Any) -> Availability:
    """Working time of `cabin-1` on every day, unless `fields` say otherwise."""
    given: dict[str, Any] = {"resources": ("cabin-1",), "weekdays": EVERY_DAY} | fields
    return Availability(hours=hours(span, step, minimum_step), **given)


def absence(span: str, **fields: Any) -> Availability:
    """`absence("12:00-13:00")`: a lunch break of `cabin-1` on every day."""
    return availability(span, type=ABSENCE, **fields)


def branch(**fields: Any) -> Branch:
    given: dict[str, Any] = {
        "id": "elbe",
        "name": "Hörakustik Elbufer",
        "address": "Elbuferweg 12, 20457 Hamburg",
        "phone": "+49 40 66969 123",
        "email": "praxis@example.org",
        "zone": "Europe/Berlin",
        "imprint_url": "https://example.org/impressum",
        "privacy_url": "https://example.org/datenschutz",
        "accessibility_url": "https://example.org/barrierefreiheit",
        "sender_name": "Hörakustik Elbufer",
        "lead_hours": 0,
    } | fields
    return Branch(**given)


def settings(*availabilities: Availability, templates: tuple[Template, ...] = (), **fields: Any) -> Settings:
    """A branch with one released resource, `cabin-1`; `fields` are those of the branch or, by their names, of the settings."""
    own = {name: fields.pop(name) for name in ("resources", "exceptions", "employees", "accesses", "texts") if name in fields}
    own_branch = branch(**fields)
    given: dict[str, Any] = {
        "resources": (Resource(id="cabin-1", name="Kabine 1", released=True),),
        "accesses": (Access(alias=f"{own_branch.id}-window"),),
    } | own
    return Settings(branch=own_branch, availabilities=availabilities, templates=templates, **given)


def question(identity: str = "device", **fields: Any) -> Question:
    """A line about the device, unless `fields` say otherwise; options by their ids."""
    given: dict[str, Any] = {
        "type": "line",
        "label": {"de": "Welches Gerät?"},
        "purpose": {"de": "Damit es bereitliegt"},
    } | fields
    given["options"] = tuple(Option(id=each, label={"de": text}) for each, text in given.get("options", {}).items())
    return Question(id=identity, **given)


SIDE = question(
    "side", type="choice", label={"de": "Welche Seite?", "en": "Which side?"}, options={"l": "Links", "r": "Rechts"}
)
TINNITUS = question("tinnitus", type="tick", label={"de": "Haben Sie Ohrgeräusche?"}, health=True)


def words(text: str, **fields: Any) -> Text:
    """The branch's own, for the German mail that confirms, unless `fields` say otherwise."""
    given: dict[str, Any] = {"kind": "confirmed", "status": "confirmed", "channel": "email", "language": "de"} | fields
    return Text(text=text, **given)


def new_address() -> str:
    """An e-mail address that no other test of this run has, so that nobody uses up what another one may get."""
    return f"erika-{next(_number)}@example.org"


PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAQAAAAEAQAAAACBiqPTAAAADElEQVR42mP4wACGAA8IA8GxhS8yAAAAAElFTkSuQmCC")
"""A PNG of 4 by 4 points."""


def new_branch_id() -> str:
    """An id that no other test of this run has."""
    return f"branch{next(_number)}"


def offer(settings: Settings, template: Template | None = None, now: datetime = NOW) -> Offer:
    return Offer(settings, settings.resources[0], template, now)


def at(text: str) -> int:
    """`2026-11-24T09:00` in UTC, as an instant."""
    return from_text(f"{text}Z")


def span(text: str, length: int = 30) -> tuple[int, int]:
    return at(text), at(text) + length


def shown(instant: int) -> str:
    """The reverse of `at`."""
    return to_text(instant).removesuffix("Z")


def appointment(**fields: Any) -> Appointment:
    """A request for Tuesday, 24 November 2026, 08:00 to 08:30 UTC, unless `fields` say otherwise; in the first lane."""
    given: dict[str, Any] = {
        "id": f"{next(_number):032x}",
        "branch": "elbe",
        "resource": "cabin-1",
        "alias": "elbe-window",
        "start": at("2026-11-24T08:00"),
        "end": at("2026-11-24T08:30"),
        "status": "proposed",
        "comment": Comment(last_name="Mustermann", email="erika@example.org"),
        "language": "de",
        "fingerprint": "fingerprint",
        "made_at": NOW,
    } | fields
    units = units_of(given["start"] - given.get("preparation", 0), given["end"] + given.get("follow_up", 0))
    holds = in_lane(0, given["resource"], units) if given["status"] in HOLDING else {}
    return Appointment(**{"day": shown(given["start"])[:10], "holds": holds} | given)


def in_lane(lane: int, resource: str, units: Units) -> Holds:
    return {(resource, day, lane): each for day, each in units.items()}


def agenda(*taken: tuple[int, int], resource: str = "cabin-1", lane: int = 0) -> Agenda:
    """What is held where these intervals are taken."""
    holds: dict[Place, frozenset[int]] = {}
    for start, end in taken:
        for place, units in in_lane(lane, resource, units_of(start, end)).items():
            holds[place] = holds.get(place, frozenset()) | units
    return Agenda(holds)


def made(appointment: Appointment, *messages: Message, **limits: Any) -> Change:
    """The write that makes an appointment, with all that a request writes unless `messages` say otherwise."""
    owed = messages or (message(appointment), message(appointment, kind="notice"))
    return Change(before=None, after=appointment, event=event(appointment), messages=owed, **limits)


def event(appointment: Appointment) -> Event:
    return event_of(appointment, "requested", "customer", appointment.made_at)


def callback(branch: str, **fields: Any) -> Callback:
    """Somebody who wants to be called, unless `fields` say otherwise."""
    given: dict[str, Any] = {"id": f"{next(_number):032x}", "name": "Mustermann", "phone": "040 1234567", "language": "de"}
    return Callback(**{**given, "branch": branch, "at": NOW, "fingerprint": "fingerprint", **fields})


def entered(appointment: Appointment) -> Entry:
    """The request in the inbox."""
    return entry_of("request", appointment.branch, appointment.id, appointment.version, appointment.made_at)


def message(appointment: Appointment, **fields: Any) -> Message:
    given: dict[str, Any] = {
        "appointment": appointment.id,
        "event": appointment.version,
        "kind": "receipt",
        "channel": "email",
        "branch": appointment.branch,
        "resource": appointment.resource,
        "start": appointment.start,
        "end": appointment.end,
        "status": appointment.status,
        "language": appointment.language,
        "due": appointment.made_at,
    } | fields
    return Message(**given)


def body(start: str, **fields: Any) -> dict[str, Any]:
    """A customer's request for `cabin-1` as it goes over the wire."""
    return {"resource": "cabin-1", "start": start, "last_name": "Mustermann", "email": "erika@example.org"} | fields


class Nobody:
    """A branch without customers."""

    def customer(self, branch: str, customer: str) -> None:
        return None


class Uncounted(Secret):
    """To whom no two mails go to the same mailbox, so that no test uses up what another one's address may get."""

    def counted(self, email: str) -> str:
        return secrets.token_hex(16)


SECRET = Uncounted("a secret for tests that is long enough")


class Worked:
    """Takes any proof for a good one, and each for another one."""

    def challenge(self, alias: str, steps: int, now: datetime) -> Challenge:
        return Challenge("digest", "salt", steps, "signature")

    def read(self, alias: str, proof: str | None, now: datetime) -> Proof | None:
        return Proof(secrets.token_hex(32), now + timedelta(hours=2)) if proof else None


WORKED = Manner(proof="worked")
"""How a request comes that has proved its work."""


def booking_of(store: Store, now: Clock, secret: Secret = SECRET) -> Booking:
    """Of the table that a test has bound."""
    return Booking(store, Addresses(), Worked, now, secret)


def own_appointment_of(
    store: Store, records: Records, notifying: Notifying, booked: Booking, now: Clock, secret: Secret = SECRET
) -> OwnAppointment:
    return OwnAppointment(store, Addresses(), records, notifying, booked, secret, now)


def actions(store: Store, now: Clock) -> Actions:
    return Actions(store, Nobody(), Notifying(Nobody(), lambda phone, _: phone), now)


def sweep(store: Store, now: Clock, delivery: Delivery, secret: Secret = SECRET) -> Sweep:
    return Sweep(store, Customers(), Notifying(Nobody(), lambda phone, _: phone), now, delivery, secret)


def policy(now: Clock) -> SendingPolicy:
    """Of the table that a test has bound."""
    return SendingPolicy(MessageLog(sleep=lambda seconds: None), Addresses(), SECRET, now, most_an_hour=1_000_000)


def seen(appointment: Appointment) -> ReadVersion:
    """The appointment as whoever acts has read it."""
    return ReadVersion(appointment.branch, appointment.id, appointment.version)
