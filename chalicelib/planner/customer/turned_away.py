"""How many online requests were turned away: counted in memory, written down now and then, right to some seconds."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.domain.settings import Branch
    from chalicelib.planner.ports import Clock, Store

EVERY = timedelta(seconds=10)


class TurnedAway:
    """A flood must not become as many writes. What a process has not written when it ends is lost: staff see a lower bound."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now
        self._counted = Counter[tuple[str, str]]()
        self._written = datetime.min.replace(tzinfo=UTC)

    def note(self, branch: Branch) -> None:
        """One more, on the branch's day. Never raises: nothing depends on it."""
        now = self._now()
        self._counted[branch.id, now.astimezone(ZoneInfo(branch.zone)).date().isoformat()] += 1
        if now - self._written >= EVERY:
            counted, self._counted, self._written = self._counted, Counter(), now
            for (identity, day), count in counted.items():
                self._store.count_turned_away(identity, day, count, now)
