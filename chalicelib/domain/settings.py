"""What a branch has set: itself, its resources, templates, availabilities, exceptions, employees and accesses.

Values are checked when they are made (R3): whoever builds one with a wrong field gets Invalid with the field's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses import written
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.moments import DAY, MOST_UNITS, UNIT
from chalicelib.domain.outbox import Channel, Kind
from chalicelib.domain.phones import Home, country_of, dialable, home
from chalicelib.domain.status import Status

LONGEST = MOST_UNITS * UNIT
"""Minutes that one appointment covers at most, its buffers included (R3)."""
MOST_LANES = 20
FURTHEST = 731
"""Days of the longest horizon: two years."""
KEPT_MONTHS = 36
"""How long a line of the record is kept unless the branch says otherwise."""
NOBODY = "?"
"""The name of whoever no employee stands for."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A window on the wall: minutes since local midnight, `end` up to 1440 (24:00)."""

    start: int
    end: int
    step: int
    minimum_step: int | None = None

    def __post_init__(self) -> None:
        _on_grid(start=self.start, end=self.end, step=self.step, minimum_step=self.minimum_step or 0)
        _demand(0 <= self.start < self.end <= DAY, end=Flaw("after", field="start"))
        _demand(UNIT <= self.step <= LONGEST, step=Flaw("range", least=UNIT, most=LONGEST, unit="minutes"))
        _demand(self.minimum_step is None or self.minimum_step > 0, minimum_step=Flaw("too_small", least=UNIT, unit="minutes"))


WORKING_TIME, ABSENCE = "working_time", "absence"


@dataclass(frozen=True, kw_only=True)
class AvailabilityType:
    """What an availability does to the time it covers (R6). Working time is fixed, a branch may add others."""

    id: str
    name: Mapping[str, str]
    effect: Literal["opens", "closes", "neither"]


TYPES = (
    AvailabilityType(id=WORKING_TIME, name={"de": "Arbeitszeit", "en": "Working time"}, effect="opens"),
    AvailabilityType(id=ABSENCE, name={"de": "Abwesenheit", "en": "Absence"}, effect="closes"),
)


@dataclass(frozen=True, kw_only=True)
class Availability:
    """Weekly hours of resources. `weekdays` counts from Monday = 1; both ends of the validity are included."""

    resources: tuple[str, ...]
    weekdays: frozenset[int]
    hours: Hours
    type: str = WORKING_TIME
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        _demand(bool(self.weekdays) and self.weekdays <= set(range(1, 8)), weekdays=Flaw("weekdays"))

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

    def __post_init__(self) -> None:
        _demand(2000 <= self.day.year <= 2999, date=Flaw("not_plannable"))


@dataclass(frozen=True, kw_only=True)
class Template:
    """A kind of appointment. Minutes: `duration` is what the customer sees, the buffers lie around it (R11), `early` is how
    long before the start the customer should come.

    `resources` may carry it. Where `second` names any, one of those is needed beside (R15).
    """

    id: str
    name: Mapping[str, str]
    duration: int
    preparation: int = 0
    follow_up: int = 0
    early: int = 0
    online: bool = True
    resources: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    type: Literal["request"] = "request"
    starts_as: Literal["proposed", "confirmed"] = "proposed"
    order: int = 0

    def __post_init__(self) -> None:
        _on_grid(duration=self.duration, preparation=self.preparation, follow_up=self.follow_up)
        _demand(self.duration > 0, duration=Flaw("too_small", least=UNIT, unit="minutes"))
        _demand(self.preparation >= 0, preparation=Flaw("too_small", least=0, unit="minutes"))
        _demand(self.follow_up >= 0, follow_up=Flaw("too_small", least=0, unit="minutes"))
        _demand(0 <= self.early <= LONGEST, early=Flaw("range", least=0, most=LONGEST, unit="minutes"))
        whole = self.preparation + self.duration + self.follow_up
        _demand(whole <= LONGEST, duration=Flaw("longest", most=LONGEST, unit="minutes"))


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`capacity`: how many appointments it holds at once (R14). `colour` is what the planner draws it in."""

    id: str
    name: str
    kind: Literal["place", "person"] = "place"
    released: bool = False
    capacity: int = 1
    order: int = 0
    colour: str = "#3f6fa3"

    def __post_init__(self) -> None:
        _demand(1 <= self.capacity <= MOST_LANES, capacity=Flaw("range", least=1, most=MOST_LANES))


@dataclass(frozen=True, kw_only=True)
class Employee:
    """Somebody who works here, or a technical one that accesses act as.

    A person's account lies in the user pool: `user` is the name to sign in with, `subject` its id in tokens. A technical
    employee's `account` is known here only, so that it can never sign in.
    """

    id: str
    name: str
    email: str = ""
    technical: bool = False
    active: bool = True
    account: bool = False
    user: str | None = None
    subject: str | None = None

    def __post_init__(self) -> None:
        _demand(not (self.technical and (self.user or self.subject)), technical=Flaw("never_signs_in"))


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a link carries: an `alias` opens the booking page, a `calendar` the busy times of one `resource`.

    The alias is the branch's id, `-` and a part without `-`. `employee` is the technical one that it acts as; those of the
    first version have none. It is never removed, but revoked.
    """

    alias: str
    kind: Literal["alias", "calendar"] = "alias"
    label: str = ""
    employee: str | None = None
    resource: str | None = None
    made_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Text:
    """The branch's own words: the first paragraphs of a mail, or the whole of an SMS, of one kind to customers with
    appointments in one state. Places to fill are `{{ date }}` (`wording.PLACES`)."""

    kind: Kind
    status: Status
    channel: Channel
    language: str
    text: str

    @property
    def place(self) -> tuple[Kind, Status, Channel, str]:
        """No two stand in the same."""
        return self.kind, self.status, self.channel, self.language


@dataclass(frozen=True, kw_only=True)
class PublicHolidays:
    """Of a country's subdivision, e.g. DE and HH; `off` names those that do not close, by date or by name, `also` those that
    close though they hold in a part of it only, as Corpus Christi does in Saxony."""

    country: str
    subdivision: str | None = None
    off: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


RANGES = {
    "cut_off_hours": (0, 720),
    "night_from": (0, DAY),
    "night_until": (0, DAY),
    "comment_days": (1, 730),
    "record_months": (1, 120),
    "most_sms_a_month": (0, 100_000),
    "lock_minutes": (1, 240),
    "reminder_gap_hours": (0, 168),
    "expire_warning_hours": (0, 720),
    "lead_hours": (0, FURTHEST * 24),
    "most_unproved_an_hour": (0, 10_000),
    "most_unproved_open": (0, 100_000),
    "confirm_minutes": (15, 24 * 60),
}
MOST_COUNTRIES = 50
MOST_REMINDERS, LONGEST_REMINDER = 2, 336
"""Reminders of one appointment; hours before it, two weeks."""


@dataclass(frozen=True, kw_only=True)
class Branch:
    """`required` names what a customer must give beside last name and e-mail (R25). Lead time in hours, horizon in days.

    `sender_name` is what mails are sent in, `logo` a `data:` address of an image. Customers may move or cancel until
    `cut_off_hours` before the start (R28). Between the walls `night_from` and `night_until` nothing is sent that can wait, and
    reminders go out `reminder_hours` before the start, the longest first, unless the customer was told something of the
    appointment less than `reminder_gap_hours` before (R29). `notices` says whether the branch is told of each request, once a
    day, or not; `most_sms_a_month` counts the parts that are paid for; `sms_countries` (ISO 3166) are
    written to beside the branch's own, its neighbours where none is named. Comments are kept `comment_days` after the
    appointment (R30), the record `record_months`. The staff's screen locks after `lock_minutes`. Where `online` is off,
    customers read `offline_text`.

    `holidays` are the dates that close (R7), looked up from `public_holidays` when the settings are written. A limit that is
    None does not hold. Requests are limited by proved e-mail address, those of a day whatever becomes of them; appointments by
    resource and branch-local day. Of unproved addresses the branch takes `most_unproved_an_hour` requests and has
    `most_unproved_open` waiting. Further ones are confirmed by mail first, within `confirm_minutes` (R33). A request that
    nobody answers expires `expire_after_hours` after it was made, if set; staff are warned `expire_warning_hours` before (R26).
    """

    id: str
    name: str
    address: str
    phone: str
    email: str
    zone: str
    imprint_url: str
    privacy_url: str
    accessibility_url: str
    sender_name: str = ""
    logo: str = ""
    accent_colour: str = "#1f6f6b"
    languages: tuple[str, ...] = ("de", "en")
    required: tuple[Literal["first_name", "phone"], ...] = ()
    message_field: bool = False
    notice_version: str = "2"
    lead_hours: int = 24
    horizon_days: int = 60
    types: tuple[AvailabilityType, ...] = TYPES
    public_holidays: PublicHolidays | None = None
    holidays: frozenset[date] = frozenset()
    most_open_requests: int | None = 4
    most_requests_a_day: int | None = 10
    most_appointments_a_day: int | None = None
    most_unproved_an_hour: int = 40
    most_unproved_open: int = 120
    confirm_minutes: int = 120
    expire_after_hours: int | None = None
    expire_warning_hours: int = 12
    cut_off_hours: int = 24
    night_from: int = 20 * 60
    night_until: int = 8 * 60
    reminder_hours: tuple[int, ...] = (24,)
    reminder_gap_hours: int = 12
    notices: Literal["each", "digest", "none"] = "each"
    most_sms_a_month: int = 100
    sms_countries: tuple[str, ...] = ()
    comment_days: int = 30
    record_months: int = KEPT_MONTHS
    lock_minutes: int = 10
    online: bool = True
    offline_text: str = ""

    def __post_init__(self) -> None:
        for name in ("most_open_requests", "most_requests_a_day", "most_appointments_a_day"):
            limit: int | None = getattr(self, name)
            _demand(limit is None or limit > 0, **{name: Flaw("too_small", least=1)})
        expires = self.expire_after_hours
        _demand(
            expires is None or expires > self.expire_warning_hours > 0,
            expire_after_hours=Flaw("after", field="expire_warning_hours"),
        )
        working = {type.effect for type in self.types if type.id == WORKING_TIME}
        _demand(working == {"opens"}, types=Flaw("fixed_types"))
        _demand(0 <= self.horizon_days <= FURTHEST, horizon_days=Flaw("range", least=0, most=FURTHEST, unit="days"))
        _demand(bool(self.languages), languages=Flaw("not_empty"))
        for name in ("name", "address", "phone", "email", "sender_name"):
            _demand(getattr(self, name).isprintable(), **{name: Flaw("one_line")})
        known = all(len(each) == 2 and each.isascii() and each.isupper() for each in self.sms_countries)
        _demand(known and len(self.sms_countries) <= MOST_COUNTRIES, sms_countries=Flaw("countries"))
        for name, (least, most) in RANGES.items():
            _demand(least <= getattr(self, name) <= most, **{name: Flaw("range", least=least, most=most)})
        longest_first = tuple(sorted({hours for hours in self.reminder_hours if 1 <= hours <= LONGEST_REMINDER}, reverse=True))
        _demand(
            self.reminder_hours == longest_first and len(longest_first) <= MOST_REMINDERS,
            reminder_hours=Flaw("descending"),
        )
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise Invalid({"zone": Flaw("zone")}) from None

    @property
    def sender(self) -> str:
        """Whose name stands before the address of its mails."""
        return self.sender_name or self.name

    @property
    def country(self) -> str:
        """Where it is, as ISO 3166 has it: what its public holidays say, else its time zone."""
        return self.public_holidays.country if self.public_holidays else country_of(self.zone)

    @property
    def home(self) -> Home:
        """What its telephone numbers are of where they name no country."""
        return home(self.country)

    @property
    def contact(self) -> dict[str, str]:
        """How to reach it: `phone_link` is what a telephone dials, `email_shown` the address for reading."""
        return {
            "name": self.name,
            "phone": self.phone,
            "phone_link": dialable(self.phone, self.home),
            "email": self.email,
            "email_shown": written(self.email),
        }


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of one branch. Order and duplicates of the availabilities change nothing (R16)."""

    branch: Branch
    resources: tuple[Resource, ...] = ()
    templates: tuple[Template, ...] = ()
    availabilities: tuple[Availability, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    employees: tuple[Employee, ...] = ()
    accesses: tuple[Access, ...] = ()
    texts: tuple[Text, ...] = ()
    version: int = 1
    zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.branch.zone))

    @property
    def released(self) -> list[Resource]:
        """What customers may book, in the branch's order."""
        return sorted((each for each in self.resources if each.released), key=lambda each: (each.order, each.id))

    def shown_on(self, resource: str) -> list[Template]:
        """The templates that customers may choose for a resource, in the branch's order."""
        shown = (each for each in self.templates if each.online and resource in each.resources)
        return sorted(shown, key=lambda each: (each.order, each.id))

    def template(self, identity: str | None) -> Template | None:
        return next((each for each in self.templates if each.id == identity), None)

    def resource(self, identity: str) -> Resource | None:
        return next((each for each in self.resources if each.id == identity), None)

    def employee(self, identity: str) -> Employee | None:
        return next((each for each in self.employees if each.id == identity), None)

    def access(self, alias: str) -> Access | None:
        return next((each for each in self.accesses if each.alias == alias), None)

    def is_good(self, access: Access) -> bool:
        """Whether an access opens what it stands for: not revoked, and whom it acts as is active and has an account."""
        if access.revoked_at or access.employee is None:
            return not access.revoked_at
        employee = self.employee(access.employee)
        return employee is not None and employee.active and employee.account

    def name_of(self, by: str) -> str:
        """Who did something, by what an event or a line says: an employee's name; `customer` and `schedule` as they are."""
        if by in ("customer", "schedule"):
            return by
        return next((each.name for each in self.employees if each.subject == by), NOBODY)

    def hours(self, resource: str, effect: Literal["opens", "closes"]) -> list[Availability]:
        """The resource's availabilities of the types that have this effect."""
        types = {type.id for type in self.branch.types if type.effect == effect}
        return [each for each in self.availabilities if each.type in types and resource in each.resources]


def _on_grid(**minutes: int) -> None:
    off = {name: Flaw("multiple", of=UNIT, unit="minutes") for name, value in minutes.items() if value % UNIT}
    if off:
        raise Invalid(off)


def _demand(holds: bool, **field: Flaw) -> None:
    if not holds:
        raise Invalid(field)
