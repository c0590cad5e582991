"""Values of the use cases as the bodies that `schemas` describes. Times carry the branch's offset (R2)."""

from __future__ import annotations

from chalicelib.api.schemas import (
    AccessView,
    AppointmentView,
    BranchView,
    Created,
    DayView,
    Kind,
    ResourceView,
    SlotView,
    TemplateView,
    Thing,
    WeekView,
)
from chalicelib.domain.links import booking_url, manage_url
from chalicelib.domain.moments import to_local
from chalicelib.domain.settings import Branch, Settings
from chalicelib.planner.booking import Booked, Week


def access(settings: Settings) -> AccessView:
    branch = settings.branch
    shown = {resource.id: settings.shown_on(resource.id) for resource in settings.released}
    online = {template.id for templates in shown.values() for template in templates}
    return AccessView(
        branch=_branch(branch),
        resources=[
            ResourceView(each.id, each.name, each.kind, [template.id for template in shown[each.id]])
            for each in settings.released
        ],
        templates=[TemplateView(each.id, each.name, each.duration) for each in settings.templates if each.id in online],
        required=["last_name", "email", *branch.required],
        message_field=branch.message_field,
        languages=list(branch.languages),
        notice_version=branch.notice_version,
        horizon_days=branch.horizon_days,
    )


def week(week: Week) -> WeekView:
    zone = week.settings.zone
    return WeekView(
        zone=zone.key,
        days=[
            DayView(
                day,
                [
                    SlotView(to_local(slot.start, zone), to_local(slot.end, zone), "free" if slot.free else "taken")
                    for slot in slots
                ],
            )
            for day, slots in week.days.items()
        ],
        next_free=None if week.next_free is None else to_local(week.next_free, zone),
    )


def created(booked: Booked, site_url: str) -> Created:
    appointment, zone = booked.appointment, booked.settings.zone
    return Created(
        id=appointment.id,
        status="confirmed" if appointment.status == "confirmed" else "proposed",
        start=to_local(appointment.start, zone),
        end=to_local(appointment.end, zone),
        manage_url=manage_url(site_url, booked.token),
    )


def appointment(booked: Booked, site_url: str) -> AppointmentView:
    appointment, settings = booked.appointment, booked.settings
    resource = next((each for each in settings.resources if each.id == appointment.resource), None)
    template = next((each for each in settings.templates if each.id == appointment.template), None)
    return AppointmentView(
        id=appointment.id,
        status=appointment.status,
        start=to_local(appointment.start, settings.zone),
        end=to_local(appointment.end, settings.zone),
        zone=settings.zone.key,
        resource=Thing(appointment.resource, resource.name if resource else appointment.resource),
        template=Kind(template.id, template.name) if template else None,
        language=appointment.language,
        branch=_branch(settings.branch),
        booking_url=booking_url(site_url, appointment.alias, appointment.resource),
    )


def _branch(branch: Branch) -> BranchView:
    return BranchView(
        id=branch.id,
        name=branch.name,
        address=branch.address,
        phone=branch.phone,
        email=branch.email,
        zone=branch.zone,
        imprint_url=branch.imprint_url,
        privacy_url=branch.privacy_url,
        accessibility_url=branch.accessibility_url,
        accent_colour=branch.accent_colour,
    )
