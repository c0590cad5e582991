"""What operators write is checked as a whole, and nothing of it is stored where something is wrong (R3, R14, R15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.errors import Invalid, ReadOtherwise
from chalicelib.domain.settings import Access, DateException, PublicHolidays, Resource, Settings, Template
from chalicelib.planner.admin.holidays import holiday_names
from chalicelib.planner.admin.settings import BranchSettings, Sections
from chalicelib.store.audit import Books
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import MONDAY, NOW, appointment, at, availability, in_lane, made, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import counted


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture
def branch_settings(table: Table) -> BranchSettings:
    return BranchSettings(table, lambda: NOW)


def fresh(**fields: Any) -> Settings:
    return settings(availability("09:00-12:00"), **{"id": new_branch_id()} | fields)


def template(**fields: Any) -> Template:
    return Template(**{"id": "test", "name": {}, "duration": 30, "resources": ("cabin-1",), **fields})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"templates": (template(second=("cabin-1",)),)}, "templates[0].second[0]"),
        ({"templates": (template(second=("nobody",)),)}, "templates[0].second"),
        ({"templates": (template(resources=("cabin-9",)),)}, "templates[0].resources"),
        ({"templates": (template(), template())}, "templates[1].id"),
        ({"templates": (template(id="a b"),)}, "templates[0].id"),
        ({"resources": (Resource(id="cabin-1", name=""), Resource(id="cabin-1", name=""))}, "resources[1].id"),
        ({"availabilities": (availability("09:00-10:00", resources=("cabin-9",)),)}, "availabilities[0].resources"),
        ({"availabilities": (availability("09:00-10:00", type="party"),)}, "availabilities[0].type"),
        ({"exceptions": (DateException(resource="cabin-1", day=MONDAY),) * 2}, "exceptions[1].date"),
        ({"exceptions": (DateException(resource="cabin-9", day=MONDAY),)}, "exceptions[0].resource"),
        ({"accesses": (Access(alias="elsewhere-door"),)}, "accesses[0].alias"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_with_the_path(
    branch_settings: BranchSettings, table: Table, change: dict[str, Any], path: str
) -> None:
    settings = fresh()
    with pytest.raises(Invalid) as refusal:
        branch_settings.save(replace(settings, **change))
    assert list(refusal.value.fields) == [path]
    assert table.settings(settings.branch.id) is None


@pytest.mark.parametrize("capacity", [0, -1, 21])
def test_a_capacity_that_cannot_be_is_refused(capacity: int) -> None:
    with pytest.raises(Invalid) as refusal:
        Resource(id="gym", name="", capacity=capacity)
    assert list(refusal.value.fields) == ["capacity"]


def test_a_capacity_is_not_lowered_below_what_future_units_hold(branch_settings: BranchSettings, table: Table) -> None:
    settings = fresh(resources=(Resource(id="cabin-1", name="", released=True, capacity=3),))
    branch_settings.save(settings)
    held = appointment(branch=settings.branch.id)
    table.write(made(replace(held, holds=in_lane(1, "cabin-1", held.units))))
    with pytest.raises(Invalid) as refusal:
        branch_settings.save(replace(settings, resources=(replace(settings.resources[0], capacity=1),)))
    assert list(refusal.value.fields) == ["resources[0].capacity"]
    assert table.settings(settings.branch.id) == settings
    lower = replace(settings, resources=(replace(settings.resources[0], capacity=2),))
    assert branch_settings.save(lower) == replace(lower, version=2)


def test_a_capacity_is_not_lowered_below_what_a_series_holds_years_ahead_and_one_query_tells(
    branch_settings: BranchSettings, table: Table
) -> None:
    """The last appointment of the longest series: 52 of them, 8 weeks apart."""
    settings = fresh(resources=(Resource(id="cabin-1", name="", released=True, capacity=2),))
    branch_settings.save(settings)
    last = at("2026-11-24T08:00") + 51 * 8 * 7 * 24 * 60
    held = appointment(branch=settings.branch.id, start=last, end=last + 30)
    table.write(made(replace(held, holds=in_lane(1, "cabin-1", held.units))))
    lower = replace(settings, resources=(replace(settings.resources[0], capacity=1),))
    with counted() as requests, pytest.raises(Invalid) as refusal:
        branch_settings.save(lower)
    assert list(refusal.value.fields) == ["resources[0].capacity"]
    assert requests.operations == ["GetItem", "Query", "Query"]  # the settings, and one query of the resource's days
    assert table.settings(settings.branch.id) == settings


def test_public_holidays_are_looked_up_and_stored_for_years(branch_settings: BranchSettings, table: Table) -> None:
    settings = fresh(public_holidays=PublicHolidays(country="DE", subdivision="HH", off=("Reformationstag",)))
    branch_settings.save(settings)
    stored = table.settings(settings.branch.id)
    assert stored is not None
    assert {date(2026, 12, 25), date(2035, 12, 25)} <= stored.branch.holidays
    assert date(2027, 10, 31) not in stored.branch.holidays
    assert date(2027, 1, 6) not in stored.branch.holidays  # Epiphany is none in Hamburg


PARTLY = [
    ("DE", "SN", "Corpus Christi", date(2027, 5, 27)),
    ("DE", "TH", "Fronleichnam", date(2027, 5, 27)),
    ("DE", "BY", "Mariä Himmelfahrt", date(2027, 8, 15)),
    ("AT", None, "Good Friday", date(2027, 3, 26)),
    ("AT", "9", "Saint Leopold's Day", date(2027, 11, 15)),
    ("CH", "FR", "Pfingstmontag", date(2027, 5, 17)),
]


@pytest.mark.parametrize(("country", "subdivision", "name", "day"), PARTLY)
def test_a_holiday_of_a_part_of_a_state_closes_where_it_is_chosen(
    branch_settings: BranchSettings, country: str, subdivision: str | None, name: str, day: date
) -> None:
    wanted = PublicHolidays(country=country, subdivision=subdivision)
    without = branch_settings.save(fresh(public_holidays=wanted)).branch.holidays
    chosen = branch_settings.save(fresh(public_holidays=replace(wanted, also=(name,)))).branch.holidays
    opened = branch_settings.save(fresh(public_holidays=replace(wanted, also=(name,), off=(day.isoformat(),)))).branch.holidays
    assert (day in without, day in chosen, day in opened) == (False, True, False)
    assert without < chosen
    assert chosen - opened == {day}


def test_staff_are_shown_a_holiday_of_a_part_of_a_state_by_its_names(branch_settings: BranchSettings) -> None:
    wanted = PublicHolidays(country="DE", subdivision="SN", also=("Fronleichnam",))
    corpus_christi, day_after = date(2027, 5, 27), date(2027, 5, 28)
    saved = branch_settings.save(fresh(public_holidays=wanted))
    assert holiday_names(saved, corpus_christi, day_after) == {corpus_christi: {"de": "Fronleichnam", "en": "Corpus Christi"}}


@pytest.mark.parametrize("name", ["Sommerferien", "Ostern", ""])
def test_what_is_no_holiday_of_a_part_of_the_state_is_refused_with_its_path(branch_settings: BranchSettings, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        branch_settings.save(fresh(public_holidays=PublicHolidays(country="DE", subdivision="SN", also=("Fronleichnam", name))))
    assert refusal.value.fields == {"branch.public_holidays.also[1]": "is not a holiday there"}


def rezoned(settings: Settings, zone: str) -> Sections:
    return {"branch": replace(settings.branch, zone=zone)}


def test_a_new_zone_that_shows_other_times_than_were_told_is_refused_with_their_number(
    branch_settings: BranchSettings, table: Table
) -> None:
    settings = branch_settings.save(fresh())
    for start, status in (("08:00", "confirmed"), ("09:00", "proposed"), ("10:00", "cancelled")):
        begin = at(f"2026-11-24T{start}")
        table.write(made(appointment(branch=settings.branch.id, start=begin, end=begin + 30, status=status)))
    past = at("2026-11-22T08:00")
    table.write(made(appointment(branch=settings.branch.id, start=past, end=past + 30, status="confirmed")))
    blocked = at("2026-11-24T11:00")
    table.write(
        made(appointment(branch=settings.branch.id, start=blocked, end=blocked + 30, status="confirmed", type="blocked"))
    )
    with pytest.raises(ReadOtherwise) as refusal:
        branch_settings.change(settings.branch.id, settings.version, rezoned(settings, "Europe/London"), "u-1")
    assert refusal.value.details() == {"count": 2}
    assert branch_settings.settings(settings.branch.id) == settings
    saved, _ = branch_settings.change(
        settings.branch.id, settings.version, rezoned(settings, "Europe/London"), "u-1", other_times=True
    )
    assert saved.branch.zone == "Europe/London"


@pytest.mark.parametrize(("zone", "ahead"), [("Europe/Vienna", True), ("Europe/London", False)])
def test_a_new_zone_is_saved_at_once_where_everybody_was_told_its_time(
    branch_settings: BranchSettings, table: Table, zone: str, ahead: bool
) -> None:
    settings = branch_settings.save(fresh())
    if ahead:
        table.write(made(appointment(branch=settings.branch.id, status="confirmed")))
    assert branch_settings.change(settings.branch.id, settings.version, rezoned(settings, zone), "u-1")[0].branch.zone == zone


def test_a_country_that_does_not_exist_is_refused_with_the_path(branch_settings: BranchSettings) -> None:
    with pytest.raises(Invalid) as refusal:
        branch_settings.save(fresh(public_holidays=PublicHolidays(country="XX")))
    assert list(refusal.value.fields) == ["branch.public_holidays.country"]


def test_saving_leaves_appointments_as_they_are(branch_settings: BranchSettings, table: Table) -> None:
    """Also where the new hours no longer hold them (R32)."""
    settings = fresh()
    branch_settings.save(settings)
    held = appointment(branch=settings.branch.id)
    table.write(made(held))
    branch_settings.save(replace(settings, availabilities=(), templates=()))
    assert table.appointment(held.id) == held


def test_online_requests_are_stopped_and_let_in_again_and_the_record_says_by_whom(
    branch_settings: BranchSettings, table: Table
) -> None:
    settings = branch_settings.save(fresh())
    assert branch_settings.open_online(settings.branch.id, False, "staff-1").branch.online is False
    assert branch_settings.settings(settings.branch.id).branch == replace(settings.branch, online=False)
    assert branch_settings.open_online(settings.branch.id, True, "staff-2").branch.online is True
    lines, _ = Books().record(settings.branch.id, f"{NOW:%Y-%m}", 10)
    assert {(each.what, each.fields, each.by) for each in lines} == {
        ("changed", ("branch.online",), who) for who in ("staff-1", "staff-2")
    }
