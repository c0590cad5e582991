"""`make hold` keeps what a restored table owes from going out a second time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.store.message_log import MessageLog
from chalicelib.store.table import Table
from infra.local.engine import Engine
from infra.local.table import create_table
from infra.operate import hold
from tests.builders import NOW, appointment, new_branch_id, settings
from tests.conftest import TABLE
from tests.store.bookings import take

LATER = timedelta(days=3650)


@pytest.fixture
def restored(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """A table of its own, with a request whose receipt and notice are owed."""
    name = f"restored-{new_branch_id()}"
    create_table(engine.client("dynamodb"), name)
    monkeypatch.setenv("TABLE", name)
    table = Table(name)
    table.replace_settings(settings(id="elbe"))
    take(table, appointment())
    yield table
    Table(TABLE)  # as all other tests expect it


def test_what_is_owed_is_listed_as_not_sent_and_nothing_is_due(restored: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(restored.due(NOW + LATER).messages) == 2
    assert hold.main() == 0
    assert capsys.readouterr().out.startswith("2 messages were still owed.")
    assert restored.due(NOW + LATER).messages == []
    assert {each.kind for each in MessageLog().troubles("elbe", NOW, 10)} == {"receipt", "notice"}


def test_it_can_be_repeated(restored: Table, capsys: pytest.CaptureFixture[str]) -> None:
    hold.main()
    hold.main()
    assert capsys.readouterr().out.splitlines()[1].startswith("0 messages")


def test_what_appointments_owe_stays_due(restored: Table) -> None:
    before = restored.due(datetime.now(UTC) + LATER).appointments
    hold.main()
    assert restored.due(datetime.now(UTC) + LATER).appointments == before


def test_without_a_table_nothing_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TABLE", raising=False)
    assert hold.main() == 2
