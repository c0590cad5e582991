"""Who of the staff looked at whose data is noted, and admins see it (Art. 5, 32 GDPR)."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.api.dispatch import LONGEST_ID
from chalicelib.api.openapi import description
from chalicelib.api.routes import ROUTES, Route
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.record import Reading
from tests.api.test_customers import Desk, booked
from tests.site_of_tests import Site

OF_CUSTOMERS = frozenset(
    {
        "CommentView",
        "CustomerView",
        "ExportView",
        "MatchView",
        "MessagePreview",
        "PersonView",
        "PlannedView",
        "EntryView",
        "NamedLine",
    }
)
"""Schemas that hold a customer's data."""
CHANGES = {
    *("create_customer", "answer_appointment", "move_planned", "edit_details", "match_customer", "tell_customer", "void_link"),
    *("undo_act", "send_now"),
}
"""They leave a line of their own in the record."""


class Practice:
    def __init__(self, site: Site) -> None:
        branch = site.branch()
        self.site, self.admin, self.staff = site, Desk(site, branch, "admin"), Desk(site, branch, "staff")
        self.branch = branch

    def readings(self) -> list[tuple[str, str, str]]:
        """Beside that somebody looked at them."""
        lines = self.admin.done("GET", "readings")["lines"]
        return sorted((each["kind"], each["id"], each["what"]) for each in lines if each["id"] != "readings")


@pytest.fixture
def practice(site: Site) -> Practice:
    return Practice(site)


def test_a_customer_s_record_and_its_export_are_noted(practice: Practice) -> None:
    customer = practice.staff.create()["id"]
    practice.staff.done("GET", f"customers/{customer}")
    practice.staff.done("GET", f"customers/{customer}/export")
    assert practice.readings() == [("customer", customer, "exported"), ("customer", customer, "viewed")]


def test_an_appointment_its_matches_and_a_message_about_it_are_noted(practice: Practice) -> None:
    identity = booked(practice.site, practice.branch)
    practice.staff.done("GET", f"appointments/{identity}")
    practice.staff.done("GET", f"appointments/{identity}/matches")
    practice.staff.done("POST", f"appointments/{identity}/message", {"what": "confirmed", "channel": "email"})
    assert practice.readings() == [("appointment", identity, "compared"), ("appointment", identity, "viewed")]


def test_a_customer_who_is_tried_for_an_appointment_is_noted_too(practice: Practice) -> None:
    identity, customer = booked(practice.site, practice.branch), practice.staff.create()["id"]
    practice.staff.done("GET", f"appointments/{identity}?customer={customer}")
    assert practice.readings() == [("appointment", identity, "viewed"), ("customer", customer, "viewed")]


def test_a_list_of_many_people_is_noted_as_one_entry_of_its_kind(practice: Practice) -> None:
    booked(practice.site, practice.branch)
    practice.staff.done("GET", "planner")
    practice.staff.done("GET", "inbox")
    practice.staff.done("POST", "search", {"q": "muster"})
    practice.staff.done("GET", "messages")
    assert practice.readings() == [("list", each, "viewed") for each in ("inbox", "messages", "planner", "search")]


def test_it_says_who_and_in_which_hour_and_nothing_of_what_stood_there(practice: Practice) -> None:
    customer = practice.staff.create(last_name="Wunderlich")["id"]
    practice.staff.done("GET", f"customers/{customer}")
    answer = practice.admin.ask("GET", "readings")
    (line,) = answer.json["lines"]
    at = datetime.fromisoformat(line["at"])
    assert (at.minute, at.second, line["fields"]) == (0, 0, [])
    assert line["by"]
    assert line["name"] == "Wunderlich, Anna"
    assert "1234567" not in answer.text
    assert "Wunderlich" not in practice.admin.ask("GET", "readings.csv").text


def test_looking_again_in_the_same_hour_adds_nothing(practice: Practice) -> None:
    customer = practice.staff.create()["id"]
    for _ in range(3):
        practice.staff.done("GET", f"customers/{customer}")
    assert len(practice.readings()) == len({*practice.readings()}) == 1


def test_what_is_not_there_is_not_noted(practice: Practice) -> None:
    assert practice.staff.ask("GET", "customers/nobody").status == 404
    assert practice.readings() == []


def test_a_list_that_is_refused_is_not_noted(practice: Practice) -> None:
    assert practice.staff.ask("GET", "planner?from=tomorrow").status == 400
    assert practice.readings() == []


@pytest.mark.parametrize(("length", "noted"), [(LONGEST_ID, [("list", "inbox", "viewed")]), (LONGEST_ID + 1, [])])
def test_an_id_longer_than_any_is_refused_before_anything_is_noted(
    practice: Practice, length: int, noted: list[tuple[str, str, str]]
) -> None:
    practice.staff.ask("POST", f"inbox/{'x' * length}/done", {})
    assert practice.readings() == noted


def test_a_look_is_noted_once(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr(wiring.readings(), "note", lambda branch, reading, identity, by: noted.append(identity))
    practice.staff.done("POST", "search", {"q": "muster"})
    practice.staff.done("GET", "inbox")
    assert noted == ["search", "inbox"]


def test_only_admins_see_who_looked(practice: Practice) -> None:
    assert [practice.staff.ask("GET", path).status for path in ("readings", "readings.csv")] == [403, 403]


def test_another_branch_s_are_not_shown(site: Site, practice: Practice) -> None:
    other = Practice(site)
    other.staff.done("GET", "planner")
    assert practice.readings() == []


def test_they_are_handed_over_as_csv(practice: Practice) -> None:
    customer = practice.staff.create()["id"]
    practice.staff.done("GET", f"customers/{customer}")
    answer = practice.admin.ask("GET", f"readings.csv?month={datetime.now(UTC):%Y-%m}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="readings-{datetime.now(UTC):%Y-%m}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    assert [(each["kind"], each["id"], each["what"]) for each in rows] == [("customer", customer, "viewed")]


def test_a_place_that_no_page_ended_at_is_refused(practice: Practice) -> None:
    for before in ("x", "----", "MjAyNi0xMQ", base64.urlsafe_b64encode(b"2020-01" + b"x" * 2000).decode()):
        assert practice.admin.ask("GET", f"readings?month=2020-01&before={before}").status == 400


def test_whoever_is_shown_a_customer_by_a_change_that_changes_nothing_is_noted_too(practice: Practice) -> None:
    customer = practice.staff.create(last_name="Wunderlich")
    given = {"last_name": "Wunderlich", "version": customer["version"]}
    practice.staff.done("PUT", f"customers/{customer['id']}", given)
    assert ("customer", customer["id"], "viewed") in practice.readings()


def test_a_customer_who_is_tried_at_an_appointment_is_noted(site: Site, practice: Practice) -> None:
    customer = practice.staff.create()["id"]
    start = site.slots(practice.branch)["days"][-1]["slots"][0]["start"]
    booked = site.book(practice.branch, start)["id"]
    practice.staff.done("POST", f"appointments/{booked}/customer", {"version": 1, "customer": customer})
    assert ("customer", customer, "viewed") in practice.readings()


def test_nothing_is_changed_where_the_look_that_comes_with_it_cannot_be_noted(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = practice.admin.done("GET", "settings")["version"]
    monkeypatch.setattr(wiring.readings(), "note", refuse)
    assert practice.admin.ask("PUT", "settings", {"version": version, "availabilities": []}).status == 503
    monkeypatch.undo()
    assert practice.admin.done("GET", "settings")["version"] == version


def test_what_cannot_be_noted_is_not_shown(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = practice.staff.create(last_name="Wunderlich")["id"]
    monkeypatch.setattr(wiring.readings(), "note", refuse)
    answer = practice.staff.ask("GET", f"customers/{customer}")
    assert (answer.status, answer.json["code"]) == (503, "try_again")
    assert "Wunderlich" not in answer.text


def refuse(branch: str, reading: Reading, identity: str, by: str) -> None:
    raise TryAgain


def shown() -> list[Route]:
    """Staff's routes whose answer may hold a customer's data, by what their schemas are made of."""
    schemas: Any = description()["components"]["schemas"]
    return [
        route
        for route in ROUTES
        if isinstance(route.may, tuple)
        and OF_CUSTOMERS & {*_reached(f'"#/components/schemas/{route.answer.rpartition(".")[2]}"', schemas)}
    ]


def _reached(said: str, schemas: Any, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    for name in schemas:
        if f'"#/components/schemas/{name}"' in said and name not in seen:
            yield name
            yield from _reached(json.dumps(schemas[name]), schemas, seen | {name})


@pytest.mark.parametrize("route", shown(), ids=lambda route: route.name)
def test_each_route_that_answers_customers_data_says_whose_or_leaves_a_line_of_its_own(route: Route) -> None:
    assert (route.reads is not None) != (route.name in CHANGES)
