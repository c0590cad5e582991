"""The same race for django-appointment: crowds that book one start."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.evidence.lines import SHORT
from tests.evidence.race.rounds import CROWD, Tally
from tests.evidence.rival.rival import start
from tests.race import together

CROWDS, CROWDS_OF_CI = 32, 2
BOOKED, REFUSED = 302, (200, 400, 404, 409, 422)
"""A form that comes back as a page, or an answer that says why, is its refusal."""


def race() -> Tally:
    tally = Tally("django-appointment")
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as rival:
        for customer in range(CROWD):
            rival.sign_in(customer)
        before = rival.booked()
        starts: list[str] = []
        day = datetime.now(UTC).date()
        while len(starts) < (CROWDS_OF_CI if SHORT else CROWDS):
            day += timedelta(days=1)
            starts += rival.slots(day.isoformat())[1:]
        for wanted in starts[: CROWDS_OF_CI if SHORT else CROWDS]:
            answers = together(CROWD, lambda number, wanted=wanted: rival.book(wanted, number))  # type: ignore[misc]
            booked = sum(each == BOOKED for each in answers)
            refused = sum(each in REFUSED for each in answers)
            tally.rounds += 1
            tally.attempts += CROWD
            tally.booked += booked
            tally.failed += CROWD - booked - refused
            tally.refused["refused"] = tally.refused.get("refused", 0) + refused
        found = {each: count - before.get(each, 0) for each, count in rival.booked().items()}
        tally.double = sum(count - 1 for count in found.values() if count > 1)
    return tally
