"""`make erasures` repeats what was erased before a table was restored (R30)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.owed import is_bare
from chalicelib.domain.record import Line
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from infra.local.engine import Engine
from infra.operate import erasures
from tests.builders import NOW, appointment, new_branch_id, settings
from tests.conftest import TABLE
from tests.store.bookings import take

HEADER = "\ufeffat;kind;id;what;by;fields"


class Restored:
    """A branch as it was before the erasures, and the record that was downloaded after them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table, self.branch = Table(TABLE), new_branch_id()
        self.table.replace_settings(settings(id=self.branch))
        monkeypatch.setenv("BRANCH", self.branch)
        monkeypatch.setenv("TABLE", TABLE)

    def appointment(self, days: int, **fields: str) -> Appointment:
        start = appointment().start + days * 1440
        booked = appointment(branch=self.branch, start=start, end=start + 30, **fields)
        take(self.table, booked)
        return booked

    def read(self, appointment: Appointment) -> Appointment:
        stored = self.table.appointment(appointment.id)
        assert stored is not None
        return stored


@pytest.fixture
def restored(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Restored:
    return Restored(monkeypatch)


def line(kind: str, identity: str, what: str = "erased") -> str:
    return f"2026-11-24T08:00:00+00:00;{kind};{identity};{what};customer;comment"


def test_what_the_record_says_was_erased_is_erased_and_nothing_else(
    restored: Restored, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, kept = restored.appointment(-100), restored.appointment(-101)
    lines = [HEADER, line("appointment", gone.id), line("appointment", kept.id, "told"), line("appointment", "0" * 32)]
    assert erasures.main(lines) == 0
    told = "1 erased, 0 could not be. 1 appointments are not in the table: nothing of them is kept."
    assert capsys.readouterr().out == f"Lines of the record: 3. In the table {TABLE}:\n{told}\n"
    assert is_bare(restored.read(gone))
    assert restored.read(kept) == kept


def test_a_visit_that_lies_ahead_is_cancelled_with_it(restored: Restored) -> None:
    appointment = restored.appointment(3650)
    assert erasures.main([HEADER, line("appointment", appointment.id)]) == 0
    after = restored.read(appointment)
    assert (after.status, after.holds, after.comment) == ("cancelled", {}, None)
    [cabin] = settings().resources
    assert restored.table.agenda(restored.branch, [cabin], appointment.day, appointment.day).holds == {}


def test_customers_are_erased_again_too(restored: Restored) -> None:
    customer = Customer(
        id=f"c-{restored.branch}", branch=restored.branch, last_name="Mustermann", made_at=NOW - timedelta(days=90)
    )
    made = Line(branch=customer.branch, kind="customer", id=customer.id, what="made", by="staff-1", at=customer.made_at)
    Customers().write(Revision(after=customer, line=made))
    assert erasures.main([HEADER, line("customer", customer.id)]) == 0
    assert Customers().customer(customer.branch, customer.id) is None


@pytest.mark.parametrize(("fields", "told"), [("customer name comment reason", True), ("name comment", False)])
def test_who_was_merged_into_a_customer_that_was_erased_is_told_and_left_to_people(
    restored: Restored, fields: str, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The restored table has them apart still, and the record does not say that they are one."""
    merged = Customer(
        id=f"m-{restored.branch}", branch=restored.branch, last_name="Mustermann", made_at=NOW - timedelta(days=90)
    )
    made = Line(branch=merged.branch, kind="customer", id=merged.id, what="made", by="staff-1", at=merged.made_at)
    Customers().write(Revision(after=merged, line=made))
    visit = restored.appointment(-100, customer=merged.id)
    lines = [HEADER, f"2026-11-24T08:00:00+00:00;appointment;{visit.id};erased;staff-1;{fields}"]
    assert erasures.main(lines) == int(told)
    assert (f"customer {merged.id}: perhaps merged" in capsys.readouterr().err) is told
    assert Customers().customer(merged.branch, merged.id) == merged


def test_the_same_month_can_be_given_again(restored: Restored, capsys: pytest.CaptureFixture[str]) -> None:
    appointment = restored.appointment(-100)
    for _ in range(2):
        assert erasures.main([HEADER, line("appointment", appointment.id)]) == 0
    assert capsys.readouterr().out.splitlines()[1::2] == ["1 erased, 0 could not be.", "0 erased, 0 could not be."]


@pytest.mark.parametrize(
    ("header", "ending", "told"),
    [
        ("", "", "no record as the planner gives it"),
        (HEADER.replace(";", ","), "", "no record as the planner gives it"),
        (HEADER, ";x", "Line 2 is not whole"),
        (HEADER, '\n"open', "cannot be read as CSV"),
    ],
)
def test_what_is_no_record_is_refused_and_nothing_is_erased(
    restored: Restored, header: str, ending: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    appointment = restored.appointment(-100)
    text = f"{header}\n{line('appointment', appointment.id)}{ending}\n".lstrip("\n")
    assert erasures.main(text.splitlines(keepends=True)) == 2
    assert told in (error := capsys.readouterr().err)
    assert error.endswith("Nothing was erased.\n")
    assert restored.read(appointment) == appointment


def test_nothing_at_all_is_no_record(restored: Restored, capsys: pytest.CaptureFixture[str]) -> None:
    assert erasures.main([]) == 2
    assert "Nothing was erased." in capsys.readouterr().err


def test_a_branch_that_does_not_exist_is_told(
    restored: Restored, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRANCH", f"{restored.branch}x")
    assert erasures.main([HEADER]) == 2
    assert "There is no branch" in capsys.readouterr().err


def test_on_a_stage_the_branch_must_be_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("BRANCH", raising=False)
    monkeypatch.setenv("STAGE", "example")
    assert erasures.main([HEADER]) == 2
    assert "BRANCH=" in capsys.readouterr().err
