"""Somebody is ill: a time is closed that has appointments, on a real engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.intervals import merged
from chalicelib.planner.admin.settings import BranchSettings
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.closing import Verdict
from infra.local.engine import Engine
from tests.builders import at, seen
from tests.planner.practice import ADVICE, STAFF, Practice

MORNING = (at("2026-11-24T07:00"), at("2026-11-24T11:00"))


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def closes(practice: Practice, resource: str = "cabin-1") -> list[tuple[int, int]]:
    hours = practice.calendar.days(practice.branch, None, 14).hours
    return merged(each.span for each in hours if each.closure and each.resource == resource)


def test_the_live_appointments_of_the_time_are_listed_and_nothing_is_done(practice: Practice) -> None:
    early, late = practice.request("2026-11-24T07:45"), practice.request("2026-11-24T10:45")
    practice.actions.answer(seen(practice.request("2026-11-24T09:00")), "declined", STAFF)
    practice.request("2026-11-24T11:15")
    practice.request("2026-11-24T09:00", resource="cabin-2")
    found = practice.closing.affected(practice.branch, "cabin-1", *MORNING)
    assert [each.id for each in found] == [early.id, late.id]
    assert closes(practice) == []


def test_what_is_over_is_neither_listed_nor_settled(practice: Practice) -> None:
    over, under_way = practice.request("2026-11-24T07:30"), practice.request("2026-11-24T08:00")
    practice.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert [each.id for each in practice.closing.affected(practice.branch, "cabin-1", *MORNING)] == [under_way.id]
    verdicts = [Verdict(appointment=each.id, does="cancel", version=1, tell=Tell("email")) for each in (over, under_way)]
    _, outcomes = practice.closing.settle(practice.branch, "cabin-1", *MORNING, verdicts, STAFF)
    assert [(planned.id, outcome) for planned, outcome in outcomes] == [(under_way.id, "cancelled")]
    assert (practice.read(over), practice.messages(over)) == (over, [])


def test_one_action_closes_the_time_and_keeps_moves_or_cancels_each(practice: Practice) -> None:
    kept, moved, cancelled = (practice.request(f"2026-11-24T0{hour}:00") for hour in (7, 8, 9))
    verdicts = [
        Verdict(appointment=kept.id, does="keep"),
        Verdict(appointment=moved.id, does="move", version=1, resource="cabin-2", tell=Tell("email")),
        Verdict(appointment=cancelled.id, does="cancel", version=1, tell=Tell("email", "Krank")),
    ]
    _, outcomes = practice.closing.settle(practice.branch, "cabin-1", *MORNING, verdicts, STAFF)
    assert [outcome for _, outcome in outcomes] == ["kept", "moved", "cancelled"]
    assert practice.read(moved).resource == "cabin-2"
    assert [each.kind for each in practice.messages(moved)] == ["reassigned"], "at the same time as before"
    assert [(each.kind, each.note) for each in practice.messages(cancelled)] == [("cancelled", "Krank")]
    assert closes(practice) == [MORNING]
    assert practice.is_sound()


def test_what_could_not_be_done_is_told_and_the_rest_is_done(practice: Practice) -> None:
    blocked, changed, other = (practice.request(f"2026-11-24T0{hour}:00") for hour in (7, 8, 9))
    practice.request("2026-11-24T07:00", resource="cabin-2")
    practice.actions.answer(seen(changed), "confirmed", STAFF)
    verdicts = [
        Verdict(appointment=blocked.id, does="move", version=1, resource="cabin-2"),
        Verdict(appointment=changed.id, does="cancel", version=1),
        Verdict(appointment=other.id, does="cancel", version=1),
    ]
    _, outcomes = practice.closing.settle(practice.branch, "cabin-1", *MORNING, verdicts, STAFF)
    assert [outcome for _, outcome in outcomes] == ["slot_taken", "changed_meanwhile", "cancelled"]
    _, again = practice.closing.settle(
        practice.branch, "cabin-1", *MORNING, [Verdict(appointment=changed.id, does="cancel", version=2)], STAFF
    )
    assert [(planned.id, outcome) for planned, outcome in again] == [(blocked.id, "found"), (changed.id, "cancelled")]
    assert closes(practice) == [MORNING], "the absence is not added twice"


def test_a_closing_over_days_is_a_part_of_the_first_whole_days_and_a_part_of_the_last(practice: Practice) -> None:
    start, end = at("2026-11-25T11:00"), at("2026-11-28T09:00")
    practice.closing.settle(practice.branch, "cabin-1", start, end, [], STAFF)
    assert closes(practice) == [(start, end)]


def test_whoever_is_the_second_resource_of_an_appointment_is_listed_too(practice: Practice) -> None:
    appointment = practice.request(second="cabin-2")
    assert [each.id for each in practice.closing.affected(practice.branch, "cabin-2", *MORNING)] == [appointment.id]


def test_where_who_is_ill_comes_second_another_one_comes_second(engine: Engine) -> None:
    beside = replace(ADVICE, resources=("cabin-1",), second=("cabin-2", "group"))
    practice = Practice(templates=(beside,))
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None)
    assert practice.read(one.id).second == "cabin-2"
    verdict = Verdict(appointment=one.id, does="move", version=1, resource="cabin-1")
    settle = partial(practice.closing.settle, practice.branch, "cabin-2", *MORNING)

    def settle_one(verdict: Verdict) -> list[str]:
        return [outcome for _, outcome in settle([verdict], STAFF)[1]]

    assert settle_one(verdict) == ["not_for_this_resource"], "a cabin that may not come second"
    assert settle_one(replace(verdict, resource="group")) == ["moved"]
    appointment = practice.read(one.id)
    assert (appointment.resource, appointment.second, practice.held("cabin-2")) == ("cabin-1", "group", {})
    assert practice.history(appointment)[-1].fields == ("second",)
    assert practice.is_sound()


def test_nothing_is_moved_to_what_is_closed(practice: Practice) -> None:
    appointment = practice.request()
    verdict = Verdict(appointment=appointment.id, does="move", version=1, resource="cabin-1")
    with pytest.raises(Invalid):
        practice.closing.settle(practice.branch, "cabin-1", *MORNING, [verdict], STAFF)
    assert (practice.read(appointment), closes(practice)) == (appointment, [])


def test_a_closing_has_a_name_an_owner_and_a_date_and_is_entered_once(practice: Practice) -> None:
    made_at = practice.now
    first, _ = practice.closing.settle(practice.branch, "cabin-1", *MORNING, [], STAFF, "krank")
    again, _ = practice.closing.settle(practice.branch, "cabin-1", *MORNING, [], STAFF, "krank")
    others, _ = practice.closing.settle(practice.branch, "cabin-1", *MORNING, [], "another", "Messe")
    practice.now += timedelta(hours=3)
    later, _ = practice.closing.settle(practice.branch, "cabin-1", *MORNING, [], STAFF, "krank")
    assert (again, others, later) == (first, None, None), "what was closed before, no undo opens"
    _, [found] = practice.closing.coming(practice.branch)
    assert (found.closing.id, found.closing.name, found.closing.by) == (first, "krank", STAFF)
    assert (found.closing.made_at, found.resource, found.spans) == (made_at, "cabin-1", (MORNING,))
    hours = practice.calendar.days(practice.branch, None, 7).hours
    assert {(each.closure.reason, each.closure.closing) for each in hours if each.closure} == {("krank", first)}


def test_a_closing_keeps_its_owner_and_its_id_where_settings_are_saved(practice: Practice) -> None:
    """A name may be changed, an owner may not."""
    closed, _ = practice.closing.settle(practice.branch, "cabin-1", *MORNING, [], STAFF, "krank")
    setup = BranchSettings(practice.table, practice.clock)
    settings = setup.settings(practice.branch)
    forged = [
        replace(each, closing=each.closing and replace(each.closing, name="Messe", by="forged", made_at=None))
        for each in settings.availabilities
    ]
    setup.change(practice.branch, settings.version, {"availabilities": tuple(forged)}, "admin")
    _, [found] = practice.closing.coming(practice.branch)
    assert (found.closing.id, found.closing.name, found.closing.by, found.closing.made_at) == (
        closed,
        "Messe",
        STAFF,
        practice.now,
    )


def test_staff_reopen_what_was_closed_in_part_or_as_a_whole(practice: Practice) -> None:
    days = (at("2026-11-25T23:00"), at("2026-11-28T23:00"))
    closed, _ = practice.closing.settle(practice.branch, "cabin-1", *days, [], STAFF, "krank")
    other, _ = practice.closing.settle(practice.branch, "cabin-2", *days, [], STAFF)
    second_day = at("2026-11-26T23:00"), at("2026-11-27T23:00")
    assert closed
    practice.closing.reopen(practice.branch, closed, STAFF, *second_day)
    assert closes(practice) == [(days[0], second_day[0]), (second_day[1], days[1])]
    practice.closing.reopen(practice.branch, closed, STAFF)
    assert (closes(practice), closes(practice, "cabin-2")) == ([], [days])
    assert [each.closing.id for each in practice.closing.coming(practice.branch)[1]] == [other]
    for identity in (closed, "never"):
        with pytest.raises(NotFound):
            practice.closing.reopen(practice.branch, identity, STAFF)


def test_a_span_that_is_none_reopens_nothing(practice: Practice) -> None:
    closed, _ = practice.closing.settle(practice.branch, "cabin-1", *MORNING, [], STAFF)
    assert closed
    for start, end, field in ((MORNING[0] + 1, None, "start"), (MORNING[1], MORNING[0], "end")):
        with pytest.raises(Invalid) as refused:
            practice.closing.reopen(practice.branch, closed, STAFF, start, end)
        assert list(refused.value.fields) == [field]
    assert closes(practice) == [MORNING]


def test_a_whole_morning_is_moved_to_another_day(practice: Practice) -> None:
    """Each is written by itself: where one time is gone meanwhile, the others are moved."""
    first, second = practice.request("2026-11-24T08:00"), practice.request("2026-11-24T09:00")
    found = practice.closing.affected(practice.branch, "cabin-1", *MORNING)
    suggested = practice.closing.another_day(practice.branch, MORNING[1], found)
    assert suggested == [at("2026-11-25T08:00"), at("2026-11-25T09:00")]
    practice.request("2026-11-25T09:00")
    assert practice.closing.another_day(practice.branch, MORNING[1], found, date(2026, 11, 27))[0] == at("2026-11-27T08:00")
    verdicts = [
        Verdict(appointment=each.id, does="move", version=1, start=start, tell=tell)
        for each, start, tell in zip((first, second), suggested, (Tell("email"), None), strict=True)
    ]
    _, outcomes = practice.closing.settle(practice.branch, "cabin-1", *MORNING, verdicts, STAFF)
    assert [outcome for _, outcome in outcomes] == ["moved", "slot_taken"]
    assert (practice.read(first).start, practice.read(second).start) == (suggested[0], second.start)
    assert [each.kind for each in practice.messages(first)] == ["moved"]
    assert practice.is_sound()


@pytest.mark.parametrize(
    ("resource", "start", "end", "field"),
    [
        ("cabin-9", *MORNING, "resource"),
        ("cabin-1", MORNING[0] + 1, MORNING[1], "start"),
        ("cabin-1", MORNING[1], MORNING[0], "end"),
        ("cabin-1", MORNING[0], MORNING[0] + 367 * 24 * 60, "end"),
    ],
)
def test_a_time_that_cannot_be_closed_is_refused_by_its_field(
    practice: Practice, resource: str, start: int, end: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        practice.closing.settle(practice.branch, resource, start, end, [], STAFF)
    assert list(refused.value.fields) == [field]
    assert closes(practice) == []
