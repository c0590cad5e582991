"""The use cases around the planner, put together: customers, record, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.planner.records.audit import Audit, Lines, Names
from chalicelib.planner.records.customers import Records, Register, Welcome
from chalicelib.planner.records.importing import Importing
from chalicelib.planner.records.search import Index, Search
from chalicelib.planner.records.statistics import Statistics, Visits

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.ports import Clock, Store


class CustomerStore(Records, Index, Protocol):
    """All that is asked of the store of customers."""


class BookStore(Lines, Names, Visits, Protocol):
    """All that is asked of the books."""


class BackOffice:
    def __init__(
        self,
        store: Store,
        customers: CustomerStore,
        books: BookStore,
        readings: Lines,
        welcome: Welcome,
        secret: Secret,
        now: Clock,
    ) -> None:
        self.search = Search(store, customers, now)
        self.register = Register(store, customers, now, welcome)
        self.importing = Importing(self.register, customers, store, secret)
        self.audit = Audit(store, books, books, now)
        self.readings = Audit(store, readings, books, now)
        self.statistics = Statistics(store, books, now)
