"""What a transaction that was cancelled, or not answered, says of the change that it was to make."""

from __future__ import annotations

from collections.abc import Callable

from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import (
    AlreadySent,
    AppointmentExists,
    Change,
    InvitationEnded,
    LimitReached,
    ProofUsed,
    UnitsTaken,
)
from chalicelib.domain.errors import ChangedMeanwhile, CustomerLeaving, TryAgain
from chalicelib.store import items
from chalicelib.store.faults import ATTEMPTS, PASSING, REFUSED, code_of, may_pass, pause
from chalicelib.store.models import DayItem, Item
from chalicelib.store.plan import Update, units_in
from chalicelib.store.versions import upgraded


def raise_if_decided(error: TransactWriteError, change: Change, planned: list[Update]) -> Holds:
    """Raises what the cancelled transaction's conditions decided, if they did; gives what is known better of swapped days."""
    reasons = error.cancellation_reasons
    if not reasons:
        return {}
    checked = 1 if change.given_to else 0
    if checked and (customer := reasons[0]) and customer.code == REFUSED:
        raise CustomerLeaving
    alone = sum(not each.actions for each in planned)  # what is checked and what is deleted comes first, in every answer
    of_planned = [*reasons[checked : checked + alone], *reasons[len(reasons) - len(planned) + alone :]]
    deleted = checked + alone + len(change.ticked)
    appointment = reasons[deleted + len(change.withdrawn)]
    if appointment and appointment.code == REFUSED:
        if change.before is not None:
            raise ChangedMeanwhile
        raise AppointmentExists(items.to_appointment(upgraded(appointment.raw_item or {})))
    if any(each and each.code == REFUSED for each in reasons[deleted : deleted + len(change.withdrawn)]):
        raise AlreadySent
    used_up = reasons[-len(planned) + alone - 1]  # a proof is put last, an invitation updated first; no booking has both
    if used_up and used_up.code == REFUSED and change.proof:
        raise ProofUsed
    if used_up and used_up.code == REFUSED and change.invitation:
        raise InvitationEnded
    refused = [
        (each, reason.raw_item or {})
        for each, reason in zip(planned, of_planned, strict=True)
        if reason and reason.code == REFUSED
    ]
    days = {each.place: DayItem.from_raw_data(old) for each, old in refused if each.place}
    held = {place: units_in(day) for place, day in days.items()}
    counting = [(each, place, old) for each, old in refused if (place := each.place) and not place[2]]  # the first lane counts
    starts = {place[:2]: int(days[place].starts or 0) for _, place, _ in counting}
    kinds = {(*place[:2], each.kind): each.begun(old) for each, place, old in counting if each.kind}
    known = Agenda(held, starts, kinds)
    if any(held[each.place] & each.wanted for each, _ in refused if each.place):
        raise UnitsTaken(known)
    if full := frozenset(count for each, old in refused if (count := each.full(old))):
        raise LimitReached(full, known)
    return held


def was_refused(error: PynamoDBException) -> bool:
    """Whether a condition of a single write, or of one in a transaction, did not hold."""
    return code_of(error) == f"{REFUSED}Exception" or REFUSED in _reasons(error)


def is_written(write: Callable[[TransactWrite], None], sleep: Callable[[float], None]) -> bool:
    """Writes in one transaction what `write` puts into it. False where a condition did not hold; repeating one that nobody
    answered does the same once more. Raises TryAgain."""
    for attempt in range(ATTEMPTS):
        try:
            with TransactWrite(connection=Item._get_connection().connection) as transaction:
                write(transaction)
        except TransactWriteError as error:
            if was_refused(error):
                return False
            if not is_undecided(error):
                raise
        else:
            return True
        pause(attempt, sleep)
    raise TryAgain


def is_undecided(error: PynamoDBException) -> bool:
    """Nothing but conflicts and throttling stood against it, or nobody knows what did."""
    codes = _reasons(error)
    return may_pass(error) or (bool(codes) and codes <= PASSING)


def _reasons(error: PynamoDBException) -> set[str]:
    """Codes of what stood against a transaction; none of another error."""
    found = error.cancellation_reasons if isinstance(error, TransactWriteError) else ()
    return {reason.code for reason in found if reason}
