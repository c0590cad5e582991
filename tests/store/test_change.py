"""The store's contract for changes of an appointment that exists, on a real engine: all of a change or nothing (R19 to R23)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from chalicelib.domain.agenda import Agenda, Holds
from chalicelib.domain.appointment import Appointment, Change, LimitReached, UnitsTaken, event_of, released
from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.limits import KIND_IS_FULL
from chalicelib.domain.settings import Resource
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store import keys
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.models import CounterItem, EventItem, Item
from chalicelib.store.table import Table
from tests.builders import NOW, appointment, at, in_lane, made, message, new_branch_id, shown
from tests.faults import answered, cancelled, counted, error
from tests.store.bookings import changed, take

FIRST, LAST = "2026-11-22", "2026-11-27"
RESOURCES = ("cabin-1", "cabin-2", "person-1")
OPEN = ("open", "erika")
CONFLICT = cancelled("None", "None", "TransactionConflict")


def existing(table: Table, start: str = "2026-11-24T08:00", length: int = 30, **fields: Any) -> Appointment:
    """One that is stored, at a branch of its own unless `fields` name one."""
    given = {"branch": new_branch_id(), "start": at(start), "end": at(start) + length} | fields
    booked = appointment(**given)
    take(table, booked)
    return booked


def beside(table: Table, appointment: Appointment, start: str, length: int = 30, **fields: Any) -> Appointment:
    return existing(table, start, length, branch=appointment.branch, **fields)


def moved(
    appointment: Appointment, start: str, *others: str, lane: int = 0, length: int | None = None, **fields: Any
) -> Appointment:
    """The same appointment elsewhere, with `others` beside its resource."""
    begin = at(start)
    after = replace(
        appointment,
        start=begin,
        end=begin + (length or appointment.end - appointment.start),
        day=start[:10],
        version=appointment.version + 1,
    )
    after = replace(after, **fields)
    holds: dict[Any, frozenset[int]] = {}
    for resource in (after.resource, *others):
        holds |= in_lane(lane, resource, after.units)
    return replace(after, holds=holds)


def move(table: Table, appointment: Appointment, start: str, *others: str, **fields: Any) -> Appointment:
    after = moved(appointment, start, *others, **fields)
    table.write(changed(appointment, after))
    return after


def cancel(table: Table, appointment: Appointment) -> Appointment:
    after = replace(released(appointment, "cancelled"), version=appointment.version + 1)
    table.write(changed(appointment, after, "cancelled"))
    return after


def agenda(table: Table, branch: str) -> Agenda:
    return table.agenda(branch, [Resource(id=each, name="", capacity=3) for each in RESOURCES], FIRST, LAST)


def starts(table: Table, branch: str) -> dict[tuple[str, str], int]:
    return {key: count for key, count in agenda(table, branch).starts.items() if count}


def used(table: Table, branch: str, count: tuple[str, ...] = OPEN) -> int:
    return int(CounterItem.get(keys.counter(branch, count), keys.COUNTER, consistent_read=True).used or 0)


def history(appointment: Appointment) -> list[str]:
    found = EventItem.query(keys.appointment(appointment.id), EventItem.sk.startswith("EVENT#"), consistent_read=True)
    return [event.what for event in found]


def together_held(*appointments: Appointment) -> Holds:
    """What these hold, as the table tells it."""
    found: dict[Any, frozenset[int]] = {}
    for each in appointments:
        for place, units in each.holds.items():
            found[place] = found.get(place, frozenset()) | units
    return found


def assert_stored(table: Table, *appointments: Appointment) -> None:
    """These are all that there is at their branch: as they are given, with their units and starts, and nothing else."""
    branch = appointments[0].branch
    assert [table.appointment(each.id) for each in appointments] == list(appointments)
    assert agenda(table, branch).holds == together_held(*appointments)
    live = [(each.resource, each.day) for each in appointments if each.holds]
    assert starts(table, branch) == {key: live.count(key) for key in live}


@contextmanager
def meanwhile(act: Callable[[], object], times: int = 1) -> Iterator[None]:
    """Does something just before this thread's next transactions go out: after whatever was read for them."""
    left, thread, acting = [act] * times, threading.get_ident(), [False]

    def act_first(**_: Any) -> None:
        if left and threading.get_ident() == thread and not acting[0]:
            acting[0] = True
            left.pop()()
            acting[0] = False

    with _before_transactions(act_first):
        yield
    assert left == []


@contextmanager
def unheard(times: int, *, late: bool = False) -> Iterator[None]:
    """This thread's next transactions reach the engine, at once or only when the one after them is sent; their answers do not
    reach us. The client repeats a silent request once by itself."""
    left, on_the_way, thread = [None] * times, list[Any](), threading.get_ident()

    def keep_the_answer(request: Any, **_: Any) -> None:
        if threading.get_ident() != thread:
            return
        silent = bool(left)
        if silent:
            left.pop()
            on_the_way.append(request)
        if not (silent and late):
            arrive(on_the_way)
        if silent:
            raise ReadTimeoutError(endpoint_url=request.url)

    def arrive(requests: list[Any]) -> None:
        session = URLLib3Session()
        for request in requests:
            session.send(request)
        session.close()
        requests.clear()

    with _before_transactions(keep_the_answer):
        yield
    assert left == []


@contextmanager
def _before_transactions(act: Callable[..., None]) -> Iterator[None]:
    name, events = "before-send.dynamodb.TransactWriteItems", Item._get_connection().connection.client.meta.events
    events.register_first(name, act)
    try:
        yield
    finally:
        events.unregister(name, act)


def test_releasing_gives_units_and_starts_back_and_leaves_those_of_others(table: Table) -> None:
    appointment = existing(table)
    neighbour = beside(table, appointment, "2026-11-24T08:30")
    assert_stored(table, cancel(table, appointment), neighbour)


def test_the_last_one_of_a_day_leaves_nothing_behind(table: Table) -> None:
    appointment = existing(table)
    assert_stored(table, cancel(table, appointment))


def test_every_change_is_appended_to_the_history_with_its_messages(table: Table) -> None:
    appointment = existing(table)
    after = moved(appointment, "2026-11-24T10:00")
    owed = message(after, kind="expired")
    table.write(changed(appointment, after, messages=(owed,)))
    cancel(table, after)
    assert history(appointment) == ["requested", "moved", "cancelled"]
    claimed = table.claim((keys.appointment(appointment.id), keys.message(2, "expired", "email")), NOW)
    assert claimed is not None
    assert (claimed.start, claimed.event) == (after.start, 2)


def test_whoever_looks_right_after_a_change_finds_it_in_the_history(table: Table) -> None:
    appointment = existing(table)
    with counted() as requests:
        table.history(appointment.id)
    assert (requests.operations, requests.consistent) == (["Query", "Query"], 2)


def test_an_answer_that_keeps_the_units_writes_the_appointment_alone(table: Table) -> None:
    appointment = existing(table)
    after = replace(appointment, status="confirmed", version=2)
    with counted() as requests:
        table.write(changed(appointment, after, "confirmed"))
    assert requests.operations == ["TransactWriteItems"]
    assert_stored(table, after)


def test_a_limit_that_was_given_back_can_be_used_again(table: Table) -> None:
    branch, limit = new_branch_id(), {OPEN: 2}
    one, two = (appointment(branch=branch, counts=(OPEN,), resource=each) for each in RESOURCES[:2])
    table.write(made(one, most=limit))
    table.write(made(two, most=limit))
    third = appointment(branch=branch, counts=(OPEN,), start=at("2026-11-24T10:00"), end=at("2026-11-24T10:30"))
    with pytest.raises(LimitReached):
        table.write(made(third, most=limit))
    assert table.appointment(third.id) is None
    assert used(table, branch) == 2
    gone = cancel(table, one)
    assert used(table, branch) == 1
    table.write(made(third, most=limit))
    assert used(table, branch) == 2
    assert_stored(table, gone, two, third)


def test_an_answer_leaves_the_count_of_open_requests_and_keeps_the_others(table: Table) -> None:
    a_day = ("day", "erika", "2026-11-23")
    appointment = existing(table, counts=(a_day, OPEN))
    table.write(changed(appointment, replace(appointment, status="confirmed", counts=(a_day,), version=2), "confirmed"))
    assert (used(table, appointment.branch), used(table, appointment.branch, a_day)) == (0, 1)


def test_a_request_counts_towards_its_day_also_once_it_is_cancelled(table: Table) -> None:
    a_day = ("day", "erika", "2026-11-23")
    appointment = existing(table, counts=(a_day, OPEN))
    cancel(table, appointment)
    assert (used(table, appointment.branch), used(table, appointment.branch, a_day)) == (0, 1)


def test_a_count_that_rises_by_two_needs_room_for_both(table: Table) -> None:
    mails, one = ("day", "erika", "2026-11-23"), appointment(branch=new_branch_id())
    table.write(made(one, charged=(mails,)))
    two = appointment(branch=one.branch, start=at("2026-11-25T12:00"), end=at("2026-11-25T12:30"))
    with pytest.raises(LimitReached):
        table.write(made(two, charged=(mails, mails), most={mails: 2}))
    table.write(made(two, charged=(mails, mails), most={mails: 3}))
    assert used(table, one.branch, mails) == 3


def test_a_write_that_counts_twice_finds_no_room_where_one_is_allowed(table: Table) -> None:
    asked, fresh = appointment(branch=new_branch_id()), ("day", "erika", "2026-11-23")
    with pytest.raises(LimitReached):
        table.write(made(asked, charged=(fresh, fresh), most={fresh: 1}))
    assert table.appointment(asked.id) is None


def test_a_day_s_limit_counts_what_was_moved_there_and_frees_what_left(table: Table) -> None:
    booked = existing(table)
    tomorrow = move(table, booked, "2026-11-25T08:00")
    full = appointment(branch=booked.branch, start=at("2026-11-25T10:00"), end=at("2026-11-25T10:30"))
    with pytest.raises(LimitReached):
        table.write(made(full, most_a_day=1))
    free = appointment(branch=booked.branch, start=at("2026-11-24T10:00"), end=at("2026-11-24T10:30"))
    table.write(made(free, most_a_day=1))
    assert_stored(table, tomorrow, free)


def test_what_is_both_taken_and_over_the_limit_is_told_as_taken(table: Table) -> None:
    booked = existing(table)
    with pytest.raises(UnitsTaken) as lost:
        table.write(made(appointment(branch=booked.branch), most_a_day=1))
    assert lost.value.agenda == Agenda(booked.holds, {("cabin-1", "2026-11-24"): 1})


def test_what_is_taken_in_a_further_lane_tells_nothing_of_the_day_s_count(table: Table) -> None:
    booked = existing(table, holds=in_lane(1, "cabin-1", appointment().units))
    later = appointment(branch=booked.branch, holds=booked.holds)
    with pytest.raises(UnitsTaken) as lost:
        table.write(made(later, most_a_day=5))
    assert lost.value.agenda == Agenda(booked.holds)


def in_second_lane(table: Table, branch: str) -> Appointment:
    """One that stands by."""
    booked = appointment(branch=branch)
    booked = replace(booked, holds=in_lane(1, booked.resource, booked.units))
    take(table, booked)
    return booked


def test_units_that_must_stay_free_are_checked_with_the_write_and_take_nothing(table: Table) -> None:
    asked = appointment(branch=new_branch_id())
    with counted() as requests:
        table.write(replace(made(asked), spare=in_lane(1, asked.resource, asked.units)))
    assert requests.operations == ["TransactWriteItems"]
    found = Item._get_connection().query(keys.agenda(asked.branch, asked.resource))["Items"]
    assert [raw["sk"]["S"] for raw in found] == ["2026-11-24#0"]


def test_a_standby_that_is_held_refuses_who_must_find_it_free_and_is_told(table: Table) -> None:
    """Also where the regular lane is free by now (R36)."""
    standby = in_second_lane(table, new_branch_id())
    asked = appointment(branch=standby.branch, start=standby.start - 15, end=standby.start + 15)
    with pytest.raises(UnitsTaken) as lost:
        table.write(replace(made(asked), spare=in_lane(1, asked.resource, asked.units)))
    assert lost.value.agenda.holds == standby.holds
    assert_stored(table, standby)


def test_own_units_are_in_the_way_of_none_that_must_stay_free(table: Table) -> None:
    standby = in_second_lane(table, new_branch_id())
    after = replace(standby, start=standby.start + 10, end=standby.end + 10, version=2)
    after = replace(after, holds=in_lane(0, after.resource, after.units))
    table.write(changed(standby, after, spare=in_lane(1, after.resource, after.units)))
    assert_stored(table, after)


def test_who_lost_to_a_standby_by_a_conflict_is_told_so_without_another_attempt(table: Table) -> None:
    standby = in_second_lane(table, new_branch_id())
    asked = appointment(branch=standby.branch)
    with answered("TransactWriteItems", CONFLICT), pytest.raises(UnitsTaken) as lost:
        table.write(replace(made(asked), spare=in_lane(1, asked.resource, asked.units)))
    assert lost.value.agenda.holds == standby.holds


def test_back_from_released_takes_the_units_again(table: Table) -> None:
    appointment = existing(table)
    gone = cancel(table, appointment)
    again = replace(gone, status="confirmed", holds=appointment.holds, version=3)
    table.write(changed(gone, again, "confirmed"))
    assert_stored(table, again)


def test_back_from_released_is_refused_where_somebody_else_has_come(table: Table) -> None:
    appointment = existing(table)
    gone = cancel(table, appointment)
    other = beside(table, appointment, "2026-11-24T08:15")
    with pytest.raises(UnitsTaken) as lost:
        table.write(changed(gone, replace(gone, status="confirmed", holds=appointment.holds, version=3), "confirmed"))
    assert lost.value.agenda.holds == other.holds
    assert_stored(table, gone, other)
    assert history(appointment) == ["requested", "cancelled"]


def test_a_move_within_a_day_frees_the_old_units_and_takes_the_new_ones(table: Table) -> None:
    appointment = existing(table)
    neighbour = beside(table, appointment, "2026-11-24T09:00")
    with counted() as requests:
        after = move(table, appointment, "2026-11-24T10:00")
    assert (requests.operations, requests.consistent) == (["GetItem", "TransactWriteItems"], 1)
    assert_stored(table, after, neighbour)


@pytest.mark.parametrize("start", ["2026-11-24T08:05", "2026-11-24T07:45", "2026-11-24T08:00"])
def test_a_move_onto_its_own_units_is_no_clash(table: Table, start: str) -> None:
    appointment = existing(table)
    neighbour = beside(table, appointment, "2026-11-24T08:35")
    assert_stored(table, move(table, appointment, start), neighbour)


@pytest.mark.parametrize("length", [15, 60])
def test_a_change_of_length_takes_or_frees_the_difference(table: Table, length: int) -> None:
    appointment = existing(table)
    with counted() as requests:
        after = move(table, appointment, "2026-11-24T08:00", length=length)
    assert requests.operations == ["TransactWriteItems"]
    assert_stored(table, after)


def test_a_move_to_another_day_is_one_request(table: Table) -> None:
    appointment = existing(table)
    neighbour = beside(table, appointment, "2026-11-24T08:30")
    with counted() as requests:
        after = move(table, appointment, "2026-11-25T08:00")
    assert requests.operations == ["TransactWriteItems"]
    assert_stored(table, after, neighbour)


def test_a_move_to_another_resource_frees_the_first(table: Table) -> None:
    appointment = existing(table)
    assert_stored(table, move(table, appointment, "2026-11-24T08:00", resource="cabin-2"))


@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("2026-11-24T23:45", "2026-11-25T00:00"),
        ("2026-11-24T23:45", "2026-11-24T23:40"),
        ("2026-11-25T00:00", "2026-11-24T23:50"),
        ("2026-11-24T23:45", "2026-11-25T23:45"),
    ],
)
def test_a_move_over_midnight_utc_frees_and_takes_on_both_days(table: Table, start: str, to: str) -> None:
    appointment = existing(table, start)
    day_before = beside(table, appointment, "2026-11-24T23:00")
    day_after = beside(table, appointment, "2026-11-25T00:30")
    assert_stored(table, move(table, appointment, to), day_before, day_after)


def test_a_move_to_another_lane_leaves_the_first_one(table: Table) -> None:
    appointment = existing(table)
    second = beside(table, appointment, "2026-11-24T10:00")
    after = move(table, appointment, "2026-11-24T10:00", lane=1)
    assert after.holds.keys() == {("cabin-1", "2026-11-24", 1)}
    assert_stored(table, after, second)


def test_an_appointment_in_pieces_of_several_lanes_is_released_whole(table: Table) -> None:
    units = appointment().units["2026-11-24"]
    early = frozenset(sorted(units)[:2])
    pieces = {("cabin-1", "2026-11-24", 0): early, ("cabin-1", "2026-11-24", 2): units - early}
    booked = existing(table, holds=pieces)
    assert agenda(table, booked.branch).holds == pieces
    assert_stored(table, cancel(table, booked))


def test_a_second_resource_moves_along(table: Table) -> None:
    units = appointment().units
    both = {**in_lane(0, "cabin-1", units), **in_lane(0, "person-1", units)}
    booked = existing(table, holds=both, second="person-1")
    after = move(table, booked, "2026-11-24T10:00", "person-1")
    assert {place[0] for place in after.holds} == {"cabin-1", "person-1"}
    assert_stored(table, after)
    assert_stored(table, cancel(table, after))


def test_where_the_second_resource_is_taken_nothing_moves(table: Table) -> None:
    units = appointment().units
    booked = existing(table, holds={**in_lane(0, "cabin-1", units), **in_lane(0, "person-1", units)}, second="person-1")
    busy = beside(table, booked, "2026-11-24T10:15", resource="person-1")
    with pytest.raises(UnitsTaken) as lost:
        move(table, booked, "2026-11-24T10:00", "person-1")
    [(place, held)] = busy.holds.items()
    assert lost.value.agenda.holds[place] >= held
    assert_stored(table, booked, busy)


@pytest.mark.parametrize("to", ["2026-11-24T09:45", "2026-11-25T09:45", "2026-11-24T09:30"])
def test_a_move_onto_another_one_is_refused_and_changes_nothing(table: Table, to: str) -> None:
    appointment = existing(table, "2026-11-24T09:00")
    others = [beside(table, appointment, "2026-11-24T09:30"), beside(table, appointment, "2026-11-25T10:00")]
    with pytest.raises(UnitsTaken) as lost:
        move(table, appointment, to)
    taken = next(other for other in others if other.day == to[:10])
    [(place, units)] = taken.holds.items()
    assert lost.value.agenda.holds[place] >= units
    assert_stored(table, appointment, *others)
    assert history(appointment) == ["requested"]


def test_whoever_comes_between_look_and_swap_keeps_the_units(table: Table) -> None:
    appointment = existing(table)
    came: list[Appointment] = []
    with meanwhile(lambda: came.append(beside(table, appointment, "2026-11-24T12:00"))), counted() as requests:
        after = move(table, appointment, "2026-11-24T10:00")
    assert requests.operations == ["GetItem", *["TransactWriteItems"] * 3]  # the look, both of ours, theirs
    assert_stored(table, after, *came)


def test_whoever_goes_between_look_and_swap_leaves_nothing_behind(table: Table) -> None:
    appointment = existing(table)
    other = beside(table, appointment, "2026-11-24T12:00")
    with meanwhile(lambda: cancel(table, other)):
        after = move(table, appointment, "2026-11-24T10:00")
    assert agenda(table, appointment.branch).holds == after.holds
    assert starts(table, appointment.branch) == {("cabin-1", "2026-11-24"): 1}


def test_whoever_takes_the_wanted_time_between_look_and_swap_has_it(table: Table) -> None:
    appointment = existing(table)
    came: list[Appointment] = []
    with meanwhile(lambda: came.append(beside(table, appointment, "2026-11-24T10:15"))), pytest.raises(UnitsTaken) as lost:
        move(table, appointment, "2026-11-24T10:00")
    [(place, units)] = came[0].holds.items()
    assert lost.value.agenda.holds[place] >= units
    assert_stored(table, appointment, *came)


def test_a_swap_that_never_sees_the_day_as_it_is_gives_up_and_changes_nothing(table: Table) -> None:
    appointment = existing(table)
    came: list[Appointment] = []

    def come() -> None:
        came.append(beside(table, appointment, shown(at("2026-11-24T12:00") + 30 * len(came))))

    with meanwhile(come, times=ATTEMPTS), pytest.raises(TryAgain):
        move(table, appointment, "2026-11-24T10:00")
    assert len(came) == ATTEMPTS
    assert_stored(table, appointment, *came)


def test_of_two_changes_of_one_version_the_second_is_refused(table: Table) -> None:
    appointment = existing(table)
    confirmed = replace(appointment, status="confirmed", version=2)
    table.write(changed(appointment, confirmed, "confirmed"))
    with pytest.raises(ChangedMeanwhile):
        cancel(table, appointment)
    with pytest.raises(ChangedMeanwhile):
        move(table, appointment, "2026-11-24T10:00")
    with pytest.raises(ChangedMeanwhile):
        move(table, appointment, "2026-11-25T10:00", resource="cabin-2")
    assert_stored(table, confirmed)
    assert history(appointment) == ["requested", "confirmed"]


def test_of_two_moves_of_one_version_the_second_is_refused_though_the_state_is_the_same(table: Table) -> None:
    appointment = existing(table)
    after = move(table, appointment, "2026-11-25T08:00")
    with pytest.raises(ChangedMeanwhile):
        move(table, appointment, "2026-11-26T08:00")
    assert_stored(table, after)


def test_of_two_who_do_the_same_at_once_the_second_is_refused(table: Table) -> None:
    """What is stored is what both wanted, but the history tells of one of them."""
    appointment = existing(table)
    confirmed = replace(appointment, status="confirmed", version=2)
    table.write(changed(appointment, confirmed, "confirmed"))
    other = Change(before=appointment, after=confirmed, event=event_of(confirmed, "confirmed", "staff-2", NOW))
    with pytest.raises(ChangedMeanwhile):
        table.write(other)
    assert history(appointment) == ["requested", "confirmed"]


def test_a_move_of_what_was_released_meanwhile_is_refused(table: Table) -> None:
    """Also on a day that is empty now."""
    appointment = existing(table)
    gone = cancel(table, appointment)
    with pytest.raises(ChangedMeanwhile):
        move(table, appointment, "2026-11-24T10:00")
    assert_stored(table, gone)


def test_a_move_of_what_is_released_between_look_and_swap_is_refused(table: Table) -> None:
    appointment = existing(table)
    gone: list[Appointment] = []
    with meanwhile(lambda: gone.append(cancel(table, appointment))), pytest.raises(ChangedMeanwhile):
        move(table, appointment, "2026-11-24T10:00")
    assert_stored(table, *gone)


def test_a_conflict_is_tried_again_with_a_fresh_look(table: Table) -> None:
    appointment = existing(table)
    with answered("TransactWriteItems", *[CONFLICT] * 3) as left, counted() as requests:
        after = move(table, appointment, "2026-11-24T10:00")
    assert left == []
    assert requests.operations == [
        "GetItem",
        *["TransactWriteItems", "GetItem", "GetItem", "GetItem"] * 3,
        "TransactWriteItems",
    ]
    assert_stored(table, after)


@pytest.mark.parametrize(
    "fault",
    [
        error("ThrottlingException"),
        error("InternalServerError"),
        error("TransactionInProgressException"),
        cancelled("None", "None", "ThrottlingError"),
        cancelled("TransactionConflict", "None", "None"),
    ],
)
def test_what_may_pass_is_waited_out_in_a_move(table: Table, fault: dict[str, Any]) -> None:
    appointment = existing(table)
    with answered("TransactWriteItems", fault, fault) as left:
        after = move(table, appointment, "2026-11-24T10:00")
    assert left == []
    assert_stored(table, after)


def test_a_conflict_with_somebody_who_took_the_time_is_a_slot_taken_without_another_attempt(table: Table) -> None:
    appointment = existing(table)
    other = beside(table, appointment, "2026-11-24T10:15")
    with (
        answered("TransactWriteItems", CONFLICT),
        counted() as requests,
        pytest.raises(UnitsTaken) as lost,
    ):
        move(table, appointment, "2026-11-24T10:00")
    [(place, units)] = other.holds.items()
    assert lost.value.agenda.holds[place] >= units
    assert requests.operations.count("TransactWriteItems") == 1
    assert_stored(table, appointment, other)


def test_a_conflict_with_somebody_who_changed_it_is_told_so_without_another_attempt(table: Table) -> None:
    appointment = existing(table)
    gone = cancel(table, appointment)
    late = moved(appointment, "2026-11-25T10:00")
    with answered("TransactWriteItems", CONFLICT), counted() as requests, pytest.raises(ChangedMeanwhile):
        table.write(changed(appointment, late))
    assert requests.operations.count("TransactWriteItems") == 1
    assert_stored(table, gone)


def test_a_move_whose_conflicts_do_not_end_is_given_up_and_has_changed_nothing(table: Table) -> None:
    appointment = existing(table)
    with answered("TransactWriteItems", *[CONFLICT] * ATTEMPTS) as left, pytest.raises(TryAgain):
        move(table, appointment, "2026-11-24T10:00")
    assert left == []
    assert_stored(table, appointment)
    assert history(appointment) == ["requested"]


def test_a_silent_move_that_was_not_made_is_made(table: Table) -> None:
    appointment = existing(table)
    with answered("TransactWriteItems", *[ReadTimeoutError] * 3) as left:
        after = move(table, appointment, "2026-11-24T10:00")
    assert left == []
    assert_stored(table, after)


def test_a_silent_move_that_was_made_is_recognised_and_made_once(table: Table) -> None:
    appointment = existing(table)
    with unheard(2), counted() as requests:
        after = move(table, appointment, "2026-11-24T10:00")
    assert "TransactWriteItems" not in requests.operations  # but for the two that were not heard
    assert_stored(table, after)
    assert history(appointment) == ["requested", "moved"]


def test_a_silent_cancellation_that_was_made_gives_its_count_back_once(table: Table) -> None:
    appointment = existing(table, counts=(OPEN,))
    beside(table, appointment, "2026-11-24T10:00", counts=(OPEN,))
    with unheard(2):
        cancel(table, appointment)
    assert used(table, appointment.branch) == 1
    assert history(appointment) == ["requested", "cancelled"]


def test_a_silent_move_that_arrives_while_it_is_tried_again_is_ours(table: Table) -> None:
    """The engine is slow, not deaf: the look finds nothing yet, and the second attempt meets the first."""
    appointment = existing(table)
    with unheard(2, late=True):
        after = move(table, appointment, "2026-11-24T10:00")
    assert_stored(table, after)
    assert history(appointment) == ["requested", "moved"]


def test_after_a_silent_move_that_was_not_made_somebody_else_may_have_been_faster(table: Table) -> None:
    appointment = existing(table)
    came: list[Appointment] = []

    def come() -> None:
        if not came:
            came.append(beside(table, appointment, "2026-11-24T10:15"))

    with (
        meanwhile(come),
        answered("TransactWriteItems", ReadTimeoutError, ReadTimeoutError),
        pytest.raises(UnitsTaken),
    ):
        move(table, appointment, "2026-11-24T10:00")
    assert_stored(table, appointment, *came)


def test_the_longest_appointment_fits_one_write_with_a_day_s_limit_and_a_second_resource(table: Table) -> None:
    start, end = at("2026-11-24T08:00"), at("2026-11-24T08:00") + 500
    long = appointment(branch=new_branch_id(), start=start, end=end, counts=(OPEN,))
    long = replace(long, second="person-1", holds={**long.holds, **in_lane(0, "person-1", long.units)})
    table.write(made(long, most={OPEN: 1}, most_a_day=1))
    assert_stored(table, long)
    with pytest.raises(UnitsTaken):
        table.write(made(appointment(branch=long.branch, start=start + 495, end=end + 495), most_a_day=2))


def test_the_longest_appointment_can_be_moved_within_its_day(table: Table) -> None:
    appointment = existing(table, "2026-11-24T00:00", 500)
    neighbour = beside(table, appointment, "2026-11-24T23:30")
    after = move(table, appointment, "2026-11-24T14:00")
    assert_stored(table, after, neighbour)
    late = beside(table, appointment, "2026-11-24T00:00", 500)
    with pytest.raises(UnitsTaken):
        move(table, late, "2026-11-24T13:55")
    assert_stored(table, after, neighbour, late)


def test_after_many_moves_the_units_are_those_of_the_appointments(table: Table) -> None:
    appointments = [existing(table, "2026-11-24T08:00")]
    appointments += [beside(table, appointments[0], shown(at("2026-11-24T08:30") + 30 * number)) for number in range(3)]
    for by in (120, -60, 1440, -1440, 900, 15):
        appointments = [move(table, one, shown(one.start + by)) for one in (reversed(appointments) if by > 0 else appointments)]
        appointments.sort(key=lambda one: one.start)
    assert_stored(table, *appointments)
    cabin, *others = [Resource(id=each, name="") for each in RESOURCES]
    comparison = compare_units(table, appointments[0].branch, cabin, FIRST, LAST, others)
    assert comparison.sound
    assert comparison.held == 24


def of_kind(table: Table, branch: str, kind: str = "test") -> dict[tuple[str, str, str], int]:
    return dict(table.agenda(branch, [Resource(id="cabin-1", name="")], FIRST, LAST, [kind]).kinds)


def test_a_day_counts_each_kind_that_comes_moves_changes_and_goes(table: Table) -> None:
    """In the day's own item, whether the kind has a limit or not."""
    booked = existing(table, template="test")
    counted = of_kind(table, booked.branch)
    assert counted == {("cabin-1", "2026-11-24", "test"): 1}
    tomorrow = move(table, booked, "2026-11-25T08:00")
    assert of_kind(table, booked.branch) == {("cabin-1", "2026-11-24", "test"): 0, ("cabin-1", "2026-11-25", "test"): 1}
    other = replace(tomorrow, template="advice", version=3)
    table.write(changed(tomorrow, other, "changed"))
    assert of_kind(table, booked.branch)["cabin-1", "2026-11-25", "test"] == 0
    assert of_kind(table, booked.branch, "advice") == {("cabin-1", "2026-11-25", "advice"): 1}
    assert_stored(table, cancel(table, other))
    assert of_kind(table, booked.branch, "advice") == {("cabin-1", "2026-11-25", "advice"): 0}


def test_a_kind_s_limit_counts_that_kind_alone_and_frees_what_left(table: Table) -> None:
    """R38."""
    booked = existing(table, template="test")
    later = {"branch": booked.branch, "start": at("2026-11-24T10:00"), "end": at("2026-11-24T10:30")}
    other, same = appointment(template="advice", **later), appointment(template="test", **later)
    with pytest.raises(LimitReached) as full:
        table.write(made(same, most_a_day=1, limited_kind="test"))
    assert full.value.counts == {KIND_IS_FULL}
    table.write(made(other, most_a_day=1, limited_kind="advice"))
    gone = cancel(table, booked)
    again = appointment(template="test", branch=booked.branch, start=at("2026-11-24T12:00"), end=at("2026-11-24T12:30"))
    table.write(made(again, most_a_day=1, limited_kind="test"))
    assert_stored(table, gone, other, again)


def test_a_kind_that_allows_none_has_no_room_on_an_empty_day(table: Table) -> None:
    wanted = appointment(branch=new_branch_id(), template="test")
    with pytest.raises(LimitReached) as full:
        table.write(made(wanted, most_a_day=0, limited_kind="test"))
    assert full.value.counts == {KIND_IS_FULL}
    assert table.appointment(wanted.id) is None


def test_a_kind_is_counted_anew_only_while_its_day_counts_what_was_read(table: Table) -> None:
    booked = existing(table, template="test")
    place = ("cabin-1", "2026-11-24", "test")
    assert not table.count_kind(booked.branch, place, None, 5)
    assert not table.count_kind(booked.branch, place, 2, 5)
    assert of_kind(table, booked.branch) == {place: 1}
    assert table.count_kind(booked.branch, place, 1, 5)
    assert of_kind(table, booked.branch) == {place: 5}
