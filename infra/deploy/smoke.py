"""Whether what was deployed answers as it should: a few requests, none of which changes anything."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ALIAS = "nobody-knows0this0alias"
PATIENCE = 120.0
"""Seconds that a new address has to become known, and new keys, plans and stages to be known everywhere."""
PAUSE = 5.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By names in small letters."""
    body: bytes

    @property
    def code(self) -> str:
        """Of an error in our shape."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return ""
        return str(told.get("code", "")) if isinstance(told, dict) and "message" in told else ""


Fetch = Callable[[str], Answer]
"""GETs an address without following redirects. Raises OSError where nobody answers."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def fetch(url: str, headers: Mapping[str, str] | None = None, timeout: float = 30) -> Answer:
    """Over the network."""
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(urllib.request.Request(url, headers=dict(headers or {})), timeout=timeout) as answer:
            return Answer(answer.status, lowered(answer.headers.items()), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, lowered(error.headers.items()), error.read())
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from error


def fetch_from(endpoint: str) -> Fetch:
    """For a local AWS, which serves all addresses of AWS itself and tells them apart by their hosts."""

    def ask(url: str) -> Answer:
        asked = urlsplit(url)
        host = re.sub(r"\.execute-api\..*", ".execute-api.localhost", asked.netloc)
        return fetch(f"{endpoint}{asked.path or '/'}", {"Host": host, "X-Forwarded-Proto": "https"})

    return ask


def lowered(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def findings(outputs: Mapping[str, str], fetch: Fetch = fetch, patience: float = PATIENCE, pause: float = PAUSE) -> list[str]:
    """What is not as it should be, of the stage whose application's stack says `outputs`. What is wrong is asked for again
    until `patience` is over, in seconds: only what is still wrong then is told."""
    deadline = time.monotonic() + patience
    site = outputs["SiteUrl"]
    silence = _silence(site, fetch, deadline, pause)
    if not silence:
        return _looked(site, outputs["ApiUrl"], fetch, deadline, pause)
    by_itself = f"https://{outputs['DistributionDomain']}"
    if by_itself == site or _silence(by_itself, fetch, 0, pause):
        return [f"{site} does not answer: {silence}"]
    other = f"{site} does not lead here yet ({silence}): point it to {outputs['DistributionDomain']} (CNAME or ALIAS)"
    return [other, *_looked(by_itself, outputs["ApiUrl"], fetch, deadline, pause)]


def _silence(site: str, fetch: Fetch, deadline: float, pause: float) -> str:
    """Why nobody answers there; "" if somebody does."""
    while True:
        try:
            fetch(f"{site}/api/v1/health")
        except OSError as error:
            if time.monotonic() >= deadline:
                return why(error)
            time.sleep(pause)
        else:
            return ""


def why(error: OSError) -> str:
    """What stood between us and an answer, for those who have to mend it."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    match reason:
        case socket.gaierror():
            return f"its name is not known ({reason.strerror})"
        case ssl.SSLError():
            return f"TLS: {reason.strerror or reason}"
        case TimeoutError():
            return "timed out"
    return f"no connection: {reason}"


def _looked(site: str, api: str, fetch: Fetch, deadline: float, pause: float) -> list[str]:
    while (found := _look(site, api, fetch)) and time.monotonic() < deadline:
        time.sleep(pause)
    return found


def _look(site: str, api: str, fetch: Fetch) -> list[str]:
    found: list[str] = []
    try:
        found.extend(_looks(site, api, fetch))
    except OSError as error:
        found.append(f"{site} stopped answering: {why(error)}")
    return found


def _looks(site: str, api: str, fetch: Fetch) -> Iterator[str]:
    yield from _api(site, fetch)
    yield from _pages(site, fetch)
    direct = f"{api.rstrip('/')}/v1/health"
    if (status := fetch(direct).status) != 403:
        yield f"{direct} answers {status} to those who pass the CDN by, not 403"


def _api(site: str, fetch: Fetch) -> Iterator[str]:
    health = fetch(f"{site}/api/v1/health")
    if health.status != 200 or b'"ok"' not in health.body:
        yield f"/api/v1/health answers {health.status}, not 200"
    for path, status, code in (
        (f"/api/v1/access/{ALIAS}", 404, "unknown_access"),
        ("/api/v1/staff/me", 401, "unauthorized"),
        ("/api/v1/there-is-no-such-route", 404, "not_found"),
    ):
        answer = fetch(f"{site}{path}")
        if (answer.status, answer.code) != (status, code):
            yield f"{path} answers {answer.status} {answer.code or 'in a shape that is not ours'}, not {status} {code}"


def _pages(site: str, fetch: Fetch) -> Iterator[str]:
    home = fetch(f"{site}/")
    yield from _page("/", home)
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', home.body.decode(errors="replace")):
        loaded = fetch(f"{site}{path}")
        if loaded.status != 200 or "immutable" not in loaded.headers.get("cache-control", ""):
            yield f"{path} answers {loaded.status}, cached as {loaded.headers.get('cache-control')!r}"
    for path in ("/manage.html", "/staff/", "/staff/index.html"):
        page = fetch(f"{site}{path}")
        yield from _page(path, page)
        policy = page.headers.get("content-security-policy", "")
        if "frame-ancestors 'none'" not in policy or page.headers.get("x-frame-options", "").upper() != "DENY":
            yield f"{path} can be shown in a frame"
    if (status := fetch(f"{site}/there-is-no-such-page").status) not in (403, 404):
        yield f"/there-is-no-such-page answers {status}, not 404"


def _page(path: str, page: Answer) -> Iterator[str]:
    if page.status != 200 or not page.headers.get("content-type", "").startswith("text/html"):
        yield f"{path} answers {page.status} as {page.headers.get('content-type')!r}, not as a page"
    if "default-src 'none'" not in page.headers.get("content-security-policy", ""):
        yield f"{path} comes without its content security policy"
    if page.headers.get("cache-control") != "no-cache":
        yield f"{path} is cached as {page.headers.get('cache-control')!r}, not no-cache"
