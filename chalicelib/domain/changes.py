"""The one maker of a change: whoever changes an appointment says what is new and what that owes; all else follows here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.appointment import Appointment, Change, Proof, event_of, message_of
from chalicelib.domain.inbox import Entry, Waiting, entry_of
from chalicelib.domain.limits import Count
from chalicelib.domain.outbox import TO_BRANCHES, Cause, Channel, Kind, Message
from chalicelib.domain.owed import due_of
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import WANTED
from chalicelib.domain.undo import ended


@dataclass(frozen=True, kw_only=True)
class OwedMessage:
    """A message that a change owes; `due` at once unless it says when. The other fields are those of `Message`."""

    kind: Kind
    channel: Channel = "email"
    due: datetime | None = None
    note: str | None = None
    until: datetime | None = None
    caused_by: Cause = "practice"

    def of(self, after: Appointment, settings: Settings, now: datetime) -> Message:
        """In the language of its reader."""
        language = settings.branch.languages[0] if self.kind in TO_BRANCHES else after.language
        due = self.due or now
        return message_of(after, self.kind, language, due, self.channel, self.note, self.until, self.caused_by)


@dataclass(frozen=True, kw_only=True)
class OwedEntry:
    """An entry of the inbox that a change owes; the fields are those of `Entry`."""

    kind: Waiting
    note: str | None = None
    proved: bool = False

    def of(self, after: Appointment, now: datetime) -> Entry:
        return entry_of(self.kind, after.branch, after.id, after.version, now, self.note, proved=self.proved)


@dataclass(frozen=True)
class Obligations:
    """What a change owes customer, branch and staff."""

    messages: tuple[OwedMessage, ...] = ()
    entries: tuple[OwedEntry, ...] = ()

    def waiting(self, until: datetime) -> Obligations:
        """The same with messages that wait, so that they can be withdrawn (R40)."""
        return replace(self, messages=tuple(replace(each, due=until) for each in self.messages))

    @property
    def noted(self) -> bool:
        """Whether words of the staff's own are among it."""
        return any(each.note for each in self.messages) or any(each.note for each in self.entries)


NOTHING = Obligations()
NO_LIMITS: Mapping[Count, int] = MappingProxyType({})


def change_of(
    before: Appointment | None,
    after: Appointment,
    settings: Settings,
    now: datetime,
    *,
    what: str,
    by: str,
    fields: Iterable[str] = (),
    owed: Obligations = NOTHING,
    ticked: Iterable[str] = (),
    charged: tuple[Count, ...] = (),
    most: Mapping[Count, int] = NO_LIMITS,
    proof: Proof | None = None,
) -> Change:
    """`after` is `before` with all that is new. Its version, and when the schedule looks at it next, are set here: `after.due`
    must be what was stored, or None where it comes to another state. `what`, `by` and `fields` are those of the event, the
    others those of `Change`. Only customers are held to the limit of a day; staff may choose."""
    branch, fields = settings.branch, tuple(fields)
    limited = settings.rules(settings.template(after.template)) if by == "customer" else None
    if before:
        after = replace(ended(before, after), version=before.version + 1)
    noted = owed.noted or ("note" in fields and after.note is not None)
    after = replace(after, due=due_of(after, settings, now, noted=noted))
    return Change(
        before=before,
        after=after,
        event=event_of(after, what, by, now, fields, branch.record_months),
        messages=tuple(each.of(after, settings, now) for each in owed.messages),
        entries=tuple(each.of(after, now) for each in owed.entries),
        ticked=tuple(ticked),
        given_to=after.customer if before is None or after.customer != before.customer else None,
        charged=charged,
        most=most,
        most_a_day=limited.most_a_day if limited else None,
        limited_kind=limited.kind if limited else None,
        kept_days=branch.comment_days,
        proof=proof,
    )


def fields_that_differ(before: Appointment, after: Appointment, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def withholding(change: Change) -> Change:
    """Without the mail that nobody knows who causes: staff are told where the customer is still expected, or wants to be. No
    later move is told by it, so the next one counts by itself."""
    after = replace(change.after, moves_told_at=None)
    held_back = tuple(replace(each, state="withheld") if each.caused_by == "anybody" else each for each in change.messages)
    entry = entry_of("withheld", after.branch, after.id, after.version, change.event.at)
    entries = (*change.entries, entry) if after.status in WANTED else change.entries
    return replace(change, after=after, messages=held_back, entries=entries)
