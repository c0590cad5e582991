"""What customers do with their own appointment, on a real engine (R23, R27, R28, R30)."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from chalicelib.api import visit_views
from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.comment import Answer, Comment
from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import (
    ChangedMeanwhile,
    Invalid,
    NotReleased,
    OutsideAvailability,
    PastCutOff,
    SlotTaken,
    TooManyRequests,
    TooSoon,
    TryAgain,
    Unauthorized,
)
from chalicelib.domain.mail import Mail
from chalicelib.domain.settings import Access, Resource, Template
from chalicelib.domain.slots import Slot
from chalicelib.messages.calendar import calendar_file
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.manage import OwnAppointment
from chalicelib.planner.customer.moving import MOST_VERSIONS
from chalicelib.planner.customer.shown import Shown
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.notifying import Notifying, Tell
from chalicelib.planner.records.customers import CustomerFields, Register
from chalicelib.planner.staff.actions import Details, Move
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import MONDAY, NOW, SECRET, WORKED, at, availability, booking_of, own_appointment_of, shown
from tests.conftest import TABLE
from tests.planner.practice import CABINS, STAFF, Practice
from tests.race import PATIENCE, together
from tests.repeated import OFTEN, rounds

TUESDAY = date(2026, 11, 24)
NOTE = "Bitte klingeln Sie bei Petersen"
COMMENT = Comment(
    last_name="Mustermann", email="erika@example.org", phone="+49 170 1234567", message="Zweiter Stock", remind=True
)

ASKED = replace(COMMENT, message=None)
"""What a practice takes that wants no messages."""


class Own(Practice):
    """A practice whose customers have their links; its records are those of the store."""

    def __init__(self, *availabilities: Any, **fields: Any) -> None:
        super().__init__(*availabilities, **fields)
        self.records = Customers()
        self.booking = booking_of(self.table, self.clock)
        notifying = Notifying(self.records, mobile)
        self.own_appointment = own_appointment_of(self.table, self.records, notifying, self.booking, self.clock)
        self.register = Register(self.table, self.records, self.clock)

    def token(self, appointment: Appointment) -> str:
        return SECRET.token(appointment.id, self.read(appointment).token_version)

    def mailed(self, appointment: Appointment) -> str:
        """The token of a mail to who asked."""
        return SECRET.mailed(appointment.id, self.read(appointment).token_version, "erika@example.org")

    def patient(self) -> Customer:
        """With a record of the practice's own."""
        given = CustomerFields(last_name="Meyer", first_name="Anna", email="anna.meyer@example.org", note="Kommt gern früh")
        return self.register.create(self.branch, given, STAFF)

    def matched(self, customer: Customer, **fields: Any) -> Appointment:
        return self.request(customer=customer.id, name=customer.name, **fields)

    def set(self, **fields: Any) -> None:
        """Changes what the branch has set, or by their names its settings."""
        own = {name: fields.pop(name) for name in ("resources", "accesses", "templates") if name in fields}
        self.settings = replace(self.settings, branch=replace(self.settings.branch, **fields), **own)
        self.table.replace_settings(self.settings)

    def starts(self, appointment: Appointment, first: date = TUESDAY, days: int = 1) -> list[str]:
        """Those offered, without the date where one day is asked for; `x` behind what is taken."""
        week = self.own_appointment.offered(self.token(appointment), first, days)
        return [shown(slot.start)[11:] + ("" if slot.free else " x") for slots in week.days.values() for slot in slots]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.fixture
def practice(engine: Engine) -> Own:
    return Own()


def named(appointment: Appointment, *names: str) -> list[str]:
    return [name for name in names if name in repr(appointment)]


# --- seeing


def test_a_link_tells_what_may_be_done_and_until_when(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT)
    seen = practice.own_appointment.show(practice.token(appointment))
    assert seen.booked.appointment == practice.read(appointment)
    assert (seen.may, seen.late, seen.erasure) == (("cancel", "move", "erase"), False, None)
    assert seen.cut_off == appointment.start - 24 * 60


@pytest.mark.parametrize(
    ("now", "may"),
    [
        ("2026-11-23T08:00", ("cancel", "move", "erase")),
        ("2026-11-23T08:00:01", ("cancel", "erase")),
        ("2026-11-24T08:00", ("cancel", "erase")),
        ("2026-11-24T08:00:01", ("erase",)),
    ],
)
def test_moving_ends_at_the_cut_off_and_cancelling_at_the_start_both_included(
    practice: Own, now: str, may: tuple[str, ...]
) -> None:
    appointment = practice.request(comment=COMMENT)
    practice.now = moment(now)
    assert practice.own_appointment.show(practice.token(appointment)).may == may


@pytest.mark.parametrize("status", ["declined", "cancelled", "expired", "done", "no_show"])
def test_what_is_over_can_only_be_erased(practice: Own, status: Any) -> None:
    appointment = practice.request(status=status)
    assert practice.own_appointment.show(practice.token(appointment)).may == ("erase",)


def test_the_token_of_another_appointment_opens_nothing(practice: Own) -> None:
    appointment, other = practice.request(), practice.request("2026-11-24T10:00")
    forged = f"{appointment.id}.{practice.token(other).partition('.')[2]}"
    for act in (
        practice.own_appointment.show,
        practice.own_appointment.cancel,
        practice.own_appointment.stop_reminders,
        practice.own_appointment.forget_health,
        practice.own_appointment.export,
    ):
        with pytest.raises(Unauthorized):
            act(forged)
    with pytest.raises(Unauthorized):
        practice.own_appointment.erase(forged, confirmed=True)
    with pytest.raises(Unauthorized):
        practice.own_appointment.move(forged, moment("2026-11-24T09:00"))
    assert practice.read(appointment) == appointment


# --- cancelling


def test_cancelling_a_request_frees_the_time_tells_the_customer_and_leaves_nothing_in_the_inbox(practice: Own) -> None:
    appointment = practice.request()
    after = practice.own_appointment.cancel(practice.token(appointment)).booked.appointment
    assert after == practice.read(appointment)
    assert (after.status, after.holds, practice.held()) == ("cancelled", {}, {})
    assert practice.waiting() == []
    assert [(each.kind, each.channel, each.status) for each in practice.messages(appointment)] == [
        ("cancelled", "email", "cancelled")
    ]
    last = practice.history(appointment)[-1]
    assert (last.what, last.by, last.fields) == ("cancelled", "customer", ("status",))
    assert after.due == NOW + timedelta(days=7)  # when what came with it is erased


def test_cancelling_past_the_cut_off_is_marked_late_for_staff(practice: Own) -> None:
    appointment = practice.request(status="confirmed")
    practice.now = moment("2026-11-23T08:01")
    practice.own_appointment.cancel(practice.token(appointment))
    assert ("cancelled_late", appointment.id) in practice.waiting()


def test_cancelling_twice_is_answered_as_once(practice: Own) -> None:
    appointment = practice.request()
    first = practice.own_appointment.cancel(practice.token(appointment))
    assert practice.own_appointment.cancel(practice.token(appointment)) == first
    assert len(practice.history(appointment)) == 2
    practice.now = moment("2026-11-25T08:00")
    assert practice.own_appointment.cancel(practice.token(appointment)).booked == first.booked


@pytest.mark.parametrize("status", ["declined", "expired", "done", "no_show"])
def test_what_is_over_is_not_cancelled(practice: Own, status: Any) -> None:
    appointment = practice.request(status=status)
    with pytest.raises(Invalid) as refusal:
        practice.own_appointment.cancel(practice.token(appointment))
    assert list(refusal.value.fields) == ["status"]
    assert practice.read(appointment) == appointment


def test_what_has_begun_is_neither_cancelled_nor_moved(practice: Own) -> None:
    appointment = practice.request()
    practice.now = moment("2026-11-24T08:00:01")
    with pytest.raises(Invalid):
        practice.own_appointment.cancel(practice.token(appointment))
    with pytest.raises(Invalid):
        practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00"))
    with pytest.raises(Invalid):
        practice.own_appointment.offered(practice.token(appointment), None, 7)
    assert practice.read(appointment) == appointment


def test_cancelling_works_with_booking_switched_off_and_the_access_revoked(practice: Own) -> None:
    appointment = practice.request()
    practice.set(online=False, accesses=(Access(alias=appointment.alias, revoked_at=NOW),))
    assert practice.own_appointment.cancel(practice.token(appointment)).booked.appointment.status == "cancelled"


def test_a_customer_without_an_e_mail_address_is_told_by_sms(practice: Own) -> None:
    given = CustomerFields(last_name="Meyer", phone="+49 170 1234567")
    customer = practice.register.create(practice.branch, given, STAFF)
    appointment = practice.matched(customer, status="confirmed", comment=None, type="appointment")
    practice.own_appointment.cancel(practice.token(appointment))
    assert [(each.kind, each.channel) for each in practice.messages(appointment) if each.event > 1] == [("cancelled", "sms")]


# --- moving


def test_moving_takes_the_new_time_frees_the_old_one_and_tells_staff_and_customer(practice: Own) -> None:
    appointment = practice.request(status="confirmed")
    after = practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00")).booked.appointment
    assert after == practice.read(appointment)
    assert (shown(after.start), shown(after.end), after.day) == ("2026-11-25T09:00", "2026-11-25T09:30", "2026-11-25")
    assert after.status == "confirmed"
    assert practice.held() == {}
    assert practice.held(day="2026-11-25") == after.holds
    assert ("moved", appointment.id) in practice.waiting()
    assert [(each.kind, each.start) for each in practice.messages(appointment)] == [("moved", after.start)]
    assert (practice.history(appointment)[-1].what, practice.history(appointment)[-1].by) == ("moved", "customer")


def test_a_request_that_is_moved_stays_a_request_and_waits_for_staff(practice: Own) -> None:
    appointment = practice.request()
    after = practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00")).booked.appointment
    assert after.status == "proposed"
    assert practice.waiting() == [("request", appointment.id)]


def test_the_list_is_that_of_the_booking_page_without_its_own_units(engine: Engine) -> None:
    """The own start is taken, what overlaps it is free; others stay where they are (R18, R23)."""
    practice = Own(availability("09:00-11:00", step=15))
    appointment, _ = practice.request("2026-11-24T08:30"), practice.request("2026-11-24T09:30")
    assert practice.starts(appointment) == ["08:00", "08:15", "08:30 x", "08:45", "09:00", "09:15 x", "09:30 x"]


def test_every_start_of_the_list_is_accepted_and_no_other(engine: Engine) -> None:
    practice = Own(availability("09:00-11:00", step=15))
    appointment, _ = practice.request("2026-11-24T08:30"), practice.request("2026-11-24T09:30")
    for minute in range(8 * 60 - 30, 10 * 60 + 15, 5):
        clock = f"{minute // 60:02}:{minute % 60:02}"
        listed = practice.starts(practice.read(appointment))
        own = shown(practice.read(appointment).start)[11:]
        try:
            practice.own_appointment.move(practice.mailed(appointment), moment(f"2026-11-24T{clock}"))
        except (SlotTaken, OutsideAvailability):
            assert clock not in listed
        else:
            assert clock in listed or clock == own
            assert shown(practice.read(appointment).start)[11:] == clock
        assert practice.is_sound()


def test_moving_half_over_itself_swaps_the_units(engine: Engine) -> None:
    practice = Own(availability("09:00-11:00", step=15))
    appointment = practice.request("2026-11-24T08:30")
    after = practice.own_appointment.move(practice.token(appointment), moment("2026-11-24T08:45")).booked.appointment
    assert practice.held() == after.holds
    assert practice.is_sound()


def test_moving_to_where_it_is_changes_nothing_so_a_repeat_is_answered_as_the_first(practice: Own) -> None:
    appointment = practice.request()
    first = practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00"))
    assert practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00")) == first
    practice.now = moment("2026-11-24T20:00")  # past the new cut-off
    assert practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00")).booked == first.booked
    assert len(practice.history(appointment)) == 2


def test_a_taken_time_is_refused_with_the_nearest_free_ones_and_never_its_own(practice: Own) -> None:
    appointment, _ = practice.request("2026-11-24T09:00"), practice.request("2026-11-24T09:30")
    with pytest.raises(SlotTaken) as refusal:
        practice.own_appointment.move(practice.token(appointment), moment("2026-11-24T09:30"))
    assert [shown(each.start)[11:] for each in refusal.value.alternatives] == ["10:00", "08:30", "10:30", "08:00", "11:00"]
    assert practice.read(appointment) == appointment


@pytest.mark.parametrize(("start", "refusal"), [("2026-11-24T09:10", OutsideAvailability), ("2026-11-23T05:00", TooSoon)])
def test_what_is_not_offered_is_refused(practice: Own, start: str, refusal: Any) -> None:
    appointment = practice.request()
    with pytest.raises(refusal):
        practice.own_appointment.move(practice.token(appointment), moment(start))
    assert practice.read(appointment) == appointment


def test_past_the_cut_off_moving_is_refused_with_how_to_reach_the_practice(practice: Own) -> None:
    appointment = practice.request()
    practice.now = moment("2026-11-23T08:00:30")
    for act in (
        lambda: practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00")),
        lambda: practice.own_appointment.offered(practice.token(appointment), None, 7),
    ):
        with pytest.raises(PastCutOff) as refusal:
            act()
        assert refusal.value.code == "too_soon"
        assert refusal.value.details() == {"contact": practice.settings.branch.contact}
    assert practice.read(appointment) == appointment


def test_moving_works_with_booking_switched_off_and_the_access_revoked(practice: Own) -> None:
    appointment = practice.request()
    practice.set(online=False, accesses=(Access(alias=appointment.alias, revoked_at=NOW),))
    assert "09:00" in practice.starts(appointment)
    assert practice.own_appointment.move(
        practice.token(appointment), moment("2026-11-24T09:00")
    ).booked.appointment.start == at("2026-11-24T09:00")


def test_what_is_not_shown_to_customers_is_not_moved_by_them(practice: Own) -> None:
    appointment = practice.request()
    practice.set(resources=tuple(replace(each, released=False) for each in CABINS))
    assert practice.own_appointment.show(practice.token(appointment)).may == ("cancel", "erase")
    with pytest.raises(NotReleased):
        practice.own_appointment.move(practice.token(appointment), moment("2026-11-24T09:00"))


def test_a_move_keeps_length_and_buffers_whatever_the_template_says_by_now(practice: Own) -> None:
    appointment = practice.request(template="advice", length=60, preparation=15, follow_up=10)
    after = practice.own_appointment.move(practice.token(appointment), moment("2026-11-25T09:00")).booked.appointment
    assert (after.end - after.start, after.preparation, after.follow_up) == (60, 15, 10)
    assert practice.is_sound()


def test_a_move_takes_a_second_resource_where_one_is_needed(engine: Engine) -> None:
    person = Resource(id="acoustician", name="Akustikerin", kind="person", order=9)
    test = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=("cabin-1",), second=("acoustician",))
    practice = Own(
        availability("08:00-18:00", resources=("cabin-1", "acoustician")), resources=(CABINS[0], person), templates=(test,)
    )
    wanted = RequestFields(resource="cabin-1", template="test", start=moment("2026-11-24T09:00"), comment=ASKED)
    appointment = practice.booking.request(practice.settings.accesses[0].alias, "k" * 20, wanted, b"body", WORKED).appointment
    after = practice.own_appointment.move(practice.token(appointment), moment("2026-11-24T10:00")).booked.appointment
    assert after.second == "acoustician"
    assert {place[0] for place in practice.held("acoustician")} == {"acoustician"}
    assert practice.is_sound()


def test_a_full_day_lets_its_own_appointments_move_within_it_and_no_other_in(engine: Engine) -> None:
    practice = Own(most_appointments_a_day=1)
    appointment, other = practice.request("2026-11-24T08:00"), practice.request("2026-11-25T08:00")
    practice.own_appointment.move(practice.token(appointment), moment("2026-11-24T10:00"))
    with pytest.raises(TooManyRequests):
        practice.own_appointment.move(practice.token(other), moment("2026-11-24T12:00"))


def test_who_has_moved_an_appointment_twenty_times_is_asked_to_call(practice: Own) -> None:
    appointment, times = practice.request(version=1), [moment("2026-11-24T10:00"), moment("2026-11-24T11:00")]
    for number in range(19):
        practice.own_appointment.move(practice.mailed(appointment), times[number % 2])
    with pytest.raises(TooManyRequests):
        practice.own_appointment.move(practice.mailed(appointment), times[1])
    assert practice.read(appointment).version == MOST_VERSIONS


def test_the_next_free_time_is_told_where_the_asked_days_have_none(practice: Own) -> None:
    appointment = practice.request()
    practice.settings = replace(
        practice.settings,
        availabilities=(availability("09:00-09:30"), availability("09:00-10:00", valid_from=date(2026, 12, 1))),
    )
    practice.table.replace_settings(practice.settings)
    week = practice.own_appointment.offered(practice.token(appointment), TUESDAY, 1)
    assert week.days == {TUESDAY: [Slot(at("2026-11-24T08:00"), at("2026-11-24T08:30"), False)]}
    assert week.next_free == at("2026-11-25T08:00")


# --- erasing


def test_erasing_before_the_visit_must_be_confirmed(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT)
    with pytest.raises(Invalid) as refusal:
        practice.own_appointment.erase(practice.token(appointment), confirmed=False)
    assert list(refusal.value.fields) == ["confirm"]
    assert practice.read(appointment) == appointment


def test_erasing_before_the_visit_cancels_frees_tells_staff_and_leaves_nothing_of_the_person(practice: Own) -> None:
    appointment = practice.request(
        status="confirmed", comment=COMMENT, name=COMMENT.name, note=NOTE, counts=(("open", "hash"),)
    )
    practice.actions.tell(practice.seen(appointment), Tell("email", NOTE), STAFF)
    practice.actions.tell(practice.seen(appointment), Tell("phone", NOTE), STAFF)
    after = practice.own_appointment.erase(practice.token(appointment), confirmed=True).booked.appointment
    assert after == practice.read(appointment)
    assert (after.status, after.comment, after.name, after.counts, after.fingerprint) == ("cancelled", None, "", (), "")
    assert practice.held() == {}
    assert practice.waiting() == [("cancelled", appointment.id)]
    assert named(after, "Mustermann", "erika", "Stock") == []
    assert [each.note for each in practice.messages(appointment)] == [None]  # and no message goes to nobody
    assert [(each.what, each.by) for each in practice.history(appointment)][-2:] == [
        ("cancelled", "customer"),
        ("erased", "customer"),
    ]
    assert (after.note, practice.history(appointment)[-1].fields) == (None, ("comment", "name", "note"))


def test_the_link_still_opens_and_tells_that_the_data_is_erased_until_the_clock_ends_it(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT, name=COMMENT.name)
    erased = practice.own_appointment.erase(practice.token(appointment), confirmed=True)
    assert practice.own_appointment.show(practice.token(appointment)) == erased
    assert (erased.erasure, erased.may) == ("done", ())
    assert erased.booked.appointment.due == NOW + timedelta(days=7)


def test_erasing_twice_is_answered_as_once(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT, name=COMMENT.name)
    first = practice.own_appointment.erase(practice.token(appointment), confirmed=True)
    assert practice.own_appointment.erase(practice.token(appointment), confirmed=True) == first
    assert practice.own_appointment.erase(practice.token(appointment), confirmed=False) == first
    assert len(practice.history(appointment)) == 3


def test_erasing_after_the_visit_leaves_the_anonymous_appointment_as_it_was(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT, name=COMMENT.name, status="done", due=NOW + timedelta(days=31))
    after = practice.own_appointment.erase(practice.token(appointment), confirmed=False).booked.appointment
    assert (after.status, after.start, after.holds, after.due) == (
        appointment.status,
        appointment.start,
        appointment.holds,
        appointment.due,
    )
    assert (after.comment, after.name) == (None, "")
    assert practice.is_sound()


def test_an_erasure_that_failed_halfway_is_brought_to_its_end_by_asking_again(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT, name=COMMENT.name)
    practice.own_appointment.cancel(practice.token(appointment))
    after = practice.own_appointment.erase(practice.token(appointment), confirmed=False).booked.appointment
    assert (after.status, after.comment, after.name) == ("cancelled", None, "")


def test_for_a_customer_of_the_practice_a_wish_is_filed_for_staff_and_the_link_tells_nothing_of_it(practice: Own) -> None:
    customer = practice.patient()
    appointment = practice.matched(customer, comment=COMMENT, status="confirmed", made_at=NOW - timedelta(hours=1))
    shown = practice.own_appointment.erase(practice.token(appointment), confirmed=True)
    after = shown.booked.appointment
    assert (after.comment, after.customer, after.name) == (None, customer.id, "Meyer, Anna")
    assert (shown.erasure, shown.may) == ("done", ())
    assert sorted(practice.waiting()) == [("cancelled", appointment.id), ("erasure", appointment.id)]
    stored = practice.records.customer(practice.branch, customer.id)
    assert stored == replace(customer, erasure_asked_at=NOW, version=2)
    lines = practice.register.file(practice.branch, customer.id).history
    assert ("erasure_asked", "customer", ("erasure_asked_at",)) in [(each.what, each.by, each.fields) for each in lines]


def test_a_request_for_erasure_is_filed_once(practice: Own) -> None:
    appointment = practice.matched(practice.patient(), comment=COMMENT)
    first = practice.own_appointment.erase(practice.token(appointment), confirmed=True)
    assert practice.own_appointment.erase(practice.token(appointment), confirmed=True) == first
    assert Counter(kind for kind, _ in practice.waiting())["erasure"] == 1


def test_who_becomes_a_customer_at_the_same_moment_is_asked_about_too(practice: Own) -> None:
    appointment, customer = practice.request(comment=COMMENT, status="done"), practice.patient()
    practice.actions._customers = practice.records
    match = partial(practice.actions.match, practice.seen(appointment), customer.id, STAFF)
    before, waited = practice.table.write, list[Any]([match])

    def write(change: Change) -> None:
        if waited:
            waited.pop()()
        before(change)

    practice.table.write = write  # type: ignore[method-assign]
    assert practice.own_appointment.erase(practice.token(appointment), confirmed=False).erasure == "done"
    stored = practice.records.customer(practice.branch, customer.id)
    assert stored is not None
    assert stored.erasure_asked_at == NOW
    assert ("erasure", appointment.id) in practice.waiting()


# --- reminders, export


def test_stopping_reminders_takes_the_consent_back_and_nothing_else(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT, status="confirmed")
    after = practice.own_appointment.stop_reminders(practice.token(appointment)).booked.appointment
    assert after.comment == replace(COMMENT, remind=False)
    assert (after.status, after.holds) == (appointment.status, appointment.holds)
    assert practice.messages(appointment) == []
    assert practice.history(appointment)[-1].fields == ("remind",)
    assert practice.own_appointment.stop_reminders(practice.token(appointment)).booked.appointment == after


def test_taking_the_consent_back_erases_the_answers_about_health_and_nothing_else(practice: Own) -> None:
    device, tinnitus = Answer(id="device", label="?", answer="Otoskop"), Answer(id="pain", label="?", answer=True, health=True)
    appointment = practice.request(comment=replace(COMMENT, answers=(device, tinnitus)), status="confirmed")
    after = practice.own_appointment.forget_health(practice.token(appointment)).booked.appointment
    assert after.comment == replace(COMMENT, answers=(device,))
    assert (after.status, after.holds, practice.messages(appointment)) == (appointment.status, appointment.holds, [])
    last = practice.history(appointment)[-1]
    assert (last.what, last.fields) == ("health_forgotten", ("answers",))
    assert practice.own_appointment.forget_health(practice.token(appointment)).booked.appointment == after


@pytest.mark.parametrize("withdraw", [OwnAppointment.stop_reminders, OwnAppointment.forget_health])
def test_a_consent_is_taken_back_though_the_address_has_stopped_online_acts(
    practice: Own, withdraw: Callable[[OwnAppointment, str], Shown]
) -> None:
    health = Answer(id="pain", label="?", answer=True, health=True)
    appointment = practice.request(comment=replace(COMMENT, answers=(health,)), status="confirmed")
    practice.own_appointment.disown(practice.mailed(appointment))
    after = withdraw(practice.own_appointment, practice.token(appointment)).booked.appointment.comment
    assert after in (replace(COMMENT, answers=()), replace(COMMENT, answers=(health,), remind=False))
    with pytest.raises(TooManyRequests):
        practice.own_appointment.cancel(practice.token(appointment))


def test_the_export_holds_all_that_is_kept_and_not_the_practices_own_record(practice: Own) -> None:
    appointment = practice.matched(practice.patient(), comment=COMMENT)
    practice.actions.tell(practice.seen(appointment), Tell("email", NOTE), STAFF)
    kept = practice.own_appointment.export(practice.token(appointment))
    assert kept.booked.appointment.comment == COMMENT
    assert [each.what for each in kept.history] == ["requested", "told"]
    assert NOTE in [each.note for each in kept.messages]
    assert "Kommt gern" not in repr(kept)


def test_for_an_appointment_that_staff_made_the_link_tells_that_the_wish_is_with_them(practice: Own) -> None:
    appointment = practice.matched(practice.patient(), comment=None, type="appointment", status="done")
    assert practice.own_appointment.show(practice.token(appointment)).erasure is None
    assert practice.own_appointment.erase(practice.token(appointment), confirmed=False).erasure == "asked"


@pytest.mark.parametrize(("mailed_to", "proved"), [(None, False), (COMMENT.email, False), ("anna.meyer@example.org", True)])
def test_a_wish_to_be_erased_is_proved_by_a_link_that_was_mailed_to_the_records_own_address(
    practice: Own, mailed_to: str | None, proved: bool
) -> None:
    customer = practice.patient()
    appointment = practice.matched(customer, comment=COMMENT, status="done")
    practice.own_appointment.erase(
        SECRET.mailed(appointment.id, 1, mailed_to) if mailed_to else practice.token(appointment), confirmed=False
    )
    assert wishes(practice) == [proved]
    stored = practice.records.customer(practice.branch, customer.id)
    assert stored is not None
    assert stored.erasure_proved is proved


def test_a_wish_that_was_not_proved_is_filed_again_once_it_is(practice: Own) -> None:
    appointment = practice.matched(practice.patient(), comment=COMMENT, status="done")
    practice.own_appointment.erase(practice.token(appointment), confirmed=False)
    for _ in range(2):
        practice.own_appointment.erase(SECRET.mailed(appointment.id, 1, "anna.meyer@example.org"), confirmed=False)
    assert wishes(practice) == [False, True]


def wishes(practice: Own) -> list[bool]:
    """Those to be erased that wait in the inbox: whether each is proved."""
    return [each.proved for each in practice.table.inbox(practice.branch) if each.kind == "erasure"]


# --- a stranger's link (R34)


RECORD = ("Meyer", "Anna", "anna.meyer@example.org", "Kommt gern", "Petersen", "+49 171 3920 123")
"""What stands in the record, now or after it is edited."""


@pytest.mark.parametrize("write_to", ["requester", "customer"])
def test_the_link_of_a_stranger_who_was_matched_shows_nothing_of_the_record_nor_what_was_written_to_it(
    practice: Own, write_to: Any
) -> None:
    appointment, customer = practice.request(comment=COMMENT, name=COMMENT.name), practice.patient()
    compose = practice.office.compose()
    practice.office.actions._customers = practice.office.actions._notifying._customers = practice.records
    practice.actions.answer(practice.seen(appointment), "confirmed", STAFF, customer=customer.id, write_to="customer")
    practice.actions.tell(practice.seen(appointment), Tell("email", NOTE), STAFF)
    practice.actions.match(practice.seen(appointment), customer.id, STAFF, write_to)
    edited = CustomerFields(
        last_name="Petersen", first_name="Anna", phone="+49 171 3920 123", note="Kommt gern spät", hint="Kommt gern laut"
    )
    practice.register.edit(practice.branch, customer.id, 1, edited, STAFF)
    practice.actions.edit(practice.seen(appointment), Details(note=NOTE), STAFF)
    token = practice.token(appointment)
    kept = practice.own_appointment.export(token)
    seen = [
        msgspec.json.encode(visit_views.kept(kept)).decode(),
        msgspec.json.encode(visit_views.appointment(practice.own_appointment.show(token), "https://site")).decode(),
        calendar_file(practice.read(appointment), practice.settings, "de", practice.now).text,
    ]
    practice.own_appointment.move(token, moment("2026-11-25T09:00"))
    for owed in practice.messages(appointment):
        if owed.reader == "requester":
            mail = compose(
                owed,
                practice.read(appointment),
                practice.settings,
                practice.actions._notifying.reach(practice.read(appointment)),
                0,
            )
            assert isinstance(mail, Mail)
            assert mail.to == COMMENT.email
            seen += [mail.text, mail.html, *(each.text for each in mail.attachments)]
    assert [
        word for word in (*RECORD, NOTE, "matched", "edited", '"customer"]', "recorded") for text in seen if word in text
    ] == []
    assert [each.kind for each in practice.messages(appointment) if each.reader == write_to][-1:] == ["moved"]
    assert practice.own_appointment.cancel(token).booked.appointment.status == "cancelled"


def test_whether_a_request_is_matched_changes_nothing_that_its_link_shows(practice: Own) -> None:
    appointment, other = (
        practice.request(f"2026-11-24T{hour}:00", comment=COMMENT, name=COMMENT.name) for hour in ("08", "10")
    )
    practice.actions._customers = practice.records
    practice.actions.match(practice.seen(appointment), practice.patient().id, STAFF)

    def told(one: Appointment) -> Any:
        shown, kept = practice.own_appointment.show(practice.token(one)), practice.own_appointment.export(practice.token(one))
        return shown.may, shown.erasure, shown.late, kept.reason, [each.fields for each in kept.history], len(kept.messages)

    assert told(appointment) == told(other)
    for each in (appointment, other):
        practice.own_appointment.erase(practice.token(each), confirmed=True)
    assert told(appointment) == told(other)


def test_a_reason_is_in_the_export_only_where_it_was_told_to_who_asked(practice: Own) -> None:
    reasons = []
    for hour, tell in (("08", None), ("09", Tell("email"))):
        appointment = practice.request(f"2026-11-24T{hour}:00", comment=COMMENT, name=COMMENT.name)
        practice.actions.answer(practice.seen(appointment), "declined", STAFF, reason="Wir sind umgezogen", tell=tell)
        reasons.append(practice.own_appointment.export(practice.token(appointment)).reason)
    assert reasons == [None, "Wir sind umgezogen"]


def test_what_staff_noted_before_is_not_the_reason_of_a_customers_own_cancelling(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT, status="confirmed", reason="Nur mit Begleitung")
    after = practice.own_appointment.cancel(practice.token(appointment)).booked.appointment
    assert after.reason is None
    assert practice.own_appointment.export(practice.token(appointment)).reason is None


def test_a_link_that_staff_have_voided_tells_only_how_to_reach_the_practice_and_a_new_one_is_good(practice: Own) -> None:
    appointment = practice.request(comment=COMMENT)
    old = practice.token(appointment)
    practice.actions.void_link(practice.seen(appointment), STAFF)
    with pytest.raises(Unauthorized) as refusal:
        practice.own_appointment.show(old)
    assert refusal.value.details() == {"contact": practice.settings.branch.contact}
    assert practice.own_appointment.show(practice.token(appointment)).booked.appointment.id == appointment.id
    assert (practice.history(appointment)[-1].what, practice.history(appointment)[-1].by) == ("link_voided", STAFF)


@pytest.mark.parametrize("version", [0, 3])
def test_a_token_that_was_never_given_out_tells_nothing(practice: Own, version: int) -> None:
    appointment = practice.request(comment=COMMENT)
    practice.actions.void_link(practice.seen(appointment), STAFF)
    with pytest.raises(Unauthorized) as refusal:
        practice.own_appointment.show(SECRET.token(appointment.id, version))
    assert refusal.value.details() == {}


# --- at the same time

ROUNDS = rounds(few=20, many=100)
JITTER = 0.006


class Meeting(Table):
    """A store in which both who take part in a race have read before the first of them writes; then each as fast as it can."""

    def __init__(self) -> None:
        super().__init__(TABLE)
        self._barrier: threading.Barrier | None = None
        self._met = set[int]()

    def race(self, *acts: Any) -> list[Any]:
        self._barrier, self._met = threading.Barrier(len(acts), timeout=PATIENCE), set()
        try:
            return together(len(acts), lambda number: acts[number]())
        finally:
            self._barrier = None

    def write(self, change: Change) -> None:
        me = threading.get_ident()
        if self._barrier and me not in self._met:
            self._met.add(me)
            self._barrier.wait()
            time.sleep(random.uniform(0, JITTER))
        super().write(change)


class Racing(Own):
    def __init__(self) -> None:
        super().__init__(
            availability("09:00-12:00"),
            templates=(),
            horizon_days=3 * ROUNDS,
            most_open_requests=None,
            most_requests_a_day=None,
        )
        self.meeting = Meeting()
        self.meeting.replace_settings(self.settings)
        self.table = self.meeting
        self.booking = booking_of(self.meeting, self.clock)
        self.own_appointment = own_appointment_of(
            self.meeting, self.records, Notifying(self.records, mobile), self.booking, self.clock
        )
        self.actions._store = self.meeting

    def days(self) -> Iterator[date]:
        return (MONDAY + timedelta(days=2 * number + 3) for number in range(ROUNDS))


@pytest.fixture
def racing(engine: Engine) -> Racing:
    return Racing()


@pytest.mark.chance
def test_a_customer_who_cancels_while_staff_confirm_ends_cancelled(racing: Racing) -> None:
    """Staff hear that it has changed, or see it confirmed and then cancelled: the customer's wish needs no version (R20)."""
    done = Counter[str]()
    for day in racing.days():
        appointment = racing.request(f"{day}T09:00")
        confirm = partial(racing.actions.answer, racing.seen(appointment), "confirmed", STAFF, tell=Tell("email"))
        cancelled, confirmed = racing.meeting.race(partial(racing.own_appointment.cancel, racing.token(appointment)), confirm)
        assert cancelled.booked.appointment == racing.read(appointment)
        assert racing.read(appointment).status == "cancelled"
        assert isinstance(confirmed, (Appointment, ChangedMeanwhile))
        told = sorted((each.event, each.kind) for each in racing.messages(appointment))
        kinds = ["confirmed", "cancelled"] if isinstance(confirmed, Appointment) else ["cancelled"]
        assert [kind for _, kind in told] == kinds
        waiting = [("cancelled", appointment.id)] if isinstance(confirmed, Appointment) else []
        assert [entry for entry in racing.waiting() if entry[1] == appointment.id] == waiting
        done[type(confirmed).__name__] += 1
    print(f"\na customer's cancelling against confirming, {ROUNDS} rounds: {dict(done)}")
    assert len(done) == 2 or not OFTEN
    assert racing.is_sound()


@pytest.mark.chance
def test_a_customers_move_against_a_booking_has_one_winner(racing: Racing) -> None:
    done = Counter[str]()
    alias = racing.settings.accesses[0].alias
    for number, day in enumerate(racing.days()):
        appointment = racing.request(f"{day}T08:30")
        wanted = moment(f"{day}T09:00")
        asked = RequestFields(resource="cabin-1", start=wanted, comment=ASKED)
        book = partial(racing.booking.request, alias, f"{number:020}", asked, b"body", WORKED)
        moved, booked = racing.meeting.race(partial(racing.own_appointment.move, racing.token(appointment), wanted), book)
        lost = [each for each in (moved, booked) if isinstance(each, BaseException)]
        assert [type(each) for each in lost] == [SlotTaken]
        assert (racing.read(appointment).start == at(f"{day}T09:00")) is not isinstance(moved, SlotTaken)
        done["booked" if isinstance(moved, SlotTaken) else "moved"] += 1
    print(f"\na customer's move against a booking, {ROUNDS} rounds: {dict(done)}")
    assert len(done) == 2 or not OFTEN
    assert racing.is_sound()


@pytest.mark.chance
def test_a_customers_move_against_a_move_by_staff_ends_where_the_customer_wants_it(racing: Racing) -> None:
    """Staff either hear that it has changed, or have moved it before; the units are those of one place."""
    done = Counter[str]()
    for day in racing.days():
        appointment = racing.request(f"{day}T08:30")
        staffs = partial(racing.actions.move, racing.seen(appointment), Move(start=at(f"{day}T10:00")), STAFF)
        moved, by_staff = racing.meeting.race(
            partial(racing.own_appointment.move, racing.token(appointment), moment(f"{day}T09:00")), staffs
        )
        assert moved.booked.appointment == racing.read(appointment)
        assert shown(racing.read(appointment).start) == f"{day}T09:00"
        done[type(by_staff).__name__] += 1
    print(f"\na customer's move against a move by staff, {ROUNDS} rounds: {dict(done)}")
    assert set(done) <= {"Appointment", "ChangedMeanwhile"}
    assert racing.is_sound()


def test_many_cancel_at_once_and_it_is_cancelled_once(racing: Racing) -> None:
    appointment = racing.request("2026-11-27T09:00")
    results = together(16, lambda _: racing.own_appointment.cancel(racing.token(appointment)))
    assert {result.booked.appointment.status for result in results if not isinstance(result, BaseException)} == {"cancelled"}
    assert not [result for result in results if isinstance(result, BaseException) and not isinstance(result, TryAgain)]
    assert len(racing.history(appointment)) == 2
    assert len(racing.messages(appointment)) == 1
