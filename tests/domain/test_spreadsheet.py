"""Customers in a file of another program: columns by their headings, rows as they stand there, and nothing that breaks it."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.domain.errors import Invalid, codes
from chalicelib.domain.spreadsheet import LONGEST, MOST_COLUMNS, MOST_ROWS, Column, day_of, language_of, read


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        ("Nachname;Vorname;E-Mail", ["last_name", "first_name", "email"]),
        ("NAME\tVorname\tGeb.-Datum", ["last_name", "first_name", "birth_date"]),
        ("Name;Nachname;Geburtstag", [None, "last_name", "birth_date"]),
        ("Last name,First name,Date of birth,Notes", ["last_name", "first_name", "birth_date", "note"]),
        ("Kunden-Nr.;Familienname;Telefon privat;Mobil;Telefax", [None, "last_name", "phone", "phone", None]),
        ("Name;E-Mail privat;E-Mail 2", ["last_name", "email", None]),
        ("Name;Sprache;Hinweis;Bemerkungen", ["last_name", "language", "hint", "note"]),
    ],
)
def test_columns_are_known_by_usual_headings(headings: str, columns: list[Column | None]) -> None:
    assert read(f"{headings}\nMeyer\n").columns == columns


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Name;Vorname\r\nMüller;Anna\r\n", [{"last_name": "Müller", "first_name": "Anna"}]),
        ("\ufeffsep=,\r\nName,Vorname\r\nMüller, Anna \r\n", [{"last_name": "Müller", "first_name": "Anna"}]),
        ('Name,Notiz\n"Meyer, geb. Öz","erste\n""zweite"""', [{"last_name": "Meyer, geb. Öz", "note": 'erste\n"zweite"'}]),
        ("Name\rMeyer\r", [{"last_name": "Meyer"}]),
        ("Name;Tel\n'=Öz;'+49 40 1", [{"last_name": "=Öz", "phone": "+49 40 1"}]),
        ("\n;\nName;Vorname\n;;;\nMeyer;\n", [{"last_name": "Meyer"}]),
        ("Name\tVorname\nMeyer\t\x00\n", [{"last_name": "Meyer", "first_name": "\x00"}]),
        ("Name;Vorname\nMeyer;Anna;;\n", [{"last_name": "Meyer", "first_name": "Anna"}]),
        (
            "Name;Tel.;Mobil;Notiz\nA;040 1;0171 2;ruft an\nB;;0171 3;\nC;040 4;040 4;",
            [
                {"last_name": "A", "phone": "040 1", "note": "ruft an\nMobil: 0171 2"},
                {"last_name": "B", "phone": "0171 3"},
                {"last_name": "C", "phone": "040 4"},
            ],
        ),
    ],
)
def test_rows_are_read_whatever_parts_and_quotes_them(text: str, rows: list[dict[str, str]]) -> None:
    sheet = read(text)
    assert [each.values for each in sheet.rows] == rows
    assert not any(each.flaws for each in sheet.rows)


@pytest.mark.parametrize("line", ['sep="', "sep=", "sep=\r"])
def test_a_line_that_names_no_separator_is_a_row_like_any_other(line: str) -> None:
    assert read(f"{line}\r\nName;Vorname\r\n").headings != ["Name", "Vorname"]


def test_a_heading_is_cut_off_where_each_row_would_repeat_all_of_it() -> None:
    sheet = read(f"Name;Notiz;{'x' * 5000}\nMeyer;a;b", ["last_name", "note", "note"])
    assert sheet.rows[0].values["note"] == f"Notiz: a\n{'x' * 100}: b"


def test_what_was_chosen_for_a_column_counts_and_several_notes_stand_under_their_headings() -> None:
    sheet = read("Name;Straße;Ort;Alter\nMeyer;Weg 1;Celle;70", [None, "note", "note"])
    assert sheet.columns == [None, "note", "note", None]
    assert sheet.rows[0].values == {"note": "Straße: Weg 1\nOrt: Celle"}


def test_a_row_of_another_length_is_told_by_its_number_and_the_others_are_read() -> None:
    rows = read("Name;Vorname\nMeyer\n\nSchulz;Eva\nHuber;Udo;zu viel\n").rows
    assert [(each.number, codes(each.flaws)) for each in rows] == [
        (2, {"cells": {"code": "cells", "count": 1, "most": 2}}),
        (4, {}),
        (5, {"cells": {"code": "cells", "count": 3, "most": 2}}),
    ]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", {"code": "not_empty"}),
        ("Name;Vorname\n;\n", {"code": "not_empty"}),
        ("Name\n" + "Meyer\n" * (MOST_ROWS + 1), {"code": "too_many", "most": MOST_ROWS}),
        ('Name\nMeyer\n"' + "x" * (LONGEST // 2), {"code": "quotation", "row": 3}),
        ('"' + "x" * (LONGEST // 2), {"code": "quotation", "row": 1}),
    ],
    ids=["nothing", "headings alone", "rows", "quotation", "quotation at once"],
)
def test_what_is_no_table_or_too_long_is_refused(text: str, flaw: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refusal:
        read(text)
    assert codes(refusal.value.flaws) == {"text": flaw}
    with pytest.raises(Invalid) as refusal:
        read(";".join(map(str, range(MOST_COLUMNS + 1))))
    assert list(refusal.value.flaws) == ["columns"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24.12.1950", date(1950, 12, 24)),
        (" 1.2.1950", date(1950, 2, 1)),
        ("1950-12-24", date(1950, 12, 24)),
        ("24.12.1950 00:00:00", date(1950, 12, 24)),
        ("31.02.1950", None),
        ("1950-02-31", None),
        ("24.12.50", None),
        ("12/24/1950", None),
        ("٢٤.12.1950", None),
        ("0.0.0000", None),
    ],
)
def test_a_birth_date_is_read_as_germans_and_programs_write_it(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "tag"), [("Deutsch", "de"), ("türkisch", "tr"), ("EN", "en"), ("Français", "fr"), ("Klingonisch", "klingonisch")]
)
def test_a_language_is_known_by_its_name(text: str, tag: str) -> None:
    assert language_of(text) == tag
