"""Bots and strangers: proof of work, a branch's bounds, confirming first, mails that are too many (R33, R34)."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import limits
from chalicelib.domain.appointment import Appointment, message_of
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Forbidden, ProofNeeded, SlotTaken, TooManyRequests
from chalicelib.domain.mail import Mail, Withheld
from chalicelib.domain.outbox import Cause, Message
from chalicelib.domain.owed import is_too_late
from chalicelib.domain.tokens import Secret
from chalicelib.domain.work import CALM_STEPS, MOST_STEPS, steps
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.booking import Booked, Booking
from chalicelib.planner.customer.manage import OwnAppointment
from chalicelib.planner.customer.taking import Manner, RequestFields
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.messages.policy import SendingPolicy
from chalicelib.planner.records.customers import CustomerFields, Register
from chalicelib.proofs import Altcha
from chalicelib.store.addresses import Addresses
from chalicelib.store.customers import Customers
from chalicelib.store.message_log import MessageLog
from infra.local.engine import Engine
from infra.rehearse.proofs import answered
from tests.builders import NOW, Worked, appointment, availability, sweep
from tests.planner.practice import STAFF, Practice
from tests.race import together

MINUTE = timedelta(minutes=1)
TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


class Street(Practice):
    """A practice on a street where anybody may come by; one cabin, open 08:00 to 18:00 in steps of half an hour."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(availability("08:00-18:00"), templates=(), **fields)
        self.secret = Secret("another secret for tests, as long as it must be")
        self.addresses = Addresses()
        self.proofs = Altcha(self.secret.proving)
        self.booking = Booking(self.table, self.addresses, Worked, self.clock, self.secret)
        notifying = Notifying(Customers(), mobile)
        self.own_appointment = OwnAppointment(
            self.table, self.addresses, Customers(), notifying, self.booking, self.secret, self.clock
        )
        self.alias = self.settings.accesses[0].alias
        self.starts = self._starts()

    def _starts(self) -> Iterator[datetime]:
        """Half an hour after half an hour, from Tuesday on."""
        day = TUESDAY
        while True:
            yield from (day + timedelta(minutes=30 * number) for number in range(20))
            day += timedelta(days=1)

    def asks(self, email: str, start: datetime | None = None, key: str | None = None, **manner: Any) -> Booked:
        wanted = RequestFields(
            resource="cabin-1", start=start or next(self.starts), comment=Comment(last_name="Mustermann", email=email)
        )
        how = Manner(**{"proof": "worked"} | manner)
        return self.booking.request(self.alias, key or secrets.token_hex(16), wanted, repr(wanted).encode(), how)

    def proof(self) -> str:
        """What answers a challenge of the practice's."""
        made = self.booking.challenge(self.alias)
        told = {"algorithm": "SHA-256", "challenge": made.digest, "salt": made.salt, "maxnumber": made.steps}
        return answered(told | {"signature": made.signature})

    def mailed(self, booked: Booked | Appointment) -> str:
        """The token in the mail to who asked."""
        appointment = self.read(booked.appointment.id if isinstance(booked, Booked) else booked.id)
        assert appointment.comment is not None
        return self.secret.mailed(appointment.id, appointment.token_version, appointment.comment.email)

    def owed(self, booked: Booked) -> list[tuple[str, str]]:
        """All messages to the customer, with their state."""
        messages: list[Message] = self.table.history(booked.appointment.id)[1]
        return [(each.kind, each.state) for each in messages if each.kind != "notice"]

    def passes(self, span: timedelta) -> None:
        self.now += span

    def attends(self, booked: Booked) -> Appointment:
        """The schedule does what is due."""
        schedule = sweep(self.table, self.clock, None, self.secret)  # type: ignore[arg-type]
        schedule.attend(booked.appointment.id)
        return self.read(booked.appointment.id)


@pytest.fixture
def street(engine: Engine) -> Street:
    return Street()


def somebody() -> str:
    return f"{secrets.token_hex(6)}@example.org"


# --- proof of work


def test_without_a_proof_nothing_is_taken(street: Street) -> None:
    with pytest.raises(ProofNeeded):
        street.asks(somebody(), proof=None)
    assert street.held() == {}


def test_a_challenge_is_answered_once_for_one_booking(engine: Engine) -> None:
    street = Street()
    street.booking = Booking(street.table, street.addresses, lambda: street.proofs, street.clock, street.secret)
    proof = street.proof()
    first = street.asks(somebody(), TUESDAY, proof=proof)
    assert first.appointment.status == "proposed"
    with pytest.raises(ProofNeeded):
        street.asks(somebody(), TUESDAY + 30 * MINUTE, proof=proof)


def test_a_lost_slot_does_not_use_up_the_proof(engine: Engine) -> None:
    street = Street()
    street.booking = Booking(street.table, street.addresses, lambda: street.proofs, street.clock, street.secret)
    proof = street.proof()
    street.request("2026-11-24T07:00")
    with pytest.raises(SlotTaken):
        street.asks(somebody(), TUESDAY, proof=proof)
    assert street.asks(somebody(), TUESDAY + 30 * MINUTE, proof=proof).appointment.status == "proposed"


def test_the_same_proof_at_once_makes_one_booking(engine: Engine) -> None:
    street = Street()
    street.booking = Booking(street.table, street.addresses, lambda: street.proofs, street.clock, street.secret)
    proof = street.proof()

    def ask(number: int) -> str:
        try:
            return street.asks(somebody(), TUESDAY + 30 * number * MINUTE, proof=proof).appointment.status
        except ProofNeeded:
            return "proof_needed"

    outcomes = together(8, ask)
    assert sorted(map(str, outcomes)) == ["proof_needed"] * 7 + ["proposed"]


def test_a_stored_answer_is_given_before_a_proof_is_looked_at(street: Street) -> None:
    """R22: who lost the answer repeats the request, and has used up the proof."""
    email, key = somebody(), secrets.token_hex(16)
    first = street.asks(email, TUESDAY, key)
    assert street.asks(email, TUESDAY, key, proof=None).appointment.id == first.appointment.id


# --- bounds of a branch


def test_beyond_the_hour_s_bound_addresses_are_confirmed_first(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=7)
    statuses = [street.asks(somebody()).appointment.status for _ in range(9)]
    assert statuses == ["proposed"] * 7 + ["unconfirmed"] * 2


def test_the_next_hour_has_a_bound_of_its_own(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=1)
    assert [street.asks(somebody()).appointment.status for _ in range(2)] == ["proposed", "unconfirmed"]
    street.passes(timedelta(hours=1))
    assert street.asks(somebody()).appointment.status == "proposed"


def test_beyond_the_bound_of_open_requests_addresses_are_confirmed_first_until_one_is_answered(engine: Engine) -> None:
    street = Street(most_unproved_open=2)
    made = [street.asks(somebody()) for _ in range(3)]
    assert [each.appointment.status for each in made] == ["proposed", "proposed", "unconfirmed"]
    street.actions.answer(street.seen(made[0].appointment), "confirmed", STAFF)
    assert street.asks(somebody()).appointment.status == "proposed"


def test_an_address_that_has_proved_itself_needs_no_room_in_the_bounds(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=0)
    known = somebody()
    first = street.asks(known)
    street.own_appointment.confirm(street.mailed(first))
    assert street.asks(known).appointment.status == "proposed"


def test_what_a_link_from_a_mail_has_proved_holds_400_days(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=0, horizon_days=731)
    known = somebody()
    street.own_appointment.confirm(street.mailed(street.asks(known)))
    street.passes(timedelta(days=399))
    assert street.asks(known, street.now + timedelta(days=1, hours=2)).appointment.status == "proposed"
    street.passes(timedelta(days=2))
    assert street.asks(known, street.now + timedelta(days=1, hours=2)).appointment.status == "unconfirmed"


def test_32_who_book_32_starts_at_once_do_not_meet_at_a_counter(street: Street) -> None:
    starts = [next(street.starts) for _ in range(32)]

    def ask(number: int) -> str:
        return street.asks(somebody(), starts[number]).appointment.status

    assert together(32, ask) == ["proposed"] * 32


# --- confirming first


def test_who_confirms_first_gets_no_link_and_the_practice_hears_nothing(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True, proof=None)
    assert booked.appointment.status == "unconfirmed"
    assert street.owed(booked) == [("confirm", "due")]
    assert street.waiting() == []
    assert [each.kind for each in street.table.history(booked.appointment.id)[1]] == ["confirm"]


def test_a_field_that_only_programs_fill_means_confirm_first(street: Street) -> None:
    assert street.asks(somebody(), trapped=True).appointment.status == "unconfirmed"


def test_a_confirmed_request_stands_as_any_other(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True)
    after = street.own_appointment.confirm(street.mailed(booked)).booked.appointment
    assert (after.status, after.start, after.confirm_until) == ("proposed", booked.appointment.start, None)
    assert street.owed(booked) == [("confirm", "due"), ("receipt", "due")]
    assert street.waiting() == [("request", after.id)]
    assert street.is_sound()


def test_confirming_twice_does_nothing_twice(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True)
    street.own_appointment.confirm(street.mailed(booked))
    again = street.own_appointment.confirm(street.mailed(booked)).booked.appointment
    assert again.version == 2
    assert len(street.waiting()) == 1


def test_the_link_of_the_answer_neither_confirms_nor_proves(street: Street) -> None:
    email = somebody()
    booked = street.asks(email)
    with pytest.raises(Forbidden):
        street.own_appointment.confirm(booked.token)
    street.own_appointment.cancel(booked.token)
    assert not street.addresses.standing(street.branch, street.secret.mailbox(email), street.now).proved


def test_acting_by_a_link_from_a_mail_proves_its_address(street: Street) -> None:
    email = somebody()
    street.own_appointment.cancel(street.mailed(street.asks(email)))
    assert street.addresses.standing(street.branch, street.secret.mailbox(email), street.now).proved


def test_looking_by_a_link_from_a_mail_proves_nothing(street: Street) -> None:
    """Programs that look after mailboxes open links (R27)."""
    email = somebody()
    street.own_appointment.show(street.mailed(street.asks(email)))
    assert not street.addresses.standing(street.branch, street.secret.mailbox(email), street.now).proved


def test_ten_times_of_a_branch_are_held_unconfirmed_and_no_more(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=0)
    made = [street.asks(somebody(), TUESDAY + timedelta(days=number), confirm_first=True) for number in range(13)]
    assert [bool(street.read(each.appointment).holds) for each in made] == [True] * 10 + [False] * 3


def test_no_more_are_asked_to_confirm_in_an_hour_than_mails_may_go_out(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=0)
    statuses: list[str] = []
    for number in range(62):
        try:
            start = TUESDAY + timedelta(days=number % 50, hours=number // 50)
            booked = street.asks(somebody(), start, confirm_first=True, proof=None)
            statuses.append(booked.appointment.status)
        except TooManyRequests:
            statuses.append("turned away")
    assert statuses == ["unconfirmed"] * 60 + ["turned away"] * 2


def test_a_fifth_of_a_day_s_starts_is_held_unconfirmed_and_no_more(street: Street) -> None:
    made = [street.asks(somebody(), TUESDAY + 30 * number * MINUTE, confirm_first=True) for number in range(6)]
    assert [bool(street.read(each.appointment).holds) for each in made] == [True] * 4 + [False] * 2  # of 20 starts


def test_a_time_that_is_not_held_is_taken_by_the_link_if_it_is_free(engine: Engine) -> None:
    street = Street(resources=(replace(Practice().settings.resources[0]),))
    for number in range(4):
        street.asks(somebody(), TUESDAY + 30 * number * MINUTE, confirm_first=True)
    booked = street.asks(somebody(), TUESDAY + timedelta(hours=3), confirm_first=True)
    assert not street.read(booked.appointment).holds
    after = street.own_appointment.confirm(street.mailed(booked)).booked.appointment
    assert after.status == "proposed"
    assert after.holds
    assert street.is_sound()


def test_a_time_that_was_taken_meanwhile_is_answered_with_the_nearest(street: Street) -> None:
    for number in range(4):
        street.asks(somebody(), TUESDAY + 30 * number * MINUTE, confirm_first=True)
    start = TUESDAY + timedelta(hours=3)
    booked = street.asks(somebody(), start, confirm_first=True)
    street.asks(somebody(), start)
    with pytest.raises(SlotTaken) as lost:
        street.own_appointment.confirm(street.mailed(booked))
    begin = lost.value.alternatives[0].start
    chosen = datetime.fromtimestamp(begin * 60, UTC)
    assert street.own_appointment.confirm(street.mailed(booked), chosen).booked.appointment.start == begin
    assert street.is_sound()


def test_a_late_click_is_answered_with_times_of_days_that_have_room(engine: Engine) -> None:
    street = Street(most_appointments_a_day=2)
    booked = street.asks(somebody(), TUESDAY, confirm_first=True)
    street.passes(timedelta(hours=3))
    street.attends(booked)
    for number in range(2):
        street.asks(somebody(), TUESDAY + 30 * number * MINUTE)
    with pytest.raises(SlotTaken) as lost:
        street.own_appointment.confirm(street.mailed(booked))
    days = {datetime.fromtimestamp(each.start * 60, UTC).date() for each in lost.value.alternatives}
    assert days
    assert TUESDAY.date() not in days


def test_what_nobody_confirms_is_free_again_and_told_once(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True)
    street.passes(timedelta(minutes=119))
    assert street.attends(booked).status == "unconfirmed"
    street.passes(MINUTE)
    assert street.attends(booked).status == "expired"
    assert street.owed(booked) == [("confirm", "due"), ("lapsed", "due")]
    assert street.held() == {}
    assert street.is_sound()


def test_a_late_click_takes_the_time_if_it_is_still_free(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True)
    street.passes(timedelta(hours=3))
    street.attends(booked)
    after = street.own_appointment.confirm(street.mailed(booked)).booked.appointment
    assert after.status == "proposed"
    assert street.is_sound()


def test_the_start_ends_the_time_to_confirm(engine: Engine) -> None:
    street = Street(lead_hours=0)
    street.now = TUESDAY - timedelta(minutes=20)
    booked = street.asks(somebody(), TUESDAY, confirm_first=True)
    assert booked.appointment.confirm_until == TUESDAY


def test_staff_may_confirm_by_phone_what_waits_for_its_address(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True)
    after = street.actions.answer(street.seen(booked.appointment), "confirmed", STAFF)
    assert (after.status, after.counts, after.confirm_until) == ("confirmed", (), None)
    assert street.is_sound()


def test_confirming_by_32_at_once_ends_as_one_request(street: Street) -> None:
    booked = street.asks(somebody(), confirm_first=True)
    outcomes = together(8, lambda _: street.own_appointment.confirm(street.mailed(booked)).booked.appointment.version)
    assert outcomes == [2] * 8
    assert len(street.waiting()) == 1


# --- limits of an address


def test_limits_of_an_address_hold_once_it_has_proved_itself(engine: Engine) -> None:
    street = Street(most_open_requests=2)
    email = somebody()
    assert [street.asks(email).appointment.status for _ in range(4)] == ["proposed"] * 4  # by anybody, in anybody's name
    street.addresses.prove(street.branch, street.secret.mailbox(email), street.now)
    street.asks(email)
    street.asks(email)
    with pytest.raises(TooManyRequests):
        street.asks(email)


# --- mails


def test_six_mails_a_day_go_to_an_address_that_has_not_proved_itself(street: Street) -> None:
    email = somebody()
    states = [street.owed(street.asks(email))[0][1] for _ in range(8)]
    assert states == ["due"] * 6 + ["withheld"] * 2


def test_spellings_of_one_mailbox_and_branches_count_together(engine: Engine) -> None:
    one, other = Street(), Street()
    name = secrets.token_hex(6)
    spelt = [f"{name}@gmail.com", f"{name[:3]}.{name[3:]}@gmail.com", f"{name}+a@googlemail.com", f"{name.upper()}@gmail.com"]
    states = [street.owed(street.asks(each))[0][1] for each in spelt for street in (one, other)]
    assert states == ["due"] * 6 + ["withheld"] * 2


def test_a_mail_that_is_withheld_stands_in_the_inbox_and_the_booking_stands(street: Street) -> None:
    email = somebody()
    made = [street.asks(email) for _ in range(7)]
    assert made[-1].appointment.status == "proposed"
    assert ("withheld", made[-1].appointment.id) in street.waiting()


def test_requests_that_nobody_answers_fill_no_stranger_s_mailbox(engine: Engine) -> None:
    street = Street(expire_after_hours=24)
    victim, start = somebody(), NOW + timedelta(days=7, hours=2)
    made = [street.asks(victim, start + 30 * number * MINUTE) for number in range(8)]
    for _ in range(2):  # staff are warned first
        street.passes(timedelta(hours=24))
        expired = [street.attends(each) for each in made]
    assert {each.status for each in expired} == {"expired"}
    assert Counter(street.owed(each)[-1] for each in made) == {("expired", "due"): 6, ("expired", "withheld"): 2}
    assert [kind for kind, _ in street.waiting()] == ["withheld"] * 2  # their receipts


def test_the_next_day_has_six_of_its_own(engine: Engine) -> None:
    street = Street(horizon_days=60)
    email = somebody()
    for _ in range(7):
        street.asks(email)
    street.passes(timedelta(days=1))
    later = street.now + timedelta(days=5, hours=2)
    assert street.owed(street.asks(email, later))[0][1] == "due"


def test_acts_by_the_answer_s_link_count_and_those_by_a_mail_s_do_not(street: Street) -> None:
    email = somebody()
    made = [street.asks(email) for _ in range(6)]
    street.own_appointment.cancel(made[0].token)
    assert street.owed(made[0])[-1] == ("cancelled", "withheld")
    street.own_appointment.cancel(street.mailed(made[1]))
    assert street.owed(made[1])[-1] == ("cancelled", "due")


def test_several_moves_within_five_minutes_are_one_mail(street: Street) -> None:
    booked = street.asks(somebody(), TUESDAY)
    token = street.mailed(booked)
    for number in range(1, 4):
        street.own_appointment.move(token, TUESDAY + 30 * number * MINUTE)
        street.passes(MINUTE)
    owed = [each for each in street.table.history(booked.appointment.id)[1] if each.kind == "moved"]
    assert {each.due for each in owed} == {NOW + timedelta(minutes=5)}
    now_so = street.read(booked.appointment.id)
    assert [is_too_late(each, now_so, street.now) for each in owed] == [True, True, False]


def test_a_move_just_after_one_whose_mail_was_withheld_is_withheld_too(street: Street) -> None:
    """Else each five minutes would bring a mail beyond the six."""
    email = somebody()
    booked, *_ = [street.asks(email, TUESDAY + 30 * number * MINUTE) for number in range(6)]
    for number in range(8, 11):
        street.own_appointment.move(booked.token, TUESDAY + 30 * number * MINUTE)
        street.passes(MINUTE)
    assert street.owed(booked)[1:] == [("moved", "withheld")] * 3


def test_who_has_not_proved_the_address_may_move_a_few_times_only(street: Street) -> None:
    booked = street.asks(somebody(), TUESDAY)
    for number in range(1, 5):
        street.own_appointment.move(booked.token, TUESDAY + 30 * number * MINUTE)
    with pytest.raises(TooManyRequests):
        street.own_appointment.move(booked.token, TUESDAY)
    assert street.own_appointment.move(street.mailed(booked), TUESDAY).booked.appointment.version == 6


def test_the_breaker_withholds_what_strangers_cause_beyond_an_hour_s_mails(street: Street) -> None:
    policy = SendingPolicy(MessageLog(), street.addresses, street.secret, street.clock, most_an_hour=2)
    sent = 0

    def mail(caused_by: Cause, to: str) -> None:
        nonlocal sent
        message = message_of(appointment(branch=street.branch), "receipt", "de", street.now, caused_by=caused_by)
        composed = Mail(id="1", to=to, sender_name="", reply_to="", subject="", text="", html="")
        with policy.allowing(message, composed, street.settings):
            sent += 1

    known = somebody()
    street.addresses.prove(street.branch, street.secret.mailbox(known), street.now)
    mail("anybody", somebody())
    mail("anybody", somebody())
    with pytest.raises(Withheld):
        mail("anybody", somebody())
    mail("practice", somebody())
    mail("mailbox", somebody())
    mail("anybody", known)
    assert sent == 5
    street.passes(timedelta(hours=1))
    mail("anybody", somebody())


def test_a_branch_s_own_breaker_comes_before_the_deployment_s(street: Street) -> None:
    """So one that is attacked does not silence the others."""
    counted = [street.addresses.count_mail(street.branch, 2, street.now) for _ in range(3)]
    assert counted == [True, True, False]
    assert street.addresses.count_mail("elsewhere", 2, street.now)


# --- this was not me


def test_whoever_did_not_ask_frees_the_request_and_may_take_it_back(street: Street) -> None:
    booked = street.asks(somebody(), TUESDAY)
    token = street.mailed(booked)
    shown = street.own_appointment.disown(token)
    assert shown
    assert (shown.booked.appointment.status, shown.disowned) == ("cancelled", True)
    assert street.held() == {}
    assert street.waiting() == []
    back = street.own_appointment.own(token)
    assert (back.booked.appointment.status, back.disowned) == ("proposed", False)
    assert street.waiting() == [("request", booked.appointment.id)]
    assert street.is_sound()


def test_it_cannot_be_taken_back_after_a_day_or_once_the_time_is_gone(street: Street) -> None:
    start = TUESDAY + timedelta(days=4)
    booked = street.asks(somebody(), start)
    token = street.mailed(booked)
    street.own_appointment.disown(token)
    other = street.asks(somebody(), start)
    with pytest.raises(SlotTaken):
        street.own_appointment.own(token)
    street.own_appointment.cancel(other.token)
    street.passes(timedelta(hours=24) + MINUTE)
    assert not street.own_appointment.show(token).disowned


def test_a_confirmed_appointment_is_not_freed_by_it_but_stands_in_the_inbox(street: Street) -> None:
    booked = street.asks(somebody(), TUESDAY)
    street.actions.answer(street.seen(booked.appointment), "confirmed", STAFF)
    shown = street.own_appointment.disown(street.mailed(booked))
    assert shown
    assert shown.booked.appointment.status == "confirmed"
    assert ("disowned", booked.appointment.id) in street.waiting()
    street.own_appointment.own(street.mailed(booked))
    assert street.waiting() == []


def test_what_staff_have_cancelled_since_is_not_taken_back_with_it(street: Street) -> None:
    booked = street.asks(somebody(), TUESDAY)
    street.actions.answer(street.seen(booked.appointment), "confirmed", STAFF)
    street.own_appointment.disown(street.mailed(booked))
    street.actions.answer(street.seen(booked.appointment), "cancelled", STAFF)
    shown = street.own_appointment.own(street.mailed(booked))
    assert (shown.booked.appointment.status, shown.disowned) == ("cancelled", False)
    assert street.held() == {}


def test_it_stops_online_acts_with_that_very_address_in_that_branch(engine: Engine) -> None:
    street, elsewhere = Street(), Street()
    email = somebody()
    first, second = street.asks(email, TUESDAY), street.asks(email, TUESDAY + timedelta(hours=2))
    street.own_appointment.disown(street.mailed(first))
    with pytest.raises(TooManyRequests):
        street.asks(email)
    with pytest.raises(TooManyRequests):
        street.own_appointment.move(second.token, TUESDAY)
    assert elsewhere.asks(email).appointment.status == "proposed"
    street.own_appointment.move(street.mailed(second), TUESDAY)  # the owner takes part again
    assert street.asks(email).appointment.status == "proposed"


def test_staff_who_enter_the_address_let_it_take_part_again(street: Street) -> None:
    email = somebody()
    street.own_appointment.disown(street.mailed(street.asks(email, TUESDAY)))

    def welcome(branch: str, entered: str) -> None:
        street.addresses.lift(branch, street.secret.mailbox(entered))

    Register(street.table, Customers(), street.clock, welcome).create(
        street.branch, CustomerFields(last_name="A", email=email), STAFF
    )
    assert street.asks(email).appointment.status == "proposed"


def test_the_link_of_the_answer_cannot_disown(street: Street) -> None:
    booked = street.asks(somebody())
    with pytest.raises(Forbidden):
        street.own_appointment.disown(booked.token)


# --- arithmetic


def test_work_grows_with_the_hour_s_requests_and_has_an_end() -> None:
    found = [steps(requests, 40) for requests in (0, 10, 11, 25, 40, 4000)]
    assert found[:2] == [CALM_STEPS] * 2
    assert found == sorted(found)
    assert found[-2:] == [MOST_STEPS] * 2
    assert steps(5, 0) == MOST_STEPS


@pytest.mark.parametrize(
    "broken",
    ["", "no base64", "e30=", "bnVsbA==", "W10=", "A" * 1025],
)
def test_what_is_no_proof_is_none(street: Street, broken: str) -> None:
    assert street.proofs.read(street.alias, broken, street.now) is None


def test_a_proof_is_the_alias_s_own_and_ends_after_two_hours(street: Street) -> None:
    made = street.proofs.challenge(street.alias, 10, street.now)
    told = {"algorithm": "SHA-256", "challenge": made.digest, "salt": made.salt, "maxnumber": made.steps}
    proof = answered(told | {"signature": made.signature})
    assert street.proofs.read(street.alias, proof, street.now + timedelta(minutes=119)) is not None
    assert street.proofs.read(street.alias, proof, street.now + timedelta(hours=2)) is None
    assert street.proofs.read("another-alias", proof, street.now) is None
    assert Altcha([b"another key"]).read(street.alias, proof, street.now) is None


def test_the_shares_of_a_bound_are_the_bound() -> None:
    for bound in range(60):
        assert sum(limits.share(bound, shard) for shard in range(limits.SHARDS)) == bound


def test_every_request_tries_all_shards_once() -> None:
    assert sorted(limits.shards_from(appointment().id)) == list(range(limits.SHARDS))
