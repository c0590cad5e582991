"""What staff have just done is undone, and nobody has heard of it (R40), on a real engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.api.events import deliver
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.changes import change_of
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, NotFound, SlotTaken
from chalicelib.domain.settings import Template
from chalicelib.domain.undo import RESTORED, freed, restored
from chalicelib.planner.admin.settings import BranchSettings
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import Move
from chalicelib.planner.staff.closing import Verdict
from chalicelib.store import keys
from infra.local.engine import Engine
from tests.builders import at, policy, seen, sweep
from tests.planner.customer.test_manage import COMMENT, Own
from tests.planner.messages.test_delivery import Provider, plain
from tests.planner.practice import CABINS, STAFF
from tests.planner.staff.test_actions import AFTERWARDS
from tests.race import together
from tests.repeated import OFTEN, rounds

MAIL, CALL = Tell("email"), Tell("phone", "Bitte nach 16 Uhr")
DELAY = timedelta(seconds=20)
PAIR = Template(id="pair", name={"de": "Zu zweit"}, duration=30, resources=("cabin-1",), second=("cabin-2", "group"))

Act = Callable[["Desk", Appointment], Appointment]


class Desk(Own):
    """A practice whose messages go out, and whose staff can undo what they do for 20 seconds."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(delay=DELAY, **{"templates": (PAIR,), **fields})
        self.provider = Provider()
        self.delivery = Delivery(self.table, self.customers, self.clock, plain, self.provider, policy(self.clock))
        self.upkeep = sweep(self.table, self.clock, self.delivery)
        self.undoing, self.setup = self.office.undoing, BranchSettings(self.table, self.clock)

    def request(self, *args: Any, **fields: Any) -> Appointment:
        """One whose receipt and notice have gone out."""
        booked = super().request(*args, **fields)
        self.stream(booked)
        self.now += timedelta(minutes=5)
        self.sweep()
        self.provider.sent.clear()
        return booked

    def stream(self, appointment: Appointment) -> None:
        """What the table's stream brings: all messages that were put."""
        messages = self.table.history(appointment.id)[1]
        found = [keys.message(each.event, each.kind, each.channel) for each in messages]
        key = {"pk": {"S": keys.appointment(appointment.id)}}
        records = [{"dynamodb": {"SequenceNumber": "1", "Keys": {**key, "sk": {"S": each}}}} for each in found]
        deliver(records, self.delivery, lambda: 1000)

    def sweep(self) -> None:
        self.upkeep.sweep(lambda: 1000)

    def cancel(self, appointment: Appointment, tell: Tell | None = MAIL, by: str = STAFF) -> Appointment:
        return self.actions.answer(seen(appointment), "cancelled", by, reason="Krank", tell=tell)

    def undo(self, appointment: Appointment, by: str = STAFF) -> Appointment:
        return self.undoing.undo(seen(appointment), by)

    def told(self, appointment: Appointment) -> list[str]:
        """The kinds of the mails about it that went out; the table is that of the other tests too."""
        return [each.subject for each in self.provider.mails if each.id.startswith(appointment.id)]

    def is_free(self, start: str = "2026-11-24T08:00", resource: str = "cabin-1") -> bool:
        """Whether the customers' list offers it: whoever books, is."""
        week = self.booking.week(f"{self.branch}-window", resource, None, None, 7)
        return any(slot.free and slot.start == at(start) for slots in week.days.values() for slot in slots)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk()


def _answer(status: Any, **fields: Any) -> Act:
    return lambda desk, appointment: desk.actions.answer(seen(appointment), status, STAFF, tell=MAIL, **fields)


def _move(**to: Any) -> Act:
    return lambda desk, appointment: desk.actions.move(seen(appointment), Move(**to), STAFF, MAIL)


ACTS: dict[str, tuple[Act, dict[str, Any]]] = {
    "cancel": (_answer("cancelled", reason="Krank"), {"status": "confirmed"}),
    "cancel a request": (_answer("cancelled"), {}),
    "decline": (_answer("declined", reason="voll"), {}),
    "decline one without a time": (_answer("declined"), {"status": "unconfirmed", "confirm_until": AFTERWARDS, "holds": {}}),
    "confirm": (_answer("confirmed"), {}),
    "confirm after all": (_answer("confirmed"), {"status": "cancelled", "reason": "Krank"}),
    "no show": (_answer("no_show"), {"status": "confirmed"}),
    "done": (_answer("done"), {"status": "confirmed"}),
    "done is no show": (_answer("no_show"), {"status": "done"}),
    "move away": (_move(start=at("2026-11-25T10:00")), {"status": "confirmed"}),
    "move half over itself": (_move(start=at("2026-11-24T08:15"), end=at("2026-11-24T09:15")), {}),
    "move to another": (_move(resource="cabin-2"), {}),
}


@pytest.mark.parametrize("late", [False, True], ids=["within the delay", "after it"])
@pytest.mark.parametrize("name", ACTS)
def test_an_undo_restores_what_stood_before(desk: Desk, name: str, late: bool) -> None:
    act, fields = ACTS[name]
    before = desk.request(**fields)
    waiting = desk.waiting()
    if name in ("no show", "done", "done is no show"):
        desk.now = AFTERWARDS
    done = act(desk, before)
    desk.stream(before)
    if late:
        desk.now += DELAY
        desk.sweep()
        desk.sweep()
    sent = desk.told(before)
    assert len(sent) == late
    after = desk.undo(done)
    desk.stream(before)
    assert after == desk.read(before)
    assert [getattr(after, each) for each in RESTORED] == [getattr(before, each) for each in RESTORED]
    assert (after.holds, after.kept, after.undo) == (before.holds, {}, None)
    assert (desk.waiting(), desk.is_sound()) == (waiting, True)
    assert desk.told(before) == [*sent, *(["told"] if late else [])], "a correction goes out where the first message has"
    assert desk.history(before)[-1].what == "undone"
    desk.now += DELAY
    desk.sweep()
    assert desk.told(before) == [*sent, *(["told"] if late else [])]


def _booked(desk: Desk, **fields: Any) -> Appointment:
    """By staff, and its customer told."""
    [one] = desk.book("2026-11-24T08:00", customer=desk.customer().id, tell=MAIL, **fields)
    return desk.read(one.id)


@pytest.mark.parametrize("late", [False, True], ids=["within the delay", "after it"])
def test_the_undo_of_a_booking_cancels_it_and_frees_its_time(desk: Desk, late: bool) -> None:
    booked = _booked(desk)
    desk.stream(booked)
    assert (desk.told(booked), desk.is_free()) == ([], False), "nobody hears of it until the delay is over"
    if late:
        desk.now += DELAY
        desk.sweep()
    after = desk.undo(booked)
    desk.stream(booked)
    assert (after, after.status, after.name, after.undo) == (desk.read(booked), "cancelled", booked.name, None)
    assert (desk.is_free(), desk.is_sound()) == (True, True)
    assert desk.told(booked) == (["confirmed", "cancelled"] if late else [])
    desk.now += DELAY
    desk.sweep()
    assert desk.told(booked) == (["confirmed", "cancelled"] if late else [])


def test_the_undo_of_blocked_time_opens_it_again(desk: Desk) -> None:
    [one] = desk.book("2026-11-24T08:00", type="blocked")
    assert not desk.is_free()
    assert desk.undo(desk.read(one.id)).status == "cancelled"
    assert (desk.is_free(), desk.is_sound()) == (True, True)


def test_a_move_back_takes_the_same_second_resource(engine: Engine) -> None:
    desk = Desk()
    held = {("cabin-1", "2026-11-24", 0): frozenset(range(96, 102)), ("group", "2026-11-24", 1): frozenset(range(96, 102))}
    before = desk.request(template="pair", second="group", holds=held)
    for late in (False, True):
        moved = desk.actions.move(desk.seen(before), Move(start=at("2026-11-24T10:00"), second="cabin-2"), STAFF)
        assert moved.second == "cabin-2"
        if late:
            desk.now += DELAY
            desk.sweep()
        after = desk.undo(moved)
        assert (after.second, after.start, desk.is_sound()) == ("group", before.start, True)


def test_what_staff_free_stays_held_until_the_delay_ends_and_the_sweep_frees_it(desk: Desk) -> None:
    other, before = desk.request("2026-11-24T12:00"), desk.request(status="confirmed")
    cancelled = desk.cancel(before)
    assert (cancelled.holds, bool(cancelled.kept), desk.is_free(), desk.is_sound()) == ({}, True, False, True)
    with pytest.raises(SlotTaken):
        desk.actions.move(seen(other), Move(start=at("2026-11-24T08:00")), STAFF)
    desk.sweep()
    assert not desk.is_free(), "the delay is not over"
    desk.now += DELAY
    desk.sweep()
    after = desk.read(cancelled)
    assert (desk.is_free(), desk.is_sound()) == (True, True)
    assert (after.version, after.kept, after.status) == (cancelled.version, {}, "cancelled"), "nobody sees a change"
    assert after.undo is not None
    assert after.due == after.undo.due, "its data is erased when it would have been"


def test_a_customer_moves_and_cancels_what_staff_have_just_moved(desk: Desk) -> None:
    before = desk.request(status="confirmed", comment=COMMENT)
    moved = desk.actions.move(seen(before), Move(start=at("2026-11-24T10:00")), STAFF, MAIL)
    assert not desk.is_free()
    desk.own_appointment.cancel(desk.token(moved))
    assert (desk.held(), desk.is_sound()) == ({}, True), "whatever else is done ends what was kept"
    with pytest.raises(ChangedMeanwhile):
        desk.undo(moved)


def test_an_undo_after_the_delay_is_refused_where_the_time_is_gone(desk: Desk) -> None:
    cancelled = desk.cancel(desk.request(status="confirmed"))
    desk.now += DELAY
    desk.sweep()
    desk.request("2026-11-24T08:15")
    with pytest.raises(SlotTaken):
        desk.undo(cancelled)
    after = desk.read(cancelled)
    assert (after.status, desk.is_sound()) == ("cancelled", True)


def test_whoever_counts_on_units_that_were_let_go_is_refused(desk: Desk) -> None:
    before = desk.request(status="confirmed")
    cancelled = desk.cancel(before)
    assert cancelled.undo
    back = restored(cancelled, cancelled.undo)
    change = change_of(cancelled, back, desk.settings, desk.now, what="undone", by=STAFF)
    desk.now += DELAY
    desk.sweep()
    with pytest.raises(ChangedMeanwhile):
        desk.table.write(change)
    with pytest.raises(ChangedMeanwhile):
        desk.table.let_go(cancelled, freed(cancelled))
    assert (desk.held(), desk.is_sound()) == ({}, True)


def test_a_message_whose_sending_was_tried_counts_as_read(desk: Desk) -> None:
    cancelled = desk.cancel(desk.request(status="confirmed"))
    desk.now += DELAY
    key = keys.appointment(cancelled.id), keys.message(cancelled.version, "cancelled", "email")
    assert desk.table.claim(key, desk.now)
    desk.undo(cancelled)
    assert [(each.kind, each.state) for each in desk.messages(cancelled)] == [("cancelled", "sending"), ("told", "due")]


def test_who_was_to_call_calls_no_more_and_late_calls_with_how_it_stands(desk: Desk) -> None:
    cancelled = desk.cancel(desk.request(status="confirmed", comment=COMMENT), CALL)
    assert ("call_back", cancelled.id) in desk.waiting()
    back = desk.undo(cancelled)
    assert [kind for kind, _ in desk.waiting()] == ["request"]
    cancelled = desk.cancel(back, CALL)
    desk.now += DELAY
    desk.undo(cancelled)
    assert sorted(kind for kind, _ in desk.waiting()) == ["call_back", "request"]


def test_send_now_ends_the_delay(desk: Desk) -> None:
    before = desk.request(status="confirmed")
    cancelled = desk.cancel(before)
    desk.stream(cancelled)
    assert desk.told(before) == []
    sent = desk.undoing.send_now(seen(cancelled), STAFF)
    desk.stream(cancelled)
    assert (desk.told(before), desk.is_free(), desk.is_sound()) == (["cancelled"], True, True)
    assert desk.undoing.send_now(seen(sent), STAFF) == sent, "there is nothing left to send"
    desk.undo(sent)
    desk.stream(cancelled)
    assert desk.told(before) == ["cancelled", "told"]


def test_what_is_due_within_the_delay_waits_so_that_the_undo_finds_what_it_undoes(desk: Desk) -> None:
    before = desk.request(status="confirmed", comment=COMMENT)
    desk.now = AFTERWARDS - timedelta(days=2, seconds=10) + timedelta(hours=2)  # a reminder goes out in 10 seconds
    moved = desk.actions.move(seen(before), Move(end=at("2026-11-24T09:00")), STAFF)
    desk.now += timedelta(seconds=15)
    desk.sweep()
    assert desk.undo(moved).end == before.end


def test_only_the_last_act_is_undone_and_by_whoever_has_seen_it(desk: Desk) -> None:
    before = desk.request(status="confirmed")
    with pytest.raises(Invalid):
        desk.undo(before)
    cancelled = desk.cancel(before)
    with pytest.raises(ChangedMeanwhile):
        desk.undo(before)
    with pytest.raises(NotFound):
        desk.undoing.undo(replace(seen(cancelled), branch=Own().branch), STAFF)
    again = desk.actions.answer(seen(cancelled), "confirmed", STAFF)
    with pytest.raises(ChangedMeanwhile):
        desk.undo(cancelled)
    assert desk.undo(again).status == "cancelled"
    assert desk.held() == {}


def _as_it_is(desk: Desk) -> None:
    desk.sweep()
    desk.sweep()


RIVALS: dict[str, Callable[[Desk, Appointment], object]] = {
    "undo": lambda desk, done: desk.undo(done, "staff-2"),
    "send now": lambda desk, done: desk.undoing.send_now(seen(done), "staff-2"),
    "confirm": lambda desk, done: desk.actions.answer(seen(done), "confirmed", "staff-2", tell=MAIL),
    "sweep": lambda desk, done: _as_it_is(desk),
    "book": lambda desk, done: desk.book("2026-11-24T08:00"),
}


@pytest.mark.chance
@pytest.mark.parametrize("late", [False, True], ids=["within the delay", "at its end"])
@pytest.mark.parametrize("rival", RIVALS)
def test_of_two_at_once_one_wins_the_other_is_told_and_the_customer_hears_what_is_true(
    engine: Engine, rival: str, late: bool
) -> None:
    desk, wins = Desk(), set()
    for _ in range(rounds(few=2, many=200)):
        before = desk.request(status="confirmed")
        done = desk.cancel(before)
        desk.now += DELAY if late else timedelta(0)
        desk.provider.sent.clear()
        acts: list[Callable[[], object]] = [partial(desk.undo, done), partial(RIVALS[rival], desk, done)]
        undone, other = together(2, partial(_act, acts))
        assert not any(
            isinstance(each, Exception) and not isinstance(each, (ChangedMeanwhile, SlotTaken)) for each in (undone, other)
        )
        desk.now += DELAY + DELAY
        for _ in range(3):
            desk.stream(before)
            desk.sweep()
        after, told = desk.read(before), desk.told(before)
        wins.add(isinstance(undone, Appointment))
        assert not (isinstance(undone, Exception) and isinstance(other, Exception)), "one wins"
        assert len(set(told)) == len(told), "no more than one message of each"
        if after.status == "cancelled":
            assert told == ["cancelled"]
        else:
            assert told in ([], ["cancelled", "told"], ["cancelled", "confirmed"])
        assert desk.is_sound()
        _make_room(desk)
    assert not OFTEN or rival in ("sweep", "book", "send now") or wins == {True, False}


@pytest.mark.chance
@pytest.mark.parametrize("late", [False, True], ids=["within the delay", "at its end"])
@pytest.mark.parametrize("rival", ["undo", "send now", "cancel", "sweep"])
def test_a_booking_undone_while_something_else_happens_ends_in_one_state_that_the_customer_knows(
    engine: Engine, rival: str, late: bool
) -> None:
    desk = Desk()
    rivals = RIVALS | {"cancel": lambda desk, done: desk.cancel(done, by="staff-2")}
    for _ in range(rounds(few=2, many=200)):
        booked = _booked(desk)
        desk.now += DELAY if late else timedelta(0)
        desk.provider.sent.clear()
        acts: list[Callable[[], object]] = [partial(desk.undo, booked), partial(rivals[rival], desk, booked)]
        outcomes = together(2, partial(_act, acts))
        assert not any(isinstance(each, Exception) and not isinstance(each, ChangedMeanwhile) for each in outcomes)
        assert not all(isinstance(each, Exception) for each in outcomes), "one wins"
        desk.now += DELAY + DELAY
        for _ in range(3):
            desk.stream(booked)
            desk.sweep()
        after, told = desk.read(booked), desk.told(booked)
        if after.status == "cancelled":
            assert sorted(told) in ([], ["cancelled"], ["cancelled", "confirmed"])
            assert told != ["cancelled"] or rival == "cancel"
        else:
            assert told == ["confirmed"]
        assert desk.is_sound()
        _make_room(desk)


def _act(acts: Sequence[Callable[[], object]], number: int) -> object:
    return acts[number]()


def _make_room(desk: Desk) -> None:
    """For the next round."""
    for each in desk.table.appointments(desk.branch, CABINS[0].id, at("2026-11-24T00:00"), at("2026-11-25T00:00")):
        if each.occupied:
            desk.actions.answer(desk.seen(each), "cancelled", STAFF, at_once=True)


def test_what_was_ticked_off_waits_again(desk: Desk) -> None:
    before = desk.request()
    entry = f"request-{before.id}"
    waiting = desk.waiting()
    assert desk.calendar.tick_off(desk.branch, entry, None, 50).waiting == []
    assert [each.entry.id for each in desk.calendar.bring_back(desk.branch, entry, None, 50).waiting] == [entry]
    assert desk.waiting() == waiting
    desk.calendar.bring_back(desk.branch, entry, None, 50)
    desk.calendar.tick_off(desk.branch, entry, None, 50)
    desk.table.tick_off(desk.branch, entry)
    desk.calendar.tick_off(desk.branch, entry, None, 50)
    with pytest.raises(NotFound):
        desk.calendar.bring_back(desk.branch, entry, None, 50)


@pytest.mark.chance
def test_who_ticks_off_and_who_brings_back_at_once_hear_no_mistake(desk: Desk) -> None:
    entry = f"request-{desk.request().id}"
    for _ in range(rounds(few=3, many=200)):
        acts = [
            partial(desk.calendar.tick_off, desk.branch, entry, None, 50),
            partial(desk.calendar.bring_back, desk.branch, entry, None, 50),
            partial(desk.calendar.bring_back, desk.branch, entry, None, 50),
        ]
        assert not any(isinstance(each, Exception) for each in together(3, partial(_act, acts)))
        desk.calendar.bring_back(desk.branch, entry, None, 50)
        assert [each for each, _ in desk.waiting()] == ["request"]


def test_undoing_a_closing_opens_the_time_and_undoes_what_was_done_in_it(desk: Desk) -> None:
    moved, cancelled, changed = (desk.request(f"2026-11-24T0{hour}:00") for hour in (7, 8, 9))
    before, span = desk.setup.settings(desk.branch).availabilities, (at("2026-11-23T23:00"), at("2026-11-24T11:00"))
    verdicts = [
        Verdict(appointment=moved.id, does="move", version=1, resource="cabin-2", tell=MAIL),
        Verdict(appointment=cancelled.id, does="cancel", version=1, tell=MAIL),
        Verdict(appointment=changed.id, does="cancel", version=1, tell=MAIL),
    ]
    closed, _ = desk.closing.settle(desk.branch, "cabin-1", *span, verdicts, STAFF)
    desk.office.reopening.undo(desk.branch, closed, [], "another")
    assert len(desk.setup.settings(desk.branch).availabilities) == len(before) + 1, "only who has closed it opens it so"
    desk.actions.answer(desk.seen(changed), "confirmed", STAFF)
    acted = [replace(seen(each), version=2) for each in (moved, cancelled, changed)]
    outcomes = desk.office.reopening.undo(desk.branch, closed, acted, STAFF)
    assert [outcome for _, outcome in outcomes] == ["undone", "undone", "changed_meanwhile"]
    assert [desk.read(each).resource for each in (moved, cancelled)] == ["cabin-1", "cabin-1"]
    assert (desk.setup.settings(desk.branch).availabilities, desk.is_sound()) == (before, True)
    assert not desk.messages(moved)


def test_a_stand_by_that_was_cancelled_comes_back_into_its_lane_once_that_was_freed(engine: Engine) -> None:
    desk = Desk(resources=(replace(CABINS[0], standby=1), *CABINS[1:]))
    desk.request()
    [outcome] = desk.book("2026-11-24T08:00", standby=True)
    standby = desk.read(outcome.id or "")
    gone = desk.actions.answer(seen(standby), "cancelled", STAFF)
    desk.now += DELAY
    desk.sweep()
    assert not desk.read(gone).kept
    desk.undo(gone)
    assert (desk.read(gone).lanes, desk.is_sound()) == (standby.lanes, True)


def test_an_undo_brings_nothing_to_a_resource_that_is_gone(desk: Desk) -> None:
    moved = desk.actions.move(seen(desk.request()), Move(resource="cabin-2"), STAFF)
    settings = desk.setup.settings(desk.branch)
    left = tuple(each for each in settings.resources if each.id != "cabin-1")
    desk.setup.change(desk.branch, settings.version, {"resources": left, "templates": (), "availabilities": ()}, STAFF)
    with pytest.raises(Invalid) as refusal:
        desk.undo(moved)
    assert set(refusal.value.fields) == {"resource"}
    assert desk.read(moved).resource == "cabin-2"


def test_what_was_ticked_off_is_erased_with_what_it_is_about(desk: Desk) -> None:
    cancelled = desk.cancel(desk.request(status="confirmed", comment=COMMENT), CALL)
    entry = (cancelled.undo.called if cancelled.undo else None) or ""
    desk.calendar.tick_off(desk.branch, entry, None, 50)
    desk.now += timedelta(days=40)
    for _ in range(3):
        desk.sweep()
    assert desk.read(cancelled).comment is None
    with pytest.raises(NotFound):
        desk.calendar.bring_back(desk.branch, entry, None, 50)


def test_an_undo_gives_the_name_that_the_record_has_today(desk: Desk) -> None:
    customer = desk.customer(last_name="Meyer")
    matched = desk.actions.match(seen(desk.request()), customer.id, STAFF)
    cancelled = desk.cancel(matched)
    assert cancelled.undo
    assert (cancelled.undo.customer, cancelled.undo.name, cancelled.undo.hint) == (customer.id, "", None)
    assert desk.undo(cancelled).name == matched.name
