"""A resource's windows and absences as its branch has set them, reckoned once for each version of the settings.

What is kept holds for the very objects that it was reckoned from: other settings have others, so nothing has to be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from operator import is_
from typing import Any, TypeVar

from chalicelib.domain.intervals import Interval
from chalicelib.domain.schedule import Window, absences, windows
from chalicelib.domain.settings import Settings

MOST_KEPT = 256
"""Answers in memory: some of a resource and some days each, of all branches. Whoever asks for more than that begins anew."""
Reckoned = TypeVar("Reckoned")
Sources = tuple[object, ...]
_kept: dict[str, tuple[Sources, dict[Hashable, Any]]] = {}
"""By branch: what all of it was reckoned from, and the answers."""


def windows_of(settings: Settings, resource: str, first: date, last: date) -> Sequence[Window]:
    """As `windows`, from what is set for one resource."""

    def reckon() -> list[Window]:
        exceptions = (each for each in settings.exceptions if each.resource == resource)
        return windows(settings.hours(resource, "opens"), exceptions, settings.branch.holidays, settings.zone, first, last)

    return _once(settings, ("opens", resource, first, last), reckon)


def absences_of(settings: Settings, resource: str, first: date, last: date) -> Sequence[Interval]:
    """As `absences`, from what is set for one resource."""

    def reckon() -> list[Interval]:
        return absences(settings.hours(resource, "closes"), settings.zone, first, last)

    return _once(settings, ("closes", resource, first, last), reckon)


def _once(settings: Settings, what: Hashable, reckon: Callable[[], Iterable[Reckoned]]) -> Sequence[Reckoned]:
    branch = settings.branch
    sources = (settings.availabilities, settings.exceptions, branch.holidays, branch.types, settings.zone)
    found = _kept.get(branch.id)
    if found is None or not all(map(is_, found[0], sources)):  # what was reckoned from others is of no use any more
        found = _kept[branch.id] = sources, {}
    kept: dict[Hashable, Sequence[Reckoned]] = found[1]
    if what in kept:
        return kept[what]
    if kept_in_all() >= MOST_KEPT:
        _kept.clear()
        _kept[branch.id] = sources, (kept := {})
    answer = kept[what] = tuple(reckon())
    return answer


def kept_in_all() -> int:
    return sum(len(kept) for _, kept in list(_kept.values()))
