"""What SES tells of mails that it took, as EventBridge hands it on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any, Literal

from chalicelib.domain.errors import NotFound
from chalicelib.domain.trouble import Report, named

_WORD = re.compile(r"[^A-Za-z0-9_-]")
_TROUBLES: dict[str, tuple[str, str, Literal["bounced", "complained"]]] = {
    "Bounce": ("bounce", "bouncedRecipients", "bounced"),
    "Complaint": ("complaint", "complainedRecipients", "complained"),
    "Reject": ("reject", "", "bounced"),
}
"""Where an event of SES says what, by its type. `Reject`: SES found a virus after it had taken the mail."""


def report_of(detail: Mapping[str, Any]) -> Report | None:
    """What SES tells of a mail, by the event's `detail`. None for what is no trouble, or no message of ours: that
    it was delivered or is delayed, a test, a reader who says that a mail is *not* unwanted."""
    said = _TROUBLES.get(str(detail.get("eventType", "")))
    if said is None:
        return None
    field, who, what = said
    told, mail = _part(detail, field), _part(detail, "mail")
    tags = {name: values[0] for name, values in _part(mail, "tags").items() if isinstance(values, list) and values}
    try:
        message = named(f"{tags.get('event')}.{tags.get('kind')}.email")
    except NotFound:
        return None
    kind = str(told.get("bounceType") or told.get("complaintFeedbackType") or field)
    if kind == "not-spam" or "appointment" not in tags:
        return None
    return Report(
        appointment=str(tags["appointment"]),
        message=message,
        provider_id=str(mail.get("messageId", "")),
        what=what,
        why=_WORD.sub("", kind)[:40],
        for_good=field == "complaint" or kind == "Permanent",
        addresses=tuple(parseaddr(str(each.get("emailAddress", "")))[1] for each in _each(told, who)),
    )


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Empty where there is none: what tells nothing is no trouble, and must not fail its function again and again."""
    found = told.get(name)
    return found if isinstance(found, Mapping) else {}


def _each(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = told.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
