"""Mails as their readers see them (R2, R25, R31)."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, get_args

import pytest
from icalendar import Calendar

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Reach, reach_of
from chalicelib.domain.languages import LANGUAGES
from chalicelib.domain.mail import Mail, Sms, Unreachable
from chalicelib.domain.outbox import Kind, Message
from chalicelib.domain.settings import Access, Price, Resource, Settings, Template
from chalicelib.domain.status import HOLDING, Status
from chalicelib.domain.tokens import Secret
from chalicelib.messages.compose import Composer
from chalicelib.messages.send import mime
from tests.builders import NOW, appointment, at, message, settings, words

SECRET = Secret("s" * 32)
PERSON = Comment(first_name="Erika", last_name="Mustermann", email="erika@example.org", phone="+49 40 66969 777")
PERSONAL = ("Erika", "Mustermann", "erika@", "66969 777", "66969777")
"""Of that person. No shorter number: the tokens of links hold any three figures now and then."""


def compose(
    owed: Message, appointment: Appointment, branch: Settings | None = None, to: Reach | None = None, now: datetime = NOW
) -> Mail | Sms:
    """As delivery does, for whoever left a comment unless `to` says otherwise."""
    return Composer("https://termine.example.org", SECRET, lambda: now)(
        owed, appointment, branch or settings(), to or reach_of(appointment.comment, None, "requester"), 1
    )


def mailed(
    owed: Message, appointment: Appointment, branch: Settings | None = None, to: Reach | None = None, now: datetime = NOW
) -> Mail:
    mail = compose(owed, appointment, branch, to, now)
    assert isinstance(mail, Mail)
    return mail


def composed(
    kind: str = "receipt", comment: Comment = PERSON, *, note: str | None = None, branch: Settings | None = None, **fields: Any
) -> Mail:
    booked = appointment(comment=comment, **fields)
    return mailed(message(booked, kind=kind, note=note), booked, branch)


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
        "Elbuferweg 12, 20457 Hamburg",
        "+49 40 66969 123",
        "praxis@example.org",
        "https://example.org/impressum",
        "https://example.org/datenschutz",
        f"https://termine.example.org/manage.html#{SECRET.mailed('a' * 32, 1, 'erika@example.org')}",
        "Erika Mustermann",
    ):
        assert needed in content


@pytest.mark.parametrize("alias", ["elbe-window", "elbe-older", None])
def test_the_links_of_a_mail_carry_the_alias_by_which_an_expired_one_still_tells_the_practice(alias: str | None) -> None:
    mail = composed("reminder", status="confirmed", id="a" * 32, alias=alias)
    carried = re.findall(r"manage\.html\S*?#[0-9a-f.]+(\S*)", mail.text)
    assert carried == [f"&a={alias or 'elbe-window'}"] * 2


def test_the_links_of_a_mail_carry_no_alias_that_is_revoked() -> None:
    accesses = (Access(alias="elbe-older", revoked_at=NOW), Access(alias="elbe-window"))
    mail = composed("reminder", status="confirmed", alias="", branch=settings(accesses=accesses))
    assert "&a=elbe-window" in mail.text
    assert "elbe-older" not in mail.text + mail.html


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_mail_tells_the_time_by_the_pinned_rules_of_a_zone(part: str) -> None:
    """British Columbia stays at UTC-07:00 in the winters from 2026 on, which tables of machines do not know yet."""
    start = at("2026-12-15T16:00")
    mail = composed(branch=settings(zone="America/Vancouver"), start=start, end=start + 30)  # its telephone is German
    for told in ("09:00 bis 09:30 Uhr", "Zeitzone: America/Vancouver, UTC-07:00"):
        assert told in getattr(mail, part)


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
            assert not [word for word in PERSONAL if word in text]


def test_the_notice_goes_to_the_branch_without_a_word_of_the_customer() -> None:
    booked = appointment(comment=PERSON, id="b" * 32)
    mail = Composer("https://termine.example.org", SECRET, lambda: NOW)(
        message(booked, kind="notice"), booked, settings(), None, 3
    )
    assert isinstance(mail, Mail)
    assert mail.to == "praxis@example.org"
    assert mail.subject == "Neue Terminanfrage für Di., 24. November, 09:00 Uhr"
    for content in (mail.text, mail.html):
        assert "Es sind 3 Anfragen offen." in content
        assert "https://termine.example.org/staff/index.html#" + "b" * 32 in content
        assert not [word for word in PERSONAL if word in content]


def test_the_calendar_file_is_published_tentative_and_without_attendee() -> None:
    [attachment] = composed().attachments
    calendar = Calendar.from_ical(attachment.text)
    [event] = calendar.walk("VEVENT")
    assert str(calendar["method"]) == "PUBLISH"
    assert str(event["summary"]) == "Angefragt: Termin bei Hörakustik Elbufer"
    assert (str(event["status"]), event["sequence"]) == ("TENTATIVE", 0)
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
    mail = mailed(owed, later)
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
    booked = appointment(language="en")
    receipt, notice = (
        mailed(message(booked, kind=kind, language=language), booked)
        for kind, language in (("receipt", "en"), ("notice", "de"))
    )
    assert "Hello," in receipt.text
    assert str(the_event(receipt)["summary"]) == "Requested: appointment at Hörakustik Elbufer"
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


@pytest.mark.parametrize("kind", ["confirmed", "declined", "notice", "moved"])
def test_all_mails_of_an_appointment_are_one_thread_whatever_ses_makes_of_their_ids(kind: str) -> None:
    status = {"declined": "declined", "notice": "proposed"}.get(kind, "confirmed")
    first, later = read(composed(id="c" * 32)), read(composed(kind, id="c" * 32, status=status))
    assert str(first["References"]) == str(later["References"]) != str(read(composed(id="d" * 32))["References"])


def test_an_arabic_mail_is_written_from_right_to_left_and_its_numbers_are_not() -> None:
    mail = composed("confirmed", status="confirmed", language="ar")
    assert '<html lang="ar" dir="rtl">' in mail.html
    assert "border-right:4px" in mail.html
    assert "text-align:right" in mail.html
    assert "الثلاثاء 24 نوفمبر 2026" in mail.text
    assert "الهاتف: \u2066+49 40 66969 123\u2069" in mail.text


def test_a_mail_in_plain_words_is_german_and_says_a_branch_s_own_german_words() -> None:
    own = settings(texts=(words("Bringen Sie Ihre Karte mit."),))
    mail = composed("confirmed", status="confirmed", language="de-simple", branch=own)
    assert '<html lang="de" dir="ltr">' in mail.html
    assert "Bringen Sie Ihre Karte mit." in mail.text
    assert "Mit dieser E-Mail kommt eine Datei" in mail.text


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("de", 1, "1 Minute früher"),
        ("de", 10, "10 Minuten früher"),
        ("ar", 2, "بدقيقتين"),
        ("ar", 10, "10 دقائق"),
        ("ar", 15, "15 دقيقة"),
    ],
)
def test_a_mail_counts_as_its_language_does(language: str, count: int, said: str) -> None:
    early = Template(id="early", name={"de": "Anpassung"}, duration=30, early=count)
    assert said in composed(template="early", language=language, branch=settings(templates=(early,))).text


STATES: dict[Kind, tuple[Status, ...]] = {
    "receipt": ("proposed", "confirmed"),
    "expired": ("expired",),
    "confirmed": ("confirmed",),
    "declined": ("declined",),
    "cancelled": ("cancelled",),
    "moved": tuple(sorted(HOLDING)),
    "told": get_args(Status),
    "reminder": ("confirmed",),
}
"""Every message to a customer, with the states in which it may be owed."""
EVERY = [(kind, status, language) for kind, states in STATES.items() for status in states for language in LANGUAGES]


@pytest.mark.parametrize(("kind", "status", "language"), EVERY)
def test_every_message_to_a_customer_tells_practice_time_and_ways_to_answer(kind: str, status: str, language: str) -> None:
    mail = composed(kind, status=status, language=language)
    assert "Hörakustik Elbufer" in mail.sender_name
    for content in (mail.text, mail.html):
        assert "09:00" in content
        assert "+49 40 66969 123" in content
        assert "praxis@example.org" in content
        assert "https://example.org/impressum" in content
        assert "Erika Mustermann" in content


INSTRUCTIONS = "Bringen Sie <b>bitte</b> mit:\n- Überweisung\n\nVor dem Hörtest keinen Lärm."
HEARING_TEST = Template(
    id="hearing-test",
    name={"de": "Hörtest", "en": "Hearing test"},
    duration=30,
    early=10,
    hint={"de": "Hörtest für Brillenträger"},
    price=Price(cents=2500, currency="EUR"),
    price_note={"de": "je Hörtest"},
    payer="self",
    instructions={"de": INSTRUCTIONS, "en": "Before the hearing test: no noise, please."},
)
OF_THE_TREATMENT = ("Hörtest", "Hearing", "hearing", "Überweisung", "noise", "25,00", "EUR", "€")


@pytest.mark.parametrize(("kind", "status", "language"), EVERY)
def test_no_subject_and_no_calendar_file_names_a_person_or_a_treatment(kind: str, status: str, language: str) -> None:
    mail = composed(
        kind, status=status, language=language, template=HEARING_TEST.id, branch=settings(templates=(HEARING_TEST,))
    )
    for text in (mail.subject, *(attachment.text for attachment in mail.attachments)):
        assert not [word for word in (*PERSONAL, *OF_THE_TREATMENT) if word in text]


@pytest.mark.parametrize(("kind", "status", "language"), EVERY)
def test_receipt_confirmation_and_reminder_alone_carry_the_instructions(kind: str, status: str, language: str) -> None:
    mail = composed(
        kind, status=status, language=language, template=HEARING_TEST.id, branch=settings(templates=(HEARING_TEST,))
    )
    said = "no noise, please" if language == "en" else "keinen Lärm"
    for content in (mail.text, mail.html):
        assert (said in content) is (kind in ("receipt", "confirmed", "reminder"))


def test_instructions_are_text_and_keep_their_lines() -> None:
    mail = composed("confirmed", status="confirmed", template=HEARING_TEST.id, branch=settings(templates=(HEARING_TEST,)))
    assert f"\n\nVor Ihrem Termin:\n{INSTRUCTIONS}\n\n" in mail.text
    assert "Bringen Sie &lt;b&gt;bitte&lt;/b&gt; mit:<br>- Überweisung<br><br>Vor dem Hörtest keinen Lärm.</p>" in mail.html


@pytest.mark.parametrize("templates", [(), (replace(HEARING_TEST, instructions={}),), (replace(HEARING_TEST, id="other"),)])
def test_where_the_kind_is_gone_or_says_nothing_a_mail_announces_nothing(templates: tuple[Template, ...]) -> None:
    mail = composed("reminder", status="confirmed", template=HEARING_TEST.id, branch=settings(templates=templates))
    assert "Vor Ihrem Termin" not in mail.text + mail.html


def test_instructions_in_another_language_are_better_than_none() -> None:
    kind = replace(HEARING_TEST, instructions={"de": "Keinen Lärm."})
    mail = composed("confirmed", status="confirmed", language="en", template=kind.id, branch=settings(templates=(kind,)))
    assert "Before your appointment:\nKeinen Lärm." in mail.text


def test_the_confirmation_brings_the_calendar_file_confirmed() -> None:
    mail = composed("confirmed", status="confirmed", version=2)
    assert mail.subject == "Ihr Termin am Di., 24. November, 09:00 Uhr ist bestätigt"
    event = the_event(mail)
    assert (str(event["status"]), str(event["summary"]), event["sequence"]) == ("CONFIRMED", "Termin bei Hörakustik Elbufer", 1)


@pytest.mark.parametrize("kind", ["declined", "cancelled", "expired"])
def test_what_is_over_takes_its_entry_out_of_the_calendar_and_leads_to_free_times(kind: Any) -> None:
    mail = composed(kind, status=kind, version=2)
    event = the_event(mail)
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 1)
    for content in (mail.text, mail.html.replace("&amp;", "&")):
        assert "Freie Zeiten ansehen" in content
        assert "https://termine.example.org/?a=elbe-window&r=cabin-1" in content
        assert "manage.html" not in content


def test_a_move_tells_the_new_time_and_whether_it_is_confirmed() -> None:
    mail = composed("moved", status="confirmed", start=at("2026-11-25T13:00"), end=at("2026-11-25T13:30"), version=3)
    assert mail.subject == "Ihr Termin ist jetzt am Mi., 25. November, 14:00 Uhr"
    assert "Er ist bestätigt, und es gilt jetzt diese Zeit." in mail.text
    assert the_event(mail).decoded("dtstart") == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    assert "Bestätigt ist sie noch nicht" in composed("moved").text


@pytest.mark.parametrize("status", ["done", "no_show"])
def test_what_has_been_needs_no_calendar_file_and_asks_nobody_to_come_early(status: str) -> None:
    early = Template(id="early", name={"de": "Anpassung"}, duration=30, early=10)
    mail = composed("told", status=status, template="early", branch=settings(templates=(early,)))
    assert mail.attachments == ()
    assert "früher" not in mail.text


@pytest.mark.parametrize(("status", "said"), [("confirmed", True), ("cancelled", False)])
def test_only_who_is_expected_is_asked_to_come_early(status: str, said: bool) -> None:
    early = Template(id="early", name={"de": "Anpassung"}, duration=30, early=10)
    mail = composed("told", status=status, template="early", branch=settings(templates=(early,)))
    assert ("Bitte kommen Sie 10 Minuten früher." in mail.text) is said


@pytest.mark.parametrize(
    "branch",
    [
        settings(online=False),
        settings(resources=(Resource(id="cabin-1", name="Kabine 1"),)),
        settings(accesses=(Access(alias="elbe-window", revoked_at=datetime(2026, 11, 1, tzinfo=UTC)),)),
        settings(accesses=(Access(alias="elbe-feed", kind="calendar"),)),
    ],
    ids=["online booking is off", "the resource is not released", "the access is revoked", "there is only a feed"],
)
def test_nobody_is_sent_to_free_times_that_cannot_be_booked(branch: Settings) -> None:
    mail = composed("cancelled", status="cancelled", branch=branch)
    assert "Termin ansehen:" in mail.text
    assert "/?a=" not in mail.text


def test_of_an_appointment_made_by_staff_free_times_are_shown_through_an_access_that_is_good() -> None:
    """It has no alias of its own."""
    assert "https://termine.example.org/?a=elbe-window&r=cabin-1" in composed("cancelled", status="cancelled", alias="").text


def test_who_never_wrote_is_told_whom_the_appointment_is_for() -> None:
    booked = appointment(comment=None, customer="erika", type="appointment", alias="", status="confirmed")
    mail = mailed(
        message(booked, kind="confirmed"), booked, to=Reach("e@example.org", None, "Mustermann", "Erika", in_writing=False)
    )
    assert mail.to == "e@example.org"
    assert "Für Erika Mustermann" in mail.text
    assert "Angefragt" not in mail.text


def test_the_staff_s_note_is_quoted_line_by_line() -> None:
    mail = composed("moved", note="Frau Petersen ist krank.\nWir hoffen, das passt.")
    assert "Unsere Nachricht dazu:\n> Frau Petersen ist krank.\n> Wir hoffen, das passt.\n" in mail.text
    assert "Frau Petersen ist krank.<br>\nWir hoffen, das passt." in mail.html


def test_a_note_is_text_whatever_stands_in_it() -> None:
    mail = composed("told", note="<script>alert(1)</script> {{ branch }} {name} {or_call}")
    assert "> <script>alert(1)</script> {{ branch }} {name} {or_call}\n" in mail.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ branch }} {name} {or_call}" in mail.html
    assert "<script" not in mail.html


def test_without_a_note_none_is_announced() -> None:
    assert "Unsere Nachricht" not in composed("told").text + composed("told").html


@pytest.mark.parametrize("kind", ["declined", "cancelled"])
def test_the_reason_that_staff_gave_is_told_before_their_note(kind: Any) -> None:
    mail = composed(kind, status=kind, reason="Die Praxis ist geschlossen.", note="Bis bald!")
    assert "> Die Praxis ist geschlossen.\n> Bis bald!\n" in mail.text


def test_a_reason_that_is_the_note_as_well_is_told_once() -> None:
    assert composed("cancelled", status="cancelled", reason="Krank.", note="Krank.").text.count("Krank.") == 1


def test_the_reason_of_another_state_is_not_told() -> None:
    """Cancelled for a reason, after a decline whose mail was late."""
    declined = appointment(status="declined", version=2)
    later = replace(declined, status="cancelled", reason="Doppelt angefragt", version=4)
    assert "Doppelt" not in mailed(message(declined, kind="declined"), later).text


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_practice_that_cancels_says_so_and_is_sorry(channel: Any, language: str) -> None:
    booked = appointment(comment=replace(PERSON, phone="0171 3920077"), status="cancelled", version=2, language=language)
    theirs, own = (
        compose(message(booked, kind="cancelled", channel=channel, caused_by=who), booked) for who in ("practice", "mailbox")
    )
    we = {"de": "müssen", "en": "we have to cancel your appointment"}[language]
    sorry = {"de": "tut uns leid", "en": "sorry"}[language]
    assert we in theirs.text
    assert sorry in theirs.text
    assert not [word for word in (we, sorry) if word in own.text]


def test_subject_and_heading_of_a_practice_that_cancels_are_sorry_too() -> None:
    mail = composed("cancelled", status="cancelled")
    assert mail.subject == "Leider abgesagt: Ihr Termin am Di., 24. November, 09:00 Uhr"
    assert "Wir müssen Ihren Termin leider absagen</h1>" in mail.html


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("receipt", "proposed", "Angefragt von Mustermann für Oma Meyer"),
        ("declined", "declined", "Angefragt von Mustermann für Oma Meyer"),
        ("confirmed", "confirmed", "Für Oma Meyer"),
        ("cancelled", "cancelled", "Für Oma Meyer"),
    ],
)
def test_what_is_confirmed_or_cancelled_is_somebody_s_not_asked_for(kind: str, status: Any, said: str) -> None:
    oma = Comment(last_name="Mustermann", email="e@example.org", visitor_first_name="Oma", visitor_last_name="Meyer")
    lines = composed(kind, oma, status=status).text.splitlines()
    assert said in lines
    assert [line for line in lines if line.startswith("Angefragt")] == ([said] if said.startswith("Angefragt") else [])


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("receipt", "proposed", True),
        ("confirmed", "confirmed", True),
        ("cancelled", "cancelled", False),
        ("told", "done", False),
        ("confirm", "unconfirmed", False),
    ],
)
def test_whoever_can_act_by_the_link_is_asked_not_to_forward_it(kind: str, status: Any, said: bool) -> None:
    mail = composed(kind, status=status)
    for content in (mail.text, mail.html):
        assert ("absagen und Ihre Angaben herunterladen und löschen. Bitte leiten Sie diese E-Mail" in content) is said


@pytest.mark.parametrize(("phone", "said"), [(None, False), ("0171 3920077", False), ("+44 7700 900123", True)])
@pytest.mark.parametrize("part", ["text", "html"])
def test_only_who_may_be_in_another_country_reads_the_zone(part: str, phone: str | None, said: bool) -> None:
    mail = composed(comment=replace(PERSON, phone=phone))
    assert ("Zeitzone: Europe/Berlin, UTC+01:00" in getattr(mail, part)) is said


def test_a_number_is_dialled_and_an_address_is_read() -> None:
    ascii_domain = "xn--hrgerte-mller-ffb9xvd.de"
    mail = composed(branch=settings(phone="+49 (0)40 / 123 45-0", email=f"info@{ascii_domain}"))
    assert '<span dir="ltr"><a href="tel:+4940123450" style="color:#1f2422">+49 (0)40 / 123 45-0</a></span>' in mail.html
    assert (
        f'<span dir="ltr"><a href="mailto:info@{ascii_domain}" style="color:#1f2422">info@hörgeräte-müller.de</a></span>'
        in mail.html
    )
    assert "E-Mail: info@hörgeräte-müller.de\n" in mail.text
    assert (ascii_domain in mail.text, mail.reply_to) == (False, f"info@{ascii_domain}")


def test_word_keeps_the_mail_narrow_and_underlines_its_link() -> None:
    """Outlook with Word's engine knows neither the width nor the border of what is no table."""
    html = composed().html
    assert '<!--[if mso]><table role="presentation" width="576"' in html
    assert html.index("<!--[if mso]></td></tr></table>") > html.index("</h1>") > html.index('width="576"')
    cell, link = re.findall(r'<td style="([^"]*)"><a href="[^"]*manage.html[^"]*" style="([^"]*)"', html)[0]
    assert cell.startswith("border:2px solid")
    assert "mso-padding-alt" in cell
    assert "text-decoration:underline" in link


BERLIN, LORD_HOWE = "Europe/Berlin", "Australia/Lord_Howe"
TWICE = [
    (BERLIN, "2027-10-31T00:30", "31. Oktober, 02:30 Uhr (UTC+02:00)", "02:30 Uhr (UTC+02:00) bis 02:00 Uhr (UTC+01:00)"),
    (BERLIN, "2027-10-31T01:00", "31. Oktober, 02:00 Uhr (UTC+01:00)", "02:00 Uhr (UTC+01:00) bis 02:30 Uhr (UTC+01:00)"),
    (BERLIN, "2027-10-30T23:30", "31. Oktober, 01:30 Uhr", "01:30 Uhr (UTC+02:00) bis 02:00 Uhr (UTC+02:00)"),
    (BERLIN, "2027-10-31T02:00", "31. Oktober, 03:00 Uhr", "03:00 bis 03:30 Uhr"),
    (LORD_HOWE, "2027-04-03T14:30", "4. April, 01:30 Uhr (UTC+11:00)", "01:30 Uhr (UTC+11:00) bis 01:30 Uhr (UTC+10:30)"),
    (LORD_HOWE, "2027-04-03T15:00", "4. April, 01:30 Uhr (UTC+10:30)", "01:30 Uhr (UTC+10:30) bis 02:00 Uhr (UTC+10:30)"),
]


@pytest.mark.parametrize(("zone", "start", "when", "span"), TWICE)
def test_a_time_that_the_wall_shows_twice_is_told_with_its_offset(zone: str, start: str, when: str, span: str) -> None:
    booked = appointment(comment=replace(PERSON, phone="+61 491 570 006"), start=at(start), end=at(start) + 30)
    branch = settings(zone=zone, sms_countries=("AU",))
    mail, sms = (compose(message(booked, channel=channel), booked, branch) for channel in ("email", "sms"))
    assert isinstance(mail, Mail)
    assert mail.subject == f"Ihre Terminanfrage für So., {when}"
    assert f"\n{span}\n" in mail.text
    assert f">{span}<" in mail.html
    assert f"Ihre Terminanfrage für So., {when} ist eingegangen." in sms.text


def test_the_practice_s_own_words_tell_such_a_time_as_people_say_it() -> None:
    own = words("Am {{ date }} um {{ time }} Uhr, bis {{ until }}.", kind="receipt", status="proposed")
    start = at("2027-10-31T01:00")
    mail = composed(start=start, end=start + 30, branch=settings(texts=(own,)))
    assert "Am Sonntag, 31. Oktober 2027 um 02:00 Uhr (UTC+01:00), bis 02:30 Uhr (UTC+01:00).\n" in mail.text


def test_who_has_no_address_cannot_be_written_to() -> None:
    booked = appointment(comment=None)
    nobody = Reach(None, "+49 171 3920077", "Mustermann", None, in_writing=False)
    with pytest.raises(Unreachable):
        compose(message(booked, kind="told"), booked, to=nobody)
    with pytest.raises(Unreachable):
        compose(message(booked, kind="told"), booked)


def test_a_branch_that_has_set_little_writes_no_empty_links() -> None:
    bare = settings(imprint_url="", privacy_url="", phone="", email="", address="", sender_name="")
    mail = composed("told", status="confirmed", branch=bare)
    assert 'href=""' not in mail.html
    assert not [word for word in ("mailto:", "tel:", "Impressum", "rufen Sie an") if word in mail.text + mail.html]
    assert "Antworten Sie auf diese E-Mail." in mail.text
    assert read(mail)["Reply-To"] is None
    assert str(the_event(mail)["location"]) == "Hörakustik Elbufer"


def test_mails_come_in_the_name_that_the_branch_has_set() -> None:
    assert composed(branch=settings(sender_name="Elbufer Termine")).sender_name == "Elbufer Termine"


def test_what_would_be_sent_can_be_shown_without_any_store() -> None:
    """A message of a state that is not, and need not come."""
    booked = appointment(comment=PERSON)
    supposed = replace(booked, status="confirmed", version=booked.version + 1)
    assert mailed(message(supposed, kind="confirmed"), supposed).subject.endswith("ist bestätigt")
