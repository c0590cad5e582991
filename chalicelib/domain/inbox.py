"""What waits for staff until they tick it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MOST_TICKED = 50
"""Entries that one write ticks off at most, beside all else: it takes no more than a hundred things."""
Waiting = Literal[
    "request", "cancelled", "cancelled_late", "moved", "bounced", "withheld", "disowned", "call_back", "erasure", "ring",
    "stuck",
]  # fmt: skip
"""`withheld`: a mail that was one too many, so the customer is to be called; `disowned`: the owner of the address says that
somebody else asked for a confirmed appointment; `call_back`: staff want to call somebody about an appointment; `ring`: somebody
without one wants to be called; `stuck`: what the schedule was to do with an appointment has failed for good."""
ONE_EACH = frozenset({"withheld", "disowned", "stuck"})
"""Of which an appointment has one entry at most."""
BY_CUSTOMERS: frozenset[Waiting] = frozenset({"request", "moved", "cancelled", "cancelled_late"})
"""What customers cause. An appointment has one entry of these: the newest takes the place of the one before."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing to look at. It names no person: whom it is about stands with the appointment, whose id is empty of a wish to be
    called back. `note` is the staff's own. `proved`: a wish to be erased came by a link that was mailed to the record's
    address."""

    id: str
    branch: str
    kind: Waiting
    appointment: str
    at: datetime
    note: str | None = None
    proved: bool = False


def entry_of(
    kind: Waiting,
    branch: str,
    appointment: str,
    version: int,
    at: datetime,
    note: str | None = None,
    *,
    proved: bool = False,
) -> Entry:
    """An entry that an appointment's new version owes. Answering the appointment ticks off what its customer has caused."""
    if kind in BY_CUSTOMERS:
        identity = request_entry(appointment)
    elif kind in ONE_EACH:
        identity = f"{kind}-{appointment}"
    else:
        identity = f"{kind}-{appointment}-{version}"
    return Entry(id=identity, branch=branch, kind=kind, appointment=appointment, at=at, note=note, proved=proved)


def request_entry(appointment: str) -> str:
    """The id of the one entry that an appointment's customer causes, whichever of these kinds it has by now."""
    return f"request-{appointment}"


def answered_entries(appointment: str) -> tuple[str, str]:
    """The ids of what waits for an answer to the appointment: it is ticked off with that."""
    return request_entry(appointment), withheld_entry(appointment)


def withheld_entry(appointment: str) -> str:
    """The id of the entry that tells of a mail which was not sent."""
    return f"withheld-{appointment}"
