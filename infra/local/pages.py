"""The pages that only the local run has: the start page, a practice's homepage with the booking in it, the outbox, and the
components of all pages (kit.py).

Every text is in pages/de.json and pages/en.json.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import jinja2

from infra.local import kit, web
from infra.local.demo import ZONE
from infra.local.outbox import Mail, Outbox, Sms
from infra.local.site import Files, in_folder, of_site
from infra.local.web import Answer, Request

FOLDER = Path(__file__).resolve().parent / "pages"
LANGUAGES = ("de", "en")
CUSTOMER_LINK = "/?a=demo-showroom&r=cabin-1"
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# A part of the kit's page is a frame in it.
KIT_SECURITY = {
    **SECURITY,
    "Content-Security-Policy": SECURITY["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
}
# A mail's HTML may be anything: no script, no form, nothing fetched; its links open a window of their own.
MAIL_SECURITY = {
    **SECURITY,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
}
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


class Pages:
    """Answers the paths that are its own, and None for all others."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._assets = Files(in_folder(FOLDER))
        self._kit = Files(of_site(kit.current))
        loader = jinja2.FileSystemLoader(FOLDER)
        self._templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        self._templates.filters["moment"] = moment
        self._texts = {language: json.loads((FOLDER / f"{language}.json").read_text()) for language in LANGUAGES}

    def __call__(self, request: Request) -> Answer | None:
        match request.path.strip("/").split("/"):
            case ["start"]:
                return self._page(request, "start.html")
            case [""] if "a" not in request.query:
                return self._page(request, "start.html")
            case ["demo-homepage"]:
                return self._page(request, "homepage.html")
            case ["local", name]:
                return self._assets(request, name)
            case ["outbox.json"]:
                return web.data([message.summary() for message in self._outbox.messages()])
            case ["outbox"]:
                return self._page(request, "outbox.html", messages=self._outbox.messages())
            case ["outbox", name, *rest]:
                return self._message(request, name, rest)
            case [*_, name] if name.startswith("kit"):
                return self._component(request)
        return None

    def _component(self, request: Request) -> Answer | None:
        answer = self._kit(request, request.path)
        return Answer(answer.body, answer.status, {**answer.headers, **KIT_SECURITY}) if answer.status != 404 else None

    def _page(self, request: Request, template: str, **values: Any) -> Answer:
        language = chosen_language(request)
        values |= {"t": self._texts[language], "language": language, "path": request.path, "link": CUSTOMER_LINK}
        headers = {**SECURITY, "Content-Language": language, "Vary": "Accept-Language"}
        return web.html(self._templates.get_template(template).render(values), headers)

    def _message(self, request: Request, name: str, rest: list[str]) -> Answer | None:
        message = self._outbox.message(name)
        if isinstance(message, Sms):
            return None if rest else self._page(request, "sms.html", sms=message)
        return self._mail(request, message, rest)

    def _mail(self, request: Request, mail: Mail | None, rest: list[str]) -> Answer | None:
        match rest:
            case [] if mail:
                return self._page(request, "mail.html", mail=mail)
            case ["html"] if mail:
                return web.html(with_links_in_new_windows(mail.html or ""), MAIL_SECURITY)
            case ["attachments", number] if mail and number.isdigit() and int(number) < len(mail.attachments):
                return attachment(mail, int(number))
        return None


def chosen_language(request: Request) -> str:
    """`l` in the address, else the first of the browser's languages that we have, else German."""
    accepted = request.header("Accept-Language").lower().split(",")
    wanted = [request.query.get("l", ""), *(each.strip()[:2] for each in accepted)]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def moment(value: datetime, language: str) -> str:
    """In the time of the demo's practices, as their mails have it: 24.11.2026, 09:30 or 24 Nov 2026, 09:30."""
    return f"{value.astimezone(ZoneInfo(ZONE)):{'%d.%m.%Y, %H:%M' if language == 'de' else '%d %b %Y, %H:%M'}}"


def with_links_in_new_windows(text: str) -> str:
    """Inside the head where there is one: before the doctype it would change how the mail is laid out."""
    base = '<base target="_blank">'
    found = _HEAD.search(text)
    return text[: found.end()] + base + text[found.end() :] if found else base + text


def attachment(mail: Mail, number: int) -> Answer:
    part = mail.attachments[number]
    headers = {
        **SECURITY,
        "Content-Type": part.media_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(part.name)}",
        "Cache-Control": "no-store",
    }
    return Answer(part.content, headers=headers)
