"""The states of an appointment and the one table of what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Status = Literal["unconfirmed", "proposed", "confirmed", "declined", "cancelled", "expired", "done", "no_show"]
"""`unconfirmed`: its address is to be confirmed first; its time is held for a while, or not at all (R33)."""

HOLDING: frozenset[Status] = frozenset({"proposed", "confirmed", "done", "no_show"})
"""States that hold their units; the others released them in the write that made them so (R19)."""

AHEAD: frozenset[Status] = frozenset({"proposed", "confirmed"})
"""States in which the customer is still expected."""

WANTED: frozenset[Status] = AHEAD | {"unconfirmed"}
"""The same, and of requests whose address is yet to be confirmed."""

ONCE_BEGUN: frozenset[Status] = frozenset({"done", "no_show"})
"""States that only an appointment can have that has begun."""

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    "unconfirmed": frozenset({"proposed", "confirmed", "declined", "cancelled", "expired"}),
    "proposed": frozenset({"confirmed", "declined", "cancelled", "expired", "done", "no_show"}),
    "confirmed": frozenset({"cancelled", "done", "no_show"}),
    "done": frozenset({"no_show", "confirmed"}),
    "no_show": frozenset({"done", "confirmed"}),
    "declined": frozenset({"confirmed"}),
    "cancelled": frozenset({"confirmed"}),
    "expired": frozenset({"confirmed"}),
}
"""The one table of states. From a released state back means that the same write takes the units again."""
