"""The whole table: all of a branch is found, and what is mended is mended only as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pynamodb.exceptions import TransactWriteError

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.settings import Resource
from chalicelib.store import keys
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.models import AppointmentItem, DayItem, EventItem
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, SCHEMA, Raw, version_of
from chalicelib.store.whole import Whole
from tests.builders import appointment, at, in_lane, new_branch_id, settings
from tests.faults import answered, cancelled, error
from tests.store.bookings import take

DAY = "2026-11-24"
PLACE = ("cabin-1", DAY, 0)
NOTHING = frozenset[int]()


@pytest.fixture
def whole(table: Table) -> Whole:
    return Whole(sleep=lambda seconds: None)


@pytest.fixture
def its(table: Table) -> Appointment:
    """The only one of its branch."""
    its = appointment(branch=new_branch_id())
    take(table, its)
    return its


def held(table: Table, its: Appointment) -> Holds:
    return table.agenda(its.branch, [Resource(id="cabin-1", name="")], DAY, DAY).holds


def found(whole: Whole, branch: str) -> Iterator[tuple[str, str]]:
    return ((item["pk"]["S"], item["sk"]["S"]) for item in whole.of_branch(branch))


def test_all_items_of_a_branch_are_found_whatever_their_keys_are(whole: Whole, table: Table, its: Appointment) -> None:
    table.replace_settings(settings(id=its.branch))
    pk = f"APPOINTMENT#{its.id}"
    assert set(found(whole, its.branch)) == {
        (f"BRANCH#{its.branch}", "BRANCH"),
        (f"BRANCH#{its.branch}", "RESOURCE#cabin-1"),
        (f"BRANCH#{its.branch}", f"ACCESS#{its.branch}-window"),
        (f"AGENDA#{its.branch}#cabin-1", f"{DAY}#0"),
        (pk, "APPOINTMENT"),
        (pk, "EVENT#000001"),
        (pk, "MESSAGE#000001#notice#email"),
        (pk, "MESSAGE#000001#receipt#email"),
    }


def test_an_event_that_does_not_name_its_branch_is_found_by_its_appointment(
    whole: Whole, table: Table, its: Appointment
) -> None:
    """As version 0.1 wrote them."""
    EventItem(keys.appointment(its.id), keys.event(1)).update([EventItem.branch.remove()])
    assert (f"APPOINTMENT#{its.id}", "EVENT#000001") in set(found(whole, its.branch))


def test_pages_are_as_large_as_was_said_and_go_on_where_one_ended(whole: Whole, its: Appointment) -> None:
    first = next(whole.pages(size=2))
    second = next(whole.pages(first.after, size=2))
    keys_of = [(item["pk"]["S"], item["sk"]["S"]) for item in (*first.items, *second.items)]
    assert len(set(keys_of)) == 4


def test_a_branch_is_listed_with_its_settings(whole: Whole, table: Table) -> None:
    mine = settings(id=new_branch_id())
    table.replace_settings(mine)
    assert [each for each in whole.branches() if each.branch.id == mine.branch.id] == [mine]


def test_appointments_are_found_in_the_table_itself(whole: Whole, its: Appointment) -> None:
    assert list(whole.appointments(its.branch)) == [its]


def stored(whole: Whole, its: Appointment) -> Raw:
    return next(item for item in whole.of_branch(its.branch) if item["sk"] == {"S": "APPOINTMENT"})


def aged(whole: Whole, its: Appointment) -> Raw:
    """The appointment's item as it was before there were versions."""
    AppointmentItem(keys.appointment(its.id), keys.APPOINTMENT).update([AppointmentItem.schema.remove()])
    return stored(whole, its)


def test_an_item_is_brought_up_once(whole: Whole, its: Appointment) -> None:
    old = aged(whole, its)
    assert (whole.bring_up(old), whole.bring_up(old)) == ("changed", "already")
    assert stored(whole, its) == {**old, SCHEMA: {"N": str(CURRENT)}}


def test_an_item_that_a_booking_has_in_hand_is_brought_up_at_the_next_look(whole: Whole, its: Appointment) -> None:
    old = aged(whole, its)
    with answered("UpdateItem", error("TransactionConflictException")) as left:
        assert whole.bring_up(old) == "changed"
    assert left == []
    assert stored(whole, its)[SCHEMA] == {"N": str(CURRENT)}


def test_an_item_that_is_gone_is_not_made_again(whole: Whole, its: Appointment) -> None:
    old = aged(whole, its)
    AppointmentItem(keys.appointment(its.id), keys.APPOINTMENT).delete()
    assert whole.bring_up(old) == "gone"


def test_items_are_put_as_they_are(whole: Whole, its: Appointment) -> None:
    items = list(whole.of_branch(its.branch))
    for item in items:
        AppointmentItem(item["pk"]["S"], item["sk"]["S"]).delete()
    whole.put(items)
    assert list(whole.appointments(its.branch)) == [its]


def test_an_item_is_put_only_where_there_is_none(whole: Whole, its: Appointment) -> None:
    item = stored(whole, its)
    AppointmentItem(item["pk"]["S"], item["sk"]["S"]).delete()
    assert (whole.put_new(item), whole.put_new({**item, "name": {"S": "another"}})) == (True, False)
    assert stored(whole, its) == item


def test_a_day_is_put_right_that_is_as_it_was_read(whole: Whole, table: Table, its: Appointment) -> None:
    assert whole.put_right(its.branch, PLACE, its.holds[PLACE], frozenset({1}), [its])
    assert held(table, its) == {PLACE: frozenset({1})}


def test_a_day_can_be_emptied_and_filled(whole: Whole, table: Table, its: Appointment) -> None:
    assert whole.put_right(its.branch, PLACE, its.holds[PLACE], NOTHING, [])
    assert held(table, its) == {}
    assert whole.put_right(its.branch, PLACE, NOTHING, its.holds[PLACE], [])
    assert held(table, its) == its.holds


def test_a_day_that_was_booked_on_meanwhile_is_left(whole: Whole, table: Table, its: Appointment) -> None:
    take(table, appointment(branch=its.branch, start=its.end, end=its.end + 5))
    before = held(table, its)
    assert not whole.put_right(its.branch, PLACE, its.holds[PLACE], NOTHING, [])
    assert held(table, its) == before


def test_a_day_is_left_where_an_owner_has_changed_meanwhile(whole: Whole, table: Table, its: Appointment) -> None:
    stale = replace(its, version=its.version + 1)
    assert not whole.put_right(its.branch, PLACE, its.holds[PLACE], NOTHING, [stale])
    assert held(table, its) == its.holds


def test_a_day_with_as_many_owners_as_one_write_names_is_put_right(whole: Whole, table: Table) -> None:
    branch, first = new_branch_id(), at(f"{DAY}T08:00")
    each = [appointment(branch=branch, start=first + 5 * number, end=first + 5 * number + 5) for number in range(90)]
    for one in each:
        take(table, one)
    units = frozenset(range(96, 186))
    DayItem(keys.agenda(branch, "cabin-1"), keys.day(DAY)).delete()
    assert whole.put_right(branch, PLACE, NOTHING, units, each)
    assert held(table, each[0]) == in_lane(0, "cabin-1", {DAY: units})


def test_a_conflict_is_tried_again_and_an_error_rises(whole: Whole, its: Appointment) -> None:
    with answered("TransactWriteItems", cancelled("TransactionConflict")) as left:
        assert whole.put_right(its.branch, PLACE, its.holds[PLACE], NOTHING, [])
    assert left == []
    with answered("TransactWriteItems", error("ValidationException")), pytest.raises(TransactWriteError):
        whole.put_right(its.branch, PLACE, NOTHING, NOTHING, [])
    with answered("TransactWriteItems", *[cancelled("TransactionConflict")] * ATTEMPTS), pytest.raises(TryAgain):
        whole.put_right(its.branch, PLACE, NOTHING, NOTHING, [])


def test_an_appointment_of_the_most_units_can_be_taken_with_its_version(whole: Whole, table: Table) -> None:
    """100 conditions and what stamps the day's item fit one expression each."""
    its = appointment(branch=new_branch_id(), end=at(f"{DAY}T08:00") + 500)
    take(table, its)
    assert {version_of(item) for item in whole.of_branch(its.branch)} == {CURRENT}
    assert held(table, its) == its.holds
