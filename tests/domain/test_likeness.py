"""How alike two names are, how they sound, and how numbers may be written."""

from __future__ import annotations

import pytest

from chalicelib.domain.people import Person, SearchText, digits, likeness, person_of, sound, written_as
from chalicelib.domain.phones import home
from tests.builders import NOW
from tests.domain.test_customer import KNOWN


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("abcdefghij", "abcdefghijk", 1),
        ("abcdefghij", "bcdefghij", 1),
        ("abcdefghij", "abcdXfghij", 1),
        ("abcdefghij", "abdcefghij", 1),
        ("abcdefghij", "bacdefghij", 1),
        ("abcdefghij", "abcdefghji", 1),
        ("abcdefghij", "badcefghij", 2),
        ("abcdefghij", "abedcfghij", 2),
        ("abcdefghij", "cbadefghij", 2),
        ("abcdefghij", "abcdefgh", 2),
        ("abcdefghij", "defghij", 3),
        ("abcdefghij", "fghijabcde", 10),
        ("ab", "ba", 1),
        ("b", "ab", 1),
        ("ab", "cd", 2),
        ("ab", "ca", 2),
        ("ababb", "ab", 3),
        ("aab", "aba", 1),
        ("abab", "baba", 2),
    ],
)
def test_names_differ_by_what_is_missing_too_many_wrong_or_has_changed_places(one: str, other: str, errors: int) -> None:
    expected = 1 - errors / max(len(one), len(other))
    if not (len(sound(one)) > 1 and sound(one) == sound(other)):
        assert likeness(one, other) == likeness(other, one) == pytest.approx(expected)
    else:
        assert likeness(one, other) == pytest.approx(max(expected, 0.9))


@pytest.mark.parametrize(
    ("one", "other", "alike"), [("meyer", "meyer", 1.0), ("", "", 0.0), ("meyer", "maier", 0.9), ("boa", "poa", 1 - 1 / 3)]
)
def test_names_that_sound_alike_are_nearly_alike(one: str, other: str, alike: float) -> None:
    assert likeness(one, other) == alike


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("phil", "35"),
        ("paul", "15"),
        ("katze", "48"),
        ("rads", "78"),
        ("radcliff", "7853"),
        ("stadt", "822"),
        ("hexe", "048"),
        ("lukx", "548"),
        ("lucx", "548"),
        ("luqx", "548"),
        ("xx", "4848"),
        ("scx", "8"),
        ("c", "8"),
        ("celle", "85"),
        ("casar", "487"),
        ("claus", "458"),
        ("christ", "4782"),
        ("cux", "448"),
        ("jacob", "041"),
        ("jacquard", "0472"),
        ("nacl", "685"),
        ("franc", "3768"),
        ("schmidt", "862"),
        ("azca", "08"),
        ("zeus", "88"),
        ("z", "8"),
        ("7", ""),
        ("a7b", "01"),
    ],
)
def test_letters_sound_by_their_neighbours(word: str, code: str) -> None:
    assert sound(word) == code


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("040 123", "DE", "40123"),
        ("+49 0 40 123", "DE", "40123"),
        ("(0)40 12X", "DE", "4012"),
        ("02 1234", "IT", "21234"),
        ("+39 02 1234", "IT", "21234"),
        ("8 912 345", "LT", "8912345"),
        ("1 212 555", "US", "212555"),
        ("212 555", "US", "212555"),
        ("+43 1 23", "AT", "123"),
        ("+49 40 12", "AT", "00494012"),
    ],
)
def test_a_number_is_read_as_at_home(phone: str, country: str, expected: str) -> None:
    assert digits(phone, home(country)) == expected


@pytest.mark.parametrize(
    ("phone", "country", "forms"),
    [
        ("040 123", "DE", {"40123"}),
        ("0049 40 123", "DE", {"40123"}),
        ("+43 1 23", "DE", {"0043123"}),
        ("01 23", "AT", {"123", "0043123", "00430123"}),
        ("+49 40 12", "AT", {"4012"}),
        ("anna", "AT", set()),
    ],
)
def test_a_number_is_sought_in_every_form_that_the_index_may_have(phone: str, country: str, forms: set[str]) -> None:
    assert written_as(phone, home(country)) == forms


@pytest.mark.parametrize(
    ("text", "is_phone", "is_email"),
    [
        ("040 123", True, False),
        ("+49 (0)40/12-3.4", True, False),
        ("123", True, True),
        ("12", False, True),
        ("0123a", False, True),
        ("anna@example.org", False, True),
        ("anna", False, False),
        ("anna m.", False, False),
        ("", False, False),
        (" ", False, False),
        ("anna7", False, True),
    ],
)
def test_what_was_typed_is_told_by_its_form(text: str, is_phone: bool, is_email: bool) -> None:
    assert (SearchText(text).is_phone, SearchText(text).is_email) == (is_phone, is_email)


ANNA = Person(last_name="Meyer", first_name="Anna", email="anna@example.org", phone="040 1234567")
NAMELESS = Person(last_name="Xaver")


@pytest.mark.parametrize(
    ("text", "person", "begins"),
    [
        ("040 123", ANNA, True),
        ("1234567", ANNA, True),
        ("01234567", ANNA, False),
        ("567", ANNA, False),
        ("040 123", NAMELESS, False),
        ("anna@ex", ANNA, True),
        ("example.org", ANNA, False),
        ("anna@ex", NAMELESS, False),
        ("mey an", ANNA, True),
        ("an mey", ANNA, True),
        ("mey xav", ANNA, False),
        ("maier", ANNA, True),
        ("maj", ANNA, False),
        ("", ANNA, False),
        ("yer", ANNA, False),
        ("none", NAMELESS, False),
        ("xx", NAMELESS, False),
    ],
)
def test_what_was_typed_may_become_a_name_an_address_or_a_number(text: str, person: Person, begins: bool) -> None:
    assert SearchText(text).begins(person) is begins


def test_a_word_of_three_letters_is_also_heard() -> None:
    assert SearchText("mai").begins(Person(last_name="Moj"))
    assert not SearchText("ma").begins(Person(last_name="Mo"))


def test_a_customer_is_recognised_by_all_that_is_kept_of_how_to_reach_the_person() -> None:
    found = person_of(KNOWN)
    assert found == Person(last_name="Mayer", email="record@example.org", id="c", version=1)
    assert KNOWN.made_at == NOW
