"""A resource may let staff, and nobody else, place a set number beyond its capacity (R36), on a real engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import Invalid, SlotTaken
from chalicelib.domain.settings import Resource, Template
from chalicelib.planner.staff.actions import Move
from chalicelib.planner.staff.creating import TimeOutcome
from infra.local.engine import Engine
from tests.builders import MONDAY, at
from tests.planner.practice import CABINS, STAFF, Practice

CABIN = replace(CABINS[0], standby=1)
PERSONS = tuple(Resource(id=f"person-{n}", name=f"Person {n}", kind="person", standby=1, order=3 + n) for n in (1, 2))
TEST = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=("cabin-2",), second=("person-1", "person-2"))
EIGHT = "2026-11-24T08:00"


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice(resources=(CABIN, *CABINS[1:], *PERSONS), templates=(TEST,))


def lanes(appointment: Appointment) -> list[tuple[str, int]]:
    return sorted(appointment.lanes)


def placed(practice: Practice, start: str = EIGHT, **fields: Any) -> Appointment:
    [one] = practice.book(start, standby=True, **fields)
    assert one.outcome == "booked"
    return practice.read(one.id)


def told(outcomes: Sequence[TimeOutcome]) -> list[tuple[str, bool]]:
    return [(one.outcome, one.standby) for one in outcomes]


def test_a_standby_is_placed_where_staff_ask_for_it_and_all_else_is_held(practice: Practice) -> None:
    first = placed(practice)
    assert lanes(first) == [("cabin-1", 0)]
    assert told(practice.book(EIGHT)) == [("slot_taken", True)]
    assert told(practice.book(EIGHT, standby=True)) == [("booked", True)]
    for standby in (False, True):
        assert told(practice.book(EIGHT, standby=standby)) == [("slot_taken", False)]
    assert practice.is_sound()


def test_a_look_tells_of_a_standby_place_and_takes_nothing(practice: Practice) -> None:
    placed(practice)
    looks = [practice.creating.look(practice.branch, practice.wanted(EIGHT, standby=asked)) for asked in (False, True)]
    assert list(map(told, looks)) == [[("slot_taken", True)], [("free", True)]]
    assert sum(map(len, practice.held().values())) == 6


def test_a_repeated_request_is_the_standby_that_it_was(practice: Practice) -> None:
    placed(practice)
    key = "k" * 32
    first = practice.book(EIGHT, key, standby=True)
    assert practice.book(EIGHT, key, standby=True) == first
    assert told(first) == [("booked", True)]


def test_staff_who_ask_for_no_standby_have_a_lane_that_is_free_beside_one(practice: Practice) -> None:
    regular, standby = placed(practice), placed(practice)
    practice.actions.answer(practice.seen(regular), "cancelled", STAFF)
    assert told(practice.book(EIGHT)) == [("booked", False)]
    assert lanes(practice.read(standby)) == [("cabin-1", 1)]
    assert practice.is_sound()


def test_a_move_needs_to_ask_for_a_standby_place_too(practice: Practice) -> None:
    placed(practice)
    other = placed(practice, "2026-11-24T10:00")
    with pytest.raises(SlotTaken) as refusal:
        practice.actions.move(practice.seen(other), Move(start=at(EIGHT)), STAFF)
    assert refusal.value.standby
    moved = practice.actions.move(practice.seen(other), Move(start=at(EIGHT), standby=True), STAFF)
    assert lanes(moved) == [("cabin-1", 1)]
    assert practice.is_sound()


def test_a_standby_keeps_its_place_without_asking_and_has_a_regular_one_once_that_is_free(practice: Practice) -> None:
    regular, standby = placed(practice), placed(practice)
    shorter = practice.actions.move(practice.seen(standby), Move(end=standby.end - 10), STAFF)
    assert lanes(shorter) == [("cabin-1", 1)]
    with pytest.raises(SlotTaken):  # it has none of these units yet
        practice.actions.move(practice.seen(standby), Move(end=standby.end), STAFF)
    practice.actions.answer(practice.seen(regular), "cancelled", STAFF)
    assert lanes(practice.actions.move(practice.seen(standby), Move(end=standby.end), STAFF)) == [("cabin-1", 0)]
    assert practice.is_sound()


def test_a_cancelled_standby_comes_back_where_staff_ask_for_it(practice: Practice) -> None:
    placed(practice)
    standby = placed(practice)
    practice.actions.answer(practice.seen(standby), "cancelled", STAFF)
    with pytest.raises(SlotTaken):
        practice.actions.answer(practice.seen(standby), "confirmed", STAFF)
    back = practice.actions.answer(practice.seen(standby), "confirmed", STAFF, standby=True)
    assert lanes(back) == [("cabin-1", 1)]
    assert practice.is_sound()


def test_a_second_resource_stands_by_only_where_no_other_one_is_free(practice: Practice) -> None:
    booked = [placed(practice, resource="cabin-2", template="test", second="person-1")]
    practice.actions.move(practice.seen(booked[0]), Move(resource="cabin-2", start=at(EIGHT) - 15), STAFF)
    wanted: dict[str, Any] = {"resource": "cabin-2", "template": "test", "minutes": None}
    other = practice.book("2026-11-24T08:15", **wanted)
    assert practice.read(other[0].id).second == "person-2"


def test_the_planner_shows_which_appointments_stand_by(practice: Practice) -> None:
    regular, standby = placed(practice), placed(practice)
    shown = practice.calendar.days(practice.branch, MONDAY, 7)
    assert {each.id: shown.settings.stands_by(each.lanes) for each in shown.appointments} == {
        regular.id: False,
        standby.id: True,
    }
    detail = practice.calendar.detail(practice.branch, standby.id)
    assert detail.settings.stands_by(detail.appointment.lanes)


def test_capacity_and_standby_are_not_lowered_below_what_future_units_hold(practice: Practice) -> None:
    placed(practice)
    standby = placed(practice)
    branch_settings = practice.office.closing._branch_settings

    def change(**fields: Any) -> None:
        stored = branch_settings.settings(practice.branch)
        changed = tuple(replace(each, **fields) if each.id == "cabin-1" else each for each in stored.resources)
        branch_settings.change(practice.branch, stored.version, {"resources": changed}, STAFF)

    with pytest.raises(Invalid) as refusal:
        change(standby=0)
    assert set(refusal.value.fields) == {"resources[0].standby"}
    change(capacity=2)  # what stood by has a regular lane then
    with pytest.raises(Invalid) as refusal:
        change(capacity=1)
    assert set(refusal.value.fields) == {"resources[0].capacity"}
    practice.actions.answer(practice.seen(standby), "cancelled", STAFF)
    change(capacity=1, standby=0)


@pytest.mark.parametrize(("capacity", "standby"), [(1, -1), (1, 20), (10, 11)])
def test_a_resource_has_at_most_twenty_lanes_in_all(capacity: int, standby: int) -> None:
    with pytest.raises(Invalid) as refusal:
        Resource(id="gym", name="Gym", capacity=capacity, standby=standby)
    assert set(refusal.value.fields) == {"standby"}
