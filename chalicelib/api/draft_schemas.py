"""What goes over the wire when staff ask what a draft of hours would offer. Loaded with the first of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.api.schemas import Id, Instant, SlotView
from chalicelib.domain.explain import Reason
from chalicelib.domain.rules import CLOCK

Clock = Annotated[str, Meta(pattern=CLOCK.regex, description="HH:MM")]


class DraftAvailability(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """`from` and `to` as HH:MM, up to 24:00. Weekdays from Monday = 1. Working time needs a step. `every_weeks` counts from the
    week of `valid_from`; without `months` it holds in all of them."""

    weekdays: Annotated[list[int], Meta(min_length=1, max_length=7)]
    start: Clock
    end: Clock
    step: int | None = None
    minimum_step: int | None = None
    type: Literal["working_time", "absence"] = "working_time"
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1
    months: list[int] = []


class DraftHours(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    start: Clock
    end: Clock
    step: int | None = None
    minimum_step: int | None = None


class DraftException(Struct, forbid_unknown_fields=True):
    """Replaces the weekly working time of its date, and if it is `yearly` of that day in later years; without windows, or with
    00:00 to 00:00, the day is closed."""

    date: date
    windows: Annotated[list[DraftHours], Meta(max_length=50)]
    yearly: bool = False


class DraftHolidays(Struct, forbid_unknown_fields=True, rename={"off": "except"}):
    """`except` names, by date or by name, the holidays that do not close, `also` those of a part of the subdivision that do."""

    country: Annotated[str, Meta(max_length=10)]
    subdivision: Annotated[str, Meta(max_length=10)] | None = None
    off: list[str] = []
    also: list[str] = []


class DraftTaken(Struct, forbid_unknown_fields=True):
    start: Instant
    end: Instant


class DraftResource(Struct, forbid_unknown_fields=True, kw_only=True):
    """A resource with hours of its own. `resource` is the branch's whose appointments stand against it; without one, or with
    one that is not stored yet, only what is `taken` does."""

    resource: Id | None = None
    capacity: int = 1
    availabilities: Annotated[list[DraftAvailability], Meta(max_length=3000)]
    exceptions: Annotated[list[DraftException], Meta(max_length=1000)] = []
    taken: Annotated[list[DraftTaken], Meta(max_length=10000)] = []


class DraftTemplate(Struct, forbid_unknown_fields=True):
    """One of the `second` resources, if there are any, is needed beside. Its own rules hold before the branch's. The branch's
    appointments of the template of this `id` count for `most_a_day`."""

    duration: int
    preparation: int = 0
    follow_up: int = 0
    second: Annotated[list[DraftResource], Meta(max_length=1000)] = []
    id: Id | None = None
    lead_hours: int | None = None
    horizon_days: int | None = None
    most_a_day: int | None = None


class PreviewRequest(DraftResource, kw_only=True, rename={"first": "from"}):
    """A draft of hours. What is left out: `now` is the clock's; `zone`, `lead_hours`, `horizon_days` and the limit are the
    branch's."""

    first: date
    days: int
    now: Instant | None = None
    zone: Annotated[str, Meta(max_length=64)] | None = None
    lead_hours: int | None = None
    horizon_days: int | None = None
    most_appointments_a_day: int | UnsetType | None = UNSET
    template: DraftTemplate | None = None
    holidays: DraftHolidays | None = None
    explain: bool = False


class MissingStart(Struct):
    start: Instant
    reason: Reason


class PreviewDay(Struct, omit_defaults=True):
    date: date
    slots: list[SlotView]
    missing: list[MissingStart] | None = None


class PreviewView(Struct):
    """The list of slots; with `explain`, each day also tells the starts of the plain grid that are not free, and why."""

    zone: str
    days: list[PreviewDay]
    next_free: Instant | None
