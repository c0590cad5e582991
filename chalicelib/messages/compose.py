"""From a message that is owed to the mail or SMS that its reader sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Reach
from chalicelib.domain.invitation import INVITATION, Invitation
from chalicelib.domain.languages import in_language
from chalicelib.domain.links import (
    booking_url,
    disown_url,
    inbox_url,
    invitation_url,
    manage_url,
    messages_url,
    planner_url,
    stop_url,
)
from chalicelib.domain.mail import Attachment, Mail, SendNever, Sms, Unreachable
from chalicelib.domain.moments import occurs_twice, to_local
from chalicelib.domain.outbox import FIRST_MAILS, TO_BRANCHES, WITH_REASON, Cause, Kind, Message
from chalicelib.domain.phones import dialable
from chalicelib.domain.settings import Branch, Settings, Text
from chalicelib.domain.status import AHEAD, HOLDING, WANTED, Status
from chalicelib.domain.tokens import Secret
from chalicelib.domain.wording import filled, own_words
from chalicelib.messages import sms
from chalicelib.messages.calendar import calendar_file
from chalicelib.messages.dates import counted, span, told
from chalicelib.messages.words import about, left_to_right, words

NOT_COMPOSED = "not_composed"
"""Why a message fails that no text can be made of: a place to fill that does not exist, a missing word. Trying again helps as
little as waiting, and the other messages are not to wait for it."""
BY_PRACTICE = "cancelled_by_practice"
INSTRUCTING: frozenset[Kind] = frozenset({"receipt", "confirmed", "reminder"})
"""Mails that say what to bring and how to prepare."""
NO_TEXT = (TemplateError, LookupError, ValueError, TypeError, AttributeError)


class Composer:
    """Composes messages to customers and to branches from the facts of the event, not from what came after. Needs no store, so
    it also shows what would be sent."""

    def __init__(self, site_url: str, secret: Secret, now: Callable[[], datetime]) -> None:
        self._site_url = site_url
        self._secret = secret
        self._now = now
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
        try:
            return self._composed(message, appointment, settings, to, open_requests)
        except NO_TEXT as error:
            raise SendNever(NOT_COMPOSED) from error

    def _composed(
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
        self, message: Message, appointment: Appointment, settings: Settings, to: Reach, words_of_staff: list[str]
    ) -> Mail:
        table = words(message.language)
        texts, said = table["customer"], table[_said(message.kind, message.caused_by)]
        token = self._secret.mailed(appointment.id, appointment.token_version, to.email) if to.email else ""
        alias = appointment.alias or next(iter(settings.good_aliases), None)
        link, action = self._link(appointment, settings, token, alias)
        if message.kind == "confirm":
            action = "confirm"
        calendar = _calendar_line(message.kind, appointment.status)
        opens = action != "free" and appointment.status in AHEAD
        lines = [*said["lines"], *([texts["calendar"][calendar]] if calendar else []), *([texts["keep"]] if opens else [])]
        file = calendar_file(appointment, settings, message.language, self._now())
        return self._mail(
            message,
            settings,
            "customer",
            to=to.email,
            attachments=(file,) if calendar else (),
            lead=self._own(message, appointment, settings, to, link) or said["lead"][message.status],
            lines=[line.format(or_call=_or_call(settings.branch, message.language)) for line in lines],
            note=[line for each in words_of_staff for line in each.splitlines()],
            early=_early(appointment, settings, message.language),
            instructions=_instructions(message, appointment, settings),
            whose=_whose(appointment, to, texts),
            elsewhere=_may_be_elsewhere(to, settings.branch),
            link=link,
            action=texts["actions"][action],
            stop=stop_url(self._site_url, token, alias) if message.kind == "reminder" else None,
            disown=disown_url(self._site_url, token, alias) if message.kind in FIRST_MAILS and appointment.comment else None,
        )

    def _to_branch(self, message: Message, appointment: Appointment, settings: Settings, open_requests: int) -> Mail:
        """Says that something is to be done and where; no word of the customer (R31)."""
        table = words(message.language)
        count = counted(message.language, table["branch"]["count"], open_requests)
        if message.kind == "notice" and settings.branch.notices == "digest":
            return self._plain(
                message.language,
                settings,
                settings.branch.email,
                identity=_identity(message),
                texts=table["digest"],
                rest=(count, *table["digest"]["lines"]),
                link=inbox_url(self._site_url),
                tags=_tags(message),
            )
        texts, link = table[message.kind], planner_url(self._site_url, appointment.id)
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
        elsewhere: bool = False,
        **facts: Any,
    ) -> Mail:
        if not to:
            raise Unreachable
        language, table = message.language, words(message.language)
        start, end = to_local(message.start, settings.zone), to_local(message.end, settings.zone)
        texts = table[_said(message.kind, message.caused_by)]
        facts |= {
            **_of_all(language, settings.branch),
            "heading": texts["heading"][message.status],
            "date": told(language, "date", start),
            "span": span(language, start, end),
            "zone": table["zone"].format(zone=settings.zone.key, offset=told(language, "offset", start)) if elsewhere else "",
        }
        return Mail(
            id=_identity(message),
            to=to,
            sender_name=settings.branch.sender,
            reply_to=settings.branch.email,
            subject=texts["subject"][message.status].format(when=told(language, "short", start)),
            text=self._templates.get_template(f"{template}.txt.j2").render(facts),
            html=self._templates.get_template(f"{template}.html.j2").render(facts),
            attachments=attachments,
            thread=message.appointment,
            tags=_tags(message),
        )

    def _plain(
        self,
        language: str,
        settings: Settings,
        to: str,
        *,
        identity: str,
        texts: dict[str, Any],
        rest: Sequence[str],
        link: str,
        tags: Mapping[str, str],
    ) -> Mail:
        """Of no appointment."""
        if not to:
            raise Unreachable
        facts = {
            **_of_all(language, settings.branch),
            "heading": texts["heading"],
            "lines": rest,
            "action": texts["action"],
            "link": link,
        }
        return Mail(
            id=identity,
            to=to,
            sender_name=settings.branch.sender,
            reply_to=settings.branch.email,
            subject=texts["subject"],
            text=self._templates.get_template("plain.txt.j2").render(facts),
            html=self._templates.get_template("plain.html.j2").render(facts),
            tags=tags,
        )

    def trial(self, settings: Settings, to: str, identity: str) -> Mail:
        """A mail that tells nothing but that mail arrives."""
        language = settings.branch.languages[0]
        texts = words(language)["trial"]
        link = messages_url(self._site_url)
        return self._plain(
            language, settings, to, identity=identity, texts=texts, rest=texts["lines"], link=link, tags={"kind": "trial"}
        )

    def invitation(self, invitation: Invitation, settings: Settings, to: Reach) -> Mail | Sms:
        """To the customer who is invited. Names no kind of appointment and no person (R31)."""
        try:
            return self._invitation(invitation, settings, to)
        except NO_TEXT as error:
            raise SendNever(NOT_COMPOSED) from error

    def _invitation(self, invitation: Invitation, settings: Settings, to: Reach) -> Mail | Sms:
        language, branch = invitation.language, settings.branch
        texts = words(language)["invitation"]
        link = invitation_url(self._site_url, self._secret.invitation(invitation.id))
        until = told(language, "date", datetime.combine(invitation.until, time(12), settings.zone))
        if invitation.channel == "sms":
            said = texts["sms"].format(practice=branch.name, until=until)
            return self._to_telephone(to, settings, f"{said}\n{link}")
        return self._plain(
            language,
            settings,
            to.email or "",
            identity=f"{invitation.id}.0.{INVITATION}",
            texts=texts,
            rest=[line.format(until=until) for line in texts["lines"]],
            link=link,
            tags={"appointment": invitation.id, "event": "0", "kind": INVITATION},
        )

    def default(self, text: Text) -> str:
        """Our words where the branch would put its own, with places."""
        table = words(text.language)[_said(text.kind)]
        if text.channel == "email":
            lead: str = table["lead"][text.status]
            return lead
        form: str = table["sms"][text.status]
        return "{{ practice }}: " + form.format(when="{{ date }}, {{ time }}") + "\n{{ link }}"

    def _sms(self, message: Message, appointment: Appointment, settings: Settings, to: Reach, words_of_staff: list[str]) -> Sms:
        """Names no treatment and no person (R31), except where staff do."""
        table, branch = words(message.language), settings.branch
        texts, said = table["customer"], table[_said(message.kind, message.caused_by)]
        when = told(message.language, "short", to_local(message.start, settings.zone))
        token = self._secret.token(appointment.id, appointment.token_version)
        link = stop_url(self._site_url, token) if message.kind == "reminder" else self._link(appointment, settings, token)[0]
        own = self._own(message, appointment, settings, to, link)
        phone = left_to_right(message.language, branch.phone)
        ways = texts["or"].join(filter(None, (phone, branch.contact["email_shown"])))
        lines = (
            own or f"{branch.name}: {said['sms'][message.status].format(when=when)}",
            _early(appointment, settings, message.language),
            *words_of_staff,
            texts["questions"].format(ways=ways) if ways and not own else "",
            "" if own else link,
        )
        return self._to_telephone(to, settings, "\n".join(filter(None, lines)))

    @staticmethod
    def _to_telephone(to: Reach, settings: Settings, said: str) -> Sms:
        from chalicelib.messages.numbers import mobile  # few messages are SMS, and it is slow to import

        number, text = mobile(to.phone, settings), sms.plain(said)
        if number is None:
            raise Unreachable
        if not sms.fits(text):
            raise SendNever("too_long")
        return Sms(number, text, sms.parts(text))

    def _link(self, appointment: Appointment, settings: Settings, token: str, alias: str | None = None) -> tuple[str, str]:
        """Where it leads and what the customer finds there: free times if this one is over and others can be booked. `alias`
        goes along to the customer's page; an SMS is paid for by its length and does without."""
        if appointment.status not in WANTED and (good := _alias(appointment, settings)):
            return booking_url(self._site_url, good, appointment.resource), "free"
        return manage_url(self._site_url, token, alias), "see"

    def _own(self, message: Message, appointment: Appointment, settings: Settings, to: Reach, link: str) -> str | None:
        """The branch's own words for this message, if it has any."""
        text = own_words(settings, message.kind, message.status, message.channel, message.language)
        if text is None:
            return None
        start, end = to_local(message.start, settings.zone), to_local(message.end, settings.zone)
        facts = {
            "practice": settings.branch.name,
            "date": told(message.language, "date", start),
            "time": told(message.language, "time", start),
            "until": told(message.language, "time", end),
            "phone": left_to_right(message.language, settings.branch.phone),
            "link": link,
            "name": _visitor(appointment, to),
        }
        written, clock = filled(text, facts), words(message.language)["clock"]
        for name, moment in (("time", start), ("until", end)):
            if occurs_twice(moment):  # it brings the word that stands behind it in most texts
                written = written.replace(f"{facts[name]} {clock}", facts[name])
        return written


def _said(kind: Kind, caused_by: Cause = "practice") -> str:
    """Under which name the table has a message's words. A practice that cancels says so, and is sorry."""
    return BY_PRACTICE if kind == "cancelled" and caused_by == "practice" else kind


def _identity(message: Message) -> str:
    return f"{message.appointment}.{message.event}.{message.kind}"


def _tags(message: Message) -> dict[str, str]:
    """By which the provider's later word on a mail finds its message."""
    return {"appointment": message.appointment, "event": str(message.event), "kind": message.kind}


def _alias(appointment: Appointment, settings: Settings) -> str | None:
    """By which a customer may look for another time: the one that was used, where it still opens the page."""
    resource = settings.resource(appointment.resource)
    if not settings.branch.online or resource is None or not resource.released:
        return None
    return settings.good_alias(appointment.alias)


def _calendar_line(kind: Kind, status: Status) -> str | None:
    """What the calendar file does, None if there is nothing to do. One that removes an entry harms nobody who has none. What
    was never confirmed was never in a calendar."""
    if kind in ("confirm", "lapsed") or status == "unconfirmed":
        return None
    if status in WANTED:
        return "adds"
    return None if status in HOLDING else "removes"


def _early(appointment: Appointment, settings: Settings, language: str) -> str:
    template = settings.template(appointment.template)
    if template is None or not template.early or appointment.status not in WANTED:
        return ""
    return counted(language, words(language)["customer"]["early"], template.early)


def _instructions(message: Message, appointment: Appointment, settings: Settings) -> str:
    template = settings.template(appointment.template)
    if template is None or message.kind not in INSTRUCTING or appointment.status not in WANTED:
        return ""
    return in_language(template.instructions, message.language)


def _or_call(branch: Branch, language: str) -> str:
    half_sentence: str = words(language)["customer"]["or_call"]
    return half_sentence.format(phone=left_to_right(language, branch.phone)) if branch.phone else ""


def _of_all(language: str, branch: Branch) -> dict[str, Any]:
    """What every template is given. `start` is the side where lines start: programs know no word for that in styles."""
    known = about(language)
    return {
        "t": words(language),
        "lang": known["lang"],
        "dir": known["dir"],
        "start": "right" if known["dir"] == "rtl" else "left",
        "branch": branch,
        "contact": branch.contact,
        "phone": left_to_right(language, branch.phone),
    }


def _whose(appointment: Appointment, to: Reach, texts: dict[str, Any]) -> str:
    """Who asked, and for whom; of an appointment that was confirmed, or that staff made, whom it is for."""
    if appointment.comment is None or appointment.status in ("confirmed", "cancelled", "done", "no_show"):
        form, name, visitor = "made_for", _visitor(appointment, to), ""
    else:
        name = _name(appointment.comment.first_name, appointment.comment.last_name)
        visitor = _name(appointment.comment.visitor_first_name, appointment.comment.visitor_last_name)
        form = "asked_for" if visitor else "asked_by"
    sentence: str = texts[form]
    return sentence.format(name=name, visitor=visitor)


def _may_be_elsewhere(to: Reach, branch: Branch) -> bool:
    """Whether a reader needs the zone, since clocks may be others there: one whose telephone is of another country."""
    number = dialable(to.phone or "", branch.home)
    return number.startswith("+") and not number.startswith(f"+{branch.home.code}")


def _visitor(appointment: Appointment, to: Reach) -> str:
    """Whom the appointment is for."""
    if appointment.comment is None:
        return _name(to.first_name, to.last_name)
    visitor = _name(appointment.comment.visitor_first_name, appointment.comment.visitor_last_name)
    return visitor or _name(appointment.comment.first_name, appointment.comment.last_name)


def _name(*parts: str | None) -> str:
    return " ".join(filter(None, parts))
