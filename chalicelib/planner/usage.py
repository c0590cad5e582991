"""When accesses are used: written down at most once an hour by each process."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

AN_HOUR = timedelta(hours=1)


class Usage:
    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now
        self._noted: dict[str, datetime] = {}

    def note(self, branch: str, alias: str) -> None:
        """Of an access that exists."""
        now = self._now()
        noted = self._noted.get(alias)
        if noted is None or now - noted >= AN_HOUR:
            self._noted[alias] = now
            self._store.mark_used(branch, alias, now)
