"""Moments and counts in a language's own way, by CLDR. Babel takes long to import: only what composes messages imports this."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from babel import Locale

from chalicelib.domain.moments import occurs_twice
from chalicelib.messages.words import about, words


def told(language: str, form: str, moment: datetime) -> str:
    """A moment in one of the language's forms, e.g. `Di., 24. November, 09:30 Uhr`; with its offset where the wall shows that
    time twice. Forms use the names given here."""
    forms: dict[str, str] = words(language)["forms"]
    return _filled(language, forms.get(f"{form}_twice", forms[form]) if occurs_twice(moment) else forms[form], moment)


def span(language: str, start: datetime, end: datetime) -> str:
    """From when to when, e.g. `09:30 bis 10:00 Uhr`; both with their offsets where the wall shows one of them twice."""
    forms: dict[str, str] = words(language)["forms"]
    twice = occurs_twice(start) or occurs_twice(end)
    first, last = (_filled(language, forms["time_twice" if twice else "time"], each) for each in (start, end))
    return forms["span_twice" if twice else "span"].format(start=first, end=last)


def counted(language: str, forms: Mapping[str, str], count: int) -> str:
    """The form for that many, with `{count}` filled in: `few` of `one`, `few`, `many` and `other`."""
    return forms.get(_locale(language).plural_form(count), forms["other"]).format(count=count)


def _locale(language: str) -> Locale:
    return Locale.parse(about(language)["lang"])


def _filled(language: str, pattern: str, moment: datetime) -> str:
    locale = _locale(language)
    days, offset = locale.days["format"], moment.strftime("%z")
    return pattern.format(
        weekday=days["wide"][moment.weekday()],
        weekday_short=days["abbreviated"][moment.weekday()],
        day=moment.day,
        month=locale.months["format"]["wide"][moment.month],
        year=moment.year,
        time=moment.strftime("%H:%M"),
        offset=f"UTC{offset[:3]}:{offset[3:5]}",
    )
