"""Ids and proofs made from the secret of a deployment: nothing to store, nothing to guess."""

from __future__ import annotations

import hashlib
import hmac
import re

from chalicelib.domain.addresses import normalised
from chalicelib.domain.errors import Invalid

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"(?P<appointment>[0-9a-f]{32})\.(?:(?P<mailbox>[0-9a-f]{20})\.)?[0-9a-f]{43}", re.ASCII)

_AT_THE_START = re.compile(r"[\w.-]+?\.[0-9a-f]{43}", re.ASCII)


def appointment_id(alias: str, idempotency_key: str) -> str:
    """The id that a request will have, 32 characters: the same request, the same appointment (R22).

    Raises Invalid for a key that is not `[A-Za-z0-9_-]{16,64}`.
    """
    if not _KEY.fullmatch(idempotency_key):
        raise Invalid({"Idempotency-Key": "must be 16 to 64 of A-Z, a-z, 0-9, _ and -"})
    return hashlib.sha256(f"{alias}\n{idempotency_key}".encode()).hexdigest()[:32]


class Secret:
    """The deployment's secret; each purpose has a key of its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def fingerprint(self, content: bytes) -> str:
        """A keyed hash: tells equal requests apart from others without keeping what they said."""
        return self._sign("fingerprint", content)

    def address(self, email: str) -> str:
        """What a limit knows an e-mail address by, however it is spelt in upper and lower case."""
        return self._sign("address", email.strip().lower().encode())

    def mailbox(self, email: str) -> str:
        """What the deployment notes by that an address has proved itself, or that its owner stopped it: 20 characters."""
        return self._sign("mailbox", email.strip().lower().encode())[:20]

    def counted(self, email: str) -> str:
        """What mails to an address are counted by: the same for all spellings that reach one mailbox."""
        return self._sign("counted", normalised(email).encode())

    def token(self, appointment: str, version: int) -> str:
        """What lets a customer see an appointment: `<id>.<HMAC of id and token version>`."""
        return f"{appointment}.{self._sign('token', f'{appointment}.{version}'.encode())}"

    def mailed(self, appointment: str, version: int, email: str) -> str:
        """The token of a mail: `<id>.<mailbox>.<HMAC of both and the token version>`. Using it proves the address that the mail
        went to, so no answer of ours contains it."""
        return self._mailed(appointment, version, self.mailbox(email))

    def fits(self, token: str, appointment: str, version: int) -> bool:
        """Whether it is the appointment's token, or one that was mailed."""
        mailbox = mailbox_of(token)
        right = self._mailed(appointment, version, mailbox) if mailbox else self.token(appointment, version)
        return hmac.compare_digest(token.encode(), right.encode())

    def calendar(self, alias: str) -> str:
        """What opens a calendar of busy times: `<alias>.<HMAC>`."""
        return f"{alias}.{self._sign('calendar', alias.encode())}"

    def opens_calendar(self, token: str, alias: str) -> bool:
        return hmac.compare_digest(token.encode(), self.calendar(alias).encode())

    @property
    def proving(self) -> bytes:
        """The key of challenges that ask for work."""
        return hmac.digest(self._secret, b"proof", "sha256")

    def _mailed(self, appointment: str, version: int, mailbox: str) -> str:
        signed = f"{appointment}.{version}.{mailbox}".encode()
        return f"{appointment}.{mailbox}.{self._sign('mailed', signed)}"

    def _sign(self, purpose: str, content: bytes) -> str:
        key = hmac.digest(self._secret, purpose.encode(), "sha256")
        return hmac.digest(key, content, "sha256").hex()[:43]


def clipped(text: str) -> str:
    """The token, an appointment's or a calendar's, that a text begins with: what mail programs and hands put behind a link is
    none of it. A text that begins with none stays as it is."""
    found = _AT_THE_START.match(text)
    return found[0] if found else text


def appointment_of(token: str) -> str | None:
    """The id that a token speaks of, not yet proven; None if it cannot be one."""
    identity = token.partition(".")[0]
    return identity if _ID.fullmatch(identity) else None


def mailbox_of(token: str) -> str | None:
    """The address that a token was mailed to, as `Secret.mailbox` knows it, not yet proven; None of one that was not mailed."""
    form = _TOKEN.fullmatch(token)
    return form["mailbox"] if form else None
