"""What the proof of a deployment finds where something is not as it should be."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from urllib.error import URLError

import pytest

from infra.deploy.smoke import Answer, Fetch, findings, why
from tests.race import PATIENCE

SITE, API = "https://termine.example.org", "https://abc.execute-api.eu-central-1.amazonaws.com/api"
ITSELF = "https://d111111abcdef8.cloudfront.net"
OUTPUTS = {"SiteUrl": SITE, "DistributionDomain": "d111111abcdef8.cloudfront.net", "ApiUrl": API}
POLICY = "default-src 'none'; script-src 'self'"
PUBLIC = {"content-type": "text/html; charset=utf-8", "cache-control": "no-cache", "content-security-policy": POLICY}
STAFF = PUBLIC | {"content-security-policy": f"{POLICY}; frame-ancestors 'none'", "x-frame-options": "DENY"}


def refusal(status: int, code: str) -> Answer:
    return Answer(status, {}, f'{{"code": "{code}", "message": "..."}}'.encode())


RIGHT = {
    "/api/v1/health": Answer(200, {}, b'{"status":"ok"}'),
    "/api/v1/access/nobody-knows0this0alias": refusal(404, "unknown_access"),
    "/api/v1/staff/me": refusal(401, "unauthorized"),
    "/api/v1/there-is-no-such-route": refusal(404, "not_found"),
    "/": Answer(200, PUBLIC, b'<link href="/v/1/style.css"><link href="data:,">'),
    "/v/1/style.css": Answer(200, {"cache-control": "public, immutable"}, b""),
    "/manage.html": Answer(200, STAFF, b""),
    "/staff/": Answer(200, STAFF, b""),
    "/staff/index.html": Answer(200, STAFF, b""),
}


def answering(at: str, **changed: Answer) -> Fetch:
    """A stage at this address that answers rightly but for what is changed, by the last part of its path."""
    answers = {f"{at}{path}": changed.get(path.rpartition("/")[2].partition(".")[0], answer) for path, answer in RIGHT.items()}
    answers[f"{API}/v1/health"] = changed.get("direct", Answer(403, {}, b""))

    def fetch(url: str) -> Answer:
        if not url.startswith((at, API)):
            raise OSError("nobody is there")
        return answers.get(url, changed.get("missing", Answer(404, {}, b"")))

    return fetch


def test_where_all_is_right_nothing_is_found() -> None:
    assert findings(OUTPUTS, answering(SITE), patience=0) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"health": Answer(502, {}, b"")}, "/api/v1/health answers 502, not 200"),
        ({"me": Answer(401, {}, b'{"message": "Unauthorized"}')}, "/api/v1/staff/me answers 401 in a shape that is not ours"),
        ({"direct": Answer(200, {}, b"")}, "/v1/health answers 200 to those who pass the CDN by, not 403"),
        ({"manage": Answer(200, PUBLIC, b"")}, "/manage.html can be shown in a frame"),
        ({"style": Answer(200, {}, b"")}, "/v/1/style.css answers 200, cached as None"),
        ({"missing": RIGHT["/"]}, "/there-is-no-such-page answers 200, not 404"),
        ({"index": replace(RIGHT["/staff/"], headers=STAFF | {"cache-control": "max-age=60"})}, "not no-cache"),
    ],
)
def test_what_is_not_as_it_should_be_is_found(changed: dict[str, Answer], found: str) -> None:
    (told,) = findings(OUTPUTS, answering(SITE, **changed), patience=0)
    assert found in told


@pytest.mark.parametrize(
    "changed",
    [
        {"direct": Answer(200, {}, b"")},
        {"health": Answer(403, {}, b'{"code": "forbidden", "message": "This address is not for requests from outside."}')},
        {"manage": Answer(200, PUBLIC, b"")},
    ],
)
def test_what_is_wrong_until_it_is_known_everywhere_is_asked_for_again(changed: dict[str, Answer]) -> None:
    """Each look begins with the health of the API: the first three see a key, a plan or a page that is not there yet."""
    wrong, right, looks = answering(SITE, **changed), answering(SITE), 0

    def fetch(url: str) -> Answer:
        nonlocal looks
        looks += url == f"{SITE}/api/v1/health"
        return (wrong if looks < 4 else right)(url)

    assert findings(OUTPUTS, fetch, patience=PATIENCE, pause=0) == []
    assert looks == 4


def test_what_stays_wrong_is_told_in_the_end() -> None:
    (told,) = findings(OUTPUTS, answering(SITE, health=Answer(502, {}, b"")), patience=0.05, pause=0)
    assert told == "/api/v1/health answers 502, not 200"


def test_a_domain_that_does_not_lead_here_yet_is_told_and_all_else_looked_at() -> None:
    (told,) = findings(OUTPUTS, answering(ITSELF), patience=0)
    reason = "no connection: nobody is there"
    assert told == f"{SITE} does not lead here yet ({reason}): point it to d111111abcdef8.cloudfront.net (CNAME or ALIAS)"


def test_a_site_that_nobody_answers_for_is_told() -> None:
    (told,) = findings(OUTPUTS, answering("https://elsewhere.example.org"), patience=0)
    assert told == f"{SITE} does not answer: no connection: nobody is there"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (URLError(socket.gaierror(socket.EAI_NONAME, "no such name")), "its name is not known (no such name)"),
        (URLError(ConnectionRefusedError(111, "refused")), "no connection: [Errno 111] refused"),
        (URLError(ssl.SSLError(1, "[SSL] handshake failure")), "TLS: [SSL] handshake failure"),
        (URLError(TimeoutError("timed out")), "timed out"),
        (TimeoutError("the read operation timed out"), "timed out"),
    ],
)
def test_why_nobody_answered_is_told(error: OSError, told: str) -> None:
    assert told in why(error)


def test_a_site_that_stops_answering_is_told() -> None:
    def breaking(fetch: Fetch) -> Callable[[str], Answer]:
        def asked(url: str) -> Answer:
            if url.endswith("/manage.html"):
                raise TimeoutError("the read operation timed out")
            return fetch(url)

        return asked

    assert findings(OUTPUTS, breaking(answering(SITE)), patience=0) == [f"{SITE} stopped answering: timed out"]
