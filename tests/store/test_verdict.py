"""What the reasons of a cancelled transaction decide, wherever in their order they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import CancellationReason, PutError, TransactWriteError, VerboseClientError

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import AppointmentExists, Change, LimitReached, Proof, ProofUsed, UnitsTaken
from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.limits import A_DAY_IS_FULL, open_of
from chalicelib.store import items
from chalicelib.store.faults import REFUSED
from chalicelib.store.models import DayItem, Item
from chalicelib.store.plan import updates
from chalicelib.store.verdict import is_undecided, raise_if_decided, was_refused
from chalicelib.store.versions import SCHEMA
from tests.builders import NOW, appointment, in_lane, made
from tests.store.bookings import changed

CONFLICT = CancellationReason("TransactionConflict")
REFUSES = CancellationReason(REFUSED)
OPEN = open_of("erika")
DAY = "2026-11-24"
PLACE = ("cabin-1", DAY, 0)
NEW = appointment()
PROVED = made(NEW, proof=Proof("proof", NOW + timedelta(hours=1)))
MATCHED = replace(changed(NEW, replace(NEW, customer="c1", version=2), "matched"), given_to="c1", ticked=("e1", "e2"))

LATER = replace(NEW, start=NEW.start + 60, end=NEW.end + 60, version=2)
SWAP = changed(NEW, replace(LATER, holds=in_lane(0, "cabin-1", LATER.units)))


def answer(code: str, *reasons: CancellationReason | None) -> TransactWriteError:
    said: dict[str, Any] = {"Error": {"Code": code}}
    return TransactWriteError(code, VerboseClientError(said, "TransactWriteItems", cancellation_reasons=[*reasons]))


def cancelled(*reasons: CancellationReason | None) -> TransactWriteError:
    return answer("TransactionCanceledException", *reasons)


def refused(item: Item) -> CancellationReason:
    """By a condition on an item that is stored as it is here."""
    return CancellationReason(REFUSED, raw_item=item.to_dynamodb_dict())


def day(*taken: int, starts: int | None = None) -> DayItem:
    return DayItem("AGENDA#elbe#cabin-1", f"{DAY}#0", taken=set(taken) or None, starts=starts)


def decided(change: Change, *reasons: CancellationReason | None) -> object:
    """What the reasons decide: those of all that is put and checked, then those of the updates."""
    return raise_if_decided(cancelled(*reasons), change, updates(change, {}))


def test_an_error_without_reasons_decides_nothing() -> None:
    assert raise_if_decided(answer("ThrottlingException"), made(NEW), updates(made(NEW), {})) == {}


def test_a_conflict_decides_nothing() -> None:
    assert decided(made(NEW), CONFLICT, None, None, None, CONFLICT) == {}
    assert decided(PROVED, CONFLICT, None, None, None, CONFLICT, CONFLICT) == {}
    assert decided(MATCHED, CONFLICT, None, None, CONFLICT, None) == {}


def test_an_appointment_that_is_there_is_told_as_it_is() -> None:
    with pytest.raises(AppointmentExists) as known:
        decided(made(NEW), refused(items.from_appointment(NEW)), None, None, None, None)
    assert known.value.appointment == NEW


def test_one_that_was_read_and_is_another_by_now_has_been_changed_meanwhile() -> None:
    with pytest.raises(ChangedMeanwhile):
        decided(changed(NEW, replace(NEW, status="confirmed", version=2)), REFUSES, None)


def test_a_customer_who_is_gone_is_the_first_that_is_checked() -> None:
    with pytest.raises(ChangedMeanwhile):
        decided(MATCHED, REFUSES, None, None, None, None)


def test_behind_a_customer_and_what_is_ticked_off_the_appointment_is_judged() -> None:
    with pytest.raises(ChangedMeanwhile):
        decided(MATCHED, None, None, None, REFUSES, None)


def test_a_proof_that_is_used_is_judged_before_the_days() -> None:
    with pytest.raises(ProofUsed):
        decided(PROVED, None, None, None, None, REFUSES, refused(day(*NEW.holds[PLACE])))


def test_a_proof_where_nothing_is_held_is_the_last_reason() -> None:
    waiting = made(appointment(status="unconfirmed", holds={}), proof=PROVED.proof)
    with pytest.raises(ProofUsed):
        decided(waiting, None, None, None, None, REFUSES)


def test_units_that_others_hold_are_told_with_how_many_begin_there() -> None:
    taken = NEW.holds[PLACE]
    with pytest.raises(UnitsTaken) as lost:
        decided(made(NEW), None, None, None, None, refused(day(*taken, 7, starts=2)))
    assert lost.value.agenda == Agenda({PLACE: taken | {7}}, {PLACE[:2]: 2})


def test_a_day_that_counts_nothing_has_no_starts() -> None:
    with pytest.raises(UnitsTaken) as lost:
        decided(made(NEW), None, None, None, None, refused(day(*NEW.holds[PLACE])))
    assert lost.value.agenda.starts == {PLACE[:2]: 0}


def test_of_two_resources_the_second_one_alone_may_be_taken() -> None:
    both = replace(NEW, second="person-1", holds={**NEW.holds, **in_lane(0, "person-1", NEW.units)})
    taken = DayItem("AGENDA#elbe#person-1", f"{DAY}#0", taken=set(NEW.holds[PLACE]))
    with pytest.raises(UnitsTaken) as lost:
        decided(made(both), None, None, None, None, None, refused(taken))
    assert lost.value.agenda.holds == {("person-1", DAY, 0): NEW.holds[PLACE]}


SPARE = {("cabin-1", DAY, 1): NEW.holds[PLACE]}
SECOND_LANE = DayItem("AGENDA#elbe#cabin-1", f"{DAY}#1", taken={*NEW.holds[PLACE], 7})


def test_what_is_only_checked_is_judged_before_the_appointment_and_told_as_taken() -> None:
    with pytest.raises(UnitsTaken) as lost:
        decided(replace(made(NEW), spare=SPARE), refused(SECOND_LANE), None, None, None, None, None)
    assert lost.value.agenda.holds == {("cabin-1", DAY, 1): NEW.holds[PLACE] | {7}}


def test_behind_what_is_only_checked_each_reason_stands_where_it_belongs() -> None:
    with pytest.raises(AppointmentExists):
        decided(replace(made(NEW), spare=SPARE), None, refused(items.from_appointment(NEW)), None, None, None, None)
    with pytest.raises(ProofUsed):
        decided(replace(PROVED, spare=SPARE), None, None, None, None, None, REFUSES, None)
    with pytest.raises(UnitsTaken) as lost:
        decided(replace(made(NEW), spare=SPARE), None, None, None, None, None, refused(day(*NEW.holds[PLACE])))
    assert set(lost.value.agenda.holds) == {PLACE}


def test_a_full_day_and_a_full_counter_are_told_together() -> None:
    asked = replace(NEW, counts=(OPEN,))
    change = made(asked, most={OPEN: 1}, most_a_day=1)
    with pytest.raises(LimitReached) as full:
        decided(change, None, None, None, None, refused(day(starts=1)), REFUSES)
    assert full.value.counts == {A_DAY_IS_FULL, OPEN}


def test_what_is_taken_is_told_without_the_counter_that_is_full_beside_it() -> None:
    change, taken = made(replace(NEW, counts=(OPEN,)), most={OPEN: 1}), NEW.holds[PLACE]
    with pytest.raises(UnitsTaken) as lost:
        decided(change, None, None, None, None, refused(day(*taken)), REFUSES)
    assert lost.value.agenda == Agenda({PLACE: taken}, {PLACE[:2]: 0})


def test_a_counter_is_judged_by_its_own_reason() -> None:
    change = made(replace(NEW, counts=(OPEN,)), most={OPEN: 1}, most_a_day=1)
    with pytest.raises(LimitReached) as full:
        decided(change, None, None, None, None, CONFLICT, REFUSES)
    assert full.value.counts == {OPEN}


def test_a_swapped_day_that_was_read_stale_is_known_better_afterwards() -> None:
    assert decided(SWAP, None, None, refused(day(1, 2))) == {PLACE: {1, 2}}


def test_a_swapped_day_that_is_gone_holds_nothing() -> None:
    assert decided(SWAP, None, None, REFUSES) == {PLACE: frozenset()}


def test_an_item_of_an_earlier_form_is_understood_where_it_refuses() -> None:
    old = items.from_appointment(NEW).to_dynamodb_dict()
    del old[SCHEMA]
    with pytest.raises(AppointmentExists) as known:
        decided(made(NEW), CancellationReason(REFUSED, raw_item=old), None, None, None, None)
    assert known.value.appointment == NEW


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (PutError("", VerboseClientError({"Error": {"Code": f"{REFUSED}Exception"}}, "PutItem")), True),
        (PutError("", VerboseClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")), False),
        (cancelled(None, REFUSES), True),
        (cancelled(None, CONFLICT, REFUSES), True),
        (cancelled(None, CONFLICT), False),
    ],
)
def test_a_write_is_refused_by_its_condition_alone_or_one_in_a_transaction(error: Any, refused: bool) -> None:
    assert was_refused(error) is refused


@pytest.mark.parametrize(
    ("error", "undecided"),
    [
        (TransactWriteError("", ReadTimeoutError(endpoint_url="")), True),
        (answer("ThrottlingException"), True),
        (answer("ValidationException"), False),
        (cancelled(None, CONFLICT, CancellationReason("ThrottlingError")), True),
        (cancelled(None, CONFLICT, REFUSES), False),
        (cancelled(None, None), False),
    ],
)
def test_undecided_is_what_conflicts_throttling_or_silence_stood_against(error: Any, undecided: bool) -> None:
    assert is_undecided(error) is undecided
