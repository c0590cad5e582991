"""Instants and days at the edges of what a calendar can tell are refused at every route that takes one; none is a 5xx."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_desk import Staff, clock
from tests.api.test_visit import Own, later
from tests.builders import body
from tests.site_of_tests import Answer, Site, TestBranch

INSTANTS = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1999-12-31T23:55:00Z",
    "3000-01-01T00:05:00Z",
    "9999-12-31T23:55:00Z",
    "9999-12-31T23:55:00-12:00",
]
DAYS = ["0001-01-01", "1999-12-31", "3000-01-01", "9999-12-31"]


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch()


@pytest.fixture(scope="module")
def staff(site: Site, branch: TestBranch) -> Staff:
    return Staff(site, branch)


@pytest.fixture(scope="module")
def own(site: Site, branch: TestBranch) -> Own:
    return Own(site, branch, later(9))


def assert_told(answer: Answer) -> None:
    assert answer.status in (400, 422), answer.text
    assert answer.json["code"] in ("invalid", "too_soon", "too_far"), answer.text


@pytest.mark.parametrize("instant", INSTANTS)
def test_a_customer_cannot_ask_for_it_nor_move_there(site: Site, branch: TestBranch, own: Own, instant: str) -> None:
    assert_told(site.request(branch, body(instant)))
    assert_told(own.post("move", {"start": instant}))


@pytest.mark.parametrize("repeat", [None, {"times": 2}])
@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize("instant", INSTANTS)
def test_staff_cannot_book_it(staff: Staff, instant: str, dry: bool, repeat: Any) -> None:
    assert_told(staff.book(instant, dry=dry, repeat=repeat))
    assert_told(staff.book(instant, dry=dry, type="blocked", minutes=24 * 60))


@pytest.mark.parametrize("instant", INSTANTS)
def test_staff_cannot_move_there_nor_see_a_message_of_it(staff: Staff, own: Own, instant: str) -> None:
    path = f"appointments/{own.made['id']}"
    version = staff.get(path).json["appointment"]["version"]
    assert_told(staff.post(f"{path}/move", {"version": version, "start": instant}))
    assert_told(staff.post(f"{path}/move", {"version": version, "end": instant}))
    assert_told(staff.post(f"{path}/message", {"what": "moved", "channel": "email", "start": instant}))


@pytest.mark.parametrize("instant", INSTANTS)
def test_staff_cannot_close_it(staff: Staff, instant: str) -> None:
    outcomes: list[dict[str, Any]] = [{}, {"answers": []}]
    for answers in outcomes:
        assert_told(staff.post("closings", {"resource": "cabin-1", "start": instant, "end": clock("10:00")} | answers))
        assert_told(staff.post("closings", {"resource": "cabin-1", "start": clock("10:00"), "end": instant} | answers))
        assert_told(staff.post("closings", {"resource": "cabin-1", "start": instant, "end": instant} | answers))


@pytest.mark.parametrize("day", DAYS)
def test_no_list_begins_there(site: Site, branch: TestBranch, staff: Staff, own: Own, day: str) -> None:
    for path in ("slots", "days"):
        assert_told(site.get(f"/api/v1/access/{branch.alias}/{path}?resource=cabin-1&from={day}"))
    assert_told(own.get(f"slots?from={day}"))
    assert_told(staff.get(f"planner?from={day}"))
    assert staff.get(f"figures?from={day}").status in (200, 400)
    assert staff.get(f"free?resources=cabin-1&minutes=30&from={day}").status == 200
