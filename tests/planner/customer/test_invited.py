"""An invitation is good once, for what it names (R39), on a real engine."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.customer import Customer, Reach, Revision
from chalicelib.domain.errors import (
    CustomerLeaving,
    IdempotencyKeyReused,
    Invalid,
    InvitationExpired,
    InvitationUsed,
    NotForThisResource,
    NotFound,
    NotReleased,
    Refused,
    SlotTaken,
    TooFar,
    TooManyRequests,
    TooSoon,
    Unauthorized,
)
from chalicelib.domain.invitation import Invitation
from chalicelib.domain.mail import Mail, SendLater, Sms
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings, Template
from chalicelib.domain.tokens import Secret
from chalicelib.domain.trouble import MessageName, Report
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.invited import Invited, InvitedTime
from chalicelib.planner.messages.bounces import Bounces
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.staff.inviting import Inviting, Wanted
from chalicelib.store.addresses import Addresses
from chalicelib.store.message_log import MessageLog
from chalicelib.store.models import InvitationItem
from infra.local.engine import Engine
from tests.builders import MONDAY, NOW, SECRET, policy, shown
from tests.planner.customer.test_manage import TUESDAY, Own, moment
from tests.planner.practice import STAFF
from tests.race import together
from tests.repeated import rounds

HIDDEN = Template(
    id="control",
    name={"de": "Kontrolle"},
    duration=30,
    shown="invited",
    resources=("cabin-1", "cabin-2"),
    starts_as="confirmed",
)
EIGHT = moment("2026-11-24T08:00")


class Inviter(Own):
    """A practice that invites its customers. `sent` is what it sent."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(templates=(HIDDEN,), **fields)
        self.sent: list[Mail | Sms] = []
        self.failing: Exception | None = None
        notifying = Notifying(self.records, mobile)
        self.inviting = Inviting(self.table, self.records, notifying, self.compose, self.send, policy(self.clock), self.clock)
        self.invited = Invited(self.table, self.records, Addresses(), notifying, SECRET, self.clock)
        self.patient_ = self.patient()

    def compose(self, invitation: Invitation, settings: Settings, to: Reach) -> Mail | Sms:
        return Sms("+491701234567", invitation.id) if invitation.channel == "sms" else _mail(to.email or "", invitation.id)

    def send(self, message: Mail | Sms) -> str:
        if self.failing:
            raise self.failing
        self.sent.append(message)
        return "provider-id"

    def invite(self, customer: Customer | None = None, **fields: Any) -> Invitation:
        wanted = Wanted(**{"template": HIDDEN.id, "resource": "cabin-1"} | fields)
        return self.inviting.invite(self.branch, (customer or self.patient_).id, wanted, STAFF).invitation

    def withdraw(self, invitation: Invitation) -> Invitation:
        return self.inviting.withdraw(self.branch, invitation.customer, invitation.id, STAFF).invitation

    def link(self, invitation: Invitation) -> str:
        return SECRET.invitation(invitation.id)

    def take(self, invitation: Invitation, start: Any = EIGHT, key: str | None = None, **fields: Any) -> Appointment:
        wanted = InvitedTime(start=start, **fields)
        body = repr(wanted).encode()
        return self.invited.book(self.link(invitation), key or secrets.token_hex(16), wanted, body).appointment

    def is_open(self, invitation: Invitation) -> bool:
        return self.invited.look(self.link(invitation)).state == "open"


def _mail(to: str, identity: str) -> Mail:
    return Mail(id=identity, to=to, sender_name="", reply_to="", subject="", text="", html="")


@pytest.fixture
def practice(engine: Engine) -> Inviter:
    return Inviter()


def test_who_is_invited_books_a_kind_that_is_hidden_online_and_is_the_customer_s_at_once(practice: Inviter) -> None:
    invitation = practice.invite()
    booked = practice.read(practice.take(invitation))
    assert (booked.customer, booked.name, booked.comment) == (practice.patient_.id, "Meyer, Anna", None)
    assert (booked.template, booked.status, booked.resource, shown(booked.start)) == (
        "control", "confirmed", "cabin-1", "2026-11-24T08:00",
    )  # fmt: skip
    [event] = practice.history(booked)
    assert (event.what, event.by) == ("booked", "customer")
    assert [(each.kind, each.channel, each.reader) for each in practice.messages(booked)] == [
        ("notice", "email", None), ("receipt", "email", "customer"),
    ]  # fmt: skip
    assert practice.waiting() == [("request", booked.id)]
    assert practice.is_sound()


def test_an_invitation_is_good_once_and_names_its_appointment(practice: Inviter) -> None:
    invitation = practice.invite()
    booked = practice.take(invitation)
    with pytest.raises(InvitationUsed):
        practice.take(invitation, moment("2026-11-24T10:00"))
    with pytest.raises(InvitationUsed):
        practice.invited.week(practice.link(invitation), None, TUESDAY, 1)
    [kept] = practice.register.file(practice.branch, practice.patient_.id).invitations
    assert (kept.ended, kept.appointment) == ("used", booked.id)
    assert list(practice.held().values()) == [frozenset(range(96, 102))]


def test_a_repeat_gives_the_first_answer_though_the_invitation_is_used_by_itself(practice: Inviter) -> None:
    invitation, key = practice.invite(), secrets.token_hex(16)
    booked = practice.take(invitation, key=key)
    assert practice.take(invitation, key=key).id == booked.id
    with pytest.raises(IdempotencyKeyReused):
        practice.take(invitation, moment("2026-11-24T10:00"), key)
    assert len(practice.held()) == 1


@pytest.mark.chance
def test_of_two_browsers_at_once_one_books_and_the_other_hears_that_the_invitation_is_used(practice: Inviter) -> None:
    times = ("08:00", "08:00", "09:00", "10:00")
    for number in range(rounds(3, 50)):
        day = (MONDAY + timedelta(days=1 + number % 50)).isoformat()
        invitation = practice.invite()
        starts = [moment(f"{day}T{times[number % each]}") for each in (2, 4)]
        outcomes = together(2, partial(_outcome, practice, invitation, starts))
        assert Counter(outcomes) == {"booked": 1, "invitation_used": 1}
    assert practice.is_sound()


def _outcome(practice: Inviter, invitation: Invitation, starts: list[Any], number: int) -> str:
    """What the one of several browsers hears."""
    try:
        practice.take(invitation, starts[number])
    except Refused as refusal:
        return refusal.code
    return "booked"


def test_who_loses_the_time_to_others_keeps_the_invitation_and_is_offered_other_times(practice: Inviter) -> None:
    invitation = practice.invite()
    practice.request("2026-11-24T08:00")
    with pytest.raises(SlotTaken) as lost:
        practice.take(invitation)
    assert lost.value.alternatives
    assert practice.is_open(invitation)
    assert practice.take(invitation, moment("2026-11-24T08:30"))


def test_it_works_while_online_booking_is_switched_off(practice: Inviter) -> None:
    invitation = practice.invite()
    practice.set(online=False)
    assert practice.take(invitation).status == "confirmed"


def test_dates_before_the_earliest_and_after_the_latest_are_neither_shown_nor_taken(practice: Inviter) -> None:
    wednesday = TUESDAY + timedelta(days=1)
    invitation = practice.invite(earliest=wednesday, latest=wednesday)
    week = practice.invited.week(practice.link(invitation), None, MONDAY, 7)
    assert [day for day, slots in week.days.items() if slots] == [wednesday]
    for start, refusal in ((EIGHT, TooSoon), (moment("2026-11-26T08:00"), TooFar)):
        with pytest.raises(refusal):
            practice.take(invitation, start)
    assert practice.take(invitation, moment("2026-11-25T08:00"))
    assert practice.invited.look(practice.link(invitation)).horizon_days == 2


def test_it_is_good_through_its_last_day(practice: Inviter) -> None:
    invitation = practice.invite(until=MONDAY)
    practice.now = NOW.replace(hour=22, minute=59)
    assert practice.is_open(invitation)
    practice.now = NOW.replace(hour=23)
    with pytest.raises(InvitationExpired):
        practice.take(invitation)
    assert practice.held() == {}


def test_the_branch_s_lead_time_and_limit_of_a_day_hold(practice: Inviter) -> None:
    practice.set(lead_hours=48)
    invitation = practice.invite()
    with pytest.raises(TooSoon):
        practice.take(invitation)
    practice.set(lead_hours=0, most_appointments_a_day=1)
    practice.request("2026-11-24T12:00", day="2026-11-24")
    with pytest.raises(TooManyRequests):
        practice.take(invitation)
    assert practice.is_open(invitation)


def test_one_for_any_resource_is_good_for_whichever_is_free_and_for_each_that_carries_the_kind(practice: Inviter) -> None:
    assert practice.take(practice.invite(resource=None), resource="cabin-2").resource == "cabin-2"
    assert practice.take(practice.invite(resource=None)).resource == "cabin-1"
    ahead = practice.invite(resource=None, earliest=TUESDAY)
    [(day, slots)] = practice.invited.week(practice.link(ahead), "any", TUESDAY, 1).days.items()
    assert (day, slots[0].free, slots[2].free) == (TUESDAY, True, False), "both are taken at nine"
    with pytest.raises(SlotTaken):
        practice.take(practice.invite(resource=None))
    for resource in ("group", "unknown"):
        with pytest.raises(NotForThisResource):
            practice.take(practice.invite(resource=None), resource=resource)
    with pytest.raises(NotForThisResource):
        practice.take(practice.invite(resource="cabin-1"), resource="cabin-2")


@pytest.mark.parametrize("left", [(), (replace(HIDDEN, shown="staff"),)])
def test_a_kind_that_is_gone_or_for_staff_alone_sends_the_customer_to_the_practice(
    practice: Inviter, left: tuple[Template, ...]
) -> None:
    invitation = practice.invite()
    practice.set(templates=left)
    with pytest.raises(NotReleased):
        practice.take(invitation)


def test_to_a_kind_for_staff_alone_nobody_is_invited(practice: Inviter) -> None:
    practice.set(templates=(replace(HIDDEN, shown="staff"),))
    with pytest.raises(Invalid) as refused:
        practice.invite()
    assert {name: flaw.code for name, flaw in refused.value.flaws.items()} == {"template": "for_staff"}


def test_a_withdrawn_one_books_nothing_and_a_used_one_cannot_be_withdrawn(practice: Inviter) -> None:
    invitation = practice.invite()
    assert practice.withdraw(invitation).ended == "withdrawn"
    assert practice.withdraw(invitation).ended == "withdrawn", "twice is no mistake"
    with pytest.raises(InvitationExpired):
        practice.take(invitation)
    used = practice.invite()
    practice.take(used)
    with pytest.raises(InvitationUsed):
        practice.withdraw(used)
    what = [each.what for each in practice.register.file(practice.branch, practice.patient_.id).history]
    assert Counter(what) == {"invited": 2, "invitation_withdrawn": 1, "made": 1}


@pytest.mark.chance
def test_withdrawing_and_booking_at_once_end_as_one_of_the_two(practice: Inviter) -> None:
    for number in range(rounds(3, 30)):
        invitation = practice.invite()
        start = moment(f"{MONDAY + timedelta(days=1 + number)}T08:00")

        def act(number: int, invitation: Invitation = invitation, start: Any = start) -> str:
            if number:
                return _outcome(practice, invitation, [start], 0)
            try:
                return str(practice.withdraw(invitation).ended)
            except InvitationUsed as refusal:
                return refusal.code

        assert together(2, act) in (["invitation_used", "booked"], ["withdrawn", "invitation_expired"])


@pytest.mark.parametrize("wrong", ["", "a" * 32, f"{'a' * 32}.{'b' * 43}"])
def test_a_token_that_was_not_made_here_opens_nothing(practice: Inviter, wrong: str) -> None:
    invitation = practice.invite()
    other = Secret("another secret that is long enough").invitation(invitation.id)
    for token in (wrong, other, SECRET.token(invitation.id, 1)):
        with pytest.raises(Unauthorized):
            practice.invited.look(token)


def test_of_who_is_erased_no_invitation_is_left_and_none_is_made(practice: Inviter) -> None:
    invitation, customer = practice.invite(), practice.patient_
    practice.records.keep_free(customer)
    with pytest.raises(Unauthorized):
        practice.take(invitation)
    with pytest.raises(CustomerLeaving):
        practice.invite()
    practice.register.erase(practice.branch, customer.id, customer.version, STAFF)
    assert InvitationItem.count(f"INVITATION#{invitation.id}") == 0
    with pytest.raises(Unauthorized):
        practice.take(invitation)
    with pytest.raises(NotFound):
        practice.invite(customer)


def test_an_invitation_of_who_was_merged_is_the_other_s(practice: Inviter) -> None:
    invitation, gone = practice.invite(), practice.patient_
    kept = practice.patient()
    practice.register.merge(practice.branch, kept.id, kept.version, gone.id, gone.version, STAFF)
    assert practice.take(invitation).customer == kept.id
    [shown_one] = practice.register.file(practice.branch, kept.id).invitations
    assert shown_one.id == invitation.id


def test_nobody_withdraws_the_invitation_of_another_customer_or_branch(practice: Inviter) -> None:
    invitation, other = practice.invite(), practice.patient()
    stranger = Inviter()
    same_id = replace(stranger.patient_, id=practice.patient_.id)
    line = Line(branch=stranger.branch, kind="customer", id=same_id.id, what="made", by=STAFF, at=NOW)
    stranger.records.write(Revision(after=same_id, line=line))
    for inviter, customer in ((practice, other.id), (stranger, same_id.id)):
        with pytest.raises(NotFound):
            inviter.inviting.withdraw(inviter.branch, customer, invitation.id, STAFF)
    assert practice.is_open(invitation)


# Made and sent by staff.


def test_it_is_sent_only_to_who_has_asked_for_it_which_the_record_keeps(practice: Inviter) -> None:
    with pytest.raises(Invalid) as refused:
        practice.invite(send="email")
    assert refused.value.fields.keys() == {"asked_for"}
    assert practice.sent == []
    practice.now += timedelta(minutes=1)
    invitation = practice.invite(send="email", asked_for=True)
    assert [each.to for each in practice.sent] == ["anna.meyer@example.org"]
    assert practice.invited.look(practice.link(invitation)).invitation.delivery == "sent"
    line = practice.register.file(practice.branch, practice.patient_.id).history[0]
    assert (line.what, line.by, line.fields) == ("invited", STAFF, ("template", "resource", "by_email", "asked_for"))


def test_what_cannot_be_sent_is_told_and_the_link_is_good_all_the_same(practice: Inviter) -> None:
    practice.failing = SendLater("throttled")
    invitation = practice.invite(send="email", asked_for=True)
    assert (invitation.delivery, invitation.failure) == ("failed", "throttled")
    [kept] = practice.register.file(practice.branch, practice.patient_.id).invitations
    assert kept == invitation
    assert practice.is_open(invitation)


def test_one_that_bounces_for_good_is_marked_and_its_address_not_written_to_any_more(practice: Inviter) -> None:
    invitation = practice.invite(send="email", asked_for=True)
    log = MessageLog(sleep=lambda seconds: None)
    told = Report(
        appointment=invitation.id,
        message=MessageName(0, "invitation", "email"),
        provider_id="provider-id",
        what="bounced",
        why="Permanent",
        for_good=True,
        addresses=(str(practice.patient_.email),),
    )
    Bounces(log, practice.records, SECRET, practice.clock).hear(told)
    practice.records.delivered(invitation.id, "sent", None)
    kept = practice.invited.look(practice.link(invitation)).invitation
    assert (kept.delivery, kept.failure) == ("bounced", "Permanent")
    again = practice.invite(send="email", asked_for=True)
    assert (again.delivery, again.failure) == ("failed", "suppressed")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"template": "unknown"}, "template"),
        ({"resource": "unknown"}, "resource"),
        ({"until": MONDAY - timedelta(days=1)}, "until"),
        ({"latest": date(2029, 1, 1)}, "latest"),
        ({"earliest": TUESDAY, "latest": MONDAY}, "latest"),
        ({"send": "sms", "asked_for": True}, "send"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_named_and_none_is_made(
    practice: Inviter, fields: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as refused:
        practice.invite(**fields)
    assert refused.value.fields.keys() == {wrong}
    with pytest.raises(NotForThisResource):
        practice.invite(resource="group")
    assert practice.register.file(practice.branch, practice.patient_.id).invitations == []
