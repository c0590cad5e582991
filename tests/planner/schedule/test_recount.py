"""What a branch changes of its reminders reaches the appointments that are to come (R29), by the schedule, on a real engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.outbox import BACKOFF, ENOUGH
from chalicelib.domain.settings import Settings
from chalicelib.planner.admin.settings import WRITTEN_BY_THEN, BranchSettings, Sections
from chalicelib.planner.ports import Store
from chalicelib.planner.schedule.counting import count_anew
from chalicelib.planner.schedule.sweep import ANOTHER_LOOK
from chalicelib.planner.staff.actions import Move
from chalicelib.store import keys
from chalicelib.store.items import recount
from chalicelib.store.models import DayItem, RecountItem, starts_of
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, new_branch_id
from tests.conftest import TABLE
from tests.faults import counted
from tests.planner.messages.test_reminders import DAY_BEFORE, Clocks
from tests.planner.practice import CABINS, STAFF


def plenty() -> float:
    return 60.0


class Changing(Clocks):
    """A practice whose admins change what they have set."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.branch_settings = BranchSettings(self.table, self.clock)

    def change(self, **fields: Any) -> Settings:
        before = self.branch_settings.settings(self.branch)
        sections: Sections = {"branch": replace(before.branch, **fields)}
        after, _ = self.branch_settings.change(self.branch, before.version, sections, STAFF, other_times=True)
        return after

    def is_owed(self, after: timedelta = WRITTEN_BY_THEN) -> bool:
        found = RecountItem.query(f"RECOUNT#{self.branch}", consistent_read=True)
        return any(datetime.fromisoformat(each.gsi3sk) <= self.now + after for each in found)

    def recount(self) -> None:
        """As the schedule does, once it is due."""
        self.now += WRITTEN_BY_THEN
        assert self.is_owed(timedelta())
        self.sweep.recount(plenty, self.branch)


@pytest.fixture
def practice(engine: Engine) -> Changing:
    return Changing()


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"reminder_hours": (48,)}, DAY_BEFORE - timedelta(days=1)),
        ({"reminder_hours": (24, 2)}, DAY_BEFORE),
        ({"reminder_hours": (2,)}, DAY_BEFORE + timedelta(hours=22)),
        ({"night_until": 11 * 60}, DAY_BEFORE - timedelta(hours=14, minutes=30)),
        ({"zone": "America/New_York"}, DAY_BEFORE - timedelta(hours=8, minutes=30)),
    ],
)
def test_changed_reminders_reach_what_was_confirmed_before(practice: Changing, fields: dict[str, Any], due: datetime) -> None:
    appointment = practice.confirmed()
    practice.change(**fields)
    practice.recount()
    assert practice.read(appointment) == replace(appointment, due=due)


def test_expiry_that_is_switched_on_later_warns_of_open_requests_first(practice: Changing) -> None:
    appointment = practice.request()
    practice.now += timedelta(hours=40)
    practice.change(expire_after_hours=24, expire_warning_hours=4)
    practice.recount()
    practice.sweep.attend(appointment.id)
    warned = practice.read(appointment)
    assert (warned.status, warned.warned, warned.due) == ("proposed", True, practice.now + timedelta(hours=4))


def test_an_earlier_reminder_goes_out_at_its_time_with_the_next_sweep(practice: Changing) -> None:
    appointment = practice.confirmed()
    practice.change(reminder_hours=(48,))
    practice.recount()
    practice.at(DAY_BEFORE - timedelta(days=1), appointment)
    practice.at(DAY_BEFORE, appointment)
    assert len(practice.reminders(appointment)) == 1


def test_the_sweep_reckons_anew_once_all_is_written_that_was_reckoned_before(practice: Changing) -> None:
    """Long ago, so that it finds what this test owes and nothing else."""
    practice.now = datetime(2018, 1, 1, tzinfo=NOW.tzinfo)
    appointment = practice.confirmed("2018-01-10T09:00")
    practice.change(reminder_hours=(48,))
    practice.sweep.sweep(plenty)
    assert practice.read(appointment) == appointment
    practice.now += WRITTEN_BY_THEN
    practice.sweep.sweep(plenty)
    after = practice.read(appointment)
    assert after.due == datetime.fromisoformat("2018-01-08T09:00+00:00")
    assert not practice.is_owed()
    practice.table.put_off(after, None)  # leaves nothing behind that others would find


DAY = "2026-11-24"
OF_ADVICE = ("cabin-1", DAY, "advice")


def limit(practice: Changing, most: int) -> None:
    before = practice.branch_settings.settings(practice.branch)
    kinds = tuple(replace(each, most_a_day=most) for each in before.templates)
    practice.branch_settings.change(practice.branch, before.version, {"templates": kinds}, STAFF)


def uncounted(practice: Changing) -> Appointment:
    """One that was made before kinds were counted."""
    appointment = practice.request(template="advice")
    DayItem(keys.agenda(practice.branch, "cabin-1"), keys.day(DAY)).update([starts_of("advice").remove()])
    return appointment


def counts(table: Table, branch: str) -> dict[tuple[str, str, str], int]:
    return dict(table.agenda(branch, [CABINS[0]], DAY, DAY, ["advice"]).kinds)


def test_a_kind_that_is_newly_limited_counts_what_was_made_before_kinds_were_counted(practice: Changing) -> None:
    """R38."""
    uncounted(practice)
    limit(practice, 2)
    practice.recount()
    assert counts(practice.table, practice.branch) == {OF_ADVICE: 1}
    assert not practice.is_owed()
    limit(practice, 1)
    assert not practice.is_owed()


def test_a_day_that_the_index_does_not_show_whole_is_counted_another_time(practice: Changing) -> None:
    class Late(Table):
        def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
            return []

    practice.request(template="advice")
    limit(practice, 2)
    settings = practice.branch_settings.settings(practice.branch)
    assert not count_anew(cast(Store, Late(TABLE)), settings, practice.now, plenty)
    assert counts(practice.table, practice.branch) == {OF_ADVICE: 1}


@pytest.mark.parametrize("fields", [{"phone": "1"}, {"lead_hours": 3}, {"reminder_hours": (24,)}, {"comment_days": 31}])
def test_what_reminders_do_not_depend_on_owes_nothing(practice: Changing, fields: dict[str, Any]) -> None:
    practice.change(**fields)
    assert not practice.is_owed()


def test_an_import_of_all_settings_is_followed_by_a_recount_as_well(practice: Changing) -> None:
    appointment = practice.confirmed()
    before = practice.branch_settings.settings(practice.branch)
    practice.branch_settings.save(replace(before, branch=replace(before.branch, reminder_hours=(48,))))
    practice.recount()
    assert practice.read(appointment).due == DAY_BEFORE - timedelta(days=1)


def test_what_came_with_past_requests_is_erased_when_it_is_kept_for_a_shorter_time(practice: Changing) -> None:
    """R30: what the branch has set today decides."""
    appointment = practice.confirmed("2026-11-23T09:00")
    practice.now += timedelta(hours=3)
    over = practice.actions.answer(practice.seen(appointment), "done", STAFF)
    practice.now = datetime.fromisoformat("2026-12-10T12:00+00:00")
    practice.change(comment_days=7)
    practice.recount()
    assert practice.read(over).due == datetime.fromisoformat("2026-11-30T09:30+00:00")
    after = practice.at(practice.now, over)
    assert (after.name, after.comment) == ("", None)


def test_what_is_erased_already_is_not_read_again(practice: Changing) -> None:
    appointment = practice.confirmed("2026-11-23T09:00")
    practice.at(datetime.fromisoformat("2027-01-10T12:00+00:00"), appointment)
    practice.change(comment_days=7)
    practice.now += WRITTEN_BY_THEN
    with counted() as requests:
        practice.sweep.recount(plenty, practice.branch)
    assert "BatchGetItem" not in requests.operations


def test_what_is_over_or_was_cancelled_stays_as_it_is(practice: Changing) -> None:
    over = practice.confirmed("2026-11-23T09:00")
    gone = practice.actions.answer(practice.seen(practice.asked()), "cancelled", STAFF)
    practice.now = datetime.fromisoformat("2026-11-23T12:00+00:00")
    practice.change(reminder_hours=(48,))
    practice.recount()
    assert [practice.read(each) for each in (over, gone)] == [over, gone]


def test_what_is_right_already_costs_no_write(practice: Changing) -> None:
    practice.confirmed()
    practice.change(reminder_gap_hours=3)
    practice.now += WRITTEN_BY_THEN
    with counted() as requests:
        practice.sweep.recount(plenty, practice.branch)
    assert "UpdateItem" not in requests.operations


def test_where_time_runs_out_it_stays_owed_until_all_is_done(practice: Changing) -> None:
    coming = [practice.confirmed(f"2026-11-30T{hour:02}:00") for hour in (9, 10, 11)]

    def reckoned() -> int:
        return sum(practice.read(each).due != each.due for each in coming)

    practice.change(reminder_hours=(48,))
    left = iter((60.0, 60.0))
    practice.now += WRITTEN_BY_THEN
    practice.sweep.recount(lambda: next(left, ENOUGH - 1), practice.branch)
    assert (reckoned(), practice.is_owed()) == (2, True)
    practice.sweep.recount(plenty, practice.branch)
    assert (reckoned(), practice.is_owed()) == (3, False)


def test_a_change_that_comes_while_it_is_reckoned_is_not_lost(engine: Engine) -> None:
    practice = Changing()
    practice.confirmed()
    practice.change(reminder_hours=(48,))
    practice.now += WRITTEN_BY_THEN

    class Meanwhile(Table):
        def several(self, appointments: Any) -> dict[str, Appointment]:
            practice.change(reminder_hours=(2,))
            return super().several(appointments)

    practice.sweep._store = Meanwhile(TABLE)
    practice.sweep.recount(plenty, practice.branch)
    assert practice.is_owed()


def test_what_somebody_changes_while_it_is_reckoned_keeps_what_they_have_reckoned(engine: Engine) -> None:
    practice = Changing()
    appointment = practice.confirmed()
    practice.change(reminder_hours=(48,))

    class Meanwhile(Table):
        def several(self, appointments: Any) -> dict[str, Appointment]:
            found = super().several(appointments)
            practice.actions.move(practice.seen(appointment), Move(start=appointment.start + 1440), STAFF)
            return found

    practice.sweep._store = Meanwhile(TABLE)
    practice.recount()
    assert practice.read(appointment).due == DAY_BEFORE


def owed(branch: str) -> list[datetime]:
    return [datetime.fromisoformat(each.gsi3sk) for each in RecountItem.query(f"RECOUNT#{branch}", consistent_read=True)]


def test_what_a_branch_owes_that_is_not_there_yet_is_put_off(practice: Changing) -> None:
    """As an import leaves it, which writes the branch's own item last."""
    branch = new_branch_id()
    recount(branch, practice.now).save()
    practice.sweep.recount(plenty, branch)
    assert owed(branch) == [practice.now + ANOTHER_LOOK]


def test_what_no_branch_owes_is_not_owed_by_looking(practice: Changing) -> None:
    branch = new_branch_id()
    practice.sweep.recount(plenty, branch)
    assert owed(branch) == []


def test_what_is_asked_for_meanwhile_is_not_put_off(practice: Changing) -> None:
    branch, soon = new_branch_id(), practice.now + WRITTEN_BY_THEN
    recount(branch, soon).save()
    practice.sweep.recount(plenty, branch)
    assert owed(branch) == [soon]


def test_one_appointment_that_cannot_be_reckoned_keeps_none_of_the_others_as_it_was(practice: Changing) -> None:
    """And the branch stays owed a recount."""
    coming = [practice.confirmed(f"2026-11-30T{hour:02}:00") for hour in (9, 10, 11)]
    practice.change(reminder_hours=(48,))
    practice.now += WRITTEN_BY_THEN

    class Broken(Table):
        def put_off(self, appointment: Appointment, due: datetime | None) -> None:
            if appointment.id == coming[1].id:
                raise RuntimeError("broken")
            super().put_off(appointment, due)

    practice.sweep._store = Broken(TABLE)
    with pytest.raises(RuntimeError, match="broken"):
        practice.sweep.recount(plenty, practice.branch)
    assert [practice.read(each).due != each.due for each in coming] == [True, False, True]
    assert practice.is_owed()


def test_a_recount_that_always_fails_ends_until_somebody_changes_the_settings_again(practice: Changing) -> None:
    """Long ago, so that a sweep finds what this test owes and nothing else."""
    practice.now = datetime(2017, 1, 1, tzinfo=NOW.tzinfo)
    appointment = practice.confirmed("2017-01-10T09:00")
    practice.change(reminder_hours=(48,))

    class Broken(Table):
        def settings_now(self, branch: str) -> Settings | None:
            raise RuntimeError("broken")

    sound, practice.sweep._store = practice.sweep._store, Broken(TABLE)
    practice.now += WRITTEN_BY_THEN
    for pause in (*BACKOFF, 0):
        with pytest.raises(RuntimeError, match="broken"):
            practice.sweep.sweep(plenty)
        practice.now += timedelta(minutes=pause)
    practice.now += timedelta(days=1)
    practice.sweep.sweep(plenty)
    practice.sweep._store = sound
    practice.change(reminder_hours=(24,))
    practice.recount()
    assert not practice.is_owed()
    practice.table.put_off(practice.read(appointment), None)  # leaves nothing behind that others would find
