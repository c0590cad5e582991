"""Every mail and SMS that the local AWS accepted, read back from the files that aws.py writes, as the customer would get it."""

import base64
import email
import email.policy
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

ID = re.compile(r"[0-9a-f-]{10,60}")
LOOK_SECONDS = 0.5
"""So often whoever waits looks for what another process has sent, which can tell us nothing."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes

    @property
    def text(self) -> str | None:
        """What can be read as text (a calendar file), else None."""
        return self.content.decode("utf-8", "replace") if self.media_type.startswith("text/") else None


@dataclass(frozen=True)
class Mail:
    """`received` is UTC; `text` and `html` are None where the mail has no such part."""

    id: str
    received: datetime
    sender: str
    to: str
    reply_to: str
    subject: str
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]

    def summary(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "channel": "email",
            "received": self.received.isoformat(),
            "from": self.sender,
            "to": self.to,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "attachments": [each.name for each in self.attachments],
        }


@dataclass(frozen=True)
class Sms:
    """`received` is UTC, `to` in E.164."""

    id: str
    received: datetime
    to: str
    text: str

    def summary(self) -> dict[str, Any]:
        return {"id": self.id, "channel": "sms", "received": self.received.isoformat(), "to": self.to, "text": self.text}


class Outbox:
    """What is in `folder`, newest first. A message never changes, so each is read once. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Mail | Sms] = {}
        self._reading = threading.Lock()
        self._sent = threading.Condition()

    def messages(self) -> list[Mail | Sms]:
        with self._reading:
            self._read = {name: self._read.get(name) or read(self._file(name)) for name in self.names()}
            return [*reversed(self._read.values())]

    def mails(self) -> list[Mail]:
        return [each for each in self.messages() if isinstance(each, Mail)]

    def texts(self) -> list[Sms]:
        return [each for each in self.messages() if isinstance(each, Sms)]

    def names(self) -> list[str]:
        """In the order of time."""
        return sorted(file.stem for file in self._folder.glob("*.json"))

    def asked(self, name: str) -> dict[str, Any]:
        """A message as aws.py has written it down: `{"request": ..., "message_id": ...}`."""
        kept: dict[str, Any] = json.loads(self._file(name).read_text())
        return kept

    def message(self, name: str) -> Mail | Sms | None:
        return read(self._file(name)) if ID.fullmatch(name) and self._file(name).exists() else None

    def clear(self) -> None:
        for name in self.names():
            self._file(name).unlink(missing_ok=True)

    def tell(self) -> None:
        """Whoever sends from this process says so, and who waits looks at once."""
        with self._sent:
            self._sent.notify_all()

    def wait_for(self, look: Callable[[], Found], seconds: float) -> Found:
        """What `look` finds once that is anything; after so many seconds whatever it found last."""
        deadline = time.monotonic() + seconds
        with self._sent:
            while not (found := look()) and (left := deadline - time.monotonic()) > 0:
                self._sent.wait(min(left, LOOK_SECONDS))
            return found

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def read(file: Path) -> Mail | Sms:
    kept = json.loads(file.read_text())
    received = datetime.fromtimestamp(kept["received"], UTC)
    if "PhoneNumber" in kept["request"]:
        return Sms(kept["id"], received, kept["request"]["PhoneNumber"], kept["request"]["Message"])
    return _mail(kept, received)


def _mail(kept: dict[str, Any], received: datetime) -> Mail:
    message = _message(kept["request"])
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    rest = [part for part in message.walk() if not part.is_multipart() and part is not text and part is not html]
    return Mail(
        id=kept["id"],
        received=received,
        sender=str(message["From"] or kept["request"].get("FromEmailAddress", "")),
        to=str(message["To"] or ", ".join(kept["request"].get("Destination", {}).get("ToAddresses", []))),
        reply_to=str(message["Reply-To"] or ", ".join(kept["request"].get("ReplyToAddresses", []))),
        subject=str(message["Subject"] or ""),
        text=_content(text),
        html=_content(html),
        attachments=tuple(_attachment(part, number) for number, part in enumerate(rest, 1)),
    )


def _message(request: dict[str, Any]) -> EmailMessage:
    """The mail itself; SES takes it whole (Raw) or in pieces (Simple)."""
    content = request["Content"]
    if "Raw" in content:
        return email.message_from_bytes(base64.b64decode(content["Raw"]["Data"]), policy=email.policy.default)
    simple, message = content["Simple"], EmailMessage()
    message["Subject"] = simple["Subject"]["Data"]
    message.set_content(simple["Body"].get("Text", {}).get("Data", ""))
    if "Html" in simple["Body"]:
        message.add_alternative(simple["Body"]["Html"]["Data"], subtype="html")
    return message


def _content(part: Any) -> str | None:
    return None if part is None else str(part.get_content())


def _attachment(part: Any, number: int) -> Attachment:
    media_type = part.get_content_type()
    name = part.get_filename() or (f"{number}.ics" if media_type == "text/calendar" else f"{number}")
    return Attachment(Path(name).name, media_type, part.get_payload(decode=True) or b"")
