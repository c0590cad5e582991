"""`make clearing`: old appointments leave at once, after a look at what that would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.settings import Settings
from chalicelib.planner.schedule.clearing import Cleared, Clearing
from chalicelib.store import keys
from chalicelib.store.clearing import Clearings, Place
from chalicelib.store.maintenance import Whole
from chalicelib.store.models import ClearingItem, DayItem, MessageItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from infra.operate import clearing, doctor
from tests.builders import appointment, at, made, new_branch_id, settings
from tests.infra.tables import everything, own_table

TODAY = datetime.now(UTC)
OLD, LATE = (f"{TODAY - timedelta(days=days):%Y-%m-%d}" for days in (2000, 20))


@pytest.fixture
def old(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Table, Settings]]:
    """A branch that the schedule does not look after yet, with an old appointment, one that staff are to answer, and a late
    one."""
    monkeypatch.delenv("BRANCH", raising=False)
    with own_table(engine, "old") as table:
        branch = settings(id=new_branch_id())
        table.replace_settings(branch)
        ClearingItem(keys.clearing(branch.branch.id), keys.CLEARING).delete()
        for start in (f"{OLD}T08:00", f"{OLD}T09:00", f"{LATE}T08:00"):
            one = appointment(
                branch=branch.branch.id,
                start=at(start),
                end=at(start) + 30,
                status="confirmed",
                comment=None if start != f"{OLD}T09:00" else appointment().comment,
                fingerprint="",
                made_at=datetime.fromtimestamp(at(start) * 60, UTC),
            )
            table.write(made(one))
            for item in MessageItem.query(keys.appointment(one.id), MessageItem.sk.startswith(keys.MESSAGE)):
                item.update([MessageItem.gsi3pk.remove(), MessageItem.gsi3sk.remove()])
        yield table, branch


def test_a_look_changes_nothing_and_counts_what_would_leave(
    old: tuple[Table, Settings], engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(engine, "old")
    monkeypatch.setenv("DRY", "1")
    assert clearing.main() == 0
    told = "1 appointments, 1 lines of history, 2 messages, 0 days would leave"
    assert capsys.readouterr().out == f"{old[1].branch.id}: {told}\n"
    assert everything(engine, "old") == before


def test_what_would_leave_has_left_and_units_and_figures_are_compared(
    old: tuple[Table, Settings], engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(engine, "old")
    assert clearing.main() == 0
    assert capsys.readouterr().out == (
        f"{old[1].branch.id}: 1 appointments and 0 days have left.\n"
        "  cabin-1: 18 units of the past were held, sound; 12 are now, sound\n"
        "  figures: the same\n"
    )
    after = everything(engine, "old")
    assert len(before.keys() - after.keys()) == 4
    assert sorted(pk.partition("#")[0] for pk, _ in after.keys() - before.keys()) == ["CLEARING", "FIGURES"]
    assert clearing.main() == 0
    assert "0 appointments" in capsys.readouterr().out


def test_units_that_were_unsound_before_are_told_and_no_fault_of_it(
    old: tuple[Table, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    DayItem(keys.agenda(old[1].branch.id, "cabin-1"), keys.day(OLD)).update([DayItem.taken.add({7})])
    assert clearing.main() == 0
    assert "18 units of the past were held, NOT sound; 12 are now, NOT sound" in capsys.readouterr().out


def test_a_branch_that_does_not_exist_is_told(
    old: tuple[Table, Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRANCH", "nowhere")
    assert clearing.main() == 2
    assert "There is no branch 'nowhere'." in capsys.readouterr().err


def test_the_doctor_tells_of_branches_that_nobody_looks_after_and_mends_that(old: tuple[Table, Settings]) -> None:
    table, branch = old
    [told] = doctor.clearing(table, [branch], mending=False)
    assert told.startswith(f"{branch.branch.id}: the schedule lets no old appointments leave")
    assert [*doctor.clearing(table, [branch], mending=True)] == []
    assert [*doctor.clearing(table, [branch], mending=False)] == []
    Clearings().go_on(branch.branch.id, TODAY - timedelta(days=3), None, ())
    [told] = doctor.clearing(table, [branch], mending=False)
    assert "no round for old appointments has ended since" in told


def test_the_doctor_tells_of_a_round_that_is_begun_again_and_again_and_never_ends(old: tuple[Table, Settings]) -> None:
    table, branch = old
    rows, name, quarter = Clearings(), branch.branch.id, timedelta(minutes=15)
    table.begin_clearing(name)
    began = TODAY - timedelta(days=3)
    assert rows.take_up(name, began, began + quarter)
    assert rows.take_up(name, TODAY, TODAY + quarter)
    [told] = doctor.clearing(table, [branch], mending=False)
    assert told.startswith(f"{name}: no round for old appointments has ended since {began:%Y-%m-%d}")
    rows.go_on(name, TODAY + timedelta(days=1), None, (), TODAY)
    assert [*doctor.clearing(table, [branch], mending=False)] == []


class Taken(Clearings):
    """Of which the schedule takes each turn as soon as it is due."""

    def go_on(
        self, branch: str, due: datetime, place: Place | None, resources: Iterable[str], finished: datetime | None = None
    ) -> None:
        super().go_on(branch, due, place, resources, finished)
        now = datetime.now(UTC)
        self.take_up(branch, now, now + timedelta(minutes=15))


def test_while_the_schedule_has_the_turn_it_waits_and_then_goes_on(
    old: tuple[Table, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "Clearings", Taken)
    table, branch = old
    told: list[str] = []

    def schedule(_: float) -> None:
        Clearings().go_on(branch.branch.id, datetime.now(UTC), None, ())

    assert clearing.leave(table, Whole(), branch, told.append, schedule)
    assert told[0] == f"{branch.branch.id}: 1 appointments and 0 days have left."


def test_a_round_that_the_schedule_ends_has_ended(old: tuple[Table, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "Clearings", Taken)
    table, branch = old
    told: list[str] = []

    def schedule(_: float) -> None:
        Clearings().go_on(branch.branch.id, datetime.now(UTC), None, ())
        cleared = Cleared()
        assert Clearing(table, Clearings(), lambda: datetime.now(UTC)).clear(branch.branch.id, cleared) == "finished"
        assert cleared.appointments == 1

    assert clearing.leave(table, Whole(), branch, told.append, schedule)
    assert told[0] == f"{branch.branch.id}: 0 appointments and 0 days have left."
    assert told[-1] == "  figures: the same"


def test_a_turn_that_the_schedule_keeps_is_told_and_no_success(
    old: tuple[Table, Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clearing, "Clearings", Taken)
    monkeypatch.setattr(clearing, "PAUSE", 0)
    assert clearing.main() == 1
    assert "The schedule has the turn" in capsys.readouterr().out
