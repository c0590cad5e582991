"""What a field of the settings may hold, said beside it: `lead_hours: Annotated[int, Between(0, 168, "hours")] = 24`.

A rule that has `flaw`, which says what is wrong with a value that is not None, is checked whenever one is made. The others say
what an admin may give: values that are stored had to hold them once, and stay readable where a rule becomes stricter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import Fact, Flaw, Invalid
from chalicelib.domain.languages import LANGUAGES


@dataclass(frozen=True)
class Between:
    """A whole number; both ends are included."""

    least: int
    most: int | None = None
    unit: str = ""

    def flaw(self, value: int) -> Flaw | None:
        if value >= self.least and (self.most is None or value <= self.most):
            return None
        unit: Mapping[str, Fact] = {"unit": self.unit} if self.unit else {}
        if self.most is None:
            return Flaw("too_small", least=self.least, **unit)
        return Flaw("range", least=self.least, most=self.most, **unit)


@dataclass(frozen=True)
class Multiple:
    """Of so many minutes."""

    of: int

    def flaw(self, value: int) -> Flaw | None:
        return Flaw("multiple", of=self.of, unit="minutes") if value % self.of else None


@dataclass(frozen=True)
class Items:
    """How many entries a list has."""

    least: int = 0
    most: int | None = None

    def flaw(self, value: Collection[object]) -> Flaw | None:
        if len(value) < self.least:
            return Flaw("not_empty")
        return Flaw("too_many", most=self.most) if self.most is not None and len(value) > self.most else None


@dataclass(frozen=True)
class Each:
    """Of every entry of a list."""

    rule: Any

    def flaw(self, value: Iterable[Any]) -> Flaw | None:
        return next(filter(None, map(self.rule.flaw, value)), None)


class Descending:
    def flaw(self, value: tuple[int, ...]) -> Flaw | None:
        return None if value == tuple(sorted(set(value), reverse=True)) else Flaw("descending")


class Printable:
    """Fit for the header of a mail."""

    def flaw(self, value: str) -> Flaw | None:
        return None if value.isprintable() else Flaw("one_line")


class Country:
    """As ISO 3166 has it, in two letters."""

    def flaw(self, value: str) -> Flaw | None:
        return None if len(value) == 2 and value.isascii() and value.isupper() else Flaw("countries")


class Zone:
    """Of the IANA list."""

    def flaw(self, value: str) -> Flaw | None:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            return Flaw("zone")
        return None


class Weekdays:
    """Monday is 1."""

    def flaw(self, value: frozenset[int]) -> Flaw | None:
        return None if value and value <= _WEEK else Flaw("weekdays")


class Plannable:
    """A date that a calendar of today may have."""

    def flaw(self, value: date) -> Flaw | None:
        return None if 2000 <= value.year <= 2999 else Flaw("not_plannable")


_WEEK = frozenset(range(1, 8))
WEEKDAYS, PLANNABLE = Weekdays(), Plannable()
DESCENDING, PRINTABLE, COUNTRY, ZONE = Descending(), Printable(), Country(), Zone()


@dataclass(frozen=True)
class Chars:
    """A text as it is, of so many characters."""

    most: int
    least: int = 0


class Line(Chars):
    """One line, without spaces around it."""


class PersonName(Line):
    """Somebody's name: no web or e-mail address, at most 3 digits."""


class Lines(Chars):
    """A text of several lines."""


class Paragraphs(Lines):
    """Without spaces at the ends of its lines, nor more than one empty line between two."""


@dataclass(frozen=True)
class Phone(Chars):
    """A telephone number, of at least so many digits."""

    digits: int = 0


class Email(Chars):
    """An e-mail address, or none."""


@dataclass(frozen=True)
class Pattern:
    """A text that matches a regular expression; `wrong` is what others are."""

    regex: str
    wrong: Flaw = field(compare=False)


@dataclass(frozen=True)
class Mark:
    """Something else that is to be known of a field."""

    name: str


ID = Chars(64, least=1)
COLOUR = Pattern("^#[0-9a-fA-F]{6}$", Flaw("colour"))
LANGUAGE = Pattern(f"^({'|'.join(LANGUAGES)})$", Flaw("language"))
CLOCK = Pattern(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", Flaw("clock"))
NAME_OF_THING = Pattern("^[A-Za-z0-9_-]{1,64}$", Flaw("id", least=1, most=64))
KEY = Pattern("^[A-Za-z0-9_-]{16,64}$", Flaw("id", least=16, most=64))
USER_NAME = Pattern("^[a-z0-9_-]{3,40}$", Flaw("user_name", least=3, most=40))
WALL = Mark("wall")
"""Minutes since midnight, which people read and write as HH:MM."""
LEFT_OUT = Mark("left_out")
"""May be left out where settings are given."""
ELSEWHERE = Mark("elsewhere")
"""Is not among what an admin gives: looked up, or set in another way."""


def rules_of(annotation: Any) -> tuple[Any, ...]:
    """All that is said beside a field."""
    return getattr(annotation, "__metadata__", ())


def plain_of(annotation: Any) -> Any:
    """The type alone."""
    return annotation.__origin__ if rules_of(annotation) else annotation


def _is_checked(rule: Any) -> bool:
    return hasattr(rule.rule if isinstance(rule, Each) else rule, "flaw")


@cache
def _checks(made: Any) -> tuple[tuple[str, Callable[[Any], Flaw | None]], ...]:
    """What is checked whenever one of a class is made: fields, with what says what is wrong with them."""
    return tuple((each.name, rule.flaw) for each in fields(made) for rule in rules_of(each.type) if _is_checked(rule))


def check_fields(made: Any) -> None:
    """Raises Invalid naming every field that breaks a rule of its own. Its class has annotations that are read at once."""
    wrong: dict[str, Flaw] = {}
    for name, check in _checks(made.__class__):
        value = getattr(made, name)
        if value is not None and (flaw := check(value)):
            wrong.setdefault(name, flaw)
    if wrong:
        raise Invalid(wrong)
