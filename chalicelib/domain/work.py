"""How much work a booking proves (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

CALM_STEPS = 20_000
MOST_STEPS = 100_000
"""A phone that the pages still support, of 2015, does some 20,000 steps a second: 5 s at most, half of it on average."""
GOOD_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Challenge:
    """By ALTCHA's first protocol: the number from 0 to `steps` is sought that makes SHA-256 of `salt` and it be `digest`."""

    digest: str
    salt: str
    steps: int
    signature: str


def steps(requests: int, bound: int) -> int:
    """Steps that the next request proves, by how many of unproved addresses the branch had in this hour: as few as can be up
    to a quarter of its bound, then more and more until that is reached."""
    if 4 * requests <= bound:
        return CALM_STEPS
    share = min(1.0, (requests - bound / 4) / (bound * 3 / 4)) if bound else 1.0
    return CALM_STEPS + round((MOST_STEPS - CALM_STEPS) * share)
