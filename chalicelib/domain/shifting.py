"""Another day for several appointments at once, as when somebody is away for an afternoon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Planned
from chalicelib.domain.errors import SlotTaken
from chalicelib.domain.moments import midnight, to_local, to_utc
from chalicelib.domain.offer import ONE_DAY, Offer, seconds
from chalicelib.domain.schedule import local_days
from chalicelib.domain.settings import Resource, Settings, Template
from chalicelib.domain.slots import Slot

GRID = 15
"""Minutes between the starts that are tried, from the usual one: staff need not keep to the grid of the hours."""


def involved(settings: Settings, planneds: Iterable[Planned]) -> list[Resource]:
    """Whose days must be read."""
    wanted = {each.resource for each in planneds}
    wanted |= {other.id for each in planneds for other in seconds(settings, _kind(settings, each), each.resource)}
    return [each for each in settings.resources if each.id in wanted]


def room_for_all(
    settings: Settings, planneds: Sequence[Planned], agenda: Agenda, first: date, last: date, now: datetime
) -> list[int]:
    """Starts for all of them, in their order, on the first day of `first` to `last` that has room for all; empty if none has.
    Hours and absences are kept, lead time, horizon and limits are not: staff move them."""
    offers = [_offer(settings, each, now) for each in planneds]
    if None in offers:
        return []
    moved = [(each, offer) for each, offer in zip(planneds, offers, strict=True) if offer]
    return next((found for day in local_days(first, last) if (found := _on_day(settings, moved, agenda, day))), [])


def _on_day(settings: Settings, moved: Sequence[tuple[Planned, Offer]], agenda: Agenda, day: date) -> list[int]:
    """Each as near to its time of day as it can be without keeping who comes later from the day. Empty where not all have
    room."""
    latest = _latest(settings, moved, agenda, day)
    if latest is None:
        return []
    starts: list[int] = []
    earliest = midnight(day, settings.zone)
    for (planned, offer), until in zip(moved, latest, strict=True):
        usual = _usual(settings, planned, day)
        able = [start for start in _tried(settings, planned, day) if earliest <= start <= until]
        nearest = sorted(able, key=lambda start: (abs(start - usual), -start))
        placed = _placed(offer, planned.end - planned.start, agenda, nearest)
        if placed is None:
            return latest
        earliest, agenda = placed
        starts.append(earliest)
    return starts


def _latest(settings: Settings, moved: Sequence[tuple[Planned, Offer]], agenda: Agenda, day: date) -> list[int] | None:
    """The last starts of the day that have room for all, in their order. None where there are none."""
    starts: list[int] = []
    until = midnight(day + ONE_DAY, settings.zone)
    for planned, offer in reversed(moved):
        able = [start for start in reversed(_tried(settings, planned, day)) if start <= until]
        placed = _placed(offer, planned.end - planned.start, agenda, able)
        if placed is None:
            return None
        until, agenda = placed
        starts.append(until)
    return starts[::-1]


def _usual(settings: Settings, planned: Planned, day: date) -> int:
    """The same time of another day."""
    wall = to_local(planned.start, settings.zone)
    return to_utc(day, wall.hour * 60 + wall.minute, settings.zone)


def _tried(settings: Settings, planned: Planned, day: date) -> range:
    first = midnight(day, settings.zone)
    return range(first + (_usual(settings, planned, day) - first) % GRID, midnight(day + ONE_DAY, settings.zone), GRID)


def _placed(offer: Offer, length: int, agenda: Agenda, starts: Iterable[int]) -> tuple[int, Agenda] | None:
    """The first of the starts with room, and what is held with it."""
    for start in starts:
        if not offer.opens(start, start + length):
            continue
        try:
            holds, _ = offer.lay(Slot(start, start + length, free=True), agenda)
        except SlotTaken:
            continue
        held = {place: units | agenda.holds.get(place, frozenset()) for place, units in holds.items()}
        return start, Agenda({**agenda.holds, **held}, agenda.starts, agenda.kinds)
    return None


def _kind(settings: Settings, planned: Planned) -> Template | None:
    return settings.template(planned.template)


def _offer(settings: Settings, planned: Planned, now: datetime) -> Offer | None:
    """Of the appointment's own length, and with a second resource where its kind asks for one."""
    resource, kind = settings.resource(planned.resource), _kind(settings, planned)
    if resource is None:
        return None
    wanted = Template(
        id="moved",
        name={},
        duration=planned.end - planned.start,
        preparation=planned.preparation,
        follow_up=planned.follow_up,
        second=kind.second if kind else (),
    )
    return Offer(settings, resource, wanted, now)
