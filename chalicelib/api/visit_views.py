"""A customer's own appointment as the bodies that `visit_schemas` describes. Times carry the branch's offset (R2)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.api import visit_schemas
from chalicelib.api.schemas import Thing
from chalicelib.api.views import branch_view, cost, template_of
from chalicelib.api.visit_schemas import AppointmentView, BookedKind, KeptEvent, KeptMessage, KeptRequest, KeptView
from chalicelib.domain.addresses import written
from chalicelib.domain.appointment import Event
from chalicelib.domain.links import booking_url
from chalicelib.domain.moments import to_local
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import Template
from chalicelib.domain.status import Status
from chalicelib.planner.customer.shown import KeptData, Shown


def appointment(shown: Shown, site_url: str) -> AppointmentView:
    appointment, settings = shown.booked.appointment, shown.booked.settings
    resource, template = settings.resource(appointment.resource), template_of(shown.booked)
    choice = template is None or [each.id for each in settings.released] != [appointment.resource]
    return AppointmentView(
        id=appointment.id,
        status=_seen(appointment.status),
        start=to_local(appointment.start, settings.zone),
        end=to_local(appointment.end, settings.zone),
        zone=settings.zone.key,
        early=template.early if template else 0,
        resource=Thing(appointment.resource, resource.name if resource else appointment.resource) if choice else None,
        template=_kind(template) if template else None,
        language=appointment.language,
        languages=list(settings.branch.languages),
        branch=branch_view(settings.branch, settings.good_alias(appointment.alias)),
        booking_url=booking_url(site_url, appointment.alias, appointment.resource) if appointment.alias else "",
        may=list(shown.may),
        cut_off=to_local(shown.cut_off, settings.zone),
        late=shown.late,
        confirm_until=shown.confirm_until.astimezone(settings.zone) if shown.confirm_until else None,
        disowned=shown.disowned,
        reminders=bool(appointment.comment and appointment.comment.remind),
        health=bool(appointment.comment and appointment.comment.tells_of_health),
        erasure=shown.erasure,
        horizon_days=settings.rules(template).horizon_days,
    )


def _kind(template: Template) -> BookedKind:
    return BookedKind(id=template.id, name=template.name, instructions=template.instructions, **cost(template))


def kept(all_of_it: KeptData) -> KeptView:
    appointment, settings = all_of_it.booked.appointment, all_of_it.booked.settings
    zone, comment = settings.zone, appointment.comment
    return KeptView(
        exported_at=all_of_it.at.astimezone(zone),
        practice={"name": settings.branch.name, "phone": settings.branch.phone, "email": written(settings.branch.email)},
        id=appointment.id,
        status=_seen(appointment.status),
        start=to_local(appointment.start, zone),
        end=to_local(appointment.end, zone),
        resource=appointment.resource,
        template=appointment.template,
        language=appointment.language,
        made_at=appointment.made_at.astimezone(zone),
        name=comment.name if comment else "",
        reason=all_of_it.reason,
        request=KeptRequest(**asdict(comment) | {"answers": list(comment.answers)}) if comment else None,
        history=[_event(each, zone) for each in all_of_it.history],
        messages=[_message(each, zone) for each in all_of_it.messages],
    )


def _event(event: Event, zone: ZoneInfo) -> KeptEvent:
    """Who of the practice did it is the practice's own business."""
    others: dict[str, Literal["customer", "schedule"]] = {"customer": "customer", "schedule": "schedule"}
    return KeptEvent(
        at=event.at.astimezone(zone),
        what=event.what,
        by=others.get(event.by, "practice"),
        status=_seen(event.status),
        start=to_local(event.start, zone),
        end=to_local(event.end, zone),
        fields=list(event.fields),
    )


def _seen(status: Status) -> visit_schemas.Status:
    """What is to be confirmed by its customer is, to the customer, a request that stands before the practice."""
    return "proposed" if status == "unconfirmed" else status


def _message(message: Message, zone: ZoneInfo) -> KeptMessage:
    return KeptMessage(
        message.kind, message.channel, message.state, message.language, to_local(message.start, zone), message.note
    )
