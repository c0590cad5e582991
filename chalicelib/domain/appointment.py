"""An appointment, the table of its states, its history and what is known of who asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.moments import Units, units_of

Status = Literal["proposed", "confirmed", "declined", "cancelled", "expired", "done", "no_show"]

HOLDING: frozenset[Status] = frozenset({"proposed", "confirmed", "done", "no_show"})
"""States that hold their units; the others released them in the write that made them so (R19)."""

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    "proposed": frozenset({"confirmed", "declined", "cancelled", "expired", "done", "no_show"}),
    "confirmed": frozenset({"cancelled", "done", "no_show"}),
    "done": frozenset({"no_show"}),
    "no_show": frozenset({"done"}),
    "declined": frozenset({"confirmed"}),
    "cancelled": frozenset({"confirmed"}),
    "expired": frozenset({"confirmed"}),
}
"""The one table of states. From a released state back means that the same write takes the units again."""


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What came with a request: who asks, and for whom (R25). It becomes a customer only when staff say so."""

    last_name: str
    email: str
    first_name: str | None = None
    phone: str | None = None
    message: str | None = None
    visitor_first_name: str | None = None
    visitor_last_name: str | None = None
    channel: Literal["email", "sms", "phone"] | None = None
    in_writing: bool = False
    remind: bool = False
    notice_version: str | None = None


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """Instants in UTC minutes, buffers in minutes.

    `fingerprint` is the keyed hash of the request that made it (R22). `token_version` makes the customer's links valid; raising
    it revokes them.
    """

    id: str
    branch: str
    resource: str
    alias: str
    start: int
    end: int
    status: Status
    comment: Comment
    language: str
    fingerprint: str
    made_at: datetime
    template: str | None = None
    preparation: int = 0
    follow_up: int = 0
    version: int = 1
    token_version: int = 1

    @property
    def units(self) -> Units:
        """The units that it holds, buffers included (R11), or would hold again if it were brought back."""
        return units_of(self.start - self.preparation, self.end + self.follow_up)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of an appointment's history, never rewritten: no personal data. `version` is the appointment's after it."""

    appointment: str
    version: int
    what: Literal["requested"]
    by: Literal["customer"]
    at: datetime
    start: int
    end: int
    status: Status


class UnitsTaken(Exception):
    """Some of the wanted units are held by others. `days`: the days where that is so, with all the units held on them."""

    def __init__(self, days: Units) -> None:
        super().__init__()
        self.days = days


class AppointmentExists(Exception):
    """The appointment was made before, by the same Idempotency-Key."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__()
        self.appointment = appointment
