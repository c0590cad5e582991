"""A wave of requests is declined in one go (holes 16), on a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import Access
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.staff.actions import Actions
from chalicelib.planner.staff.waves import WITHIN, Outcome, Wave, Waves
from infra.local.engine import Engine
from tests.builders import NOW, at, shown
from tests.planner.practice import STAFF, Practice
from tests.store.test_change import meanwhile

HOUR = timedelta(hours=1)


@pytest.fixture
def practice(engine: Engine) -> Practice:
    practice = Practice()
    links = (Access(alias="elbe-window"), Access(alias="elbe-leaflet"))
    practice.settings = replace(practice.settings, accesses=links)
    practice.table.replace_settings(practice.settings)
    practice.now = NOW + 2 * HOUR
    return practice


def requests(practice: Practice, count: int, made_at: datetime = NOW, **fields: Any) -> list[Appointment]:
    """One after the other, from tomorrow on."""
    days = [f"2026-11-{24 + number // 20}T{8 + number % 20 // 2:02}:{number % 2 * 30:02}" for number in range(count)]
    return [practice.request(day, made_at=made_at + timedelta(seconds=number), **fields) for number, day in enumerate(days)]


def wave(**fields: Any) -> Wave:
    return Wave(**{"alias": None, "since": NOW, "until": NOW + HOUR} | fields)


def states(practice: Practice, made: list[Appointment]) -> list[str]:
    return [practice.read(appointment).status for appointment in made]


def test_declining_a_wave_answers_each_request_as_the_desk_does(practice: Practice) -> None:
    made = requests(practice, 30)
    assert practice.office.waves.decline(practice.branch, wave(), STAFF) == Outcome(30, 0)
    assert states(practice, made) == ["declined"] * 30
    assert (practice.waiting(), practice.held(), practice.held(day="2026-11-25")) == ([], {}, {})
    assert [(each.what, each.by) for each in practice.history(made[0])] == [("requested", "customer"), ("declined", STAFF)]
    assert practice.messages(made[0]) == []


def test_requests_whose_address_was_to_be_confirmed_belong_to_a_wave(practice: Practice) -> None:
    made = requests(practice, 2, status="unconfirmed", confirm_until=NOW + HOUR)
    assert practice.office.waves.decline(practice.branch, wave(), STAFF) == Outcome(2, 0)
    assert states(practice, made) == ["declined"] * 2


def test_a_dry_run_counts_and_changes_nothing(practice: Practice) -> None:
    made = requests(practice, 3)
    assert practice.office.waves.look(practice.branch, wave()) == Outcome(3, 3)
    assert [practice.read(appointment) for appointment in made] == made


def test_whoever_asked_is_told_where_staff_say_so(practice: Practice) -> None:
    [appointment] = requests(practice, 1)
    practice.office.waves.decline(practice.branch, wave(tell=True), STAFF)
    assert [(each.kind, each.channel) for each in practice.messages(appointment)] == [("declined", "email")]


def test_what_came_through_another_link_before_or_after_or_is_answered_stays(practice: Practice) -> None:
    [wanted] = requests(practice, 1, alias="elbe-leaflet")
    other = practice.request("2026-11-24T09:00", made_at=NOW)
    before = practice.request("2026-11-24T10:00", made_at=NOW - timedelta(seconds=1), alias="elbe-leaflet")
    after = practice.request("2026-11-24T11:00", made_at=NOW + HOUR, alias="elbe-leaflet")
    confirmed = practice.request("2026-11-24T12:00", status="confirmed", alias="elbe-leaflet")
    assert practice.office.waves.decline(practice.branch, wave(alias="elbe-leaflet"), STAFF) == Outcome(1, 0)
    assert states(practice, [wanted, other, before, after, confirmed]) == ["declined", *["proposed"] * 3, "confirmed"]


def test_one_that_somebody_confirms_meanwhile_is_left_alone(practice: Practice) -> None:
    made = requests(practice, 2)
    with meanwhile(lambda: practice.actions.answer(practice.seen(made[0]), "confirmed", "staff-2")):
        outcome = practice.office.waves.decline(practice.branch, wave(), STAFF)
    assert (states(practice, made), outcome) == (["confirmed", "declined"], Outcome(2, 0))


def test_it_stops_in_time_and_says_how_many_are_left_for_another_call(practice: Practice) -> None:
    made = requests(practice, 4)
    notifying = Notifying(practice.customers, lambda phone, _: phone)
    actions = Actions(practice.table, practice.customers, notifying, practice.clock)
    ticks: Iterator[float] = iter([0.0, 0.0, WITHIN - 1, WITHIN, WITHIN])
    slow = Waves(practice.table, actions, notifying, practice.clock, lambda: next(ticks))
    assert slow.decline(practice.branch, wave(), STAFF) == Outcome(4, 2)
    assert states(practice, made) == ["declined", "declined", "proposed", "proposed"]
    assert practice.office.waves.decline(practice.branch, wave(), STAFF) == Outcome(2, 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"alias": "strange-window"}, "alias"),
        ({"since": NOW - timedelta(days=32)}, "from"),
        ({"until": NOW}, "until"),
    ],
)
def test_a_wave_of_another_branch_or_beyond_the_bounds_is_refused(practice: Practice, wrong: Any, field: str) -> None:
    made = requests(practice, 1)
    with pytest.raises(Invalid) as refusal:
        practice.office.waves.decline(practice.branch, wave(**wrong), STAFF)
    assert (list(refusal.value.fields), states(practice, made)) == ([field], ["proposed"])


def test_what_lies_two_years_ahead_is_found_as_well(practice: Practice) -> None:
    far = at(shown(at("2026-11-24T08:00") + 730 * 24 * 60))
    appointment = practice.request(shown(far))
    practice.office.waves.decline(practice.branch, wave(), STAFF)
    assert practice.read(appointment).status == "declined"


def test_a_wave_that_begins_centuries_ahead_is_empty(practice: Practice) -> None:
    requests(practice, 1)
    ahead = wave(since=NOW + timedelta(days=500_000), until=NOW + timedelta(days=500_001))
    assert practice.office.waves.decline(practice.branch, ahead, STAFF) == Outcome(0, 0)
