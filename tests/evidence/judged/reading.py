"""A customer who hears the page only: reads it by a simulated screen reader, and acts through it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from playwright.sync_api import Page

from tests.evidence.judged.tools import PACKAGES, said
from tests.evidence.lines import ROOT
from tests.site.helpers import settled

READER = "@guidepup/virtual-screen-reader"
LONGEST_WAY = 400
"""Phrases that are read at most until one is found."""
START = "async () => { await reader.virtual.start({ container: document.body }); }"
NEXT = "async () => { await reader.virtual.next(); }"
AT = "async () => await reader.virtual.lastSpokenPhrase()"
ACT = "async () => { await reader.virtual.act(); }"
TYPE = "async (text) => { await reader.virtual.type(text); }"
LOG = "async () => await reader.virtual.spokenPhraseLog()"
END = "end of document"


@cache
def _script() -> str:
    module = PACKAGES / READER / "lib" / "esm" / "index.browser.js"
    options = ("--bundle", "--format=iife", "--global-name=reader", "--log-level=error")
    return said(ROOT / "node_modules" / ".bin" / "esbuild", module, *options, ends=(0,))


class Listener:
    """Hears one page from its start on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(f"{_script()}\n;globalThis.reader = reader; undefined")
        page.evaluate(START)

    def reach(self, phrase: str) -> None:
        """Reads on until a phrase begins like this, from where the page has put the focus or the reader stands."""
        for _ in range(LONGEST_WAY):
            if self._page.evaluate(AT).startswith(phrase):
                return
            self._page.evaluate(NEXT)
        raise AssertionError("\n".join([*self.heard(), f"{phrase!r} is not heard"]))

    def press(self, phrase: str) -> None:
        self.reach(phrase)
        self._page.evaluate(ACT)
        settled(self._page)

    def type(self, phrase: str, text: str) -> None:
        self.reach(phrase)
        self._page.evaluate(TYPE, text)

    def heard(self, changing: Iterable[str] = ()) -> list[str]:
        """All phrases in order, without the ends of elements; for what is `changing` each day, patterns, stands `...`."""
        log: list[str] = self._page.evaluate(LOG)
        pattern = re.compile("|".join(changing) or "(?!)")
        phrases = (pattern.sub("...", each.replace("\xa0", " ")) for each in log)
        return [each for each in phrases if each and not each.startswith("end of ")] + log[-1:] * (log[-1] == END)
