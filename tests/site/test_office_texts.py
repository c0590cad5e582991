"""The texts of the office's pages: the same ones in each language, with the same places to fill."""

import json
import re

import pytest

from tests.site.helpers import ROOT

REFUSED = {
    "must be 3 to 40 of a-z, 0-9, _ and -": ("error_user", "3", "40"),
    "must be 1 to 64 of A-Z, a-z, 0-9, _ and -": ("error_id", "1", "64"),
    "must be up to 2 different ones of 1 to 336, the longest first": ("error_reminders", "2", "336"),
    "must be 0 to 720": ("error_range", "0", "720"),
    "is taken": ("error_taken",),
    "cannot be changed: this user works in branches of others, too": ("error_other_branches",),
    "you would lock yourself out": ("error_locked_out",),
    "choose at least one": ("error_choose",),
    "is less than what appointments hold": ("error_capacity",),
    "one that is left out has appointments to come": ("error_in_use",),
    "one that is left out has an account": ("error_has_account",),
    "is not active": ("error_inactive",),
    "has no e-mail address": ("error_no_address",),
    "must not be before the first day": ("error_before_first",),
    "is the first resource": ("error_first",),
}
"""What the settings' routes say of a field, and the text of the page with what is filled in."""
FALSE = ("Vorlage", "torniert", "ffnungszeit", "Angefragt – ", "nur noch über Sie", "bedeckt", "trägt den Termin")
"""Words that were said of what has another name, or were false."""

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


def without_numbers(text: str) -> str:
    """Digits and an f-string's placeholders left out, so that what is said fits the source that says it."""
    return re.sub(r"\{[\w.]+\}|\d+", "", text)


@pytest.mark.parametrize("said", REFUSED)
def test_what_the_settings_refuse_is_told_in_words_of_its_own(said: str) -> None:
    key, *filled = REFUSED[said]
    patterns = re.findall(r'\[/(.+)/, "(\w+)"\],', (FOLDER / "office.js").read_text())
    found = next((match, seen_there) for pattern, seen_there in patterns if (match := re.search(pattern, said)))
    assert (found[1], list(found[0].groups())) == (key, filled)
    assert key in texts("settings", "de")
    sources = "".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))
    assert without_numbers(said) in without_numbers(sources), "what nobody says needs no words"


@pytest.mark.parametrize("page", [*PAGES, ""])
def test_each_thing_has_one_name_on_the_staffs_pages(page: str) -> None:
    said = (FOLDER / "texts" / (f"{page}.de.json" if page else "de.json")).read_text()
    assert [word for word in FALSE if word in said] == []


def test_each_state_has_one_name_on_the_staffs_pages() -> None:
    planner = json.loads((FOLDER / "texts" / "de.json").read_text())
    states = {key: name for key, name in planner.items() if key.startswith("status_")}
    assert {key: name.lower() for key, name in texts("customers", "de").items() if key in states} == {
        key: states[key].lower() for key in texts("customers", "de") if key in states
    }
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    assert [name for name in states.values() if f"({name})" not in glossary] == []
