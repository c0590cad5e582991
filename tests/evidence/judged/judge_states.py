"""Judges of the pages in each of their states: three engines of accessibility, and two of HTML."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.evidence.judged.conftest import Judge
from tests.evidence.judged.findings import Finding
from tests.evidence.judged.tools import PACKAGES, by_node, said, version_of
from tests.evidence.judged.walks import CHOSEN, WHOLE, Seen, kind, walked
from tests.evidence.lines import ROOT
from tests.site_of_tests import Site

BY_JUDGE = {"judge_axe_core": "axe-core", "judge_ibm": "ibm", "judge_alfa": "alfa"}


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Seen:
    """All states, looked at by those of the engines whose judges are asked."""
    asked = {item.name for item in request.session.items}
    return walked(browser, site, [engine for judge, engine in BY_JUDGE.items() if judge in asked])


def of(seen: Seen) -> str:
    return f"{seen.states} states: customers' pages in {len(CHOSEN)} languages and both schemes, staff's in 2"


def of_engine(seen: Seen, engine: str) -> tuple[list[Finding], bool, float]:
    return seen.found[engine], WHOLE, seen.seconds[engine]


def judge_axe_core(judge: Judge, seen: Seen) -> None:
    judge("axe-core", version_of("axe-core", ROOT / "node_modules"), of(seen), *of_engine(seen, "axe-core"))


def judge_ibm(judge: Judge, seen: Seen) -> None:
    judge("ibm", version_of("accessibility-checker-engine"), of(seen), *of_engine(seen, "ibm"))


def judge_alfa(judge: Judge, seen: Seen) -> None:
    assert seen.alfa
    found, rules = seen.alfa.said()
    judge("alfa", version_of("@siteimprove/alfa-rules"), f"{of(seen)}, by {rules} rules", found, WHOLE)


def judge_html_validate(judge: Judge, seen: Seen) -> None:
    found = [
        Finding(each["rule"], f"{place}: {kind(each['selector'] or 'document')}", each["said"])
        for place, messages in by_node("html", seen.documents).items()
        for each in messages
    ]
    judge("html-validate", version_of("html-validate"), of(seen), found, WHOLE)


def judge_nu(judge: Judge, seen: Seen, tmp_path: Path) -> None:
    """Needs Java, as the checker of the W3C does."""
    places = {}
    for number, (place, document) in enumerate(seen.documents.items()):
        (tmp_path / f"{number}.html").write_text(document, encoding="utf-8")
        places[f"{number}.html"] = place
    jar = PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    told = said("java", "-Xss4m", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", tmp_path, ends=(0,))
    found = [
        Finding(each["type"], f"{places[each['url'].rpartition('/')[2]]}: {each['message']}", each.get("extract", ""))
        for each in json.loads(told)["messages"]
    ]
    assert Counter(each.rule for each in found)["non-document-error"] == 0, found
    judge("nu", version_of("vnu-jar"), of(seen), found, WHOLE)
