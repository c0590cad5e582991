"""SMS as they arrive: short, without treatment and person (R31), in 160 characters a part where possible."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.customer import Reach
from chalicelib.domain.languages import wider
from chalicelib.domain.mail import SendNever, Sms, Unreachable
from chalicelib.domain.settings import PublicHolidays, Settings
from chalicelib.messages import numbers
from chalicelib.messages.numbers import mobile
from chalicelib.messages.sms import GSM_7, MOST_GSM_7, MOST_OTHERS, fits, parts, plain
from tests.builders import appointment, message, settings
from tests.messages.test_compose import EVERY, HEARING_TEST, OF_THE_TREATMENT, SECRET, compose

ERIKA = Reach("erika@example.org", "0171 3920077", "Mustermann", "Erika", in_writing=False)


def texted(kind: str = "told", branch: Settings | None = None, note: str | None = None, **fields: Any) -> Sms:
    booked = appointment(**fields)
    sms = compose(message(booked, kind=kind, channel="sms", note=note), booked, branch, ERIKA)
    assert isinstance(sms, Sms)
    return sms


def test_a_text_tells_practice_time_ways_to_ask_and_the_link() -> None:
    assert texted("confirmed", status="confirmed", id="a" * 32) == Sms(
        "+491713920077",
        "Hörakustik Elbufer: Ihr Termin am Di., 24. November, 09:00 Uhr ist bestätigt.\n"
        "Fragen? +49 40 66969 123 oder praxis@example.org\n"
        f"https://termine.example.org/manage.html#{SECRET.token('a' * 32, 1)}",
        parts=2,
    )


def test_a_text_is_in_the_customer_s_language() -> None:
    text = texted("moved", status="confirmed", language="en").text
    assert text.startswith("Hörakustik Elbufer: Your appointment is now on Tue, 24 November, 09:00.\nQuestions? ")


@pytest.mark.parametrize(("kind", "status", "language"), EVERY)
def test_every_text_names_neither_person_nor_treatment_and_german_and_english_stay_within_gsm_7(
    kind: str, status: str, language: str
) -> None:
    branch = settings(templates=(HEARING_TEST,))
    text = texted(kind, branch, status=status, language=language, template=HEARING_TEST.id).text
    if wider(language) in ("de", "en"):
        assert GSM_7.issuperset(text)
    assert parts(text) <= (3 if GSM_7.issuperset(text) else 5)
    assert not [word for word in (*OF_THE_TREATMENT, "Erika", "Mustermann", "erika@", "3920077") if word in text]
    for needed in ("Hörakustik Elbufer", "09:00", "+49 40 66969 123", "praxis@example.org", "https://termine.example.org/"):
        assert needed in text


def test_a_text_in_letters_outside_of_gsm_7_has_room_for_fewer_and_keeps_its_link() -> None:
    sms = texted("confirmed", status="confirmed", language="ar", id="a" * 32)
    assert sms.parts == -(-len(sms.text) // 67)
    assert sms.text.endswith(f"https://termine.example.org/manage.html#{SECRET.token('a' * 32, 1)}")


def test_a_text_of_what_is_over_leads_to_free_times() -> None:
    assert texted("cancelled", status="cancelled").text.endswith("\nhttps://termine.example.org/?a=elbe-window&r=cabin-1")


def test_the_staff_s_note_and_reason_stand_in_the_text() -> None:
    text = texted("cancelled", status="cancelled", reason="Frau Petersen ist krank.", note="Das tut uns leid.").text
    assert "\nFrau Petersen ist krank.\nDas tut uns leid.\n" in text


def test_typographic_marks_and_accents_do_not_double_the_price() -> None:
    text = texted(branch=settings(name="Ohrwerk – Café „Hör‘ hin“"), note="Bis bald … François\u00a0Noël").text
    assert 'Ohrwerk - Café "Hör\' hin": ' in text
    assert "Bis bald ... Francois Noel" in text
    assert GSM_7.issuperset(text)


def test_what_gsm_7_cannot_say_is_said_all_the_same() -> None:
    text = texted(note="До встречи – Ваша практика").text
    assert "До встречи – Ваша практика" in text


@pytest.mark.parametrize("letters", ["äöüßÄÖÜ", "éèùìòàñ", "€[]{}~|\\^", "@£$¥§¿¡"])
def test_letters_of_gsm_7_stay(letters: str) -> None:
    assert plain(letters) == letters


def test_a_letter_and_its_mark_are_one() -> None:
    assert plain("Ho\u0308rtest") == "Hörtest"


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("a" * MOST_GSM_7, True),
        ("a" * (MOST_GSM_7 + 1), False),
        ("€" * (MOST_GSM_7 // 2), True),
        ("€" * (MOST_GSM_7 // 2 + 1), False),
        ("ж" * MOST_OTHERS, True),
        ("ж" * (MOST_OTHERS + 1), False),
        ("👋" * (MOST_OTHERS // 2), True),
        ("👋" * (MOST_OTHERS // 2 + 1), False),
    ],
)
def test_the_longest_text_is_counted_as_telephones_count(text: str, taken: bool) -> None:
    assert fits(text) is taken


def test_the_longest_note_in_latin_letters_can_be_sent() -> None:
    assert "ü" * 500 in texted(note="ü" * 500).text


def test_a_text_that_is_too_long_is_refused_before_it_goes() -> None:
    with pytest.raises(SendNever) as refusal:
        texted(note="👋" * 500)
    assert refusal.value.reason == "too_long"


@pytest.mark.parametrize(
    "written",
    ["0171 3920077", "0171/3920077", "(0171) 392 00 77", "+49 171 3920077", "0049 171 3920077", "+49 (0)171-3920077"],
)
def test_a_number_is_known_however_it_is_written(written: str) -> None:
    assert mobile(written, settings()) == "+491713920077"


@pytest.mark.parametrize(
    "written", [None, "", "siehe Akte", "110", "040 66969 777", "0800 330 1000", "0171", "+999 171 3920077"]
)
def test_what_no_text_reaches_is_no_number(written: str | None) -> None:
    assert mobile(written, settings()) is None


def test_a_number_of_a_neighbour_stays_one() -> None:
    assert mobile("+43 664 1234567", settings()) == "+436641234567"


SATELLITES = ["+881612345678", "+870773123456", "+8821612345678", "+883510012345678"]


@pytest.mark.parametrize("foreign", [*SATELLITES, "+7 701 123 4567", "+1 876 210 1234", "+53 5 1234567", "+44 7400 123456"])
def test_satellites_and_far_countries_are_not_written_to(foreign: str) -> None:
    assert mobile(foreign, settings()) is None


def test_a_branch_says_which_countries_it_writes_to_and_always_to_its_own() -> None:
    branch_settings = settings(sms_countries=("GB",))
    assert numbers.texted(branch_settings) == {"DE", "GB"}
    assert mobile("+44 7400 123456", branch_settings) == "+447400123456"
    assert mobile("0171 3920077", branch_settings) == "+491713920077"
    assert mobile("+43 664 1234567", branch_settings) is None


@pytest.mark.parametrize(("zone", "its_country"), [("Europe/Berlin", "DE"), ("Europe/Vienna", "AT"), ("Etc/UTC", "DE")])
def test_a_branch_is_in_the_country_of_its_time_zone(zone: str, its_country: str) -> None:
    assert settings(zone=zone).branch.country == its_country


def test_a_branch_is_in_the_country_whose_holidays_it_has() -> None:
    swiss = settings(public_holidays=PublicHolidays(country="CH"))
    assert swiss.branch.country == "CH"
    assert mobile("078 123 45 67", swiss) == "+41781234567"


def test_who_has_no_mobile_number_cannot_be_texted() -> None:
    booked = appointment()
    home = Reach("erika@example.org", "040 66969 777", "Mustermann", None, in_writing=False)
    with pytest.raises(Unreachable):
        compose(message(booked, kind="told", channel="sms"), booked, to=home)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("ł" * 134, 2),
        ("ł" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
    ids=lambda given: f"{len(given)}{given[:1]}" if isinstance(given, str) else None,
)
def test_parts_are_counted_as_they_are_paid_for(text: str, count: int) -> None:
    """A character that takes the room of two is never split (3GPP TS 23.038 and 23.040): of emojis 33 fit a part."""
    assert parts(text) == count
