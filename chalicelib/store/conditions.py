"""The conditions of the writes, each with its reason. Whatever is scarce is decided here, never by a look before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pynamodb.expressions.condition import Condition

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.outbox import Attempt, Message
from chalicelib.store.items import NO_HOLDS, holds_text, stamp
from chalicelib.store.models import (
    AppointmentItem,
    CallbackItem,
    CounterItem,
    CustomerItem,
    DayItem,
    EntryItem,
    InvitationItem,
    MessageItem,
    ProofItem,
    RecountItem,
    SettingItem,
    starts_of,
)

if TYPE_CHECKING:
    from chalicelib.domain.customer import Customer


def none_is_held(units: Iterable[int]) -> Condition:
    """None of the units is taken: what makes a double booking impossible.

    The day's item need not exist: `contains` is false of a missing attribute. One NOT around all, since an expression has at
    most 300 operators, and an appointment up to 100 units.
    """
    return ~reduce(or_, (DayItem.taken.contains(unit) for unit in sorted(units)))


def is_as_read(units: frozenset[int]) -> Condition:
    """The day holds exactly what was read: one update cannot add to a set and take from it, so a move within a day swaps it.

    Where nothing was held there is no set: DynamoDB knows no empty ones.
    """
    return (DayItem.taken == set(units)) if units else DayItem.taken.does_not_exist()


def day_has_room(most: int) -> Condition:
    """Fewer appointments than the branch allows begin on the day; a day that none began on has no count."""
    return DayItem.starts.does_not_exist() | (DayItem.starts < most)


def kind_has_room(kind: str, most: int) -> Condition:
    """Fewer appointments of the kind than it allows begin on the day; one without a count has room, unless none is allowed."""
    room = starts_of(kind) < most
    return starts_of(kind).does_not_exist() | room if most else room


def kind_counts(kind: str, begun: int | None) -> Condition:
    """The day counts as many of the kind as was read, None where it has no count: whoever books or cancels one changes that."""
    return starts_of(kind).does_not_exist() if begun is None else starts_of(kind) == begun


def limit_has_room(most: int, times: int = 1) -> Condition:
    """The branch allows so many more than are used up; a counter that is not there counts nothing."""
    room = CounterItem.used <= most - times
    return CounterItem.used.does_not_exist() | room if times <= most else room


def has_a_time() -> Condition:
    """Not a request whose address is to be confirmed and that holds nothing meanwhile: on no day does it stand for anything."""
    return ~((AppointmentItem.status == "unconfirmed") & (AppointmentItem.holds == NO_HOLDS))


def is_unchanged(before: Appointment) -> Condition:
    """Nobody has changed the appointment since it was read: of two who confirm and cancel at once, one wins (R20). Nor has it
    let go what it kept for an undo, which is no new version: who counts on those units must take them again (R40)."""
    kept = AppointmentItem.kept
    keeps = (kept == holds_text(before.kept)) if before.kept else kept.does_not_exist()
    return (AppointmentItem.version == before.version) & (AppointmentItem.status == before.status) & keeps


def waits_for_staff() -> Condition:
    """The entry is there, and nobody has ticked it off: who does so again makes nothing of what is gone."""
    return EntryItem.pk.exists() & EntryItem.done_at.does_not_exist()


def is_set_aside() -> Condition:
    """The entry is ticked off, and is there still: nothing is brought back that was erased (R30)."""
    return EntryItem.pk.exists() & EntryItem.done_at.exists()


def was_not_sent() -> Condition:
    """No sender has claimed the message, nor tried to send it: nobody can have read it (R40)."""
    return (MessageItem.state == "due") & (MessageItem.attempts == 0)


def nothing_is_owed() -> Condition:
    """The schedule is not to look at the appointment, and has not given it up either."""
    return AppointmentItem.gsi3pk.does_not_exist() & AppointmentItem.attempts.does_not_exist()


def is_empty_day() -> Condition:
    """Nothing is held in the lane of the day, and no appointment begins on it."""
    return DayItem.taken.does_not_exist() & (DayItem.starts.does_not_exist() | (DayItem.starts <= 0))


def settings_are_unchanged(version: int) -> Condition:
    """Nobody has changed any of the branch's settings since they were read: each change counts one up. A branch that is not
    there, or was written before versions were counted, has none."""
    return SettingItem.version == version if version else SettingItem.version.does_not_exist()


def was_owed_by(moment: datetime) -> Condition:
    """Nobody has asked for another recount since: the settings that this one has read may be older than that."""
    asked = RecountItem.due.does_not_exist() & (RecountItem.gsi3sk <= stamp(moment))
    return asked | (RecountItem.due <= stamp(moment))


def not_made_before() -> Condition:
    """No appointment has this id, which comes from alias and Idempotency-Key: a repeated request makes nothing twice (R22)."""
    return AppointmentItem.pk.does_not_exist()


def not_asked_before() -> Condition:
    """No wish to be called back has this id: a repeated request puts nothing twice into the inbox (R22)."""
    return CallbackItem.pk.does_not_exist()


def not_used_before() -> Condition:
    """The proof of work has made no other booking: it is good for one."""
    return ProofItem.pk.does_not_exist()


def invitation_is_open() -> Condition:
    """The invitation was neither used nor withdrawn, and is still there: it is good once (R39)."""
    return InvitationItem.pk.exists() & InvitationItem.ended.does_not_exist()


def customer_is_unchanged(before: Customer) -> Condition:
    """Nobody has edited, merged or erased the customer since the record was read: no change is lost unseen. What a merged one
    leaves behind has no version."""
    return CustomerItem.version == before.version


def customer_is_there() -> Condition:
    """The customer was not erased since the record was read, and is not about to be; who was merged into another leads
    there."""
    return CustomerItem.pk.exists() & CustomerItem.leaving.does_not_exist()


def not_a_customer_before() -> Condition:
    """No customer has this id, which is new, or comes from what a row of an import says: who imports it again makes nobody
    twice (D231)."""
    return CustomerItem.pk.does_not_exist()


def can_be_claimed(now: datetime) -> Condition:
    """The message is due, or its sender's lease has run out; a settled message has left the index and has no due time."""
    return MessageItem.gsi3sk <= stamp(now)


def is_still_attempted(attempt: Attempt) -> Condition:
    """Nobody has attempted the duty since we did, nor done anything to it that begins anew."""
    return AppointmentItem.attempts == attempt.number


def is_still_ours(message: Message) -> Condition:
    """Nobody has claimed the message since we did: each claim counts one attempt up."""
    return (MessageItem.state == "sending") & (MessageItem.attempts == message.attempts)
