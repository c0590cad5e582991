"""What admins change: only what they may, with a line in the record, and told what lies outside afterwards (R14, R32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.difference import names
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, NotFound
from chalicelib.domain.settings import DateException, Employee, Resource, Settings
from chalicelib.planner.admin.settings import BranchSettings, Sections
from chalicelib.store import keys
from chalicelib.store.models import LineItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import MONDAY, NOW, absence, appointment, at, availability, branch, made, new_branch_id, settings
from tests.conftest import TABLE

ANNA, ROBOT = Employee(id="anna", name="Anna Petersen"), Employee(id="robot", name="Buchungsseite", technical=True)
TWO = (Resource(id="cabin-1", name="Kabine 1"), Resource(id="cabin-2", name="Kabine 2"))


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture
def branch_settings(table: Table) -> BranchSettings:
    return BranchSettings(table, lambda: NOW)


def stored(table: Table, *availabilities: Any, **fields: Any) -> Settings:
    branch_settings = settings(
        *(availabilities or (availability("09:00-12:00"),)), **{"id": new_branch_id(), "resources": TWO} | fields
    )
    table.replace_settings(branch_settings)
    return branch_settings


def outside(branch_settings: BranchSettings, settings: Settings, **sections: Any) -> list[str]:
    """The ids of the appointments that are told to lie outside after a change."""
    given: Sections = sections  # type: ignore[assignment]  # a test's own words
    _, found = branch_settings.change(settings.branch.id, settings.version, given, "u-1")
    return [each.id for each in found]


def booked(table: Table, settings: Settings, **fields: Any) -> str:
    """Tuesday, 09:00 to 09:30 in Berlin."""
    held = appointment(branch=settings.branch.id, **fields)
    table.write(made(held))
    return held.id


def test_a_line_of_the_record_names_what_was_changed_and_by_whom(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table)
    settings, _ = branch_settings.change(
        settings.branch.id, 1, {"branch": replace(settings.branch, phone="1", lead_hours=3)}, "u-1"
    )
    branch_settings.change(settings.branch.id, 2, {"resources": (replace(TWO[0], colour="#000000"), TWO[1])}, "u-2")
    first, second = LineItem.query(keys.line(settings.branch.id), consistent_read=True)
    assert (first.kind, first.id, first.what, first.by) == ("setting", "branch", "changed", "u-1")
    assert first.fields == '["branch.phone","branch.lead_hours"]'
    assert (second.id, second.fields, second.by) == ("resources/cabin-1", '["resources/cabin-1.colour"]', "u-2")
    assert first.gsi2pk == keys.record(settings.branch.id, "2026-11")


def test_a_line_is_kept_as_long_as_the_branch_says(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, record_months=2)
    branch_settings.change(settings.branch.id, 1, {"availabilities": ()}, "u-1")
    [line] = LineItem.query(keys.line(settings.branch.id), consistent_read=True)
    kept = datetime.fromtimestamp(int(line.ttl), UTC) - NOW
    assert timedelta(days=59) <= kept <= timedelta(days=63)


def test_a_save_that_changes_nothing_writes_nothing(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, availability("09:00-12:00"), availability("13:00-14:00"))
    reordered: Sections = {"availabilities": settings.availabilities[::-1], "branch": settings.branch}
    after, _ = branch_settings.change(settings.branch.id, 1, reordered, "u-1")
    assert after.version == 1
    assert list(LineItem.query(keys.line(settings.branch.id))) == []


def test_names_tell_what_is_new_gone_and_different() -> None:
    before = settings(availability("09:00-10:00"), exceptions=(DateException(resource="cabin-1", day=MONDAY),), resources=TWO)
    after = replace(
        before,
        branch=replace(before.branch, online=False, holidays=frozenset({MONDAY})),
        resources=(replace(TWO[0], capacity=2),),
        availabilities=(),
        exceptions=(),
        employees=(ANNA,),
    )
    assert names(before, after) == (
        "branch.online",
        "resources/cabin-1.capacity",
        "resources/cabin-2",
        "employees/anna",
        "availabilities",
        "exceptions/cabin-1/2026-11-23",
    )
    assert names(before, before) == ()


def test_appointments_that_the_new_hours_no_longer_hold_are_told_and_stay(
    branch_settings: BranchSettings, table: Table
) -> None:
    settings = stored(table)
    held = booked(table, settings)
    assert outside(branch_settings, settings, availabilities=(availability("10:00-12:00"),)) == [held]
    found = table.appointment(held)
    assert found is not None
    assert found.status == "proposed"


def test_what_lay_outside_before_is_not_told_again(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, availability("14:00-15:00"))
    booked(table, settings)
    assert outside(branch_settings, settings, availabilities=()) == []


@pytest.mark.parametrize(
    "sections",
    [
        {"availabilities": (availability("09:00-12:00"), absence("09:15-09:20"))},
        {"exceptions": (DateException(resource="cabin-1", day=MONDAY + timedelta(days=1)),)},
        {"availabilities": (availability("09:00-12:00", valid_until=MONDAY),)},
    ],
    ids=["an absence", "an exception", "an end"],
)
def test_whatever_closes_the_time_is_told(branch_settings: BranchSettings, table: Table, sections: Any) -> None:
    settings = stored(table)
    held = booked(table, settings)
    assert outside(branch_settings, settings, **sections) == [held]


def test_another_step_leaves_nothing_outside(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table)
    booked(table, settings)
    assert outside(branch_settings, settings, availabilities=(availability("08:35-12:00", step=50),)) == []


def test_released_past_and_blocked_time_is_not_told(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table)
    booked(table, settings, status="cancelled")
    booked(table, settings, type="blocked", comment=None, start=NOW_MINUTES + 180, end=NOW_MINUTES + 210)
    booked(table, settings, start=NOW_MINUTES - 24 * 60 + 180, end=NOW_MINUTES - 24 * 60 + 210)
    assert outside(branch_settings, settings, availabilities=()) == []


NOW_MINUTES = int(NOW.timestamp()) // 60


def test_the_hours_of_the_second_resource_count_too(branch_settings: BranchSettings, table: Table) -> None:
    both = availability("09:00-12:00", resources=("cabin-1", "cabin-2"))
    settings = stored(table, both)
    held = booked(table, settings, second="cabin-2")
    assert outside(branch_settings, settings, availabilities=(availability("09:00-12:00"),)) == [held]


@pytest.mark.parametrize("start", ["2026-11-24T08:00", "2034-09-19T08:00"])
def test_a_resource_with_appointments_to_come_is_not_removed(branch_settings: BranchSettings, table: Table, start: str) -> None:
    """Nor with the last one of the longest series: 52 of them, 8 weeks apart."""
    settings = stored(table)
    booked(table, settings, resource="cabin-2", start=at(start), end=at(start) + 30)
    with pytest.raises(Invalid) as refusal:
        branch_settings.change(settings.branch.id, 1, {"resources": TWO[:1]}, "u-1")
    assert list(refusal.value.fields) == ["resources"]


def test_an_employee_with_an_account_is_not_removed(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, employees=(replace(ANNA, account=True, user="anna", subject="s-1"),))
    with pytest.raises(Invalid) as refusal:
        branch_settings.change(settings.branch.id, 1, {"employees": ()}, "u-1")
    assert list(refusal.value.fields) == ["employees"]


def test_saving_employees_gives_and_takes_no_account(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, employees=(replace(ANNA, account=True, user="anna", subject="s-1"), ROBOT))
    given = (replace(ANNA, name="Anna Lüders"), replace(ROBOT, account=True))
    after, _ = branch_settings.change(settings.branch.id, 1, {"employees": given}, "u-1")
    anna = after.employee("anna")
    assert anna == replace(ANNA, name="Anna Lüders", account=True, user="anna", subject="s-1")


def test_a_technical_employees_account_is_a_step_of_its_own(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, employees=(ANNA, ROBOT))
    after = branch_settings.employ(settings.branch.id, "robot", True, "u-1")
    assert after.employee("robot") == replace(ROBOT, account=True)
    with pytest.raises(Invalid):
        branch_settings.employ(settings.branch.id, "anna", True, "u-1")
    with pytest.raises(NotFound):
        branch_settings.employ(settings.branch.id, "nobody", True, "u-1")


def test_a_technical_employee_cannot_have_an_account_that_signs_in(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, employees=(ROBOT,))
    with pytest.raises(Invalid):
        branch_settings.link(settings.branch.id, "robot", "robot", "s-1", "u-1")
    with pytest.raises(Invalid):
        replace(ROBOT, user="robot")


def test_an_employee_keeps_the_account_that_was_linked_first(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table, employees=(ANNA,))
    for _ in range(2):
        branch_settings.link(settings.branch.id, "anna", "anna-1", "s-1", "u-1")
    with pytest.raises(Invalid):
        branch_settings.link(settings.branch.id, "anna", "anna-2", "s-2", "u-1")
    assert branch_settings.settings(settings.branch.id).employee("anna") == replace(
        ANNA, account=True, user="anna-1", subject="s-1"
    )


def test_a_version_that_is_not_the_stored_one_is_refused(branch_settings: BranchSettings, table: Table) -> None:
    settings = stored(table)
    for version in (0, 2):
        with pytest.raises(ChangedMeanwhile):
            branch_settings.change(settings.branch.id, version, {"availabilities": ()}, "u-1")


def test_what_depends_on_nothing_else_is_made_whoever_changes_settings_meanwhile(
    branch_settings: BranchSettings, table: Table
) -> None:
    settings = stored(table, employees=(ROBOT,))
    others = iter([3, 4, 5])

    def alter(now: Settings) -> Settings:
        if (lead := next(others, None)) is not None:
            branch_settings.change(settings.branch.id, now.version, {"branch": replace(now.branch, lead_hours=lead)}, "u-2")
        return replace(now, employees=(replace(ROBOT, account=True),))

    after = branch_settings.alter(settings.branch.id, alter, "u-1")
    assert (after.branch.lead_hours, after.employees[0].account) == (5, True)


def test_a_branch_that_is_not_there_is_not_found(branch_settings: BranchSettings) -> None:
    with pytest.raises(NotFound):
        branch_settings.change("nowhere", 0, {}, "u-1")


def test_who_did_something_is_told_by_name() -> None:
    branch_settings = settings(employees=(replace(ANNA, account=True, user="anna", subject="s-1"),))
    assert [branch_settings.name_of(by) for by in ("s-1", "customer", "schedule", "s-2")] == [
        "Anna Petersen",
        "customer",
        "schedule",
        "?",
    ]


def test_the_reminders_stand_the_longest_first() -> None:
    assert branch(reminder_hours=(48, 2)).reminder_hours == (48, 2)
    for wrong in ((2, 48), (2, 2), (0,), (337,), (6, 5, 4)):
        with pytest.raises(Invalid):
            branch(reminder_hours=wrong)
