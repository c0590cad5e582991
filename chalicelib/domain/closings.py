"""Time that staff have closed: from instants to the availabilities that close it, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.intervals import Interval, gaps
from chalicelib.domain.moments import DAY, UNIT, to_local
from chalicelib.domain.schedule import absences
from chalicelib.domain.settings import ABSENCE, Availability, ClosedBy, Hours, Settings

ONE_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(1, 8))


@dataclass(frozen=True)
class Closed:
    """A closing of a resource. `spans` are what is left of it, in order: it may have been reopened in part."""

    closing: ClosedBy
    resource: str
    type: str
    spans: tuple[Interval, ...]


def closings(settings: Settings, since: int) -> list[Closed]:
    """Those that end after `since`, by their beginning."""
    today = to_local(since, settings.zone).date()
    pieces: dict[tuple[ClosedBy, str, str], list[Availability]] = defaultdict(list)
    for each in settings.availabilities:
        if each.closing:
            for resource in each.resources:
                pieces[each.closing, resource, each.type].append(each)
    found = []
    for what, parts in pieces.items():
        first = min(each.valid_from or today for each in parts)
        last = max(each.valid_until or today for each in parts)
        spans = absences(parts, settings.zone, first, last) if last >= today - ONE_DAY else []
        if spans and spans[-1][1] > since:
            found.append(Closed(*what, spans=tuple(spans)))
    return sorted(found, key=lambda each: (each.spans, each.closing.id, each.resource))


def closing(settings: Settings, resource: str, start: int, end: int, kind: str, by: ClosedBy) -> list[Availability]:
    """What closes the time: one day in part, or a first day, whole days, and a last one."""
    return [
        Availability(
            resources=(resource,),
            weekdays=EVERY_DAY,
            hours=Hours(start=begins, end=ends, step=UNIT),
            type=kind,
            valid_from=first,
            valid_until=last,
            closing=by,
        )
        for first, last, begins, ends in _days(settings, start, end)
    ]


def reopened(settings: Settings, identity: str, start: int, end: int) -> tuple[Availability, ...]:
    """The branch's availabilities without this closing from `start` to `end`; what lies before and behind stays closed."""
    kept = [each for each in settings.availabilities if each.closing is None or each.closing.id != identity]
    for each in closings(settings, 0):
        if each.closing.id == identity:
            left = (span for first, last in each.spans for span in gaps(first, last, [(start, end)]))
            kept += [part for span in left for part in closing(settings, each.resource, *span, each.type, each.closing)]
    return tuple(kept)


def absence_type(settings: Settings) -> str | None:
    """What a closing is of: the absence, or whatever closes."""
    closes = [each.id for each in settings.branch.types if each.effect == "closes"]
    return ABSENCE if ABSENCE in closes else next(iter(closes), None)


def _days(settings: Settings, start: int, end: int) -> Iterator[tuple[date, date, int, int]]:
    """First and last day, and from when to when on each of them."""
    first, last = to_local(start, settings.zone), to_local(end, settings.zone)
    begins, ends = first.hour * 60 + first.minute, last.hour * 60 + last.minute
    if first.date() == last.date():
        yield first.date(), first.date(), begins, ends
        return
    if begins:
        yield first.date(), first.date(), begins, DAY
    whole = first.date() + (ONE_DAY if begins else timedelta()), last.date() - ONE_DAY
    if whole[0] <= whole[1]:
        yield *whole, 0, DAY
    if ends:
        yield last.date(), last.date(), 0, ends
