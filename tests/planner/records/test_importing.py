"""Customers from another program, on a real engine: made once, however often and by however many they are imported."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import Flaw, Invalid, TryAgain
from chalicelib.domain.people import Person
from chalicelib.domain.tokens import Secret
from chalicelib.planner.records.customers import CustomerFields, Register
from chalicelib.planner.records.importing import Importing, Wanted
from chalicelib.planner.records.search import Search
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, availability, new_branch_id, settings
from tests.conftest import TABLE

SECRET, LATER = Secret("a secret of imports, as long as it must be"), "another secret of imports, as long as it must be"
ANNA = CustomerFields(last_name="Meyer", first_name="Anna", email="anna@example.org", birth_date=date(1950, 12, 24))


class Practice:
    def __init__(self, table: Table) -> None:
        self.table, self.customers, self.branch = table, Customers(), new_branch_id()
        table.replace_settings(settings(availability("08:00-18:00"), id=self.branch))
        self.register = Register(table, self.customers, lambda: NOW)

    def imports(
        self,
        *rows: CustomerFields | Invalid,
        anyway: bool = False,
        secret: Secret = SECRET,
        customers: Customers | None = None,
    ) -> list[str]:
        records = customers or self.customers
        importing = Importing(Register(self.table, records, lambda: NOW), records, self.table, secret)
        return [each.done for each in importing.write(self.branch, rows, anyway, "u-1")]

    @property
    def names(self) -> list[str]:
        return [f"{each.last_name}, {each.first_name}" for each in self.customers.listed(self.branch, None, 50)[0]]


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture
def practice(table: Table) -> Practice:
    return Practice(table)


def named(last: str, first: str = "Anna", **fields: Any) -> CustomerFields:
    return CustomerFields(last_name=last, first_name=first, **fields)


def test_a_row_becomes_a_customer_who_is_found_with_a_line_of_the_record(practice: Practice) -> None:
    assert practice.imports(ANNA, Invalid({"email": Flaw("email")})) == ["created", "refused"]
    [found] = Search(practice.table, practice.customers, lambda: NOW).search(practice.branch, "anna meyer").customers
    file = practice.register.file(practice.branch, found.id)
    assert file.customer.birth_date == ANNA.birth_date
    assert [(each.what, each.by, each.fields) for each in file.history] == [
        ("imported", "u-1", ("last_name", "first_name", "email", "birth_date"))
    ]


def test_rows_are_checked_as_a_single_customer_is(practice: Practice) -> None:
    importing = Importing(practice.register, practice.customers, practice.table, SECRET)
    rows: list[Wanted] = [
        ANNA,
        named("A", language="fr"),
        named("B", birth_date=date(1899, 1, 1)),
        Invalid({"email": Flaw("email")}),
    ]
    flaws = importing.flaws(practice.branch, rows)
    assert [list(each) for each in flaws] == [[], ["language"], ["birth_date"], ["email"]]
    assert practice.imports(*rows[1:]) == ["refused"] * 3
    assert practice.names == []


@pytest.mark.parametrize("anyway", [False, True])
def test_an_import_again_makes_nobody_twice_also_after_an_edit_a_merge_or_a_new_secret(
    practice: Practice, anyway: bool
) -> None:
    rows = [ANNA, named("Schulz"), named("Huber")]
    assert practice.imports(*rows, ANNA, anyway=anyway) == ["created", "created", "created", "present"]
    huber, meyer, schulz = practice.customers.listed(practice.branch, None, 50)[0]
    practice.register.edit(practice.branch, meyer.id, 1, named("Otto", "Ida"), "u-1")
    practice.register.merge(practice.branch, huber.id, 1, schulz.id, 1, "u-1")
    assert practice.imports(*rows, anyway=anyway) == ["present"] * 3
    rotated = Secret(LATER, "a secret of imports, as long as it must be")
    assert practice.imports(*rows, named("Neu"), anyway=anyway, secret=rotated) == ["present"] * 3 + ["created"]


def test_who_is_made_by_another_import_in_the_same_moment_is_present(practice: Practice) -> None:
    class Before(Customers):
        """As it was before the other one wrote."""

        def customer(self, branch: str, customer: str) -> Customer | None:
            return None

        def found(self, *asked: Any, **more: Any) -> list[Person]:
            return []

    assert practice.imports(ANNA) == ["created"]
    assert practice.imports(ANNA, customers=Before()) == ["present"]
    assert practice.names == ["Meyer, Anna"]


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (named("MEYER", "anna", email="Anna@Example.org"), True),
        (named("Meyer", phone="+49 40 123456"), True),
        (named("Meyer", birth_date=date(1950, 12, 24)), True),
        (named("Meyer", email="anna@example.org", birth_date=date(1975, 1, 2)), False),
        (named("Meyer"), False),
        (named("Meyer", email="other@example.org"), False),
        (named("Meyers", email="anna@example.org"), False),
        (named("Meyer", "Hanna", phone="040 123456"), False),
        (named("Anna", "Meyer", phone="040 123456"), False),
    ],
)
def test_the_same_person_is_present_unless_all_are_wanted(practice: Practice, row: CustomerFields, known: bool) -> None:
    there = named("Meyer", email="anna@example.org", phone="040 123456", birth_date=date(1950, 12, 24))
    practice.register.create(practice.branch, there, "u-1")
    assert practice.imports(row) == ["present" if known else "created"]
    if known:
        assert practice.imports(row, anyway=True) == ["created"]


def test_of_two_rows_that_are_one_person_the_second_is_present(practice: Practice) -> None:
    assert practice.imports(ANNA, named("Meyer", email="ANNA@example.org", note="alt")) == ["created", "present"]


def test_an_import_that_broke_off_is_repeated_and_makes_nobody_twice(practice: Practice) -> None:
    class Broken(Customers):
        def write(self, revision: Revision) -> None:
            if revision.after and revision.after.last_name == "Schulz":
                raise TryAgain
            super().write(revision)

    with pytest.raises(TryAgain):
        practice.imports(ANNA, named("Schulz"), customers=Broken())
    assert practice.imports(ANNA, named("Schulz"), anyway=True) == ["present", "created"]


def test_an_id_comes_from_the_secret_too_so_that_nobody_can_guess_whose_it_is(practice: Practice) -> None:
    assert practice.imports(ANNA) == ["created"]
    assert practice.imports(ANNA, anyway=True, secret=Secret(LATER)) == ["created"]
