"""Proof of work by ALTCHA's first protocol: making challenges, and judging answers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import msgspec

from chalicelib.domain.appointment import Proof
from chalicelib.domain.work import GOOD_FOR, Challenge

LONGEST = 1024
"""Characters of a proof."""


@dataclass(frozen=True)
class _Answer:
    algorithm: Literal["SHA-256"]
    challenge: str
    number: int
    salt: str
    signature: str


_ANSWER = msgspec.json.Decoder(_Answer)


class Altcha:
    """`altcha` is imported with the first challenge or proof: looking at free times needs it not."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """The first makes challenges, each judges them."""
        self._keys = keys

    def challenge(self, alias: str, steps: int, now: datetime) -> Challenge:
        """For one booking by an alias, to be answered within two hours."""
        from altcha.v1 import ChallengeOptions, create_challenge

        options = ChallengeOptions(max_number=steps, hmac_key=self._keys[0], expires=now + GOOD_FOR, params={"alias": alias})
        made = create_challenge(options)
        return Challenge(made.challenge, made.salt, steps, made.signature)

    def read(self, alias: str, proof: str | None, now: datetime) -> Proof | None:
        """The proof, if it answers a challenge of ours for the alias that is still good. The write tells whether it is used up.

        `proof` is base64 of the JSON `{algorithm, challenge, number, salt, signature}`.
        """
        from altcha.v1 import Payload, extract_params, verify_solution

        if not proof or len(proof) > LONGEST:
            return None
        try:
            answer = _ANSWER.decode(base64.b64decode(proof, validate=True))
        except (binascii.Error, ValueError, msgspec.DecodeError):
            return None
        payload = Payload(answer.algorithm, answer.challenge, answer.number, answer.salt, answer.signature)
        # When it expires goes by our clock, below.
        if not any(verify_solution(payload, key, check_expires=False)[0] for key in self._keys):
            return None
        said = extract_params(payload.to_dict())
        expires = datetime.fromtimestamp(int(said["expires"][0]), UTC)
        return Proof(answer.challenge, expires) if said["alias"] == [alias] and now < expires else None
