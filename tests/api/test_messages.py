"""Messages that did not arrive and whether sending works, over HTTP, with mail that really bounces on this machine."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api.message_schemas import TroubleView
from chalicelib.api.reports import report_of
from chalicelib.domain.outbox import TROUBLE
from chalicelib.domain.trouble import Report
from tests.site_of_tests import Answer, Site, TestBranch

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime.now(BERLIN).date() + timedelta(days=3)
BOUNCE, COMPLAINT, OOTO = (f"{name}@simulator.amazonses.com" for name in ("bounce", "complaint", "ooto"))


class Staff:
    def __init__(self, site: Site, branch: TestBranch, *groups: str) -> None:
        self.site, self.branch = site, branch
        self.token = site.token(groups or ("admin",), [branch.id])

    def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": self.token, "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        return self.site.send(method, f"/api/v1/staff/branches/{self.branch.id}/{path}", content, headers)

    def messages(self) -> list[Any]:
        found: list[Any] = self("GET", "messages").json["messages"]
        return found

    def book(self, hour: int, email: str) -> str:
        """Books as a customer; the appointment's id."""
        start = datetime.fromisoformat(f"{DAY}T{hour:02}:00").replace(tzinfo=BERLIN)
        identity: str = self.site.book(self.branch, start.isoformat(), email=email)["id"]
        return identity


@pytest.fixture
def staff(site: Site) -> Staff:
    return Staff(site, site.branch(notices="none"))


def test_a_bounce_is_listed_waits_in_the_inbox_and_stands_with_the_appointment(staff: Staff) -> None:
    identity = staff.book(9, BOUNCE)
    [message] = staff.site.wait_for(staff.messages)
    assert {name: message[name] for name in ("id", "kind", "channel", "state", "failure", "to", "again")} == {
        "id": "1.receipt.email",
        "kind": "receipt",
        "channel": "email",
        "state": "bounced",
        "failure": "Permanent",
        "to": "customer",
        "again": "suppressed",
    }
    assert (message["appointment"]["id"], message["appointment"]["name"]) == (identity, "Mustermann")
    inbox = staff("GET", "inbox").json["entries"]
    assert {(each["kind"], each["appointment"]["id"]) for each in inbox} == {("request", identity), ("bounced", identity)}
    [told] = staff("GET", f"appointments/{identity}").json["messages"]
    assert (told["state"], told["failure"]) == ("bounced", "Permanent")


def test_to_an_address_that_bounced_the_next_message_is_not_sent(staff: Staff) -> None:
    address = f"bounce+{staff.branch.id}@simulator.amazonses.com"
    staff.book(9, address)
    staff.site.wait_for(staff.messages)
    staff.book(10, address)
    listed = staff.site.wait_for(lambda: found if len(found := staff.messages()) == 2 else [])
    assert [(each["state"], each["failure"]) for each in listed] == [("failed", "suppressed"), ("bounced", "Permanent")]
    assert len(staff.site.mails(address)) == 1


def test_a_complaint_is_told_as_one(staff: Staff) -> None:
    staff.book(9, COMPLAINT)
    [message] = staff.site.wait_for(staff.messages)
    assert (message["state"], message["failure"], message["again"]) == ("complained", "abuse", "suppressed")


def test_what_bounced_for_now_can_be_sent_again_once(staff: Staff) -> None:
    identity = staff.book(9, OOTO)
    [message] = staff.site.wait_for(staff.messages)
    assert message["again"] == "may"
    answer = staff("POST", f"appointments/{identity}/messages/{message['id']}/again", {})
    assert (answer.status, answer.json) == (200, {"messages": []})
    again = staff("POST", f"appointments/{identity}/messages/{message['id']}/again", {})
    assert (again.status, again.json["code"]) == (409, "changed_meanwhile")
    [told] = staff("GET", f"appointments/{identity}").json["messages"]
    assert told["state"] == "due"


def test_what_cannot_be_sent_again_says_so(staff: Staff) -> None:
    identity = staff.book(9, BOUNCE)
    staff.site.wait_for(staff.messages)
    answer = staff("POST", f"appointments/{identity}/messages/1.receipt.email/again", {})
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", ["message"])
    for name in ("2.receipt.email", "..", "1.receipt.fax"):
        assert staff("POST", f"appointments/{identity}/messages/{name}/again", {}).status == 404


def test_an_admin_sees_the_sender_without_problems_here(staff: Staff) -> None:
    answer = staff("GET", "sender")
    assert answer.status == 200
    assert (answer.json["address"], answer.json["verified"], answer.json["problems"]) == ("termine@example.org", True, [])
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_test_message_arrives_and_names_nobody(staff: Staff) -> None:
    own = staff.branch.settings.branch.email
    answer = staff("POST", "sender/test", {})
    assert (answer.status, answer.json) == (200, {"to": own, "failure": None})
    mail = staff.site.mail(own)
    assert (mail.subject, mail.attachments) == ("Testnachricht", ())
    assert "Der Versand klappt" in (mail.text or "")
    assert "/staff/messages.html" in (mail.html or "")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"to": "erika@example.org"}, "to"), ({"to": 1}, "to"), ({"to": "a" * 255}, "to"), ({"text": "x"}, "text")],
)
def test_a_test_message_goes_to_no_stranger(staff: Staff, body: Any, field: str) -> None:
    answer = staff("POST", "sender/test", body)
    assert (answer.status, list(answer.json["fields"])) == (400, [field])


# -------------------------------------------------------------------------------------------------- what SES tells


def detail(type_: str, field: str, told: dict[str, Any], **tags: str) -> dict[str, Any]:
    """As EventBridge hands it on (Amazon SES developer guide, "Contents of event data")."""
    given = {"appointment": "a" * 32, "event": "3", "kind": "moved"} | tags
    mail = {"messageId": "ses-1", "tags": {"ses:from-domain": ["example.org"], **{k: [v] for k, v in given.items() if v}}}
    return {"eventType": type_, "mail": mail, field: told}


RECIPIENT = [{"emailAddress": "Erika <erika@example.org>", "status": "5.1.1"}]


@pytest.mark.parametrize(
    ("told", "what", "why", "for_good", "addresses"),
    [
        (
            ("Bounce", "bounce", {"bounceType": "Permanent", "bouncedRecipients": RECIPIENT}),
            "bounced", "Permanent", True, ("erika@example.org",),
        ),
        (
            ("Bounce", "bounce", {"bounceType": "Transient", "bouncedRecipients": RECIPIENT}),
            "bounced", "Transient", False, ("erika@example.org",),
        ),
        (
            ("Complaint", "complaint", {"complaintFeedbackType": "abuse", "complainedRecipients": RECIPIENT}),
            "complained", "abuse", True, ("erika@example.org",),
        ),
        (
            ("Complaint", "complaint", {"complainedRecipients": RECIPIENT}),
            "complained", "complaint", True, ("erika@example.org",),
        ),
        (("Reject", "reject", {"reason": "Bad content"}), "bounced", "reject", False, ()),
    ],
)  # fmt: skip
def test_what_ses_tells_is_understood(
    told: tuple[str, str, dict[str, Any]], what: str, why: str, for_good: bool, addresses: tuple[str, ...]
) -> None:
    report = report_of(detail(*told))
    assert isinstance(report, Report)
    assert (report.appointment, report.message.id, report.provider_id) == ("a" * 32, "3.moved.email", "ses-1")
    assert (report.what, report.why, report.for_good, report.addresses) == (what, why, for_good, addresses)


def test_a_message_in_trouble_is_told_in_each_state_that_it_may_have() -> None:
    assert set(get_args(get_type_hints(TroubleView)["state"])) == TROUBLE


def test_recipients_that_are_none_are_left_out() -> None:
    report = report_of(detail("Bounce", "bounce", {"bounceType": "Permanent", "bouncedRecipients": ["erika", None]}))
    assert isinstance(report, Report)
    assert report.addresses == ()


@pytest.mark.parametrize(
    "told",
    [
        detail("Delivery", "delivery", {}),
        detail("DeliveryDelay", "deliveryDelay", {}),
        detail("Open", "open", {}),
        detail("Complaint", "complaint", {"complaintFeedbackType": "not-spam", "complainedRecipients": RECIPIENT}),
        detail("Bounce", "bounce", {"bounceType": "Permanent"}, appointment=""),
        detail("Bounce", "bounce", {"bounceType": "Permanent"}, kind="trial", event=""),
        {"eventType": "Bounce"},
        {"eventType": "Bounce", "bounce": None, "mail": None},
        {"eventType": "Bounce", "bounce": "Permanent", "mail": []},
        {"eventType": "Bounce", "bounce": {}, "mail": {"tags": {"event": "1", "kind": {}}}},
        {},
    ],
)
def test_what_is_no_trouble_or_no_message_of_ours_asks_for_nothing(told: dict[str, Any]) -> None:
    assert report_of(told) is None
