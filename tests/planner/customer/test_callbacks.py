"""Who wants to be called back stands in the inbox until somebody has called (R33), on a real engine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.appointment import Proof
from chalicelib.domain.callbacks import KEPT, ring_entry
from chalicelib.domain.errors import (
    IdempotencyKeyReused,
    Invalid,
    ProofNeeded,
    TooManyRequests,
    TryAgain,
    UnknownAccess,
)
from chalicelib.domain.limits import rings_in
from chalicelib.planner.customer.callbacks import CallMe, Wish
from chalicelib.planner.customer.turned_away import TurnedAway
from chalicelib.store.callbacks import Callbacks
from chalicelib.store.models import CallbackItem, EntryItem
from infra.local.engine import Engine
from tests.builders import NOW, SECRET, Worked, callback
from tests.faults import answered, cancelled
from tests.planner.customer.test_manage import Own
from tests.race import together

KEY = "a-key-of-16-signs"
WISH = Wish(name="Erika Mustermann", phone="040 1234567", when="nach 16 Uhr")


class Once(Worked):
    """Takes any proof for a good one, and the same one for the same."""

    def read(self, alias: str, proof: str | None, now: datetime) -> Proof | None:
        return Proof(proof, now + timedelta(hours=2)) if proof else None


class Called(Own):
    """A practice that calls back."""

    def __init__(self) -> None:
        super().__init__(languages=("de", "en"))
        self.proofs = Once()
        turned_away = TurnedAway(self.table, self.clock)
        callbacks = Callbacks(sleep=lambda seconds: None)
        self.call_me = CallMe(callbacks, self.booking, lambda: self.proofs, turned_away, SECRET, self.clock)
        self.alias = self.settings.accesses[0].alias

    def ask(self, key: str = KEY, wish: Wish = WISH, **fields: Any) -> str:
        alias, proof = fields.get("alias", self.alias), fields.get("proof", secrets.token_hex(8))
        return self.call_me.ask(alias, key, wish, repr(wish).encode(), proof).id


@pytest.fixture
def practice(engine: Engine) -> Called:
    return Called()


def test_who_wants_to_be_called_stands_in_the_inbox_with_name_number_and_when_it_suits(practice: Called) -> None:
    identity = practice.ask()
    [shown] = practice.calendar.inbox(practice.branch, None, 50).waiting
    assert (shown.entry.id, shown.entry.kind, shown.entry.at, shown.appointment) == (ring_entry(identity), "ring", NOW, None)
    assert shown.callback is not None
    assert (shown.callback.name, shown.phone, shown.callback.when) == ("Erika Mustermann", "040 1234567", "nach 16 Uhr")
    assert shown.callback.language == "de"
    assert practice.held() == {}


def test_ticking_it_off_erases_the_person_within_an_hour_unless_it_is_undone(practice: Called) -> None:
    identity = practice.ask()
    entry = ring_entry(identity)

    def clocks() -> list[int]:
        person = CallbackItem.get(f"CALLBACK#{practice.branch}", identity).ttl
        return [int(each or 0) for each in (person, EntryItem.get(f"INBOX#{practice.branch}", entry).ttl)]

    kept, soon = (int((NOW + time).timestamp()) for time in (KEPT, timedelta(hours=1)))
    assert practice.calendar.tick_off(practice.branch, entry, None, 50).waiting == []
    assert clocks() == [soon, soon]
    [shown] = practice.calendar.bring_back(practice.branch, entry, None, 50).waiting
    assert (shown.callback and shown.callback.name, clocks()) == (
        "Erika Mustermann",
        [kept, kept],
    )
    practice.calendar.tick_off(practice.branch, entry, None, 50)
    assert practice.calendar.tick_off(practice.branch, entry, None, 50).waiting == [], "twice is no mistake"


def test_nobody_ticks_off_a_wish_to_be_called_by_another_branch(practice: Called) -> None:
    entry, other = ring_entry(practice.ask()), Called()
    other.calendar.tick_off(other.branch, entry, None, 50)
    assert len(practice.calendar.inbox(practice.branch, None, 50).waiting) == 1


def test_person_and_entry_are_erased_by_the_clock_after_thirty_days(practice: Called) -> None:
    identity = practice.ask()
    until = int((NOW + KEPT).timestamp())
    assert timedelta(days=30) == KEPT
    assert CallbackItem.get(f"CALLBACK#{practice.branch}", identity).ttl == until
    assert EntryItem.get(f"INBOX#{practice.branch}", ring_entry(identity)).ttl == until


def test_an_entry_whose_person_is_gone_already_is_shown_and_ticked_off(practice: Called) -> None:
    identity = practice.ask()
    CallbackItem(f"CALLBACK#{practice.branch}", identity).delete()
    [shown] = practice.calendar.inbox(practice.branch, None, 50).waiting
    assert (shown.callback, shown.phone) == (None, None)
    assert practice.calendar.tick_off(practice.branch, shown.entry.id, None, 50).waiting == []


def test_the_same_request_again_gets_the_first_answer_also_when_online_booking_was_stopped(practice: Called) -> None:
    first = practice.ask()
    practice.set(online=False)
    assert practice.ask() == first
    assert len(practice.table.inbox(practice.branch)) == 1


def test_the_same_key_with_another_wish_is_refused(practice: Called) -> None:
    practice.ask()
    with pytest.raises(IdempotencyKeyReused):
        practice.ask(wish=Wish(name="Erika Mustermann", phone="040 7654321"))
    assert len(practice.table.inbox(practice.branch)) == 1


def test_a_wish_that_is_there_already_is_answered_and_not_written_over(practice: Called) -> None:
    """Also where it comes with another proof, just after somebody has looked for it."""
    first = callback(practice.settings.branch.id)
    put, count = Callbacks().put, rings_in(NOW, 0)
    assert put(first, Proof("one", NOW), count, 10) == first
    assert put(replace(first, name="Schulz"), Proof("other", NOW), count, 10) == first
    assert Callbacks().callback(first.branch, first.id) == first


def test_ten_at_once_with_one_key_are_one_wish(practice: Called) -> None:
    assert len(set(together(10, lambda _: practice.ask()))) == 1
    assert len(practice.table.inbox(practice.branch)) == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"alias": "nothing"}, UnknownAccess),
        ({"alias": "x" * 3000 + "-y"}, UnknownAccess),
        ({"key": "short"}, Invalid),
        ({"wish": Wish(name="Erika", phone="040 1234567", language="fr")}, Invalid),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(practice: Called, fields: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        practice.ask(**fields)
    assert practice.table.inbox(practice.branch) == []


def test_who_finds_online_requests_stopped_can_still_ask_to_be_called_back(practice: Called) -> None:
    """Nobody is left without a way (R33)."""
    practice.set(online=False)
    practice.ask()
    assert [each.kind for each in practice.table.inbox(practice.branch)] == ["ring"]


@pytest.mark.parametrize("used", [False, True])
def test_without_a_proof_that_is_good_nothing_is_kept_and_staff_see_that_it_was_turned_away(
    practice: Called, used: bool
) -> None:
    proof = secrets.token_hex(8)
    practice.ask(key="another-key-of-16", proof=proof)
    with pytest.raises(ProofNeeded):
        practice.ask(proof=proof if used else None)
    assert len(practice.table.inbox(practice.branch)) == 1
    assert practice.calendar.turned_away(practice.branch) == {"2026-11-23": 1}


def test_an_hour_takes_as_many_as_of_unproved_addresses_and_the_next_one_begins_anew(practice: Called) -> None:
    practice.set(most_unproved_an_hour=3)
    for number in range(3):
        practice.ask(key=f"key-number-{number:05}")
    proof = secrets.token_hex(8)
    with pytest.raises(TooManyRequests) as refusal:
        practice.ask(proof=proof)
    assert refusal.value.contact == practice.settings.branch.contact
    assert len(practice.table.inbox(practice.branch)) == 3
    practice.now += timedelta(hours=1)
    practice.ask(proof=proof)


def test_the_same_request_again_needs_no_proof(practice: Called) -> None:
    assert practice.ask() == practice.ask(proof=None)


def test_a_conflict_is_no_answer_and_is_tried_again(practice: Called) -> None:
    with answered("TransactWriteItems", cancelled("TransactionConflict", "None", "None", "None")):
        practice.ask()
    assert len(practice.table.inbox(practice.branch)) == 1


def test_what_cannot_be_decided_says_try_again(practice: Called) -> None:
    faults = [cancelled("TransactionConflict", "None", "None", "None")] * 8
    with answered("TransactWriteItems", *faults), pytest.raises(TryAgain):
        practice.ask()
