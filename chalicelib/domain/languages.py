"""The languages that customers may read: each is a folder of `chalicelib/texts`, which says what it is called."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("de", "en", "tr", "uk", "pl", "fr", "ar", "de-simple")
"""In the order in which they are offered. A tag is the language's of BCP 47; `de-simple` is German in plain words."""
LONGEST_TAG = 35
"""Characters (RFC 5646, 4.4.1)."""


def wider(language: str) -> str:
    """The language of which this one is a kind, itself where it is none: `de` of `de-simple`. What is said in no narrower one
    is said in it."""
    return language.partition("-")[0]


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The branch's text by language in the reader's, else in the wider one, else in the first that there is; empty if none."""
    return texts.get(language) or texts.get(wider(language)) or next(iter(texts.values()), "")
