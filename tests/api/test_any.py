"""Whoever is free first, over HTTP on a real engine: list, booking and refusals where any resource will do (R35)."""

from __future__ import annotations

import importlib
import secrets
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.limits import HELD_DAY
from chalicelib.domain.settings import Resource, Template
from tests.api.test_booking import TOMORROW, assert_refused, clock
from tests.builders import availability, body, new_address
from tests.faults import counted
from tests.performance.events import event
from tests.performance.replay import Replay
from tests.site_of_tests import Site, TestBranch
from tests.store.bookings import changed


def practice(site: Site, cabins: int = 2, second: tuple[str, ...] = (), **fields: Any) -> TestBranch:
    """Open 09:00 to 11:00 in some cabins, for a hearing test of half an hour that some people come to."""
    ids = tuple(f"cabin-{number}" for number in range(1, cabins + 1))
    places = [Resource(id=each, name=each.replace("cabin-", "Kabine "), released=True) for each in ids]
    people = [Resource(id=each, name=each, kind="person") for each in second]
    kind = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=ids, second=second)
    hours = availability("09:00-11:00", resources=(*ids, *second))
    return site.branch(hours, resources=(*places, *people), templates=(kind,), **fields)


def any_body(start: str, **fields: Any) -> dict[str, Any]:
    return body(start, resource="any", template="test", email=new_address(), **fields)


def places(site: Site, branch: TestBranch) -> list[tuple[str, str, str]]:
    path = f"/api/v1/access/{branch.alias}/slots?resource=any&template=test&from={TOMORROW}&days=1"
    [day] = site.get(path).json["days"]
    return [(slot["start"][11:16], slot["state"], slot["resource"]) for slot in day["slots"]]


def test_the_list_names_each_resource_and_a_booking_the_one_that_it_came_to(site: Site) -> None:
    branch = practice(site)
    assert places(site, branch) == [(each, "free", "cabin-1") for each in ("09:00", "09:30", "10:00", "10:30")]
    made = [site.request(branch, any_body(clock("09:30"))).json["resource"] for _ in range(2)]
    assert made == ["cabin-1", "cabin-2"]
    assert places(site, branch)[:2] == [("09:00", "free", "cabin-1"), ("09:30", "taken", "cabin-1")]
    glance = site.get(f"/api/v1/access/{branch.alias}/days?resource=any&template=test&from={TOMORROW}&days=1").json
    assert glance["days"] == [{"date": TOMORROW.isoformat(), "free": 3}]


def test_a_repeat_is_told_the_same_also_once_staff_have_moved_it(site: Site) -> None:
    branch, key, wanted = practice(site), secrets.token_hex(16), any_body(clock("09:00"))
    first = site.request(branch, wanted, key)
    stored = wiring.store().appointment(first.json["id"])
    assert stored
    holds = {("cabin-2", day, lane): units for (_, day, lane), units in stored.holds.items()}
    wiring.store().write(changed(stored, replace(stored, version=2, resource="cabin-2", holds=holds)))
    assert site.request(branch, wanted, key).text == first.text
    assert first.json["resource"] == "cabin-1"


def test_where_none_is_free_the_alternatives_name_their_resource(site: Site) -> None:
    branch = practice(site)
    for _ in range(2):
        site.request(branch, any_body(clock("10:00")))
    lost = site.request(branch, any_body(clock("10:00")))
    assert_refused(lost, 409, "slot_taken")
    assert [(each["start"], each["resource"]) for each in lost.json["alternatives"]][:2] == [
        (clock("09:30"), "cabin-1"),
        (clock("10:30"), "cabin-1"),
    ]


@pytest.mark.parametrize("template", [None, "unknown"])
def test_any_resource_is_asked_for_by_a_kind(site: Site, template: str | None) -> None:
    branch = practice(site)
    query = f"&template={template}" if template else ""
    for route in ("slots", "days"):
        assert_refused(site.get(f"/api/v1/access/{branch.alias}/{route}?resource=any{query}"), 400, "invalid", "template")
    assert_refused(site.request(branch, any_body(clock("09:00")) | {"template": template}), 400, "invalid", "template")


def test_a_resource_that_was_called_any_before_is_meant_itself(site: Site) -> None:
    places = (Resource(id="any", name="Any", released=True),)
    branch = site.branch(availability("09:00-10:00", resources=("any",)), resources=places)
    asked = f"/api/v1/access/{branch.alias}/slots?resource=any&from={TOMORROW}&days=1"
    listed = site.get(asked).json["days"][0]["slots"]
    assert listed[0] == {"start": clock("09:00"), "end": clock("09:30"), "state": "free"}


def test_a_day_s_limit_holds_at_each_resource(site: Site) -> None:
    branch = practice(site, most_appointments_a_day=1)
    made = [site.request(branch, any_body(clock(each))) for each in ("09:00", "09:30", "10:00")]
    assert [each.json.get("resource") for each in made[:2]] == ["cabin-1", "cabin-2"]
    assert_refused(made[2], 429, "too_many_requests")


def test_a_second_resource_is_taken_with_whichever_it_is(site: Site) -> None:
    branch = practice(site, second=("anna",))
    made = site.request(branch, any_body(clock("09:00")))
    stored = wiring.store().appointment(made.json["id"])
    assert stored
    assert {resource for resource, _, _ in stored.holds} == {"cabin-1", "anna"}
    assert_refused(site.request(branch, any_body(clock("09:00"))), 409, "slot_taken")


def test_times_held_for_unconfirmed_requests_count_where_they_are(site: Site) -> None:
    """Of four starts a day one may be held so, at each resource; the third request holds none."""
    branch = practice(site)
    stored = []
    for each in ("09:00", "09:30", "10:00"):
        made = site.request(branch, any_body(clock(each), confirm_first=True, proof=None)).json
        stored.append(wiring.store().appointment(made["id"]))
    told = [
        (each.resource, bool(each.holds), [count[1] for count in each.counts if count[0] == HELD_DAY])
        for each in stored
        if each
    ]
    assert told == [("cabin-1", True, ["cabin-1"]), ("cabin-2", True, ["cabin-2"]), ("cabin-1", False, [])]


@pytest.mark.usefixtures("site")
def test_a_week_of_eight_resources_is_one_request(site: Site) -> None:
    app = importlib.import_module("app").app
    branch = practice(site, cabins=8)
    asked = event("GET", "/v1/access/{alias}/slots", {"resource": "any", "template": "test"}, alias=branch.alias)
    with Replay().plugged():
        assert app(asked, None)["statusCode"] == 200
        with counted() as requests:
            assert app(asked, None)["statusCode"] == 200
    assert requests.operations == ["BatchGetItem"]
