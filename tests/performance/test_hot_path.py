"""What the hot path costs. Timings are compared within one run; the figures are printed with their budgets."""

from __future__ import annotations

import importlib
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.store import items, keys
from chalicelib.store.models import AppointmentItem, DayItem, Item
from tests.builders import appointment
from tests.site_of_tests import Site, TestBranch

RUNS = 300
FEW, MANY = 100, 10_000


def with_history(site: Site, count: int) -> TestBranch:
    """A branch with `count` appointments in the past, 16 a day, and 20 in the coming week."""
    branch = site.branch()
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=1 + number // 16) + timedelta(minutes=30 * (number % 16)) for number in range(count)]
    starts += [today + timedelta(days=1 + number // 4) + timedelta(minutes=60 * (number % 4)) for number in range(20)]
    its = [
        appointment(branch=branch.id, alias=branch.alias, start=start, end=start + 30)
        for start in (int(moment.timestamp()) // 60 for moment in starts)
    ]
    days: dict[str, set[int]] = {}
    for each in its:
        for day, units in each.units.items():
            days.setdefault(day, set()).update(units)
    with AppointmentItem.batch_write() as batch:
        for each in its:
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
    client = Item._get_connection().connection.client
    kept: dict[bytes, AWSResponse] = {}

    def replay(request: Any, **_: Any) -> AWSResponse:
        if request.body not in kept:
            kept[request.body] = client._endpoint.http_session.send(request)
        first = kept[request.body]
        return AWSResponse(first.url, first.status_code, first.headers, _Kept(first.content))

    client.meta.events.register("before-send.dynamodb.Query", replay)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb.Query", replay)


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


def cpu_ms(app: Any, asked: dict[str, Any]) -> float:
    start = time.process_time_ns()
    answer = app(asked, None)
    spent = (time.process_time_ns() - start) / 1e6
    assert answer["statusCode"] == 200
    return spent


@pytest.mark.usefixtures("site")
def test_a_week_of_slots_costs_the_same_with_100_and_with_10000_appointments_in_the_past(site: Site) -> None:
    app = importlib.import_module("app").app
    few, many = event(with_history(site, FEW)), event(with_history(site, MANY))
    with replayed():
        spent = [(cpu_ms(app, few), cpu_ms(app, many)) for _ in range(RUNS)]
    cost_few, cost_many = (statistics.median(column) for column in zip(*spent, strict=True))
    print(
        f"\na week of slots, warm, whole handler without the network, median CPU of {RUNS}: "
        f"{cost_few:.2f} ms with {FEW} appointments in the past, {cost_many:.2f} ms with {MANY} "
        f"(budget: 3 ms), {cost_many / cost_few:.2f} times (budget: 1.2)"
    )
    assert cost_many <= 1.2 * cost_few
