"""Telephone numbers as they are dialled."""

from __future__ import annotations

from functools import partial

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.domain.phones import GERMANY, HOMES, TRUNKS, country_of, dialable, home, plain
from tests.work import instructions

EUROPE = "AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MD ME MK MT NL NO PL PT RO RS SE SI SK"
BEYOND = "SM TR UA US CA AU NZ JP IN ZA IL"
NATIONAL, INTERNATIONAL, E164 = PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164


@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
@pytest.mark.parametrize("country", f"{EUROPE} {BEYOND}".split())
def test_a_number_is_dialled_as_its_country_s_plan_says(country: str, kind: int) -> None:
    number = phonenumbers.example_number_for_type(country, kind)
    assert number is not None
    for form in (NATIONAL, INTERNATIONAL):
        assert dialable(phonenumbers.format_number(number, form), HOMES[country]) == phonenumbers.format_number(number, E164)


def test_every_country_has_the_code_that_it_was_given() -> None:
    assert {country: int(home.code) for country, home in HOMES.items()} == {
        country: phonenumbers.country_code_for_region(country) for country in phonenumbers.SUPPORTED_REGIONS
    }


def test_no_country_s_code_begins_another_one() -> None:
    assert not [(one, other) for one in TRUNKS for other in TRUNKS if one != other and other.startswith(one)]


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+49 (0)040 12345", "+494012345"),
        ("+49 (0)40 / 123 45-0", "+4940123450"),
        ("+49 40 / 123 45-0", "+4940123450"),
        ("0049 (0) 40 123450", "+4940123450"),
        ("+49 040 123450", "+4940123450"),
        ("(040) 123 45-0", "+4940123450"),
        ("040/12345-0", "+4940123450"),
        ("Tel.: 040 12345-0", "+4940123450"),
        ("\u202a+49\xa040 123450\u202c", "+4940123450"),
        ("\uff0b49 40 123450", "+4940123450"),
        ("040 123450 oder 0171 1234567", "+4940123450"),
        ("040 123450 / +49 171 1234567", "+4940123450"),
        ("+43 (0)664 123 45 67", "+436641234567"),
        ("+39 06 6982 1234", "+390669821234"),
        ("0800 1234567", "+498001234567"),
        ("112", "112"),
        ("116 117", "116117"),
        ("66969 12345", "6696912345"),
        ("+353 (0)1 234 5678", "+35312345678"),
        ("+999 123 456", "+999123456"),
        ("-", ""),
        ("", ""),
    ],
)
def test_what_is_written_in_germany_is_dialled_by_its_digits(written: str, dialled: str) -> None:
    assert dialable(written, GERMANY) == dialled


@pytest.mark.parametrize(
    ("country", "written", "dialled"),
    [
        ("AT", "0664 123 45 67", "+436641234567"),
        ("CH", "044 123 45 67", "+41441234567"),
        ("LI", "234 56 78", "+4232345678"),
        ("IT", "06 6982 1234", "+390669821234"),
        ("US", "1 212 555 0100", "+12125550100"),
        ("HU", "06 30 123 4567", "+36301234567"),
        ("AT", "112", "112"),
        ("ES", "116 117", "116117"),
        ("XX", "040 123450", "+4940123450"),
    ],
)
def test_what_is_written_without_a_code_is_of_the_branch_s_country(country: str, written: str, dialled: str) -> None:
    assert dialable(written, home(country)) == dialled


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("0171 1234567 ab 17 Uhr", "+491711234567"),
        ("040 123456 App. 12", "+4940123456"),
        ("(040) 12 App. 34", "+49401234"),
        ("040 123456 (Frau Maier, 2. Stock)", "+4940123456"),
        ("Tel. 040 123456", "+4940123456"),
    ],
)
def test_words_around_a_number_are_none_of_it(written: str, dialled: str) -> None:
    assert dialable(written, home("DE")) == dialled


@pytest.mark.parametrize(("country", "way_out"), [("AU", "0011"), ("US", "011"), ("JP", "010"), ("DE", "00")])
def test_another_country_is_dialled_by_the_way_out_of_one_s_own(country: str, way_out: str) -> None:
    assert dialable(f"{way_out} 49 40 123456", home(country)) == "+4940123456"


@pytest.mark.parametrize(
    ("pasted", "seen"),
    [
        (" \u202a+49\xa040\u202c ", "+49 40"),
        ("\u0660\u0664\u0660 12", "040 12"),
        ("040\u201312", "040-12"),
        ("040\u168012", "040 12"),
        ("\uff0b49", "+49"),
    ],
)
def test_a_pasted_number_is_read_in_plain_signs(pasted: str, seen: str) -> None:
    assert plain(pasted) == seen


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Vienna", "AT"), ("Asia/Tokyo", "JP"), ("America/New_York", "US"), ("Europe/Zurich", "CH"), ("UTC", "DE")],
)
def test_a_time_zone_is_somewhere(zone: str, country: str) -> None:
    assert country_of(zone) == country


@pytest.mark.parametrize(
    ("written", "country", "dialled"),
    [
        ("040 1234 oder 0171 1234567 oder 0172 1", "DE", "+49401234"),
        ("212 555 0123", "US", "+12125550123"),
        ("1 212 555 0123", "US", "+12125550123"),
        ("555 0123", "US", "5550123"),
        ("0123456789", "US", "+10123456789"),
        ("+370 8 612 34567", "LT", "+370861234567"),
    ],
)
def test_a_number_is_dialled_by_its_country_s_habits(written: str, country: str, dialled: str) -> None:
    assert dialable(written, home(country)) == dialled


@pytest.mark.parametrize("piece", ["x", "1 x", "/ + ", "+0"])
def test_the_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    """As text from outside may be as long as it likes."""
    short, long = (instructions(partial(dialable, piece * times, GERMANY)) for times in (100, 1000))
    assert long < short * 20
