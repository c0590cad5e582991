"""Somebody who wants to be called back, and holds no time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.inbox import Entry

KEPT = timedelta(days=30)
"""After which a wish that nobody has ticked off is erased, with its entry."""
_ENTRY = "ring-"


@dataclass(frozen=True, kw_only=True)
class Callback:
    """`when` is when a call suits, in the person's own words. `fingerprint` is the keyed hash of the request (R22)."""

    id: str
    branch: str
    name: str
    phone: str
    language: str
    at: datetime
    fingerprint: str
    when: str | None = None


def entry_for(callback: Callback) -> Entry:
    """What waits for staff: it names no person, and belongs to no appointment."""
    return Entry(id=ring_entry(callback.id), branch=callback.branch, kind="ring", appointment="", at=callback.at)


def ring_entry(callback: str) -> str:
    """The id of a callback's entry."""
    return _ENTRY + callback


def callback_of(entry: str) -> str | None:
    """The id of the callback that an entry of the inbox is about; None of other entries."""
    return entry.removeprefix(_ENTRY) if entry.startswith(_ENTRY) else None
