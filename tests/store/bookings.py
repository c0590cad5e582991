"""Bookings as the store sees them."""

from __future__ import annotations

import random

from chalicelib.domain.appointment import Appointment
from chalicelib.store.table import Table
from tests.builders import appointment, at, made

FIRST, LAST = "2026-11-24", "2026-11-25"
"""The UTC days that `anywhere` reaches."""


def take(table: Table, appointment: Appointment) -> None:
    """Takes it with all that a request writes."""
    table.write(made(appointment))


def anywhere(branch: str, chance: random.Random, resource: str = "cabin-1") -> Appointment:
    """Some time around a midnight UTC, 5 to 60 minutes long, so that many overlap."""
    start = at("2026-11-24T20:00") + 5 * chance.randrange(96)
    return appointment(branch=branch, resource=resource, start=start, end=start + 5 * chance.randrange(1, 13))
