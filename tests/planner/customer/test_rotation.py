"""A new secret takes the place of another, and nothing that hangs on the earlier one ends, on a real engine."""

from __future__ import annotations

import secrets

import pytest

from chalicelib.domain.errors import IdempotencyKeyReused, TooManyRequests, Unauthorized
from chalicelib.domain.tokens import Secret
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.booking import Booking
from chalicelib.planner.customer.manage import OwnAppointment
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.messages.policy import SendingPolicy
from chalicelib.proofs import Altcha
from chalicelib.store.customers import Customers
from chalicelib.store.message_log import MessageLog
from infra.local.engine import Engine
from tests.builders import Worked
from tests.planner.customer.test_confirming import TUESDAY, Street, somebody

EARLIER = "another secret for tests, as long as it must be"
TODAY = "a third secret for tests, as long as it must be"


class Rotating(Street):
    def rotate(self, earlier: str = EARLIER) -> None:
        """As the next deployment does; without an earlier one, as once that is forgotten."""
        self.secret = Secret(TODAY, earlier)
        self.proofs = Altcha(self.secret.proving)
        self.booking = Booking(self.table, self.addresses, Worked, self.clock, self.secret)
        notifying = Notifying(Customers(), mobile)
        self.own_appointment = OwnAppointment(
            self.table, self.addresses, Customers(), notifying, self.booking, self.secret, self.clock
        )


@pytest.fixture
def street(engine: Engine) -> Rotating:
    return Rotating()


def test_links_from_before_open_their_appointment_until_the_earlier_secret_is_forgotten(street: Rotating) -> None:
    booked = street.asks(somebody())
    mailed = street.mailed(booked)
    street.rotate()
    assert street.own_appointment.show(booked.token).booked.appointment.id == booked.appointment.id
    assert street.own_appointment.show(mailed).booked.appointment.id == booked.appointment.id
    street.rotate(earlier="")
    for token in (booked.token, mailed):
        with pytest.raises(Unauthorized):
            street.own_appointment.show(token)


def test_an_address_that_has_proved_itself_is_known_by_its_earlier_hash(street: Rotating) -> None:
    email = somebody()
    street.addresses.prove(street.branch, street.secret.mailbox(email), street.now)
    street.rotate()
    assert street.addresses.standing(street.branch, street.secret.mailbox(email), street.now).proved


def test_a_link_from_before_proves_its_address_for_when_the_earlier_secret_is_forgotten(street: Rotating) -> None:
    email = somebody()
    mailed = street.mailed(street.asks(email))
    street.rotate()
    street.own_appointment.cancel(mailed)
    street.rotate(earlier="")
    assert street.addresses.standing(street.branch, street.secret.mailbox(email), street.now).proved


def test_who_has_stopped_online_acts_is_not_written_to_by_the_next_request(street: Rotating) -> None:
    email = somebody()
    street.own_appointment.disown(street.mailed(street.asks(email)))
    street.rotate()
    with pytest.raises(TooManyRequests):
        street.asks(email)


def test_a_word_from_before_is_taken_back_by_staff_or_by_a_new_link(street: Rotating) -> None:
    by_staff, by_link = somebody(), somebody()
    for email in (by_staff, by_link):
        street.addresses.stop(street.branch, street.secret.mailbox(email), street.now)
    street.rotate()
    street.addresses.lift(street.branch, street.secret.mailbox(by_staff))
    street.addresses.prove(street.branch, street.secret.mailbox(by_link), street.now)
    assert street.asks(by_staff).appointment.status == "proposed"
    assert street.asks(by_link).appointment.status == "proposed"


def test_an_address_that_bounced_before_is_not_written_to(street: Rotating) -> None:
    email, message_log = somebody(), MessageLog()
    message_log.suppress(street.branch, street.secret.address(email), "bounced", street.now)
    street.rotate()
    policy = SendingPolicy(message_log, street.addresses, street.secret, street.clock, most_an_hour=1)
    assert policy.is_suppressed(street.branch, email)
    assert not policy.is_suppressed(street.branch, somebody())


def test_a_request_that_is_repeated_over_the_change_gets_its_first_answer(street: Rotating) -> None:
    email, key = somebody(), secrets.token_hex(16)
    first = street.asks(email, TUESDAY, key)
    street.rotate()
    assert street.asks(email, TUESDAY, key).appointment.id == first.appointment.id
    with pytest.raises(IdempotencyKeyReused):
        street.asks(somebody(), TUESDAY, key)


def test_work_that_was_set_before_counts(street: Rotating) -> None:
    street.booking = Booking(street.table, street.addresses, lambda: street.proofs, street.clock, street.secret)
    proof = street.proof()
    street.rotate()
    assert street.proofs.read(street.alias, proof, street.now) is not None
    street.rotate(earlier="")
    assert street.proofs.read(street.alias, proof, street.now) is None
