"""Between what a branch has set and the bodies that `setup_schemas` describes; what is wrong is told with its path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import msgspec

from chalicelib.api import fields, wire
from chalicelib.api.desk_views import planned
from chalicelib.api.http import decoded
from chalicelib.api.setup_schemas import (
    FORMS,
    AccessesView,
    AccessSetting,
    SettingsBody,
    TextPreview,
    UsersView,
    UserView,
)
from chalicelib.domain.accounts import Account
from chalicelib.domain.appointment import Planned
from chalicelib.domain.checks import missing
from chalicelib.domain.errors import Flaw, Invalid, at
from chalicelib.domain.links import calendar_url, page_url
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.settings import Access, Branch, Settings, Text
from chalicelib.domain.tokens import Secret
from chalicelib.planner.admin.settings import Sections, in_order


def sections(body: Any, branch: str) -> Sections:
    """What the body, a SettingsBody, gives. Raises Invalid naming what is wrong."""
    given = {name: value for name in FORMS if (value := getattr(body, name)) is not None}
    found = {}
    for name, value in given.items():
        with at(name):
            found[name] = wire.read(Branch, value, id=branch) if name == "branch" else FORMS[name].read(value)
    return cast(Sections, found)


def settings(settings: Settings, site_url: str, now: datetime) -> dict[str, Any]:
    """A SettingsView, in one order, whether just given or read: what is wrong in a later save is told by the place in it."""
    today = now.astimezone(settings.zone).date()
    shown = replace(
        settings,
        resources=in_order(settings.resources),
        templates=in_order(settings.templates),
        exceptions=tuple(sorted(settings.exceptions, key=lambda each: (each.resource, each.day))),
        employees=tuple(sorted(settings.employees, key=lambda each: each.id)),
        texts=tuple(sorted(settings.texts, key=lambda each: each.place)),
    )
    accounts = [{"account": each.account, "user": each.user} for each in shown.employees]
    given = _given(shown)
    return {
        "version": settings.version,
        "id": settings.branch.id,
        **given,
        "employees": [employee | account for employee, account in zip(given["employees"], accounts, strict=True)],
        "missing": missing(settings.branch),
        "site_url": site_url,
        "holidays": sorted(day for day in settings.branch.holidays if day >= today),
    }


def given_anew(settings: Settings) -> Sections:
    """What is stored, as if an admin had just sent it: for what comes from a file. Raises Invalid with paths that count as
    `settings` do, also for what only the schema forbids."""
    body = {"version": settings.version, **_given(settings)}
    return sections(decoded(msgspec.json.encode(body), SettingsBody), settings.branch.id)


def _given(settings: Settings) -> dict[str, Any]:
    """The sections as an admin would give them."""
    values = {"types": settings.branch.types} | {name: getattr(settings, name) for name in FORMS if name != "types"}
    return {name: FORMS[name].show(value) for name, value in values.items()}


def saved(branch_settings: Settings, outside: Iterable[Planned], site_url: str, now: datetime) -> dict[str, Any]:
    """A SavedView."""
    shown = settings(branch_settings, site_url, now)
    return {"settings": shown, "outside": [planned(each, branch_settings) for each in outside]}


def accesses(settings: Settings, used: Mapping[str, datetime], site_url: str, secret: Secret | None) -> AccessesView:
    """The newest first. Without the secret no calendar's address is told."""
    newest = sorted(settings.accesses, key=lambda each: (each.made_at is not None, each.made_at, each.alias), reverse=True)
    return AccessesView([_access(each, settings, used.get(each.alias), site_url, secret) for each in newest])


def text(body: Any) -> Text:
    """Of a TextBody. Raises Invalid."""
    read: Text = wire.read(Text, body)
    return read


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
    """One line that is not empty. Raises Invalid."""
    wrong: dict[str, Flaw] = {}
    line = fields.line("label", value, wrong)
    if not line:
        wrong.setdefault("label", Flaw("required"))
    if wrong or not line:
        raise Invalid(wrong)
    return line


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
