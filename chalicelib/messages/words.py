"""The texts of mails, SMS and calendar files: a table per language in `texts/`, none in code."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"
FALLBACK = "en"


@cache
def words(language: str) -> dict[str, Any]:
    """The table of a language; English where there is none."""
    known = {path.stem: path for path in TEXTS.glob("*.json")}
    table: dict[str, Any] = json.loads(known.get(language, known[FALLBACK]).read_text(encoding="utf-8"))
    return table


def told(language: str, form: str, moment: datetime) -> str:
    """A moment in one of the language's forms, e.g. `Di., 24. November, 09:30 Uhr`. Forms use the names given here."""
    table = words(language)
    offset = moment.strftime("%z")
    pattern: str = table["forms"][form]
    return pattern.format(
        weekday=table["weekdays"][moment.weekday()],
        weekday_short=table["weekdays_short"][moment.weekday()],
        day=moment.day,
        month=table["months"][moment.month - 1],
        year=moment.year,
        time=moment.strftime("%H:%M"),
        offset=f"{offset[:3]}:{offset[3:5]}",
    )
