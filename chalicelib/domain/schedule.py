"""From what a branch has set to windows on the UTC line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.intervals import Interval, merged
from chalicelib.domain.moments import DAY, to_utc
from chalicelib.domain.settings import Availability, DateException, Hours


@dataclass(frozen=True, order=True)
class Window:
    """Open time `[start, end)` in UTC minutes; its grid begins at `start`. `minimum_step` 0 means none."""

    start: int
    end: int
    step: int
    minimum_step: int = 0


def in_turn(windows: Iterable[Window]) -> Iterator[list[Window]]:
    """Those that overlap together, and all of them in order: no start of some comes before one of those ahead of them."""
    together: list[Window] = []
    end = 0
    for window in sorted(windows, key=lambda each: each.start):
        if together and window.start >= end:
            yield together
            together = []
        end = max(window.end, end)
        together.append(window)
    if together:
        yield together


def windows(
    opening: Iterable[Availability],
    exceptions: Iterable[DateException],
    holidays: Collection[date],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> list[Window]:
    """The windows of the local days `first` to `last`, both included, sorted.

    A window that crosses midnight belongs to both days (R4): to be right at the edges, one day more is looked at on either
    side, so that windows of the neighbouring days may be among them.
    """
    weekly = _by_weekday(opening)
    replaced = exceptions_on(exceptions, first - _ONE, last + _ONE)
    ending_at_midnight: dict[tuple[int, int, int], Window] = {}
    found: list[Window] = []
    for day in local_days(first - _ONE, last + _ONE):
        if day in replaced:
            hours: Iterable[Hours] = replaced[day].hours
        elif day in holidays:
            hours = ()
        else:
            hours = (each.hours for each in weekly[day.isoweekday()] if each.holds_on(day))
        ending_at_midnight = _join_midnight(_of_one_day(hours, day, zone), ending_at_midnight, found)
    return sorted([*found, *ending_at_midnight.values()])


def exceptions_on(exceptions: Iterable[DateException], first: date, last: date) -> dict[date, DateException]:
    """Which exception holds on each of the days, both included, that has any. That of the very date goes before those that
    return to it every year; of these the latest one holds."""
    dated: dict[date, DateException] = {}
    yearly: dict[tuple[int, int], list[DateException]] = defaultdict(list)
    for each in exceptions:
        dated[each.day] = each
        if each.yearly:
            yearly[each.day.month, each.day.day].append(each)
    found: dict[date, DateException] = {}
    for day in local_days(first, last) if dated else ():
        returning = [each for each in yearly.get((day.month, day.day), ()) if each.day <= day]
        if day in dated:
            found[day] = dated[day]
        elif returning:
            found[day] = max(returning, key=lambda each: each.day)
    return found


def absences(closing: Iterable[Availability], zone: ZoneInfo, first: date, last: date) -> list[Interval]:
    """When closing availabilities hold, from the day before `first` to the day after `last`, merged."""
    weekly = _by_weekday(closing)
    return merged(
        (to_utc(day, each.hours.start, zone), to_utc(day, each.hours.end, zone))
        for day in (local_days(first - _ONE, last + _ONE) if weekly else ())
        for each in weekly[day.isoweekday()]
        if each.holds_on(day)
    )


_ONE = timedelta(days=1)


def local_days(first: date, last: date) -> Iterator[date]:
    """Both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _by_weekday(availabilities: Iterable[Availability]) -> dict[int, list[Availability]]:
    """By ISO weekday; looked at once, since there may be thousands."""
    found: dict[int, list[Availability]] = defaultdict(list)
    for each in availabilities:
        for weekday in each.weekdays:
            found[weekday].append(each)
    return found


def _of_one_day(hours: Iterable[Hours], day: date, zone: ZoneInfo) -> Iterator[tuple[Interval, Window]]:
    """Hours of one step and minimum step merged on the wall, as minutes of the day, and then laid on the UTC line.

    A window that only a clock change empties is left out (R4).
    """
    alike: dict[tuple[int, int], list[Interval]] = defaultdict(list)
    for each in hours:
        alike[each.step, each.minimum_step or 0].append((each.start, each.end))
    instants: dict[int, int] = {}
    for (step, minimum_step), walls in alike.items():
        for wall in merged(walls):
            for minute in wall:
                if minute not in instants:
                    instants[minute] = to_utc(day, minute, zone)
            start, end = instants[wall[0]], instants[wall[1]]
            if start < end:
                yield wall, Window(start, end, step, minimum_step)


def _join_midnight(
    today: Iterable[tuple[Interval, Window]], before: dict[tuple[int, int, int], Window], found: list[Window]
) -> dict[tuple[int, int, int], Window]:
    """Adds what is complete to `found`; returns today's windows that tomorrow's may continue, by their end and steps.

    A whole day (00:00-24:00) stays its own window (R4).
    """
    open_ended: dict[tuple[int, int, int], Window] = {}
    for wall, window in today:
        whole_day = wall == (0, DAY)
        earlier = before.pop((window.start, window.step, window.minimum_step), None) if wall[0] == 0 else None
        if earlier and whole_day:
            found.append(earlier)
        elif earlier:
            window = replace(window, start=earlier.start)
        if wall[1] == DAY and not whole_day:
            open_ended[window.end, window.step, window.minimum_step] = window
        else:
            found.append(window)
    found.extend(before.values())
    return open_ended
