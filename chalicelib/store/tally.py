"""What the database is asked, counted: the log's line of a request tells it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DatabaseUse:
    """What one thread asked of the database since it was told last."""

    attempts: int
    """Transactions that were tried: more than one where others met it, or where nobody answered (R21)."""
    capacity: float
    """Capacity that DynamoDB says it took, in its own units. A transaction that was cancelled tells none."""


class _Count(threading.local):
    attempts = 0
    capacity = 0.0


_count = _Count()


def follow(client: Any) -> None:
    """Counts, from now on, what is asked through this client of DynamoDB."""
    events = client.meta.events
    events.register("before-send.dynamodb.TransactWriteItems", _attempt)
    events.register("after-call.dynamodb", _take)


def asked() -> DatabaseUse:
    """By this thread, since it asked that last."""
    found = DatabaseUse(_count.attempts, _count.capacity)
    _count.attempts, _count.capacity = 0, 0.0
    return found


def _attempt(**_: Any) -> None:
    _count.attempts += 1


def _take(parsed: dict[str, Any], **_: Any) -> None:
    told = parsed.get("ConsumedCapacity") or ()
    for each in told if isinstance(told, list) else (told,):
        _count.capacity += each.get("CapacityUnits", 0) if each else 0
