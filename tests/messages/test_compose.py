"""Mails as their readers see them (R2, R25, R31)."""

from __future__ import annotations

import email
import email.policy
import json
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.domain.appointment import Comment
from chalicelib.domain.outbox import Mail
from chalicelib.domain.tokens import Secret
from chalicelib.messages.compose import Composer
from chalicelib.messages.send import mime
from chalicelib.messages.words import TEXTS
from tests.builders import appointment, message, settings

SECRET = Secret("s" * 32)
PERSON = Comment(first_name="Erika", last_name="Mustermann", email="erika@example.org", phone="+49 40 66969 777")


def composed(kind: str = "receipt", comment: Comment = PERSON, open_requests: int = 1, **fields: Any) -> Mail:
    its = appointment(comment=comment, **fields)
    return Composer("https://termine.example.org", SECRET)(message(its, kind=kind), its, settings(), open_requests)


def read(mail: Mail) -> EmailMessage:
    """The mail after its journey."""
    return email.message_from_bytes(mime(mail, "termine@example.org").as_bytes(), policy=email.policy.default)


def test_the_receipt_s_subject_tells_the_time_in_german() -> None:
    assert composed().subject == "Ihre Terminanfrage für Di., 24. November, 09:00 Uhr"


def test_the_receipt_s_subject_tells_the_time_in_english() -> None:
    assert composed(language="en").subject == "Your request for Tue, 24 November, 09:00"


def test_where_the_template_confirms_at_once_the_receipt_says_so() -> None:
    mail = composed(status="confirmed")
    assert mail.subject == "Ihr Termin am Di., 24. November, 09:00 Uhr"
    assert "noch nicht bestätigt" not in mail.text + mail.html


@pytest.mark.parametrize("part", ["text", "html"])
def test_the_receipt_holds_all_that_a_customer_needs(part: str) -> None:
    mail = composed(id="a" * 32)
    content = getattr(mail, part)
    for needed in (
        "noch nicht bestätigt",
        "Dienstag, 24. November 2026",
        "09:00 bis 09:30 Uhr",
        "Zeitzone: Europe/Berlin, UTC+01:00",
        "Elbuferweg 12, 20457 Hamburg",
        "+49 40 66969 123",
        "praxis@example.org",
        "https://example.org/impressum",
        "https://example.org/datenschutz",
        f"https://termine.example.org/manage.html#{SECRET.token('a' * 32, 1)}",
        "Erika Mustermann",
    ):
        assert needed in content


def test_the_receipt_comes_in_the_branch_s_name_and_answers_go_there() -> None:
    mail = read(composed())
    assert str(mail["From"]) == "Hörakustik Elbufer <termine@example.org>"
    assert str(mail["Reply-To"]) == "praxis@example.org"
    assert str(mail["To"]) == "erika@example.org"


def test_html_in_a_name_is_text() -> None:
    mail = composed(comment=Comment(last_name="<img src=x onerror=alert(1)>", email="e@example.org"))
    assert "<img" not in mail.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in mail.html


def test_a_template_in_a_name_is_text() -> None:
    mail = composed(comment=Comment(last_name="{{ branch }} {name}", email="e@example.org"))
    assert "{{ branch }} {name}" in mail.text


def test_who_books_for_another_reads_it() -> None:
    mail = composed(
        comment=Comment(last_name="Mustermann", email="e@example.org", visitor_first_name="Oma", visitor_last_name="Meyer")
    )
    assert "Angefragt von Mustermann für Oma Meyer" in mail.text


@pytest.mark.parametrize("language", ["de", "en"])
def test_neither_subject_nor_calendar_file_names_a_person(language: str) -> None:
    for kind in ("receipt", "notice"):
        mail = composed(kind, language=language)
        for text in (mail.subject, *(attachment.text for attachment in mail.attachments)):
            assert not [word for word in ("Erika", "Mustermann", "erika@", "777") if word in text]


def test_the_notice_goes_to_the_branch_without_a_word_of_the_customer() -> None:
    mail = composed("notice", id="b" * 32, open_requests=3)
    assert mail.to == "praxis@example.org"
    assert mail.subject == "Neue Terminanfrage für Di., 24. November, 09:00 Uhr"
    for content in (mail.text, mail.html):
        assert "Es sind 3 Anfragen offen." in content
        assert "https://termine.example.org/staff/index.html#" + "b" * 32 in content
        assert not [word for word in ("Erika", "Mustermann", "erika@", "777") if word in content]


def test_the_calendar_file_is_published_tentative_and_without_attendee() -> None:
    [attachment] = composed().attachments
    calendar = Calendar.from_ical(attachment.text)
    [event] = calendar.walk("VEVENT")
    assert str(calendar["method"]) == "PUBLISH"
    assert (str(event["summary"]), str(event["status"]), event["sequence"]) == ("Angefragt: Termin", "TENTATIVE", 0)
    assert event.decoded("dtstart") == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert "attendee" not in event


def the_event(mail: Mail) -> Any:
    [attachment] = mail.attachments
    [event] = Calendar.from_ical(attachment.text).walk("VEVENT")
    return event


def test_a_mail_tells_what_was_when_it_was_owed_whatever_came_later() -> None:
    """The receipt of a request that staff have moved and confirmed before it went out."""
    asked = appointment()
    owed = message(asked)
    later = replace(asked, start=asked.start + 300, end=asked.end + 300, status="confirmed", version=3)
    mail = Composer("https://termine.example.org", SECRET)(owed, later, settings(), 1)
    assert mail.subject == "Ihre Terminanfrage für Di., 24. November, 09:00 Uhr"
    assert "09:00 bis 09:30 Uhr" in mail.text
    assert "14:00" not in mail.text + mail.html
    event = the_event(mail)
    assert (str(event["status"]), event["sequence"]) == ("TENTATIVE", 0)
    assert event.decoded("dtstart") == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_each_change_s_calendar_file_replaces_the_one_before() -> None:
    """UID stays, SEQUENCE rises: the program updates its entry (RFC 5545, 3.8.7.4)."""
    events = [the_event(composed(id="d" * 32, version=version)) for version in (1, 2, 5)]
    assert [event["sequence"] for event in events] == [0, 1, 4]
    assert {str(event["uid"]) for event in events} == {f"{'d' * 32}@terminwerk"}


def test_the_calendar_file_is_private() -> None:
    """Whoever shares a calendar shows that the time is taken, not for what (R31)."""
    assert str(the_event(composed())["class"]) == "PRIVATE"


def test_the_customer_reads_the_customer_s_language_and_the_branch_its_own() -> None:
    """A message is composed in its own language, whichever the appointment has."""
    its = appointment(language="en")
    compose = Composer("https://termine.example.org", SECRET)
    receipt, notice = (
        compose(message(its, kind=kind, language=language), its, settings(), 1)
        for kind, language in (("receipt", "en"), ("notice", "de"))
    )
    assert "Time zone" in receipt.text
    assert str(the_event(receipt)["summary"]) == "Requested: appointment"
    assert "Es ist 1 Anfrage offen." in notice.text


def test_the_calendar_file_travels_as_an_attachment_that_programs_know() -> None:
    [attachment] = read(composed()).iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_param("method") == "PUBLISH"
    assert attachment.get_filename() == "termin.ics"
    assert "Angefragt: Termin" in attachment.get_content()


def test_the_mail_travels_in_seven_bits_with_text_and_html() -> None:
    raw = mime(composed(), "termine@example.org").as_bytes()
    assert raw.isascii()
    mail = read(composed())
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_every_attempt_is_the_same_mail() -> None:
    assert str(read(composed(id="c" * 32))["Message-ID"]) == f"<{'c' * 32}.1.receipt@example.org>"
    assert composed(id="c" * 32) == composed(id="c" * 32)


def test_both_languages_say_the_same_things() -> None:
    def keys(table: Any, path: str = "") -> set[str]:
        if not isinstance(table, dict):
            return {path}
        return {each for name, value in table.items() for each in keys(value, f"{path}/{name}")}

    german, english = (json.loads((TEXTS / f"{name}.json").read_text()) for name in ("de", "en"))
    assert keys(german) == keys(english)
