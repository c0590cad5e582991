"""The record of a branch: who changed what and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.errors import Flaw, Invalid, NotFound
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

PAGE, LARGE_PAGE = 100, 1000


class Lines(Protocol):
    def record(self, branch: str, month: str, limit: int, before: str | None = None) -> tuple[list[Line], str | None]:
        """Lines of a month, the latest first, and what asks for those before them, or None at the end."""


@dataclass(frozen=True)
class Page:
    settings: Settings
    lines: list[Line]
    before: str | None


class Audit:
    def __init__(self, store: Store, lines: Lines, now: Clock) -> None:
        self._store = store
        self._lines = lines
        self._now = now

    def page(self, branch: str, month: str | None, before: str | None) -> Page:
        """A hundred lines of a month (`2026-11`, in UTC; this one if left out). Raises Invalid or NotFound."""
        settings = self._settings(branch)
        return Page(settings, *self._lines.record(branch, self._month(month), PAGE, before))

    def month(self, branch: str, month: str | None) -> tuple[str, Settings, list[Line]]:
        """Which month it is, and all of its lines."""
        settings, named = self._settings(branch), self._month(month)
        return named, settings, list(self._all(branch, named))

    def _all(self, branch: str, month: str) -> Iterator[Line]:
        before: str | None = None
        while True:
            lines, before = self._lines.record(branch, month, LARGE_PAGE, before)
            yield from lines
            if before is None:
                return

    def _month(self, month: str | None) -> str:
        if month is None:
            return self._now().strftime("%Y-%m")
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month, re.ASCII):
            raise Invalid({"month": Flaw("month")})
        return month

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings
