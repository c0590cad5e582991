"""How much work a booking proves (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

CALM_STEPS = 20_000
MOST_STEPS = 100_000
"""A phone of 2015, the oldest that the pages support, takes some 20,000 steps a second: 5 s at most, half of it on average."""
GOOD_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Challenge:
    """By ALTCHA's first protocol. The answer is the number, 0 to `steps`, for which SHA-256 of `salt` followed by that number
    is `digest`, in hex."""

    digest: str
    salt: str
    steps: int
    signature: str


def steps(requests: int, bound: int) -> int:
    """How many steps the next request proves. `requests` is how many by unproved addresses the branch had in this hour.

    Up to a quarter of the `bound` the steps are the fewest. Then they grow, and are the most where the bound is reached.
    """
    if 4 * requests <= bound:
        return CALM_STEPS
    share = min(1.0, (requests - bound / 4) / (bound * 3 / 4)) if bound else 1.0
    return CALM_STEPS + round((MOST_STEPS - CALM_STEPS) * share)
