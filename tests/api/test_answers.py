"""Answers to a kind's questions: staff and whoever gave them see them, and nobody else (R31, R34)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.settings import Access, Condition, Employee, Template
from tests.api.test_customers import Desk
from tests.api.test_visit import Own, later
from tests.builders import SIDE, TINNITUS, availability, question
from tests.site_of_tests import Site, TestBranch

DEVICE = question(when=Condition(question="side", equals="l"), required=True)
KIND = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=("cabin-1",), questions=(SIDE, TINNITUS, DEVICE))
ROBOT = Employee(id="robot", name="Kalender", technical=True, account=True)
AT_ANY_HOUR = (availability("00:00-10:00", 10), availability("14:00-24:00", 10), availability("08:00-16:00", 5))
"""Over midnight too, where whole days would end a window."""
AWAKE: dict[str, Any] = {
    "night_from": 0,
    "night_until": 0,
    "reminder_hours": (2,),
    "reminder_gap_hours": 0,
    "lead_hours": 0,
    "notices": "none",
}


@pytest.fixture
def branch(site: Site) -> TestBranch:
    """It has a calendar feed beside its booking link."""
    branch = site.branch(*AT_ANY_HOUR, templates=(KIND,), employees=(ROBOT,), **AWAKE)
    calendar = Access(alias=f"{branch.id}-feed", kind="calendar", employee="robot", resource="cabin-1")
    settings = replace(branch.settings, accesses=(*branch.settings.accesses, calendar))
    site.change(settings)
    return TestBranch(settings)


def asked(branch: TestBranch, start: str, **fields: Any) -> dict[str, Any]:
    return {
        "resource": branch.resource,
        "template": "test",
        "start": start,
        "last_name": "Meyer",
        "email": "a@b.example",
    } | fields


def test_the_access_tells_the_questions_of_a_kind_and_nothing_of_one_without_any(site: Site, branch: TestBranch) -> None:
    plain = Template(id="plain", name={"de": "Service"}, duration=30, resources=("cabin-1",))
    site.change(replace(branch.settings, templates=(KIND, plain)))
    told = {each["id"]: each for each in site.get(f"/api/v1/access/{branch.alias}").json["templates"]}
    assert "questions" not in told["plain"]
    side, tinnitus, device = told["test"]["questions"]
    assert (side["type"], [each["id"] for each in side["options"]], "health" in side) == ("choice", ["l", "r"], False)
    assert tinnitus == {
        "id": "tinnitus",
        "type": "tick",
        "label": {"de": "Haben Sie Ohrgeräusche?"},
        "purpose": {"de": "Damit es bereitliegt"},
        "health": True,
    }
    assert (device["required"], device["when"]) == (True, {"question": "side", "is": "l"})


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (
            {"answers": {"side": "l", "tinnitus": True, "pain": "x"}},
            {"device": "required", "tinnitus": "consent", "pain": "unknown"},
        ),
        ({"answers": {"side": "l", "device": "a\nb"}}, {"device": "one_line"}),
        ({"answers": {"side": "l", "device": "x" * 201}}, {"device": "too_long"}),
        ({"answers": {"device": "x"}}, {"device": "not_asked"}),
    ],
)
def test_a_wrong_answer_is_refused_by_its_question_and_changes_nothing(
    site: Site, branch: TestBranch, given: dict[str, Any], codes: dict[str, str]
) -> None:
    refused = site.request(branch, asked(branch, later(9), **given))
    found = {path: flaw["code"] for path, flaw in refused.json["codes"].items()}
    assert (refused.status, found) == (400, {f"answers.{name}": code for name, code in codes.items()})
    assert site.request(branch, asked(branch, later(9))).status == 201


def test_the_same_key_with_other_answers_is_another_request_and_their_order_is_none(site: Site, branch: TestBranch) -> None:
    """R22."""
    key, given = secrets.token_hex(16), {"side": "l", "device": "Otoskop"}
    first = site.request(branch, asked(branch, later(9), answers=given), key)
    turned = site.request(branch, asked(branch, later(9), answers=dict(reversed(given.items()))), key)
    other = site.request(branch, asked(branch, later(9), answers=given | {"device": "Hörgerät"}), key)
    assert (first.status, turned.json) == (201, first.json)
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


def test_staff_read_what_was_asked_then_also_after_the_kind_asks_something_else(site: Site, branch: TestBranch) -> None:
    given = {"side": "l", "device": " Otoskop ", "tinnitus": True}
    made = site.book(branch, later(9), template="test", answers=given, consents=["tinnitus"], language="en")
    site.change(replace(branch.settings, templates=(replace(KIND, questions=()),)))
    detail = Desk(site, branch, "staff").done("GET", f"appointments/{made['id']}")
    assert detail["comment"]["answers"] == [
        {"id": "side", "label": "Which side?", "answer": "Links", "health": False},
        {"id": "tinnitus", "label": "Haben Sie Ohrgeräusche?", "answer": True, "health": True},
        {"id": "device", "label": "Welches Gerät?", "answer": "Otoskop", "health": False},
    ]


def test_a_consent_is_kept_with_the_version_of_the_words_that_it_was_given_to(site: Site, branch: TestBranch) -> None:
    """And taken back by the same link."""
    own = Own(site, branch, later(9), template="test", answers={"tinnitus": True}, consents=["tinnitus"])
    assert own.get("export").json["request"]["notice_version"] == branch.settings.branch.notice_version
    assert own.get().json["health"] is True
    assert own.post("health/forget").json["health"] is False
    assert "answers" not in own.get("export").json["request"]
    without = Own(site, branch, later(10), template="test", answers={"side": "r"})
    assert "notice_version" not in without.get("export").json["request"]


def test_an_answer_stands_with_staff_and_in_the_persons_own_export_and_nowhere_else(site: Site, branch: TestBranch) -> None:
    phone = f"+4917139{secrets.randbelow(100_000):05}"
    mark, address = f"Geheim{secrets.token_hex(6)}", f"{secrets.token_hex(4)}@example.org"
    ahead = datetime.now(UTC) + timedelta(hours=1, minutes=40)
    soon = ahead.replace(minute=ahead.minute // 10 * 10, second=0, microsecond=0).isoformat()
    answers = {"side": "l", "device": mark}
    own = Own(site, branch, soon, email=address, phone=phone, remind=True, template="test", answers=answers)
    desk, path = Desk(site, branch, "admin"), f"appointments/{own.made['id']}"
    customer = desk.create()
    desk.done("POST", f"{path}/customer", {"version": 1, "customer": customer["id"]})
    confirmed = {"version": 2, "status": "confirmed", "tell": {"channel": "email"}}
    version = desk.done("POST", f"{path}/status", confirmed)["appointment"]["version"]
    desk.done("POST", f"{path}/tell", {"version": version, "tell": {"channel": "sms"}})
    site.arrived(address, 2)  # the receipt and the confirmation: what is under way keeps later messages waiting
    [text] = site.wait_for(lambda: site.texts(phone))
    site.sweep()
    mails = site.arrived(address, 3)
    assert mails[0].subject.startswith("Erinnerung: ")
    files = [file.text or "" for mail in mails for file in mail.attachments]
    sent = [f"{mail.subject} {mail.text} {mail.html}" for mail in mails] + [text.text]
    today, month = soon[:10], soon[:7]
    shown = [desk.ask("GET", f"planner?from={today}&days=2").text]
    shown += [desk.ask("GET", each).text for each in ("inbox", "messages", "settings", f"{path}/matches", "figures")]
    shown += [desk.ask("GET", each.format(month)).text for each in ("record?month={}", "record.csv?month={}")]
    shown += [desk.ask("GET", f"customers/{customer['id']}").text, desk.ask("POST", "search", {"q": mark}).text]
    public = [own.get(each).text for each in ("", "calendar.ics", "slots")]
    public += [site.get(f"/api/v1/calendar/{wiring.secret().calendar(f'{branch.id}-feed')}").text, str(site.slots(branch))]
    assert not [each for each in (*files, *sent, *shown, *public) if mark in each]
    assert mark in desk.ask("GET", path).text
    assert mark in own.get("export").text
    assert mark in desk.ask("GET", f"customers/{customer['id']}/export").text
    assert own.post("erase", {"confirm": True}).status == 200
    gone = (desk.ask("GET", path), own.get("export"), desk.ask("GET", f"customers/{customer['id']}/export"))
    assert not [each for each in gone if mark in each.text]
