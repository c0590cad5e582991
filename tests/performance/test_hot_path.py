"""What the hot path has to do does not grow with what has been. What it costs, `make bench` measures."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.store import items, keys
from chalicelib.store.models import AppointmentItem, DayItem
from tests.builders import appointment
from tests.faults import counted
from tests.performance import events
from tests.performance.replay import Replay
from tests.site_of_tests import Site, TestBranch
from tests.work import instructions


def with_history(site: Site, count: int, coming: int = 20) -> TestBranch:
    """A branch with `count` appointments in the past, 16 a day, and others in the coming week, spread over its days."""
    branch = site.branch()
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=1 + number // 16) + timedelta(minutes=30 * (number % 16)) for number in range(count)]
    starts += [today + timedelta(days=1 + number % 7) + timedelta(minutes=60 * (number // 7)) for number in range(coming)]
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


def event(branch: TestBranch) -> dict[str, Any]:
    """A week of slots."""
    return events.event("GET", "/v1/access/{alias}/slots", {"resource": "cabin-1"}, alias=branch.alias)


@pytest.mark.usefixtures("site")
def test_a_week_of_slots_is_the_same_work_with_100_and_with_1000_appointments_in_the_past(site: Site) -> None:
    app = importlib.import_module("app").app

    def asked_for(count: int) -> tuple[int, list[str]]:
        asked = event(with_history(site, count))
        with Replay().plugged():
            assert app(asked, None)["statusCode"] == 200
            with counted() as requests:
                work = instructions(lambda: app(asked, None))
        return work, requests.operations

    (work, few), (same, more) = asked_for(100), asked_for(1000)
    print(f"\na week of slots, warm: {work:,} instructions with 100 appointments in the past, {same:,} with 1,000")
    assert few == more == ["Query"]
    assert same <= 1.05 * work
