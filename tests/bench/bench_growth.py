"""How what a request costs grows with appointments, resources, customers, capacity, horizon and settings."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from chalicelib import wiring
from chalicelib.domain.moments import units_of
from chalicelib.domain.phones import GERMANY
from chalicelib.domain.settings import DateException, Resource
from chalicelib.planner.records.search import Search
from chalicelib.store import items, keys
from chalicelib.store.models import AppointmentItem, DayItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.bench.clock import Cost, least
from tests.bench.conftest import Note
from tests.bench.growth import Point, grown, point
from tests.bench.versions import Version, least_of
from tests.builders import NOW, appointment, availability, settings
from tests.conftest import TABLE
from tests.evidence.lines import SHORT
from tests.performance import test_hot_path, test_matching, test_planner
from tests.performance.customers import Sorted, as_known, made_customers, with_error, wrong
from tests.performance.replay import Replay
from tests.performance.weeks import many
from tests.site_of_tests import Site, TestBranch

APPOINTMENTS = (0, 100, 1000) if SHORT else (0, 100, 1000, 10_000, 100_000)
RESOURCES = (1, 10, 100) if SHORT else (1, 10, 100, 1000)
CUSTOMERS = (2, 20, 200, 2000) if SHORT else (2, 20, 200, 2000, 20_000, 100_000)
CAPACITIES = (1, 5, 20) if SHORT else (1, 2, 5, 10, 20)
HORIZONS = (60, 731) if SHORT else (60, 120, 240, 480, 731)
SETTINGS = (20, 200, 2000) if SHORT else (20, 60, 200, 600, 2000, 6000)
TURNS, RUNS = (2, 4) if SHORT else (6, 12)
ASKED = 10
"""Customers who are sought."""
A_DAY = 16
WEEK, STAFF = "a week of slots", "the staff's week"


def measured(version: Version, x: int, event: dict[str, Any]) -> Point:
    answered = version.learn(f"{x}", event)
    assert answered.status == 200, answered.body
    return point(x, least_of([version.turn(f"{x}", RUNS) for _ in range(TURNS)]), answered)


def minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def this_morning() -> datetime:
    return datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)


def add_past(branch: TestBranch, first: int, last: int) -> None:
    """Appointments `first` to `last`, half hours of the days before today, the latest first, with their units."""
    starts = [this_morning() - timedelta(days=1 + n // A_DAY, minutes=-30 * (n % A_DAY)) for n in range(first, last)]
    held: dict[str, set[int]] = {}
    with AppointmentItem.batch_write() as batch:
        for start in map(minutes, starts):
            made = appointment(branch=branch.id, alias=branch.alias, start=start, end=start + 30, status="confirmed")
            batch.save(items.from_appointment(made))
            for day, units in made.units.items():
                held.setdefault(day, set()).update(units)
    with DayItem.batch_write() as batch:
        for day, taken in held.items():
            batch.save(DayItem(keys.agenda(branch.id, branch.resource), keys.day(day), taken=taken))


def fill(branch: TestBranch, days: int, lanes: int = 1, hours: Sequence[int] = range(24)) -> None:
    """These hours of so many days from today on are held, in each lane."""
    with DayItem.batch_write() as batch:
        for day in range(days):
            midnight = minutes(this_morning().replace(hour=0)) + day * 1440
            held: dict[str, set[int]] = {}
            for hour in hours:
                for name, units in units_of(midnight + 60 * hour, midnight + 60 * hour + 60).items():
                    held.setdefault(name, set()).update(units)
            for lane in range(lanes):
                for name, taken in held.items():
                    batch.save(DayItem(keys.agenda(branch.id, branch.resource), keys.day(name, lane), taken=taken))


def bench_appointments(served_site: Site, version: Version, note: Note) -> None:
    branch, before = test_hot_path.with_history(served_site, 0), 0
    claims = test_planner.claims(served_site, branch)
    slots, calendar = [], []
    for count in APPOINTMENTS:
        add_past(branch, before, count)
        before = count
        slots.append(measured(version, count, test_hot_path.event(branch)))
        calendar.append(measured(version, count, test_planner.event(branch, claims)))
    grown(note, WEEK, "appointments in the past", slots)
    grown(note, STAFF, "appointments in the past", calendar)
    note(
        "a week of slots: the most appointments by 100",
        slots[-1].cost.ratio / slots[1].cost.ratio,
        1.1,
        "times",
        group="growth",
    )


def bench_resources(served_site: Site, version: Version, note: Note) -> None:
    slots, calendar = [], []
    for count in RESOURCES:
        names = tuple(f"cabin-{number}" for number in range(1, count + 1))
        cabins = tuple(Resource(id=each, name=each, released=True) for each in names)
        branch = served_site.branch(availability("08:00-18:00", resources=names), resources=cabins)
        monday = minutes(test_planner.MONDAY)
        with AppointmentItem.batch_write() as batch:
            for name in names:
                for start in (monday + 1440 * day for day in range(5)):
                    booked = appointment(branch=branch.id, resource=name, start=start, end=start + 30)
                    batch.save(items.from_appointment(booked))
        slots.append(measured(version, count, test_hot_path.event(branch)))
        calendar.append(measured(version, count, test_planner.event(branch, test_planner.claims(served_site, branch))))
    grown(note, WEEK, "resources", slots)
    grown(note, f"{STAFF}, 5 appointments each", "resources", calendar)


def bench_customers(engine: Engine, note: Note) -> None:
    """With the index in memory: what the database answers is not reckoned in, and each look into the index is a request."""
    store = Table(TABLE, monotonic=lambda: 0.0)  # a moment: settings stay known
    store.replace_settings(settings(id="elbe"))
    meant: list[Point] = []
    typed: list[Point] = []
    for count in CUSTOMERS:
        customers = made_customers(random.Random(4), "elbe", count)
        index, chance = Counted(customers), random.Random(8)
        finding = Search(store, index, lambda: NOW)
        some = chance.sample(customers, min(ASKED, count))
        wanted = [with_error(chance, as_known(chance, each), wrong) for each in some]
        for points, acts in (
            (meant, [partial(finding.matching, "elbe", each, GERMANY) for each in wanted]),
            (typed, [partial(finding.search, "elbe", text) for text in test_matching.TYPED[:ASKED]]),
        ):
            costs = [least(act, 3) for act in acts]
            index.looks = 0
            for act in acts:
                act()
            slowest = max(costs, key=lambda cost: cost.ratio)
            points.append(Point(count, slowest, index.looks / len(acts)))
    grown(note, "whom a request means, the slowest", "customers", meant)
    grown(note, "a keystroke of a search, the slowest", "customers", typed)


class Counted(Sorted):
    looks = 0

    def found(self, *given: Any, **more: Any) -> Any:
        self.looks += 1
        return super().found(*given, **more)


def bench_capacity(served_site: Site, version: Version, note: Note) -> None:
    points = []
    for capacity in CAPACITIES:
        cabin = Resource(id="cabin-1", name="Kabine 1", released=True, capacity=capacity)
        branch = served_site.branch(resources=(cabin,))
        fill(branch, 8, capacity, range(9, 15, 2))
        points.append(measured(version, capacity, test_hot_path.event(branch)))
    grown(note, f"{WEEK}, half booked in each lane", "appointments at once", points)


CLOSE = "in proportion; the upper points lie within a factor of three, so a tenth more in one of them turns the line by a tenth"


def bench_horizon(served_site: Site, version: Version, note: Note) -> None:
    kinds = {f"{WEEK}, all free": 0, f"{WEEK}, all booked": 14, f"{WEEK}, all booked to the horizon": HORIZONS[-1] + 2}
    ratios = {}
    for name, booked in kinds.items():
        points = []
        for days in HORIZONS:
            branch = served_site.branch(horizon_days=days)
            fill(branch, min(booked, days + 2))
            points.append(measured(version, days, test_hot_path.event(branch)))
        grown(note, name, "days of horizon", points, CLOSE)
        ratios[name] = points[-1].cost.ratio
    free, full, _ = ratios.values()
    note(f"{WEEK}, {HORIZONS[-1]} days of horizon: all booked by all free", full / free, 3, "times", group="growth")


def bench_settings(served_site: Site, version: Version, note: Note) -> None:
    slots, read = [], []
    for count in SETTINGS:
        branch = with_settings(served_site, count)
        slots.append(measured(version, count, test_hot_path.event(branch)))
        read.append(read_anew(branch, count))
    grown(note, f"{WEEK}, settings known", "settings", slots)
    grown(note, "reading the settings", "settings", read)


def with_settings(site: Site, count: int) -> TestBranch:
    """A third of them availabilities, the others exceptions of other resources."""
    names = [f"cabin-{number}" for number in range(1, 11)]
    cabins = tuple(Resource(id=each, name=each, released=True) for each in names)
    others = count - count // 3 - len(names)
    exceptions = tuple(
        DateException(resource=names[1 + n % 9], day=date.today() + timedelta(days=1 + n // 9)) for n in range(max(0, others))
    )
    return site.branch(*many(count // 3, False), resources=cabins, exceptions=exceptions)


def read_anew(branch: TestBranch, x: int) -> Point:
    store = wiring.store()
    with Replay().plugged() as replay:
        replay.begin("settings")
        store.settings_now(branch.id)
        asked = replay.asked
        cost: Cost = least(lambda: store.settings_now(branch.id), 2 * RUNS)
    return Point(x, cost, asked.requests, asked.units)
