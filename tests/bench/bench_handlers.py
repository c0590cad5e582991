"""What the functions cost of a processor: CPU of their own thread, with the network replayed; and beside the earlier version.

Both versions answer the same events on the same table, in turn. Their answers must be the same, byte by byte.
"""

from __future__ import annotations

import importlib
import json
import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.settings import Resource, Template
from chalicelib.store import keys
from chalicelib.store.models import DayItem
from tests.bench.clock import leasts
from tests.bench.conftest import Note
from tests.bench.versions import BASE, BEFORE, Answered, Pair, bundle_of, earlier, starts
from tests.builders import availability, new_address
from tests.evidence.lines import SHORT
from tests.performance import test_hot_path, test_planner
from tests.performance.events import event
from tests.performance.replay import Replay
from tests.performance.starting import APP, LIBRARIES, unpack
from tests.proofs import proof
from tests.site_of_tests import Site, TestBranch

BESIDE = "beside the earlier version"
IN_THE_WEEK, WAITING = 50, 20
ADDED: dict[str, frozenset[str]] = {"the inbox, 20 waiting": frozenset({"latest"})}
"""Fields at the top of an answer that only this version gives, by case: all others are compared byte by byte."""
Given = tuple[dict[str, Any], bool]


def with_week(site: Site) -> TestBranch:
    """With 50 appointments in the coming week, and 1,000 in the past."""
    return test_hot_path.with_history(site, 1000, IN_THE_WEEK)


def week(site: Site) -> Given:
    return test_hot_path.event(with_week(site)), False


def booking(branch: TestBranch, start: str) -> dict[str, Any]:
    body = {"resource": branch.resource, "start": start, "last_name": "Mustermann", "email": new_address()}
    return event(
        "POST",
        "/v1/access/{alias}/appointments",
        body=body | {"proof": proof(branch.alias)},
        headers={"idempotency-key": secrets.token_hex(16)},
        alias=branch.alias,
    )


def free_start(site: Site, branch: TestBranch) -> str:
    slots = site.slots(branch)["days"][3]["slots"]
    return next(str(slot["start"]) for slot in slots if slot["state"] == "free")


def lost_booking(site: Site) -> Given:
    branch = with_week(site)
    start = free_start(site, branch)
    site.book(branch, start)
    return booking(branch, start), False


def won_booking(site: Site) -> Given:
    branch = with_week(site)
    return booking(branch, free_start(site, branch)), True


def staffs_week(site: Site) -> Given:
    branch = test_planner.full(site)
    return test_planner.event(branch, test_planner.claims(site, branch)), False


def inbox(site: Site) -> Given:
    branch = site.branch()
    for day in [day for day in site.slots(branch)["days"] if day["slots"]][1:3]:
        for slot in day["slots"][: WAITING // 2]:
            site.book(branch, slot["start"])
    claims = test_planner.claims(site, branch)
    return event("GET", "/v1/staff/branches/{branch}/inbox", claims=claims, branch=branch.id), False


CASES: dict[str, tuple[Callable[[Site], Given], int, float, float]] = {
    f"a week of slots, {IN_THE_WEEK} appointments in the week": (week, 200, 1.3, 0.4),
    "a booking that is lost": (lost_booking, 409, 2.5, 1),
    "a booking that is won": (won_booking, 201, 2.5, 1),
    "the staff's week, 8 resources, 400 appointments": (staffs_week, 200, 15, 1),
    f"the inbox, {WAITING} waiting": (inbox, 200, 2, 1),
}
"""By name: what is asked, the status, the most milliseconds, and the most that it may be of the earlier version."""


@pytest.mark.parametrize("name", CASES)
def bench_handler(name: str, site: Site, versions: Pair, note: Note) -> None:
    given, status, most, share = CASES[name]
    asked, accepting = given(site)
    now, before, said, told = versions.compare(name, asked, accepting=accepting)
    assert said.status == status, said.body
    note.cpu(name, now, most, group="handlers", requests=said.requests, units=said.units)
    note(f"{name}: by {BASE}", now.ratio / before.ratio, share, "times", group=BESIDE, **compared(name, said, told))


def bench_week_of_any(site: Site, note: Note) -> None:
    """Whoever is free first of 8 resources with 50 appointments each in the week, beside the week of one of them."""
    app, branch = importlib.import_module("app").app, eight_cabins(site)

    def week_of(resource: str) -> Callable[[], Any]:
        asked = event("GET", "/v1/access/{alias}/slots", {"resource": resource, "template": "test"}, alias=branch.alias)
        return lambda: app(asked, None)

    one, of_any = week_of("cabin-1"), week_of("any")
    with Replay().plugged():
        assert one()["statusCode"] == of_any()["statusCode"] == 200
        single, union = leasts([one, of_any], 30 if SHORT else 200)
    note.cpu("a week of any over 8 resources", union, group="handlers")
    note("a week of any over 8 resources: by that of one", union.ratio / single.ratio, 3, "times", group="handlers")


def eight_cabins(site: Site) -> TestBranch:
    """Open 08:00 to 18:00 on each day; in the coming week 50 half hours of each cabin are held, here and there."""
    ids = tuple(f"cabin-{number}" for number in range(1, 9))
    places = tuple(Resource(id=each, name=each, released=True) for each in ids)
    kind = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=ids)
    branch = site.branch(availability("08:00-18:00", resources=ids), resources=places, templates=(kind,))
    today, chance = datetime.now(UTC).date(), random.Random(8)
    with DayItem.batch_write() as batch:
        for each in ids:
            starts = chance.sample([(day, unit) for day in range(7) for unit in range(84, 204, 6)], IN_THE_WEEK)
            for day in {day for day, _ in starts}:
                held = {unit + more for on, unit in starts if on == day for more in range(6)}
                batch.save(DayItem(keys.agenda(branch.id, each), keys.day((today + timedelta(day)).isoformat()), taken=held))
    return branch


def compared(name: str, said: Answered, told: Answered) -> dict[str, str]:
    """How the answers compare. An earlier version than that of the claims may answer otherwise, and then that is told."""
    answer = f"{len(said.body.encode())} bytes, the same"
    if name in ADDED:
        same = without(said.body, ADDED[name]) == without(told.body, ADDED[name])
        answer += f" but for {', '.join(sorted(ADDED[name]))}"
    else:
        same = said.body == told.body
    assert same or BASE != BEFORE, f"{said.body}\n{told.body}"
    answer = answer if same else f"another answer, status {told.status}"
    return {"answer": answer, "more": answer}


def without(body: str, added: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in json.loads(body).items() if name not in added}


def bench_start(tmp_path: Path, note: Note) -> None:
    """A fresh process with the bundle and the standard library alone."""
    unpack(tmp_path)
    programs = [(tmp_path, APP), (tmp_path, LIBRARIES)]
    if not SHORT:  # packaging takes its time
        programs.append((bundle_of(earlier()), APP))
    ours, libraries, *before = starts(programs, 5 if SHORT else 15)
    note.cpu("start from the bundle", ours, 130, group="handlers")
    note("start from the bundle: by that of PynamoDB with botocore's client", ours.ratio / libraries.ratio, 1, "times")
    for each in before:
        note(f"start from the bundle: by {BASE}", ours.ratio / each.ratio, 0.6, "times", group=BESIDE)
