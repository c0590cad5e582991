"""Values of the use cases as the bodies that `schemas` describes. Times carry the branch's offset (R2)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.api.schemas import (
    AccessView,
    BranchView,
    ChallengeView,
    ConditionView,
    Created,
    DayAtAGlance,
    DayView,
    GlanceView,
    OptionView,
    PriceView,
    QuestionView,
    ResourceView,
    SlotView,
    TemplateView,
    WeekView,
)
from chalicelib.domain.links import manage_url, statement_path
from chalicelib.domain.moments import to_local
from chalicelib.domain.settings import Branch, Question, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.domain.work import Challenge
from chalicelib.planner.customer.booking import Booked, Week


def access(settings: Settings, alias: str) -> AccessView:
    branch = settings.branch
    shown = {resource.id: settings.shown_on(resource.id) for resource in settings.released}
    online = {template.id for templates in shown.values() for template in templates}
    return AccessView(
        branch=branch_view(branch, alias),
        country=branch.country,
        accessibility_authority=branch.accessibility_authority,
        resources=[
            ResourceView(each.id, each.name, each.kind, [template.id for template in shown[each.id]])
            for each in settings.released
        ],
        templates=[
            template_view(each)
            for each in sorted(settings.templates, key=lambda each: (each.order, each.id))
            if each.id in online
        ],
        required=["last_name", "email", *branch.required],
        message_field=branch.message_field,
        languages=list(branch.languages),
        notice_version=branch.notice_version,
        horizon_days=branch.horizon_days,
        reminder_hours=list(branch.reminder_hours),
    )


def _question(asked: Question) -> QuestionView:
    return QuestionView(
        id=asked.id,
        type=asked.type,
        label=asked.label,
        purpose=asked.purpose,
        options=[OptionView(each.id, each.label) for each in asked.options],
        required=asked.required,
        health=asked.health,
        when=ConditionView(asked.when.question, asked.when.equals) if asked.when else None,
    )


def template_view(template: Template) -> TemplateView:
    return TemplateView(
        id=template.id,
        name=template.name,
        duration=template.duration,
        early=template.early,
        horizon_days=template.horizon_days,
        hint=template.hint,
        has_details=bool(template.instructions),
        questions=[_question(each) for each in template.questions],
        **cost(template),
    )


def week(week: Week) -> WeekView:
    zone = week.settings.zone
    return WeekView(
        zone=zone.key,
        today=week.today,
        days=[DayView(day, slot_views(slots, zone)) for day, slots in week.days.items()],
        next_free=None if week.next_free is None else to_local(week.next_free, zone),
    )


def glance(week: Week) -> GlanceView:
    days = [DayAtAGlance(day, sum(slot.free for slot in slots)) for day, slots in week.days.items()]
    return GlanceView(zone=week.settings.zone.key, days=days)


def created(booked: Booked, site_url: str, asked: str | None = None) -> Created:
    """Whoever asks for an address that is to be confirmed first gets no link: that one is in the mail. The resource is named
    where it is another one than was `asked` for."""
    appointment, zone = booked.appointment, booked.settings.zone
    first = appointment.status == "unconfirmed"
    return Created(
        id=appointment.id,
        status="confirmed" if appointment.status == "confirmed" else "proposed",
        start=to_local(appointment.start, zone),
        end=to_local(appointment.end, zone),
        early=template.early if (template := template_of(booked)) else 0,
        manage_url=None if first else manage_url(site_url, booked.token, appointment.alias),
        confirm_until=appointment.confirm_until.astimezone(zone) if first and appointment.confirm_until else None,
        resource=appointment.resource if asked not in (None, appointment.resource) else None,
    )


def cost(template: Template) -> dict[str, Any]:
    """The fields of a CostView."""
    price = PriceView(template.price.cents, template.price.currency) if template.price else None
    return {"price": price, "price_note": template.price_note, "payer": template.payer}


def challenge(made: Challenge) -> ChallengeView:
    return ChallengeView("SHA-256", made.digest, made.salt, made.steps, made.signature)


def slot_views(slots: list[Slot], zone: ZoneInfo) -> list[SlotView]:
    return [
        SlotView(to_local(slot.start, zone), to_local(slot.end, zone), "free" if slot.free else "taken", slot.resource)
        for slot in slots
    ]


def template_of(booked: Booked) -> Template | None:
    return booked.settings.template(booked.appointment.template)


def branch_view(branch: Branch, alias: str | None) -> BranchView:
    """`alias`: by which our accessibility statement finds the branch."""
    return BranchView(
        id=branch.id,
        address=branch.address,
        **branch.contact,
        zone=branch.zone,
        imprint_url=branch.imprint_url,
        privacy_url=branch.privacy_url,
        accessibility_url=branch.accessibility_url or (statement_path(alias) if alias else ""),
        accent_colour=branch.accent_colour,
        logo=branch.logo,
    )
