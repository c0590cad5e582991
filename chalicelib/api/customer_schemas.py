"""What goes over the wire about customers, the record and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from chalicelib.api.desk_schemas import PersonView, PlannedView, Version
from chalicelib.api.invitation_schemas import GivenInvitation
from chalicelib.api.schemas import Id, Instant, Language, Name
from chalicelib.domain.figures import Figures, KindFigures
from chalicelib.domain.rules import Chars, Email, Line, Lines, Phone
from chalicelib.domain.spreadsheet import LONGEST as LONGEST_FILE
from chalicelib.domain.spreadsheet import MOST_COLUMNS, Column

CUSTOMER: Mapping[str, Chars] = {
    "last_name": Line(100, least=1),
    "first_name": Line(100),
    "email": Email(254),
    "phone": Phone(40),
    "note": Lines(1000),
    "hint": Line(100),
}
"""What staff write of a customer, and how it is cleaned."""


class CustomerBody(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A customer as staff write it. `version` is needed where one is changed, and left out of a new one."""

    last_name: Name
    first_name: Name | None = None
    email: Annotated[str, Meta(max_length=CUSTOMER["email"].most)] | None = None
    phone: Annotated[str, Meta(max_length=CUSTOMER["phone"].most)] | None = None
    language: Language | None = None
    in_writing: bool = False
    note: Annotated[str, Meta(max_length=CUSTOMER["note"].most)] | None = None
    birth_date: date | None = None
    hint: Annotated[str, Meta(max_length=CUSTOMER["hint"].most)] | None = None
    version: Version | None = None


class CustomerView(Struct):
    """All of one customer. `phone_link` is what a telephone dials, `email_shown` the address for reading. `appointments`: past
    and coming ones, the latest first, as the `invitations`."""

    id: str
    version: int
    last_name: str
    first_name: str | None
    email: str | None
    email_shown: str | None
    phone: str | None
    phone_link: str | None
    language: str | None
    in_writing: bool
    note: str | None
    birth_date: date | None
    hint: str | None
    made_at: Instant
    erasure_asked_at: Instant | None
    erasure_proved: bool
    appointments: list[PlannedView]
    invitations: list[GivenInvitation]
    history: list[RecordLine]


class MatchView(Struct):
    """Somebody who may be meant. `because` names what agrees: `email`, `phone`, `name`; `likeness` from 0 to 1."""

    customer: PersonView
    because: list[Literal["email", "phone", "name"]]
    likeness: float


class MatchesView(Struct):
    """At most five, the likeliest first."""

    matches: list[MatchView]


class ListRequest(Struct, forbid_unknown_fields=True):
    """`after` is the `next` of the page after which this one comes. In the body, since it holds a name."""

    after: Annotated[str, Meta(max_length=2000)] | None = None


class ListView(Struct):
    """At most 50 customers by last name. A page may have few, or none, and yet a `next`; that is null at the end."""

    customers: list[PersonView]
    next: str | None


class SearchRequest(Struct, forbid_unknown_fields=True):
    """What was typed so far of a name, a phone number or an e-mail address. In the body, so that no URL names a person."""

    q: Annotated[str, Meta(max_length=100)]


class SearchView(Struct):
    """At most 20 customers and 20 of each other. `appointments` are coming ones of the first customers found; `requests` are
    those that stand for no customer yet."""

    customers: list[PersonView]
    appointments: list[PlannedView]
    requests: list[PlannedView]


MOST_IMPORTED = 25
"""Rows of one request."""
Codes = Mapping[str, Mapping[str, str | int]]


class ReadRequest(Struct, forbid_unknown_fields=True):
    """A file of customers as CSV, whose first row has the headings. `columns` says what each column stands for, null for
    nothing; left out, that is guessed by the headings."""

    text: Annotated[str, Meta(max_length=LONGEST_FILE)]
    columns: Annotated[list[Column | None], Meta(max_length=MOST_COLUMNS)] | None = None


class ImportRow(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a row says of a customer, as it stands there; `birth_date` is `24.12.1950` or `1950-12-24`, `language` a tag or a
    name."""

    last_name: str = ""
    first_name: str = ""
    birth_date: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    note: str = ""
    hint: str = ""


class ReadColumn(Struct):
    """What a column of the file is taken for; null where for nothing."""

    heading: str
    column: Column | None


class ReadRow(Struct, omit_defaults=True):
    """A row by its number in the spreadsheet. `codes` as in a refusal: what is wrong, `cells` with the row as a whole."""

    number: int
    given: ImportRow
    codes: Codes = {}


class ReadView(Struct):
    """The file as it was understood; nothing is written."""

    columns: list[ReadColumn]
    rows: list[ReadRow]


class ImportRequest(Struct, forbid_unknown_fields=True):
    """Rows as they were read. `anyway`: also those who are customers of the branch already."""

    rows: Annotated[list[ImportRow], Meta(min_length=1, max_length=MOST_IMPORTED)]
    anyway: bool = False


class ImportedRow(Struct, omit_defaults=True):
    """What became of a row. `present`: an import has made it before, or the branch has the same person. `codes` of one that
    is refused, as in a refusal."""

    done: Literal["created", "present", "refused"]
    codes: Codes = {}


class ImportView(Struct):
    """In the order of the request."""

    rows: list[ImportedRow]


class MergeRequest(Struct, forbid_unknown_fields=True):
    """The customer of the path stays; `other` is merged into it and gone. Appointments go along."""

    version: Version
    other: Id
    other_version: Version


class EraseRequest(Struct, forbid_unknown_fields=True):
    """Refused while an appointment lies ahead."""

    version: Version


class RecordLine(Struct):
    """A change, or that somebody looked. `what` is like an event's; `by` is a name, `customer` or `schedule`; `fields` are
    names of what changed."""

    at: Instant
    kind: Literal["appointment", "customer", "setting", "list"]
    id: str
    what: str
    by: str
    fields: list[str]


class NamedLine(RecordLine):
    """With what it is about, as it is by now. `name`: of the appointment or the customer, empty where that was erased; null
    where it is gone, and of settings and lists. `start` of an appointment; `blocked` is time that is kept free."""

    name: str | None
    start: Instant | None
    blocked: bool


class RecordView(Struct):
    """The latest first. `before` asks for the next page, or is null at the end. A page may have few lines, or none, and yet
    have a next one. `since` is the earliest month that has a line, where no month was asked for."""

    lines: list[NamedLine]
    before: str | None
    since: str | None


class FiguresView(Struct):
    """`kinds` has those that there are."""

    weeks: list[Figures]
    kinds: list[KindFigures]


class ExportView(Struct):
    """All that is kept of one customer, for handing over."""

    customer: CustomerView
    requests: list[Mapping[str, Any]]
    exported_at: Instant
