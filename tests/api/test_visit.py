"""The customers' own routes over HTTP: only a token opens them, only a POST acts, each refusal has its code (R24, R27, R28)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api.routes import OWN, VISIT
from tests.builders import new_address
from tests.site_of_tests import Answer, Site, TestBranch

BERLIN = ZoneInfo("Europe/Berlin")
POSTS, GETS = (
    [route.path.removeprefix(OWN).lstrip("/") for route in VISIT if route.method == method] for method in ("POST", "GET")
)
TOMORROW = datetime.now(BERLIN).date() + timedelta(days=1)


def later(hour: int, minute: int = 0, days: int = 5) -> str:
    """Long before any cut-off."""
    day = TOMORROW + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).isoformat()


class Own:
    """A customer with the link to an appointment."""

    def __init__(self, site: Site, branch: TestBranch, start: str, **fields: Any) -> None:
        self.site, self.branch = site, branch
        self.made = site.book(branch, start, **({"email": "erika@example.org"} | fields))
        self.token = self.made["manage_url"].partition("#")[2]

    def get(self, path: str = "", **headers: str) -> Answer:
        return self.site.get(f"/api/v1/appointment{path and f'/{path}'}", **({"Appointment-Token": self.token} | headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        given = {"Appointment-Token": self.token, "Content-Type": "application/json"} | headers
        return self.site.send("POST", f"/api/v1/appointment/{path}", content, given)


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return site.branch()


@pytest.fixture
def own(site: Site, branch: TestBranch) -> Own:
    return Own(site, branch, later(9), remind=True, notice_version="1", phone="+49 40 66969 000")


def test_the_appointment_tells_what_may_be_done_with_it_and_nothing_of_the_person(own: Own) -> None:
    seen = own.get()
    assert seen.json["may"] == ["cancel", "move", "erase"]
    assert datetime.fromisoformat(seen.json["cut_off"]) == datetime.fromisoformat(own.made["start"]) - timedelta(hours=24)
    assert (seen.json["late"], seen.json["reminders"], seen.json["erasure"]) == (False, True, None)
    assert seen.headers["Cache-Control"] == "no-store"
    assert not [word for word in ("Mustermann", "erika", "66969 000") if word in seen.text]


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 32 + "." + "0" * 43])
def test_without_a_good_token_nothing_is_shown_and_nothing_done(own: Own, token: str) -> None:
    for path in GETS:
        answer = own.get(path, **{"Appointment-Token": token})
        assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    bodies: dict[str, Any] = {
        "move": {"start": later(10)},
        "erase": {"confirm": True},
        "address": {"email": new_address()},
        "confirm": {},
    }
    for path in POSTS:
        answer = own.post(path, bodies.get(path), **{"Appointment-Token": token})
        assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    assert own.get().json["status"] == "proposed"


@pytest.mark.parametrize("path", POSTS)
def test_only_a_post_acts(own: Own, path: str) -> None:
    before = own.get().json
    for method in ("GET", "HEAD"):
        address = f"/api/v1/appointment/{path}?confirm=true"
        assert own.site.send(method, address, headers={"Appointment-Token": own.token}).status in (404, 405)
    assert own.get().json == before


def test_cancelling_is_answered_with_the_cancelled_appointment_and_again_the_same(own: Own) -> None:
    first = own.post("cancel")
    assert (first.status, first.json["status"], first.json["may"]) == (200, "cancelled", ["erase"])
    assert own.post("cancel").json == first.json
    assert own.site.slots(own.branch, f"&from={later(9)[:10]}&days=1")["days"][0]["slots"][2]["state"] == "free"


def test_the_slots_are_those_of_the_booking_page_but_for_its_own(own: Own) -> None:
    query = f"?from={later(9)[:10]}&days=2"
    listed = own.get(f"slots{query}")
    assert listed.headers["Cache-Control"] == "no-store"
    assert listed.json == own.site.slots(own.branch, query.replace("?", "&"))  # on a plain grid only its own start is its own


def test_moving_is_answered_with_the_moved_appointment(own: Own) -> None:
    answer = own.post("move", {"start": later(11, 30)})
    assert (answer.status, answer.json["start"], answer.json["status"]) == (200, later(11, 30), "proposed")
    assert own.get().json == answer.json


def test_a_taken_time_is_a_409_with_alternatives_on_the_branchs_clock(own: Own) -> None:
    own.site.book(own.branch, later(10))
    answer = own.post("move", {"start": later(10)})
    assert (answer.status, answer.json["code"]) == (409, "slot_taken")
    starts = [each["start"] for each in answer.json["alternatives"]]
    assert starts == [later(9, 30), later(10, 30), later(11), later(8, 30), later(11, 30)]


@pytest.mark.parametrize(
    ("start", "code"), [(later(9, 10), "outside_availability"), (later(9, days=-9), "too_soon"), (later(9, days=90), "too_far")]
)
def test_what_is_not_offered_is_a_422_that_says_why(own: Own, start: str, code: str) -> None:
    answer = own.post("move", {"start": start})
    assert (answer.status, answer.json["code"]) == (422, code)
    assert "contact" not in answer.json


def test_past_the_cut_off_moving_is_too_soon_with_how_to_reach_the_practice(site: Site) -> None:
    own = Own(site, site.branch(cut_off_hours=720, phone="+49 40 66969 000"), later(9))
    assert (own.get().json["may"], own.get().json["late"]) == (["cancel", "erase"], True)
    for answer in (own.post("move", {"start": later(10)}), own.get("slots")):
        assert (answer.status, answer.json["code"]) == (422, "too_soon")
        assert answer.json["contact"]["phone"] == "+49 40 66969 000"
        assert answer.json["contact"]["email"]
    assert own.post("cancel").json["status"] == "cancelled"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("move", {}, "start"),
        ("move", {"start": "tomorrow"}, "start"),
        ("move", {"start": "2026-11-24T09:00:00"}, "start"),
        ("move", {"start": later(10), "resource": "cabin-2"}, "resource"),
        ("erase", {"confirm": "yes"}, "confirm"),
        ("erase", {"confirm": False}, "confirm"),
        ("erase", {}, "confirm"),
    ],
)
def test_a_wrong_body_is_refused_by_field(own: Own, path: str, body: Any, field: str) -> None:
    answer = own.post(path, body)
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", [field])
    assert own.get().json["status"] == "proposed"


def test_the_link_works_with_booking_switched_off_and_the_access_revoked(own: Own) -> None:
    settings = own.branch.settings
    revoked = tuple(replace(each, revoked_at=datetime.now(UTC)) for each in settings.accesses)
    own.site.change(replace(settings, branch=replace(settings.branch, online=False), accesses=revoked))
    assert own.get("slots").status == 200
    assert own.post("move", {"start": later(12)}).json["start"] == later(12)
    assert own.post("cancel").json["status"] == "cancelled"


def test_the_statement_is_found_by_an_access_that_is_still_good(own: Own) -> None:
    settings = own.branch.settings
    revoked = tuple(replace(each, revoked_at=datetime.now(UTC)) for each in settings.accesses)
    good = replace(settings.accesses[0], alias=f"{settings.branch.id}-new")
    own.site.change(replace(settings, branch=replace(settings.branch, accessibility_url=""), accesses=(*revoked, good)))
    assert own.get().json["branch"]["accessibility_url"] == f"/accessibility.html?a={good.alias}"


def test_the_file_of_a_cancelled_appointment_takes_its_entry_away_and_its_header_says_so(own: Own) -> None:
    made = own.get("calendar.ics")
    assert own.post("cancel").status == 200
    gone = own.get("calendar.ics")
    for answer, method in ((made, "PUBLISH"), (gone, "CANCEL")):
        assert answer.headers["Content-Type"] == f"text/calendar; method={method}; charset=utf-8"
        assert f"\nMETHOD:{method}\r\n" in answer.text
    sequences = [re.search(r"\nSEQUENCE:(\d+)", answer.text) for answer in (made, gone)]
    assert [int(found[1]) for found in sequences if found] == [0, 1]


def test_the_export_holds_what_came_with_the_request_and_what_became_of_it(own: Own) -> None:
    kept = own.get("export").json
    assert kept["request"] == {
        "last_name": "Mustermann",
        "email": "erika@example.org",
        "phone": "+49 40 66969 000",
        "in_writing": False,
        "remind": True,
        "notice_version": "1",
    }
    assert [(each["what"], each["by"]) for each in kept["history"]] == [("requested", "customer")]
    assert [each["kind"] for each in kept["messages"]] == ["receipt"]
    assert kept["name"] == "Mustermann"


def test_erasing_leaves_nothing_to_export_and_the_link_says_so(own: Own) -> None:
    answer = own.post("erase", {"confirm": True})
    assert (answer.status, answer.json["status"], answer.json["erasure"]) == (200, "cancelled", "done")
    assert own.get().json == answer.json
    kept = own.get("export")
    assert kept.json["request"] is None
    assert not [word for word in ("Mustermann", "erika", "66969 000") if word in kept.text]


def test_reminders_are_stopped_with_one_post_that_may_be_repeated(own: Own) -> None:
    assert own.post("reminders/stop").json["reminders"] is False
    assert own.post("reminders/stop").json == own.get().json


def test_the_customer_is_told_of_a_cancellation_and_not_of_the_move_just_before_it_and_never_by_name_in_a_subject(
    site: Site, branch: TestBranch
) -> None:
    address = f"{branch.id}@example.org"
    own = Own(site, branch, later(9), email=address)
    own.post("move", {"start": later(10)})
    own.post("cancel")
    told = site.arrived(address, 2)
    assert sorted(mail.subject.partition(" ")[2].split()[0] for mail in told) == ["Termin", "Terminanfrage"]
    assert not [mail for mail in told if "Mustermann" in mail.subject]


# --- another address for what was just asked for


def test_another_address_brings_another_link_and_a_receipt(site: Site, branch: TestBranch) -> None:
    wrong, right = new_address(), new_address()
    own = Own(site, branch, later(11), email=wrong)
    site.mail(wrong)
    answer = own.post("address", {"email": f" {right} "})
    assert (answer.status, answer.json["id"], answer.json["start"]) == (200, own.made["id"], own.made["start"])
    assert site.mail(right).subject == site.mail(wrong).subject
    assert own.get().status == 401
    own.token = answer.json["manage_url"].partition("#")[2]
    assert own.get().json["status"] == "proposed"


def test_the_link_of_the_wrong_address_still_says_that_it_was_somebody_else(site: Site, branch: TestBranch) -> None:
    wrong = new_address()
    own = Own(site, branch, later(12), email=wrong)
    [mailed] = re.findall(r"\?disown#([^&\s]+)", site.mail(wrong).text or "")
    own.post("address", {"email": new_address()})
    own.token = mailed
    assert own.get().status == 401
    said = own.post("disown")
    assert (said.status, said.text) == (204, "")
    again = site.request(branch, {"resource": branch.resource, "start": later(13), "last_name": "Meyer", "email": wrong})
    assert (again.status, again.json["code"]) == (429, "too_many_requests")


@pytest.mark.parametrize(("email", "character"), [("jörg@example.org", "ö"), ("erika", None), ("", None)])
def test_another_address_is_checked_as_the_first_one(own: Own, email: str, character: str | None) -> None:
    answer = own.post("address", {"email": email})
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", ["email"])
    assert answer.json.get("characters") == ({"email": character} if character else None)
    assert own.get().status == 200


def test_what_was_answered_keeps_its_address(site: Site, branch: TestBranch, own: Own) -> None:
    own.post("reminders/stop")
    answer = own.post("address", {"email": new_address()})
    assert (answer.status, answer.json["code"]) == (409, "changed_meanwhile")
