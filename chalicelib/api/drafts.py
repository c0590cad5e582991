"""Between the draft that goes over the wire and values of the domain; what is wrong is told with its path."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.api.draft_schemas import (
    DraftAvailability,
    DraftException,
    DraftHours,
    DraftTaken,
    MissingStart,
    PreviewDay,
    PreviewRequest,
    PreviewView,
)
from chalicelib.api.views import slot_views
from chalicelib.domain.errors import Invalid, OutsideAvailability, at
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import UNIT, can_be_planned, on_the_minute, to_local
from chalicelib.domain.settings import ABSENCE, LONGEST, Availability, DateException, Hours, PublicHolidays, Template
from chalicelib.planner.preview import DRAFT, Draft, Previewed

ANY_STEP = UNIT
"""An absence has no grid."""


def draft(request: PreviewRequest) -> Draft:
    """Raises Invalid."""
    return Draft(
        first=request.first,
        days=request.days,
        now=request.now,
        zone=request.zone,
        lead_hours=request.lead_hours,
        horizon_days=request.horizon_days,
        capacity=request.capacity,
        template=_template(request),
        availabilities=tuple(_availability(each, f"availabilities[{n}]") for n, each in enumerate(request.availabilities)),
        exceptions=tuple(_exceptions(request.exceptions)),
        holidays=_holidays(request),
        taken=tuple(_taken(each, f"taken[{n}]") for n, each in enumerate(request.taken)),
        explain=request.explain,
    )


def view(shown: Previewed) -> PreviewView:
    zone, missing = shown.settings.zone, shown.missing
    return PreviewView(
        zone=zone.key,
        days=[
            PreviewDay(
                day,
                slot_views(slots, zone),
                None if missing is None else [MissingStart(to_local(at, zone), reason) for at, reason in missing[day]],
            )
            for day, slots in shown.days.items()
        ],
        next_free=None if shown.next_free is None else to_local(shown.next_free, zone),
    )


def _template(request: PreviewRequest) -> Template | None:
    its = request.template
    if its is None:
        return None
    with at("template"):
        return Template(
            id=DRAFT,
            name={},
            duration=its.duration,
            preparation=its.preparation,
            follow_up=its.follow_up,
            resources=(DRAFT,),
        )


def _availability(its: DraftAvailability, path: str) -> Availability:
    with at(path, start="from", end="to"):
        return Availability(
            resources=(DRAFT,),
            weekdays=frozenset(its.weekdays),
            hours=_hours(its, ANY_STEP if its.type == ABSENCE else None),
            type=its.type,
            valid_from=its.valid_from,
            valid_until=its.valid_until,
        )


def _exceptions(drafts: list[DraftException]) -> Iterator[DateException]:
    seen = set()
    for number, its in enumerate(drafts):
        path = f"exceptions[{number}]"
        if its.date in seen:
            raise Invalid({f"{path}.date": "is the date of another exception"})
        seen.add(its.date)
        hours = []
        for place, window in enumerate(its.windows):
            if window.start == window.end == "00:00":  # closed (R4)
                continue
            with at(f"{path}.windows[{place}]", start="from", end="to"):
                hours.append(_hours(window, None))
        with at(path):
            exception = DateException(resource=DRAFT, day=its.date, hours=tuple(hours))
        yield exception


def _hours(its: DraftAvailability | DraftHours, step: int | None) -> Hours:
    step = step if its.step is None else its.step
    if step is None:
        raise Invalid({"step": "is required"})
    return Hours(start=_minutes(its.start), end=_minutes(its.end), step=step, minimum_step=its.minimum_step)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _holidays(request: PreviewRequest) -> PublicHolidays | None:
    its = request.holidays
    if its is None:
        return None
    return PublicHolidays(country=its.country, subdivision=its.subdivision, off=tuple(its.off), also=tuple(its.also))


def _taken(its: DraftTaken, path: str) -> Interval:
    try:
        start, end = on_the_minute(its.start), on_the_minute(its.end)
    except OutsideAvailability:
        raise Invalid({f"{path}.start": "must be whole minutes"}) from None
    if start % UNIT or end % UNIT:
        raise Invalid({f"{path}.start": f"must be on the grid of {UNIT} minutes"})
    if end <= start:
        raise Invalid({f"{path}.end": "must be after the start"})
    if end - start > LONGEST:
        raise Invalid({f"{path}.end": f"must be at most {LONGEST} minutes after the start"})
    if not can_be_planned(start, end):
        raise Invalid({f"{path}.start": "is not a date to plan"})
    return start, end
