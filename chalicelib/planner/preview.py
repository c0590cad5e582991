"""What a draft of hours would offer: the same list as customers see, from settings that are not stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda, Place
from chalicelib.domain.errors import Invalid, NotFound, at
from chalicelib.domain.explain import Reason, missing
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import can_be_planned, to_utc, units_of
from chalicelib.domain.offer import Offer
from chalicelib.domain.schedule import Window
from chalicelib.domain.settings import TYPES, Availability, Branch, DateException, PublicHolidays, Resource, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.planner.holidays import closing_days

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

DRAFT = "draft"
"""The id of the resource, and of the template, that a draft is about."""
MOST_DAYS = 366
MOST_HOURS = 500_000
"""Availabilities times days that one question may have to look at."""
MOST_LISTED, MOST_SOUGHT = 60_000, 250_000
"""Starts that one answer may list, so that it stays below the 6 MB that Lambda hands on, and that may be looked at for the next
free one."""
ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
STRIDE = timedelta(days=28)
"""Days whose starts are counted, or searched, at once."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """None: as the branch has it, and `now` as the clock says. `taken` are intervals of instants, buffers included, near the
    asked days."""

    first: date
    days: int
    now: datetime | None
    zone: str | None
    lead_hours: int | None
    horizon_days: int | None
    capacity: int
    template: Template | None
    availabilities: tuple[Availability, ...]
    exceptions: tuple[DateException, ...]
    holidays: PublicHolidays | None
    taken: tuple[Interval, ...]
    explain: bool


@dataclass(frozen=True)
class Previewed:
    """As a customer's week; `missing` by day only where it was asked for."""

    settings: Settings
    days: Mapping[date, list[Slot]]
    next_free: int | None
    missing: Mapping[date, list[tuple[int, Reason]]] | None


class Preview:
    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def show(self, branch: str, draft: Draft) -> Previewed:
        """Stores nothing. Raises Invalid, or NotFound where there is no such branch."""
        stored = self._store.settings(branch)
        if stored is None:
            raise NotFound
        if not 1 <= draft.days <= MOST_DAYS:
            raise Invalid({"days": f"must be 1 to {MOST_DAYS}"})
        if not 2000 <= draft.first.year <= 2999:
            raise Invalid({"from": "is not a date to plan"})
        now = draft.now or self._now()
        minute = int(now.timestamp()) // 60
        if not can_be_planned(minute, minute):
            raise Invalid({"now": "is not a date to plan"})
        its = _settings(stored.branch, draft)
        offer = Offer(its, its.resources[0], draft.template, now)
        last = draft.first + timedelta(days=draft.days - 1)
        _refuse_far(draft, offer, last)
        # Explained, each start may stand in the answer twice.
        list(_strides(offer, draft.first, last, MOST_LISTED // 2 if draft.explain else MOST_LISTED))
        agenda = _agenda(draft.taken)
        days = offer.days(draft.first, last, agenda)
        some_free = any(slot.free for listed in days.values() for slot in listed)
        return Previewed(
            settings=its,
            days=days,
            next_free=None if some_free else _next_free(offer, max(last + ONE_DAY, offer.today), agenda),
            missing=missing(offer, draft.first, last, agenda) if draft.explain else None,
        )


def _settings(stored: Branch, draft: Draft) -> Settings:
    given = {"zone": draft.zone, "lead_hours": draft.lead_hours, "horizon_days": draft.horizon_days}
    branch = replace(
        stored,
        types=TYPES,
        holidays=_closed(draft),
        most_appointments_a_day=None,
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]  # checked by Branch
    )
    return Settings(
        branch=branch,
        resources=(Resource(id=DRAFT, name="", released=True, capacity=draft.capacity),),
        templates=(draft.template,) if draft.template else (),
        availabilities=draft.availabilities,
        exceptions=draft.exceptions,
    )


def _closed(draft: Draft) -> frozenset[date]:
    if draft.holidays is None:
        return frozenset()
    years = range(draft.first.year - 1, draft.first.year + 4)
    with at("holidays", off="except"):
        return closing_days(draft.holidays, years)


def _refuse_far(draft: Draft, offer: Offer, last: date) -> None:
    """What is taken counts from today or the first day on, up to the last day or the horizon. Raises Invalid."""
    zone = offer.settings.zone
    since, until = to_utc(min(draft.first, offer.today) - WEEK, 0, zone), to_utc(max(last, offer.last_day) + WEEK, 0, zone)
    for number, (start, end) in enumerate(draft.taken):
        if not (since <= start and end <= until):
            raise Invalid({f"taken[{number}].start": "is not near the asked days"})


def _strides(offer: Offer, first: date, last: date, most: int) -> Iterator[tuple[date, date]]:
    """The days part by part, as long as all that were given have at most so many starts. Raises Invalid at the first beyond."""
    if len(offer.settings.availabilities) * ((last - first).days + 1) > MOST_HOURS:
        raise Invalid({"availabilities": "are too many for so many days"})
    while first <= last:
        until = min(first + STRIDE - ONE_DAY, last)
        most -= sum(map(_starts, offer.windows(offer.resource, first, until)))
        if most < 0:
            raise Invalid({"availabilities": "have too many starts: take longer steps or ask for fewer days"})
        yield first, until
        first = until + ONE_DAY


def _starts(window: Window) -> int:
    """At how many places a window is looked at: with a minimum step its grid may begin anew at each of them."""
    length = window.end - window.start
    return length // window.step + (length // min(window.step, window.minimum_step) if window.minimum_step else 0)


def _agenda(taken: tuple[Interval, ...]) -> Agenda:
    """Each interval in a lane of its own: what is full is decided by how many overlap."""
    holds: dict[Place, frozenset[int]] = {}
    for lane, (start, end) in enumerate(taken):
        for day, units in units_of(start, end).items():
            holds[DRAFT, day, lane] = units
    return Agenda(holds)


def _next_free(offer: Offer, first: date, agenda: Agenda) -> int | None:
    for since, until in _strides(offer, first, offer.last_day, MOST_SOUGHT):
        if (found := next((slot.start for slot in offer.slots(since, until, agenda) if slot.free), None)) is not None:
            return found
    return None
