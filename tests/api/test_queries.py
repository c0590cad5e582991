"""The parameters of a query, by their types: how each is read, and how one that does not fit is refused."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

import pytest

from chalicelib.domain.settings import Resource
from tests.api.test_desk import TOMORROW, Staff, clock
from tests.builders import availability
from tests.site_of_tests import Site, TestBranch

CABINS = ("cabin-1", "cabin-2")


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    """Open for an hour a day."""
    cabins = (Resource(id=CABINS[0], name="Kabine 1", released=True), Resource(id=CABINS[1], name="Kabine 2"))
    return site.branch(availability("09:00-10:00", resources=CABINS), resources=cabins)


@pytest.fixture(scope="module")
def staff(site: Site, branch: TestBranch) -> Staff:
    return Staff(site, branch)


def free(staff: Staff, query: str) -> list[tuple[str, str]]:
    """The next free times, each with its resource."""
    answer = staff.get(f"free?minutes=60&from={TOMORROW}&{query}")
    assert answer.status == 200, answer.text
    return [(each["resource"], each["start"]) for each in answer.json["times"]]


@pytest.mark.parametrize(("said", "meant"), [("", {1, 2, 3, 4, 5, 6, 7}), ("weekdays=2,4", {2, 4}), ("weekdays=7", {7})])
def test_days_of_the_week_are_numbers_between_commas_and_all_if_left_out(staff: Staff, said: str, meant: set[int]) -> None:
    times = free(staff, f"resources=cabin-1&count=7&{said}")
    assert {datetime.fromisoformat(start).isoweekday() for _, start in times} == meant


@pytest.mark.parametrize("said", ["0", "8", "1,8", "1,,2", "1;2", "monday"])
def test_another_day_of_the_week_is_refused_by_its_name(staff: Staff, said: str) -> None:
    answer = staff.get(f"free?resources=cabin-1&minutes=60&weekdays={said}")
    assert (answer.status, answer.json["codes"]) == (400, {"weekdays": {"code": "weekdays"}})


def test_a_time_of_day_and_a_moment_bound_the_search(staff: Staff) -> None:
    query = "resources=cabin-1,cabin-2&all=1&count=1"
    assert free(staff, f"{query}&earliest=09:00&latest=10:00") == [(each, clock("09:00")) for each in CABINS]
    [(_, later), _] = free(staff, f"{query}&after={quote(clock('09:00'))}")
    assert later > clock("09:00")


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("earliest", "9:00", "clock"),
        ("earliest", "25:00", "clock"),
        ("latest", "x", "clock"),
        ("after", "2026-11-24", "instant"),
        ("after", "2026-11-24T09:00", "instant"),
        ("after", "soon", "instant"),
    ],
)
def test_another_time_of_day_or_moment_is_refused_by_its_name(staff: Staff, name: str, said: str, code: str) -> None:
    answer = staff.get(f"free?resources=cabin-1&minutes=60&{name}={said}")
    assert (answer.status, answer.json["codes"]) == (400, {name: {"code": code}})


def test_ids_stand_between_commas(staff: Staff) -> None:
    found = {resource for resource, _ in free(staff, "resources=,cabin-1,cabin-2,&all=1&count=4")}
    assert found == set(CABINS)


def test_without_ids_there_is_nothing_to_look_at(staff: Staff) -> None:
    answer = staff.get("free?minutes=60")
    assert (answer.status, answer.json["codes"]) == (400, {"resources": {"code": "not_empty"}})


@pytest.mark.parametrize("said", ["", "all=", "all=0", "all=true"])
def test_only_1_raises_a_flag(staff: Staff, said: str) -> None:
    assert free(staff, "resources=cabin-2&count=1&all=1") == [("cabin-2", clock("09:00"))]
    answer = staff.get(f"free?resources=cabin-2&minutes=60&{said}")
    assert (answer.status, answer.json["codes"]) == (400, {"resources": {"code": "not_released"}})


def test_a_parameter_that_is_needed_is_asked_for_by_its_name(site: Site, branch: TestBranch) -> None:
    answer = site.get(f"/api/v1/access/{branch.alias}/slots")
    assert (answer.status, answer.json["codes"]) == (400, {"resource": {"code": "required"}})
