"""Messages that are owed go out once (R31), on a real engine, with a sender that does as it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.api.events import deliver
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.outbox import BACKOFF, LEASE, Mail, Message, SendLater, SendNever
from chalicelib.domain.settings import Settings
from chalicelib.planner.delivery import Delivery
from chalicelib.store.models import MessageItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, made, message, new_branch_id
from tests.builders import appointment as a_request
from tests.builders import settings as branch_settings
from tests.conftest import TABLE
from tests.faults import answered, error
from tests.race import together


class Provider:
    """Takes mails, or fails as `says` tells, one after the other."""

    def __init__(self) -> None:
        self.says: list[Exception | type[BaseException]] = []
        self.sent: list[Mail] = []

    def __call__(self, mail: Mail) -> str:
        if self.says:
            raise self.says.pop(0)
        self.sent.append(mail)
        return f"ses-{len(self.sent)}"


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def plain(message: Message, appointment: Appointment, settings: Settings, open_requests: int) -> Mail:
    """A mail that says what it was made from."""
    return Mail(
        id=f"{appointment.id}.{message.kind}",
        to=appointment.comment.email,
        sender_name=settings.branch.name,
        reply_to=settings.branch.email,
        subject=message.kind,
        text=str(open_requests),
        html="",
    )


class Office:
    """A branch with one request, its receipt owed, and somebody who delivers."""

    def __init__(self, table: Table) -> None:
        its = branch_settings(id=new_branch_id())
        table.replace_settings(its)
        self.table, self.provider, self.clock = table, Provider(), Clock(NOW)
        self.delivery = Delivery(table, self.clock, plain, self.provider)
        self.request = a_request(branch=its.branch.id)
        table.write(made(self.request, message(self.request)))
        self.key = (f"APPOINTMENT#{self.request.id}", "MESSAGE#000001#receipt#email")

    @property
    def item(self) -> MessageItem:
        return MessageItem.get(*self.key, consistent_read=True)


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(Table(TABLE, sleep=lambda seconds: None))


def test_a_message_is_sent_and_marked_with_the_provider_s_id(office: Office) -> None:
    office.delivery.deliver(office.key)
    assert [mail.subject for mail in office.provider.sent] == ["receipt"]
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
    office.provider.says = [SendLater("SendingPausedException")] * 20
    for _ in range(20):
        office.delivery.deliver(office.key)
        office.clock.now += timedelta(days=1)
    assert (office.item.state, office.item.attempts) == ("failed", len(BACKOFF) + 1)


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
    assert [mail.text for mail in office.provider.sent] == ["2"]
