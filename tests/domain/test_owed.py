"""What an appointment owes by the clock, and when (R26, R29, R30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.appointment import Appointment, released
from chalicelib.domain.comment import Comment
from chalicelib.domain.moments import to_local, to_text
from chalicelib.domain.outbox import Message
from chalicelib.domain.owed import (
    bared,
    due_of,
    is_bare,
    is_too_late,
    owes_otherwise,
    reminders,
    reminders_now,
    rest_around,
    task_of,
)
from chalicelib.domain.settings import Settings
from tests.builders import NOW, appointment, at, branch, message, settings

DAY = timedelta(days=1)
WEEK_LATER = "2026-11-30T09:00"
"""A Monday, 10:00 in Berlin."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def wanted(start: str = WEEK_LATER, **fields: Any) -> Appointment:
    """A confirmed appointment of half an hour whose customer ticked the box."""
    comment = Comment(last_name="Mustermann", email="erika@example.org", remind=True)
    given: dict[str, Any] = {"status": "confirmed", "comment": comment} | fields
    return appointment(start=at(start), end=at(start) + 30, **given)


def when(appointment: Appointment, its_settings: Settings) -> list[str]:
    """From when until when its reminders go out, in the order of the branch's hours."""
    return [f"{to_text(first)[:16]} {to_text(last)[11:16]}" for _, first, last in reminders(appointment, its_settings)]


# Reminders: when.


def test_a_reminder_goes_out_its_hours_before_the_visit_and_up_to_an_hour_late() -> None:
    assert when(wanted(), settings(reminder_hours=(24,))) == ["2026-11-29T09:00 10:00"]


def test_the_one_of_one_hour_is_at_most_half_an_hour_late() -> None:
    assert when(wanted(), settings(reminder_hours=(1,))) == ["2026-11-30T08:00 08:30"]


def test_what_falls_into_the_night_rest_goes_out_before_it_begins() -> None:
    """07:00 to 08:00 in Berlin belongs to the rest, which began at 20:00 the evening before."""
    assert when(wanted("2026-11-30T06:30"), settings(reminder_hours=(24,))) == ["2026-11-28T18:30 19:00"]


def test_a_reminder_that_would_be_late_in_the_night_rest_ends_where_it_begins() -> None:
    assert when(wanted("2026-11-30T18:30"), settings(reminder_hours=(24,))) == ["2026-11-29T18:30 19:00"]


def test_the_rest_s_begin_belongs_to_it_and_its_end_does_not() -> None:
    branch_settings = settings(night_from=20 * 60, night_until=8 * 60)
    assert rest_around(at("2026-11-29T19:00"), branch_settings.branch, branch_settings.zone) == (
        at("2026-11-29T19:00"),
        at("2026-11-30T07:00"),
    )
    assert rest_around(at("2026-11-30T07:00"), branch_settings.branch, branch_settings.zone) is None


def test_a_rest_within_one_day_is_kept_too() -> None:
    branch_settings = settings(night_from=12 * 60, night_until=14 * 60)
    assert rest_around(at("2026-11-29T11:30"), branch_settings.branch, branch_settings.zone) == (
        at("2026-11-29T11:00"),
        at("2026-11-29T13:00"),
    )
    assert rest_around(at("2026-11-29T10:59"), branch_settings.branch, branch_settings.zone) is None


def test_without_a_night_rest_a_reminder_goes_out_at_any_hour() -> None:
    branch_settings = settings(reminder_hours=(24,), night_from=0, night_until=0)
    assert when(wanted("2026-11-30T02:00"), branch_settings) == ["2026-11-29T02:00 03:00"]


def test_where_there_is_rest_all_day_nobody_is_reminded() -> None:
    assert when(wanted(), settings(night_from=0, night_until=1440)) == []


def test_the_rest_is_the_wall_s_in_the_night_when_the_clocks_go_back() -> None:
    """24 hours before 20:30 of 31 October 2027 is 21:30 summer time of the day before, which is in the rest."""
    branch_settings = settings(reminder_hours=(24,))
    assert when(wanted("2027-10-31T19:30"), branch_settings) == ["2027-10-30T17:30 18:00"]
    rest = rest_around(at("2027-10-31T00:30"), branch_settings.branch, branch_settings.zone)
    assert rest is not None
    assert rest[1] - rest[0] == 13 * 60


def test_the_rest_is_an_hour_shorter_when_they_go_forward() -> None:
    branch_settings = settings()
    rest = rest_around(at("2027-03-28T00:30"), branch_settings.branch, branch_settings.zone)
    assert rest is not None
    assert rest[1] - rest[0] == 11 * 60


@given(
    start=st.integers(at("2026-10-20T00:00") // 5, at("2027-11-05T00:00") // 5),
    hours=st.integers(1, 336),
    night=st.tuples(st.integers(0, 288), st.integers(0, 288)),
)
def test_no_reminder_may_go_out_in_the_rest_or_after_the_start(start: int, hours: int, night: tuple[int, int]) -> None:
    branch_settings = settings(reminder_hours=(hours,), night_from=night[0] * 5, night_until=night[1] * 5)
    for _, first, last in reminders(wanted(to_text(start * 5)[:16]), branch_settings):
        assert first < last <= start * 5
        assert first <= start * 5 - hours * 60
        for minute in range(first, last):
            wall = to_local(minute, branch_settings.zone)
            local, (begin, end) = (
                wall.hour * 60 + wall.minute,
                (branch_settings.branch.night_from, branch_settings.branch.night_until),
            )
            if (
                wall.utcoffset()
                == to_local(minute - 120, branch_settings.zone).utcoffset()
                == to_local(minute + 120, branch_settings.zone).utcoffset()
            ):
                assert begin == end or not (begin <= local < end if begin < end else local >= begin or local < end)


# Reminders: of what.


@pytest.mark.parametrize("status", ["proposed", "declined", "cancelled", "expired", "done", "no_show"])
def test_only_confirmed_appointments_are_reminded_of(status: str) -> None:
    assert when(wanted(status=status), settings()) == []


def test_only_who_ticked_the_box_is_reminded() -> None:
    assert when(wanted(comment=Comment(last_name="Mustermann", email="erika@example.org")), settings()) == []
    assert when(wanted(comment=None), settings()) == []


def test_two_hours_make_two_reminders() -> None:
    branch_settings = settings(reminder_hours=(48, 1))
    assert when(wanted(), branch_settings) == ["2026-11-28T09:00 10:00", "2026-11-30T08:00 08:30"]


def test_what_went_out_goes_out_no_more_and_a_new_start_is_reminded_of_anew() -> None:
    branch_settings, once = settings(reminder_hours=(24,)), at("2026-11-29T09:00")
    assert when(wanted(reminded=(once,)), branch_settings) == []
    assert when(wanted("2026-11-30T10:00", reminded=(once,)), branch_settings) == ["2026-11-29T10:00 11:00"]


def test_two_that_the_same_night_rest_moves_are_one_message() -> None:
    """28 and 27 hours before 10:00, in the morning of the day before."""
    branch_settings = settings(reminder_hours=(28, 27))
    both = reminders_now(wanted(), branch_settings, moment("2026-11-28T18:30"))
    assert len({first for _, first, _ in both}) == 1
    assert len(both) == 2


# What is due when.


def test_a_confirmed_visit_is_due_when_it_is_reminded_of() -> None:
    appointment, its_settings = wanted(), settings(reminder_hours=(24,))
    due = due_of(appointment, its_settings, NOW)
    assert due == moment("2026-11-29T09:00")
    assert task_of(appointment, its_settings, due) == "remind"


def test_a_reminder_whose_time_has_passed_is_dropped() -> None:
    appointment, its_settings = wanted(), settings(reminder_hours=(24,))
    late = moment("2026-11-29T10:00")
    assert task_of(appointment, its_settings, late) is None
    assert due_of(appointment, its_settings, late) == moment("2026-12-30T09:30")


def test_one_that_is_a_little_late_still_goes_out() -> None:
    appointment, its_settings = wanted(), settings(reminder_hours=(24,))
    assert task_of(appointment, its_settings, moment("2026-11-29T09:59")) == "remind"


def test_a_request_is_erased_so_many_days_after_the_visit() -> None:
    booked, its_settings = appointment(), settings(comment_days=10)
    due = due_of(booked, its_settings, NOW)
    assert due == moment("2026-11-24T08:30") + 10 * DAY
    assert task_of(booked, its_settings, due - timedelta(minutes=1)) is None
    assert task_of(booked, its_settings, due) == "erase"


@pytest.mark.parametrize("status", ["declined", "cancelled", "expired"])
def test_what_was_declined_or_cancelled_or_has_expired_is_erased_seven_days_later(status: Any) -> None:
    booked, its_settings = released(appointment(), status), settings()
    due = due_of(booked, its_settings, NOW)
    assert due == NOW + 7 * DAY
    assert task_of(replace(booked, due=due), its_settings, due) == "erase"


def test_a_later_change_of_what_was_cancelled_puts_its_erasure_off_no_further() -> None:
    booked = replace(released(appointment(), "cancelled"), due=NOW + 7 * DAY)
    assert due_of(booked, settings(), NOW + 3 * DAY) == NOW + 7 * DAY


def test_a_request_that_expires_is_warned_of_first_and_then_has_the_whole_time_of_the_warning() -> None:
    booked, its_settings = appointment(), settings(expire_after_hours=48, expire_warning_hours=12)
    due = due_of(booked, its_settings, NOW)
    assert due == NOW + timedelta(hours=36)
    assert task_of(booked, its_settings, due) == "warn"
    warned = replace(booked, warned=True, due=None)
    assert due_of(warned, its_settings, due) == NOW + timedelta(hours=48)
    late = NOW + timedelta(hours=100)
    assert due_of(warned, its_settings, late) == late + timedelta(hours=12)


def test_what_is_done_to_a_warned_request_does_not_put_its_expiry_off() -> None:
    booked = replace(appointment(), warned=True, due=NOW + timedelta(hours=48))
    its_settings = settings(expire_after_hours=48, expire_warning_hours=12)
    assert due_of(booked, its_settings, NOW + timedelta(hours=47)) == booked.due
    assert task_of(booked, its_settings, NOW + timedelta(hours=48)) == "expire"


def test_where_expiry_was_switched_off_meanwhile_nothing_is_done() -> None:
    booked = replace(appointment(), warned=True, due=NOW)
    assert task_of(booked, settings(expire_after_hours=None), NOW) is None
    assert due_of(booked, settings(expire_after_hours=None), NOW) == moment("2026-12-24T08:30")


# What is left.


def test_what_is_left_of_a_request_names_nobody_and_opens_nothing() -> None:
    booked = appointment(
        name="Mustermann", reason="krank", note="krank", on_paper=True, hint="laut", counts=(("open", "hash"),), due=NOW
    )
    left = bared(booked)
    assert (left.note, left.on_paper, left.hint) == (None, False, None)
    assert (left.comment, left.name, left.reason, left.counts, left.fingerprint, left.due) == (None, "", None, (), "", None)
    assert left.token_version == booked.token_version + 1
    assert is_bare(left)
    assert due_of(left, settings(), NOW) is None


def test_what_is_left_of_it_counts_in_the_figures_as_before() -> None:
    booked = appointment(status="done", template="advice")
    left = bared(booked)
    kept = ("type", "status", "start", "end", "resource", "template", "holds", "day", "made_at")
    assert [getattr(left, name) for name in kept] == [getattr(booked, name) for name in kept]


def test_whose_it_is_in_the_practice_s_own_records_stays() -> None:
    left = bared(appointment(name="Mustermann", customer="c-1"))
    assert (left.name, left.customer, left.comment) == ("Mustermann", "c-1", None)
    assert is_bare(left)


def test_a_name_that_staff_wrote_of_nobody_s_appointment_is_erased_too() -> None:
    assert not is_bare(appointment(comment=None, name="Frau Meyer", type="appointment", fingerprint=""))


def test_the_title_of_blocked_time_is_nobody_s() -> None:
    blocked = appointment(comment=None, name="Teamsitzung", type="blocked")
    assert due_of(blocked, settings(), NOW) is None


def test_words_that_staff_send_after_the_erasure_are_erased_in_their_turn() -> None:
    left, late = bared(appointment(customer="c-1")), datetime(2027, 6, 1, tzinfo=UTC)
    due = due_of(left, settings(), late, noted=True)
    assert due == late + 7 * DAY
    again = replace(left, due=due)
    assert due_of(again, settings(), late + DAY) == due
    assert task_of(again, settings(), late + 7 * DAY) == "erase"


def test_what_is_left_of_a_request_is_not_cancelled_once_staff_have_moved_it_ahead() -> None:
    left = replace(bared(appointment(customer="c-1", status="confirmed")), due=NOW + 7 * DAY)
    moved = replace(left, start=at("2026-12-20T08:00"), end=at("2026-12-20T08:30"))
    due = due_of(moved, settings(), NOW)
    assert due is not None
    assert due > datetime(2026, 12, 20, 8, 30, tzinfo=UTC)


# What has lost its sense.


def told(kind: Any, appointment: Appointment, **fields: Any) -> Message:
    return message(appointment, kind=kind, **fields)


def test_a_message_goes_out_until_its_time_has_passed() -> None:
    booked = wanted()
    assert is_too_late(told("confirmed", booked, until=NOW), booked, NOW)
    assert not is_too_late(told("confirmed", booked, until=NOW + timedelta(seconds=1)), booked, NOW)
    assert not is_too_late(told("confirmed", booked), booked, NOW)


@pytest.mark.parametrize("change", [{"start": 1}, {"end": 1}, {"status": "cancelled"}])
def test_a_customer_s_move_is_told_only_where_no_other_act_has_followed(change: dict[str, Any]) -> None:
    """R34."""
    booked = wanted()
    move = told("moved", booked, caused_by="anybody")
    assert not is_too_late(move, booked, NOW)
    assert is_too_late(move, replace(booked, **change), NOW)
    assert not is_too_late(told("moved", booked), replace(booked, **change), NOW)


@pytest.mark.parametrize(
    ("kind", "change", "late"),
    [
        ("confirm", {"status": "unconfirmed", "confirm_until": NOW}, False),
        ("confirm", {"confirm_until": None}, True),
        ("notice", {"status": "proposed"}, False),
        ("notice", {"status": "cancelled"}, True),
        ("reminder", {}, False),
        ("reminder", {"comment": None}, True),
        ("reminder", {"comment": Comment(last_name="Mustermann", email="erika@example.org")}, True),
        ("reminder", {"status": "cancelled"}, True),
        ("reminder", {"start": 1}, True),
        ("cancelled", {"status": "confirmed", "comment": None, "start": 1}, False),
    ],
)
def test_a_message_about_what_is_not_so_any_more_is_too_late(kind: Any, change: dict[str, Any], late: bool) -> None:
    booked = wanted()
    assert is_too_late(told(kind, booked), replace(booked, **change), NOW) is late


@pytest.mark.parametrize(
    ("change", "otherwise"),
    [
        ({}, False),
        ({"phone": "+49 40 1"}, False),
        ({"comment_days": 29}, True),
        ({"comment_days": 31}, False),
        ({"reminder_hours": (48, 2)}, True),
        ({"expire_after_hours": 72}, True),
    ],
)
def test_what_is_reckoned_anew_is_what_other_settings_owe_otherwise(change: dict[str, Any], otherwise: bool) -> None:
    before = branch(comment_days=30)
    assert owes_otherwise(before, replace(before, **change)) is otherwise


def test_a_request_that_nobody_confirms_lapses_at_its_time() -> None:
    waiting = appointment(status="unconfirmed", confirm_until=NOW)
    assert due_of(waiting, settings(), NOW) == NOW
    assert task_of(waiting, settings(), NOW) == "lapse"
    assert task_of(waiting, settings(), NOW - timedelta(seconds=1)) is None
    assert task_of(replace(waiting, confirm_until=None), settings(), NOW) is None


def test_only_an_unanswered_request_expires() -> None:
    expiring = settings(expire_after_hours=48, expire_warning_hours=24)
    answered = wanted(status="confirmed", comment=None)
    asked = replace(answered, status="proposed")
    later = asked.made_at + timedelta(hours=30)
    assert task_of(asked, expiring, later) == "warn"
    assert task_of(answered, expiring, later) is None
    assert task_of(asked, expiring, asked.made_at + timedelta(hours=23)) is None
    assert due_of(asked, expiring, asked.made_at) == asked.made_at + timedelta(hours=24)
    assert due_of(answered, expiring, answered.made_at) != answered.made_at + timedelta(hours=24)


def test_once_warned_a_request_expires_after_all_of_its_time() -> None:
    expiring = settings(expire_after_hours=48, expire_warning_hours=24)
    warned = replace(wanted(status="proposed"), warned=True)
    assert due_of(warned, expiring, warned.made_at) == warned.made_at + timedelta(hours=48)
    late = warned.made_at + timedelta(hours=40)
    assert due_of(warned, expiring, late) == late + timedelta(hours=24)


@pytest.mark.parametrize(
    ("fields", "bare"),
    [
        ({}, True),
        ({"comment": Comment(last_name="Mustermann", email="erika@example.org")}, False),
        ({"reason": "krank"}, False),
        ({"note": "krank"}, False),
        ({"note": "krank", "type": "blocked"}, False),
        ({"fingerprint": "f"}, False),
        ({"name": "Mustermann"}, False),
        ({"name": "Mustermann", "customer": "c-1"}, True),
        ({"reason": "Urlaub", "type": "blocked"}, True),
    ],
)
def test_bare_is_what_holds_nothing_that_a_request_brought(fields: dict[str, Any], bare: bool) -> None:
    """R30."""
    given: dict[str, Any] = {"comment": None, "reason": None, "fingerprint": "", "name": ""} | fields
    assert is_bare(appointment(**given)) is bare
