"""What a change does to days and counters: which it touches, which of them may refuse it, and how long counters are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.appointment import Appointment, LimitReached, released
from chalicelib.domain.limits import A_DAY_IS_FULL, KIND_IS_FULL, Count, made_on, open_of, unproved_in
from chalicelib.domain.settings import Resource
from chalicelib.store import keys
from chalicelib.store.models import CounterItem, DayItem
from chalicelib.store.plan import A_DAY_KEPT, Update, freed, updates
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, at, in_lane, made, new_branch_id
from tests.store.bookings import changed, take

LATER = NOW + timedelta(days=1)
OPEN = open_of("erika")
DAY = "2026-11-24"


def existing(table: Table, **fields: object) -> Appointment:
    """One that is stored, at a branch of its own unless `fields` name one."""
    booked = appointment(**{"branch": new_branch_id()} | fields)
    take(table, booked)
    return booked


def elsewhere(appointment: Appointment, start: str) -> Appointment:
    """The next version, in the first lane."""
    begin = at(start)
    moved = replace(appointment, start=begin, end=begin + 30, day=start[:10], version=appointment.version + 1)
    return replace(moved, holds=in_lane(0, moved.resource, moved.units))


def cancelled(appointment: Appointment) -> Appointment:
    return replace(released(appointment, "cancelled"), version=appointment.version + 1)


def kept_until(branch: str, count: Count) -> int:
    item = CounterItem.get(keys.counter(branch, count), keys.COUNTER, consistent_read=True)
    return int(item.ttl or 0)


@pytest.mark.parametrize(("starts", "most", "full"), [(None, 1, False), (1, 2, False), (1, 1, True), (2, 1, True)])
@pytest.mark.parametrize(
    ("kind", "counter", "told"), [(None, "starts", A_DAY_IS_FULL), ("test", keys.starts_of("test"), KIND_IS_FULL)]
)
def test_a_day_is_full_where_as_many_begin_as_may(
    starts: int | None, most: int, full: bool, kind: str | None, counter: str, told: Count
) -> None:
    day = Update(DayItem(), [], None, most=most, kind=kind)
    other = "starts" if kind else keys.starts_of("test")
    held = {other: {"N": "1000"}} | ({counter: {"N": str(starts)}} if starts else {})
    assert (day.full(held) == told) is full


def test_a_day_without_a_limit_is_never_full() -> None:
    assert Update(DayItem(), [], None).full({"starts": {"N": "1000"}}) is None


def test_a_counter_that_refuses_is_full() -> None:
    assert Update(CounterItem(), [], None, count=OPEN).full({}) == OPEN


def test_an_answer_that_keeps_the_time_touches_no_day() -> None:
    asked = appointment()
    assert updates(changed(asked, replace(asked, status="confirmed", version=2), "confirmed"), {}) == []


def test_what_takes_units_tells_which_and_where() -> None:
    asked = appointment(branch="elbe")
    [update] = updates(made(asked, most_a_day=5), {})
    assert {update.place: update.wanted} == asked.holds
    assert (update.item.pk, update.item.sk, update.most) == ("AGENDA#elbe#cabin-1", f"{DAY}#0", 5)


def test_what_leaves_the_table_wants_nothing_and_nothing_refuses_it() -> None:
    [update] = freed(appointment())
    assert (update.wanted, update.condition, update.most) == (frozenset(), None, None)


def test_days_come_in_a_fixed_order_before_counters() -> None:
    """So that two who meet do so at the first item."""
    units = appointment().units
    asked = appointment(holds={**in_lane(1, "person-1", units), **in_lane(0, "cabin-1", units)}, counts=(OPEN,))
    places = [each.place for each in updates(made(asked, charged=(made_on("erika", NOW.date()),)), {})]
    assert places == [("cabin-1", DAY, 0), ("person-1", DAY, 1), None, None]


def test_a_full_day_can_be_left(table: Table) -> None:
    booked = existing(table)
    table.write(changed(booked, elsewhere(booked, "2026-11-25T08:00"), most_a_day=1))
    assert table.agenda(booked.branch, [Resource(id="cabin-1", name="")], DAY, DAY).holds == {}


def test_within_a_full_day_one_can_be_moved(table: Table) -> None:
    booked = existing(table)
    after = elsewhere(booked, f"{DAY}T10:00")
    table.write(changed(booked, after, most_a_day=1))
    assert table.appointment(booked.id) == after


def test_a_second_resource_is_not_limited_by_the_days_of_the_first(table: Table) -> None:
    other = existing(table, resource="person-1")
    both = appointment(branch=other.branch, start=at(f"{DAY}T10:00"), end=at(f"{DAY}T10:30"), second="person-1")
    both = replace(both, holds={**both.holds, **in_lane(0, "person-1", both.units)})
    table.write(made(both, most_a_day=1))
    assert table.appointment(both.id) == both


def test_a_day_that_is_read_stale_is_no_full_one(table: Table) -> None:
    """Past midnight UTC a move frees and takes units of the day that it newly begins on."""
    booked = existing(table, start=at(f"{DAY}T23:45"), end=at("2026-11-25T00:15"), day=DAY)
    after = elsewhere(booked, "2026-11-25T00:10")
    known = {("cabin-1", "2026-11-25", 0): frozenset({287})}
    stale = [each for each in updates(changed(booked, after, most_a_day=1), known) if each.most is not None]
    assert [each.full({"taken": {"NS": ["1"]}}) for each in stale] == [None]
    table.write(changed(booked, after, most_a_day=1))
    assert table.appointment(booked.id) == after


def test_an_open_request_is_counted_for_as_long_as_requests_are_kept(table: Table) -> None:
    asked = appointment(branch=new_branch_id(), counts=(OPEN,))
    table.write(made(asked, kept_days=9))
    assert kept_until(asked.branch, OPEN) == (NOW + timedelta(days=9)).timestamp()


def test_a_further_open_request_keeps_the_counter_for_longer(table: Table) -> None:
    asked = existing(table, counts=(OPEN,))
    later = appointment(branch=asked.branch, resource="cabin-2", counts=(OPEN,), made_at=LATER)
    table.write(made(later, kept_days=30))
    assert kept_until(asked.branch, OPEN) == (LATER + timedelta(days=30)).timestamp()


def test_a_request_that_is_given_back_keeps_its_counter_no_longer(table: Table) -> None:
    asked = existing(table, counts=(OPEN,))
    before = kept_until(asked.branch, OPEN)
    table.write(changed(asked, cancelled(asked)))
    assert kept_until(asked.branch, OPEN) == before


def test_a_counter_that_is_gone_when_it_is_given_back_is_soon_gone_again(table: Table) -> None:
    asked = existing(table, counts=(OPEN,))
    CounterItem(keys.counter(asked.branch, OPEN), keys.COUNTER).delete()
    table.write(changed(asked, cancelled(asked)))
    assert kept_until(asked.branch, OPEN) == (NOW + A_DAY_KEPT).timestamp()


def test_a_limit_refuses_nobody_who_gives_back(table: Table) -> None:
    asked = existing(table, counts=(OPEN,))
    table.write(changed(asked, cancelled(asked), most={OPEN: 1}))
    assert table.appointment(asked.id) == cancelled(asked)


def test_what_a_write_alone_raises_is_counted_for_two_days_more(table: Table) -> None:
    asked, hourly = appointment(branch=new_branch_id()), unproved_in(NOW, 0)
    table.write(made(asked, charged=(hourly,)))
    assert kept_until(asked.branch, hourly) == (NOW + A_DAY_KEPT).timestamp()


def test_mails_to_a_mailbox_are_counted_over_all_branches(table: Table) -> None:
    mails = ("mails", new_branch_id(), DAY)
    table.write(made(appointment(branch=new_branch_id()), charged=(mails,), most={mails: 1}))
    late = appointment(branch=new_branch_id())
    with pytest.raises(LimitReached) as refused:
        table.write(made(late, charged=(mails,), most={mails: 1}))
    assert refused.value.counts == {mails}
    assert CounterItem.get(keys.mails(mails[1:]), keys.COUNTER).used == 1
