"""What operators do: write what a branch has set."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.checks import check
from chalicelib.domain.errors import Invalid, at
from chalicelib.domain.settings import Settings
from chalicelib.planner.holidays import closing_days

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

YEARS = 10
"""For how long public holidays are looked up: further than any horizon reaches."""


class Setup:
    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def save(self, settings: Settings) -> Settings:
        """Checks and writes all that a branch has set, with its public holidays looked up. Returns what was written.

        Appointments stay as they are (R32). Raises Invalid with the path of what is wrong, and then has stored nothing.
        """
        check(settings)
        self._refuse_lower_capacity(settings)
        branch = settings.branch
        if branch.public_holidays:
            this_year = self._now().year
            with at("branch.public_holidays"):
                closed = closing_days(branch.public_holidays, range(this_year, this_year + YEARS))
            settings = replace(settings, branch=replace(branch, holidays=closed))
        self._store.replace_settings(settings)
        return settings

    def _refuse_lower_capacity(self, settings: Settings) -> None:
        """A capacity may not be lowered below what future units hold (R14)."""
        stored = self._store.settings(settings.branch.id)
        today = self._now().date()
        for number, resource in enumerate(settings.resources):
            before = stored.resource(resource.id) if stored else None
            if before is None or before.capacity <= resource.capacity:
                continue
            last = today + timedelta(days=max(settings.branch.horizon_days, stored.branch.horizon_days if stored else 0) + 2)
            agenda = self._store.agenda(settings.branch.id, [before], today.isoformat(), last.isoformat())
            if any(lane >= resource.capacity for _, _, lane in agenda.holds):
                raise Invalid({f"resources[{number}].capacity": "is less than what appointments hold"})
