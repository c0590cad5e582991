"""What the planner's pages ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import msgspec
from chalice.app import Response

from chalicelib.api import desk_schemas, desk_views, fields, undoing
from chalicelib.api.desk_schemas import (
    AnswerRequest,
    BookedView,
    BookRequest,
    ClosingRequest,
    ClosingsView,
    ClosingView,
    DetailsRequest,
    DetailView,
    FreeView,
    InboxView,
    MatchRequest,
    MessagePreview,
    MessagePreviewRequest,
    MoveRequest,
    PlannerView,
    ReopenRequest,
    SeriesOf,
    TellRequest,
    TurnedAwayView,
    VoidLinkRequest,
    WaveRequest,
    WaveView,
)
from chalicelib.api.http import StaffRequest, answer
from chalicelib.domain.errors import Flaw, Invalid, OutsideAvailability
from chalicelib.domain.moments import DAY, UNIT, on_the_minute
from chalicelib.domain.outbox import Reader
from chalicelib.domain.record import Reading
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import Details, Move, ReadVersion
from chalicelib.planner.staff.closing import Verdict
from chalicelib.planner.staff.creating import NewAppointment
from chalicelib.planner.staff.free import FreeTimeSearch
from chalicelib.planner.staff.waves import Wave


def show_planner(request: StaffRequest, branch: str, first: date | None, days: int) -> PlannerView:
    return desk_views.days(request.use_cases.office().calendar.days(branch, first, days))


def list_inbox(request: StaffRequest, branch: str, after: str | None, limit: int) -> InboxView:
    return desk_views.inbox(request.use_cases.office().calendar.inbox(branch, after, limit))


def tick_off(request: StaffRequest, branch: str, entry: str, after: str | None, limit: int) -> InboxView:
    return desk_views.inbox(request.use_cases.office().calendar.tick_off(branch, entry, after, limit))


def bring_back(request: StaffRequest, branch: str, entry: str, after: str | None, limit: int) -> InboxView:
    return desk_views.inbox(request.use_cases.office().calendar.bring_back(branch, entry, after, limit))


def find_free_times(
    request: StaffRequest,
    branch: str,
    resources: list[str],
    template: str | None,
    minutes: int | None,
    first: date | None,
    after: datetime | None,
    weekdays: frozenset[int],
    earliest: int | None,
    latest: int | None,
    count: int,
    *,
    everything: bool,
) -> FreeView:
    search = FreeTimeSearch(
        resources=resources,
        template=template,
        minutes=minutes or None,
        first=first,
        after=int(after.timestamp()) // 60 if after else None,
        weekdays=weekdays,
        earliest=earliest or 0,
        latest=DAY if latest is None else latest,
        count=count,
        everything=everything,
    )
    return desk_views.free(request.use_cases.office().calendar.free(branch, search))


def make_appointment(request: StaffRequest, branch: str, key: str, body: BookRequest) -> BookedView | Response:
    wanted = NewAppointment(
        type=body.type,
        resource=body.resource,
        start=_instant("start", body.start),
        second=body.second,
        template=body.template,
        minutes=body.minutes,
        customer=body.customer,
        title=_said(fields.line, "title", body.title),
        note=_said(fields.text, "note", body.note),
        on_paper=body.on_paper,
        language=body.language,
        times=body.repeat.times if body.repeat else 1,
        weeks=body.repeat.weeks if body.repeat else 1,
        left_out=frozenset(body.repeat.left_out if body.repeat else ()),
        standby=body.standby,
        tell=_tell(body.tell),
    )
    office = request.use_cases.office()
    zone = office.calendar.settings(branch).zone
    if body.dry:
        looked = office.creating.look(branch, wanted)
        return answer(desk_views.made(looked, zone, office.creating.ways(branch, wanted)))
    return desk_views.made(office.creating.book(branch, key, wanted, msgspec.json.encode(body), request.caller.id), zone, [])


def show_planned(
    request: StaffRequest, branch: str, appointment: str, customer: str | None, write_to: Reader | None
) -> DetailView:
    shown = request.use_cases.office().calendar.detail(branch, appointment, customer=customer, write_to=write_to)
    _note_customer(request, branch, customer)
    return desk_views.detail(shown)


def answer_appointment(request: StaffRequest, branch: str, appointment: str, body: AnswerRequest) -> DetailView:
    request.use_cases.office().actions.answer(
        ReadVersion(branch, appointment, body.version),
        body.status,
        request.caller.id,
        customer=body.customer,
        write_to=body.write_to,
        reason=_said(fields.text, "reason", body.reason),
        standby=body.standby,
        tell=_tell(body.tell),
    )
    _note_customer(request, branch, body.customer)
    return _detail(request, branch, appointment)


def move_planned(request: StaffRequest, branch: str, appointment: str, body: MoveRequest) -> DetailView:
    to = Move(
        start=_instant_or_none("start", body.start),
        end=_instant_or_none("end", body.end),
        resource=body.resource,
        second=body.second,
        standby=body.standby,
    )
    read = ReadVersion(branch, appointment, body.version)
    request.use_cases.office().actions.move(read, to, request.caller.id, _tell(body.tell))
    return _detail(request, branch, appointment)


def edit_details(request: StaffRequest, branch: str, appointment: str, body: DetailsRequest) -> DetailView:
    to = Details(
        template=body.template,
        second=body.second,
        title=_replaced(fields.line, "title", body.title),
        note=_replaced(fields.text, "note", body.note),
        on_paper=body.on_paper,
    )
    read = ReadVersion(branch, appointment, body.version)
    request.use_cases.office().actions.edit(read, to, request.caller.id, _tell(body.tell))
    return _detail(request, branch, appointment)


def show_series(request: StaffRequest, branch: str, appointment: str) -> SeriesOf:
    return desk_views.series(*request.use_cases.office().calendar.series(branch, appointment))


def match_customer(request: StaffRequest, branch: str, appointment: str, body: MatchRequest) -> DetailView:
    read = ReadVersion(branch, appointment, body.version)
    request.use_cases.office().actions.match(read, body.customer, request.caller.id, body.write_to)
    _note_customer(request, branch, body.customer)
    return _detail(request, branch, appointment)


def void_link(request: StaffRequest, branch: str, appointment: str, body: VoidLinkRequest) -> DetailView:
    request.use_cases.office().actions.void_link(ReadVersion(branch, appointment, body.version), request.caller.id)
    return _detail(request, branch, appointment)


def tell_customer(request: StaffRequest, branch: str, appointment: str, body: TellRequest) -> DetailView:
    tell = Tell(body.tell.channel, _said(fields.text, "tell.note", body.tell.note))
    request.use_cases.office().actions.tell(ReadVersion(branch, appointment, body.version), tell, request.caller.id)
    return _detail(request, branch, appointment)


def preview_message(request: StaffRequest, branch: str, appointment: str, body: MessagePreviewRequest) -> MessagePreview:
    office = request.use_cases.office()
    message = office.actions.preview(
        ReadVersion(branch, appointment, 0),
        body.what,
        Tell(body.channel, _said(fields.text, "note", body.note)),
        office.compose(),
        Move(start=_instant_or_none("start", body.start), end=_instant_or_none("end", body.end), resource=body.resource),
        _said(fields.text, "reason", body.reason),
        customer=body.customer,
        write_to=body.write_to,
        template=body.template,
    )
    _note_customer(request, branch, body.customer)
    return desk_views.preview(message)


def close_time(request: StaffRequest, branch: str, body: ClosingRequest) -> ClosingView:
    office = request.use_cases.office()
    settings, name = office.calendar.settings(branch), _said(fields.line, "name", body.name)
    start, end = _instant("start", body.start), _instant("end", body.end)
    where = (branch, body.resource, start, end)
    if body.answers is None:
        found = office.closing.affected(*where)
        suggested = office.closing.another_day(branch, end, found, body.day)
        return desk_views.closing([(each, "found") for each in found], settings, suggested=suggested)
    verdicts = [_verdict(each) for each in body.answers]
    closed, outcomes = office.closing.settle(*where, verdicts, request.caller.id, name or "")
    undo = undoing.of_closing(closed, verdicts, outcomes)
    return desk_views.closing(outcomes, settings, done=True, closing=closed, undo=undo)


def list_closings(request: StaffRequest, branch: str) -> ClosingsView:
    return desk_views.closings(*request.use_cases.office().closing.coming(branch))


def reopen_closing(request: StaffRequest, branch: str, closing: str, body: ReopenRequest) -> ClosingsView:
    start, end = _instant_or_none("start", body.start), _instant_or_none("end", body.end)
    found = request.use_cases.office().closing
    found.reopen(branch, closing, request.caller.id, start, end)
    return desk_views.closings(*found.coming(branch))


def decline_requests(request: StaffRequest, branch: str, body: WaveRequest) -> WaveView:
    wave = Wave(alias=body.alias, since=body.since, until=body.until, tell=body.tell)
    waves = request.use_cases.office().waves
    return desk_views.wave(waves.look(branch, wave) if body.dry else waves.decline(branch, wave, request.caller.id))


def count_turned_away(request: StaffRequest, branch: str) -> TurnedAwayView:
    return desk_views.turned_away(request.use_cases.office().calendar.turned_away(branch))


def _detail(request: StaffRequest, branch: str, appointment: str) -> DetailView:
    """The appointment as it stands after what was done."""
    return desk_views.detail(request.use_cases.office().calendar.detail(branch, appointment))


def _note_customer(request: StaffRequest, branch: str, customer: str | None) -> None:
    """One who was tried for an appointment, or chosen."""
    if customer:
        request.note(branch, Reading("customer"), customer)


Clean = Callable[[str, str | None, dict[str, Flaw]], str | None]


def _replaced(clean: Clean, name: str, value: str | None) -> str | None:
    """As `_said`; empty where nothing is left of what was there."""
    return None if value is None else _said(clean, name, value) or ""


def _said(clean: Clean, name: str, value: str | None) -> str | None:
    """What staff typed, cleaned. Raises Invalid with the field's name."""
    wrong: dict[str, Flaw] = {}
    cleaned = clean(name, value, wrong)
    if wrong:
        raise Invalid(wrong)
    return cleaned


def _instant(field: str, moment: datetime) -> int:
    """Raises Invalid off the whole minute: to staff it is a wrong field, and no time that is not offered."""
    try:
        return on_the_minute(moment)
    except OutsideAvailability:
        raise Invalid({field: Flaw("multiple", of=UNIT, unit="minutes")}) from None


def _instant_or_none(field: str, moment: datetime | None) -> int | None:
    return None if moment is None else _instant(field, moment)


def _tell(tell: desk_schemas.Tell | None) -> Tell | None:
    return Tell(tell.channel, _said(fields.text, "tell.note", tell.note)) if tell else None


def _verdict(said: desk_schemas.Keep | desk_schemas.Away | desk_schemas.Off) -> Verdict:
    match said:
        case desk_schemas.Away():
            return Verdict(
                appointment=said.id,
                does="move",
                version=said.version,
                resource=said.resource,
                start=_instant_or_none("answers", said.start),
                tell=_tell(said.tell),
            )
        case desk_schemas.Off():
            return Verdict(appointment=said.id, does="cancel", version=said.version, tell=_tell(said.tell))
    return Verdict(appointment=said.id, does="keep")
