"""Old appointments leave whole, and only where nothing of them is owed or kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pynamodb.exceptions import DeleteError, TransactWriteError, UpdateError

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.settings import Resource
from chalicelib.domain.sums import WeekSum
from chalicelib.store import items, keys
from chalicelib.store.audit import Books
from chalicelib.store.clearing import Clearings, Round
from chalicelib.store.models import ClearingItem, DayItem, EventItem, Item, MessageItem
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, at, made, message, new_branch_id
from tests.faults import answered, cancelled, counted, error
from tests.store.bookings import changed

LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=10_000)
"""When no line of any history is kept."""
WEEK = date(2026, 11, 23)
SUM = WeekSum(week=WEEK, resource="cabin-1", numbers={("status", "confirmed"): 1}, blocked=frozenset({(1, 2, "")}))
WRONG = error("ValidationException")
CONFLICT = cancelled("TransactionConflict", *["None"] * 4)


@pytest.fixture
def clearings(table: Table) -> Clearings:
    return Clearings()


@pytest.fixture
def branch(table: Table) -> str:
    """One whose first turn is due."""
    branch = new_branch_id()
    table.begin_clearing(branch)
    return branch


@pytest.fixture
def over(table: Table) -> Appointment:
    """Nothing is owed to it any more, and its one message was sent."""
    over = appointment(branch=new_branch_id(), status="confirmed")
    table.write(made(over, message(over)))
    settle(table, over)
    return over


def settle(table: Table, appointment: Appointment, kind: str = "receipt") -> None:
    found = table.claim((keys.appointment(appointment.id), keys.message(1, kind, "email")), NOW)
    assert found is not None
    table.settle(replace(found, state="sent"))


def left(appointment: Appointment) -> list[str]:
    return [item.sk for item in Item.query(keys.appointment(appointment.id), consistent_read=True)]


def test_a_branch_begins_with_a_turn_that_is_due_at_once(clearings: Clearings, branch: str) -> None:
    assert clearings.next_look(branch) == items.NEVER
    assert clearings.next_look("nowhere") is None
    assert clearings.take_up(branch, NOW, LATER) == Round(branch, None, frozenset())
    assert clearings.next_look(branch) == LATER


def test_nobody_else_takes_a_turn_up_until_then(clearings: Clearings, branch: str) -> None:
    clearings.take_up(branch, NOW, LATER)
    assert clearings.take_up(branch, LATER - timedelta(seconds=1), MUCH_LATER) is None
    assert clearings.take_up(branch, LATER, MUCH_LATER) is not None


def test_a_turn_goes_on_from_its_place_and_knows_the_resources_of_all_earlier_ones(clearings: Clearings, branch: str) -> None:
    place = ("cabin-1", 7, "a1")
    clearings.go_on(branch, NOW, place, ["cabin-1"])
    clearings.go_on(branch, NOW, place, ["cabin-2"])
    assert clearings.take_up(branch, NOW, LATER) == Round(branch, place, frozenset({"cabin-1", "cabin-2"}))
    clearings.go_on(branch, NOW, None, [])
    assert clearings.take_up(branch, NOW, LATER) == Round(branch, None, frozenset({"cabin-1", "cabin-2"}))


def test_no_round_has_ended_since_the_first_began_or_the_last_ended(clearings: Clearings, branch: str) -> None:
    assert clearings.unfinished_since("nowhere") is None
    assert clearings.unfinished_since(branch) == items.NEVER
    clearings.take_up(branch, NOW, LATER)
    clearings.take_up(branch, LATER, MUCH_LATER)
    clearings.go_on(branch, LATER, None, [])
    assert clearings.unfinished_since(branch) == NOW
    clearings.go_on(branch, MUCH_LATER, None, [], LATER)
    assert clearings.unfinished_since(branch) == LATER


def test_branches_whose_turn_it_is_come_by_how_long_they_wait_and_no_more_than_asked_for(clearings: Clearings) -> None:
    long_ago = items.NEVER + timedelta(days=400)
    waiting = [new_branch_id() for _ in range(3)]
    for number, each in enumerate(reversed(waiting)):
        item = items.clearing(each)
        item.gsi3sk = items.stamp(long_ago - timedelta(days=number))
        item.save()
    found = [each for each in clearings.due(long_ago, 1000) if each in waiting]
    assert found == waiting
    assert waiting[2] not in clearings.due(long_ago - timedelta(seconds=1), 1000)
    assert len(clearings.due(long_ago, 2)) == 2
    for each in waiting:
        ClearingItem(keys.clearing(each), keys.CLEARING).delete()


def test_past_are_those_that_started_before_and_that_nothing_is_owed_to(clearings: Clearings, table: Table) -> None:
    branch = new_branch_id()
    first, second, third = (
        appointment(branch=branch, start=at(f"2026-11-24T{hour}:00"), end=at(f"2026-11-24T{hour}:30"))
        for hour in ("08", "09", "10")
    )
    owing = appointment(branch=branch, start=at("2026-11-24T11:00"), end=at("2026-11-24T11:30"), due=NOW)
    for each in (first, second, third, owing):
        table.write(made(each))
    assert clearings.past(branch, "cabin-1", third.start, None, 9) == [first, second]
    assert clearings.past(branch, "cabin-1", owing.end, None, 2) == [first, second]
    assert clearings.past(branch, "cabin-1", owing.end, ("cabin-1", first.start, first.id), 9) == [second, third]


def test_recorded_are_those_whose_last_line_is_kept(clearings: Clearings, over: Appointment, table: Table) -> None:
    ttl = int(EventItem.get(keys.appointment(over.id), keys.event(1)).ttl)
    end = NOW + timedelta(seconds=ttl - NOW.timestamp())
    assert clearings.recorded([over], end - timedelta(seconds=1)) == {over.id}
    assert clearings.recorded([over], end) == set()
    assert clearings.recorded([replace(over, version=2)], NOW) == set()
    with counted() as requests:
        assert clearings.recorded([], NOW) == set()
    assert requests.operations == []


def test_what_leaves_leaves_with_all_of_its_own_and_is_added_to_its_week(
    clearings: Clearings, over: Appointment, table: Table
) -> None:
    assert clearings.leave(over, SUM, MUCH_LATER) is True
    assert left(over) == []
    day = DayItem.get(keys.agenda(over.branch, "cabin-1"), keys.day(over.day), consistent_read=True)
    assert "taken" not in day.attribute_values
    assert day.starts == 0
    assert Books().sums(over.branch, WEEK, WEEK) == [SUM]


def test_what_has_left_leaves_no_second_time(clearings: Clearings, over: Appointment) -> None:
    clearings.leave(over, SUM, MUCH_LATER)
    assert clearings.leave(over, SUM, MUCH_LATER) is False
    assert Books().sums(over.branch, WEEK, WEEK) == [SUM]


def test_what_has_a_line_that_is_kept_or_a_message_that_is_owed_stays(
    clearings: Clearings, over: Appointment, table: Table
) -> None:
    before = left(over)
    assert clearings.leave(over, SUM, NOW) is False
    key = keys.appointment(over.id), keys.message(1, "receipt", "email")
    MessageItem(*key).update([MessageItem.gsi3pk.set(keys.due(over.id)), MessageItem.gsi3sk.set(items.stamp(NOW))])
    assert clearings.leave(over, SUM, MUCH_LATER) is False
    assert left(over) == before


def test_what_was_changed_or_is_owed_something_meanwhile_stays(clearings: Clearings, over: Appointment, table: Table) -> None:
    table.put_off(over, LATER)
    assert clearings.leave(over, SUM, MUCH_LATER) is False
    table.put_off(over, None)
    after = replace(over, status="done", version=2)
    table.write(changed(over, after, "done"))
    assert clearings.leave(over, SUM, MUCH_LATER) is False
    assert clearings.leave(after, SUM, MUCH_LATER) is True


@pytest.mark.parametrize(("most", "requests"), [(5, 1), (4, 2), (3, 2)])
def test_the_oldest_of_many_messages_leave_before(
    clearings: Clearings, over: Appointment, monkeypatch: pytest.MonkeyPatch, most: int, requests: int
) -> None:
    monkeypatch.setattr("chalicelib.store.clearing.MOST", most)
    with counted() as seen:
        assert clearings.leave(over, SUM, MUCH_LATER)
    assert seen.operations == ["Query", *["TransactWriteItems"] * requests]
    assert seen.consistent == 1
    assert left(over) == []


@pytest.mark.parametrize(("messages", "requests"), [(77, 1), (78, 2), (176, 2), (177, 3)])
def test_one_that_holds_many_days_takes_as_many_messages_with_it_as_there_is_room_for(
    clearings: Clearings, table: Table, messages: int, requests: int
) -> None:
    day, units = "2026-11-24", frozenset({96, 97})
    lanes = {(resource, day, lane): units for resource in ("cabin-1", "cabin-2") for lane in range(10)}
    over = appointment(branch=new_branch_id(), status="confirmed", second="cabin-2", holds=lanes)
    table.write(made(over, message(over)))
    settle(table, over)
    sent = MessageItem.get(keys.appointment(over.id), keys.message(1, "receipt", "email")).attribute_values
    with MessageItem.batch_write() as batch:
        for number in range(2, messages + 1):
            batch.save(MessageItem(**{**sent, "sk": keys.message(number, "told", "email")}))
    with counted() as seen:
        assert clearings.leave(over, SUM, MUCH_LATER)
    assert seen.operations.count("TransactWriteItems") == requests
    assert left(over) == []
    assert table.agenda(over.branch, [Resource(id=each, name="") for each in ("cabin-1", "cabin-2")], day, day).holds == {}


def test_of_one_that_stays_no_message_leaves(clearings: Clearings, over: Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.store.clearing.MOST", 4)
    before = left(over)
    assert clearings.leave(replace(over, version=2), SUM, MUCH_LATER) is False
    assert left(over) == before


def test_what_could_not_be_decided_stays_and_what_is_wrong_rises(clearings: Clearings, over: Appointment, branch: str) -> None:
    with answered("TransactWriteItems", CONFLICT):
        assert clearings.leave(over, SUM, MUCH_LATER) is False
    with answered("TransactWriteItems", WRONG), pytest.raises(TransactWriteError):
        clearings.leave(over, SUM, MUCH_LATER)
    with answered("UpdateItem", WRONG), pytest.raises(UpdateError):
        clearings.take_up(branch, NOW, LATER)
    with answered("DeleteItem", WRONG), pytest.raises(DeleteError):
        clearings.remove_day(branch, "cabin-1", keys.day("2026-11-24"))


def emptied(branch: str, *days: str, **fields: Any) -> None:
    for each in days:
        DayItem(keys.agenda(branch, "cabin-1"), keys.day(each), **fields).save()


def test_empty_days_are_those_before_on_which_nothing_is_held_nor_begins(clearings: Clearings, table: Table) -> None:
    branch = new_branch_id()
    emptied(branch, "2026-11-21", "2026-11-22", "2026-11-24")
    emptied(branch, "2026-11-20", starts=0)
    emptied(branch, "2026-11-18", starts=1)
    emptied(branch, "2026-11-19", taken={1})
    days = ["2026-11-20#0", "2026-11-21#0", "2026-11-22#0"]
    assert list(clearings.empty_days(branch, "cabin-1", "2026-11-24", 9)) == days
    assert list(clearings.empty_days(branch, "cabin-1", "2026-11-24", 2)) == days[:2]


def test_a_day_is_removed_only_while_it_is_empty(clearings: Clearings, table: Table) -> None:
    branch = new_branch_id()
    emptied(branch, "2026-11-20")
    emptied(branch, "2026-11-21", taken={1})
    assert clearings.remove_day(branch, "cabin-1", "2026-11-20#0") is True
    assert clearings.remove_day(branch, "cabin-1", "2026-11-21#0") is False
    assert [item.sk for item in DayItem.query(keys.agenda(branch, "cabin-1"))] == ["2026-11-21#0"]
