"""Every language of customers says the same things, with the same facts, in all the forms that it counts with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from babel import Locale

from chalicelib.domain.languages import LANGUAGES, wider
from infra.site.build import TEXTS, VOLUMES, languages

PLACE = re.compile(r"\{(\w+)\}")
FIRST, *OTHERS = LANGUAGES
FILES = (*VOLUMES, "messages")
CATEGORIES = ("zero", "one", "two", "few", "many")
"""CLDR's, beside `other`, which is the text without an ending."""
COUNTED = range(1000)
"""What is counted is less: French has a form for millions."""
ABOUT = {"name", "lang", "dir", "locale", "approved"}


@cache
def table(language: str, file: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((TEXTS / language / f"{file}.json").read_text(encoding="utf-8"))
    return read


@cache
def forms(language: str) -> frozenset[str]:
    """In which a language counts, but `other`."""
    locale = Locale.parse(languages()[language]["lang"])
    return frozenset(locale.plural_form(count) for count in COUNTED) - {"other"}


def flat(texts: Any, path: str = "") -> dict[str, str]:
    """All texts of a file. A text that is there for several counts is named as on the pages: `early_one` beside `early`."""
    if isinstance(texts, list):
        return {path: " ".join(texts)}
    if not isinstance(texts, Mapping):
        return {path: texts}
    counted = texts.keys() <= {*CATEGORIES, "other"}
    named = ((path if name == "other" else f"{path}_{name}") if counted else f"{path}/{name}" for name in texts)
    return {each: text for name, under in zip(named, texts.values(), strict=True) for each, text in flat(under, name).items()}


def bare(key: str) -> str:
    """Without the form."""
    return re.sub(f"_({'|'.join(CATEGORIES)})$", "", key)


def places(text: str) -> set[str]:
    return set(PLACE.findall(text)) - {"count"}


def test_there_is_a_folder_for_each_language_and_no_other() -> None:
    assert sorted(folder.name for folder in TEXTS.iterdir()) == sorted(LANGUAGES)
    assert {wider(language) for language in LANGUAGES} <= set(LANGUAGES)
    for language, about in languages().items():
        assert about.keys() == ABOUT
        assert about["lang"] == wider(language)
        assert about["dir"] == Locale.parse(about["lang"]).character_order.replace("left-to-right", "ltr").replace(
            "right-to-left", "rtl"
        )


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_what_german_says_in_all_its_forms(language: str, file: str) -> None:
    german = flat(table(FIRST, file))
    counts = {bare(key) for key, text in german.items() if (bare(key) != key and bare(key) in german) or "{count}" in text}
    wanted = {bare(key) for key in german} | {f"{key}_{form}" for key in counts for form in forms(language)}
    assert set(flat(table(language, file))) == wanted


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", OTHERS)
def test_a_language_names_the_same_facts_as_german(language: str, file: str) -> None:
    german = flat(table(FIRST, file))
    ours = {key: places(text) for key, text in flat(table(language, file)).items() if not key.startswith("/forms/")}
    assert ours == {key: places(german[bare(key)]) for key in ours}
    assert all(text.strip() for text in flat(table(language, file)).values())
