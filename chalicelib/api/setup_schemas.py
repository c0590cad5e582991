"""What goes over the wire about a branch's settings, accesses and users. Minutes and hours are numbers, walls `HH:MM`. Sections
of the settings are as the domain has them (`wire`)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, defstruct

from chalicelib.api import wire
from chalicelib.api.desk_schemas import PlannedView
from chalicelib.api.schemas import Id, Instant, Name
from chalicelib.domain.rules import USER_NAME
from chalicelib.domain.settings import Branch, Employee, Settings, Text

_BRANCH, *_OTHERS = wire.given(Settings)
_TYPES = next(each for each in fields(Branch) if each.name == "types")
SECTIONS = {each.name: each.type for each in (_BRANCH, _TYPES, *_OTHERS)}
"""What an admin may change at once, each as a whole, with its type in the domain."""
FORMS = {name: wire.form(section) for name, section in SECTIONS.items()}
TextBody: Any = wire.body(Text)


class TextPreview(Struct):
    """As it would go out for an invented appointment. `subject` is empty for an SMS, `parts` says how many are paid for.
    `default` is what stands there in our words."""

    subject: str
    text: str
    parts: int
    default: str


SettingsBody: Any = defstruct(
    "SettingsBody",
    [
        ("version", Annotated[int, Meta(ge=0)]),
        ("accept_other_times", bool, False),
        *((name, form.schema | None, None) for name, form in FORMS.items()),
    ],
    namespace={
        "__doc__": """What is left out stays as it is; what is given replaces what is stored. `accept_other_times`: a new zone
    may make appointments ahead read another time than was told."""
    },
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
)
EmployeeView = defstruct(
    "EmployeeView",
    [("account", bool), ("user", str | None)],
    bases=(wire.body(Employee),),
    forbid_unknown_fields=False,
    namespace={"__doc__": "`account`: whether it has one; `user` is the name that a person signs in with."},
    kw_only=True,
)


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


SettingsView = defstruct(
    "SettingsView",
    [
        ("version", int),
        ("id", str),
        *((name, form.schema) for name, form in FORMS.items() if name != "employees"),
        ("employees", list[EmployeeView]),  # type: ignore[valid-type]  # made above
        ("missing", list[str]),
        ("site_url", str),
        ("holidays", list[date]),
    ],
    namespace={
        "__doc__": """`missing` is the checklist before a resource may be released: names of the branch's empty fields.
    `site_url` is where the pages are. `holidays`: the dates that close, from today on."""
    },
)
SavedView = defstruct(
    "SavedView",
    [("settings", SettingsView), ("outside", list[PlannedView])],
    namespace={
        "__doc__": """`outside`: coming appointments that customers could not choose any more (R32); they stay as they are."""
    },
)


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
    user: Annotated[str, Meta(pattern=USER_NAME.regex, description="The name to sign in with.")]
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
