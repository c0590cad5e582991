"""Telephone numbers as an SMS needs them, however people write them."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.domain.settings import Settings

TEXTED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""Kinds of numbers that can receive an SMS; some countries do not tell mobile ones apart."""
NEIGHBOURS: dict[str, str] = {
    "AT": "CH CZ DE HU IT LI SI SK",
    "BE": "DE FR LU NL",
    "CH": "AT DE FR IT LI",
    "CZ": "AT DE PL SK",
    "DE": "AT BE CH CZ DK FR LU NL PL",
    "DK": "DE SE",
    "ES": "AD FR PT",
    "FR": "AD BE CH DE ES IT LU MC",
    "GB": "GG IE IM JE",
    "IE": "GB",
    "IT": "AT CH FR SI SM VA",
    "LI": "AT CH",
    "LU": "BE DE FR",
    "NL": "BE DE",
    "PL": "CZ DE LT SK",
    "PT": "ES",
}
"""Whose numbers a branch in a country writes to as well unless it has said which; elsewhere only its own country's."""
REGISTERED = frozenset({"AT", "ES", "IE"})
"""Where telephone companies take an SMS only from a sender that is registered with them, as known in November 2026."""


def mobile(phone: str | None, settings: Settings) -> str | None:
    """The number in E.164, e.g. `+491711234567`; None if it is none, one that no SMS reaches, such as a fixed line, or one of a
    country that the branch does not write to: satellites are of none, and cost a hundred times as much.

    What is written without a country's prefix is of the branch's country.
    """
    try:
        number = phonenumbers.parse(phone or "", settings.branch.country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(number) not in TEXTED or phonenumbers.region_code_for_number(number) not in texted(settings):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def texted(settings: Settings) -> frozenset[str]:
    """The countries whose mobile numbers a branch writes to: those that it has said, and always its own."""
    own = settings.branch.country
    return frozenset({own, *(settings.branch.sms_countries or NEIGHBOURS.get(own, "").split())})
