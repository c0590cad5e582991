"""What goes over the wire about a branch's settings, accesses and users. Minutes and hours are numbers, walls `HH:MM`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.api.desk_schemas import PlannedView
from chalicelib.api.schemas import Id, Instant, Language, Name

Wall = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Line = Annotated[str, Meta(max_length=200)]
Link = Annotated[str, Meta(max_length=500)]
Number = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
"""What is right of it the settings say; this keeps any sum of it a date, and a number that the table can hold."""
Names = Annotated[Mapping[str, Name], Meta(max_length=20)]
"""A text by language."""
TextKind = Literal["receipt", "confirmed", "declined", "moved", "cancelled", "expired", "reminder"]
TextStatus = Literal["proposed", "confirmed", "declined", "cancelled", "expired"]


class TypeBody(Struct, forbid_unknown_fields=True):
    id: Id
    name: Names
    effect: Literal["opens", "closes", "neither"]


class HolidaysBody(Struct, forbid_unknown_fields=True):
    country: Annotated[str, Meta(min_length=2, max_length=2)]
    subdivision: Annotated[str, Meta(max_length=8)] | None = None
    off: Annotated[list[Name], Meta(max_length=100)] = []
    also: Annotated[list[Name], Meta(max_length=100, description="Holidays of a part of the subdivision, by name.")] = []


class BranchBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """All fields are given each time. Empty texts are allowed until a resource is released."""

    name: Line
    address: Line
    phone: Annotated[str, Meta(max_length=40)]
    email: Annotated[str, Meta(max_length=254)]
    sender_name: Line
    zone: Annotated[str, Meta(max_length=64)]
    imprint_url: Link
    privacy_url: Link
    accessibility_url: Link
    accent_colour: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]
    logo: Annotated[str, Meta(max_length=40_000, description="`data:image/png;base64,...` or jpeg, webp; empty: none.")]
    languages: Annotated[list[Language], Meta(max_length=20)]
    required: list[Literal["first_name", "phone"]]
    message_field: bool
    notice_version: Annotated[str, Meta(max_length=20)]
    lead_hours: Number
    horizon_days: Number
    public_holidays: HolidaysBody | None
    most_open_requests: Number | None
    most_requests_a_day: Number | None
    most_appointments_a_day: Number | None
    most_unproved_an_hour: Number = 40
    most_unproved_open: Number = 120
    confirm_minutes: Number = 120
    expire_after_hours: Number | None
    expire_warning_hours: Number
    cut_off_hours: Number
    night_from: Wall
    night_until: Wall
    reminder_hours: list[Number]
    reminder_gap_hours: Number
    notices: Literal["each", "digest", "none"]
    most_sms_a_month: Number
    sms_countries: list[str]
    comment_days: Number
    record_months: Number
    lock_minutes: Number
    online: bool
    offline_text: Annotated[str, Meta(max_length=500)]


class ResourceBody(Struct, forbid_unknown_fields=True, kw_only=True):
    id: Id
    name: Name
    kind: Literal["place", "person"]
    released: bool
    capacity: Number
    order: Number
    colour: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]


class TemplateBody(Struct, forbid_unknown_fields=True, kw_only=True):
    id: Id
    name: Names
    duration: Number
    preparation: Number
    follow_up: Number
    early: Number
    online: bool
    resources: list[Id]
    second: list[Id]
    starts_as: Literal["proposed", "confirmed"]
    order: Number


class HoursBody(Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """`from`, `to`: walls."""

    start: Wall
    end: Wall
    step: Number
    minimum_step: Number | None = None


class AvailabilityBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """Weekly hours; weekdays count from Monday = 1; both ends of the validity are included."""

    resources: list[Id]
    weekdays: list[Number]
    hours: HoursBody
    type: Id
    valid_from: date | None
    valid_until: date | None


class ExceptionBody(Struct, forbid_unknown_fields=True):
    resource: Id
    date: date
    hours: Annotated[list[HoursBody], Meta(max_length=50)]


class EmployeeBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody who works here, or a technical one that accesses act as. Accounts have routes of their own."""

    id: Id
    name: Name
    email: Annotated[str, Meta(max_length=254)]
    technical: bool
    active: bool


class TextBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """The branch's own words: the first paragraphs of a mail, or the whole of an SMS. What is not in the list is said in ours.

    Kinds and states that can be worded: receipt (proposed, confirmed), confirmed, declined, moved (proposed, confirmed),
    cancelled, expired, reminder (confirmed). Places to fill: `{{ practice }}`, `{{ date }}`, `{{ time }}`, `{{ until }}`,
    `{{ phone }}`, `{{ link }}` and, in mails only, `{{ name }}`; an SMS must have the link.
    """

    kind: TextKind
    status: TextStatus
    channel: Literal["email", "sms"]
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")]
    text: Annotated[str, Meta(max_length=2000)]


class TextPreview(Struct):
    """As it would go out for an invented appointment. `subject` is empty for an SMS, `parts` says how many are paid for.
    `default` is what stands there in our words."""

    subject: str
    text: str
    parts: int
    default: str


class SettingsBody(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What is left out stays as it is; a list that is given replaces the stored one. `accept_other_times`: a new zone may make
    appointments ahead read another time than was told."""

    version: Annotated[int, Meta(ge=0)]
    accept_other_times: bool = False
    branch: BranchBody | None = None
    types: Annotated[list[TypeBody], Meta(max_length=50)] | None = None
    resources: list[ResourceBody] | None = None
    templates: list[TemplateBody] | None = None
    availabilities: list[AvailabilityBody] | None = None
    exceptions: list[ExceptionBody] | None = None
    employees: list[EmployeeBody] | None = None
    texts: list[TextBody] | None = None


class EmployeeView(Struct):
    """`account`: whether it has one; `user` is the name that a person signs in with."""

    id: str
    name: str
    email: str
    technical: bool
    active: bool
    account: bool
    user: str | None


class AccessSetting(Struct):
    """`url` is what it opens: a booking page, or a calendar file; that one is a secret and told to admins only. `last_used` is
    right to the hour."""

    id: str
    kind: Literal["alias", "calendar"]
    label: str
    employee: str
    resource: str | None
    url: str | None
    made_at: Instant | None
    revoked_at: Instant | None
    last_used: Instant | None


class SettingsView(Struct):
    """`missing` is the checklist before a resource may be released: names of the branch's empty fields. `site_url` is where the
    pages are. `holidays`: the dates that close, from today on."""

    version: int
    id: str
    branch: BranchBody
    types: list[TypeBody]
    resources: list[ResourceBody]
    templates: list[TemplateBody]
    availabilities: list[AvailabilityBody]
    exceptions: list[ExceptionBody]
    employees: list[EmployeeView]
    texts: list[TextBody]
    missing: list[str]
    site_url: str
    holidays: list[date]


class SavedView(Struct):
    """`outside`: coming appointments that customers could not choose any more (R32); they stay as they are."""

    settings: SettingsView
    outside: list[PlannedView]


class AccessesView(Struct):
    accesses: list[AccessSetting]


class AccessRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """`employee` is a technical one with an account. A calendar shows one `resource`."""

    kind: Literal["alias", "calendar"]
    label: Name
    employee: Id
    resource: Id | None = None


class UserView(Struct):
    """A person's account. `second_factor`: whether it has one; `branches`: those of the caller's that it may use; `version`:
    what a change has to name."""

    user: str
    email: str
    groups: list[Literal["admin", "staff"]]
    branches: list[str]
    enabled: bool
    status: Literal["invited", "active", "reset"]
    second_factor: bool
    version: str


class UsersView(Struct):
    users: list[UserView]


class InviteRequest(Struct, forbid_unknown_fields=True):
    """An account for an employee, who is a person; its first password is sent to the employee's e-mail address."""

    employee: Id
    user: Annotated[str, Meta(pattern="^[a-z0-9_-]{3,40}$", description="The name to sign in with.")]
    groups: list[Literal["admin", "staff"]]
    branches: list[Id]


class UserChange(Struct, forbid_unknown_fields=True):
    """What a user may, in the caller's branches; those of others stay. `version` is that of the list."""

    groups: list[Literal["admin", "staff"]]
    branches: list[Id]
    enabled: bool
    version: str


class AccountChange(Struct, forbid_unknown_fields=True):
    """Gives a technical employee an account, which accesses may act as, or takes it away. It can never sign in."""

    account: bool


class Online(Struct, forbid_unknown_fields=True):
    """Whether customers can ask online."""

    online: bool
