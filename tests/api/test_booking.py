"""The customers' routes over HTTP, on a real engine: what they answer, and what bad input gets (R17, R18, R22, R24, R25)."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from chalice.test import Client

from chalicelib.api.schemas import AppointmentRequest
from chalicelib.domain.settings import Access, Price, Resource, Template
from chalicelib.store.models import AppointmentItem
from tests.builders import availability, body, new_address
from tests.faults import counted
from tests.proofs import proof
from tests.site_of_tests import Answer, Site, TestBranch, token_of

BERLIN = ZoneInfo("Europe/Berlin")
TOMORROW = datetime.now(BERLIN).date() + timedelta(days=1)


def clock(time: str, day: date = TOMORROW) -> str:
    """`09:30` tomorrow in Berlin, ISO 8601 with offset."""
    return datetime.combine(day, datetime.strptime(time, "%H:%M").time(), BERLIN).isoformat()


def template(**fields: Any) -> Template:
    given = {"id": "test", "name": {"de": "Hörtest", "en": "Hearing test"}, "duration": 45, "resources": ("cabin-1",)}
    return Template(**given | fields)  # type: ignore[arg-type]


def states(site: Site, branch: TestBranch, day: date = TOMORROW, query: str = "") -> dict[str, str]:
    """Clock time -> free or taken, of one day."""
    [listed] = site.slots(branch, f"&from={day}&days=1{query}")["days"]
    assert listed["date"] == day.isoformat()
    return {slot["start"][11:16]: slot["state"] for slot in listed["slots"]}


def assert_refused(answer: Answer, status: int, code: str, *fields: str) -> None:
    """A clear answer: stable code, a sentence, the fields; in JSON that nobody keeps."""
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["message"].endswith(".")
    assert set(answer.json.get("fields", {})) == set(fields)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_access_tells_what_the_page_needs(site: Site) -> None:
    branch = site.branch(
        required=("phone",),
        templates=(template(), template(id="office", shown="staff"), template(id="guests", shown="invited")),
    )
    answer = site.get(f"/api/v1/access/{branch.alias}")
    body = answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    assert body["branch"]["name"] == "Hörakustik Elbufer"
    assert body["resources"] == [{"id": "cabin-1", "name": "Kabine 1", "kind": "place", "templates": ["test"]}]
    assert body["templates"] == [{"id": "test", "name": {"de": "Hörtest", "en": "Hearing test"}, "duration": 45, "early": 0}]
    assert body["required"] == ["last_name", "email", "phone"]
    assert body["languages"] == ["de", "en"]


PAID = template(
    hint={"de": "Mit Auswertung"},
    price=Price(cents=2500, currency="EUR"),
    price_note={"de": "zuzüglich Material"},
    payer="self",
    instructions={"de": "Bitte <b>mitbringen</b>:\n- Karte"},
)


def test_the_access_tells_price_and_payer_at_once_and_instructions_when_they_are_asked_for(site: Site) -> None:
    branch = site.branch(templates=(PAID, template(id="silent", order=1), replace(PAID, id="office", shown="staff")))
    told, silent = site.get(f"/api/v1/access/{branch.alias}").json["templates"]
    assert {name: told[name] for name in told if name not in silent} == {
        "hint": {"de": "Mit Auswertung"},
        "price": {"cents": 2500, "currency": "EUR"},
        "price_note": {"de": "zuzüglich Material"},
        "payer": "self",
        "has_details": True,
    }
    assert site.get(f"/api/v1/access/{branch.alias}/templates/test").json == {"instructions": PAID.instructions}
    assert site.get(f"/api/v1/access/{branch.alias}/templates/silent").json == {}
    for unseen in ("office", "gone"):
        assert_refused(site.get(f"/api/v1/access/{branch.alias}/templates/{unseen}"), 404, "not_found")


def test_the_appointment_s_own_page_tells_price_and_instructions_as_long_as_there_is_the_kind(site: Site) -> None:
    branch = site.branch(templates=(PAID,))
    token = site.book(branch, clock("09:30"), template="test")["manage_url"].partition("#")[2]

    def kind() -> Any:
        return site.get("/api/v1/appointment", **{"Appointment-Token": token}).json["template"]

    assert kind() == {
        "id": "test",
        "name": PAID.name,
        "price": {"cents": 2500, "currency": "EUR"},
        "price_note": {"de": "zuzüglich Material"},
        "payer": "self",
        "instructions": PAID.instructions,
    }
    site.change(replace(branch.settings, templates=(template(),)))
    assert kind() == {"id": "test", "name": PAID.name}
    site.change(replace(branch.settings, templates=()))
    assert kind() is None


def test_resources_that_are_not_released_are_not_told(site: Site) -> None:
    both = (Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2"))
    branch = site.branch(resources=both)
    assert [each["id"] for each in site.get(f"/api/v1/access/{branch.alias}").json["resources"]] == ["cabin-1"]


def test_the_week_lists_every_asked_day_with_the_branch_s_offset(site: Site) -> None:
    week = site.slots(site.branch(), f"&from={TOMORROW}")
    assert week["zone"] == "Europe/Berlin"
    assert week["today"] == (TOMORROW - timedelta(days=1)).isoformat()
    assert [day["date"] for day in week["days"]] == [(TOMORROW + timedelta(days=n)).isoformat() for n in range(7)]
    assert week["days"][0]["slots"][0] == {"start": clock("08:00"), "end": clock("08:30"), "state": "free"}
    assert week["next_free"] is None


def test_list_and_mail_have_the_offset_of_the_pinned_rules(site: Site) -> None:
    """British Columbia stays at UTC-07:00 in the winters from 2026 on, which tables of machines do not know yet."""
    address = f"{secrets.token_hex(4)}@example.org"
    branch = site.branch(availability("09:00-12:00"), zone="America/Vancouver")
    starts = [slot["start"] for day in site.slots(branch, "&days=14")["days"] for slot in day["slots"]]
    assert {start[-6:] for start in starts} == {"-07:00"}
    assert {start[11:16] for start in starts} == {"09:00", "09:30", "10:00", "10:30", "11:00", "11:30"}
    site.book(branch, starts[-1], email=address, phone="+49 170 1234567")
    text = site.mail(address).text or ""
    assert "11:30 bis 12:00 Uhr" in text
    assert "UTC-07:00" in text


def test_slots_may_be_kept_for_seconds_at_the_edge_and_not_in_the_browser(site: Site) -> None:
    branch = site.branch()
    answer = site.get(f"/api/v1/access/{branch.alias}/slots?resource=cabin-1")
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=3"


def test_next_free_is_sought_after_an_empty_range_only(site: Site) -> None:
    monday = TOMORROW + timedelta(days=7 - TOMORROW.weekday())
    branch = site.branch(availability("09:00-10:00", weekdays=frozenset({1})))
    assert site.slots(branch, f"&from={monday + timedelta(days=1)}&days=3")["next_free"] == clock(
        "09:00", monday + timedelta(days=7)
    )
    assert site.slots(branch, f"&from={monday}&days=3")["next_free"] is None


def test_next_free_is_null_where_the_horizon_has_none(site: Site) -> None:
    branch = site.branch(availability("09:00-10:00", valid_until=date(2020, 1, 1)))
    assert site.slots(branch)["next_free"] is None


def test_a_booking_is_answered_and_its_time_is_taken(site: Site) -> None:
    branch = site.branch()
    made = site.book(branch, clock("09:30"))
    assert (made["status"], made["start"], made["end"]) == ("proposed", clock("09:30"), clock("10:00"))
    assert made["manage_url"].startswith(f"{site.url}/manage.html#{made['id']}.")
    assert made["manage_url"].endswith(f"&a={branch.alias}")
    assert states(site, branch)["09:30"] == "taken"
    assert states(site, branch)["10:00"] == "free"


def test_a_start_may_be_told_in_any_offset(site: Site) -> None:
    branch = site.branch()
    made = site.book(branch, datetime.fromisoformat(clock("09:30")).astimezone(ZoneInfo("UTC")).isoformat())
    assert made["start"] == clock("09:30")


def test_a_template_gives_the_length_and_the_state_that_it_starts_in(site: Site) -> None:
    branch = site.branch(templates=(template(starts_as="confirmed"),))
    made = site.book(branch, clock("09:30"), template="test")
    assert (made["status"], made["end"]) == ("confirmed", clock("10:15"))


def test_a_slot_that_is_gone_is_a_409_with_the_nearest_free_times(site: Site) -> None:
    branch = site.branch()
    site.book(branch, clock("09:30"))
    answer = site.request(branch, body(clock("09:30")))
    assert (answer.status, answer.json["code"]) == (409, "slot_taken")
    assert [each["start"] for each in answer.json["alternatives"]] == [
        clock(at) for at in ("09:00", "10:00", "08:30", "10:30", "08:00")
    ]


def test_where_the_day_is_full_the_alternatives_are_on_other_days(site: Site) -> None:
    branch = site.branch(availability("09:00-10:00", step=60))
    site.book(branch, clock("09:00"))
    answer = site.request(branch, body(clock("09:00")))
    days = [each["start"][:10] for each in answer.json["alternatives"]]
    assert len(days) == 5
    assert (TOMORROW + timedelta(days=1)).isoformat() in days


def test_a_repeated_request_gets_the_first_answer_and_takes_nothing_twice(site: Site) -> None:
    branch, key = site.branch(), secrets.token_hex(16)
    first = site.request(branch, body(clock("09:30")), key)
    second = site.request(branch, body(clock("09:30")), key)
    assert (first.status, second.status) == (201, 201)
    assert first.json == second.json
    assert list(states(site, branch).values()).count("taken") == 1


def test_a_repeated_request_gets_the_first_answer_also_when_booking_is_off_by_now(site: Site) -> None:
    branch, key = site.branch(), secrets.token_hex(16)
    first = site.request(branch, body(clock("09:30")), key)
    site.change(replace(branch.settings, branch=replace(branch.settings.branch, online=False)))
    assert site.request(branch, body(clock("09:30")), key).json == first.json


def test_a_repeated_request_gets_the_first_answer_whatever_became_of_the_appointment(site: Site) -> None:
    branch, key = site.branch(), secrets.token_hex(16)
    first = site.request(branch, body(clock("09:30")), key)
    item = AppointmentItem(f"APPOINTMENT#{first.json['id']}", "APPOINTMENT")
    item.update([AppointmentItem.status.set("confirmed"), AppointmentItem.start.set("2030-01-01T08:00Z")])
    assert site.request(branch, body(clock("09:30")), key).json == first.json


def test_the_same_key_with_another_body_is_refused(site: Site) -> None:
    branch, key = site.branch(), secrets.token_hex(16)
    site.request(branch, body(clock("09:30")), key)
    answer = site.request(branch, body(clock("11:00")), key)
    assert_refused(answer, 422, "idempotency_key_reused")
    assert states(site, branch)["11:00"] == "free"


def test_after_a_409_a_new_key_gets_another_time(site: Site) -> None:
    branch = site.branch()
    site.book(branch, clock("09:30"))
    lost = site.request(branch, body(clock("09:30")))
    assert site.request(branch, body(lost.json["alternatives"][0]["start"])).status == 201


@pytest.mark.parametrize("key", ["", "too-short", "k" * 65, "with space 123456"])
def test_a_key_that_is_none_is_refused(site: Site, key: str) -> None:
    branch = site.branch()
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    path = f"/api/v1/access/{branch.alias}/appointments"
    assert_refused(site.send("POST", path, b"{}", headers), 400, "invalid", "resource")
    content = json.dumps(body(clock("09:30"))).encode()
    assert_refused(site.send("POST", path, content, headers), 400, "invalid", "Idempotency-Key")


@pytest.mark.parametrize(
    ("start", "status", "code"),
    [
        (clock("09:40"), 422, "outside_availability"),
        (clock("09:30").replace(":00+", ":30+"), 422, "outside_availability"),
        (clock("19:00"), 422, "outside_availability"),
        (clock("09:30", date(2020, 1, 1)), 422, "too_soon"),
        (clock("09:30", TOMORROW + timedelta(days=61)), 422, "too_far"),
        ("9999-12-31T23:59:00+00:00", 422, "too_far"),
        ("0001-01-01T00:00:00+00:00", 422, "too_soon"),
    ],
)
def test_a_time_that_is_not_offered_is_refused_for_its_reason(site: Site, start: str, status: int, code: str) -> None:
    branch = site.branch()
    assert_refused(site.request(branch, body(start)), status, code)
    assert "taken" not in states(site, branch).values()


def test_inside_the_lead_time_it_is_too_soon(site: Site) -> None:
    branch = site.branch(lead_hours=72)
    assert_refused(site.request(branch, body(clock("09:30"))), 422, "too_soon")


def test_a_kind_s_own_rules_hold_instead_of_the_branch_s(site: Site) -> None:
    """R38: sooner and further than the branch's; on its full day it has no start, and other kinds have theirs."""
    kind = template(lead_hours=0, horizon_days=90, most_a_day=1)
    other = template(id="other", order=1, lead_hours=0, most_a_day=0)
    branch = site.branch(templates=(kind, other), lead_hours=72, horizon_days=30, most_appointments_a_day=1)
    shown = site.get(f"/api/v1/access/{branch.alias}").json
    assert (shown["horizon_days"], [each.get("horizon_days") for each in shown["templates"]]) == (30, [90, None])
    assert states(site, branch, TOMORROW + timedelta(days=80), "&template=test")
    assert site.request(branch, body(clock("09:30"), template="test")).status == 201
    assert states(site, branch, TOMORROW, "&template=test") == states(site, branch, TOMORROW, "&template=other") == {}
    for wanted in ("test", "other"):
        assert_refused(site.request(branch, body(clock("14:00"), template=wanted)), 422, "outside_availability")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"start": "tomorrow"}, "start"),
        ({"start": "2026-11-24T09:30:00"}, "start"),
        ({"start": 5}, "start"),
        ({"email": "erika"}, "email"),
        ({"email": "erika@example.org\r\nBcc: all@example.org"}, "email"),
        ({"email": "a@b@example.org"}, "email"),
        ({"email": "ä" * 250 + "@example.org"}, "email"),
        ({"last_name": ""}, "last_name"),
        ({"last_name": "  "}, "last_name"),
        ({"last_name": "Muster\r\nBcc: all@example.org"}, "last_name"),
        ({"last_name": "Muster\x00mann"}, "last_name"),
        ({"last_name": "Muster\u2028mann"}, "last_name"),
        ({"first_name": "\u202egnp.txt"}, "first_name"),
        ({"last_name": "M" * 61}, "last_name"),
        ({"last_name": None}, "last_name"),
        ({"phone": "040\n123456"}, "phone"),
        ({"channel": "pigeon"}, "channel"),
        ({"language": "fr"}, "language"),
        ({"message": "Ich höre schlecht"}, "message"),
        ({"nickname": "Eri"}, "nickname"),
        ({"template": "unknown"}, "template"),
        ({"in_writing": "yes"}, "in_writing"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_taken(site: Site, fields: dict[str, Any], wrong: str) -> None:
    branch = site.branch()
    assert_refused(site.request(branch, body(clock("09:30")) | fields), 400, "invalid", wrong)
    assert states(site, branch)["09:30"] == "free"


def test_every_wrong_field_is_named_at_once(site: Site) -> None:
    branch = site.branch()
    answer = site.request(branch, body(clock("09:30"), email="no", first_name="a\nb", last_name=" "))
    assert_refused(answer, 400, "invalid", "email", "first_name", "last_name")


@pytest.mark.parametrize("missing", ["resource", "start", "last_name", "email"])
def test_a_missing_field_is_named(site: Site, missing: str) -> None:
    branch = site.branch()
    content = body(clock("09:30"))
    del content[missing]
    assert_refused(site.request(branch, content), 400, "invalid", missing)


def test_what_the_branch_requires_must_be_given(site: Site) -> None:
    branch = site.branch(required=("first_name", "phone"))
    assert_refused(site.request(branch, body(clock("09:30"))), 400, "invalid", "first_name", "phone")
    assert site.request(branch, body(clock("09:30"), first_name="Erika", phone="+49 40 66969 123")).status == 201


def test_a_message_of_several_lines_is_taken_where_the_branch_wants_it(site: Site) -> None:
    branch = site.branch(message_field=True)
    assert site.request(branch, body(clock("09:30"), message="Bitte klingeln.\r\nIch komme zu Fuß.")).status == 201


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"resource": "\xff"}', b'{"resource": "\\ud800"}']
)
def test_a_body_that_is_no_json_object_is_refused(site: Site, content: bytes) -> None:
    branch = site.branch()
    answer = site.request(branch, content)
    assert (answer.status, answer.json["code"]) == (400, "invalid")


def test_a_name_of_100_kb_is_refused(site: Site) -> None:
    branch = site.branch()
    assert_refused(site.request(branch, body(clock("09:30"), last_name="M" * 100_000)), 413, "too_large")


def test_a_body_of_another_type_is_refused(site: Site) -> None:
    branch = site.branch()
    headers = {"Content-Type": "text/plain", "Idempotency-Key": "k" * 20}
    answer = site.send("POST", f"/api/v1/access/{branch.alias}/appointments", b"{}", headers)
    assert_refused(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("alias", ["nowhere-showroom", "nothing", "-", "elbe-other", "%20", "a" * 300, "a" * 3000 + "-x"])
def test_an_alias_that_does_not_exist_is_refused(site: Site, alias: str) -> None:
    assert_refused(site.get(f"/api/v1/access/{alias}"), 404, "unknown_access")
    assert_refused(site.get(f"/api/v1/access/{alias}/slots?resource=cabin-1"), 404, "unknown_access")


def test_the_alias_of_another_branch_opens_only_that_one(site: Site) -> None:
    branch = site.branch()
    site.change(replace(branch.settings, accesses=(Access(alias=f"{branch.id}-new"),)))
    assert_refused(site.get(f"/api/v1/access/{branch.alias}"), 404, "unknown_access")


def test_a_resource_that_is_not_released_tells_how_to_reach_the_practice(site: Site) -> None:
    branch = site.branch(resources=(Resource(id="cabin-1", name="Kabine 1"),))
    for answer in (
        site.get(f"/api/v1/access/{branch.alias}/slots?resource=cabin-1"),
        site.request(branch, body(clock("09:30"))),
    ):
        assert_refused(answer, 404, "not_released")
        assert answer.json["contact"]["phone"] == "+49 40 66969 123"


def test_a_resource_that_does_not_exist_is_not_found(site: Site) -> None:
    branch = site.branch()
    assert_refused(site.get(f"/api/v1/access/{branch.alias}/slots?resource=cabin-9"), 404, "not_found")


def test_where_booking_is_off_the_practice_s_contact_is_told(site: Site) -> None:
    branch = site.branch(online=False)
    answer = site.get(f"/api/v1/access/{branch.alias}")
    assert_refused(answer, 404, "not_released")
    assert answer.json["contact"]["email"] == branch.settings.branch.email


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "resource"),
        ("?resource=cabin-1&from=tomorrow", "from"),
        ("?resource=cabin-1&from=2026-02-30", "from"),
        ("?resource=cabin-1&from=9999-12-31", "from"),
        ("?resource=cabin-1&from=0001-01-01", "from"),
        ("?resource=cabin-1&days=0", "days"),
        ("?resource=cabin-1&days=32", "days"),
        ("?resource=cabin-1&days=many", "days"),
        ("?resource=cabin-1&days=-1", "days"),
        ("?resource=cabin-1&template=unknown", "template"),
    ],
)
def test_a_wrong_question_for_slots_names_the_field(site: Site, query: str, field: str) -> None:
    branch = site.branch()
    assert_refused(site.get(f"/api/v1/access/{branch.alias}/slots{query}"), 400, "invalid", field)


def test_who_books_must_name_a_template_where_the_resource_shows_any(site: Site) -> None:
    branch = site.branch(templates=(template(),))
    assert_refused(site.request(branch, body(clock("09:30"))), 400, "invalid", "template")
    assert "taken" not in states(site, branch).values()


def test_who_looks_without_a_template_sees_the_first_one_s_times(site: Site) -> None:
    branch = site.branch(templates=(template(id="long", duration=60, order=2), template(id="short", duration=20, order=1)))
    [day] = site.slots(branch, f"&from={TOMORROW}&days=1")["days"]
    assert (day["slots"][0]["start"], day["slots"][0]["end"]) == (clock("08:00"), clock("08:20"))


def test_a_minimum_step_sells_what_a_booking_cut_off(site: Site) -> None:
    branch = site.branch(availability("09:00-12:00", step=30, minimum_step=15), templates=(template(),))
    site.book(branch, clock("09:00"), template="test")
    free = [at for at, state in states(site, branch, query="&template=test").items() if state == "free"]
    assert free == ["09:45", "10:15", "10:45", "11:15"]
    assert site.book(branch, clock("09:45"), template="test")["start"] == clock("09:45")


def test_of_two_lengths_at_one_start_the_longest_that_is_free_is_taken(site: Site) -> None:
    branch = site.branch(availability("09:00-10:00", step=30), availability("09:00-10:00", step=60))
    site.book(branch, clock("09:30"))
    assert site.book(branch, clock("09:00"))["end"] == clock("09:30")


def test_the_customer_s_token_opens_the_appointment(site: Site) -> None:
    branch = site.branch()
    made = site.book(branch, clock("09:30"))
    answer = site.get("/api/v1/appointment", **{"Appointment-Token": made["manage_url"].partition("#")[2]})
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json
    assert {name: body[name] for name in ("id", "status", "start", "end")} == {
        name: made[name] for name in ("id", "status", "start", "end")
    }
    assert (body["resource"]["name"], body["branch"]["phone"]) == ("Kabine 1", "+49 40 66969 123")
    assert body["booking_url"] == f"{site.url}/?a={branch.alias}&r=cabin-1"
    assert "Mustermann" not in answer.text


def test_the_token_works_after_booking_is_switched_off(site: Site) -> None:
    """Links in mails only show, and go on showing (R27)."""
    branch = site.branch()
    token = site.book(branch, clock("09:30"))["manage_url"].partition("#")[2]
    site.change(replace(branch.settings, branch=replace(branch.settings.branch, online=False)))
    assert site.get("/api/v1/appointment", **{"Appointment-Token": token}).status == 200


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 32 + "." + "0" * 43, ".", "a" * 3000])
def test_a_token_that_was_not_made_here_opens_nothing(site: Site, token: str) -> None:
    for path in ("/api/v1/appointment", "/api/v1/appointment/calendar.ics"):
        assert_refused(site.get(path, **{"Appointment-Token": token}), 401, "unauthorized")


def test_a_token_with_one_wrong_letter_opens_nothing(site: Site) -> None:
    token = token_of(site.book(site.branch(), clock("09:30"))["manage_url"])
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert_refused(site.get("/api/v1/appointment", **{"Appointment-Token": wrong}), 401, "unauthorized")


def test_a_revoked_token_opens_nothing(site: Site) -> None:
    made = site.book(site.branch(), clock("09:30"))
    AppointmentItem(f"APPOINTMENT#{made['id']}", "APPOINTMENT").update([AppointmentItem.token_version.add(1)])
    token = made["manage_url"].partition("#")[2]
    assert_refused(site.get("/api/v1/appointment", **{"Appointment-Token": token}), 401, "unauthorized")


def test_the_calendar_file_is_one_tentative_event_without_attendee(site: Site) -> None:
    from icalendar import Calendar

    made = site.book(site.branch(), clock("09:30"))
    answer = site.get("/api/v1/appointment/calendar.ics", **{"Appointment-Token": made["manage_url"].partition("#")[2]})
    assert answer.headers["Content-Type"].startswith("text/calendar")
    [event] = Calendar.from_ical(answer.text).walk("VEVENT")
    assert (str(event["summary"]), str(event["status"])) == ("Angefragt: Termin bei Hörakustik Elbufer", "TENTATIVE")
    assert event.decoded("dtstart") == datetime.fromisoformat(clock("09:30"))
    assert "attendee" not in event
    assert "Mustermann" not in answer.text


def post(client: Client, path: str, content: dict[str, Any]) -> Any:
    """Posts in this thread, so that what it costs can be counted."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    proved = content | {"proof": proof(path.rpartition("/")[2])}
    return client.http.post(f"{path}/appointments", headers=headers, body=json.dumps(proved).encode())


def test_a_week_costs_two_database_requests_cold_and_one_warm(site: Site, app: Any) -> None:
    path = f"/v1/access/{site.branch().alias}/slots?resource=cabin-1"
    with Client(app) as client, counted() as requests:
        client.http.get(path)
        cold = list(requests.operations)
        client.http.get(path)
    assert cold == ["Query", "Query"]
    assert requests.operations == [*cold, "Query"]


def test_a_booking_costs_one_transaction_and_one_look_at_the_address_before(site: Site, app: Any) -> None:
    path = f"/v1/access/{site.branch().alias}"
    with Client(app) as client:
        client.http.get(path)
        with counted() as requests:
            answer = post(client, path, body(clock("09:30"), email=new_address()))
    assert answer.status_code == 201
    assert requests.operations == ["BatchGetItem", "TransactWriteItems"]


def test_a_booking_that_is_lost_costs_no_more_than_one_that_is_won(site: Site, app: Any) -> None:
    path = f"/v1/access/{site.branch().alias}"
    with Client(app) as client:
        post(client, path, body(clock("09:30"), email=new_address()))
        with counted() as requests:
            answer = post(client, path, body(clock("09:30"), email=new_address()))
    assert answer.status_code == 409
    assert requests.operations == ["BatchGetItem", "TransactWriteItems"]


def test_with_a_minimum_step_a_booking_costs_one_read_more(site: Site, app: Any) -> None:
    path = f"/v1/access/{site.branch(availability('08:00-18:00', minimum_step=15)).alias}"
    with Client(app) as client:
        client.http.get(path)
        with counted() as requests:
            post(client, path, body(clock("09:30"), email=new_address()))
    assert requests.operations == ["BatchGetItem", "Query", "TransactWriteItems"]


def test_the_service_says_that_it_is_well(site: Site) -> None:
    assert site.get("/api/v1/health").json == {"status": "ok"}


def test_an_unknown_route_and_a_wrong_method_are_refused_in_our_words(site: Site) -> None:
    assert_refused(site.get("/api/v1/nothing"), 404, "not_found")
    assert_refused(site.send("DELETE", "/api/v1/health"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/health", "GET"),
        ("PATCH", "/api/v1/access/somebody-x/appointments", "POST"),
        ("OPTIONS", "/api/v1/appointment/cancel", "POST"),
        ("DELETE", "/api/v1/staff/branches/elbe/settings", "GET, PUT"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_told_those_that_it_does(
    site: Site, method: str, path: str, allowed: str
) -> None:
    answer = site.send(method, path)
    assert_refused(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed


def test_the_description_names_every_route_and_no_other(site: Site, app: Any) -> None:
    described = site.get("/api/v1/openapi.json").json
    told = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    assert told == {(path, method) for path, methods in app.routes.items() for method in methods}
    assert described["components"]["schemas"]["AppointmentRequest"]["additionalProperties"] is False


def test_the_description_describes_every_body_that_it_names(site: Site) -> None:
    description = site.get("/api/v1/openapi.json")
    named = set(re.findall(r"#/components/schemas/(\w+)", description.text))
    assert named <= description.json["components"]["schemas"].keys()


ASKED = (
    b'{"resource":"cabin-1","template":"hearing-test","start":"2026-12-01T09:00:00+01:00","last_name":"Jansen",'
    b'"first_name":"Ada","email":"ada@example.org","phone":"040 66969 123","message":"Hallo","visitor_first_name":"Else",'
    b'"visitor_last_name":"Meyer","channel":"email","in_writing":true,"language":"de","remind":true,"notice_version":"2"}'
)


def test_the_fields_of_a_request_keep_their_order_by_which_a_repeated_one_is_known() -> None:
    """What was asked is stored as its hash (R22)."""
    assert msgspec.json.encode(msgspec.json.decode(ASKED, type=AppointmentRequest)) == ASKED
