"""What a branch has set: itself, its resources, templates, availabilities, exceptions, employees and accesses.

Values are checked when they are made (R3): whoever builds one with a wrong field gets Invalid with the field's name. What a
field may hold stands beside it (`rules`); the form, the wire and the settings page follow it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses import written
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.moments import DAY, MOST_UNITS, UNIT
from chalicelib.domain.outbox import Channel, Kind
from chalicelib.domain.phones import Home, country_of, dialable, home
from chalicelib.domain.rules import (
    COLOUR,
    COUNTRY,
    DESCENDING,
    ELSEWHERE,
    ID,
    LANGUAGE,
    LEFT_OUT,
    NAME_OF_THING,
    PLANNABLE,
    PRINTABLE,
    WALL,
    WEEKDAYS,
    ZONE,
    Between,
    Chars,
    Each,
    Email,
    Items,
    Line,
    Lines,
    Multiple,
    Paragraphs,
    Phone,
    check_fields,
)
from chalicelib.domain.status import Status

ANY = "any"
"""Stands for whichever resource is free, where one is asked for. No new resource may have this id; one that has it from before
is meant itself."""
LONGEST = MOST_UNITS * UNIT
"""Minutes that one appointment covers at most, its buffers included (R3)."""
MOST_LANES = 20
MOST_STANDBY = 5
"""Each adds a condition to a customer's write: two resources over midnight stay far below the 100 of one transaction."""
FEWEST_OPTIONS = 2
FURTHEST = 731
"""Days of the longest horizon: two years."""
MOST_COMMENT_DAYS = 730
KEPT_MONTHS = 36
"""How long a line of the record is kept unless the branch says otherwise."""
NOBODY = "?"
"""The name of whoever no employee stands for."""
LONGEST_REASON = 60
"""Characters of what staff call a closing or an exception."""
MOST_WEEKS = 8
LARGEST = 1_000_000
"""Of a number that nothing else limits: any sum of it is a date, and the table can hold it."""
GRID = Multiple(UNIT)
SHORT = Between(0, LONGEST, "minutes")
Names = Annotated[Mapping[str, str], Line(100), Items(most=20)]
"""A text by language."""
Order = Annotated[int, Between(-LARGEST, LARGEST)]
Link = Annotated[str, Line(500)]
Limit = Annotated[int | None, Between(1, LARGEST, "requests")]
LEAD, HORIZON, CUT_OFF = Between(0, FURTHEST * 24, "hours"), Between(0, FURTHEST, "days"), Between(0, 720, "hours")
HIGHEST_CENTS = 1_000_000
LineTexts = Annotated[Mapping[str, str], Line(100), Items(most=20), LEFT_OUT]
"""One line by language, where there is anything to say."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A window on the wall: minutes since local midnight, `end` up to 1440 (24:00)."""

    start: Annotated[int, WALL, GRID]
    end: Annotated[int, WALL, GRID]
    step: Annotated[int, GRID, Between(UNIT, LONGEST, "minutes")]
    minimum_step: Annotated[int | None, GRID, Between(UNIT, LARGEST, "minutes"), LEFT_OUT] = None

    def __post_init__(self) -> None:
        check_fields(self)
        _demand(0 <= self.start < self.end <= DAY, end=Flaw("after", field="start"))


WORKING_TIME, ABSENCE = "working_time", "absence"


@dataclass(frozen=True, kw_only=True)
class AvailabilityType:
    """What an availability does to the time it covers (R6). Working time is fixed, a branch may add others."""

    id: Annotated[str, ID]
    name: Names
    effect: Literal["opens", "closes", "neither"]


TYPES = (
    AvailabilityType(id=WORKING_TIME, name={"de": "Arbeitszeit", "en": "Working time"}, effect="opens"),
    AvailabilityType(id=ABSENCE, name={"de": "Abwesenheit", "en": "Absence"}, effect="closes"),
)


@dataclass(frozen=True, kw_only=True)
class ClosedBy:
    """What staff call a closing, for their own eyes, and who entered it: the id in a token. All its pieces have its `id`."""

    id: Annotated[str, NAME_OF_THING]
    name: Annotated[str, Line(LONGEST_REASON), LEFT_OUT] = ""
    by: Annotated[str, ELSEWHERE] = ""
    made_at: Annotated[datetime | None, ELSEWHERE] = None


@dataclass(frozen=True, kw_only=True)
class Availability:
    """Hours of resources. `weekdays` counts from Monday = 1; both ends of the validity are included. They return every so many
    weeks, counted from the week of `valid_from`, and only in these `months` of the year, in all where there are none. A part of
    a `closing` says which."""

    resources: Annotated[tuple[str, ...], Each(ID), Items(least=1)]
    weekdays: Annotated[frozenset[int], WEEKDAYS]
    hours: Hours
    type: Annotated[str, ID] = WORKING_TIME
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: Annotated[int, Between(1, MOST_WEEKS), LEFT_OUT] = 1
    months: Annotated[frozenset[int], Each(Between(1, 12)), LEFT_OUT] = frozenset()
    closing: Annotated[ClosedBy | None, LEFT_OUT] = None

    def __post_init__(self) -> None:
        check_fields(self)
        _demand(self.valid_from is not None or (self.every_weeks == 1 and not self.closing), valid_from=Flaw("required"))
        _demand(self.valid_until is not None or not self.closing, valid_until=Flaw("required"))

    def holds_on(self, day: date) -> bool:
        return (
            day.isoweekday() in self.weekdays
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
            and (not self.months or day.month in self.months)
            and (self.every_weeks == 1 or (_week(day) - _week(self.valid_from or day)) % self.every_weeks == 0)
        )


def _week(day: date) -> int:
    """Weeks since the first Monday of the calendar."""
    return (day.toordinal() - 1) // 7


@dataclass(frozen=True, kw_only=True)
class DateException:
    """Replaces the weekly working time of a resource on one date; without hours the day is closed (R7). One that is `yearly`
    returns on the same day of later years. Its `name` is for staff."""

    resource: Annotated[str, ID]
    day: Annotated[date, PLANNABLE]
    hours: Annotated[tuple[Hours, ...], Items(most=50)] = ()
    name: Annotated[str, Line(LONGEST_REASON), LEFT_OUT] = ""
    yearly: Annotated[bool, LEFT_OUT] = False

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a customer pays, in hundredths of a currency (ISO 4217): of those in and around Europe that have any."""

    cents: Annotated[int, Between(0, HIGHEST_CENTS)]
    currency: Literal["EUR", "CHF", "GBP", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "UAH", "TRY"]

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers that a question offers."""

    id: Annotated[str, NAME_OF_THING]
    label: Names


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An earlier question, and its answer: an option's id, or whether a tick is set."""

    question: Annotated[str, ID]
    equals: str | bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """Asked with a request of its kind, and only where `when` holds. `purpose` says what the answer is for.

    One about `health` is never required: its answer is taken with an express consent only (GDPR Art. 9).
    """

    id: Annotated[str, NAME_OF_THING]
    type: Literal["choice", "tick", "line"]
    label: Annotated[Mapping[str, str], Line(150), Items(most=20)]
    purpose: Annotated[Mapping[str, str], Line(200), Items(most=20)]
    options: Annotated[tuple[Option, ...], Items(most=12), LEFT_OUT] = ()
    required: Annotated[bool, LEFT_OUT] = False
    health: Annotated[bool, LEFT_OUT] = False
    when: Annotated[Condition | None, LEFT_OUT] = None

    def __post_init__(self) -> None:
        check_fields(self)
        choice = self.type == "choice"
        _demand(not choice or len(self.options) >= FEWEST_OPTIONS, options=Flaw("too_few", least=FEWEST_OPTIONS))
        _demand(choice or not self.options, options=Flaw("no_options"))
        _demand_different(self.options, "options")
        _demand(not (self.health and self.required), required=Flaw("health_required"))

    def may_be(self, answer: str | bool) -> bool:
        """Whether it can be answered so; a line can hold anything, so nothing depends on it."""
        if self.type == "choice":
            return answer in {each.id for each in self.options}
        return self.type == "tick" and isinstance(answer, bool)


@dataclass(frozen=True, kw_only=True)
class Template:
    """A kind of appointment. Minutes: `duration` is what the customer sees, the buffers lie around it (R11), `early` is how
    long before the start the customer should come.

    `resources` may carry it. Where `second` names any, one of those is needed beside (R15). Customers choose what is `shown`
    online; what is shown to those who are invited needs an invitation, and of the rest only staff make appointments.

    `lead_hours`, `horizon_days`, `cut_off_hours` and `most_a_day` hold instead of the branch's where they are set, 0 too (R38).
    The last one counts the appointments of this kind alone, by resource and branch-local day.

    By language, in plain text: `hint` stands under the name, `price_note` beside the price, `instructions` say what to bring
    and how to prepare. `payer` says who pays: the insurance, the customer, or either.
    """

    id: Annotated[str, ID]
    name: Names
    duration: Annotated[int, GRID, Between(UNIT, LONGEST, "minutes")]
    preparation: Annotated[int, GRID, SHORT] = 0
    follow_up: Annotated[int, GRID, SHORT] = 0
    early: Annotated[int, SHORT] = 0
    shown: Literal["online", "invited", "staff"] = "online"
    resources: Annotated[tuple[str, ...], Each(ID)] = ()
    second: Annotated[tuple[str, ...], Each(ID)] = ()
    type: Annotated[Literal["request"], ELSEWHERE] = "request"
    starts_as: Literal["proposed", "confirmed"] = "proposed"
    order: Order = 0
    lead_hours: Annotated[int | None, LEAD, LEFT_OUT] = None
    horizon_days: Annotated[int | None, HORIZON, LEFT_OUT] = None
    cut_off_hours: Annotated[int | None, CUT_OFF, LEFT_OUT] = None
    most_a_day: Annotated[int | None, Between(0, LARGEST, "appointments"), LEFT_OUT] = None
    hint: LineTexts = field(default_factory=dict)
    price: Annotated[Price | None, LEFT_OUT] = None
    price_note: LineTexts = field(default_factory=dict)
    payer: Annotated[Literal["insurance", "self", "both"] | None, LEFT_OUT] = None
    instructions: Annotated[Mapping[str, str], Paragraphs(1000), Items(most=20), LEFT_OUT] = field(default_factory=dict)
    questions: Annotated[tuple[Question, ...], Items(most=10), LEFT_OUT] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        whole = self.preparation + self.duration + self.follow_up
        _demand(whole <= LONGEST, duration=Flaw("longest", most=LONGEST, unit="minutes"))
        _demand_different(self.questions, "questions")
        _demand_earlier(self.questions)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`capacity`: how many appointments it holds at once (R14); `standby`: how many beyond these staff alone may place (R36).
    `colour` is what the planner draws it in."""

    id: Annotated[str, ID]
    name: Annotated[str, Line(100, least=1)]
    kind: Literal["place", "person"] = "place"
    released: bool = False
    capacity: Annotated[int, Between(1, MOST_LANES)] = 1
    standby: Annotated[int, Between(0, MOST_STANDBY), LEFT_OUT] = 0
    order: Order = 0
    colour: Annotated[str, COLOUR] = "#3f6fa3"

    def __post_init__(self) -> None:
        check_fields(self)
        _demand(self.lanes <= MOST_LANES, standby=Flaw("range", least=0, most=min(MOST_STANDBY, MOST_LANES - self.capacity)))

    @property
    def lanes(self) -> int:
        """Those of its capacity, and behind them the stand-by ones."""
        return self.capacity + self.standby


@dataclass(frozen=True, kw_only=True)
class Employee:
    """Somebody who works here, or a technical one that accesses act as.

    A person's account lies in the user pool: `user` is the name to sign in with, `subject` its id in tokens. A technical
    employee's `account` is known here only, so that it can never sign in.
    """

    id: Annotated[str, ID]
    name: Annotated[str, Line(100, least=1)]
    email: Annotated[str, Email(254)] = ""
    technical: bool = False
    active: bool = True
    account: Annotated[bool, ELSEWHERE] = False
    user: Annotated[str | None, ELSEWHERE] = None
    subject: Annotated[str | None, ELSEWHERE] = None

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
    appointments in one state (`wording.OWN`). Where there are none, it is said in ours.

    Places to fill: `{{ practice }}`, `{{ date }}`, `{{ time }}`, `{{ until }}`, `{{ phone }}`, `{{ link }}` and, in mails only,
    `{{ name }}`; an SMS must have the link.
    """

    kind: Kind
    status: Status
    channel: Channel
    language: Annotated[str, LANGUAGE]
    text: Annotated[str, Paragraphs(2000)]

    @property
    def place(self) -> tuple[Kind, Status, Channel, str]:
        """No two stand in the same."""
        return self.kind, self.status, self.channel, self.language


LONGEST_SUBDIVISION = 8


@dataclass(frozen=True, kw_only=True)
class PublicHolidays:
    """Of a country's subdivision, e.g. DE and HH; `off` names those that do not close, by date or by name, `also` those that
    close though they hold in a part of it only, as Corpus Christi does in Saxony."""

    country: Annotated[str, Chars(2, least=2)]
    subdivision: Annotated[str | None, Chars(LONGEST_SUBDIVISION), LEFT_OUT] = None
    off: Annotated[tuple[str, ...], Each(Chars(100)), Items(most=100), LEFT_OUT] = ()
    also: Annotated[tuple[str, ...], Each(Chars(100)), Items(most=100), LEFT_OUT] = ()


@dataclass(frozen=True, kw_only=True)
class Branch:
    """`required` names what a customer must give beside last name and e-mail (R25). Lead time in hours, horizon in days.

    Where it links to no accessibility statement of its own, ours names the `accessibility_authority` that supervises it.
    `sender_name` is what mails are sent in, `logo` a `data:` address of an image. Customers may move or cancel until
    `cut_off_hours` before the start (R28). Between the walls `night_from` and `night_until` nothing is sent that can wait, and
    reminders go out `reminder_hours` before the start, the longest first, unless the customer was told something of the
    appointment less than `reminder_gap_hours` before (R29). `notices` says whether the branch is told of each request, once a
    day, or not; `most_sms_a_month` counts the parts that are paid for; `sms_countries` (ISO 3166) are
    written to beside the branch's own, its neighbours where none is named. Comments are kept `comment_days` after the
    appointment (R30), the record `record_months`. The staff's screen locks after `lock_minutes`. With `customer_hints` their
    pages show what a customer's record says of how to meet them.
    Figures tell of single persons only where `figures_by_person` is on: they are employees' data. Where `online` is off,
    customers read `offline_text`.

    `holidays` are the dates that close (R7), looked up from `public_holidays` when the settings are written. A limit that is
    None does not hold. Requests are limited by proved e-mail address, those of a day whatever becomes of them; appointments by
    resource and branch-local day. Of unproved addresses the branch takes `most_unproved_an_hour` requests and has
    `most_unproved_open` waiting. Further ones are confirmed by mail first, within `confirm_minutes` (R33). A request that
    nobody answers expires `expire_after_hours` after it was made, if set; staff are warned `expire_warning_hours` before (R26).
    """

    id: Annotated[str, ELSEWHERE]
    name: Annotated[str, Line(200, least=1), PRINTABLE]
    address: Annotated[str, Line(200), PRINTABLE]
    phone: Annotated[str, Phone(40), PRINTABLE]
    email: Annotated[str, Email(254), PRINTABLE]
    zone: Annotated[str, Line(64, least=1), ZONE]
    imprint_url: Link
    privacy_url: Link
    accessibility_url: Link
    accessibility_authority: Annotated[str, Lines(500), LEFT_OUT] = ""
    sender_name: Annotated[str, Line(200), PRINTABLE] = ""
    logo: Annotated[str, Chars(40_000)] = ""
    accent_colour: Annotated[str, COLOUR] = "#1f6f6b"
    languages: Annotated[tuple[str, ...], Each(LANGUAGE), Items(1, 20)] = ("de", "en")
    required: tuple[Literal["first_name", "phone"], ...] = ()
    message_field: bool = False
    notice_version: Annotated[str, Line(20)] = "2"
    lead_hours: Annotated[int, LEAD] = 24
    horizon_days: Annotated[int, HORIZON] = 60
    types: Annotated[tuple[AvailabilityType, ...], Items(most=50), ELSEWHERE] = TYPES
    public_holidays: PublicHolidays | None = None
    holidays: Annotated[frozenset[date], ELSEWHERE] = frozenset()
    most_open_requests: Limit = 4
    most_requests_a_day: Limit = 10
    most_appointments_a_day: Annotated[int | None, Between(1, LARGEST, "appointments")] = None
    most_unproved_an_hour: Annotated[int, Between(0, 10_000, "requests"), LEFT_OUT] = 40
    most_unproved_open: Annotated[int, Between(0, 100_000, "requests"), LEFT_OUT] = 120
    confirm_minutes: Annotated[int, Between(15, DAY, "minutes"), LEFT_OUT] = 120
    expire_after_hours: Annotated[int | None, Between(1, LARGEST, "hours")] = None
    expire_warning_hours: Annotated[int, Between(0, 720, "hours")] = 12
    cut_off_hours: Annotated[int, CUT_OFF] = 24
    night_from: Annotated[int, WALL, Between(0, DAY)] = 20 * 60
    night_until: Annotated[int, WALL, Between(0, DAY)] = 8 * 60
    reminder_hours: Annotated[tuple[int, ...], Each(Between(1, 336, "hours")), Items(most=2), DESCENDING] = (24,)
    reminder_gap_hours: Annotated[int, Between(0, 168, "hours")] = 12
    notices: Literal["each", "digest", "none"] = "each"
    most_sms_a_month: Annotated[int, Between(0, 100_000, "sms")] = 100
    sms_countries: Annotated[tuple[str, ...], Each(COUNTRY), Items(most=50)] = ()
    comment_days: Annotated[int, Between(1, MOST_COMMENT_DAYS, "days")] = 30
    record_months: Annotated[int, Between(1, 120, "months")] = KEPT_MONTHS
    lock_minutes: Annotated[int, Between(1, 240, "minutes")] = 10
    figures_by_person: Annotated[bool, LEFT_OUT] = False
    customer_hints: Annotated[bool, LEFT_OUT] = False
    online: bool = True
    offline_text: Annotated[str, Lines(500)] = ""

    def __post_init__(self) -> None:
        check_fields(self)
        expires = self.expire_after_hours
        _demand(
            expires is None or expires > self.expire_warning_hours > 0,
            expire_after_hours=Flaw("after", field="expire_warning_hours"),
        )
        working = {type.effect for type in self.types if type.id == WORKING_TIME}
        _demand(working == {"opens"}, types=Flaw("fixed_types"))

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


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for appointments of one kind, or of none (R38). Where `most_a_day` is the `kind`'s own it counts those of this
    kind alone, else all of the resource's day."""

    lead_hours: int
    horizon_days: int
    cut_off_hours: int
    most_a_day: int | None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of one branch. Order and duplicates of the availabilities change nothing (R16)."""

    branch: Branch
    resources: tuple[Resource, ...] = ()
    templates: tuple[Template, ...] = ()
    availabilities: tuple[Availability, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    employees: tuple[Employee, ...] = ()
    accesses: Annotated[tuple[Access, ...], ELSEWHERE] = ()
    texts: tuple[Text, ...] = ()
    version: Annotated[int, ELSEWHERE] = 1
    zone: Annotated[ZoneInfo, ELSEWHERE] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.branch.zone))

    @property
    def released(self) -> list[Resource]:
        """What customers may book, in the branch's order."""
        return sorted((each for each in self.resources if each.released), key=lambda each: (each.order, each.id))

    def shown_on(self, resource: str) -> list[Template]:
        """The templates that customers may choose for a resource, in the branch's order."""
        return self._carried_by(resource, "online")

    def invitable_on(self, resource: str) -> list[Template]:
        """Those that customers may be invited to choose, hidden ones too."""
        return self._carried_by(resource, "online", "invited")

    def _carried_by(self, resource: str, *shown: str) -> list[Template]:
        carried = (each for each in self.templates if each.shown in shown and resource in each.resources)
        return sorted(carried, key=lambda each: (each.order, each.id))

    def rules(self, template: Template | None) -> Rules:
        """What holds for a kind: its own rules where it has any, else the branch's."""
        branch = self.branch
        if template is None:
            given = branch.lead_hours, branch.horizon_days, branch.cut_off_hours, branch.most_appointments_a_day
            return Rules(*given)
        limited = template.most_a_day is not None
        return Rules(
            lead_hours=branch.lead_hours if template.lead_hours is None else template.lead_hours,
            horizon_days=branch.horizon_days if template.horizon_days is None else template.horizon_days,
            cut_off_hours=branch.cut_off_hours if template.cut_off_hours is None else template.cut_off_hours,
            most_a_day=template.most_a_day if limited else branch.most_appointments_a_day,
            kind=template.id if limited else None,
        )

    @property
    def furthest(self) -> int:
        """Days of the longest horizon: the branch's, or a kind's."""
        return max(self.branch.horizon_days, *(each.horizon_days or 0 for each in self.templates), 0)

    @property
    def limited_kinds(self) -> list[str]:
        """The ids of the templates that have a day's limit of their own."""
        return [each.id for each in self.templates if each.most_a_day is not None]

    def template(self, identity: str | None) -> Template | None:
        return next((each for each in self.templates if each.id == identity), None)

    def stands_by(self, lanes: Iterable[tuple[str, int]]) -> bool:
        """Whether any of these lanes of resources lies beyond the capacity (R36)."""
        return any(lane >= found.capacity for of, lane in lanes if lane and (found := self.resource(of)))

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

    @property
    def good_aliases(self) -> list[str]:
        """Of the accesses that open the booking page."""
        return [each.alias for each in self.accesses if each.kind == "alias" and self.is_good(each)]

    def good_alias(self, wanted: str) -> str | None:
        """The wanted one, if it still opens the booking page, else another that does."""
        good = self.good_aliases
        return wanted if wanted in good else next(iter(good), None)

    def name_of(self, by: str) -> str:
        """Who did something, by what an event or a line says: an employee's name; `customer` and `schedule` as they are."""
        if by in ("customer", "schedule"):
            return by
        return next((each.name for each in self.employees if each.subject == by), NOBODY)

    def hours(self, resource: str, effect: Literal["opens", "closes"]) -> list[Availability]:
        """The resource's availabilities of the types that have this effect."""
        types = {type.id for type in self.branch.types if type.effect == effect}
        return [each for each in self.availabilities if each.type in types and resource in each.resources]


def _demand_different(things: Sequence[Option | Question], name: str) -> None:
    ids = [each.id for each in things]
    for number, each in enumerate(ids):
        _demand(each not in ids[:number], **{f"{name}[{number}].id": Flaw("twice")})


def _demand_earlier(questions: Sequence[Question]) -> None:
    """A question depends on an earlier one alone, so none depends on itself."""
    earlier: dict[str, Question] = {}
    for number, each in enumerate(questions):
        if each.when:
            asked, path = earlier.get(each.when.question), f"questions[{number}].when"
            _demand(asked is not None, **{f"{path}.question": Flaw("not_earlier")})
            _demand(asked is None or asked.may_be(each.when.equals), **{f"{path}.is": Flaw("choice")})
        earlier[each.id] = each


def _demand(holds: bool, **field: Flaw) -> None:
    if not holds:
        raise Invalid(field)
