"""What the use cases ask of the outside. The adapters in `store` and `messages` answer it; `wiring` brings them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment, Change, Event
from chalicelib.domain.outbox import Due, Mail, Message
from chalicelib.domain.settings import Resource, Settings

Clock = Callable[[], datetime]
"""Now, aware."""


class Store(Protocol):
    """Any call may raise TryAgain when the database throttles, conflicts or keeps silent beyond all attempts."""

    def settings(self, branch: str) -> Settings | None:
        """What the branch has set; may be 5 seconds old."""

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str) -> Agenda:
        """What is held on the UTC days `first` to `last` (ISO dates), as of now."""

    def write(self, change: Change) -> None:
        """Writes all of a change, or nothing and raises UnitsTaken, LimitReached, AppointmentExists or ChangedMeanwhile."""

    def appointment(self, appointment: str) -> Appointment | None:
        """As of now."""

    def requested(self, appointment: str) -> Event:
        """The event that made an appointment that exists."""

    def open_requests(self, branch: str, resources: Iterable[str], since: int) -> int:
        """How many appointments from `since` (instant) on are proposed; may lag behind by moments."""

    def claim(self, message: tuple[str, str], now: datetime) -> Message | None:
        """Marks a due message as sending, with a lease; None if another has it, it is not due, or it is done."""

    def settle(self, message: Message) -> None:
        """Writes the outcome of an attempt, unless somebody else has claimed the message since."""

    def due(self, now: datetime) -> Due:
        """Messages whose time or lease is up, and requests that something is owed to."""

    def replace_settings(self, settings: Settings) -> None:
        """Writes all that a branch has set."""

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        """Those of a resource that start in `[since, until)`; may lag behind by moments."""


class Compose(Protocol):
    def __call__(self, message: Message, appointment: Appointment, settings: Settings, open_requests: int) -> Mail:
        """The mail as its reader will see it. Pure."""


class Send(Protocol):
    def __call__(self, mail: Mail) -> str:
        """Hands the mail to the provider; returns the provider's id. Raises SendLater or SendNever."""
