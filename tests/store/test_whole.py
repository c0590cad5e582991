"""The whole table: all of a branch is found, and what is mended is mended only as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.operand import Path

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.outbox import Attempt, Duty
from chalicelib.domain.settings import Resource
from chalicelib.store import keys
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.maintenance import Whole
from chalicelib.store.models import AppointmentItem, DayItem, EventItem
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, SCHEMA, Raw, version_of
from tests.builders import NOW, appointment, at, in_lane, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import answered, cancelled, counted, error
from tests.store.bookings import take

DAY = "2026-11-24"
PLACE = ("cabin-1", DAY, 0)
NOTHING = frozenset[int]()


@pytest.fixture
def whole(table: Table) -> Whole:
    return Whole(sleep=lambda seconds: None)


@pytest.fixture
def existing(table: Table) -> Appointment:
    """The only one of its branch."""
    existing = appointment(branch=new_branch_id())
    take(table, existing)
    return existing


def held(table: Table, existing: Appointment) -> Holds:
    return table.agenda(existing.branch, [Resource(id="cabin-1", name="")], DAY, DAY).holds


def found(whole: Whole, branch: str) -> Iterator[tuple[str, str]]:
    return ((item["pk"]["S"], item["sk"]["S"]) for item in whole.of_branch(branch))


def test_all_items_of_a_branch_are_found_whatever_their_keys_are(whole: Whole, table: Table, existing: Appointment) -> None:
    table.replace_settings(settings(id=existing.branch))
    pk = f"APPOINTMENT#{existing.id}"
    assert set(found(whole, existing.branch)) == {
        (f"BRANCH#{existing.branch}", "BRANCH"),
        (f"BRANCH#{existing.branch}", "RESOURCE#cabin-1"),
        (f"BRANCH#{existing.branch}", f"ACCESS#{existing.branch}-window"),
        (f"CLEARING#{existing.branch}", "CLEARING"),
        (f"AGENDA#{existing.branch}#cabin-1", f"{DAY}#0"),
        (pk, "APPOINTMENT"),
        (pk, "EVENT#000001"),
        (pk, "MESSAGE#000001#notice#email"),
        (pk, "MESSAGE#000001#receipt#email"),
    }


def test_an_event_that_does_not_name_its_branch_is_found_by_its_appointment(
    whole: Whole, table: Table, existing: Appointment
) -> None:
    """As version 0.1 wrote them."""
    EventItem(keys.appointment(existing.id), keys.event(1)).update([EventItem.branch.remove()])
    assert (f"APPOINTMENT#{existing.id}", "EVENT#000001") in set(found(whole, existing.branch))


def test_pages_are_as_large_as_was_said_and_go_on_where_one_ended(whole: Whole, existing: Appointment) -> None:
    first = next(whole.pages(size=2))
    second = next(whole.pages(first.after, size=2))
    keys_of = [(item["pk"]["S"], item["sk"]["S"]) for item in (*first.items, *second.items)]
    assert len(set(keys_of)) == 4


def test_a_branch_is_listed_with_its_settings(whole: Whole, table: Table) -> None:
    mine = settings(id=new_branch_id())
    table.replace_settings(mine)
    assert [each for each in whole.branches() if each.branch.id == mine.branch.id] == [mine]


def test_a_branch_that_has_gone_since_its_page_was_read_is_not_listed(whole: Whole, table: Table) -> None:
    table.replace_settings(settings(id=new_branch_id()))
    listed = [each.branch.id for each in whole.branches()]
    gone = {"Items": [], "Count": 0, "ScannedCount": 0}
    with answered("Query", *[gone] * len(listed)):
        assert list(whole.branches()) == []


def test_what_commands_read_is_read_as_of_now_and_to_the_end(whole: Whole, table: Table, existing: Appointment) -> None:
    table.replace_settings(settings(id=existing.branch))
    with counted() as requests:
        pages = list(whole.pages(size=2))
        list(whole.branches())
    assert len(pages) > 2
    assert requests.consistent == len(requests.operations)


def test_appointments_are_found_in_the_table_itself(whole: Whole, existing: Appointment) -> None:
    assert list(whole.appointments(existing.branch)) == [existing]


def stored(whole: Whole, existing: Appointment) -> Raw:
    return next(item for item in whole.of_branch(existing.branch) if item["sk"] == {"S": "APPOINTMENT"})


def aged(whole: Whole, existing: Appointment) -> Raw:
    """The appointment's item as it was before there were versions."""
    AppointmentItem(keys.appointment(existing.id), keys.APPOINTMENT).update([AppointmentItem.schema.remove()])
    return stored(whole, existing)


def test_an_item_is_brought_up_once(whole: Whole, existing: Appointment) -> None:
    old = aged(whole, existing)
    assert (whole.bring_up(old), whole.bring_up(old)) == ("changed", "already")
    assert stored(whole, existing) == {**old, SCHEMA: {"N": str(CURRENT)}}


def failed(whole: Whole, existing: Appointment) -> Raw:
    """A message of version 1 that nobody waits for any more, listed with those in trouble."""
    key = EventItem(keys.appointment(existing.id), "MESSAGE#000001#receipt#email")
    listed = {"failure": "gone", "gsi2pk": f"TROUBLE#{existing.branch}", "gsi2sk": "2026-11-24"}
    key.update([Path("schema").remove(), *(Path(name).set(value) for name, value in listed.items())])
    return next(item for item in whole.of_branch(existing.branch) if item["sk"]["S"] == key.sk)


def test_what_a_version_leaves_out_is_removed_as_it_was_read(whole: Whole, existing: Appointment) -> None:
    old = failed(whole, existing)
    kept = {name: value for name, value in old.items() if not name.startswith("gsi2")}
    assert whole.bring_up(old) == "changed"
    assert {**kept, SCHEMA: {"N": str(CURRENT)}} in list(whole.of_branch(existing.branch))


def test_what_was_changed_meanwhile_is_looked_at_again(whole: Whole, existing: Appointment) -> None:
    old = failed(whole, existing)
    EventItem(old["pk"]["S"], old["sk"]["S"]).update([Path("failure").set("rejected"), Path("gsi2sk").set("2026-11-25")])
    assert whole.bring_up(old) == "changed"
    meanwhile = {"failure": {"S": "rejected"}, "gsi2sk": {"S": "2026-11-25"}, SCHEMA: {"N": str(CURRENT)}}
    assert {**old, **meanwhile} in list(whole.of_branch(existing.branch))


def test_an_item_that_a_booking_has_in_hand_is_brought_up_at_the_next_look(whole: Whole, existing: Appointment) -> None:
    old = aged(whole, existing)
    with answered("UpdateItem", error("TransactionConflictException")) as left:
        assert whole.bring_up(old) == "changed"
    assert left == []
    assert stored(whole, existing)[SCHEMA] == {"N": str(CURRENT)}


def test_bringing_an_item_up_that_is_wrong_rises_and_conflicts_without_end_are_given_up(
    whole: Whole, existing: Appointment
) -> None:
    old = aged(whole, existing)
    with answered("UpdateItem", error("ValidationException")), pytest.raises(UpdateError):
        whole.bring_up(old)
    with answered("UpdateItem", *[error("TransactionConflictException")] * ATTEMPTS), pytest.raises(TryAgain):
        whole.bring_up(old)
    assert stored(whole, existing) == old


def test_an_item_that_is_gone_is_not_made_again(whole: Whole, existing: Appointment) -> None:
    old = aged(whole, existing)
    AppointmentItem(keys.appointment(existing.id), keys.APPOINTMENT).delete()
    assert whole.bring_up(old) == "gone"


def test_items_are_put_as_they_are(whole: Whole, existing: Appointment) -> None:
    items = list(whole.of_branch(existing.branch))
    for item in items:
        AppointmentItem(item["pk"]["S"], item["sk"]["S"]).delete()
    whole.put(items)
    assert list(whole.appointments(existing.branch)) == [existing]


def test_what_a_write_has_left_out_is_written_after_a_pause(table: Table, existing: Appointment) -> None:
    slept = list[float]()
    patient = Whole(sleep=slept.append)
    item = stored(patient, existing)
    AppointmentItem(item["pk"]["S"], item["sk"]["S"]).delete()
    left_out = {"UnprocessedItems": {TABLE: [{"PutRequest": {"Item": item}}]}}
    with answered("BatchWriteItem", left_out), counted() as requests:
        patient.put([item])
    assert (requests.operations, len(slept)) == (["BatchWriteItem"] * 2, 1)
    assert stored(patient, existing) == item
    with answered("BatchWriteItem", *[left_out] * ATTEMPTS), pytest.raises(TryAgain):
        patient.put([item])


def given_up(whole: Whole, table: Table) -> Raw:
    booked = appointment(branch=new_branch_id(), due=NOW)
    take(table, booked)
    attempt = table.take_up(Duty("appointment", booked.id), NOW)
    assert attempt is not None
    assert stored(whole, booked) not in list(whole.given_up())
    table.put_aside(attempt, None)
    found = stored(whole, booked)
    assert found in list(whole.given_up())
    return found


def test_what_was_given_up_begins_anew_as_it_was_due(whole: Whole, table: Table) -> None:
    found = given_up(whole, table)
    whole.begin_anew(found)
    anew = next(item for item in whole.of_branch(found["branch"]["S"]) if item["sk"] == {"S": "APPOINTMENT"})
    assert {"attempts", "due"}.isdisjoint(anew)
    assert anew["gsi3sk"] == found["due"]
    duty = Duty("appointment", keys.appointment_of(found["pk"]["S"]))
    assert table.take_up(duty, NOW - timedelta(seconds=1)) is None
    assert table.take_up(duty, NOW) == Attempt(duty, 1, found["branch"]["S"])


def test_what_was_written_meanwhile_does_not_begin_anew(whole: Whole, table: Table) -> None:
    found = given_up(whole, table)
    whole.begin_anew({**found, "attempts": {"N": "2"}})
    assert found in list(whole.given_up())
    with answered("UpdateItem", error("ValidationException")), pytest.raises(UpdateError):
        whole.begin_anew(found)


def test_an_item_is_put_only_where_there_is_none(whole: Whole, existing: Appointment) -> None:
    item = stored(whole, existing)
    AppointmentItem(item["pk"]["S"], item["sk"]["S"]).delete()
    assert (whole.put_new(item), whole.put_new({**item, "name": {"S": "another"}})) == (True, False)
    assert stored(whole, existing) == item


def test_an_item_that_was_put_but_not_answered_counts_as_put(whole: Whole, existing: Appointment) -> None:
    assert whole.put_new(stored(whole, existing))


def test_an_item_that_could_not_be_put_is_not_taken_for_one_that_was_there(whole: Whole, existing: Appointment) -> None:
    with answered("PutItem", error("ValidationException")), pytest.raises(PutError):
        whole.put_new(stored(whole, existing))


def test_a_day_is_put_right_that_is_as_it_was_read(whole: Whole, table: Table, existing: Appointment) -> None:
    assert whole.put_right(existing.branch, PLACE, existing.holds[PLACE], frozenset({1}), [existing])
    assert held(table, existing) == {PLACE: frozenset({1})}


def test_a_day_can_be_emptied_and_filled(whole: Whole, table: Table, existing: Appointment) -> None:
    assert whole.put_right(existing.branch, PLACE, existing.holds[PLACE], NOTHING, [])
    assert held(table, existing) == {}
    assert whole.put_right(existing.branch, PLACE, NOTHING, existing.holds[PLACE], [])
    assert held(table, existing) == existing.holds


def test_a_day_that_was_booked_on_meanwhile_is_left(whole: Whole, table: Table, existing: Appointment) -> None:
    take(table, appointment(branch=existing.branch, start=existing.end, end=existing.end + 5))
    before = held(table, existing)
    assert not whole.put_right(existing.branch, PLACE, existing.holds[PLACE], NOTHING, [])
    assert held(table, existing) == before


def test_a_day_is_left_where_an_owner_has_changed_meanwhile(whole: Whole, table: Table, existing: Appointment) -> None:
    stale = replace(existing, version=existing.version + 1)
    assert not whole.put_right(existing.branch, PLACE, existing.holds[PLACE], NOTHING, [stale])
    assert held(table, existing) == existing.holds


def test_a_day_with_as_many_owners_as_one_write_names_is_put_right(whole: Whole, table: Table) -> None:
    branch, first = new_branch_id(), at(f"{DAY}T08:00")
    each = [appointment(branch=branch, start=first + 5 * number, end=first + 5 * number + 5) for number in range(90)]
    for one in each:
        take(table, one)
    units = frozenset(range(96, 186))
    DayItem(keys.agenda(branch, "cabin-1"), keys.day(DAY)).delete()
    assert whole.put_right(branch, PLACE, NOTHING, units, each)
    assert held(table, each[0]) == in_lane(0, "cabin-1", {DAY: units})


def test_a_conflict_is_tried_again_and_an_error_rises(whole: Whole, existing: Appointment) -> None:
    with answered("TransactWriteItems", cancelled("TransactionConflict")) as left:
        assert whole.put_right(existing.branch, PLACE, existing.holds[PLACE], NOTHING, [])
    assert left == []
    with answered("TransactWriteItems", error("ValidationException")), pytest.raises(TransactWriteError):
        whole.put_right(existing.branch, PLACE, NOTHING, NOTHING, [])
    with answered("TransactWriteItems", *[cancelled("TransactionConflict")] * ATTEMPTS), pytest.raises(TryAgain):
        whole.put_right(existing.branch, PLACE, NOTHING, NOTHING, [])


def test_an_appointment_of_the_most_units_can_be_taken_with_its_version(whole: Whole, table: Table) -> None:
    """100 conditions and what stamps the day's item fit one expression each."""
    existing = appointment(branch=new_branch_id(), end=at(f"{DAY}T08:00") + 500)
    take(table, existing)
    assert {version_of(item) for item in whole.of_branch(existing.branch)} == {CURRENT}
    assert held(table, existing) == existing.holds
