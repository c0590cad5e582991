"""What somebody may put where a message will carry it: in every kind it stays text, in its place."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.comment import Comment
from chalicelib.domain.mail import SendNever, Sms
from chalicelib.messages.send import mime
from tests.builders import appointment, message
from tests.messages.test_compose import EVERY, PERSON, compose, composed, read
from tests.messages.test_sms import ERIKA

TEMPLATE = "{{ branch.email }}{% for each in branch %}{# x #}{name}%(name)s${name}"
HTML = "<script>alert(1)</script><a href='https://evil.example.org'>&amp;"
HEADER = "Erika\r\nBcc: victim@example.org\r\n\r\n<p>"
TURNED = "Erika \u202egnp.exe\u2066"
GERMAN = [(kind, status) for kind, status, language in EVERY if language == "de"]


def called(name: str) -> Comment:
    return Comment(first_name=name, last_name=name, email="erika@example.org", visitor_last_name=name)


def noted(kind: str, note: str, **fields: Any) -> Sms:
    booked = appointment(comment=PERSON, **fields)
    sms = compose(message(booked, kind=kind, channel="sms", note=note), booked, to=ERIKA)
    assert isinstance(sms, Sms)
    return sms


@pytest.mark.parametrize(("kind", "status"), GERMAN)
def test_a_template_in_a_name_or_a_note_is_text(kind: str, status: str) -> None:
    mail = composed(kind, called(TEMPLATE), note=TEMPLATE, status=status)
    assert mail.text.count(TEMPLATE) >= 2
    assert TEMPLATE in noted(kind, TEMPLATE, status=status).text


@pytest.mark.parametrize(("kind", "status"), GERMAN)
def test_html_in_a_name_or_a_note_is_text(kind: str, status: str) -> None:
    mail = composed(kind, called(HTML), note=HTML, status=status)
    assert "<script" not in mail.html
    assert "href='https://evil" not in mail.html
    assert mail.html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


@pytest.mark.parametrize(("kind", "status"), GERMAN)
def test_a_line_break_in_a_name_or_a_note_makes_no_header(kind: str, status: str) -> None:
    mail = read(composed(kind, called(HEADER), note=HEADER, status=status))
    assert mail.keys() == read(composed(kind, status=status)).keys()
    assert not any("victim" in value for value in mail.values())
    assert not any("victim" in str(each) for part in mail.walk() for each in part.values())


@pytest.mark.parametrize("address", ["erika@example.org\r\nBcc: victim@example.org", "erika@example.org\nX: y"])
def test_an_address_of_two_lines_is_sent_to_nobody(address: str) -> None:
    """None comes so far: bookings and records refuse it."""
    with pytest.raises(ValueError, match=r"\S"):
        read(composed(comment=Comment(last_name="Mustermann", email=address)))


@pytest.mark.parametrize(("kind", "status"), GERMAN)
def test_marks_that_turn_text_reach_neither_subject_nor_calendar_file(kind: str, status: str) -> None:
    mail = composed(kind, called(TURNED), status=status)
    for text in (mail.subject, mail.sender_name, *(each.text for each in mail.attachments)):
        assert not {"\u202e", "\u2066"} & {*text}


@pytest.mark.parametrize(("kind", "status"), GERMAN)
@pytest.mark.parametrize("address", ["erika+termin@example.org", "erika@xn--bcher-kva.example"])
def test_an_address_with_a_plus_or_of_an_international_domain_is_reached(kind: str, status: str, address: str) -> None:
    mail = read(composed(kind, Comment(last_name="Mustermann", email=address), status=status))
    assert str(mail["To"]) == address


@pytest.mark.parametrize(("kind", "status"), GERMAN)
def test_a_note_of_ten_kilobytes_travels_whole_in_lines_that_every_relay_takes(kind: str, status: str) -> None:
    note = "ä" * 5_000 + " " + "x" * 5_000
    sent = composed(kind, note=note, status=status)
    raw = mime(sent, "termine@example.org").as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998
    body = read(sent).get_body(("plain",))
    assert body is not None
    assert note in body.get_content()


def test_a_note_that_no_sms_can_hold_is_refused_for_good() -> None:
    with pytest.raises(SendNever, match="too_long"):
        noted("confirmed", "x" * 10_000, status="confirmed")
