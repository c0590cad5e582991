"""Appointments as figures count them, and the sums that take their place when they have left the table (R30).

A sum adds up: figures come out the same, whether of appointments, of the sums of appointments that have left, or of both.
Nothing in a sum is of a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment, Type
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import UNIT, to_local, to_utc
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import HOLDING, Status

WEEK = timedelta(days=7)
CAME_TO_BE: frozenset[Status] = frozenset({"confirmed", "done", "no_show"})
NO_TEMPLATE = ""
NO_SECOND = ""

Named = tuple[str, str]
"""What is counted, and of what: `(online, t)`, `(desk, t)`, `(confirmed, t)`, `(cancelled, t)`, `(no_show, t)` and, in minutes,
`(held, t)` of a template's appointments; `(beside, r)`, minutes held of a second resource; `(lead, m)`, requests that were made
so many minutes ahead."""
Blocked = tuple[int, int, str]
"""Blocked time `[start, end)` with its buffers, and the second resource that it blocks too."""


@dataclass(frozen=True, kw_only=True)
class CountedAppointment:
    """As much of an appointment as figures need; `made_at` is an instant, `lanes` are minutes by resource and lane, buffers
    included."""

    resource: str
    second: str | None
    start: int
    end: int
    preparation: int
    follow_up: int
    type: Type
    status: Status
    made_at: int
    template: str | None = None
    lanes: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def span(self) -> Interval:
        return self.start - self.preparation, self.end + self.follow_up


@dataclass(frozen=True, kw_only=True)
class WeekSum:
    """Of the appointments of a resource that start in the week from `week` on, a Monday of the branch's clock."""

    week: date
    resource: str
    numbers: Mapping[Named, int]
    blocked: frozenset[Blocked] = frozenset()


def counted(appointment: Appointment) -> CountedAppointment:
    return CountedAppointment(
        resource=appointment.resource,
        second=appointment.second,
        start=appointment.start,
        end=appointment.end,
        preparation=appointment.preparation,
        follow_up=appointment.follow_up,
        type=appointment.type,
        status=appointment.status,
        made_at=int(appointment.made_at.timestamp()) // 60,
        template=appointment.template,
        lanes=minutes_by_lane(appointment.holds),
    )


def minutes_by_lane(holds: Holds) -> Mapping[tuple[str, int], int]:
    """Without the first lane, which is never a stand-by one."""
    found: Counter[tuple[str, int]] = Counter()
    for (resource, _, lane), units in holds.items():
        if lane:
            found[resource, lane] += UNIT * len(units)
    return found


def sum_of(one: CountedAppointment, settings: Settings) -> WeekSum:
    """The sum of one alone, with the minutes that stand by as the settings of today have it (R36)."""
    zone = settings.zone
    week = week_of(one.start, zone)
    start, end = one.span
    holds = one.status in HOLDING
    beyond = {lane: minutes for lane, minutes in one.lanes.items() if settings.stands_by([lane])}
    if one.type == "blocked":
        blocked = frozenset({(start, end, one.second or NO_SECOND)} if holds and not beyond else ())
        return WeekSum(week=week, resource=one.resource, numbers={}, blocked=blocked)
    kind = one.template or NO_TEMPLATE
    numbers: Counter[Named] = Counter({("online" if one.type == "request" else "desk", kind): 1})
    if one.type == "request":
        numbers["lead", str(one.start - one.made_at)] += 1
    if one.status in CAME_TO_BE:
        numbers["confirmed", kind] += 1
    if one.status in ("cancelled", "no_show"):
        numbers[one.status, kind] += 1
    if holds:
        numbers["held", kind] += end - start
        if one.second:
            numbers["beside", one.second] += end - start
        for (resource, _), minutes in beyond.items():
            numbers["standby", resource] += minutes
    return WeekSum(week=week, resource=one.resource, numbers=numbers)


def summed(sums: Iterable[WeekSum]) -> dict[tuple[date, str], WeekSum]:
    """One of each week and resource."""
    numbers: dict[tuple[date, str], Counter[Named]] = defaultdict(Counter)
    blocked: dict[tuple[date, str], set[Blocked]] = defaultdict(set)
    for each in sums:
        numbers[each.week, each.resource].update(each.numbers)
        blocked[each.week, each.resource].update(each.blocked)
    return {
        (week, resource): WeekSum(week=week, resource=resource, numbers=found, blocked=frozenset(blocked[week, resource]))
        for (week, resource), found in numbers.items()
    }


def week_of(instant: int, zone: ZoneInfo) -> date:
    """The Monday on whose week the instant lies, where a week ends with the first midnight of the next one's Monday."""
    day = to_local(instant, zone).date()
    monday = day - timedelta(days=day.weekday())
    return monday + WEEK if instant >= to_utc(monday + WEEK, 0, zone) else monday
