"""Settings in memory: only the branch's own item is asked for while nothing changes, and no change goes by unseen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.settings import Employee, Resource, Settings
from chalicelib.store import items, keys
from chalicelib.store.models import Item, SettingItem
from chalicelib.store.settings_items import SETTINGS_AGE, WHOLE_AGE
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import availability, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import counted
from tests.race import together
from tests.store.test_settings_change import change


class Clock:
    def __init__(self) -> None:
        self.now = 10_000.0  # beyond the age of whatever was read at 0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stored(table: Table) -> Settings:
    made = settings(availability("09:00-12:00"), id=new_branch_id())
    table.replace_settings(made)
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reader(engine: Engine, stored: Settings, clock: Clock) -> Table:
    """Another process, which knows the settings and has looked once whether they are still so."""
    reader = Table(TABLE, monotonic=clock)
    reader.settings(stored.branch.id)
    clock.now += SETTINGS_AGE
    reader.settings(stored.branch.id)
    return reader


def test_a_process_begins_with_one_query_and_confirms_it_once(engine: Engine, stored: Settings, clock: Clock) -> None:
    """What the query saw may have been written in its midst: nobody looked at the branch's own item before it."""
    fresh = Table(TABLE, monotonic=clock)
    with counted() as first:
        for clock.now in (100.0, 104.9):
            fresh.settings(stored.branch.id)
    with counted() as second:
        for clock.now in (105.0, 109.9):
            fresh.settings(stored.branch.id)
    assert (first.operations, first.consistent) == (["Query"], 0)
    assert (second.operations, second.consistent) == (["GetItem", "Query"], 2)


def test_while_nothing_changes_one_item_is_read_each_five_seconds(reader: Table, stored: Settings, clock: Clock) -> None:
    known = reader.settings(stored.branch.id)
    with counted() as requests:
        for _ in range(12):
            clock.now += SETTINGS_AGE
            assert reader.settings(stored.branch.id) is reader.settings(stored.branch.id) is known
    assert requests.operations == ["GetItem"] * 12
    assert requests.consistent == 12


def test_what_was_read_as_of_now_is_known_as_well(engine: Engine, stored: Settings, clock: Clock) -> None:
    fresh = Table(TABLE, monotonic=clock)
    known = fresh.settings_now(stored.branch.id)
    clock.now += SETTINGS_AGE
    with counted() as requests:
        assert fresh.settings(stored.branch.id) is known
    assert requests.operations == ["GetItem"]


def test_a_branch_that_is_gone_is_unknown_at_the_next_look(reader: Table, stored: Settings, clock: Clock) -> None:
    for item in SettingItem.query(keys.branch(stored.branch.id)):
        item.delete()
    clock.now += SETTINGS_AGE
    assert reader.settings(stored.branch.id) is None


def test_whoever_replaces_settings_sees_them_at_once(reader: Table, stored: Settings) -> None:
    after = replaced(reader, stored)
    assert reader.settings(stored.branch.id) == after


def test_what_a_writing_of_a_new_branch_has_left_is_not_mixed_with_the_next(table: Table) -> None:
    new = settings(id=new_branch_id())
    for item in items.from_settings(replace(new, resources=(Resource(id="cabin-9", name="left"),))):
        if item.sk != keys.BRANCH:
            item.save()
    with counted() as requests:
        after = table.replace_settings(new)
    assert requests.consistent == len([each for each in requests.operations if each in ("GetItem", "Query")])
    assert table.settings_now(new.branch.id) == after


def test_what_was_written_by_hand_past_all_rules_is_seen_within_the_hour(reader: Table, stored: Settings, clock: Clock) -> None:
    found = SettingItem.get(keys.branch(stored.branch.id), keys.setting("RESOURCE", "cabin-1"))
    found.update([SettingItem.body.set(found.body.replace("Kabine", "Raum"))])
    clock.now += WHOLE_AGE
    seen = reader.settings(stored.branch.id)
    assert seen is not None
    assert [each.name for each in seen.resources] == ["Raum 1"]


MANY = tuple(Employee(id=f"e-{number:03}", name="E") for number in range(200))


def changed(table: Table, stored: Settings) -> Settings:
    return change(table, stored, resources=(*stored.resources, Resource(id="cabin-2", name="2")))


def removed(table: Table, stored: Settings) -> Settings:
    return change(table, stored, availabilities=())


def replaced(table: Table, stored: Settings) -> Settings:
    return table.replace_settings(replace(stored, employees=MANY[:1]))


def replaced_in_steps(table: Table, stored: Settings) -> Settings:
    return table.replace_settings(replace(stored, employees=MANY, availabilities=()))


def made_anew(table: Table, stored: Settings) -> Settings:
    """As when a branch is moved here: its own item comes last."""
    new = replace(stored, branch=replace(stored.branch, id=new_branch_id()), employees=MANY)
    return table.replace_settings(new)


WRITERS: list[Callable[[Table, Settings], Settings]] = [changed, removed, replaced, replaced_in_steps, made_anew]


@pytest.mark.parametrize("write", WRITERS)
def test_each_way_to_write_settings_is_seen_by_other_processes(
    table: Table, reader: Table, stored: Settings, clock: Clock, write: Callable[[Table, Settings], Settings]
) -> None:
    after = write(table, stored)
    clock.now += SETTINGS_AGE
    assert reader.settings(after.branch.id) == table.settings_now(after.branch.id) == after


def test_each_step_of_a_replacement_is_a_version(table: Table, stored: Settings) -> None:
    """It may be interrupted between any two of them."""
    assert replaced_in_steps(table, stored).version == stored.version + 3


def test_a_replacement_does_not_overwrite_what_somebody_changes_meanwhile(table: Table, stored: Settings) -> None:
    other = Table(TABLE)

    def interrupt(**_: Any) -> None:
        events.unregister("before-send.dynamodb.TransactWriteItems", interrupt)
        changed(other, stored)

    events = Item._get_connection().connection.client.meta.events
    events.register("before-send.dynamodb.TransactWriteItems", interrupt)
    with pytest.raises(ChangedMeanwhile):
        replaced(table, stored)
    found = table.settings_now(stored.branch.id)
    assert found is not None
    assert (len(found.resources), found.employees) == (2, ())


def test_a_change_while_settings_are_read_is_seen_at_the_next_look(
    engine: Engine, table: Table, stored: Settings, clock: Clock
) -> None:
    """Between the branch's own item and all the others, and again behind the first query of a process."""
    reader, after = Table(TABLE, monotonic=clock), stored

    def interrupt(**_: Any) -> None:
        nonlocal after
        events.unregister("after-call.dynamodb.Query", interrupt)
        after = change(table, after, branch=replace(after.branch, name=f"Changed {after.version}"))

    events = Item._get_connection().connection.client.meta.events
    for _ in range(3):
        events.register("after-call.dynamodb.Query", interrupt)
        seen = reader.settings(stored.branch.id)
        assert seen is not None
        assert seen.version == after.version - 1
        clock.now += SETTINGS_AGE
    assert reader.settings(stored.branch.id) == after


def test_readers_beside_a_writer_end_with_what_is_stored(engine: Engine, table: Table) -> None:
    many = tuple(Employee(id=f"e-{number:03}", name="E" * 40) for number in range(60))
    before = settings(id=new_branch_id(), employees=many)
    current = table.replace_settings(before)
    readers = [Table(TABLE, monotonic=itertools.count(100.0, SETTINGS_AGE).__next__) for _ in range(3)]

    def act(number: int) -> Settings | None:
        nonlocal current
        for turn in range(12):
            if number == 0:
                marked = tuple(replace(each, name=f"by {turn}") for each in many)
                current = change(table, current, employees=marked, resources=(Resource(id="cabin-1", name=f"by {turn}"),))
            else:
                readers[number - 1].settings(before.branch.id)
        return None

    assert together(4, act) == [None] * 4
    for each in readers:
        seen = each.settings(before.branch.id)
        assert seen == current == each.settings(before.branch.id)


def test_a_branch_stored_before_versions_were_counted_can_be_changed(
    table: Table, reader: Table, stored: Settings, clock: Clock
) -> None:
    head = SettingItem.get(keys.branch(stored.branch.id), keys.BRANCH)
    head.update([SettingItem.version.remove()])
    old = table.settings_now(stored.branch.id)
    assert old is not None
    assert old.version == 0
    clock.now += SETTINGS_AGE
    assert reader.settings(stored.branch.id) == old
    after = changed(table, old)
    clock.now += SETTINGS_AGE
    assert reader.settings(stored.branch.id) == after
