"""The use cases around the planner, put together: customers, record, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.planner.customers import Records, Register, Welcome
from chalicelib.planner.figures import Statistics, Visits
from chalicelib.planner.finding import Finding, Index
from chalicelib.planner.record import Lines, Record

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store


class CustomerStore(Records, Index, Protocol):
    """All that is asked of the store of customers."""


class BookStore(Lines, Visits, Protocol):
    """All that is asked of the books."""


class BackOffice:
    def __init__(
        self, store: Store, customers: CustomerStore, books: BookStore, readings: Lines, welcome: Welcome, now: Clock
    ) -> None:
        self.finding = Finding(store, customers, now)
        self.register = Register(store, customers, now, welcome)
        self.record = Record(store, books, now)
        self.readings = Record(store, readings, now)
        self.statistics = Statistics(store, books, now)
