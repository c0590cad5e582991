"""What the functions cost of a processor: CPU of their own thread, without the network and the database."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib import wiring
from chalicelib.domain.offer import Offer
from chalicelib.domain.phones import GERMANY
from chalicelib.domain.schedule import windows
from chalicelib.planner.records.search import Search
from chalicelib.store.table import Table
from infra.local import demo
from infra.local.engine import Engine
from tests.bench.clock import least
from tests.bench.conftest import Note
from tests.builders import MONDAY, NOW, agenda, at, availability, offer, settings
from tests.conftest import TABLE
from tests.performance import test_hot_path, test_matching, test_planner
from tests.performance.starting import APP, LIBRARIES, said_by, unpack
from tests.performance.weeks import WEEK, many, some_taken
from tests.site_of_tests import Site

RUNS = 100
SPENT = "\nimport time\nprint(time.process_time() * 1000)"


@pytest.mark.parametrize("kind", ["without", "with"])
def bench_week_of_2000_availabilities(kind: str, note: Note) -> None:
    offered, taken = offer(settings(*many(2000, kind == "with"))), some_taken()
    note(f"a week of slots, 2,000 availabilities {kind} minimum steps", least(lambda: offered.days(MONDAY, WEEK, taken), 7), 50)


def bench_windows_of_2000_availabilities(note: Note) -> None:
    zone, start = ZoneInfo("Europe/Berlin"), date(2020, 1, 1)
    rules = [availability("08:00-18:00", step=5 * (1 + n % 12), valid_from=start + timedelta(days=n)) for n in range(2000)]
    note("a week of windows, 2,000 availabilities", least(lambda: windows(rules, (), (), zone, MONDAY, WEEK), 5), 50)


def bench_week_of_the_demo(note: Note) -> None:
    settings = demo.shop(date(2026, 11, 27), {"admin": "a-1", "staff": "s-1"})
    week = Offer(settings, settings.resources[0], settings.shown_on("cabin-1")[0], datetime(2026, 11, 23, 6, tzinfo=UTC))
    starts = (at(f"2026-11-{day}T{hour:02}:00") for day in range(23, 29) for hour in (8, 10, 14))
    taken = agenda(*((start, start + 30) for start in starts))
    note("a week of slots, the demo", least(lambda: week.days(MONDAY, WEEK, taken), 200), 0.5)


def answering(app: Any, asked: dict[str, Any]) -> Callable[[], None]:
    """The whole handler, warm."""

    def answer() -> None:
        assert app(asked, None)["statusCode"] == 200

    answer()
    return answer


def bench_week_of_slots(site: Site, note: Note) -> None:
    app = importlib.import_module("app").app
    few, more = (test_hot_path.event(test_hot_path.with_history(site, count)) for count in (100, 10_000))
    with test_hot_path.replayed():
        rounds = [(least(answering(app, few), 1), least(answering(app, more), 1)) for _ in range(3 * RUNS)]
    cost, same = (min(column) for column in zip(*rounds, strict=True))
    note("a week of slots, the whole handler, 100 appointments in the past", cost, 3)
    note("a week of slots, the whole handler, 10,000 appointments in the past", same, 3)
    note("the second of these by the first", same / cost, 1.2, "times")


def bench_week_of_the_planner(site: Site, note: Note) -> None:
    app, branch = importlib.import_module("app").app, test_planner.full(site)
    asked = test_planner.event(branch, test_planner.claims(site, branch))
    wiring.store().settings(branch.id)
    with test_hot_path.replayed():
        note("a week of the planner, 400 appointments, the whole handler", least(answering(app, asked), RUNS), 30)


def bench_finding_customers(engine: Engine, note: Note) -> None:
    """With the index in memory: what the database answers is not reckoned in."""
    customers = test_matching.made_customers(random.Random(4), "elbe")
    requests = test_matching.made_requests(random.Random(8), customers)
    store = Table(TABLE, monotonic=lambda: 0.0)  # a moment: settings stay known
    store.replace_settings(settings(id="elbe"))
    finding = Search(store, test_matching.Sorted(customers), lambda: NOW)
    cost = sorted(least(lambda each=each: finding.matching("elbe", each.comment, GERMANY), 3) for each in requests)  # type: ignore[misc]
    note("whom a request means, among 2,000 customers, the slowest of 200", cost[-1], 30)
    typed = [least(lambda text=text: finding.search("elbe", text), 3) for text in test_matching.TYPED]  # type: ignore[misc]
    note("a keystroke of a search, among 2,000 customers, the slowest", max(typed), 30)


def bench_start(tmp_path: Path, note: Note) -> None:
    """A fresh process with the bundle and the standard library alone."""
    unpack(tmp_path)
    rounds = [[float(said_by(tmp_path, program + SPENT)) for program in (APP, LIBRARIES)] for _ in range(15)]
    ours, theirs = (min(column) for column in zip(*rounds, strict=True))
    note("start from the bundle", ours, 300)
    note("that by the start of its libraries alone", ours / theirs, 1.3, "times")
