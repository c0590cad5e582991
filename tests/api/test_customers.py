"""Customers, record and figures over HTTP, by staff who are signed in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.api.routes import MONTH
from tests.site_of_tests import Answer, Site, TestBranch

PERSON = {"last_name": "Meyer", "first_name": "Anna", "email": "Anna@Example.org", "phone": "040 1234567"}


class Desk:
    """Somebody at work in a branch."""

    def __init__(self, site: Site, branch: TestBranch, group: str) -> None:
        self.branch = branch
        self._site = site
        self._token = site.token([group], [branch.id])

    def ask(self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None) -> Answer:
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": self._token}
        return self._site.send(method, f"/api/v1/staff/branches/{self.branch.id}/{path}", content, headers)

    def done(self, method: str, path: str, body: Mapping[str, Any] | None = None, status: int = 200) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status == status, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json

    def create(self, **fields: Any) -> Any:
        return self.done("POST", "customers", PERSON | fields, 201)


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch()


@pytest.fixture(scope="module")
def staff(site: Site, branch: TestBranch) -> Desk:
    return Desk(site, branch, "staff")


@pytest.fixture(scope="module")
def admin(site: Site, branch: TestBranch) -> Desk:
    return Desk(site, branch, "admin")


@pytest.fixture(scope="module")
def elsewhere(site: Site) -> Desk:
    return Desk(site, site.branch(), "staff")


def start(hours: int = 10) -> str:
    """In three days' time, within the opening hours."""
    day = datetime.now(UTC).date() + timedelta(days=3)
    return f"{day}T{hours:02}:00:00+00:00"


def booked(site: Site, branch: TestBranch, hours: int = 10, **fields: Any) -> str:
    identity: str = site.book(branch, start(hours), **fields)["id"]
    return identity


def test_a_customer_is_made_shown_and_changed(staff: Desk) -> None:
    made = staff.create(note="hört links schlecht", in_writing=True)
    assert (made["version"], made["email"], made["in_writing"]) == (1, "Anna@example.org", True)
    changed = staff.done("PUT", f"customers/{made['id']}", PERSON | {"last_name": "Schulz", "version": 1})
    assert (changed["version"], changed["last_name"], changed["note"]) == (2, "Schulz", None)
    assert staff.done("GET", f"customers/{made['id']}") == changed
    assert [(each["what"], each["fields"]) for each in changed["history"]] == [
        ("edited", ["last_name", "in_writing", "note"]),
        ("made", ["last_name", "first_name", "email", "phone", "in_writing", "note"]),
    ]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"last_name": ""}, "last_name"),
        ({"last_name": " \u2800 "}, "last_name"),
        ({"last_name": "a\nb"}, "last_name"),
        ({"last_name": "x" * 101}, "last_name"),
        ({"first_name": "a\u202eb"}, "first_name"),
        ({"email": "anna"}, "email"),
        ({"phone": "1\r2"}, "phone"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "x" * 1001}, "note"),
        ({"language": "fr"}, "language"),
        ({"in_writing": "yes"}, "in_writing"),
        ({"birth_date": "17.5.1950"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"absorbed": []}, "absorbed"),
    ],
)
def test_what_cannot_be_of_a_customer_is_refused_by_its_name(staff: Desk, fields: dict[str, Any], named: str) -> None:
    answer = staff.ask("POST", "customers", PERSON | fields)
    assert (answer.status, list(answer.json["fields"])) == (400, [named])


def test_a_change_needs_the_version_that_was_read(staff: Desk) -> None:
    path = f"customers/{staff.create()['id']}"
    assert staff.ask("PUT", path, PERSON).json["fields"] == {"version": "is required"}
    assert staff.ask("PUT", path, PERSON | {"first_name": "Annika", "version": 2}).json["code"] == "changed_meanwhile"


def test_a_search_finds_customers_appointments_and_requests(site: Site) -> None:
    desk = Desk(site, site.branch(), "staff")
    customer = desk.create(last_name="Huber")
    request = booked(site, desk.branch, last_name="Hubert")
    found = desk.done("POST", "search", {"q": "hube"})
    assert [each["id"] for each in found["customers"]] == [customer["id"]]
    assert [each["id"] for each in found["requests"]] == [request]
    assert found["appointments"] == []
    assert found["customers"][0] == {
        "id": customer["id"], "version": 1, "last_name": "Huber", "first_name": "Anna", "email": "Anna@example.org",
        "email_shown": "Anna@example.org", "phone": "040 1234567", "phone_link": "+49401234567", "in_writing": False,
        "birth_date": None,
    }  # fmt: skip


def test_customers_are_listed_and_told_before_they_are_made_twice(site: Site, elsewhere: Desk) -> None:
    desk = Desk(site, site.branch(), "staff")
    made = desk.create(birth_date="1950-05-17")
    listed = desk.done("POST", "customers/list", {})
    assert ([(each["id"], each["birth_date"]) for each in listed["customers"]], listed["next"]) == (
        [(made["id"], "1950-05-17")],
        None,
    )
    [match] = desk.done("POST", "customers/alike", PERSON)["matches"]
    assert match["customer"]["id"] == made["id"]
    assert elsewhere.done("POST", "customers/alike", PERSON | {"last_name": "Meyers"})["matches"] == []
    assert desk.ask("POST", "customers/list", {"after": "x"}).json["codes"] == {"after": {"code": "page"}}
    assert desk.ask("POST", "customers/alike", {"last_name": ""}).status == 400
    assert desk.done("GET", f"customers/{made['id']}/export")["customer"]["birth_date"] == "1950-05-17"


@pytest.mark.parametrize("body", [{}, {"q": 1}, {"q": "x" * 101}, {"q": "a", "b": 1}])
def test_a_search_that_is_none_is_refused(staff: Desk, body: dict[str, Any]) -> None:
    assert staff.ask("POST", "search", body).status == 400


def test_a_request_is_offered_who_may_be_meant(site: Site) -> None:
    desk = Desk(site, site.branch(), "staff")
    customer = desk.create()
    request = booked(site, desk.branch, last_name="Maier", first_name="Anna", email="anna@example.org")
    [match] = desk.done("GET", f"appointments/{request}/matches")["matches"]
    assert (match["customer"]["id"], match["because"]) == (customer["id"], ["email", "name"])
    assert 0.9 < match["likeness"] <= 1


def test_two_customers_become_one(staff: Desk) -> None:
    kept, gone = staff.create(phone=None), staff.create(last_name="Maier")
    body = {"version": 1, "other": gone["id"], "other_version": 1}
    merged = staff.done("POST", f"customers/{kept['id']}/merge", body)
    assert (merged["id"], merged["version"], merged["phone"]) == (kept["id"], 2, "040 1234567")
    assert staff.done("GET", f"customers/{gone['id']}") == merged


def test_an_admin_erases_a_customer(admin: Desk) -> None:
    customer = admin.create()
    assert admin.done("POST", f"customers/{customer['id']}/erase", {"version": 1}) == {}
    assert admin.ask("GET", f"customers/{customer['id']}").json["code"] == "not_found"


def test_an_export_holds_customer_and_requests_with_their_comments(site: Site) -> None:
    desk = Desk(site, site.branch(), "staff")
    customer = desk.create()
    request = booked(site, desk.branch, message=None)
    desk.done("POST", f"appointments/{request}/customer", {"version": 1, "customer": customer["id"]})
    export = desk.done("GET", f"customers/{customer['id']}/export")
    [kept] = export["requests"]
    assert export["customer"]["id"] == customer["id"]
    assert (kept["id"], kept["comment"]["last_name"], kept["name"]) == (request, "Mustermann", "Meyer, Anna")
    assert [each["what"] for each in kept["history"]] == ["requested", "matched"]
    assert {each["kind"] for each in kept["messages"]} == {"receipt", "notice"}
    assert export["exported_at"]


def test_the_record_tells_whose_it_is_and_nothing_that_stood_in_a_field(site: Site) -> None:
    desk = Desk(site, site.branch(), "staff")
    customer = desk.create()
    booked(site, desk.branch)
    answer = desk.ask("GET", "record")
    lines = answer.json["lines"]
    assert [(each["name"], (each["start"] or "")[:16]) for each in lines] == [
        ("Mustermann", start(11)[:16]),
        ("Meyer, Anna", ""),
    ]
    assert [(each["kind"], each["what"]) for each in lines] == [("appointment", "requested"), ("customer", "made")]
    assert (lines[1]["id"], lines[0]["by"]) == (customer["id"], "customer")
    assert (answer.json["before"], answer.json["since"]) == (None, f"{datetime.now(UTC):%Y-%m}")
    assert not any(secret in answer.text for secret in ("@", "1234567"))
    assert desk.done("GET", "record?kinds=customer&by=schedule")["lines"] == []
    assert [each["kind"] for each in desk.done("GET", "record?kinds=customer,setting")["lines"]] == ["customer"]


def test_the_record_of_a_month_is_a_table(site: Site) -> None:
    desk = Desk(site, site.branch(), "admin")
    desk.create()
    answer = desk.ask("GET", f"record.csv?month={datetime.now(UTC):%Y-%m}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="record-')
    header, line = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert header == ["at", "kind", "id", "what", "by", "fields"]
    assert (line[1], line[3], line[5]) == ("customer", "made", "last_name first_name email phone")


def test_a_month_that_is_left_empty_is_this_month(admin: Desk) -> None:
    empty, absent = (admin.ask("GET", f"record.csv{query}").headers["Content-Disposition"] for query in ("?month=", ""))
    assert empty == absent
    assert [bool(re.fullmatch(MONTH.pattern, month)) for month in ("2026-12", "2026-13")] == [True, False]


@pytest.mark.parametrize(
    "query", ["record?month=x", "record?before=x", "record?by=x", "record?kinds=x", "record.csv?month=2026-13"]
)
def test_what_is_no_place_in_the_record_is_refused(admin: Desk, query: str) -> None:
    assert admin.ask("GET", query).json["code"] == "invalid"


def test_figures_come_by_week_and_resource(site: Site) -> None:
    desk = Desk(site, site.branch(), "staff")
    booked(site, desk.branch)
    weeks = desk.done("GET", f"figures?from={start()[:10]}&weeks=1")["weeks"]
    [body] = weeks
    assert (body["resource"], body["requests"], body["held_minutes"], body["open_minutes"]) == ("cabin-1", 1, 30, 7 * 600)
    assert len(desk.done("GET", "figures")["weeks"]) == 12


@pytest.mark.parametrize("query", ["weeks=0", "weeks=99", "weeks=x", "from=2026-02-30"])
def test_figures_of_no_time_are_refused(staff: Desk, query: str) -> None:
    assert staff.ask("GET", f"figures?{query}").json["code"] == "invalid"


def test_a_customer_of_another_branch_is_not_found_by_any_route(staff: Desk, elsewhere: Desk) -> None:
    identity = f"customers/{staff.create()['id']}"
    for method, path, body in [
        ("GET", identity, None),
        ("GET", f"{identity}/export", None),
        ("PUT", identity, PERSON | {"version": 1}),
        ("POST", f"{identity}/merge", {"version": 1, "other": elsewhere.create()["id"], "other_version": 1}),
    ]:
        answer = elsewhere.ask(method, path, body)
        assert (answer.status, answer.json["code"]) == (404, "not_found"), path


def test_a_customer_of_another_branch_cannot_be_merged_into_one_of_ones_own(staff: Desk, elsewhere: Desk) -> None:
    stranger, own = staff.create(), elsewhere.create()
    body = {"version": 1, "other": stranger["id"], "other_version": 1}
    answer = elsewhere.ask("POST", f"customers/{own['id']}/merge", body)
    assert (answer.status, list(answer.json["fields"])) == (400, ["other"])
    assert staff.done("GET", f"customers/{stranger['id']}") == stranger


def test_a_request_of_another_branch_has_no_matches(site: Site, branch: TestBranch, elsewhere: Desk) -> None:
    request = booked(site, branch)
    assert elsewhere.ask("GET", f"appointments/{request}/matches").json["code"] == "not_found"


@pytest.mark.parametrize("identity", ["x", "x" * 2000, "%23", "CUSTOMER%23x", "%00"])
def test_what_is_nobodys_id_is_not_found(staff: Desk, identity: str) -> None:
    answer = staff.ask("GET", f"customers/{identity}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


# --- customers from another program

FILE = """Nachname;Vorname;Geb.-Datum;E-Mail;Sprache
Meyer;Anna;24.12.1950;anna@example.org;Deutsch
Otto;Udo;;udo@;
Otto;Eva;;;Polnisch
Hub;X
"""


def test_a_file_of_customers_is_read_by_its_headings_and_nothing_is_written(site: Site) -> None:
    admin = Desk(site, site.branch(), "admin")
    read = admin.done("POST", "customers/import/read", {"text": FILE})
    assert [each["column"] for each in read["columns"]] == ["last_name", "first_name", "birth_date", "email", "language"]
    meyer, udo, eva, hub = read["rows"]
    assert meyer == {
        "number": 2,
        "given": {
            "last_name": "Meyer", "first_name": "Anna", "birth_date": "24.12.1950", "email": "anna@example.org",
            "language": "Deutsch",
        },
    }  # fmt: skip
    assert (udo["number"], udo["codes"], eva["codes"]) == (3, {"email": {"code": "email"}}, {"language": {"code": "foreign"}})
    assert hub["codes"] == {"cells": {"code": "cells", "count": 2, "most": 5}}
    other = admin.done("POST", "customers/import/read", {"text": FILE, "columns": ["note", "last_name"]})["rows"][0]
    assert other == {"number": 2, "given": {"last_name": "Anna", "note": "Meyer"}}
    assert admin.done("POST", "customers/list", {})["customers"] == []


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({}, {"last_name": {"code": "required"}}),
        ({"birth_date": "31.2.1950"}, {"birth_date": {"code": "date"}}),
        ({"birth_date": "2999-01-01"}, {"birth_date": {"code": "birth_date", "least": 1900}}),
        ({"last_name": "x" * 101}, {"last_name": {"code": "too_long", "most": 100}}),
        ({"phone": "", "note": "a\x00b"}, {"note": {"code": "control_characters"}}),
        ({"language": "Klingonisch"}, {"language": {"code": "foreign"}}),
    ],
    ids=str,
)  # fmt: skip
def test_a_row_that_cannot_be_a_customer_is_refused_by_its_fields(admin: Desk, row: dict[str, str], codes: Any) -> None:
    rows = [{"last_name": "Meyer"} | row if row else row]
    [found] = admin.done("POST", "customers/import", {"rows": rows})["rows"]
    assert found == {"done": "refused", "codes": codes}


def test_rows_become_customers_once_and_the_record_tells_of_each(site: Site) -> None:
    admin = Desk(site, site.branch(), "admin")
    rows = [{"last_name": "Meyer", "first_name": "Anna", "birth_date": "24.12.1950", "language": "Deutsch"}, {"last_name": ""}]
    sent = {"rows": rows}
    first, again = (admin.done("POST", "customers/import", sent)["rows"] for _ in range(2))
    assert [[each["done"] for each in found] for found in (first, again)] == [["created", "refused"], ["present", "refused"]]
    [listed] = admin.done("POST", "customers/list", {})["customers"]
    made = admin.done("GET", f"customers/{listed['id']}")
    assert (made["birth_date"], made["language"]) == ("1950-12-24", "de")
    [line] = admin.done("GET", "record")["lines"]
    assert (line["kind"], line["what"], line["name"]) == ("customer", "imported", "Meyer, Anna")


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("customers/import", {"rows": []}, "rows"),
        ("customers/import", {"rows": [{"last_name": "A"}] * 26}, "rows"),
        ("customers/import", {"rows": [{"last_name": "A", "version": "1"}]}, "rows[0].version"),
        ("customers/import/read", {"text": ""}, "text"),
        ("customers/import/read", {"text": "x" * (2 * 1024 * 1024 + 1)}, "text"),
        ("customers/import/read", {"text": "Name\nA", "columns": ["in_writing"]}, "columns[0]"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_an_import_beyond_its_bounds_is_refused(admin: Desk, path: str, body: dict[str, Any], named: str) -> None:
    answer = admin.ask("POST", path, body)
    assert (answer.status, list(answer.json["codes"])) == (400, [named])
