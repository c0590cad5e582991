"""How a branch is used: counts and minutes by week and resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from chalicelib.domain.intervals import Interval, gaps, merged
from chalicelib.domain.moments import DAY, to_utc
from chalicelib.domain.opening import open_time
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.sums import WEEK, WeekSum, summed

OF_KINDS = ("online", "desk", "confirmed", "cancelled", "no_show", "held")
"""What is counted by template."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of the appointments that start in the week from `week`, a Monday, on. `lead_days` is the median of requests.

    `held_minutes` with buffers, of all that is not blocked time, also of those that take the resource beside another one, but
    without `standby_minutes`, which are beyond the capacity (R36);
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
    standby_minutes: int


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


def figures(settings: Settings, first: date, weeks: int, sums: Iterable[WeekSum], since: int | None = None) -> list[Figures]:
    """Of all resources in the branch's order, week by week from the Monday `first` on. Weeks that are over by `since` were not
    open."""
    mondays = [first + number * WEEK for number in range(weeks + 1)]
    bounds = [to_utc(monday, 0, settings.zone) for monday in mondays]
    resources = sorted(settings.resources, key=lambda each: (each.order, each.id))
    since = bounds[0] if since is None else since
    opened = {each.id: open_time(settings, each.id, mondays[0], mondays[-1]) for each in resources}
    found = summed(sums)
    return [
        _week(
            monday,
            resource,
            (start, end),
            opened[resource.id] if since < end else [],
            {each.id: found[monday, each.id] for each in resources if (monday, each.id) in found},
        )
        for monday, start, end in zip(mondays, bounds, bounds[1:], strict=False)
        for resource in resources
    ]


def _week(monday: date, resource: Resource, week: Interval, opened: list[Interval], sums: dict[str, WeekSum]) -> Figures:
    """`sums` are those of the week, by resource."""
    own = sums.get(resource.id)
    totals: Counter[str] = Counter()
    leads: list[float] = []
    for (what, of), number in own.numbers.items() if own else ():
        totals[what] += number
        if what == "lead":
            leads += [int(of) / DAY] * number
    beside, standby = (
        sum(each.numbers.get((what, resource.id), 0) for each in sums.values()) for what in ("beside", "standby")
    )
    free = [(max(start, week[0]), min(end, week[1])) for start, end in opened if start < week[1] and end > week[0]]
    blocked = merged(
        (start, end) for each in sums.values() for start, end, second in each.blocked if resource.id in (each.resource, second)
    )
    return Figures(
        week=monday,
        resource=resource.id,
        requests=totals["online"],
        confirmed=totals["confirmed"],
        cancelled=totals["cancelled"],
        no_show=totals["no_show"],
        lead_days=round(median(leads), 1) if leads else None,
        held_minutes=totals["held"] + beside - standby,
        open_minutes=resource.capacity * _minutes(free) - _shared(free, blocked),
        standby_minutes=standby,
    )


def by_kind(settings: Settings, first: date, weeks: int, sums: Iterable[WeekSum]) -> list[KindFigures]:
    """Where there are any: week by week from the Monday `first` on, in the branch's order of resources and kinds."""
    resources = [each.id for each in sorted(settings.resources, key=lambda each: (each.order, each.id))]
    kinds = [*(each.id for each in sorted(settings.templates, key=lambda each: (each.order, each.id))), None]
    entries: dict[tuple[date, int, int], Counter[str]] = {}
    for each in sums:
        if each.resource in resources and first <= each.week < first + weeks * WEEK:
            for (what, of), number in each.numbers.items():
                if what in OF_KINDS:
                    kind = of if of in kinds else None  # one that is gone
                    entries.setdefault((each.week, resources.index(each.resource), kinds.index(kind)), Counter())[what] += (
                        number
                    )
    return [
        KindFigures(
            week=week,
            resource=resources[place],
            template=kinds[kind],
            online=found["online"],
            desk=found["desk"],
            confirmed=found["confirmed"],
            cancelled=found["cancelled"],
            no_show=found["no_show"],
            held_minutes=found["held"],
        )
        for (week, place, kind), found in sorted(entries.items())
    ]


def _minutes(spans: Iterable[Interval]) -> int:
    return sum(end - start for start, end in spans)


def _shared(these: list[Interval], those: list[Interval]) -> int:
    """Minutes that lie in both."""
    return _minutes(these) - sum(_minutes(gaps(start, end, those)) for start, end in these)
