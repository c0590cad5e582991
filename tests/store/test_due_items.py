"""What is owed: found when it is due, attempted by one at a time, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.inbox import entry_of
from chalicelib.domain.outbox import LEASE, Attempt, Duty, Message
from chalicelib.store import items, keys
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.models import AppointmentItem, RecountItem
from chalicelib.store.raw import one
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, made, message, new_branch_id
from tests.conftest import TABLE
from tests.faults import answered, cancelled, counted, error
from tests.store.bookings import changed

LATER = NOW + timedelta(hours=1)
WRONG = error("ValidationException")
CONFLICT = cancelled("TransactionConflict", "None")


def owing(table: Table, *owed: dict[str, Any], **fields: Any) -> Appointment:
    """One at a branch of its own that owes these messages; a receipt unless they are named."""
    booked = appointment(branch=new_branch_id(), **fields)
    table.write(made(booked, *(message(booked, **each) for each in owed or ({},))))
    return booked


def key(appointment: Appointment, kind: str = "receipt", event: int = 1) -> tuple[str, str]:
    return keys.appointment(appointment.id), keys.message(event, kind, "email")


def claimed(table: Table, appointment: Appointment) -> Message:
    found = table.claim(key(appointment), NOW)
    assert found is not None
    return found


def raw(appointment: Appointment) -> dict[str, Any]:
    """What is stored of its receipt."""
    found = one(*key(appointment)) or {}
    return {name: next(iter(value.values())) for name, value in found.items()}


def test_what_is_due_is_looked_for_in_each_partition_once(table: Table) -> None:
    with counted() as requests:
        table.due(NOW)
    assert requests.operations == ["Query"] * keys.DUE_PARTITIONS


def test_a_claim_that_is_wrong_rises(table: Table) -> None:
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        table.claim(key(owing(table)), NOW)


def test_before_a_message_to_the_customer_stand_those_that_were_neither_sent_nor_given_up(table: Table) -> None:
    booked = owing(table, {"kind": "receipt"}, {"kind": "confirmed"}, {"kind": "notice"})
    assert [each.kind for each in table.unsent_before(key(booked, "told", 2))] == ["confirmed", "receipt"]
    table.settle(replace(claimed(table, booked), state="sent", provider_id="ses-1"))
    with counted() as requests:
        assert [each.kind for each in table.unsent_before(key(booked, "told", 2))] == ["confirmed"]
    assert (requests.operations, requests.consistent) == (["Query"], 1)


def test_a_message_does_not_stand_before_itself_nor_before_an_earlier_one(table: Table) -> None:
    booked = owing(table, {"kind": "receipt"}, {"kind": "confirmed"})
    assert table.unsent_before(key(booked, "confirmed")) == []


def test_a_message_to_the_branch_waits_for_none(table: Table) -> None:
    booked = owing(table, {"kind": "confirmed"})
    with counted() as requests:
        assert table.unsent_before(key(booked, "notice")) == []
    assert requests.operations == []


def test_moves_that_are_told_together_keep_no_later_message_waiting(table: Table) -> None:
    booked = owing(table, {"kind": "moved", "caused_by": "anybody"})
    assert table.unsent_before(key(booked, "told", 2)) == []


def test_waiting_is_no_attempt(table: Table) -> None:
    booked = owing(table)
    table.wait(key(booked), LATER, NOW)
    assert table.claim(key(booked), LATER - timedelta(seconds=1)) is None
    found = table.claim(key(booked), LATER)
    assert found is not None
    assert found.attempts == 1


def test_what_another_sender_has_in_hand_is_not_made_to_wait(table: Table) -> None:
    booked = owing(table)
    claimed(table, booked)
    table.wait(key(booked), LATER, NOW)
    assert table.claim(key(booked), NOW + LEASE) is not None


def test_waiting_that_is_wrong_rises(table: Table) -> None:
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        table.wait(key(owing(table)), LATER, NOW)


def test_what_was_sent_leaves_what_is_due_with_the_provider_s_id(table: Table) -> None:
    booked = owing(table)
    table.settle(replace(claimed(table, booked), state="sent", provider_id="ses-1"))
    stored = raw(booked)
    assert (stored["state"], stored["provider_id"]) == ("sent", "ses-1")
    assert not {"gsi2pk", "gsi2sk", "gsi3pk", "gsi3sk", "failure"} & stored.keys()


def test_what_is_tried_again_is_due_when_it_is_said_to_be_and_keeps_no_earlier_failure(table: Table) -> None:
    booked = owing(table)
    table.settle(replace(claimed(table, booked), state="due", due=LATER, failure="throttled"))
    assert (raw(booked)["failure"], raw(booked)["gsi3sk"]) == ("throttled", items.stamp(LATER))
    again = table.claim(key(booked), LATER)
    assert again is not None
    table.settle(replace(again, state="due", due=LATER, failure=None))
    assert not {"failure", "gsi2pk", "gsi2sk"} & raw(booked).keys()


def test_what_has_failed_is_listed_as_trouble_with_its_entry_in_one_write(table: Table) -> None:
    booked = owing(table)
    entry = entry_of("bounced", booked.branch, booked.id, 1, NOW)
    failed = replace(claimed(table, booked), state="failed", failure="rejected", due=LATER)
    with counted() as requests:
        table.settle(failed, entry)
    assert requests.operations == ["TransactWriteItems"]
    stored = raw(booked)
    assert (stored["gsi2pk"], stored["gsi2sk"]) == (keys.trouble(booked.branch), items.stamp(LATER))
    assert not {"gsi3pk", "gsi3sk"} & stored.keys()
    assert table.inbox(booked.branch) == [entry]


def test_settling_is_tried_again_after_a_pause_and_given_up_in_the_end(table: Table) -> None:
    booked, slept = owing(table), list[float]()
    sent, entry = replace(claimed(table, booked), state="sent"), entry_of("bounced", booked.branch, booked.id, 1, NOW)
    patient = Table(TABLE, sleep=slept.append)
    with answered("TransactWriteItems", *[CONFLICT] * ATTEMPTS) as left, pytest.raises(TryAgain):
        patient.settle(sent, entry)
    assert (left, len(slept)) == ([], ATTEMPTS)
    assert table.inbox(booked.branch) == []


def test_settling_that_is_wrong_rises(table: Table) -> None:
    booked = owing(table)
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        table.settle(replace(claimed(table, booked), state="sent"))


@pytest.fixture
def to_recount(table: Table) -> str:
    """A branch that is to be reckoned anew since NOW."""
    branch = new_branch_id()
    items.recount(branch, NOW).save()
    return branch


def due_since(branch: str) -> str | None:
    found = next(RecountItem.query(keys.recount(branch), consistent_read=True), None)
    return found.gsi3sk if found else None


def test_a_recount_that_nobody_has_asked_for_since_is_done(table: Table, to_recount: str) -> None:
    table.recounted(to_recount, NOW)
    assert due_since(to_recount) is None


def test_a_recount_that_was_asked_for_since_is_still_owed(table: Table, to_recount: str) -> None:
    begun = NOW - timedelta(seconds=1)
    table.recounted(to_recount, begun)
    table.recount_later(to_recount, begun, LATER)
    assert due_since(to_recount) == items.stamp(NOW)


def test_a_recount_may_be_put_off_where_it_is_owed_and_is_made_by_nobody_else(table: Table, to_recount: str) -> None:
    table.recount_later(to_recount, NOW, LATER)
    assert due_since(to_recount) == items.stamp(LATER)
    nowhere = new_branch_id()
    table.recount_later(nowhere, NOW, LATER)
    assert due_since(nowhere) is None


def test_a_recount_that_was_taken_up_is_owed_since_it_was_due_first(table: Table, to_recount: str) -> None:
    table.take_up(Duty("recount", to_recount), NOW)
    table.recounted(to_recount, NOW - timedelta(seconds=1))
    assert due_since(to_recount) == items.stamp(NOW + LEASE)
    table.recounted(to_recount, NOW)
    assert due_since(to_recount) is None


def test_a_recount_that_is_wrong_rises(table: Table, to_recount: str) -> None:
    with answered("DeleteItem", WRONG), pytest.raises(DeleteError):
        table.recounted(to_recount, NOW)
    with answered("PutItem", WRONG), pytest.raises(PutError):
        table.recount_later(to_recount, NOW, LATER)


def test_a_duty_is_taken_up_by_one_until_the_lease_ends(table: Table, to_recount: str) -> None:
    booked = owing(table, due=NOW)
    duty = Duty("appointment", booked.id)
    assert table.take_up(duty, NOW - timedelta(seconds=1)) is None
    assert table.take_up(duty, NOW) == Attempt(duty, 1, booked.branch)
    assert table.take_up(duty, NOW) is None
    assert table.take_up(duty, NOW + LEASE) == Attempt(duty, 2, booked.branch)
    recount = Duty("recount", to_recount)
    assert table.take_up(recount, NOW) == Attempt(recount, 1, to_recount)


def test_a_duty_that_is_wrong_rises(table: Table) -> None:
    booked = owing(table, due=NOW)
    duty = Duty("appointment", booked.id)
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        table.take_up(duty, NOW)
    with answered("TransactWriteItems", WRONG), pytest.raises(TransactWriteError):
        table.put_aside(Attempt(duty, 1, booked.branch), LATER)
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        table.put_off(booked, LATER)


def stored(appointment: Appointment) -> dict[str, Any]:
    return AppointmentItem.get(keys.appointment(appointment.id), keys.APPOINTMENT, consistent_read=True).attribute_values


def test_a_duty_that_failed_begins_again_when_it_is_said_to_and_was_due_as_it_was(table: Table) -> None:
    booked = owing(table, due=NOW)
    attempt = table.take_up(Duty("appointment", booked.id), NOW)
    assert attempt is not None
    table.put_aside(attempt, LATER)
    assert stored(booked)["gsi3sk"] == items.stamp(LATER)
    assert table.appointment(booked.id) == booked


def test_a_duty_that_failed_for_good_leaves_what_is_due_and_staff_are_told(table: Table) -> None:
    booked = owing(table, due=NOW)
    entry = entry_of("stuck", booked.branch, booked.id, 1, NOW)
    attempt = table.take_up(Duty("appointment", booked.id), NOW)
    assert attempt is not None
    table.put_aside(attempt, None, entry)
    assert not {"gsi3pk", "gsi3sk"} & stored(booked).keys()
    assert table.inbox(booked.branch) == [entry]


def test_what_is_put_off_begins_anew(table: Table) -> None:
    booked = owing(table, due=NOW)
    table.take_up(Duty("appointment", booked.id), NOW)
    table.put_off(booked, LATER)
    assert (stored(booked)["gsi3pk"], stored(booked)["gsi3sk"]) == (keys.due(booked.id), items.stamp(LATER))
    assert not {"attempts", "due"} & stored(booked).keys()


def test_what_is_put_off_for_ever_is_due_no_more(table: Table) -> None:
    booked = owing(table, due=NOW)
    table.put_off(booked, None)
    assert table.appointment(booked.id) == replace(booked, due=None)
    assert not {"gsi3pk", "gsi3sk"} & stored(booked).keys()


def test_what_was_changed_meanwhile_is_not_put_off(table: Table) -> None:
    booked = owing(table, due=NOW)
    after = replace(booked, status="confirmed", version=2)
    table.write(changed(booked, after, "confirmed"))
    with pytest.raises(ChangedMeanwhile):
        table.put_off(booked, LATER)
    assert table.appointment(booked.id) == after
