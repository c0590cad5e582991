"""How a branch is used: counts and minutes by week and resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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

    `resource` is None of all persons together, or of all resources where only one is a person (`shown_as`).
    `held_minutes` with buffers, of all that is not blocked time, also of those that take the resource beside another one, but
    without `standby_minutes`, which are beyond the capacity (R36);
    `open_minutes` by the settings of today, less what is blocked, and for all that the resource holds at once.
    """

    week: date
    resource: str | None
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
    """Of the appointments of one kind (None: of none, or of one that is gone) at a resource, or as in Figures, that start in
    the week from `week` on. `online` and `desk`: how they came to be; the others say what became of them. `held_minutes` with
    buffers, without the resource beside."""

    week: date
    resource: str | None
    template: str | None
    online: int
    desk: int
    confirmed: int
    cancelled: int
    no_show: int
    held_minutes: int


def shown_as(settings: Settings) -> list[tuple[str | None, list[Resource]]]:
    """The resources in the branch's order, each by its id. Where figures by person are off, persons come last and as one, so
    that nobody's are told; a single person is one with all resources, since the figures would be that person's."""
    resources = sorted(settings.resources, key=lambda each: (each.order, each.id))
    persons = [] if settings.branch.figures_by_person else [each for each in resources if each.kind == "person"]
    together = persons if len(persons) != 1 else resources
    apart: list[tuple[str | None, list[Resource]]] = [(each.id, [each]) for each in resources if each not in together]
    return [*apart, (None, together)] if together else apart


def figures(settings: Settings, first: date, weeks: int, sums: Iterable[WeekSum], since: int | None = None) -> list[Figures]:
    """Of all resources, as they are shown, week by week from the Monday `first` on. Weeks that are over by `since` were not
    open."""
    mondays = [first + number * WEEK for number in range(weeks + 1)]
    bounds = [to_utc(monday, 0, settings.zone) for monday in mondays]
    since = bounds[0] if since is None else since
    opened = {each.id: open_time(settings, each.id, mondays[0], mondays[-1]) for each in settings.resources}
    found = summed(sums)
    return [
        _week(
            monday,
            place,
            resources,
            (start, end),
            opened if since < end else {},
            {each.id: found[monday, each.id] for each in settings.resources if (monday, each.id) in found},
        )
        for monday, start, end in zip(mondays, bounds, bounds[1:], strict=False)
        for place, resources in shown_as(settings)
    ]


def _week(
    monday: date,
    place: str | None,
    resources: list[Resource],
    week: Interval,
    opened: Mapping[str, list[Interval]],
    sums: dict[str, WeekSum],
) -> Figures:
    """Of these resources together; `opened` by resource, `sums` those of the week by resource."""
    totals: Counter[str] = Counter()
    leads: list[float] = []
    for (what, of), number in (each for one in resources if one.id in sums for each in sums[one.id].numbers.items()):
        totals[what] += number
        if what == "lead":
            leads += [int(of) / DAY] * number
    beside, standby = (
        sum(each.numbers.get((what, one.id), 0) for each in sums.values() for one in resources)
        for what in ("beside", "standby")
    )
    return Figures(
        week=monday,
        resource=place,
        requests=totals["online"],
        confirmed=totals["confirmed"],
        cancelled=totals["cancelled"],
        no_show=totals["no_show"],
        lead_days=round(median(leads), 1) if leads else None,
        held_minutes=totals["held"] + beside - standby,
        open_minutes=sum(_open(one, week, opened.get(one.id, []), sums) for one in resources),
        standby_minutes=standby,
    )


def _open(resource: Resource, week: Interval, opened: list[Interval], sums: dict[str, WeekSum]) -> int:
    """Minutes of a resource, for all that it holds at once, less what is blocked."""
    free = [(max(start, week[0]), min(end, week[1])) for start, end in opened if start < week[1] and end > week[0]]
    blocked = merged(
        (start, end) for each in sums.values() for start, end, second in each.blocked if resource.id in (each.resource, second)
    )
    return resource.capacity * _minutes(free) - _shared(free, blocked)


def by_kind(settings: Settings, first: date, weeks: int, sums: Iterable[WeekSum]) -> list[KindFigures]:
    """Where there are any: week by week from the Monday `first` on, as the resources are shown, in the branch's order of
    kinds."""
    places = shown_as(settings)
    place_of = {each.id: number for number, (_, resources) in enumerate(places) for each in resources}
    kinds = [*(each.id for each in sorted(settings.templates, key=lambda each: (each.order, each.id))), None]
    entries: dict[tuple[date, int, int], Counter[str]] = {}
    for each in sums:
        if each.resource in place_of and first <= each.week < first + weeks * WEEK:
            for (what, of), number in each.numbers.items():
                if what in OF_KINDS:
                    kind = of if of in kinds else None  # one that is gone
                    entry = each.week, place_of[each.resource], kinds.index(kind)
                    entries.setdefault(entry, Counter())[what] += number
    return [
        KindFigures(
            week=week,
            resource=places[place][0],
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
