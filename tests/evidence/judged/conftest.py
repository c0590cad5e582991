"""`make judged` runs the judges in judge_*.py and prints their verdicts. It ends with 1 where one has a complaint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import pytest

from tests.evidence.judged.findings import Finding, Verdict, held, named
from tests.evidence.lines import SHORT, Lines
from tests.site.conftest import browser, open_page

__all__ = ["browser", "open_page"]

Judge = Callable[..., None]
VERDICTS: dict[Verdict, float] = {}
"""With the seconds of each, which are printed only."""


@pytest.fixture
def judge() -> Judge:
    """Gives a verdict: `judge("bandit", version, "93 files", findings)`; `whole=False` where it has not seen all. `seconds` are
    those of the test, unless the judge was asked before."""
    began = monotonic()

    def one(
        name: str, version: str, looked: str, found: Iterable[Finding], whole: bool = True, seconds: float | None = None
    ) -> None:
        verdict = held(name, version, looked, found, named(), whole)
        VERDICTS[verdict] = monotonic() - began if seconds is None else seconds
        complaints = "\n".join(verdict.complaints)
        assert not complaints, f"{name} has something to say:\n{complaints}"

    return one


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Whoever runs one judge only does not replace what all have said."""
    if not VERDICTS or os.environ.get("ONLY"):
        return
    lines = Lines("judged")
    for each in VERDICTS:
        told = [
            {"rule": entry.rule, "where": entry.where, "reason": entry.reason, "count": count} for entry, count in each.open
        ]
        lines.add(
            each.judge, len(each.new) + len(each.gone), "findings", 0, version=each.version, looked=each.looked, open=told
        )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if VERDICTS:
        heading = f"{'judge':<16} {'version':<14} {'findings':>9} {'open':>6} {'seconds':>8}  looked at"
        short = ["The short version: a part of the states, and one page for Lighthouse."] if SHORT else []
        terminalreporter.write_line(
            "\n".join(["", heading, *(each.row(seconds) for each, seconds in VERDICTS.items()), "", *short])
        )
