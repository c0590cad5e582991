"""The inbox over HTTP: its pages, a wave that is declined, requests that are stopped, and who wants to be called back."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import wiring
from tests.api.test_desk import Staff, clock, request
from tests.proofs import proof
from tests.site_of_tests import Answer, Site

WISH = {"name": "Erika Mustermann", "phone": "040 1234567", "when": "nach 16 Uhr"}


@pytest.fixture
def staff(site: Site) -> Staff:
    return Staff(site, site.branch())


def call_me(site: Site, staff: Staff, body: Any, key: str | None = None) -> Answer:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key or secrets.token_hex(16)}
    body = {"proof": proof(staff.branch.alias)} | body
    return site.send("POST", f"/api/v1/access/{staff.branch.alias}/callbacks", json.dumps(body).encode(), headers)


def wave(**fields: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    span = {"from": (now - timedelta(hours=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    return {"alias": None} | span | fields


def test_the_inbox_comes_in_pages_with_a_count_and_ticking_off_answers_alike(site: Site, staff: Staff) -> None:
    for start in ("09:00", "10:00", "11:00"):
        request(site, staff, start)
    first = staff.get("inbox?limit=2").json
    rest = staff.get(f"inbox?limit=2&after={first['next']}").json
    assert [(len(page["entries"]), page["count"]) for page in (first, rest)] == [(2, 3), (1, 3)]
    assert rest["next"] is None
    left = staff.post(f"inbox/{first['entries'][0]['id']}/done?limit=1", {}).json
    assert (left["entries"], left["count"]) == (first["entries"][1:], 2)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=x"])
def test_a_page_that_cannot_be_is_refused(staff: Staff, query: str) -> None:
    answer = staff.get(f"inbox?{query}")
    assert (answer.status, list(answer.json["fields"])) == (400, [query.partition("=")[0]])


def test_a_wave_is_counted_and_then_declined(site: Site, staff: Staff) -> None:
    made = [request(site, staff, start) for start in ("09:00", "10:00")]
    assert staff.post("requests/decline", wave(dry=True)).json == {"count": 2, "left": 2}
    assert staff.post("requests/decline", wave(alias=staff.branch.alias)).json == {"count": 2, "left": 0}
    shown = [staff.get(f"appointments/{each['id']}").json["appointment"]["status"] for each in made]
    assert (shown, staff.get("inbox").json["count"]) == (["declined"] * 2, 0)


@pytest.mark.parametrize(("wrong", "field"), [({"from": "gestern"}, "from"), ({"alias": 7}, "alias"), ({"more": True}, "more")])
def test_a_wave_that_is_none_is_refused(staff: Staff, wrong: Any, field: str) -> None:
    answer = staff.post("requests/decline", wave(**wrong))
    assert (answer.status, list(answer.json["fields"])) == (400, [field])


def test_staff_stop_online_requests_and_links_of_appointments_go_on(site: Site, staff: Staff) -> None:
    made = request(site, staff)
    assert staff.post("online", {"online": False}).json == {"online": False}
    body = {"resource": "cabin-1", "start": clock("11:00"), "last_name": "Meyer", "email": "meyer@example.org"}
    assert site.request(staff.branch, body).json["code"] == "not_released"
    headers = {"Appointment-Token": made["manage_url"].partition("#")[2], "Content-Type": "application/json"}
    assert site.send("POST", "/api/v1/appointment/cancel", b"{}", headers).status == 200
    assert staff.post("online", {"online": True}).json == {"online": True}
    assert site.request(staff.branch, body).status == 201
    record = staff.get("record").json["lines"]
    assert [each["fields"] for each in record if each["kind"] == "setting"] == [["branch.online"]] * 2


def test_staff_see_how_many_requests_were_turned_away(staff: Staff) -> None:
    assert staff.get("requests/turned-away").json == {"count": 0, "days": []}
    today = datetime.now(UTC).date().isoformat()
    wiring.store().count_turned_away(staff.branch.id, today, 7, datetime.now(UTC))
    assert staff.get("requests/turned-away").json == {"count": 7, "days": [{"date": today, "count": 7}]}


def test_who_wants_to_be_called_waits_in_the_inbox_until_ticked_off(site: Site, staff: Staff) -> None:
    answer = call_me(site, staff, WISH)
    assert (answer.status, list(answer.json)) == (201, ["id"])
    [entry] = staff.get("inbox").json["entries"]
    assert {name: entry[name] for name in WISH} == WISH
    assert (entry["kind"], entry["appointment"], entry["language"], entry["overdue"]) == ("ring", None, "de", False)
    assert staff.post(f"inbox/{entry['id']}/done", {}).json["entries"] == []
    assert staff.post(f"inbox/{entry['id']}/undo", {}).json["entries"] == [entry]


def test_a_wish_that_is_sent_again_is_one_whatever_proof_comes_with_it(site: Site, staff: Staff) -> None:
    key = secrets.token_hex(16)
    first, again = call_me(site, staff, WISH, key), call_me(site, staff, WISH | {"proof": "none"}, key)
    assert (first.status, first.json) == (again.status, again.json)
    assert call_me(site, staff, WISH | {"when": "morgen"}, key).json["code"] == "idempotency_key_reused"
    assert staff.get("inbox").json["count"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " \u3164 "}, "name"),
        ({"name": "Erika\nBcc: x"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"phone": "anrufen"}, "phone"),
        ({"phone": "1234"}, "phone"),
        ({"phone": "0" * 16}, "phone"),
        ({"phone": "040 1234567 www.example.org"}, "phone"),
        ({"phone": "-"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"when": "x" * 201}, "when"),
        ({"when": "he\u202eute"}, "when"),
        ({"language": "fr"}, "language"),
        ({"more": "x"}, "more"),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused_with_the_field_s_name(site: Site, staff: Staff, wrong: Any, field: str) -> None:
    answer = call_me(site, staff, WISH | wrong)
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", [field])
    assert staff.get("inbox").json["count"] == 0


@pytest.mark.parametrize("phone", ["+49 (0)40 / 66969-123", "0171.3920211", "112 33"])
def test_numbers_are_taken_as_people_write_them(site: Site, staff: Staff, phone: str) -> None:
    assert call_me(site, staff, WISH | {"phone": phone}).status == 201


def test_without_a_proof_a_wish_is_refused_and_counted(site: Site, staff: Staff) -> None:
    answer = call_me(site, staff, WISH | {"proof": None})
    assert (answer.status, answer.json["code"]) == (403, "proof_needed")
    assert staff.get("inbox").json["count"] == 0


def test_an_unknown_link_takes_no_wish(site: Site) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    answer = site.send("POST", "/api/v1/access/nothing/callbacks", json.dumps(WISH).encode(), headers)
    assert (answer.status, answer.json["code"]) == (404, "unknown_access")
