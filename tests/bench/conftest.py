"""Prints each figure of `make bench` beside its budget, and ends with 1 where one is missed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.engine import Engine
from tests.bench.clock import Cost
from tests.bench.versions import Pair, Version, pair, running
from tests.evidence.lines import ROOT, Lines
from tests.site.conftest import browser, open_page
from tests.site_of_tests import Site

__all__ = ["browser", "open_page"]


@dataclass(frozen=True)
class Figure:
    """What was measured, of which `most` is the budget. With a `reason` it may be more."""

    what: str
    found: float
    unit: str
    most: float | None
    reason: str
    more: str

    @property
    def is_missed(self) -> bool:
        return self.most is not None and self.found > self.most and not self.reason

    def __str__(self) -> str:
        most = "" if self.most is None else f"{self.most:.2f}"
        said = f"{self.what:<84} {self.found:>10.2f} {most:>9} {self.unit:<9} {self.more}"
        return f"{said.rstrip()}{'  missed' * self.is_missed}{self.reason and f'  ({self.reason})'}"


class Note:
    """Notes figures for the table at the end and for `make proof`."""

    def __init__(self, figures: list[Figure], lines: Lines) -> None:
        self._figures = figures
        self._lines = lines

    def __call__(self, what: str, found: float, most: float | None = None, unit: str = "ms", **facts: Any) -> None:
        """`facts` are those of the line; among them `reason` excuses more than `most`, and `more` stands at the row's end."""
        more = facts.pop("more", "")
        self._figures.append(Figure(what, found, unit, most, facts.get("reason", ""), more))
        self._lines.add(what, round(found, 4), unit, most, **facts)

    def cpu(self, what: str, cost: Cost, most: float | None = None, **facts: Any) -> None:
        """`most` counts on a quiet machine, so the figure is what the cost is by the fixed work beside it."""
        more = f"{cost.ms:.2f} ms here, {cost.ratio:.2f} times the fixed work"
        self(
            what,
            cost.quiet_ms,
            most,
            "CPU ms",
            measured_ms=round(cost.ms, 4),
            by_fixed_work=round(cost.ratio, 3),
            more=more,
            **facts,
        )


FIGURES: list[Figure] = []


@pytest.fixture(scope="session")
def note() -> Note:
    return Note(FIGURES, Lines("bench"))


@pytest.fixture(scope="module")
def versions(engine: Engine, served_site: Site) -> Iterator[Pair]:
    """This version and the earlier one, on one table."""
    with pair() as both:
        yield both


@pytest.fixture(scope="module")
def version(engine: Engine, served_site: Site) -> Iterator[Version]:
    """This version by itself. Nothing delivers meanwhile what the table owes."""
    with running(ROOT) as this:
        yield this


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not FIGURES:  # a run of tests
        return
    missed = sum(each.is_missed for each in FIGURES)
    load = f"{missed} missed, at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    terminalreporter.write_line("\n".join(["", f"{'':<84} {'figure':>10} {'budget':>9}", *map(str, FIGURES), "", load]))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if any(each.is_missed for each in FIGURES) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
