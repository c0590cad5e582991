"""What is known of messages beyond the sending of each, as it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.inbox import entry_of
from chalicelib.domain.outbox import LEASE, Message
from chalicelib.domain.trouble import Digest, MessageName
from chalicelib.store import keys
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.message_log import DEADLINE, DIGEST_KEPT, MONTH_KEPT, SUPPRESSED_FOR, MessageLog
from chalicelib.store.models import CounterItem, DigestItem, MessageItem, SuppressedItem
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, made, message, new_branch_id
from tests.faults import answered, cancelled, counted, error

DAY, MONTH = "2026-11-24", "2026-11"
LATER = NOW + timedelta(hours=1)
RECEIPT_KEY = (1, "receipt", "email")
RECEIPT = MessageName(1, "receipt", "email")
CONFLICT = cancelled("TransactionConflict", "None")
IN_HAND, WRONG = error("TransactionConflictException"), error("ValidationException")
"""`IN_HAND` may pass, and the client itself does not try it again."""


@pytest.fixture
def log(table: Table) -> MessageLog:
    return MessageLog(sleep=lambda seconds: None)


@pytest.fixture
def sent(table: Table) -> Message:
    """One that the provider knows as `ses-1`, at a branch of its own."""
    booked = appointment(branch=new_branch_id())
    table.write(made(booked, message(booked, caused_by="anybody")))
    claimed = table.claim((keys.appointment(booked.id), keys.message(*RECEIPT_KEY)), NOW)
    assert claimed is not None
    table.settle(replace(claimed, state="sent", provider_id="ses-1"))
    return claimed


def raw(message: Message) -> MessageItem:
    return MessageItem.get(keys.appointment(message.appointment), keys.message(*RECEIPT_KEY), consistent_read=True)


def bounced(sent: Message) -> Message:
    return replace(sent, state="bounced", failure="mailbox", due=LATER)


def test_a_bounce_is_listed_since_it_was_told_and_waits_in_the_inbox(log: MessageLog, sent: Message, table: Table) -> None:
    entry = entry_of("bounced", sent.branch, sent.appointment, 1, NOW)
    with counted() as requests:
        assert log.mark(bounced(sent), "ses-1", entry)
    assert requests.operations == ["TransactWriteItems"]
    assert log.troubles(sent.branch, LATER, 10) == [replace(bounced(sent), provider_id="ses-1")]
    assert log.troubles(sent.branch, LATER + timedelta(seconds=1), 10) == []
    assert table.inbox(sent.branch) == [entry]


def test_a_bounce_takes_what_was_being_sent_off_what_is_due(log: MessageLog, table: Table) -> None:
    booked = appointment(branch=new_branch_id())
    table.write(made(booked, message(booked)))
    key = (keys.appointment(booked.id), keys.message(*RECEIPT_KEY))
    claimed = table.claim(key, NOW)
    assert claimed is not None
    assert log.mark(bounced(claimed), "ses-2", None)
    assert table.claim(key, NOW + LEASE) is None
    assert raw(claimed).provider_id == "ses-2"
    assert not {"gsi3pk", "gsi3sk"} & raw(claimed).attribute_values.keys()


def test_a_bounce_without_a_reason_has_an_empty_one(log: MessageLog, sent: Message) -> None:
    assert log.mark(replace(bounced(sent), failure=None), "ses-1", None)
    assert raw(sent).failure == ""


def test_a_bounce_of_another_sending_changes_nothing(log: MessageLog, sent: Message, table: Table) -> None:
    entry = entry_of("bounced", sent.branch, sent.appointment, 1, NOW)
    assert not log.mark(bounced(sent), "ses-0", entry)
    assert raw(sent).state == "sent"
    assert table.inbox(sent.branch) == []


def test_what_is_sent_again_is_as_if_it_had_never_been_tried(log: MessageLog, sent: Message, table: Table) -> None:
    entry = entry_of("bounced", sent.branch, sent.appointment, 1, NOW)
    log.mark(bounced(sent), "ses-1", entry)
    assert log.again(bounced(sent), LATER, entry.id)
    fresh = replace(sent, state="due", attempts=0, due=LATER, caused_by="practice")
    assert log.message(sent.appointment, RECEIPT) == fresh
    assert (log.troubles(sent.branch, NOW, 10), table.inbox(sent.branch)) == ([], [])
    claimed = table.claim((keys.appointment(sent.appointment), keys.message(*RECEIPT_KEY)), LATER)
    assert claimed is not None
    assert claimed.attempts == 1


def test_what_is_in_no_trouble_is_not_sent_again(log: MessageLog, sent: Message) -> None:
    assert not log.again(sent, LATER, "entry")
    assert raw(sent).state == "sent"


def test_a_message_is_read_as_of_now(log: MessageLog, sent: Message) -> None:
    with counted() as requests:
        assert log.message(sent.appointment, RECEIPT) is not None
        assert log.message(sent.appointment, replace(RECEIPT, event=2)) is None
        log.suppressed(sent.branch, "hash", NOW)
    assert (requests.operations, requests.consistent) == (["GetItem"] * 3, 3)


def test_troubles_come_latest_first_and_no_more_than_asked_for(log: MessageLog, table: Table) -> None:
    branch, marked = new_branch_id(), list[Message]()
    for number in range(3):
        booked = appointment(branch=branch, resource=f"cabin-{number}")
        owed = message(booked, state="failed", failure="rejected", due=NOW + timedelta(hours=number))
        table.write(made(booked, owed))
        marked.append(owed)
    assert [each.appointment for each in log.troubles(branch, NOW, 2)] == [each.appointment for each in marked[:0:-1]]


def test_an_address_is_suppressed_until_its_time_is_over(log: MessageLog) -> None:
    branch = new_branch_id()
    log.suppress(branch, "hash", "bounced", NOW)
    item = SuppressedItem.get(keys.suppressed(branch), "hash")
    assert (item.why, item.ttl) == ("bounced", (NOW + SUPPRESSED_FOR).timestamp())
    assert log.suppressed(branch, "hash", NOW + SUPPRESSED_FOR - timedelta(seconds=1))
    assert not log.suppressed(branch, "hash", NOW + SUPPRESSED_FOR)
    assert log.suppressed(branch, "another", NOW) is False


def test_the_first_that_asks_is_the_digest_of_the_day_and_stays_so(log: MessageLog) -> None:
    branch = new_branch_id()
    assert log.digest(branch, DAY, "m1", NOW) == Digest("m1", None, None)
    log.finish_digest(branch, DAY, "m1", "ses-1", "late")
    with counted() as requests:
        assert log.digest(branch, DAY, "m2", NOW) == Digest("m1", "ses-1", "late")
    assert (requests.operations, requests.consistent) == (["PutItem", "GetItem"], 1)
    assert DigestItem.get(keys.digest(branch), DAY).ttl == (NOW + DIGEST_KEPT).timestamp()


def test_a_digest_that_went_out_at_last_has_no_failure(log: MessageLog) -> None:
    branch = new_branch_id()
    log.digest(branch, DAY, "m1", NOW)
    log.finish_digest(branch, DAY, "m1", None, "late")
    log.finish_digest(branch, DAY, "m1", "ses-1", None)
    assert log.digest(branch, DAY, "m1", NOW) == Digest("m1", "ses-1", None)


def test_nobody_else_finishes_a_digest(log: MessageLog) -> None:
    branch = new_branch_id()
    log.digest(branch, DAY, "m1", NOW)
    with pytest.raises(UpdateError):
        log.finish_digest(branch, DAY, "m2", "ses-2", None)
    assert log.digest(branch, DAY, "m1", NOW) == Digest("m1", None, None)


def test_a_digest_is_finished_with_patience(table: Table) -> None:
    branch, slept = new_branch_id(), list[float]()
    log = MessageLog(sleep=slept.append)
    log.digest(branch, DAY, "m1", NOW)
    with answered("UpdateItem", *[IN_HAND] * 4) as left:
        log.finish_digest(branch, DAY, "m1", "ses-1", None)
    assert left == []
    assert slept
    assert log.digest(branch, DAY, "m1", NOW).provider_id == "ses-1"


@pytest.mark.usefixtures("as_deployed")
def test_after_its_deadline_no_further_attempt_to_finish_a_digest_begins(table: Table) -> None:
    clock = iter([0.0, 0.0, DEADLINE, DEADLINE + 1])
    log = MessageLog(sleep=lambda seconds: None, monotonic=lambda: next(clock))
    with answered("UpdateItem", *[IN_HAND] * 9), counted() as requests, pytest.raises(TryAgain):
        log.finish_digest(new_branch_id(), DAY, "m1", None, None)
    assert requests.operations == ["UpdateItem"] * 2


def test_a_digest_that_cannot_be_put_rises(log: MessageLog) -> None:
    with answered("PutItem", WRONG), pytest.raises(PutError):
        log.digest(new_branch_id(), DAY, "m1", NOW)


def sms(branch: str) -> CounterItem:
    return CounterItem.get(keys.counter(branch, ("sms", MONTH)), keys.COUNTER, consistent_read=True)


def test_parts_of_an_sms_are_counted_up_to_the_month_s_limit_and_no_further(log: MessageLog) -> None:
    branch = new_branch_id()
    assert log.count_sms(branch, MONTH, 3, 3, NOW) is True
    assert log.count_sms(branch, MONTH, 1, 3, NOW) is False
    assert log.count_sms(branch, MONTH, 2, 5, NOW) is True
    assert (sms(branch).used, sms(branch).ttl) == (5, (NOW + MONTH_KEPT).timestamp())


def test_an_sms_of_more_parts_than_the_limit_asks_nobody(log: MessageLog) -> None:
    with counted() as requests:
        assert log.count_sms(new_branch_id(), MONTH, 4, 3, NOW) is False
    assert requests.operations == []


def test_an_sms_that_did_not_go_out_is_given_back(log: MessageLog) -> None:
    branch = new_branch_id()
    log.count_sms(branch, MONTH, 3, 3, NOW)
    log.uncount_sms(branch, MONTH, 2, NOW)
    assert sms(branch).used == 1


def test_a_count_that_is_wrong_rises_and_one_that_may_pass_says_try_again(log: MessageLog) -> None:
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        log.count_sms(new_branch_id(), MONTH, 1, 3, NOW)
    with answered("UpdateItem", IN_HAND), pytest.raises(TryAgain):
        log.count_sms(new_branch_id(), MONTH, 1, 3, NOW)


def test_marking_is_tried_again_after_a_pause_where_that_may_help(table: Table, sent: Message) -> None:
    slept: list[float] = []
    with answered("TransactWriteItems", CONFLICT):
        assert MessageLog(sleep=slept.append).mark(bounced(sent), "ses-1", None)
    assert len(slept) == 1
    assert raw(sent).state == "bounced"


def test_marking_that_cannot_be_decided_is_given_up(log: MessageLog, sent: Message) -> None:
    with answered("TransactWriteItems", *[CONFLICT] * ATTEMPTS) as left, pytest.raises(TryAgain):
        log.mark(bounced(sent), "ses-1", None)
    assert left == []


def test_marking_that_is_wrong_rises(log: MessageLog, sent: Message) -> None:
    with answered("TransactWriteItems", WRONG), pytest.raises(TransactWriteError):
        log.mark(bounced(sent), "ses-1", None)
