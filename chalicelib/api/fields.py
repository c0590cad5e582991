"""What customers type: cleaned, and refused where it could do harm further on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

from chalicelib import lazily
from chalicelib.domain import phones
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.rules import ELSEWHERE, Chars, Email, Line, Paragraphs, PersonName, Phone, rules_of

with lazily.at_first_use("email_validator"):  # by the first booking of a process: looking at free times does not need it
    import email_validator

DIGITS_OF_A_NAME = 3
"""At most: more of them would be a telephone number."""
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
SEPARATORS = frozenset("\u2028\u2029")
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the text around them, so that it reads as something else than it is."""
_NO_DIRECTIONS = dict.fromkeys(map(ord, DIRECTIONS))
AROUND = frozenset({"Cf", "Zs"})
"""Categories of what nobody sees at a text's ends: spaces, and marks that are pasted with it from other programs."""
_NUMBER = re.compile(r"\+?[0-9 ()/.-]+")
ENCODED_WORD = "=?"
"""How mail programs begin text in another encoding (RFC 2047): in an address it would be read as another one."""


def comment(request: Any) -> Comment:
    """The request's personal fields. Raises Invalid naming every wrong one.

    No line break or control character passes in a one-line field: it might end a mail's header and begin another.
    """
    wrong: dict[str, Flaw] = {}
    given = (each for each in fields(Comment) if ELSEWHERE not in rules_of(each.type))
    typed = {each.name: _typed(each, getattr(request, each.name), wrong) for each in given}
    if wrong:
        raise Invalid(wrong)
    return Comment(**typed)


def answers(given: Mapping[str, str | bool]) -> dict[str, str | bool]:
    """The answers to questions, each text one line; what is empty is none. Raises Invalid naming every wrong one."""
    wrong: dict[str, Flaw] = {}
    found = {name: line(f"answers.{name}", value, wrong) if isinstance(value, str) else value for name, value in given.items()}
    if wrong:
        raise Invalid(wrong)
    return {name: value for name, value in found.items() if value is not None}


def _typed(field: Field[Any], value: Any, wrong: dict[str, Flaw]) -> Any:
    rule = next((each for each in rules_of(field.type) if isinstance(each, Chars)), None)
    return cleaned(rule, field.name, value, wrong) if rule else value


def cleaned(rule: Chars, name: str, value: str | None, wrong: dict[str, Flaw]) -> str | None:
    """A text as its rule has it; None if nothing is left. Adds to `wrong` what is wrong with it, by its name."""
    match rule:
        case Email():
            value = email_address(name, value, wrong) if value and value.strip() else None
        case PersonName():
            value = person(name, value, wrong)
        case Phone():
            value = phone(name, value, wrong)
            if value and _digits(value) < rule.digits:
                wrong.setdefault(name, Flaw("phone"))
        case Line():
            value = line(name, value, wrong)
        case Paragraphs():
            value = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text(name, value, wrong) or "", flags=re.MULTILINE))
        case _:
            value = text(name, value, wrong)
    if rule.least and not value:
        wrong.setdefault(name, Flaw("required"))
    return value or None


def address(email: str) -> str:
    """An e-mail address alone. Raises Invalid, with the character that is wrong in it."""
    wrong: dict[str, Flaw] = {}
    found = email_address("email", email, wrong)
    if wrong:
        raise Invalid(wrong)
    return found


def whom_to_call(name: str, number: str | None, when: str | None) -> tuple[str, str, str | None]:
    """Name, number and when it suits, each one line. Raises Invalid naming every wrong one."""
    wrong: dict[str, Flaw] = {}
    caller, number, suits = person("name", name, wrong), phone("phone", number, wrong), line("when", when, wrong)
    if not caller and "name" not in wrong:
        wrong["name"] = Flaw("required")
    if not (number and _NUMBER.fullmatch(number) and phones.FEWEST_DIGITS <= _digits(number) <= phones.MOST_DIGITS):
        wrong["phone"] = Flaw("phone")
    if wrong:
        raise Invalid(wrong)
    return caller or "", number or "", suits


def line(name: str, value: str | None, wrong: dict[str, Flaw]) -> str | None:
    """One line in normal form, without spaces and unseen marks around it; None if nothing is left."""
    if value is None:
        return None
    value = _bare(value)
    if not DIRECTIONS.isdisjoint(value):
        wrong[name] = Flaw("turned_text")
    if _has_control(value):
        wrong[name] = Flaw("one_line")
    line = unicodedata.normalize("NFC", value).strip()
    return line if any(_is_seen(each) for each in line) else None


def person(name: str, value: str | None, wrong: dict[str, Flaw]) -> str | None:
    """What a customer gives as somebody's name, as `line`. The branch's own mails carry it, and mail programs make links of
    addresses and numbers: a name has none."""
    found = line(name, value, wrong)
    if found and name not in wrong and (flaw := _no_name(found)):
        wrong[name] = flaw
    return found


def phone(name: str, value: str | None, wrong: dict[str, Flaw]) -> str | None:
    """A telephone number as it was written, without unseen marks; None if there is nothing but signs, such as `-`."""
    found = line(name, phones.plain(value or ""), wrong)
    return found if found and any(map(str.isalnum, found)) else None


def text(name: str, value: str | None, wrong: dict[str, Flaw]) -> str | None:
    """Lines in normal form, without spaces around them, nor marks that come with what is pasted and would turn it; None if
    nothing is left."""
    if value is None:
        return None
    value = _bare(value.translate(_NO_DIRECTIONS))
    if _has_control(value.translate({ord(each): None for each in "\r\n\t"})):
        wrong[name] = Flaw("control_characters")
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip() or None


def email_address(name: str, value: str, wrong: dict[str, Flaw]) -> str:
    """The address as mail servers know it: an international domain in its ASCII form, up to 64 characters before the @."""
    value = _bare(value)
    if _has_control(value):
        wrong[name] = Flaw("one_line")
        return ""
    if foreign := foreign_character(value):
        wrong[name] = Flaw("email_character", character=foreign)
        return ""
    if ENCODED_WORD in value:
        wrong[name] = Flaw("email")
        return ""
    try:
        checked = email_validator.validate_email(value, check_deliverability=False, allow_smtputf8=False, strict=True)
    except email_validator.EmailNotValidError:
        wrong[name] = Flaw("email")
        return ""
    return checked.ascii_email or checked.normalized


def foreign_character(email: str) -> str | None:
    """The first character before the @ that mail servers do not know, such as `ö`, of what else may be an address."""
    local, at, domain = unicodedata.normalize("NFC", email).rpartition("@")
    unknown = (each for each in local if not each.isascii() and unicodedata.category(each)[0] == "L")
    return next(unknown, None) if at and domain else None


_IDEOGRAPHIC_DOT = "\u3002"
"""Ends a sentence in Chinese and Japanese, and parts the labels of a domain there."""
_DOT = re.compile(r"(?P<before>[^\W_]*)(?<=\S)\.+(?=(?P<after>[^\W_]+))")
"""With what stands right before and behind it, where that is a letter or a digit."""


def _no_name(line: str) -> Flaw | None:
    """Why the line is no name of a person. It is judged by what its characters stand for, whatever shape they have."""
    whole = unicodedata.normalize("NFKC", line).replace(_IDEOGRAPHIC_DOT, ".")
    # Without accents and marks that nobody sees: a letter is one character then.
    plain = "".join(each for each in whole if unicodedata.category(each) not in ("Cf", "Mn", "Mc", "Me"))
    if "://" in plain or "www." in plain.casefold() or "@" in plain:
        return Flaw("name_address")
    if not all(_are_initials(dot["before"], dot["after"]) for dot in _DOT.finditer(plain)):
        return Flaw("name_dot")
    if sum(unicodedata.category(each)[0] == "N" for each in plain) > DIGITS_OF_A_NAME:
        return Flaw("name_digits", most=DIGITS_OF_A_NAME)
    return None


def _are_initials(*parts: str) -> bool:
    """Whether a dot may stand between them without a space, as in `J.R.`: any others might be a domain."""
    return all(len(each) == 1 and each.isalpha() for each in parts)


def _is_seen(character: str) -> bool:
    """A letter, digit or sign that shows: a name of spaces and fillers would be none."""
    return unicodedata.category(character)[0] in "LNSP" and character not in FILLERS


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))


def _bare(value: str) -> str:
    """Without what nobody sees at both ends. What lies inside stays: letters of some scripts are joined or parted by it."""
    seen = [place for place, each in enumerate(value) if unicodedata.category(each) not in AROUND]
    return value[seen[0] : seen[-1] + 1] if seen else ""


def _has_control(value: str) -> bool:
    return any(unicodedata.category(each) == "Cc" or each in SEPARATORS for each in value)
