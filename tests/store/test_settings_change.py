"""Changing settings is one step: of two at once one wins, nothing is written in half, and a change writes what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from pynamodb.exceptions import TransactWriteError

from chalicelib.domain.errors import ChangedMeanwhile, Invalid, TryAgain
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Access, Branch, Employee, Resource, Settings
from chalicelib.store import keys
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.models import LineItem, SettingItem
from chalicelib.store.table import Table
from tests.builders import NOW, availability, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import answered, cancelled, counted, error
from tests.race import together
from tests.store.test_change import unheard


@pytest.fixture
def stored(table: Table) -> Settings:
    made = settings(availability("09:00-12:00"), availability("13:00-17:00"), id=new_branch_id())
    table.replace_settings(made)
    return made


def change(table: Table, before: Settings, by: str = "u-1", **fields: Any) -> Settings:
    after = replace(before, version=before.version + 1, **fields)
    line = Line(branch=before.branch.id, kind="setting", id="settings", what="changed", by=by, at=NOW)
    table.change_settings(before, after, line)
    return after


def bodies(stored: Settings) -> dict[str, str]:
    return {item.sk: item.body for item in SettingItem.query(keys.branch(stored.branch.id), consistent_read=True)}


def lines(stored: Settings) -> list[str]:
    return [item.by for item in LineItem.query(keys.line(stored.branch.id), consistent_read=True)]


def test_what_is_changed_is_read_at_once_also_by_who_had_it_in_memory(table: Table, stored: Settings) -> None:
    table.settings(stored.branch.id)
    after = change(table, stored, branch=replace(stored.branch, phone="1"), employees=(Employee(id="a", name="A"),))
    assert table.settings(stored.branch.id) == after == table.settings_now(stored.branch.id)


def test_of_many_changes_at_once_one_wins_and_nothing_is_written_in_half(table: Table) -> None:
    for _ in range(10):
        before = settings(id=new_branch_id())
        table.replace_settings(before)

        def act(number: int, before: Settings = before) -> Settings:
            mark = f"by {number}"
            return change(
                table,
                before,
                by=mark,
                branch=replace(before.branch, name=mark),
                resources=(replace(before.resources[0], name=mark), Resource(id="cabin-2", name=mark)),
                employees=(Employee(id="e", name=mark),),
            )

        results = together(8, act)
        [won] = [each for each in results if isinstance(each, Settings)]
        assert sum(isinstance(each, ChangedMeanwhile) for each in results) == 7, results
        assert table.settings_now(before.branch.id) == won
        assert lines(before) == [won.branch.name]


def test_a_change_of_one_availability_leaves_the_items_of_all_others(table: Table) -> None:
    many = tuple(availability("09:00-12:00", weekdays=frozenset({1 + n % 7}), resources=(f"cabin-{n}",)) for n in range(300))
    before = settings(*many, id=new_branch_id())
    table.replace_settings(before)
    kept = bodies(before)
    new = availability("10:00-11:00")
    after = change(table, before, availabilities=(new, *reversed(many[1:])))
    now = bodies(before)
    assert {sk for sk in now if now[sk] != kept.get(sk)} == {"AVAILABILITY#00000"}
    found = table.settings_now(after.branch.id)
    assert found is not None
    assert set(found.availabilities) == {new, *many[1:]}


def test_equal_availabilities_are_counted(table: Table, stored: Settings) -> None:
    twice = (stored.availabilities[0],) * 2
    after = change(table, stored, availabilities=twice)
    found = table.settings_now(stored.branch.id)
    assert found is not None
    assert found.availabilities == twice
    change(table, after, availabilities=twice[:1])
    found = table.settings_now(stored.branch.id)
    assert found is not None
    assert found.availabilities == twice[:1]


def test_what_is_left_out_is_removed(table: Table) -> None:
    before = settings(id=new_branch_id(), resources=(Resource(id="a", name="A"), Resource(id="b", name="B")))
    table.replace_settings(before)
    after = change(table, before, resources=before.resources[:1])
    assert table.settings_now(before.branch.id) == after
    assert "RESOURCE#b" not in bodies(before)


def test_more_than_one_step_can_take_is_refused_and_nothing_is_written(table: Table, stored: Settings) -> None:
    kept = bodies(stored)
    many = tuple(Resource(id=f"r{number}", name="R") for number in range(91))
    with pytest.raises(Invalid, match="in parts"):
        change(table, stored, resources=(*stored.resources, *many))
    change(table, stored, resources=(*stored.resources, *many[:90]))
    assert len(bodies(stored)) == len(kept) + 90


@pytest.mark.parametrize("fault", [error("ThrottlingException"), cancelled("TransactionConflict", "None", "None")])
def test_a_fault_that_passes_is_tried_again(table: Table, stored: Settings, fault: dict[str, Any]) -> None:
    with answered("TransactWriteItems", fault):
        after = change(table, stored, branch=replace(stored.branch, phone="1"))
    assert table.settings_now(stored.branch.id) == after


def test_a_fault_that_stays_ends_in_try_again_and_nothing_is_written(table: Table, stored: Settings) -> None:
    kept = bodies(stored)
    with answered("TransactWriteItems", *[error("ThrottlingException")] * 40), pytest.raises(TryAgain):
        change(table, stored, branch=replace(stored.branch, phone="1"))
    assert bodies(stored) == kept


def test_conflicts_are_paused_for_and_given_up_in_the_end(table: Table, stored: Settings) -> None:
    slept, kept = list[float](), bodies(stored)
    patient = Table(TABLE, sleep=slept.append)
    conflicts = [cancelled("TransactionConflict", "None", "None")] * ATTEMPTS
    with answered("TransactWriteItems", *conflicts) as left, pytest.raises(TryAgain):
        change(patient, stored, branch=replace(stored.branch, phone="1"))
    assert (left, len(slept)) == ([], ATTEMPTS)
    assert bodies(stored) == kept


def test_what_somebody_else_has_changed_meanwhile_is_said_at_once(table: Table, stored: Settings) -> None:
    slept = list[float]()
    patient = Table(TABLE, sleep=slept.append)
    with answered("TransactWriteItems", cancelled("None", "ConditionalCheckFailed")), pytest.raises(ChangedMeanwhile):
        change(patient, stored, branch=replace(stored.branch, phone="1"))
    assert slept == []


def test_a_change_that_is_wrong_rises(table: Table, stored: Settings) -> None:
    with answered("TransactWriteItems", error("ValidationException")), pytest.raises(TransactWriteError):
        change(table, stored, branch=replace(stored.branch, phone="1"))


def test_a_change_that_nobody_answered_is_recognised_by_its_line(table: Table, stored: Settings) -> None:
    with unheard(2):
        after = change(table, stored, branch=replace(stored.branch, phone="1"))
    assert table.settings_now(stored.branch.id) == after
    assert lines(stored) == ["u-1"]


def test_somebody_elses_change_is_not_taken_for_ones_own(table: Table, stored: Settings) -> None:
    change(table, stored, by="u-1", branch=replace(stored.branch, phone="1"))
    with pytest.raises(ChangedMeanwhile):
        change(table, stored, by="u-2", branch=replace(stored.branch, phone="2"))


def test_what_an_older_version_stored_is_read_with_defaults(table: Table, stored: Settings) -> None:
    new = ("sender_name", "logo", "cut_off_hours", "night_from", "reminder_hours", "notices", "record_months", "offline_text")
    body = msgspec.json.decode(bodies(stored)["BRANCH"])
    old = {name: value for name, value in body.items() if name not in new}
    SettingItem(keys.branch(stored.branch.id), "BRANCH", body=msgspec.json.encode(old).decode(), version=3).save()
    SettingItem(
        keys.branch(stored.branch.id), f"ACCESS#{stored.branch.id}-old", body=f'{{"alias":"{stored.branch.id}-old"}}'
    ).save()
    found = table.settings_now(stored.branch.id)
    assert found is not None
    assert (found.branch.sender, found.branch.reminder_hours, found.version) == (stored.branch.name, (24,), 3)
    assert found.is_good(Access(alias=f"{stored.branch.id}-old"))
    assert isinstance(found.branch, Branch)


def test_the_use_of_an_access_is_kept_apart_from_the_settings(table: Table, stored: Settings) -> None:
    table.mark_used(stored.branch.id, "a", NOW)
    table.mark_used(stored.branch.id, "a", NOW + timedelta(hours=1))
    table.mark_used(stored.branch.id, "b", NOW)
    with counted() as requests:
        assert table.used(stored.branch.id) == {"a": NOW + timedelta(hours=1), "b": NOW}
    assert requests.operations == ["Query"]


def test_a_use_that_cannot_be_noted_is_not_told(table: Table, stored: Settings) -> None:
    with answered("PutItem", *[error("AccessDeniedException")] * 3):
        table.mark_used(stored.branch.id, "a", NOW)
    assert table.used(stored.branch.id) == {}
