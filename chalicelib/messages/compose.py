"""From a message that is owed to the mail or SMS that its reader sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Reach
from chalicelib.domain.links import booking_url, manage_url, planner_url
from chalicelib.domain.mail import Attachment, Mail, SendNever, Sms, Unreachable
from chalicelib.domain.moments import to_local
from chalicelib.domain.outbox import TO_BRANCHES, Kind, Message
from chalicelib.domain.settings import Branch, Settings
from chalicelib.domain.status import HOLDING, Status
from chalicelib.domain.tokens import Secret
from chalicelib.messages import sms
from chalicelib.messages.calendar import calendar_file
from chalicelib.messages.words import told, words

CALENDAR = "text/calendar; method=PUBLISH"
AHEAD: frozenset[Status] = frozenset({"proposed", "confirmed"})
"""States in which a customer may still be expected."""
WITH_REASON: frozenset[Kind] = frozenset({"declined", "cancelled"})


class Composer:
    """Composes messages to customers and to branches from the facts of the event, not from what came after. Needs no store, so
    it also shows what would be sent."""

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

    def __call__(
        self, message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int
    ) -> Mail | Sms:
        then = replace(appointment, start=message.start, end=message.end, status=message.status, version=message.event)
        if message.kind in TO_BRANCHES:
            return self._to_branch(message, then, settings, open_requests)
        if to is None:
            raise Unreachable
        # A reason that was given for another state, later or earlier, is not that of this message.
        reason = appointment.reason if message.kind in WITH_REASON and appointment.status == message.status else None
        words_of_staff = [*dict.fromkeys(each for each in (reason, message.note) if each)]
        if message.channel == "sms":
            return self._sms(message, then, settings, to, words_of_staff)
        return self._to_customer(message, then, settings, to, words_of_staff)

    def _to_customer(
        self, message: Message, its: Appointment, settings: Settings, to: Reach, words_of_staff: list[str]
    ) -> Mail:
        table = words(message.language)
        texts = table["customer"]
        link, action = self._link(its, settings)
        calendar = _calendar_line(its.status)
        lines = [*table[message.kind]["lines"], *([texts["calendar"][calendar]] if calendar else [])]
        file = Attachment(name=texts["file"], media_type=CALENDAR, text=calendar_file(its, settings))
        return self._mail(
            message,
            settings,
            "customer",
            to=to.email,
            attachments=(file,) if calendar else (),
            lead=table[message.kind]["lead"][message.status],
            lines=[line.format(or_call=_or_call(settings.branch, texts)) for line in lines],
            note=[line for each in words_of_staff for line in each.splitlines()],
            early=_early(its, settings, texts),
            whose=_whose(its, to, texts),
            link=link,
            action=texts["actions"][action],
        )

    def _to_branch(self, message: Message, its: Appointment, settings: Settings, open_requests: int) -> Mail:
        """Says that something is to be done and where; no word of the customer (R31)."""
        table = words(message.language)
        texts, counts = table[message.kind], table["branch"]["count"]
        count = counts["one" if open_requests == 1 else "other"].format(count=open_requests)
        link = planner_url(self._site_url, its.id)
        return self._mail(
            message,
            settings,
            "branch",
            to=settings.branch.email,
            count=count,
            link=link,
            action=texts["action"],
            lines=texts["lines"],
        )

    def _mail(
        self,
        message: Message,
        settings: Settings,
        template: str,
        *,
        to: str | None,
        attachments: tuple[Attachment, ...] = (),
        **facts: Any,
    ) -> Mail:
        if not to:
            raise Unreachable
        language, table = message.language, words(message.language)
        start, end = to_local(message.start, settings.zone), to_local(message.end, settings.zone)
        texts = table[message.kind]
        facts |= {
            "t": table,
            "branch": settings.branch,
            "language": language,
            "heading": texts["heading"][message.status],
            "date": told(language, "date", start),
            "span": table["span"].format(start=told(language, "time", start), end=told(language, "time", end)),
            "zone": table["zone"].format(zone=settings.zone.key, offset=told(language, "offset", start)),
        }
        return Mail(
            id=f"{message.appointment}.{message.event}.{message.kind}",
            to=to,
            sender_name=settings.branch.sender,
            reply_to=settings.branch.email,
            subject=texts["subject"][message.status].format(when=told(language, "short", start)),
            text=self._templates.get_template(f"{template}.txt.j2").render(facts),
            html=self._templates.get_template(f"{template}.html.j2").render(facts),
            attachments=attachments,
        )

    def _sms(self, message: Message, its: Appointment, settings: Settings, to: Reach, words_of_staff: list[str]) -> Sms:
        """Names no treatment and no person (R31), except where staff do."""
        from chalicelib.messages.numbers import mobile  # few messages are SMS, and it is slow to import

        number = mobile(to.phone, settings)
        if number is None:
            raise Unreachable
        table, branch = words(message.language), settings.branch
        texts = table["customer"]
        when = told(message.language, "short", to_local(message.start, settings.zone))
        link, _ = self._link(its, settings)
        ways = texts["or"].join(filter(None, (branch.phone, branch.email)))
        lines = (
            f"{branch.name}: {table[message.kind]['sms'][message.status].format(when=when)}",
            _early(its, settings, texts),
            *words_of_staff,
            texts["questions"].format(ways=ways) if ways else "",
            link,
        )
        text = sms.plain("\n".join(filter(None, lines)))
        if not sms.fits(text):
            raise SendNever("too_long")
        return Sms(number, text)

    def _link(self, its: Appointment, settings: Settings) -> tuple[str, str]:
        """Where it leads and what the customer finds there: free times if this one is over and others can be booked."""
        if its.status not in AHEAD and (alias := _alias(its, settings)):
            return booking_url(self._site_url, alias, its.resource), "free"
        return manage_url(self._site_url, self._secret.token(its.id, its.token_version)), "see"


def _alias(its: Appointment, settings: Settings) -> str | None:
    """By which a customer may look for another time: the one that was used, where it still opens the page."""
    resource = settings.resource(its.resource)
    if not settings.branch.online or resource is None or not resource.released:
        return None
    good = [each.alias for each in settings.accesses if each.kind == "alias" and settings.is_good(each)]
    return its.alias if its.alias in good else next(iter(good), None)


def _calendar_line(status: Status) -> str | None:
    """What the calendar file does, None if there is nothing to do. One that removes an entry harms nobody who has none."""
    if status in AHEAD:
        return "adds"
    return None if status in HOLDING else "removes"


def _early(its: Appointment, settings: Settings, texts: dict[str, Any]) -> str:
    template = next((each for each in settings.templates if each.id == its.template), None)
    if template is None or not template.early or its.status not in AHEAD:
        return ""
    sentence: str = texts["early"]
    return sentence.format(minutes=template.early)


def _or_call(branch: Branch, texts: dict[str, Any]) -> str:
    half_sentence: str = texts["or_call"]
    return half_sentence.format(phone=branch.phone) if branch.phone else ""


def _whose(its: Appointment, to: Reach, texts: dict[str, Any]) -> str:
    """Who asked, and for whom; of an appointment that staff made, whom it is for."""
    if its.comment is None:
        form, name, visitor = "made_for", _name(to.first_name, to.last_name), ""
    else:
        name = _name(its.comment.first_name, its.comment.last_name)
        visitor = _name(its.comment.visitor_first_name, its.comment.visitor_last_name)
        form = "asked_for" if visitor else "asked_by"
    sentence: str = texts[form]
    return sentence.format(name=name, visitor=visitor)


def _name(*parts: str | None) -> str:
    return " ".join(filter(None, parts))
