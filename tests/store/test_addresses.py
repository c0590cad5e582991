"""What is known of an address is of its branch, of each of its hashes, and of a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pynamodb.exceptions import UpdateError

from chalicelib.domain.limits import MAILS, Standing, hour_of, unproved_in
from chalicelib.store import keys
from chalicelib.store.addresses import HOUR_KEPT, KEPT, Addresses
from chalicelib.store.models import AddressItem, CounterItem
from chalicelib.store.table import Table
from tests.builders import NOW, new_branch_id
from tests.faults import answered, counted, error


@pytest.fixture
def addresses(table: Table) -> Addresses:
    return Addresses()


@pytest.fixture
def branch() -> str:
    return new_branch_id()


def test_what_was_stopped_in_a_branch_is_stopped_there_alone(addresses: Addresses, branch: str) -> None:
    addresses.stop(branch, (branch,), NOW)
    assert addresses.standing(branch, (branch,), NOW) == Standing(stopped=True)
    assert addresses.standing("elsewhere", (branch,), NOW) == Standing()


def test_an_address_is_known_by_each_of_its_hashes_in_one_request_as_of_now(addresses: Addresses, branch: str) -> None:
    addresses.stop(branch, (f"{branch}-old",), NOW)
    with counted() as requests:
        assert addresses.standing(branch, (branch, f"{branch}-old"), NOW) == Standing(stopped=True)
    assert (requests.operations, requests.consistent) == (["BatchGetItem"], 1)


def test_a_link_that_is_used_proves_an_address_and_lets_it_take_part_again(addresses: Addresses, branch: str) -> None:
    mailbox = (branch, f"{branch}-old")
    for each in mailbox:
        addresses.stop(branch, (each,), NOW)
    addresses.prove(branch, mailbox, NOW)
    assert addresses.standing(branch, mailbox, NOW) == Standing(proved=True)


def test_what_is_lifted_is_lifted_of_each_hash(addresses: Addresses, branch: str) -> None:
    mailbox = (branch, f"{branch}-old")
    for each in mailbox:
        addresses.stop(branch, (each,), NOW)
    addresses.lift(branch, mailbox)
    assert addresses.standing(branch, mailbox, NOW) == Standing()


def test_what_is_known_of_an_address_ends_even_while_it_is_stored(addresses: Addresses, branch: str) -> None:
    addresses.prove(branch, (branch,), NOW)
    addresses.stop(branch, (branch,), NOW)
    assert addresses.standing(branch, (branch,), NOW + KEPT - timedelta(seconds=1)) == Standing(proved=True, stopped=True)
    assert addresses.standing(branch, (branch,), NOW + KEPT) == Standing()
    kept = AddressItem.get(keys.address(branch), keys.PROVED).ttl
    assert kept == (NOW + KEPT).timestamp()


def test_a_count_of_mails_is_kept_beyond_its_hour(addresses: Addresses, branch: str) -> None:
    assert addresses.count_mail(branch, 1, NOW)
    found = CounterItem.get(keys.counter(branch, (MAILS, hour_of(NOW))), keys.COUNTER)
    assert (found.used, found.ttl) == (1, (NOW + HOUR_KEPT).timestamp())


def test_a_count_that_is_wrong_rises(addresses: Addresses, branch: str) -> None:
    with answered("UpdateItem", error("ValidationException")), pytest.raises(UpdateError):
        addresses.count_mail(branch, 1, NOW)


def test_requests_of_an_hour_are_those_of_all_its_shards(addresses: Addresses, branch: str) -> None:
    for shard, used in enumerate((2, 3, None)):
        CounterItem(keys.counter(branch, unproved_in(NOW, shard)), keys.COUNTER, used=used).save()
    assert addresses.requests(branch, NOW) == 5
    assert addresses.requests(branch, NOW + timedelta(hours=1)) == 0
