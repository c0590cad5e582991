"""When a resource works, and what keeps it from working, by name: for staff, who may book at any time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from chalicelib.domain.hours import absences_of, windows_of
from chalicelib.domain.intervals import Interval, gaps, merged
from chalicelib.domain.moments import to_local, to_utc
from chalicelib.domain.schedule import absences, exceptions_on, local_days
from chalicelib.domain.settings import Availability, ClosedBy, Settings

Names = Mapping[str, str]
"""A name by language."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Closure:
    """Time that a resource is closed. `name` is that of the absence's type or of the holiday; an exception has none. `reason`
    is what staff call it, if anything, and `closing` the id of the closing that it is of."""

    resource: str
    span: Interval
    why: Literal["absence", "holiday", "exception"]
    name: Names
    reason: str = ""
    closing: str | None = None


@dataclass(frozen=True)
class Doubt:
    """Why a resource is not expected to work at a time: what closes it, or its hours, which do not open."""

    resource: str
    why: Literal["absence", "holiday", "exception", "hours"]
    name: Names
    reason: str = ""


def open_time(settings: Settings, resource: str, first: date, last: date) -> list[Interval]:
    """When the resource works on the local days `first` to `last`, merged, absences left out; may reach beyond the days."""
    own_windows, away = windows_of(settings, resource, first, last), absences_of(settings, resource, first, last)
    return [gap for start, end in merged((each.start, each.end) for each in own_windows) for gap in gaps(start, end, away)]


def closures(settings: Settings, resource: str, first: date, last: date, holiday_names: Mapping[date, Names]) -> list[Closure]:
    """What closes the resource on the local days `first` to `last`: holidays and exceptions without hours, then absences by
    type. Each lies within one day; they may overlap. An exception outweighs a holiday (R7)."""
    excepted = exceptions_on((each for each in settings.exceptions if each.resource == resource), first, last)
    found: list[Closure] = []
    days = [(day, (to_utc(day, 0, settings.zone), to_utc(day + ONE_DAY, 0, settings.zone))) for day in local_days(first, last)]
    for day, whole in days:
        if day in excepted:
            if not excepted[day].hours:
                found.append(Closure(resource, whole, "exception", {}, excepted[day].name))
        elif day in settings.branch.holidays:
            found.append(Closure(resource, whole, "holiday", holiday_names.get(day, {})))
    names = {kind.id: kind.name for kind in settings.branch.types}
    for (kind, closing), parts in _by_closing(settings.hours(resource, "closes"), first, last).items():
        for start, end in absences(parts, settings.zone, first, last):
            pieces = ((max(start, midnight), min(end, next_one)) for _, (midnight, next_one) in days)
            reason, identity = (closing.name, closing.id) if closing else ("", None)
            found += [Closure(resource, each, "absence", names[kind], reason, identity) for each in pieces if each[0] < each[1]]
    return found


def _by_closing(
    closes: Iterable[Availability], first: date, last: date
) -> dict[tuple[str, ClosedBy | None], list[Availability]]:
    """Absences that may hold near these days, by type and by the closing that they are of."""
    found: dict[tuple[str, ClosedBy | None], list[Availability]] = defaultdict(list)
    for each in closes:
        is_past = each.valid_until and each.valid_until < first - ONE_DAY
        if not is_past and not (each.valid_from and last + ONE_DAY < each.valid_from):
            found[each.type, each.closing].append(each)
    return found


def doubts(settings: Settings, resource: str, start: int, end: int, holiday_names: Mapping[date, Names]) -> list[Doubt]:
    """Each reason once, the day's before the absences. Lead time, horizon and release bind customers, and are none."""
    first, last = (to_local(instant, settings.zone).date() for instant in (start, end - 1))
    closed = [
        each for each in closures(settings, resource, first, last, holiday_names) if each.span[0] < end and start < each.span[1]
    ]
    found = [Doubt(resource, each.why, each.name, each.reason) for each in closed]
    opened = open_time(settings, resource, first, last)
    for begin, until in gaps(start, end, merged(each.span for each in closed)):
        if not any(opens <= begin and until <= closes for opens, closes in opened):
            found.append(Doubt(resource, "hours", {}))
    return [each for place, each in enumerate(found) if each not in found[:place]]
