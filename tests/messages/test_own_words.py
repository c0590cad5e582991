"""Messages in words of the branch's own: what they replace, and what stays (R27, R31)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.comment import Comment
from chalicelib.domain.mail import Sms
from chalicelib.domain.settings import Text
from chalicelib.domain.wording import OWN, PLACES, flaws
from chalicelib.messages.compose import Composer
from tests.builders import NOW, appointment, message, settings, words
from tests.messages.test_compose import PERSON, PERSONAL, SECRET, compose, composed, the_event
from tests.messages.test_sms import ERIKA

ALL = ", ".join(f"{{{{ {name} }}}}" for name in ("practice", "date", "time", "until", "phone"))


def texted(text: Text, **fields: Any) -> Sms:
    about = appointment(comment=PERSON, status=text.status, **fields)
    sms = compose(message(about, kind=text.kind, channel="sms"), about, settings(texts=(text,)), ERIKA)
    assert isinstance(sms, Sms)
    return sms


def test_a_mail_says_the_branch_s_words_instead_of_ours_and_all_the_rest_as_before() -> None:
    text = words(f"bald ist es so weit, {{{{ name }}}}.\n{ALL}\n\nBis dann!")
    plain, own = (
        composed("confirmed", status="confirmed", id="a" * 32, branch=settings(texts=texts)) for texts in ((), (text,))
    )
    said = (
        "bald ist es so weit, Erika Mustermann.\n"
        "Hörakustik Elbufer, Dienstag, 24. November 2026, 09:00, 09:30, +49 40 66969 123\n\nBis dann!"
    )
    assert own.text == plain.text.replace("wir bestätigen Ihren Termin und freuen uns auf Sie.", said)
    assert "so weit, Erika Mustermann.<br>Hörakustik Elbufer" in own.html
    assert '<p style="margin:0">Bis dann!</p>' in own.html
    assert (own.subject, own.attachments) == (plain.subject, plain.attachments)


def test_the_link_is_the_message_s_own() -> None:
    mail = composed("confirmed", status="confirmed", id="a" * 32, branch=settings(texts=(words("hier: {{ link }}"),)))
    link = f"https://termine.example.org/manage.html#{SECRET.mailed('a' * 32, 1, 'erika@example.org')}&a=elbe-window"
    assert f"hier: {link}\n" in mail.text


def test_who_books_for_another_reads_the_other_s_name() -> None:
    comment = Comment(last_name="Mustermann", email="e@example.org", visitor_first_name="Oma", visitor_last_name="Meyer")
    mail = composed("confirmed", comment, status="confirmed", branch=settings(texts=(words("für {{ name }}!"),)))
    assert "für Oma Meyer!" in mail.text


def test_html_in_the_branch_s_words_and_in_what_fills_them_is_text() -> None:
    comment = Comment(last_name="<img src=x onerror=alert(1)>", email="e@example.org")
    mail = composed("confirmed", comment, status="confirmed", branch=settings(texts=(words("<b>{{ name }}</b>"),)))
    assert "&lt;b&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/b&gt;" in mail.html
    assert "<img" not in mail.html


def test_a_place_in_a_name_is_not_filled() -> None:
    comment = Comment(last_name="{{ phone }}{{ link }}", email="e@example.org")
    mail = composed("confirmed", comment, status="confirmed", branch=settings(texts=(words("Hallo {{ name }}!"),)))
    assert "Hallo {{ phone }}{{ link }}!" in mail.text


def test_an_sms_is_the_branch_s_words_and_nothing_else() -> None:
    text = words("{{ practice }}, {{ time }}: {{ link }}", channel="sms")
    assert texted(text, id="a" * 32).text == (
        f"Hörakustik Elbufer, 09:00: https://termine.example.org/manage.html#{SECRET.token('a' * 32, 1)}"
    )


def test_what_staff_write_stands_in_an_sms_of_own_words_too() -> None:
    about = appointment(comment=PERSON, status="confirmed")
    branch_settings = settings(texts=(words("Bis dann: {{ link }}", channel="sms"),))
    sms = compose(message(about, kind="confirmed", channel="sms", note="Bitte klingeln."), about, branch_settings, ERIKA)
    assert isinstance(sms, Sms)
    assert sms.text.endswith("\nBitte klingeln.")


@pytest.mark.parametrize(("kind", "status"), OWN)
@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_our_words_as_a_text_of_the_branch_s_own_can_be_used(kind: Any, status: Any, channel: Any, language: str) -> None:
    """They are what the editor begins with."""
    text = words("x", kind=kind, status=status, channel=channel, language=language)
    ours = words(
        Composer("https://termine.example.org", SECRET, lambda: NOW).default(text),
        kind=kind,
        status=status,
        channel=channel,
        language=language,
    )
    assert flaws(ours) == {}


@pytest.mark.parametrize(("kind", "status"), OWN)
def test_neither_subject_nor_calendar_file_nor_sms_can_be_made_to_name_anybody(kind: Any, status: Any) -> None:
    everything = " ".join(f"{{{{ {name} }}}}" for name in sorted(PLACES["email"]))
    mail = composed(kind, status=status, branch=settings(texts=(words(everything, kind=kind, status=status),)))
    in_sms = " ".join(f"{{{{ {name} }}}}" for name in sorted(PLACES["sms"]))
    sms = texted(words(in_sms, kind=kind, status=status, channel="sms"))
    for text in (mail.subject, sms.text, *(each.text for each in mail.attachments)):
        assert not [word for word in PERSONAL if word in text]


@pytest.mark.parametrize("own", [False, True])
def test_a_reminder_carries_the_link_that_stops_reminders(own: bool) -> None:
    stop = "https://termine.example.org/manage.html?stop#"
    mailed, token = SECRET.mailed("a" * 32, 1, "erika@example.org"), SECRET.token("a" * 32, 1)
    in_mail, in_sms = words("bis dann!", kind="reminder"), words("Bis dann! {{ link }}", kind="reminder", channel="sms")
    branch = settings(texts=(in_mail, in_sms) if own else ())
    about = appointment(comment=PERSON, status="confirmed", id="a" * 32)
    mail = composed("reminder", status="confirmed", id="a" * 32, branch=branch)
    sms = compose(message(about, kind="reminder", channel="sms"), about, branch, ERIKA)
    assert isinstance(sms, Sms)
    assert f"Nicht mehr an diesen Termin erinnern:\n{stop}{mailed}&a=elbe-window\n" in mail.text
    assert f'<a href="{stop}{mailed}&amp;a=elbe-window"' in mail.html
    assert sms.text.endswith(stop + token)
    assert str(the_event(mail)["status"]) == "CONFIRMED"


def test_other_messages_carry_no_link_that_stops_reminders() -> None:
    mail = composed("confirmed", status="confirmed")
    assert "?stop" not in mail.text + mail.html
