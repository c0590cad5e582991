"""Customers, the record and the figures as the bodies that `customer_schemas` describes, and customers from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from chalicelib.api import fields
from chalicelib.api.customer_schemas import (
    CUSTOMER,
    CustomerBody,
    CustomerView,
    ExportView,
    FiguresView,
    ImportedRow,
    ImportRow,
    ImportView,
    ListView,
    MatchesView,
    MatchView,
    NamedLine,
    ReadColumn,
    ReadRow,
    ReadView,
    RecordLine,
    RecordView,
    SearchView,
)
from chalicelib.api.desk_views import comment, event, person, phone_link, planned
from chalicelib.api.invitation_views import UrlOf, given_invitation
from chalicelib.api.tables import table
from chalicelib.domain.addresses import written
from chalicelib.domain.errors import Flaw, Flaws, Invalid, codes
from chalicelib.domain.moments import to_local
from chalicelib.domain.people import Match, Person
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.domain.spreadsheet import Sheet, day_of, language_of
from chalicelib.planner.records.audit import Page
from chalicelib.planner.records.customers import CustomerFields, CustomerFile, Export, ExportedAppointment
from chalicelib.planner.records.importing import Outcome, Wanted
from chalicelib.planner.records.search import SearchResult
from chalicelib.planner.records.statistics import Report
from chalicelib.planner.staff.inviting import Given


def given(body: CustomerBody) -> CustomerFields:
    """Raises Invalid naming every wrong field."""
    wrong: dict[str, Flaw] = {}
    typed = {name: fields.cleaned(rule, name, getattr(body, name), wrong) for name, rule in CUSTOMER.items()}
    if wrong:
        raise Invalid(wrong)
    return _fields(typed, language=body.language, in_writing=body.in_writing, birth_date=body.birth_date)


def _fields(typed: Mapping[str, Any], **more: Any) -> CustomerFields:
    return CustomerFields(**{**typed, "last_name": typed["last_name"] or "", **more})


def sought(body: CustomerBody) -> Person:
    """As much of somebody as tells who is meant. Raises as `given`."""
    return given(body).person


def imported(row: ImportRow) -> Wanted:
    """A row of another program as a customer, or all that is wrong with it."""
    wrong: dict[str, Flaw] = {}
    typed = {name: fields.cleaned(rule, name, getattr(row, name), wrong) for name, rule in CUSTOMER.items()}
    for name, value in typed.items():
        if value and len(value) > CUSTOMER[name].most:
            wrong.setdefault(name, Flaw("too_long", most=CUSTOMER[name].most))
    born = day_of(row.birth_date) if row.birth_date else None
    if row.birth_date and not born:
        wrong["birth_date"] = Flaw("date")
    if wrong:
        return Invalid(wrong)
    language = language_of(row.language) if row.language else None
    return _fields(typed, language=language, birth_date=born)


def read_import(sheet: Sheet, rows: Sequence[ImportRow], flaws: Sequence[Flaws]) -> ReadView:
    """`rows` and `flaws` of the sheet's rows, in their order."""
    return ReadView(
        columns=[ReadColumn(heading, column) for heading, column in zip(sheet.headings, sheet.columns, strict=True)],
        rows=[
            ReadRow(each.number, given, codes({**each.flaws, **wrong}))
            for each, given, wrong in zip(sheet.rows, rows, flaws, strict=True)
        ],
    )


def outcomes(found: Sequence[Outcome]) -> ImportView:
    return ImportView([ImportedRow(each.done, codes(each.flaws)) for each in found])


def customer(file: CustomerFile, url_of: UrlOf) -> CustomerView:
    customer, zone = file.customer, file.settings.zone
    return CustomerView(
        id=customer.id,
        version=customer.version,
        last_name=customer.last_name,
        first_name=customer.first_name,
        email=customer.email,
        email_shown=customer.email and written(customer.email),
        phone=customer.phone,
        phone_link=phone_link(customer.phone, file.settings),
        language=customer.language,
        in_writing=customer.in_writing,
        note=customer.note,
        birth_date=customer.birth_date,
        hint=customer.hint,
        made_at=customer.made_at.astimezone(zone),
        erasure_asked_at=customer.erasure_asked_at.astimezone(zone) if customer.erasure_asked_at else None,
        erasure_proved=customer.erasure_proved,
        appointments=[planned(each, file.settings) for each in file.appointments],
        invitations=[given_invitation(Given(each, file.settings, file.today), url_of) for each in file.invitations],
        history=lines(file.history, file.settings),
    )


def search(found: SearchResult) -> SearchView:
    return SearchView(
        customers=[person(each, found.settings) for each in found.customers],
        appointments=[planned(each, found.settings) for each in found.appointments],
        requests=[planned(each, found.settings) for each in found.requests],
    )


def listed(found: Sequence[Person], after: str | None, settings: Settings) -> ListView:
    return ListView([person(each, settings) for each in found], after)


def matches(found: Sequence[Match], settings: Settings) -> MatchesView:
    return MatchesView(
        [MatchView(person(each.person, settings), list(each.because), round(each.likeness, 3)) for each in found]
    )


def export(handed_over: Export) -> ExportView:
    """Without the staff's notes on appointments, which may hold others' words (R30)."""
    file = handed_over.file
    shown = customer(file, lambda _: None)
    for each in shown.appointments:
        each.note, each.on_paper = None, False
    return ExportView(
        customer=shown,
        requests=[_visit(each, file.settings) for each in handed_over.visits],
        exported_at=handed_over.at.astimezone(file.settings.zone),
    )


def lines(record: Sequence[Line], settings: Settings) -> list[RecordLine]:
    return [
        RecordLine(
            at=each.at.astimezone(settings.zone),
            kind=each.kind,
            id=each.id,
            what=each.what,
            by=settings.name_of(each.by),
            fields=list(each.fields),
        )
        for each in record
    ]


def record(page: Page) -> RecordView:
    return RecordView(
        [_named(shown, page) for shown in lines(page.lines, page.settings)],
        page.before,
        page.since,
    )


def _named(line: RecordLine, page: Page) -> NamedLine:
    about = page.mentioned.get((line.kind, line.id))
    start = None if about is None or about.start is None else to_local(about.start, page.settings.zone)
    return NamedLine(
        **msgspec.structs.asdict(line),
        name=about.name if about else None,
        start=start,
        blocked=about is not None and about.blocked,
    )


def record_table(record: Sequence[Line], settings: Settings) -> str:
    rows = (
        (each.at.isoformat(), each.kind, each.id, each.what, each.by, " ".join(each.fields)) for each in lines(record, settings)
    )
    return table(("at", "kind", "id", "what", "by", "fields"), rows)


def figures(report: Report) -> FiguresView:
    return FiguresView(report.weeks, report.kinds)


def _visit(visit: ExportedAppointment, settings: Settings) -> Mapping[str, object]:
    appointment, zone = visit.appointment, settings.zone
    return {
        **msgspec.to_builtins(planned(replace(appointment, note=None, on_paper=False), settings)),
        "language": appointment.language,
        "made_at": appointment.made_at.astimezone(zone),
        "reason": appointment.reason,
        "comment": comment(appointment.comment) if appointment.comment else None,
        "notice_version": appointment.comment.notice_version if appointment.comment else None,
        "history": [event(each, settings) for each in visit.events],
        "messages": [
            {
                "kind": each.kind,
                "channel": each.channel,
                "state": each.state,
                "language": each.language,
                "start": to_local(each.start, zone),
                "note": each.note,
            }
            for each in visit.messages
        ],
    }
