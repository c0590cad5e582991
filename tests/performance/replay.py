"""DynamoDB's own answers, given again without the network: what a handler costs is then its own work.

Works with the client of each version of the project, so it imports ours when it is used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.work import size_of

WRITES = ("TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
UNIT = 4096
"""Bytes of a read unit; reading what may lag behind costs half (DynamoDB's guide, "read consistency")."""


class _Kept:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


@dataclass
class Asked:
    """What the calls since `Replay.begin` have asked of the database; read units by the size of the answers."""

    requests: int = 0
    units: float = 0


class Replay:
    """A request that reads is known by its body. A write is known by its operation and place among those of the call: its body
    has times and keys in it. What is not known yet goes to the engine, and its answer is kept. With `accepting` each write is
    answered as done without being sent."""

    def __init__(self) -> None:
        from botocore.httpsession import URLLib3Session

        self.asked = Asked()
        self.accepting = False
        self._network = URLLib3Session()
        self._kept: dict[tuple[str, str, object], Any] = {}
        self._case, self._writes = "", 0

    def begin(self, case: str) -> None:
        self._case, self._writes, self.asked = case, 0, Asked()

    def __call__(self, request: Any, event_name: str, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        operation, place = event_name.rpartition(".")[2], request.body
        if operation in WRITES:
            self._writes += 1
            place = self._writes
            if self.accepting:
                return AWSResponse(request.url, 200, {}, _Kept(b"{}"))
        key = (self._case, operation, place)
        if key not in self._kept:
            answer = self._network.send(request)
            self._kept[key] = answer, units_of(operation, json.loads(request.body), answer.content)
        first, units = self._kept[key]
        self.asked.requests += 1
        self.asked.units += units
        return AWSResponse(first.url, first.status_code, first.headers, _Kept(first.content))

    @contextmanager
    def plugged(self) -> Iterator[Replay]:
        from chalicelib.store.models import Item

        events = Item._get_connection().connection.client.meta.events
        events.register("before-send.dynamodb", self)
        try:
            yield self
        finally:
            events.unregister("before-send.dynamodb", self)
            self._network.close()


def units_of(operation: str, asked: dict[str, Any], content: bytes) -> float:
    """Of a read: a query's items are added up, those of a batch are rounded up one by one. Of a write 0."""
    if operation in WRITES:
        return 0
    said = json.loads(content)
    if operation == "BatchGetItem":
        [answered], [asked] = said.get("Responses", {}).values() or [[]], asked["RequestItems"].values()
        sizes = [size_of(each) for each in answered] or [0]
    elif operation == "GetItem":
        sizes = [size_of(said.get("Item", {}))]
    else:
        sizes = [sum(size_of(each) for each in said.get("Items", []))]
    return sum(max(1, math.ceil(size / UNIT)) for size in sizes) * (1 if asked.get("ConsistentRead") else 0.5)
