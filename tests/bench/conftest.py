"""`make bench` measures what stands in bench_*.py and prints each figure beside its budget. It ends with 1 where one is missed.

Times depend on the machine and on what else it does, so no test asserts them. A bench takes the least of several rounds: what
disturbs only ever adds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.site.conftest import browser, open_page

__all__ = ["browser", "open_page"]


@dataclass(frozen=True)
class Figure:
    """What was measured, of which `budget` is the most."""

    what: str
    found: float
    budget: float
    unit: str

    @property
    def is_missed(self) -> bool:
        return self.found > self.budget

    def __str__(self) -> str:
        said = f"{self.what:<84} {self.found:>9.2f} {self.budget:>9.2f} {self.unit}"
        return f"{said:<108} missed" if self.is_missed else said


Note = Callable[..., None]
FIGURES: list[Figure] = []


@pytest.fixture
def note() -> Note:
    """Notes a figure: `note(what, found, budget, unit="ms")`."""

    def one(what: str, found: float, budget: float, unit: str = "ms") -> None:
        FIGURES.append(Figure(what, found, budget, unit))

    return one


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not FIGURES:  # a run of tests
        return
    heading = f"{'':<84} {'figure':>9} {'budget':>9}"
    load = f"{missed(FIGURES)} missed, at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    terminalreporter.write_line("\n".join(["", heading, *map(str, FIGURES), "", load]))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if missed(FIGURES) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def missed(figures: Iterable[Figure]) -> int:
    return sum(each.is_missed for each in figures)
