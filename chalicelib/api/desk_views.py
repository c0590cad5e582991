"""The planner's values as the bodies that `desk_schemas` describes. Times carry the branch's offset (R2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.api.desk_schemas import (
    BookedOne,
    BookedView,
    ClosedSpan,
    ClosedView,
    ClosingOne,
    ClosingsView,
    ClosingUndoRequest,
    ClosingView,
    CommentView,
    DetailView,
    DoubtView,
    EntryView,
    EventView,
    FreeTime,
    FreeView,
    HoursView,
    InboxView,
    MessagePreview,
    MessageState,
    PersonView,
    PlannedView,
    PlannerView,
    ReopenedOne,
    ReopenedView,
    SeriesOf,
    SeriesView,
    TurnedAwayDay,
    TurnedAwayView,
    UndoView,
    WaveView,
)
from chalicelib.domain.addresses import written
from chalicelib.domain.appointment import Appointment, Event, Planned
from chalicelib.domain.closings import Closed
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.moments import to_local
from chalicelib.domain.outbox import Message
from chalicelib.domain.people import Person
from chalicelib.domain.phones import dialable
from chalicelib.domain.settings import Settings
from chalicelib.planner.messages.notifying import Way
from chalicelib.planner.staff.calendar import Detail, Inbox, PlannerDays, ShownHours
from chalicelib.planner.staff.creating import TimeOutcome
from chalicelib.planner.staff.free import FreeTimes
from chalicelib.planner.staff.waves import Outcome

A_MOMENT = timedelta(seconds=1)
"""More than what is lost where the history rounds times."""


def planned(appointment: Appointment | Planned, settings: Settings) -> PlannedView:
    zone, made_with = settings.zone, appointment.series
    return PlannedView(
        id=appointment.id,
        version=appointment.version,
        type=appointment.type,
        status=appointment.status,
        resource=appointment.resource,
        second=appointment.second,
        template=appointment.template,
        start=to_local(appointment.start, zone),
        end=to_local(appointment.end, zone),
        preparation=appointment.preparation,
        follow_up=appointment.follow_up,
        name=appointment.name,
        customer=appointment.customer,
        note=appointment.note,
        on_paper=appointment.on_paper,
        hint=appointment.hint,
        series=SeriesView(made_with.id, made_with.number, made_with.of) if made_with else None,
        standby=settings.stands_by(appointment.lanes),
    )


def series(settings: Settings, appointments: Iterable[Appointment]) -> SeriesOf:
    return SeriesOf([planned(each, settings) for each in appointments])


def person(customer: Customer | Person, settings: Settings) -> PersonView:
    return PersonView(
        id=customer.id,
        version=customer.version,
        last_name=customer.last_name,
        first_name=customer.first_name,
        email=customer.email,
        email_shown=customer.email and written(customer.email),
        phone=customer.phone,
        phone_link=phone_link(customer.phone, settings),
        in_writing=customer.in_writing,
        birth_date=customer.birth_date,
    )


def phone_link(phone: str | None, settings: Settings) -> str | None:
    """What a telephone dials where a link has it; None where there is nothing to dial."""
    return dialable(phone or "", settings.branch.home) or None


def days(shown: PlannerDays) -> PlannerView:
    zone = shown.settings.zone
    return PlannerView(
        zone=zone.key,
        first=shown.first,
        days=shown.days,
        appointments=[planned(each, shown.settings) for each in shown.appointments],
        hours=[_hours(each, zone) for each in shown.hours],
    )


def _hours(shown: ShownHours, zone: ZoneInfo) -> HoursView:
    why = shown.closure
    return HoursView(
        resource=shown.resource,
        start=to_local(shown.span[0], zone),
        end=to_local(shown.span[1], zone),
        effect="closes" if why else "opens",
        why=why.why if why else None,
        name=dict(why.name) if why else {},
        reason=why.reason if why else "",
        closing=why.closing if why else None,
    )


def inbox(shown: Inbox) -> InboxView:
    zone = shown.settings.zone
    return InboxView(
        entries=[
            EntryView(
                id=each.entry.id,
                kind=each.entry.kind,
                at=each.entry.at.astimezone(zone),
                overdue=each.overdue,
                note=each.entry.note,
                appointment=planned(each.appointment, shown.settings) if each.appointment else None,
                phone=each.phone,
                phone_link=phone_link(each.phone, shown.settings),
                proved=each.entry.proved,
                name=each.callback.name if each.callback else None,
                when=each.callback.when if each.callback else None,
                language=each.callback.language if each.callback else None,
            )
            for each in shown.waiting
        ],
        count=shown.count,
        next=shown.next,
        latest=shown.latest,
    )


def detail(shown: Detail) -> DetailView:
    appointment, zone = shown.appointment, shown.settings.zone
    return DetailView(
        appointment=planned(appointment, shown.settings),
        comment=comment(appointment.comment) if appointment.comment else None,
        customer=person(shown.customer, shown.settings) if shown.customer else None,
        may=shown.may,
        undo=_undo(shown),
        write_to=appointment.reader,
        reachable=list(shown.reachable),
        language=appointment.language,
        reason=appointment.reason,
        history=[event(each, shown.settings) for each in shown.history],
        messages=[_message(each, shown.history, zone) for each in shown.messages],
    )


def _undo(shown: Detail) -> UndoView | None:
    undo, zone = shown.appointment.undo, shown.settings.zone
    if undo is None:
        return None
    own = [each for each in shown.messages if each.event == undo.version]
    delayed = any(each.version == undo.version and undo.until - each.at > A_MOMENT for each in shown.history)
    return UndoView(
        what=undo.what,
        status=undo.status,
        until=undo.until.astimezone(zone),
        waits=delayed and any(each.state == "due" and not each.attempts for each in own),
        held=bool(shown.appointment.kept),
        told=bool(undo.messages or undo.called),
    )


def comment(comment: Comment) -> CommentView:
    shown = {name: getattr(comment, name) for name in CommentView.__struct_fields__ if name != "email_shown"}
    return CommentView(**shown, email_shown=written(comment.email))


def event(event: Event, settings: Settings) -> EventView:
    return EventView(
        at=event.at.astimezone(settings.zone),
        what=event.what,
        by=settings.name_of(event.by),
        status=event.status,
        start=to_local(event.start, settings.zone),
        end=to_local(event.end, settings.zone),
        fields=list(event.fields),
    )


def preview(message: Mail | Sms) -> MessagePreview:
    return MessagePreview(message.to, message.subject if isinstance(message, Mail) else "", message.text)


def made(ones: Sequence[TimeOutcome], zone: ZoneInfo, reachable: list[Way]) -> BookedView:
    return BookedView([_one(each, zone) for each in ones], any(each.outcome == "absence" for each in ones), reachable)


def _one(outcome: TimeOutcome, zone: ZoneInfo) -> BookedOne:
    return BookedOne(
        start=to_local(outcome.start, zone),
        end=to_local(outcome.end, zone),
        outcome=outcome.outcome,
        doubts=[DoubtView(each.resource, each.why, dict(each.name), each.reason) for each in outcome.doubts],
        id=outcome.id,
        standby=outcome.standby,
    )


def free(found: FreeTimes) -> FreeView:
    zone = found.settings.zone
    times = [
        FreeTime(each.resource, to_local(each.start, zone), to_local(each.end, zone), list(each.second))
        for each in found.places
    ]
    return FreeView(times, None if found.after is None else to_local(found.after, zone))


def closing(
    outcomes: Sequence[tuple[Planned, str]],
    settings: Settings,
    *,
    done: bool = False,
    closing: str | None = None,
    suggested: Sequence[int] = (),
    undo: ClosingUndoRequest | None = None,
) -> ClosingView:
    """Before anything is done with the suggested starts, if there are any."""
    starts: list[datetime | None] = [to_local(each, settings.zone) for each in suggested] or [None] * len(outcomes)
    ones = [ClosingOne(planned(shown, settings), outcome, at) for (shown, outcome), at in zip(outcomes, starts, strict=True)]
    return ClosingView(done, closing, ones, undo)


def reopened(outcomes: Sequence[tuple[Appointment, str]], settings: Settings) -> ReopenedView:
    return ReopenedView([ReopenedOne(planned(each, settings), outcome) for each, outcome in outcomes])


def closings(settings: Settings, found: Sequence[Closed]) -> ClosingsView:
    return ClosingsView([_closed(settings, each) for each in found])


def _closed(settings: Settings, found: Closed) -> ClosedView:
    zone, entered = settings.zone, found.closing
    return ClosedView(
        id=entered.id,
        resource=found.resource,
        name=entered.name,
        type=next((dict(each.name) for each in settings.branch.types if each.id == found.type), {}),
        by=settings.name_of(entered.by) if entered.by else "",
        made_at=entered.made_at and entered.made_at.astimezone(zone),
        spans=[ClosedSpan(to_local(start, zone), to_local(end, zone)) for start, end in found.spans],
    )


def turned_away(days: Mapping[str, int]) -> TurnedAwayView:
    found = [TurnedAwayDay(date.fromisoformat(day), count) for day, count in sorted(days.items())]
    return TurnedAwayView(sum(days.values()), found)


def wave(outcome: Outcome) -> WaveView:
    return WaveView(outcome.count, outcome.left)


def _message(message: Message, history: Sequence[Event], zone: ZoneInfo) -> MessageState:
    """`at` is when it was owed: the time of its event."""
    owed = next((event.at for event in history if event.version == message.event), message.due)
    return MessageState(message.kind, message.channel, message.state, owed.astimezone(zone), message.failure)
