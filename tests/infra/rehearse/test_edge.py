"""What CloudFront keeps of the API and of the site, and what never: its cache as the template describes it, before both."""

from __future__ import annotations

import gzip
import importlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.deploy.site import Layout, addresses, layout
from infra.deploy.smoke import lowered
from infra.rehearse.acts import Answer
from infra.rehearse.edge import ERROR_SECONDS, KEPT_ERRORS, Edge
from tests.builders import body
from tests.proofs import proof
from tests.site_of_tests import Site, TestBranch

KEPT = {"/v1/access/{alias}/slots", "/v1/access/{alias}/days"}
JSON = {"Content-Type": "application/json"}
GZIP = {"Accept-Encoding": "gzip, br"}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Origin:
    """The API as it runs here and the site as it lies in the bucket, with what they were asked."""

    def __init__(self, site: Site, files: Layout) -> None:
        self._site, self.files = site, files
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes | None) -> Answer:
        self.asked.append((method, target, headers))
        if target.startswith("/api/"):
            found = self._site.send(method, target, body, headers)
            return Answer(found.status, found.text.encode(), lowered(found.headers.items()))
        key = "index.html" if target == "/" else target.lstrip("/")
        file = next((each for each in self.files.files if each.key == key), None)
        told = {"content-type": file.kind, "cache-control": file.cache} if file else {}
        return Answer(200 if file else 404, file.body if file else b"", told)


@pytest.fixture(scope="module")
def files() -> Layout:
    return layout()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def origin(site: Site, files: Layout) -> Origin:
    return Origin(site, files)


@pytest.fixture
def edge(origin: Origin, clock: Clock) -> Edge:
    return Edge(origin, clock)


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch()


def get(edge: Edge, target: str, **headers: str) -> Answer:
    return edge("GET", target, {name.replace("_", "-"): value for name, value in headers.items()})


def week(branch: TestBranch, query: str = "") -> str:
    return f"/api/v1/access/{branch.alias}/slots?resource={branch.resource}{query}"


def starts(answer: Answer) -> list[tuple[str, str]]:
    return [(slot["start"], slot["state"]) for day in answer.json["days"] for slot in day["slots"]]


def book(edge: Edge, branch: TestBranch, start: str) -> Answer:
    headers = JSON | {"Idempotency-Key": secrets.token_hex(16)}
    content = json.dumps(body(start, proof=proof(branch.alias))).encode()
    return edge("POST", f"/api/v1/access/{branch.alias}/appointments", headers, content)


@pytest.mark.parametrize("kind", ["slots", "days"])
def test_free_times_are_kept_for_three_seconds(edge: Edge, origin: Origin, clock: Clock, branch: TestBranch, kind: str) -> None:
    target = f"/api/v1/access/{branch.alias}/{kind}?resource={branch.resource}"
    seen = []
    for clock.now in (0.0, 2.9, 3.0):
        seen.append(get(edge, target).headers["x-cache"].split()[0])
    assert seen == ["Miss", "Hit", "Miss"]
    assert len(origin.asked) == 2


def test_whoever_has_booked_sees_it_at_once_by_asking_past_the_cache(edge: Edge, site: Site) -> None:
    branch = site.branch()
    start, _ = starts(get(edge, week(branch)))[4]
    assert book(edge, branch, start).status == 201
    assert (start, "free") in starts(get(edge, week(branch)))
    assert (start, "free") not in starts(get(edge, week(branch, f"&fresh={secrets.token_hex(4)}")))


def test_whoever_lost_a_time_is_told_so_and_nobody_else_hears_of_it(edge: Edge, site: Site, origin: Origin) -> None:
    branch = site.branch()
    start, _ = starts(get(edge, week(branch)))[4]
    assert [book(edge, branch, start).status for _ in range(3)] == [201, 409, 409]
    assert [method for method, *_ in origin.asked].count("POST") == 3


@pytest.mark.parametrize("kind", ["slots", "days"])
def test_each_parameter_that_changes_free_times_makes_another_answer(edge: Edge, origin: Origin, site: Site, kind: str) -> None:
    """All that the interface describes, so that nobody gets what somebody else asked for."""
    described = json.loads(site.get("/api/v1/openapi.json").text)["paths"][f"/v1/access/{{alias}}/{kind}"]["get"]["parameters"]
    named = [each["name"] for each in described if each["in"] == "query"]
    branch = site.branch()
    before = f"/api/v1/access/{branch.alias}/{kind}?"
    for value in ("1", "2"):
        for name in named:
            get(edge, f"{before}resource={branch.resource}&{name}={value}")
    assert len(origin.asked) == 2 * len(named) > 8


def test_what_nobody_reads_makes_no_other_answer(edge: Edge, origin: Origin, branch: TestBranch) -> None:
    get(edge, week(branch))
    assert get(edge, week(branch, "&utm_source=newsletter")).headers["x-cache"].startswith("Hit")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/v1/access/nobody-knows0this0alias/slots?resource=cabin-1", 404),
        ("/api/v1/access/{alias}/slots", 400),
        ("/api/v1/access/{alias}/slots?resource=cabin-1&from=yesterday", 400),
        ("/api/v1/access/{alias}/slots?resource=nobody", 404),
        ("/api/v1/there-is-no-such-route", 404),
        ("/there-is-no-such-page", 404),
    ],
)
def test_a_refusal_is_told_to_who_asked_and_kept_for_nobody(
    edge: Edge, origin: Origin, branch: TestBranch, target: str, status: int
) -> None:
    found = [get(edge, target.format(alias=branch.alias)).status for _ in range(2)]
    assert (found, len(origin.asked)) == ([status] * 2, 2)


@pytest.mark.parametrize("status", [*KEPT_ERRORS, 409, 422, 429])
@pytest.mark.parametrize("path", ["/api/v1/access/a/slots", "/api/v1/staff/me", "/manage.html", "/"])
def test_no_error_whatever_its_kind_is_kept(status: int, path: str) -> None:
    """CloudFront keeps most kinds for ten seconds, whatever `no-store` says, unless the distribution says otherwise."""
    edge = Edge(lambda *_: Answer(status, b"", {"cache-control": "no-store"}))
    assert [get(edge, path).headers["x-cache"].split()[0] for _ in range(2)] == ["Miss", "Miss"]


def test_the_cache_would_keep_errors_of_which_the_distribution_says_nothing(clock: Clock) -> None:
    edge = Edge(lambda *_: Answer(503, b"", {"cache-control": "no-store"}), clock)
    edge._distribution["CustomErrorResponses"] = []
    get(edge, "/api/v1/health")
    clock.now = ERROR_SECONDS - 0.1
    assert get(edge, "/api/v1/health").headers["x-cache"].startswith("Hit")


def test_nothing_else_of_the_api_is_kept_of_staff_and_of_customers_links_least_of_all(
    edge: Edge, origin: Origin, site: Site
) -> None:
    branch = site.branch()
    made = site.book(branch, starts(get(edge, week(branch)))[4][0])
    who = {
        "Authorization": f"Bearer {site.token(('admin', 'staff'), (branch.id,))}",
        "Appointment-Token": made["manage_url"].partition("#")[2],
    }
    routes = importlib.import_module("app").app.routes
    given = {"alias": branch.alias, "branch": branch.id, "appointment": made["id"]}
    statuses = []
    for route in sorted(route for route, methods in routes.items() if "GET" in methods and route not in KEPT):
        target = "/api" + re.sub(r"\{(\w+)\}", lambda found: given.get(found[1], "nothing"), route)
        before = len(origin.asked)
        statuses += [edge("GET", target, who).status for _ in range(2)]
        assert len(origin.asked) == before + 2, route
    assert statuses.count(200) > 20


def test_two_of_the_staff_are_never_shown_each_other_s_answer(edge: Edge, site: Site) -> None:
    tokens = [site.token(("staff",), (site.branch().id,)) for _ in range(2)]
    one, other = (get(edge, "/api/v1/staff/me", Authorization=f"Bearer {token}") for token in tokens)
    assert (one.status, other.status) == (200, 200)
    assert one.body != other.body


def test_the_api_hears_what_came_with_a_request_and_the_bucket_nothing(edge: Edge, origin: Origin) -> None:
    for path in ("/api/v1/health?a=b", "/?a=b"):
        get(edge, path, Authorization="Bearer x", Appointment_Token="y", Host="termine.example.org")
    (_, api, told), (_, page, nothing) = origin.asked
    assert (api, told) == ("/api/v1/health?a=b", {"Authorization": "Bearer x", "Appointment-Token": "y"})
    assert (page, nothing) == ("/", {})


def test_no_customer_s_page_makes_the_edge_keep_another_copy(edge: Edge, origin: Origin) -> None:
    for alias in ("one", "other"):
        get(edge, f"/?a={alias}")
    assert len(origin.asked) == 1


@pytest.mark.parametrize(
    ("is_it", "seconds"),
    [
        (lambda key: key.endswith(".html"), 1),  # AWS's policy keeps for a second what says `no-cache`
        (lambda key: key == "embed.js", 3600),
        (lambda key: key.startswith("v/"), 31_536_000),
    ],
    ids=["pages", "embed.js", "what pages load"],
)
def test_files_are_kept_by_their_kind(
    edge: Edge, files: Layout, clock: Clock, is_it: Callable[[str], bool], seconds: int
) -> None:
    keys = [file.key for file in files.files if is_it(file.key)]
    assert keys
    for key in keys:
        clock.now = 0.0
        edge.forget(["/*"])
        seen = []
        for clock.now in (0.0, seconds - 0.5, seconds):
            seen.append(get(edge, f"/{key}").headers["x-cache"].split()[0])
        assert seen == ["Miss", "Hit", "Miss"], key


def test_after_a_deployment_the_edge_has_forgotten_what_kept_its_address(edge: Edge, origin: Origin, files: Layout) -> None:
    """Also where it still might keep it for an hour, or for a second; what has its version in the address is kept."""
    fixed, loaded = [file.key for file in files.fixed], files.versioned[0].key
    for key in ("", *fixed, loaded):
        get(edge, f"/{key}")
    newer = tuple(replace(each, body=b"newer") if each.key in fixed else each for each in files.files)
    origin.files = replace(files, files=newer)
    assert b"newer" not in {get(edge, f"/{key}").body for key in ("", *fixed)}
    edge.forget(addresses(fixed))
    assert {get(edge, f"/{key}").body for key in ("", *fixed)} == {b"newer"}
    assert get(edge, f"/{loaded}").headers["x-cache"].startswith("Hit")


def test_files_leave_the_edge_compressed_for_who_can_read_that(edge: Edge, files: Layout) -> None:
    style = next(file for file in files.files if file.key.endswith("/scripts/index.css"))
    packed, plain = edge("GET", f"/{style.key}", GZIP), get(edge, f"/{style.key}")
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", style.body)
    assert ("content-encoding" in plain.headers, plain.body) == (False, style.body)


@pytest.mark.parametrize("target", ["/api/v1/access/a/slots", "/manage.html", "/staff/index.html", "/"])
def test_what_only_shows_takes_nothing_else_and_asks_nobody(edge: Edge, origin: Origin, target: str) -> None:
    assert edge("POST", target, JSON, b"{}").status == 403
    assert origin.asked == []
