"""Instants, wall time, and the 5-minute grid.

An instant is an `int`: minutes since 1970-01-01T00:00Z (R2). Wall time is a `date` and minutes since its midnight, and exists
only where a branch's rules become windows and where an answer is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import OutsideAvailability
from chalicelib.domain.intervals import Interval

UNIT = 5
DAY = 24 * 60
UNITS_PER_DAY = DAY // UNIT
MOST_UNITS = 100
"""Of one appointment with its buffers (R3): what one write's condition can name."""
LONGEST_MONTH = timedelta(days=31)
"""By which months are counted that something is kept."""

Units = Mapping[str, frozenset[int]]
"""UTC day (ISO date) -> units of it, each 0..287, counted from 00:00 UTC."""


def to_utc(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant of a wall time; `minute` may be 1440, the next midnight (R4).

    A wall time that a clock change skips is read with the offset before the gap, one that occurs twice means its first
    occurrence (R5; RFC 5545, 3.3.5): both are what `fold=0` says.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    return int(wall.timestamp()) // 60


@lru_cache(maxsize=1024)
def midnight(day: date, zone: ZoneInfo) -> int:
    """The instant at which a local day begins; kept, since each list of slots asks for the same few."""
    return to_utc(day, 0, zone)


def to_local(instant: int, zone: ZoneInfo) -> datetime:
    """The instant on the branch's clock, with its offset."""
    return datetime.fromtimestamp(instant * 60, zone)


def occurs_twice(moment: datetime) -> bool:
    """Whether the wall shows the time of a local moment a second time, by another offset, as when clocks go back."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def to_text(instant: int) -> str:
    """`2026-11-24T08:30Z`: sorts as the instants do."""
    return datetime.fromtimestamp(instant * 60, UTC).strftime("%Y-%m-%dT%H:%MZ")


def from_text(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) // 60


def on_the_minute(moment: datetime) -> int:
    """The instant of an aware `moment`. Raises OutsideAvailability off the whole minute: no grid has such a start."""
    if moment.second or moment.microsecond:
        raise OutsideAvailability
    return int(moment.timestamp()) // 60


def next_minute(now: datetime) -> int:
    """The first whole minute not before `now`, so that nothing a second past is still offered."""
    return -int(-now.timestamp() // 60)


def has_begun(start: int, now: datetime) -> bool:
    return start * 60 <= now.timestamp()


def next_wall(now: datetime, minute: int, zone: ZoneInfo) -> datetime:
    """The first moment not before `now` at which the wall shows `minute` minutes since midnight."""
    today = now.astimezone(zone).date()
    moments = (datetime.fromtimestamp(to_utc(today + timedelta(days=days), minute, zone) * 60, UTC) for days in (0, 1))
    return next(moment for moment in moments if moment >= now)


def utc_days(start: int, end: int) -> list[str]:
    """The UTC days that `[start, end)` meets, as ISO dates."""
    return [_day_text(day) for day in range(start // DAY, (end - 1) // DAY + 1)]


def days_between(first: str, last: str) -> list[str]:
    """The ISO dates from `first` to `last`, both included."""
    start, end = (from_text(f"{day}T00:00Z") for day in (first, last))
    return utc_days(start, end + DAY)


def units_of(start: int, end: int) -> dict[str, frozenset[int]]:
    """The units that `[start, end)` covers, both on the 5-minute grid."""
    units: dict[str, set[int]] = {}
    for unit in range(start // UNIT, end // UNIT):
        units.setdefault(_day_text(unit // UNITS_PER_DAY), set()).add(unit % UNITS_PER_DAY)
    return {day: frozenset(each) for day, each in units.items()}


def intervals_of(units: Mapping[str, Iterable[int]]) -> list[Interval]:
    """Held units, each of a day once, as merged intervals of instants: the inverse of `units_of`."""
    found: list[Interval] = []
    for day in sorted(units):
        midnight = (date.fromisoformat(day) - _EPOCH).days * DAY
        held = frozenset(units[day])
        behind = {unit + 1 for unit in held}
        runs = zip(sorted(held - behind), sorted(behind - held), strict=True)  # where one begins, and where it ends
        for start, end in ((midnight + first * UNIT, midnight + last * UNIT) for first, last in runs):
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return found


def _day_text(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def can_be_planned(start: int, end: int) -> bool:
    """Whether all of a time lies in years whose days every zone, and every text of an instant, can tell."""
    return _FIRST <= min(start, end) <= max(start, end) <= _LAST


_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = ((date(year, 1, 1) - _EPOCH).days * DAY for year in (2000, 3000))
