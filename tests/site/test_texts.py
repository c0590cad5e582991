"""Flaws, fields of the settings and kinds of messages have texts in each language of the pages, and no text is of none."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.api.catalogue import catalogue
from chalicelib.domain.errors import CODES
from chalicelib.domain.outbox import Kind
from tests.site.helpers import ROOT

SITE = ROOT / "static_site"
LANGUAGES_OF_CUSTOMERS = ROOT / "chalicelib" / "texts"
STAFF = (SITE / "texts" / "staff" / "de.json", SITE / "texts" / "staff" / "en.json")
CUSTOMERS = tuple(sorted(LANGUAGES_OF_CUSTOMERS.glob("*/form.json")))
BESIDE = "other"
"""Of a code that the page does not know yet, since the API is newer."""
PLACES = re.compile(r"\{(\w+)\}")


def flaw_texts(path: Path) -> dict[str, str]:
    """By what stands behind `error_`: a code, or a code and the name of a field that has a text of its own."""
    texts: dict[str, str] = json.loads(path.read_text())
    return {key.removeprefix("error_"): text for key, text in texts.items() if key.startswith("error_")}


def met_by_customers() -> set[str]:
    """What the cleaning of customers' fields finds, what their request's schema does, and a message that is not wanted."""
    cleaning = (ROOT / "chalicelib" / "api" / "fields.py").read_text()
    return {*re.findall(r'Flaw\("(\w+)"', cleaning), "required", "too_long", "no_messages"}


@pytest.mark.parametrize("path", STAFF, ids=lambda path: path.stem)
def test_every_code_has_a_text_on_the_staffs_pages(path: Path) -> None:
    assert {*CODES, BESIDE} - set(flaw_texts(path)) == set()


@pytest.mark.parametrize("path", CUSTOMERS, ids=lambda path: path.parent.name)
def test_every_code_that_customers_meet_has_a_text_on_their_pages(path: Path) -> None:
    assert {*met_by_customers(), BESIDE} - set(flaw_texts(path)) == set()


@pytest.mark.parametrize(
    "path", [*sorted(SITE.rglob("texts/**/*.json")), *CUSTOMERS], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_text_of_a_flaw_is_of_a_code_and_fills_in_its_facts(path: Path) -> None:
    for key, text in flaw_texts(path).items():
        of = [code for code in CODES if key == code or key.startswith(f"{code}_")]
        assert of or key == BESIDE, f"nothing is {key}"
        facts = set(PLACES.findall(CODES[max(of, key=len)])) if of else set()
        assert set(PLACES.findall(text)) <= facts | {"label"}, key


@pytest.mark.parametrize("path", STAFF, ids=lambda path: path.stem)
def test_every_unit_has_a_name_on_the_staffs_pages(path: Path) -> None:
    sources = "".join(source.read_text() for source in (ROOT / "chalicelib").rglob("*.py"))
    units = {*re.findall(r'"unit": "(\w+)"', json.dumps(catalogue())), *re.findall(r'unit="(\w+)"', sources)}
    assert {f"unit_{unit}" for unit in units} - set(json.loads(path.read_text())) == set()


def test_no_page_reads_what_the_api_says_in_english() -> None:
    scripts = {path.name: path.read_text() for path in SITE.rglob("*.js")}
    assert [name for name, script in scripts.items() if re.search(r"(body|error|refusal)\??\.(fields|message)\b", script)] == []


LANGUAGES = ("de", "en")
NAMELESS = {"id", "channel"}
"""Fields that the record names by what they belong to."""


def of_staff(table: str, language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((SITE / "texts" / "staff" / f"{table}{language}.json").read_text(encoding="utf-8"))
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_the_settings_has_a_label_and_a_name_in_the_record(language: str) -> None:
    sections = catalogue()["sections"].values()
    names = {name for each in sections for name in (each.get("fields") or each["item"]["fields"])}
    assert len(names) > 60
    assert [name for name in names if f"label_{name}" not in of_staff("settings.", language)] == []
    assert [name for name in names - NAMELESS if f"named_{name}" not in of_staff("record.", language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_message_has_a_name_on_the_staffs_pages_and_words_in_mails(language: str) -> None:
    mails = json.loads((LANGUAGES_OF_CUSTOMERS / language / "messages.json").read_text(encoding="utf-8"))
    assert [kind for kind in get_args(Kind) if f"kind_{kind}" not in of_staff("", language) or kind not in mails] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_holiday_and_place_that_an_admin_may_choose_has_a_name(language: str) -> None:
    texts, choices = of_staff("settings.", language), catalogue()["holidays"]
    keys = {f"country_{country}" for country in choices}
    keys |= {f"state_{country}_{part}" for country, parts in choices.items() for part in parts if part}
    holidays = {name for parts in choices.values() for names in parts.values() for name in names}
    keys |= {f"also_{re.sub('[^a-z0-9]+', '_', name.lower())}" for name in holidays}
    assert keys - set(texts) == set()
