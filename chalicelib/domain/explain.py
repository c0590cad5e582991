"""Why a start is missing from the list: for those who set a branch's hours, never for customers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, get_args

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.intervals import meets
from chalicelib.domain.moments import to_local
from chalicelib.domain.offer import ONE_DAY, Offer
from chalicelib.domain.schedule import Window, exceptions_on, windows
from chalicelib.domain.slots import Bounds

Reason = Literal[
    "holiday",
    "exception",
    "absence",
    "does_not_fit",
    "too_soon",
    "too_far",
    "limit",
    "second_resource",
    "taken",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""In this order: the first that holds is told; where several windows share a start, that of the one that came furthest."""


def missing(offer: Offer, first: date, last: date, agenda: Agenda) -> dict[date, list[tuple[int, Reason]]]:
    """By local day: the starts of the plain grid that are not free, in order, each with its reason.

    The plain grid is window start + k * step up to the window's end, of the weekly hours too where a holiday or an exception
    has replaced them.
    """
    free = {slot.start for slot in offer.slots(first, last, agenda) if slot.free}
    found: dict[int, int] = {}
    for start, reason in [*_inside(offer, first, last, agenda), *_replaced(offer, first, last)]:
        if start not in free:
            found[start] = max(found.get(start, 0), REASONS.index(reason))
    days: dict[date, list[tuple[int, Reason]]] = {
        first + timedelta(days=offset): [] for offset in range((last - first).days + 1)
    }
    for start, rank in sorted(found.items()):
        day = to_local(start, offer.settings.zone).date()
        if day in days:
            days[day].append((start, REASONS[rank]))
    return days


def _inside(offer: Offer, first: date, last: date, agenda: Agenda) -> Iterator[tuple[int, Reason]]:
    """Starts of the windows as they are, each with the first reason against it."""
    bounds = offer.bounds(first, last, agenda)
    for window in offer.windows(offer.resource, first, last):
        for start in range(window.start, window.end, window.step):
            yield start, _reason(offer, bounds, window, start)


def _reason(offer: Offer, bounds: Bounds, window: Window, start: int) -> Reason:
    length = offer.demand.length or window.step
    end = start + length
    checks: dict[Reason, bool] = {
        "absence": meets(bounds.absences, start, end),
        "does_not_fit": end > window.end,
        "too_soon": start < offer.earliest,
        "too_far": start >= offer.horizon,
        "limit": meets(bounds.limited, start, start + 1),
        "second_resource": bounds.partners is not None and not _partner_is_free(offer, bounds, start, length),
        "taken": offer.demand.clashes(bounds.taken, start, length),
    }
    return next((reason for reason, holds in checks.items() if holds), _what_moved_the_grid(bounds, start))


def _partner_is_free(offer: Offer, bounds: Bounds, start: int, length: int) -> bool:
    at_work = bounds.at_work(start, start + length)
    return any(not offer.demand.clashes(each.taken, start, length) for each in at_work)


def _what_moved_the_grid(bounds: Bounds, start: int) -> Reason:
    """With a minimum step the grid restarts behind what ended last before the start: an absence, or an appointment."""
    absence, taken = (
        busy[place - 1][1] if (place := bisect_right(busy, (start, start))) else 0 for busy in (bounds.absences, bounds.taken)
    )
    return "absence" if absence > taken else "taken"


def _replaced(offer: Offer, first: date, last: date) -> Iterator[tuple[int, Reason]]:
    """Starts of the weekly hours on days that a holiday closes or an exception replaces, unless the exception has them too."""
    settings = offer.settings
    own = (each for each in settings.exceptions if each.resource == offer.resource.id)
    excepted = exceptions_on(own, first - ONE_DAY, last + ONE_DAY)
    kept = {
        start for window in offer.windows(offer.resource, first, last) for start in range(window.start, window.end, window.step)
    }
    for window in windows(settings.hours(offer.resource.id, "opens"), (), (), settings.zone, first, last):
        for start in range(window.start, window.end, window.step):
            day = to_local(start, settings.zone).date()
            if day in excepted and start not in kept:
                yield start, "exception"
            elif day not in excepted and day in settings.branch.holidays and start not in kept:
                yield start, "holiday"
