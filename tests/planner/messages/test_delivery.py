"""Messages that are owed go out once (R31), on a real engine, with a sender that does as it is told."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.api.events import deliver
from chalicelib.domain.appointment import Appointment, Change, event_of
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Customer, Reach, Revision
from chalicelib.domain.mail import Mail, SendLater, SendNever, Sms, Unreachable, Withheld
from chalicelib.domain.outbox import BACKOFF, LEASE, Message
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import Status
from chalicelib.domain.tokens import Secret
from chalicelib.messages.compose import Composer
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.store.customers import Customers
from chalicelib.store.models import MessageItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, made, message, new_branch_id, policy, words
from tests.builders import appointment as a_request
from tests.builders import settings as branch_settings
from tests.conftest import TABLE
from tests.faults import answered, error
from tests.race import together


class Provider:
    """Takes messages, or fails as `says` tells, one after the other."""

    def __init__(self) -> None:
        self.says: list[Exception | type[BaseException]] = []
        self.sent: list[Mail | Sms] = []

    def __call__(self, message: Mail | Sms) -> str:
        if self.says:
            raise self.says.pop(0)
        self.sent.append(message)
        return f"ses-{len(self.sent)}"

    @property
    def mails(self) -> list[Mail]:
        return [each for each in self.sent if isinstance(each, Mail)]


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def plain(message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int) -> Mail | Sms:
    """A message that says what it was made from."""
    if message.channel == "sms" and to and to.phone:
        return Sms(to.phone, message.kind)
    address = settings.branch.email if message.kind in ("notice", "expiring") else to and to.email
    if not address:
        raise Unreachable
    return Mail(
        id=f"{appointment.id}.{message.kind}",
        to=address,
        sender_name=settings.branch.name,
        reply_to=settings.branch.email,
        subject=message.kind,
        text=str(open_requests),
        html="",
    )


class Office:
    """A branch with one request, its receipt owed, and somebody who delivers."""

    def __init__(self, table: Table) -> None:
        settings = branch_settings(id=new_branch_id())
        table.replace_settings(settings)
        self.table, self.provider, self.clock = table, Provider(), Clock(NOW)
        self.customers = Customers()
        self.delivery = Delivery(table, self.customers, self.clock, plain, self.provider, policy(self.clock))
        self.request = a_request(branch=settings.branch.id)
        table.write(made(self.request, message(self.request)))
        self.key = (f"APPOINTMENT#{self.request.id}", "MESSAGE#000001#receipt#email")

    def owe(self, appointment: Appointment, **fields: Any) -> tuple[str, str]:
        """Writes an appointment that owes a message; the message's key."""
        owed = message(appointment, **fields)
        self.table.write(made(appointment, owed))
        return f"APPOINTMENT#{appointment.id}", f"MESSAGE#000001#{owed.kind}#{owed.channel}"

    def made_by_staff(self, **fields: Any) -> Appointment:
        """An appointment of a customer who never wrote: all that is known of her stands in the record, as `fields` say."""
        appointment, now = self.request, self.clock.now
        erika = Customer(
            id=f"erika-{appointment.branch}", branch=appointment.branch, last_name="Mustermann", made_at=now, **fields
        )
        line = Line(branch=appointment.branch, at=now, by="staff-1", kind="customer", id=erika.id, what="made")
        self.customers.write(Revision(after=erika, line=line))
        return a_request(
            branch=appointment.branch,
            start=appointment.end,
            end=appointment.end + 30,
            comment=None,
            customer=erika.id,
            type="appointment",
            alias="",
        )

    @property
    def item(self) -> MessageItem:
        return MessageItem.get(*self.key, consistent_read=True)


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(Table(TABLE, sleep=lambda seconds: None))


def test_a_message_is_sent_and_marked_with_the_provider_s_id(office: Office) -> None:
    office.delivery.deliver(office.key)
    assert [mail.subject for mail in office.provider.mails] == ["receipt"]
    assert (office.item.state, office.item.provider_id) == ("sent", "ses-1")


def test_the_stream_s_repeated_record_sends_nothing_twice(office: Office) -> None:
    record = {"dynamodb": {"Keys": {"pk": {"S": office.key[0]}, "sk": {"S": office.key[1]}}, "SequenceNumber": "1"}}
    assert deliver([record, record], office.delivery, lambda: 60.0) == {"batchItemFailures": []}
    assert len(office.provider.sent) == 1


def test_ten_senders_at_once_send_one_mail(office: Office) -> None:
    together(10, lambda _: office.delivery.deliver(office.key))
    assert len(office.provider.sent) == 1


def test_a_failure_that_may_pass_makes_it_due_later(office: Office) -> None:
    office.provider.says = [SendLater("TooManyRequestsException")]
    office.delivery.deliver(office.key)
    assert (office.item.state, office.item.failure) == ("due", "TooManyRequestsException")
    office.delivery.deliver(office.key)
    assert office.provider.sent == []
    office.clock.now += timedelta(minutes=BACKOFF[0])
    office.delivery.deliver(office.key)
    assert len(office.provider.sent) == 1


def test_a_refusal_for_good_is_marked_and_not_tried_again(office: Office) -> None:
    office.provider.says = [SendNever("MessageRejected")]
    office.delivery.deliver(office.key)
    office.clock.now += timedelta(days=30)
    office.delivery.deliver(office.key)
    assert office.provider.sent == []
    assert (office.item.state, office.item.failure) == ("failed", "MessageRejected")


def test_after_the_last_attempt_it_has_failed(office: Office) -> None:
    office.provider.says = [SendLater("SendingPausedException")] * 50
    for _ in range(50):
        office.delivery.deliver(office.key)
        office.clock.now += timedelta(hours=1)
    assert (office.item.state, office.item.attempts) == ("failed", len(BACKOFF) + 1)


def test_it_is_tried_for_a_day_and_more_before_it_is_given_up(office: Office) -> None:
    assert timedelta(hours=30) < timedelta(minutes=sum(BACKOFF)) < timedelta(hours=36)


def test_after_an_outage_a_later_message_waits_an_hour_at_most_for_the_older_ones_of_its_appointment(office: Office) -> None:
    """However long the provider was away."""
    later = message(office.request, kind="told", event=2)
    confirmed = replace(office.request, status="confirmed", version=2)
    told = event_of(confirmed, "confirmed", "staff-1", NOW)
    office.table.write(Change(before=office.request, after=confirmed, event=told, messages=(later,)))
    key = (office.key[0], "MESSAGE#000002#told#email")
    outage = timedelta(hours=25) // (step := timedelta(minutes=10))
    office.provider.says = [SendLater("SendingPausedException")] * outage
    for _ in range(outage):
        office.delivery.deliver(office.key)
        office.delivery.deliver(key)
        office.clock.now += step
    office.provider.says = []
    for _ in range(62):
        office.delivery.deliver(office.key)
        office.delivery.deliver(key)
        office.clock.now += timedelta(minutes=1)
    assert [mail.subject for mail in office.provider.mails] == ["receipt", "told"]


def test_a_sender_that_died_in_between_is_followed_by_another_when_the_lease_is_up(office: Office) -> None:
    office.provider.says = [SystemExit]
    with pytest.raises(SystemExit):
        office.delivery.deliver(office.key)
    office.delivery.deliver(office.key)
    assert office.provider.sent == []
    office.clock.now += LEASE
    office.delivery.deliver(office.key)
    assert len(office.provider.sent) == 1


def test_a_record_whose_message_the_database_keeps_back_is_reported_to_the_stream(office: Office) -> None:
    record = {"dynamodb": {"Keys": {"pk": {"S": office.key[0]}, "sk": {"S": office.key[1]}}, "SequenceNumber": "77"}}
    with answered("UpdateItem", *[error("ThrottlingException")] * 9):
        assert deliver([record], office.delivery, lambda: 60.0) == {"batchItemFailures": [{"itemIdentifier": "77"}]}
    assert deliver([record], office.delivery, lambda: 60.0) == {"batchItemFailures": []}
    assert len(office.provider.sent) == 1


def test_a_notice_tells_how_many_requests_are_open(office: Office) -> None:
    second = a_request(branch=office.request.branch, resource="cabin-1", start=office.request.end, end=office.request.end + 30)
    office.table.write(made(second, message(second, kind="notice")))
    office.delivery.deliver((f"APPOINTMENT#{second.id}", "MESSAGE#000001#notice#email"))
    assert [mail.text for mail in office.provider.mails] == ["2"]


def test_who_asked_is_told_at_the_address_that_came_with_the_request(office: Office) -> None:
    office.delivery.deliver(office.key)
    assert [mail.to for mail in office.provider.mails] == ["erika@example.org"]


def test_a_customer_for_whom_staff_made_an_appointment_is_told_at_the_record_s_address(office: Office) -> None:
    appointment = office.made_by_staff(email="erika@work.example.org")
    office.delivery.deliver(office.owe(appointment, kind="confirmed", status="confirmed"))
    assert [mail.to for mail in office.provider.mails] == ["erika@work.example.org"]


def test_a_text_goes_to_the_telephone(office: Office) -> None:
    appointment = office.made_by_staff(phone="0171 3920077")
    office.delivery.deliver(office.owe(appointment, kind="confirmed", channel="sms"))
    assert office.provider.sent == [Sms("0171 3920077", "confirmed")]


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_who_cannot_be_reached_that_way_makes_the_message_fail_for_good(office: Office, channel: str) -> None:
    appointment = office.made_by_staff()
    pk, sk = office.owe(appointment, kind="told", channel=channel)
    office.delivery.deliver((pk, sk))
    item = MessageItem.get(pk, sk, consistent_read=True)
    assert (item.state, item.failure, office.provider.sent) == ("failed", "unreachable", [])


def test_a_message_of_which_the_person_is_erased_fails_without_a_name(office: Office) -> None:
    appointment = a_request(branch=office.request.branch, start=office.request.end, end=office.request.end + 30, comment=None)
    pk, sk = office.owe(appointment)
    office.delivery.deliver((pk, sk))
    assert MessageItem.get(pk, sk, consistent_read=True).failure == "erased"


@pytest.mark.parametrize(("reader", "address"), [("requester", "asked@example.org"), ("customer", "record@example.org")])
def test_a_message_goes_to_its_own_reader_whoever_is_chosen_by_now(office: Office, reader: Any, address: str) -> None:
    appointment = office.made_by_staff(email="record@example.org")
    asked = Comment(last_name="Mustermann", email="asked@example.org")
    for write_to in ("requester", "customer"):
        one = replace(appointment, id=secrets.token_hex(16), comment=asked, write_to=write_to, holds={}, status="cancelled")
        office.delivery.deliver(office.owe(one, kind="told", reader=reader))
    assert [mail.to for mail in office.provider.mails] == [address, address]


def test_a_message_to_a_record_that_is_gone_does_not_go_to_who_asked_instead(office: Office) -> None:
    appointment = a_request(branch=office.request.branch, start=office.request.end, end=office.request.end + 30)
    pk, sk = office.owe(appointment, kind="told", reader="customer")
    office.delivery.deliver((pk, sk))
    assert (MessageItem.get(pk, sk, consistent_read=True).failure, office.provider.sent) == ("erased", [])


def test_the_branch_is_told_of_a_request_that_is_nobody_s_any_more(office: Office) -> None:
    """A notice says nothing of the customer, so it needs none."""
    appointment = a_request(branch=office.request.branch, start=office.request.end, end=office.request.end + 30, comment=None)
    office.delivery.deliver(office.owe(appointment, kind="notice"))
    assert [mail.to for mail in office.provider.mails] == ["praxis@example.org"]


def test_an_address_that_staff_have_mended_is_used_from_the_next_attempt_on(office: Office) -> None:
    appointment = office.made_by_staff(email="erika@exmaple.org")
    key = office.owe(appointment, kind="confirmed")
    office.provider.says = [SendLater("TooManyRequestsException")]
    office.delivery.deliver(key)
    before = office.customers.customer(appointment.branch, appointment.customer or "")
    assert before is not None
    line = Line(branch=appointment.branch, at=office.clock.now, by="staff-1", kind="customer", id=before.id, what="changed")
    mended = replace(before, email="erika@example.org", version=before.version + 1)
    office.customers.write(Revision(before=(before,), after=mended, line=line))
    office.clock.now += timedelta(minutes=BACKOFF[0])
    office.delivery.deliver(key)
    assert [mail.to for mail in office.provider.mails] == ["erika@example.org"]


@pytest.mark.parametrize("broken", ["{{ config }}", "{{ name.__class__ }} {{ nobody }}"])
def test_a_message_that_no_text_can_be_made_of_fails_at_once_and_alone(office: Office, broken: str) -> None:
    settings = branch_settings(id=office.request.branch, texts=(words(broken, kind="receipt", status="proposed"),))
    office.table.replace_settings(settings)
    next_one = replace(office.request, status="confirmed", version=2)
    event = event_of(next_one, "confirmed", "staff-1", NOW)
    owed = message(next_one, kind="confirmed", event=2)
    office.table.write(Change(before=office.request, after=next_one, event=event, messages=(owed,)))
    compose = Composer("https://termine.example.org", Secret("s" * 32), office.clock)
    delivery = Delivery(Table(TABLE), office.customers, office.clock, compose, office.provider, policy(office.clock))
    delivery.deliver(office.key)
    assert (office.item.state, office.item.failure, office.item.attempts) == ("failed", "not_composed", 1)
    assert [(each.kind, each.appointment) for each in office.table.inbox(settings.branch.id)] == [
        ("bounced", office.request.id)
    ]
    delivery.deliver((office.key[0], "MESSAGE#000002#confirmed#email"))
    assert len(office.provider.mails) == 1


def test_a_provider_that_breaks_is_no_message_that_cannot_be_composed(office: Office) -> None:
    office.provider.says = [KeyError("MessageId")]
    with pytest.raises(KeyError):
        office.delivery.deliver(office.key)
    assert office.item.state == "sending"
    assert office.item.failure is None


@pytest.mark.parametrize(("status", "waiting"), [("proposed", ["withheld"]), ("cancelled", [])])
def test_staff_are_told_of_a_withheld_mail_where_its_reader_is_still_expected(
    office: Office, status: Status, waiting: list[str]
) -> None:
    owed = a_request(branch=office.request.branch, start=office.request.end, end=office.request.end + 30, status=status)
    key = office.owe(owed)
    office.provider.says = [Withheld("mail_limit")]
    office.delivery.deliver(key)
    assert [each.kind for each in office.table.inbox(owed.branch) if each.appointment == owed.id] == waiting
