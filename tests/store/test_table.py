"""The store's contract, on a real engine (R18 to R22)."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import TransactWriteError

from chalicelib.domain.agenda import Holds
from chalicelib.domain.appointment import Appointment, AppointmentExists, Change, Proof, ProofUsed, UnitsTaken
from chalicelib.domain.errors import CustomerLeaving, TryAgain
from chalicelib.domain.moments import units_of
from chalicelib.domain.outbox import LEASE, Duty
from chalicelib.domain.settings import DateException, Resource, Template
from chalicelib.store import keys
from chalicelib.store.faults import ATTEMPTS, REFUSED
from chalicelib.store.models import CustomerItem, Item, ProofItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import (
    MONDAY,
    NOW,
    absence,
    appointment,
    at,
    availability,
    entered,
    event,
    hours,
    in_lane,
    made,
    message,
    new_branch_id,
    settings,
    span,
)
from tests.conftest import TABLE
from tests.faults import answered, cancelled, counted, error
from tests.store.bookings import changed, take

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""Before whatever other tests owe, so that a sweep comes to it first."""


CABIN = Resource(id="cabin-1", name="Kabine 1")


def held(table: Table, appointment: Appointment, first: str, last: str) -> Holds:
    return table.agenda(appointment.branch, [Resource(id=appointment.resource, name="")], first, last).holds


def free_appointment(**fields: object) -> Appointment:
    """One at a branch of its own, where nothing else is taken."""
    return appointment(branch=new_branch_id(), **fields)


def test_taking_puts_the_appointment_and_holds_its_units(table: Table) -> None:
    """R19."""
    appointment = free_appointment()
    take(table, appointment)
    assert table.appointment(appointment.id) == appointment
    assert held(table, appointment, "2026-11-23", "2026-11-25") == appointment.holds


def test_taking_writes_the_history_and_the_messages_that_are_owed(table: Table) -> None:
    appointment = free_appointment()
    take(table, appointment)
    assert table.requested(appointment.id) == event(appointment)
    claimed = table.claim((f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email"), NOW)
    assert claimed == replace(message(appointment), state="sending", attempts=1, due=NOW + LEASE)


def test_taking_is_one_request(table: Table) -> None:
    with counted() as requests:
        take(table, free_appointment())
    assert requests.operations == ["TransactWriteItems"]


def test_a_second_taker_of_the_same_units_learns_what_is_held(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    with pytest.raises(UnitsTaken) as lost:
        take(table, appointment(branch=booked.branch))
    assert lost.value.agenda.holds == booked.holds


def test_whoever_overlaps_in_one_unit_has_lost_and_changed_nothing(table: Table) -> None:
    """R20."""
    booked = free_appointment()
    take(table, booked)
    start, end = span("2026-11-24T08:25", 60)
    late = appointment(branch=booked.branch, start=start, end=end)
    with pytest.raises(UnitsTaken):
        take(table, late)
    assert table.appointment(late.id) is None
    assert held(table, booked, "2026-11-24", "2026-11-24") == booked.holds


def test_neighbours_that_touch_do_not_meet(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    start, end = span("2026-11-24T08:30")
    take(table, appointment(branch=booked.branch, start=start, end=end))
    assert len(held(table, booked, "2026-11-24", "2026-11-24")["cabin-1", "2026-11-24", 0]) == 12


def test_over_midnight_utc_both_days_decide(table: Table) -> None:
    start, end = span("2026-11-24T23:45")
    booked = free_appointment(start=start, end=end)
    take(table, booked)
    start, end = span("2026-11-25T00:10")
    late = appointment(branch=booked.branch, start=start - 60, end=end)
    with pytest.raises(UnitsTaken) as lost:
        take(table, late)
    assert lost.value.agenda.holds == booked.holds
    assert held(table, booked, "2026-11-24", "2026-11-25") == booked.holds


def test_the_longest_appointment_of_100_units_fits_one_write(table: Table) -> None:
    start, end = span("2026-11-24T08:00", 500)
    booked = free_appointment(start=start, end=end)
    take(table, booked)
    with pytest.raises(UnitsTaken):
        take(table, appointment(branch=booked.branch, start=start, end=end))


def test_the_same_appointment_again_is_told_as_it_is(table: Table) -> None:
    """R22."""
    appointment = free_appointment()
    take(table, appointment)
    with pytest.raises(AppointmentExists) as known:
        take(table, replace(appointment, fingerprint="another"))
    assert known.value.appointment == appointment


def test_the_same_appointment_at_another_time_takes_nothing_more(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    start, end = span("2026-11-24T12:00")
    with pytest.raises(AppointmentExists):
        take(table, appointment(id=booked.id, branch=booked.branch, start=start, end=end))
    assert held(table, booked, "2026-11-24", "2026-11-24") == booked.holds


def test_a_conflict_of_transactions_is_tried_again(table: Table) -> None:
    """R21."""
    appointment = free_appointment()
    with answered("TransactWriteItems", *[cancelled("None", "None", "None", "None", "TransactionConflict")] * 3) as left:
        take(table, appointment)
    assert left == []
    assert table.appointment(appointment.id) == appointment


def test_a_conflict_with_somebody_who_was_faster_is_a_slot_taken(table: Table) -> None:
    """R21."""
    booked = free_appointment()
    take(table, booked)
    late = appointment(branch=booked.branch)
    with (
        answered("TransactWriteItems", cancelled("None", "None", "None", "None", "TransactionConflict")) as left,
        counted() as requests,
        pytest.raises(UnitsTaken) as lost,
    ):
        take(table, late)
    assert left == []
    assert lost.value.agenda.holds == booked.holds
    assert requests.operations.count("TransactWriteItems") == 1


def test_a_conflict_with_our_own_repeated_request_finds_the_appointment(table: Table) -> None:
    appointment = free_appointment()
    take(table, appointment)
    with (
        answered("TransactWriteItems", cancelled("TransactionConflict", "None", "None", "None", "TransactionConflict")),
        pytest.raises(AppointmentExists),
    ):
        take(table, appointment)


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"])
def test_throttling_is_waited_out(table: Table, code: str) -> None:
    appointment = free_appointment()
    with answered("TransactWriteItems", *[error(code)] * 4) as left:
        take(table, appointment)
    assert left == []
    assert table.appointment(appointment.id) == appointment


def test_a_transaction_that_was_throttled_in_part_is_tried_again(table: Table) -> None:
    appointment = free_appointment()
    with answered("TransactWriteItems", cancelled("None", "None", "None", "None", "ThrottlingError")):
        take(table, appointment)
    assert table.appointment(appointment.id) == appointment


def test_a_conflict_without_end_is_given_up_and_changed_nothing(table: Table) -> None:
    appointment = free_appointment()
    endless = [cancelled("None", "None", "None", "None", "TransactionConflict")] * ATTEMPTS
    with answered("TransactWriteItems", *endless) as left, pytest.raises(TryAgain):
        take(table, appointment)
    assert left == []
    assert table.appointment(appointment.id) is None
    assert held(table, appointment, "2026-11-24", "2026-11-24") == {}


def test_silence_is_looked_into_and_tried_again(table: Table) -> None:
    appointment = free_appointment()
    with answered("TransactWriteItems", *[ReadTimeoutError] * 3):
        take(table, appointment)
    assert table.appointment(appointment.id) == appointment


def test_an_error_that_will_not_pass_rises(table: Table) -> None:
    with answered("TransactWriteItems", error("ValidationException")), pytest.raises(TransactWriteError):
        take(table, free_appointment())


@pytest.mark.parametrize("reasons", [("TransactionConflict", "ValidationError"), ("ValidationError", "ThrottlingError")])
def test_a_transaction_that_would_not_pass_another_time_either_is_not_tried_again(
    table: Table, reasons: tuple[str, str]
) -> None:
    """One reason that will not pass is enough, whatever stands beside it."""
    appointment = free_appointment()
    with (
        answered("TransactWriteItems", cancelled(*reasons, "None", "None", "None")),
        counted() as requests,
        pytest.raises(TransactWriteError),
    ):
        take(table, appointment)
    assert requests.operations.count("TransactWriteItems") == 1
    assert table.appointment(appointment.id) is None


def test_what_a_condition_decided_counts_also_where_another_item_met_a_conflict(table: Table) -> None:
    """The slot is gone: that is an answer, not a reason to try again (R21)."""
    booked = free_appointment()
    take(table, booked)
    taken = booked.holds["cabin-1", "2026-11-24", 0]
    item = {
        "pk": {"S": f"AGENDA#{booked.branch}#cabin-1"},
        "sk": {"S": "2026-11-24#0"},
        "taken": {"NS": [str(u) for u in taken]},
    }
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}, *[{"Code": "None"}] * 2]
    met = error("TransactionCanceledException", CancellationReasons=[*reasons, {"Code": REFUSED, "Item": item}])
    with answered("TransactWriteItems", met), counted() as requests, pytest.raises(UnitsTaken):
        take(table, appointment(branch=booked.branch))
    assert requests.operations == ["TransactWriteItems"]


@pytest.fixture
def silent(engine: Engine, as_deployed: None) -> Iterator[Table]:
    """The store before a database that takes every connection and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Table(TABLE)
    os.environ["AWS_ENDPOINT_URL"] = engine.endpoint


def test_a_call_before_a_database_that_keeps_silent_comes_to_an_end(silent: Table) -> None:
    with pytest.raises(TryAgain):
        silent.settings("elbe")


@pytest.mark.usefixtures("engine", "as_deployed")
@pytest.mark.parametrize("carrier", ["own", "botocore"])
@pytest.mark.parametrize("name", ["take", "move", "agenda", "settings", "claim", "due"])
def test_before_a_database_that_keeps_silent_every_call_gives_up_in_time(
    name: str, carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Well before the function is ended, which may run 20 s, so that whoever waits hears `try_again` (R21).

    Reckoned by a clock of its own, which each attempt takes on by what the client waits for an answer.
    """
    clock = [0.0]

    def wait(seconds: float) -> None:
        clock[0] += seconds

    def keep_silent(request: Any, **_: Any) -> None:
        wait(Item.Meta.read_timeout_seconds)
        raise ReadTimeoutError(endpoint_url=request.url)

    table = Table(TABLE, client=carrier, sleep=wait, monotonic=lambda: clock[0])
    client = Item._get_connection().connection.client
    client.meta.events.register("before-send.dynamodb", keep_silent)
    for module in ("botocore.endpoint", "chalicelib.store.transport"):
        monkeypatch.setattr(f"{module}.time", SimpleNamespace(sleep=wait))
    new, read = appointment(), appointment()
    moved = replace(read, start=read.start + 10, end=read.end + 10, version=2, holds=in_lane(0, "cabin-1", units_of(*MOVED)))
    calls: dict[str, Callable[[], object]] = {
        "take": lambda: take(table, new),
        "move": lambda: table.write(Change(before=read, after=moved, event=event(moved))),
        "agenda": lambda: table.agenda("elbe", [CABIN], "2026-11-24", "2026-11-24"),
        "settings": lambda: table.settings("elbe"),
        "claim": lambda: table.claim(("APPOINTMENT#1", "MESSAGE#000001#receipt#email"), NOW),
        "due": lambda: table.due(NOW),
    }
    try:
        with pytest.raises(TryAgain):
            calls[name]()
    finally:
        client.meta.events.unregister("before-send.dynamodb", keep_silent)
    assert 0 < clock[0] < 15


MOVED = (at("2026-11-24T08:10"), at("2026-11-24T08:40"))


def test_reading_while_throttled_for_long_says_try_again(table: Table) -> None:
    with answered("Query", *[error("ThrottlingException")] * 9), pytest.raises(TryAgain):
        table.agenda("elbe", [CABIN], "2026-11-24", "2026-11-24")


def test_settings_come_back_as_they_were_written(table: Table) -> None:
    branch_settings = settings(
        availability("09:00-12:00", step=30, minimum_step=15, valid_from=MONDAY),
        absence("12:00-13:00"),
        id=new_branch_id(),
        holidays=frozenset({MONDAY}),
        required=("phone",),
        templates=(Template(id="test", name={"de": "Hörtest"}, duration=45, resources=("cabin-1",)),),
        exceptions=(DateException(resource="cabin-1", day=MONDAY, hours=(hours("10:00-11:00"),)),),
    )
    table.replace_settings(branch_settings)
    assert table.settings(branch_settings.branch.id) == branch_settings


def test_settings_that_are_gone_are_removed(table: Table) -> None:
    branch_settings = settings(availability("09:00-12:00"), availability("13:00-14:00"), id=new_branch_id())
    table.replace_settings(branch_settings)
    fewer = replace(branch_settings, availabilities=branch_settings.availabilities[:1], version=2)
    table.replace_settings(fewer)
    assert table.settings(branch_settings.branch.id) == fewer


def test_a_branch_that_does_not_exist_has_no_settings(table: Table) -> None:
    assert table.settings("nowhere") is None


def test_a_branch_that_does_not_exist_is_looked_for_each_time_so_that_nobody_fills_the_memory(engine: Engine) -> None:
    """Anybody can invent ids; and who has just been set up is found at once."""
    table, branch_settings = Table(TABLE), settings(id=new_branch_id())
    with counted() as requests:
        assert [table.settings(branch_settings.branch.id) for _ in range(3)] == [None] * 3
    assert requests.operations == ["Query"] * 3
    Table(TABLE).replace_settings(branch_settings)
    assert table.settings(branch_settings.branch.id) == branch_settings


def test_a_message_is_claimed_by_one_sender_only(table: Table) -> None:
    appointment = free_appointment()
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    assert table.claim(key, NOW) is not None
    assert table.claim(key, NOW) is None


def test_a_message_whose_sender_died_is_claimed_anew_when_its_lease_is_up(table: Table) -> None:
    appointment = free_appointment()
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    table.claim(key, NOW)
    again = table.claim(key, NOW + LEASE)
    assert again is not None
    assert again.attempts == 2


def test_what_was_sent_is_never_claimed_again(table: Table) -> None:
    appointment = free_appointment()
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    claimed = table.claim(key, NOW)
    assert claimed is not None
    table.settle(replace(claimed, state="sent", provider_id="ses-1"))
    assert table.claim(key, NOW + timedelta(days=30)) is None
    assert key not in table.due(NOW + timedelta(days=30)).messages


def test_a_late_sender_does_not_undo_what_another_has_claimed(table: Table) -> None:
    appointment = free_appointment(made_at=LONG_AGO)
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    slow = table.claim(key, LONG_AGO)
    quick = table.claim(key, LONG_AGO + LEASE)
    assert slow is not None
    assert quick is not None
    table.settle(replace(slow, state="failed", failure="slow"))
    assert key in table.due(LONG_AGO + 2 * LEASE).messages


def test_who_was_overtaken_puts_nothing_aside(table: Table) -> None:
    owing = free_appointment(due=LONG_AGO)
    take(table, owing)
    duty = Duty("appointment", owing.id)
    slow = table.take_up(duty, LONG_AGO)
    quick = table.take_up(duty, LONG_AGO + LEASE)
    assert slow is not None
    assert quick is not None
    table.put_aside(slow, None)
    assert duty.id in table.due(LONG_AGO + 2 * LEASE).appointments


def test_marking_a_message_as_sent_is_insisted_on(table: Table) -> None:
    appointment = free_appointment()
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    claimed = table.claim(key, NOW)
    assert claimed is not None
    with answered("UpdateItem", *[error("ThrottlingException")] * 6) as left:
        table.settle(replace(claimed, state="sent", provider_id="ses-1"))
    assert left == []
    assert table.claim(key, NOW + timedelta(days=1)) is None


def test_marking_a_message_as_sent_is_insisted_on_also_when_the_database_keeps_silent(table: Table) -> None:
    """What went out and is not marked goes out again."""
    appointment = free_appointment()
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    claimed = table.claim(key, NOW)
    assert claimed is not None
    with answered("UpdateItem", *[ReadTimeoutError] * 5) as left:
        table.settle(replace(claimed, state="sent", provider_id="ses-1"))
    assert left == []
    assert table.claim(key, NOW + timedelta(days=1)) is None


def test_claiming_while_the_database_keeps_silent_says_try_again(table: Table) -> None:
    """So that the stream hears of it and comes again."""
    appointment = free_appointment()
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    with answered("UpdateItem", *[ReadTimeoutError] * 2), pytest.raises(TryAgain):
        table.claim(key, NOW)
    assert table.claim(key, NOW) is not None


def test_what_is_due_is_found_when_its_time_has_come(table: Table) -> None:
    appointment = free_appointment(made_at=LONG_AGO)
    take(table, appointment)
    key = (f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email")
    assert key not in table.due(LONG_AGO - timedelta(seconds=1)).messages
    assert key in table.due(LONG_AGO).messages


def test_a_wish_that_holds_no_time_stands_in_no_calendar(table: Table) -> None:
    waiting = free_appointment(status="unconfirmed", holds={})
    take(table, waiting)
    asked = waiting.branch, [waiting.resource], waiting.start, waiting.end
    assert table.planned(*asked) == []
    assert [each.id for each in table.planned(*asked, wishes=True)] == [waiting.id]


def test_an_unconfirmed_request_that_holds_its_time_stands_in_the_calendar(table: Table) -> None:
    waiting = replace(free_appointment(), status="unconfirmed")
    take(table, waiting)
    found = table.planned(waiting.branch, [waiting.resource], waiting.start, waiting.end)
    assert [each.id for each in found] == [waiting.id]


def test_open_requests_are_counted_from_now_on_and_over_resources(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    take(table, appointment(branch=booked.branch, resource="cabin-2"))
    start, end = span("2026-11-20T08:00")
    take(table, appointment(branch=booked.branch, start=start, end=end))
    take(table, appointment(branch=booked.branch, start=start + 10000, end=end + 10000, status="confirmed"))
    assert table.open_requests(booked.branch, ["cabin-1", "cabin-2"], since=at("2026-11-23T00:00")) == 2


@pytest.mark.parametrize(("several", "days", "asked"), [(3, 1, 1), (9, 8, 1), (16, 8, 2)])
def test_days_of_several_resources_come_in_a_batch_for_each_hundred(table: Table, several: int, days: int, asked: int) -> None:
    booked = free_appointment(resource="cabin-2")
    take(table, booked)
    resources = [Resource(id=f"cabin-{number}", name="") for number in range(several)]
    [first] = booked.units
    last = (date.fromisoformat(first) + timedelta(days=days - 1)).isoformat()
    with counted() as requests:
        found = table.agenda(booked.branch, resources, first, last)
    assert (requests.operations, found.holds) == (["BatchGetItem"] * asked, dict(booked.holds))


def test_days_that_an_answer_leaves_out_are_asked_for_again(table: Table) -> None:
    booked = free_appointment(resource="cabin-2")
    take(table, booked)
    [day] = booked.units
    key = {"pk": {"S": keys.agenda(booked.branch, "cabin-2")}, "sk": {"S": keys.day(day, 0)}}
    nothing = {"Responses": {}, "UnprocessedKeys": {TABLE: {"Keys": [key]}}}
    resources = [Resource(id=each, name="") for each in ("cabin-1", "cabin-2")]
    with answered("BatchGetItem", nothing) as left:
        assert table.agenda(booked.branch, resources, day, day).holds == dict(booked.holds)
    assert left == []


def taken_at(table: Table, branch: str, *starts: str, **fields: Any) -> list[Appointment]:
    booked = [appointment(branch=branch, start=at(each), end=at(each) + 30, **fields) for each in starts]
    for each in booked:
        take(table, each)
    return booked


def test_appointments_are_those_that_start_from_the_first_instant_on_and_before_the_last(table: Table) -> None:
    branch = new_branch_id()
    starts = "2026-11-24T09:00", "2026-11-24T07:30", "2026-11-24T08:00", "2026-11-24T08:30"
    _, _, first, second = taken_at(table, branch, *starts, due=NOW)
    bounds = first.start, second.end
    ids = [first.id, second.id]
    assert table.appointments(branch, "cabin-1", *bounds) == [first, second]
    assert [each.id for each in table.planned(branch, ["cabin-1", "cabin-2"], *bounds)] == ids
    assert table.owing(branch, ["cabin-1", "cabin-2"], *bounds) == ids


def test_owing_are_those_alone_that_the_schedule_is_to_look_at(table: Table) -> None:
    branch = new_branch_id()
    [owing] = taken_at(table, branch, "2026-11-24T08:00", due=NOW)
    taken_at(table, branch, "2026-11-24T09:00")
    assert table.owing(branch, ["cabin-1"], owing.start, owing.end + 60) == [owing.id]


def test_an_open_request_is_counted_from_its_start_on(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    assert table.open_requests(booked.branch, ["cabin-1"], booked.start) == 1
    assert table.open_requests(booked.branch, ["cabin-1"], booked.start + 1) == 0


def test_several_are_those_that_are_there_each_once(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    with counted() as requests:
        assert table.several([booked.id, "gone", booked.id]) == {booked.id: booked}
        assert table.several([]) == {}
    assert requests.operations == ["BatchGetItem"]


def test_what_is_decided_by_is_read_as_of_now(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    with counted() as requests:
        table.appointment(booked.id)
        table.requested(booked.id)
        table.agenda(booked.branch, [CABIN], booked.day, booked.day)
        table.inbox(booked.branch)
    assert (requests.operations, requests.consistent) == (["GetItem", "GetItem", "Query", "Query"], 4)


def test_an_appointment_that_is_not_there_was_requested_by_nobody(table: Table) -> None:
    assert (table.appointment("gone"), table.requested("gone"), table.history("gone")) == (None, None, ([], []))


def test_an_agenda_tells_how_many_begin_on_each_day(table: Table) -> None:
    branch = new_branch_id()
    taken_at(table, branch, "2026-11-24T08:00", "2026-11-24T09:00", "2026-11-25T08:00")
    starts = {("cabin-1", "2026-11-24"): 2, ("cabin-1", "2026-11-25"): 1}
    assert table.agenda(branch, [CABIN], "2026-11-24", "2026-11-25").starts == starts


@pytest.mark.parametrize(("days", "asked"), [(100, ["BatchGetItem"] * 2), (101, ["Query"] * 2)])
def test_where_batches_would_be_more_than_queries_each_resource_is_queried(table: Table, days: int, asked: list[str]) -> None:
    booked = free_appointment(resource="cabin-2")
    take(table, booked)
    last = (date.fromisoformat(booked.day) + timedelta(days=days - 1)).isoformat()
    with counted() as requests:
        found = table.agenda(booked.branch, [CABIN, Resource(id="cabin-2", name="")], booked.day, last)
    assert (requests.operations, found.holds) == (asked, dict(booked.holds))


def test_a_write_puts_entries_into_the_inbox_and_takes_others_out(table: Table) -> None:
    first = free_appointment()
    table.write(replace(made(first), entries=(entered(first),)))
    assert table.inbox(first.branch) == [entered(first)]
    second = appointment(branch=first.branch, resource="cabin-2")
    table.write(replace(made(second), entries=(entered(second),), ticked=(entered(first).id,)))
    assert table.inbox(first.branch) == [entered(second)]
    table.tick_off(first.branch, entered(second).id)
    table.tick_off(first.branch, entered(second).id)
    assert table.inbox(first.branch) == []


def test_the_latest_is_another_text_after_each_change_also_one_that_comes_late_and_no_other_branchs(table: Table) -> None:
    first, other = free_appointment(), free_appointment()
    found = [table.latest(first.branch, NOW)]
    for booked, minutes in ((first, 0), (appointment(branch=first.branch, resource="cabin-2"), -1)):
        change = made(booked)
        at = change.event.at + timedelta(minutes=minutes)
        table.write(replace(change, event=replace(change.event, at=at)))
        found.append(table.latest(first.branch, NOW))
    assert len(set(found)) == 3
    table.write(made(other))
    assert table.latest(first.branch, NOW) == found[-1]


def test_a_proof_is_good_for_one_booking_and_is_kept_until_it_would_be_good_no_more(table: Table) -> None:
    proof = Proof(new_branch_id(), NOW + timedelta(hours=2))
    table.write(made(free_appointment(), proof=proof))
    late = free_appointment()
    with pytest.raises(ProofUsed):
        table.write(made(late, proof=proof))
    assert table.appointment(late.id) is None
    assert ProofItem.get(keys.proof(proof.id), keys.PROOF).ttl == proof.expires.timestamp()


def test_who_is_not_there_or_about_to_leave_is_given_no_appointment(table: Table) -> None:
    booked = free_appointment()
    take(table, booked)
    change = replace(changed(booked, replace(booked, customer="c1", version=2), "matched"), given_to="c1")
    with pytest.raises(CustomerLeaving):
        table.write(change)
    customer = CustomerItem(keys.customers(booked.branch), keys.customer("c1"), body="{}", leaving=True)
    customer.save()
    with pytest.raises(CustomerLeaving):
        table.write(change)
    assert table.appointment(booked.id) == booked
    customer.update([CustomerItem.leaving.remove()])
    table.write(change)
    assert table.appointment(booked.id) == change.after


def test_between_two_attempts_of_a_write_there_is_a_pause(engine: Engine) -> None:
    slept: list[float] = []
    table = Table(TABLE, sleep=slept.append)
    with answered("TransactWriteItems", cancelled("TransactionConflict", *["None"] * 4)):
        take(table, free_appointment())
    assert len(slept) == 1
