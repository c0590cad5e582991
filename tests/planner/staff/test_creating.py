"""Appointments that staff make, and time that they keep free, on a real engine."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.errors import IdempotencyKeyReused, Invalid, NotForThisResource
from chalicelib.domain.settings import TYPES, Availability, AvailabilityType, DateException, PublicHolidays, Resource
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import Move
from chalicelib.planner.staff.free import FreeTimeSearch
from infra.local.engine import Engine
from tests.builders import absence, appointment, at, availability, in_lane, made, seen, shown
from tests.planner.practice import ADVICE, STAFF, Practice
from tests.race import together


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def test_an_appointment_by_phone_is_confirmed_at_once_and_its_customer_told_if_asked(practice: Practice) -> None:
    customer = practice.customer(language="en")
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None, customer=customer.id, tell=Tell("email"))
    appointment = practice.read(one.id)
    assert (one.outcome, appointment.status, appointment.type, appointment.name, appointment.language) == (
        "booked",
        "confirmed",
        "appointment",
        "Meyer, Anna",
        "en",
    )
    assert (
        appointment.end - appointment.start,
        appointment.preparation,
        appointment.follow_up,
        sum(map(len, practice.held().values())),
    ) == (45, 10, 5, 12)
    assert [each.kind for each in practice.messages(appointment)] == ["confirmed"]
    assert [(each.what, each.by) for each in practice.history(appointment)] == [("booked", STAFF)]
    assert practice.waiting() == [], "what staff did themselves is no news to them"


def test_a_customer_without_e_mail_is_booked_but_cannot_be_told_by_one(practice: Practice) -> None:
    customer = practice.customer(email=None, phone=None)
    with pytest.raises(Invalid):
        practice.book("2026-11-24T08:00", customer=customer.id, tell=Tell("email"))
    assert practice.held() == {}
    assert practice.book("2026-11-24T08:00", customer=customer.id)[0].outcome == "booked"


def test_a_look_needs_nobody_and_tells_how_a_customer_is_reached(practice: Practice) -> None:
    customer = practice.customer(phone="+49 171 3920 123")
    nobody, known = (practice.wanted("2026-11-24T08:00", title=None, customer=each) for each in (None, customer.id))
    assert [one.outcome for one in practice.creating.look(practice.branch, nobody)] == ["free"]
    assert practice.creating.ways(practice.branch, nobody) == []
    assert practice.creating.ways(practice.branch, known) == ["email", "sms", "phone"]


def reasons(practice: Practice, start: str, **fields: Any) -> list[tuple[str, str, str]]:
    """Who is doubted to be there and why, by a look and, all the same, by booking."""
    [looked] = practice.creating.look(practice.branch, practice.wanted(start, **fields))
    [booked] = practice.book(start, **fields)
    assert (looked.outcome, booked.outcome) == ("free", "booked")
    assert looked.doubts == booked.doubts
    return [(each.resource, each.why, each.name.get("de", "")) for each in looked.doubts]


def test_staff_book_outside_hours_and_are_told_so(practice: Practice) -> None:
    for start, outside in (("2026-11-24T08:00", False), ("2026-11-24T20:00", True), ("2026-11-24T16:45", True)):
        assert reasons(practice, start) == ([("cabin-1", "hours", "")] if outside else []), start


def test_release_lead_time_and_horizon_bind_customers_and_make_staff_doubt_nothing(engine: Engine) -> None:
    inner = Resource(id="inner", name="Labor", released=False)
    practice = Practice(
        availability("08:00-18:00", resources=("inner",)), resources=(inner,), templates=(), lead_hours=72, horizon_days=3
    )
    for start in ("2026-11-23T08:00", "2026-11-24T08:00", "2027-03-02T08:00"):
        assert reasons(practice, start, resource="inner") == [], start


def test_staff_are_told_who_is_away_by_the_name_of_the_absence(engine: Engine) -> None:
    leave = AvailabilityType(id="leave", name={"de": "Urlaub"}, effect="closes")
    away = availability("00:00-24:00", type="leave", resources=("cabin-2",))
    both = ("cabin-1", "cabin-2")
    beside = replace(ADVICE, resources=("cabin-1",), second=("cabin-2",))
    practice = Practice(availability("08:00-18:00", resources=both), away, types=(*TYPES, leave), templates=(beside,))
    assert reasons(practice, "2026-11-24T08:00", resource="cabin-2") == [("cabin-2", "absence", "Urlaub")]
    beside_them = reasons(practice, "2026-11-25T08:00", template="advice", minutes=None)
    assert beside_them == [("cabin-2", "absence", "Urlaub")], "who comes second counts too"


def test_staff_are_told_of_a_holiday_by_its_name_and_of_a_closed_day(engine: Engine) -> None:
    practice = Practice(
        exceptions=(DateException(resource="cabin-1", day=date(2026, 11, 24)),),
        holidays=frozenset({date(2026, 12, 25)}),
        public_holidays=PublicHolidays(country="DE", subdivision="HH"),
    )
    assert reasons(practice, "2026-11-24T08:00") == [("cabin-1", "exception", "")]
    assert reasons(practice, "2026-12-25T08:00") == [("cabin-1", "holiday", "Erster Weihnachtstag")]


def test_nobody_doubts_blocked_time(practice: Practice) -> None:
    assert reasons(practice, "2026-11-24T20:00", type="blocked", title="Umbau") == []


def test_a_kind_is_booked_only_where_a_resource_carries_it(practice: Practice) -> None:
    for way in (
        practice.creating.look,
        lambda branch, wanted: practice.book("2026-11-24T08:00", resource="group", template="advice"),
    ):
        with pytest.raises(NotForThisResource) as refused:
            way(practice.branch, practice.wanted("2026-11-24T08:00", resource="group", template="advice", minutes=None))
        assert refused.value.fields == {"resource": "does not carry this kind of appointment"}
    assert practice.held("group") == {}


def test_a_kind_moves_only_to_where_a_resource_carries_it(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None)
    appointment = practice.read(one.id)
    with pytest.raises(NotForThisResource):
        practice.actions.move(seen(appointment), Move(resource="group"), STAFF)
    assert practice.read(appointment) == appointment
    assert practice.actions.move(seen(appointment), Move(resource="cabin-2"), STAFF).resource == "cabin-2"


def test_free_times_of_a_kind_are_sought_only_where_a_resource_carries_it(practice: Practice) -> None:
    with pytest.raises(NotForThisResource):
        practice.calendar.free(practice.branch, FreeTimeSearch(resources=["cabin-1", "group"], template="advice"))


def test_taken_units_are_taken_for_staff_too_up_to_the_capacity(practice: Practice) -> None:
    for resource, outcomes in (("cabin-1", ["booked", "slot_taken"]), ("group", ["booked", "booked", "slot_taken"])):
        ones = [practice.book("2026-11-24T08:00", resource=resource)[0] for _ in outcomes]
        assert [one.outcome for one in ones] == outcomes
    assert practice.is_sound()


def test_what_stands_in_a_lane_above_a_capacity_that_was_lowered_is_taken_for_staff(practice: Practice) -> None:
    """A booking by settings that were read before the capacity was lowered may have come to stand there (R14, R18)."""
    held = appointment(branch=practice.branch)
    practice.table.write(made(replace(held, holds=in_lane(1, "cabin-1", held.units))))
    [one] = practice.book("2026-11-24T08:10")
    assert one.outcome == "slot_taken"


def test_a_series_shows_its_clashes_before_and_books_the_rest(practice: Practice) -> None:
    practice.request("2026-12-08T08:10")
    series: dict[str, Any] = {"times": 4, "weeks": 1}
    looked = practice.creating.look(practice.branch, practice.wanted("2026-11-24T08:00", **series))
    assert [one.outcome for one in looked] == ["free", "free", "slot_taken", "free"]
    booked = practice.book("2026-11-24T08:00", **series)
    assert [one.outcome for one in booked] == ["booked", "booked", "slot_taken", "booked"]
    assert [shown(one.start) for one in booked][-1] == "2026-12-15T08:00"
    assert practice.is_sound()


def test_a_series_leaves_out_the_days_that_staff_name(practice: Practice) -> None:
    booked = practice.book("2026-11-24T08:00", times=3, left_out=frozenset({date(2026, 11, 24), date(2026, 12, 1)}))
    assert [(shown(one.start), one.outcome) for one in booked] == [("2026-12-08T08:00", "booked")]
    assert practice.is_sound()
    with pytest.raises(Invalid) as refused:
        practice.book("2026-11-24T08:00", times=2, left_out=frozenset({date(2026, 11, 24), date(2026, 12, 1)}))
    assert list(refused.value.fields) == ["repeat.left_out"]


def test_a_series_keeps_its_wall_time_over_a_change_of_clocks(practice: Practice) -> None:
    booked = practice.book("2027-03-22T08:00", times=2)
    assert [shown(one.start) for one in booked] == ["2027-03-22T08:00", "2027-03-29T07:00"]


def test_the_same_key_books_nothing_twice_and_another_request_with_it_is_refused(practice: Practice) -> None:
    key = secrets.token_hex(16)
    first = practice.book("2026-11-24T08:00", key, times=2)
    assert practice.book("2026-11-24T08:00", key, times=2) == first
    with pytest.raises(IdempotencyKeyReused):
        practice.book("2026-11-24T08:00", key, title="Bernd Meyer")
    assert sum(map(len, practice.held().values())) == 6


def test_blocked_time_holds_its_units_and_stands_for_nobody(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T08:00", type="blocked", minutes=120, title="Wartung")
    appointment = practice.read(one.id)
    assert (appointment.type, appointment.name, appointment.customer, appointment.status) == (
        "blocked",
        "Wartung",
        None,
        "confirmed",
    )
    assert practice.book("2026-11-24T09:00")[0].outcome == "slot_taken"


def test_blocked_time_of_over_500_minutes_becomes_an_absence(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T07:00", type="blocked", minutes=505, title="Umbau")
    assert (one.outcome, one.id, practice.held()) == ("absence", None, {})
    away = practice.calendar.days(practice.branch, None, 3).hours
    assert ("cabin-1", (at("2026-11-24T07:00"), at("2026-11-24T15:25"))) in [
        (each.resource, each.span) for each in away if each.closure
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": None}, "customer"),
        ({"minutes": None}, "minutes"),
        ({"resource": "cabin-9"}, "resource"),
        ({"template": "nothing"}, "template"),
        ({"type": "blocked", "template": "advice"}, "template"),
        ({"customer": "c-1"}, "customer"),
        ({"type": "blocked", "customer": "c-1"}, "customer"),
        ({"minutes": 33}, "end"),
        ({"language": "fr"}, "language"),
    ],
)
def test_bad_input_is_refused_by_its_field_and_books_nothing(practice: Practice, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        practice.book("2026-11-24T08:00", **fields)
    assert field in refused.value.fields
    assert practice.held() == {}


def test_a_customer_of_another_branch_is_refused(practice: Practice) -> None:
    with pytest.raises(Invalid):
        practice.book("2026-11-24T08:00", customer=Practice().customer().id)


def test_32_of_the_staff_who_book_one_time_at_once_book_it_once(practice: Practice) -> None:
    results = together(32, lambda number: practice.book("2026-11-24T08:00", title=f"Nummer {number}")[0].outcome)
    assert Counter(results) == {"booked": 1, "slot_taken": 31}
    assert practice.is_sound()


def test_a_second_resource_is_taken_too_where_the_template_asks_for_one(engine: Engine) -> None:
    practice = Practice()
    both = replace(practice.settings.templates[0], second=("group",))
    practice.table.replace_settings(replace(practice.settings, templates=(both,)))
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None)
    assert practice.read(one.id).second == "group"
    assert practice.held("group")


def with_seconds(engine: Engine, *availabilities: Availability) -> Practice:
    """Advice at the first cabin, with the second cabin or the group beside."""
    beside = replace(ADVICE, resources=("cabin-1",), second=("cabin-2", "group"))
    return Practice(*availabilities, templates=(beside,))


def test_staff_choose_who_comes_second(engine: Engine) -> None:
    practice = with_seconds(engine)
    for start, second in (("2026-11-24T08:00", "cabin-2"), ("2026-11-24T09:30", "group")):
        [one] = practice.book(start, template="advice", minutes=None, second=second)
        assert practice.read(one.id).second == second
    practice.book("2026-11-24T12:00", resource="cabin-2")
    [taken] = practice.book("2026-11-24T12:00", template="advice", minutes=None, second="cabin-2")
    assert taken.outcome == "slot_taken", "nobody else is taken instead"
    assert practice.is_sound()


@pytest.mark.parametrize(("template", "second"), [("advice", "cabin-1"), ("advice", "cabin-9"), (None, "cabin-2")])
def test_who_may_not_come_second_is_refused(engine: Engine, template: str | None, second: str) -> None:
    practice = with_seconds(engine)
    with pytest.raises(NotForThisResource) as refused:
        practice.book("2026-11-24T08:00", template=template, minutes=30, second=second)
    assert list(refused.value.fields) == ["second"]
    assert practice.held() == {}


def test_staff_are_given_a_second_resource_that_works_then_and_has_the_least_to_do(engine: Engine) -> None:
    practice = with_seconds(engine)
    practice.book("2026-11-24T14:00", resource="cabin-2")
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None)
    assert practice.read(one.id).second == "group", "cabin-2 comes first in the order, but has more to do"
    away = absence("08:00-12:00", resources=("group",))
    practice = with_seconds(engine, availability("08:00-18:00", resources=("cabin-1", "cabin-2", "group")), away)
    practice.book("2026-11-24T14:00", resource="cabin-2")
    [one] = practice.book("2026-11-24T08:00", template="advice", minutes=None)
    assert practice.read(one.id).second == "cabin-2", "the group has less to do, but is away"


def test_blocked_time_that_becomes_an_absence_is_not_repeated_in_silence(practice: Practice) -> None:
    wanted: dict[str, Any] = {"type": "blocked", "minutes": 600, "times": 3, "title": None}
    for ask in (practice.book, lambda start, **each: practice.creating.look(practice.branch, practice.wanted(start, **each))):
        with pytest.raises(Invalid) as refused:
            ask("2026-11-24T08:00", **wanted)
        assert list(refused.value.fields) == ["repeat"]
    assert practice.table.settings_now(practice.branch) == practice.settings
