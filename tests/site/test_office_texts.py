"""The texts of the office's pages: the same ones in each language, with the same places to fill."""

import json
import re

import pytest

from tests.site.helpers import ROOT

PAGES = ("customers", "settings", "accesses", "messages", "record", "figures")
FOLDER = ROOT / "static_site" / "staff"


def texts(page: str, language: str) -> dict[str, str]:
    read: dict[str, str] = json.loads((FOLDER / "texts" / f"{page}.{language}.json").read_text())
    return read


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_say_the_same_things(page: str) -> None:
    german, english = texts(page, "de"), texts(page, "en")
    assert list(german) == list(english)
    places = re.compile(r"\{\w+\}")
    assert [key for key in german if set(places.findall(german[key])) != set(places.findall(english[key]))] == []
    assert all([*german.values(), *english.values()])


@pytest.mark.parametrize("page", PAGES)
def test_every_text_that_a_script_names_is_there(page: str) -> None:
    scripts = "".join(module.read_text() for module in FOLDER.glob(f"{page}*.js"))
    if "new Form(" in scripts:
        scripts += (FOLDER / "office.js").read_text()
    named = set(re.findall(r'\bt\("(\w+)"', scripts))
    known = {**texts(page, "de"), **json.loads((FOLDER / "texts" / "de.json").read_text())}
    assert named - set(known) == set()
