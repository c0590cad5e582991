"""Telephone numbers as an SMS needs them, however people write them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.domain.settings import Settings

TEXTED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""Kinds of numbers that can receive an SMS; some countries do not tell mobile ones apart."""
FALLBACK = "DE"


def mobile(phone: str | None, settings: Settings) -> str | None:
    """The number in E.164, e.g. `+491711234567`; None if it is none, or one that no SMS reaches, such as a fixed line.

    What is written without a country's prefix is of the branch's country.
    """
    try:
        number = phonenumbers.parse(phone or "", country(settings))
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(number) not in TEXTED:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def country(settings: Settings) -> str:
    """Where a branch is, as ISO 3166 has it: what its public holidays say, else its time zone."""
    holidays = settings.branch.public_holidays
    return holidays.country if holidays else _countries().get(settings.zone.key, FALLBACK)


@cache
def _countries() -> dict[str, str]:
    """By time zone, as the IANA's own table has it."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
