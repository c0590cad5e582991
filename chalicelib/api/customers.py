"""The routes around the planner: customers, record, figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.api.http import SECURITY, answer
from chalicelib.api.staff import ADMINS, EVERYONE, StaffRoutes
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.record import Line, Reading
from chalicelib.domain.settings import Settings
from chalicelib.domain.staff import Caller, UserPool

if TYPE_CHECKING:
    from chalicelib.planner.records.back_office import BackOffice
    from chalicelib.planner.records.readings import Readings


class CustomerRoutes(StaffRoutes):
    """`office` has the use cases; it is asked for when the first request needs it, as are views and schemas."""

    def __init__(
        self,
        pool: Callable[[], UserPool],
        now: Callable[[], datetime],
        readings: Callable[[], Readings],
        office: Callable[[], BackOffice],
    ) -> None:
        super().__init__(__name__, pool, now, readings)
        self._office = office
        self.of_branch(EVERYONE, "POST", "search", self.search, Reading("list", id="search"))
        self.of_branch(EVERYONE, "POST", "customers", self.create)
        self.of_branch(EVERYONE, "GET", "customers/{customer}", self.show, Reading("customer"))
        self.of_branch(EVERYONE, "PUT", "customers/{customer}", self.edit, Reading("customer"))
        self.of_branch(EVERYONE, "POST", "customers/{customer}/merge", self.merge, Reading("customer"))
        self.of_branch(ADMINS, "POST", "customers/{customer}/erase", self.erase)
        self.of_branch(EVERYONE, "GET", "customers/{customer}/export", self.export, Reading("customer", "exported"))
        self.of_branch(EVERYONE, "GET", "appointments/{appointment}/matches", self.matches, Reading("appointment", "compared"))
        self.of_branch(EVERYONE, "GET", "record", self.record)
        self.of_branch(ADMINS, "GET", "record.csv", self.record_table)
        self.of_branch(ADMINS, "GET", "readings", self.readings)
        self.of_branch(ADMINS, "GET", "readings.csv", self.readings_table)
        self.of_branch(EVERYONE, "GET", "figures", self.figures)

    def search(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import customer_schemas, customer_views

        typed = self.body(customer_schemas.SearchRequest).q
        return answer(customer_views.search(self._office().search.search(branch, typed)))

    def matches(self, _: Caller, branch: str, appointment: str) -> Response:
        from chalicelib.api import customer_views

        return answer(customer_views.matches(*self._office().search.matches(branch, appointment)))

    def create(self, caller: Caller, branch: str) -> Response:
        from chalicelib.api import customer_schemas, customer_views

        given = customer_views.given(self.body(customer_schemas.CustomerBody))
        made = self._office().register.create(branch, given, caller.id)
        return self._shown(branch, made.id, 201)

    def show(self, _: Caller, branch: str, customer: str) -> Response:
        return self._shown(branch, customer)

    def edit(self, caller: Caller, branch: str, customer: str) -> Response:
        from chalicelib.api import customer_schemas, customer_views

        body = self.body(customer_schemas.CustomerBody)
        if body.version is None:
            raise Invalid({"version": Flaw("required")})
        edited = self._office().register.edit(branch, customer, body.version, customer_views.given(body), caller.id)
        return self._shown(branch, edited.id)

    def merge(self, caller: Caller, branch: str, customer: str) -> Response:
        from chalicelib.api import customer_schemas

        body = self.body(customer_schemas.MergeRequest)
        kept = self._office().register.merge(branch, customer, body.version, body.other, body.other_version, caller.id)
        return self._shown(branch, kept.id)

    def erase(self, caller: Caller, branch: str, customer: str) -> Response:
        from chalicelib.api import customer_schemas

        version = self.body(customer_schemas.EraseRequest).version
        self._office().register.erase(branch, customer, version, caller.id)
        return answer({})

    def export(self, _: Caller, branch: str, customer: str) -> Response:
        from chalicelib.api import customer_views

        return answer(customer_views.export(self._office().register.export(branch, customer)))

    def record(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import customer_views

        return answer(customer_views.record(self._office().audit.page(branch, self.query("month"), self.query("before"))))

    def record_table(self, _: Caller, branch: str) -> Response:
        return self._table("record", *self._office().audit.month(branch, self.query("month")))

    def readings(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import customer_views

        return answer(customer_views.record(self._office().readings.page(branch, self.query("month"), self.query("before"))))

    def readings_table(self, _: Caller, branch: str) -> Response:
        return self._table("readings", *self._office().readings.month(branch, self.query("month")))

    def figures(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import customer_views

        report = self._office().statistics.weeks(branch, self.query_date("from"), self.query_number("weeks", 12))
        return answer(customer_views.figures(report))

    def _table(self, name: str, month: str, settings: Settings, lines: list[Line]) -> Response:
        from chalicelib.api import customer_views

        headers: dict[str, str | list[str]] = {
            **SECURITY,
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}-{month}.csv"',
            "Cache-Control": "no-store",
        }
        return Response(customer_views.record_table(lines, settings), headers=headers)

    def _shown(self, branch: str, customer: str, status: int = 200) -> Response:
        from chalicelib.api import customer_views

        return answer(customer_views.customer(self._office().register.file(branch, customer)), status)
