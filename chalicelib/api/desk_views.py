"""The planner's values as the bodies that `desk_schemas` describes. Times carry the branch's offset (R2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chalicelib.api.desk_schemas import (
    AbsencePart,
    BookedOne,
    BookedView,
    ClosingOne,
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
    TurnedAwayDay,
    TurnedAwayView,
    UndoView,
    WaveView,
)
from chalicelib.domain.addresses import written
from chalicelib.domain.appointment import Appointment, Event, Planned
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.moments import to_local
from chalicelib.domain.outbox import Message
from chalicelib.domain.people import Person
from chalicelib.domain.phones import dialable
from chalicelib.domain.settings import Availability, Settings
from chalicelib.planner.staff.calendar import Detail, Inbox, PlannerDays, ShownHours
from chalicelib.planner.staff.creating import TimeOutcome
from chalicelib.planner.staff.waves import Outcome

A_MOMENT = timedelta(seconds=1)
"""More than what is lost where the history rounds times."""


def planned(appointment: Appointment | Planned, zone: ZoneInfo) -> PlannedView:
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
    )


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
        appointments=[planned(each, zone) for each in shown.appointments],
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
                appointment=planned(each.appointment, zone) if each.appointment else None,
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
    )


def detail(shown: Detail) -> DetailView:
    appointment, zone = shown.appointment, shown.settings.zone
    return DetailView(
        appointment=planned(appointment, zone),
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


def made(ones: Sequence[TimeOutcome], zone: ZoneInfo) -> BookedView:
    return BookedView([_one(each, zone) for each in ones], absence=any(each.outcome == "absence" for each in ones))


def _one(outcome: TimeOutcome, zone: ZoneInfo) -> BookedOne:
    return BookedOne(
        start=to_local(outcome.start, zone),
        end=to_local(outcome.end, zone),
        outcome=outcome.outcome,
        doubts=[DoubtView(each.resource, each.why, dict(each.name)) for each in outcome.doubts],
        id=outcome.id,
    )


def free(times: Sequence[tuple[str, int, int]], zone: ZoneInfo) -> FreeView:
    return FreeView([FreeTime(resource, to_local(start, zone), to_local(end, zone)) for resource, start, end in times])


def closing(outcomes: Sequence[tuple[Planned, str]], zone: ZoneInfo, undo: ClosingUndoRequest | None = None) -> ClosingView:
    return ClosingView(undo is not None, [ClosingOne(planned(shown, zone), outcome) for shown, outcome in outcomes], undo)


def absence(added: Availability) -> AbsencePart:
    hours, first, last = added.hours, added.valid_from or date.min, added.valid_until or date.max
    return AbsencePart(added.type, first, last, hours.start, hours.end)


def reopened(outcomes: Sequence[tuple[Appointment, str]], zone: ZoneInfo) -> ReopenedView:
    return ReopenedView([ReopenedOne(planned(each, zone), outcome) for each, outcome in outcomes])


def turned_away(days: Mapping[str, int]) -> TurnedAwayView:
    found = [TurnedAwayDay(date.fromisoformat(day), count) for day, count in sorted(days.items())]
    return TurnedAwayView(sum(days.values()), found)


def wave(outcome: Outcome) -> WaveView:
    return WaveView(outcome.count, outcome.left)


def _message(message: Message, history: Sequence[Event], zone: ZoneInfo) -> MessageState:
    """`at` is when it was owed: the time of its event."""
    owed = next((event.at for event in history if event.version == message.event), message.due)
    return MessageState(message.kind, message.channel, message.state, owed.astimezone(zone), message.failure)
