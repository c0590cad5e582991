"""What the functions' log tells of what they do: a line of JSON for each request, in the form that Lambda reads."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.app import Response
from chalice.test import Client

from chalicelib.api import logs
from chalicelib.store.tally import DatabaseUse
from infra.local.engine import ROOT
from tests.builders import body
from tests.faults import answered, cancelled
from tests.proofs import proof
from tests.site_of_tests import Site, TestBranch

BOOKING = "/v1/access/{alias}/appointments"


@pytest.fixture
def log(app: Any) -> Iterator[io.StringIO]:
    """What the app's own handler writes, the one that Lambda's log is fed by."""
    [handler] = (each for each in app.log.handlers if type(each) is logging.StreamHandler)  # the others are pytest's
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [each for each in map(json.loads, log.getvalue().splitlines()) if each["message"] == "request"]


def book(app: Any, site: Site, branch: TestBranch) -> Any:
    start = site.slots(branch)["days"][3]["slots"][4]["start"]
    headers = {"Content-Type": "application/json", "Idempotency-Key": "0123456789abcdef"}
    content = json.dumps(body(start, proof=proof(branch.alias))).encode()
    with Client(app) as client:
        return client.http.post(f"/v1/access/{branch.alias}/appointments", headers=headers, body=content)


@pytest.fixture
def own() -> tuple[logging.Logger, io.StringIO]:
    """A logger as a function has it, and what it writes."""
    log, written = logging.Logger("tried"), io.StringIO()
    log.addHandler(logging.StreamHandler(written))
    logs.protect(log)
    return log, written


def test_a_request_is_told_by_its_route_and_names_nobody(site: Site, app: Any, log: io.StringIO) -> None:
    branch = site.branch()
    booked = book(app, site, branch)
    line = lines(log)[-1]
    assert {name: line[name] for name in ("level", "route", "method", "status", "attempts")} == {
        "level": "INFO",
        "route": BOOKING,
        "method": "POST",
        "status": 201,
        "attempts": 1,
    }
    assert not [each for each in (branch.alias, branch.id, booked.json_body["id"]) if each in log.getvalue()]


def test_a_request_tells_how_often_it_tried_to_write(site: Site, app: Any, log: io.StringIO) -> None:
    branch = site.branch()
    with answered("TransactWriteItems", cancelled("None", "None", "None", "None", "TransactionConflict")):
        assert book(app, site, branch).status_code == 201
    assert lines(log)[-1]["attempts"] == 2


def test_a_request_that_only_looks_tells_what_the_database_says_it_took(site: Site, app: Any, log: io.StringIO) -> None:
    branch = site.branch()
    with Client(app) as client:
        client.http.get(f"/v1/access/{branch.alias}/slots?resource={branch.resource}")
    line = lines(log)[-1]
    assert (line["attempts"], line["capacity"] > 0) == (0, True)


def test_an_error_of_ours_is_told_as_the_status_that_leaves(site: Site, app: Any, log: io.StringIO) -> None:
    with Client(app) as client:
        client.http.get("/v1/access/nobody-knows0this0alias")
    assert (lines(log)[-1]["route"], lines(log)[-1]["status"]) == ("/v1/access/{alias}", 404)


def test_only_the_first_request_of_a_process_is_cold(own: tuple[logging.Logger, io.StringIO]) -> None:
    log, written = own
    tell = logs.Requests(log, lambda: DatabaseUse(attempts=0, capacity=0))
    for _ in range(2):
        tell("GET", "/v1/health", lambda: Response(""))
    assert [each["cold"] for each in lines(written)] == [True, False]


@pytest.mark.parametrize(("level", "told"), [(logging.INFO, "INFO"), (logging.WARNING, "WARN"), (logging.ERROR, "ERROR")])
def test_a_line_has_time_and_level_as_lambda_reads_them(own: tuple[logging.Logger, io.StringIO], level: int, told: str) -> None:
    """A line without either counts as INFO there, and the function's level would hide it or not by chance."""
    log, written = own
    log.log(level, "something")
    line = json.loads(written.getvalue())
    assert line["level"] == told
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["timestamp"])


def test_what_libraries_find_while_a_function_starts_is_no_news() -> None:
    """Lambda opens the root logger at the function's level before it imports us; their warnings are heard."""
    start = "import logging; logging.basicConfig(level=logging.INFO); import app; logging.getLogger('library').warning('heard')"
    done = subprocess.run([sys.executable, "-c", start], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == "WARNING:library:heard\n"
