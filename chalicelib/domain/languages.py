"""The languages that customers may read: each is a folder of `chalicelib/texts`, which says what it is called."""

from __future__ import annotations

LANGUAGES = ("de", "en")
"""In the order in which they are offered. A tag is the language's of BCP 47; `de-simple` is German in plain words."""
LONGEST_TAG = 35
"""Characters (RFC 5646, 4.4.1)."""


def wider(language: str) -> str:
    """The language of which this one is a kind, itself where it is none: `de` of `de-simple`. What is said in no narrower one
    is said in it."""
    return language.partition("-")[0]
