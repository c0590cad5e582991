"""Beside django-appointment from PyPI, in the same run: a week of slots, a booking, and many who want the same time.

Its figures are CPU of its whole process with its database, which is a file. Ours are those of the function, as on Lambda, where
the database is DynamoDB's work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest

from tests.bench.bench_handlers import booking, free_start
from tests.bench.clock import Cost, cpu_ms, fixed_work
from tests.bench.conftest import Note
from tests.bench.versions import Version, least_of
from tests.builders import body, new_address
from tests.evidence.lines import SHORT
from tests.evidence.rival.rival import Rival, start
from tests.performance import test_hot_path
from tests.proofs import proof
from tests.race import together
from tests.site_of_tests import Site

BOOKINGS = (100, 1000) if SHORT else (100, 10_000)
TURNS, RUNS = (2, 3) if SHORT else (8, 10)
ROUNDS = 4 if SHORT else 20
CLIENTS = 32
GROUP = "beside django-appointment"
OURS, THEIRS = "Terminwerk", "django-appointment"


@pytest.fixture(scope="module")
def rivals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Rival]]:
    """By how many bookings lie in the past."""
    with ExitStack() as running:
        yield {count: running.enter_context(start(tmp_path_factory.mktemp("rival"), count)) for count in BOOKINGS}


def spent(rival: Rival, act: Callable[[], object]) -> Cost:
    """What its process spends, beside our fixed work."""
    fixed = cpu_ms(fixed_work)
    before = rival.cpu_ms()
    act()
    return Cost(rival.cpu_ms() - before, fixed)


def coming(days: int) -> list[str]:
    return [(date.today() + timedelta(days=1 + n)).isoformat() for n in range(days)]


def bench_week(served_site: Site, version: Version, rivals: dict[int, Rival], note: Note) -> None:
    """It answers day by day, so a week is seven requests."""
    for count, rival in rivals.items():
        week = coming(7)
        version.learn("week", test_hot_path.event(test_hot_path.with_history(served_site, count, 28)))
        theirs, ours = [], []
        for _ in range(TURNS):
            ours.append(version.turn("week", RUNS))
            theirs.append(spent(rival, lambda rival=rival, week=week: [rival.slots(day) for day in week]))  # type: ignore[misc]
        for who, costs in ((OURS, ours), (THEIRS, theirs)):
            what, facts = f"a week of slots, {count:,} bookings in the past: {who}", {"series": who, "x": count}
            note.cpu(what, least_of(costs), None, group=GROUP, of="bookings in the past", **facts)
        share = least_of(ours).ratio / least_of(theirs).ratio
        note(f"a week of slots, {count:,} bookings in the past: by {THEIRS}", share, 0.1, "times", group=GROUP)


def bench_booking(site: Site, version: Version, rivals: dict[int, Rival], note: Note) -> None:
    branch, rival = test_hot_path.with_history(site, 100, 28), rivals[BOOKINGS[0]]
    version.learn("booking", booking(branch, free_start(site, branch)), accepting=True)
    free = [each for day in coming(7) for each in rival.slots(day)]
    theirs, ours = [], []
    for number in range(TURNS):
        rival.sign_in(number)
        ours.append(version.turn("booking", RUNS))
        theirs.append(spent(rival, lambda n=number: rival.book(free[n], n)))  # type: ignore[misc]
    for who, costs in ((OURS, ours), (THEIRS, theirs)):
        note.cpu(f"a booking that is won: {who}", least_of(costs), None, group=GROUP, series=who)


def bench_race(site: Site, rivals: dict[int, Rival], note: Note) -> None:
    """Through HTTP, each round on a time of its own."""
    branch, rival = site.branch(), rivals[BOOKINGS[0]]
    free = [slot["start"] for day in site.slots(branch)["days"] for slot in day["slots"] if slot["state"] == "free"]
    found = Counter[int]()
    for moment in free[-ROUNDS:]:
        proofs = [proof(branch.alias) for _ in range(CLIENTS)]

        def ask(number: int, moment: str = moment, proofs: list[str] = proofs) -> int:
            return site.request(branch, body(moment, email=new_address(), proof=proofs[number])).status

        found.update(each if isinstance(each, int) else 0 for each in together(CLIENTS, ask))
    theirs = rivals_race(rival)
    note(f"{ROUNDS} rounds of {CLIENTS} on one time, booked: {OURS}", found[201], ROUNDS, "", group=GROUP)
    note(f"the same, booked again: {OURS}", found[201] - ROUNDS, 0, "", group=GROUP)
    note(f"the same, neither booked nor a clean 409: {OURS}", sum(found.values()) - found[201] - found[409], 0, "", group=GROUP)
    note(f"the same, booked: {THEIRS}", sum(theirs), None, "", group=GROUP)
    note(f"the same, booked again: {THEIRS}", sum(theirs) - sum(map(bool, theirs)), None, "", group=GROUP)
    assert found[201] == ROUNDS


def rivals_race(rival: Rival) -> list[int]:
    """How often each round's time is booked."""
    for number in range(CLIENTS):
        rival.sign_in(1000 + number)
    wanted = [each for day in coming(7) for each in rival.slots(day)][-ROUNDS:]
    for each in wanted:
        together(CLIENTS, lambda number, each=each: rival.book(each, 1000 + number))  # type: ignore[misc]
    booked = rival.booked()
    return [booked.get(each, 0) for each in wanted]
