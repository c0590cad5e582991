"""Between the draft that goes over the wire and values of the domain; what is wrong is told with its path."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from chalicelib.api.draft_schemas import (
    DraftAvailability,
    DraftHours,
    DraftResource,
    DraftTaken,
    MissingStart,
    PreviewDay,
    PreviewRequest,
    PreviewView,
)
from chalicelib.api.views import slot_views
from chalicelib.api.wire import is_closed, minutes
from chalicelib.domain.errors import Flaw, Invalid, OutsideAvailability, at
from chalicelib.domain.intervals import Interval
from chalicelib.domain.moments import UNIT, can_be_planned, on_the_minute, to_local
from chalicelib.domain.settings import ABSENCE, LONGEST, Availability, DateException, Hours, PublicHolidays, Template
from chalicelib.planner.admin.preview import DRAFT, Draft, DraftedResource, Previewed

ANY_STEP = UNIT
"""An absence has no grid."""


def draft(request: PreviewRequest) -> Draft:
    """Raises Invalid."""
    limit = request.most_appointments_a_day
    seconds = tuple(_seconds(request))
    return Draft(
        first=request.first,
        days=request.days,
        now=request.now,
        zone=request.zone,
        lead_hours=request.lead_hours,
        horizon_days=request.horizon_days,
        limits={} if limit is UNSET else {"most_appointments_a_day": limit},
        template=_template(request, seconds),
        resource=_resource(request, request.resource or DRAFT, ""),
        seconds=seconds,
        holidays=_holidays(request),
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


def _template(request: PreviewRequest, seconds: tuple[DraftedResource, ...]) -> Template | None:
    drafted = request.template
    if drafted is None:
        return None
    with at("template"):
        return Template(
            id=drafted.id or DRAFT,
            name={},
            duration=drafted.duration,
            preparation=drafted.preparation,
            follow_up=drafted.follow_up,
            resources=(request.resource or DRAFT,),
            second=tuple(each.id for each in seconds),
            lead_hours=drafted.lead_hours,
            horizon_days=drafted.horizon_days,
            most_a_day=drafted.most_a_day,
        )


def _seconds(request: PreviewRequest) -> Iterator[DraftedResource]:
    seen = {request.resource or DRAFT}
    for number, each in enumerate(request.template.second if request.template else ()):
        path = f"template.second[{number}]"
        identity = each.resource or f"{DRAFT}-{number}"
        if identity in seen:
            raise Invalid({f"{path}.resource": Flaw("twice")})
        seen.add(identity)
        yield _resource(each, identity, path)


def _resource(drafted: DraftResource, identity: str, path: str) -> DraftedResource:
    with at(path):
        return DraftedResource(
            path=path,
            id=identity,
            stored=drafted.resource is not None,
            capacity=drafted.capacity,
            availabilities=tuple(_availabilities(drafted, identity)),
            exceptions=tuple(_exceptions(drafted, identity)),
            taken=tuple(_taken(each, f"taken[{n}]") for n, each in enumerate(drafted.taken)),
        )


def _availabilities(drafted: DraftResource, resource: str) -> Iterator[Availability]:
    for number, each in enumerate(drafted.availabilities):
        with at(f"availabilities[{number}]", start="from", end="to"):
            availability = Availability(
                resources=(resource,),
                weekdays=frozenset(each.weekdays),
                hours=_hours(each, ANY_STEP if each.type == ABSENCE else None),
                type=each.type,
                valid_from=each.valid_from,
                valid_until=each.valid_until,
                every_weeks=each.every_weeks,
                months=frozenset(each.months),
            )
        yield availability


def _exceptions(drafted: DraftResource, resource: str) -> Iterator[DateException]:
    seen = set()
    for number, each in enumerate(drafted.exceptions):
        path = f"exceptions[{number}]"
        if each.date in seen:
            raise Invalid({f"{path}.date": Flaw("twice")})
        seen.add(each.date)
        hours = []
        for place, window in enumerate(each.windows):
            if is_closed(window):
                continue
            with at(f"{path}.windows[{place}]", start="from", end="to"):
                hours.append(_hours(window, None))
        with at(path, day="date"):
            exception = DateException(resource=resource, day=each.date, hours=tuple(hours), yearly=each.yearly)
        yield exception


def _hours(draft: DraftAvailability | DraftHours, step: int | None) -> Hours:
    step = step if draft.step is None else draft.step
    if step is None:
        raise Invalid({"step": Flaw("required")})
    return Hours(start=minutes(draft.start), end=minutes(draft.end), step=step, minimum_step=draft.minimum_step)


def _holidays(request: PreviewRequest) -> PublicHolidays | None:
    draft_holidays = request.holidays
    if draft_holidays is None:
        return None
    return PublicHolidays(
        country=draft_holidays.country,
        subdivision=draft_holidays.subdivision,
        off=tuple(draft_holidays.off),
        also=tuple(draft_holidays.also),
    )


def _taken(draft_taken: DraftTaken, path: str) -> Interval:
    try:
        start, end = on_the_minute(draft_taken.start), on_the_minute(draft_taken.end)
    except OutsideAvailability:
        raise Invalid({f"{path}.start": Flaw("multiple", of=1, unit="minutes")}) from None
    if start % UNIT or end % UNIT:
        raise Invalid({f"{path}.start": Flaw("multiple", of=UNIT, unit="minutes")})
    if end <= start:
        raise Invalid({f"{path}.end": Flaw("after", field="start")})
    if end - start > LONGEST:
        raise Invalid({f"{path}.end": Flaw("longest", most=LONGEST, unit="minutes")})
    if not can_be_planned(start, end):
        raise Invalid({f"{path}.start": Flaw("not_plannable")})
    return start, end
