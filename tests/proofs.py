"""Proofs of work for requests over HTTP, made with the secret of the tests: a few steps do, and no challenge is asked for."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from chalicelib.domain.tokens import Secret
from chalicelib.proofs import Altcha
from infra.rehearse.proofs import answered

STEPS = 10


def proof(alias: str, now: datetime | None = None) -> str:
    """Good for one booking by the alias."""
    made = Altcha(Secret(os.environ["SECRET"]).proving).challenge(alias, STEPS, now or datetime.now(UTC))
    told = {"algorithm": "SHA-256", "challenge": made.digest, "salt": made.salt, "maxnumber": made.steps}
    return answered(told | {"signature": made.signature})
