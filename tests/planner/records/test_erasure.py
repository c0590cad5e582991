"""What came with a request is erased in time (R30), on a real engine: a scan of the whole table finds nothing of the person."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pynamodb.exceptions import DeleteError, TransactWriteError

from chalicelib.domain.appointment import Appointment, Change, event_of
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Unauthorized
from chalicelib.domain.inbox import MOST_TICKED, Waiting, entry_of
from chalicelib.domain.limits import made_on
from chalicelib.domain.outbox import Message
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying, Tell
from chalicelib.planner.records.statistics import Statistics
from chalicelib.planner.schedule.sweep import Sweep
from chalicelib.planner.staff.actions import Details, Move
from chalicelib.store.addresses import Addresses
from chalicelib.store.audit import Books
from chalicelib.store.customers import Customers
from infra.local.engine import Engine
from tests.builders import NOW, SECRET, WORKED, booking_of, policy, question
from tests.conftest import TABLE
from tests.faults import answered, error
from tests.planner.messages.test_delivery import Provider, plain
from tests.planner.practice import ADVICE, STAFF, Practice
from tests.store.test_change import meanwhile

ASKING = replace(ADVICE, questions=(question(),))
TUESDAY = datetime.fromisoformat("2026-11-24T09:00+00:00")
MONDAY = date(2026, 11, 23)


class Person:
    """Somebody of whom nothing else in the table speaks."""

    def __init__(self) -> None:
        mark = secrets.token_hex(6)
        self.last_name, self.email, self.phone = (
            f"Geheim{mark}",
            f"Geheim+{mark}@example.org",
            f"+49171{int(mark, 16) % 10**7:07}",
        )
        self.words = f"Ich komme mit {mark}"

    @property
    def traces(self) -> list[str]:
        """What would tell of the person, also the keyed hash of the address."""
        return [self.last_name, self.email, self.phone, self.words, SECRET.address(self.email)]

    def comment(self, **fields: Any) -> Comment:
        given: dict[str, Any] = {"message": self.words, "visitor_last_name": f"{self.last_name}-Meyer"} | fields
        return Comment(last_name=self.last_name, email=self.email, phone=self.phone, **given)


class Clocks(Practice):
    """A practice with all of its limits and messages, its schedule, and everybody who works there."""

    def __init__(self, engine: Engine, **fields: Any) -> None:
        super().__init__(
            **{
                "templates": (ASKING,),
                "most_open_requests": 4,
                "most_requests_a_day": 5,
                "message_field": True,
                "comment_days": 30,
                "lead_hours": 0,
            }
            | fields
        )
        self.engine, self.provider = engine, Provider()
        self.booking = booking_of(self.table, self.clock)
        self.delivery = Delivery(self.table, self.customers, self.clock, plain, self.provider, policy(self.clock))
        self.sweep = Sweep(
            self.table, Customers(), Notifying(self.customers, lambda phone, _: phone), self.clock, self.delivery, SECRET
        )
        self.statistics = Statistics(self.table, Books(), self.clock)

    def asks(self, who: Person, hours: int = 0, **comment: Any) -> Appointment:
        """On Tuesday from 10:00 on; by an address that has proved itself, which limits count."""
        Addresses().prove(self.branch, SECRET.mailbox(who.email), self.now)
        start = TUESDAY + timedelta(hours=hours)
        asked = who.comment(**comment)
        answers = {"device": f"Otoskop, {who.words}"}
        wanted = RequestFields(resource="cabin-1", start=start, comment=asked, template="advice", answers=answers)
        alias = self.settings.accesses[0].alias
        return self.read(self.booking.request(alias, secrets.token_hex(16), wanted, who.words.encode(), WORKED).appointment.id)

    def lives(self, who: Person) -> Appointment:
        """Everything that can be written of somebody's appointment: confirmed, moved, told of, called about, and over."""
        appointment = self.asks(who, remind=True, channel="sms")
        note = f"Liebe {who.last_name}, bitte denken Sie an {who.words}"
        appointment = self.actions.answer(
            self.seen(appointment), "confirmed", STAFF, reason=who.words, tell=Tell("email", note)
        )
        appointment = self.actions.move(self.seen(appointment), Move(start=appointment.start + 90), STAFF, Tell("sms", note))
        appointment = self.actions.tell(self.seen(appointment), Tell("phone", f"{who.last_name} fragt"), STAFF)
        appointment = self.actions.edit(self.seen(appointment), Details(note=f"{who.last_name}, {who.words}"), STAFF)
        for message in self.table.history(appointment.id)[1]:
            self.delivery.deliver(
                (f"APPOINTMENT#{appointment.id}", f"MESSAGE#{message.event:06}#{message.kind}#{message.channel}")
            )
        self.now = max(self.now, datetime.fromtimestamp(appointment.start * 60, UTC))
        return self.actions.answer(self.seen(appointment), "done", STAFF)

    def pass_time(self, *appointments: Appointment, days: int = 60) -> None:
        """The schedule looks at the appointments when they are due, for so many days."""
        until = self.now + timedelta(days=days)
        while due := [each for each in map(self.read, appointments) if each.due and each.due <= until]:
            appointment = min(due, key=lambda each: each.due or until)
            self.now = max(self.now, appointment.due or until)
            self.sweep.attend(appointment.id)
        self.now = until

    def found(self, who: Person) -> list[Any]:
        """The items that tell of somebody. What has outlived its time to live is gone, as DynamoDB would have it."""
        now = self.now.timestamp()
        return [
            item
            for item in self.items()
            if float(item.get("ttl", {}).get("N", "inf")) > now
            and any(trace.lower() in json.dumps(item, ensure_ascii=False).lower() for trace in who.traces)
        ]

    def items(self) -> Iterator[Any]:
        for page in self.engine.client("dynamodb").get_paginator("scan").paginate(TableName=TABLE):
            yield from page["Items"]


@pytest.fixture
def clocks(engine: Engine) -> Clocks:
    return Clocks(engine)


def test_after_the_set_days_a_scan_of_the_table_finds_nothing_of_the_person(clocks: Clocks) -> None:
    who = Person()
    appointment = clocks.lives(who)
    assert appointment.comment
    assert appointment.comment.answers
    kinds = {item["sk"]["S"].partition("#")[0] for item in clocks.found(who)}
    assert {"APPOINTMENT", "MESSAGE", "COUNTER"} <= kinds
    clocks.pass_time(appointment)
    assert clocks.found(who) == []
    assert clocks.waiting() == []


def test_nothing_is_erased_before_the_set_days_are_over(clocks: Clocks) -> None:
    appointment = clocks.lives(Person())
    clocks.now = datetime.fromtimestamp(appointment.end * 60, NOW.tzinfo) + timedelta(days=30, minutes=-1)
    clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment) == appointment
    clocks.now += timedelta(minutes=1)
    clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment).comment is None


@pytest.mark.parametrize("status", ["declined", "cancelled"])
def test_seven_days_after_it_was_declined_or_cancelled_nothing_is_found(clocks: Clocks, status: Any) -> None:
    who = Person()
    appointment = clocks.asks(who)
    appointment = clocks.actions.answer(
        clocks.seen(appointment), status, STAFF, reason=who.words, tell=Tell("email", who.words)
    )
    clocks.now += timedelta(days=7, minutes=-1)
    clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment) == appointment
    clocks.now += timedelta(minutes=1)
    clocks.sweep.attend(appointment.id)
    counters = [item for item in clocks.found(who) if item["sk"]["S"] == "COUNTER"]
    assert clocks.found(who) == counters
    clocks.now += timedelta(days=30)
    assert clocks.found(who) == []


def test_seven_days_after_a_request_expired_nothing_is_found(engine: Engine) -> None:
    clocks, who = Clocks(engine, expire_after_hours=48, expire_warning_hours=12), Person()
    appointment = clocks.asks(who)
    clocks.pass_time(appointment, days=3)
    assert clocks.read(appointment).status == "expired"
    assert clocks.found(who) != []
    clocks.pass_time(appointment, days=40)
    assert clocks.found(who) == []


def test_a_request_that_nobody_ever_answered_is_erased_too_and_its_entry_goes(clocks: Clocks) -> None:
    who = Person()
    appointment = clocks.asks(who)
    clocks.pass_time(appointment)
    assert clocks.read(appointment).status == "proposed"
    assert clocks.found(who) == []
    assert clocks.waiting() == []


def test_whom_staff_made_an_appointment_for_by_name_alone_is_erased_too(clocks: Clocks) -> None:
    who = Person()
    [made] = clocks.book("2026-11-24T09:00", title=who.last_name)
    clocks.pass_time(clocks.read(made.id))
    assert clocks.found(who) == []


def test_the_figures_count_as_before(clocks: Clocks) -> None:
    people = [Person() for _ in range(4)]
    others = [clocks.asks(who, hours) for who, hours in zip(people[1:], (3, 4, 5), strict=True)]
    lived = clocks.lives(people[0])
    clocks.now = TUESDAY + timedelta(hours=4)
    gone = clocks.actions.answer(clocks.seen(others[0]), "cancelled", STAFF, reason="krank")
    missed = clocks.actions.answer(clocks.seen(others[1]), "no_show", STAFF)
    before = clocks.statistics.weeks(clocks.branch, MONDAY, 1).weeks
    assert (before[0].requests, before[0].confirmed, before[0].cancelled, before[0].no_show) == (4, 2, 1, 1)
    clocks.pass_time(lived, gone, missed, others[2])
    assert [clocks.found(who) for who in people] == [[], [], [], []]
    assert clocks.statistics.weeks(clocks.branch, MONDAY, 1).weeks == before
    assert clocks.is_sound()


def test_the_links_that_were_sent_open_nothing_any_more(clocks: Clocks) -> None:
    appointment = clocks.lives(Person())
    token = SECRET.token(appointment.id, appointment.token_version)
    assert clocks.booking.appointment(token).appointment == appointment
    clocks.pass_time(appointment)
    with pytest.raises(Unauthorized):
        clocks.booking.appointment(token)


def test_the_history_says_that_it_was_erased_and_nothing_of_what(clocks: Clocks) -> None:
    appointment = clocks.lives(Person())
    clocks.pass_time(appointment)
    last = clocks.history(appointment)[-1]
    assert (last.what, last.by, last.fields) == ("erased", "schedule", ("comment", "name", "note"))


def test_that_messages_were_sent_is_kept_and_their_words_are_not(clocks: Clocks) -> None:
    appointment = clocks.lives(Person())
    before = clocks.messages(appointment)
    clocks.pass_time(appointment)

    def told(messages: list[Message]) -> list[Any]:
        return [(each.kind, each.channel, each.state, each.event) for each in messages]

    assert told(clocks.messages(appointment)) == told(before)
    assert {(each.note, each.provider_id) for each in clocks.messages(appointment)} == {(None, None)}


def test_of_a_customer_only_what_came_with_the_request_is_erased(clocks: Clocks) -> None:
    """The record is the practice's own file, with its own clock; that the customer was here belongs to it."""
    who, customer = Person(), clocks.customer()
    appointment = clocks.asks(who)
    appointment = clocks.actions.answer(
        clocks.seen(appointment), "confirmed", STAFF, customer=customer.id, tell=Tell("email", who.words)
    )
    clocks.pass_time(appointment)
    after = clocks.read(appointment)
    assert (after.customer, after.name, after.comment) == (customer.id, customer.name, None)
    assert clocks.found(who) == []


def test_words_that_staff_send_a_customer_afterwards_are_erased_as_well(clocks: Clocks) -> None:
    who, customer = Person(), clocks.customer()
    appointment = clocks.actions.answer(clocks.seen(clocks.asks(who)), "confirmed", STAFF, customer=customer.id)
    clocks.pass_time(appointment)
    late = clocks.actions.tell(clocks.seen(appointment), Tell("email", who.words), STAFF)
    clocks.actions.tell(clocks.seen(late), Tell("email"), STAFF)
    assert clocks.found(who) != []
    clocks.pass_time(late, days=8)
    assert clocks.found(who) == []


def test_an_erasure_that_breaks_off_is_done_again(clocks: Clocks) -> None:
    who = Person()
    appointment = clocks.lives(who)
    assert appointment.due is not None
    clocks.now = appointment.due
    with (
        answered("TransactWriteItems", error("ValidationException")),
        pytest.raises(TransactWriteError),
    ):
        clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment).comment is not None
    clocks.sweep.attend(appointment.id)
    clocks.now += timedelta(days=30)
    assert clocks.found(who) == []


def test_of_several_entries_in_the_inbox_the_appointment_s_own_go(clocks: Clocks) -> None:
    appointment, other = clocks.asks(Person()), clocks.asks(Person(), 2)
    change = clocks.actions.tell(clocks.seen(appointment), Tell("phone", "fragt"), STAFF)
    entry_of("call_back", appointment.branch, appointment.id, change.version, clocks.now)
    clocks.now = (change.due or clocks.now) + timedelta(seconds=1)
    clocks.sweep.attend(appointment.id)
    assert clocks.waiting() == [("request", other.id)]


def test_a_counter_of_a_day_that_is_past_is_not_made_again_by_giving_back(clocks: Clocks) -> None:
    """It would know the address by its hash for two days more."""
    appointment = clocks.asks(Person())
    assert [count[0] for count in appointment.counts] == ["open"]
    today = appointment.made_at.astimezone(clocks.settings.zone).date()
    day = f"LIMIT#{clocks.branch}#" + "#".join(
        made_on(SECRET.address(appointment.comment.email if appointment.comment else ""), today)
    )
    key = {"pk": {"S": day}, "sk": {"S": "COUNTER"}}
    database = clocks.engine.client("dynamodb")
    kept = float(database.get_item(TableName=TABLE, Key=key)["Item"]["ttl"]["N"]) - clocks.now.timestamp()
    assert kept == timedelta(days=2).total_seconds()
    database.delete_item(TableName=TABLE, Key=key)
    clocks.pass_time(appointment)
    assert "Item" not in database.get_item(TableName=TABLE, Key=key)


def test_what_a_change_of_settings_has_made_longer_is_kept_longer(clocks: Clocks) -> None:
    """What is due by the old settings is looked at, and put off."""
    appointment = clocks.lives(Person())
    longer = replace(clocks.settings, branch=replace(clocks.settings.branch, comment_days=40))
    clocks.table.replace_settings(longer)
    assert appointment.due is not None
    clocks.now = appointment.due
    clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment) == replace(appointment, due=appointment.due + timedelta(days=10))


def test_a_wish_to_be_erased_stays_in_the_inbox_until_staff_have_decided(clocks: Clocks) -> None:
    appointment = clocks.asks(Person())
    change = made_known(clocks, appointment, "erasure")
    clocks.now = (change.due or clocks.now) + timedelta(seconds=1)
    clocks.sweep.attend(appointment.id)
    assert clocks.waiting() == [("erasure", appointment.id)]


def test_more_entries_than_one_write_takes_keep_nothing_from_being_erased(clocks: Clocks) -> None:
    who = Person()
    appointment = clocks.asks(who)
    for _ in range(101):
        appointment = made_known(clocks, appointment, "call_back")
    clocks.now = (appointment.due or clocks.now) + timedelta(seconds=1)
    clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment).comment is None
    assert clocks.waiting() == []


def test_what_waits_of_a_visit_that_somebody_changes_at_that_moment_goes_on_waiting(clocks: Clocks) -> None:
    appointment = clocks.asks(Person())
    appointment = made_known(clocks, appointment, "call_back")
    late = int((clocks.now + timedelta(days=90)).timestamp()) // 60 // 5 * 5
    clocks.now = (appointment.due or clocks.now) + timedelta(seconds=1)
    with meanwhile(lambda: clocks.actions.move(clocks.seen(appointment), Move(start=late), STAFF)):
        clocks.sweep.attend(appointment.id)
    assert clocks.read(appointment).comment is not None
    assert sorted(clocks.waiting()) == [("call_back", appointment.id), ("request", appointment.id)]


def test_what_is_left_in_the_inbox_where_an_erasure_breaks_off_is_found_by_the_next_one(clocks: Clocks) -> None:
    appointment = clocks.asks(Person())
    for _ in range(MOST_TICKED + 9):
        appointment = made_known(clocks, appointment, "call_back")
    clocks.now = (appointment.due or clocks.now) + timedelta(seconds=1)
    with answered("DeleteItem", error("ValidationException")), pytest.raises(DeleteError):
        clocks.sweep.attend(appointment.id)
    assert len(clocks.waiting()) == 10
    clocks.sweep.attend(appointment.id)
    assert (clocks.waiting(), clocks.read(appointment).due) == ([], None)


def made_known(clocks: Clocks, appointment: Appointment, kind: Waiting) -> Appointment:
    """The appointment's next version, with an entry in the inbox."""
    after = replace(appointment, version=appointment.version + 1)
    entry = entry_of(kind, appointment.branch, appointment.id, after.version, clocks.now)
    clocks.table.write(
        Change(before=appointment, after=after, event=event_of(after, "moved", "customer", clocks.now), entries=(entry,))
    )
    return after
