"""`make units` tells whether a table is sound."""

from __future__ import annotations

import pytest

from chalicelib.store.models import DayItem
from chalicelib.store.table import Table
from infra import units
from infra.local.engine import Engine
from tests.builders import appointment, new_branch_id, settings
from tests.conftest import TABLE
from tests.store.bookings import take


@pytest.fixture
def branch(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """A branch with one appointment, which the command is to look at."""
    table, name = Table(TABLE), new_branch_id()
    table.replace_settings(settings(id=name))
    take(table, appointment(branch=name))
    for variable, value in {"BRANCH": name, "TABLE": TABLE, "FIRST": "2026-11-23", "LAST": "2026-11-25"}.items():
        monkeypatch.setenv(variable, value)
    return name


@pytest.mark.usefixtures("branch")
def test_a_sound_table_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert units.main() == 0
    assert capsys.readouterr().out == "cabin-1: 6 units held by appointments, sound\n"


def test_units_that_nobody_holds_are_told(branch: str, capsys: pytest.CaptureFixture[str]) -> None:
    DayItem(f"AGENDA#{branch}#cabin-1", "2026-11-24#0").update([DayItem.taken.add({7, 8})])
    assert units.main() == 1
    assert "NOT sound\n  unowned 2026-11-24 lane 0: [7, 8]\n" in capsys.readouterr().out


def test_a_branch_that_does_not_exist_is_told(
    branch: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCH", f"{branch}x")
    assert units.main() == 2
    assert "There is no branch" in capsys.readouterr().err
