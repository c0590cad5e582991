"""The texts of mails, SMS and calendar files: a folder per language in `chalicelib/texts`, none in code."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.languages import wider

TEXTS = Path(__file__).parents[1] / "texts"
FALLBACK = "en"


@cache
def words(language: str) -> dict[str, Any]:
    """The table of a language; that of the one of which it is a kind, or English, where there is none."""
    return _read(language, "messages")


@cache
def about(language: str) -> dict[str, Any]:
    """What the language of that table is: `lang`, its tag for readers of the mail, and `dir`, how it is written."""
    return _read(language, "language")


def left_to_right(language: str, text: str) -> str:
    """A telephone number within a text: where one writes from right to left, its groups would change places."""
    return f"\u2066{text}\u2069" if text and about(language)["dir"] == "rtl" else text


def _read(language: str, name: str) -> dict[str, Any]:
    known = {path.parent.name: path for path in TEXTS.glob(f"*/{name}.json")}
    path = known.get(language) or known.get(wider(language)) or known[FALLBACK]
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table
