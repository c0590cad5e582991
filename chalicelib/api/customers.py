"""What staff ask around the planner: customers, record, figures."""

from __future__ import annotations

from datetime import date

from chalice.app import Response
from msgspec import convert

from chalicelib.api import customer_views
from chalicelib.api.customer_schemas import (
    CustomerBody,
    CustomerView,
    EraseRequest,
    ExportView,
    FiguresView,
    ImportRequest,
    ImportRow,
    ImportView,
    ListRequest,
    ListView,
    MatchesView,
    MergeRequest,
    ReadRequest,
    ReadView,
    RecordView,
    SearchRequest,
    SearchView,
)
from chalicelib.api.http import StaffRequest, file
from chalicelib.api.schemas import Done
from chalicelib.domain import spreadsheet
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.planner.records.audit import Wanted


def search(request: StaffRequest, branch: str, body: SearchRequest) -> SearchView:
    return customer_views.search(request.use_cases.back_office().search.search(branch, body.q))


def list_customers(request: StaffRequest, branch: str, body: ListRequest) -> ListView:
    return customer_views.listed(*request.use_cases.back_office().register.listed(branch, body.after))


def find_alike(request: StaffRequest, branch: str, body: CustomerBody) -> MatchesView:
    return customer_views.matches(*request.use_cases.back_office().search.alike(branch, customer_views.sought(body)))


def find_matches(request: StaffRequest, branch: str, appointment: str) -> MatchesView:
    return customer_views.matches(*request.use_cases.back_office().search.matches(branch, appointment))


def create_customer(request: StaffRequest, branch: str, body: CustomerBody) -> CustomerView:
    made = request.use_cases.back_office().register.create(branch, customer_views.given(body), request.caller.id)
    return show_customer(request, branch, made.id)


def read_import(request: StaffRequest, branch: str, body: ReadRequest) -> ReadView:
    sheet = spreadsheet.read(body.text, body.columns)
    rows = [convert(each.values, ImportRow) for each in sheet.rows]
    flaws = request.use_cases.back_office().importing.flaws(branch, list(map(customer_views.imported, rows)))
    return customer_views.read_import(sheet, rows, flaws)


def import_customers(request: StaffRequest, branch: str, body: ImportRequest) -> ImportView:
    rows = list(map(customer_views.imported, body.rows))
    importing = request.use_cases.back_office().importing
    return customer_views.outcomes(importing.write(branch, rows, body.anyway, request.caller.id))


def show_customer(request: StaffRequest, branch: str, customer: str) -> CustomerView:
    return customer_views.customer(
        request.use_cases.back_office().register.file(branch, customer), request.use_cases.invitation_url
    )


def edit_customer(request: StaffRequest, branch: str, customer: str, body: CustomerBody) -> CustomerView:
    if body.version is None:
        raise Invalid({"version": Flaw("required")})
    register = request.use_cases.back_office().register
    register.edit(branch, customer, body.version, customer_views.given(body), request.caller.id)
    return show_customer(request, branch, customer)


def merge_customers(request: StaffRequest, branch: str, customer: str, body: MergeRequest) -> CustomerView:
    register = request.use_cases.back_office().register
    register.merge(branch, customer, body.version, body.other, body.other_version, request.caller.id)
    return show_customer(request, branch, customer)


def erase_customer(request: StaffRequest, branch: str, customer: str, body: EraseRequest) -> Done:
    request.use_cases.back_office().register.erase(branch, customer, body.version, request.caller.id)
    return Done()


def export_customer(request: StaffRequest, branch: str, customer: str) -> ExportView:
    return customer_views.export(request.use_cases.back_office().register.export(branch, customer))


def list_record(
    request: StaffRequest, branch: str, month: str | None, before: str | None, kinds: list[str], by: str | None
) -> RecordView:
    return customer_views.record(request.use_cases.back_office().audit.page(branch, month, before, Wanted(kinds, by)))


def download_record(request: StaffRequest, branch: str, month: str | None) -> Response:
    return _table("record", *request.use_cases.back_office().audit.month(branch, month))


def list_readings(
    request: StaffRequest, branch: str, month: str | None, before: str | None, kinds: list[str], by: str | None
) -> RecordView:
    return customer_views.record(request.use_cases.back_office().readings.page(branch, month, before, Wanted(kinds, by)))


def download_readings(request: StaffRequest, branch: str, month: str | None) -> Response:
    return _table("readings", *request.use_cases.back_office().readings.month(branch, month))


def show_figures(request: StaffRequest, branch: str, first: date | None, weeks: int) -> FiguresView:
    return customer_views.figures(request.use_cases.back_office().statistics.weeks(branch, first, weeks))


def _table(name: str, month: str, settings: Settings, lines: list[Line]) -> Response:
    return file(customer_views.record_table(lines, settings), "text/csv", f"{name}-{month}.csv")
