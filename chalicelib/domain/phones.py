"""Telephone numbers as they are dialled, however and wherever people write them.

A number without a country's code is of the branch's country.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FEWEST_DIGITS, MOST_DIGITS = 5, 15
"""Of a telephone number; with its country's prefix none is longer (E.164)."""
FALLBACK = "DE"


@dataclass(frozen=True)
class Home:
    """A country as its numbers have it: its code, and the trunk prefix that stands before an area's code where no country's
    does: `0` mostly, in Italy nothing."""

    code: str
    trunk: str


_BY_TRUNK = {
    "0": (
        "AE971 AF93 AL355 AM374 AR54 AT43 AU61 AX358 AZ994 BA387 BD880 BE32 BG359 BL590 BO591 BR55 CC61 CD243 CH41 CN86 "
        "CO57 CU53 CX61 DE49 DZ213 EC593 EG20 EH212 ER291 ET251 FI358 FR33 GB44 GE995 GF594 GG44 GH233 GP590 HR385 ID62 "
        "IE353 IL972 IM44 IN91 IQ964 IR98 JE44 JO962 JP81 KE254 KG996 KH855 KI686 KP850 KR82 LA856 LB961 LK94 LR231 LT370 "
        "LY218 MA212 MD373 ME382 MF590 MG261 MK389 MM95 MN976 MQ596 MW265 MY60 NA264 NG234 NL31 NP977 NZ64 PE51 PH63 PK92 "
        "PM508 PS970 PY595 RE262 RO40 RS381 RW250 SA966 SD249 SE46 SI386 SK421 SL232 SO252 SS211 SY963 TH66 TR90 TW886 "
        "TZ255 UA380 UG256 UY598 VE58 VN84 XK383 YE967 YT262 ZA27 ZM260 ZW263 "
    ),
    "": (
        "AC247 AD376 AO244 AW297 BF226 BH973 BI257 BJ229 BN673 BQ599 BT975 BW267 BZ501 CF236 CG242 CI225 CK682 CL56 CM237 "
        "CR506 CV238 CW599 CY357 CZ420 DJ253 DK45 EE372 ES34 FJ679 FK500 FM691 FO298 GA241 GI350 GL299 GM220 GN224 GQ240 "
        "GR30 GT502 GW245 GY592 HK852 HN504 HT509 IO246 IS354 IT39 KM269 KW965 LI423 LS266 LU352 LV371 MC377 ML223 MO853 "
        "MR222 MT356 MU230 MV960 MX52 MZ258 NC687 NE227 NF672 NI505 NO47 NR674 NU683 OM968 PA507 PF689 PG675 PL48 PT351 "
        "PW680 QA974 SB677 SC248 SG65 SH290 SJ47 SM378 SN221 SR597 ST239 SV503 SZ268 TA290 TD235 TG228 TJ992 TK690 TL670 "
        "TN216 TO676 TV688 UZ998 VA39 VU678 WF681 WS685 "
    ),
    "1": ("AG1 AI1 AS1 BB1 BM1 BS1 CA1 DM1 DO1 GD1 GU1 JM1 KN1 KY1 LC1 MH692 MP1 MS1 PR1 SX1 TC1 TT1 US1 VC1 VG1 VI1 "),
    "8": "BY375 KZ7 RU7 TM993",
    "06": "HU36",
}
"""Codes (ITU-T E.164) of countries (ISO 3166) by their trunk prefix."""
HOMES = {row[:2]: Home(row[2:], trunk) for trunk, rows in _BY_TRUNK.items() for row in rows.split()}
TRUNKS = {home.code: home.trunk for home in HOMES.values()}
"""By country's code; none is the beginning of another one."""
GERMANY = HOMES[FALLBACK]
NORTH_AMERICA = "1"
EXITS = {"1": "011", "61": "0011", "7": "810", "81": "010", "375": "810"}
"""What is dialled before another country's code, where that is not 00."""
LONGEST_SHORT = 6
"""Digits of a number that only works at home, such as 116117."""
OF_AREA = 10
"""Digits of a number in North America, where the trunk prefix may be left out."""
_WITH_CODE = re.compile(r"[^0-9+]*\+")
_WORDS = re.compile(r"[^\W\d_]")
"""What stands behind a number in words is none of it: `App. 12`, `ab 17 Uhr`."""
_NEXT = re.compile(r"\s*(?:[/,;|]|\bo(?:de)?r\b)\s*(?=\+|0)")
"""Between two numbers of one field."""


@cache
def country_of(zone: str) -> str:
    """Where a time zone is, as ISO 3166 has it, by the IANA's own table."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == zone), FALLBACK)


def home(country: str) -> Home:
    return HOMES.get(country, GERMANY)


def plain(phone: str) -> str:
    """Without marks that nobody sees, which are pasted with numbers; digits, signs and spaces of whatever script as ASCII has
    them."""
    return "".join(_plain(each) for each in unicodedata.normalize("NFKC", phone)).strip()


def dialable(phone: str, at: Home) -> str:
    """What a telephone is to dial: `+4940123450` of `+49 (0)40 / 123 45-0`, and of `040 12345-0` in Germany. Of several numbers
    the first; what can be dialled only `at` home stays as it is, such as `112`; empty where there is no digit."""
    figures, has_code = first_number(plain(phone))
    return _international(figures, at, has_code=has_code) or figures


def first_number(text: str) -> tuple[str, bool]:
    """The digits of the first number of a plain text, and whether they begin with a country's code behind a plus."""
    text = text[: _behind_a_number(_NEXT, text)]
    return _digits(text[: _behind_a_number(_WORDS, text)]), _WITH_CODE.match(text) is not None


def _behind_a_number(sought: re.Pattern[str], text: str) -> int | None:
    """Where the first of what is sought begins that has the digits of a number before it."""
    figures = seen = 0
    for found in sought.finditer(text):
        figures, seen = figures + len(_digits(text[seen : found.start()])), found.start()
        if figures > FEWEST_DIGITS:
            return found.start()
    return None


def _international(figures: str, at: Home, *, has_code: bool) -> str | None:
    if has_code:
        number = figures
    elif figures.startswith(way_out := EXITS.get(at.code, "00")):
        number = figures.removeprefix(way_out)
    elif at.trunk and figures.startswith(at.trunk):
        number = at.code + figures.removeprefix(at.trunk)
    elif (not at.trunk and len(figures) > LONGEST_SHORT) or (at.code == NORTH_AMERICA and len(figures) == OF_AREA):
        number = at.code + figures
    else:
        return None
    for code in (number[:2], number[:3]):
        if TRUNKS.get(code) == "0":
            return f"+{code}{number.removeprefix(code).lstrip('0')}"
    return f"+{number}"


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    return {"Zs": " ", "Pd": "-"}.get(category, character)


def _digits(text: str) -> str:
    return "".join(each for each in text if each in "0123456789")
