"""Noting that staff look at customers' data."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.record import Line, Reading
from chalicelib.domain.settings import KEPT_MONTHS

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store


class Notebook(Protocol):
    def put(self, line: Line) -> None:
        """Writes a line, or raises TryAgain; the same again changes nothing."""


class Readings:
    """Safe to share between threads."""

    def __init__(self, store: Store, notebook: Notebook, now: Clock) -> None:
        self._store = store
        self._notebook = notebook
        self._now = now
        self._hour: datetime | None = None
        self._noted: set[Line] = set()

    def note(self, branch: str, reading: Reading, identity: str, by: str) -> None:
        """Notes that `by` has looked, once an hour. What this process has noted costs no write any more. Raises TryAgain where
        it cannot be noted: then nothing may be shown."""
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._hour, self._noted = hour, set()
        settings = self._store.settings(branch)
        line = Line(
            branch=branch,
            kind=reading.kind,
            id=identity,
            what=reading.what,
            by=by,
            at=hour,
            months=settings.branch.record_months if settings else KEPT_MONTHS,
        )
        if line not in self._noted:
            self._notebook.put(line)
            self._noted.add(line)
