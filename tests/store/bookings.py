"""Bookings as the store sees them."""

from __future__ import annotations

import random
from typing import Any

from chalicelib.domain.appointment import Appointment, Change, event_of
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, at, made

FIRST, LAST = "2026-11-24", "2026-11-25"
"""The UTC days that `anywhere` reaches."""


def take(table: Table, appointment: Appointment) -> None:
    """Takes it with all that a request writes."""
    table.write(made(appointment))


def changed(before: Appointment, after: Appointment, what: str = "moved", **fields: Any) -> Change:
    """What staff do to it."""
    return Change(before=before, after=after, event=event_of(after, what, "staff-1", NOW), **fields)


def anywhere(branch: str, chance: random.Random, resource: str = "cabin-1") -> Appointment:
    """Some time around a midnight UTC, 5 to 60 minutes long, so that many overlap."""
    start = at("2026-11-24T20:00") + 5 * chance.randrange(96)
    return appointment(branch=branch, resource=resource, start=start, end=start + 5 * chance.randrange(1, 13))
