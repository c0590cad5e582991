"""The texts of the office's pages: the same ones in each language, with the same places to fill."""

import json
import re

import pytest

from tests.site.helpers import ROOT

FALSE = ("Vorlage", "torniert", "ffnungszeit", "Angefragt – ", "nur noch über Sie", "bedeckt", "trägt den Termin")
"""Words that were said of what has another name, or were false."""

FOLDERS = {"accesses": "links"}
"""Where a page's scripts lie, unless in a folder of its name."""
PAGES = ("customers", "settings", "accesses", "messages", "record", "figures")
SITE = ROOT / "static_site"


def texts(page: str, language: str) -> dict[str, str]:
    read: dict[str, str] = json.loads((SITE / "texts" / "staff" / f"{page}.{language}.json").read_text())
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
    scripts = "".join(module.read_text() for module in (SITE / "staff" / FOLDERS.get(page, page)).glob("*.js"))
    if "new Form(" in scripts:
        scripts += (SITE / "kit" / "form.js").read_text()
    named = set(re.findall(r'\bt\("(\w+)"', scripts))
    known = {**texts(page, "de"), **json.loads((SITE / "texts" / "staff" / "de.json").read_text())}
    assert named - set(known) == set()


@pytest.mark.parametrize("page", [*PAGES, ""])
def test_each_thing_has_one_name_on_the_staffs_pages(page: str) -> None:
    said = (SITE / "texts" / "staff" / (f"{page}.de.json" if page else "de.json")).read_text()
    assert [word for word in FALSE if word in said] == []


def test_each_state_has_one_name_on_the_staffs_pages() -> None:
    planner = json.loads((SITE / "texts" / "staff" / "de.json").read_text())
    states = {key: name for key, name in planner.items() if key.startswith("status_")}
    assert {key: name.lower() for key, name in texts("customers", "de").items() if key in states} == {
        key: states[key].lower() for key in texts("customers", "de") if key in states
    }
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    assert [name for name in states.values() if f"({name})" not in glossary] == []
