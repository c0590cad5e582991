"""What a change of settings writes: as little as differs, in steps that a transaction can take, each a version of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import ChangedMeanwhile, Invalid
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Resource, Settings
from chalicelib.store import items, keys
from chalicelib.store.models import SettingItem
from chalicelib.store.settings_write import LOOKS, MOST_CHANGED, Saving, read_settings, replacing, saving_of
from chalicelib.store.table import Table
from tests.builders import NOW, availability, new_branch_id, settings
from tests.faults import answered, counted

EARLY, LATE = availability("09:00-12:00"), availability("13:00-17:00")
LINE = Line(branch="elbe", kind="setting", id="settings", what="changed", by="u-1", at=NOW)
BEFORE = replace(settings(EARLY, LATE), version=4)


def stored(before: Settings = BEFORE) -> list[SettingItem]:
    return list(items.from_settings(before))


def sks(found: Any) -> list[str]:
    return [each.sk for each in found]


def saving(**fields: Any) -> Saving:
    return saving_of(stored(), BEFORE, replace(BEFORE, version=5, **fields), LINE)


def many(count: int) -> tuple[Resource, ...]:
    return tuple(Resource(id=f"r{number:03}", name="R") for number in range(count))


def test_a_change_of_the_branch_alone_writes_its_own_item_with_the_next_version() -> None:
    changed = saving(branch=replace(BEFORE.branch, phone="1"))
    assert (changed.version, changed.branch.sk, changed.branch.version) == (4, keys.BRANCH, 5)
    assert items.value(changed.branch).phone == "1"
    assert (changed.puts, changed.deletes, changed.recount) == ([], [], None)


def test_a_change_puts_what_differs_and_deletes_what_is_left_out() -> None:
    changed = saving(resources=(Resource(id="cabin-2", name="Kabine 2"),))
    assert (sks(changed.puts), sks(changed.deletes)) == (["RESOURCE#cabin-2"], ["RESOURCE#cabin-1"])


def test_a_change_carries_its_line_of_the_record_under_its_version() -> None:
    line = saving().line
    assert line is not None
    assert (line.pk, line.sk, line.by) == ("LINE#elbe", "SETTINGS#00000005", "u-1")


def test_a_change_owes_a_recount_where_it_is_told_so() -> None:
    recount = saving_of(stored(), BEFORE, replace(BEFORE, version=5), LINE, NOW).recount
    assert recount is not None
    assert (recount.pk, recount.gsi3sk) == ("RECOUNT#elbe", items.stamp(NOW))


@pytest.mark.parametrize("found", [stored(replace(BEFORE, version=5)), stored(replace(BEFORE, version=3)), []])
def test_a_change_of_what_is_not_stored_any_more_is_refused(found: list[SettingItem]) -> None:
    with pytest.raises(ChangedMeanwhile):
        saving_of(found, BEFORE, replace(BEFORE, version=5), LINE)


def test_what_is_put_and_what_is_deleted_count_together_against_the_most_of_a_change() -> None:
    assert len(saving(resources=many(MOST_CHANGED - 1)).puts) == MOST_CHANGED - 1
    with pytest.raises(Invalid, match=f"{MOST_CHANGED} things"):
        saving(resources=many(MOST_CHANGED))


def test_equal_availabilities_keep_their_keys_and_new_ones_take_those_that_are_free() -> None:
    new = availability("10:00-11:00")
    changed = saving(availabilities=(new, LATE, new))
    assert [(each.sk, items.value(each)) for each in changed.puts] == [
        ("AVAILABILITY#00000", new),
        ("AVAILABILITY#00002", new),
    ]
    assert changed.deletes == []


def test_of_equal_availabilities_as_many_are_kept_as_are_wanted() -> None:
    twice = replace(BEFORE, availabilities=(EARLY, EARLY))
    changed = saving_of(stored(twice), twice, replace(twice, version=5, availabilities=(EARLY,)), LINE)
    assert (changed.puts, sks(changed.deletes)) == ([], ["AVAILABILITY#00001"])


def test_replacing_by_the_same_is_one_step_that_writes_the_branch() -> None:
    [step] = replacing(stored(), BEFORE)
    assert (step.version, step.branch.version, step.puts, step.deletes) == (4, 5, [], [])


def test_what_was_never_stored_begins_with_the_first_version() -> None:
    [step] = replacing([], BEFORE, NOW)
    assert (step.version, step.branch.version, step.line) == (0, 1, None)
    assert sks(step.puts) == ["RESOURCE#cabin-1", "ACCESS#elbe-window", "AVAILABILITY#00000", "AVAILABILITY#00001"]
    assert step.recount is not None


def test_what_was_stored_before_versions_were_counted_begins_with_the_first() -> None:
    found = stored()
    found[0].version = None
    [step] = replacing(found, BEFORE)
    assert (step.version, step.branch.version) == (0, 1)


def test_replacing_goes_in_steps_of_which_the_last_one_writes_the_branch_s_own_fields() -> None:
    after = replace(BEFORE, branch=replace(BEFORE.branch, phone="1"), resources=many(MOST_CHANGED))
    first, last = replacing(stored(), after, NOW)
    assert [(each.version, each.branch.version) for each in (first, last)] == [(4, 5), (5, 6)]
    assert [items.value(each.branch).phone for each in (first, last)] == [BEFORE.branch.phone, "1"]
    assert (first.branch.pk, first.branch.sk) == ("BRANCH#elbe", keys.BRANCH)
    assert (len(first.puts), first.deletes, first.recount) == (MOST_CHANGED, [], None)
    assert (last.puts, sks(last.deletes)) == ([], ["RESOURCE#cabin-1"])
    assert last.recount is not None


def test_a_new_branch_of_many_things_has_its_own_fields_from_the_first_step() -> None:
    steps = replacing([], replace(BEFORE, resources=many(2 * MOST_CHANGED)))
    assert [each.branch.version for each in steps] == [1, 2, 3]
    assert [items.value(each.branch) for each in steps] == [BEFORE.branch] * 3


def test_without_a_line_nobody_can_tell_whether_it_was_made() -> None:
    [step] = replacing([], BEFORE)
    assert step.was_made() is False


@pytest.fixture
def kept(table: Table) -> Settings:
    """What a branch of its own has set."""
    kept = settings(EARLY, id=new_branch_id())
    table.replace_settings(kept)
    return kept


def test_a_line_that_is_not_there_was_not_made_and_is_looked_for_as_of_now(kept: Settings) -> None:
    line = replace(LINE, branch=kept.branch.id)
    change = saving_of(stored(kept), kept, replace(kept, version=kept.version + 1), line)
    with counted() as requests:
        assert change.was_made() is False
    assert (requests.operations, requests.consistent) == (["GetItem"], 1)
    change.write_once()
    assert change.was_made()
    other = saving_of(stored(kept), kept, replace(kept, version=kept.version + 1), replace(line, by="u-2"))
    assert not other.was_made()


def test_settings_are_read_by_their_version_and_as_of_now(kept: Settings) -> None:
    with counted() as requests:
        found = read_settings(kept.branch.id)
    assert items.to_settings(found) == kept
    assert (requests.operations, requests.consistent) == (["GetItem", "Query"], 2)


def test_a_branch_that_is_not_there_has_no_items() -> None:
    assert read_settings("nowhere") == []


@pytest.mark.usefixtures("engine")
def test_settings_that_change_at_each_look_are_given_up(kept: Settings) -> None:
    seen: dict[str, Any] = {"Items": [], "Count": 0, "ScannedCount": 0}
    with answered("Query", *[seen] * LOOKS) as left, pytest.raises(ChangedMeanwhile):
        read_settings(kept.branch.id)
    assert left == []
    with answered("Query", *[seen] * (LOOKS - 1)):
        assert items.to_settings(read_settings(kept.branch.id)) == kept
