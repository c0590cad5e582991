"""Customers who want it are reminded, by the schedule (R29), on a real engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.mail import SendLater, Sms
from chalicelib.domain.outbox import Message
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying, Tell
from chalicelib.planner.schedule.sweep import Sweep
from chalicelib.planner.staff.actions import Move
from chalicelib.store.customers import Customers
from infra.local.engine import Engine
from tests.builders import NOW, SECRET, WORKED, booking_of, policy
from tests.planner.messages.test_delivery import Provider, plain
from tests.planner.practice import STAFF, Practice

BOX: dict[str, Any] = {"last_name": "Mustermann", "email": "erika@example.org", "phone": "0171 3920077", "remind": True}
VISIT = "2026-11-30T09:00"
"""A Monday, 10:00 in Berlin."""
DAY_BEFORE = datetime.fromisoformat("2026-11-29T09:00+00:00")


class Clocks(Practice):
    """A practice with its schedule, and a request for next Monday of somebody who ticked the box."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**{"reminder_hours": (24,)} | fields)
        self.provider = Provider()
        self.delivery = Delivery(self.table, self.customers, self.clock, plain, self.provider, policy(self.clock))
        notifying = Notifying(self.customers, lambda phone, _: phone)
        self.sweep = Sweep(self.table, Customers(), notifying, self.clock, self.delivery, SECRET)

    def asked(self, start: str = VISIT, **comment: Any) -> Appointment:
        return self.request(start, comment=Comment(**BOX | comment))

    def confirmed(self, start: str = VISIT, **comment: Any) -> Appointment:
        """Without a word to the customer, who is reminded the sooner."""
        return self.actions.answer(self.seen(self.asked(start, **comment)), "confirmed", STAFF)

    def at(self, moment: datetime, appointment: Appointment) -> Appointment:
        """The appointment after the schedule has looked at it at that time."""
        self.now = moment
        self.sweep.attend(appointment.id)
        return self.read(appointment)

    def reminders(self, appointment: Appointment) -> list[Message]:
        return [each for each in self.messages(appointment) if each.kind == "reminder"]

    def deliver(self, appointment: Appointment) -> str:
        """How the one reminder has ended."""
        [owed] = self.reminders(appointment)
        self.settle_receipt(appointment)
        self.delivery.deliver((f"APPOINTMENT#{appointment.id}", f"MESSAGE#{owed.event:06}#reminder#{owed.channel}"))
        [after] = self.reminders(appointment)
        return after.failure or after.state

    def settle_receipt(self, appointment: Appointment) -> None:
        self.delivery.deliver((f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email"))


@pytest.fixture
def clocks(engine: Engine) -> Clocks:
    return Clocks()


def test_a_confirmed_visit_is_reminded_of_in_its_language_at_its_time(clocks: Clocks) -> None:
    appointment = clocks.actions.answer(
        clocks.seen(clocks.request(VISIT, comment=Comment(**BOX), language="en")), "confirmed", STAFF
    )
    assert appointment.due == DAY_BEFORE
    assert clocks.at(DAY_BEFORE - timedelta(minutes=1), appointment) == appointment
    after = clocks.at(DAY_BEFORE, appointment)
    [owed] = clocks.reminders(appointment)
    assert (owed.language, owed.channel, owed.status, owed.start) == ("en", "email", "confirmed", appointment.start)
    assert clocks.history(appointment)[-1].what == "reminded"
    assert after.due == datetime.fromisoformat("2026-12-30T09:30+00:00")


def test_nobody_is_reminded_twice(clocks: Clocks) -> None:
    appointment = clocks.confirmed()
    for minute in range(90):
        clocks.at(DAY_BEFORE + timedelta(minutes=minute), appointment)
    assert len(clocks.reminders(appointment)) == 1


def test_a_request_that_is_not_confirmed_is_not_reminded_of(clocks: Clocks) -> None:
    appointment = clocks.asked()
    clocks.at(DAY_BEFORE, appointment)
    assert clocks.reminders(appointment) == []


def test_who_did_not_tick_the_box_is_not_reminded(clocks: Clocks) -> None:
    appointment = clocks.confirmed(remind=False)
    clocks.at(DAY_BEFORE, appointment)
    assert clocks.reminders(appointment) == []


def test_who_was_told_something_just_before_is_not_reminded(clocks: Clocks) -> None:
    """The confirmation itself told when it is."""
    appointment = clocks.asked()
    clocks.now = DAY_BEFORE - timedelta(hours=11)
    appointment = clocks.actions.answer(clocks.seen(appointment), "confirmed", STAFF, tell=Tell("email"))
    after = clocks.at(DAY_BEFORE, appointment)
    assert clocks.reminders(appointment) == []
    assert after.version == appointment.version
    assert after.due == datetime.fromisoformat("2026-12-30T09:30+00:00")


def test_who_was_told_something_long_enough_before_is_reminded(clocks: Clocks) -> None:
    appointment = clocks.asked()
    clocks.now = DAY_BEFORE - timedelta(hours=12)
    appointment = clocks.actions.answer(clocks.seen(appointment), "confirmed", STAFF, tell=Tell("email"))
    clocks.at(DAY_BEFORE, appointment)
    assert len(clocks.reminders(appointment)) == 1


def test_two_reminders_keep_their_distance(engine: Engine) -> None:
    near, far = Clocks(reminder_hours=(24, 20)), Clocks(reminder_hours=(48, 24))
    for clocks, count in ((near, 1), (far, 2)):
        appointment = clocks.confirmed()
        for hours in range(72, 0, -1):
            clocks.at(DAY_BEFORE + timedelta(hours=24 - hours), appointment)
        assert len(clocks.reminders(appointment)) == count


def test_a_moved_visit_is_reminded_of_anew(clocks: Clocks) -> None:
    appointment = clocks.at(DAY_BEFORE, clocks.confirmed())
    moved = clocks.actions.move(clocks.seen(appointment), Move(start=appointment.start + 2 * 1440), STAFF)
    assert moved.due == DAY_BEFORE + timedelta(days=2)
    clocks.at(moved.due, moved)
    assert [each.start for each in clocks.reminders(appointment)] == [appointment.start, moved.start]


def test_one_that_staff_move_back_is_not_reminded_of_twice(clocks: Clocks) -> None:
    appointment = clocks.at(DAY_BEFORE, clocks.confirmed())
    there = clocks.actions.move(clocks.seen(appointment), Move(start=appointment.start + 2 * 1440), STAFF)
    back = clocks.actions.move(clocks.seen(there), Move(start=appointment.start), STAFF)
    clocks.at(DAY_BEFORE + timedelta(minutes=1), back)
    assert len(clocks.reminders(appointment)) == 1


def test_who_wants_to_be_told_by_text_is_reminded_by_text_at_a_number_that_staff_have_entered(clocks: Clocks) -> None:
    record = clocks.customer(phone="0171 3920077")
    appointment = clocks.actions.answer(clocks.seen(clocks.asked(channel="sms")), "confirmed", STAFF, customer=record.id)
    clocks.at(DAY_BEFORE, appointment)
    assert [each.channel for each in clocks.reminders(appointment)] == ["sms"]
    assert clocks.deliver(appointment) == "sent"
    assert clocks.provider.sent[-1] == Sms("0171 3920077", "reminder")


def test_a_number_that_only_the_request_names_is_reminded_by_mail(clocks: Clocks) -> None:
    """Whoever asks online can type anybody's."""
    nobody_yet = clocks.confirmed(channel="sms")
    record = clocks.customer(phone="0171 3920099")
    other = clocks.asked("2026-11-30T10:00", channel="sms", visitor_last_name="Schulz")
    other = clocks.actions.answer(clocks.seen(other), "confirmed", STAFF, customer=record.id)
    for appointment, moment in ((nobody_yet, DAY_BEFORE), (other, DAY_BEFORE + timedelta(hours=1))):
        clocks.at(moment, appointment)
        assert [each.channel for each in clocks.reminders(appointment)] == ["email"]


def test_by_mail_where_no_text_reaches_them(clocks: Clocks) -> None:
    appointment = clocks.confirmed(channel="sms", phone=None)
    clocks.at(DAY_BEFORE, appointment)
    assert [each.channel for each in clocks.reminders(appointment)] == ["email"]


def test_who_wants_a_call_waits_in_the_inbox(clocks: Clocks) -> None:
    appointment = clocks.confirmed(channel="phone")
    clocks.at(DAY_BEFORE, appointment)
    assert clocks.reminders(appointment) == []
    assert ("call_back", appointment.id) in clocks.waiting()


def test_who_asked_for_writing_is_not_called(clocks: Clocks) -> None:
    appointment = clocks.confirmed(channel="phone", in_writing=True)
    clocks.at(DAY_BEFORE, appointment)
    assert len(clocks.reminders(appointment)) == 1
    assert ("call_back", appointment.id) not in clocks.waiting()


def test_what_the_provider_takes_too_late_does_not_go_out_any_more(clocks: Clocks) -> None:
    """A reminder waits for the provider until its time has passed: the night, or the visit itself, would be next."""
    appointment = clocks.confirmed()
    clocks.at(DAY_BEFORE, appointment)
    clocks.settle_receipt(appointment)
    clocks.provider.says = [SendLater("TooManyRequestsException")]
    assert clocks.deliver(appointment) == "TooManyRequestsException"
    clocks.now += timedelta(hours=1)
    assert clocks.deliver(appointment) == "too_late"
    assert [each.subject for each in clocks.provider.mails] == ["receipt"]


def test_what_was_moved_in_between_is_not_reminded_of_at_its_old_time(clocks: Clocks) -> None:
    appointment = clocks.at(DAY_BEFORE, clocks.confirmed())
    clocks.actions.move(clocks.seen(appointment), Move(start=appointment.start + 1440), STAFF)
    assert clocks.deliver(appointment) == "too_late"


def test_what_was_cancelled_in_between_is_not_reminded_of(clocks: Clocks) -> None:
    appointment = clocks.at(DAY_BEFORE, clocks.confirmed())
    clocks.actions.answer(clocks.seen(appointment), "cancelled", STAFF)
    assert clocks.deliver(appointment) == "too_late"


def test_a_branch_that_has_switched_reminders_off_meanwhile_sends_none(clocks: Clocks) -> None:
    appointment = clocks.confirmed()
    off = replace(clocks.settings, branch=replace(clocks.settings.branch, reminder_hours=()))
    clocks.table.replace_settings(off)
    after = clocks.at(DAY_BEFORE, appointment)
    assert clocks.reminders(appointment) == []
    assert after == replace(appointment, due=datetime.fromisoformat("2026-12-30T09:30+00:00"))


def test_putting_off_is_no_change_and_never_undoes_one(clocks: Clocks) -> None:
    appointment = clocks.confirmed()
    clocks.actions.tell(clocks.seen(appointment), Tell("email"), STAFF)
    before = clocks.read(appointment)
    with pytest.raises(ChangedMeanwhile):
        clocks.table.put_off(appointment, None)
    assert clocks.read(appointment) == before
    clocks.table.put_off(before, None)
    assert clocks.read(appointment) == replace(before, due=None)


def test_messages_of_an_appointment_go_out_in_the_order_in_which_they_are_owed(clocks: Clocks) -> None:
    """A later one waits for an earlier one that the provider has put off, and waiting is no attempt."""
    appointment = clocks.confirmed()
    clocks.provider.says = [SendLater("TooManyRequestsException")]
    clocks.settle_receipt(appointment)
    told = clocks.actions.tell(clocks.seen(appointment), Tell("email"), STAFF)
    later = (f"APPOINTMENT#{appointment.id}", f"MESSAGE#{told.version:06}#told#email")
    clocks.delivery.deliver(later)
    assert clocks.provider.sent == []
    clocks.now += timedelta(minutes=1)
    clocks.settle_receipt(appointment)
    clocks.delivery.deliver(later)
    assert [each.subject for each in clocks.provider.mails] == ["receipt", "told"]
    assert clocks.messages(appointment)[-1].attempts == 1


def test_a_consent_is_kept_with_its_time_and_the_version_of_its_text(engine: Engine) -> None:
    clocks = Clocks(notice_version="5")
    booking = booking_of(clocks.table, clocks.clock)
    wanted = RequestFields(resource="cabin-1", start=DAY_BEFORE + timedelta(days=1), comment=Comment(**BOX), template="advice")
    made = booking.request(clocks.settings.accesses[0].alias, "0123456789abcdef", wanted, b"", WORKED).appointment
    stored = clocks.read(made)
    assert stored.comment is not None
    assert (stored.comment.remind, stored.comment.notice_version, stored.made_at) == (True, "5", NOW)
