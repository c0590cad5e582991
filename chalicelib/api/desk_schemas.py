"""What goes over the wire between the staff's planner and the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, defstruct, field

from chalicelib.api.schemas import Id, Instant, Language, of_comment
from chalicelib.domain.rules import KEY, plain_of
from chalicelib.domain.settings import LONGEST_REASON

StatusName = Literal["unconfirmed", "proposed", "confirmed", "declined", "cancelled", "expired", "done", "no_show"]
Type = Literal["request", "appointment", "blocked"]
ChannelName = Literal["email", "sms", "phone"]
WriteTo = Annotated[
    Literal["requester", "customer"], Meta(description="Whom messages go to from now on; the requester if left out.")
]
Version = Annotated[int, Meta(ge=1, description="As read; another one in the store is refused as `changed_meanwhile`.")]
LONGEST_NOTE = 500
Note = Annotated[str, Meta(max_length=LONGEST_NOTE, description="Words of the staff's own to the customer.")]
InternalNote = Annotated[str, Meta(max_length=LONGEST_NOTE, description="For staff alone; never told to the customer.")]
OnPaper = Annotated[bool, Meta(description="Whether note and hint are printed on day list and slip.")]
Title = Annotated[str, Meta(max_length=100, description="Of blocked time, or of whom it is for without a record; for staff.")]
Standby = Annotated[
    bool, Meta(description="Beyond the capacity, where that is taken and the resource allows stand-by appointments.")
]
Key = Annotated[str, Meta(pattern=KEY.regex)]


class Tell(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How the customer is told. `phone` writes no message, but an entry in the inbox: to be called back."""

    channel: ChannelName
    note: Note | None = None


class SeriesView(Struct):
    """That it was made with others: the `number` from 1 of the `of` that were wanted, and the id that they share."""

    id: str
    number: int
    of: int


class PlannedView(Struct, omit_defaults=True):
    """An appointment in the planner. `name` is whom it is for; of blocked time its title. `second` is the resource beside.
    `note` is the staff's own, `hint` that of the customer's record; `on_paper` lets both be printed. `standby`: it is beyond
    the capacity."""

    id: str
    version: int
    type: Type
    status: StatusName
    resource: str
    second: str | None
    template: str | None
    start: Instant
    end: Instant
    preparation: int
    follow_up: int
    name: str
    customer: str | None
    note: str | None = None
    on_paper: bool = False
    hint: str | None = None
    series: SeriesView | None = None
    standby: bool = False


Why = Literal["absence", "holiday", "exception"]


class HoursView(Struct, omit_defaults=True):
    """When a resource works (`opens`) or not (`closes`); no time is both. `why` is what closes it; an exception, the whole day.
    `name` is that of the absence's type or of the holiday, by language, where it has one; `reason` is what staff call it,
    and `closing` the id of the closing that it is of."""

    resource: str
    start: Instant
    end: Instant
    effect: Literal["opens", "closes"]
    why: Why | None = None
    name: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    closing: str | None = None


class PlannerView(Struct):
    zone: str
    first: date
    days: int
    appointments: list[PlannedView]
    hours: list[HoursView]


class EntryView(Struct):
    """Something that waits for staff. `overdue`: a request that nobody answered before its start, or before it soon expires.
    `proved`: a wish to be erased came by a link that was mailed to the record's address. `ring` is about no appointment:
    somebody by that `name` wants to be called, in a `language`, `when` it suits."""

    id: str
    kind: Literal[
        "request",
        "cancelled",
        "cancelled_late",
        "moved",
        "bounced",
        "withheld",
        "disowned",
        "call_back",
        "erasure",
        "ring",
        "stuck",
    ]
    at: Instant
    overdue: bool
    note: str | None
    appointment: PlannedView | None
    phone: str | None
    phone_link: str | None
    proved: bool
    name: str | None
    when: str | None
    language: str | None


class InboxView(Struct):
    """Some entries, the oldest first. `count` is how many wait in all; `next` is the `after` of the following ones. `latest` is
    another text once appointments or settings have changed: then the planner's days are worth reading again."""

    entries: list[EntryView]
    count: int
    next: str | None
    latest: str


class TurnedAwayDay(Struct):
    date: date
    count: int


class TurnedAwayView(Struct):
    """How many online requests were turned away in the last 7 local days, at least; `days` are those that had any."""

    count: int
    days: list[TurnedAwayDay]


CommentView: Any = defstruct(
    "CommentView",
    [*((name, schema) for name, schema, _ in of_comment(plain_of, without="notice_version")), ("email_shown", str)],
    namespace={"__doc__": "What came with a request (R25). `email_shown` is the address for reading."},
    module=__name__,
)


class PersonView(Struct):
    """A customer of the branch, as shown beside an appointment. `phone_link` is what a telephone dials, `email_shown` the
    address for reading."""

    id: str
    version: int
    last_name: str
    first_name: str | None
    email: str | None
    email_shown: str | None
    phone: str | None
    phone_link: str | None
    in_writing: bool
    birth_date: date | None


class EventView(Struct):
    """One line of history. `by` is a name, `customer` or `schedule`."""

    at: Instant
    what: str
    by: str
    status: StatusName
    start: Instant
    end: Instant
    fields: list[str]


class MessageState(Struct):
    """A message to the customer, or to the branch."""

    kind: str
    channel: Literal["email", "sms"]
    state: Literal["due", "sending", "sent", "failed", "bounced", "complained", "withheld"]
    at: Instant
    failure: str | None


class UndoView(Struct):
    """That the last act of staff's, `what`, can be undone, which leads back to `status`. Until `until` nobody hears of it:
    `waits`, a message does; `held`, the time that it freed is. `told`: the customer was, or will be; an undo later than that
    sends a correction."""

    what: str
    status: StatusName
    until: Instant
    waits: bool
    held: bool
    told: bool


class DetailView(Struct):
    """All of one appointment. `undo`: what can be undone. `may` are the states that it can be brought to; `write_to` is whom
    messages go to, `reachable` the ways to tell that one. The query's `customer` and `write_to` ask how it would be if it were
    matched so."""

    appointment: PlannedView
    comment: CommentView | None
    customer: PersonView | None
    may: list[StatusName]
    undo: UndoView | None
    write_to: Literal["requester", "customer"]
    reachable: list[ChannelName]
    language: str
    reason: str | None
    history: list[EventView]
    messages: list[MessageState]


class AnswerRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Brings an appointment to another state. `customer` (with `confirmed`) is whom it is for, with `write_to`; `reason` (with
    `declined` and `cancelled`) is kept with the appointment, and told where the customer is told."""

    version: Version
    status: StatusName
    customer: Id | None = None
    write_to: WriteTo | None = None
    reason: Note | None = None
    standby: Standby = False
    tell: Tell | None = None


class MoveRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Another start, length (`end`) or resource, or `second` beside it; what is left out stays, and the length does where only
    `start` is given."""

    version: Version
    start: Instant | None = None
    end: Instant | None = None
    resource: Id | None = None
    second: Id | None = None
    standby: Standby = False
    tell: Tell | None = None


class DetailsRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Another kind, name or note. What is left out stays; an empty text removes. Another kind (`template`) keeps start and
    resource, and takes its own length, buffers and, `second` or the best one, whoever it asks for beside."""

    version: Version
    template: Id | None = None
    second: Id | None = None
    title: Title | None = None
    note: InternalNote | None = None
    on_paper: OnPaper | None = None
    tell: Tell | None = None


class SeriesOf(Struct):
    """The appointments that were made together, in order of time."""

    appointments: list[PlannedView]


class MatchRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Says whom an appointment is for; null: nobody yet."""

    version: Version
    customer: Id | None
    write_to: WriteTo | None = None


class VoidLinkRequest(Struct, forbid_unknown_fields=True):
    """Ends the links to an appointment that were sent until now."""

    version: Version


class TellRequest(Struct, forbid_unknown_fields=True):
    """Tells the customer how the appointment stands now, changing nothing."""

    version: Version
    tell: Tell


class MessagePreviewRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which message an action would send. `what` is the status that it brings to, `moved`, or `told` (nothing changes);
    `customer`, `write_to` and `template` as in the action."""

    what: Literal["confirmed", "declined", "cancelled", "moved", "told"]
    channel: Literal["email", "sms"]
    start: Instant | None = None
    end: Instant | None = None
    resource: Id | None = None
    reason: Note | None = None
    note: Note | None = None
    customer: Id | None = None
    write_to: WriteTo | None = None
    template: Id | None = None


class MessagePreview(Struct):
    """As it would go out. `subject` is empty for an SMS."""

    to: str
    subject: str
    text: str


class Repeat(Struct, forbid_unknown_fields=True):
    """`times` appointments in all, `weeks` apart, on the same wall time; none on a day that is `left_out`."""

    times: Annotated[int, Meta(ge=2, le=52)]
    weeks: Annotated[int, Meta(ge=1, le=8)] = 1
    left_out: Annotated[list[date], Meta(max_length=52)] = []


class BookRequest(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An appointment made by staff, or blocked time. `minutes` is the length where no template gives it. `dry` only tells what
    stands against it, whoever it is for. `second` comes beside, where the template asks for somebody; the best one where it
    is left out. Needs an `Idempotency-Key`."""

    type: Literal["appointment", "blocked"]
    resource: Id
    start: Instant
    second: Id | None = None
    template: Id | None = None
    minutes: Annotated[int, Meta(ge=5, le=24 * 60)] | None = None
    customer: Id | None = None
    title: Title | None = None
    note: InternalNote | None = None
    on_paper: OnPaper = False
    language: Language | None = None
    repeat: Repeat | None = None
    dry: bool = False
    standby: Standby = False
    tell: Tell | None = None


class DoubtView(Struct):
    """Why a resource is not expected to work at a time: what closes it, as in `HoursView`, or its `hours`."""

    resource: str
    why: Literal["absence", "holiday", "exception", "hours"]
    name: dict[str, str]
    reason: str


class BookedOne(Struct):
    """`outcome` is `booked`, `free` (of a dry run), or the code of what stands against it; `doubts`: why somebody is not
    expected to work then. `standby`: it is beyond the capacity or, with `slot_taken`, a place beyond it is left."""

    start: Instant
    end: Instant
    outcome: Literal["booked", "free", "slot_taken", "absence"]
    doubts: list[DoubtView]
    id: str | None
    standby: bool


class BookedView(Struct):
    """In the order of time. Blocked time of over 500 minutes became an absence of the settings: `absence`. Of a dry run
    `reachable` are the ways to tell the customer."""

    appointments: list[BookedOne]
    absence: bool
    reachable: list[ChannelName]


class FreeView(Struct):
    """The next free times of several resources, the earliest first. `next` is the `after` of the following ones: up to where
    was sought; null where there is nothing further."""

    times: list[FreeTime]
    next: Instant | None


class FreeTime(Struct):
    """`second` are those who can come second, where the kind asks for somebody; two who may be either stand here once."""

    resource: str
    start: Instant
    end: Instant
    second: list[str]


class Keep(Struct, forbid_unknown_fields=True, tag="keep", tag_field="do"):
    id: Id


class Away(Struct, forbid_unknown_fields=True, tag="move", tag_field="do"):
    """To another resource, to another `start`, or both; what is left out stays. Where the closed resource comes second,
    `resource` comes second instead."""

    id: Id
    version: Version
    resource: Id | None = None
    start: Instant | None = None
    tell: Tell | None = None


class Off(Struct, forbid_unknown_fields=True, tag="cancel", tag_field="do"):
    id: Id
    version: Version
    tell: Tell | None = None


class ClosingRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Closes a time of a resource, and says what becomes of each appointment in it. Without `answers` nothing is done, and the
    answer lists the appointments. Of one that is over nothing is asked and nothing is done. `name` is what staff call it.
    `from` is the first day on which they might be instead, unless it lies before the end."""

    resource: Id
    start: Instant
    end: Instant
    answers: Annotated[list[Keep | Away | Off], Meta(max_length=200)] | None = None
    name: Annotated[str, Meta(max_length=LONGEST_REASON, description="For staff only.")] | None = None
    day: date | None = field(name="from", default=None)


class ClosingOne(Struct):
    """`outcome`: `found` (nothing done yet), `kept`, `moved`, `cancelled`, or the code of why it could not be. `suggested` is
    when it could be instead, before anything is done: on the next day that has room for all of them."""

    appointment: PlannedView
    outcome: str
    suggested: Instant | None


class Acted(Struct, forbid_unknown_fields=True):
    """An appointment, as it stood after what is to be undone."""

    id: Id
    version: Version


class ClosingUndoRequest(Struct, forbid_unknown_fields=True):
    """Reopens a closing that the caller has made, and undoes what was done in it with each appointment."""

    closing: Id | None
    appointments: Annotated[list[Acted], Meta(max_length=200)]


class ClosingView(Struct):
    """`closing` is the id by which it can be reopened; null before it is closed, and where the time was closed already. `undo`
    is the body that undoes all of it; null where nothing was done."""

    closed: bool
    closing: str | None
    appointments: list[ClosingOne]
    undo: ClosingUndoRequest | None


class ReopenedOne(Struct):
    """`outcome`: `undone`, or the code of why it could not be."""

    appointment: PlannedView
    outcome: str


class ReopenedView(Struct):
    appointments: list[ReopenedOne]


class UndoRequest(Struct, forbid_unknown_fields=True):
    """Takes the last act back, or tells of it at once."""

    version: Version


class ClosedSpan(Struct):
    start: Instant
    end: Instant


class ClosedView(Struct):
    """A closing of a resource. `name` is what staff call it, `type` the absence's type by language, `by` who entered it and
    `made_at` when, where that is known. `spans` are closed; between them it was reopened."""

    id: str
    resource: str
    name: str
    type: dict[str, str]
    by: str
    made_at: Instant | None
    spans: list[ClosedSpan]


class ClosingsView(Struct):
    """The closings that are not over, by their beginning."""

    closings: list[ClosedView]


class ReopenRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """From when to when a closing ends; what is left out: from its beginning, to its end."""

    start: Instant | None = None
    end: Instant | None = None


class WaveRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Declines all waiting requests that were made from `from` on and before `until` through the link of `alias`; null: through
    any. `tell` writes to their makers. `dry` only counts."""

    alias: Id | None
    since: Instant = field(name="from")
    until: Instant
    tell: bool = False
    dry: bool = False


class WaveView(Struct):
    """How many requests of the wave waited, and how many are `left`: by a dry run, or since time ran out. Then ask again."""

    count: int
    left: int
