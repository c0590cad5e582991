"""Faults of the database that no engine makes by itself, put into the answers of a real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from chalicelib.store.models import Item

Fault = dict[str, Any] | type[ReadTimeoutError]


def error(code: str, **details: Any) -> dict[str, Any]:
    """What DynamoDB says, e.g. `error("ThrottlingException")`."""
    return {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **details}


def cancelled(*codes: str) -> dict[str, Any]:
    """A cancelled transaction with a reason for each of its items."""
    reasons = [{"Code": code} for code in codes]
    return error("TransactionCanceledException", CancellationReasons=reasons)


class Requests:
    """Counts the requests that this thread sends, by operation, and those of them that ask for what is stored as of now."""

    def __init__(self) -> None:
        self.operations: list[str] = []
        self.consistent = 0
        self._thread = threading.get_ident()

    def __call__(self, request: Any, event_name: str, **_: Any) -> None:
        if threading.get_ident() == self._thread:
            self.operations.append(event_name.rpartition(".")[2])
            body = json.loads(request.body)
            of_tables = [each for each in body.get("RequestItems", {}).values() if isinstance(each, dict)]  # reads of a batch
            self.consistent += any(each.get("ConsistentRead") for each in (body, *of_tables))


@contextmanager
def counted() -> Iterator[Requests]:
    """The requests that the store makes in this block and thread; others may be sending mail meanwhile."""
    seen = Requests()
    events = _client().meta.events
    events.register("before-send.dynamodb", seen)
    try:
        yield seen
    finally:
        events.unregister("before-send.dynamodb", seen)


@contextmanager
def answered(operation: str, *faults: Fault) -> Iterator[list[Fault]]:
    """Answers this thread's next calls of an operation with `faults` instead of the engine; gives those still to come."""
    left, thread = list(faults), threading.get_ident()

    def fail(request: Any, **_: Any) -> AWSResponse | None:
        if not left or threading.get_ident() != thread:
            return None
        fault = left.pop(0)
        if isinstance(fault, type):
            raise fault(endpoint_url=request.url)
        return response(request.url, fault)

    name = f"before-send.dynamodb.{operation}"
    events = _client().meta.events
    events.register(name, fail)
    try:
        yield left
    finally:
        events.unregister(name, fail)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


def response(url: str, body: dict[str, Any], status: int | None = None) -> AWSResponse:
    """What is answered in the engine's place; of an error, 400 unless said otherwise."""
    status = status or (400 if "__type" in body else 200)
    return AWSResponse(url, status, {"Content-Type": "application/x-amz-json-1.0"}, _Raw(json.dumps(body).encode()))


def _client() -> Any:
    return Item._get_connection().connection.client
