"""The free times that staff look for: by weekday and time of day, at several resources, as far as anybody may plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import Flaw, Invalid, NotForThisResource
from chalicelib.domain.moments import DAY, midnight, next_minute, to_local
from chalicelib.domain.offer import ONE_DAY, STRIDE, Offer
from chalicelib.domain.settings import FURTHEST, Settings, Template
from chalicelib.planner.placing import held_near

if TYPE_CHECKING:
    from chalicelib.planner.ports import Store

MOST_TIMES = 50
MOST_STRIDES = 4
"""How many spans of 28 days one search reads at most; it goes on with the next question."""


@dataclass(frozen=True, kw_only=True)
class FreeTimeSearch:
    """For free times that begin later than the instant `after`. They lie within the minutes `earliest` to `latest` of a local
    day. `count` starts at most. `everything`: also what customers cannot choose, inside the lead time or at what is not
    released."""

    resources: Sequence[str]
    first: date | None = None
    after: int | None = None
    template: str | None = None
    minutes: int | None = None
    weekdays: frozenset[int] = frozenset(range(1, 8))
    earliest: int = 0
    latest: int = DAY
    count: int = 10
    everything: bool = False

    def takes(self, start: datetime, length: int) -> bool:
        """Whether weekday and time of day suit, of a local `start`."""
        minute = start.hour * 60 + start.minute
        return start.isoweekday() in self.weekdays and self.earliest <= minute and minute + length <= self.latest


@dataclass(frozen=True)
class FreePlace:
    """A free time of a resource, in instants. `second` are those who can come second there."""

    resource: str
    start: int
    end: int
    second: tuple[str, ...] = ()


@dataclass(frozen=True)
class FreeTimes:
    """The earliest first. `after`: up to where was sought, if anything may follow."""

    settings: Settings
    places: list[FreePlace]
    after: int | None


def find(store: Store, settings: Settings, search: FreeTimeSearch, now: datetime) -> FreeTimes:
    """The next free times up to the horizon; no start is cut in two. Of two that may be first or second, each pair comes once.
    Raises Invalid or NotForThisResource."""
    offers = [_offer(settings, resource, search, now) for resource in dict.fromkeys(search.resources)]
    if not offers:
        raise Invalid({"resources": Flaw("not_empty")})
    if search.earliest >= search.latest:
        raise Invalid({"latest": Flaw("after", field="earliest")})
    last_day = offers[0].last_day
    after = max(search.after or 0, next_minute(now) - 1)
    if after >= midnight(last_day + ONE_DAY, settings.zone):
        return FreeTimes(settings, [], None)
    first = max(search.first or offers[0].today, to_local(after, settings.zone).date())
    found: list[list[FreePlace]] = []
    for _ in range(MOST_STRIDES):
        if first > last_day or len(found) > search.count:
            break
        last = min(first + STRIDE - ONE_DAY, last_day)
        found += _between(store, offers, replace(search, after=after), first, last)
        first = last + ONE_DAY
    kept = found[: search.count]
    further = None if first > last_day else midnight(first, settings.zone) - 1
    if len(found) > search.count:
        further = kept[-1][0].start
    return FreeTimes(settings, [place for places in kept for place in places], further)


def _between(store: Store, offers: list[Offer], search: FreeTimeSearch, first: date, last: date) -> list[list[FreePlace]]:
    """Those of the local days `first` to `last`, by start."""
    settings = offers[0].settings
    involved = {each.id: each for offer in offers for each in offer.involved}
    agenda = held_near(store, settings.branch.id, list(involved.values()), first, last, offers[0].counted)
    listed = [
        (slot, offer)
        for offer in offers
        for slot in offer.slots(first, last, agenda)
        if slot.free
        and slot.start > (search.after or 0)
        and search.takes(to_local(slot.start, settings.zone), slot.end - slot.start)
    ]
    listed.sort(key=lambda each: (each[0].start, each[1].resource.order, each[1].resource.id))
    return [
        list(_pairs(FreePlace(offer.resource.id, slot.start, slot.end, offer.beside(slot, agenda)) for slot, offer in together))
        for _, together in groupby(listed[: _enough(listed, search.count)], key=lambda each: each[0].start)
    ]


def _enough(listed: Sequence[tuple[Any, Offer]], count: int) -> int:
    """How many of them have one start more than are wanted: who could come beside at the others is not looked at."""
    starts = list(dict.fromkeys(slot.start for slot, _ in listed))
    if len(starts) <= count + 1:
        return len(listed)
    return next(place for place, (slot, _) in enumerate(listed) if slot.start == starts[count + 1])


def _pairs(places: Iterable[FreePlace]) -> Iterator[FreePlace]:
    """Of one start, without those whose pairs an earlier one has already: one beside the other is one time, whoever is named
    first."""
    known: set[frozenset[str]] = set()
    for each in places:
        second = tuple(other for other in each.second if frozenset((each.resource, other)) not in known)
        known |= {frozenset((each.resource, other)) for other in second}
        if second or not each.second:
            yield replace(each, second=second)


def _offer(settings: Settings, resource: str, search: FreeTimeSearch, now: datetime) -> Offer:
    if not 1 <= search.count <= MOST_TIMES:
        raise Invalid({"count": Flaw("range", least=1, most=MOST_TIMES)})
    found = settings.resource(resource)
    if found is None or not (found.released or search.everything):
        raise Invalid({"resources": Flaw("foreign") if found is None else Flaw("not_released")})
    template = _template(settings, search)
    if search.everything:
        unbound: dict[str, Any] = {"lead_hours": 0, "horizon_days": FURTHEST}
        settings = replace(settings, branch=replace(settings.branch, **unbound, most_appointments_a_day=None))
        template = replace(template, **unbound, most_a_day=None) if template else None
    if search.template and template and resource not in template.resources:
        raise NotForThisResource({"resources": Flaw("other_kind")})
    return Offer(settings, found, template, now)


def _template(settings: Settings, search: FreeTimeSearch) -> Template | None:
    """Of the branch, or one made of the wanted length. Raises Invalid."""
    if search.template is None:
        return Template(id="", name={}, duration=search.minutes) if search.minutes else None
    found = settings.template(search.template)
    if found is None:
        raise Invalid({"template": Flaw("foreign")})
    return found
