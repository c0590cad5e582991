"""What a change of settings changes: the names of things and fields, and the appointments that it leaves outside (R32)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from chalicelib.domain.appointment import Planned
from chalicelib.domain.intervals import Interval, meets
from chalicelib.domain.moments import to_local
from chalicelib.domain.offer import Offer
from chalicelib.domain.schedule import Window
from chalicelib.domain.settings import Resource, Settings

DERIVED = ("holidays", "types")
"""Fields of the branch that are looked up, or told by a name of their own."""


def names(before: Settings, after: Settings) -> tuple[str, ...]:
    """Of what differs, e.g. `branch.phone`, `resources/cabin-1.colour`, `templates/test` (new, or gone), `availabilities`."""
    return tuple(_names(before, after))


def _names(before: Settings, after: Settings) -> Iterator[str]:
    for name in _differing(before.branch, after.branch):
        if name not in DERIVED:
            yield f"branch.{name}"
    if before.branch.types != after.branch.types:
        yield "types"
    for section in ("resources", "templates", "employees"):
        yield from _of_section(
            section, *({each.id: each for each in getattr(settings, section)} for settings in (before, after))
        )
    if Counter(before.availabilities) != Counter(after.availabilities):  # their order means nothing (R16)
        yield "availabilities"
    days = ({f"{each.resource}/{each.day}": each for each in settings.exceptions} for settings in (before, after))
    yield from _of_section("exceptions", *days)
    yield from _of_section("texts", *({"-".join(each.place): each for each in settings.texts} for settings in (before, after)))
    yield from _of_section("accesses", *({each.alias: each for each in settings.accesses} for settings in (before, after)))


def _of_section(section: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for identity in {**before, **after}:
        if identity not in before or identity not in after:
            yield f"{section}/{identity}"
        else:
            yield from (f"{section}/{identity}.{name}" for name in _differing(before[identity], after[identity]))


def _differing(before: Any, after: Any) -> list[str]:
    return [each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name)]


def left_outside(before: Settings, after: Settings, appointments: Iterable[Planned], now: datetime) -> list[Planned]:
    """Those that customers could have chosen by hours and absences, and cannot any more; by length, not by grid (R32)."""
    planneds = sorted(appointments, key=lambda each: (each.start, each.id))
    if not planneds:
        return []
    was, remains = _Hours(before, planneds, now), _Hours(after, planneds, now)
    return [each for each in planneds if was.hold(each) and not remains.hold(each)]


class _Hours:
    """A branch's hours around appointments, which must not be empty; read once for each resource."""

    def __init__(self, settings: Settings, around: list[Planned], now: datetime) -> None:
        days = [to_local(instant, settings.zone).date() for each in around for instant in (each.start, each.end)]
        self._settings = settings
        self._days = min(days), max(days)
        self._now = now
        self._read: dict[str, tuple[Sequence[Window], Sequence[Interval]]] = {}

    def hold(self, planned: Planned) -> bool:
        return all(self._open(each, planned.start, planned.end) for each in (planned.resource, planned.second) if each)

    def _open(self, resource: str, start: int, end: int) -> bool:
        found = self._settings.resource(resource)
        if found is None:
            return False
        if resource not in self._read:
            self._read[resource] = self._of(found)
        windows, absences = self._read[resource]
        return any(each.start <= start and end <= each.end for each in windows) and not meets(absences, start, end)

    def _of(self, resource: Resource) -> tuple[Sequence[Window], Sequence[Interval]]:
        offer = Offer(self._settings, resource, None, self._now)
        return offer.windows(resource, *self._days), offer.absences(resource, *self._days)
