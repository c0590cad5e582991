"""What a draft of hours would offer: the same list as customers see, from settings that are not stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda, Place
from chalicelib.domain.errors import Invalid, NotFound, at
from chalicelib.domain.explain import Reason, missing
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import units_of
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import TYPES, Availability, Branch, DateException, PublicHolidays, Resource, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.planner.holidays import closing_days

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

DRAFT = "draft"
"""The id of the resource, and of the template, that a draft is about."""
MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Draft:
    """None: as the branch has it, and `now` as the clock says. `taken` are intervals of instants, buffers included."""

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
        its = _settings(stored.branch, draft)
        offer = Offer(its, its.resources[0], draft.template, draft.now or self._now())
        agenda = _agenda(draft.taken)
        last = draft.first + timedelta(days=draft.days - 1)
        days = offer.days(draft.first, last, agenda)
        some_free = any(slot.free for listed in days.values() for slot in listed)
        return Previewed(
            settings=its,
            days=days,
            next_free=None if some_free else _next_free(offer, max(last + timedelta(days=1), offer.today), agenda),
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


def _agenda(taken: tuple[Interval, ...]) -> Agenda:
    """Each interval in a lane of its own: what is full is decided by how many overlap."""
    holds: dict[Place, frozenset[int]] = {}
    for lane, (start, end) in enumerate(taken):
        for day, units in units_of(start, end).items():
            holds[DRAFT, day, lane] = units
    return Agenda(holds)


def _next_free(offer: Offer, first: date, agenda: Agenda) -> int | None:
    if first > offer.last_day:
        return None
    return next((slot.start for slot in offer.slots(first, offer.last_day, agenda) if slot.free), None)
