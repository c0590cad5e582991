"""An appointment, its history, what is known of who asked for it, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from chalicelib.domain.agenda import NO_HOLDS, NOTHING_KNOWN, Agenda, Holds
from chalicelib.domain.comment import Comment
from chalicelib.domain.inbox import MOST_TICKED, Entry
from chalicelib.domain.limits import Count
from chalicelib.domain.moments import Units, units_of
from chalicelib.domain.outbox import TO_BRANCHES, Cause, Channel, Kind, Message, Reader
from chalicelib.domain.settings import KEPT_MONTHS
from chalicelib.domain.status import Status
from chalicelib.domain.tokens import appointment_id
from chalicelib.domain.undo import Undo, joined

Lanes = frozenset[tuple[str, int]]
"""Of resources, on any day: in which of them an appointment is."""

Type = Literal["request", "appointment", "blocked"]
"""Asked for by a customer; made by staff; time that staff keep free of customers."""


@dataclass(frozen=True)
class Series:
    """That an appointment was made with others: the `number` from 1 of the `of` that were wanted. `id` is that of the first."""

    id: str
    number: int
    of: int

    @property
    def members(self) -> list[str]:
        """The ids that its appointments have, in order; those whose time was taken are none."""
        return [member_id(self.id, number) for number in range(1, self.of + 1)]


def member_id(first: str, number: int) -> str:
    """The id of an appointment of a series, by that of its first."""
    return first if number == 1 else appointment_id(f"series {number}", first)


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """Instants in UTC minutes, buffers in minutes, `day` is the branch-local date of the start.

    `holds` are its units by resource, UTC day and lane, buffers included (R11); none once it has released them. `second` is
    the resource that it takes beside. `name` is whom it is for, or the title of blocked time; `customer` is set once staff
    have said who that is, `write_to` whom they chose to write to then; `reason` is why it was declined or cancelled. `note` is
    for staff alone; `on_paper` lets it be printed. `hint` is what the customer's record says of how to meet them, and follows
    it as the name does. `counts` are the counters that it stands in. `fingerprint` is the keyed hash of the request that made
    it (R22). `token_version` makes the customer's links valid; raising it revokes them. `due` is when the schedule must look
    at it next (`owed.due_of`): to warn staff of an unanswered request and, after that (`warned`), to let it expire (R26), to
    remind, or to erase. `reminded` are the instants that the branch's hours named for reminders it has had: a changed start
    has others, and no instant comes twice (R29). `confirm_until` is how long an unconfirmed request waits for its address to
    be confirmed (R33); it stays when that time is over. `disowned_at` is when the owner of the address said that somebody else
    had asked. `moves_told_at` is when the customer's moves are told, once for all that come before (R34). `undo` is what the
    last act of staff's has changed, `kept` are the units that it gave up and that are held still, so that it can be undone
    (R40).
    """

    id: str
    branch: str
    resource: str
    alias: str
    start: int
    end: int
    day: str
    status: Status
    holds: Holds
    language: str
    fingerprint: str
    made_at: datetime
    comment: Comment | None = None
    type: Type = "request"
    name: str = ""
    customer: str | None = None
    write_to: Reader = "requester"
    reason: str | None = None
    note: str | None = None
    on_paper: bool = False
    hint: str | None = None
    series: Series | None = None
    template: str | None = None
    second: str | None = None
    preparation: int = 0
    follow_up: int = 0
    counts: tuple[Count, ...] = ()
    due: datetime | None = None
    warned: bool = False
    reminded: tuple[int, ...] = ()
    confirm_until: datetime | None = None
    disowned_at: datetime | None = None
    moves_told_at: datetime | None = None
    undo: Undo | None = None
    kept: Holds = field(default_factory=dict)
    version: int = 1
    token_version: int = 1

    @property
    def units(self) -> Units:
        """The units that it covers, buffers included, held or not."""
        return units_of(self.start - self.preparation, self.end + self.follow_up)

    @property
    def lanes(self) -> Lanes:
        return frozenset((resource, lane) for resource, _, lane in self.holds)

    @property
    def occupied(self) -> Holds:
        """The units that nobody else can have: those that it holds, and those kept for an undo."""
        return joined(self.holds, self.kept) if self.kept else self.holds

    @property
    def reader(self) -> Reader:
        """Whom it is written to: as staff chose, where there are both."""
        if self.comment is None:
            return "customer"
        return self.write_to if self.customer else "requester"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """As much of an appointment as the planner draws; of a week of them all else would cost more than it shows."""

    id: str
    version: int
    type: Type
    status: Status
    resource: str
    start: int
    end: int
    preparation: int
    follow_up: int
    name: str
    second: str | None = None
    template: str | None = None
    customer: str | None = None
    note: str | None = None
    on_paper: bool = False
    hint: str | None = None
    series: Series | None = None
    lanes: Lanes = frozenset()


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of an appointment's history, never rewritten: no personal data. `version` is the appointment's after it.

    `what` is `requested`, `booked` (by staff), `moved`, `edited`, `matched`, `told`, `warned`, `reminded`, `erased`,
    `link_voided`, `undone`, `sent_now` or the status that it came to; `by` is `customer`, `schedule` or the id of staff;
    `fields` are the names of what changed. `resource` is where it is then; events of earlier versions do not tell. Kept for
    `months`.
    """

    appointment: str
    branch: str
    version: int
    what: str
    by: str
    at: datetime
    start: int
    end: int
    status: Status
    fields: tuple[str, ...] = ()
    months: int = KEPT_MONTHS
    resource: str | None = None


def released(appointment: Appointment, status: Status) -> Appointment:
    """The appointment in a state that holds nothing: units, and the place among the open requests, are given back in the same
    write (R19)."""
    return replace(appointment, status=status, holds={}, counts=(), due=None)


def event_of(
    after: Appointment, what: str, by: str, at: datetime, fields: tuple[str, ...] = (), months: int = KEPT_MONTHS
) -> Event:
    """The line of history that an appointment's new state owes."""
    return Event(
        appointment=after.id,
        branch=after.branch,
        version=after.version,
        what=what,
        by=by,
        at=at,
        start=after.start,
        end=after.end,
        status=after.status,
        fields=fields,
        months=months,
        resource=after.resource,
    )


def message_of(
    after: Appointment,
    kind: Kind,
    language: str,
    due: datetime,
    channel: Channel = "email",
    note: str | None = None,
    until: datetime | None = None,
    caused_by: Cause = "practice",
) -> Message:
    """A message that an appointment's new state owes."""
    return Message(
        appointment=after.id,
        event=after.version,
        kind=kind,
        channel=channel,
        branch=after.branch,
        resource=after.resource,
        start=after.start,
        end=after.end,
        status=after.status,
        language=language,
        due=due,
        note=note,
        reader=None if kind in TO_BRANCHES else after.reader,
        until=until,
        caused_by=caused_by,
    )


@dataclass(frozen=True)
class Proof:
    """Work that was proved for one booking (R33): what tells it from every other one, and until when it would be good."""

    id: str
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class Change:
    """One write: an appointment as it was read (None: it is new) and as it shall be, with what that owes.

    `entries` appear in the inbox with it, those with the ids `ticked` vanish. `withdrawn` are messages that nobody has been
    sent yet, and nobody will be: event, kind and channel of each. `given_to` is the customer whom it newly stands for, who
    must still be there: else what is known of somebody erased would remain.
    `invitation` is the id of the one that the write uses up (R39). `spare` are units that it does not take, and that
    others must not hold when it is written (R36).
    `charged` are counters that this write alone raises and nothing gives back. `most` are the limits of those and of the
    counters that the appointment newly stands in, `most_a_day` that of appointments of its resource and day, or of those of the
    `limited_kind` alone. A counter of open requests is forgotten `kept_days` after the last one was made. `proof` is used up by
    the write.
    """

    before: Appointment | None
    after: Appointment
    event: Event
    messages: tuple[Message, ...] = ()
    entries: tuple[Entry, ...] = ()
    ticked: tuple[str, ...] = ()
    withdrawn: tuple[tuple[int, Kind, Channel], ...] = ()
    given_to: str | None = None
    charged: tuple[Count, ...] = ()
    most: Mapping[Count, int] = field(default_factory=dict)
    most_a_day: int | None = None
    limited_kind: str | None = None
    kept_days: int = 30
    proof: Proof | None = None
    invitation: str | None = None
    spare: Holds = NO_HOLDS

    def ticking(self, entries: Sequence[str]) -> Change:
        """With as many of the entries as one write can tick off. Where some are left, the schedule looks at the appointment
        again: an erasure that breaks off there is done to its end."""
        due = self.event.at if len(entries) > MOST_TICKED else self.after.due
        return replace(self, after=replace(self.after, due=due), ticked=tuple(entries[:MOST_TICKED]))


class UnitsTaken(Exception):
    """Some of the wanted units are held by others. `agenda`: the places where that is so, with all that is held there."""

    def __init__(self, agenda: Agenda) -> None:
        super().__init__()
        self.agenda = agenda


class LimitReached(Exception):
    """Some of the limits that the change states. `counts` names the counters that are full, `agenda` tells of days that are."""

    def __init__(self, counts: frozenset[Count], agenda: Agenda = NOTHING_KNOWN) -> None:
        super().__init__()
        self.counts = counts
        self.agenda = agenda


class AlreadySent(Exception):
    """A message that was to be withdrawn has gone, or is on its way."""


class ProofUsed(Exception):
    """The proof of work was good for another booking."""


class InvitationEnded(Exception):
    """The invitation was used for another booking, or is withdrawn or erased."""


class AppointmentExists(Exception):
    """The appointment was made before, by the same Idempotency-Key."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__()
        self.appointment = appointment
