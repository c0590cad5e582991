"""How long somebody waits where something is broken: seconds of the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from chalicelib.domain.errors import TryAgain
from chalicelib.store.table import Table
from tests.bench.conftest import Note
from tests.builders import NOW, appointment
from tests.race import together
from tests.store.bookings import take
from tests.store.test_table import CABIN, silent

__all__ = ["silent"]


def bench_silent_database(silent: Table, note: Note) -> None:
    """The function is ended after 20 s: whoever waits is to hear `try_again` well before (R21)."""
    calls: dict[str, Callable[[], object]] = {
        "a booking": lambda: take(silent, appointment()),
        "a look at a day": lambda: silent.agenda("elbe", [CABIN], "2026-11-24", "2026-11-24"),
        "the settings": lambda: silent.settings("elbe"),
        "a message": lambda: silent.claim(("APPOINTMENT#1", "MESSAGE#000001#receipt#email"), NOW),
        "what is due": lambda: silent.due(NOW),
    }

    def seconds(number: int) -> float:
        start = time.monotonic()
        with pytest.raises(TryAgain):
            list(calls.values())[number]()
        return time.monotonic() - start

    for name, found in zip(calls, together(len(calls), seconds), strict=True):
        assert isinstance(found, float), found
        note(f"a database that keeps silent, {name} gives up", found, 15, "s")
