"""What a booking takes of the database is what docs/scale.md reckons with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from chalicelib.store.models import Item
from infra.scale import report as scale
from tests.conftest import TABLE
from tests.site_of_tests import Site
from tests.work import size_of

CUSTOMER = {"first_name": "Erika", "phone": "+49 40 66969 1234", "remind": True, "channel": "email", "language": "de"}
NAMES = {
    "APPOINTMENT": "appointment",
    "EVENT": "event",
    "receipt": "receipt",
    "notice": "notice",
    "INBOX": "entry of the inbox",
    "AGENDA": "units of the day",
    "day": "counter of the day",
    "open": "counter of open requests",
    "unproved": "counter of open requests",
    "unproved_hour": "counter of the hour",
    "MAILS": "counter of mails",
    "PROOF": "proof of work",
}


@contextmanager
def transactions() -> Iterator[list[Any]]:
    """What is written meanwhile."""
    events, heard = Item._get_connection().connection.client.meta.events, []

    def hear(request: Any, **_: Any) -> None:
        heard.append(json.loads(request.body)["TransactItems"])

    events.register("before-send.dynamodb.TransactWriteItems", hear)
    try:
        yield heard
    finally:
        events.unregister("before-send.dynamodb.TransactWriteItems", hear)


def name_of(pk: str, sk: str) -> str:
    kind, _, rest = pk.partition("#")
    if kind == "LIMIT":
        return NAMES[rest.split("#")[1]]
    if kind == "APPOINTMENT":
        return NAMES[sk.split("#")[2] if sk.startswith("MESSAGE") else sk.partition("#")[0]]
    return NAMES[kind]


@pytest.fixture(scope="module")
def written(site: Site) -> list[scale.Written]:
    """The items of a booking, as they stand once it is made."""
    branch = site.branch(most_open_requests=4, most_requests_a_day=10, reminder_hours=(24,))
    day = site.slots(branch)["days"][3]
    with transactions() as heard:
        site.book(branch, day["slots"][4]["start"], **CUSTOMER)
    return [_written(each) for each in heard[0]]


def _written(action: dict[str, Any]) -> scale.Written:
    item = action["Put"]["Item"] if "Put" in action else _stored(action["Update"]["Key"])
    name = name_of(item["pk"]["S"], item["sk"]["S"])
    return scale.Written(name, size_of(item), sum(f"gsi{number}pk" in item for number in (1, 2, 3)))


def _stored(key: Any) -> dict[str, Any]:
    found: dict[str, Any] = boto3.client("dynamodb").get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
    return found


def test_a_booking_writes_the_items_and_units_that_are_reckoned_with(written: list[scale.Written]) -> None:
    print("".join(f"\n{each.name}: {each.size} bytes, {each.units} write units" for each in written))
    assert {(each.name, each.units) for each in written} == {(each.name, each.units) for each in scale.BOOKING}
    assert len(written) == len(scale.BOOKING)


def test_its_items_are_as_large_as_is_reckoned_with(written: list[scale.Written]) -> None:
    reckoned = {each.name: each.size for each in scale.BOOKING}
    assert {each.name: each.size for each in written} == pytest.approx(reckoned, rel=0.1)
