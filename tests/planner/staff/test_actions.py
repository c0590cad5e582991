"""What staff do with an appointment, on a real engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, NotFound, NotStarted, SlotTaken
from chalicelib.domain.mail import Mail
from chalicelib.domain.status import Status
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import Move
from infra.local.engine import Engine
from tests.builders import NOW, at, seen
from tests.planner.practice import STAFF, Practice

MAIL, CALL = Tell("email"), Tell("phone", "Bitte nach 16 Uhr")


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def test_confirming_says_whom_it_is_for_tells_the_customer_and_ticks_the_request_off(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer()
    assert practice.waiting() == [("request", appointment.id)]
    after = practice.actions.answer(seen(appointment), "confirmed", STAFF, customer=customer.id, tell=Tell("email", "Bis dann"))
    assert after == practice.read(appointment)
    assert (after.status, after.customer, after.name) == ("confirmed", customer.id, "Meyer, Anna")
    assert [(each.kind, each.channel, each.note) for each in practice.messages(appointment)] == [
        ("confirmed", "email", "Bis dann")
    ]
    assert practice.waiting() == []


def test_the_history_says_who_did_what_and_names_fields_but_no_person(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer()
    practice.actions.answer(seen(appointment), "confirmed", STAFF, customer=customer.id)
    first, second = practice.history(appointment)
    assert (first.what, first.by) == ("requested", "customer")
    assert (second.what, second.by, second.fields, second.at) == ("confirmed", STAFF, ("status", "customer"), practice.now)
    assert "Meyer" not in repr(second)


def test_whoever_read_an_older_version_hears_so_and_nothing_is_owed(practice: Practice) -> None:
    appointment = practice.request()
    practice.actions.answer(seen(appointment), "confirmed", STAFF)
    with pytest.raises(ChangedMeanwhile):
        practice.actions.answer(seen(appointment), "cancelled", "staff-2", tell=MAIL)
    assert practice.read(appointment).status == "confirmed"
    assert practice.messages(appointment) == []


def test_an_appointment_of_another_branch_is_not_found(practice: Practice) -> None:
    appointment = practice.request()
    with pytest.raises(NotFound):
        practice.actions.answer(replace(seen(appointment), branch=Practice().branch), "confirmed", STAFF)


def test_a_customer_of_another_branch_is_refused_and_nothing_changes(practice: Practice) -> None:
    appointment, stranger = practice.request(), Practice().customer()
    with pytest.raises(Invalid) as refused:
        practice.actions.answer(seen(appointment), "confirmed", STAFF, customer=stranger.id)
    assert refused.value.fields == {"customer": "is not one of the branch's"}
    with pytest.raises(Invalid) as refused:
        practice.actions.match(seen(appointment), stranger.id, STAFF)
    assert refused.value.fields == {"customer": "is not one of the branch's"}
    assert practice.read(appointment) == appointment


def test_declining_keeps_the_reason_and_frees_the_time(practice: Practice) -> None:
    appointment = practice.request()
    after = practice.actions.answer(seen(appointment), "declined", STAFF, reason="Die Praxis ist geschlossen", tell=MAIL)
    assert (after.status, after.reason, practice.held()) == ("declined", "Die Praxis ist geschlossen", {})
    assert [each.kind for each in practice.messages(appointment)] == ["declined"]


def test_what_was_declined_can_be_confirmed_after_all_if_its_time_is_still_free(practice: Practice) -> None:
    appointment = practice.request()
    declined = practice.actions.answer(seen(appointment), "declined", STAFF, reason="voll")
    again = practice.actions.answer(seen(declined), "confirmed", STAFF)
    assert (again.status, again.reason, again.holds) == ("confirmed", None, appointment.holds)
    other = practice.request("2026-11-25T08:00")
    gone = practice.actions.answer(seen(other), "cancelled", STAFF)
    practice.request("2026-11-25T08:15")
    with pytest.raises(SlotTaken):
        practice.actions.answer(seen(gone), "confirmed", STAFF)
    assert practice.is_sound()


AFTERWARDS = NOW + timedelta(days=2)
"""When the request of Tuesday has begun."""


@pytest.mark.parametrize(
    "way", [("done", "no_show", "done"), ("confirmed", "no_show", "confirmed"), ("confirmed", "done", "confirmed", "no_show")]
)
def test_a_visit_is_marked_and_marked_back(practice: Practice, way: tuple[Status, ...]) -> None:
    appointment = practice.request()
    practice.now = AFTERWARDS
    for status in way:
        appointment = practice.actions.answer(seen(appointment), status, STAFF)
    assert appointment.status == way[-1]
    assert practice.held()


def test_what_the_table_of_states_does_not_allow_is_refused_by_its_field(practice: Practice) -> None:
    appointment = practice.request()
    practice.now = AFTERWARDS
    appointment = practice.actions.answer(seen(appointment), "done", STAFF)
    with pytest.raises(Invalid) as refused:
        practice.actions.answer(seen(appointment), "proposed", STAFF)
    assert refused.value.fields == {"status": "cannot follow done"}


@pytest.mark.parametrize("status", ["done", "no_show"])
def test_nobody_came_or_missed_an_appointment_before_its_start(practice: Practice, status: Status) -> None:
    appointment = practice.request(status="confirmed")
    practice.now = datetime.fromtimestamp(appointment.start * 60 - 1, UTC)
    with pytest.raises(NotStarted):
        practice.actions.answer(seen(appointment), status, STAFF)
    assert practice.read(appointment) == appointment
    practice.now += timedelta(seconds=1)
    assert practice.actions.answer(seen(appointment), status, STAFF).status == status


@pytest.mark.parametrize("status", ["done", "no_show"])
def test_what_is_over_is_not_moved_to_where_it_would_not_have_begun(practice: Practice, status: Status) -> None:
    appointment = practice.request(status="confirmed")
    practice.now = AFTERWARDS
    appointment = practice.actions.answer(seen(appointment), status, STAFF)
    with pytest.raises(NotStarted):
        practice.actions.move(seen(appointment), Move(start=at("2026-11-27T08:00")), STAFF)
    assert practice.read(appointment) == appointment
    moved = practice.actions.move(seen(appointment), Move(start=at("2026-11-24T09:00")), STAFF)
    assert (moved.status, moved.start) == (status, at("2026-11-24T09:00"))


def test_whether_somebody_came_is_asked_after_the_start_of_what_was_confirmed(practice: Practice) -> None:
    answered, unanswered = practice.request(status="confirmed"), practice.request("2026-11-24T09:00")
    [blocked] = practice.book("2026-11-24T10:00", type="blocked")
    before = [practice.calendar.detail(practice.branch, each).may for each in (answered.id, unanswered.id, blocked.id)]
    assert before == [["cancelled"], ["confirmed", "declined", "cancelled"], ["cancelled"]]
    practice.now = AFTERWARDS
    after = [practice.calendar.detail(practice.branch, each).may for each in (answered.id, unanswered.id, blocked.id)]
    assert after == [["done", "no_show", "cancelled"], *before[1:]]
    practice.actions.answer(seen(answered), "no_show", STAFF)
    assert practice.calendar.detail(practice.branch, answered.id).may == ["confirmed", "done"]


def test_a_move_to_another_resource_at_the_same_time_says_that_the_time_stays(practice: Practice) -> None:
    appointment = practice.request(status="confirmed")
    shown = practice.actions.preview(seen(appointment), "moved", MAIL, practice.office.compose(), Move(resource="cabin-2"))
    assert isinstance(shown, Mail)
    assert "Die Zeit bleibt" in shown.text
    assert "verschoben" not in shown.text
    practice.actions.move(
        seen(appointment), Move(start=appointment.start, end=appointment.end, resource="cabin-2"), STAFF, MAIL
    )
    assert [each.kind for each in practice.messages(appointment)] == ["reassigned"]


def test_a_move_to_another_resource_and_length_is_one_write_that_tells_once(practice: Practice) -> None:
    appointment = practice.request()
    to = Move(start=at("2026-11-24T10:00"), end=at("2026-11-24T11:15"), resource="cabin-2")
    moved = practice.actions.move(seen(appointment), to, STAFF, MAIL)
    assert (moved.resource, moved.end - moved.start, moved.status) == ("cabin-2", 75, "proposed")
    assert (practice.held("cabin-1"), sum(map(len, practice.held("cabin-2").values()))) == ({}, 15)
    assert [each.kind for each in practice.messages(appointment)] == ["moved"]
    assert practice.history(appointment)[-1].fields == ("start", "end", "resource")
    assert practice.waiting() == [("request", appointment.id)], "a request that was moved is not answered yet"


@pytest.mark.parametrize(
    ("to", "field"),
    [
        (Move(start=at("2026-11-24T10:00") + 3), "start"),
        (Move(end=at("2026-11-24T08:00")), "end"),
        (Move(end=at("2026-11-24T16:25")), "end"),
        (Move(resource="cabin-9"), "resource"),
    ],
)
def test_a_place_that_cannot_be_is_refused_by_its_field(practice: Practice, to: Move, field: str) -> None:
    appointment = practice.request()
    with pytest.raises(Invalid) as refused:
        practice.actions.move(seen(appointment), to, STAFF)
    assert field in refused.value.fields
    assert practice.read(appointment) == appointment


def test_nobody_is_moved_onto_taken_units_but_the_capacity_counts(practice: Practice) -> None:
    appointment = practice.request()
    practice.request(resource="group")
    practice.request("2026-11-24T08:15", resource="cabin-2")
    with pytest.raises(SlotTaken):
        practice.actions.move(seen(appointment), Move(resource="cabin-2"), STAFF)
    assert practice.actions.move(seen(appointment), Move(resource="group"), STAFF).resource == "group"
    assert practice.is_sound()


def test_staff_may_move_to_times_that_customers_could_not_choose(practice: Practice) -> None:
    appointment = practice.request()
    assert practice.actions.move(seen(appointment), Move(start=at("2026-11-24T21:30")), STAFF).start == at("2026-11-24T21:30")


def test_matching_gives_the_customer_s_name_and_taking_it_back_the_request_s(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer()
    matched = practice.actions.match(seen(appointment), customer.id, STAFF)
    assert (matched.customer, matched.name, matched.status) == (customer.id, "Meyer, Anna", "proposed")
    back = practice.actions.match(seen(matched), None, STAFF)
    assert (back.customer, back.name) == (None, "Mustermann")


def test_who_booked_for_another_is_told_and_the_other_is_named(practice: Practice) -> None:
    comment = Comment(last_name="Weber", email="tochter@example.org", visitor_last_name="Schulz", visitor_first_name="Else")
    appointment = practice.request(comment=comment, name=comment.name)
    mother = practice.customer(last_name="Schulz", first_name="Else", email="else@example.org")
    after = practice.actions.answer(seen(appointment), "confirmed", STAFF, customer=mother.id)
    shown = practice.actions.preview(seen(after), "told", MAIL, practice.office.compose(), Move())
    assert (after.name, shown.to) == ("Schulz, Else", "tochter@example.org")


def test_a_call_waits_in_the_inbox_with_what_staff_noted(practice: Practice) -> None:
    appointment = practice.request(comment=Comment(last_name="Weber", email="w@example.org", phone="+49 40 1234567"))
    practice.actions.answer(seen(appointment), "confirmed", STAFF, tell=CALL)
    [entry] = practice.table.inbox(practice.branch)
    assert (entry.kind, entry.appointment, entry.note) == ("call_back", appointment.id, "Bitte nach 16 Uhr")
    assert practice.messages(appointment) == []


@pytest.mark.parametrize("channel", ["sms", "phone"])
def test_nobody_is_told_in_a_way_that_there_is_no_number_for(practice: Practice, channel: str) -> None:
    appointment = practice.request()
    with pytest.raises(Invalid) as refused:
        practice.actions.answer(seen(appointment), "confirmed", STAFF, tell=Tell(channel))  # type: ignore[arg-type]  # by a parameter
    assert "tell.channel" in refused.value.fields
    assert practice.read(appointment) == appointment


def test_telling_changes_nothing_but_the_version_and_the_history(practice: Practice) -> None:
    appointment = practice.request()
    after = practice.actions.tell(seen(appointment), MAIL, STAFF)
    assert after == replace(appointment, version=2)
    assert [each.kind for each in practice.messages(appointment)] == ["told"]
    assert practice.history(appointment)[-1].what == "told"


def test_the_message_is_shown_as_it_would_go_out_and_nothing_is_stored(practice: Practice) -> None:
    appointment = practice.request()
    to = Move(start=at("2026-11-26T13:00"))
    shown = practice.actions.preview(seen(appointment), "moved", Tell("email", "Danke!"), practice.office.compose(), to)
    assert shown.to == "erika@example.org"
    assert "14:00" in shown.text
    assert "Danke!" in shown.text
    assert practice.read(appointment) == appointment
    assert practice.messages(appointment) == []


def test_an_sms_is_only_for_numbers_that_it_reaches(practice: Practice) -> None:
    fixed, mobile = (
        practice.request(f"2026-11-24T{hour}:00", comment=Comment(last_name="Weber", email="w@example.org", phone=phone))
        for hour, phone in (("08", "+49 40 66969 123"), ("09", "0171 3920 123"))
    )
    with pytest.raises(Invalid):
        practice.actions.tell(seen(fixed), Tell("sms"), STAFF)
    practice.actions.tell(seen(mobile), Tell("sms"), STAFF)
    assert [each.channel for each in practice.messages(mobile)] == ["sms"]


@pytest.mark.parametrize("kind", ["moved", "declined"])
def test_a_preview_of_what_is_not_allowed_any_more_says_why(practice: Practice, kind: Any) -> None:
    cancelled = practice.request(status="cancelled", holds={})
    with pytest.raises(Invalid) as refusal:
        practice.actions.preview(seen(cancelled), kind, MAIL, practice.office.compose(), Move())
    assert set(refusal.value.fields) == {"status"}


def test_a_preview_has_the_reason_that_would_be_told(practice: Practice) -> None:
    appointment = practice.request()
    shown = practice.actions.preview(
        seen(appointment), "declined", MAIL, practice.office.compose(), Move(), "Die Praxis ist geschlossen"
    )
    assert "Die Praxis ist geschlossen" in shown.text


def test_blocked_time_is_for_nobody_also_when_it_comes_back(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T08:00", type="blocked", title="Inventur")
    appointment = practice.actions.answer(seen(practice.read(one.id)), "cancelled", STAFF)
    with pytest.raises(Invalid) as refused:
        practice.actions.answer(seen(appointment), "confirmed", STAFF, customer=practice.customer().id)
    assert (list(refused.value.fields), practice.read(appointment)) == (["customer"], appointment)


def test_what_was_cancelled_does_not_come_back_to_a_resource_that_is_gone(practice: Practice) -> None:
    appointment = practice.actions.answer(seen(practice.request()), "cancelled", STAFF)
    left = tuple(each for each in practice.settings.resources if each.id != "cabin-1")
    practice.table.replace_settings(replace(practice.settings, resources=left))
    with pytest.raises(Invalid) as refused:
        practice.actions.answer(seen(appointment), "confirmed", STAFF)
    assert (list(refused.value.fields), practice.read(appointment), practice.held()) == (["resource"], appointment, {})


@pytest.mark.parametrize(
    ("write_to", "address"), [(None, "erika@example.org"), ("requester", "erika@example.org"), ("customer", "neu@example.org")]
)
def test_who_asked_is_written_to_unless_staff_choose_the_customer(practice: Practice, write_to: Any, address: str) -> None:
    appointment, customer = practice.request(), practice.customer(email="neu@example.org")
    compose = practice.office.compose()
    shown = practice.actions.preview(seen(appointment), "told", MAIL, compose, Move(), customer=customer.id, write_to=write_to)
    matched = practice.actions.match(seen(appointment), customer.id, STAFF, write_to)
    assert [shown.to, practice.actions.preview(seen(matched), "told", MAIL, compose, Move()).to] == [address, address]


def test_of_the_two_only_the_chosen_one_s_ways_can_be_used(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer(phone="+49 171 3920 123")
    with pytest.raises(Invalid) as refusal:
        practice.actions.answer(seen(appointment), "confirmed", STAFF, customer=customer.id, tell=Tell("phone"))
    assert list(refusal.value.fields) == ["tell.channel"]
    practice.actions.answer(
        seen(appointment), "confirmed", STAFF, customer=customer.id, write_to="customer", tell=Tell("phone")
    )
    assert practice.waiting() == [("call_back", appointment.id)]
    assert [each.phone for each in practice.calendar.inbox(practice.branch, None, 50).waiting] == ["+49 171 3920 123"]


def test_whom_to_write_to_is_chosen_with_a_customer(practice: Practice) -> None:
    appointment = practice.request()
    with pytest.raises(Invalid) as refusal:
        practice.actions.match(seen(appointment), None, STAFF, "customer")
    assert list(refusal.value.fields) == ["write_to"]
    assert practice.read(appointment) == appointment


def test_whom_it_is_for_and_who_is_written_to_stand_in_the_history(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer()
    practice.actions.match(seen(appointment), customer.id, STAFF, "customer")
    assert practice.history(appointment)[-1].fields == ("customer", "write_to")
    assert practice.read(appointment).write_to == "customer"


def test_a_message_stays_meant_for_whom_it_was_written_to_when_staff_choose_anew(practice: Practice) -> None:
    appointment, customer = practice.request(), practice.customer()
    practice.actions.match(seen(appointment), customer.id, STAFF, "customer")
    practice.actions.tell(practice.seen(appointment), MAIL, STAFF)
    practice.actions.match(practice.seen(appointment), customer.id, STAFF)
    practice.actions.tell(practice.seen(appointment), MAIL, STAFF)
    assert [each.reader for each in practice.messages(appointment)] == ["customer", "requester"]


def test_blocked_time_has_no_link_to_void(practice: Practice) -> None:
    [one] = practice.book("2026-11-24T08:00", type="blocked", title="Inventur")
    appointment = practice.read(one.id)
    with pytest.raises(Invalid):
        practice.actions.void_link(seen(appointment), STAFF)
