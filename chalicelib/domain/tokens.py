"""Ids and proofs made from the secret of a deployment: nothing to store, nothing to guess."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from chalicelib.domain.addresses import normalised
from chalicelib.domain.errors import Invalid
from chalicelib.domain.rules import KEY

_KEY = re.compile(KEY.regex)
_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"(?P<appointment>[0-9a-f]{32})\.(?:(?P<mailbox>[0-9a-f]{20})\.)?[0-9a-f]{43}", re.ASCII)

_AT_THE_START = re.compile(r"[\w.-]+?\.[0-9a-f]{43}", re.ASCII)


def appointment_id(alias: str, idempotency_key: str) -> str:
    """The id that a request will have, 32 characters: the same request, the same appointment (R22).

    Raises Invalid for a key that is not `[A-Za-z0-9_-]{16,64}`.
    """
    if not _KEY.fullmatch(idempotency_key):
        raise Invalid({"Idempotency-Key": KEY.wrong})
    return hashlib.sha256(f"{alias}\n{idempotency_key}".encode()).hexdigest()[:32]


Mailbox = tuple[str, ...]
"""By what the deployment knows that an address has proved itself, or that its owner stopped it: 20 characters, and where there
is an earlier secret, those by that one. The first is written, each is looked for."""


def is_one_of(stored: str, either: Iterable[str]) -> bool:
    """Whether a keyed hash is one of those that are right; how long that takes does not tell how much of it is."""
    return any(hmac.compare_digest(stored.encode(), each.encode()) for each in either)


class Secret:
    """The deployment's secret; each purpose has a key of its own. What an `earlier` one has made is known still, and what is
    made is made by today's."""

    def __init__(self, secret: str, earlier: str = "") -> None:
        self._secret = secret.encode()
        self._earlier = Secret(earlier) if earlier else None

    def fingerprint(self, content: bytes) -> str:
        """A keyed hash: tells equal requests apart from others without keeping what they said."""
        return self._sign("fingerprint", content)

    def fingerprints(self, content: bytes) -> tuple[str, ...]:
        """Today's, and where there is an earlier secret, the one that it would have made."""
        return tuple(each.fingerprint(content) for each in self._both)

    def address(self, email: str) -> str:
        """What a limit knows an e-mail address by, however it is spelt in upper and lower case."""
        return self._sign("address", email.strip().lower().encode())

    def addresses(self, email: str) -> tuple[str, ...]:
        """Today's, and where there is an earlier secret, the one that it would have made."""
        return tuple(each.address(email) for each in self._both)

    def mailbox(self, email: str) -> Mailbox:
        return tuple(each._mailbox(email) for each in self._both)

    def mailbox_of(self, token: str, email: str | None) -> Mailbox | None:
        """The address that a token was mailed to: `email`, if it is that one's. None of one that was not mailed."""
        mailbox = _mailbox_of(token)
        if mailbox is None:
            return None
        own = self.mailbox(email) if email else ()
        return own if is_one_of(mailbox, own) else (mailbox,)

    def counted(self, email: str) -> str:
        """What mails to an address are counted by: the same for all spellings that reach one mailbox."""
        return self._sign("counted", normalised(email).encode())

    def token(self, appointment: str, version: int) -> str:
        """What lets a customer see an appointment: `<id>.<HMAC of id and token version>`."""
        return f"{appointment}.{self._sign('token', f'{appointment}.{version}'.encode())}"

    def mailed(self, appointment: str, version: int, email: str) -> str:
        """The token of a mail: `<id>.<mailbox>.<HMAC of both and the token version>`. Using it proves the address that the mail
        went to, so no answer of ours contains it."""
        return self._mailed(appointment, version, self._mailbox(email))

    def fits(self, token: str, appointment: str, version: int) -> bool:
        """Whether it is the appointment's token, or one that was mailed."""
        mailbox = _mailbox_of(token)
        if mailbox is None:
            return is_one_of(token, (each.token(appointment, version) for each in self._both))
        return is_one_of(token, (each._mailed(appointment, version, mailbox) for each in self._both))

    def invitation(self, identity: str) -> str:
        """What opens an invitation: `<id>.<HMAC>`."""
        return f"{identity}.{self._sign('invitation', identity.encode())}"

    def opens_invitation(self, token: str, identity: str) -> bool:
        return is_one_of(token, (each.invitation(identity) for each in self._both))

    def calendar(self, alias: str) -> str:
        """What opens a calendar of busy times: `<alias>.<HMAC>`."""
        return f"{alias}.{self._sign('calendar', alias.encode())}"

    def opens_calendar(self, token: str, alias: str) -> bool:
        return is_one_of(token, (each.calendar(alias) for each in self._both))

    @property
    def proving(self) -> tuple[bytes, ...]:
        """The key of challenges that ask for work, and the one before that."""
        return tuple(hmac.digest(each._secret, b"proof", "sha256") for each in self._both)

    @property
    def _both(self) -> tuple[Secret, ...]:
        """The one that makes, first."""
        return (self, self._earlier) if self._earlier else (self,)

    def _mailbox(self, email: str) -> str:
        return self._sign("mailbox", email.strip().lower().encode())[:20]

    def _mailed(self, appointment: str, version: int, mailbox: str) -> str:
        signed = f"{appointment}.{version}.{mailbox}".encode()
        return f"{appointment}.{mailbox}.{self._sign('mailed', signed)}"

    def _sign(self, purpose: str, content: bytes) -> str:
        key = hmac.digest(self._secret, purpose.encode(), "sha256")
        return hmac.digest(key, content, "sha256").hex()[:43]


def clipped(text: str) -> str:
    """The token, of an appointment, an invitation or a calendar, that a text begins with: what mail programs and hands put
    behind a link is none of it. A text that begins with none stays as it is."""
    found = _AT_THE_START.match(text)
    return found[0] if found else text


def appointment_of(token: str) -> str | None:
    """The id that a token speaks of, not yet proven, of an appointment or an invitation; None if it cannot be one."""
    identity = token.partition(".")[0]
    return identity if _ID.fullmatch(identity) else None


def is_mailed(token: str) -> bool:
    """Whether a token, not yet proven, is one that was mailed."""
    return _mailbox_of(token) is not None


def _mailbox_of(token: str) -> str | None:
    """The address that a token was mailed to, by keyed hash, not yet proven; None of one that was not mailed."""
    form = _TOKEN.fullmatch(token)
    return form["mailbox"] if form else None
