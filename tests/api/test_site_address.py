"""Where the environment does not say where the pages are, the table does: the deployment writes it there when it knows it."""

from __future__ import annotations

import importlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.local import LambdaContext

from chalicelib import wiring
from chalicelib.api import logs
from chalicelib.store import keys
from chalicelib.store.deployment import Deployment
from chalicelib.store.models import SiteItem
from infra.local.loop import scheduled_event
from tests.builders import body, new_address
from tests.faults import counted
from tests.proofs import proof
from tests.site_of_tests import Site, TestBranch

ADDRESS = "https://d111111abcdef8.cloudfront.net"
DAY = (datetime.now(UTC) + timedelta(days=1)).date()


def forget() -> None:
    """As a function that starts, but for the store: what sends mails meanwhile would bind the table anew, and its requests
    would go by another client than the one that is counted."""
    for built in vars(wiring).values():
        if hasattr(built, "cache_clear") and built is not wiring.store:
            built.cache_clear()


def unsay() -> None:
    """The table says nothing any more, and neither does what a mail of another booking may have asked for just now."""
    SiteItem(keys.DEPLOYMENT, keys.SITE).delete()
    forget()


@pytest.fixture
def deployed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The app as AWS starts it where a stage has no domain; it is called in the test's own thread."""
    monkeypatch.setenv("SITE_URL", "")
    forget()
    yield importlib.import_module("app").app
    monkeypatch.undo()
    forget()


def asked(method: str, route: str, alias: str, sent: Any = None, **query: str) -> dict[str, Any]:
    """As API Gateway asks."""
    headers = {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)}
    return {
        "resource": route,
        "path": route.replace("{alias}", alias),
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "pathParameters": {"alias": alias},
        "stageVariables": None,
        "requestContext": {"httpMethod": method, "resourcePath": route, "identity": {"sourceIp": "127.0.0.1"}},
        "body": json.dumps(sent),
        "isBase64Encoded": False,
    }


def book(app: Any, branch: TestBranch, hour: int, **fields: Any) -> tuple[int, Any]:
    sent = body(f"{DAY}T{hour:02}:00:00+00:00", proof=proof(branch.alias), **fields)
    answer = app(asked("POST", "/v1/access/{alias}/appointments", branch.alias, sent), None)
    return answer["statusCode"], json.loads(answer["body"])


def look(app: Any, branch: TestBranch) -> int:
    status: int = app(asked("GET", "/v1/access/{alias}/slots", branch.alias, resource="cabin-1"), None)["statusCode"]
    return status


def test_the_schedule_runs_before_the_address_is_known(deployed: Any, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """While CloudFront is being made for the first time: failures, and no figures, would ring two alarms. The first test of
    this file, whose table is empty: nothing is due yet, as there."""
    unsay()
    assert deployed.handler_map["sweep"](scheduled_event(), LambdaContext("sweep", 256, 60_000)) is None
    assert {record.message for record in caplog.records if hasattr(record, logs.FIGURES)} == {"sweep"}


def test_links_lead_to_where_the_deployment_says(deployed: Any, site: Site) -> None:
    Deployment().put_site_url(ADDRESS)
    email = new_address()
    status, answer = book(deployed, site.branch(), 9, email=email)
    assert status == 201
    assert answer["manage_url"].startswith(f"{ADDRESS}/manage.html#")
    assert f"{ADDRESS}/manage.html#" in (site.mail(email).text or "")


def test_the_address_is_read_once_in_a_process(deployed: Any, site: Site) -> None:
    Deployment().put_site_url(ADDRESS)
    branch = site.branch()
    with counted() as first:
        book(deployed, branch, 9)
    with counted() as warm:
        book(deployed, branch, 11)
    assert first.operations.count("GetItem") == 1
    assert warm.operations == ["BatchGetItem", "TransactWriteItems"]


def test_looking_at_free_times_never_asks_for_it(deployed: Any, site: Site) -> None:
    branch = site.branch()
    with counted() as requests:
        assert look(deployed, branch) == 200
    assert requests.operations == ["Query", "Query"]


def test_nothing_is_booked_before_the_address_is_known(deployed: Any, site: Site) -> None:
    """The booking would stand, and its answer would not."""
    unsay()
    branch = site.branch()
    status, _ = book(deployed, branch, 9)
    assert status == 500
    assert wiring.store().agenda(branch.id, branch.settings.resources, DAY.isoformat(), DAY.isoformat()).holds == {}


def test_an_address_that_comes_later_is_found(deployed: Any, site: Site) -> None:
    unsay()
    with pytest.raises(wiring.SiteUnknown):
        wiring.site_url()
    Deployment().put_site_url(ADDRESS)
    assert wiring.site_url() == ADDRESS
