"""What goes out, and how a provider refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """`media_type` with its parameters, e.g. `text/calendar; method=PUBLISH`."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What goes out by e-mail. `id` is the same for every attempt, `thread` for all mails that belong together; "" belongs to
    none.

    `tags` come back with what the provider tells of it later; names and values of `[A-Za-z0-9_-]`.
    """

    id: str
    to: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    thread: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sms:
    """What goes out to a telephone: `to` in E.164, e.g. `+491711234567`. It is paid for in `parts`."""

    to: str
    text: str
    parts: int = 1


class SendLater(Exception):
    """The provider could not take it now, or did not say: another attempt may succeed. `reason` names no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unanswered(SendLater):
    """The provider kept silent: it may have taken it."""


class SendNever(Exception):
    """The provider refuses this message for good. `reason` names no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Withheld(SendNever):
    """It would be one too many to addresses that have not proved themselves; staff see it, and may send it after all."""


class Unreachable(SendNever):
    """There is no address, or no number, that the message could go to."""

    def __init__(self) -> None:
        super().__init__("unreachable")
