"""Leads a browser through every state of every page that the tests know, and keeps what the engines find there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page

from tests.evidence.judged.findings import Finding
from tests.evidence.judged.tools import HERE, PACKAGES, said
from tests.evidence.lines import ROOT, SHORT
from tests.site import test_callback, test_every_state, test_manage, test_manage_mailed, test_office_every_state
from tests.site.conftest import PATIENCE
from tests.site.helpers import challenge, challenging
from tests.site.looks import AXE, DESK, PHONE, Size, resize
from tests.site.test_staff_every_state import Walk
from tests.site_of_tests import Site

TABLET: Size = (820, 1180)
FIRST = 3
"""So many states of each walk are looked at in the short version."""
Language = Literal["de", "en"]
States = Callable[[Page, Site, Language], Iterator[str]]


class Look(NamedTuple):
    """How a walk is looked at. Words do not depend on the scheme, nor colours on the language: two looks see all of both."""

    language: Language
    locale: str
    scheme: Literal["light", "dark"]
    wide: bool


LOOKS = (Look("de", "de-DE", "light", True), Look("en", "en-GB", "dark", False))


def callback(page: Page, site: Site, language: Language) -> Iterator[str]:
    challenging(page, challenge())
    yield from test_callback.states(page, site)


def office(states: Callable[..., Iterator[str]]) -> States:
    return lambda page, site, language: states(page, test_office_every_state.office(site))


CUSTOMERS: dict[str, States] = {
    "booking": lambda page, site, language: test_every_state.states(page, site),
    "callback": callback,
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


@dataclass
class Seen:
    """What was found, by engine, and each state's document: as HTML, and as Alfa reads it."""

    states: int = 0
    found: dict[str, list[Finding]] = field(default_factory=lambda: {"axe-core": [], "ibm": []})
    documents: dict[str, str] = field(default_factory=dict)
    for_alfa: list[str] = field(default_factory=list)


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
    seen = Seen()
    for look in LOOKS:
        for name, states in (CUSTOMERS | STAFF).items():
            size = DESK if look.wide else PHONE if name in CUSTOMERS else TABLET
            walk(browser, site, look, name, size, states, wanted, seen)
    return seen


def walk(
    browser: Browser, site: Site, look: Look, name: str, size: Size, states: States, wanted: Sequence[str], seen: Seen
) -> None:
    own = {"width": DESK[0], "height": DESK[1]}
    context = browser.new_context(
        viewport=own,  # type: ignore[arg-type]  # playwright wants its own kind of dictionary
        locale=look.locale, timezone_id="Europe/Berlin", color_scheme=look.scheme, reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    for state in islice(states(page, site, look.language), FIRST if SHORT else None):
        resize(page, size)
        place = f"{look.language}, {look.scheme}: {name}, {without_dates(state)}"
        seen.states += 1
        seen.documents[place] = page.content()
        if "alfa" in wanted:
            document = loaded(page, "alfa", alfas_reader(), READ_BY_ALFA)
            seen.for_alfa.append(
                json.dumps({"name": place, "scheme": look.scheme, "width": size[0], "height": size[1], "document": document})
            )
        for engine in ENGINES.keys() & wanted:
            seen.found[engine] += [
                Finding(rule, f"{place}: {kind(where)}", told) for rule, where, told in ENGINES[engine](page)
            ]
        resize(page, DESK)
    context.close()


def kind(path: str) -> str:
    """A path to an element without numbers, which change with what lies before it: `/html/body/main/div[2]` -> `.../div`."""
    return re.sub(r"\[\d+\]|:nth-child\(\d+\)", "", path)


def without_dates(state: str) -> str:
    """Which are others each day."""
    return re.sub(r"\d{4}-\d\d-\d\d", "a day", state)


def by_alfa(states: Sequence[str]) -> tuple[list[Finding], int]:
    """What Alfa finds, and by how many rules; half of the states on each of two cores."""

    def half(number: int) -> list[Any]:
        told = said("node", HERE / "tools" / "alfa.mjs", told="\n".join(states[number::2]), ends=(0,))
        return [json.loads(line) for line in told.splitlines()]

    with ThreadPoolExecutor(2) as pool:
        answers = [answer for part in pool.map(half, range(2)) for answer in part]
    assert len(answers) == len(states)
    found = [
        Finding(each["rule"], f"{answer['name']}: {each['where']}", each["said"])
        for answer in answers
        for each in answer["found"]
    ]
    return found, answers[0]["rules"]
