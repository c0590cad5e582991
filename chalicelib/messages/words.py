"""The texts of mails, SMS and calendar files: a table per language in `chalicelib/texts`, none in code."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.moments import occurs_twice

TEXTS = Path(__file__).parents[1] / "texts"
FALLBACK = "en"


@cache
def words(language: str) -> dict[str, Any]:
    """The table of a language; English where there is none."""
    known = {path.parent.name: path for path in TEXTS.glob("*/messages.json")}
    table: dict[str, Any] = json.loads(known.get(language, known[FALLBACK]).read_text(encoding="utf-8"))
    return table


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


def _filled(language: str, pattern: str, moment: datetime) -> str:
    table = words(language)
    offset = moment.strftime("%z")
    return pattern.format(
        weekday=table["weekdays"][moment.weekday()],
        weekday_short=table["weekdays_short"][moment.weekday()],
        day=moment.day,
        month=table["months"][moment.month - 1],
        year=moment.year,
        time=moment.strftime("%H:%M"),
        offset=f"UTC{offset[:3]}:{offset[3:5]}",
    )
