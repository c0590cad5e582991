"""Programs open the links of mails before their readers do: whatever they ask for, nothing changes (R27)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any, get_args

import boto3
import pytest

from chalicelib import wiring
from chalicelib.domain.appointment import Appointment, message_of
from chalicelib.domain.customer import reach_of
from chalicelib.domain.mail import Mail
from chalicelib.domain.outbox import TO_BRANCHES, Kind
from chalicelib.messages.words import words
from tests.api.test_visit import GETS, POSTS, later
from tests.conftest import TABLE
from tests.site_of_tests import Site, TestBranch

ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
KINDS: tuple[Kind, ...] = get_args(Kind)


def mails(booked: Appointment, branch: TestBranch, kind: Kind) -> Iterator[Mail]:
    """A kind's mails about an appointment in every state that it speaks of, in every language."""
    compose, to = wiring.composer(), reach_of(booked.comment, None, "requester")
    for language in branch.settings.branch.languages:
        for status in words(language)[kind]["subject"]:
            about = replace(booked, status=status)
            message = message_of(about, kind, language, booked.made_at)
            mail = compose(message, about, branch.settings, None if kind in TO_BRANCHES else to, 3)
            assert isinstance(mail, Mail)
            yield mail


def links(mail: Mail, site: Site) -> set[str]:
    """Those that lead to us; in the text part as in the page."""
    found = {unescape(each) for part in (mail.text, mail.html) for each in ADDRESS.findall(part)}
    return {each for each in found if each.startswith(site.url)}


def stored(identity: str, branch: str) -> list[Any]:
    """All items that speak of the appointment or its branch, but for when an access was last used."""
    client = boto3.client("dynamodb")
    found, start = [], None
    while True:
        page = client.scan(TableName=TABLE, ConsistentRead=True, **({"ExclusiveStartKey": start} if start else {}))
        found += [each for each in page["Items"] if identity in repr(each) or branch in repr(each)]
        start = page.get("LastEvaluatedKey")
        if not start:
            return sorted((each for each in found if not each["pk"]["S"].startswith("USED")), key=repr)


def settled(site: Site, identity: str, branch: str) -> list[Any]:
    """The same once no message is on its way any more."""

    def look() -> list[Any]:
        items = stored(identity, branch)
        return [] if any(each.get("state", {}).get("S") in ("due", "sending") for each in items) else items

    items = site.wait_for(look)
    assert items, "messages are still due"
    return items


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch(notices="none")  # one would be under way for minutes


@pytest.fixture(scope="module")
def booked(site: Site, branch: TestBranch) -> Appointment:
    made = site.book(branch, later(9), remind=True, email="crawled@example.org")
    found = wiring.store().appointment(made["id"])
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_link_of_any_mail_changes_anything_when_it_is_opened(
    site: Site, branch: TestBranch, booked: Appointment, kind: Kind
) -> None:
    before = settled(site, booked.id, branch.id)
    found = {link for mail in mails(booked, branch, kind) for link in links(mail, site)}
    assert found
    for link in sorted(found):
        page, _, fragment = link.partition("#")
        path = page.removeprefix(site.url) or "/"
        for method in ("GET", "HEAD"):
            assert site.send(method, path).status == 200
            # A program that takes the fragment for a part of the address:
            site.send(method, f"{path}%23{fragment}")
    assert stored(booked.id, branch.id) == before


def test_whatever_the_page_asks_for_when_it_is_opened_changes_nothing(
    site: Site, branch: TestBranch, booked: Appointment
) -> None:
    """And neither do the addresses of what acts, asked for without a POST."""
    before = settled(site, booked.id, branch.id)
    token = wiring.secret().token(booked.id, booked.token_version)
    for path in (*GETS, *POSTS):
        for method in ("GET", "HEAD"):
            answer = site.send(method, f"/api/v1/appointment/{path}".rstrip("/"), headers={"Appointment-Token": token})
            assert (answer.status == 200) is (path in GETS and method == "GET"), (method, path)
    assert stored(booked.id, branch.id) == before
