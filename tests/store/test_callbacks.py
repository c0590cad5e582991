"""A wish to be called back and its entry of the inbox: both are there, or neither is (R33)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.exceptions import TransactWriteError

from chalicelib.domain.appointment import LimitReached, Proof, ProofUsed
from chalicelib.domain.callbacks import KEPT, Callback, entry_for, ring_entry
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.limits import rings_in
from chalicelib.store import keys
from chalicelib.store.callbacks import COUNTED, Callbacks
from chalicelib.store.faults import ATTEMPTS
from chalicelib.store.models import CallbackItem, CounterItem, EntryItem, ProofItem
from chalicelib.store.table import Table
from tests.builders import NOW, callback, new_branch_id
from tests.faults import answered, cancelled, counted, error

COUNT = rings_in(NOW, 0)
CONFLICT = cancelled("TransactionConflict", "None", "None", "None")


@pytest.fixture
def callbacks(table: Table) -> Callbacks:
    return Callbacks(sleep=lambda seconds: None)


@pytest.fixture
def wish() -> Callback:
    """At a branch of its own."""
    return callback(new_branch_id())


def proof() -> Proof:
    """That nobody else has used."""
    return Proof(new_branch_id(), NOW + timedelta(hours=2))


def put(callbacks: Callbacks, wish: Callback, work: Proof | None = None, most: int = 5) -> Callback:
    return callbacks.put(wish, work or proof(), COUNT, most)


def used(branch: str) -> int:
    return int(CounterItem.get(keys.counter(branch, COUNT), keys.COUNTER, consistent_read=True).used or 0)


def test_a_wish_is_put_with_its_entry_in_one_request(callbacks: Callbacks, wish: Callback, table: Table) -> None:
    with counted() as requests:
        assert put(callbacks, wish) == wish
    assert requests.operations == ["TransactWriteItems"]
    assert callbacks.callback(wish.branch, wish.id) == wish
    assert table.inbox(wish.branch) == [entry_for(wish)]


def test_person_entry_proof_and_counter_are_each_erased_in_their_time(callbacks: Callbacks, wish: Callback) -> None:
    work = proof()
    put(callbacks, wish, work)
    person = CallbackItem.get(keys.callbacks(wish.branch), wish.id)
    entry = EntryItem.get(keys.inbox(wish.branch), entry_for(wish).id)
    used_up = ProofItem.get(keys.proof(work.id), keys.PROOF)
    counter = CounterItem.get(keys.counter(wish.branch, COUNT), keys.COUNTER)
    assert [each.ttl for each in (person, entry)] == [(NOW + KEPT).timestamp()] * 2
    assert used_up.ttl == work.expires.timestamp()
    assert counter.ttl == (NOW + COUNTED).timestamp()


def test_the_same_wish_again_is_answered_by_the_first_whatever_its_proof(callbacks: Callbacks, wish: Callback) -> None:
    work = proof()
    put(callbacks, wish, work, most=1)
    assert put(callbacks, replace(wish, name="Meyer"), work, most=1) == wish
    assert used(wish.branch) == 1


def test_a_proof_is_good_for_one_wish(callbacks: Callbacks, wish: Callback) -> None:
    work = proof()
    put(callbacks, wish, work)
    with pytest.raises(ProofUsed):
        put(callbacks, callback(wish.branch), work)
    assert used(wish.branch) == 1


def test_one_wish_more_than_the_limit_is_refused_and_leaves_nothing(callbacks: Callbacks, wish: Callback) -> None:
    put(callbacks, wish, most=1)
    late, work = callback(wish.branch), proof()
    with pytest.raises(LimitReached) as full:
        put(callbacks, late, work, most=1)
    assert full.value.counts == {COUNT}
    assert callbacks.callback(wish.branch, late.id) is None
    assert put(callbacks, late, work, most=2) == late


def test_what_passes_is_tried_again_after_a_pause(table: Table, wish: Callback) -> None:
    slept: list[float] = []
    callbacks = Callbacks(sleep=slept.append)
    with answered("TransactWriteItems", CONFLICT):
        put(callbacks, wish)
    assert len(slept) == 1


def test_what_does_not_pass_is_given_up_and_has_changed_nothing(callbacks: Callbacks, wish: Callback) -> None:
    with answered("TransactWriteItems", *[CONFLICT] * ATTEMPTS) as left, pytest.raises(TryAgain):
        put(callbacks, wish)
    assert left == []
    assert callbacks.callback(wish.branch, wish.id) is None


def test_what_is_wrong_rises(callbacks: Callbacks, wish: Callback) -> None:
    with answered("TransactWriteItems", error("ValidationException")), pytest.raises(TransactWriteError):
        put(callbacks, wish)


def test_person_and_entry_are_set_aside_in_one_request(callbacks: Callbacks, wish: Callback, table: Table) -> None:
    put(callbacks, wish)
    with counted() as requests:
        table.set_aside(wish.branch, ring_entry(wish.id), wish.at)
    assert requests.operations == ["TransactWriteItems"]
    assert table.inbox(wish.branch) == []


def test_several_are_those_that_are_still_there_as_of_now(callbacks: Callbacks, wish: Callback) -> None:
    other = callback(wish.branch)
    put(callbacks, wish)
    put(callbacks, other)
    with counted() as requests:
        found = callbacks.several(wish.branch, [wish.id, other.id, "gone"])
        assert callbacks.several(wish.branch, []) == {}
        callbacks.callback(wish.branch, wish.id)
    assert found == {wish.id: wish, other.id: other}
    assert (requests.operations, requests.consistent) == (["BatchGetItem", "GetItem"], 2)
