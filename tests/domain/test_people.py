"""How people are recognised in spite of spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.people import Match, Person, SearchText, compare, digits, folded, hint, keys_of, likeness, matches, sound

ANNA = Person(id="c1", version=1, last_name="Meyer", first_name="Anna", email="anna@example.org", phone="040 1234567")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mueller"),
        ("Müller", "MULLER"),
        ("Groß", "gross"),
        ("Schmidt-Meyer", "schmidt  meyer"),
        ("O'Brien", "OBrien"),
        ("O’Brien", "OBrien"),
        ("René", "Rene"),
        ("Ørsted", "Oersted"),
    ],
)
def test_spellings_of_one_name_are_folded_into_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(alphabet="aeouäöüßAEÄ- '’xéıİ", max_size=12), st.integers(0, 12))
def test_the_folding_of_a_beginning_is_a_beginning_of_the_folding(name: str, typed: int) -> None:
    assert folded(name).startswith(folded(name[:typed]))


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("040 123", "40123"),
        ("+49 (0)40 / 123", "40123"),
        ("0049 40 123", "40123"),
        ("+43 664 12", "004366412"),
        ("0043 664 12", "004366412"),
        ("(+49) 40 123", "40123"),
        ("Tel. +49 40 123", "40123"),
        ("040 123456 / 0171 555", "40123456"),
        ("040 123456 ab 17 Uhr", "40123456"),
        ("call me", ""),
    ],
)
def test_a_phone_number_has_one_form_however_it_is_written(phone: str, expected: str) -> None:
    assert digits(phone) == expected


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Müller-Lüdenscheidt", "65752682"),
        ("Wikipedia", "3412"),
        ("Breschnew", "17863"),
        ("Meyer", "67"),
        ("Maier", "67"),
        ("Mayr", "67"),
        ("Schmidt", "862"),
        ("Schmitt", "862"),
        ("Philipp", "351"),
        ("Filip", "351"),
        ("Xaver", "4837"),
        ("Cäcilie", "485"),
        ("Christian", "47826"),
        ("Ohm", "06"),
        ("Петров", ""),
    ],
)
def test_names_sound_as_the_koelner_phonetik_says(word: str, code: str) -> None:
    assert sound(folded(word)) == code


def test_a_customer_is_found_by_each_word_of_the_name_in_either_order() -> None:
    person = Person(last_name="Schmidt-Meyer", first_name="Anna")
    names = {key for book, key in keys_of(person) if book == "name"}
    assert names == {"schmidt meyer anna", "meyer anna", "anna schmidt meyer"}


def test_a_customer_is_found_by_sound_address_and_number() -> None:
    others = {(book, key) for book, key in keys_of(ANNA) if book != "name"}
    reached = {("email", "anna@example.org"), ("phone", "401234567"), ("ending", "765432104")}
    assert others == {("sound", "67 06"), ("sound", "06 67")} | reached


def test_who_has_no_first_name_is_found_by_sound_too() -> None:
    assert {key for book, key in keys_of(Person(last_name="Meyer")) if book == "sound"} == {"67 "}


def test_keys_fit_into_the_table_however_long_the_name() -> None:
    person = Person(last_name="ﷺ" * 100, first_name="Ж" * 100, email=f"{'a' * 240}@example.org", phone="1" * 40)
    assert all(len(key.encode()) <= 900 for _, key in keys_of(person))


@pytest.mark.parametrize("text", ["mey", "MEYER an", "anna mey", "maier", "anna@", "040 12", "+49 40 123", "Anna, Meyer"])
def test_what_was_typed_so_far_may_become_a_customers_name_address_or_number(text: str) -> None:
    assert SearchText(text).begins(ANNA)


@pytest.mark.parametrize("text", ["meyers", "anna p", "041", "bea@", "", "-", "04"])
def test_what_was_typed_may_become_nothing_of_a_customers(text: str) -> None:
    assert not SearchText(text).begins(ANNA)


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [("meyer", "meyer", 1.0), ("meyer", "maier", 0.9), ("hansen", "hanesn", 0.8), ("becker", "beker", 0.8)],
)
def test_a_typing_error_makes_a_name_little_unlike(one: str, other: str, least: float) -> None:
    assert likeness(one, other) >= least


def test_different_names_are_unlike() -> None:
    assert likeness("wagner", "schulz") < 0.4


def asked(**fields: str | None) -> Person:
    given: dict[str, str | None] = {"last_name": "Meyer", "first_name": "Anna", "email": None, "phone": None} | fields
    return Person(**given)  # type: ignore[arg-type]


def score(**fields: str | None) -> Match:
    return compare(asked(**fields), ANNA)


def test_what_agrees_is_named() -> None:
    match = score(last_name="Maier", email="ANNA@example.org", phone="+49 40 1234567")
    assert match.because == ("email", "phone", "name")
    assert score(last_name="Schulz", first_name="Uwe", phone="040 1234567").because == ("phone",)


def test_a_relative_with_the_same_number_and_address_is_less_likely_than_the_person_from_elsewhere() -> None:
    relative = score(first_name="Paul", email="anna@example.org", phone="040 1234567")
    elsewhere = score(email="a.meyer@work.example", phone="0170 99")
    assert elsewhere.likeness > relative.likeness


@pytest.mark.parametrize(
    "fields",
    [
        {"last_name": "Anna", "first_name": "Meyer"},
        {"last_name": "Myeer"},
        {"last_name": "Meyer-Schulz"},
        {"first_name": None, "phone": "040 1234567"},
        {"last_name": "Schulz", "email": "anna@example.org"},
    ],
)
def test_the_same_person_with_a_slip_is_likely(fields: dict[str, str | None]) -> None:
    assert score(**fields).likeness > 0.5


def test_a_mistyped_address_or_number_speaks_for_somebody_too() -> None:
    nothing = score(first_name=None).likeness
    assert score(first_name=None, email="ana@example.org").likeness > nothing
    assert score(first_name=None, phone="040 1234568").likeness > nothing


def test_an_address_that_tells_the_first_name_speaks_for_it() -> None:
    told = compare(asked(first_name=None, email="anna.meyer@work.example"), ANNA).likeness
    assert told > compare(asked(first_name=None, email="paul.meyer@work.example"), ANNA).likeness


def test_whom_a_request_is_for_comes_before_who_asked_for_it() -> None:
    mother = Person(id="c2", last_name="Meyer", first_name="Hilde")
    daughter = Person(id="c1", last_name="Meyer", first_name="Anna")
    found = matches([asked(first_name="Hilde"), asked()], [daughter, mother])
    assert [each.person for each in found] == [mother, daughter]


def test_at_most_five_are_offered_and_nobody_unlikely() -> None:
    alike = [Person(id=str(number), last_name="Meyer", first_name="Anna") for number in range(9)]
    assert len(matches([asked()], alike)) == 5
    assert matches([asked()], [Person(id="1", last_name="Schulz", first_name="Uwe")]) == []


def test_another_number_or_address_speaks_against_a_namesake() -> None:
    namesakes = [replace(ANNA, id="other"), replace(ANNA, id="unknown", email=None, phone=None)]
    found = matches([asked(email="a.meyer@work.example", phone="0170 998877")], namesakes)
    assert [each.person.id for each in found] == ["unknown", "other"]


def test_who_changed_the_name_and_kept_the_number_comes_before_a_namesake() -> None:
    namesake = Person(id="c2", last_name="Schulz", first_name="Anna")
    found = matches([asked(last_name="Schulz", phone="040 1234567")], [namesake, ANNA])
    assert [each.person for each in found] == [ANNA, namesake]


def test_an_address_spells_a_mistyped_name() -> None:
    mistyped = {"last_name": "Mxyr", "first_name": "Ama"}
    assert score(**mistyped, email="anna.meyer@work.example").likeness > score(**mistyped, email="sunny@work.example").likeness


@pytest.mark.parametrize(("one", "other"), [(Person(last_name="Anna"), ANNA), (ANNA, Person(last_name="Anna"))])
def test_a_first_name_in_the_place_of_the_last_one_is_recognised(one: Person, other: Person) -> None:
    assert compare(one, other).because == ("name",)


def test_a_short_first_name_is_not_taken_for_the_beginning_of_the_one_in_the_address() -> None:
    assert hint(asked(first_name="Jo", email="jonas.meyer@example.org")) == "jo"


@pytest.mark.parametrize(("box", "told"), [("anna.meyer", "anna"), ("meyer.anna", "anna"), ("info", "")])
def test_an_address_tells_a_first_name_before_or_behind_the_last_one(box: str, told: str) -> None:
    assert hint(asked(first_name=None, email=f"{box}@example.org")) == told


def test_a_name_without_latin_letters_sounds_like_no_other() -> None:
    assert not SearchText("Петров").begins(Person(last_name="Иванов"))


def test_a_first_name_of_two_letters_is_no_initial() -> None:
    jo = replace(ANNA, first_name="Jo")
    assert compare(asked(first_name="Jo"), jo).likeness > score(first_name="A.").likeness


def test_a_last_name_alone_is_not_the_name() -> None:
    assert score(first_name="Paul").because == ()


def test_a_mistyped_address_says_less_than_the_same_one() -> None:
    assert score(first_name=None, email="ana@example.org").likeness < score(first_name=None, email="anna@example.org").likeness


def test_the_same_name_at_another_provider_speaks_for_somebody() -> None:
    assert (
        score(first_name=None, email="anna@work.example").likeness > score(first_name=None, email="info@work.example").likeness
    )


def test_a_short_number_that_lacks_a_digit_is_another_number() -> None:
    short = replace(ANNA, phone="040 12345")
    found = [compare(asked(phone=phone), short).likeness for phone in ("040 1234", "040 9876")]
    assert found[0] == found[1]


def test_an_initial_that_fits_speaks_for_somebody_and_another_against() -> None:
    paul = replace(ANNA, first_name="Paul")
    fitting, none, other = (compare(asked(first_name=name), paul).likeness for name in ("P.", None, "L."))
    assert fitting > none > other
    assert compare(ANNA, replace(ANNA, first_name="A.")).likeness > compare(ANNA, replace(ANNA, first_name="N.")).likeness


def test_of_several_first_names_one_is_enough() -> None:
    assert score(first_name="Anna Sophie").likeness > 0.9


def test_names_that_sound_alike_but_share_few_letters_are_two() -> None:
    assert likeness("baumnnn", "bohm") < 0.6
