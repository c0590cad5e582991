"""What staff look at, on a real engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.settings import PublicHolidays
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import Move
from chalicelib.planner.staff.free import MOST_STRIDES, FreeTimeSearch
from infra.local.engine import Engine
from tests.builders import absence, at, availability, seen, shown
from tests.planner.practice import ADVICE, STAFF, Practice

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def test_a_request_stands_in_the_planner_the_moment_it_is_made(practice: Practice) -> None:
    appointment = practice.request(name="Mustermann")
    [planned] = practice.calendar.days(practice.branch, TUESDAY, 1).appointments
    assert (planned.id, planned.status, planned.name, planned.version) == (appointment.id, "proposed", "Mustermann", 1)


def test_the_days_have_what_reaches_into_them_from_before_and_nothing_else(practice: Practice) -> None:
    into = practice.request("2026-11-23T22:45", length=30)
    practice.request("2026-11-23T22:00", resource="cabin-2", length=60)
    by_its_buffer = practice.request("2026-11-24T23:05", preparation=10, resource="group")
    practice.request("2026-11-24T23:00", resource="cabin-2")
    found = practice.calendar.days(practice.branch, TUESDAY, 1).appointments
    assert {each.id for each in found} == {into.id, by_its_buffer.id}


def test_hours_and_absences_stand_behind_the_appointments(engine: Engine) -> None:
    practice = Practice(availability("08:00-18:00"), absence("12:00-13:00"))
    hours = practice.calendar.days(practice.branch, TUESDAY, 1).hours
    assert [(bool(each.closure), shown(each.span[0]), shown(each.span[1])) for each in hours] == [
        (False, "2026-11-24T07:00", "2026-11-24T11:00"),
        (False, "2026-11-24T12:00", "2026-11-24T17:00"),
        (True, "2026-11-24T11:00", "2026-11-24T12:00"),
    ]


def test_a_holiday_is_shown_by_its_name_in_the_languages_of_the_pages(engine: Engine) -> None:
    christmas = date(2026, 12, 25)
    practice = Practice(holidays=frozenset({christmas}), public_holidays=PublicHolidays(country="DE", subdivision="HH"))
    hours = practice.calendar.days(practice.branch, christmas, 1).hours
    assert {each.closure and each.closure.why for each in hours} == {"holiday"}
    assert [dict(each.closure.name) for each in hours if each.closure and each.resource == "cabin-1"] == [
        {"de": "Erster Weihnachtstag", "en": "Christmas Day"}
    ]


@pytest.mark.parametrize(
    ("first", "days", "field"), [(TUESDAY, 0, "days"), (TUESDAY, 43, "days"), (date(1999, 1, 1), 1, "from")]
)
def test_days_that_cannot_be_shown_are_refused_by_their_field(practice: Practice, first: date, days: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        practice.calendar.days(practice.branch, first, days)
    assert list(refused.value.fields) == [field]


def test_one_appointment_is_shown_with_its_customer_history_messages_and_what_may_follow(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer(phone="+49 171 3920 123")
    asked = practice.calendar.detail(practice.branch, appointment.id, customer=customer.id, write_to="customer")
    practice.actions.answer(
        seen(appointment), "confirmed", STAFF, customer=customer.id, write_to="customer", tell=Tell("email")
    )
    detail = practice.calendar.detail(practice.branch, appointment.id)
    assert (asked.customer, asked.reachable, asked.appointment.reader) == (
        customer,
        detail.reachable,
        detail.appointment.reader,
    )
    assert detail.customer == customer
    assert detail.may == ["cancelled"], "nobody can have missed what has not begun"
    assert detail.reachable == ["email", "sms", "phone"]
    assert [each.what for each in detail.history] == ["requested", "confirmed"]
    assert [each.kind for each in detail.messages if each.event == 2] == ["confirmed"]


def test_an_appointment_of_another_branch_is_not_found(practice: Practice) -> None:
    appointment = practice.request()
    with pytest.raises(NotFound):
        practice.calendar.detail(Practice().branch, appointment.id)


def test_the_inbox_has_the_oldest_first_until_it_is_ticked_off(practice: Practice) -> None:
    later = replace(practice.request("2026-11-25T08:00"))
    practice.now += timedelta(minutes=5)
    appointment = practice.request(
        made_at=practice.now, comment=Comment(last_name="Weber", email="w@example.org", phone="040 1234")
    )
    practice.actions.tell(seen(appointment), Tell("phone"), STAFF)
    waiting = practice.calendar.inbox(practice.branch, None, 50).waiting
    assert [(each.entry.kind, each.entry.appointment) for each in waiting] == [
        ("request", later.id),
        ("call_back", appointment.id),
        ("request", appointment.id),
    ]
    assert waiting[1].phone == "040 1234"
    left = practice.calendar.tick_off(practice.branch, waiting[1].entry.id, None, 50)
    assert [each.entry.id for each in left.waiting] == [waiting[0].entry.id, waiting[2].entry.id]
    assert practice.calendar.tick_off(practice.branch, waiting[1].entry.id, None, 50) == left, "twice is no mistake"


def test_nobody_ticks_off_what_waits_in_another_branch(practice: Practice) -> None:
    appointment = practice.request()
    other = Practice()
    other.calendar.tick_off(other.branch, f"request-{appointment.id}", None, 50)
    assert practice.waiting() == [("request", appointment.id)]


def test_a_request_that_nobody_answered_before_its_start_is_overdue(practice: Practice) -> None:
    practice.request("2026-11-23T07:00")
    practice.request("2026-11-23T08:00")
    practice.now += timedelta(hours=1)
    waiting = practice.calendar.inbox(practice.branch, None, 50).waiting
    assert sorted(each.overdue for each in waiting) == [False, True]


def found(practice: Practice, search: FreeTimeSearch) -> list[tuple[str, str]]:
    """Free times by resource and start."""
    return [(each.resource, shown(each.start)) for each in practice.calendar.free(practice.branch, search).places]


def test_the_next_free_times_of_several_resources_come_in_the_order_of_time(practice: Practice) -> None:
    practice.request("2026-11-24T07:00", resource="cabin-1")
    search = FreeTimeSearch(resources=["cabin-1", "cabin-2"], first=TUESDAY, minutes=30, count=2)
    assert found(practice, search) == [
        ("cabin-2", "2026-11-24T07:00"),
        ("cabin-1", "2026-11-24T07:30"),
        ("cabin-2", "2026-11-24T07:30"),
    ]


def test_free_times_are_sought_on_the_wanted_weekdays_for_the_wanted_length(practice: Practice) -> None:
    search = FreeTimeSearch(resources=["cabin-1"], template="advice", weekdays=frozenset({3}), count=40)
    times = practice.calendar.free(practice.branch, search).places
    assert len(times) == 40
    assert {each.end - each.start for each in times} == {45}
    assert {shown(each.start)[:10] for each in times} >= {"2026-11-25", "2026-12-02"}


def test_free_times_lie_within_the_wanted_time_of_day(practice: Practice) -> None:
    afternoon = FreeTimeSearch(resources=["cabin-1"], first=TUESDAY, minutes=60, earliest=15 * 60, latest=17 * 60, count=4)
    assert [start[5:] for _, start in found(practice, afternoon)] == [
        *("11-24T14:00", "11-24T14:30", "11-24T15:00"),  # in Berlin an hour later; the last one ends at 17:00
        "11-25T14:00",
    ]


def test_free_times_go_on_where_an_answer_has_ended_and_no_start_is_cut_in_two(practice: Practice) -> None:
    search = FreeTimeSearch(resources=["cabin-1", "cabin-2"], first=TUESDAY, minutes=30, count=3)
    first = practice.calendar.free(practice.branch, search)
    assert first.after == first.places[-1].start
    assert [len(found(practice, replace(search, after=after))) for after in (None, first.after)] == [6, 6]
    both = found(practice, search) + found(practice, replace(search, after=first.after))
    assert both == found(practice, replace(search, count=6))


def test_a_search_reads_so_many_days_at_once_and_tells_where_to_go_on(engine: Engine) -> None:
    far = date(2027, 6, 1)
    practice = Practice(availability("08:00-09:00", valid_from=far, valid_until=far))
    search = FreeTimeSearch(resources=["cabin-1"], minutes=30, count=5, everything=True)
    answers = [practice.calendar.free(practice.branch, search)]
    while answers[-1].after is not None:
        answers.append(practice.calendar.free(practice.branch, replace(search, after=answers[-1].after)))
    assert shown(answers[0].after or 0) == shown(at("2026-11-22T22:59") + MOST_STRIDES * 28 * 1440)
    assert [len(each.places) for each in answers] == [0, 2, 0, 0, 0, 0, 0]


def test_of_two_persons_of_whom_each_may_come_second_each_pair_comes_once(engine: Engine) -> None:
    three = ("cabin-1", "cabin-2", "group")
    practice = Practice(templates=(replace(ADVICE, resources=three, second=three),))
    practice.request("2026-11-24T08:00", resource="cabin-2")
    search = FreeTimeSearch(resources=three, first=TUESDAY, template="advice", earliest=9 * 60, latest=11 * 60)
    places = practice.calendar.free(practice.branch, search).places
    tuesday = [(each.resource, each.second) for each in places if each.start == at("2026-11-24T08:00")]
    assert tuesday == [("cabin-1", ("group",))], "the second cabin is taken"
    wednesday = [(each.resource, each.second) for each in places if each.start == at("2026-11-25T08:00")]
    assert wednesday == [("cabin-1", ("cabin-2", "group")), ("cabin-2", ("group",))]


@pytest.mark.parametrize(
    ("branch", "kind", "usual"),
    [
        ({"lead_hours": 72}, {}, ["2026-11-26"]),
        ({}, {"lead_hours": 72}, ["2026-11-26"]),
        ({"lead_hours": 72}, {"most_a_day": 0}, []),
    ],
)
def test_staff_may_search_where_customers_may_not(
    engine: Engine, branch: dict[str, Any], kind: dict[str, Any], usual: list[str]
) -> None:
    """Neither the branch's rules nor those of a kind bind them (R38)."""
    practice = Practice(templates=(replace(ADVICE, **kind),), **branch)
    search = FreeTimeSearch(resources=["cabin-1"], template="advice", count=1)
    days = [[start[:10] for _, start in found(practice, replace(search, everything=each))] for each in (False, True)]
    assert days == [usual, ["2026-11-23"]]


@pytest.mark.parametrize(
    ("search", "field"),
    [
        (FreeTimeSearch(resources=[]), "resources"),
        (FreeTimeSearch(resources=["cabin-9"]), "resources"),
        (FreeTimeSearch(resources=["cabin-1"], template="nothing"), "template"),
        (FreeTimeSearch(resources=["cabin-1"], count=51), "count"),
        (FreeTimeSearch(resources=["cabin-1"], minutes=33), "duration"),
        (FreeTimeSearch(resources=["cabin-1"], earliest=600, latest=600), "latest"),
    ],
)
def test_a_search_that_cannot_be_is_refused_by_its_field(practice: Practice, search: FreeTimeSearch, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        practice.calendar.free(practice.branch, search)
    assert list(refused.value.fields) == [field]


def test_a_moved_appointment_is_where_it_was_moved_and_nowhere_else(practice: Practice) -> None:
    appointment = practice.request()
    practice.actions.move(seen(appointment), Move(start=at("2026-12-01T08:00"), resource="cabin-2"), STAFF)
    assert practice.calendar.days(practice.branch, TUESDAY, 1).appointments == []
    [planned] = practice.calendar.days(practice.branch, date(2026, 12, 1), 1).appointments
    assert planned.resource == "cabin-2"


def test_a_resource_that_is_asked_for_twice_is_searched_once(practice: Practice) -> None:
    times = found(practice, FreeTimeSearch(resources=["cabin-1", "cabin-1"], count=4))
    assert len(times) == len(set(times)) == 4
