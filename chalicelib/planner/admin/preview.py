"""What a draft of hours would offer: the same list as customers see, from settings that are not stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.agenda import Agenda, Place
from chalicelib.domain.errors import Flaw, Invalid, NotFound, at
from chalicelib.domain.explain import Reason, missing
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import can_be_planned, to_local, to_utc, units_of
from chalicelib.domain.offer import ONE_DAY, STRIDE, Offer
from chalicelib.domain.schedule import Window
from chalicelib.domain.settings import (
    MOST_LANES,
    TYPES,
    Availability,
    DateException,
    PublicHolidays,
    Resource,
    Settings,
    Template,
)
from chalicelib.domain.slots import Slot
from chalicelib.planner.admin.holidays import closing_days
from chalicelib.planner.placing import held_near

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

DRAFT = "draft"
"""The id of the template of a draft, and of its resource where the draft names none of the branch's."""
MOST_DAYS = 366
MOST_HOURS = 500_000
"""Availabilities times days that one question may have to look at."""
MOST_LISTED, MOST_SOUGHT, MOST_BESIDE = 60_000, 250_000, 1_000_000
"""Starts that one answer may list, so that it stays below the 6 MB that Lambda hands on, and that may be looked at for the next
free one; how often a second resource may be looked at for either."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class DraftedResource:
    """A resource as the draft has it. `stored`: the branch's appointments at the resource of this id stand against it. `taken`
    are intervals of instants, buffers included, near the asked days, that stand against it too."""

    path: str
    id: str
    stored: bool
    capacity: int
    availabilities: tuple[Availability, ...]
    exceptions: tuple[DateException, ...]
    taken: tuple[Interval, ...]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """None: as the branch has it, and `now` as the clock says. `limits` are those of the branch that the draft states. The
    template's own rules hold before them (R38), and the branch's appointments of its id count for its own limit. `seconds` are
    the resources of which the template needs one more."""

    first: date
    days: int
    now: datetime | None
    zone: str | None
    lead_hours: int | None
    horizon_days: int | None
    limits: Mapping[str, int | None]
    template: Template | None
    resource: DraftedResource
    seconds: tuple[DraftedResource, ...]
    holidays: PublicHolidays | None
    explain: bool

    @property
    def resources(self) -> tuple[DraftedResource, ...]:
        return (self.resource, *self.seconds)


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
            raise Invalid({"days": Flaw("range", least=1, most=MOST_DAYS)})
        if not 2000 <= draft.first.year <= 2999:
            raise Invalid({"from": Flaw("not_plannable")})
        now = draft.now or self._now()
        minute = int(now.timestamp()) // 60
        if not can_be_planned(minute, minute):
            raise Invalid({"now": Flaw("not_plannable")})
        settings = _settings(stored, draft)
        offer = Offer(settings, settings.resources[0], draft.template, now)
        last = draft.first + timedelta(days=draft.days - 1)
        _refuse_far(draft, offer, last)
        # Explained, each start may stand in the answer twice.
        list(_strides(offer, draft.first, last, MOST_LISTED // 2 if draft.explain else MOST_LISTED))
        held = DraftAgenda(self._store, stored, draft, offer)
        agenda = held.near(draft.first, last)
        days = offer.days(draft.first, last, agenda)
        some_free = any(slot.free for listed in days.values() for slot in listed)
        return Previewed(
            settings=settings,
            days=days,
            next_free=None if some_free else _next_free(offer, max(last + ONE_DAY, offer.today), held),
            missing=missing(offer, draft.first, last, agenda) if draft.explain else None,
        )


class DraftAgenda:
    """What stands against the draft: appointments of the branch, and what the draft says is taken."""

    def __init__(self, store: Store, stored: Settings, draft: Draft, offer: Offer) -> None:
        self._store = store
        self._branch = stored.branch.id
        ids = {each.id for each in draft.resources if each.stored}
        self._resources = [each for each in stored.resources if each.id in ids]
        self._counted = offer.counted
        self._drafted = _drafted(draft, offer)

    def near(self, first: date, last: date) -> Agenda:
        """In reach of these local days. One request, none where no resource is the branch's."""
        if not self._resources:
            return self._drafted
        stored, drafted = held_near(self._store, self._branch, self._resources, first, last, self._counted), self._drafted
        starts, kinds = Counter(stored.starts) + Counter(drafted.starts), Counter(stored.kinds) + Counter(drafted.kinds)
        return Agenda({**stored.holds, **drafted.holds}, starts, kinds)


def _next_free(offer: Offer, first: date, held: DraftAgenda) -> int | None:
    for since, until in _strides(offer, first, offer.last_day, MOST_SOUGHT):
        if (found := offer.next_free(since, until, held.near(since, until))) is not None:
            return found
    return None


def _settings(stored: Settings, draft: Draft) -> Settings:
    given = {"zone": draft.zone, "lead_hours": draft.lead_hours, "horizon_days": draft.horizon_days}
    stated: dict[str, Any] = {name: value for name, value in given.items() if value is not None} | dict(draft.limits)
    branch = replace(stored.branch, types=TYPES, holidays=_closed(draft), **stated)
    return Settings(
        branch=branch,
        resources=tuple(map(_resource, draft.resources)),
        templates=(draft.template,) if draft.template else (),
        availabilities=tuple(hours for each in draft.resources for hours in each.availabilities),
        exceptions=tuple(exception for each in draft.resources for exception in each.exceptions),
    )


def _resource(drafted: DraftedResource) -> Resource:
    with at(drafted.path):
        return Resource(id=drafted.id, name="", released=True, capacity=drafted.capacity)


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
    for resource in draft.resources:
        for number, (start, end) in enumerate(resource.taken):
            if not (since <= start and end <= until):
                with at(resource.path):
                    raise Invalid({f"taken[{number}].start": Flaw("not_near")})


def _strides(offer: Offer, first: date, last: date, most: int) -> Iterator[tuple[date, date]]:
    """The days part by part, as long as all that were given have at most so many starts. Raises Invalid at the first beyond."""
    if len(offer.settings.availabilities) * ((last - first).days + 1) > MOST_HOURS:
        raise Invalid({"availabilities": Flaw("too_fine")})
    beside = MOST_BESIDE
    while first <= last:
        until = min(first + STRIDE - ONE_DAY, last)
        starts = sum(map(_starts, offer.windows(offer.resource, first, until)))
        most, beside = most - starts, beside - starts * len(offer.seconds)
        if most < 0 or beside < 0:
            raise Invalid({"availabilities": Flaw("too_fine")})
        yield first, until
        first = until + ONE_DAY


def _starts(window: Window) -> int:
    """At how many places a window is looked at: with a minimum step its grid may begin anew at each of them."""
    length = window.end - window.start
    return length // window.step + (length // min(window.step, window.minimum_step) if window.minimum_step else 0)


def _drafted(draft: Draft, offer: Offer) -> Agenda:
    """What the draft itself says is taken: each interval in a lane of its own behind those that are stored, since what is full
    is decided by how many overlap. Each is an appointment that begins once it is prepared, which counts for a day's limit."""
    holds: dict[Place, frozenset[int]] = {}
    for resource in draft.resources:
        for lane, (start, end) in enumerate(resource.taken, start=MOST_LANES):
            for day, units in units_of(start, end).items():
                holds[resource.id, day, lane] = units
    zone = offer.settings.zone
    begun = [to_local(start + offer.demand.preparation, zone).date().isoformat() for start, _ in draft.resource.taken]
    starts = Counter((draft.resource.id, day) for day in begun)
    return Agenda(holds, starts, Counter((draft.resource.id, day, kind) for day in begun for kind in offer.counted))
