"""How a branch is used: counts and minutes by week and resource."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from chalicelib.domain.appointment import Type
from chalicelib.domain.intervals import Interval, gaps, merged
from chalicelib.domain.moments import DAY, to_utc
from chalicelib.domain.opening import open_time
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.status import HOLDING, Status

WEEK = timedelta(days=7)
CAME_TO_BE: frozenset[Status] = frozenset({"confirmed", "done", "no_show"})


@dataclass(frozen=True, kw_only=True)
class CountedAppointment:
    """As much of an appointment as figures need; `made_at` is an instant."""

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

    @property
    def span(self) -> Interval:
        return self.start - self.preparation, self.end + self.follow_up


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of the appointments that start in the week from `week`, a Monday, on. `lead_days` is the median of requests.

    `held_minutes` with buffers, of all that is not blocked time, also of those that take the resource beside another one;
    `open_minutes` by the settings of today, less what is blocked, and for all that the resource holds at once.
    """

    week: date
    resource: str
    requests: int
    confirmed: int
    cancelled: int
    no_show: int
    lead_days: float | None
    held_minutes: int
    open_minutes: int


@dataclass(frozen=True, kw_only=True)
class KindFigures:
    """Of the appointments of one kind (None: of none, or of one that is gone) at a resource that start in the week from `week`
    on. `online` and `desk`: how they came to be; the others say what became of them. `held_minutes` with buffers, without the
    resource beside."""

    week: date
    resource: str
    template: str | None
    online: int
    desk: int
    confirmed: int
    cancelled: int
    no_show: int
    held_minutes: int


def figures(
    settings: Settings, first: date, weeks: int, counted: Sequence[CountedAppointment], since: int | None = None
) -> list[Figures]:
    """Of all resources in the branch's order, week by week from the Monday `first` on. Weeks that are over by `since` were not
    open."""
    mondays = [first + number * WEEK for number in range(weeks + 1)]
    bounds = [to_utc(monday, 0, settings.zone) for monday in mondays]
    resources = sorted(settings.resources, key=lambda each: (each.order, each.id))
    since = bounds[0] if since is None else since
    opened = {each.id: open_time(settings, each.id, mondays[0], mondays[-1]) for each in resources}
    return [
        _week(
            monday,
            resource,
            (start, end),
            opened[resource.id] if since < end else [],
            [each for each in counted if start <= each.start < end],
        )
        for monday, start, end in zip(mondays, bounds, bounds[1:], strict=False)
        for resource in resources
    ]


def _week(
    monday: date, resource: Resource, week: Interval, opened: list[Interval], counted: list[CountedAppointment]
) -> Figures:
    own = [each for each in counted if each.resource == resource.id and each.type != "blocked"]
    holding = [each for each in counted if resource.id in (each.resource, each.second) and each.status in HOLDING]
    leads = [(each.start - each.made_at) / DAY for each in own if each.type == "request"]
    free = [(max(start, week[0]), min(end, week[1])) for start, end in opened if start < week[1] and end > week[0]]
    blocked = merged(each.span for each in holding if each.type == "blocked")
    return Figures(
        week=monday,
        resource=resource.id,
        requests=len(leads),
        confirmed=sum(each.status in CAME_TO_BE for each in own),
        cancelled=sum(each.status == "cancelled" for each in own),
        no_show=sum(each.status == "no_show" for each in own),
        lead_days=round(median(leads), 1) if leads else None,
        held_minutes=_minutes(each.span for each in holding if each.type != "blocked"),
        open_minutes=resource.capacity * _minutes(free) - _shared(free, blocked),
    )


def by_kind(settings: Settings, first: date, weeks: int, counted: Sequence[CountedAppointment]) -> list[KindFigures]:
    """Where there are any: week by week from the Monday `first` on, in the branch's order of resources and kinds."""
    mondays = [first + number * WEEK for number in range(weeks + 1)]
    bounds = [to_utc(monday, 0, settings.zone) for monday in mondays]
    resources = [each.id for each in sorted(settings.resources, key=lambda each: (each.order, each.id))]
    kinds = [*(each.id for each in sorted(settings.templates, key=lambda each: (each.order, each.id))), None]
    entries: dict[tuple[int, int, int], list[CountedAppointment]] = defaultdict(list)
    for each in counted:
        if each.type != "blocked" and each.resource in resources and bounds[0] <= each.start < bounds[-1]:
            kind = each.template if each.template in kinds else None  # one that is gone
            entries[bisect_right(bounds, each.start) - 1, resources.index(each.resource), kinds.index(kind)].append(each)
    return [
        _kind(mondays[week], resources[place], kinds[kind], entries[week, place, kind]) for week, place, kind in sorted(entries)
    ]


def _kind(monday: date, resource: str, template: str | None, counted: list[CountedAppointment]) -> KindFigures:
    online = sum(each.type == "request" for each in counted)
    return KindFigures(
        week=monday,
        resource=resource,
        template=template,
        online=online,
        desk=len(counted) - online,
        confirmed=sum(each.status in CAME_TO_BE for each in counted),
        cancelled=sum(each.status == "cancelled" for each in counted),
        no_show=sum(each.status == "no_show" for each in counted),
        held_minutes=_minutes(each.span for each in counted if each.status in HOLDING),
    )


def _minutes(spans: Iterable[Interval]) -> int:
    return sum(end - start for start, end in spans)


def _shared(these: list[Interval], those: list[Interval]) -> int:
    """Minutes that lie in both."""
    return _minutes(these) - sum(_minutes(gaps(start, end, those)) for start, end in these)
