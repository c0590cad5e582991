"""What the hot path has to do does not grow with what has been. What it costs, `make bench` measures."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from chalicelib.store import items, keys
from chalicelib.store.models import AppointmentItem, DayItem, Item
from tests.builders import appointment
from tests.faults import counted
from tests.site_of_tests import Site, TestBranch
from tests.work import instructions


def with_history(site: Site, count: int) -> TestBranch:
    """A branch with `count` appointments in the past, 16 a day, and 20 in the coming week."""
    branch = site.branch()
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=1 + number // 16) + timedelta(minutes=30 * (number % 16)) for number in range(count)]
    starts += [today + timedelta(days=1 + number // 4) + timedelta(minutes=60 * (number % 4)) for number in range(20)]
    appointments = [
        appointment(branch=branch.id, alias=branch.alias, start=start, end=start + 30)
        for start in (int(moment.timestamp()) // 60 for moment in starts)
    ]
    days: dict[str, set[int]] = {}
    for each in appointments:
        for day, units in each.units.items():
            days.setdefault(day, set()).update(units)
    with AppointmentItem.batch_write() as batch:
        for each in appointments:
            batch.save(items.from_appointment(each))
    with DayItem.batch_write() as batch:
        for day, held in days.items():
            batch.save(DayItem(keys.agenda(branch.id, "cabin-1"), keys.day(day), taken=held))
    return branch


class _Kept:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


@contextmanager
def replayed() -> Iterator[None]:
    """The engine's own answers, given again without the network: each request is sent once and its answer kept."""
    client, network = Item._get_connection().connection.client, URLLib3Session()
    kept: dict[bytes, AWSResponse] = {}

    def replay(request: Any, **_: Any) -> AWSResponse:
        if request.body not in kept:
            kept[request.body] = network.send(request)
        first = kept[request.body]
        return AWSResponse(first.url, first.status_code, first.headers, _Kept(first.content))

    client.meta.events.register("before-send.dynamodb.Query", replay)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb.Query", replay)
        network.close()


def event(branch: TestBranch) -> dict[str, Any]:
    """A week of slots as API Gateway asks for it."""
    route = "/v1/access/{alias}/slots"
    return {
        "resource": route,
        "path": f"/v1/access/{branch.alias}/slots",
        "httpMethod": "GET",
        "headers": {"accept": "application/json"},
        "multiValueHeaders": {},
        "queryStringParameters": {"resource": "cabin-1"},
        "multiValueQueryStringParameters": {"resource": ["cabin-1"]},
        "pathParameters": {"alias": branch.alias},
        "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": route, "identity": {"sourceIp": "127.0.0.1"}},
        "body": None,
        "isBase64Encoded": False,
    }


@pytest.mark.usefixtures("site")
def test_a_week_of_slots_is_the_same_work_with_100_and_with_1000_appointments_in_the_past(site: Site) -> None:
    app = importlib.import_module("app").app

    def asked_for(count: int) -> tuple[int, list[str]]:
        asked = event(with_history(site, count))
        with replayed():
            assert app(asked, None)["statusCode"] == 200
            with counted() as requests:
                work = instructions(lambda: app(asked, None))
        return work, requests.operations

    (work, few), (same, more) = asked_for(100), asked_for(1000)
    print(f"\na week of slots, warm: {work:,} instructions with 100 appointments in the past, {same:,} with 1,000")
    assert few == more == ["Query"]
    assert same <= 1.05 * work
