"""What the use cases ask of the outside. The adapters in `store` and `messages` answer it; `wiring` brings them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.appointment import Appointment, Event
from chalicelib.domain.moments import Units
from chalicelib.domain.outbox import Mail, Message
from chalicelib.domain.settings import Settings

Clock = Callable[[], datetime]
"""Now, aware."""


class Store(Protocol):
    """Any call may raise TryAgain when the database throttles, conflicts or keeps silent beyond all attempts."""

    def settings(self, branch: str) -> Settings | None:
        """What the branch has set; may be 5 seconds old."""

    def taken(self, branch: str, resource: str, first: str, last: str) -> Units:
        """The units held on the UTC days `first` to `last` (ISO dates), as of now. One request."""

    def take(self, appointment: Appointment, event: Event, messages: Sequence[Message]) -> None:
        """Takes the units and puts all of it, or changes nothing and raises UnitsTaken or AppointmentExists."""

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

    def due(self, now: datetime) -> list[tuple[str, str]]:
        """The keys of messages whose time or lease is up, the oldest first within each of their partitions."""


class Compose(Protocol):
    def __call__(self, message: Message, appointment: Appointment, settings: Settings, open_requests: int) -> Mail:
        """The mail as its reader will see it. Pure."""


class Send(Protocol):
    def __call__(self, mail: Mail) -> str:
        """Hands the mail to the provider; returns the provider's id. Raises SendLater or SendNever."""
