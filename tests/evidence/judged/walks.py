"""Leads a browser through every state of every page that the tests know, and keeps what the engines find there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page

from chalicelib.domain.languages import LANGUAGES
from tests.evidence.judged.findings import Finding
from tests.evidence.judged.tools import HERE, PACKAGES, said
from tests.evidence.lines import ROOT, SHORT
from tests.site import (
    test_callback,
    test_every_state,
    test_invited,
    test_manage,
    test_manage_mailed,
    test_office_every_state,
    test_questions,
)
from tests.site.conftest import PATIENCE
from tests.site.helpers import challenge, challenging
from tests.site.looks import AXE, DESK, PHONE, Size, resize
from tests.site.test_staff_every_state import Walk
from tests.site_of_tests import Site

TABLET: Size = (820, 1180)
FIRST = 3
"""So many states of each walk are looked at in the short version."""
States = Callable[[Page, Site, str], Iterator[str]]


class Look(NamedTuple):
    """How a walk is looked at, by a browser of that language."""

    language: str
    scheme: Literal["light", "dark"]
    wide: bool


CHOSEN = tuple(filter(None, os.environ.get("LANGUAGES", "").split(","))) or LANGUAGES
LOOKS = [look for language in CHOSEN for look in (Look(language, "light", True), Look(language, "dark", False))]
WHOLE = not SHORT and CHOSEN == LANGUAGES
STAFFS_LOOKS = (Look("de", "light", True), Look("en", "dark", False))
"""Words do not depend on the scheme, nor colours on the language."""


def callback(page: Page, site: Site, language: str) -> Iterator[str]:
    challenging(page, challenge())
    yield from test_callback.states(page, site)


def office(states: Callable[..., Iterator[str]]) -> States:
    return lambda page, site, language: states(page, test_office_every_state.office(site))


CUSTOMERS: dict[str, States] = {
    "booking": lambda page, site, language: test_every_state.states(page, site),
    "callback": callback,
    "questions": lambda page, site, language: test_questions.states(page, site),
    "invited": lambda page, site, language: test_invited.states(page, site),
    "manage": lambda page, site, language: test_manage.states(page, site),
    "manage, mailed": lambda page, site, language: test_manage_mailed.states(page, site),
}
STAFF: dict[str, States] = {
    "planner": lambda page, site, language: Walk(page, site, language).states(),
    **{
        name: office(getattr(test_office_every_state, name))
        for name in ("customers", "settings", "accesses", "messages", "record", "figures")
    },
}


class Alfa:
    """Judges states in a process of its own, while the browser is led to the next one."""

    def __init__(self) -> None:
        self.answers = TemporaryFile()  # noqa: SIM115 (it is read when all has been asked)
        command = ["node", str(HERE / "tools" / "alfa.mjs")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self.answers)
        self.line = ThreadPoolExecutor(1)  # who writes to it waits for it
        self.asked = 0

    def ask(self, place: str, look: Look, size: Size, document: Any) -> None:
        told = {"name": place, "scheme": look.scheme, "width": size[0], "height": size[1], "document": document}
        self.asked += 1
        self.line.submit(self._stdin.write, f"{json.dumps(told)}\n".encode())

    def said(self) -> tuple[list[Finding], int]:
        """All that it has found, and by how many rules."""
        self.line.submit(self._stdin.close).result()
        ended = self.process.wait()
        with self.answers:
            self.answers.seek(0)
            answers = [json.loads(line) for line in self.answers]
        assert (ended, len(answers)) == (0, self.asked), f"alfa ended with {ended}, after {len(answers)} of {self.asked} states"
        found = [
            Finding(each["rule"], f"{answer['name']}: {each['where']}", each["said"])
            for answer in answers
            for each in answer["found"]
        ]
        return found, answers[0]["rules"]

    @property
    def _stdin(self) -> IO[bytes]:
        assert self.process.stdin
        return self.process.stdin


@dataclass
class Seen:
    """What was found, by engine, in how many seconds, and each state's document as HTML. Alfa may still be at work."""

    states: int = 0
    found: dict[str, list[Finding]] = field(default_factory=lambda: {"axe-core": [], "ibm": []})
    seconds: dict[str, float] = field(default_factory=lambda: {"axe-core": 0.0, "ibm": 0.0})
    documents: dict[str, str] = field(default_factory=dict)
    alfa: Alfa | None = None


@cache
def alfas_reader() -> str:
    """The script by which Alfa reads a document."""
    module = PACKAGES / "@siteimprove" / "alfa-dom" / "dist" / "native.js"
    options = ("--bundle", "--format=iife", "--global-name=alfa", "--log-level=error")
    return said(ROOT / "node_modules" / ".bin" / "esbuild", module, *options, ends=(0,))


@cache
def ibms_engine() -> str:
    return (PACKAGES / "accessibility-checker-engine" / "ace.js").read_text(encoding="utf-8")


FOUND_BY_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"], preload: false})).violations
    .flatMap(({id, nodes}) => nodes.map(({target, html}) => [id, target.flat().join(" "), html.slice(0, 200)]))"""
FOUND_BY_IBM = """async () => (await new ace.Checker().check(document, ["IBM_Accessibility"])).results
    .filter(({value}) => value[1] === "FAIL")
    .map(({ruleId, path, message, snippet}) => [ruleId, path.dom, `${message} ${snippet.slice(0, 200)}`])"""
"""What only a person can decide, which it calls potential or manual, is left to one."""
READ_BY_ALFA = "() => alfa.Native.fromNode(document)"


def by_axe(page: Page) -> list[Any]:
    found: list[Any] = loaded(page, "axe", AXE.read_text(encoding="utf-8"), FOUND_BY_AXE)
    return found


def by_ibm(page: Page) -> list[Any]:
    found: list[Any] = loaded(page, "ace", ibms_engine(), FOUND_BY_IBM)
    return found


def loaded(page: Page, name: str, script: str, expression: str) -> Any:
    """The value of an expression on a page that has got a script; it gets it once."""
    if not page.evaluate(f"'{name}' in window"):
        page.evaluate(f"{script}\n;globalThis.{name} = {name}; undefined")
    return page.evaluate(expression)


ENGINES: Mapping[str, Callable[[Page], list[Any]]] = {"axe-core": by_axe, "ibm": by_ibm}


def walked(browser: Browser, site: Site, wanted: Sequence[str]) -> Seen:
    """All walks in both looks. `wanted` are the engines, `alfa` among them where its documents are needed."""
    seen = Seen(alfa=Alfa() if "alfa" in wanted else None)
    for look in LOOKS[:2] if SHORT else LOOKS:
        for name, states in (CUSTOMERS | (STAFF if look in STAFFS_LOOKS else {})).items():
            size = DESK if look.wide else PHONE if name in CUSTOMERS else TABLET
            walk(browser, site, look, name, size, states, wanted, seen)
    return seen


def walk(
    browser: Browser, site: Site, look: Look, name: str, size: Size, states: States, wanted: Sequence[str], seen: Seen
) -> None:
    own = {"width": DESK[0], "height": DESK[1]}
    context = browser.new_context(
        viewport=own,  # type: ignore[arg-type]  # playwright wants its own kind of dictionary
        locale=look.language, timezone_id="Europe/Berlin", color_scheme=look.scheme, reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    for state in islice(states(page, site, look.language), FIRST if SHORT else None):
        resize(page, size)
        place = f"{look.language}, {look.scheme}: {name}, {without_dates(state)}"
        seen.states += 1
        seen.documents[place] = page.content()
        if seen.alfa:
            seen.alfa.ask(place, look, size, loaded(page, "alfa", alfas_reader(), READ_BY_ALFA))
        for engine in ENGINES.keys() & wanted:
            began = monotonic()
            seen.found[engine] += [
                Finding(rule, f"{place}: {kind(where)}", told) for rule, where, told in ENGINES[engine](page)
            ]
            seen.seconds[engine] += monotonic() - began
        resize(page, DESK)
    context.close()


def kind(path: str) -> str:
    """A path to an element without numbers, which change with what lies before it: `/html/body/main/div[2]` -> `.../div`."""
    return re.sub(r"\[\d+\]|:nth-child\(\d+\)", "", path)


def without_dates(state: str) -> str:
    """Which are others each day."""
    return re.sub(r"\d{4}-\d\d-\d\d", "a day", state)
