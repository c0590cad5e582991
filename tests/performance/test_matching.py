"""How often the right customer is among the first who are offered, and how many queries asking costs. Printed, with floors.

Two practices are asked: one with few names (`customers`), where 100,000 customers have a dozen namesakes each, and one with as
many as a country has (`many_names`).
"""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chalicelib.domain.customer import Customer
from chalicelib.domain.people import Book, Person
from chalicelib.domain.phones import GERMANY
from chalicelib.planner.records.search import Search
from chalicelib.store import customers as stored
from chalicelib.store import items
from chalicelib.store.customers import Customers
from chalicelib.store.models import Item
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, appointment, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import counted
from tests.performance.customers import Request, Sorted, ceiling, made_customers, made_requests
from tests.performance.many_names import many_names
from tests.performance.many_names import requests as requests_of_lives
from tests.repeated import OFTEN, rounds

STORED, UNMATCHED = rounds(300, 2000), 100
"""Customers in the table. How many there are changes no query (see `Told.queries`); storing them takes long."""
ASKED = rounds(2, 8)
SOUGHT = ("meyer anna", "müller", "0170 12", "p.wagner@")
TYPED = [text[:end] for text in SOUGHT for end in range(1, len(text) + 1)]
"""What is sought after each keystroke."""
NOW_IN_MINUTES = int(NOW.timestamp()) // 60


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture(scope="module")
def branch(table: Table) -> str:
    return with_customers(table)


def with_customers(table: Table) -> str:
    """A branch with the made customers; its id."""
    identity = new_branch_id()
    table.replace_settings(settings(id=identity))
    with Item.batch_write() as batch:
        for customer in made_customers(random.Random(4), identity, STORED):
            for item in stored.items_of(customer):
                batch.save(item)
        for number in range(UNMATCHED):
            start = NOW_IN_MINUTES + 60 * number
            booked = appointment(branch=identity, resource=f"cabin-{number % 8}", start=start, end=start + 30)
            batch.save(items.from_appointment(booked))
    return identity


def queries_of(act: Callable[[], object]) -> int:
    with counted() as sent:
        act()
    return len(sent.operations)


class Reckoned(Sorted):
    """Counts queries, and the rows that come back."""

    def __init__(self, customers: list[Customer]) -> None:
        super().__init__(customers)
        self.queries = self.rows = 0

    def found(self, branch: str, book: Book, key: str, limit: int, *, exactly: bool = False) -> list[Person]:
        found = super().found(branch, book, key, limit, exactly=exactly)
        self.queries, self.rows = self.queries + 1, self.rows + len(found)
        return found


@dataclass(frozen=True)
class Told:
    """In parts of a hundred of the requests: the right one first, among three, and among three by whoever knows how the
    requests were made. A request costs `queries` and `rows`."""

    first: float
    three: float
    ceiling: float
    queries: float
    rows: float


def told(table: Table, what: str, customers: list[Customer], requests: list[Request]) -> Told:
    index = Reckoned(customers)
    finding = Search(table, index, lambda: NOW)
    first, three, all_of = Counter[str](), Counter[str](), Counter(each.kind for each in requests)
    for each in requests:
        found = [match.person.id for match in finding.matching("elbe", each.comment, GERMANY)]
        first[each.kind] += each.meant in found[:1]
        three[each.kind] += each.meant in found[:3]
    hundred = len(requests) / 100
    result = Told(
        first.total() / hundred,
        three.total() / hundred,
        ceiling(customers, requests),
        index.queries / len(requests),
        index.rows / len(requests),
    )
    for kind, many in all_of.items():
        print(f"\n{kind}: first {first[kind]} of {many}, among three {three[kind]}", end="")
    print(
        f"\n{what}, {len(customers):,} customers, {len(requests)} requests: the right one first {result.first:.1f} %, "
        f"among three {result.three:.1f} % (at most {result.ceiling:.1f} % could), {result.queries:.1f} queries, "
        f"{result.rows:.0f} rows"
    )
    return result


def few(table: Table, many: int) -> Told:
    customers = made_customers(random.Random(4), "elbe", many)
    return told(table, "few names", customers, made_requests(random.Random(8), customers))


def lots(table: Table, many: int) -> Told:
    names = many_names()
    customers = made_customers(random.Random(77), "elbe", many, names)
    requests = [each for seed in range(91, 97) for each in requests_of_lives(random.Random(seed), customers, names)]
    return told(table, "many names", customers, requests)


def test_the_right_one_is_mostly_among_the_first_three(table: Table) -> None:
    result = few(table, 2000)
    assert result.three >= 98
    assert result.first >= 92


def test_the_right_one_is_found_in_spite_of_the_errors_of_lives(table: Table) -> None:
    result = lots(table, 2000)
    assert result.three >= 98.5
    assert result.first >= 97


@pytest.mark.long
def test_the_right_one_is_among_the_first_three_of_100000_customers(table: Table) -> None:
    small, large = lots(table, 2000), lots(table, 100_000)
    assert large.three >= max(96.5, 0.98 * large.ceiling)
    assert large.queries <= 1.1 * small.queries
    assert large.rows <= 20


@pytest.mark.long
def test_who_has_a_dozen_namesakes_is_found_as_far_as_anything_tells_them_apart(table: Table) -> None:
    small, large = few(table, 2000), few(table, 100_000)
    assert large.three >= 0.95 * large.ceiling
    assert large.queries <= 1.1 * small.queries
    assert large.rows <= 60


@pytest.mark.chance
def test_finding_who_is_meant_costs_a_few_queries(table: Table, branch: str) -> None:
    customers = made_customers(random.Random(4), branch, STORED)
    requests = random.Random(15).sample(made_requests(random.Random(8), customers), ASKED)
    finding = Search(table, Customers(), lambda: NOW)
    in_memory = Search(table, Sorted(customers), lambda: NOW)
    finding.matching(branch, requests[0].comment, GERMANY)
    queries = []
    for each in requests:
        with counted() as sent:
            found = finding.matching(branch, each.comment, GERMANY)
        queries.append(len(sent.operations))
        assert found == in_memory.matching(branch, each.comment, GERMANY)
    print(
        f"\nmatches of a request among {STORED:,} customers: {statistics.median(queries):.0f} queries (at most {max(queries)})"
    )
    assert max(queries) <= 8


@pytest.mark.chance
def test_a_keystroke_costs_a_few_queries(table: Table, branch: str) -> None:
    finding = Search(table, Customers(), lambda: NOW)
    finding.search(branch, "m")
    typed = TYPED if OFTEN else SOUGHT
    queries = [queries_of(lambda text=text: finding.search(branch, text)) for text in typed]  # type: ignore[misc]
    print(
        f"\na keystroke of a search among {STORED:,} customers and 100 unmatched requests: "
        f"{statistics.median(queries):.0f} queries (at most {max(queries)})"
    )
    assert max(queries) <= 9
