"""Messages that did not arrive, on a real engine: who hears of it, what is not sent any more, and what is sent again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.expressions.update import Action

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Reach
from chalicelib.domain.errors import ChangedMeanwhile, Invalid, NotFound, TryAgain
from chalicelib.domain.mail import Mail, SendLater, SendNever, Sms, Unanswered
from chalicelib.domain.outbox import BACKOFF, NOBODY_WAITS, Message
from chalicelib.domain.settings import Employee, Settings
from chalicelib.domain.trouble import MessageName, Report, SenderState
from chalicelib.planner.messages.bounces import Bounces
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.policy import SendingPolicy
from chalicelib.planner.messages.trouble import MessageTrouble, Trouble
from chalicelib.store.addresses import Addresses
from chalicelib.store.customers import Customers
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.message_log import MessageLog
from chalicelib.store.models import CounterItem, MessageItem, SuppressedItem
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import NOW, SECRET, Nobody, actions, appointment, made, message, new_branch_id, seen, settings
from tests.conftest import TABLE
from tests.faults import answered, cancelled, error
from tests.planner.messages.test_delivery import Clock, Provider, plain
from tests.race import together

BOUNCE = "bounce@example.org"


def trial(settings: Settings, to: str, identity: str) -> Mail:
    return Mail(id=identity, to=to, sender_name=settings.branch.name, reply_to="", subject="Test", text="", html="")


class Office:
    """A branch with a sender who does as it is told."""

    def __init__(self, **fields: Any) -> None:
        self.table, self.provider, self.clock = Table(TABLE, sleep=lambda seconds: None), Provider(), Clock(NOW)
        self.settings = settings(id=new_branch_id(), **fields)
        self.branch = self.settings.branch.id
        self.table.replace_settings(self.settings)
        self.message_log = MessageLog(sleep=lambda seconds: None)
        policy = SendingPolicy(self.message_log, Addresses(), SECRET, self.clock, 1_000_000)
        self.delivery = Delivery(self.table, Nobody(), self.clock, plain, self.provider, policy)
        self.bounces = Bounces(self.message_log, Customers(), SECRET, self.clock)
        self.message_trouble = MessageTrouble(
            self.table, Nobody(), self.message_log, policy, self.clock, lambda: SenderState(address=""), trial, self.provider
        )
        self.number = 0

    def owe(self, **fields: Any) -> Appointment:
        """An appointment of its own half-hour that owes one message."""
        owed = {name: fields.pop(name) for name in ("kind", "channel", "due") if name in fields}
        start = at_day(self.number)
        self.number += 1
        booked = appointment(branch=self.branch, start=start, end=start + 30, **fields)
        self.table.write(made(booked, message(booked, **owed)))
        return booked

    def deliver(self, appointment: Appointment) -> Message:
        """One attempt; the message after it."""
        [owed] = self.messages(appointment)
        self.delivery.deliver((f"APPOINTMENT#{appointment.id}", f"MESSAGE#{owed.event:06}#{owed.kind}#{owed.channel}"))
        return self.messages(appointment)[0]

    def messages(self, appointment: Appointment) -> list[Message]:
        return self.table.history(appointment.id)[1]

    def sent(self, **fields: Any) -> tuple[Appointment, str]:
        """An appointment whose message the provider has taken, with the provider's id."""
        appointment = self.owe(**fields)
        message = self.deliver(appointment)
        assert message.state == "sent", message.failure
        return appointment, message.provider_id or ""

    def bounce(self, appointment: Appointment, provider_id: str, **fields: Any) -> None:
        kind = self.messages(appointment)[0].kind
        given: dict[str, Any] = {
            "what": "bounced", "why": "Permanent", "for_good": True, "addresses": ("erika@example.org",)
        } | fields  # fmt: skip
        self.bounces.hear(
            Report(appointment=appointment.id, message=MessageName(1, kind, "email"), provider_id=provider_id, **given)
        )

    def inbox(self) -> list[tuple[str, str]]:
        return [(each.kind, each.appointment) for each in self.table.inbox(self.branch)]

    def troubles(self) -> list[Trouble]:
        return self.message_trouble.troubles(self.branch)[1]


def at_day(number: int) -> int:
    return appointment().start + 1440 * number


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office()


# --------------------------------------------------------------------------------------------------------- what staff are told


def test_a_message_to_a_customer_that_failed_for_good_waits_in_the_inbox_and_in_the_list(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(appointment)
    assert office.inbox() == [("bounced", appointment.id)]
    [trouble] = office.troubles()
    assert (trouble.message.failure, trouble.message.due, trouble.appointment, trouble.again) == (
        "MessageRejected",
        NOW,
        appointment,
        "may",
    )


def test_a_notice_that_failed_is_listed_and_no_customer_waits_for_it(office: Office) -> None:
    appointment = office.owe(kind="notice")
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(appointment)
    assert office.inbox() == []
    assert [each.message.kind for each in office.troubles()] == ["notice"]


def test_one_that_is_tried_again_is_no_trouble_yet(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendLater("TooManyRequestsException")]
    office.deliver(appointment)
    assert (office.inbox(), office.troubles()) == ([], [])


def test_of_a_person_who_is_erased_nobody_is_told(office: Office) -> None:
    office.deliver(office.owe(comment=None))
    assert office.inbox() == []


def test_what_nobody_waits_for_is_not_among_the_messages_in_trouble(office: Office) -> None:
    appointment = office.owe(comment=None)
    assert office.deliver(appointment).failure == "erased"
    [item] = MessageItem.query(f"APPOINTMENT#{appointment.id}", MessageItem.sk.startswith("MESSAGE#"), consistent_read=True)
    assert not {"gsi2pk", "gsi2sk", "gsi3pk"} & item.attribute_values.keys()


def test_however_many_nobody_waits_for_stand_before_it_a_message_in_trouble_is_found(office: Office) -> None:
    """As those of an earlier version do, which listed them as well."""
    waited_for = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(waited_for)
    for minute, failure in enumerate(sorted(NOBODY_WAITS) * 3, 1):
        appointment = office.owe()
        office.provider.says = [SendNever(failure)]
        office.deliver(appointment)
        since = (NOW + timedelta(minutes=minute)).isoformat(timespec="milliseconds")
        listed: list[Action] = [MessageItem.gsi2pk.set(f"TROUBLE#{office.branch}"), MessageItem.gsi2sk.set(since)]
        MessageItem(f"APPOINTMENT#{appointment.id}", "MESSAGE#000001#receipt#email").update(listed)
    assert [each.appointment for each in office.message_log.troubles(office.branch, NOW, 2)] == [waited_for.id]


def test_the_inbox_and_the_list_are_written_together_however_often_the_database_is_asked(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    with answered("TransactWriteItems", cancelled("TransactionConflict", "None"), cancelled("None", "ThrottlingError")):
        office.deliver(appointment)
    assert (len(office.inbox()), len(office.troubles())) == (1, 1)


# ------------------------------------------------------------------------------------------------------------ bounces


def test_a_bounce_marks_the_message_and_waits_in_the_inbox(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id)
    [told] = office.messages(appointment)
    assert (told.state, told.failure, told.provider_id) == ("bounced", "Permanent", provider_id)
    assert office.inbox() == [("bounced", appointment.id)]


def test_a_repeated_bounce_changes_nothing(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id)
    office.table.tick_off(office.branch, office.table.inbox(office.branch)[0].id)
    office.clock.now += timedelta(hours=1)
    office.bounce(appointment, provider_id)
    assert office.inbox() == []
    assert office.messages(appointment)[0].due == NOW


def test_a_bounce_of_a_message_that_nobody_knows_changes_nothing(office: Office) -> None:
    appointment, provider_id = office.sent()
    strange = Report(
        appointment="f" * 32, message=MessageName(1, "receipt", "email"), provider_id=provider_id, what="bounced", why="",
        for_good=True, addresses=("erika@example.org",),
    )  # fmt: skip
    office.bounces.hear(strange)
    office.bounces.hear(replace(strange, appointment=appointment.id, message=MessageName(9, "receipt", "email")))
    assert (office.inbox(), office.messages(appointment)[0].state) == ([], "sent")


def test_a_bounce_that_comes_before_the_sender_has_marked_its_message_is_not_overwritten(office: Office) -> None:
    appointment = office.owe()

    class Quick(Provider):
        def __call__(self, message: Any) -> str:
            office.bounce(appointment, "ses-quick")
            return "ses-quick"

    office.delivery._send = Quick()
    assert office.deliver(appointment).state == "bounced"
    assert office.inbox() == [("bounced", appointment.id)]


def test_a_late_bounce_of_an_earlier_sending_does_not_mark_the_one_that_followed(office: Office) -> None:
    appointment, first = office.sent()
    office.bounce(appointment, first, why="Transient", for_good=False)
    office.message_trouble.again(office.branch, appointment.id, "1.receipt.email")
    assert office.deliver(appointment).state == "sent"
    office.bounce(appointment, first, why="Transient", for_good=False)
    assert office.messages(appointment)[0].state == "sent"


def test_an_address_that_bounced_for_good_is_not_written_to_again_in_any_spelling(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id)
    other = office.owe(comment=replace(appointment.comment, email="Erika@Example.ORG"))  # type: ignore[type-var]
    assert (office.deliver(other).state, office.messages(other)[0].failure) == ("failed", "suppressed")
    assert len(office.provider.mails) == 1
    assert ("bounced", other.id) in office.inbox()


def test_it_is_written_to_in_another_branch_and_at_another_address(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id)
    elsewhere = Office()
    assert elsewhere.deliver(elsewhere.owe()).state == "sent"
    mended = office.owe(comment=replace(appointment.comment, email="erika.mustermann@example.org"))  # type: ignore[type-var]
    assert office.deliver(mended).state == "sent"


def test_a_full_mailbox_is_written_to_again(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id, why="Transient", for_good=False)
    assert office.deliver(office.owe()).state == "sent"


def test_who_complained_is_not_written_to_again(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id, what="complained", why="abuse")
    assert office.messages(appointment)[0].state == "complained"
    assert office.deliver(office.owe()).failure == "suppressed"


def test_the_branch_is_written_to_though_its_own_mailbox_bounced(office: Office) -> None:
    appointment, provider_id = office.sent(kind="notice")
    office.bounce(appointment, provider_id, addresses=("praxis@example.org",))
    assert office.inbox() == []
    assert office.deliver(office.owe(kind="notice")).state == "sent"


def test_of_a_suppressed_address_a_keyed_hash_is_kept_for_a_year_and_no_longer(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id)
    [kept] = SuppressedItem.query(f"SUPPRESSED#{office.branch}")
    assert "erika" not in str(kept.attribute_values)
    office.clock.now += timedelta(days=366)
    assert office.deliver(office.owe()).state == "sent"


# ---------------------------------------------------------------------------------------------------------- sending again


def test_a_failed_message_goes_out_again_with_all_its_attempts_and_leaves_inbox_and_list(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(appointment)
    office.message_trouble.again(office.branch, appointment.id, "1.receipt.email")
    assert (office.inbox(), office.troubles(), office.messages(appointment)[0].attempts) == ([], [], 0)
    assert (office.deliver(appointment).state, len(office.provider.mails)) == ("sent", 1)


def test_of_two_who_send_again_at_once_one_does_and_the_message_goes_out_once(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(appointment)
    results = together(2, lambda _: office.message_trouble.again(office.branch, appointment.id, "1.receipt.email"))
    assert sorted(type(each).__name__ for each in results) == ["ChangedMeanwhile", "NoneType"]
    office.deliver(appointment)
    assert len(office.provider.mails) == 1


def test_one_that_was_sent_is_not_sent_again(office: Office) -> None:
    appointment, _ = office.sent()
    with pytest.raises(ChangedMeanwhile):
        office.message_trouble.again(office.branch, appointment.id, "1.receipt.email")


def test_to_an_address_that_takes_none_nothing_is_sent_again(office: Office) -> None:
    appointment, provider_id = office.sent()
    office.bounce(appointment, provider_id)
    assert [each.again for each in office.troubles()] == ["suppressed"]
    with pytest.raises(Invalid, match="check") as refusal:
        office.message_trouble.again(office.branch, appointment.id, "1.receipt.email")
    assert list(refusal.value.fields) == ["message"]


def test_what_is_not_so_any_more_is_not_sent_again(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(appointment)
    actions(office.table, office.clock).answer(seen(appointment), "confirmed", "staff-1")
    assert [each.again for each in office.troubles()] == ["changed"]
    with pytest.raises(Invalid):
        office.message_trouble.again(office.branch, appointment.id, "1.receipt.email")


def test_of_what_nobody_waits_for_nothing_is_listed_and_nothing_sent_again(office: Office) -> None:
    appointment = office.owe(comment=None)
    office.deliver(appointment)
    assert office.troubles() == []
    with pytest.raises(Invalid):
        office.message_trouble.again(office.branch, appointment.id, "1.receipt.email")


@pytest.mark.parametrize("name", ["1.receipt.sms", "2.receipt.email", "receipt", "1.receipt.email.x", "", "1.RECEIPT.email"])
def test_a_message_that_is_not_there_is_not_found(office: Office, name: str) -> None:
    appointment = office.owe()
    with pytest.raises(NotFound):
        office.message_trouble.again(office.branch, appointment.id, name)


def test_neither_is_one_of_another_branch(office: Office) -> None:
    appointment = office.owe()
    office.provider.says = [SendNever("MessageRejected")]
    office.deliver(appointment)
    other = Office()
    with pytest.raises(NotFound):
        other.message_trouble.again(other.branch, appointment.id, "1.receipt.email")
    assert other.troubles() == []


def test_trouble_of_long_ago_is_not_listed_and_the_latest_comes_first(office: Office) -> None:
    listed = []
    for days in (0, 30, 61):
        office.clock.now = NOW + timedelta(days=days)
        office.provider.says = [SendNever("MessageRejected")]
        listed.append(office.owe(due=office.clock.now))
        office.deliver(listed[-1])
    assert [each.message.appointment for each in office.troubles()] == [listed[2].id, listed[1].id]


# ------------------------------------------------------------------------------------------------------------------- SMS


def a_text(office: Office) -> Appointment:
    comment = replace(appointment().comment, phone="+49 171 3920077")  # type: ignore[type-var]
    return office.owe(kind="confirmed", channel="sms", comment=comment)


def used(office: Office, month: str = "2026-11") -> int:
    return int(CounterItem.get(f"LIMIT#{office.branch}#sms#{month}", "COUNTER", consistent_read=True).used or 0)


def test_beyond_the_month_s_limit_no_text_goes_out_and_staff_hear_of_it(engine: Engine) -> None:
    office = Office(most_sms_a_month=2)
    outcomes = [office.deliver(a_text(office)) for _ in range(3)]
    assert [(each.state, each.failure) for each in outcomes] == [("sent", None), ("sent", None), ("failed", "sms_limit")]
    assert ([kind for kind, _ in office.inbox()], used(office)) == (["bounced"], 2)


def test_a_new_month_of_the_branch_begins_anew(engine: Engine) -> None:
    """December begins at 23:00 UTC in Berlin."""
    office = Office(most_sms_a_month=1)
    office.deliver(a_text(office))
    office.clock.now = datetime.fromisoformat("2026-11-30T23:00+00:00")
    assert office.deliver(a_text(office)).state == "sent"
    assert (used(office), used(office, "2026-12")) == (1, 1)


def test_a_text_counts_in_parts(engine: Engine) -> None:
    office = Office(most_sms_a_month=3)
    policy = SendingPolicy(office.message_log, Addresses(), SECRET, office.clock, 1_000_000)

    def long(message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int) -> Sms:
        return Sms("+491713920077", "long", parts=2)

    office.delivery = Delivery(office.table, Nobody(), office.clock, long, office.provider, policy)
    assert [office.deliver(a_text(office)).state for _ in range(2)] == ["sent", "failed"]
    assert used(office) == 2


@pytest.mark.parametrize(
    ("says", "counted"), [(SendNever("InvalidParameter"), 0), (SendLater("Throttling"), 0), (Unanswered("ReadTimeoutError"), 1)]
)
def test_what_the_provider_did_not_take_is_not_counted_and_what_it_may_have_taken_is(
    engine: Engine, says: Exception, counted: int
) -> None:
    office = Office(most_sms_a_month=1)
    office.provider.says = [says]
    office.deliver(a_text(office))
    assert used(office) == counted


def test_of_twelve_at_once_only_as_many_go_out_as_are_allowed(engine: Engine) -> None:
    office = Office(most_sms_a_month=5)
    owed = [a_text(office) for _ in range(12)]
    states = together(12, lambda number: office.deliver(owed[number]).state)
    assert (states.count("sent"), states.count("failed"), used(office)) == (5, 7, 5)


# ---------------------------------------------------------------------------------------------------------------- digest

SEVEN = datetime.fromisoformat("2026-11-24T06:00+00:00")
"""Of the next morning in Berlin."""


def gathered(**fields: Any) -> Office:
    office = Office(notices="digest", **fields)
    office.clock.now = NOW + timedelta(hours=4)
    return office


def notice(office: Office) -> Appointment:
    return office.owe(kind="notice", made_at=office.clock.now)


def test_all_requests_of_a_day_are_told_in_one_mail_in_the_morning(engine: Engine) -> None:
    office = gathered()
    owed = [notice(office) for _ in range(3)]
    assert [office.deliver(each).due for each in owed] == [SEVEN] * 3
    office.clock.now = SEVEN
    states = [office.deliver(each) for each in owed]
    assert [(each.state, each.provider_id) for each in states] == [("sent", "ses-1")] * 3
    assert [mail.to for mail in office.provider.mails] == ["praxis@example.org"]


def test_each_day_has_its_own(engine: Engine) -> None:
    office = gathered()
    for _ in range(2):
        appointment = notice(office)
        office.clock.now = office.clock.now.replace(hour=6) + timedelta(days=1)
        office.deliver(appointment)
        office.clock.now += timedelta(hours=3)
    assert len(office.provider.mails) == 2


def test_when_all_are_delivered_at_once_one_mail_goes_out(engine: Engine) -> None:
    office = gathered()
    owed = [notice(office) for _ in range(8)]
    office.clock.now = SEVEN
    together(8, lambda number: office.deliver(owed[number]))
    while waiting := [appointment for appointment in owed if office.messages(appointment)[0].state == "due"]:
        office.clock.now += timedelta(minutes=BACKOFF[0])
        for request in waiting:
            office.deliver(request)
    assert [office.messages(appointment)[0].state for appointment in owed] == ["sent"] * 8
    assert len(office.provider.mails) == 1


def test_the_others_wait_while_it_is_tried_and_fail_as_it_does(engine: Engine) -> None:
    office = gathered()
    first, other = notice(office), notice(office)
    office.clock.now = SEVEN
    office.provider.says = [SendLater("Throttling"), SendNever("MessageRejected")]
    assert (office.deliver(first).state, office.deliver(other).state) == ("due", "due")
    office.clock.now += timedelta(minutes=BACKOFF[0])
    assert (office.deliver(first).failure, office.deliver(other).failure) == ("MessageRejected", "MessageRejected")
    assert office.inbox() == []


class Refusing(Provider):
    """After whose answer the database refuses some calls, as long as `ends` is open; its client repeats each once."""

    def __init__(self, ends: ExitStack, refusals: int) -> None:
        super().__init__()
        self._ends, self._refusals = ends, refusals

    def __call__(self, message: Mail | Sms) -> str:
        self._ends.enter_context(answered("UpdateItem", *[error("ThrottlingException")] * self._refusals))
        return super().__call__(message)


def test_the_others_are_told_how_it_ended_though_the_database_refuses_at_first(engine: Engine) -> None:
    office = gathered()
    first, other = notice(office), notice(office)
    office.clock.now = SEVEN
    with ExitStack() as ends:
        office.delivery._send = Refusing(ends, 5)
        assert office.deliver(first).state == "sent"
        assert office.deliver(other).provider_id == "ses-1"


def test_the_mail_of_a_day_is_marked_as_sent_though_the_others_cannot_be_told(engine: Engine) -> None:
    office = gathered()
    appointment = notice(office)
    office.clock.now = SEVEN
    with ExitStack() as ends:
        office.delivery._send = Refusing(ends, 2 * ATTEMPTS)
        with pytest.raises(TryAgain):
            office.deliver(appointment)
    assert office.messages(appointment)[0].state == "sent"


def test_a_request_from_just_before_seven_is_told_in_the_next_day_s(engine: Engine) -> None:
    """It may be written after the mail of seven o'clock has counted."""
    office = gathered()
    office.clock.now = SEVEN - timedelta(seconds=20)
    appointment = notice(office)
    office.clock.now = SEVEN + timedelta(seconds=20)
    assert (office.deliver(appointment).due, office.provider.mails) == (SEVEN + timedelta(days=1), [])


def test_a_branch_that_wants_each_again_gets_what_was_gathered_one_by_one(engine: Engine) -> None:
    office = gathered()
    owed = [notice(office) for _ in range(2)]
    office.table.replace_settings(replace(office.settings, branch=replace(office.settings.branch, notices="each")))
    for request in owed:
        office.deliver(request)
    assert len(office.provider.mails) == 2


# ------------------------------------------------------------------------------------------------------------- the test mail


def test_a_test_message_goes_to_the_branch_or_an_employee(engine: Engine) -> None:
    office = Office(employees=(Employee(id="jana", name="Jana", email="Jana@example.org"),))
    assert office.message_trouble.test(office.branch, None) == ("praxis@example.org", None)
    assert office.message_trouble.test(office.branch, "jana@example.org") == ("Jana@example.org", None)
    assert [mail.to for mail in office.provider.mails] == ["praxis@example.org", "Jana@example.org"]


def test_a_test_message_to_an_address_as_it_is_read_goes_to_it_as_mail_servers_know_it(engine: Engine) -> None:
    office = Office(email="info@xn--hrgerte-mller-ffb9xvd.de")
    office.message_trouble.test(office.branch, "Info@Hörgeräte-Müller.de")
    assert [mail.to for mail in office.provider.mails] == ["info@xn--hrgerte-mller-ffb9xvd.de"]


@pytest.mark.parametrize("to", ["erika@example.org", "gone@example.org"])
def test_it_goes_to_nobody_else(engine: Engine, to: str) -> None:
    office = Office(employees=(Employee(id="gone", name="Gone", email="gone@example.org", active=False),))
    office.owe()
    with pytest.raises(Invalid) as refusal:
        office.message_trouble.test(office.branch, to)
    assert (list(refusal.value.fields), office.provider.sent) == (["to"], [])


def test_why_it_could_not_be_sent_is_told(office: Office) -> None:
    office.provider.says = [SendNever("MessageRejected")]
    assert office.message_trouble.test(office.branch, None) == ("praxis@example.org", "MessageRejected")
