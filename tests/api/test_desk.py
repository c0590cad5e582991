"""The planner's routes over HTTP, as the staff's pages use them."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.settings import Resource
from tests.builders import availability
from tests.builders import body as asked_for
from tests.race import together
from tests.repeated import OFTEN, rounds
from tests.site_of_tests import Answer, Site, TestBranch

BERLIN = ZoneInfo("Europe/Berlin")
TOMORROW = datetime.now(BERLIN).date() + timedelta(days=1)
ROUNDS = rounds(few=25, many=200)


def clock(time_: str, day: date = TOMORROW) -> str:
    """`2026-11-24T09:30:00+01:00`: a wall time in Berlin."""
    return datetime.fromisoformat(f"{day}T{time_}").replace(tzinfo=BERLIN).isoformat()


class Staff:
    """One of the staff of a branch, signed in."""

    def __init__(self, site: Site, branch: TestBranch, groups: tuple[str, ...] = ("staff",)) -> None:
        self._site = site
        self.branch = branch
        self.token = site.token(groups, [branch.id])

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, None, headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self._send("POST", path, json.dumps(body).encode(), headers)

    def put(self, path: str, body: Any) -> Answer:
        return self._send("PUT", path, json.dumps(body).encode())

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None = None) -> Answer:
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | (headers or {})
        return self._site.send(method, f"/api/v1/staff/branches/{self.branch.id}/{path}", body, given)

    def book(self, start: str, **fields: Any) -> Answer:
        given = {"type": "appointment", "resource": "cabin-1", "start": start, "minutes": 30, "title": "Anna Meyer"}
        return self.post("appointments", given | fields, **{"Idempotency-Key": secrets.token_hex(16)})


@pytest.fixture
def staff(site: Site) -> Staff:
    return Staff(site, site.branch())


def request(site: Site, staff: Staff, start: str = "09:30", **fields: Any) -> Any:
    return site.book(staff.branch, clock(start), **fields)


def test_a_request_stands_in_planner_and_inbox_at_once_with_all_that_came_with_it(site: Site, staff: Staff) -> None:
    made = request(
        site, staff, first_name="Erika", phone="+49 171 3920 123", visitor_last_name="Schulz", visitor_first_name="Else"
    )
    [planned] = staff.get(f"planner?from={TOMORROW}&days=1").json["appointments"]
    assert planned | {"id": made["id"], "status": "proposed", "type": "request", "name": "Schulz, Else"} == planned
    assert (planned["start"], planned["resource"]) == (clock("09:30"), "cabin-1")
    [entry] = staff.get("inbox").json["entries"]
    assert (entry["kind"], entry["appointment"]["id"], entry["phone"]) == ("request", made["id"], "+49 171 3920 123")
    detail = staff.get(f"appointments/{made['id']}").json
    assert detail["comment"]["last_name"] == "Mustermann"
    assert detail["may"] == ["confirmed", "declined", "cancelled"]
    assert detail["reachable"] == ["email", "sms", "phone"]
    assert [each["what"] for each in detail["history"]] == ["requested"]


def test_a_no_show_of_tomorrow_is_refused_by_its_code_and_changes_nothing(site: Site, staff: Staff) -> None:
    made = staff.book(clock("09:30")).json["appointments"][0]
    before = staff.get(f"appointments/{made['id']}").json
    for status in ("no_show", "done"):
        refused = staff.post(f"appointments/{made['id']}/status", {"version": 1, "status": status})
        assert (refused.status, refused.json["code"]) == (422, "not_started")
    assert staff.get(f"appointments/{made['id']}").json == before


def test_hours_stand_behind_the_planner_s_days(staff: Staff) -> None:
    hours = staff.get(f"planner?from={TOMORROW}&days=1").json["hours"]
    assert hours == [{"resource": "cabin-1", "start": clock("08:00"), "end": clock("18:00"), "effect": "opens"}]


def test_confirming_writes_to_the_customer_what_was_shown_before(site: Site, staff: Staff) -> None:
    email = f"{secrets.token_hex(6)}@example.org"
    made = request(site, staff, email=email)
    path = f"appointments/{made['id']}"
    shown = staff.post(f"{path}/message", {"what": "confirmed", "channel": "email", "note": "Bis dann!"}).json
    told = {"version": 1, "status": "confirmed", "tell": {"channel": "email", "note": "Bis dann!"}}
    detail = staff.post(f"{path}/status", told).json
    assert (detail["appointment"]["status"], detail["appointment"]["version"]) == ("confirmed", 2)
    mail = site.arrived(email, 2)[0]
    assert (shown["to"], shown["subject"]) == (email, mail.subject)
    assert without_token(shown["text"]) == without_token(mail.text or "")
    inbox = staff.get("inbox").json
    assert (inbox["entries"], inbox["count"], inbox["next"]) == ([], 0, None)


def without_token(text: str) -> list[str]:
    """Its words; what proves the link is not shown to staff."""
    return re.sub(r"#[0-9a-f.]+", "#", text).split()


def test_the_link_of_a_message_that_is_only_shown_opens_nothing(site: Site, staff: Staff) -> None:
    made = request(site, staff)
    shown = staff.post(f"appointments/{made['id']}/message", {"what": "told", "channel": "email"}).json["text"]
    [token] = re.findall(r"manage\.html#(\S+)", shown)
    assert site.get("/api/v1/appointment", **{"Appointment-Token": token}).status == 401


@pytest.mark.race
@pytest.mark.chance
def test_confirming_against_cancelling_has_one_winner_who_writes_to_the_customer_once(site: Site) -> None:
    """Whoever comes second hears so, and finds in the history what happened (R20)."""
    branch = site.branch(availability("00:00-24:00"), notices="none")
    members, done = [Staff(site, branch), Staff(site, branch)], Counter[str]()
    emails = []
    for number in range(ROUNDS):
        email = f"round-{number}-{secrets.token_hex(3)}@example.org"
        start = clock(f"{number % 20:02}:00", TOMORROW + timedelta(days=number // 20))
        path = f"appointments/{site.book(branch, start, email=email)['id']}"

        def act(n: int, path: str = path) -> Answer:
            status = ("confirmed", "cancelled")[n]
            return members[n].post(f"{path}/status", {"version": 1, "status": status, "tell": {"channel": "email"}})

        results = [each for each in together(2, act) if isinstance(each, Answer)]
        assert sorted(each.status for each in results) == [200, 409], [each.text for each in results]
        [winner] = [each.json for each in results if each.status == 200]
        assert [each.json["code"] for each in results if each.status == 409] == ["changed_meanwhile"]
        seen = staff_sees(members[0], path)
        assert seen == winner["appointment"]["status"]
        done[seen] += 1
        emails.append((email, seen))
    print(f"\nconfirming against cancelling over HTTP, {ROUNDS} rounds: {dict(done)}")
    assert min(done["confirmed"], done["cancelled"]) > 0 or not OFTEN
    for email, _ in emails:
        assert len(site.arrived(email, 2)) == 2, "the receipt, and one answer"
    assert sum(len(site.mails(email)) for email, _ in emails) == 2 * ROUNDS


def staff_sees(member: Staff, path: str) -> Any:
    """The state, as the latest line of the history tells it."""
    return member.get(path).json["history"][-1]["what"]


def test_a_move_onto_taken_time_is_refused_and_changes_nothing(site: Site, staff: Staff) -> None:
    first, other = request(site, staff, "09:30"), request(site, staff, "11:00")
    answer = staff.post(f"appointments/{first['id']}/move", {"version": 1, "start": other["start"]})
    assert (answer.status, answer.json["code"]) == (409, "slot_taken")
    moved = staff.post(f"appointments/{first['id']}/move", {"version": 1, "start": clock("10:00"), "end": clock("10:50")}).json
    assert (moved["appointment"]["start"], moved["appointment"]["end"]) == (clock("10:00"), clock("10:50"))
    assert {slot["start"]: slot["state"] for slot in site.slots(staff.branch, f"&from={TOMORROW}&days=1")["days"][0]["slots"]}[
        clock("09:30")
    ] == "free"


def test_a_standby_place_is_told_taken_only_on_request_and_shown_as_one(site: Site) -> None:
    """R36, in a booking and in a move; customers hear of none."""
    cabin = Resource(id="cabin-1", name="Kabine 1", released=True, standby=1)
    staff = Staff(site, site.branch(availability("08:00-18:00"), resources=(cabin,)))
    first, other = request(site, staff, "09:30"), request(site, staff, "11:00")
    [taken] = staff.book(clock("09:30")).json["appointments"]
    [booked] = staff.book(clock("09:30"), standby=True).json["appointments"]
    assert [(each["outcome"], each["standby"]) for each in (taken, booked)] == [("slot_taken", True), ("booked", True)]
    to = {"version": 1, "start": first["start"]}
    assert "standby" not in staff.post(f"appointments/{other['id']}/move", to).json  # it is given away
    to = {"version": 1, "start": other["start"]}
    refused = staff.post(f"appointments/{booked['id']}/move", to)
    assert (refused.status, refused.json["code"], refused.json["standby"]) == (409, "slot_taken", True)
    moved = staff.post(f"appointments/{booked['id']}/move", to | {"standby": True}).json["appointment"]
    assert (moved["start"], moved["standby"]) == (clock("11:00"), True)
    shown = staff.get(f"planner?from={TOMORROW}&days=1").json["appointments"]
    assert [each["id"] for each in shown if each.get("standby")] == [booked["id"]]
    lost = site.request(staff.branch, asked_for(clock("11:00")))
    assert (lost.status, "standby" in lost.json) == (409, False)


def test_staff_book_by_phone_a_series_and_see_its_clashes_first(site: Site, staff: Staff) -> None:
    request(site, staff, "09:30")
    weekly = {"times": 3, "weeks": 1}
    dry = staff.book(clock("09:30"), repeat=weekly, dry=True)
    assert (dry.status, [each["outcome"] for each in dry.json["appointments"]]) == (200, ["slot_taken", "free", "free"])
    booked = staff.book(clock("09:30"), repeat=weekly)
    assert (booked.status, [each["outcome"] for each in booked.json["appointments"]]) == (
        201,
        ["slot_taken", "booked", "booked"],
    )


def test_the_next_free_times_are_told_by_resource(staff: Staff) -> None:
    times = staff.get(f"free?resources=cabin-1&minutes=60&from={TOMORROW}&count=2").json["times"]
    assert [each["start"] for each in times] == [clock("08:00"), clock("08:30")]


def test_somebody_is_ill_and_all_of_the_morning_is_settled_in_one_action(site: Site, staff: Staff) -> None:
    kept, gone = request(site, staff, "09:30"), request(site, staff, "10:30")
    morning = {"resource": "cabin-1", "start": clock("08:00"), "end": clock("12:00")}
    listed = staff.post("closings", morning).json
    assert (listed["closed"], [each["outcome"] for each in listed["appointments"]]) == (False, ["found", "found"])
    answers = [{"do": "keep", "id": kept["id"]}, {"do": "cancel", "id": gone["id"], "version": 1, "tell": {"channel": "email"}}]
    settled = staff.post("closings", morning | {"answers": answers, "name": "krank"}).json
    assert (settled["closed"], [each["outcome"] for each in settled["appointments"]]) == (True, ["kept", "cancelled"])
    offered = staff.get(f"free?resources=cabin-1&minutes=30&from={TOMORROW}&count=1").json["times"]
    assert offered[0]["start"] == clock("12:00")
    week = staff.get(f"planner?from={TOMORROW}&days=1").json
    told = [(each["reason"], each["closing"]) for each in week["hours"] if each["effect"] == "closes"]
    assert told == [("krank", settled["closing"])]
    [closing] = staff.get("closings").json["closings"]
    assert (closing["id"], closing["name"], closing["spans"]) == (
        settled["closing"],
        "krank",
        [{"start": clock("08:00"), "end": clock("12:00")}],
    )
    part = staff.post(f"closings/{closing['id']}/reopen", {"start": clock("09:00")}).json["closings"]
    assert [each["spans"] for each in part] == [[{"start": clock("08:00"), "end": clock("09:00")}]]
    assert "krank" not in json.dumps(site.slots(staff.branch, f"&from={TOMORROW}"))


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("appointments/{id}/status", {"version": 1, "status": "expired"}, "status"),
        ("appointments/{id}/status", {"version": 1, "status": "gone"}, "status"),
        ("appointments/{id}/status", {"status": "confirmed"}, "version"),
        ("appointments/{id}/status", {"version": 1, "status": "confirmed", "tell": {"channel": "pigeon"}}, "tell.channel"),
        ("appointments/{id}/status", {"version": 1, "status": "confirmed", "reason": "a\u0000b"}, "reason"),
        ("appointments/{id}/status", {"version": 1, "status": "confirmed", "customer": "other"}, "customer"),
        ("appointments/{id}/move", {"version": 1, "resource": "other"}, "resource"),
        ("appointments/{id}/move", {"version": 1, "start": "2026-11-24T09:30:00"}, "start"),
        ("appointments/{id}/customer", {"version": 1, "customer": "other"}, "customer"),
        ("appointments/{id}/customer", {"version": 1, "customer": None, "write_to": "customer"}, "write_to"),
        ("appointments/{id}/customer", {"version": 1, "customer": None, "write_to": "everybody"}, "write_to"),
        ("appointments/{id}/status", {"version": 1, "status": "confirmed", "write_to": "customer"}, "write_to"),
        ("appointments/{id}/void-link", {}, "version"),
        ("appointments/{id}/details", {"note": "Notiz"}, "version"),
        ("appointments/{id}/details", {"version": 1, "note": "a\u0000b"}, "note"),
        ("appointments/{id}/details", {"version": 1, "note": "a" * 501}, "note"),
        ("appointments/{id}/details", {"version": 1, "title": "a\nb"}, "title"),
        ("appointments/{id}/details", {"version": 1, "template": "other"}, "template"),
        ("closings", {"resource": "other", "start": clock("08:00"), "end": clock("09:00")}, "resource"),
        ("closings", {"resource": "cabin-1", "start": clock("08:00"), "end": clock("09:00:30")}, "end"),
        ("appointments", {"type": "appointment", "resource": "cabin-1", "start": clock("09:00:30")}, "start"),
        ("appointments/{id}/move", {"version": 1, "start": clock("09:00:30")}, "start"),
        ("appointments/{id}/message", {"what": "moved", "channel": "email", "end": clock("09:00:30")}, "end"),
    ],
)
def test_bad_input_is_refused_by_its_field_and_changes_nothing(
    site: Site, staff: Staff, path: str, body: Any, field: str
) -> None:
    made = request(site, staff)
    before = without_messages(staff, made)
    answer = staff.post(path.replace("{id}", made["id"]), body)
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", [field])
    assert without_messages(staff, made) == before


def without_messages(staff: Staff, made: Any) -> Any:
    """All of an appointment but what is being sent just now."""
    return staff.get(f"appointments/{made['id']}").json | {"messages": None}


def test_what_belongs_to_another_branch_is_not_there(site: Site, staff: Staff) -> None:
    made = request(site, staff)
    stranger = Staff(site, site.branch(), ("staff", "admin"))
    path = f"appointments/{made['id']}"
    asked: list[tuple[str, Any]] = [
        (f"{path}/status", {"version": 1, "status": "confirmed"}),
        (f"{path}/move", {"version": 1, "start": clock("12:00")}),
        (f"{path}/customer", {"version": 1, "customer": None}),
        (f"{path}/tell", {"version": 1, "tell": {"channel": "email"}}),
        (f"{path}/message", {"what": "told", "channel": "email"}),
        (f"{path}/void-link", {"version": 1}),
        (f"{path}/details", {"version": 1, "note": "Notiz"}),
    ]
    for route, body in asked:
        assert (stranger.post(route, body).status, stranger.get(path).status) == (404, 404), route
    stranger.post(f"inbox/request-{made['id']}/done", {})
    stranger.post("closings", {"resource": "cabin-1", "start": clock("09:00"), "end": clock("12:00"), "answers": [
        {"do": "cancel", "id": made["id"], "version": 1}
    ]})  # fmt: skip
    assert staff.get(path).json["appointment"]["status"] == "proposed"
    assert len(staff.get("inbox").json["entries"]) == 1


def test_of_a_match_staff_see_beforehand_who_is_reached_how_and_nothing_is_stored(site: Site, staff: Staff) -> None:
    made = request(site, staff, email="erika@example.org")
    path = f"appointments/{made['id']}"
    customer = staff.post("customers", {"last_name": "Meyer", "phone": "+49 171 3920 123"}).json["id"]
    ways = {to: staff.get(f"{path}?customer={customer}&write_to={to}").json["reachable"] for to in ("requester", "customer")}
    assert ways == {"requester": ["email"], "customer": ["sms", "phone"]}
    choice = {"what": "confirmed", "channel": "sms", "customer": customer, "write_to": "customer"}
    assert staff.post(f"{path}/message", choice).json["to"] == "+491713920123"
    assert staff.get(f"{path}?write_to=everybody").json["fields"] == {"write_to": "is not one of the choices"}
    assert staff.get(f"{path}?customer=nobody").json["fields"] == {"customer": "is not one of the branch's"}
    stored = staff.get(path).json
    assert (stored["customer"], stored["write_to"], stored["appointment"]["version"]) == (None, "requester", 1)


def test_the_link_and_the_mails_of_a_stranger_who_was_matched_tell_nothing_of_the_record(site: Site, staff: Staff) -> None:
    email = f"{secrets.token_hex(6)}@example.org"
    made = request(site, staff, email=email)
    path, note = f"appointments/{made['id']}", "Ihr Rezept liegt bereit"
    record = {"last_name": "Petersen", "first_name": "Greta", "email": "greta@example.org", "phone": "+49 171 3920 199"}
    customer = staff.post("customers", record).json
    to_record = {"version": 1, "status": "confirmed", "customer": customer["id"], "write_to": "customer"}
    staff.post(f"{path}/status", to_record | {"tell": {"channel": "email", "note": note}})
    staff.post(f"{path}/customer", {"version": 2, "customer": customer["id"]})
    edited = record | {"last_name": "Johannsen", "note": "Hausbesuch", "version": customer["version"]}
    assert staff.put(f"customers/{customer['id']}", edited).status == 200
    link = {"Appointment-Token": made["manage_url"].partition("#")[2]}
    seen = [site.get(f"/api/v1/appointment{each}", **link).text for each in ("", "/export", "/calendar.ics")]
    cancelled = site.send("POST", "/api/v1/appointment/cancel", b"", link | {"Content-Type": "application/json"})
    assert cancelled.json["status"] == "cancelled"
    seen += [cancelled.text, *(f"{mail.subject} {mail.text} {mail.html}" for mail in site.arrived(email, 2))]
    told = [word for word in (*record.values(), "Johannsen", "Hausbesuch", note, "matched") for text in seen if word in text]
    assert told == []


def test_a_voided_link_says_how_to_reach_the_practice_and_the_next_mail_brings_a_good_one(site: Site, staff: Staff) -> None:
    email = f"{secrets.token_hex(6)}@example.org"
    made = request(site, staff, email=email)
    path = f"appointments/{made['id']}"
    site.arrived(email, 1)  # a receipt on its way would carry the new link as well
    detail = staff.post(f"{path}/void-link", {"version": 1}).json
    assert [each["what"] for each in detail["history"]] == ["requested", "link_voided"]
    assert detail["history"][-1]["by"] != "customer"
    old = site.get("/api/v1/appointment", **{"Appointment-Token": made["manage_url"].partition("#")[2]})
    assert (old.status, old.json["code"], old.json["contact"]) == (401, "unauthorized", staff.branch.settings.branch.contact)
    staff.post(f"{path}/tell", {"version": 2, "tell": {"channel": "email"}})
    [token] = re.findall(r"manage\.html#(\S+)", site.arrived(email, 2)[0].text or "")
    assert site.get("/api/v1/appointment", **{"Appointment-Token": token}).status == 200


def test_staff_see_that_a_wish_to_be_erased_came_by_a_link_that_proves_nothing(site: Site, staff: Staff) -> None:
    made = request(site, staff)
    customer = staff.post("customers", {"last_name": "Meyer"}).json["id"]
    staff.post(f"appointments/{made['id']}/customer", {"version": 1, "customer": customer})
    link = {"Appointment-Token": made["manage_url"].partition("#")[2], "Content-Type": "application/json"}
    answer = site.send("POST", "/api/v1/appointment/erase", b'{"confirm": true}', link)
    assert answer.json["erasure"] == "done"
    wishes = [each for each in staff.get("inbox").json["entries"] if each["kind"] == "erasure"]
    assert [each["proved"] for each in wishes] == [False]
    assert staff.get(f"customers/{customer}").json["erasure_proved"] is False


def test_an_appointment_needs_a_key_so_that_a_repeat_books_nothing_twice(staff: Staff) -> None:
    body = {"type": "appointment", "resource": "cabin-1", "start": clock("09:30"), "minutes": 30, "title": "Anna"}
    assert staff.post("appointments", body).json["fields"].keys() == {"Idempotency-Key"}
    key = {"Idempotency-Key": secrets.token_hex(16)}
    first = staff.post("appointments", body, **key)
    assert (first.status, staff.post("appointments", body, **key).json) == (201, first.json)
    again = staff.post("appointments", body | {"title": "Bernd"}, **key)
    assert (again.status, again.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "start",
    ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T20:00:00+00:00", "9999-12-31T23:55:00-12:00"],
)
def test_a_time_at_the_ends_of_the_calendar_is_refused_wherever_one_is_asked_for(site: Site, staff: Staff, start: str) -> None:
    path = f"appointments/{request(site, staff)['id']}"
    long = {"type": "blocked", "minutes": 600}
    moved = {"what": "moved", "channel": "email", "start": start}
    year = start[:4]
    answers = {
        "book": staff.book(start),
        "look": staff.book(start, dry=True),
        "series": staff.book(start, repeat={"times": 3}),
        "block": staff.book(start, **long),
        "look at a block": staff.book(start, dry=True, **long),
        "move": staff.post(f"{path}/move", {"version": 1, "start": start}),
        "message": staff.post(f"{path}/message", moved),
        "close": staff.post("closings", {"resource": "cabin-1", "start": start, "end": f"{year}-12-31T23:55:00-12:00"}),
    }
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(answers, 400)
