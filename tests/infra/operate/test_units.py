"""`make units` tells whether a table is sound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.store.models import DayItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from infra.operate import units
from tests.builders import appointment, new_branch_id, settings
from tests.conftest import TABLE
from tests.infra.tables import own_table
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


def test_without_a_name_each_branch_of_a_table_is_looked_at(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BRANCH", raising=False)
    with own_table(engine, "units-of-all") as table:
        assert units.main() == 0
        assert capsys.readouterr().out == "There is no branch yet.\n"
        table.replace_settings(settings(id="alster", name="Optik Alster"))
        table.replace_settings(replace(settings(id="elbe", name="Hörakustik Elbe"), resources=()))
        assert units.main() == 0
        alster = "branch alster, Optik Alster\ncabin-1: 0 units held by appointments, sound\n"
        elbe = "branch elbe, Hörakustik Elbe\nelbe has no resources yet: there is nothing to compare.\n"
        assert capsys.readouterr().out in (alster + elbe, elbe + alster)
        DayItem("AGENDA#alster#cabin-1", f"{datetime.now(UTC).date()}#0").update([DayItem.taken.add({7})])
        assert units.main() == 1


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize("first", ["23.11.2026", "tomorrow", "2026-11-26"])
def test_what_are_no_days_is_told(first: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FIRST", first)
    assert units.main() == 2
    assert "FIRST=2026-11-23" in capsys.readouterr().err
