"""Customers in a table of another program, as CSV: its columns, and what each row says of a customer, not checked yet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from chalicelib.domain.errors import Flaw, Flaws, Invalid
from chalicelib.domain.people import folded

Column = Literal["last_name", "first_name", "birth_date", "email", "phone", "language", "note", "hint"]
COLUMNS: tuple[Column, ...] = get_args(Column)
LONGEST = 2 * 1024 * 1024
"""Characters of a file."""
MOST_ROWS, MOST_COLUMNS = 10_000, 200
LONGEST_HEADING = 100
"""Characters of a heading; the rest is cut off, since each row's note may repeat it."""
SEPARATORS = ";,\t"
_SAID = re.compile(r'sep=([^"\r\n])\r?\n', re.IGNORECASE)
"""How Excel names the separator, before the headings."""

_HEADINGS: Mapping[Column, str] = {
    "last_name": "Nachname, Familienname, Zuname, Last name, Surname, Family name, Name, Kundenname, Kunde",
    "first_name": "Vorname, Vornamen, Rufname, First name, Given name, Forename",
    "birth_date": "Geburtsdatum, Geburtstag, Geboren, Geboren am, Geb.-Datum, Geb. am, Geb., Birth date, Date of birth",
    "language": "Sprache, Korrespondenzsprache, Language",
    "note": "Notiz, Notizen, Bemerkung, Bemerkungen, Anmerkung, Anmerkungen, Kommentar, Note, Notes, Comment, Remark, Remarks",
    "hint": "Hinweis, Hint",
}
"""Usual headings of each column, the surest first."""
_BEGINNINGS: Mapping[Column, tuple[str, ...]] = {
    "email": ("email", "mail"),
    "phone": ("tel", "mobil", "handy", "phone", "rufnummer", "festnetz", "cell"),
}
"""Of headings: `E-Mail privat`, `Telefon 2`."""
_LANGUAGES = {
    "de": "Deutsch, German",
    "en": "Englisch, English",
    "tr": "Türkisch, Turkish, Türkçe",
    "uk": "Ukrainisch, Ukrainian",
    "pl": "Polnisch, Polish, Polski",
    "fr": "Französisch, French, Français",
    "ar": "Arabisch, Arabic",
}
_ESCAPED = re.compile(r"^'(?=[=+@-])")
"""The apostrophe that keeps spreadsheets from calculating, in our own files too."""
_DAY = re.compile(r"(?:(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})|(?P<iso>\d{4}-\d\d-\d\d))(?:[ T]00:00(?::00)?)?", re.ASCII)
"""A time of day stands behind it where a program knows no dates alone."""


@dataclass(frozen=True)
class Row:
    """`number` as the spreadsheet counts, where the headings are row 1. `flaws` of the row as a whole."""

    number: int
    values: Mapping[Column, str]
    flaws: Flaws = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """`columns` says what each heading stands for; None: for nothing that is wanted."""

    headings: list[str]
    columns: list[Column | None]
    rows: list[Row]


def read(text: str, columns: Sequence[Column | None] | None = None) -> Sheet:
    """A file whose first row has the headings. `columns`: what each stands for; guessed where that is left out.

    Empty rows are left out. Raises Invalid where it is no such table, or too long.
    """
    records = _records(text)
    _, first = next(records, (0, []))
    headings = [each[:LONGEST_HEADING] for each in first]
    if len(headings) > MOST_COLUMNS:
        raise Invalid({"columns": Flaw("too_many", most=MOST_COLUMNS)})
    given = _guessed(headings) if columns is None else [*columns, *[None] * len(headings)][: len(headings)]
    rows: list[Row] = []
    for number, cells in records:
        if len(rows) == MOST_ROWS:
            raise Invalid({"text": Flaw("too_many", most=MOST_ROWS)})
        rows.append(_row(number, cells, headings, given))
    if not rows:
        raise Invalid({"text": Flaw("not_empty")})
    return Sheet(headings, given, rows)


def day_of(text: str) -> date | None:
    """`24.12.1950` or `1950-12-24`; None if it is no day."""
    found = _DAY.fullmatch(text.strip())
    try:
        if found is None:
            return None
        return date.fromisoformat(found["iso"]) if found["iso"] else date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


def language_of(text: str) -> str:
    """The tag of a language by its name; what is no such name is taken for a tag."""
    return _NAMES.get(_squeezed(text), text.strip().lower())


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, without spaces around cells, and without those that are empty. Raises Invalid where a quotation
    mark is never closed."""
    text = text.removeprefix("\ufeff")
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    separator = said[1] if said else max(SEPARATORS, key=lambda each: len(_first(text, each)))
    number = 0
    try:
        for number, cells in enumerate(_cells(text, separator), 1):
            if any(cells):
                yield number, cells
    except csv.Error:
        raise Invalid({"text": Flaw("quotation", row=number + 1)}) from None


def _cells(text: str, separator: str) -> Iterator[list[str]]:
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        yield [_ESCAPED.sub("", cell.strip()) for cell in cells]


def _first(text: str, separator: str) -> list[str]:
    """The first row that is not empty, parted so; none where it cannot be."""
    try:
        return next(filter(any, _cells(text, separator)), [])
    except csv.Error:
        return []


def _row(number: int, cells: list[str], headings: list[str], columns: list[Column | None]) -> Row:
    """Of several columns that stand for the same, the first that is filled counts. The others go into the note, under their
    headings, and so do several notes: nothing is lost."""
    flaws: Flaws = {}
    if len(cells) < len(headings) or any(cells[len(headings) :]):
        flaws = {"cells": Flaw("cells", count=len(cells), most=len(headings))}
    values: dict[Column, str] = {}
    more: list[str] = []
    for heading, column, cell in zip(headings, columns, cells, strict=False):
        if not column or not cell or values.get(column) == cell:
            continue
        if column in values or (column == "note" and columns.count("note") > 1):
            more.append(f"{heading}: {cell}")
        else:
            values[column] = cell
    if more:
        values["note"] = "\n".join([values["note"], *more] if "note" in values else more)
    return Row(number, values, flaws)


def _guessed(headings: list[str]) -> list[Column | None]:
    """By usual headings; several may be numbers to call, and nothing else stands twice."""
    squeezed = [_squeezed(each) for each in headings]
    found: list[Column | None] = [None] * len(headings)
    for column, names in _KNOWN.items():
        place = next((squeezed.index(name) for name in names if name in squeezed), None)
        if place is not None:
            found[place] = column
    for place, name in enumerate(squeezed):
        for column, beginnings in _BEGINNINGS.items():
            if name.startswith(beginnings) and "fax" not in name and (column == "phone" or column not in found):
                found[place] = found[place] or column
    return found


def _squeezed(text: str) -> str:
    return folded(text).replace(" ", "")


_KNOWN = {column: [_squeezed(each) for each in names.split(",")] for column, names in _HEADINGS.items()}
_NAMES = {_squeezed(each): tag for tag, names in _LANGUAGES.items() for each in names.split(",")}
