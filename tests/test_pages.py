"""What the sources of the pages keep to, seen without a browser: who imports whom, and which texts there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.site.build import VOLUMES

SITE = Path(__file__).resolve().parents[1] / "static_site"
OF_CUSTOMERS = SITE.parent / "chalicelib" / "texts"
OF_STAFF = SITE / "texts" / "staff"
LANGUAGES = ("de", "en")
ALLOWED = {
    "kit": set(),
    "times": {"kit"},
    "booking": {"kit", "times"},
    "manage": {"kit", "times"},
    "accessibility": {"kit"},
    "staff": {"kit"},
}
"""Room -> the rooms that it may import, beside itself. Of the staff's rooms each imports the shell alone."""
IMPORT = re.compile(r'(?:\bfrom|\bimport) ?\(?"(\.[^"]+)"')
ENTRY = re.compile(r'<script type="module" src="([^"]+)">')
LITERAL = re.compile(r'"(\w+)"')
BUILT = re.compile(r"`((?:[^`$]|\$\{[^{}]*\})*\$\{(?:[^`$]|\$\{[^{}]*\})*)`")
KIND = re.compile(r'`(\w\w+)_\$\{|\binWords\("(\w+)"|\.named\(.*, "(\w+)"\)')
"""What stands in a key before a word of the API's."""
FOR_ALL = ("*/booking", "staff/*")
"""Files of texts that every page of customers, and of staff, loads."""
PHYSICAL = re.compile(r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|^ *(?:left|right):", re.MULTILINE)
"""Sides by name in a style sheet: where one writes from right to left, they are the other ones."""
PLACE = re.compile(r"\{(\w+)\}")


def path_of(module: Path) -> str:
    return module.relative_to(SITE).as_posix()


def room_of(module: Path) -> str:
    return path_of(module).split("/")[0]


@cache
def source(module: Path) -> str:
    return module.read_text(encoding="utf-8")


@cache
def imported(module: Path) -> frozenset[Path]:
    """The modules of ours that it imports, at once or later."""
    return frozenset((module.parent / named).resolve() for named in IMPORT.findall(source(module)) if named.endswith(".js"))


def modules() -> list[Path]:
    return [module for module in sorted(SITE.rglob("*.js")) if module.parent != SITE]


def with_all_imported(module: Path, found: set[Path] | None = None) -> set[Path]:
    known = set() if found is None else found
    if module not in known:
        known.add(module)
        for other in imported(module):
            with_all_imported(other, known)
    return known


@cache
def pages() -> dict[str, frozenset[Path]]:
    """The modules of each page, by the path of its HTML."""
    read = {page: ENTRY.findall(source(page)) for page in sorted(SITE.rglob("*.html"))}
    return {
        path_of(page): frozenset(module for entry in entries for module in with_all_imported((page.parent / entry).resolve()))
        for page, entries in read.items()
    }


@pytest.mark.parametrize("module", modules(), ids=path_of)
def test_a_script_imports_only_what_its_room_may(module: Path) -> None:
    assert {room_of(other) for other in imported(module)} - {room_of(module)} <= ALLOWED[room_of(module)]


@pytest.mark.parametrize("module", sorted((SITE / "staff").rglob("*.js")), ids=path_of)
def test_a_room_of_the_staffs_imports_the_shell_alone(module: Path) -> None:
    own = module.relative_to(SITE / "staff").parts[0]
    others = {path_of(other).split("/")[1] for other in imported(module) if room_of(other) == "staff"}
    assert others - {own} <= ({"shell"} if own != "shell" else set())


@pytest.mark.parametrize("sheet", ["style.css", "manage.css", "kit/base.css", "kit/tokens.css"])
def test_the_styles_of_customers_pages_say_start_and_end_and_not_left_and_right(sheet: str) -> None:
    assert PHYSICAL.findall(source(SITE / sheet)) == []


# ------------------------------------------------------------------------------------------------------------------------ texts


def volumes() -> list[str]:
    """Files of texts as the pages name them: `*/manage`, `staff/settings.*`."""
    customers = [f"*/{volume}" for volume in VOLUMES]
    return [*customers, *sorted(f"staff/{path.name.removesuffix('de.json')}*" for path in OF_STAFF.glob("*de.json"))]


@cache
def texts(volume: str, language: str) -> dict[str, str]:
    folder = OF_STAFF.parent if volume.startswith("staff/") else OF_CUSTOMERS
    read: dict[str, str] = json.loads((folder / f"{volume.replace('*', language)}.json").read_text(encoding="utf-8"))
    return read


def loads(page: str, volume: str) -> bool:
    """Whether a page loads a file of texts."""
    staff = volume.startswith("staff/")
    if page.startswith("staff/") != staff:
        return False
    name = volume.removeprefix("staff/").removesuffix(".*")
    asked = (f'texts: "{name}"',) if staff else (f'volumes.push("{volume}")', f'learn("{volume}")')
    return volume in FOR_ALL or any(each in source(module) for module in pages()[page] for each in asked)


def scripts(volume: str) -> str:
    """The sources that may read the texts of a volume."""
    return "".join(source(module) for module in {module for page in pages() if loads(page, volume) for module in pages()[page]})


def built(script: str) -> Iterator[re.Pattern[str]]:
    """The keys that are put together from parts: `label_${name}`."""
    for template in BUILT.findall(script):
        pattern = re.sub(r"\$\{[^{}]*\}", "*", template)
        if re.fullmatch(r"[\w*]+", pattern) and len(pattern.replace("*", "")) > 2:
            yield re.compile(pattern.replace("*", r"\w+"))
    for kinds in KIND.findall(script):
        yield re.compile(f"{''.join(kinds)}_.+")


@pytest.mark.parametrize("volume", [volume for volume in volumes() if volume.startswith("staff/")])
def test_each_language_of_staff_has_the_same_texts_with_the_same_places(volume: str) -> None:
    first, *others = (texts(volume, language) for language in LANGUAGES)
    for other in others:
        assert list(other) == list(first)
        assert {key: set(PLACE.findall(text)) for key, text in other.items()} == {
            key: set(PLACE.findall(text)) for key, text in first.items()
        }
    assert all(first.values())


def test_a_state_is_called_the_same_on_every_page_of_the_staff() -> None:
    """And never as customers read it."""
    volumes = [json.loads(each.read_text()) for each in OF_STAFF.glob("*de.json")]
    assert not [text for volume in volumes for text in volume.values() if "Angefragt" in text]
    states: dict[str, set[str]] = {}
    for name, text in (each for volume in volumes for each in volume.items()):
        if name.startswith("status_"):
            states.setdefault(name, set()).add(text)
    assert not {name: words for name, words in states.items() if len(words) > 1}


@pytest.mark.parametrize("volume", volumes())
def test_each_text_is_used(volume: str) -> None:
    script = scripts(volume)
    named, patterns = set(LITERAL.findall(script)), list(built(script))
    keys = {key.removesuffix("_one") for key in texts(volume, "de")} - named
    assert sorted(key for key in keys if not any(pattern.fullmatch(key) for pattern in patterns)) == []


@pytest.mark.parametrize("page", pages())
def test_each_text_that_a_page_names_is_there(page: str) -> None:
    known = {key for volume in volumes() if loads(page, volume) for key in texts(volume, "de")}
    own = [module for module in pages()[page] if room_of(module) != "kit"]  # the kit has words that only some pages need
    named = {key for module in own for key in re.findall(r'\b(?:t|rich|hasText)\("(\w+)"', source(module))}
    assert named - known == set()
