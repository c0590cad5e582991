"""Please call me back: for whoever finds no time, cannot prove an address, or has none. Nobody is left without a way (R33)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import LimitReached, Proof, ProofUsed
from chalicelib.domain.callbacks import Callback
from chalicelib.domain.errors import Flaw, IdempotencyKeyReused, Invalid, ProofNeeded, TooManyRequests
from chalicelib.domain.limits import rings_in, shards_from, share
from chalicelib.domain.settings import Branch
from chalicelib.domain.tokens import Secret, appointment_id, is_one_of
from chalicelib.planner.customer.booking import LONGEST_ID

if TYPE_CHECKING:
    from chalicelib.planner.customer.booking import Booking
    from chalicelib.planner.customer.turned_away import TurnedAway
    from chalicelib.planner.ports import Callbacks, Clock, Proofs


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Whom to call, checked for form. `language` is the branch's first one where none is said."""

    name: str
    phone: str
    when: str | None = None
    language: str | None = None


class CallMe:
    def __init__(
        self,
        callbacks: Callbacks,
        booking: Booking,
        proofs: Callable[[], Proofs],
        turned_away: TurnedAway,
        secret: Secret,
        now: Clock,
    ) -> None:
        self._callbacks = callbacks
        self._booking = booking
        self._proofs = proofs
        self._turned_away = turned_away
        self._secret = secret
        self._now = now

    def ask(self, alias: str, idempotency_key: str, wish: Wish, body: bytes, proof: str | None) -> Callback:
        """Puts the wish into the inbox; no time is held. The same key with the same `body` returns the first answer, whatever
        `proof` comes with it, as long as staff have not ticked it off (R22).

        Raises Invalid, ProofNeeded, TooManyRequests beyond as many an hour as requests of unproved addresses may be,
        IdempotencyKeyReused, TryAgain, or what `Booking.known` raises.
        """
        identity, fingerprints = appointment_id(alias, idempotency_key), self._secret.fingerprints(body)
        named = alias.rpartition("-")[0]
        if len(named) <= LONGEST_ID and (earlier := self._callbacks.callback(named, identity)):
            return _first_answer(earlier, fingerprints)
        branch = self._booking.known(alias).branch
        if wish.language is not None and wish.language not in branch.languages:
            raise Invalid({"language": Flaw("foreign")})
        wanted = Callback(
            id=identity,
            branch=branch.id,
            name=wish.name,
            phone=wish.phone,
            when=wish.when,
            language=wish.language or branch.languages[0],
            at=self._now(),
            fingerprint=fingerprints[0],
        )
        try:
            return _first_answer(self._put(wanted, branch, self._proofs().read(alias, proof, wanted.at)), fingerprints)
        except (ProofNeeded, TooManyRequests):
            self._turned_away.note(branch)
            raise

    def _put(self, wanted: Callback, branch: Branch, proof: Proof | None) -> Callback:
        if proof is None:
            raise ProofNeeded
        shares = {rings_in(wanted.at, each): share(branch.most_unproved_an_hour, each) for each in shards_from(wanted.id)}
        for count, most in shares.items():
            if not most:
                continue
            try:
                return self._callbacks.put(wanted, proof, count, most)
            except LimitReached:
                continue
            except ProofUsed:
                raise ProofNeeded from None
        raise TooManyRequests(branch.contact)


def _first_answer(callback: Callback, fingerprints: tuple[str, ...]) -> Callback:
    if not is_one_of(callback.fingerprint, fingerprints):
        raise IdempotencyKeyReused
    return callback
