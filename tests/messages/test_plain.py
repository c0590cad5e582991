"""Mails to the branch that are about no appointment: the day's digest of requests, and the test message."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.mail import Mail, Unreachable
from chalicelib.messages.compose import Composer
from tests.builders import NOW, appointment, message, settings
from tests.conftest import SITE_URL
from tests.messages.test_compose import SECRET

COMPOSER = Composer(SITE_URL, SECRET, lambda: NOW)


def digest(language: str = "de", open_requests: int = 3, **fields: Any) -> Mail:
    booked = appointment()
    owed = message(booked, kind="notice", language=language)
    mail = COMPOSER(owed, booked, settings(notices="digest", **fields), None, open_requests)
    assert isinstance(mail, Mail)
    return mail


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_digest_counts_what_is_open_and_names_neither_a_customer_nor_a_time(language: str) -> None:
    mail = digest(language)
    for part in (mail.subject, mail.text, mail.html):
        assert "Mustermann" not in part
        assert "erika" not in part
        assert "November" not in part
        assert "09:00" not in part
    assert {"de": "3 Anfragen", "en": "3 requests"}[language] in mail.text
    assert f"{SITE_URL}/staff/index.html#inbox" in mail.text
    assert f'href="{SITE_URL}/staff/index.html#inbox"' in mail.html
    assert mail.attachments == ()


def test_its_id_and_tags_are_those_of_the_notice_that_it_is() -> None:
    booked = appointment(id="a" * 32)
    mail = COMPOSER(message(booked, kind="notice"), booked, settings(notices="digest"), None, 1)
    assert isinstance(mail, Mail)
    assert mail.id == f"{'a' * 32}.1.notice"
    assert mail.tags == {"appointment": "a" * 32, "event": "1", "kind": "notice"}


def test_a_branch_without_an_address_gets_none() -> None:
    with pytest.raises(Unreachable):
        digest(email="")


def test_a_branch_s_name_is_no_html() -> None:
    assert "<b>Elbe" not in digest(name="<b>Elbe").html


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_test_message_leads_to_the_messages_and_bears_the_branch_s_name(language: str) -> None:
    mail = COMPOSER.trial(settings(languages=(language,)), "jana@example.org", "test.1")
    assert (mail.to, mail.id, mail.sender_name, mail.reply_to) == (
        "jana@example.org", "test.1", "Hörakustik Elbufer", "praxis@example.org",
    )  # fmt: skip
    assert f"{SITE_URL}/staff/messages.html" in mail.text
    assert mail.tags == {"kind": "trial"}
