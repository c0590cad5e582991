"""Between what a branch has set and the bodies that `setup_schemas` describes; what is wrong is told with its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.api import fields
from chalicelib.api.desk_views import planned
from chalicelib.api.http import decoded
from chalicelib.api.setup_schemas import (
    AccessesView,
    AccessSetting,
    AvailabilityBody,
    BranchBody,
    EmployeeBody,
    EmployeeView,
    ExceptionBody,
    HolidaysBody,
    HoursBody,
    ResourceBody,
    SavedView,
    SettingsBody,
    SettingsView,
    TemplateBody,
    TextBody,
    TextPreview,
    TypeBody,
    UsersView,
    UserView,
)
from chalicelib.domain.accounts import Account
from chalicelib.domain.addresses import written
from chalicelib.domain.appointment import Planned
from chalicelib.domain.checks import missing
from chalicelib.domain.errors import Flaw, Invalid, at
from chalicelib.domain.links import calendar_url, page_url
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.settings import (
    WORKING_TIME,
    Access,
    Availability,
    AvailabilityType,
    Branch,
    DateException,
    Employee,
    Hours,
    PublicHolidays,
    Resource,
    Settings,
    Template,
    Text,
)
from chalicelib.domain.tokens import Secret
from chalicelib.planner.admin.settings import Sections, in_order

SAME = (
    "accent_colour",
    "logo",
    "message_field",
    "lead_hours",
    "horizon_days",
    "most_open_requests",
    "most_requests_a_day",
    "most_appointments_a_day",
    "most_unproved_an_hour",
    "most_unproved_open",
    "confirm_minutes",
    "expire_after_hours",
    "expire_warning_hours",
    "cut_off_hours",
    "notices",
    "most_sms_a_month",
    "reminder_gap_hours",
    "comment_days",
    "record_months",
    "lock_minutes",
    "online",
)
"""Fields of a branch that go over the wire as they are."""
LINES = (
    "name",
    "address",
    "sender_name",
    "zone",
    "imprint_url",
    "privacy_url",
    "accessibility_url",
    "notice_version",
)
"""Those that are one line of text."""


def sections(body: SettingsBody, branch: str) -> Sections:
    """What the body gives. Raises Invalid naming what is wrong."""
    sections: Sections = {}
    if body.branch is not None:
        sections["branch"] = _branch(body.branch, branch)
    if body.types is not None:
        sections["types"] = tuple(_type(each, f"types[{n}]") for n, each in enumerate(body.types))
        if not any(each.id == WORKING_TIME and each.effect == "opens" for each in sections["types"]):
            raise Invalid({"types": Flaw("fixed_types")})
    if body.resources is not None:
        sections["resources"] = tuple(_resource(each, f"resources[{n}]") for n, each in enumerate(body.resources))
    if body.templates is not None:
        sections["templates"] = tuple(_template(each, f"templates[{n}]") for n, each in enumerate(body.templates))
    if body.availabilities is not None:
        given = enumerate(body.availabilities)
        sections["availabilities"] = tuple(_availability(each, f"availabilities[{n}]") for n, each in given)
    if body.exceptions is not None:
        sections["exceptions"] = tuple(_exception(each, f"exceptions[{n}]") for n, each in enumerate(body.exceptions))
    if body.employees is not None:
        sections["employees"] = tuple(_employee(each, f"employees[{n}]") for n, each in enumerate(body.employees))
    if body.texts is not None:
        sections["texts"] = tuple(text(each, f"texts[{n}].") for n, each in enumerate(body.texts))
    return sections


def settings(settings: Settings, site_url: str, now: datetime) -> SettingsView:
    """In one order, whether just given or read: what is wrong in a later save is told by the place in it."""
    today = now.astimezone(settings.zone).date()
    exceptions = sorted(settings.exceptions, key=lambda each: (each.resource, each.day))
    return SettingsView(
        version=settings.version,
        id=settings.branch.id,
        branch=_branch_body(settings.branch),
        types=[TypeBody(each.id, each.name, each.effect) for each in settings.branch.types],
        resources=[_resource_body(each) for each in in_order(settings.resources)],
        templates=[_template_body(each) for each in in_order(settings.templates)],
        availabilities=[_availability_body(each) for each in settings.availabilities],
        exceptions=[_exception_body(each) for each in exceptions],
        employees=[_employee_view(each) for each in sorted(settings.employees, key=lambda each: each.id)],
        texts=[_text_body(each) for each in sorted(settings.texts, key=lambda each: each.place)],
        missing=missing(settings.branch),
        site_url=site_url,
        holidays=sorted(day for day in settings.branch.holidays if day >= today),
    )


def given_anew(settings: Settings) -> Sections:
    """What is stored, as if an admin had just sent it: for what comes from a file. Raises Invalid with paths that count as
    `settings` do, also for what only the schema forbids."""
    body = SettingsBody(
        version=settings.version,
        branch=_branch_body(settings.branch),
        types=[TypeBody(each.id, each.name, each.effect) for each in settings.branch.types],
        resources=[_resource_body(each) for each in settings.resources],
        templates=[_template_body(each) for each in settings.templates],
        availabilities=[_availability_body(each) for each in settings.availabilities],
        exceptions=[_exception_body(each) for each in settings.exceptions],
        employees=[
            EmployeeBody(id=each.id, name=each.name, email=each.email, technical=each.technical, active=each.active)
            for each in settings.employees
        ],
        texts=[_text_body(each) for each in settings.texts],
    )
    return sections(decoded(msgspec.json.encode(body), SettingsBody), settings.branch.id)


def saved(branch_settings: Settings, outside: Iterable[Planned], site_url: str, now: datetime) -> SavedView:
    return SavedView(settings(branch_settings, site_url, now), [planned(each, branch_settings.zone) for each in outside])


def accesses(settings: Settings, used: Mapping[str, datetime], site_url: str, secret: Secret | None) -> AccessesView:
    """The newest first. Without the secret no calendar's address is told."""
    newest = sorted(settings.accesses, key=lambda each: (each.made_at is not None, each.made_at, each.alias), reverse=True)
    return AccessesView([_access(each, settings, used.get(each.alias), site_url, secret) for each in newest])


def text(body: TextBody, path: str = "") -> Text:
    """Raises Invalid with a field below `path`."""
    wrong: dict[str, Flaw] = {}
    lines = fields.text(f"{path}text", body.text, wrong) or ""
    if wrong:
        raise Invalid(wrong)
    paragraphs = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", lines, flags=re.MULTILINE))
    return Text(kind=body.kind, status=body.status, channel=body.channel, language=body.language, text=paragraphs)


def text_preview(message: Mail | Sms, default: str) -> TextPreview:
    if isinstance(message, Sms):
        return TextPreview("", message.text, message.parts, default)
    return TextPreview(message.subject, message.text, 1, default)


def users(accounts: Iterable[Account]) -> UsersView:
    shown = [
        UserView(
            user=each.user,
            email=each.email,
            groups=sorted(each.groups),
            branches=list(each.branches),
            enabled=each.enabled,
            status=each.status,
            second_factor=each.second_factor,
            version=each.version,
        )
        for each in accounts
    ]
    return UsersView(sorted(shown, key=lambda each: each.user))


def access_label(value: str) -> str:
    return _line("label", value)


def _access(access: Access, settings: Settings, used: datetime | None, site_url: str, secret: Secret | None) -> AccessSetting:
    zone = settings.zone
    calendar = calendar_url(site_url, secret.calendar(access.alias)) if secret else None
    return AccessSetting(
        id=access.alias,
        kind=access.kind,
        label=access.label,
        employee=access.employee or "",
        resource=access.resource,
        url=page_url(site_url, access.alias) if access.kind == "alias" else calendar,
        made_at=access.made_at and access.made_at.astimezone(zone),
        revoked_at=access.revoked_at and access.revoked_at.astimezone(zone),
        last_used=used and used.astimezone(zone),
    )


def _branch(body: BranchBody, identity: str) -> Branch:
    wrong: dict[str, Flaw] = {}
    lines = {name: fields.line(name, getattr(body, name), wrong) or "" for name in LINES}
    phone = fields.phone("phone", body.phone, wrong) or ""
    email = fields.email_address(body.email, wrong) if body.email.strip() else ""
    offline_text = fields.text("offline_text", body.offline_text, wrong) or ""
    if not lines["name"]:
        wrong.setdefault("name", Flaw("required"))
    if wrong:
        raise Invalid({f"branch.{name}": text for name, text in wrong.items()})
    given: dict[str, Any] = {name: getattr(body, name) for name in SAME} | lines
    with at("branch"):
        return Branch(
            id=identity,
            phone=phone,
            email=email,
            offline_text=offline_text,
            languages=tuple(dict.fromkeys(body.languages)),
            required=tuple(dict.fromkeys(body.required)),
            public_holidays=_holidays(body.public_holidays),
            night_from=_minutes(body.night_from),
            night_until=_minutes(body.night_until),
            reminder_hours=tuple(sorted(set(body.reminder_hours), reverse=True)),
            sms_countries=tuple(dict.fromkeys(each.strip().upper() for each in body.sms_countries)),
            **given,
        )


def _branch_body(branch: Branch) -> BranchBody:
    given: dict[str, Any] = {name: getattr(branch, name) for name in (*SAME, *LINES)}
    holidays = branch.public_holidays
    return BranchBody(
        phone=branch.phone,
        email=written(branch.email),
        offline_text=branch.offline_text,
        languages=list(branch.languages),
        required=list(branch.required),
        public_holidays=_holidays_body(holidays) if holidays else None,
        night_from=_wall(branch.night_from),
        night_until=_wall(branch.night_until),
        reminder_hours=list(branch.reminder_hours),
        sms_countries=list(branch.sms_countries),
        **given,
    )


def _holidays(body: HolidaysBody | None) -> PublicHolidays | None:
    if body is None:
        return None
    subdivision, off, also = body.subdivision or None, tuple(body.off), tuple(body.also)
    return PublicHolidays(country=body.country, subdivision=subdivision, off=off, also=also)


def _holidays_body(public_holidays: PublicHolidays) -> HolidaysBody:
    return HolidaysBody(
        public_holidays.country, public_holidays.subdivision, list(public_holidays.off), list(public_holidays.also)
    )


def _type(body: TypeBody, path: str) -> AvailabilityType:
    return AvailabilityType(id=body.id, name=_names(f"{path}.name", body.name), effect=body.effect)


def _resource(body: ResourceBody, path: str) -> Resource:
    with at(path):
        return Resource(
            id=body.id,
            name=_line("name", body.name),
            kind=body.kind,
            released=body.released,
            capacity=body.capacity,
            order=body.order,
            colour=body.colour,
        )


def _resource_body(resource: Resource) -> ResourceBody:
    return ResourceBody(
        id=resource.id,
        name=resource.name,
        kind=resource.kind,
        released=resource.released,
        capacity=resource.capacity,
        order=resource.order,
        colour=resource.colour,
    )


def _template(body: TemplateBody, path: str) -> Template:
    name = _names(f"{path}.name", body.name)
    with at(path):
        return Template(
            id=body.id,
            name=name,
            duration=body.duration,
            preparation=body.preparation,
            follow_up=body.follow_up,
            early=body.early,
            online=body.online,
            resources=tuple(dict.fromkeys(body.resources)),
            second=tuple(dict.fromkeys(body.second)),
            starts_as=body.starts_as,
            order=body.order,
        )


def _template_body(template: Template) -> TemplateBody:
    return TemplateBody(
        id=template.id,
        name=template.name,
        duration=template.duration,
        preparation=template.preparation,
        follow_up=template.follow_up,
        early=template.early,
        online=template.online,
        resources=list(template.resources),
        second=list(template.second),
        starts_as=template.starts_as,
        order=template.order,
    )


def _availability(body: AvailabilityBody, path: str) -> Availability:
    hours = _hours(body.hours, f"{path}.hours")
    if not body.resources:
        raise Invalid({f"{path}.resources": Flaw("not_empty")})
    if body.valid_from and body.valid_until and body.valid_until < body.valid_from:
        raise Invalid({f"{path}.valid_until": Flaw("not_before", field="valid_from")})
    with at(path):
        return Availability(
            resources=tuple(dict.fromkeys(body.resources)),
            weekdays=frozenset(body.weekdays),
            hours=hours,
            type=body.type,
            valid_from=body.valid_from,
            valid_until=body.valid_until,
        )


def _availability_body(availability: Availability) -> AvailabilityBody:
    return AvailabilityBody(
        resources=list(availability.resources),
        weekdays=sorted(availability.weekdays),
        hours=_hours_body(availability.hours),
        type=availability.type,
        valid_from=availability.valid_from,
        valid_until=availability.valid_until,
    )


def _exception(body: ExceptionBody, path: str) -> DateException:
    """00:00-00:00 is closed (R4)."""
    open_ = [(n, each) for n, each in enumerate(body.hours) if not each.start == each.end == "00:00"]
    hours = tuple(_hours(each, f"{path}.hours[{n}]") for n, each in open_)
    with at(path):
        return DateException(resource=body.resource, day=body.date, hours=hours)


def _exception_body(exception: DateException) -> ExceptionBody:
    return ExceptionBody(exception.resource, exception.day, [_hours_body(each) for each in exception.hours])


def _hours(body: HoursBody, path: str) -> Hours:
    with at(path, start="from", end="to"):
        return Hours(start=_minutes(body.start), end=_minutes(body.end), step=body.step, minimum_step=body.minimum_step)


def _hours_body(hours: Hours) -> HoursBody:
    return HoursBody(_wall(hours.start), _wall(hours.end), hours.step, hours.minimum_step)


def _employee(body: EmployeeBody, path: str) -> Employee:
    wrong: dict[str, Flaw] = {}
    email = fields.email_address(body.email, wrong) if body.email.strip() else ""
    if wrong:
        raise Invalid({f"{path}.{name}": text for name, text in wrong.items()})
    with at(path):
        name = _line("name", body.name)
        return Employee(id=body.id, name=name, email=email, technical=body.technical, active=body.active)


def _employee_view(employee: Employee) -> EmployeeView:
    return EmployeeView(
        id=employee.id,
        name=employee.name,
        email=written(employee.email),
        technical=employee.technical,
        active=employee.active,
        account=employee.account,
        user=employee.user,
    )


def _text_body(text: Text) -> TextBody:
    given: Any = {"kind": text.kind, "status": text.status}  # the checks leave none but those of the schema
    return TextBody(channel=text.channel, language=text.language, text=text.text, **given)


def _names(path: str, given: Mapping[str, str]) -> dict[str, str]:
    """A text by language."""
    wrong: dict[str, Flaw] = {}
    found = {language: fields.line(f"{path}.{language}", each, wrong) or "" for language, each in given.items()}
    if any(not 2 <= len(language) <= 8 or not language.isascii() for language in given):
        wrong[path] = Flaw("language")
    if wrong:
        raise Invalid(wrong)
    return found


def _line(name: str, value: str) -> str:
    """One line that is not empty. Raises Invalid."""
    wrong: dict[str, Flaw] = {}
    line = fields.line(name, value, wrong)
    if not line:
        wrong.setdefault(name, Flaw("required"))
    if wrong or not line:
        raise Invalid(wrong)
    return line


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
