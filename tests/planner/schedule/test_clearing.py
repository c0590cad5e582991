"""Appointments that nobody needs any more leave the table, and what stays of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import TransactWriteError

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import NotFound
from chalicelib.domain.figures import Figures
from chalicelib.domain.inbox import entry_of
from chalicelib.domain.sums import WeekSum, sum_of
from chalicelib.domain.sums import counted as as_counted
from chalicelib.planner.records.statistics import Report, Statistics
from chalicelib.planner.schedule import clearing
from chalicelib.planner.schedule.clearing import Cleared, Clearing
from chalicelib.store import clearing as stored_clearing
from chalicelib.store import items, keys
from chalicelib.store.audit import Books
from chalicelib.store.clearing import Clearings
from chalicelib.store.models import AppointmentItem, DayItem, EventItem, Item, MessageItem
from infra.local.engine import Engine
from tests.builders import MONDAY, NOW, appointment, at, made
from tests.conftest import TABLE, renew_table
from tests.faults import answered, cancelled, counted, error
from tests.planner.practice import ADVICE, Practice

KEPT = timedelta(days=36 * 31)
READY = NOW + KEPT + timedelta(days=45)
"""When nobody needs what was in the week of NOW."""
PLENTY = 600.0


class Archive(Practice):
    """A practice whose appointments are long over, and who lets them leave."""

    def __init__(self) -> None:
        super().__init__()
        self.now = READY
        self.clearing = Clearing(self.table, Clearings(), self.clock)
        self.statistics = Statistics(self.table, Books(), self.clock)

    def visit(self, start: str = "2026-11-24T08:00", **fields: Any) -> Appointment:
        """One that is over, erased, and owes nothing."""
        bare: dict[str, Any] = {"status": "confirmed", "comment": None, "fingerprint": "", "alias": ""}
        given = {"start": at(start), "end": at(start) + 30} | bare | fields
        past = appointment(branch=self.branch, **given)
        self.table.write(made(past))
        for item in MessageItem.query(keys.appointment(past.id), MessageItem.sk.startswith(keys.MESSAGE)):
            item.update([MessageItem.gsi3pk.remove(), MessageItem.gsi3sk.remove(), MessageItem.state.set("sent")])
        return past

    def run(self) -> Cleared:
        return self.clearing.run(lambda: PLENTY)

    def report(self) -> Report:
        return self.statistics.weeks(self.branch, MONDAY - timedelta(days=14), 4)

    def rows(self, past: Appointment) -> int:
        """How many items an appointment has."""
        return sum(1 for _ in Item.query(keys.appointment(past.id), consistent_read=True))

    def days(self, resource: str = "cabin-1") -> int:
        return sum(1 for _ in DayItem.query(keys.agenda(self.branch, resource), DayItem.sk > "0", consistent_read=True))


@pytest.fixture
def archive(engine: Engine) -> Archive:
    """In a table of its own: a run looks after all branches."""
    renew_table(engine.client("dynamodb"), TABLE)
    return Archive()


def varied(archive: Archive) -> list[Appointment]:
    """Appointments of all kinds, in two weeks and at two resources."""
    beside = {("cabin-2", "2026-11-24", 0): frozenset({150, 151}), ("cabin-1", "2026-11-24", 0): frozenset({150, 151})}
    return [
        archive.visit("2026-11-24T08:00", template=ADVICE.id, status="no_show", preparation=10),
        archive.visit("2026-11-24T09:00", type="appointment", status="done"),
        archive.visit("2026-11-25T10:00", status="cancelled"),
        archive.visit("2026-11-25T11:00", type="blocked", second="cabin-2"),
        archive.visit("2026-11-24T12:30", end=at("2026-11-24T12:40"), resource="cabin-2", second="cabin-1", holds=beside),
        archive.visit("2026-11-17T12:30", made_at=NOW - timedelta(days=20), template="gone"),
        archive.visit("2026-11-22T22:50"),
    ]


def test_figures_and_units_of_the_past_are_the_same_once_all_have_left(archive: Archive) -> None:
    past = varied(archive)
    before = archive.report()
    assert archive.is_sound()
    cleared = archive.run()
    assert cleared.appointments == len(past)
    assert [archive.rows(each) for each in past] == [0] * len(past)
    assert archive.report() == before
    assert archive.is_sound()
    assert any(each.held_minutes for each in before.weeks), "there was something to compare"


def test_a_days_items_leave_with_the_last_that_it_held(archive: Archive) -> None:
    archive.visit()
    kept = archive.visit("2026-11-25T08:00", comment=appointment().comment)
    assert archive.run().days == 1
    assert archive.days() == 1
    assert archive.held(day="2026-11-25") == kept.holds


def test_what_has_left_is_not_there_for_staff_any_more_and_its_time_is_free(archive: Archive) -> None:
    past = archive.visit()
    seen = archive.seen(past)
    archive.run()
    assert archive.table.appointment(past.id) is None
    assert archive.held() == {}
    with pytest.raises(NotFound):
        archive.actions.answer(seen, "no_show", "anna")
    assert archive.rows(past) == 0


def owed(archive: Archive, past: Appointment) -> None:
    item = MessageItem(keys.appointment(past.id), keys.message(1, "receipt", "email"))
    item.update([MessageItem.gsi3pk.set(keys.due(past.id)), MessageItem.gsi3sk.set(items.stamp(READY))])


def waits(archive: Archive, past: Appointment) -> None:
    items.from_entry(entry_of("erasure", archive.branch, past.id, 1, NOW)).save()


def told_of(archive: Archive, past: Appointment) -> None:
    until = int((READY + timedelta(days=1)).timestamp())
    EventItem(keys.appointment(past.id), keys.event(1)).update([EventItem.ttl.set(until)])


def told_of_before(archive: Archive, past: Appointment) -> None:
    """An earlier line that is kept for longer than the last one: the branch has shortened its period."""
    event = EventItem.get(keys.appointment(past.id), keys.event(1))
    event.sk, event.ttl = keys.event(0), int((READY + timedelta(days=1)).timestamp())
    event.save()


def given_up(archive: Archive, past: Appointment) -> None:
    AppointmentItem(keys.appointment(past.id), keys.APPOINTMENT).update([AppointmentItem.attempts.set(38)])


@pytest.mark.parametrize("open_matter", [owed, waits, told_of, told_of_before, given_up])
def test_an_appointment_with_an_open_matter_stays_as_it_is(
    archive: Archive, open_matter: Callable[[Archive, Appointment], None]
) -> None:
    past = archive.visit()
    open_matter(archive, past)
    rows, before = archive.rows(past), archive.report()
    assert archive.run().appointments == 0
    assert archive.rows(past) == rows
    assert archive.report() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": appointment().comment},
        {"due": READY},
        {"name": "Erika Mustermann"},
        {"fingerprint": "kept against sending it twice"},
        {"status": "unconfirmed"},
        {"end": at("2026-11-24T08:00") + 60 * 24 * 60, "type": "blocked", "holds": {}},
    ],
)
def test_one_that_a_clock_is_yet_to_erase_or_that_is_not_over_stays(archive: Archive, fields: dict[str, Any]) -> None:
    past = archive.visit(**fields)
    archive.now = NOW + KEPT + timedelta(days=34)
    archive.run()
    assert archive.rows(past) > 0


def test_nothing_leaves_before_its_period_is_over(archive: Archive) -> None:
    past = archive.visit()
    archive.now = NOW + KEPT
    assert archive.run().looked_at == 0
    assert archive.rows(past) > 0


def test_a_longer_period_keeps_what_is_there(archive: Archive) -> None:
    past = archive.visit()
    archive.table.replace_settings(replace(archive.settings, branch=replace(archive.settings.branch, record_months=48)))
    archive.run()
    assert archive.rows(past) > 0


def test_one_run_looks_at_so_many_and_the_next_goes_on_there(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "MANY", 6)
    kept = [archive.visit(status="cancelled", comment=appointment().comment) for _ in range(6)]
    past = [archive.visit("2026-11-25T08:00", status="cancelled") for _ in range(3)]
    with counted() as requests:
        assert archive.run().looked_at == 6
    assert len(requests.operations) <= 6, "none that stays costs a request of its own"
    with counted() as requests:
        assert archive.run().appointments == len(past)
    assert len(requests.operations) <= 2 * len(past) + 14, "two for each that leaves, and some for the run and each resource"
    assert archive.run() == Cleared(), "the round is over until tomorrow"
    assert all(archive.rows(each) for each in kept)


def test_a_run_that_finds_nobodys_turn_is_one_request(archive: Archive) -> None:
    archive.run()
    with counted() as requests:
        assert archive.run() == Cleared()
    assert requests.operations == ["Query"]


def test_the_next_round_comes_a_day_later(archive: Archive) -> None:
    archive.run()
    past = archive.visit()
    archive.now += timedelta(hours=23)
    assert archive.run().appointments == 0
    archive.now += timedelta(hours=1)
    assert archive.run().appointments == 1
    assert archive.rows(past) == 0


def test_appointments_of_a_resource_that_is_gone_leave_too(archive: Archive) -> None:
    archive.run()
    past = archive.visit(resource="cabin-2", status="cancelled")
    left = tuple(each for each in archive.settings.resources if each.id != "cabin-2")
    archive.table.replace_settings(replace(archive.settings, resources=left))
    archive.now += timedelta(days=2)
    archive.run()
    assert archive.rows(past) == 0


def test_without_time_nothing_is_begun(archive: Archive) -> None:
    past = archive.visit()
    assert archive.clearing.run(lambda: 1.0) == Cleared()
    assert archive.rows(past) > 0


@pytest.mark.parametrize("fault", [cancelled("TransactionConflict"), ReadTimeoutError])
def test_what_could_not_be_decided_is_left_to_the_next_round_and_counts_once(archive: Archive, fault: Any) -> None:
    past, before = archive.visit(), archive.report()
    with answered("TransactWriteItems", *[fault] * 4):
        assert archive.run().appointments == 0
    archive.now += timedelta(days=1)
    archive.run()
    assert archive.rows(past) == 0
    assert archive.report() == before


def test_a_round_that_fails_each_time_has_not_ended_since_it_first_began(archive: Archive) -> None:
    archive.visit()
    for _ in range(3):
        with answered("TransactWriteItems", error("ValidationException")), pytest.raises(TransactWriteError):
            archive.run()
        archive.now += timedelta(minutes=15)
    assert Clearings().unfinished_since(archive.branch) == READY
    assert archive.run().appointments == 1
    assert Clearings().unfinished_since(archive.branch) == archive.now


def test_one_with_more_messages_than_a_transaction_takes_leaves_too(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_clearing, "MOST", 4)
    past, before = archive.visit(), archive.report()
    sent = MessageItem.get(keys.appointment(past.id), keys.message(1, "receipt", "email"))
    for number in range(2, 6):
        sent.sk = keys.message(number, "told", "email")
        sent.save()
    assert archive.run().appointments == 1
    assert archive.rows(past) == 0
    assert archive.report() == before


def test_weeks_since_the_first_appointment_of_all_stay_open_in_the_figures(archive: Archive) -> None:
    archive.visit("2026-11-17T08:00")
    archive.visit("2026-12-24T08:00", comment=appointment().comment)

    def opened() -> list[int]:
        found: list[Figures] = archive.statistics.weeks(archive.branch, date(2026, 11, 9), 3).weeks
        return [each.open_minutes for each in found if each.resource == "cabin-1"]

    before = opened()
    assert before == [0, 7 * 600, 7 * 600]
    assert archive.run().appointments == 1
    assert opened() == before


def test_sums_name_nobody(archive: Archive) -> None:
    past = archive.visit(customer="somebody", name="Erika Mustermann")
    archive.run()
    assert archive.rows(past) == 0
    stored = Item._get_connection().query(keys.sums(archive.branch))["Items"]
    assert len(stored) == 1
    text = repr(stored)
    assert not any(each in text for each in ("somebody", "Mustermann", past.id))


def a_sum(past: Appointment, archive: Archive) -> WeekSum:
    return sum_of(as_counted(past), archive.settings)


def test_a_late_change_by_staff_wins_and_keeps_the_appointment(archive: Archive) -> None:
    past, before = archive.visit(), archive.report()
    [read] = Clearings().past(archive.branch, "cabin-1", at("2027-01-01T00:00"), None, 10)
    archive.actions.answer(archive.seen(past), "no_show", "anna")
    assert not Clearings().leave(read, a_sum(read, archive), archive.now)
    assert archive.read(past).status == "no_show"
    assert archive.report() != before
