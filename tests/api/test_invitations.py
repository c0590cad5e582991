"""Invitations over HTTP: staff give one, and whoever has the link books by it."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.settings import Template
from tests.api.test_customers import Desk, start
from tests.builders import new_address, question
from tests.site_of_tests import Answer, Site, TestBranch

PERSON = {"last_name": "Meyer", "first_name": "Anna", "email": "anna@example.org", "phone": "040 1234589"}


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return inviting(site)


def inviting(site: Site, **fields: Any) -> TestBranch:
    """A branch with a kind that is hidden online."""
    made = site.branch(**fields)
    asked = (question(required=True),)
    hidden = Template(
        id="control", name={"de": "Kontrolle"}, duration=30, shown="invited", resources=(made.resource,), questions=asked
    )
    settings = replace(made.settings, templates=(hidden,))
    site.change(settings)
    return TestBranch(settings)


@pytest.fixture
def staff(site: Site, branch: TestBranch) -> Desk:
    return Desk(site, branch, "staff")


def invite(staff: Desk, person: dict[str, str] = PERSON, **fields: Any) -> Any:
    customer = staff.create(**PERSON | person)["id"]
    return staff.done("POST", f"customers/{customer}/invitations", {"template": "control"} | fields, 201), customer


def token_of(given: Any) -> str:
    address, _, token = given["url"].partition("#i=")
    assert "?" not in address
    return str(token)


def ask(site: Site, token: str, path: str = "", body: Any = None) -> Answer:
    headers = {"Invitation-Token": token, "Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    content = None if body is None else json.dumps(body).encode()
    return site.send("GET" if body is None else "POST", f"/api/v1/invitation{path}", content, headers)


def test_the_link_tells_of_the_customer_no_more_than_its_page_shows(site: Site, staff: Desk) -> None:
    given, _ = invite(staff)
    answer = ask(site, token_of(given))
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert (told["state"], told["who"], told["email"], told["phone"]) == ("open", "Anna M.", "a***@example.org", "***89")
    assert [each["id"] for each in told["templates"]] == ["control"]
    assert told["alias"] is None, "the kind is hidden online"
    assert "questions" not in told["templates"][0], "an invitation takes no answers"
    for hidden in ("Meyer", "anna@", "1234589"):
        assert hidden not in answer.text


def test_it_books_once_and_its_page_tells_nothing_more_of_the_customer_then(site: Site, staff: Desk) -> None:
    given, customer = invite(staff)
    token, body = token_of(given), {"start": start()}
    slots = ask(site, token, "/slots")
    assert slots.headers["Cache-Control"] == "no-store"
    assert any(each["state"] == "free" for day in slots.json["days"] for each in day["slots"])
    assert ask(site, token, "/days").status == 200
    booked = ask(site, token, "/appointments", body)
    assert (booked.status, booked.json["status"]) == (201, "proposed")
    assert booked.json["resource"] == staff.branch.resource, "which none was asked for"
    again = ask(site, token, "/appointments", body)
    assert (again.status, again.json["code"]) == (409, "invitation_used")
    assert again.json["contact"]["email"]
    told = ask(site, token).json
    assert (told["state"], told["who"], told["email"], told["templates"]) == ("used", None, None, [])
    [kept] = staff.done("GET", f"customers/{customer}")["invitations"]
    assert (kept["state"], kept["appointment"], kept["url"]) == ("used", booked.json["id"], None)


def test_a_time_that_is_taken_is_refused_with_others_and_the_invitation_stays_good(site: Site, staff: Desk) -> None:
    (one, _), (other, _) = invite(staff), invite(staff)
    assert ask(site, token_of(one), "/appointments", {"start": start()}).status == 201
    lost = ask(site, token_of(other), "/appointments", {"start": start()})
    assert (lost.status, lost.json["code"]) == (409, "slot_taken")
    assert lost.json["alternatives"][0]["start"].endswith(("+01:00", "+02:00"))
    assert ask(site, token_of(other)).json["state"] == "open"


def test_a_withdrawn_one_and_one_of_nobody_are_refused(site: Site, staff: Desk) -> None:
    given, customer = invite(staff)
    withdrawn = staff.done("POST", f"customers/{customer}/invitations/{given['id']}/withdraw", {})
    assert (withdrawn["state"], withdrawn["url"]) == ("withdrawn", None)
    refused = ask(site, token_of(given), "/appointments", {"start": start()})
    assert (refused.status, refused.json["code"]) == (422, "invitation_expired")
    for token in ("", f"{'a' * 32}.{'b' * 43}"):
        assert ask(site, token).json["code"] == "unauthorized"
        assert ask(site, token, "/appointments", {"start": start()}).status == 401


def test_it_is_sent_to_the_customer_with_its_link_and_no_kind(site: Site, staff: Desk) -> None:
    email = new_address()
    given, customer = invite(staff, {"email": email}, send="email", asked_for=True)
    assert given["delivery"] == "sent"
    text = site.mail(email).text or ""
    assert given["url"] in text
    assert "Kontrolle" not in text
    exported = staff.done("GET", f"customers/{customer}/export")["customer"]["invitations"]
    assert [(each["id"], each["channel"], each["url"]) for each in exported] == [(given["id"], "email", None)]
