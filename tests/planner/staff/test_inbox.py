"""What customers cause in the inbox, and what staff are told of it, on a real engine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from chalicelib.api import desk_views
from chalicelib.domain.appointment import Appointment, Change, event_of
from chalicelib.domain.errors import Invalid
from chalicelib.domain.inbox import Entry, entry_of
from chalicelib.domain.outbox import NOTICE_AFTER, TO_BRANCHES
from chalicelib.domain.settings import Template
from chalicelib.domain.tokens import Secret
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying, Tell
from chalicelib.store import items
from chalicelib.store.models import EntryItem
from infra.local.engine import Engine
from tests.builders import NOW, WORKED, booking_of, own_appointment_of, policy
from tests.faults import counted
from tests.planner.customer.test_manage import ASKED, Own, moment
from tests.planner.messages.test_delivery import Provider, plain
from tests.planner.practice import ADVICE, STAFF

AT_ONCE = Template(id="at-once", name={"de": "Batterien"}, duration=30, starts_as="confirmed", resources=("cabin-1",))
CYCLES = 50


@pytest.fixture
def practice(engine: Engine) -> Own:
    return Own(templates=(replace(ADVICE, resources=("cabin-2",)), AT_ONCE), most_requests_a_day=None)


def asks(practice: Own, start: str = "2026-11-24T08:00", template: str = "advice") -> Appointment:
    """Through a booking link."""
    resource = "cabin-1" if template == "at-once" else "cabin-2"
    wanted = RequestFields(resource=resource, start=moment(start), comment=ASKED, template=template)
    alias = practice.settings.accesses[0].alias
    booked = practice.booking.request(alias, secrets.token_hex(16), wanted, start.encode(), WORKED)
    return practice.read(booked.appointment.id)


def cancels(practice: Own, appointment: Appointment) -> None:
    practice.own_appointment.cancel(practice.token(appointment))


def moves(practice: Own, appointment: Appointment, start: str) -> None:
    practice.own_appointment.move(practice.token(appointment), moment(start))


def told(practice: Own, appointment: Appointment) -> list[str]:
    """The branch, by mail, once everything that the appointment owes it has been tried."""
    provider = Provider()
    delivery = Delivery(practice.table, practice.customers, practice.clock, plain, provider, policy(practice.clock))
    for each in practice.table.history(appointment.id)[1]:
        if each.kind in TO_BRANCHES:
            delivery.deliver((f"APPOINTMENT#{appointment.id}", f"MESSAGE#{each.event:06}#{each.kind}#{each.channel}"))
    return [mail.subject for mail in provider.mails]


# --- one entry


def test_a_confirmed_appointment_that_is_moved_again_and_again_has_one_entry(practice: Own) -> None:
    appointment = practice.request(status="confirmed")
    for start in ("2026-11-25T09:00", "2026-11-25T10:00", "2026-11-25T11:00"):
        practice.now += timedelta(minutes=1)
        moves(practice, appointment, start)
    [entry] = practice.table.inbox(practice.branch)
    assert (entry.kind, entry.appointment, entry.at) == ("moved", appointment.id, practice.now)


def test_the_cancellation_of_a_moved_appointment_takes_the_place_of_the_move(practice: Own) -> None:
    appointment = practice.request(status="confirmed")
    moves(practice, appointment, "2026-11-25T09:00")
    cancels(practice, appointment)
    assert practice.waiting() == [("cancelled", appointment.id)]


def test_a_request_that_is_moved_unanswered_stays_one_request_as_of_now(practice: Own) -> None:
    appointment = practice.request()
    practice.now += timedelta(minutes=10)
    moves(practice, appointment, "2026-11-25T09:00")
    [entry] = practice.table.inbox(practice.branch)
    assert (entry.kind, entry.at) == ("request", practice.now)


def test_what_staff_wait_for_themselves_keeps_its_own_entry(practice: Own) -> None:
    appointment = practice.request(status="confirmed", comment=replace(ASKED, phone="+49 170 1234567"))
    practice.actions.tell(practice.seen(appointment), Tell("phone"), STAFF)
    cancels(practice, appointment)
    assert sorted(practice.waiting()) == [("call_back", appointment.id), ("cancelled", appointment.id)]


def test_an_answer_ticks_off_what_the_customer_did_last(practice: Own) -> None:
    appointment = practice.request(status="confirmed")
    moves(practice, appointment, "2026-11-25T09:00")
    practice.actions.answer(practice.seen(appointment), "cancelled", STAFF)
    assert practice.waiting() == []


def test_an_answer_ticks_off_that_a_mail_before_it_was_one_too_many(practice: Own) -> None:
    appointment = practice.request()
    entry = entry_of("withheld", appointment.branch, appointment.id, 1, NOW)
    after = replace(appointment, version=2)
    practice.table.write(
        Change(before=appointment, after=after, event=event_of(after, "moved", "customer", NOW), entries=(entry,))
    )
    practice.actions.answer(practice.seen(appointment), "declined", STAFF)
    assert practice.waiting() == []


def test_an_entry_of_an_older_form_is_shown_and_ticked_off(practice: Own) -> None:
    appointment = practice.request(status="confirmed")
    practice.table.tick_off(practice.branch, f"request-{appointment.id}")
    older = Entry(id=f"moved-{appointment.id}-2", branch=practice.branch, kind="moved", appointment=appointment.id, at=NOW)
    after = replace(practice.read(appointment), version=2)
    change = Change(before=appointment, after=after, event=event_of(after, "moved", "customer", NOW), entries=(older,))
    practice.table.write(change)
    [shown] = practice.calendar.inbox(practice.branch, None, 50).waiting
    assert (shown.entry, shown.appointment) == (older, after)
    assert practice.calendar.tick_off(practice.branch, older.id, None, 50).waiting == []


# --- none


def test_what_is_confirmed_by_itself_and_cancelled_at_once_leaves_nothing(practice: Own) -> None:
    appointment = asks(practice, template="at-once")
    practice.now += NOTICE_AFTER - timedelta(seconds=1)
    cancels(practice, appointment)
    assert practice.waiting() == []


def test_staff_hear_of_a_cancellation_of_what_they_confirmed_however_soon_it_comes(practice: Own) -> None:
    appointment = asks(practice)
    practice.actions.answer(practice.seen(appointment), "confirmed", STAFF)
    cancels(practice, appointment)
    assert practice.waiting() == [("cancelled", appointment.id)]


@pytest.mark.parametrize("template", ["advice", "at-once"])
def test_after_50_cycles_of_booking_and_cancelling_no_entry_waits_and_no_notice_goes_out(practice: Own, template: str) -> None:
    made = []
    for _ in range(CYCLES):
        made.append(asks(practice, template=template))
        cancels(practice, made[-1])
    assert practice.waiting() == []
    practice.now += NOTICE_AFTER
    assert [mail for appointment in made for mail in told(practice, appointment)] == []


def test_a_mail_that_was_one_too_many_leaves_no_entry_behind_a_request_that_is_cancelled(practice: Own) -> None:
    secret = Secret("a secret that counts what goes to an address")
    practice.booking = booking_of(practice.table, practice.clock, secret)
    practice.own_appointment = own_appointment_of(
        practice.table, practice.records, Notifying(practice.records, mobile), practice.booking, practice.clock, secret
    )
    for _ in range(8):
        appointment = asks(practice)
        waiting = practice.waiting()
        practice.own_appointment.cancel(secret.token(appointment.id, 1))
    assert (len(waiting), practice.waiting()) == (2, [])


# --- the notice


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_notice_waits_three_minutes_and_goes_out_for_what_still_stands(practice: Own, confirmed: bool) -> None:
    appointment = asks(practice)
    if confirmed:
        practice.actions.answer(practice.seen(appointment), "confirmed", STAFF)
    practice.now += NOTICE_AFTER - timedelta(seconds=1)
    assert told(practice, appointment) == []
    practice.now += timedelta(seconds=1)
    assert told(practice, appointment) == ["notice"]


def test_the_notice_of_what_was_undone_is_listed_nowhere(practice: Own) -> None:
    appointment = asks(practice)
    cancels(practice, appointment)
    practice.now += NOTICE_AFTER
    assert told(practice, appointment) == []
    [notice] = [each for each in practice.table.history(appointment.id)[1] if each.kind == "notice"]
    assert (notice.state, notice.failure, notice.in_trouble) == ("failed", "too_late", False)


# --- pages


def fill(practice: Own, count: int) -> list[str]:
    """Entries of requests, one a second; their ids, the oldest first."""
    made = [
        Entry(id=f"request-{secrets.token_hex(16)}", branch=practice.branch, kind="request", appointment="0" * 32, at=at)
        for at in (NOW + timedelta(seconds=second) for second in range(count))
    ]
    with EntryItem.batch_write() as batch:
        for each in made:
            batch.save(items.from_entry(each))
    return [each.id for each in made]


def test_pages_follow_each_other_without_a_gap_while_what_was_seen_is_ticked_off(practice: Own) -> None:
    made = fill(practice, 120)
    first = practice.calendar.inbox(practice.branch, None, 50)
    assert first.next is not None
    left = practice.calendar.tick_off(practice.branch, first.waiting[-1].entry.id, first.next, 50)
    last = practice.calendar.inbox(practice.branch, left.next, 50)
    assert [page.count for page in (first, left, last)] == [120, 119, 119]
    assert [each.entry.id for page in (first, left, last) for each in page.waiting] == made
    assert last.next is None


def test_entries_of_one_moment_are_all_shown(practice: Own) -> None:
    for _ in range(3):
        practice.request(start=f"2026-11-24T{8 + _:02}:00", made_at=NOW)
    shown, after = set[str](), None
    for _ in range(3):
        page = practice.calendar.inbox(practice.branch, after, 1)
        shown |= {each.entry.id for each in page.waiting}
        after = page.next
    assert (len(shown), after) == (3, None)


@pytest.mark.parametrize(("after", "limit", "wrong"), [(None, 0, "limit"), (None, 101, "limit"), ("x", 50, "after")])
def test_a_page_beyond_the_bounds_is_refused(practice: Own, after: str | None, limit: int, wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        practice.calendar.inbox(practice.branch, after, limit)
    assert list(refusal.value.fields) == [wrong]


def test_thousands_of_entries_are_answered_in_few_requests_and_kilobytes(practice: Own) -> None:
    """Lambda's answers end at 6 MB."""
    fill(practice, 2500)
    with counted() as requests:
        page = practice.calendar.inbox(practice.branch, None, 100)
    assert (page.count, len(page.waiting)) == (2500, 100)
    assert len([each for each in requests.operations if each == "Query"]) <= 4, "a query reads a megabyte"
    assert [each for each in requests.operations if each != "Query"] == ["BatchGetItem"]
    assert len(msgspec.json.encode(desk_views.inbox(page))) < 60_000
