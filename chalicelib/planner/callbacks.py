"""Please call me back: for whoever finds no time, cannot prove an address, or has none. Nobody is left without a way (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.callbacks import Callback
from chalicelib.domain.errors import IdempotencyKeyReused, Invalid
from chalicelib.domain.tokens import Secret, appointment_id
from chalicelib.planner.booking import LONGEST_ID

if TYPE_CHECKING:
    from chalicelib.planner.booking import Booking
    from chalicelib.planner.ports import Callbacks, Clock


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Whom to call, checked for form. `language` is the branch's first one where none is said."""

    name: str
    phone: str
    when: str | None = None
    language: str | None = None


class CallMe:
    def __init__(self, callbacks: Callbacks, booking: Booking, secret: Secret, now: Clock) -> None:
        self._callbacks = callbacks
        self._booking = booking
        self._secret = secret
        self._now = now

    def ask(self, alias: str, idempotency_key: str, wish: Wish, body: bytes) -> Callback:
        """Puts the wish into the inbox; no time is held. The same key with the same `body` returns the first answer, as long as
        staff have not ticked it off (R22).

        Raises Invalid, IdempotencyKeyReused, TryAgain, or what `Booking.access` raises.
        """
        identity, fingerprint = appointment_id(alias, idempotency_key), self._secret.fingerprint(body)
        named = alias.rpartition("-")[0]
        if len(named) <= LONGEST_ID and (earlier := self._callbacks.callback(named, identity)):
            return self._first_answer(earlier, fingerprint)
        branch = self._booking.access(alias).branch
        if wish.language is not None and wish.language not in branch.languages:
            raise Invalid({"language": "must be one of the branch's languages"})
        wanted = Callback(
            id=identity,
            branch=branch.id,
            name=wish.name,
            phone=wish.phone,
            when=wish.when,
            language=wish.language or branch.languages[0],
            at=self._now(),
            fingerprint=fingerprint,
        )
        return self._first_answer(self._callbacks.put(wanted), fingerprint)

    @staticmethod
    def _first_answer(callback: Callback, fingerprint: str) -> Callback:
        if callback.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return callback
