"""The record and the figures of a branch, on a real engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.record import Mentioned
from chalicelib.domain.settings import Employee
from chalicelib.planner.records.audit import MOST_LOOKS, PAGE, Audit, Wanted
from chalicelib.planner.records.customers import CustomerFields, Register
from chalicelib.planner.records.statistics import Statistics
from chalicelib.store import keys
from chalicelib.store.audit import Books
from chalicelib.store.customers import Customers
from chalicelib.store.models import AppointmentItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import MONDAY, NOW, appointment, at, availability, made, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import counted

TODAY = datetime.now(UTC).replace(microsecond=0)
"""The record keeps what is of today, whenever a test runs."""


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture
def branch(table: Table) -> str:
    branch_settings = settings(availability("08:00-18:00"), id=new_branch_id())
    table.replace_settings(branch_settings)
    return branch_settings.branch.id


def take(table: Table, branch: str, start: str = "2026-11-24T08:00", **fields: Any) -> None:
    table.write(made(appointment(branch=branch, start=at(start), end=at(start) + 30, **fields)))


def test_the_record_comes_in_pages_that_miss_nothing(table: Table, branch: str) -> None:
    record = Audit(table, Books(), Books(), lambda: TODAY)
    for number in range(PAGE + 5):
        take(table, branch, resource=f"cabin-{number}", made_at=TODAY + timedelta(milliseconds=number // 3))
    first = record.page(branch, None, None)
    assert first.before
    second = record.page(branch, f"{TODAY:%Y-%m}", first.before)
    lines = [*first.lines, *second.lines]
    assert (len(first.lines), len({each.id for each in lines})) == (PAGE, PAGE + 5)
    assert lines == sorted(lines, key=lambda each: each.at, reverse=True)
    assert record.month(branch, None)[2] == lines


def test_a_line_names_whose_appointment_it_was_as_long_as_that_is_there(table: Table, branch: str) -> None:
    elsewhere = new_branch_id()
    take(table, branch, made_at=TODAY, name="Meyer, Anna")
    take(table, elsewhere, "2026-11-24T09:00", made_at=TODAY, name="Fremd")
    stranger = Books().record(elsewhere, f"{TODAY:%Y-%m}", 1)[0][0]
    with counted() as requests:
        page = Audit(table, Books(), Books(), lambda: TODAY).page(branch, f"{TODAY:%Y-%m}", None)
    assert requests.operations.count("BatchGetItem") == 1
    [line] = page.lines
    assert page.mentioned["appointment", line.id] == Mentioned("Meyer, Anna", at("2026-11-24T08:00"))
    asked = Books().mentioned(branch, {("appointment", stranger.id), ("customer", "gone"), ("setting", "branch")})
    assert asked == {}, "nothing of another branch, of who is gone, or of what is nobody's"
    AppointmentItem(keys.appointment(line.id), keys.APPOINTMENT).delete()
    assert Audit(table, Books(), Books(), lambda: TODAY).page(branch, None, None).mentioned == {}


def test_lines_by_one_of_the_staff_are_looked_for_in_a_bounded_number_of_reads(table: Table, branch: str) -> None:
    jana = Employee(id="jana", name="Jana", account=True, user="jana", subject="u-1")
    table.replace_settings(settings(id=branch, employees=(jana,)))
    for number in range(PAGE + 5):
        take(table, branch, resource=f"cabin-{number}", made_at=TODAY + timedelta(milliseconds=number))
    register = Register(table, Customers(), lambda: TODAY - timedelta(seconds=1))
    made = register.create(branch, CustomerFields(last_name="Meyer"), "u-1")
    record = Audit(table, Books(), Books(), lambda: TODAY + timedelta(seconds=1))
    with counted() as requests:
        page = record.page(branch, f"{TODAY:%Y-%m}", None, Wanted({"customer"}, "jana"))
    assert requests.operations.count("Query") <= MOST_LOOKS + 1  # and the settings
    assert [each.id for each in page.lines] == [made.id]
    assert record.page(branch, f"{TODAY:%Y-%m}", None, Wanted(by="schedule")).lines == []
    for wrong in (Wanted(by="nobody"), Wanted({"x"})):
        with pytest.raises(Invalid):
            record.page(branch, None, None, wrong)


def test_no_month_before_the_first_line_is_offered(table: Table, branch: str) -> None:
    def since(now: datetime) -> str | None:
        return Audit(table, Books(), Books(), lambda: now).page(branch, None, None).since

    assert since(TODAY) == f"{TODAY:%Y-%m}"
    take(table, branch, made_at=TODAY)
    later = TODAY + timedelta(days=70)
    assert since(later) == f"{TODAY:%Y-%m}"
    assert Audit(table, Books(), Books(), lambda: later).page(branch, "2026-11", None).since is None


def test_another_month_has_its_own_record(table: Table, branch: str) -> None:
    take(table, branch, made_at=TODAY)
    assert Audit(table, Books(), Books(), lambda: TODAY).page(branch, "2025-01", None).lines == []


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "11-2026", "２０２６-11"])
def test_what_is_no_month_is_refused(table: Table, branch: str, month: str) -> None:
    with pytest.raises(Invalid):
        Audit(table, Books(), Books(), lambda: NOW).page(branch, month, None)


def test_figures_end_with_this_week_unless_asked_for_others(table: Table, branch: str) -> None:
    take(table, branch)
    statistics = Statistics(table, Books(), lambda: NOW)
    with counted() as requests:
        [before, this] = statistics.weeks(branch, None, 2).weeks
    assert requests.operations in (["Query"] * 4, ["Query"] * 5)  # the settings may be known
    assert (before.week, this.week) == (MONDAY - timedelta(days=7), MONDAY)
    assert (before.requests, this.requests, this.held_minutes, this.open_minutes) == (0, 1, 30, 7 * 600)
    assert statistics.weeks(branch, MONDAY + timedelta(days=6), 1).weeks == [this]


def opened(table: Table, branch: str, weeks: int) -> list[int]:
    return [each.open_minutes for each in Statistics(table, Books(), lambda: NOW).weeks(branch, None, weeks).weeks]


def test_weeks_before_the_first_appointment_of_all_were_not_open(table: Table, branch: str) -> None:
    assert opened(table, branch, 3) == [0, 0, 7 * 600], "a practice without any begins today"
    take(table, branch, "2026-11-18T08:00", status="cancelled")
    assert opened(table, branch, 3) == [0, 7 * 600, 7 * 600]
    take(table, branch, "2026-08-12T08:00")
    assert opened(table, branch, 3) == [7 * 600] * 3, "the first one may lie before all that is asked for"


def test_what_was_marked_before_its_start_counts_as_confirmed(table: Table, branch: str) -> None:
    take(table, branch, "2026-11-23T05:00", status="no_show")
    take(table, branch, "2026-11-24T08:00", status="no_show")
    [week] = Statistics(table, Books(), lambda: NOW).weeks(branch, MONDAY, 1).weeks
    assert (week.confirmed, week.no_show) == (2, 1)


@pytest.mark.parametrize(("first", "weeks"), [(None, 0), (None, 54), (date(1, 1, 1), 1), (date(9999, 12, 31), 1)])
def test_figures_of_no_time_are_refused(table: Table, branch: str, first: date | None, weeks: int) -> None:
    with pytest.raises(Invalid):
        Statistics(table, Books(), lambda: NOW).weeks(branch, first, weeks)


def test_what_the_first_version_wrote_counts_as_a_request(table: Table, branch: str) -> None:
    booked = appointment(branch=branch)
    table.write(made(booked))
    AppointmentItem(keys.appointment(booked.id), keys.APPOINTMENT).update([AppointmentItem.type.remove()])
    [figures] = Statistics(table, Books(), lambda: NOW).weeks(branch, MONDAY, 1).weeks
    assert figures.requests == 1


def test_a_branch_that_does_not_exist_has_neither(table: Table) -> None:
    with pytest.raises(NotFound):
        Statistics(table, Books(), lambda: NOW).weeks("nowhere", None, 1)
    with pytest.raises(NotFound):
        Audit(table, Books(), Books(), lambda: NOW).page("nowhere", None, None)
