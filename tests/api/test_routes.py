"""The table of routes: what it says of each route is what its handler takes and gives, and nothing of it is said twice."""

from __future__ import annotations

import inspect
import re
from typing import Any

import msgspec
import pytest
from chalice.app import Chalice

from chalicelib import wiring
from chalicelib.api import dispatch
from chalicelib.api.dispatch import named
from chalicelib.api.http import STATUS, Request, StaffRequest
from chalicelib.api.openapi import codes_of, description
from chalicelib.api.routes import APPOINTMENT_TOKEN, BRANCH, INVITATION_TOKEN, ROUTES, WITH_LINK, Query, Route, days
from tests import described
from tests.api import test_invitations, test_other_branches, test_staff, test_visit
from tests.api.test_customers import Desk
from tests.site_of_tests import Site, TestBranch

by_name = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)


@by_name
def test_a_handler_takes_what_its_route_gives(route: Route) -> None:
    given = {"request", *route.in_path, *(each.parameter for each in route.query if each.type != "unread")}
    given |= {each.into for each in route.headers} | ({"body"} if route.body else set())
    given |= {APPOINTMENT_TOKEN.into} if route.may == WITH_LINK else set()
    parameters = inspect.signature(named(route.handler)).parameters
    assert {name.replace("_", "request") if name == "_" else name for name in parameters} == given
    request = next(iter(parameters.values())).annotation
    assert request == (StaffRequest if isinstance(route.may, tuple) else Request).__name__


@by_name
def test_a_handler_takes_and_gives_the_schemas_of_its_route(route: Route) -> None:
    signature = inspect.signature(named(route.handler))
    if route.body:
        assert signature.parameters["body"].annotation == route.body.rpartition(".")[2]
    gives = {*signature.return_annotation.split(" | ")}
    of_its_own = gives - {"Response", "Json"}
    assert of_its_own <= {route.answer.rpartition(".")[2]}
    assert of_its_own or gives == {"Json"} or "Response" in gives


def test_each_route_has_an_id_of_its_own() -> None:
    assert len({route.name for route in ROUTES}) == len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_app_description_and_matrices_have_as_many_routes_as_the_table(app: Any) -> None:
    served = [method for methods in app.routes.values() for method in methods]
    described: Any = description()["paths"]
    operations = [operation["operationId"] for methods in described.values() for operation in methods.values()]
    assert len(served) == len(ROUTES)
    assert operations == [route.name for route in sorted(ROUTES, key=lambda route: list(described).index(route.path))]
    of_staff = [route for route in ROUTES if isinstance(route.may, tuple)]
    with_link = [route for route in ROUTES if route.may == WITH_LINK]
    assert len(test_staff.MAY) == len(of_staff)
    assert len(test_visit.GETS) + len(test_visit.POSTS) == len(with_link)
    taking_ids = {field.partition(":")[0] for field in (*test_other_branches.ASKED, *test_other_branches.OWN)}
    below = {f"{route.method} {route.path.removeprefix(BRANCH)}" for route in of_staff}
    assert taking_ids <= below


def test_each_code_that_a_route_names_is_one_that_has_a_status() -> None:
    assert {code for route in ROUTES for code in route.refuses} <= STATUS.keys()
    assert {code for route in ROUTES for codes in codes_of(route).values() for code in codes} >= STATUS.keys()


def test_what_booking_needs_is_imported_while_a_function_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: set[str] = set()
    monkeypatch.setattr(dispatch, "import_module", imported.add)
    dispatch.register(Chalice(app_name="tried"), wiring)
    booking = [route for route in ROUTES if route.name in ("list_slots", "request_appointment")]
    modules = {name.partition(".")[0] for route in booking for name in (route.handler, route.body, route.answer) if name}
    assert imported == {f"chalicelib.api.{module}" for module in modules}


def test_days_are_a_number_that_has_a_default_and_a_bound() -> None:
    query = days(7, 31)
    assert (query.name, query.type, query.default, query.least, query.most) == ("days", "number", 7, 1, 31)


NUMBERS = [(route, query) for route in ROUTES for query in route.query if query.type == "number"]


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch()


@pytest.mark.parametrize(("route", "query"), NUMBERS, ids=lambda each: each.name)
def test_the_bounds_of_a_number_are_those_that_hold(site: Site, branch: TestBranch, route: Route, query: Query) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {site.token(['admin'], [branch.id])}"}
    if route.may == WITH_LINK:
        start = site.slots(branch, "&from=" + site.slots(branch)["days"][-1]["date"])["days"][-1]["slots"][-1]["start"]
        headers["Appointment-Token"] = site.book(branch, start)["manage_url"].partition("#")[2].partition("&")[0]
    if INVITATION_TOKEN in route.headers:
        staff = Desk(site, test_invitations.inviting(site), "staff")
        headers["Invitation-Token"] = test_invitations.token_of(test_invitations.invite(staff)[0])
    names = {"branch": branch.id, "alias": branch.alias, "entry": "request-nobody"}
    path = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], route.path)

    def refused(value: int) -> bool:
        own = "" if INVITATION_TOKEN in route.headers else f"resource={branch.resource}&"
        asked = f"/api{path}?{own}resources={branch.resource}&minutes=30&{query.name}={value}"
        answer = site.send(route.method, asked, b"{}" if route.method == "POST" else None, headers)
        return answer.status == 400 and query.name in answer.json["fields"]

    assert [refused(value) for value in (query.least, query.most, query.most + 1)] == [False, False, True]
    assert query.default is None or query.least <= query.default <= query.most


@pytest.mark.parametrize(
    ("status", "media", "text"),
    [
        (418, "application/json", '{"code": "invalid", "message": ""}'),
        (400, "application/json", '{"code": "slot_taken", "message": ""}'),
        (200, "text/html", '{"status": "ok"}'),
        (200, "application/json", '{"status": "fine"}'),
    ],
)
def test_an_answer_that_the_description_does_not_have_is_noticed(status: int, media: str, text: str) -> None:
    with pytest.raises((AssertionError, msgspec.ValidationError)):
        described.hold("GET", "/api/v1/health", status, {"Content-Type": media}, text)
