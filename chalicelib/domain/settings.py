"""What a branch has set: itself, its resources, templates, availabilities, exceptions and accesses.

Values are checked when they are made (R3): whoever builds one with a wrong field gets Invalid with the field's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import Invalid
from chalicelib.domain.moments import DAY, MOST_UNITS, UNIT

LONGEST = MOST_UNITS * UNIT
"""Minutes that one appointment covers at most, its buffers included (R3)."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A window on the wall: minutes since local midnight, `end` up to 1440 (24:00)."""

    start: int
    end: int
    step: int
    minimum_step: int | None = None

    def __post_init__(self) -> None:
        _on_grid(start=self.start, end=self.end, step=self.step, minimum_step=self.minimum_step or 0)
        _demand(0 <= self.start < self.end <= DAY, end="must be after the start, at the latest 24:00")
        _demand(UNIT <= self.step <= LONGEST, step=f"must be {UNIT} to {LONGEST} minutes")
        _demand(self.minimum_step is None or self.minimum_step > 0, minimum_step="must be positive, or left out")

    @property
    def whole_day(self) -> bool:
        return (self.start, self.end) == (0, DAY)


@dataclass(frozen=True, kw_only=True)
class Availability:
    """Weekly hours of a resource. `weekdays` counts from Monday = 1; both ends of the validity are included."""

    resource: str
    weekdays: frozenset[int]
    hours: Hours
    effect: Literal["opens", "closes", "neither"] = "opens"
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        _demand(bool(self.weekdays) and self.weekdays <= set(range(1, 8)), weekdays="must be days 1 to 7, Monday is 1")

    def holds_on(self, day: date) -> bool:
        return (
            day.isoweekday() in self.weekdays
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, kw_only=True)
class DateException:
    """Replaces the weekly working time of a resource on one date; without hours the day is closed (R7)."""

    resource: str
    day: date
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Template:
    """A kind of appointment. Minutes: `duration` is what the customer sees, the buffers lie around it (R11)."""

    id: str
    name: Mapping[str, str]
    duration: int
    preparation: int = 0
    follow_up: int = 0
    online: bool = True
    resources: tuple[str, ...] = ()
    starts_as: Literal["proposed", "confirmed"] = "proposed"

    def __post_init__(self) -> None:
        _on_grid(duration=self.duration, preparation=self.preparation, follow_up=self.follow_up)
        _demand(self.duration > 0, duration="must be positive")
        _demand(self.preparation >= 0, preparation="must not be negative")
        _demand(self.follow_up >= 0, follow_up="must not be negative")
        whole = self.preparation + self.duration + self.follow_up
        _demand(whole <= LONGEST, duration=f"must be at most {LONGEST} minutes with preparation and follow-up")


@dataclass(frozen=True, kw_only=True)
class Resource:
    id: str
    name: str
    kind: Literal["place", "person"] = "place"
    released: bool = False
    order: int = 0


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a resource link carries. The alias is the branch's id, `-` and a part without `-`."""

    alias: str


@dataclass(frozen=True, kw_only=True)
class Branch:
    """`required` names what a customer must give beside last name and e-mail (R25). Lead time in hours, horizon in days."""

    id: str
    name: str
    address: str
    phone: str
    email: str
    zone: str
    imprint_url: str
    privacy_url: str
    accessibility_url: str
    accent_colour: str = "#1f6f6b"
    languages: tuple[str, ...] = ("de", "en")
    required: tuple[Literal["first_name", "phone"], ...] = ()
    message_field: bool = False
    notice_version: str = "1"
    lead_hours: int = 24
    horizon_days: int = 60
    holidays: frozenset[date] = frozenset()
    online: bool = True

    def __post_init__(self) -> None:
        _demand(self.lead_hours >= 0, lead_hours="must not be negative")
        _demand(self.horizon_days >= 0, horizon_days="must not be negative")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise Invalid({"zone": "is not a time zone of the IANA list"}) from None

    @property
    def contact(self) -> dict[str, str]:
        return {"name": self.name, "phone": self.phone, "email": self.email}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of one branch. Order and duplicates of the availabilities change nothing (R16)."""

    branch: Branch
    resources: tuple[Resource, ...] = ()
    templates: tuple[Template, ...] = ()
    availabilities: tuple[Availability, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    accesses: tuple[Access, ...] = ()
    version: int = 1
    zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.branch.zone))

    @property
    def released(self) -> list[Resource]:
        """What customers may book, in the branch's order."""
        return sorted((each for each in self.resources if each.released), key=lambda each: (each.order, each.id))

    def shown_on(self, resource: str) -> list[Template]:
        """The templates that customers may choose for a resource."""
        return [each for each in self.templates if each.online and resource in each.resources]


def _on_grid(**minutes: int) -> None:
    off = {name: f"must be a multiple of {UNIT} minutes" for name, value in minutes.items() if value % UNIT}
    if off:
        raise Invalid(off)


def _demand(holds: bool, **field: str) -> None:
    if not holds:
        raise Invalid(field)
