"""The record of a branch: who changed what and when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, get_args

from chalicelib.domain.errors import Flaw, Invalid, NotFound
from chalicelib.domain.record import Line, Mentioned, Subject
from chalicelib.domain.settings import Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

PAGE, LARGE_PAGE = 100, 1000
MOST_LOOKS = 5
"""Queries that one page makes at most, where few lines are those that are asked for."""
MOST_MONTHS = 60
"""Months before this one that are offered at most."""
NOBODY = ("customer", "schedule")
"""Who is no employee, and is asked for by that name."""


class Lines(Protocol):
    def record(self, branch: str, month: str, limit: int, before: str | None = None) -> tuple[list[Line], str | None]:
        """Lines of a month, the latest first, and what asks for those before them, or None at the end."""

    def first_month(self, branch: str, months: Sequence[str]) -> str | None:
        """The first of these months, the earliest first, that has a line; None where none has."""


class Names(Protocol):
    def mentioned(self, branch: str, things: Collection[tuple[Subject, str]]) -> Mapping[tuple[Subject, str], Mentioned]:
        """The appointments and customers of the branch among these that are still there, as of now."""


@dataclass(frozen=True)
class Wanted:
    """Which lines are shown: of these kinds, or all; by an employee's id, `customer` or `schedule`, or by all."""

    kinds: Collection[str] = ()
    by: str | None = None


@dataclass(frozen=True)
class Page:
    """`mentioned`: what the lines are about, as far as it is still there. `since` is the earliest month that has a line, where
    no month was asked for."""

    settings: Settings
    lines: list[Line]
    before: str | None
    mentioned: Mapping[tuple[Subject, str], Mentioned]
    since: str | None = None


class Audit:
    def __init__(self, store: Store, lines: Lines, names: Names, now: Clock) -> None:
        self._store = store
        self._lines = lines
        self._names = names
        self._now = now

    def page(self, branch: str, month: str | None, before: str | None, wanted: Wanted = Wanted()) -> Page:
        """A hundred lines of a month (`2026-11`, in UTC; this one if left out), or fewer: at most five queries look for those
        that are wanted. One request tells whose they are. Raises Invalid or NotFound."""
        settings = self._settings(branch)
        named, by = self._month(month), _subject(settings, wanted.by)
        if not set(wanted.kinds) <= set(get_args(Subject)):
            raise Invalid({"kinds": Flaw("choice")})
        found: list[Line] = []
        for _ in range(MOST_LOOKS):
            lines, before = self._lines.record(branch, named, PAGE - len(found), before)
            found += [each for each in lines if by in (None, each.by) and (not wanted.kinds or each.kind in wanted.kinds)]
            if before is None or len(found) == PAGE:
                break
        mentioned = self._names.mentioned(branch, {(each.kind, each.id) for each in found})
        return Page(settings, found, before, mentioned, None if month else self._since(settings, named))

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

    def _since(self, settings: Settings, this: str) -> str:
        """Nothing is older than it is kept, and nothing is of the time before the branch was there."""
        branch = settings.branch
        months = [_months_before(this, count) for count in range(min(MOST_MONTHS, branch.record_months), 0, -1)]
        return self._lines.first_month(branch.id, months) or this

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


def _subject(settings: Settings, by: str | None) -> str | None:
    """By whom a line says that it is. Raises Invalid for who has no account here."""
    if by is None or by in NOBODY:
        return by
    employee = settings.employee(by)
    if employee is None or employee.subject is None:
        raise Invalid({"by": Flaw("unknown")})
    return employee.subject


def _months_before(month: str, count: int) -> str:
    whole = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{whole // 12:04}-{whole % 12 + 1:02}"
