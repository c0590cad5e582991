"""From a message that is owed to the mail that its reader sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from chalicelib.domain.appointment import Appointment, Comment
from chalicelib.domain.links import booking_url, manage_url, planner_url
from chalicelib.domain.moments import to_local
from chalicelib.domain.outbox import TO_CUSTOMERS, Attachment, Mail, Message
from chalicelib.domain.settings import Settings
from chalicelib.domain.tokens import Secret
from chalicelib.messages.calendar import calendar_file
from chalicelib.messages.words import told, words

CALENDAR = "text/calendar; method=PUBLISH"


class Composer:
    """Composes mails to customers and to branches from the facts of the event, not from what came after."""

    def __init__(self, site_url: str, secret: Secret) -> None:
        self._site_url = site_url
        self._secret = secret
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __call__(self, message: Message, appointment: Appointment, settings: Settings, open_requests: int) -> Mail:
        then = replace(appointment, start=message.start, end=message.end, status=message.status, version=message.event)
        if message.kind in TO_CUSTOMERS:
            return self._to_customer(message, then, settings)
        return self._to_branch(message, then, settings, open_requests)

    def _to_customer(self, message: Message, its: Appointment, settings: Settings) -> Mail:
        texts = words(message.language)["customer"]
        template = next((each for each in settings.templates if each.id == its.template), None)
        if message.kind == "expired":
            link = booking_url(self._site_url, its.alias, its.resource)
        else:
            link = manage_url(self._site_url, self._secret.token(its.id, its.token_version))
        return self._mail(
            message,
            settings,
            "customer",
            to=its.comment.email,
            attachments=(Attachment(name=texts["file"], media_type=CALENDAR, text=calendar_file(its, settings)),),
            asked=_asked(its.comment, texts),
            early=texts["early"].format(minutes=template.early) if template and template.early else "",
            link=link,
        )

    def _to_branch(self, message: Message, its: Appointment, settings: Settings, open_requests: int) -> Mail:
        """Says that something is to be done and where; no word of the customer (R31)."""
        counts = words(message.language)["branch"]["count"]
        count = counts["one" if open_requests == 1 else "other"].format(count=open_requests)
        link = planner_url(self._site_url, its.id)
        return self._mail(message, settings, "branch", to=settings.branch.email, count=count, link=link)

    def _mail(
        self,
        message: Message,
        settings: Settings,
        template: str,
        *,
        to: str,
        attachments: tuple[Attachment, ...] = (),
        **facts: Any,
    ) -> Mail:
        language, table = message.language, words(message.language)
        start, end = to_local(message.start, settings.zone), to_local(message.end, settings.zone)
        texts = table[message.kind]
        facts |= {
            "t": table,
            "texts": texts,
            "lines": [line.format(phone=settings.branch.phone) for line in texts["lines"]],
            "branch": settings.branch,
            "language": language,
            "status": message.status,
            "heading": texts["heading"][message.status],
            "date": told(language, "date", start),
            "span": table["span"].format(start=told(language, "time", start), end=told(language, "time", end)),
            "zone": table["zone"].format(zone=settings.zone.key, offset=told(language, "offset", start)),
        }
        return Mail(
            id=f"{message.appointment}.{message.event}.{message.kind}",
            to=to,
            sender_name=settings.branch.name,
            reply_to=settings.branch.email,
            subject=texts["subject"][message.status].format(when=told(language, "short", start)),
            text=self._templates.get_template(f"{template}.txt.j2").render(facts),
            html=self._templates.get_template(f"{template}.html.j2").render(facts),
            attachments=attachments,
        )


def _asked(comment: Comment, texts: dict[str, Any]) -> str:
    """Who asked, and for whom."""
    name = " ".join(filter(None, (comment.first_name, comment.last_name)))
    visitor = " ".join(filter(None, (comment.visitor_first_name, comment.visitor_last_name)))
    form: str = texts["asked_for" if visitor else "asked_by"]
    return form.format(name=name, visitor=visitor)
