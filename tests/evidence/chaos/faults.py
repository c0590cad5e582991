"""What goes wrong between two steps: a request to the store, or a message for its provider, meets a fault before or after it
took effect."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.mail import SendLater, Unanswered
from chalicelib.store import faults, transport
from chalicelib.store.models import Item
from tests.evidence.race.door import Door, Killed
from tests.faults import cancelled, error, response

WRITES = frozenset({"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"})
EVER = 1_000_000
ATTEMPTS = 2
"""How often the store's client asks, until it takes silence for an answer."""
AT_THE_PROVIDER = "provider"
"""The operation of a step that hands over a message."""


@dataclass(frozen=True)
class Fault:
    """`times`: so many steps in a row meet it. `repeats`: a message may have gone out that nobody has written down, so that it
    goes out again."""

    name: str
    meet: Callable[[Any, str], AWSResponse | None]
    writes_only: bool = True
    times: int = 1
    repeats: bool = False


def _conflict(request: Any, operation: str) -> AWSResponse:
    """Another transaction has the last of the items in hand."""
    if operation != "TransactWriteItems":
        return response(request.url, error("TransactionConflictException"))
    others = len(json.loads(request.body)["TransactItems"]) - 1
    return response(request.url, cancelled(*["None"] * others, "TransactionConflict"))


def _throttled(request: Any, _: str) -> AWSResponse:
    return response(request.url, error("ThrottlingException"))


def _internal(request: Any, _: str) -> AWSResponse:
    return response(request.url, error("InternalServerError"), 500)


def _silent(request: Any, _: str) -> None:
    raise ReadTimeoutError(endpoint_url=request.url)


def _silent_after(request: Any, _: str) -> None:
    _sent(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def _killed(*_: object) -> None:
    raise Killed


def _killed_after(request: Any, _: str) -> None:
    _sent(request)
    raise Killed


def _sent(request: Any) -> None:
    """It takes effect, and nobody hears of it."""
    _ = client()._http.send(request).content


FAULTS = (
    Fault("a conflict", _conflict),
    Fault("a throttle", _throttled),
    Fault("throttles from then on", _throttled, writes_only=False, times=EVER, repeats=True),
    Fault("an internal error", _internal),
    Fault("no answer, not done", _silent),
    Fault("no answer, done", _silent_after),
    Fault("no answer to a request and its repeat, done", _silent_after, times=ATTEMPTS, repeats=True),
    Fault("no answer from then on, not done", _silent, times=EVER, repeats=True),
    Fault("no answer from then on, done", _silent_after, times=EVER, repeats=True),
    Fault("killed before", _killed, writes_only=False, times=EVER, repeats=True),
    Fault("killed after", _killed_after, times=EVER, repeats=True),
)
"""At a request to the store."""


def _later(*_: object) -> None:
    raise SendLater("TooManyRequestsException")


def _unanswered(*_: object) -> None:
    raise Unanswered("ReadTimeoutError")


PROVIDERS_FAULTS = (
    (Fault("the provider wants it later", _later), "before"),
    (Fault("the provider does not answer, not taken", _unanswered), "before"),
    (Fault("the provider does not answer, taken", _unanswered, repeats=True), "after"),
    (Fault("killed before the provider", _killed, times=EVER), "before"),
    (Fault("killed after the provider", _killed, times=EVER, repeats=True), "after"),
)


def client() -> Any:
    return Item._get_connection().connection.client


class Steps:
    """The steps of this thread, by operation; the one of number `at` meets the `fault`."""

    def __init__(self, at: int = -1, fault: Fault | None = None) -> None:
        self.operations: list[str] = []
        self._at, self._fault = at, fault
        self._thread = threading.get_ident()

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        if threading.get_ident() != self._thread:
            return None
        self.operations.append(event_name.rpartition(".")[2])
        return self._meet(request, self.operations[-1])

    def _meet(self, request: Any, operation: str) -> AWSResponse | None:
        number, fault = len(self.operations) - 1, self._fault
        if fault is None or not 0 <= self._at <= number < self._at + fault.times:
            return None
        return fault.meet(request, operation)


@contextmanager
def watched(door: Door, steps: Steps, hook: str = "before") -> Iterator[Steps]:
    """The steps of this block. Those at the provider count before it takes a message or, by `hook`, after it."""

    def at_the_provider() -> None:
        steps(SimpleNamespace(url=""), AT_THE_PROVIDER)

    events = client().meta.events
    events.register("before-send.dynamodb", steps)
    setattr(door.provider, hook, at_the_provider)
    try:
        yield steps
    finally:
        events.unregister("before-send.dynamodb", steps)
        setattr(door.provider, hook, _nothing)


def _nothing() -> None:
    pass


def without_pauses() -> None:
    """What waits before it tries again waits no more: time is the harness's own."""
    faults.LONGEST_PAUSE = 0
    setattr(transport, "time", SimpleNamespace(sleep=lambda seconds: None))  # noqa: B010  # of that module, not of all
