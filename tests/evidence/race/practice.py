"""The practice that all acts are about: a branch with an appointment in each state, and what the callers know of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.api import events
from chalicelib.domain.accounts import Account
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.settings import ClosedBy, Employee, Resource, Settings, Template
from chalicelib.domain.tokens import appointment_id
from tests.builders import absence, availability, settings
from tests.evidence.race.door import CLIENT, POOL, Answer, Call, Door

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday, 09:00 in Berlin, when the practice is made."""
LATER = NOW + timedelta(hours=22, minutes=30)
"""When it is acted on, 07:30 of the next day: what waits for its address has lapsed by then, one visit has begun, a request is
to be warned of, a reminder is due, and so is the day's one notice to the branch."""
BRANCH, STAFF = "elbe", "staff-1"
DAY = "2026-11-25"
CLOSING = "closing-of-a-day"
ONE_PERSON = "one.person@example.org"
"""Whose address has proved itself, so that it has limits of its own."""
PLACES = (
    Resource(id="cabin-1", name="Kabine 1", released=True, order=1),
    Resource(id="cabin-2", name="Kabine 2", released=True, order=2),
    Resource(id="group", name="Gruppe", released=True, capacity=2, order=3),
    Resource(id="person-1", name="Akustikerin", kind="person", order=4),
)
TEMPLATES = (
    Template(id="short", name={"de": "Beratung"}, duration=30, resources=("cabin-1", "cabin-2")),
    Template(
        id="test",
        name={"de": "Hörtest"},
        duration=45,
        preparation=10,
        follow_up=5,
        resources=("cabin-1", "cabin-2"),
        second=("person-1",),
    ),
)
EMPLOYEES = (
    Employee(id="web", name="Online", technical=True, account=True),
    Employee(id="web-2", name="Telefon", technical=True),
    Employee(id="anna", name="Anna", email="anna@example.org"),
)
LIMITS = {
    "most_open_requests": 3,
    "most_requests_a_day": 100,
    "most_unproved_an_hour": 10_000,
    "most_unproved_open": 100_000,
    "most_appointments_a_day": 9,
}


@dataclass(frozen=True)
class Target:
    """An appointment as whoever acts has read it."""

    id: str
    version: int
    start: int
    email: str

    @property
    def token(self) -> str:
        """Of the answer to the request."""
        return wiring.secret().token(self.id, 1)

    @property
    def mailed(self) -> str:
        """Of a mail."""
        return wiring.secret().mailed(self.id, 1, self.email)


@dataclass
class Practice:
    """`targets` by what they are: `asked` (proposed), `agreed` (confirmed), `waiting` (for its address, which has lapsed),
    `begun`, `off` (declined), `disowned`, `fresh` (asked for just now). `customers` are two records of one person, as they were
    read, `invitation` is one of the first; `shown` are the settings, `bounced` the appointment and the message that came back,
    `items` all that is stored."""

    door: Door
    settings: Settings
    targets: dict[str, Target] = field(default_factory=dict)
    customers: list[dict[str, Any]] = field(default_factory=list)
    invitation: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)
    bounced: tuple[str, str] = ("", "")
    items: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def sent(self) -> set[tuple[str, str, str]]:
        """Messages that have gone out before anybody acts: appointment, version and kind."""
        found = set()
        for each in self.items:
            if each.get("state", {}).get("S") in ("sent", "bounced"):
                _, version, kind, _ = each["sk"]["S"].split("#")
                found.add((each["pk"]["S"].partition("#")[2], str(int(version)), kind))
        return found

    @property
    def alias(self) -> str:
        return self.settings.accesses[0].alias

    def as_made(self) -> None:
        """Once more as it was made, in processes that know nothing yet."""
        self.door.clock.set(LATER)
        self.door.restore(self.items)
        self.door.pool.accounts = dict(self.accounts)
        self.door.pool.changes.clear()
        self.door.forget()


def staff(method: str, path: str, body: Any = None, **headers: str) -> Call:
    """What somebody who is signed in asks of the branch."""
    claims = {
        "token_use": "id",
        "iss": POOL,
        "aud": CLIENT,
        "exp": "4000000000",
        "sub": STAFF,
        "cognito:groups": "admin,staff",
        "custom:branches": BRANCH,
    }
    return Call(method, f"/v1/staff/branches/{BRANCH}/{path}", body, {"Authorization": json.dumps(claims), **headers})


def own(path: str, token: str, body: Any = None) -> Call:
    """What a customer asks by a link."""
    return Call("POST", f"/v1/appointment/{path}", body, {"Appointment-Token": token})


def at(clock: str, day: str = DAY) -> str:
    """`09:30`, Berlin's wall."""
    return f"{day}T{clock}:00+01:00"


def invited(invitation: str, body: Any, key: str) -> Call:
    """What whoever has an invitation's link asks."""
    headers = {"Invitation-Token": wiring.secret().invitation(invitation), "Idempotency-Key": key}
    return Call("POST", "/v1/invitation/appointments", body, headers)


def wanted(clock: str, email: str, resource: str = "cabin-1", template: str | None = "short", **fields: Any) -> dict[str, Any]:
    body = {"resource": resource, "start": at(clock), "last_name": "Mustermann", "email": email, "proof": email} | fields
    return body if template is None else {"template": template, **body}


def request(alias: str, body: dict[str, Any], key: str) -> Call:
    return Call("POST", f"/v1/access/{alias}/appointments", body, {"Idempotency-Key": key})


def delivered(key: tuple[str, str]) -> Answer:
    """As the table's stream tells of a message that was put."""
    record = {"dynamodb": {"Keys": {"pk": {"S": key[0]}, "sk": {"S": key[1]}}, "SequenceNumber": "1"}}
    failed = events.deliver([record], wiring.delivery(), lambda: 60.0)["batchItemFailures"]
    return Answer(503 if failed else 200)


def bounce_of(appointment: str, provider_id: str) -> dict[str, Any]:
    """What SES tells of a receipt that came back."""
    tags = {"appointment": [appointment], "event": ["1"], "kind": ["receipt"]}
    return {
        "eventType": "Bounce",
        "mail": {"messageId": provider_id, "tags": tags},
        "bounce": {"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": "nobody@example.org"}]},
    }


def made(door: Door) -> Practice:
    """The practice, made through the door itself. Raises AssertionError where any of it is refused."""
    door.restore([])
    door.forget()
    door.clock.set(NOW)
    hours = availability("08:00-18:00", resources=tuple(each.id for each in PLACES))
    later = date(2026, 12, 1)
    closed = absence(
        "00:00-24:00", resources=("cabin-2",), valid_from=later, valid_until=later, closing=ClosedBy(id=CLOSING, name="krank")
    )
    given = settings(
        hours,
        closed,
        id=BRANCH,
        resources=PLACES,
        templates=TEMPLATES,
        employees=EMPLOYEES,
        expire_after_hours=2,
        expire_warning_hours=1,
        cut_off_hours=2,
        notices="digest",
        reminder_hours=(28,),
        night_until=7 * 60,
        **LIMITS,
    )
    wiring.store().replace_settings(given)
    me = Account(user="admin", subject=STAFF, email="a@example.org", groups=frozenset({"admin", "staff"}), branches=(BRANCH,))
    other = Account(user="berta", subject="sub-berta", email="b@example.org", groups=frozenset({"staff"}), branches=(BRANCH,))
    practice = Practice(door, given, accounts={"admin": me, "berta": other})
    for name, clock, more in (
        ("asked", "10:00", {}),
        ("agreed", "11:00", {"remind": True, "phone": "+49 171 1234567"}),
        ("waiting", "12:00", {"confirm_first": True}),
        ("off", "13:00", {}),
        ("disowned", "14:00", {}),
    ):
        _ask(practice, name, clock, **more)
    wiring.addresses().prove(BRANCH, wiring.secret().mailbox(ONE_PERSON), door.clock())
    _customers(practice)
    _staffs(practice)
    _messages(practice)
    door.clock.set(LATER)
    _ask(practice, "fresh", "16:00")
    practice.shown = _done(door, staff("GET", "settings"))
    practice.items = door.stored()
    return practice


def _done(door: Door, call: Call) -> Any:
    answer = door.ask(call)
    assert answer.is_done, (call.path, answer, door.failures)
    return answer.json


def _ask(practice: Practice, name: str, clock: str, **more: Any) -> None:
    email, key = f"{name}@example.org", f"{name}-was-asked-for-once"
    _done(practice.door, request(practice.alias, wanted(clock, email, **more), key))
    _see(practice, name, appointment_id(practice.alias, key), email)


def _see(practice: Practice, name: str, identity: str, email: str) -> None:
    found = stored(identity)
    practice.targets[name] = Target(identity, found.version, found.start, email)


def stored(identity: str) -> Appointment:
    found = wiring.store().appointment(identity)
    assert found
    return found


def _customers(practice: Practice) -> None:
    for number in range(2):
        body = {"last_name": "Meyer", "first_name": "Anna", "email": f"meyer-{number}@example.org"}
        practice.customers.append(_done(practice.door, staff("POST", "customers", body)))
    path = f"customers/{practice.customers[0]['id']}/invitations"
    practice.invitation = _done(practice.door, staff("POST", path, {"template": "short"}))["id"]


def _staffs(practice: Practice) -> None:
    """What staff, and the owner of an address, have done by then."""
    door, targets = practice.door, practice.targets

    def answer(name: str, status: str, **more: Any) -> None:
        body = {"version": targets[name].version, "status": status, **more}
        _done(door, staff("POST", f"appointments/{targets[name].id}/status", body))
        _see(practice, name, targets[name].id, targets[name].email)

    answer("agreed", "confirmed", customer=practice.customers[0]["id"], tell={"channel": "email"})
    answer("off", "declined")
    _done(door, own("disown", targets["disowned"].mailed))
    _see(practice, "disowned", targets["disowned"].id, targets["disowned"].email)
    body = {"type": "appointment", "resource": "cabin-2", "start": at("09:30", "2026-11-23"), "minutes": 30}
    made = _done(
        door,
        staff(
            "POST",
            "appointments",
            body | {"customer": practice.customers[1]["id"]},
            **{"Idempotency-Key": "a-visit-that-has-begun"},
        ),
    )
    _see(practice, "begun", made["appointments"][0]["id"], "meyer-1@example.org")


def _messages(practice: Practice) -> None:
    """One receipt has come back; the others are still owed."""
    asked = practice.targets["asked"].id
    key = (f"APPOINTMENT#{asked}", "MESSAGE#000001#receipt#email")
    assert delivered(key).is_done
    events.hear(bounce_of(asked, "provider-00001"), wiring.bounces)
    practice.bounced = (asked, "1.receipt.email")
    practice.messages = [
        (item["pk"]["S"], item["sk"]["S"])
        for item in practice.door.stored()
        if "gsi3pk" in item and "MESSAGE#" in item["sk"]["S"]
    ]
