"""Every id of another branch, in every field of every route of the staff, is refused or not there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api.openapi import description
from chalicelib.api.routes import BRANCH, ROUTES
from chalicelib.domain.settings import ClosedBy, Employee, Template
from tests.builders import absence, availability
from tests.site_of_tests import Answer, Site, TestBranch

BERLIN = ZoneInfo("Europe/Berlin")
TOMORROW = datetime.now(BERLIN).date() + timedelta(days=1)
IDS = {
    "resource", "resources", "template", "customer", "invitation", "other", "employee", "appointment", "entry", "access",
    "alias", "user", "id", "branches", "second", "closing",
}  # fmt: skip
"""Names of fields that hold ids. Those of things that a body makes or replaces are its own: they are in OWN."""
OWN = {
    "PUT settings: resources", "PUT settings: resources[].id", "PUT settings: templates[].id", "PUT settings: types[].id",
    "PUT settings: templates[].questions[].id", "PUT settings: templates[].questions[].options[].id",
    "PUT settings: employees[].id", "POST users: user", "POST preview: template", "POST preview: template.id",
    "POST preview: template.second", "PUT settings: availabilities[].closing", "PUT settings: availabilities[].closing.id",
}  # fmt: skip


def fields() -> Iterator[str]:
    """`POST appointments: customer`, for each id that a route of a branch takes."""
    schemas: Any = description()["components"]["schemas"]
    for route in ROUTES:
        if not route.path.startswith(BRANCH):
            continue
        named = {*route.in_path, *(each.name for each in route.query)} & IDS
        if route.body:
            named |= set(ids_in(schemas[route.body.rpartition(".")[2]], schemas))
        yield from (f"{route.method} {route.path.removeprefix(BRANCH)}: {name}" for name in named)


def ids_in(schema: Any, schemas: Any, path: str = "") -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for either in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from ids_in(either, schemas, path)
    if "items" in schema:
        yield from ids_in(schema["items"], schemas, f"{path}[]")
    for name, other in schema.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        if name in IDS:
            yield below
        yield from ids_in(other, schemas, below)


@dataclass(frozen=True)
class OtherBranch:
    """Two branches of one admin: what is asked of the first with ids of the `other`."""

    site: Site
    branch: TestBranch
    other: TestBranch
    tokens: dict[str, str]
    appointment: str
    customer: str
    others: dict[str, str]

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {
            "Authorization": f"Bearer {self.tokens['IdToken']}",
            "Access-Token": self.tokens["AccessToken"],
            "Content-Type": "application/json",
            "Idempotency-Key": secrets.token_hex(16),
        }
        content = None if body is None else json.dumps(body).encode()
        return self.site.send(method, f"/api/v1/staff/branches/{self.branch.id}/{path}", content, headers)


@pytest.fixture(scope="module")
def other(site: Site) -> OtherBranch:
    """The admin signs in for one branch only; the ids are real ones of the other."""
    own, other = branch(site, "own"), branch(site, "strange")
    tokens = site.sign_in(["admin"], [own.id])
    there = OtherBranch(site, other, own, site.sign_in(["admin"], [other.id]), "", "", {})
    here = OtherBranch(site, own, other, tokens, "", "", {})
    made = {"last_name": "Meyer", "email": "meyer@example.org"}
    start = datetime.fromisoformat(f"{TOMORROW}T09:00").replace(tzinfo=BERLIN).isoformat()
    strange = site.book(other, start, resource="strange-cabin", template="strange-template")["id"]
    customer = there.send("POST", "customers", made).json["id"]
    invitation = there.send("POST", f"customers/{customer}/invitations", {"template": "strange-template"}).json["id"]
    others = {
        "appointment": strange,
        "entry": f"request-{strange}",
        "customer": customer,
        "invitation": invitation,
        "resource": "strange-cabin",
        "template": "strange-template",
        "employee": "strange-technical",
        "access": other.alias,
        "closing": "strange-closing",
        "branch": other.id,
        "user": user_of(site, other),
    }
    appointment = site.book(own, start)["id"]
    customer = here.send("POST", "customers", made).json["id"]
    return replace(here, appointment=appointment, customer=customer, others=others)


def branch(site: Site, name: str) -> TestBranch:
    """With a resource, a template and a technical employee that no other branch has."""
    made = site.branch()
    cabin = replace(made.settings.resources[0], id=f"{name}-cabin")
    technical = Employee(id=f"{name}-technical", name="Online", technical=True, account=True)
    template = Template(id=f"{name}-template", name={"de": "Beratung"}, duration=30, resources=(cabin.id,))
    hours = availability("08:00-18:00", resources=(made.resource, cabin.id))
    later = TOMORROW + timedelta(days=1)
    closing = ClosedBy(id=f"{name}-closing", name="krank")
    closed = absence("00:00-24:00", resources=(cabin.id,), valid_from=later, valid_until=later, closing=closing)
    settings = replace(
        made.settings,
        resources=(made.settings.resources[0], cabin),
        templates=(template,),
        employees=(technical,),
        availabilities=(hours, closed),
    )
    site.change(settings)
    return TestBranch(settings)


def user_of(site: Site, branch: TestBranch) -> str:
    name = f"user-{secrets.token_hex(4)}"
    site.pool.ensure_user(name, secrets.token_hex(8), ["staff"], [branch.id])
    return name


START = f"{TOMORROW}T11:00:00+01:00"
BOOK = {"type": "appointment", "resource": "cabin-1", "start": START, "minutes": 30, "title": "Anna"}
CLOSE = {"resource": "cabin-1", "start": f"{TOMORROW}T08:00:00+01:00", "end": f"{TOMORROW}T18:00:00+01:00"}
CUSTOMER = {"last_name": "Meyer", "version": 1}
AVAILABILITY = {
    "resources": ["cabin-1"], "weekdays": [1], "hours": {"from": "09:00", "to": "10:00", "step": 30},
    "type": "working_time", "valid_from": None, "valid_until": None,
}  # fmt: skip
TEMPLATE = {
    "id": "new", "name": {"de": "Neu"}, "duration": 30, "preparation": 0, "follow_up": 0, "early": 0, "shown": "online",
    "resources": [], "second": [], "starts_as": "proposed", "order": 0,
}  # fmt: skip

HOURS = {"availabilities": [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "from": "09:00", "to": "10:00", "step": 30}]}
DRAFT = HOURS | {"from": f"{TOMORROW}", "days": 1, "lead_hours": 0}
"""At the hour at which something is booked in both branches."""

ASKED: dict[str, tuple[str, Any]] = {
    "GET free: resources": ("free?resources={resource}&minutes=30", None),
    "GET free: template": ("free?resources=cabin-1&template={template}", None),
    "POST inbox/{entry}/done: entry": ("inbox/{entry}/done", {}),
    "POST inbox/{entry}/undo: entry": ("inbox/{entry}/undo", {}),
    "POST appointments/{appointment}/undo: appointment": ("appointments/{appointment}/undo", {"version": 1}),
    "POST appointments/{appointment}/send-now: appointment": ("appointments/{appointment}/send-now", {"version": 1}),
    "POST closings/undo: closing": ("closings/undo", {"closing": "{closing}", "appointments": []}),
    "POST closings/undo: appointments[].id": (
        "closings/undo",
        {"closing": None, "appointments": [{"id": "{appointment}", "version": 1}]},
    ),
    "POST appointments: resource": ("appointments", BOOK | {"resource": "{resource}"}),
    "POST appointments: template": ("appointments", BOOK | {"template": "{template}"}),
    "POST appointments: second": ("appointments", BOOK | {"template": "own-template", "second": "{resource}"}),
    "POST appointments: customer": ("appointments", BOOK | {"customer": "{customer}"}),
    "GET appointments/{appointment}: appointment": ("appointments/{appointment}", None),
    "GET appointments/{appointment}: customer": ("appointments/{own}?customer={customer}", None),
    "POST appointments/{appointment}/void-link: appointment": ("appointments/{appointment}/void-link", {"version": 1}),
    "GET appointments/{appointment}/matches: appointment": ("appointments/{appointment}/matches", None),
    "POST appointments/{appointment}/status: appointment": (
        "appointments/{appointment}/status", {"version": 1, "status": "confirmed"}
    ),
    "POST appointments/{appointment}/status: customer": (
        "appointments/{own}/status", {"version": 1, "status": "confirmed", "customer": "{customer}"}
    ),
    "POST appointments/{appointment}/move: appointment": ("appointments/{appointment}/move", {"version": 1, "start": START}),
    "POST appointments/{appointment}/move: resource": ("appointments/{own}/move", {"version": 1, "resource": "{resource}"}),
    "POST appointments/{appointment}/move: second": ("appointments/{own}/move", {"version": 1, "second": "{resource}"}),
    "POST appointments/{appointment}/details: appointment": (
        "appointments/{appointment}/details", {"version": 1, "note": "Notiz"}
    ),
    "POST appointments/{appointment}/details: template": (
        "appointments/{own}/details", {"version": 1, "template": "{template}"}
    ),
    "POST appointments/{appointment}/details: second": (
        "appointments/{own}/details", {"version": 1, "template": "own-template", "second": "{resource}"}
    ),
    "GET appointments/{appointment}/series: appointment": ("appointments/{appointment}/series", None),
    "POST appointments/{appointment}/customer: appointment": (
        "appointments/{appointment}/customer", {"version": 1, "customer": None}
    ),
    "POST appointments/{appointment}/customer: customer": (
        "appointments/{own}/customer", {"version": 1, "customer": "{customer}"}
    ),
    "POST appointments/{appointment}/tell: appointment": (
        "appointments/{appointment}/tell", {"version": 1, "tell": {"channel": "email"}}
    ),
    "POST appointments/{appointment}/message: appointment": (
        "appointments/{appointment}/message", {"what": "told", "channel": "email"}
    ),
    "POST appointments/{appointment}/message: customer": (
        "appointments/{own}/message", {"what": "told", "channel": "email", "customer": "{customer}"}
    ),
    "POST appointments/{appointment}/message: template": (
        "appointments/{own}/message", {"what": "told", "channel": "email", "template": "{template}"}
    ),
    "POST appointments/{appointment}/messages/{message}/again: appointment": (
        "appointments/{appointment}/messages/1.receipt.email/again", {}
    ),
    "POST appointments/{appointment}/message: resource": (
        "appointments/{own}/message", {"what": "moved", "channel": "email", "resource": "{resource}"}
    ),
    "POST closings: resource": ("closings", CLOSE | {"resource": "{resource}", "answers": []}),
    "POST closings: answers[].id": (
        "closings", CLOSE | {"answers": [{"do": "cancel", "id": "{appointment}", "version": 1}]}
    ),
    "POST closings: answers[].resource": (
        "closings", CLOSE | {"answers": [{"do": "move", "id": "{own}", "version": 1, "resource": "{resource}"}]}
    ),
    "POST closings/{closing}/reopen: closing": ("closings/{closing}/reopen", {}),
    "POST requests/decline: alias": (
        "requests/decline", {"alias": "{access}", "from": f"{TOMORROW}T08:00:00+01:00", "until": f"{TOMORROW}T09:00:00+01:00"}
    ),
    "POST preview: resource": ("preview", DRAFT | {"resource": "{resource}"}),
    "POST preview: template.second[].resource": (
        "preview", DRAFT | {"template": {"duration": 30, "second": [HOURS | {"resource": "{resource}"}]}}
    ),
    "GET customers/{customer}: customer": ("customers/{customer}", None),
    "PUT customers/{customer}: customer": ("customers/{customer}", CUSTOMER),
    "POST customers/{customer}/merge: customer": (
        "customers/{customer}/merge", {"version": 1, "other": "{own_customer}", "other_version": 1}
    ),
    "POST customers/{customer}/merge: other": (
        "customers/{own_customer}/merge", {"version": 1, "other": "{customer}", "other_version": 1}
    ),
    "POST customers/{customer}/erase: customer": ("customers/{customer}/erase", {"version": 1}),
    "POST customers/{customer}/invitations: customer": ("customers/{customer}/invitations", {"template": "own-template"}),
    "POST customers/{customer}/invitations: template": ("customers/{own_customer}/invitations", {"template": "{template}"}),
    "POST customers/{customer}/invitations: resource": (
        "customers/{own_customer}/invitations", {"template": "own-template", "resource": "{resource}"}
    ),
    "POST customers/{customer}/invitations/{invitation}/withdraw: customer": (
        "customers/{customer}/invitations/{invitation}/withdraw", {}
    ),
    "POST customers/{customer}/invitations/{invitation}/withdraw: invitation": (
        "customers/{own_customer}/invitations/{invitation}/withdraw", {}
    ),
    "GET customers/{customer}/export: customer": ("customers/{customer}/export", None),
    "PUT settings: availabilities[].resources": (
        "settings", {"version": "{version}", "availabilities": [AVAILABILITY | {"resources": ["{resource}"]}]}
    ),
    "PUT settings: exceptions[].resource": (
        "settings", {"version": "{version}", "exceptions": [{"resource": "{resource}", "date": "2027-01-04", "hours": []}]}
    ),
    "PUT settings: templates[].resources": (
        "settings", {"version": "{version}", "templates": [TEMPLATE | {"resources": ["{resource}"]}]}
    ),
    "PUT settings: templates[].second": (
        "settings", {"version": "{version}", "templates": [TEMPLATE | {"second": ["{resource}"]}]}
    ),
    "POST accesses: employee": ("accesses", {"kind": "alias", "label": "Neu", "employee": "{employee}"}),
    "POST accesses: resource": (
        "accesses", {"kind": "calendar", "label": "Neu", "employee": "own-technical", "resource": "{resource}"}
    ),
    "POST accesses/{access}/revoke: access": ("accesses/{access}/revoke", {}),
    "POST employees/{employee}/account: employee": ("employees/{employee}/account", {"account": False}),
    "POST users: employee": (
        "users", {"employee": "{employee}", "user": "somebody-new", "groups": ["staff"], "branches": ["{own_branch}"]}
    ),
    "POST users: branches": (
        "users", {"employee": "own-technical", "user": "somebody-new", "groups": ["staff"], "branches": ["{branch}"]}
    ),
    "PUT users/{user}: user": (
        "users/{user}", {"groups": ["staff"], "branches": ["{own_branch}"], "enabled": True}
    ),
    "PUT users/{user}: branches": ("users/{own_user}", {"groups": ["staff"], "branches": ["{branch}"], "enabled": True}),
}  # fmt: skip
"""What is asked for each field, with ids of the other branch in it."""


def test_no_field_that_takes_an_id_is_missing_here() -> None:
    assert set(fields()) - OWN == ASKED.keys()


@pytest.mark.parametrize("field", ASKED)
def test_an_id_of_another_branch_is_refused_or_not_there(other: OtherBranch, field: str) -> None:
    names = other.others | {
        "own": other.appointment,
        "own_customer": other.customer,
        "own_branch": other.branch.id,
        "own_user": user_of(other.site, other.branch),
    }
    path, body = ASKED[field]
    version = str(other.send("GET", "settings").json["version"])  # closing a time has changed it
    filled = json.loads(fill(json.dumps(body).replace('"{version}"', version), names))
    answer = other.send(field.split()[0], fill(path, names), filled)
    if field.startswith(("POST inbox/{entry}/done", "POST closings: answers", "POST closings/undo: closing")):
        assert answer.status == 200, "what is not there cannot be ticked off or cancelled, which is no mistake"
        assert "cancelled" not in answer.text
        assert "moved" not in answer.text
    elif field.startswith("POST preview"):
        states = [slot["state"] for day in answer.json["days"] for slot in day["slots"]]
        assert (answer.status, states) == (200, ["free", "free"]), "nothing of what the other branch has booked counts"
    else:
        assert answer.status in (400, 403, 404, 422), answer.text
        assert answer.json["code"] in ("invalid", "forbidden", "not_found", "not_for_this_resource")


def fill(text: str, names: dict[str, str]) -> str:
    for name, identity in names.items():
        text = text.replace(f"{{{name}}}", identity)
    return text


def test_after_all_that_the_other_branch_is_as_it_was(other: OtherBranch) -> None:
    there = replace(other, branch=other.other, tokens=other.site.sign_in(["admin"], [other.other.id]))
    detail = there.send("GET", f"appointments/{other.others['appointment']}").json
    assert (detail["appointment"]["status"], detail["appointment"]["version"]) == ("proposed", 1)
    assert [each["id"] for each in there.send("GET", "inbox").json["entries"]] == [other.others["entry"]]
    customer = there.send("GET", f"customers/{other.others['customer']}").json
    assert (customer["last_name"], customer["version"]) == ("Meyer", 1)
    assert [each["state"] for each in customer["invitations"]] == ["open"]
    assert there.send("GET", "settings").json["version"] == 2  # made, and set once by its builder
    assert [each["revoked_at"] for each in there.send("GET", "accesses").json["accesses"]] == [None]
