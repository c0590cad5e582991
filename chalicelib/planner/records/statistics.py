"""The figures of a branch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain import figures
from chalicelib.domain.errors import Flaw, Invalid, NotFound
from chalicelib.domain.moments import has_begun, next_minute, to_utc
from chalicelib.domain.status import ONCE_BEGUN
from chalicelib.domain.sums import WEEK, CountedAppointment, WeekSum, sum_of

if TYPE_CHECKING:
    from chalicelib.domain.settings import Settings
    from chalicelib.planner.ports import Clock, Store

MOST_WEEKS = 53
FIRST_YEAR, LAST_YEAR = 2000, 2200


class Visits(Protocol):
    def counted(self, branch: str, resource: str, since: int, until: int) -> Iterator[CountedAppointment]:
        """Appointments of a resource that start in `[since, until)`."""

    def first(self, branch: str, resource: str) -> int | None:
        """The start of a resource's earliest appointment; None where it has none."""

    def sums(self, branch: str, first: date, last: date) -> list[WeekSum]:
        """Of appointments that have left, in the weeks from `first` to `last`, both Mondays; as of now."""

    def first_sum(self, branch: str, resources: Collection[str]) -> date | None:
        """The earliest week of which there is a sum of one of these resources."""


@dataclass(frozen=True)
class Report:
    weeks: list[figures.Figures]
    kinds: list[figures.KindFigures]


class Statistics:
    def __init__(self, store: Store, visits: Visits, now: Clock) -> None:
        self._store = store
        self._visits = visits
        self._now = now

    def weeks(self, branch: str, first: date | None, weeks: int) -> Report:
        """Of so many weeks from the one of `first` on; without it, those that end with this week. One query a resource, one of
        the sums, and mostly two more. What leaves the table just now may count twice for some moments.

        What nobody can know yet is not counted: what is marked as done or missed before its start counts as confirmed. Weeks
        before the first appointment of all were not open. Raises Invalid or NotFound.
        """
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        if not 1 <= weeks <= MOST_WEEKS:
            raise Invalid({"weeks": Flaw("range", least=1, most=MOST_WEEKS)})
        if first and not FIRST_YEAR <= first.year < LAST_YEAR:
            raise Invalid({"from": Flaw("range", least=FIRST_YEAR, most=LAST_YEAR - 1)})
        monday = _monday(first) if first else _monday(self._now().astimezone(settings.zone).date()) - (weeks - 1) * WEEK
        since, until = (to_utc(day, 0, settings.zone) for day in (monday, monday + weeks * WEEK))
        now = self._now()
        resources = [each.id for each in settings.resources]
        counted = (
            replace(one, status="confirmed") if one.status in ONCE_BEGUN and not has_begun(one.start, now) else one
            for each in resources
            for one in self._visits.counted(branch, each, since, until)
        )
        sums = [sum_of(one, settings) for one in counted]
        sums += self._visits.sums(branch, monday, monday + (weeks - 1) * WEEK)
        began = self._began(settings, resources, since, next_minute(now))
        return Report(
            figures.figures(settings, monday, weeks, sums, began),
            figures.by_kind(settings, monday, weeks, sums),
        )

    def _began(self, settings: Settings, resources: list[str], since: int, now: int) -> int:
        """The start of the first appointment of all, or of the week in which it began that has left since; `now` where there is
        none; of any before `since`, which is as good."""
        began = now
        for each in resources:
            if began <= since:
                return began
            began = min(began, self._visits.first(settings.branch.id, each) or began)
        if began > since and (week := self._visits.first_sum(settings.branch.id, resources)):
            began = min(began, to_utc(week, 0, settings.zone))
        return began


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
