"""Whoever has just asked for a time may correct the e-mail address: once, soon, and nobody else keeps a link (R33, R34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import ChangedMeanwhile, TooManyRequests, TryAgain, Unauthorized
from chalicelib.domain.limits import MOST_MAILS_UNPROVED, UNPROVED
from chalicelib.domain.trouble import MessageName, Report
from chalicelib.planner.customer.booking import Booked
from chalicelib.planner.customer.correction import WITHIN, Correction
from chalicelib.planner.messages.bounces import Bounces
from chalicelib.store import keys
from chalicelib.store.customers import Customers
from chalicelib.store.message_log import MessageLog
from infra.local.engine import Engine
from tests.builders import seen
from tests.planner.customer.test_confirming import TUESDAY, Street, somebody, street
from tests.planner.practice import STAFF
from tests.race import together

__all__ = ["street"]  # the fixture
SECOND = timedelta(seconds=1)


def correct(street: Street, booked: Booked, email: str) -> Booked:
    return Correction(street.table, street.addresses, street.secret, street.clock).correct(booked.token, email)


def address_of(street: Street, booked: Booked) -> str | None:
    comment = street.read(booked.appointment.id).comment
    return comment.email if comment else None


def receipts(street: Street, booked: Booked) -> list[str]:
    return [state for kind, state in street.owed(booked) if kind == "receipt"]


def test_the_receipt_goes_to_the_corrected_address_and_the_time_stays(street: Street) -> None:
    booked, email = street.asks(somebody()), somebody()
    held = street.held()
    after = correct(street, booked, email)
    assert address_of(street, booked) == email
    assert (after.appointment.status, after.appointment.start) == ("proposed", booked.appointment.start)
    assert street.held() == held
    assert receipts(street, booked) == ["due", "due"]
    assert [each.what for each in street.table.history(booked.appointment.id)[0]] == ["requested", "address_corrected"]


def test_no_link_from_before_opens_it_any_more(street: Street) -> None:
    booked = street.asks(somebody())
    mailed = street.mailed(booked)
    after = correct(street, booked, somebody())
    for token in (booked.token, mailed):
        with pytest.raises(Unauthorized):
            street.own_appointment.show(token)
    assert street.own_appointment.show(after.token).booked.appointment.id == booked.appointment.id
    assert street.own_appointment.confirm(street.mailed(booked)).booked.appointment.status == "proposed"


def test_the_same_correction_is_answered_again(street: Street) -> None:
    booked, email = street.asks(somebody()), somebody()
    first = correct(street, booked, email)
    street.passes(WITHIN + SECOND)
    assert correct(street, booked, email).token == first.token
    assert len(receipts(street, booked)) == 2


def test_an_address_is_corrected_once(street: Street) -> None:
    booked, email = street.asks(somebody()), somebody()
    after = correct(street, booked, email)
    with pytest.raises(ChangedMeanwhile):
        correct(street, booked, somebody())
    with pytest.raises(Unauthorized):
        correct(street, after, somebody())
    assert address_of(street, booked) == email


def test_it_is_corrected_within_ten_minutes(street: Street) -> None:
    early, late = street.asks(somebody()), street.asks(somebody())
    street.passes(timedelta(minutes=10))
    correct(street, early, somebody())
    street.passes(SECOND)
    with pytest.raises(ChangedMeanwhile):
        correct(street, late, somebody())


@pytest.mark.parametrize("again", [False, True], ids=["another address", "the same address"])
@pytest.mark.parametrize("act", ["confirmed", "link voided", "cancelled", "moved"])
def test_nothing_is_corrected_once_anything_has_happened(street: Street, act: str, again: bool) -> None:
    booked, email = street.asks(somebody(), TUESDAY + timedelta(days=3)), somebody()
    match act:
        case "confirmed":
            street.actions.answer(seen(booked.appointment), "confirmed", STAFF)
        case "link voided":
            street.actions.void_link(seen(booked.appointment), STAFF)
        case "cancelled":
            street.own_appointment.cancel(booked.token)
        case _:
            street.own_appointment.move(booked.token, TUESDAY + timedelta(days=4))
    with pytest.raises(ChangedMeanwhile):
        correct(street, booked, str(address_of(street, booked)) if again else email)


def test_a_link_that_was_mailed_has_nothing_to_correct(street: Street) -> None:
    booked = street.asks(somebody())
    correction = Correction(street.table, street.addresses, street.secret, street.clock)
    for token in (street.mailed(booked), "", "a" * 32, f"{'a' * 32}.{'b' * 43}", booked.token[:-1] + "-"):
        with pytest.raises(Unauthorized):
            correction.correct(token, somebody())


def test_an_address_whose_owner_has_stopped_online_acts_is_refused(street: Street) -> None:
    stranger, booked = somebody(), street.asks(somebody())
    street.addresses.stop(street.branch, street.secret.mailbox(stranger), street.now)
    with pytest.raises(TooManyRequests):
        correct(street, booked, stranger)
    assert address_of(street, booked) != stranger


def test_the_owner_of_the_first_address_stops_it_by_the_link_that_has_ended(street: Street) -> None:
    email = somebody()
    booked = street.asks(email)
    mailed = street.mailed(booked)
    correct(street, booked, somebody())
    assert street.own_appointment.disown(mailed) is None
    assert street.read(booked.appointment.id).status == "proposed"
    with pytest.raises(TooManyRequests):
        street.asks(email)


def test_a_corrected_request_counts_for_its_new_address(street: Street) -> None:
    own = somebody()
    street.addresses.prove(street.branch, street.secret.mailbox(own), street.now)
    booked = street.asks(own)
    correct(street, booked, somebody())
    assert [each[0] for each in street.read(booked.appointment.id).counts] == [UNPROVED]
    assert street.is_sound()


def test_a_branch_that_has_all_it_takes_of_unproved_addresses_takes_no_correction_to_one(engine: Engine) -> None:
    street = Street(most_unproved_an_hour=1)
    own, another = somebody(), somebody()
    for each in (own, another):
        street.addresses.prove(street.branch, street.secret.mailbox(each), street.now)
    booked, second = street.asks(own), street.asks(own)
    correct(street, booked, somebody())
    with pytest.raises(TooManyRequests):
        correct(street, second, somebody())
    assert address_of(street, second) == own
    correct(street, second, another)


def test_a_correction_takes_what_the_wrong_address_left_from_the_inbox(street: Street) -> None:
    email = somebody()
    booked = [street.asks(email) for _ in range(MOST_MAILS_UNPROVED + 1)][-1]
    assert ("withheld", booked.appointment.id) in street.waiting()
    correct(street, booked, somebody())
    assert ("withheld", booked.appointment.id) not in street.waiting()


@pytest.mark.parametrize("corrected", [False, True])
def test_a_receipt_that_bounces_waits_for_staff_unless_another_address_has_had_one_since(
    street: Street, corrected: bool
) -> None:
    booked, log = street.asks(somebody()), MessageLog(sleep=lambda seconds: None)
    sent = street.table.claim((keys.appointment(booked.appointment.id), keys.message(1, "receipt", "email")), street.clock())
    assert sent is not None
    street.table.settle(replace(sent, state="sent", provider_id="first"))
    if corrected:
        correct(street, booked, somebody())
    first = MessageName(1, "receipt", "email")
    told = Report(
        appointment=booked.appointment.id,
        message=first,
        provider_id="first",
        what="bounced",
        why="Permanent",
        for_good=True,
        addresses=(),
    )
    Bounces(log, Customers(), street.secret, street.clock).hear(told)
    bounced = log.message(booked.appointment.id, first)
    assert bounced is not None
    assert bounced.state == "bounced"
    assert (("bounced", booked.appointment.id) in street.waiting()) is not corrected


def test_corrections_fill_no_strangers_mailbox(street: Street) -> None:
    stranger = somebody()
    booked = [street.asks(somebody()) for _ in range(MOST_MAILS_UNPROVED + 2)]
    for each in booked:
        correct(street, each, stranger)
    states = [receipts(street, each)[1] for each in booked]
    assert states == ["due"] * MOST_MAILS_UNPROVED + ["withheld"] * 2
    assert len([each for each in street.table.inbox(street.branch) if each.kind == "withheld"]) == 2


def test_of_many_corrections_at_once_one_stands(street: Street) -> None:
    booked = street.asks(somebody())
    emails = [somebody() for _ in range(8)]

    def try_one(number: int) -> Booked:
        """At a moment of its own."""
        own = Correction(street.table, street.addresses, street.secret, lambda: street.now + number * SECOND)
        return own.correct(booked.token, emails[number])

    results = together(len(emails), try_one)
    assert all(isinstance(each, Booked | ChangedMeanwhile | TryAgain) for each in results)
    stood = [email for email, each in zip(emails, results, strict=True) if isinstance(each, Booked)]
    assert stood == [address_of(street, booked)]
    assert len(receipts(street, booked)) == 2
