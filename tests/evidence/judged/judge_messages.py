"""Judges of what leaves the product: mails as mail programs draw them, calendar files as calendars read them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

from chalicelib.domain.languages import LANGUAGES
from chalicelib.domain.outbox import Kind
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.status import Status
from chalicelib.messages.calendar import calendar_file
from chalicelib.messages.feed import feed
from infra.local import demo
from tests.builders import NOW, appointment, at, message
from tests.evidence.judged.conftest import Judge
from tests.evidence.judged.findings import Finding
from tests.evidence.judged.tools import BIN, HERE, by_node, said, version_of
from tests.messages.test_compose import PERSON, mailed

CLIENTS = {
    "gmail": ("gmail.desktop-webmail", "gmail.ios", "gmail.android", "gmail.mobile-webmail"),
    "outlook": ("outlook.windows", "outlook.windows-mail", "outlook.macos", "outlook.ios", "outlook.android"),
    "apple-mail": ("apple-mail.macos", "apple-mail.ios"),
}
STATUS: dict[str, Status] = {
    "receipt": "proposed", "confirm": "unconfirmed", "lapsed": "expired", "notice": "proposed", "expiring": "proposed",
    "expired": "expired", "declined": "declined", "cancelled": "cancelled",
}  # fmt: skip
"""What an appointment is when a message of a kind goes out; confirmed where nothing is said."""
SUPPORT = re.compile(r"`(?P<what>.+)` is (only )?(?P<how>partially|not) supported by `(?P<client>.+)`")
LONG = replace(PERSON, first_name="Zoë-Ångström", last_name="Müller-Lüdenscheidt")


def shop() -> Settings:
    return demo.shop(date(2026, 11, 27), defaultdict(str))


def mails() -> Iterator[tuple[str, str]]:
    """A name and the HTML of each kind of mail, in each language."""
    for kind in get_args(Kind):
        for language in LANGUAGES:
            booked = appointment(comment=LONG, status=STATUS.get(kind, "confirmed"), language=language)
            html = mailed(message(booked, kind=kind, note="Bitte rufen Sie an."), booked, shop()).html
            assert html
            yield f"{kind}.{language}", html


def judge_doiuse_email(judge: Judge) -> None:
    composed = dict(mails())
    clients = [client for each in CLIENTS.values() for client in each]
    told = by_node("mails", {"html": composed, "clients": clients})
    found = [of_mail(mail, text) for mail, levels in told.items() for texts in levels.values() for text in texts]
    looked = f"{len(composed)} mails, as {len(clients)} programs of {', '.join(CLIENTS)} draw them"
    judge("doiuse-email", version_of("@jsx-email/doiuse-email"), looked, found)


def of_mail(mail: str, text: str) -> Finding:
    """ "`margin` is only partially supported by `gmail.ios`" -> margin, partially, at gmail.ios."""
    said = SUPPORT.fullmatch(text)
    assert said, text
    return Finding(f"{said['what']}, {said['how']}", f"{said['client']} in {mail}", text)


def calendars() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A name, a file, and what a reader should find in it. Umlauts and signs of the format stand in the branch's name, whose
    lines are longer than 75 bytes; one branch lives where clocks change by half an hour."""
    for zone in ("Europe/Berlin", "Australia/Lord_Howe"):
        branch = replace(shop().branch, name="Hörgeräte „Elbufer“; Größe, Klang & Söhne \\ Zweigstelle Övelgönne", zone=zone)
        settings = replace(shop(), branch=branch)
        for status in get_args(Status):
            for language in LANGUAGES:
                booked = appointment(
                    id="a" * 32, version=3, status=status, start=at("2026-10-25T00:30"), end=at("2026-10-25T01:30")
                )
                file = calendar_file(booked, settings, language, NOW).text
                yield f"{status}.{language}.{zone}", file, expected(booked, f"{branch.name}, {branch.address}")
        resource = Resource(id="cabin-1", name="Kabine „Süd“")
        planned: Any = appointment(id="b" * 32)  # it has what a feed reads of an appointment
        yield f"feed.{zone}", feed(settings, resource, [planned], "https://site", NOW), expected(planned, "")
        yield f"empty feed.{zone}", feed(settings, resource, [], "https://site", NOW), {}


def expected(booked: Any, location: str) -> dict[str, Any]:
    times = {name: datetime.fromtimestamp(each * 60, UTC) for name, each in (("start", booked.start), ("end", booked.end))}
    return {"uid": f"{booked.id}@terminwerk", "location": location, **times}


def judge_calendars(judge: Judge) -> None:
    made = list(calendars())
    files = [file for _, file, _ in made]
    python = said(BIN / "python", HERE / "tools" / "calendars.py", told=json.dumps(files), ends=(0,))
    read = json.loads(python) | by_node("calendars", files)
    assert len(read) == 5
    found = [
        Finding(reader.partition(" ")[0], f"{name}: {what}", what)
        for reader, answers in read.items()
        for (name, _, wanted), answer in zip(made, answers, strict=True)
        for what in misread(answer, wanted)
    ]
    judge("calendars", "", f"{len(files)} calendar files, each read by {', '.join(sorted(read))}", found)


def misread(answer: Any, wanted: dict[str, Any]) -> Iterator[str]:
    """In words, what a reader has not found as it was written."""
    if isinstance(answer, str):
        yield answer
    elif len(answer) != (1 if wanted else 0):
        yield f"{len(answer)} events"
    elif wanted:
        [event] = answer
        seen = {**event, **{name: datetime.fromisoformat(event[name]) for name in ("start", "end")}}
        yield from (f"{name} is {seen[name]!r}" for name, right in wanted.items() if seen[name] != right)
