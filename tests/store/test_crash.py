"""AWS's own engine, ended by `kill -9` while many book (run by `make test-dynamodb-local`)."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.appointment import UnitsTaken
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.settings import Resource
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store.models import bind
from chalicelib.store.table import Table
from infra.local.engine import DynamoDbLocal, Engine
from infra.local.table import create_table
from tests.builders import new_branch_id
from tests.conftest import TABLE
from tests.race import PATIENCE, together
from tests.store.bookings import FIRST, LAST, anywhere, take

RESOURCES, BOOKED = 200, 300
"""It crashes once so many are booked."""


@pytest.fixture
def crashing(engine: Engine, tmp_path: Path) -> Iterator[DynamoDbLocal]:
    """An engine of its own that keeps its data in files; afterwards the store is on the tests' engine again."""
    with DynamoDbLocal(tmp_path) as own:
        os.environ["AWS_ENDPOINT_URL"] = own.endpoint
        create_table(own.client("dynamodb"), TABLE)
        yield own
    os.environ["AWS_ENDPOINT_URL"] = engine.endpoint
    bind(TABLE)


def test_after_kill_9_in_the_middle_of_a_race_no_booking_is_half_applied(crashing: DynamoDbLocal) -> None:
    table, branch = Table(TABLE, sleep=lambda seconds: None), new_branch_id()
    booked = threading.Semaphore(0)

    def crash() -> None:
        for _ in range(BOOKED):
            booked.acquire(timeout=PATIENCE)
        crashing.kill()

    threading.Thread(target=crash, daemon=True).start()

    def book(number: int) -> int:
        chance, won = random.Random(number), 0
        while True:
            try:
                take(table, anywhere(branch, chance, f"cabin-{chance.randrange(RESOURCES)}"))
                won += 1
                booked.release()
            except UnitsTaken:
                continue
            except TryAgain:
                return won

    won = [each for each in together(8, book) if isinstance(each, int)]
    crashing.start()
    comparisons = [
        compare_units(table, branch, Resource(id=f"cabin-{number}", name=""), FIRST, LAST, []) for number in range(RESOURCES)
    ]
    held = sum(comparison.held for comparison in comparisons)
    print(f"\nkill -9: {sum(won)} bookings acknowledged to {len(won)} clients; after the restart {held} units held, all owned")
    assert all(comparison.sound for comparison in comparisons)
    assert held > 0
    assert len(won) == 8
