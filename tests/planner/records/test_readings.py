"""That staff looked at a customer's data is written once an hour, on a real engine."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import Invalid, TryAgain
from chalicelib.domain.record import Reading
from chalicelib.planner.records.readings import Readings
from chalicelib.store import keys
from chalicelib.store import readings as stored
from chalicelib.store.models import ReadingItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, new_branch_id, settings
from tests.conftest import TABLE
from tests.faults import answered, counted, error
from tests.planner.customer.test_usage import Clock

CUSTOMER = Reading("customer")


class Looking:
    def __init__(self) -> None:
        self.branch, self.clock = new_branch_id(), Clock()
        self.table = Table(TABLE, sleep=lambda seconds: None)
        self.table.replace_settings(settings(id=self.branch, record_months=12))
        self.notes = self.process()

    def process(self) -> Readings:
        """As one that has just started."""
        return Readings(self.table, stored.Readings(), self.clock)

    def look(self, identity: str = "anna", by: str = "jana") -> list[str]:
        """The requests that it costs."""
        self.table.settings(self.branch)
        with counted() as requests:
            self.notes.note(self.branch, CUSTOMER, identity, by)
        return requests.operations

    def lines(self, month: str = "2026-11") -> list[tuple[str, str, datetime]]:
        found, _ = stored.Readings().record(self.branch, month, 100)
        return [(each.id, each.by, each.at) for each in found]


@pytest.fixture
def staff(engine: Engine) -> Looking:
    return Looking()


def test_it_costs_one_write_an_hour(staff: Looking) -> None:
    for minutes, writes in ((0, ["PutItem"]), (59, []), (60, ["PutItem"])):
        staff.clock.now = NOW + timedelta(minutes=minutes)
        assert staff.look() == writes
    assert staff.lines() == [("anna", "jana", NOW + timedelta(hours=1)), ("anna", "jana", NOW)]


def test_another_process_writes_the_same_entry_again(staff: Looking) -> None:
    staff.look()
    staff.notes = staff.process()
    assert staff.look() == ["PutItem"]
    assert staff.lines() == [("anna", "jana", NOW)]


def test_each_user_and_each_customer_has_an_entry(staff: Looking) -> None:
    staff.look("anna", "jana")
    staff.look("anna", "uwe")
    staff.look("bert", "jana")
    assert {each[:2] for each in staff.lines()} == {("anna", "jana"), ("anna", "uwe"), ("bert", "jana")}


def test_it_ends_when_the_record_s_time_is_over(staff: Looking) -> None:
    staff.look()
    (item,) = ReadingItem.query(f"READING#{staff.branch}")
    assert timedelta(days=365) <= datetime.fromtimestamp(int(item.ttl), UTC) - NOW <= timedelta(days=12 * 31)


def test_what_could_not_be_written_is_refused_and_tried_again_the_next_time(staff: Looking) -> None:
    with answered("PutItem", *[error("ThrottlingException")] * 2), pytest.raises(TryAgain):
        staff.look()
    assert staff.lines() == []
    assert staff.look() == ["PutItem"]


def test_pages_follow_each_other_without_a_gap(staff: Looking) -> None:
    for number in range(5):
        staff.look(f"customer-{number}")
    pages, before = [], None
    for _ in range(3):
        found, before = stored.Readings().record(staff.branch, "2026-11", 2, before)
        pages.append([each.id for each in found])
    assert pages == [["customer-4", "customer-3"], ["customer-2", "customer-1"], ["customer-0"]]


def test_a_look_is_shown_no_longer_than_it_is_kept(staff: Looking) -> None:
    staff.look()
    item = next(iter(ReadingItem.query(keys.readings(staff.branch))))
    item.update([ReadingItem.ttl.set(int(time.time()))])
    assert staff.lines() == []


def test_a_month_shows_its_own(staff: Looking) -> None:
    staff.look()
    assert staff.lines("2026-10") == []


def test_a_place_of_another_month_is_refused(staff: Looking) -> None:
    for number in range(3):
        staff.look(f"customer-{number}")
    _, before = stored.Readings().record(staff.branch, "2026-11", 2)
    with pytest.raises(Invalid):
        stored.Readings().record(staff.branch, "2026-10", 2, before)
