"""What a week of the planner costs: 8 resources, 400 appointments."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.settings import Resource
from chalicelib.store import items
from chalicelib.store.models import AppointmentItem
from tests.builders import appointment, availability
from tests.faults import counted
from tests.performance import events
from tests.site_of_tests import Site, TestBranch

RESOURCES = tuple(f"cabin-{number}" for number in range(1, 9))
APPOINTMENTS = 400
MONDAY = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
ROUTE = "/v1/staff/branches/{branch}/planner"


def full(site: Site) -> TestBranch:
    """Ten appointments a day at each resource, on five days, with all that came with them."""
    cabins = tuple(Resource(id=each, name=each, released=True) for each in RESOURCES)
    branch = site.branch(availability("08:00-18:00", resources=RESOURCES), resources=cabins)
    starts = [MONDAY + timedelta(days=day, minutes=45 * number) for day in range(5) for number in range(10)]
    with AppointmentItem.batch_write() as batch:
        for resource in RESOURCES:
            for start in (int(moment.timestamp()) // 60 for moment in starts):
                booked = appointment(
                    branch=branch.id,
                    resource=resource,
                    start=start,
                    end=start + 30,
                    template="advice",
                    name="Mustermann, Erika",
                )
                batch.save(items.from_appointment(booked))
    return branch


def event(branch: TestBranch, claims: dict[str, str]) -> dict[str, Any]:
    """The week."""
    return events.event("GET", ROUTE, {"from": MONDAY.date().isoformat(), "days": "7"}, claims=claims, branch=branch.id)


def claims(site: Site, branch: TestBranch) -> dict[str, str]:
    found = site.pool.authorizer(site.token(["staff"], [branch.id]))
    assert found is not None
    return found


def test_a_planner_week_of_8_resources_and_400_appointments_is_8_queries(site: Site) -> None:
    """Warm: the branch's settings are known, and it is noted that these staff have looked in this hour."""
    app = importlib.import_module("app").app
    branch = full(site)
    asked = event(branch, claims(site, branch))
    app(asked, None)
    with counted() as requests:
        answer = app(asked, None)
    assert len(json.loads(answer["body"])["appointments"]) == APPOINTMENTS
    assert requests.operations == ["Query"] * len(RESOURCES)
