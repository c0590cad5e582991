"""What a stand-by holds is held for customers, whatever becomes of the regular ones beside it (R36), on a real engine."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import SlotTaken
from chalicelib.domain.settings import Template
from chalicelib.planner.customer.taking import Manner, RequestFields
from chalicelib.planner.staff.actions import Move
from chalicelib.store.raw import batch
from infra.local.engine import Engine
from tests.builders import WORKED, at, shown
from tests.planner.customer.test_invited import EIGHT, Inviter
from tests.planner.customer.test_manage import COMMENT, TUESDAY, Own, moment
from tests.planner.practice import CABINS, STAFF
from tests.race import together

START = "2026-11-24T08:00"
TEST = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=("cabin-1",))


def inviter(capacity: int = 1, standby: int = 1) -> Inviter:
    return Inviter(resources=(replace(CABINS[0], capacity=capacity, standby=standby), *CABINS[1:]))


@pytest.fixture
def practice(engine: Engine) -> Inviter:
    return inviter()


def ask(practice: Own, resource: str = "cabin-1", template: str | None = None, manner: Manner = WORKED) -> Appointment:
    wanted = RequestFields(
        resource=resource,
        start=EIGHT,
        comment=Comment(last_name="Mustermann", email="erika@example.org"),
        template=template,
    )
    alias = practice.settings.accesses[0].alias
    return practice.booking.request(alias, secrets.token_hex(16), wanted, b"body", manner).appointment


def filled(practice: Own, regular: int = 1) -> list[Appointment]:
    """So many regular ones, and one that stands by: the last."""
    outcomes = [practice.book(START, standby=True)[0] for _ in range(regular + 1)]
    assert [one.standby for one in outcomes] == [False] * regular + [True]
    return [practice.read(one.id) for one in outcomes]


def cancel(practice: Own, *appointments: Appointment) -> None:
    for each in appointments:
        practice.actions.answer(practice.seen(each), "cancelled", STAFF)


def leaves_a_standby(practice: Own) -> None:
    """A regular one and one that stands by are placed, and the regular one is cancelled."""
    regular, _ = filled(practice)
    cancel(practice, regular)


@contextmanager
def meanwhile(practice: Own, act: Callable[[], object]) -> Iterator[None]:
    """Does something between look and write of the first who writes."""
    write = practice.table.write

    def first(change: Change) -> None:
        practice.table.write = write  # type: ignore[method-assign]
        act()
        write(change)

    practice.table.write = first  # type: ignore[method-assign]
    try:
        yield
    finally:
        practice.table.write = write  # type: ignore[method-assign]


def move(practice: Inviter) -> Appointment:
    own = practice.request("2026-11-24T10:00", comment=COMMENT)
    with meanwhile(practice, lambda: leaves_a_standby(practice)):
        return practice.own_appointment.move(practice.token(own), EIGHT).booked.appointment


def take_back(practice: Inviter) -> Appointment:
    """Cancelled, since somebody else had asked, which is taken back."""
    own = practice.request(comment=COMMENT)
    practice.own_appointment.disown(practice.mailed(own))
    with meanwhile(practice, lambda: leaves_a_standby(practice)):
        return practice.own_appointment.own(practice.mailed(own)).booked.appointment


def use_an_invitation(practice: Inviter) -> Appointment:
    invitation = practice.invite()
    with meanwhile(practice, lambda: leaves_a_standby(practice)):
        return practice.take(invitation)


def request(practice: Inviter, **fields: Any) -> Appointment:
    with meanwhile(practice, lambda: leaves_a_standby(practice)):
        return ask(practice, **fields)


def unconfirmed(practice: Inviter) -> Appointment:
    return request(practice, manner=Manner(confirm_first=True))


def at_any(practice: Inviter) -> Appointment:
    practice.set(templates=(TEST,))
    return request(practice, resource="any", template="test")


ACTS = (request, unconfirmed, at_any, move, take_back, use_an_invitation)


@pytest.mark.parametrize("act", ACTS)
def test_a_standby_that_came_meanwhile_refuses_each_act_of_a_customer(
    practice: Inviter, act: Callable[[Inviter], Appointment]
) -> None:
    with pytest.raises(SlotTaken):
        act(practice)
    assert {lane for _, day, lane in practice.held() if day == "2026-11-24"} - {0} == {1}
    assert practice.is_sound()


def test_a_regular_one_that_is_cancelled_opens_no_time_that_a_standby_holds(practice: Inviter) -> None:
    leaves_a_standby(practice)
    other = practice.request("2026-11-24T12:00", comment=COMMENT)
    assert "08:00 x" in practice.starts(other)
    with pytest.raises(SlotTaken) as refusal:
        ask(practice)
    assert START not in {shown(slot.start) for slot in refusal.value.alternatives}
    assert practice.is_sound()


def test_beside_a_standby_as_many_customers_have_room_as_the_capacity_leaves(engine: Engine) -> None:
    """In a room for three with one that stands by there is room for two, whichever lanes are free."""
    practice = inviter(capacity=3)
    *regular, _ = filled(practice, 3)
    cancel(practice, *regular)
    results = together(8, lambda _: ask(practice))
    assert Counter(type(each).__name__ for each in results) == {"Appointment": 2, "SlotTaken": 6}
    assert practice.is_sound()


def test_a_customer_may_move_a_standby_of_their_own_onto_a_time_that_it_overlaps(practice: Inviter) -> None:
    """Its own units are not in its way, in the lanes that must be free either (R23)."""
    cancel(practice, practice.request(comment=COMMENT))
    regular = practice.read(practice.book(START)[0].id)
    own = practice.request("2026-11-24T10:00", comment=COMMENT)
    practice.actions.move(practice.seen(own), Move(start=at(START) + 15, standby=True), STAFF)
    cancel(practice, regular)
    moved = practice.own_appointment.move(practice.token(own), moment("2026-11-24T08:30")).booked.appointment
    assert (shown(moved.start), moved.lanes) == ("2026-11-24T08:30", frozenset({("cabin-1", 0)}))
    assert practice.is_sound()


@pytest.mark.parametrize(("standby", "read"), [(0, 4), (2, 6)])
def test_as_many_lanes_are_read_for_a_customer_as_there_are(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, standby: int, read: int
) -> None:
    """Of two cabins and a group for two; one that lets nobody stand by costs no more than before."""
    practice, keys = inviter(standby=standby), list[int]()

    def counted(places: Any, wanted: Any) -> Any:
        keys.append(len(places))
        return batch(places, wanted)

    monkeypatch.setattr("chalicelib.store.table.batch", counted)
    practice.table.agenda(practice.branch, practice.settings.resources, TUESDAY.isoformat(), TUESDAY.isoformat())
    assert keys == [read]


def test_a_customer_s_write_checks_the_standby_lanes_and_none_where_nobody_may_stand_by(engine: Engine) -> None:
    found = dict[int, Change]()
    for standby in (0, 2):
        practice = inviter(standby=standby)
        write = practice.table.write

        def kept(change: Change, standby: int = standby, write: Callable[[Change], None] = write) -> None:
            found[standby] = change
            write(change)

        practice.table.write = kept  # type: ignore[method-assign]
        ask(practice)
    assert found[0].spare == {}
    assert {place[2] for place in found[2].spare} == {1, 2}
